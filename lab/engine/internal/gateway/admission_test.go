package gateway

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/camunda/zeebe/clients/go/v8/pkg/pb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"

	"zeebe-chaos/lab/engine/internal/config"
)

const gatewayName = "zeebe-gateway.zeebe.svc"

// only lets in who says this.
type only string

func (o only) Check(_ context.Context, authorization string) error {
	if authorization != string(o) {
		return errors.New("somebody else")
	}
	return nil
}

// guarded is a gateway of a cluster of one broker.
func guarded(t *testing.T, options Options) *Gateway {
	t.Helper()
	_, open, _ := started(t, 1)
	options.Cluster, options.Version, options.Logger = open.cluster, open.version, open.logger
	return New(options)
}

func TestOnlyWhoIsKnownIsHeard(t *testing.T) {
	client := serve(t, guarded(t, Options{Identity: only("me")}))
	for authorization, refusal := range map[string]string{"": "this one has none", "you": "somebody else", "me": ""} {
		ctx := within(t, patience)
		if authorization != "" {
			ctx = metadata.AppendToOutgoingContext(ctx, "authorization", authorization)
		}
		_, unary := client.Topology(ctx, &pb.TopologyRequest{})
		stream, err := client.ActivateJobs(ctx, &pb.ActivateJobsRequest{Type: "a", MaxJobsToActivate: 1, RequestTimeout: -1, Timeout: 1000})
		if err != nil {
			t.Fatal(err)
		}
		_, streamed := stream.Recv()
		if refusal == "" {
			if unary != nil || !errors.Is(streamed, io.EOF) {
				t.Errorf("who is known got %v and %v", unary, streamed)
			}
			continue
		}
		expect(t, unary, codes.Unauthenticated, refusal)
		expect(t, streamed, codes.Unauthenticated, refusal)
	}
}

func TestByTLSTheGatewayShowsWhoItIs(t *testing.T) {
	settings, pool := certificate(t)
	secured, err := LoadTLS(settings)
	if err != nil {
		t.Fatal(err)
	}
	g := guarded(t, Options{TLS: secured})
	listener := listen(t)
	go g.Serve(listener)
	t.Cleanup(func() { g.Stop(within(t, time.Second)) })
	for name, refusal := range map[string]string{gatewayName: "", "another.svc": "not another.svc"} {
		connection, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(credentials.NewClientTLSFromCert(pool, name)))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { connection.Close() })
		_, err = pb.NewGatewayClient(connection).Topology(within(t, patience), &pb.TopologyRequest{})
		if refusal == "" && err != nil {
			t.Errorf("got %v", err)
		} else if refusal != "" {
			expect(t, err, codes.Unavailable, refusal)
		}
	}
}

func TestACertificateThatIsNoneIsRefused(t *testing.T) {
	settings, _ := certificate(t)
	if none, err := LoadTLS(config.TLS{}); none != nil || err != nil {
		t.Errorf("without settings: got %v and %v", none, err)
	}
	settings.PrivateKey = settings.CertificateChain
	if _, err := LoadTLS(settings); err == nil || !strings.Contains(err.Error(), "must be a certificate (PEM)") {
		t.Errorf("got %v", err)
	}
}

// certificate makes one that vouches for itself, and the authorities of a client that believes it.
func certificate(t *testing.T) (config.TLS, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{gatewayName}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	settings := config.TLS{CertificateChain: filepath.Join(t.TempDir(), "tls.crt"), PrivateKey: filepath.Join(t.TempDir(), "tls.key")}
	chain := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	for path, content := range map[string][]byte{
		settings.CertificateChain: chain,
		settings.PrivateKey:       pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded}),
	} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(chain)
	return settings, pool
}
