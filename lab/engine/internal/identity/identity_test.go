package identity

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"zeebe-chaos/lab/engine/internal/config"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func TestNobodyIsAskedUnlessTold(t *testing.T) {
	if checker := Open(config.Authentication{Method: config.None}, quiet); checker != nil {
		t.Errorf("got %v, expected nobody who checks", checker)
	}
}

func TestUsersAreKnownByTheirPasswords(t *testing.T) {
	checker := Open(config.Authentication{Method: config.Basic, Users: map[string]string{"demo": "a:b", "empty": ""}}, quiet)
	for _, test := range []struct {
		authorization string
		want          error
	}{
		{basicHeader("demo:a:b"), nil},
		{"basic " + base64.StdEncoding.EncodeToString([]byte("demo:a:b")), nil},
		{basicHeader("demo:a"), errUnknown},
		{basicHeader("demo"), errUnknown},
		{basicHeader("nobody:"), errUnknown},
		{basicHeader(":"), errUnknown},
		{"Basic !", errUnknown},
		{"Bearer token", errNotBasic},
		{"", errNotBasic},
	} {
		if err := checker.Check(context.Background(), test.authorization); !errors.Is(err, test.want) {
			t.Errorf("%q gave %v, expected %v", test.authorization, err, test.want)
		}
	}
}

func TestTokensAreKnownByTheirSignatures(t *testing.T) {
	server := newKeyServer(t, "k1")
	stranger := newKey(t)
	checker := newBearer(newKeys(server.URL, quiet), []string{"zeebe", "other"})
	at := time.Unix(1_700_000_000, 0)
	checker.now = func() time.Time { return at }
	good := map[string]any{"exp": at.Unix() + 60, "aud": "zeebe"}
	with := func(name string, value any) map[string]any {
		claims := map[string]any{"exp": good["exp"], "aud": good["aud"]}
		claims[name] = value
		return claims
	}
	for name, test := range map[string]struct {
		authorization string
		want          error
	}{
		"good":                {"Bearer " + token(t, server.key, "RS256", "k1", good), nil},
		"one of its audience": {"Bearer " + token(t, server.key, "RS256", "k1", with("aud", []string{"x", "other"})), nil},
		"just expired":        {"Bearer " + token(t, server.key, "RS256", "k1", with("exp", at.Unix()-59)), nil},
		"expired":             {"Bearer " + token(t, server.key, "RS256", "k1", with("exp", at.Unix()-61)), errExpired},
		"without an end":      {"Bearer " + token(t, server.key, "RS256", "k1", map[string]any{"aud": "zeebe"}), errExpired},
		"not valid yet":       {"Bearer " + token(t, server.key, "RS256", "k1", with("nbf", at.Unix()+61)), errExpired},
		"another audience":    {"Bearer " + token(t, server.key, "RS256", "k1", with("aud", "x")), errAudience},
		"a stranger's":        {"Bearer " + token(t, stranger, "RS256", "k1", good), errSignature},
		"without a signature": {"Bearer " + token(t, server.key, "none", "k1", good), errNoToken},
		"no token":            {"Bearer a.b", errNoToken},
		"a user":              {basicHeader("demo:demo"), errNotBearer},
	} {
		if err := checker.Check(context.Background(), test.authorization); !errors.Is(err, test.want) {
			t.Errorf("%s: got %v, expected %v", name, err, test.want)
		}
	}
	if asked := server.asked.Load(); asked != 1 {
		t.Errorf("the keys were fetched %d times, expected once", asked)
	}
}

func TestKeysThatAreNotKnownAreFetchedButNotAllTheTime(t *testing.T) {
	server := newKeyServer(t, "k1")
	known := newKeys(server.URL, quiet)
	for range 3 {
		if _, err := known.get(context.Background(), "k2"); !errors.Is(err, errKey) {
			t.Fatalf("got %v, expected %v", err, errKey)
		}
	}
	if asked := server.asked.Load(); asked != 1 {
		t.Errorf("the keys were fetched %d times, expected once", asked)
	}
	server.id.Store("k2")
	known.asked = known.asked.Add(-keysEvery)
	if _, err := known.get(context.Background(), "k2"); err != nil {
		t.Errorf("got %v after the keys were changed", err)
	}
}

func TestKeysThatCannotBeHadAreAskedForAgain(t *testing.T) {
	server := newKeyServer(t, "k1")
	known := newKeys(server.URL, quiet)
	server.broken.Store(true)
	if _, err := known.get(context.Background(), "k1"); !errors.Is(err, errKeys) {
		t.Fatalf("got %v, expected %v", err, errKeys)
	}
	server.broken.Store(false)
	if _, err := known.get(context.Background(), "k1"); err != nil {
		t.Errorf("got %v once the keys could be had", err)
	}
}

// keyServer is an authorization server as far as a gateway knows one.
type keyServer struct {
	*httptest.Server
	key    *rsa.PrivateKey
	id     atomic.Value
	asked  atomic.Int64
	broken atomic.Bool
}

func newKeyServer(t *testing.T, id string) *keyServer {
	s := &keyServer{key: newKey(t)}
	s.id.Store(id)
	s.Server = httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, _ *http.Request) {
		s.asked.Add(1)
		if s.broken.Load() {
			http.Error(response, "broken", http.StatusBadGateway)
			return
		}
		exponent := big.NewInt(int64(s.key.E)).Bytes()
		key := jwk{Type: "RSA", Use: "sig", ID: s.id.Load().(string), Modulus: encode(s.key.N.Bytes()), Exponent: encode(exponent)}
		json.NewEncoder(response).Encode(map[string]any{"keys": []any{map[string]string{"kty": "EC", "kid": id}, key}})
	}))
	t.Cleanup(s.Close)
	return s
}

func newKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func token(t *testing.T, key *rsa.PrivateKey, algorithm, id string, claims map[string]any) string {
	t.Helper()
	header, _ := json.Marshal(map[string]string{"alg": algorithm, "kid": id})
	payload, _ := json.Marshal(claims)
	signed := encode(header) + "." + encode(payload)
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + encode(signature)
}

func encode(bytes []byte) string { return base64.RawURLEncoding.EncodeToString(bytes) }

func basicHeader(user string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user))
}
