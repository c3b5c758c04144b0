package preflight

import "rex/capability"

// After a denial the error goes its way: to a handler, which may end well, or
// out to the callers. It begins as "denied"; once a handler ran, what goes on
// may be of any kind. A denial is fatal when no way leads to a return of the
// script.

// denials answers whether a run may still end well after an error.
type denials struct {
	a       *analysis
	returns []map[int]bool // by instance: blocks from which it may return
	raises  []map[int]bool // .. from which an error may leave it
	escapes [][2]bool      // .. whether a run may end well after it raised: denied, anything
}

func (a *analysis) newDenials() *denials {
	d := &denials{a: a, escapes: make([][2]bool, len(a.instances))}
	for _, in := range a.instances {
		pred := a.predecessors(in)
		d.returns = append(d.returns, leadTo(in.edges.returns, pred))
		d.raises = append(d.raises, leadTo(in.edges.escapes, pred))
	}
	for changed := true; changed; {
		changed = false
		for _, in := range a.instances {
			for k, kinds := range [2]capability.KindMask{capability.Kinds(capability.Denied), capability.AllKinds} {
				if d.escapes[in.id][k] {
					continue
				}
				for _, c := range in.order {
					if d.survives(a.instances[c.inst], int(c.block), kinds) {
						d.escapes[in.id][k], changed = true, true
						break
					}
				}
			}
		}
	}
	return d
}

// predecessors gives the blocks that may go to each block, errors included.
func (a *analysis) predecessors(in *instance) map[int][]int {
	pred := map[int][]int{}
	for b := range in.states {
		for _, to := range in.edges.normal[b] {
			pred[to] = append(pred[to], b)
		}
		for _, to := range in.edges.handled[b] {
			pred[to] = append(pred[to], b)
		}
	}
	return pred
}

// leadTo gives the blocks from which one of some blocks can be reached.
func leadTo(blocks map[int]bool, pred map[int][]int) map[int]bool {
	on := map[int]bool{}
	var todo []int
	for b := range blocks {
		todo = append(todo, b)
	}
	for len(todo) > 0 {
		b := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !on[b] {
			on[b] = true
			todo = append(todo, pred[b]...)
		}
	}
	return on
}

// survives reports whether a run may end well after an error of some kinds in
// a block.
func (d *denials) survives(in *instance, b int, kinds capability.KindMask) bool {
	s := d.a.shapes[in.fn]
	for _, i := range s.blocks[b].handlers {
		h := &s.f.Handlers[i]
		if h.Mask&kinds == 0 {
			continue
		}
		to := int(s.at[h.Target])
		after := 1
		if planted == denialStaysDenial {
			after = 0
		}
		if d.returns[in.id][to] || d.raises[in.id][to] && d.escapes[in.id][after] {
			return true
		}
		if kinds &^= h.Mask; kinds == 0 {
			return false
		}
	}
	if kinds == capability.Kinds(capability.Denied) {
		return d.escapes[in.id][0]
	}
	return d.escapes[in.id][1]
}

// repeats says of each instance whether a run may enter it more than once, and
// whether a loop or recursion does so.
func (a *analysis) repeats() (often, looped []bool) {
	often, looped = make([]bool, len(a.instances)), make([]bool, len(a.instances))
	calls := make([][]int, len(a.instances))
	for _, in := range a.instances {
		for _, c := range in.order {
			calls[c.inst] = append(calls[c.inst], in.id)
		}
	}
	for id, on := range onCycle(calls) {
		often[id], looped[id] = on, on
	}
	for changed := true; changed; {
		changed = false
		for _, in := range a.instances {
			many, loop := often[in.id] || len(in.order) > 1, looped[in.id]
			for _, c := range in.order {
				cyclic := a.shapes[a.instances[c.inst].fn].blocks[c.block].cyclic
				many, loop = many || often[c.inst] || cyclic, loop || looped[c.inst] || cyclic
			}
			if many != often[in.id] || loop != looped[in.id] {
				often[in.id], looped[in.id], changed = many, loop, true
			}
		}
	}
	return often, looped
}
