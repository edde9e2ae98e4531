package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	tokenWithin = 5 * time.Second
	// beforeEnd is how long before its end a token is replaced at the latest; a tenth of its life where that is less.
	beforeEnd   = 30 * time.Second
	tokenAtMost = 1 << 20 // bytes
)

// tokens are the bearer tokens of a client, each held until shortly before it expires or until it is refused.
type tokens struct {
	of     oauth
	client http.Client

	mutex sync.Mutex
	held  string
	until time.Time // zero: until it is refused
}

func newTokens(of oauth, authorities *x509.CertPool) *tokens {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: authorities, MinVersion: tls.VersionTLS12}
	return &tokens{of: of, client: http.Client{Timeout: tokenWithin, Transport: transport}}
}

func (t *tokens) options() []grpc.DialOption {
	return []grpc.DialOption{
		grpc.WithPerRPCCredentials(t),
		grpc.WithChainUnaryInterceptor(t.again),
		grpc.WithChainStreamInterceptor(t.watch),
	}
}

// carried is the token that a call carries, which another one may have replaced when the call is refused.
type carried struct{ token atomic.Pointer[string] }

type carriedKey struct{}

func withCarried(ctx context.Context) (context.Context, *carried) {
	c := new(carried)
	return context.WithValue(ctx, carriedKey{}, c), c
}

// GetRequestMetadata returns the header of one call; what it returns as an error ends the call as UNAUTHENTICATED.
func (t *tokens) GetRequestMetadata(ctx context.Context, _ ...string) (map[string]string, error) {
	token, err := t.get(ctx)
	if err != nil {
		return nil, err
	}
	if c, ok := ctx.Value(carriedKey{}).(*carried); ok {
		c.token.Store(&token)
	}
	return map[string]string{"authorization": "Bearer " + token}, nil
}

func (*tokens) RequireTransportSecurity() bool { return false }

// again makes a call once more, with another token, that was refused: such a call did nothing.
func (t *tokens) again(ctx context.Context, method string, request, reply any, connection *grpc.ClientConn, call grpc.UnaryInvoker, options ...grpc.CallOption) error {
	carrying, c := withCarried(ctx)
	err := call(carrying, method, request, reply, connection, options...)
	if !t.wasRefused(err, c) {
		return err
	}
	return call(ctx, method, request, reply, connection, options...)
}

// watch sees to it that the next stream has another token where one was refused.
func (t *tokens) watch(ctx context.Context, description *grpc.StreamDesc, connection *grpc.ClientConn, method string, open grpc.Streamer, options ...grpc.CallOption) (grpc.ClientStream, error) {
	carrying, c := withCarried(ctx)
	stream, err := open(carrying, description, connection, method, options...)
	if err != nil {
		t.wasRefused(err, c)
		return nil, err
	}
	return watched{stream, t, c}, nil
}

type watched struct {
	grpc.ClientStream
	tokens  *tokens
	carried *carried
}

func (w watched) RecvMsg(message any) error {
	err := w.ClientStream.RecvMsg(message)
	w.tokens.wasRefused(err, w.carried)
	return err
}

// wasRefused says whether the token of a call was refused, and holds it no longer then.
func (t *tokens) wasRefused(err error, of *carried) bool {
	token := of.token.Load()
	if status.Code(err) != codes.Unauthenticated || token == nil {
		return false
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.held == *token {
		t.held = ""
	}
	return true
}

func (t *tokens) get(ctx context.Context) (string, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.held != "" && (t.until.IsZero() || time.Now().Before(t.until)) {
		return t.held, nil
	}
	asked := time.Now()
	token, life, err := t.ask(ctx)
	if err != nil {
		return "", err
	}
	t.held, t.until = token, time.Time{}
	if life > 0 {
		t.until = asked.Add(life - min(beforeEnd, life/10))
	}
	return token, nil
}

// ask fetches a token and how long it lives, 0 where the server does not say; no error has a secret in it.
func (t *tokens) ask(ctx context.Context) (string, time.Duration, error) {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {t.of.clientID}, "client_secret": {t.of.clientSecret}}
	for name, value := range map[string]string{"audience": t.of.audience, "scope": t.of.scope} {
		if value != "" {
			form.Set(name, value)
		}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, t.of.url, strings.NewReader(form.Encode()))
	if err != nil {
		return "", 0, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := t.client.Do(request)
	if err != nil {
		return "", 0, fmt.Errorf("no token: %w", err)
	}
	defer response.Body.Close()
	var answer struct {
		Token string  `json:"access_token"`
		Life  float64 `json:"expires_in"`
	}
	err = json.NewDecoder(io.LimitReader(response.Body, tokenAtMost)).Decode(&answer)
	switch {
	case response.StatusCode != http.StatusOK:
		return "", 0, fmt.Errorf("no token: the authorization server answered %s to client %q", response.Status, t.of.clientID)
	case err != nil || answer.Token == "":
		return "", 0, errors.New("no token: the authorization server answered without an access_token")
	}
	return answer.Token, time.Duration(answer.Life * float64(time.Second)), nil
}
