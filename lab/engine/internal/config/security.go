package config

import (
	"fmt"
	"net/url"
	"strings"
)

// TLS is how the gateway shows clients who it is; without paths it talks plain text.
type TLS struct {
	CertificateChain string // the path of a PEM file, the gateway's own certificate first
	PrivateKey       string // the path of a PEM file
}

// Enabled says whether the gateway talks TLS.
func (t TLS) Enabled() bool { return t.CertificateChain != "" }

// Method is how clients say who they are.
type Method string

const (
	None  Method = "none"
	Basic Method = "basic"
	OIDC  Method = "oidc" // by a bearer token
)

// Authentication is who may call the gateway.
type Authentication struct {
	Method Method
	// Users are passwords by user name, for Basic.
	Users map[string]string
	// JWKSetURI is where the keys are that tokens are signed with, for OIDC.
	JWKSetURI string
	// Audiences are those of which a token must have one, for OIDC; none: any will do.
	Audiences []string
}

// tls reads the settings whose names begin with the prefix: those of a gateway by itself differ from those of one in a broker.
func (r *reader) tls(prefix string) TLS {
	if !r.flag(prefix+"ENABLED", false) {
		return TLS{}
	}
	because := prefix + "ENABLED=true"
	return TLS{
		CertificateChain: r.required(prefix+"CERTIFICATECHAINPATH", because),
		PrivateKey:       r.required(prefix+"PRIVATEKEYPATH", because),
	}
}

const methodName = "CAMUNDA_SECURITY_AUTHENTICATION_METHOD"

// authentication reads Zeebe 8.8's settings. Where that asks for a user and a password unless told, nobody is asked here:
// the engine has no user of its own.
func (r *reader) authentication() Authentication {
	a := Authentication{Method: Method(strings.ToLower(r.text(methodName, string(None))))}
	switch a.Method {
	case None:
	case Basic:
		a.Users = r.users()
	case OIDC:
		a.JWKSetURI = r.uri("CAMUNDA_SECURITY_AUTHENTICATION_OIDC_JWKSETURI", methodName+"=oidc")
		if audiences, ok := r.value("CAMUNDA_SECURITY_AUTHENTICATION_OIDC_AUDIENCES"); ok {
			for _, audience := range strings.Split(audiences, ",") {
				a.Audiences = append(a.Audiences, strings.TrimSpace(audience))
			}
		}
	default:
		r.mistake("%s must be none, basic or oidc, but is %q", methodName, a.Method)
	}
	return a
}

// users reads the users of a list that begins with 0, as Spring does.
func (r *reader) users() map[string]string {
	const wanted = methodName + "=basic"
	users := map[string]string{}
	for i := 0; ; i++ {
		name := fmt.Sprintf("CAMUNDA_SECURITY_INITIALIZATION_USERS_%d_USERNAME", i)
		if _, ok := r.value(name); !ok && i > 0 {
			return users
		}
		user := r.required(name, wanted)
		passwordName := fmt.Sprintf("CAMUNDA_SECURITY_INITIALIZATION_USERS_%d_PASSWORD", i)
		r.required(passwordName, wanted)
		users[user], _ = r.lookup(passwordName)
	}
}

func (r *reader) required(name, because string) string {
	value, ok := r.value(name)
	if !ok {
		r.mistake("%s must be set beside %s", name, because)
	}
	return value
}

func (r *reader) uri(name, because string) string {
	value := r.required(name, because)
	if parsed, err := url.Parse(value); value != "" && (err != nil || parsed.Host == "") {
		r.mistake("%s must be an http or https URI, but is %q", name, value)
	}
	return value
}
