package preflight

import "rex/bytecode"

// What every run that ends well does. An attempt is promised when it lies on
// every way to a return: it dominates the exit, in the graph of the edges that
// were taken. A call stands in that graph as three nodes (called, returned,
// raised), because what the callee promises depends on how it is left. Edges of
// a run that is being stopped don't count: such a run doesn't end well.

// siteSet is a set of host calls.
type siteSet map[[2]int]bool

// promise is what an instance attempts whenever it returns, and whenever it
// raises.
type promise struct{ returning, raising siteSet }

// promises finds what is promised, callees first.
type promises struct {
	a     *analysis
	known map[int]*promise
	left  int // how many promised sites may still be handed on
}

// musts are the host calls that every run that ends well attempts.
func (a *analysis) musts() siteSet {
	p := &promises{a, map[int]*promise{}, maxPromises}
	return p.of(a.instances[0], 0).returning
}

// maxPromiseDepth bounds the chain of calls that is followed, maxPromises what
// is handed on along such chains; beyond them nothing is promised.
const (
	maxPromiseDepth = 2000
	maxPromises     = 1 << 20
)

// of gives the promise of an instance. While it is being found, a recursive
// call promises nothing.
func (p *promises) of(in *instance, depth int) *promise {
	if known := p.known[in.id]; known != nil {
		return known
	}
	out := &promise{siteSet{}, siteSet{}}
	p.known[in.id] = out
	if depth > maxPromiseDepth {
		return out
	}
	g := p.graph(in)
	idom := dominators(g.succ)
	found := &promise{siteSet{}, siteSet{}}
	p.collect(in, g, idom, g.returns, found.returning, depth)
	p.collect(in, g, idom, g.raises, found.raising, depth)
	p.known[in.id] = found
	return found
}

// callGraph numbers the blocks that were reached, from 0 for the first; behind
// them stand what follows a call that returned and one that raised.
type callGraph struct {
	blocks          []int // by node
	calls           []int // the node of the call, by node; -1 for a block
	returned        []bool
	succ            [][]int
	node            map[int]int // of a block
	afterReturn     map[int]int // the node behind a call that returned, by its own
	afterRaise      map[int]int
	returns, raises int // the two exits
}

func (g *callGraph) add(block, call int, returned bool) int {
	g.blocks, g.calls, g.returned = append(g.blocks, block), append(g.calls, call), append(g.returned, returned)
	g.succ = append(g.succ, nil)
	return len(g.blocks) - 1
}

func (g *callGraph) link(from, to int) { g.succ[from] = append(g.succ[from], to) }

func (p *promises) graph(in *instance) *callGraph {
	g := &callGraph{node: map[int]int{}, afterReturn: map[int]int{}, afterRaise: map[int]int{}}
	s := p.a.shapes[in.fn]
	for b := range s.blocks {
		if in.states[b] == nil {
			continue
		}
		n := g.add(b, -1, false)
		g.node[b] = n
	}
	for b := range s.blocks {
		if n, ok := g.node[b]; ok && isCall(s, b) {
			g.afterReturn[n], g.afterRaise[n] = g.add(b, n, true), g.add(b, n, false)
			g.link(n, g.afterReturn[n])
			g.link(n, g.afterRaise[n])
		}
	}
	g.returns, g.raises = g.add(-1, -1, false), g.add(-1, -1, false)
	behind := func(b int, after map[int]int) int {
		n := g.node[b]
		if m, ok := after[n]; ok {
			return m
		}
		return n
	}
	for b := range s.blocks {
		if _, ok := g.node[b]; !ok {
			continue
		}
		for _, to := range in.edges.normal[b] {
			g.link(behind(b, g.afterReturn), g.node[to])
		}
		if planted != mustWithoutErrors {
			for _, to := range in.edges.handled[b] {
				g.link(behind(b, g.afterRaise), g.node[to])
			}
		}
		if in.edges.escapes[b] {
			g.link(behind(b, g.afterRaise), g.raises)
		}
		if in.edges.returns[b] {
			g.link(g.node[b], g.returns)
		}
	}
	return g
}

func isCall(s *shape, b int) bool {
	op := s.f.Code[s.blocks[b].from].Op
	return op == bytecode.CALL || op == bytecode.CALLC
}

// collect adds what lies on every way to an exit.
func (p *promises) collect(in *instance, g *callGraph, idom []int, exit int, out siteSet, depth int) {
	if idom[exit] < 0 {
		return // it is never left so
	}
	on := map[int]bool{}
	for n := idom[exit]; ; n = idom[n] {
		on[n] = true
		if n == 0 {
			break
		}
	}
	s := p.a.shapes[in.fn]
	for n := range on {
		b := g.blocks[n]
		op := s.f.Code[s.blocks[b].from].Op
		switch {
		case g.calls[n] >= 0:
			for site := range p.ofCall(in, b, g.returned[n], depth) {
				out[site] = true
			}
		case op == bytecode.HOST && !in.edges.mayZero[b]:
			out[[2]int{in.fn, s.blocks[b].from}] = true
		case isCall(s, b) && !on[g.afterReturn[n]] && !on[g.afterRaise[n]]:
			// Either may be: what both have in common.
			raising := p.ofCall(in, b, false, depth)
			for site := range p.ofCall(in, b, true, depth) {
				if raising[site] {
					out[site] = true
				}
			}
		}
	}
}

// ofCall is what all targets of a call promise.
func (p *promises) ofCall(in *instance, b int, returned bool, depth int) siteSet {
	if !returned && in.edges.mayZero[b] {
		return nil // it may raise before anything is called
	}
	var out siteSet
	for _, callee := range in.edges.callees[b] {
		if returned && !callee.returns || !returned && callee.raised&^stopped == 0 {
			continue // it is not left so
		}
		promised := p.of(callee, depth+1)
		set := promised.raising
		if returned {
			set = promised.returning
		}
		if p.left -= len(set); p.left < 0 {
			return nil
		}
		if out == nil {
			out = siteSet{}
			for site := range set {
				out[site] = true
			}
			continue
		}
		for site := range out {
			if !set[site] {
				delete(out, site)
			}
		}
	}
	return out
}
