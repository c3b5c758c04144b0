package preflight

import (
	"rex/bytecode"
	"rex/capability"
)

// graph holds the edges that the interpretation took, by function, for the
// questions about whole runs: what every run does, what can be repeated, and
// after which denial no run ends well.
type graph struct {
	m     *bytecode.Module
	funcs []*funcGraph
}

// funcGraph is the part of one function. Node n is the attempt of the
// instruction at n; node size+n stands behind a call that has returned. exit is
// the normal return, denied and raised the ways out by an error: one that is
// a denial for sure, and any.
type funcGraph struct {
	size    int
	next    [][]int32
	seen    []bool
	callees map[int][]int // functions that a call enters
	back    map[int]bool  // calls that return
	denied  map[int]bool  // instructions whose denial leaves the function
	raised  map[int]bool  // instructions whose other errors do
	calls   []callSite    // who calls this function
}

type callSite struct{ fn, pc int }

func newGraph(m *bytecode.Module) *graph {
	g := &graph{m: m}
	for i := range m.Funcs {
		n := len(m.Funcs[i].Code)
		g.funcs = append(g.funcs, &funcGraph{
			size: n, next: make([][]int32, 2*n+3), seen: make([]bool, n),
			callees: map[int][]int{}, back: map[int]bool{}, denied: map[int]bool{}, raised: map[int]bool{},
		})
	}
	return g
}

func (f *funcGraph) exit() int      { return 2 * f.size }
func (f *funcGraph) deniedOut() int { return 2*f.size + 1 }
func (f *funcGraph) raisedOut() int { return 2*f.size + 2 }

func (f *funcGraph) add(from, to int) {
	for _, t := range f.next[from] {
		if int(t) == to {
			return
		}
	}
	f.next[from] = append(f.next[from], int32(to))
}

func (g *graph) reach(fn, pc int) { g.funcs[fn].seen[pc] = true }

// edge is a way inside a function. Out of a call that has returned it begins
// at the node behind the call.
func (g *graph) edge(fn, from, to int) {
	f := g.funcs[fn]
	if f.back[from] && !g.isHandler(fn, from, to) {
		from += f.size
	}
	f.add(from, to)
}

// isHandler reports whether a way from an instruction leads to a handler of it.
func (g *graph) isHandler(fn, from, to int) bool {
	for _, h := range g.m.Funcs[fn].Handlers {
		if int(h.Target) == to && uint32(from) >= h.From && uint32(from) < h.To {
			return true
		}
	}
	return false
}

func (g *graph) returns(fn, pc int) { f := g.funcs[fn]; f.add(pc, f.exit()) }

// raises notes which errors of an instruction leave the function.
func (g *graph) raises(fn, pc int, all, out capability.KindMask) {
	f := g.funcs[fn]
	if out.Has(capability.Denied) {
		f.denied[pc] = true
		f.add(pc, f.deniedOut())
	}
	if out != 0 {
		f.raised[pc] = true
		f.add(pc, f.raisedOut())
	}
}

func (g *graph) call(fn, pc, callee int) {
	f := g.funcs[fn]
	for _, c := range f.callees[pc] {
		if c == callee {
			return
		}
	}
	f.callees[pc] = append(f.callees[pc], callee)
	g.funcs[callee].calls = append(g.funcs[callee].calls, callSite{fn, pc})
}

// returned notes that a call can return: what follows begins behind it.
func (g *graph) returned(fn, pc int) {
	f := g.funcs[fn]
	f.back[pc] = true
	f.add(pc, f.size+pc)
}

// handlersOf gives the handlers that take some of these kinds at an
// instruction, and what is left of the kinds.
func (g *graph) handlersOf(fn, pc int, kinds capability.KindMask) (targets []int, left capability.KindMask) {
	for _, h := range g.m.Funcs[fn].Handlers {
		if uint32(pc) >= h.From && uint32(pc) < h.To && kinds&h.Mask != 0 {
			targets = append(targets, int(h.Target))
			if kinds &^= h.Mask; kinds == 0 {
				break
			}
		}
	}
	return targets, kinds
}

// node is a node of the whole program.
type node struct{ fn, n int }

// good finds every node from which some run can still end well: backwards from
// the normal return of function 0, over all ways there are. More nodes than
// there should be only make fewer denials fatal.
func (g *graph) good() map[node]bool {
	into := map[node][]node{}
	link := func(from, to node) { into[to] = append(into[to], from) }
	for fn, f := range g.funcs {
		for n, targets := range f.next {
			for _, t := range targets {
				if n < f.size && int(t) == n+f.size {
					continue // a call goes on behind it only through its callee
				}
				link(node{fn, n}, node{fn, int(t)})
			}
		}
		for pc, callees := range f.callees {
			for _, c := range callees {
				link(node{fn, pc}, node{c, 0})
				cf := g.funcs[c]
				if f.back[pc] {
					link(node{c, cf.exit()}, node{fn, f.size + pc})
				}
				g.linkErrors(link, fn, pc, node{c, cf.deniedOut()}, capability.Kinds(capability.Denied))
				g.linkErrors(link, fn, pc, node{c, cf.raisedOut()}, capability.AllKinds)
			}
		}
	}
	seen := map[node]bool{{0, g.funcs[0].exit()}: true}
	work := []node{{0, g.funcs[0].exit()}}
	for len(work) > 0 {
		n := work[len(work)-1]
		work = work[:len(work)-1]
		for _, m := range into[n] {
			if !seen[m] {
				seen[m] = true
				work = append(work, m)
			}
		}
	}
	return seen
}

// linkErrors links an error that leaves a callee with where it goes on.
func (g *graph) linkErrors(link func(from, to node), fn, pc int, from node, kinds capability.KindMask) {
	f := g.funcs[fn]
	targets, left := g.handlersOf(fn, pc, kinds)
	for _, t := range targets {
		link(from, node{fn, t})
	}
	if left.Has(capability.Denied) && kinds == capability.Kinds(capability.Denied) {
		link(from, node{fn, f.deniedOut()})
	} else if left != 0 {
		link(from, node{fn, f.raisedOut()})
	}
}

// fatal reports whether after a denial at an instruction no run ends well.
func (g *graph) fatal(good map[node]bool, fn, pc int) bool {
	targets, left := g.handlersOf(fn, pc, capability.Kinds(capability.Denied))
	for _, t := range targets {
		if good[node{fn, t}] {
			return false
		}
	}
	return left == 0 || !good[node{fn, g.funcs[fn].deniedOut()}]
}

// must finds the host instructions that every run that ends well comes by:
// those of function 0 without which its return can't be reached, and those of
// the functions that are called, and return, on every such way.
func (g *graph) must(hosts []capability.Site) map[capability.Site]bool {
	out := map[capability.Site]bool{}
	g.mustIn(0, hosts, out, map[int]bool{})
	return out
}

// maxMustWork bounds the search for what every run does, in nodes visited;
// beyond it nothing more is claimed.
const maxMustWork = 20_000_000

func (g *graph) mustIn(fn int, hosts []capability.Site, out map[capability.Site]bool, busy map[int]bool) {
	if busy[fn] {
		return // recursion in progress promises nothing
	}
	busy[fn] = true
	defer delete(busy, fn)
	f := g.funcs[fn]
	work := 0
	for _, h := range hosts {
		if h.Func == fn && f.seen[h.PC] && f.needs(h.PC, &work) {
			out[h] = true
		}
	}
	for pc, callees := range f.callees {
		if len(callees) == 1 && f.back[pc] && f.needs(f.size+pc, &work) {
			g.mustIn(callees[0], hosts, out, busy)
		}
	}
}

// needs reports whether the normal return can't be reached around a node.
func (f *funcGraph) needs(without int, work *int) bool {
	if *work > maxMustWork {
		return false
	}
	seen := make([]bool, len(f.next))
	stack := []int{0}
	seen[0] = true
	if without == 0 {
		return true
	}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		*work++
		if n == f.exit() {
			return false
		}
		for _, t := range f.next[n] {
			if int(t) != without && !seen[t] {
				seen[t] = true
				stack = append(stack, int(t))
			}
		}
	}
	return true
}

// onCycle reports whether an instruction can come again in one call of its
// function.
func (f *funcGraph) onCycle(pc int) bool {
	seen := make([]bool, len(f.next))
	stack := []int{pc}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, t := range f.next[n] {
			if int(t) == pc {
				return true
			}
			if !seen[t] {
				seen[t] = true
				stack = append(stack, int(t))
			}
		}
	}
	return false
}

// repeats tells of each function whether it can run more than once, and
// whether that is because of a loop or of recursion.
func (g *graph) repeats() (twice, loops []bool) {
	twice, loops = make([]bool, len(g.funcs)), make([]bool, len(g.funcs))
	for changed := true; changed; {
		changed = false
		for fn, f := range g.funcs {
			t, l := len(f.calls) > 1, false
			for _, c := range f.calls {
				loop := loops[c.fn] || g.funcs[c.fn].onCycle(c.pc) || g.reaches(fn, c.fn)
				l = l || loop
				t = t || loop || twice[c.fn]
			}
			if t != twice[fn] || l != loops[fn] {
				twice[fn], loops[fn], changed = t, l, true
			}
		}
	}
	return twice, loops
}

// reaches reports whether a function calls another, directly or not.
func (g *graph) reaches(from, to int) bool {
	seen := map[int]bool{}
	work := []int{from}
	for len(work) > 0 {
		fn := work[len(work)-1]
		work = work[:len(work)-1]
		if fn == to {
			return true
		}
		if seen[fn] {
			continue
		}
		seen[fn] = true
		for _, callees := range g.funcs[fn].callees {
			work = append(work, callees...)
		}
	}
	return false
}
