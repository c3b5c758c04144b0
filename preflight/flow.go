package preflight

import (
	"slices"

	"rex/bytecode"
	"rex/capability"
)

// state is what is known at the start of a block: of each live register its
// value and value number, and what relates them.
//
// A value number names a value by the place that defined it: registers with
// the same number hold the same value. A number can't outlive its value around
// a cycle, because the block of its definition was first entered without it,
// and joining drops what only one side has.
type state struct {
	vals    []*value
	numbers []int64
	tests   []test
	loads   []load
	grown   int
	queued  bool
}

// At most so many tests and loads are remembered.
const maxRemembered = 8

// test says that the value called result tells something about the value
// called subject.
type test struct {
	result, subject int64
	kind            testKind
	negated         bool
	other           *value // testBeneath: the folder; testMatches: the paths that a glob takes
}

type testKind uint8

const (
	testBeneath testKind = iota // result is whether subject lies below other
	testMatches                 // result is whether subject is one of other
	testKindOf                  // result is the kind of error subject
)

// load says that a field of a record was read and nothing has been stored
// since: the record and the value by their numbers.
type load struct {
	record, result int64
	file           capability.File
	slot           int
	val            *value
}

// mergeNumber is the number of a register's value where several meet.
func mergeNumber(s *shape, block, reg int) int64 {
	return -(int64(block)*int64(len(s.types)) + int64(reg) + 1)
}

// definedNumber is the number of the value an instruction defines.
func definedNumber(pc int) int64 { return int64(pc + 1) }

// joinState joins a state into the start of a block.
func (a *analysis) joinState(in *instance, b int, st *state, limit int) {
	s := a.shapes[in.fn]
	blk := &s.blocks[b]
	a.steps += 1 + len(st.vals)/4
	old := in.states[b]
	if old == nil {
		in.states[b] = st
		a.enqueue(place{int32(in.id), int32(b)})
		return
	}
	grown := false
	for i, r := range blk.live {
		if next := a.join(old.vals[i], st.vals[i]); next != old.vals[i] {
			if old.grown > limit {
				next = a.widen(next, 1+old.grown/(2*limit))
			}
			old.vals[i], grown = next, true
		}
		if old.numbers[i] != st.numbers[i] && planted != mergeKeepsNumbers {
			if n := mergeNumber(s, b, int(r)); old.numbers[i] != n {
				old.numbers[i], grown = n, true
			}
		}
	}
	if a.meetTests(old, st) {
		grown = true
	}
	if a.meetLoads(old, st) {
		grown = true
	}
	if grown {
		old.grown++
		a.enqueue(place{int32(in.id), int32(b)})
	}
}

// meetTests keeps the tests that both states know.
func (a *analysis) meetTests(old, st *state) (changed bool) {
	kept := old.tests[:0:0]
	for _, t := range old.tests {
		i := slices.IndexFunc(st.tests, func(u test) bool {
			return u.result == t.result && u.subject == t.subject && u.kind == t.kind && u.negated == t.negated
		})
		if i < 0 {
			continue
		}
		if other := a.join(t.other, st.tests[i].other); other != t.other {
			t.other, changed = other, true
		}
		kept = append(kept, t)
	}
	changed = changed || len(kept) != len(old.tests)
	old.tests = kept
	return changed
}

// meetLoads keeps the loads that both states know.
func (a *analysis) meetLoads(old, st *state) (changed bool) {
	kept := old.loads[:0:0]
	for _, l := range old.loads {
		i := slices.IndexFunc(st.loads, func(m load) bool {
			return m.record == l.record && m.result == l.result && m.file == l.file && m.slot == l.slot
		})
		if i < 0 {
			continue
		}
		if val := a.join(l.val, st.loads[i].val); val != l.val {
			l.val, changed = val, true
		}
		kept = append(kept, l)
	}
	changed = changed || len(kept) != len(old.loads)
	old.loads = kept
	return changed
}

// interpret runs a block from its joined state.
func (a *analysis) interpret(in *instance, b int) {
	s := a.shapes[in.fn]
	blk := &s.blocks[b]
	st := in.states[b]
	a.cur, a.curBlock, a.s = in, b, s
	for _, r := range a.set {
		a.isSet[r] = false
	}
	a.set = a.set[:0]
	for i, r := range blk.live {
		a.regs[r], a.numbers[r] = st.vals[i], st.numbers[i]
		a.touch(int(r))
	}
	a.tests, a.loads = slices.Clone(st.tests), slices.Clone(st.loads)
	a.steps += 1 + len(blk.live)/4
	a.dirty = true
	if op := s.f.Code[blk.from].Op; (op == bytecode.CALL || op == bytecode.CALLC) && planted != callsKeepLoads {
		a.loads = nil // also where the call fails or is interrupted
	}
	for a.pc = blk.from; a.pc < blk.to; a.pc = s.f.Next(a.pc) {
		a.steps++
		a.interrupted(blk)
		if !a.step(&s.f.Code[a.pc]) {
			return
		}
	}
	if blk.next >= 0 {
		a.normal(blk.next)
	}
}

func (a *analysis) touch(r int) {
	if !a.isSet[r] {
		a.isSet[r] = true
		a.set = append(a.set, int32(r))
	}
}

// define writes a register: its value, and a number of its own.
func (a *analysis) define(r int, v *value) {
	a.touch(r)
	a.regs[r], a.numbers[r], a.dirty = v, definedNumber(a.pc), true
	if a.late != 0 {
		kinds := a.late
		a.late = 0
		a.raiseNow(kinds)
	}
}

// copyTo makes a register hold the very value of another.
func (a *analysis) copyTo(r, from int, v *value) {
	a.touch(r)
	a.regs[r], a.numbers[r], a.dirty = v, a.numbers[from], true
}

// flow brings the registers as they are to a block. err is a register with a
// value of its own there, -1 for none.
func (a *analysis) flow(b, err int, v *value) {
	blk := &a.s.blocks[b]
	st := &state{vals: make([]*value, len(blk.live)), numbers: make([]int64, len(blk.live)), tests: slices.Clone(a.tests), loads: slices.Clone(a.loads)}
	for i, r := range blk.live {
		st.vals[i], st.numbers[i] = a.regs[r], a.numbers[r]
		if int(r) == err {
			st.vals[i], st.numbers[i] = v, mergeNumber(a.s, b, err)
		}
	}
	limit := growMerge
	if b <= a.curBlock {
		limit = growLoop
	}
	a.joinState(a.cur, b, st, limit)
}

// normal goes on at a block.
func (a *analysis) normal(b int) {
	link(a.cur.edges.normal, a.curBlock, b)
	a.flow(b, -1, nil)
}

// raise sends the registers as they are along the error edges of kinds that
// the present instruction may raise.
func (a *analysis) raise(kinds capability.KindMask) {
	if planted == stateAfter && bytecode.Rows[a.s.f.Code[a.pc].Op].A.Writes() {
		a.late |= kinds
		return
	}
	a.raiseNow(kinds)
}

func (a *analysis) raiseNow(kinds capability.KindMask) {
	if kinds == 0 {
		return
	}
	f := a.s.f
	for _, i := range a.s.blocks[a.curBlock].handlers {
		h := &f.Handlers[i]
		taken := kinds & h.Mask
		if h.Defer {
			taken |= kinds & stopped
		}
		if taken == 0 {
			continue
		}
		to := int(a.s.at[h.Target])
		if taken&^stopped != 0 {
			link(a.cur.edges.handled, a.curBlock, to)
		}
		a.flow(to, a.s.reg(capability.FileRef, int(h.Err)), &value{kinds: taken})
		if kinds &^= taken; kinds == 0 {
			return
		}
	}
	if kinds&^stopped != 0 {
		a.cur.edges.escapes[a.curBlock] = true
	}
	if planted == errorsLost {
		return
	}
	if kinds&^a.cur.raised != 0 {
		a.cur.raised |= kinds
		for p := range a.cur.callers {
			a.enqueue(p)
		}
	}
}

// raiseRow raises what the row of the present instruction says.
func (a *analysis) raiseRow() { a.raise(a.v.Kinds(a.s.f, a.pc)) }

// interrupted is the edge to the innermost deferred handler that a limit or a
// cancellation takes, before any instruction of its range.
func (a *analysis) interrupted(blk *block) {
	if blk.onStop < 0 || !a.dirty {
		return
	}
	a.dirty = false
	h := &a.s.f.Handlers[blk.onStop]
	a.flow(int(a.s.at[h.Target]), a.s.reg(capability.FileRef, int(h.Err)), &value{kinds: stopped})
}

// scalar, text and reference give the number of an operand's register.
func (a *analysis) scalar(n uint8) int    { return a.s.reg(capability.FileScalar, int(n)) }
func (a *analysis) text(n uint8) int      { return a.s.reg(capability.FileText, int(n)) }
func (a *analysis) reference(n uint8) int { return a.s.reg(capability.FileRef, int(n)) }

// operand gives the number of the register that an operand names.
func (a *analysis) operand(o bytecode.Operand, n uint8) int { return a.s.reg(o.File(), int(n)) }
