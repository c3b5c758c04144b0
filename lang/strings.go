package lang

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// literal decodes the text of strings. It reports escapes that don't exist.
type literal struct {
	source *Source
	diags  *Diagnostics
	at     Span // the whole string, for fixes
}

// decodeWhole decodes a string token without holes.
func (l *literal) decodeWhole(text string, from uint32) (string, StringForm) {
	switch {
	case strings.HasPrefix(text, `r"""`):
		body := text[4 : len(text)-3]
		return layout(body).join(func(line string, _ uint32) string { return line }, from+4), RawBlock
	case strings.HasPrefix(text, `r#`):
		return text[3 : len(text)-2], Raw
	case text[0] == 'r':
		return text[2 : len(text)-1], Raw
	case strings.HasPrefix(text, `"""`):
		l.checkBlock(text[3:len(text)-3], from+3)
		return layout(text[3:len(text)-3]).join(l.unescape, from+3), TextBlock
	}
	quote := strings.IndexAny(text, "\"'`")
	if text[quote] != '"' || quote > 0 {
		return text[quote+1 : len(text)-1], Quoted // reported, its escapes are not ours
	}
	return l.unescape(text[quote+1:len(text)-1], from+uint32(quote)+1), Quoted
}

// checkBlock reports text on the line of the opening quotes.
func (l *literal) checkBlock(body string, from uint32) {
	first, _, _ := strings.Cut(body, "\n")
	if strings.TrimSpace(first) == "" && len(first) < len(body) {
		return
	}
	at := Span{from, from}
	l.diags.Add(NewDiagnostic(l.source, "E0119", Span{from - 3, from}, "the text begins on the line after `\"\"\"`").
		Fix("begin a new line", Edit{at, "\n"}))
}

// unescape decodes the escapes of a text that begins at an offset.
func (l *literal) unescape(text string, from uint32) string {
	i := strings.IndexByte(text, '\\')
	if i < 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for i >= 0 {
		b.WriteString(text[:i])
		s, n := l.escape(text[i:], from+uint32(i))
		b.WriteString(s)
		from += uint32(i + n)
		text = text[i+n:]
		i = strings.IndexByte(text, '\\')
	}
	b.WriteString(text)
	return b.String()
}

var escapes = map[byte]string{
	'n': "\n", 'r': "\r", 't': "\t", '0': "\x00", 'e': "\x1b", '\\': `\`, '"': `"`, '$': "$",
}

// escape decodes the escape that a text begins with, and says how long it is.
func (l *literal) escape(text string, at uint32) (string, int) {
	if len(text) < 2 { // only where a line of a block ends
		l.diags.Add(NewDiagnostic(l.source, "E0106", Span{at, at + 1}, "a line can't end with a backslash").
			Fix("write a backslash as `\\\\`", Edit{Span{at, at + 1}, `\\`}))
		return text, len(text)
	}
	if s, ok := escapes[text[1]]; ok {
		return s, 2
	}
	if text[1] == 'u' {
		return l.codePoint(text, at)
	}
	if text[1] == 'x' && len(text) >= 4 && isHex(text[2]) && isHex(text[3]) {
		here := Span{at, at + 4}
		l.diags.Add(NewDiagnostic(l.source, "E0107", here, "a character is written `\\u{..}` with its number in hexadecimal").
			Replace(here, `\u{`+text[2:4]+`}`))
		return text[:4], 4
	}
	_, n := utf8.DecodeRuneInString(text[1:])
	here := Span{at, at + uint32(1+n)}
	d := NewDiagnostic(l.source, "E0106", here, "there is no escape `%s`", visible(text[:1+n])).
		Fix("write a backslash as `\\\\`", Edit{Span{at, at + 1}, `\\`})
	if strings.IndexByte(`dDwWsSbB.()[]+*?|^{}/-`, text[1]) >= 0 {
		d.Fix("write a regex", Edit{Span{l.at.From, l.at.From}, "re"})
	}
	l.diags.Add(d)
	return text[:1+n], 1 + n
}

// codePoint decodes `\u{1F600}`.
func (l *literal) codePoint(text string, at uint32) (string, int) {
	end := strings.IndexByte(text[:min(len(text), 10)], '}')
	if len(text) > 2 && text[2] == '{' && end > 3 && end <= 9 {
		if n, err := strconv.ParseUint(text[3:end], 16, 32); err == nil && utf8.ValidRune(rune(n)) {
			return string(rune(n)), end + 1
		}
	}
	n := 2
	for n < len(text) && n < 10 && (isHex(text[n]) || text[n] == '{' || text[n] == '}') {
		n++
	}
	d := NewDiagnostic(l.source, "E0107", Span{at, at + uint32(n)}, "a character is written `\\u{..}` with its number in hexadecimal")
	if hex := text[2:n]; len(hex) == 4 && strings.Trim(hex, "{}") == hex {
		d.Replace(Span{at, at + uint32(n)}, `\u{`+hex+`}`)
	}
	l.diags.Add(d)
	return text[:n], n
}

// block is the body of a `"""` string as lines, and the indent to take off.
// With holes, each text between them is a block of the same indent.
type block struct {
	text   string
	laid   bool   // it begins with a newline, which is dropped, and has an indent
	inner  bool   // it follows a hole, so its first line has no indent
	last   bool   // the closing quotes follow
	indent string // what all lines begin with
}

// layout finds the indent of a block without holes.
func layout(body string) block {
	b := block{text: body, last: true}
	b.laid = beginsLine(body)
	if b.laid {
		b.indent = commonIndent([]block{b})
	}
	return b
}

// beginsLine tells whether the body's first line is blank.
func beginsLine(body string) bool {
	first, _, found := strings.Cut(body, "\n")
	return found && strings.TrimSpace(first) == ""
}

// commonIndent is the white space that every line begins with, the line of the
// closing quotes included, other blank lines not.
func commonIndent(blocks []block) string {
	indent, found := "", false
	for _, b := range blocks {
		lines := strings.Split(b.text, "\n")
		for i, line := range lines[1:] {
			space := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
			if strings.TrimRight(line, "\r") == space && i+2 < len(lines) {
				continue
			}
			if !found {
				indent, found = space, true
			}
			for !strings.HasPrefix(space, indent) {
				indent = indent[:len(indent)-1]
			}
		}
	}
	return indent
}

// join takes the indent off, decodes each line, and puts the lines together.
func (b block) join(decode func(string, uint32) string, from uint32) string {
	if !strings.Contains(b.text, "\n") {
		return decode(b.text, from)
	}
	var out strings.Builder
	rest := b.text
	for first := true; ; first = false {
		line, tail, more := strings.Cut(rest, "\n")
		b.line(&out, line, first, more, decode, from)
		if !more {
			return out.String()
		}
		from += uint32(len(line) + 1)
		rest = tail
	}
}

// line writes one line of a block.
func (b block) line(out *strings.Builder, line string, first, more bool, decode func(string, uint32) string, from uint32) {
	if first && b.laid && !b.inner {
		return // the rest of the line of the opening quotes
	}
	text := strings.TrimSuffix(line, "\r")
	if !more {
		text = line
	}
	if !first && b.laid {
		cut := commonPrefix(text, b.indent)
		text, from = text[cut:], from+uint32(cut)
		if !more && b.last && strings.TrimLeft(text, " \t") == "" {
			return // the line of the closing quotes
		}
	}
	out.WriteString(decode(text, from))
	if more {
		out.WriteByte('\n')
	}
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
