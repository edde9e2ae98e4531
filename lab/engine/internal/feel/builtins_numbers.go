package feel

import (
	"math"
	"strconv"
	"strings"
)

var numberFunctions = map[string]builtin{
	"number":          {least: 1, most: 1, call: toNumber},
	"floor":           rounding(math.Floor),
	"ceiling":         rounding(math.Ceil),
	"round up":        rounding(func(n float64) float64 { return math.Copysign(math.Ceil(math.Abs(n)), n) }),
	"round down":      rounding(math.Trunc),
	"round half up":   rounding(math.Round),
	"round half down": rounding(func(n float64) float64 { return math.Copysign(math.Ceil(math.Abs(n)-0.5), n) }),
	"sum":             withItems(sum),
	"min":             withItems(func(items []any) any { return extreme(items, -1) }),
	"max":             withItems(func(items []any) any { return extreme(items, 1) }),
}

// rounding takes a number and, optionally, how many digits after the point to keep.
func rounding(round func(float64) float64) builtin {
	return builtin{least: 1, most: 2, call: func(_ *run, arguments []any) any {
		n, ok := arguments[0].(float64)
		if !ok {
			return nil
		}
		factor := 1.0
		if len(arguments) > 1 {
			digits, ok := arguments[1].(float64)
			if !ok || digits != math.Trunc(digits) || math.Abs(digits) > 300 {
				return nil
			}
			factor = math.Pow(10, digits)
		}
		return finite(round(n*factor)/factor + 0) // + 0: there is no negative zero
	}}
}

func toNumber(_ *run, arguments []any) any {
	switch v := arguments[0].(type) {
	case float64:
		return v
	case string:
		if n, ok := parseNumber(strings.TrimSpace(v)); ok {
			return n
		}
	}
	return nil
}

// parseNumber reads a decimal number; unlike strconv it takes no words, no hexadecimal digits and no underscores.
func parseNumber(text string) (float64, bool) {
	if strings.Trim(text, "0123456789.+-eE") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil
}

func formatNumber(n float64) string {
	if n == 0 {
		return "0"
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// sum adds numbers, or durations; the sum of nothing is null.
func sum(items []any) any {
	if len(items) == 0 {
		return nil
	}
	total := items[0]
	switch total.(type) {
	case float64, Duration:
	default:
		return nil
	}
	for _, item := range items[1:] {
		total = calculate("+", total, item)
	}
	return total
}

// extreme gives the item that is lowest, for a direction of -1, or highest, for 1; null if the items cannot be compared.
func extreme(items []any, direction int) any {
	if len(items) == 0 {
		return nil
	}
	best := items[0]
	if _, ok := order(best, best); !ok {
		return nil
	}
	for _, item := range items[1:] {
		comparison, ok := order(item, best)
		if !ok {
			return nil
		}
		if comparison*direction > 0 {
			best = item
		}
	}
	return best
}
