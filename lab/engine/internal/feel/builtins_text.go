package feel

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

var textFunctions = map[string]builtin{
	"string":        {least: 1, most: 1, deep: true, call: func(_ *run, arguments []any) any { return toText(arguments[0]) }},
	"string length": withText(func(text string) any { return float64(utf8.RuneCountInString(text)) }),
	"upper case":    withText(func(text string) any { return strings.ToUpper(text) }),
	"lower case":    withText(func(text string) any { return strings.ToLower(text) }),
	"contains":      withTwoTexts(func(text, part string) any { return strings.Contains(text, part) }),
	"starts with":   withTwoTexts(func(text, part string) any { return strings.HasPrefix(text, part) }),
	"ends with":     withTwoTexts(func(text, part string) any { return strings.HasSuffix(text, part) }),
	"string join":   {least: 1, most: 2, call: joinTexts},
}

// toText gives null for null, and a text as it is.
func toText(value any) any {
	switch v := value.(type) {
	case nil, *function:
		return nil
	case string:
		return v
	default:
		var text strings.Builder
		writeText(&text, value)
		return text.String()
	}
}

// writeText writes a value as it would stand in an expression, the entries of a context in the order of their keys.
func writeText(text *strings.Builder, value any) {
	switch v := value.(type) {
	case string:
		text.WriteString(`"` + quotationMarks.Replace(v) + `"`)
	case []any:
		text.WriteByte('[')
		for i, item := range v {
			writeSeparator(text, i)
			writeText(text, item)
		}
		text.WriteByte(']')
	case map[string]any:
		text.WriteByte('{')
		for i, key := range slices.Sorted(maps.Keys(v)) {
			writeSeparator(text, i)
			text.WriteString(key + ":")
			writeText(text, v[key])
		}
		text.WriteByte('}')
	case float64:
		text.WriteString(formatNumber(v))
	case bool:
		text.WriteString(strconv.FormatBool(v))
	case Duration:
		text.WriteString(v.String())
	case Date:
		text.WriteString(v.String())
	case time.Time:
		text.WriteString(formatTime(v))
	default:
		text.WriteString("null")
	}
}

func writeSeparator(text *strings.Builder, index int) {
	if index > 0 {
		text.WriteString(", ")
	}
}

var quotationMarks = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func formatTime(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// joinTexts leaves out null and gives null if anything else is no text.
func joinTexts(_ *run, arguments []any) any {
	items, ok := arguments[0].([]any)
	if !ok {
		return nil
	}
	separator := ""
	if len(arguments) > 1 && arguments[1] != nil {
		if separator, ok = arguments[1].(string); !ok {
			return nil
		}
	}
	texts := make([]string, 0, len(items))
	for _, item := range items {
		switch text := item.(type) {
		case nil:
		case string:
			texts = append(texts, text)
		default:
			return nil
		}
	}
	return strings.Join(texts, separator)
}
