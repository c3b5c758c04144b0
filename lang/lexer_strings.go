package lang

import "strings"

// strBounds says how a string with holes was begun and so how it ends.
type strBounds struct {
	begin kind // kStrBegin or kReBegin
	at    int  // where it begins
	block bool // it is between `"""`
}

func (b strBounds) quotes() string {
	if b.block {
		return `"""`
	}
	return `"`
}

// beginString reads a string or regex that begins at from and whose quotes are
// at quote: all of it when it has no holes, else up to its first hole.
func (s *scanner) beginString(from, quote int, begin kind) {
	b := strBounds{begin, from, begin == kStrBegin && strings.HasPrefix(s.src[quote:], `"""`)}
	body := quote + len(b.quotes())
	end, found := s.stringPart(body, b)
	switch {
	case found == '"':
		s.pos = end + len(b.quotes())
		s.checkLength(b, s.pos)
		s.emit(wholeKind(begin), from, s.pos)
	case found == '$' || !s.endsHole(quote, b):
		s.emit(begin, from, body)
		s.pos = body
		s.continueString(b)
	}
}

func wholeKind(begin kind) kind {
	if begin == kReBegin {
		return kRegex
	}
	return kString
}

// stringPart finds the end of the text from i on, and what ends it: the closing
// quotes ('"'), a hole ('$'), or nothing (0), when the line or file ends.
func (s *scanner) stringPart(i int, b strBounds) (end int, found byte) {
	for ; i < len(s.src); i++ {
		switch s.src[i] {
		case '\\':
			if s.byteAt(i+1) != '\n' || b.block {
				i++
			}
		case '\n':
			if !b.block {
				return i, 0
			}
		case '"':
			if !b.block || strings.HasPrefix(s.src[i:], `"""`) {
				return i, '"'
			}
		case '$':
			if s.byteAt(i+1) == '{' {
				return i, '$'
			}
		}
	}
	return len(s.src), 0
}

// continueString reads from text inside a string up to its next hole or end.
func (s *scanner) continueString(b strBounds) {
	from := s.pos
	end, found := s.stringPart(from, b)
	if end > from {
		s.emit(kStrPart, from, end)
	}
	s.pos = end
	switch found {
	case '$':
		s.pos += len("${")
		s.emit(kHole, end, s.pos)
		s.pushOpen(bracket{kHole, end, b})
	case '"':
		s.pos += len(b.quotes())
		s.checkLength(b, s.pos)
		s.emit(kStrEnd, end, s.pos)
	default:
		s.openString(b)
	}
}

// openString reports a string that isn't closed where its line or the file ends.
func (s *scanner) openString(b strBounds) {
	end := s.pos
	if end > b.at && s.src[end-1] == '\r' {
		end--
	}
	s.emit(kStrEnd, end, end)
	if !s.suspect {
		what := "string"
		if b.begin == kReBegin {
			what = "regex"
		}
		at := s.beforeClosers(b, end)
		s.report("E0105", span(b.at, end), "this %s is not closed", what).
			Offer("write `"+b.quotes()+"`", Edit{span(at, at), b.quotes()})
	}
	s.suspect = true
	if !b.block {
		s.closeDown(s.openBefore(b.at), "")
	}
}

// openBefore is the number of brackets that stay open when those are closed that
// were opened on the line of an offset and join lines: their closers are
// probably in the string that isn't closed there.
func (s *scanner) openBefore(at int) int {
	i := len(s.open)
	for i > 0 && s.open[i-1].kind != kLBrace && strings.IndexByte(s.src[s.open[i-1].at:at], '\n') < 0 {
		i--
	}
	return i
}

// beforeClosers finds where the quotes of a string that isn't closed probably
// belong: before the closers at the end of the line.
func (s *scanner) beforeClosers(b strBounds, end int) int {
	if b.block {
		return end
	}
	for i := s.openBefore(b.at); i < len(s.open) && end > b.at+1; i++ {
		if c := s.src[end-1]; c != ')' && c != ']' {
			break
		}
		end--
	}
	return end
}

// endsHole handles `"${x"`: quotes that begin no string because the line ends
// before they are closed, directly inside a hole of a string in quotes. They
// close that string, and the hole's `}` is what is missing.
func (s *scanner) endsHole(quote int, b strBounds) bool {
	n := len(s.open)
	if n == 0 || b.begin != kStrBegin || b.block {
		return false
	}
	hole := s.open[n-1]
	if hole.kind != kHole || hole.str.block || strings.IndexByte(s.src[hole.at:quote], '\n') >= 0 {
		return false
	}
	if !s.suspect {
		end := s.prevEnd()
		s.report("E0120", span(hole.at, hole.at+2), "this hole is not closed").
			Offer("write `}`", Edit{span(end, end), "}"})
	}
	s.suspect = true
	s.open = s.open[:n-1]
	s.push(kHoleEnd, s.prevEnd(), s.prevEnd())
	s.pos = quote + 1
	s.push(kStrEnd, quote, s.pos)
	return true
}

// rawString reads `r".."`, `r#".."#`, `r"""..."""`.
func (s *scanner) rawString(from, quote int) {
	closing, body := `"`, quote+1
	switch {
	case s.src[quote] == '#':
		closing, body = `"#`, quote+2
	case strings.HasPrefix(s.src[quote:], `"""`):
		closing, body = `"""`, quote+3
	}
	limit, found := s.rawEnd(body, closing)
	if found {
		s.pos = limit + len(closing)
		s.checkLength(strBounds{at: from}, s.pos)
		s.emit(kString, from, s.pos)
		return
	}
	s.emit(kStrBegin, from, body)
	if limit > body {
		s.emit(kStrPart, body, limit)
	}
	s.pos = limit
	s.emit(kStrEnd, limit, limit)
	if !s.suspect {
		s.report("E0105", span(from, limit), "this string is not closed").
			Offer("write `"+closing+"`", Edit{span(limit, limit), closing})
	}
	s.suspect = true
	if len(closing) < 3 {
		s.closeDown(s.openBefore(from), "")
	}
}

// rawEnd finds the closing quotes of a raw string, or where it must end.
func (s *scanner) rawEnd(body int, closing string) (end int, found bool) {
	for i := body; i < len(s.src); i++ {
		switch c := s.src[i]; {
		case c == '\n' && len(closing) < 3:
			return i, false
		case c == '"' && strings.HasPrefix(s.src[i:], closing):
			return i, true
		}
	}
	return len(s.src), false
}

func (s *scanner) checkLength(b strBounds, end int) {
	at := span(b.at, end)
	switch {
	case b.begin == kReBegin && at.Len() > MaxRegex:
		s.report("E0138", at, "the regex is longer than 4 KiB")
	case at.Len() > MaxLiteral:
		s.report("E0133", at, "the string is longer than 256 KiB")
	}
}
