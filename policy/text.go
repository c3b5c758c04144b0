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
	return text{lang: t.lang.parent()}
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
	return t.lang.meets(newBelow(dir, self))
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
