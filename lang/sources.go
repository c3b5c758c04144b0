package lang

import (
	"reflect"
	"slices"
	"sort"
)

// Sources are the texts of one program, one behind the other in one space of
// offsets: so a span says by itself which text it lies in, wherever a tree
// with nodes of several files takes it.
type Sources struct {
	list   []*Source
	starts []uint32 // where each text begins
	end    uint32
}

// Add puts a parsed file behind the others: its spans become spans of the
// program. The first one's stay as they are.
func (s *Sources) Add(file *File) {
	s.list = append(s.list, file.Source)
	s.starts = append(s.starts, s.end)
	if s.end > 0 {
		move(reflect.ValueOf(file), s.end, map[any]bool{file.Source: true})
	}
	s.end += uint32(len(file.Src)) + 1 // the end of a text is not the start of the next
}

// move adds an offset to every span of a tree, once: a node may be reached in
// several ways.
func move(v reflect.Value, by uint32, done map[any]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || done[v.Interface()] {
			return
		}
		done[v.Interface()] = true
		move(v.Elem(), by, done)
	case reflect.Interface:
		if !v.IsNil() {
			move(v.Elem(), by, done)
		}
	case reflect.Slice:
		for i := range v.Len() {
			move(v.Index(i), by, done)
		}
	case reflect.Struct:
		if at, ok := v.Addr().Interface().(*Span); ok {
			at.From += by
			at.To += by
			return
		}
		for i := range v.NumField() {
			move(v.Field(i), by, done)
		}
	}
}

// Find gives the number of the text that an offset lies in.
func (s *Sources) Find(offset uint32) int {
	return max(sort.Search(len(s.starts), func(i int) bool { return s.starts[i] > offset })-1, 0)
}

// Source gives a text by its number, and where it begins.
func (s *Sources) Source(n int) (*Source, uint32) { return s.list[n], s.starts[n] }

// local gives the text that a span lies in, and the span within it; ok is
// false when it reaches beyond that text.
func (s *Sources) local(at Span) (source *Source, in Span, ok bool) {
	source, start := s.Source(s.Find(at.From))
	in = Span{at.From - start, max(at.To, at.From) - start}
	end := uint32(len(source.Src))
	ok = in.To <= end && at.To >= at.From
	return source, Span{min(in.From, end), min(in.To, end)}, ok
}

// Text gives what a span covers as written, up to the end of its text.
func (s *Sources) Text(at Span) string { return string(s.Bytes(at)) }

// Bytes is Text without a copy.
func (s *Sources) Bytes(at Span) []byte {
	source, in, _ := s.local(at)
	return source.Src[in.From:in.To]
}

// Line gives the line that an offset lies in.
func (s *Sources) Line(offset uint32) string {
	source, in, _ := s.local(Span{offset, offset})
	lines := source.Lines()
	return source.Text(lines.Line(lines.Position(in.From).Line))
}

// Place turns diagnostics whose spans are the program's into ones of the text
// that each is about. A fix can change that text only; one that would reach
// into another is left out.
func (s *Sources) Place(ds Diagnostics) {
	for i := range ds {
		d := &ds[i]
		d.Source, d.Span, _ = s.local(d.Span)
		for n := range d.Labels {
			l := &d.Labels[n]
			l.Source, l.Span, _ = s.local(l.Span)
		}
		d.Fixes = slices.DeleteFunc(d.Fixes, func(f Fix) bool {
			for n := range f.Edits {
				source, in, ok := s.local(f.Edits[n].Span)
				if !ok || source != d.Source {
					return true
				}
				f.Edits[n].Span = in
			}
			return false
		})
	}
}
