package preflight

import (
	"rex/bytecode"
	"rex/capability"
)

// branch sends the state to both sides of a conditional jump, on each edge
// with what the test says. It reports whether the next instruction can follow.
func (w *walker) branch(s *state, pc int) bool {
	in := w.in.f.Code[pc]
	yes := s.clone() // the jump is taken
	takes, falls := true, true
	S, T, R := s.regs[fileS], s.regs[fileT], s.regs[fileR]
	switch in.Op {
	case bytecode.JT, bytecode.JF:
		truth, lie := yes, s
		if in.Op == bytecode.JF {
			truth, lie = s, yes
		}
		t := w.assume(truth, int(in.A), 1)
		l := w.assume(lie, int(in.A), 0)
		takes, falls = t, l
		if in.Op == bytecode.JF {
			takes, falls = l, t
		}
	case bytecode.JEQ, bytecode.JNE:
		same := meetInts(S[in.A], S[in.B])
		differ := !(single(S[in.A]) && single(S[in.B]) && !same.empty())
		eq := yes
		if in.Op == bytecode.JNE {
			eq = s
		}
		w.refine(eq, fileS, int(in.A), same)
		w.refine(eq, fileS, int(in.B), same)
		takes, falls = !same.empty(), differ
		if in.Op == bytecode.JNE {
			takes, falls = differ, !same.empty()
		}
	case bytecode.JEQI, bytecode.JNEI:
		n := int64(in.I16())
		same := meetInts(S[in.A], constantInt(n))
		rest := without(S[in.A], n)
		eq, ne := yes, s
		if in.Op == bytecode.JNEI {
			eq, ne = s, yes
		}
		w.refine(eq, fileS, int(in.A), same)
		w.refine(ne, fileS, int(in.A), rest)
		takes, falls = !same.empty(), !rest.empty()
		if in.Op == bytecode.JNEI {
			takes, falls = !rest.empty(), !same.empty()
		}
	case bytecode.JLTI, bytecode.JLEI, bytecode.JGTI, bytecode.JGEI:
		holds, not := splitInts(S[in.A], func(n int64) bool { return compares(in.Op, n, int64(in.I16())) })
		w.refine(yes, fileS, int(in.A), holds)
		w.refine(s, fileS, int(in.A), not)
		takes, falls = !holds.empty(), !not.empty()
	case bytecode.TJEQ, bytecode.TJNE:
		same := T[in.A].texts.meet(T[in.B].texts)
		eq, ne := yes, s
		if in.Op == bytecode.TJNE {
			eq, ne = s, yes
		}
		differ := w.differ(ne, in, T[in.A], T[in.B])
		w.refine(eq, fileT, int(in.A), value{texts: same})
		w.refine(eq, fileT, int(in.B), value{texts: same})
		takes, falls = same != nil, differ
		if in.Op == bytecode.TJNE {
			takes, falls = differ, same != nil
		}
	case bytecode.JNIL, bytecode.JSOME:
		some := R[in.A]
		null := some.null
		some.null = false
		nilSide, someSide := yes, s
		if in.Op == bytecode.JSOME {
			nilSide, someSide = s, yes
		}
		w.refine(nilSide, fileR, int(in.A), value{null: true})
		w.opened(someSide, int(in.A))
		takes, falls = null, !some.empty()
		if in.Op == bytecode.JSOME {
			takes, falls = !some.empty(), null
		}
	}
	if takes {
		w.jump(yes, pc)
	}
	return falls
}

func single(v value) bool { return !v.all && len(v.ints) == 1 }

func compares(op bytecode.Opcode, a, b int64) bool {
	switch op {
	case bytecode.JLTI:
		return a < b
	case bytecode.JLEI:
		return a <= b
	case bytecode.JGTI:
		return a > b
	}
	return a >= b
}

func splitInts(v value, holds func(int64) bool) (yes, no value) {
	if v.all {
		return v, v
	}
	for _, n := range v.ints {
		if holds(n) {
			yes.ints = append(yes.ints, n)
		} else {
			no.ints = append(no.ints, n)
		}
	}
	return yes, no
}

func meetInts(a, b value) value {
	switch {
	case a.all:
		return b
	case b.all:
		return a
	}
	var out value
	for _, n := range a.ints {
		for _, m := range b.ints {
			if n == m {
				out.ints = append(out.ints, n)
			}
		}
	}
	return out
}

func without(v value, n int64) value {
	if v.all {
		return v
	}
	_, rest := splitInts(v, func(m int64) bool { return m == n })
	return rest
}

// differ removes a constant from the other side on the edge where two texts
// are not equal, and reports whether they can differ.
func (w *walker) differ(s *state, in bytecode.Instr, a, b value) bool {
	ca, oka := a.texts.constants()
	cb, okb := b.texts.constants()
	if oka && okb && len(ca) == 1 && len(cb) == 1 {
		return ca[0] != cb[0]
	}
	if okb && len(cb) == 1 {
		rest := a.texts.without(cb[0])
		w.refine(s, fileT, int(in.A), value{texts: rest, why: a.why})
		return rest != nil
	}
	if oka && len(ca) == 1 {
		rest := b.texts.without(ca[0])
		w.refine(s, fileT, int(in.B), value{texts: rest, why: b.why})
		return rest != nil
	}
	return true
}

// assume holds a bool register to a value, with what that says of the value
// that was tested to make it. It reports whether that can be.
func (w *walker) assume(s *state, reg int, want int64) bool {
	v := meetInts(s.regs[fileS][reg], constantInt(want))
	if v.empty() {
		return false
	}
	if want == 1 {
		for _, t := range s.tests {
			if t.reg != reg {
				continue
			}
			for i := range s.regs[fileT] {
				if s.numbers[fileT][i] == t.subject {
					s.regs[fileT][i].texts = s.regs[fileT][i].texts.meet(t.pattern)
				}
			}
		}
	}
	w.refine(s, fileS, reg, v)
	return true
}

// refine sharpens a register, and all registers that hold the same value.
func (w *walker) refine(s *state, f capability.File, reg int, v value) {
	if v.empty() {
		return // this edge is never taken
	}
	n := s.numbers[f][reg]
	for g := fileS; g <= fileR; g++ {
		for i := range s.regs[g] {
			if s.numbers[g][i] != n || g == f && i == reg {
				continue
			}
			s.regs[g][i] = sharpen(s.regs[g][i], v)
		}
	}
	s.regs[f][reg] = sharpen(s.regs[f][reg], v)
}

// opened notes that a reference, and all that is the same value, is not nil.
func (w *walker) opened(s *state, reg int) {
	n := s.numbers[fileR][reg]
	for i := range s.regs[fileR] {
		if s.numbers[fileR][i] == n {
			s.regs[fileR][i].null = false
		}
	}
	s.regs[fileR][reg].null = false
}

// sharpen takes over what a test has shown, and keeps what it says nothing about.
func sharpen(old, v value) value {
	switch {
	case v.texts != nil:
		if t := old.texts.meet(v.texts); t != nil {
			old.texts = t
		}
		old.null = false
	case v.ints != nil && !v.all:
		if m := meetInts(old, v); !m.empty() {
			old.ints, old.all = m.ints, m.all
		}
	case v.null && v.refs == nil && !v.open:
		old = value{null: true}
	default:
		old.null = old.null && v.null
	}
	return old
}
