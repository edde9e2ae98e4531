package feel

import "slices"

var listFunctions = map[string]builtin{
	"count":           withList(func(items []any) any { return float64(len(items)) }),
	"append":          {least: 2, most: many, call: appendItems},
	"concatenate":     {least: 1, most: many, call: concatenate},
	"list contains":   {least: 2, most: 2, deep: true, call: listContains},
	"distinct values": {least: 1, most: 1, deep: true, call: distinctValues},
	"flatten":         {least: 1, most: 1, deep: true, call: flattenList},
	"all":             withItems(func(items []any) any { return quantify(items, false) }),
	"any":             withItems(func(items []any) any { return quantify(items, true) }),
}

func appendItems(_ *run, arguments []any) any {
	items, ok := arguments[0].([]any)
	if !ok {
		return nil
	}
	return slices.Concat(items, arguments[1:])
}

func concatenate(_ *run, arguments []any) any {
	all := []any{}
	for _, argument := range arguments {
		items, ok := argument.([]any)
		if !ok {
			return nil
		}
		all = append(all, items...)
	}
	return all
}

func listContains(_ *run, arguments []any) any {
	items, ok := arguments[0].([]any)
	if !ok {
		return nil
	}
	return contains(items, arguments[1])
}

func distinctValues(r *run, arguments []any) any {
	items, ok := arguments[0].([]any)
	if !ok {
		return nil
	}
	distinct := []any{}
	for _, item := range items {
		r.charge(len(distinct))
		if !contains(distinct, item) {
			distinct = append(distinct, item)
		}
	}
	return distinct
}

func flattenList(_ *run, arguments []any) any {
	items, ok := arguments[0].([]any)
	if !ok {
		return nil
	}
	return flatten([]any{}, items)
}

func flatten(into, items []any) []any {
	for _, item := range items {
		if nested, ok := item.([]any); ok {
			into = flatten(into, nested)
		} else {
			into = append(into, item)
		}
	}
	return into
}

// quantify is "or" over all items if true is decisive, "and" if false is.
func quantify(items []any, decisive bool) any {
	var result any = !decisive
	for _, item := range items {
		switch item {
		case decisive:
			return decisive
		case !decisive:
		default:
			result = nil
		}
	}
	return result
}
