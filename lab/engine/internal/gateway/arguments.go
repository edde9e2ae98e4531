package gateway

import (
	"encoding/json"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	defaultTenant = "<default>"
	emptyDocument = "{}"
)

// document is a client's variables as a JSON object; nothing and null are an empty one, as in Zeebe.
func document(variables string) ([]byte, error) {
	variables = strings.TrimSpace(variables)
	if variables == "" || variables == "null" {
		return []byte(emptyDocument), nil
	}
	var value any
	if err := json.Unmarshal([]byte(variables), &value); err != nil {
		return nil, status.Errorf(codes.InvalidArgument, "Expected variables to be a JSON object, but they are no JSON: %v", err)
	}
	if _, is := value.(map[string]any); !is {
		return nil, status.Errorf(codes.InvalidArgument, "Expected variables to be a JSON object, but they are %s", kindOf(value))
	}
	return []byte(variables), nil
}

func kindOf(value any) string {
	switch value.(type) {
	case []any:
		return "an array"
	case string:
		return "a string"
	case float64:
		return "a number"
	default:
		return "a boolean"
	}
}

// documentOf is what a client is told of variables; clients do not expect none.
func documentOf(variables []byte) string {
	if len(variables) == 0 {
		return emptyDocument
	}
	return string(variables)
}

// checkTenants refuses tenants other than the one that there is.
func checkTenants(tenants ...string) error {
	for _, tenant := range tenants {
		if tenant != "" && tenant != defaultTenant {
			return status.Errorf(codes.InvalidArgument, "Expected no tenant or '%s', but got '%s'; this engine has no others", defaultTenant, tenant)
		}
	}
	return nil
}
