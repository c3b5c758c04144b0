package preflight

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"rex/capability"
	"rex/library"
)

// What the functions of the library make of texts of which a part is known.
// Constants are no affair of theirs: such a call is simply made (fold.go).

// transferMade is the result of a function that makes a text of texts; ok is
// false when the row has none of these transfers.
func (a *analysis) transferMade(l *libCall) (t texts, ok bool) {
	first := func(f func(p pattern) texts) (texts, bool) { return a.eachText(l.args[0].texts, f), true }
	switch l.row.Transfer {
	case library.TrimOf:
		return first(func(p pattern) texts { return a.trimSpace(p, true, true) })
	case library.TrimStartOf:
		return first(func(p pattern) texts { return a.trimSpace(p, true, false) })
	case library.TrimEndOf:
		return first(func(p pattern) texts { return a.trimSpace(p, false, true) })
	case library.UpperOf:
		return first(func(p pattern) texts { return texts{a.cased(p, strings.ToUpper)} })
	case library.LowerOf:
		return first(func(p pattern) texts { return texts{a.cased(p, strings.ToLower)} })
	case library.TakeOf, library.DropOf, library.DropLastOf:
		return first(func(p pattern) texts { return a.cutRunes(p, l.args[1], l.row.Transfer) })
	case library.MixOf:
		return a.mix(a.textArgs(l)...), true
	case library.Replaces:
		return a.replaced(l.args[0].texts, l.args[1].texts, l.args[2].texts, l.args[3]), true
	case library.NoSeparator:
		return texts{star}, true
	case library.TimeOf:
		return a.eachText(l.args[1].texts, a.timeText), true
	case library.URLJoin:
		segments := a.segments(l.args[1].texts)
		return a.eachText(l.args[0].texts.without(""), func(p pattern) texts {
			return a.product(a.withoutQuery(p, true), texts{slash}, segments)
		}), true
	case library.URLQuery:
		return a.eachText(l.args[0].texts.without(""), func(p pattern) texts {
			return a.product(a.withoutQuery(p, false), texts{{}, concat(literal("?"), star)})
		}), true
	}
	return nil, false
}

// eachText joins what f makes of each alternative.
func (d *domain) eachText(ts texts, f func(p pattern) texts) texts {
	var out texts
	for _, p := range ts {
		out = d.joinTexts(out, f(p))
	}
	return out
}

// textArgs are the texts among the arguments, those in a list too.
func (a *analysis) textArgs(l *libCall) []texts {
	var out []texts
	for i, t := range l.types {
		switch {
		case t.Kind == capability.KindString || t.Kind == capability.KindWord:
			out = append(out, l.args[i].texts)
		case t.Kind == capability.KindList && t.Elem.Kind == capability.KindString:
			if e := a.element(l.args[i]); e != nil {
				out = append(out, e.texts)
			}
		}
	}
	return out
}

// mix is a text made of others' bytes and of none that is a separator.
func (d *domain) mix(parts ...texts) texts {
	for _, p := range parts {
		if !d.slashFree(p) {
			return anyText
		}
	}
	return texts{star}
}

// replaced is a text with old replaced by new everywhere, or max times. When
// separators themselves are replaced none is left.
func (d *domain) replaced(ts, old, new texts, most *value) texts {
	everywhere := most.null && !most.anyInt && len(most.ints) == 0
	if everywhere && len(old) == 1 && old[0].IsConstant() && old[0].Constant() == "/" && d.nulFree(ts) {
		return d.mix(new)
	}
	return d.mix(ts, new)
}

// nulFree reports whether no text of the set holds a NUL.
func (d *domain) nulFree(ts texts) bool {
	for _, p := range ts {
		for i := range p {
			switch x := &p[i]; x.Kind {
			case capability.PieceLiteral:
				if strings.IndexByte(x.Text, 0) >= 0 {
					return false
				}
			case capability.PieceDeep, capability.PieceStem:
			default:
				if !d.slashFreePiece(x) {
					return false
				}
			}
		}
	}
	return true
}

// trimSpace is a text without white space at its ends, where that is seen to
// end: in a literal that has something else as well.
func (d *domain) trimSpace(p pattern, start, end bool) texts {
	if start {
		rest := strings.TrimLeftFunc(head(p), unicode.IsSpace)
		if first, _ := utf8.DecodeRuneInString(rest); first == utf8.RuneError {
			return d.pieces(texts{p})
		}
		p = concat(literal(rest), p[1:])
	}
	if end {
		rest := strings.TrimRightFunc(tail(p), unicode.IsSpace)
		if last, _ := utf8.DecodeLastRuneInString(rest); last == utf8.RuneError {
			return d.pieces(texts{p})
		}
		p = concat(p[:len(p)-1], literal(rest))
	}
	return texts{p}
}

// cased is a text in another case: its literals are, its holes stay holes.
func (d *domain) cased(p pattern, to func(string) string) pattern {
	var out pattern
	for _, x := range p {
		switch x.Kind {
		case capability.PieceLiteral:
			if !utf8.ValidString(x.Text) {
				return anyPattern // it ends within a code point
			}
			out = concat(out, literal(to(x.Text)))
		default:
			out = concat(out, pattern{d.open(x)})
		}
	}
	return out
}

// cutRunes takes a known number of code points, or leaves them out, at an end
// that is known.
func (d *domain) cutRunes(p pattern, count *value, how library.Transfer) texts {
	if count.anyInt || len(count.ints) != 1 || count.ints[0] < 0 {
		return d.pieces(texts{p})
	}
	n := count.ints[0]
	if how == library.DropLastOf {
		s := tail(p)
		for ; n > 0; n-- {
			r, size := utf8.DecodeLastRuneInString(s)
			if r == utf8.RuneError {
				return d.pieces(texts{p})
			}
			s = s[:len(s)-size]
		}
		if len(p) == 0 || tail(p) == "" {
			return texts{p}
		}
		return texts{concat(p[:len(p)-1], literal(s))}
	}
	s := head(p)
	rest := s
	for ; n > 0; n-- {
		r, size := utf8.DecodeRuneInString(rest)
		if r == utf8.RuneError {
			return d.pieces(texts{p})
		}
		rest = rest[size:]
	}
	switch {
	case how == library.TakeOf:
		return texts{literal(s[:len(s)-len(rest)])}
	case s == "":
		return texts{p}
	}
	return texts{concat(literal(rest), p[1:])}
}

// timeText is what a format makes of a time: each code something without
// separators.
func (d *domain) timeText(format pattern) texts {
	if !format.IsConstant() {
		return d.mix(texts{format})
	}
	var out pattern
	for rest := format.Constant(); rest != ""; {
		before, code, found := strings.Cut(rest, "%")
		out = concat(out, literal(before))
		switch {
		case !found:
			return texts{out}
		case code == "":
			return nil // it fails
		case code[0] == '%':
			out = concat(out, literal("%"))
		case code[0] == 'D':
			out = concat(out, pattern{star[0], slash[0], star[0], slash[0], star[0]})
		default:
			out = concat(out, star)
		}
		rest = code[1:]
	}
	return texts{d.shorten(out)}
}

// withoutQuery is a url up to its query, if it has one, which may begin in any
// hole; and for a join also without a slash at its end.
func (d *domain) withoutQuery(p pattern, join bool) texts {
	var out texts
	end := func(q pattern) {
		for n := len(q); join && n > 0; n-- {
			if s := tail(q[:n]); strings.HasSuffix(s, "/") {
				out = d.joinTexts(out, texts{concat(q[:n-1:n-1], literal(strings.TrimSuffix(s, "/")))})
			}
			if !mayBeEmpty(q[n-1 : n]) {
				break // what is before is not the end
			}
		}
		if s := tail(q); !join || !strings.HasSuffix(s, "/") {
			out = d.joinTexts(out, texts{q})
		}
	}
	for i, x := range p {
		if x.Kind == capability.PieceLiteral {
			if before, _, found := strings.Cut(x.Text, "?"); found {
				end(concat(p[:i:i], literal(before)))
				return out
			}
			continue
		}
		hole := anyPattern
		if x.Kind != capability.PieceAny && d.slashFreePiece(&x) {
			hole = star
		}
		end(concat(p[:i:i], hole))
	}
	end(p)
	return out
}

// segments are texts as segments of a url: encoded, and neither empty nor dots.
func (d *domain) segments(ts texts) texts {
	return d.eachText(ts, func(p pattern) texts {
		var out pattern
		for _, x := range p {
			if x.Kind == capability.PieceLiteral && library.Unreserved(x.Text) || x.Kind == capability.PieceInt {
				out = concat(out, pattern{x})
			} else {
				out = concat(out, star)
			}
		}
		if len(out) == 1 && out[0].Kind == capability.PieceStar {
			out = component
		}
		return texts{out}
	})
}
