package feel

import "time"

var timeFunctions = map[string]builtin{
	"now":   {call: func(r *run, _ []any) any { return r.now() }},
	"today": {call: func(r *run, _ []any) any { return dateOf(r.now()) }},
	"duration": withText(func(text string) any {
		d, err := ParseDuration(text)
		if err != nil {
			return nil
		}
		return Duration(d)
	}),
	"date and time": withText(func(text string) any {
		t, err := ParseDateTime(text)
		if err != nil {
			return nil
		}
		return t
	}),
	"date": {least: 1, most: 1, call: toDate},
}

// now has no zone of this machine and no monotonic reading in it.
func (r *run) now() time.Time { return r.context.Now.Round(0).UTC() }

func toDate(_ *run, arguments []any) any {
	switch v := arguments[0].(type) {
	case string:
		if date, ok := parseTemporal(v).(Date); ok {
			return date
		}
	case time.Time:
		return dateOf(v.UTC())
	case Date:
		return v
	}
	return nil
}
