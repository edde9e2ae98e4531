package feel

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenName
	tokenQuotedName // a name in backticks, never a keyword
	tokenNumber
	tokenString
	tokenSymbol
)

type token struct {
	kind     tokenKind
	text     string // a string's content with its escapes resolved
	position int    // in characters, from 1
}

func (t token) String() string {
	switch t.kind {
	case tokenEnd:
		return "the end"
	case tokenString:
		return "the string " + strconv.Quote(t.text)
	default:
		return strconv.Quote(t.text)
	}
}

// symbols are tried in this order, so the longer ones come first.
var symbols = []string{
	"..", "**", "!=", "<=", ">=", "(", ")", "[", "]", "{", "}", ",", ":", ".", "+", "-", "*", "/", "=", "<", ">", "?", "@",
}

type lexer struct {
	source string
	offset int
}

// tokenize splits a source into tokens; the last one is always tokenEnd.
func tokenize(source string) ([]token, error) {
	l := &lexer{source: source}
	var tokens []token
	for {
		if err := l.skipBlank(); err != nil {
			return nil, err
		}
		t, err := l.next()
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
		if t.kind == tokenEnd {
			return tokens, nil
		}
	}
}

func (l *lexer) rest() string { return l.source[l.offset:] }

func (l *lexer) fail(at int, format string, args ...any) error {
	return syntaxError(l.source, utf8.RuneCountInString(l.source[:at])+1, fmt.Sprintf(format, args...))
}

func (l *lexer) skipBlank() error {
	for {
		l.offset = len(l.source) - len(strings.TrimLeftFunc(l.rest(), unicode.IsSpace))
		switch {
		case strings.HasPrefix(l.rest(), "//"):
			if end := strings.IndexByte(l.rest(), '\n'); end >= 0 {
				l.offset += end
			} else {
				l.offset = len(l.source)
			}
		case strings.HasPrefix(l.rest(), "/*"):
			end := strings.Index(l.rest()[2:], "*/")
			if end < 0 {
				return l.fail(l.offset, `expected the comment to be closed with "*/"`)
			}
			l.offset += end + 4
		default:
			return nil
		}
	}
}

func (l *lexer) next() (token, error) {
	start := l.offset
	rest := l.rest()
	if rest == "" {
		return l.token(tokenEnd, start, ""), nil
	}
	first, _ := utf8.DecodeRuneInString(rest)
	switch {
	case first == '"':
		return l.stringToken()
	case first == '`':
		end := strings.IndexByte(rest[1:], '`')
		if end < 0 {
			return token{}, l.fail(start, "expected the name to be closed with a backtick")
		}
		l.offset += end + 2
		return l.token(tokenQuotedName, start, rest[1:end+1]), nil
	case isDigit(first), first == '.' && len(rest) > 1 && isDigit(rune(rest[1])):
		l.offset += numberLength(rest)
		return l.token(tokenNumber, start, l.source[start:l.offset]), nil
	case isNameStart(first):
		length := strings.IndexFunc(rest, func(r rune) bool { return !isNameStart(r) && !unicode.IsDigit(r) })
		if length < 0 {
			length = len(rest)
		}
		l.offset += length
		return l.token(tokenName, start, rest[:length]), nil
	}
	for _, symbol := range symbols {
		if strings.HasPrefix(rest, symbol) {
			l.offset += len(symbol)
			return l.token(tokenSymbol, start, symbol), nil
		}
	}
	return token{}, l.fail(start, "%q has no meaning here", string(first))
}

func (l *lexer) token(kind tokenKind, start int, text string) token {
	return token{kind: kind, text: text, position: utf8.RuneCountInString(l.source[:start]) + 1}
}

func (l *lexer) stringToken() (token, error) {
	start := l.offset
	var content strings.Builder
	for i := start + 1; i < len(l.source); i++ {
		switch c := l.source[i]; c {
		case '"':
			l.offset = i + 1
			return l.token(tokenString, start, content.String()), nil
		case '\\':
			text, length := unescape(l.source[i:])
			content.WriteString(text)
			i += length - 1
		default:
			content.WriteByte(c)
		}
	}
	return token{}, l.fail(start, "expected the string to be closed with a quotation mark")
}

// unescape resolves the escape at the start of the text and gives its length in bytes. What is no escape stays as it is.
func unescape(text string) (string, int) {
	if len(text) < 2 {
		return text, len(text)
	}
	switch text[1] {
	case 'n':
		return "\n", 2
	case 't':
		return "\t", 2
	case 'r':
		return "\r", 2
	case '"', '\\', '\'':
		return text[1:2], 2
	case 'u':
		if len(text) >= 6 {
			if code, err := strconv.ParseUint(text[2:6], 16, 16); err == nil {
				return string(rune(code)), 6
			}
		}
	}
	return text[:1], 1
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func isNameStart(r rune) bool { return r == '_' || r == '$' || unicode.IsLetter(r) }

// numberLength measures the number at the start of the text; "1..5" is a range, so its number is "1".
func numberLength(text string) int {
	length := digits(text)
	if length < len(text)-1 && text[length] == '.' && isDigit(rune(text[length+1])) {
		length += 1 + digits(text[length+1:])
	}
	return length
}

func digits(text string) int {
	n := 0
	for n < len(text) && isDigit(rune(text[n])) {
		n++
	}
	return n
}

func syntaxError(source string, position int, problem string) error {
	return fmt.Errorf("FEEL expression %s, character %d: %s", quoteSource(source), position, problem)
}
