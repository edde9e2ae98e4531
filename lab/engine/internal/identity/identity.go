// Package identity knows who may call the gateway.
package identity

import (
	"context"
	"log/slog"
	"strings"

	"zeebe-chaos/lab/engine/internal/config"
)

// Checker says whether the caller with this header authorization is known; its errors are told to the caller.
type Checker interface {
	Check(ctx context.Context, authorization string) error
}

// Open returns what the settings ask for; nil where anybody may call.
func Open(settings config.Authentication, logger *slog.Logger) Checker {
	switch settings.Method {
	case config.Basic:
		return newBasic(settings.Users)
	case config.OIDC:
		return newBearer(newKeys(settings.JWKSetURI, logger), settings.Audiences)
	default:
		return nil
	}
}

// after returns what follows the name of a scheme, which is written in any case (RFC 9110, section 11.1).
func after(authorization, scheme string) (string, bool) {
	name, rest, ok := strings.Cut(authorization, " ")
	return strings.TrimSpace(rest), ok && strings.EqualFold(name, scheme)
}
