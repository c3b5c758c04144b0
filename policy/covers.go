package policy

import "rex/capability"

// Covers reports whether every text that some patterns can be, as a path or a
// name, matches one of some globs. When that can't be found out it does not.
func Covers(globs []*capability.Glob, texts []capability.Pattern, params []capability.Param) bool {
	_, other := alternatives(texts, params).meets(newGlobs(globs))
	return !other
}

// globs is the matcher of several globs of the language.
type globs struct {
	scan *capability.GlobScan
	byte [256]bool
}

func newGlobs(list []*capability.Glob) *globs {
	g := &globs{scan: capability.NewGlobScan(list...)}
	for b := range len(g.byte) {
		g.byte[b] = g.scan.Distinct(byte(b))
	}
	return g
}

func (g *globs) start() int                        { return g.scan.Start() }
func (g *globs) next(s int, b byte) int            { return g.scan.Next(s, b) }
func (g *globs) accept(s int) bool                 { return g.scan.Accept(s) }
func (g *globs) classes(lo, hi byte, f func(byte)) { classes(&g.byte, lo, hi, f) }
