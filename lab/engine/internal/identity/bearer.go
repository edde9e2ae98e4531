package identity

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
)

// leeway is how far the clocks of whoever made a token and of this host may be apart.
const leeway = time.Minute

var (
	errNotBearer = errors.New("the header authorization must begin with Bearer")
	errNoToken   = errors.New("the token is no JSON Web Token that is signed by RS256")
	errSignature = errors.New("the token's signature is wrong")
	errExpired   = errors.New("the token has expired or is not valid yet")
	errAudience  = errors.New("the token is for another audience")
)

// bearer knows callers by JSON Web Tokens that are signed by RS256 (RFC 7519, RFC 7515).
type bearer struct {
	keys      *keys
	audiences []string
	now       func() time.Time
}

func newBearer(keys *keys, audiences []string) *bearer {
	return &bearer{keys: keys, audiences: audiences, now: time.Now}
}

// claims are those of a token that count. A date may have a fraction.
type claims struct {
	Expiry    float64  `json:"exp"`
	NotBefore float64  `json:"nbf"`
	Audience  audience `json:"aud"`
}

func (b *bearer) Check(ctx context.Context, authorization string) error {
	token, ok := after(authorization, "Bearer")
	if !ok {
		return errNotBearer
	}
	signed, signature, payload, keyID, err := parse(token)
	if err != nil {
		return err
	}
	key, err := b.keys.get(ctx, keyID)
	if err != nil {
		return err
	}
	digest := sha256.Sum256([]byte(signed))
	if rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature) != nil {
		return errSignature
	}
	return b.judge(payload)
}

func (b *bearer) judge(payload []byte) error {
	var c claims
	if json.Unmarshal(payload, &c) != nil {
		return errNoToken
	}
	now := float64(b.now().Unix())
	if now > c.Expiry+leeway.Seconds() || now < c.NotBefore-leeway.Seconds() {
		return errExpired
	}
	if len(b.audiences) > 0 && !slices.ContainsFunc(c.Audience, func(a string) bool { return slices.Contains(b.audiences, a) }) {
		return errAudience
	}
	return nil
}

// parse takes a token apart: what was signed, the signature, the payload, and the id of the key.
func parse(token string) (signed string, signature, payload []byte, keyID string, err error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", nil, nil, "", errNoToken
	}
	decoded := make([][]byte, len(parts))
	for i, part := range parts {
		if decoded[i], err = base64.RawURLEncoding.DecodeString(part); err != nil {
			return "", nil, nil, "", errNoToken
		}
	}
	var header struct {
		Algorithm string `json:"alg"`
		KeyID     string `json:"kid"`
	}
	if json.Unmarshal(decoded[0], &header) != nil || header.Algorithm != "RS256" {
		return "", nil, nil, "", errNoToken
	}
	return parts[0] + "." + parts[1], decoded[2], decoded[1], header.KeyID, nil
}

// audience is one name or a list of them (RFC 7519, section 4.1.3).
type audience []string

func (a *audience) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(a))
}
