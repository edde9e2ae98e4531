package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net/url"
	"os"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// access is how the gateway is reached and as whom, under the names of Camunda's Go client (zbc 8.5), and for users under
// those of its JavaScript SDK.
type access struct {
	tls    bool
	caFile string // a PEM file with authorities instead of the system's; "" for these
	name   string // what the gateway's certificate must be for; "" for the gateway's own name

	user, password string // "" for none
	oauth          oauth
}

// oauth is a client with a secret (RFC 6749, section 4.4); its url is "" for none.
type oauth struct {
	url, clientID, clientSecret, audience, scope string
}

// access reads TLS and credentials. Unlike Camunda's clients a worker talks plain text unless told, by
// ZEEBE_INSECURE_CONNECTION=false or by an authority's certificate: it is at home in the gateway's own network.
func (r *reader) access() access {
	a := access{
		caFile:   r.env("ZEEBE_CA_CERTIFICATE_PATH"),
		name:     r.env("ZEEBE_OVERRIDE_AUTHORITY"),
		user:     r.env("CAMUNDA_BASIC_AUTH_USERNAME"),
		password: r.env("CAMUNDA_BASIC_AUTH_PASSWORD"),
		oauth: oauth{
			url:          r.env("ZEEBE_AUTHORIZATION_SERVER_URL"),
			clientID:     r.env("ZEEBE_CLIENT_ID"),
			clientSecret: r.env("ZEEBE_CLIENT_SECRET"),
			audience:     r.env("ZEEBE_TOKEN_AUDIENCE"),
			scope:        r.env("ZEEBE_TOKEN_SCOPE"),
		},
	}
	switch plain := r.env("ZEEBE_INSECURE_CONNECTION"); plain {
	case "":
		a.tls = a.caFile != ""
	case "true", "false":
		a.tls = plain == "false"
	default:
		r.refuse("ZEEBE_INSECURE_CONNECTION", "true or false", plain)
	}
	r.whole("basic authentication", "CAMUNDA_BASIC_AUTH_USERNAME", "CAMUNDA_BASIC_AUTH_PASSWORD")
	r.whole("client credentials", "ZEEBE_CLIENT_ID", "ZEEBE_CLIENT_SECRET", "ZEEBE_AUTHORIZATION_SERVER_URL")
	if address, err := url.Parse(a.oauth.url); a.oauth.url != "" && (err != nil || address.Host == "") {
		r.refuse("ZEEBE_AUTHORIZATION_SERVER_URL", "the URL of the token endpoint", a.oauth.url)
	}
	if a.user != "" && a.oauth.url != "" && r.err == nil {
		r.err = fmt.Errorf("One kind of credentials is expected, and CAMUNDA_BASIC_AUTH_USERNAME and ZEEBE_CLIENT_ID are of two.")
	}
	return a
}

// whole refuses settings of which some are there and some are not; no value of theirs is told.
func (r *reader) whole(of string, names ...string) {
	missing, isAny := "", false
	for _, name := range names {
		if r.env(name) != "" {
			isAny = true
		} else if missing == "" {
			missing = name
		}
	}
	if isAny && missing != "" && r.err == nil {
		r.err = fmt.Errorf("%s is expected for %s, and is not set.", missing, of)
	}
}

// options are those of a connection with this access; an error says which file is none of a certificate.
func (a access) options() ([]grpc.DialOption, error) {
	secured, err := a.transport()
	if err != nil {
		return nil, err
	}
	options := []grpc.DialOption{grpc.WithTransportCredentials(secured)}
	switch {
	case a.user != "":
		header := "Basic " + base64.StdEncoding.EncodeToString([]byte(a.user+":"+a.password))
		options = append(options, grpc.WithPerRPCCredentials(fixed(header)))
	case a.oauth.url != "":
		authorities, err := a.authorities(true)
		if err != nil {
			return nil, err
		}
		options = append(options, newTokens(a.oauth, authorities).options()...)
	}
	return options, nil
}

func (a access) transport() (credentials.TransportCredentials, error) {
	if !a.tls {
		return insecure.NewCredentials(), nil
	}
	authorities, err := a.authorities(false)
	if err != nil {
		return nil, err
	}
	return credentials.NewTLS(&tls.Config{ServerName: a.name, RootCAs: authorities, MinVersion: tls.VersionTLS12}), nil
}

// authorities are those of the file, the system's beside them or not; nil, the system's alone, where there is no file.
func (a access) authorities(besideSystem bool) (*x509.CertPool, error) {
	if a.caFile == "" {
		return nil, nil
	}
	pool := x509.NewCertPool()
	if system, err := x509.SystemCertPool(); besideSystem && err == nil {
		pool = system
	}
	content, err := os.ReadFile(a.caFile)
	if err != nil || !pool.AppendCertsFromPEM(content) {
		return nil, fmt.Errorf("ZEEBE_CA_CERTIFICATE_PATH is expected to be the path of a certificate of an authority (PEM), found %q.", a.caFile)
	}
	return pool, nil
}

// fixed is a header authorization that never changes.
type fixed string

func (f fixed) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": string(f)}, nil
}

// RequireTransportSecurity is what Camunda's client says, too: whether to send credentials in plain text is the user's choice.
func (fixed) RequireTransportSecurity() bool { return false }
