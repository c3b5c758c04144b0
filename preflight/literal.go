package preflight

import (
	"slices"

	"rex/bytecode"
	"rex/capability"
)

// A list or record literal is compiled to its making and a row of stores.
// Between the two nobody else sees it, so its elements are known by position,
// and a field that is set has never been zero. Which stores belong to the
// making is found here once for each function: a container counts as being
// built while it lies in one register on all ways to a place, has got the same
// elements on all of them, and no one has read that register.

// literals is what a function's makings promise.
type literals struct {
	lists   map[int]*listLiteral // by the instruction that makes it
	pushes  map[int]push         // by the instruction that pushes
	records map[int]uint64       // by the instruction that makes it: fields that may be seen before they are set
	open    [][]building         // by block: what is being built at its start
}

// listLiteral says of a list how many elements it has when it is first seen.
type listLiteral struct {
	length int  // at least
	exact  bool // exactly
	seen   bool
}

// push is one store into a list that is being built.
type push struct{ site, index int }

// maxTuple bounds the positions known of a list, maxFields the fields of a
// record that are followed.
const (
	maxTuple  = 64
	maxFields = 64

	maxBuilding = 16 // containers at a time
)

// building is a container that is being built.
type building struct {
	reg, site int
	count     int    // elements of a list so far
	fields    uint64 // fields of a record that are set
	record    bool
}

type literalFinder struct {
	v     *bytecode.Verified
	s     *shape
	out   literals
	state [][]building // at the start of each block
	known []bool       // the block was reached
	work  []bool
}

func findLiterals(v *bytecode.Verified, s *shape) literals {
	f := &literalFinder{v: v, s: s, state: make([][]building, len(s.blocks)), known: make([]bool, len(s.blocks)), work: make([]bool, len(s.blocks))}
	f.out = literals{lists: map[int]*listLiteral{}, pushes: map[int]push{}, records: map[int]uint64{}}
	any := false
	for _, in := range s.f.Instrs() {
		any = any || in.Op == bytecode.LIST || in.Op == bytecode.REC
	}
	if !any {
		return f.out
	}
	f.flow(0, nil)
	for round, again := 0, true; again; round++ {
		if again = false; round > maxRounds {
			return nothingLiteral(s)
		}
		for b := range s.blocks {
			if f.work[b] {
				f.work[b], again = false, true
				f.block(b)
			}
		}
	}
	f.out.open = f.state
	return f.out
}

// nothingLiteral promises nothing of any making.
func nothingLiteral(s *shape) literals {
	out := literals{lists: map[int]*listLiteral{}, records: map[int]uint64{}}
	for pc, in := range s.f.Instrs() {
		switch in.Op {
		case bytecode.LIST:
			out.lists[pc] = &listLiteral{}
		case bytecode.REC:
			out.records[pc] = ^uint64(0)
		}
	}
	return out
}

// flow brings a state to a block. What differs is seen there.
func (f *literalFinder) flow(to int, state []building) {
	var in []building
	for _, x := range state {
		if f.s.blocks[to].place(x.reg) >= 0 {
			in = append(in, x)
		}
	}
	if !f.known[to] {
		f.known[to], f.work[to] = true, true
		f.state[to] = in
		return
	}
	old := f.state[to]
	var kept []building
	for _, x := range old {
		i := slices.IndexFunc(in, func(y building) bool { return y.reg == x.reg && y.site == x.site && y.count == x.count })
		if i < 0 {
			f.seen(x)
			continue
		}
		x.fields &= in[i].fields
		kept = append(kept, x)
	}
	for _, x := range in {
		if !slices.ContainsFunc(kept, func(y building) bool { return y.reg == x.reg && y.site == x.site && y.count == x.count }) {
			f.seen(x)
		}
	}
	if !slices.Equal(old, kept) {
		f.state[to], f.work[to] = kept, true
	}
}

// seen ends the making of a container: whoever sees it may do anything.
func (f *literalFinder) seen(x building) {
	if x.record {
		t := f.s.f.R[f.s.f.Code[x.site].A]
		f.out.records[x.site] |= ^x.fields & (1<<min(len(t.Fields), maxFields) - 1)
		return
	}
	l := f.out.lists[x.site]
	if !l.seen {
		l.seen, l.length, l.exact = true, x.count, x.count <= maxTuple
	} else if x.count != l.length {
		l.length, l.exact = min(l.length, x.count), false
	}
	l.length = min(l.length, maxTuple)
}

func (f *literalFinder) block(i int) {
	b := &f.s.blocks[i]
	state := slices.Clone(f.state[i])
	for pc := b.from; pc < b.to; pc = f.s.f.Next(pc) {
		if f.v.Kinds(f.s.f, pc) != 0 || b.onStop >= 0 {
			f.raise(b, state)
		}
		state = f.instruction(state, pc)
	}
	for _, to := range [2]int{b.jump, b.next} {
		if to >= 0 {
			f.flow(to, state)
		}
	}
}

func (f *literalFinder) raise(b *block, state []building) {
	for _, h := range b.handlers {
		handler := &f.s.f.Handlers[h]
		err := f.s.reg(capability.FileRef, int(handler.Err))
		f.flow(int(f.s.at[handler.Target]), slices.DeleteFunc(slices.Clone(state), func(x building) bool { return x.reg == err }))
	}
}

func (f *literalFinder) instruction(state []building, pc int) []building {
	in := &f.s.f.Code[pc]
	target := -1
	switch in.Op {
	case bytecode.PUSHS, bytecode.PUSHT, bytecode.PUSHR, bytecode.SFLDS, bytecode.SFLDT, bytecode.SFLDR:
		target = f.s.reg(capability.FileRef, int(in.A))
		state = f.store(state, pc, target)
	}
	f.s.operands(pc, func(r int, write bool) {
		if r == target {
			target = -1 // the store itself; a second mention reads it
			return
		}
		state = slices.DeleteFunc(state, func(x building) bool {
			if x.reg == r && !write {
				f.seen(x)
			}
			return x.reg == r
		})
	})
	if in.Op == bytecode.LIST || in.Op == bytecode.REC {
		x := building{reg: f.s.reg(capability.FileRef, int(in.A)), site: pc, record: in.Op == bytecode.REC}
		if !x.record && f.out.lists[pc] == nil {
			f.out.lists[pc] = &listLiteral{}
		}
		if len(state) == maxBuilding {
			f.seen(x)
			return state
		}
		state = append(state, x)
	}
	return state
}

// store notes a store into what is being built. Operand A comes last among an
// instruction's operands, so a store of a container into itself is told by
// its other operand.
func (f *literalFinder) store(state []building, pc, target int) []building {
	in := &f.s.f.Code[pc]
	delete(f.out.pushes, pc)
	for i := range state {
		x := &state[i]
		if x.reg != target {
			continue
		}
		if !x.record {
			if in.Op != bytecode.PUSHR || in.B != in.A {
				f.out.pushes[pc] = push{x.site, x.count}
				x.count++
			}
			continue
		}
		t := f.s.f.R[in.A]
		if n := fieldAt(t, bytecode.Rows[in.Op].C.File(), int(in.B)); n >= 0 && n < maxFields {
			x.fields |= 1 << n
		}
	}
	return state
}

// fieldAt finds the field that a record of type t keeps in a slot.
func fieldAt(t *capability.Type, file capability.File, slot int) int {
	for i := range t.Fields {
		if s := t.Slot(i); s.File == file && s.Index == slot {
			return i
		}
	}
	return -1
}
