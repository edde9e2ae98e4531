package identity

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"strings"
)

var (
	errNotBasic = errors.New("the header authorization must begin with Basic")
	errUnknown  = errors.New("the user or the password is wrong")
)

// basic knows users by their passwords, which it keeps as digests (RFC 7617).
type basic map[string][sha256.Size]byte

func newBasic(users map[string]string) basic {
	known := basic{}
	for user, password := range users {
		known[user] = sha256.Sum256([]byte(password))
	}
	return known
}

func (b basic) Check(_ context.Context, authorization string) error {
	encoded, ok := after(authorization, "Basic")
	if !ok {
		return errNotBasic
	}
	decoded, err := base64.StdEncoding.DecodeString(encoded)
	user, password, hasColon := strings.Cut(string(decoded), ":")
	if err != nil || !hasColon {
		return errUnknown
	}
	// A user who is not known costs as much time as a wrong password.
	want, isKnown := b[user]
	got := sha256.Sum256([]byte(password))
	if subtle.ConstantTimeCompare(got[:], want[:]) != 1 || !isKnown {
		return errUnknown
	}
	return nil
}
