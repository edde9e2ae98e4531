package feel

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// FromJSON reads variables: a JSON object, or nothing or null for none. Numbers become float64, so whole numbers are exact
// up to 2^53.
func FromJSON(document []byte) (map[string]any, error) {
	if len(bytes.TrimSpace(document)) == 0 {
		return map[string]any{}, nil
	}
	var value any
	if err := json.Unmarshal(document, &value); err != nil {
		return nil, fmt.Errorf("expected the variables to be a JSON object: %w", err)
	}
	switch v := value.(type) {
	case nil:
		return map[string]any{}, nil
	case map[string]any:
		return v, nil
	}
	return nil, fmt.Errorf("expected the variables to be a JSON object, found %s", bytes.TrimSpace(document))
}

// ToJSON writes a value: equal values give equal bytes, with the keys of contexts in order. Whole numbers have no
// fraction; dates, times and durations become texts in ISO 8601. A value that is none of FEEL's is an error.
func ToJSON(value any) ([]byte, error) {
	plain, err := toPlain(value)
	if err != nil {
		return nil, err
	}
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(plain); err != nil {
		return nil, fmt.Errorf("the value cannot be written as JSON: %w", err)
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}

// toPlain turns a value into what JSON has types for.
func toPlain(value any) (any, error) {
	switch v := value.(type) {
	case nil, bool, string, int, int64:
		return v, nil
	case float64:
		return v + 0, nil
	case Duration:
		return v.String(), nil
	case Date:
		return v.String(), nil
	case time.Time:
		return formatTime(v), nil
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			var err error
			if items[i], err = toPlain(item); err != nil {
				return nil, err
			}
		}
		return items, nil
	case map[string]any:
		entries := make(map[string]any, len(v))
		for key, entry := range v {
			var err error
			if entries[key], err = toPlain(entry); err != nil {
				return nil, err
			}
		}
		return entries, nil
	}
	return nil, fmt.Errorf("expected a FEEL value to write as JSON, found the Go type %T", value)
}
