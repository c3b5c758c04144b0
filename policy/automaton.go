package policy

import (
	"slices"
	"unicode/utf8"

	"rex/capability"
)

// An automaton is a regular language of texts: what a text that is known in
// part can be. Its alphabet is bytes; a state's edges are ranges of them.
// Automata are built from patterns (patternAutomaton), cut like paths (parent,
// base), and held against globs (meets): that is all the judge needs.
//
// An automaton is built, then finished, then only read.
type automaton struct {
	states []state
	start  int
	reach  [][]int // of each state: itself and what is reached without reading
	live   []bool  // of each state: acceptance can be reached
	empty  []bool  // of each state: it is reached without reading
}

type state struct {
	edges  []edge
	eps    []int // reached without reading
	accept bool
}

type edge struct {
	lo, hi byte
	to     int
}

func (a *automaton) add() int {
	a.states = append(a.states, state{})
	return len(a.states) - 1
}

func (a *automaton) link(from int, lo, hi byte, to int) {
	a.states[from].edges = append(a.states[from].edges, edge{lo, hi, to})
}

func (a *automaton) skip(from, to int) {
	a.states[from].eps = append(a.states[from].eps, to)
}

// unslashed links every byte but the slash.
func (a *automaton) unslashed(from, to int) {
	a.link(from, 0, '/'-1, to)
	a.link(from, '/'+1, 255, to)
}

// literal reads s, state by state, and gives the last.
func (a *automaton) literal(from int, s string) int {
	for i := range len(s) {
		to := a.add()
		a.link(from, s[i], s[i], to)
		from = to
	}
	return from
}

// idLiteral reads the bytes of s as they stand in an id. A run of
// bytes that is no UTF-8 may join what stands beside it, or be spelled out as
// NUL and digits: it is read as anything without a slash.
func (a *automaton) idLiteral(from int, s string) int {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			from = a.star(from)
		} else {
			from = a.literal(from, s[i:i+n])
		}
		i += n
	}
	return from
}

// star reads any bytes but the slash, maybe none.
func (a *automaton) star(from int) int {
	to := a.add()
	a.skip(from, to)
	a.unslashed(to, to)
	return to
}

// anything reads any bytes, maybe none.
func (a *automaton) anything(from int) int {
	to := a.add()
	a.skip(from, to)
	a.link(to, 0, 255, to)
	return to
}

// component reads one component of a path: not empty, no slash, not . or ..
func (a *automaton) component(from int) int {
	dot, dots, rest := a.add(), a.add(), a.add()
	a.link(from, '.', '.', dot)
	a.link(dot, '.', '.', dots)
	for _, s := range []int{from, dot} {
		a.link(s, 0, '.'-1, rest)
		a.link(s, '/'+1, 255, rest)
	}
	a.unslashed(dots, rest)
	a.unslashed(rest, rest)
	return rest
}

// deep reads any number of "/" and a component, maybe none.
func (a *automaton) deep(from int) int {
	to := a.add()
	a.skip(from, to)
	c := a.add()
	a.link(to, '/', '/', c)
	a.skip(a.component(c), to)
	return to
}

// integer reads -?[0-9]+
func (a *automaton) integer(from int) int {
	first, digits := a.add(), a.add()
	a.skip(from, first)
	a.link(from, '-', '-', first)
	a.link(first, '0', '9', digits)
	a.link(digits, '0', '9', digits)
	return digits
}

// cleanPath reads an absolute clean path.
func (a *automaton) cleanPath(from int) int {
	end := a.add()
	a.link(from, '/', '/', end)
	c := a.add()
	a.link(from, '/', '/', c)
	a.skip(a.deep(a.component(c)), end)
	return end
}

func (a *automaton) piece(from int, p capability.Piece, params []capability.Param) int {
	switch p.Kind {
	case capability.PieceLiteral:
		return a.idLiteral(from, p.Text)
	case capability.PieceStar:
		return a.star(from)
	case capability.PieceComponent:
		return a.component(from)
	case capability.PieceDeep:
		return a.deep(from)
	case capability.PieceInt:
		return a.integer(from)
	case capability.PieceStem:
		return a.deep(from)
	case capability.PieceParam:
		return a.param(from, p, params)
	}
	return a.anything(from)
}

// param reads the text of a module's parameter: what its type allows.
func (a *automaton) param(from int, p capability.Piece, params []capability.Param) int {
	if p.Param >= 0 && p.Param < len(params) {
		t := params[p.Param].Type
		if t.Kind == capability.KindOptional {
			t = t.Elem
		}
		switch t.Kind {
		case capability.KindWord:
			end := a.add()
			for _, w := range t.Words {
				a.skip(a.idLiteral(from, w), end)
			}
			return end
		case capability.KindInt:
			return a.integer(from)
		case capability.KindPath:
			if !p.Hole {
				return a.cleanPath(from)
			}
		}
	}
	switch {
	case p.Whole:
		return a.component(from)
	case p.Hole:
		return a.star(from)
	}
	return a.anything(from)
}

// alternatives is the automaton of several patterns. For paths the empty text
// stands for the root, as in a stem.
func alternatives(patterns []capability.Pattern, params []capability.Param) *automaton {
	a := &automaton{}
	a.start = a.add()
	for _, p := range patterns {
		at := a.add()
		a.skip(a.start, at)
		for _, x := range p {
			at = a.piece(at, x, params)
		}
		a.states[at].accept = true
	}
	return a.finish()
}

// built makes an automaton of one reading step.
func built(f func(a *automaton, from int) int) *automaton {
	a := &automaton{}
	a.start = a.add()
	a.states[f(a, a.start)].accept = true
	return a.finish()
}

// finish computes what reading needs.
func (a *automaton) finish() *automaton {
	n := len(a.states)
	a.reach = make([][]int, n)
	for s := range n {
		seen := map[int]bool{s: true}
		a.reach[s] = []int{s}
		for i := 0; i < len(a.reach[s]); i++ {
			for _, t := range a.states[a.reach[s][i]].eps {
				if !seen[t] {
					seen[t] = true
					a.reach[s] = append(a.reach[s], t)
				}
			}
		}
	}
	a.empty = make([]bool, n)
	for s := range n {
		for _, t := range a.reach[s] {
			a.empty[s] = a.empty[s] || a.states[t].accept
		}
	}
	a.live = a.fix(func(s int, live []bool) bool {
		return a.empty[s] || a.steps(s, func(e edge) bool { return live[e.to] })
	})
	return a
}

// steps reports whether f holds of an edge of s, or of a state reached from
// it without reading.
func (a *automaton) steps(s int, f func(edge) bool) bool {
	for _, t := range a.reach[s] {
		for _, e := range a.states[t].edges {
			if f(e) {
				return true
			}
		}
	}
	return false
}

// fix computes a property of states that grows until nothing changes.
func (a *automaton) fix(holds func(int, []bool) bool) []bool {
	is := make([]bool, len(a.states))
	for changed := true; changed; {
		changed = false
		for s := len(is) - 1; s >= 0; s-- {
			if !is[s] && holds(s, is) {
				is[s], changed = true, true
			}
		}
	}
	return is
}

func (a *automaton) clone() *automaton {
	c := &automaton{start: a.start, states: make([]state, len(a.states))}
	for i, s := range a.states {
		c.states[i] = state{edges: append([]edge(nil), s.edges...), eps: append([]int(nil), s.eps...), accept: s.accept}
	}
	return c
}

// accepts reports whether text is in the language.
func (a *automaton) accepts(text string) bool {
	at := map[int]bool{a.start: true}
	for i := range len(text) {
		next := map[int]bool{}
		for s := range at {
			a.steps(s, func(e edge) bool {
				if e.lo <= text[i] && text[i] <= e.hi {
					next[e.to] = true
				}
				return false
			})
		}
		at = next
	}
	for s := range at {
		if a.empty[s] {
			return true
		}
	}
	return false
}

// or adds the one text s to the language; a is not finished yet.
func (a *automaton) or(s string) {
	start, at := a.add(), a.add()
	a.skip(start, a.start)
	a.skip(start, at)
	a.states[a.literal(at, s)].accept = true
	a.start = start
}

// rooted takes the empty text out and puts "/" in its place.
func (a *automaton) rooted() *automaton {
	if !a.empty[a.start] {
		return a
	}
	c := a.clone()
	// A new start that reads like the old one but does not accept.
	c.start = c.add()
	for _, s := range a.reach[a.start] {
		c.states[c.start].edges = append(c.states[c.start].edges, a.states[s].edges...)
	}
	c.or("/")
	return c.finish()
}

// parent is the language of the folders that hold the paths of a: what stands
// before the last slash, the root for what lies in the root and for itself.
func (a *automaton) parent() *automaton {
	// ends[s]: a text that is not empty and has no slash leads from s to acceptance.
	ends := a.fix(func(s int, ends []bool) bool {
		return a.steps(s, func(e edge) bool {
			return (e.lo != '/' || e.hi != '/') && (ends[e.to] || a.empty[e.to])
		})
	})
	c := a.clone()
	for s := range c.states {
		c.states[s].accept = slices.ContainsFunc(a.states[s].edges, func(e edge) bool {
			return e.lo <= '/' && '/' <= e.hi && ends[e.to]
		})
	}
	if a.accepts("/") {
		c.or("/")
	}
	return c.finish().rooted()
}

// base is the language of the last components of the paths of a; the root has none: "".
func (a *automaton) base() *automaton {
	reached := map[int]bool{a.start: true}
	for todo := []int{a.start}; len(todo) > 0; {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		a.steps(s, func(e edge) bool {
			if !reached[e.to] {
				reached[e.to] = true
				todo = append(todo, e.to)
			}
			return false
		})
	}
	c := a.clone()
	for s := range c.states {
		c.states[s].edges = withoutSlash(c.states[s].edges)
	}
	c.start = c.add()
	for s := range reached {
		a.steps(s, func(e edge) bool {
			if e.lo <= '/' && '/' <= e.hi {
				c.skip(c.start, e.to)
			}
			return false
		})
	}
	return c.finish()
}

func withoutSlash(edges []edge) []edge {
	var kept []edge
	for _, e := range edges {
		if e.lo > '/' || e.hi < '/' {
			kept = append(kept, e)
			continue
		}
		if e.lo < '/' {
			kept = append(kept, edge{e.lo, '/' - 1, e.to})
		}
		if e.hi > '/' {
			kept = append(kept, edge{'/' + 1, e.hi, e.to})
		}
	}
	return kept
}

// below is the language of what lies below the paths of a: directly, or at any depth.
func (a *automaton) below(direct bool) *automaton {
	c := a.clone()
	slash := c.add()
	for s := range a.states {
		if a.states[s].accept {
			c.states[s].accept = false
			c.link(s, '/', '/', slash)
		}
	}
	end := c.component(slash)
	if !direct {
		end = c.deep(end)
	}
	c.states[end].accept = true
	if a.accepts("/") {
		start, root := c.add(), c.add()
		c.skip(start, c.start)
		c.link(start, '/', '/', root)
		c.skip(root, slash)
		c.start = start
	}
	return c.finish()
}

// maxProduct bounds the states of a product; beyond it the answer is "maybe".
const maxProduct = 50_000

// meets says whether some text of a matches the glob, and whether some does not.
func (a *automaton) meets(g matcher) (some, other bool) {
	type pair struct{ s, g int }
	seen := map[pair]bool{}
	var todo []pair
	push := func(s, g int) {
		if p := (pair{s, g}); a.live[s] && !seen[p] {
			seen[p] = true
			todo = append(todo, p)
		}
	}
	push(a.start, g.start())
	for len(todo) > 0 && !(some && other) {
		if len(seen) > maxProduct {
			return true, true
		}
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if a.empty[p.s] {
			some = some || g.accept(p.g)
			other = other || !g.accept(p.g)
		}
		a.steps(p.s, func(e edge) bool {
			if a.live[e.to] {
				g.classes(e.lo, e.hi, func(b byte) { push(e.to, g.next(p.g, b)) })
			}
			return false
		})
	}
	return some, other
}

// matcher is a deterministic automaton over bytes. classes calls f with one
// byte of each class in a range that next tells apart.
type matcher interface {
	start() int
	next(s int, b byte) int
	accept(s int) bool
	classes(lo, hi byte, f func(byte))
}

// glob is the matcher of a pattern of like: literals with wildcards between.
// Each literal but the first is looked for at its earliest place, which is
// always a right one; the last must end the text. A state is a literal and how
// much of its beginning has just been read.
type glob struct {
	parts []string
	fail  [][]int // of each part: the borders of its beginnings
	first []int   // the number of the first state of each part
	byte  [256]bool
	dead  int
}

func newGlob(parts []string) *glob {
	g := &glob{parts: parts}
	n := 0
	for _, p := range parts {
		g.first = append(g.first, n)
		n += len(p) + 1
		g.fail = append(g.fail, borders(p))
		for i := range len(p) {
			g.byte[p[i]] = true
		}
	}
	g.dead = n
	return g
}

// borders gives for each beginning of p the length of its longest proper border.
func borders(p string) []int {
	f := make([]int, len(p)+1)
	for i, k := 1, 0; i < len(p); i++ {
		for k > 0 && p[i] != p[k] {
			k = f[k]
		}
		if p[i] == p[k] {
			k++
		}
		f[i+1] = k
	}
	return f
}

func (g *glob) start() int { return g.settle(0, 0) }

// settle is the state of having read k bytes of part i: a part that is
// complete and not the last makes way for the next.
func (g *glob) settle(i, k int) int {
	for i < len(g.parts)-1 && k == len(g.parts[i]) {
		i, k = i+1, 0
	}
	return g.first[i] + k
}

func (g *glob) part(s int) (i, k int) {
	for i = len(g.parts) - 1; g.first[i] > s; i-- {
	}
	return i, s - g.first[i]
}

func (g *glob) next(s int, b byte) int {
	if s == g.dead {
		return s
	}
	i, k := g.part(s)
	p := g.parts[i]
	if i == 0 { // nothing may stand before the first literal, nor after it when it is the only one
		if k < len(p) && p[k] == b {
			return g.settle(0, k+1)
		}
		return g.dead
	}
	for k == len(p) || p[k] != b {
		if k == 0 {
			return g.settle(i, 0)
		}
		k = g.fail[i][k]
	}
	return g.settle(i, k+1)
}

func (g *glob) accept(s int) bool {
	i := len(g.parts) - 1
	return s != g.dead && s == g.first[i]+len(g.parts[i])
}

func (g *glob) classes(lo, hi byte, f func(byte)) { classes(&g.byte, lo, hi, f) }

// classes calls f for each byte of special in the range and for one other.
func classes(special *[256]bool, lo, hi byte, f func(byte)) {
	other := false
	for b := int(lo); b <= int(hi); b++ {
		if special[b] {
			f(byte(b))
		} else if !other {
			other = true
			f(byte(b))
		}
	}
}

// tree is the matcher of a folder's path and everything below it; without
// the folder itself when self is false.
type tree struct {
	dir   string // without slash at the end: "" is the root
	self  bool
	bytes [256]bool
}

func newTree(dir string, self bool) *tree {
	if dir == "/" {
		dir = ""
	}
	b := &tree{dir: dir, self: self}
	b.bytes['/'] = true
	for i := range len(dir) {
		b.bytes[dir[i]] = true
	}
	return b
}

// The states: how much of dir has been read, then inside, then dead.
func (b *tree) start() int { return 0 }

func (b *tree) next(s int, c byte) int {
	inside, dead := len(b.dir)+1, len(b.dir)+2
	switch {
	case s >= inside:
		return s
	case s < len(b.dir) && b.dir[s] == c:
		return s + 1
	case s == len(b.dir) && c == '/':
		return inside
	}
	return dead
}

func (b *tree) accept(s int) bool {
	return s == len(b.dir)+1 || b.self && s == len(b.dir)
}

func (b *tree) classes(lo, hi byte, f func(byte)) { classes(&b.bytes, lo, hi, f) }
