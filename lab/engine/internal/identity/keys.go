package identity

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"sync"
	"time"
)

const (
	keysWithin = 3 * time.Second
	// keysEvery keeps tokens with made-up keys from turning each call into one to the server that has the keys.
	keysEvery  = 10 * time.Second
	keysAtMost = 1 << 20 // bytes
)

var (
	errKey  = errors.New("the token is signed with a key that is not known")
	errKeys = errors.New("the keys that tokens are signed with cannot be had now")
)

// keys are the public keys of an authorization server (RFC 7517), fetched when one is asked for that is not known.
type keys struct {
	uri    string
	logger *slog.Logger
	client http.Client

	mu    sync.Mutex
	known map[string]*rsa.PublicKey
	asked time.Time
}

func newKeys(uri string, logger *slog.Logger) *keys {
	return &keys{uri: uri, logger: logger, client: http.Client{Timeout: keysWithin}}
}

func (k *keys) get(ctx context.Context, id string) (*rsa.PublicKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if key, ok := k.known[id]; ok {
		return key, nil
	}
	if k.known != nil && time.Since(k.asked) < keysEvery {
		return nil, errKey
	}
	known, err := k.fetch(ctx)
	if err != nil {
		// The caller is told no address.
		k.logger.Warn("the keys that tokens are signed with cannot be had", "from", k.uri, "error", err)
		return nil, errKeys
	}
	k.known, k.asked = known, time.Now()
	if key, ok := known[id]; ok {
		return key, nil
	}
	return nil, errKey
}

func (k *keys) fetch(ctx context.Context) (map[string]*rsa.PublicKey, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, k.uri, nil)
	if err != nil {
		return nil, err
	}
	response, err := k.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("it answers %s", response.Status)
	}
	var set struct {
		Keys []jwk `json:"keys"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, keysAtMost)).Decode(&set); err != nil {
		return nil, err
	}
	known := map[string]*rsa.PublicKey{}
	for _, each := range set.Keys {
		if key, ok := each.public(); ok {
			known[each.ID] = key
		}
	}
	return known, nil
}

// jwk is a key as RFC 7517 writes it, as far as it is for signatures by RSA.
type jwk struct {
	Type     string `json:"kty"`
	Use      string `json:"use"`
	ID       string `json:"kid"`
	Modulus  string `json:"n"`
	Exponent string `json:"e"`
}

func (j jwk) public() (*rsa.PublicKey, bool) {
	n, noModulus := base64.RawURLEncoding.DecodeString(j.Modulus)
	e, noExponent := base64.RawURLEncoding.DecodeString(j.Exponent)
	if j.Type != "RSA" || (j.Use != "" && j.Use != "sig") || noModulus != nil || noExponent != nil || len(n) == 0 || len(e) == 0 || len(e) > 4 {
		return nil, false
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}, true
}
