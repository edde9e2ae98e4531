package feel

import (
	"cmp"
	"math"
	"time"
)

// and joins two truth values of three: true, false and null.
func and(left, right any) any {
	switch {
	case left == false || right == false:
		return false
	case left == true && right == true:
		return true
	}
	return nil
}

// compare gives true, false, or null if the values cannot be compared.
func compare(operator string, left, right any) any {
	switch operator {
	case "=":
		return equal(left, right)
	case "!=":
		return not(equal(left, right))
	}
	order, ok := order(left, right)
	if !ok {
		return nil
	}
	switch operator {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	default:
		return order >= 0
	}
}

func not(value any) any {
	if b, ok := value.(bool); ok {
		return !b
	}
	return nil
}

// order tells how two values of one type stand to each other: below, at or above 0.
func order(left, right any) (int, bool) {
	switch l := left.(type) {
	case float64:
		if r, ok := right.(float64); ok {
			return cmp.Compare(l, r), true
		}
	case string:
		if r, ok := right.(string); ok {
			return cmp.Compare(l, r), true
		}
	case Duration:
		if r, ok := right.(Duration); ok {
			return cmp.Compare(l, r), true
		}
	case Date:
		if r, ok := right.(Date); ok {
			return l.start().Compare(r.start()), true
		}
	case time.Time:
		if r, ok := right.(time.Time); ok {
			return l.Compare(r), true
		}
	}
	return 0, false
}

// equal gives true or false for values of one type and where one is null, else null.
func equal(left, right any) any {
	if left == nil || right == nil {
		return left == nil && right == nil
	}
	switch l := left.(type) {
	case bool:
		if r, ok := right.(bool); ok {
			return l == r
		}
	case []any:
		if r, ok := right.([]any); ok {
			return equalLists(l, r)
		}
	case map[string]any:
		if r, ok := right.(map[string]any); ok {
			return equalContexts(l, r)
		}
	default:
		if order, ok := order(left, right); ok {
			return order == 0
		}
	}
	return nil
}

func equalLists(left, right []any) bool {
	if len(left) != len(right) {
		return false
	}
	for i := range left {
		if equal(left[i], right[i]) != true {
			return false
		}
	}
	return true
}

func equalContexts(left, right map[string]any) bool {
	if len(left) != len(right) {
		return false
	}
	for key, l := range left {
		if r, ok := right[key]; !ok || equal(l, r) != true {
			return false
		}
	}
	return true
}

func contains(items []any, value any) bool {
	for _, item := range items {
		if equal(item, value) == true {
			return true
		}
	}
	return false
}

func negate(value any) any {
	switch v := value.(type) {
	case float64:
		return 0 - v
	case Duration:
		return -v
	}
	return nil
}

// calculate carries out an arithmetic operator; it gives null for values that it is not defined for.
func calculate(operator string, left, right any) any {
	switch l := left.(type) {
	case float64:
		switch r := right.(type) {
		case float64:
			return calculateNumbers(operator, l, r)
		case Duration:
			if operator == "*" {
				return scale(r, l)
			}
		}
	case string:
		if r, ok := right.(string); ok && operator == "+" {
			return l + r
		}
	case Duration, Date, time.Time:
		return calculateTimes(operator, left, right)
	}
	return nil
}

func calculateNumbers(operator string, left, right float64) any {
	switch operator {
	case "+":
		return finite(left + right)
	case "-":
		return finite(left - right)
	case "*":
		return finite(left * right)
	case "/":
		return finite(left / right)
	default:
		return finite(math.Pow(left, right))
	}
}

// finite gives null for what is no number, such as the result of a division by zero.
func finite(number float64) any {
	if math.IsInf(number, 0) || math.IsNaN(number) {
		return nil
	}
	return number
}
