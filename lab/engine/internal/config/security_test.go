package config

import (
	"reflect"
	"strings"
	"testing"
)

const (
	securityEnabled  = "ZEEBE_GATEWAY_SECURITY_ENABLED"
	certificatePath  = "ZEEBE_GATEWAY_SECURITY_CERTIFICATECHAINPATH"
	privateKeyPath   = "ZEEBE_GATEWAY_SECURITY_PRIVATEKEYPATH"
	firstUser        = "CAMUNDA_SECURITY_INITIALIZATION_USERS_0_USERNAME"
	firstPassword    = "CAMUNDA_SECURITY_INITIALIZATION_USERS_0_PASSWORD"
	secondUser       = "CAMUNDA_SECURITY_INITIALIZATION_USERS_1_USERNAME"
	secondPassword   = "CAMUNDA_SECURITY_INITIALIZATION_USERS_1_PASSWORD"
	jwkSetURI        = "CAMUNDA_SECURITY_AUTHENTICATION_OIDC_JWKSETURI"
	audiencesOfToken = "CAMUNDA_SECURITY_AUTHENTICATION_OIDC_AUDIENCES"
)

func TestWhoMayCallAndHow(t *testing.T) {
	for name, test := range map[string]struct {
		env  map[string]string
		tls  TLS
		want Authentication
	}{
		"nobody is asked": {nil, TLS{}, Authentication{Method: None}},
		"a certificate without a word that it counts": {
			map[string]string{certificatePath: "/tls/tls.crt"}, TLS{}, Authentication{Method: None}},
		"TLS": {
			map[string]string{securityEnabled: "true", certificatePath: "/tls/tls.crt", privateKeyPath: "/tls/tls.key"},
			TLS{"/tls/tls.crt", "/tls/tls.key"}, Authentication{Method: None}},
		"users": {
			map[string]string{methodName: "BASIC", firstUser: "demo", firstPassword: " demo ", secondUser: "c", secondPassword: "s"},
			TLS{}, Authentication{Method: Basic, Users: map[string]string{"demo": " demo ", "c": "s"}}},
		"tokens": {
			map[string]string{methodName: "oidc", jwkSetURI: "http://keys/jwks", audiencesOfToken: "zeebe, orchestration"},
			TLS{}, Authentication{Method: OIDC, JWKSetURI: "http://keys/jwks", Audiences: []string{"zeebe", "orchestration"}}},
	} {
		got, err := ReadGateway(env(test.env))
		if err != nil || got.TLS != test.tls || !reflect.DeepEqual(got.Authentication, test.want) {
			t.Errorf("%s: got %+v and %v", name, got, err)
		}
	}
}

func TestEachMistakeOfSecurityIsNamed(t *testing.T) {
	for _, test := range []struct {
		env  map[string]string
		says string
	}{
		{map[string]string{securityEnabled: "yes"}, securityEnabled + ` must be true or false, but is "yes"`},
		{map[string]string{securityEnabled: "true", privateKeyPath: "k"}, certificatePath + " must be set beside " + securityEnabled + "=true"},
		{map[string]string{securityEnabled: "true", certificatePath: "c"}, privateKeyPath + " must be set beside " + securityEnabled + "=true"},
		{map[string]string{methodName: "cookie"}, methodName + ` must be none, basic or oidc, but is "cookie"`},
		{map[string]string{methodName: "basic"}, firstUser + " must be set beside " + methodName + "=basic"},
		{map[string]string{methodName: "basic", firstUser: "demo"}, firstPassword + " must be set beside"},
		{map[string]string{methodName: "oidc"}, jwkSetURI + " must be set beside " + methodName + "=oidc"},
		{map[string]string{methodName: "oidc", jwkSetURI: "keys"}, jwkSetURI + ` must be an http or https URI, but is "keys"`},
	} {
		if _, err := ReadGateway(env(test.env)); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%v gave %v, expected %s", test.env, err, test.says)
		}
	}
}
