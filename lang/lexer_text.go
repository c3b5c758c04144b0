package lang

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// odd is a character that may stand nowhere in a source.
type odd struct {
	at Span
	r  rune
}

// maxOdd is how many odd characters are reported.
const maxOdd = 10

// isBidi tells whether a character changes the direction of text, so that a
// source could read otherwise than it runs.
func isBidi(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200e || r == 0x200f || r == 0x61c
}

// isOdd tells whether a character may stand nowhere in a source.
func isOdd(r rune) bool {
	return r != '\n' && r != '\t' && unicode.IsControl(r) || isBidi(r)
}

func isLetter(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r) || r < utf8.RuneSelf && isNameByte(byte(r))
}

// checkText finds bytes that aren't UTF-8, which are reported, and characters
// that may not stand in a source, which are returned: how to write them
// otherwise depends on whether they stand in a string.
func (s *scanner) checkText() []odd {
	var found []odd
	for i := 0; i < len(s.src); {
		c := s.src[i]
		if c < utf8.RuneSelf {
			if (c < ' ' || c == 0x7f) && isOdd(rune(c)) && !(c == '\r' && s.byteAt(i+1) == '\n') && len(found) < maxOdd {
				found = append(found, odd{span(i, i+1), rune(c)})
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s.src[i:])
		if r == utf8.RuneError && n == 1 {
			s.report("E0101", span(i, i+1), "the source is not UTF-8 here (byte %#x)", c)
			return found
		}
		if isOdd(r) && len(found) < maxOdd {
			found = append(found, odd{span(i, i+n), r})
		}
		i += n
	}
	return found
}

// reportOdd reports odd characters; in a string with escapes the fix is one.
func (s *scanner) reportOdd(found []odd) {
	for _, o := range found {
		code, what := "E0102", "a control character"
		if isBidi(o.r) {
			code, what = "E0103", "a character that changes the direction of text"
		}
		d := s.report(code, o.at, "%s, U+%04X, may not stand in a source", what, o.r)
		if s.inString(o.at) {
			d.Replace(o.at, fmt.Sprintf(`\u{%X}`, o.r))
		} else {
			d.Replace(o.at, "")
		}
	}
}

// inString tells whether a span lies in a string that has escapes.
func (s *scanner) inString(at Span) bool {
	for _, t := range s.tokens {
		if t.at.From <= at.From && at.To <= t.at.To {
			return t.kind == kStrPart || t.kind == kString && s.src[t.at.From] == '"'
		}
	}
	return false
}
