package feel

import (
	"strings"
	"testing"
	"time"
)

func TestJSON(t *testing.T) {
	for document, want := range map[string]string{
		``: `{}`, ` null `: `{}`, `{"b": 1.0, "a": [1e2, -0, 0.1]}`: `{"a":[100,0,0.1],"b":1}`,
		`{"n": 9007199254740992, "m": -9007199254740991}`: `{"m":-9007199254740991,"n":9007199254740992}`,
		`{"text": "<&>é\u2028"}`:                          "{\"text\":\"<&>é\\u2028\"}",
	} {
		variables, err := FromJSON([]byte(document))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ToJSON(variables); err != nil || string(got) != want {
			t.Errorf("%s: got %s, %v, want %s", document, got, err, want)
		}
	}
}

func TestFromJSONRefuses(t *testing.T) {
	for document, want := range map[string]string{
		`[1]`: `expected the variables to be a JSON object, found [1]`, `1`: `found 1`, `{"a": 1} x`: `invalid character 'x'`,
		`{"a": 1e400}`: `1e400`, `{`: `unexpected end`,
	} {
		if _, err := FromJSON([]byte(document)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want %s", document, err, want)
		}
	}
}

func TestToJSONOfWhatJSONHasNoTypeFor(t *testing.T) {
	zone := time.FixedZone("elsewhere", 7200)
	got, err := ToJSON([]any{Duration(time.Minute), Date{2024, time.May, 1}, time.Date(2024, 5, 1, 10, 0, 0, 0, zone), 3, nil})
	if want := `["PT1M","2024-05-01","2024-05-01T08:00:00Z",3,null]`; err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	if _, err := ToJSON(map[string]any{"a": []any{struct{}{}}}); err == nil || !strings.Contains(err.Error(), "found the Go type struct {}") {
		t.Errorf("got error %v", err)
	}
}
