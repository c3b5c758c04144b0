package lang

import (
	"sort"
	"unicode/utf8"
)

// Source is a named text. It is not changed after it was made.
type Source struct {
	Name  string
	Src   []byte
	lines *Lines
}

// NewSource gives a text its name. It keeps src, which must not change.
func NewSource(name string, src []byte) *Source {
	return &Source{Name: name, Src: src, lines: NewLines(src)}
}

// Text gives the bytes of a span as written; a span outside is cut.
func (s *Source) Text(at Span) string {
	end := min(int(at.To), len(s.Src))
	return string(s.Src[min(int(at.From), end):end])
}

// Lines gives the table of line starts.
func (s *Source) Lines() *Lines { return s.lines }

// Position is a place for people: the first line and the first column are 1,
// and a column is a code point.
type Position struct{ Line, Column int }

// Lines finds the line and column of an offset.
type Lines struct {
	src    []byte
	starts []uint32 // offset of each line
}

// NewLines makes the table for a text.
func NewLines(src []byte) *Lines {
	starts := []uint32{0}
	for i, c := range src {
		if c == '\n' {
			starts = append(starts, uint32(i+1))
		}
	}
	return &Lines{src, starts}
}

// Count is the number of lines; an empty text has one.
func (l *Lines) Count() int { return len(l.starts) }

// Position gives the place of an offset; one behind the end is the end.
func (l *Lines) Position(offset uint32) Position {
	offset = min(offset, uint32(len(l.src)))
	line := sort.Search(len(l.starts), func(i int) bool { return l.starts[i] > offset })
	start := l.starts[line-1]
	return Position{line, utf8.RuneCount(l.src[start:offset]) + 1}
}

// Line gives the span of a line, first is 1, without its end.
func (l *Lines) Line(n int) Span {
	if n < 1 || n > len(l.starts) {
		return Span{}
	}
	from, to := l.starts[n-1], uint32(len(l.src))
	if n < len(l.starts) {
		to = l.starts[n] - 1
	}
	if n < len(l.starts) && to > from && l.src[to-1] == '\r' {
		to--
	}
	return Span{from, to}
}
