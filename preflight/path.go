package preflight

import (
	"strings"
	"unicode/utf8"

	"rex/capability"
	"rex/library"
)

// What templates, joins and cuts do to sets of texts. Functions here leave out
// the alternatives that surely raise; raises says that some may.

// stemOf is the stem of a path as a program holds it.
func stemOf(path string) pattern {
	switch path {
	case "":
		return literal(zeroPath)
	case "/":
		return pattern{}
	}
	return literal(path)
}

// pathOf is the inverse of stemOf.
func pathOf(stem string) string {
	switch stem {
	case "":
		return "/"
	case zeroPath:
		return ""
	}
	return stem
}

// fullTexts are the texts of paths that are kept as stems.
func (d *domain) fullTexts(stems texts) texts {
	var out texts
	for _, s := range stems {
		switch {
		case s.IsConstant():
			out = append(out, literal(pathOf(s.Constant())))
		case len(s) == 1 && s[0].Kind == capability.PieceStem:
			out = append(out, pattern{{Kind: capability.PieceParam, Param: s[0].Param}})
		case mayBeEmpty(s):
			out = append(out, d.joinTexts(texts{s}, texts{slash})...)
		default:
			out = append(out, s)
		}
	}
	return d.joinTexts(nil, out)
}

// shown are the texts of paths as a string holds them: bytes that are not
// UTF-8 are written as \xHH, which changes a backslash as well. So a literal
// keeps its spelling only when it has neither; and because the change is the
// string's business in some places and not in others, both spellings are kept.
func (d *domain) shown(full texts) texts {
	var out texts
	for _, p := range full {
		if p.IsConstant() {
			out = d.joinTexts(out, texts{p, literal(capability.ShowPath(p.Constant()))})
			continue
		}
		plain := true
		for _, x := range p {
			plain = plain && (x.Kind != capability.PieceLiteral || utf8.ValidString(x.Text) && strings.IndexByte(x.Text, '\\') < 0)
		}
		switch {
		case plain:
			out = d.joinTexts(out, texts{p})
		case d.slashFree(texts{p}):
			out = d.joinTexts(out, texts{star})
		default:
			out = d.joinTexts(out, anyText)
		}
	}
	return out
}

// unshownConstant is what a text becomes in a hole of a path; ok is false when
// it can't stand there.
func unshownConstant(s string) (raw string, ok bool) {
	if strings.ContainsAny(s, "/\x00") {
		return "", false
	}
	if !strings.Contains(s, `\x`) {
		return s, true
	}
	full, err := library.FillPath([]library.Piece{{Text: "/-"}, {Text: s, Hole: capability.KindString}, {Text: "-"}})
	if err != nil {
		return "", false
	}
	return full[2 : len(full)-1], true
}

// unshown is the same for a pattern without separators. An escape may begin in
// a hole and go on in what is behind it, so what could belong to one is given
// up; a point or a dash can't.
func unshown(p pattern) pattern {
	var out pattern
	risk := 0 // bytes of a literal that an escape may still take
	for _, x := range p {
		if x.Kind != capability.PieceLiteral {
			if risk > 0 {
				x = star[0]
			}
			if x.Kind != capability.PieceInt {
				risk = 3
			}
			out = concat(out, pattern{x})
			continue
		}
		if strings.IndexByte(x.Text, '\\') >= 0 {
			return star
		}
		n := 0
		for n < len(x.Text) && n < risk && strings.IndexByte("x0123456789abcdefABCDEF", x.Text[n]) >= 0 {
			n++
		}
		if n > 0 {
			out = concat(out, star)
		}
		if risk -= n; n < len(x.Text) {
			risk = 0
		}
		out = concat(out, literal(x.Text[n:]))
	}
	return out
}

// holes are the texts that a hole of a path lets through; whole says that the
// hole is a whole component.
func (d *domain) holes(t texts, whole bool) (out texts, raises bool) {
	for _, p := range t {
		if p.IsConstant() {
			s, ok := unshownConstant(p.Constant())
			if !ok || whole && capability.CheckComponent(s) != "" {
				raises = true
			} else {
				out = append(out, literal(s))
			}
			continue
		}
		h, ok := d.holePattern(p, whole)
		raises = raises || !ok || !d.slashFree(texts{p})
		if ok {
			out = append(out, h)
		}
	}
	return d.joinTexts(nil, out), raises
}

// holePattern is the part of a pattern without separators; not ok when there
// is none.
func (d *domain) holePattern(p pattern, whole bool) (pattern, bool) {
	var out pattern
	for _, x := range p {
		switch x.Kind {
		case capability.PieceLiteral:
			if strings.ContainsAny(x.Text, "/\x00") {
				return nil, false
			}
		case capability.PieceAny:
			x = star[0]
		case capability.PieceDeep, capability.PieceStem:
			continue // only when it is empty
		case capability.PieceParam:
			x.Hole, x.Whole = true, x.Whole || whole && len(p) == 1
		}
		out = concat(out, pattern{x})
	}
	out = unshown(out)
	if whole && len(out) == 1 && out[0].Kind == capability.PieceStar {
		out = component
	}
	return out, true
}

// below joins names to folders.
func (d *domain) below(dirs, names texts) texts {
	return d.product(dirs, texts{slash}, names)
}

// cleanTexts leaves out constants that are no path; the last hole may make
// a component that is none. raises says that a text may be none.
func cleanTexts(t texts) (out texts, raises bool) {
	for _, p := range t {
		if !p.IsConstant() {
			out, raises = append(out, p), true
		} else if s := p.Constant(); s != "" && s != zeroPath && capability.CheckPath(s) == "" {
			out = append(out, p)
		} else {
			raises = true
		}
	}
	return out, raises
}

// cut takes the last component off a stem that is not empty. Not ok: it can't
// be seen where that begins.
func (d *domain) cut(stem pattern) (parent, name pattern, ok bool) {
	for i := len(stem) - 1; i >= 0; i-- {
		x := &stem[i]
		if x.Kind == capability.PieceLiteral {
			if k := strings.LastIndexByte(x.Text, '/'); k >= 0 {
				return concat(stem[:i], literal(x.Text[:k])), concat(literal(x.Text[k+1:]), stem[i+1:]), true
			}
		} else if !d.slashFreePiece(x) {
			return nil, nil, false
		}
	}
	return nil, nil, false
}

// parents are the folders of stems; the root holds itself.
func (d *domain) parents(stems texts) texts {
	var out texts
	for _, s := range stems {
		out = d.joinTexts(out, d.parentsOf(s))
	}
	return out
}

func (d *domain) parentsOf(s pattern) texts {
	if len(s) == 0 {
		return texts{s}
	}
	if parent, _, ok := d.cut(s); ok {
		return texts{parent}
	}
	if n := len(s) - 1; s[n].Kind == capability.PieceDeep {
		// None of it, and then the folder of what stands before; or some.
		return d.joinTexts(d.parentsOf(s[:n:n]), texts{s})
	}
	if s[0].Kind == capability.PieceStem && len(s) == 1 {
		if within := d.params[s[0].Param].within; within != nil {
			return d.parents(within)
		}
		return texts{deep}
	}
	return texts{anyPattern}
}

// names are the last components of stems, as bytes; of the root it is empty.
func (d *domain) names(stems texts) texts {
	var out texts
	for _, s := range stems {
		_, name, ok := d.cut(s)
		switch {
		case len(s) == 0:
			name = pattern{}
		case !ok:
			name = star
		}
		out = d.joinTexts(out, texts{name})
	}
	return out
}

// beneath are the stems strictly below folders.
func beneath(dirs texts) texts {
	var out texts
	for _, p := range dirs.withoutZero() {
		out = append(out, concat(p, belowAny))
	}
	return out
}

// isBeneath says whether a stem lies below a folder, as far as it can be told:
// of a folder that may be several, only that it doesn't.
func (d *domain) isBeneath(stem, dir pattern) (yes, no bool) {
	if isSingle(dir) && d.covers(concat(dir, belowAny), stem) {
		return true, false
	}
	if !dir.IsConstant() {
		return false, false
	}
	if stem.IsConstant() {
		return false, true
	}
	h, f := head(stem), dir.Constant()+"/"
	n := min(len(h), len(f))
	return false, h[:n] != f[:n]
}

// isSingle reports whether a pattern is one text in each run: it has no holes
// but parameters.
func isSingle(p pattern) bool {
	for _, x := range p {
		switch x.Kind {
		case capability.PieceLiteral, capability.PieceParam, capability.PieceStem:
		default:
			return false
		}
	}
	return true
}

// trimSuffix is text without c at its end, if it ends so.
func (d *domain) trimSuffix(p pattern, c string) texts {
	if c == "" {
		return texts{p}
	}
	if s := tail(p); s != "" || len(p) == 0 {
		n := min(len(s), len(c))
		switch {
		case len(s) >= len(c) && s[len(s)-len(c):] == c:
			return texts{concat(p[:len(p)-1], literal(s[:len(s)-len(c)]))}
		case s[len(s)-n:] != c[len(c)-n:], len(p) <= 1:
			return texts{p}
		}
	}
	// It may end so or not. What is left when it does has the same beginning,
	// as long as the pieces before are longer than what is cut.
	if len(p) == 1 && (p[0].Kind == capability.PieceStar || p[0].Kind == capability.PieceAny) {
		return texts{p}
	}
	keep := head(p)
	keep = keep[:max(0, len(keep)-len(c))]
	rest := anyPattern
	if d.slashFree(texts{p}) {
		rest = star
	}
	return d.joinTexts(texts{p}, texts{concat(literal(keep), rest)})
}

// trimPrefix is text without c at its start.
func (d *domain) trimPrefix(p pattern, c string) texts {
	if c == "" {
		return texts{p}
	}
	if s := head(p); s != "" || len(p) == 0 {
		n := min(len(s), len(c))
		switch {
		case len(s) >= len(c) && s[:len(c)] == c:
			return texts{concat(literal(s[len(c):]), p[1:])}
		case s[:n] != c[:n], len(p) <= 1:
			return texts{p}
		}
	}
	if len(p) == 1 && (p[0].Kind == capability.PieceStar || p[0].Kind == capability.PieceAny) {
		return texts{p}
	}
	keep := tail(p)
	keep = keep[min(len(keep), len(c)):]
	rest := anyPattern
	if d.slashFree(texts{p}) {
		rest = star
	}
	return d.joinTexts(texts{p}, texts{concat(rest, literal(keep))})
}

// splitExt cuts names at their extension, for those that have one. Not ok: it
// can't be seen where it begins.
func splitExt(name pattern) (base, ext pattern, ok bool) {
	s := tail(name)
	i := strings.LastIndexByte(s, '.')
	n := len(name) - 1
	switch {
	case i < 0 || i == len(s)-1:
		return nil, nil, false
	case i == 0 && (n == 0 || mayBeEmpty(name[:n])):
		return nil, nil, false
	}
	return concat(name[:n], literal(s[:i])), literal(s[i:]), true
}
