package feel

import (
	"fmt"
	"maps"
	"strings"
)

// builtin is a function of FEEL. It gives null for arguments that do not fit.
type builtin struct {
	name  string
	least int
	most  int  // many if there is no limit
	deep  bool // it reads all that is inside of its arguments
	call  func(r *run, arguments []any) any
}

const many = -1

// builtins has all functions by name.
var builtins = func() map[string]builtin {
	all := map[string]builtin{}
	for _, group := range []map[string]builtin{generalFunctions, textFunctions, numberFunctions, listFunctions, timeFunctions} {
		maps.Copy(all, group)
	}
	for name, function := range all {
		function.name = name
		all[name] = function
	}
	return all
}()

var mostWordsOfBuiltin = func() int {
	most := 0
	for name := range builtins {
		most = max(most, len(strings.Fields(name)))
	}
	return most
}()

// arityProblem says what is wrong with the count of arguments, or nothing.
func (b builtin) arityProblem(count int) string {
	if count >= b.least && (b.most == many || count <= b.most) {
		return ""
	}
	expected := fmt.Sprintf("%d to %d arguments", b.least, b.most)
	switch {
	case b.most == many:
		expected = fmt.Sprintf("at least %d", b.least)
	case b.least == b.most:
		expected = fmt.Sprint(b.least)
	}
	return fmt.Sprintf("the function %q takes %s, found %d", b.name, expected, count)
}

func withText(call func(text string) any) builtin {
	return builtin{least: 1, most: 1, call: func(_ *run, arguments []any) any {
		if text, ok := arguments[0].(string); ok {
			return call(text)
		}
		return nil
	}}
}

func withTwoTexts(call func(text, other string) any) builtin {
	return builtin{least: 2, most: 2, call: func(_ *run, arguments []any) any {
		text, ok := arguments[0].(string)
		other, alsoOk := arguments[1].(string)
		if !ok || !alsoOk {
			return nil
		}
		return call(text, other)
	}}
}

func withList(call func(items []any) any) builtin {
	return builtin{least: 1, most: 1, call: func(_ *run, arguments []any) any {
		if items, ok := arguments[0].([]any); ok {
			return call(items)
		}
		return nil
	}}
}

// withItems takes one list, or the items themselves.
func withItems(call func(items []any) any) builtin {
	return builtin{least: 1, most: many, call: func(_ *run, arguments []any) any {
		if len(arguments) > 1 {
			return call(arguments)
		}
		if items, ok := asList(arguments[0]); ok {
			return call(items)
		}
		return nil
	}}
}

var generalFunctions = map[string]builtin{
	"not":        {least: 1, most: 1, call: func(_ *run, arguments []any) any { return not(arguments[0]) }},
	"is defined": {least: 1, most: 1, call: func(_ *run, arguments []any) any { return arguments[0] != nil }},
	"get or else": {least: 2, most: 2, call: func(_ *run, arguments []any) any {
		if arguments[0] != nil {
			return arguments[0]
		}
		return arguments[1]
	}},
	"get value": {least: 2, most: 2, call: func(_ *run, arguments []any) any {
		entries, ok := arguments[0].(map[string]any)
		key, alsoOk := arguments[1].(string)
		if !ok || !alsoOk {
			return nil
		}
		return entries[key]
	}},
}
