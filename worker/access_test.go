package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/camunda/zeebe/clients/go/v8/pkg/pb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

const gatewayName = "zeebe-gateway.camunda.svc"

func TestAccess(t *testing.T) {
	for name, c := range map[string]struct {
		env      map[string]string
		expected access
	}{
		"plain text unless told":        {nil, access{}},
		"TLS by an authority":           {map[string]string{"ZEEBE_CA_CERTIFICATE_PATH": "/a/ca.crt"}, access{tls: true, caFile: "/a/ca.crt"}},
		"TLS by the system's":           {map[string]string{"ZEEBE_INSECURE_CONNECTION": "false", "ZEEBE_OVERRIDE_AUTHORITY": "n"}, access{tls: true, name: "n"}},
		"an authority for tokens alone": {map[string]string{"ZEEBE_INSECURE_CONNECTION": "true", "ZEEBE_CA_CERTIFICATE_PATH": "ca"}, access{caFile: "ca"}},
		"a user":                        {map[string]string{"CAMUNDA_BASIC_AUTH_USERNAME": "u", "CAMUNDA_BASIC_AUTH_PASSWORD": "p"}, access{user: "u", password: "p"}},
		"a client, its audience, its scope": {
			map[string]string{"ZEEBE_CLIENT_ID": "i", "ZEEBE_CLIENT_SECRET": "s", "ZEEBE_AUTHORIZATION_SERVER_URL": "http://l/t", "ZEEBE_TOKEN_AUDIENCE": "a", "ZEEBE_TOKEN_SCOPE": "c"},
			access{oauth: oauth{"http://l/t", "i", "s", "a", "c"}}},
	} {
		s, err := readWith(c.env)
		if err != nil || s.access != c.expected {
			t.Errorf("%s: expected %v, found %v, %v", name, c.expected, s.access, err)
		}
	}
}

func TestHalfGivenAccess(t *testing.T) {
	for _, c := range []struct {
		env      map[string]string
		sentence string
	}{
		{map[string]string{"ZEEBE_INSECURE_CONNECTION": "no"}, `ZEEBE_INSECURE_CONNECTION is expected to be true or false, found "no".`},
		{map[string]string{"CAMUNDA_BASIC_AUTH_PASSWORD": "very secret"}, "CAMUNDA_BASIC_AUTH_USERNAME is expected for basic authentication, and is not set."},
		{map[string]string{"ZEEBE_CLIENT_ID": "i", "ZEEBE_CLIENT_SECRET": "very secret"}, "ZEEBE_AUTHORIZATION_SERVER_URL is expected for client credentials, and is not set."},
		{
			map[string]string{"ZEEBE_CLIENT_ID": "i", "ZEEBE_CLIENT_SECRET": "s", "ZEEBE_AUTHORIZATION_SERVER_URL": "login"},
			`ZEEBE_AUTHORIZATION_SERVER_URL is expected to be the URL of the token endpoint, found "login".`},
		{
			map[string]string{"ZEEBE_CLIENT_ID": "i", "ZEEBE_CLIENT_SECRET": "s", "ZEEBE_AUTHORIZATION_SERVER_URL": "http://l", "CAMUNDA_BASIC_AUTH_USERNAME": "u", "CAMUNDA_BASIC_AUTH_PASSWORD": "p"},
			"One kind of credentials is expected, and CAMUNDA_BASIC_AUTH_USERNAME and ZEEBE_CLIENT_ID are of two."},
	} {
		if _, err := readWith(c.env); err == nil || err.Error() != c.sentence {
			t.Errorf("%v: expected %s, found %v", c.env, c.sentence, err)
		}
	}
	if _, err := connect("gateway:26500", access{tls: true, caFile: "/nowhere/ca.crt"}); err == nil || !strings.Contains(err.Error(), `found "/nowhere/ca.crt"`) {
		t.Errorf("found %v", err)
	}
}

func TestAUserByTLS(t *testing.T) {
	certificate, caFile := certificateFor(t, gatewayName)
	door := &door{lets: func(header string) bool { return header == "Basic dTpw" }}
	address := door.serve(t, grpc.Creds(credentials.NewServerTLSFromCert(&certificate)))
	for name, c := range map[string]struct {
		access   access
		expected codes.Code
	}{
		"known":          {access{tls: true, caFile: caFile, name: gatewayName, user: "u", password: "p"}, codes.OK},
		"a wrong one":    {access{tls: true, caFile: caFile, name: gatewayName, user: "u", password: "q"}, codes.Unauthenticated},
		"another name":   {access{tls: true, caFile: caFile, name: "another.svc", user: "u", password: "p"}, codes.Unavailable},
		"an unknown one": {access{tls: true, name: gatewayName, user: "u", password: "p"}, codes.Unavailable},
	} {
		if err := topology(t, address, c.access); status.Code(err) != c.expected {
			t.Errorf("%s: expected %s, found %v", name, c.expected, err)
		}
	}
}

func TestAClientHasOneTokenUntilItIsRefused(t *testing.T) {
	server := newTokenServer(t, http.StatusOK)
	door := &door{lets: func(header string) bool { return header == "Bearer token-1" }}
	client := pb.NewGatewayClient(connected(t, door.serve(t), access{oauth: server.client()}))
	call := func() error {
		_, err := client.CompleteJob(bounded(t), &pb.CompleteJobRequest{})
		return err
	}
	for range 2 {
		if err := call(); err != nil {
			t.Fatal(err)
		}
	}
	door.admit(func(header string) bool { return header == "Bearer token-2" })
	if err := call(); err != nil {
		t.Errorf("found %v, expected another token", err)
	}
	door.admit(func(header string) bool { return header == "Bearer token-4" })
	// Of two in a row that are refused the second is not tried a third time.
	if err := call(); status.Code(err) != codes.Unauthenticated {
		t.Errorf("found %v", err)
	}
	expected := url.Values{"grant_type": {"client_credentials"}, "client_id": {"chaos"}, "client_secret": {"very secret"}, "audience": {"zeebe"}}
	if forms := server.forms(); len(forms) != 3 || !reflect.DeepEqual(forms[0], expected) {
		t.Errorf("found %v", forms)
	}
}

func TestATokenThatWasReplacedMeanwhileIsNoneThatIsForgotten(t *testing.T) {
	refused := status.Error(codes.Unauthenticated, "")
	earlier, held := "earlier", "held"
	for _, c := range []struct {
		carried  *string
		expected string
	}{{&earlier, "held"}, {&held, ""}, {nil, "held"}} {
		tokens, of := &tokens{held: held}, new(carried)
		of.token.Store(c.carried)
		if again := tokens.wasRefused(refused, of); again != (c.carried != nil) || tokens.held != c.expected {
			t.Errorf("%v: again %v, held %q", c, again, tokens.held)
		}
	}
}

func TestAStreamThatWasRefusedHasAnotherTokenNextTime(t *testing.T) {
	server := newTokenServer(t, http.StatusOK)
	door := &door{lets: func(header string) bool { return header == "Bearer token-2" }}
	client := pb.NewGatewayClient(connected(t, door.serve(t), access{oauth: server.client()}))
	for _, expected := range []codes.Code{codes.Unauthenticated, codes.Unimplemented} {
		stream, err := client.ActivateJobs(bounded(t), &pb.ActivateJobsRequest{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := stream.Recv(); status.Code(err) != expected {
			t.Errorf("expected %s, found %v", expected, err)
		}
	}
}

func TestAnAuthorizationServerThatRefusesIsTold(t *testing.T) {
	server := newTokenServer(t, http.StatusUnauthorized)
	door := &door{lets: func(string) bool { return true }}
	err := topology(t, door.serve(t), access{oauth: server.client()})
	if status.Code(err) != codes.Unauthenticated || !strings.Contains(err.Error(), `answered 401 Unauthorized to client "chaos"`) {
		t.Errorf("found %v", err)
	}
	if strings.Contains(err.Error(), "very secret") {
		t.Errorf("the secret is told: %v", err)
	}
}

func readWith(env map[string]string) (settings, error) {
	pairs := map[string]string{"ZEEBE_ADDRESS": "gateway:26500", "JOB_TYPE": "work"}
	for name, value := range env {
		pairs[name] = value
	}
	return read(pairs)
}

// door is a gateway that asks who calls.
type door struct {
	pb.UnimplementedGatewayServer
	mutex sync.Mutex
	lets  func(header string) bool
}

func (d *door) admit(lets func(string) bool) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.lets = lets
}

func (d *door) check(ctx context.Context) error {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if header := metadata.ValueFromIncomingContext(ctx, "authorization"); len(header) != 1 || !d.lets(header[0]) {
		return status.Error(codes.Unauthenticated, "refused")
	}
	return nil
}

func (d *door) Topology(ctx context.Context, _ *pb.TopologyRequest) (*pb.TopologyResponse, error) {
	return &pb.TopologyResponse{}, d.check(ctx)
}

func (d *door) CompleteJob(ctx context.Context, _ *pb.CompleteJobRequest) (*pb.CompleteJobResponse, error) {
	return &pb.CompleteJobResponse{}, d.check(ctx)
}

func (d *door) ActivateJobs(request *pb.ActivateJobsRequest, stream pb.Gateway_ActivateJobsServer) error {
	if err := d.check(stream.Context()); err != nil {
		return err
	}
	return d.UnimplementedGatewayServer.ActivateJobs(request, stream)
}

func (d *door) serve(t *testing.T, options ...grpc.ServerOption) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(options...)
	pb.RegisterGatewayServer(server, d)
	go server.Serve(listener)
	t.Cleanup(server.Stop)
	return listener.Addr().String()
}

func connected(t *testing.T, address string, access access) *grpc.ClientConn {
	t.Helper()
	connection, err := connect(address, access)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	return connection
}

func topology(t *testing.T, address string, access access) error {
	t.Helper()
	_, err := pb.NewGatewayClient(connected(t, address, access)).Topology(bounded(t), &pb.TopologyRequest{})
	return err
}

func bounded(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// tokenServer gives out token-1, token-2, and so on.
type tokenServer struct {
	*httptest.Server
	mutex sync.Mutex
	asked []url.Values
}

func newTokenServer(t *testing.T, code int) *tokenServer {
	s := &tokenServer{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		request.ParseForm()
		s.mutex.Lock()
		defer s.mutex.Unlock()
		s.asked = append(s.asked, request.PostForm)
		response.WriteHeader(code)
		json.NewEncoder(response).Encode(map[string]any{"access_token": fmt.Sprintf("token-%d", len(s.asked)), "expires_in": 300})
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *tokenServer) client() oauth { return oauth{s.URL, "chaos", "very secret", "zeebe", ""} }

func (s *tokenServer) forms() []url.Values {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.asked
}

// certificateFor returns a certificate that vouches for itself, and the file of its authority.
func certificateFor(t *testing.T, name string) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.crt")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}
