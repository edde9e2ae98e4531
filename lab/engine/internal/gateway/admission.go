package gateway

import (
	"context"
	"crypto/tls"
	"fmt"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"zeebe-chaos/lab/engine/internal/config"
	"zeebe-chaos/lab/engine/internal/identity"
)

// LoadTLS reads the gateway's certificate; nil where it is to talk plain text.
func LoadTLS(settings config.TLS) (*tls.Config, error) {
	if !settings.Enabled() {
		return nil, nil
	}
	certificate, err := tls.LoadX509KeyPair(settings.CertificateChain, settings.PrivateKey)
	if err != nil {
		return nil, fmt.Errorf("%s must be a certificate (PEM) and %s its key: %w", settings.CertificateChain, settings.PrivateKey, err)
	}
	return &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}, nil
}

// admission is what a client must do to be heard; nothing unless it is asked for.
func admission(options Options) []grpc.ServerOption {
	var some []grpc.ServerOption
	if options.TLS != nil {
		some = append(some, grpc.Creds(credentials.NewTLS(options.TLS)))
	}
	if options.Identity != nil {
		d := door{options.Identity}
		some = append(some, grpc.UnaryInterceptor(d.unary), grpc.StreamInterceptor(d.stream))
	}
	return some
}

// door lets in who is known, to every rpc, as Zeebe 8.8 does.
type door struct{ identity identity.Checker }

func (d door) unary(ctx context.Context, request any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	if err := d.admit(ctx); err != nil {
		return nil, err
	}
	return handle(ctx, request)
}

func (d door) stream(server any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
	if err := d.admit(stream.Context()); err != nil {
		return err
	}
	return handle(server, stream)
}

func (d door) admit(ctx context.Context) error {
	headers := metadata.ValueFromIncomingContext(ctx, "authorization")
	if len(headers) == 0 {
		return status.Error(codes.Unauthenticated, "a call must have a header authorization, and this one has none")
	}
	if err := d.identity.Check(ctx, headers[0]); err != nil {
		return status.Error(codes.Unauthenticated, err.Error())
	}
	return nil
}
