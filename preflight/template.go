package preflight

import (
	"strconv"
	"strings"

	"rex/bytecode"
	"rex/capability"
	"rex/library"
)

// template fills the holes of a template.
func (a *analysis) template(in *bytecode.Instr) bool {
	t := &a.m.Templates[in.Imm]
	args := a.s.calls[a.pc].args
	var why *reason
	for _, r := range args {
		if a.regs[r] == nil {
			return false
		}
		if why == nil {
			why = a.regs[r].why
		}
	}
	var out texts
	var raises bool
	switch t.Type.Kind {
	case capability.KindPath:
		out, raises = a.pathTemplate(t, args)
	case capability.KindString:
		out, raises = a.stringTemplate(t, args), true
	default:
		out, raises = a.otherTemplate(t, args)
	}
	if raises {
		a.raiseRow()
	}
	if len(out) == 0 {
		return false
	}
	v := &value{texts: out, why: why}
	if out.isUnknown() && why == nil {
		v.why = a.because("a " + t.Type.Kind.String() + " glued from parts")
	}
	return a.put(a.text(in.A), v)
}

// stringTemplate glues texts together.
func (a *analysis) stringTemplate(t *bytecode.Template, args []int32) texts {
	parts := make([]texts, 0, len(t.Pieces))
	for _, p := range t.Pieces {
		if p.Hole == nil {
			parts = append(parts, constants(p.Literal))
			continue
		}
		parts = append(parts, a.written(a.regs[args[0]], p.Hole))
		args = args[1:]
	}
	return a.product(parts...)
}

// written is what a hole of a string writes of a value.
func (a *analysis) written(v *value, t *capability.Type) texts {
	switch t.File() {
	case capability.FileScalar:
		return scalarTexts(v, t.Kind)
	case capability.FileText:
		if t.Kind == capability.KindPath && planted != rootForgotten {
			return a.shown(a.fullTexts(v.texts))
		}
		return v.texts
	}
	return anyText
}

// scalarTexts is how a scalar is written; none is written with a slash.
func scalarTexts(v *value, k capability.Kind) texts {
	if v.anyInt {
		switch k {
		case capability.KindInt:
			return texts{{{Kind: capability.PieceInt}}}
		case capability.KindBool:
			return constants("true", "false")
		}
		return texts{star}
	}
	out := make(texts, len(v.ints))
	for i, n := range v.ints {
		if k == capability.KindInt {
			out[i] = literal(strconv.FormatInt(n, 10))
		} else {
			out[i] = literal(library.ScalarText(k, uint64(n)))
		}
	}
	return out
}

// pathTemplate glues a path together: its holes hold no separator, so what the
// literals say of its folders holds.
func (a *analysis) pathTemplate(t *bytecode.Template, args []int32) (out texts, raises bool) {
	parts := make([]texts, 0, len(t.Pieces))
	for i, p := range t.Pieces {
		if p.Hole == nil {
			parts = append(parts, constants(p.Literal))
			continue
		}
		v := a.regs[args[0]]
		args = args[1:]
		if p.Hole.Kind == capability.KindPath {
			real := v.texts.withoutZero()
			raises = raises || len(real) < len(v.texts)
			parts = append(parts, real)
			continue
		}
		part, may := a.holes(a.written(v, p.Hole), wholeComponent(t, i))
		if emptyNamesRoot(t, i) {
			part = a.joinTexts(part, texts{{}})
		}
		raises = raises || may
		parts = append(parts, part)
	}
	clean, may := cleanTexts(a.product(parts...))
	for i, p := range clean {
		if p.IsConstant() {
			clean[i] = stemOf(p.Constant())
		}
	}
	return clean, raises || may
}

// wholeComponent reports whether a hole is all of a component.
func wholeComponent(t *bytecode.Template, i int) bool {
	return i > 0 && strings.HasSuffix(t.Pieces[i-1].Literal, "/") &&
		(i+1 == len(t.Pieces) || strings.HasPrefix(t.Pieces[i+1].Literal, "/"))
}

// emptyNamesRoot reports whether a template is "/${x}", which an empty x makes
// the root.
func emptyNamesRoot(t *bytecode.Template, i int) bool {
	return i == 1 && len(t.Pieces) == 2 && t.Pieces[0].Literal == "/"
}

// otherTemplate fills the holes of a url or regex. Constants are filled as the
// machine does it.
func (a *analysis) otherTemplate(t *bytecode.Template, args []int32) (out texts, raises bool) {
	holes := make([]texts, len(args))
	n := 1
	for i, p := 0, 0; p < len(t.Pieces); p++ {
		if hole := t.Pieces[p].Hole; hole != nil {
			holes[i] = a.written(a.regs[args[i]], hole)
			n *= max(1, len(holes[i]))
			if !holes[i].allConstant() || n > maxConstants {
				return a.urlTemplate(t), true
			}
			i++
		}
	}
	choices(holes, func(choice []string) {
		pieces := make([]library.Piece, len(t.Pieces))
		next := 0
		for i, p := range t.Pieces {
			pieces[i] = library.Piece{Text: p.Literal}
			if p.Hole != nil {
				pieces[i] = library.Piece{Text: choice[next], Hole: p.Hole.Kind}
				next++
			}
		}
		if s, err := library.Fill(t.Type.Kind, pieces); err != nil {
			raises = true
		} else {
			out = a.joinTexts(out, constants(s))
		}
	})
	return out, raises
}

// choices calls f for every choice of one constant from each set.
func choices(sets []texts, f func(choice []string)) {
	choice := make([]string, len(sets))
	var from func(i int)
	from = func(i int) {
		if i == len(sets) {
			f(choice)
			return
		}
		for _, p := range sets[i] {
			choice[i] = p.Constant()
			from(i + 1)
		}
	}
	from(0)
}

// urlTemplate is what the literals of a url template promise: a hole is
// encoded, so it leaves its place nowhere. A port that is the scheme's own is
// dropped and percent-encoding is rewritten, so where a literal may have one of
// these nothing is said.
func (a *analysis) urlTemplate(t *bytecode.Template) texts {
	if t.Type.Kind != capability.KindURL {
		return anyText
	}
	var out pattern
	authority := ""
	inPath := false
	for i, p := range t.Pieces {
		if p.Hole != nil {
			out = concat(out, star)
			continue
		}
		rest := p.Literal
		if i == 0 {
			_, rest, _ = strings.Cut(rest, "://")
		}
		if !inPath {
			end := strings.IndexAny(rest, "/?")
			inPath = end >= 0
			if end < 0 {
				end = len(rest)
			}
			authority += rest[:end]
		}
		if strings.Contains(rest, "%") {
			return anyText
		}
		out = concat(out, literal(p.Literal))
	}
	if strings.ContainsAny(authority, ":[") && !canonicalOrigin(t.Pieces[0].Literal) {
		return anyText
	}
	return texts{out}
}

// canonicalOrigin reports whether the first literal of a url template holds its
// whole scheme, host and port, in the form that a url is in when it is made.
func canonicalOrigin(first string) bool {
	scheme, rest, _ := strings.Cut(first, "://")
	authority, _, whole := strings.Cut(rest, "/")
	if !whole {
		return false // a hole may go on with it
	}
	origin := scheme + "://" + authority + "/"
	made, err := library.Fill(capability.KindURL, []library.Piece{{Text: origin}})
	return err == nil && made == origin
}
