package policy

import (
	"strings"

	"rex/capability"
)

// text is a text of a question: known, or any of a language. It is spelled as
// in Cedar (capability.EntityID).
type text struct {
	s    string
	lang *automaton           // nil: the text is s
	from []capability.Pattern // what lang was made of, when it was patterns
}

func known(s string) text { return text{s: capability.EntityID(s)} }

func (t text) isKnown() bool { return t.lang == nil }

// anyText is a text of which nothing is known.
var anyText = text{lang: built((*automaton).anything)}

var anyPath = text{lang: built((*automaton).cleanPath)}

var anyInteger = text{lang: built((*automaton).integer)}

// textOf is what patterns say; path says that it is one.
func textOf(patterns []capability.Pattern, params []capability.Param, path bool) text {
	if len(patterns) == 1 && patterns[0].IsConstant() {
		s := patterns[0].Constant()
		if path && s == "" {
			s = "/"
		}
		return known(s)
	}
	a := alternatives(patterns, params)
	if path {
		a = a.rooted()
	}
	return text{lang: a, from: patterns}
}

// parent and base cut a path.
func (t text) parent() text {
	if t.isKnown() {
		return text{s: capability.ParentPath(t.s)}
	}
	from := parentPatterns(t.from)
	if len(from) == 1 && from[0].IsConstant() {
		return known(from[0].Constant())
	}
	return text{lang: t.lang.parent(), from: from}
}

// parentPatterns cuts the last component off patterns of paths, nil where it
// can't be seen which that is.
func parentPatterns(patterns []capability.Pattern) []capability.Pattern {
	var out []capability.Pattern
	for _, p := range patterns {
		cut := parentPattern(p)
		if cut == nil {
			return nil
		}
		out = append(out, cut...)
	}
	return out
}

func parentPattern(p capability.Pattern) []capability.Pattern {
	for i := len(p) - 1; i >= 0; i-- {
		switch x := p[i]; x.Kind {
		case capability.PieceStar, capability.PieceComponent, capability.PieceInt:
		case capability.PieceParam:
			if !x.Hole {
				return nil
			}
		case capability.PieceDeep:
			// None of it, and then the parent of what stands before; or some.
			above := parentPattern(p[:i])
			if i != len(p)-1 || above == nil {
				return nil
			}
			return append(above, p)
		case capability.PieceLiteral:
			cut := strings.LastIndexByte(x.Text, '/')
			if cut < 0 {
				continue
			}
			parent := append(capability.Pattern{}, p[:i]...)
			switch {
			case cut > 0:
				parent = append(parent, capability.Piece{Kind: capability.PieceLiteral, Text: x.Text[:cut]})
			case i == 0:
				parent = capability.Constant("/")
			}
			return []capability.Pattern{parent}
		default:
			return nil
		}
	}
	return nil
}

// appended is the text with more behind it.
func (t text) appended(more string) text {
	if t.isKnown() {
		return text{s: t.s + more}
	}
	a := t.lang.clone()
	end := a.add()
	for s := range a.states[:end] {
		if a.states[s].accept {
			a.states[s].accept = false
			a.skip(a.literal(s, more), end)
		}
	}
	a.states[end].accept = true
	out := text{lang: a.finish()}
	for _, p := range t.from {
		out.from = append(out.from, append(p[:len(p):len(p)], capability.Piece{Kind: capability.PieceLiteral, Text: more}))
	}
	return out
}

func (t text) base() text {
	if t.isKnown() {
		return text{s: capability.BaseName(t.s)}
	}
	return text{lang: t.lang.base()}
}

// is says whether t may be s, and whether it may be something else.
func (t text) is(s string) (yes, no bool) {
	if t.isKnown() {
		return t.s == s, t.s != s
	}
	return t.lang.meets(newGlob([]string{s}))
}

// matches does the same for a pattern of like.
func (t text) matches(parts []string) (yes, no bool) {
	g := newGlob(parts)
	if !t.isKnown() {
		return t.lang.meets(g)
	}
	s := g.start()
	for i := range len(t.s) {
		s = g.next(s, t.s[i])
	}
	return g.accept(s), !g.accept(s)
}

// inside does it for lying below a folder, or for being it with self.
func (t text) inside(dir string, self bool) (yes, no bool) {
	if !folderID(dir) {
		return false, true
	}
	if t.isKnown() {
		in := capability.Beneath(t.s, dir) || self && t.s == dir
		return in, !in
	}
	return t.lang.meets(newTree(dir, self))
}

// folderID reports whether an id of a Dir can be the parent of anything: the
// parents of what Rex asks about are clean paths.
func folderID(id string) bool {
	if id == "/" {
		return true
	}
	if id == "" || id[0] != '/' {
		return false
	}
	for c := range strings.SplitSeq(id[1:], "/") {
		if c == "" || c == "." || c == ".." {
			return false
		}
	}
	return true
}

// below is any path below the folder t: directly, or at any depth.
func (t text) below(direct bool) text {
	a := t.lang
	if a == nil {
		a = built(func(a *automaton, from int) int { return a.literal(from, t.s) })
	}
	out := text{lang: a.below(direct)}
	from := t.from
	if t.isKnown() {
		from = []capability.Pattern{capability.Constant(strings.TrimSuffix(t.s, "/"))}
	}
	for _, p := range from {
		p = append(p[:len(p):len(p)], capability.Piece{Kind: capability.PieceLiteral, Text: "/"}, capability.Piece{Kind: capability.PieceComponent})
		if !direct {
			p = append(p, capability.Piece{Kind: capability.PieceDeep})
		}
		out.from = append(out.from, p)
	}
	return out
}

// levels are a path and the folders above it.
func levels(t text) text {
	if !t.isKnown() {
		return anyPath
	}
	var patterns []capability.Pattern
	for p := t.s; p != "/"; p = capability.ParentPath(p) {
		patterns = append(patterns, capability.Constant(p))
	}
	if patterns == nil {
		return t
	}
	return text{lang: alternatives(patterns, nil), from: patterns}
}
