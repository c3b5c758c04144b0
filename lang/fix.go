package lang

import (
	"slices"
	"strings"
)

// sortedEdits gives edits by place. Several at one place keep their order.
func sortedEdits(edits []Edit) []Edit {
	out := slices.Clone(edits)
	slices.SortStableFunc(out, func(a, b Edit) int { return int(a.Span.From) - int(b.Span.From) })
	return out
}

// apply gives a part of a source after edits that lie in it, sorted.
func apply(src []byte, part Span, edits []Edit) string {
	var b strings.Builder
	at := part.From
	for _, e := range edits {
		b.Write(src[at:e.Span.From])
		b.WriteString(e.New)
		at = e.Span.To
	}
	b.Write(src[at:part.To])
	return b.String()
}

// Apply gives the source after one fix.
func (s *Source) Apply(f Fix) []byte {
	return []byte(apply(s.Src, Span{0, uint32(len(s.Src))}, sortedEdits(f.Edits)))
}

// SafeFixes gives the diagnostics of a source whose fixes may be applied, all
// together. Of fixes that touch the same text the first is taken; when it is
// applied the others may be found again.
func (ds Diagnostics) SafeFixes(source *Source) Diagnostics {
	var found Diagnostics
	var taken []Edit
	for _, d := range ds {
		if f, ok := d.SafeFix(); ok && d.Source == source && !overlap(taken, f.Edits) {
			taken = append(taken, f.Edits...)
			found = append(found, d)
		}
	}
	return found
}

// ApplyFixes gives a source after the safe fixes of diagnostics that
// [Diagnostics.SafeFixes] gave.
func (s *Source) ApplyFixes(ds Diagnostics) []byte {
	var edits []Edit
	for _, d := range ds {
		f, _ := d.SafeFix()
		edits = append(edits, f.Edits...)
	}
	return s.Apply(Fix{Edits: edits})
}

// DropFixesOver takes away the fixes that touch text which a fix of other
// diagnostics changes: what they rest on was not written as it was read.
func (ds Diagnostics) DropFixesOver(others Diagnostics) {
	taken := map[*Source][]Edit{}
	for _, d := range others {
		for _, f := range d.Fixes {
			taken[d.Source] = append(taken[d.Source], f.Edits...)
		}
	}
	for i := range ds {
		d := &ds[i]
		d.Fixes = slices.DeleteFunc(d.Fixes, func(f Fix) bool { return overlap(taken[d.Source], f.Edits) })
	}
}

// overlap tells whether edits touch the same text. Two insertions at one place
// do: their order would be a guess.
func overlap(a, b []Edit) bool {
	for _, x := range a {
		for _, y := range b {
			if x.Span.From < y.Span.To && y.Span.From < x.Span.To || x.Span.From == y.Span.From {
				return true
			}
		}
	}
	return false
}
