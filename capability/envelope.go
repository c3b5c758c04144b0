package capability

import "slices"

// Within reports whether v is one of the values that a knows of. bound gives
// the text of each parameter of the run, for the patterns that speak of them.
func Within(a *Abstract, v Value, bound []string) bool { return within(a, v, bound, 0) }

func within(a *Abstract, v Value, bound []string, depth int) bool {
	switch {
	case a == nil:
		return false
	case a.Any:
		return true
	case depth > MaxValueDepth:
		return false
	case v == nil:
		return a.Nil
	}
	switch v := v.(type) {
	case *List:
		return listWithin(a, v, bound, depth)
	case *Map:
		return mapWithin(a, v, bound, depth)
	case *Record:
		for i, f := range v.Type.Fields {
			field, known := a.Fields[f.Name]
			if !known || !within(&field, v.Field(i), bound, depth+1) {
				return false
			}
		}
		return true
	}
	if v.Kind().File() == FileScalar {
		return a.AnyInt || slices.Contains(a.Ints, int64(ScalarBits(v)))
	}
	s := TextOf(v)
	if AnyMatches(a.Texts, s, bound) {
		return true
	}
	// The root is the one path whose stem is empty.
	return s == "/" && v.Kind() == KindPath && AnyMatches(a.Texts, "", bound)
}

func listWithin(a *Abstract, l *List, bound []string, depth int) bool {
	if !a.List || l.Len() < len(a.Tuple) || a.Rest == nil && l.Len() > len(a.Tuple) {
		return false
	}
	for i := range l.Len() {
		element := a.Rest
		if i < len(a.Tuple) {
			element = &a.Tuple[i]
		}
		if !within(element, l.At(i), bound, depth+1) {
			return false
		}
	}
	return true
}

func mapWithin(a *Abstract, m *Map, bound []string, depth int) bool {
	for i, k := range m.Keys {
		if a.Values == nil || !AnyMatches(a.Keys, k, bound) || !within(a.Values, m.At(i), bound, depth+1) {
			return false
		}
	}
	return true
}

// AnyMatches reports whether a text is in one of some patterns. Constants, and
// a literal before a hole that ends the pattern, need no table.
func AnyMatches(patterns []Pattern, s string, bound []string) bool {
	for _, p := range patterns {
		switch {
		case p.IsConstant():
			if p.Constant() == s {
				return true
			}
		case len(p) == 2 && p[0].Kind == PieceLiteral && p[1].Kind != PieceParam && p[1].Kind != PieceStem:
			if head := p[0].Text; len(s) >= len(head) && s[:len(head)] == head && endsIn(p[1], s[len(head):]) {
				return true
			}
		case p.Match(s, bound):
			return true
		}
	}
	return false
}

// endsIn reports whether all of a text is in the language of one piece that
// stands for no parameter.
func endsIn(x Piece, s string) bool {
	switch x.Kind {
	case PieceAny:
		return true
	case PieceStar, PieceComponent:
		for i := range len(s) {
			if s[i] == '/' || s[i] == 0 {
				return false
			}
		}
		return x.Kind == PieceStar || s != "" && s != "." && s != ".."
	}
	return Pattern{x}.Match(s, nil)
}
