package lang

import (
	"fmt"
	"regexp"
	"strings"
)

// What other languages write where we write a string or a regex. The lexer
// meets them. An error of a string is reported with the whole of it, so that
// one fix does all.

// isStringPrefix tells whether a word before quotes is the prefix of a string
// in other languages.
func isStringPrefix(word string) bool {
	switch word {
	case "f", "F", "b", "B", "u", "U", "rb", "br", "fr", "rf", "s", "L":
		return true
	}
	return false
}

// prefixedString reads `f"..{x}.."`, `$"..{x}.."`, `b".."` and their kin.
func (s *scanner) prefixedString(quote int) {
	from, prefix := s.pos, s.src[s.pos:quote]
	end := s.foreignEnd(quote)
	if end < 0 || strings.Contains(s.src[quote:end], "\n") {
		s.report("E0111", span(from, quote), "a string with holes needs no prefix").
			Offer("remove the prefix; a hole is `${..}`", Edit{span(from, quote), ""})
		s.pos = quote
		if s.src[quote] == '"' {
			s.beginString(quote, quote, kStrBegin)
		} else {
			s.foreignQuotes(s.src[quote])
		}
		return
	}
	s.pos = end
	at := span(from, end)
	body := requote(s.src[quote+1:end-1], s.src[quote])
	text := `"` + body + `"`
	d := s.report("E0111", span(from, quote), "a string needs no prefix: `\"${x}\"` has a hole")
	switch strings.ToLower(prefix) {
	case "f", "$", "fr", "rf", "s":
		if !strings.Contains(body, "${") {
			text = `"` + braceHoles(body) + `"`
		}
		d.Replace(at, text)
	case "b", "rb", "br":
		d.Replace(at, text+".bytes()")
	default:
		d.Replace(at, text)
	}
	s.emit(kString, from, end)
}

// foreignEnd is where a string in any quotes ends, -1 if it doesn't.
func (s *scanner) foreignEnd(quote int) int {
	for i := quote + 1; i < len(s.src); i++ {
		switch s.src[i] {
		case s.src[quote]:
			return i + 1
		case '\\':
			i++
		case '\n':
			if s.src[quote] != '`' {
				return -1
			}
		}
	}
	return -1
}

// requote writes the text of a string in other quotes for ours: outside of
// holes `"` needs a backslash, and the other quote none.
func requote(body string, quote byte) string {
	if quote == '"' {
		return body
	}
	var b strings.Builder
	depth := 0
	for i := 0; i < len(body); i++ {
		c := body[i]
		switch {
		case c == '\\' && i+1 < len(body) && body[i+1] == quote:
			continue
		case c == '\\' && i+1 < len(body):
			b.WriteByte(c)
			i++
			c = body[i]
		case c == '$' && i+1 < len(body) && body[i+1] == '{' && quote == '`':
			depth++
			b.WriteByte(c)
			i++
			c = body[i]
		case depth > 0 && c == '{':
			depth++
		case depth > 0 && c == '}':
			depth--
		case c == '"' && depth == 0:
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}

// braceHoles writes `{x}` as `${x}`, and `{{` as `{`.
func braceHoles(body string) string {
	var b strings.Builder
	depth := 0
	for i := 0; i < len(body); i++ {
		c, next := body[i], byte(0)
		if i+1 < len(body) {
			next = body[i+1]
		}
		switch {
		case depth == 0 && (c == '{' || c == '}') && next == c:
			i++
		case c == '{':
			if depth == 0 {
				b.WriteByte('$')
			}
			depth++
		case c == '}' && depth > 0:
			depth--
		}
		b.WriteByte(c)
	}
	return b.String()
}

// foreignQuotes reads `'..'`, the same tripled, and back-ticks, which are reported. Holes
// are text between `'`, and holes between back-ticks.
func (s *scanner) foreignQuotes(quote byte) {
	from := s.pos
	triple := strings.Repeat(string(quote), 3)
	if strings.HasPrefix(s.src[from:], triple) {
		if n := strings.Index(s.src[from+3:], triple); n >= 0 {
			s.quoted(from, from+3+n+3, s.src[from+3:from+3+n], quote)
			return
		}
	}
	end := s.foreignEnd(from)
	if end < 0 {
		s.pos = from + 1
		s.report("E0110", span(from, s.pos), "a string is written between `\"`")
		s.emit(kBad, from, s.pos)
		return
	}
	s.quoted(from, end, s.src[from+1:end-1], quote)
}

// quoted reports a string in other quotes.
func (s *scanner) quoted(from, end int, body string, quote byte) {
	s.pos = end
	at := span(from, end)
	d := s.report("E0110", at, "a string is written between `\"`")
	text := requote(body, quote)
	switch {
	case strings.Contains(body, "\n"):
		if !strings.HasPrefix(body, " ") && !strings.HasPrefix(body, "\t") && !strings.Contains(body, `"""`) && !strings.Contains(body, `\`) {
			d.Replace(at, "\"\"\"\n"+body+`"""`)
		}
	case strings.Contains(body, "${") && quote == '\'':
		d.Offer("as it is there: no hole", Edit{at, `"` + strings.ReplaceAll(text, "${", `\${`) + `"`})
		d.Offer("with a hole", Edit{at, `"` + text + `"`})
	default:
		d.Replace(at, `"`+text+`"`)
	}
	s.emit(kString, from, end)
}

// ---- regular expressions ----

var regexLiteral = regexp.MustCompile(`^/((?:[^/\\\n ]|\\.)(?:[^/\\\n]|\\.)*)/([gimsuy]*)`)

// isForeignRegex tells whether a `/` begins `/re/`: where an operand stands.
func (s *scanner) isForeignRegex() bool {
	return !endsExpression(s.prev()) && len(s.tokens) > 0 && regexLiteral.MatchString(s.line())
}

// line is the rest of the line, as far as a regex may go.
func (s *scanner) line() string {
	line, _, _ := strings.Cut(s.src[s.pos:min(s.pos+MaxRegex, len(s.src))], "\n")
	return line
}

// foreignRegex reads `/re/i`.
func (s *scanner) foreignRegex() {
	m := regexLiteral.FindStringSubmatch(s.line())
	from := s.pos
	s.pos += len(m[0])
	body := strings.ReplaceAll(strings.ReplaceAll(m[1], `\/`, `/`), `"`, `\"`)
	if flags := strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune("ims", r) {
			return r
		}
		return -1
	}, m[2]), ""); flags != "" {
		body = fmt.Sprintf("(?%s)%s", flags, body)
	}
	s.report("E0110", span(from, s.pos), "a regex is written `re\"..\"`").Replace(span(from, s.pos), `re"`+body+`"`)
	s.emit(kBad, from, s.pos)
}

// ---- values put into a text ----

var verb = regexp.MustCompile(`%(?:(-?)(0?)(\d+))?(?:\.(\d+))?([a-zA-Z%])`)

// FormatText writes `"x is %d" % x` with holes: body is the text between its
// quotes, args the source of the values. ok is false when that is not possible.
func FormatText(body string, args []string) (text string, ok bool) {
	ok = !strings.Contains(body, "${")
	used := 0
	text = verb.ReplaceAllStringFunc(body, func(v string) string {
		m := verb.FindStringSubmatch(v)
		if m[5] == "%" {
			return "%"
		}
		if used >= len(args) || !strings.Contains("sdifvquxg", m[5]) || m[5] == "x" || m[5] == "q" || m[5] == "u" {
			ok = false
			return v
		}
		arg := args[used]
		used++
		switch {
		case m[4] != "" && m[3] == "":
			return "${" + arg + ".fixed(" + m[4] + ")}"
		case m[3] != "" && m[4] == "":
			return "${" + padded(arg, m) + "}"
		case m[3] != "":
			ok = false
		}
		return "${" + arg + "}"
	})
	return text, ok && used == len(args)
}

// padded writes the width of a verb.
func padded(arg string, m []string) string {
	with, align := "", `, align: "right"`
	if m[2] != "" {
		with = `, with: "0"`
	}
	if m[1] != "" {
		align = ""
	}
	if strings.HasPrefix(arg, `"`) {
		return arg + ".pad(" + m[3] + align + with + ")"
	}
	return `"${` + arg + `}".pad(` + m[3] + align + with + ")"
}
