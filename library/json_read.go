package library

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"rex/capability"
)

// MaxInput is how many bytes of text a parser of data takes.
const MaxInput = 16 << 20

// checkLength refuses what no parser of data takes.
func checkLength(text string) error {
	if len(text) > MaxInput {
		return fault(capability.TooLarge, "the text is longer than 16 MiB")
	}
	return nil
}

// lineOf is where a byte of a text stands, for people: both count from 1, and
// columns are code points.
func lineOf(text string, at int) (line, column int) {
	before := text[:min(at, len(text))]
	line = 1 + strings.Count(before, "\n")
	return line, 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
}

// badInput says what is wrong with a text of some format, and where.
func badInput(format string, line, column int, what string) error {
	return fault(capability.Invalid, fmt.Sprintf("%s, line %d, column %d: %s", format, line, column, capability.Printable(what)))
}

// ParseJSON reads one JSON value: objects become map[any], arrays list[any],
// numbers without fraction and exponent int, others float. It is strict
// (RFC 8259): an integer beyond 64 bits, a key that stands twice in an object,
// text that isn't UTF-8 and half a surrogate pair are refused, because
// whatever is done with them silently is wrong for somebody. A byte order mark
// is skipped. Errors are of kind invalid or too_large and name line and column.
//
// Strings without escapes are parts of the text, not copies. The parser is our
// own because those of the standard library accept bad UTF-8 and keys that
// stand twice; a fuzz test holds it to encoding/json in all else.
func ParseJSON(text string, m Meter) (capability.Value, error) { return parseJSON(text, m, false) }

func parseJSON(text string, m Meter, bigAsText bool) (capability.Value, error) {
	if err := checkLength(text); err != nil {
		return nil, err
	}
	p := jsonReader{walk: newWalk(m), text: text, big: bigAsText}
	p.left = math.MaxInt64 // the text's length bounds the work
	p.at = len(text) - len(strings.TrimPrefix(text, "\ufeff"))
	v, err := p.document()
	if err != nil {
		return nil, err
	}
	if err := p.pay(0); err != nil {
		return nil, err
	}
	return v, p.flush()
}

type jsonReader struct {
	walk
	text   string
	at     int
	big    bool
	memory int64 // taken, not yet charged
}

// pay charges the memory of what is about to be built.
func (p *jsonReader) pay(bytes int64) error {
	if p.memory += bytes; p.meter == nil || p.memory < 4096 && bytes > 0 {
		return nil
	}
	n := p.memory
	p.memory = 0
	return p.meter.Memory(n)
}

// fail reports what is wrong at the present place.
func (p *jsonReader) fail(format string, args ...any) error { return p.failAt(p.at, format, args...) }

func (p *jsonReader) failAt(at int, format string, args ...any) error {
	line, column := lineOf(p.text, at)
	return badInput("JSON", line, column, fmt.Sprintf(format, args...))
}

// unexpected says what stands here instead of what is wanted.
func (p *jsonReader) unexpected(want string) error {
	if p.at >= len(p.text) {
		return p.fail("expected %s, found the end", want)
	}
	r, n := utf8.DecodeRuneInString(p.text[p.at:])
	if r == utf8.RuneError && n == 1 {
		return p.fail("the text is not UTF-8")
	}
	return p.fail("expected %s, found %q", want, r)
}

func (p *jsonReader) document() (capability.Value, error) {
	v, err := p.value()
	if err != nil {
		return nil, err
	}
	if p.space(); p.at < len(p.text) {
		return nil, p.unexpected("the end")
	}
	return v, nil
}

func (p *jsonReader) space() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

// next skips white space and gives the byte there, 0 at the end.
func (p *jsonReader) next() byte {
	p.space()
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *jsonReader) value() (capability.Value, error) {
	if err := p.step(1); err != nil {
		return nil, err
	}
	switch c := p.next(); {
	case c == '{':
		return p.object()
	case c == '[':
		return p.array()
	case c == '"':
		s, err := p.str()
		if err != nil {
			return nil, err
		}
		return capability.StringValue(s), p.pay(16)
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	case c == 't':
		return capability.BoolValue(true), p.word("true")
	case c == 'f':
		return capability.BoolValue(false), p.word("false")
	case c == 'n':
		return nil, p.word("null")
	}
	return nil, p.unexpected("a value")
}

func (p *jsonReader) word(w string) error {
	if !strings.HasPrefix(p.text[p.at:], w) {
		return p.unexpected(w)
	}
	p.at += len(w)
	return nil
}

// What containers cost, about: their header, an element, an entry.
const (
	containerBytes = 96
	elementBytes   = 16
	entryBytes     = 64
)

func (p *jsonReader) array() (capability.Value, error) {
	if p.enter() != nil {
		return nil, p.fail("nested more than %d levels deep", capability.MaxValueDepth)
	}
	defer p.leave()
	p.at++
	l := capability.NewList(capability.Any)
	if err := p.pay(containerBytes); err != nil {
		return nil, err
	}
	if p.next() == ']' {
		p.at++
		return l, nil
	}
	for {
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		if err := p.pay(elementBytes); err != nil {
			return nil, err
		}
		l.R = append(l.R, v)
		switch p.next() {
		case ',':
			p.at++
		case ']':
			p.at++
			return l, nil
		default:
			return nil, p.unexpected("a comma or ]")
		}
	}
}

func (p *jsonReader) object() (capability.Value, error) {
	if p.enter() != nil {
		return nil, p.fail("nested more than %d levels deep", capability.MaxValueDepth)
	}
	defer p.leave()
	p.at++
	m := capability.NewMap(capability.Any)
	if err := p.pay(containerBytes); err != nil {
		return nil, err
	}
	if p.next() == '}' {
		p.at++
		return m, nil
	}
	for {
		if err := p.entry(m); err != nil {
			return nil, err
		}
		switch p.next() {
		case ',':
			p.at++
		case '}':
			p.at++
			return m, nil
		default:
			return nil, p.unexpected("a comma or }")
		}
	}
}

func (p *jsonReader) entry(m *capability.Map) error {
	if p.next() != '"' {
		return p.unexpected("a key in quotes")
	}
	at := p.at
	key, err := p.str()
	if err != nil {
		return err
	}
	if m.Find(key) >= 0 {
		return p.failAt(at, "the key %q stands twice in one object", key)
	}
	if p.next() != ':' {
		return p.unexpected("a colon")
	}
	p.at++
	v, err := p.value()
	if err != nil {
		return err
	}
	if err := p.pay(entryBytes); err != nil {
		return err
	}
	m.R[m.Place(key)] = v
	return nil
}

// number reads a number; its form is checked here, its value by strconv.
func (p *jsonReader) number() (capability.Value, error) {
	from, whole := p.at, true
	if p.text[p.at] == '-' {
		p.at++
	}
	zero := p.at < len(p.text) && p.text[p.at] == '0'
	switch n := p.digits(); {
	case n == 0:
		return nil, p.unexpected("a digit")
	case zero && n > 1:
		return nil, p.failAt(from, "a number has no leading zero")
	}
	if p.at < len(p.text) && p.text[p.at] == '.' {
		whole = false
		if p.at++; p.digits() == 0 {
			return nil, p.unexpected("a digit")
		}
	}
	if p.at < len(p.text) && p.text[p.at]|0x20 == 'e' {
		whole = false
		if p.at++; p.at < len(p.text) && (p.text[p.at] == '+' || p.text[p.at] == '-') {
			p.at++
		}
		if p.digits() == 0 {
			return nil, p.unexpected("a digit")
		}
	}
	if whole {
		return p.integer(from)
	}
	x, err := strconv.ParseFloat(p.text[from:p.at], 64)
	if err != nil {
		return nil, p.failAt(from, "the number does not fit into a float")
	}
	return capability.FloatValue(x), p.pay(8)
}

func (p *jsonReader) digits() int {
	from := p.at
	for p.at < len(p.text) && p.text[p.at] >= '0' && p.text[p.at] <= '9' {
		p.at++
	}
	return p.at - from
}

func (p *jsonReader) integer(from int) (capability.Value, error) {
	n, err := strconv.ParseInt(p.text[from:p.at], 10, 64)
	switch {
	case err == nil:
		return capability.IntValue(n), p.pay(8)
	case p.big:
		return capability.StringValue(p.text[from:p.at]), p.pay(16)
	}
	return nil, p.failAt(from, `the integer does not fit into 64 bits (big: "text" keeps it as text)`)
}

// str reads a string; one without escapes is a part of the text.
func (p *jsonReader) str() (string, error) {
	p.at++
	from := p.at
	ascii := true
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == '"':
			s := p.text[from:p.at]
			if !ascii && !utf8.ValidString(s) {
				return "", p.failAt(from, "the string is not UTF-8")
			}
			p.at++
			return s, p.step(int64(len(s)) / 32)
		case c == '\\':
			return p.escaped(from)
		case c < 0x20:
			return "", p.fail("a control character in a string must be written as an escape")
		case c >= utf8.RuneSelf:
			ascii = false
		}
		p.at++
	}
	return "", p.unexpected("a closing quote")
}

// escaped reads a string on from its first escape.
func (p *jsonReader) escaped(from int) (string, error) {
	var b strings.Builder
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == '"':
			b.WriteString(p.text[from:p.at])
			p.at++
			if !utf8.ValidString(b.String()) {
				return "", p.failAt(from, "the string is not UTF-8")
			}
			if err := p.pay(int64(b.Len())); err != nil {
				return "", err
			}
			return b.String(), p.step(int64(b.Len()) / 16)
		case c < 0x20:
			return "", p.fail("a control character in a string must be written as an escape")
		case c == '\\':
			b.WriteString(p.text[from:p.at])
			r, err := p.escape()
			if err != nil {
				return "", err
			}
			b.WriteRune(r)
			from = p.at
		default:
			p.at++
		}
	}
	return "", p.unexpected("a closing quote")
}

// escape reads one escape, a surrogate pair being one.
func (p *jsonReader) escape() (rune, error) {
	const named = "\"\\/bfnrt"
	const stands = "\"\\/\b\f\n\r\t"
	if p.at+1 < len(p.text) {
		if i := strings.IndexByte(named, p.text[p.at+1]); i >= 0 {
			p.at += 2
			return rune(stands[i]), nil
		}
	}
	at := p.at
	r, ok := p.unit()
	if !ok {
		return 0, p.failAt(at, "this is no escape of JSON")
	}
	if !utf16.IsSurrogate(r) {
		return r, nil
	}
	if low, ok := p.unit(); ok {
		if r := utf16.DecodeRune(r, low); r != utf8.RuneError {
			return r, nil
		}
	}
	return 0, p.failAt(at, "half of a surrogate pair")
}

// unit reads \uXXXX.
func (p *jsonReader) unit() (rune, bool) {
	if !strings.HasPrefix(p.text[p.at:], `\u`) || p.at+6 > len(p.text) {
		return 0, false
	}
	n, err := strconv.ParseUint(p.text[p.at+2:p.at+6], 16, 16)
	if err != nil {
		return 0, false
	}
	p.at += 6
	return rune(n), true
}
