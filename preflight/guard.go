package preflight

import (
	"math"
	"slices"

	"rex/bytecode"
	"rex/capability"
)

// branch interprets the instructions that jump. On each edge it sharpens what
// the outcome tells about, in every register and remembered field that holds
// the tested value.
func (a *analysis) branch(in *bytecode.Instr) bool {
	b := &a.s.blocks[a.curBlock]
	switch in.Op {
	case bytecode.JMP, bytecode.LOOP:
		a.normal(b.jump)
		return false
	case bytecode.NEXT:
		return a.nextElement(in, b)
	case bytecode.MATS, bytecode.MATT, bytecode.MATR:
		return a.lookUp(in, b)
	case bytecode.FORI:
		return a.count(in, b)
	}
	yes, no := b.jump, b.next
	switch in.Op {
	case bytecode.JF, bytecode.JNE, bytecode.JNEI, bytecode.TJNE, bytecode.JNIL, bytecode.JISNT:
		yes, no = no, yes
	}
	switch in.Op {
	case bytecode.JT, bytecode.JF:
		a.truth(a.scalar(in.A), yes, no)
	case bytecode.JNIL, bytecode.JSOME:
		r := a.reference(in.A)
		a.edge(yes, func() bool { return a.sharpen(a.numbers[r], (*value).notNull) })
		a.edge(no, func() bool { return a.sharpen(a.numbers[r], onlyNull) })
	case bytecode.JIS, bytecode.JISNT:
		r, t := a.reference(in.A), a.m.Types[in.TypeIndex()]
		a.edge(yes, func() bool { return a.sharpen(a.numbers[r], func(v *value) *value { return a.ofType(v, t) }) })
		a.edge(no, func() bool { return a.sharpen(a.numbers[r], func(v *value) *value { return notOfType(v, t) }) })
	case bytecode.TJEQ, bytecode.TJNE:
		a.sameText(a.text(in.A), a.text(in.B), yes, no)
	case bytecode.TJLT, bytecode.TJLE, bytecode.FJEQ, bytecode.FJNE, bytecode.FJLT, bytecode.FJLE:
		a.normal(yes)
		a.normal(no)
	default:
		a.compare(in, yes, no)
	}
	return false
}

// saved is a register's value before an edge sharpened it.
type saved struct {
	reg int32
	v   *value
}

// edge goes on at a block with what sharpen makes of the registers, unless it
// says that the edge can't be taken.
func (a *analysis) edge(to int, sharpen func() bool) {
	mark, loads := len(a.undo), a.loads
	if sharpen() {
		a.normal(to)
	}
	for i := len(a.undo) - 1; i >= mark; i-- {
		a.regs[a.undo[i].reg] = a.undo[i].v
	}
	a.undo, a.loads = a.undo[:mark], loads
}

// sharpen changes what is known of a value wherever it is held. It is false
// when nothing is left.
func (a *analysis) sharpen(number int64, f func(v *value) *value) bool {
	for _, r := range a.set {
		if a.numbers[r] != number || a.regs[r] == nil {
			continue
		}
		v := f(a.regs[r])
		if v == nil {
			return false
		}
		if v != a.regs[r] {
			a.undo = append(a.undo, saved{r, a.regs[r]})
			a.regs[r] = v
		}
	}
	cloned := false
	for i := range a.loads {
		if a.loads[i].result != number || a.loads[i].val == nil {
			continue
		}
		v := f(a.loads[i].val)
		if v == nil {
			return false
		}
		if !cloned {
			a.loads, cloned = slices.Clone(a.loads), true
		}
		a.loads[i].val = v
	}
	return true
}

func onlyNull(v *value) *value {
	if !v.null {
		return nil
	}
	return nilValue
}

// truth branches on a bool, with all that it is the outcome of.
func (a *analysis) truth(r int, yes, no int) {
	v, number := a.regs[r], a.numbers[r]
	outcome := func(bit int64) func() bool {
		return func() bool {
			return a.sharpen(number, func(*value) *value { return intValue(bit) }) && a.sharpenTests(number, bit == 1)
		}
	}
	if v.mayTrue() {
		a.edge(yes, outcome(1))
	}
	if v.mayFalse() {
		a.edge(no, outcome(0))
	}
}

func (a *analysis) sharpenTests(result int64, outcome bool) bool {
	for i := range a.tests {
		t := &a.tests[i]
		is := outcome != t.negated
		switch {
		case t.result != result:
		case t.kind == testBeneath:
			if !a.sharpen(t.subject, func(v *value) *value { return a.beneathOrNot(v, t.other, is) }) {
				return false
			}
		case t.kind == testMatches && is:
			if !a.sharpen(t.subject, func(v *value) *value { return v.withTexts(a.meet(v.texts, t.other.texts)) }) {
				return false
			}
		}
	}
	return true
}

// beneathOrNot sharpens a path that lies below a folder, or does not.
func (a *analysis) beneathOrNot(v, folder *value, is bool) *value {
	if is || planted == beneathFalseEdge {
		return v.withTexts(a.meet(v.texts, beneath(folder.texts)))
	}
	if len(folder.texts) != 1 || !isSingle(folder.texts[0]) {
		return v
	}
	var rest texts
	for _, p := range v.texts {
		if yes, _ := a.isBeneath(p, folder.texts[0]); !yes {
			rest = append(rest, p)
		}
	}
	return v.withTexts(rest)
}

// sameText branches on whether two texts are equal.
func (a *analysis) sameText(x, y int, yes, no int) {
	v, w := a.regs[x], a.regs[y]
	if v == nil || w == nil {
		return
	}
	n, m := a.numbers[x], a.numbers[y]
	if n == m {
		a.normal(yes)
		return
	}
	a.edge(yes, func() bool {
		return a.sharpenText(n, func(u *value) *value { return u.withTexts(a.meet(u.texts, w.texts)) }) &&
			a.sharpenText(m, func(u *value) *value { return u.withTexts(a.meet(u.texts, v.texts)) })
	})
	a.edge(no, func() bool {
		return a.sharpenText(n, func(u *value) *value { return differs(u, w) }) &&
			a.sharpenText(m, func(u *value) *value { return differs(u, v) })
	})
}

// differs leaves out the one text that a value is known not to be.
func differs(v, from *value) *value {
	if s, ok := from.texts.constant(); ok {
		return v.withTexts(v.texts.without(s))
	}
	return v
}

// sharpenText sharpens a text, and the error whose kind it is.
func (a *analysis) sharpenText(number int64, f func(v *value) *value) bool {
	if !a.sharpen(number, f) {
		return false
	}
	for _, t := range a.tests {
		if t.result != number || t.kind != testKindOf {
			continue
		}
		words := a.valueOf(number)
		if words == nil || !words.texts.allConstant() {
			continue
		}
		kinds := kindsNamed(words.texts)
		if !a.sharpen(t.subject, func(v *value) *value { return v.ofKinds(kinds) }) {
			return false
		}
	}
	return true
}

// valueOf is what a register with a number holds, nil when none has it.
func (a *analysis) valueOf(number int64) *value {
	for _, r := range a.set {
		if a.numbers[r] == number {
			return a.regs[r]
		}
	}
	return nil
}

func kindsNamed(words texts) capability.KindMask {
	var kinds capability.KindMask
	for _, w := range words {
		if k, ok := capability.ErrorKindNamed(w.Constant()); ok {
			kinds |= capability.Kinds(k)
		}
	}
	if kinds.Has(capability.Failed) {
		kinds |= stopped
	}
	return kinds
}

// ofKinds is an error that has one of some kinds.
func (v *value) ofKinds(kinds capability.KindMask) *value {
	if v.kinds&kinds == 0 {
		return nil
	}
	out := *v
	out.kinds, out.null = v.kinds&kinds, false
	return &out
}

// The comparisons of numbers.
var comparisons = map[bytecode.Opcode]func(x, y int64) bool{
	bytecode.JEQ: equalInts, bytecode.JNE: equalInts, bytecode.JEQI: equalInts, bytecode.JNEI: equalInts,
	bytecode.JLT: lessInts, bytecode.JLTI: lessInts, bytecode.FORI: lessInts,
	bytecode.JLE:  func(x, y int64) bool { return x <= y },
	bytecode.JLEI: func(x, y int64) bool { return x <= y },
	bytecode.JGTI: func(x, y int64) bool { return x > y },
	bytecode.JGEI: func(x, y int64) bool { return x >= y },
}

func equalInts(x, y int64) bool { return x == y }
func lessInts(x, y int64) bool  { return x < y }

// compare branches on two numbers, or on a number and a short constant.
func (a *analysis) compare(in *bytecode.Instr, yes, no int) {
	x := a.scalar(in.A)
	y, number := intValue(int64(in.I16())), int64(math.MinInt64)
	if bytecode.Rows[in.Op].B == bytecode.ReadS {
		r := a.scalar(in.B)
		y, number = a.regs[r], a.numbers[r]
	}
	a.compareValues(a.regs[x], y, a.numbers[x], number, comparisons[in.Op], yes, no)
}

func (a *analysis) compareValues(v, w *value, n, m int64, holds func(x, y int64) bool, yes, no int) {
	if v == nil || w == nil {
		return
	}
	outcome := func(want bool) func() bool {
		return func() bool {
			return a.sharpen(n, func(u *value) *value { return keepInts(u, w, func(x, y int64) bool { return holds(x, y) == want }) }) &&
				a.sharpen(m, func(u *value) *value { return keepInts(u, v, func(y, x int64) bool { return holds(x, y) == want }) })
		}
	}
	a.edge(yes, outcome(true))
	a.edge(no, outcome(false))
}

// keepInts keeps the numbers of v for which the test can come out with some
// number of w. When v is any, only equality tells what it is.
func keepInts(v, w *value, may func(x, y int64) bool) *value {
	if w.anyInt {
		return v
	}
	candidates := v.ints
	if v.anyInt {
		for _, y := range w.ints {
			if !may(y, y) || may(y, y+1) || may(y, y-1) {
				return v
			}
		}
		candidates = w.ints
	}
	var kept []int64
	for _, x := range candidates {
		if slices.ContainsFunc(w.ints, func(y int64) bool { return may(x, y) }) {
			kept = append(kept, x)
		}
	}
	if !v.anyInt && len(kept) == len(v.ints) {
		return v
	}
	return v.withInts(kept)
}

// count is the counting loop's step: A++, then back if it is less than B.
func (a *analysis) count(in *bytecode.Instr, b *block) bool {
	r, limit := a.scalar(in.A), a.scalar(in.B)
	v, w := a.regs[r], a.regs[limit]
	if v == nil || w == nil {
		return false
	}
	next := &value{}
	for _, n := range v.ints {
		if n == math.MaxInt64 {
			a.raiseRow()
		} else {
			next = a.join(next, intValue(n+1))
		}
	}
	if v.anyInt {
		a.raiseRow()
		next = anyScalar
	}
	if next.orNone() == nil {
		return false
	}
	if r == limit {
		a.define(r, next)
		a.interrupted(b)
		a.normal(b.next) // never less than itself
		return false
	}
	a.define(r, next)
	a.interrupted(b)
	a.compareValues(next, w, a.numbers[r], a.numbers[limit], lessInts, b.jump, b.next)
	return false
}

// nextElement goes to the next element of a walk or, when there is none, jumps.
func (a *analysis) nextElement(in *bytecode.Instr, b *block) bool {
	walk := a.regs[a.reference(in.A)]
	if walk == nil {
		return false
	}
	kinds := capability.NoKinds
	if walk.null {
		kinds |= capability.Kinds(capability.Absent)
	}
	has := false
	a.each(walk, func(o *object) {
		switch {
		case o.typ.Kind == capability.KindStream:
			kinds |= a.v.Kinds(a.s.f, a.pc)
		case o.resized:
			kinds |= capability.Kinds(capability.Invalid)
		}
		has = has || o.slots[0] != nil
	})
	a.raise(kinds)
	if len(walk.refs) == 0 {
		return false
	}
	a.normal(b.jump)
	return has
}

// lookUp gives the value of a key, or jumps.
func (a *analysis) lookUp(in *bytecode.Instr, b *block) bool {
	m, key := a.regs[a.reference(in.B)], a.regs[a.text(in.C)]
	if !a.opens(in.B) || key == nil {
		return false
	}
	a.normal(b.jump)
	to := a.operand(bytecode.Rows[in.Op].A, in.A)
	return a.put(to, fit(a.element(m), a.s.f.R[in.B].Elem, a.s.types[to]))
}

// ofType keeps of an any what has a type.
func (a *analysis) ofType(v *value, t *capability.Type) *value {
	switch t.Kind {
	case capability.KindAny:
		return v
	case capability.KindOptional:
		out := a.ofType(v, t.Elem)
		if v.null {
			out = a.join(out, nilValue)
		}
		return out
	}
	out := &value{why: v.why}
	if v.open {
		out = a.join(out, fit(a.outsideValue(t, v.why).notNull(), t, capability.Any))
	}
	kind := t.Kind
	if kind == capability.KindWord {
		kind = capability.KindString
	}
	if kind == capability.KindError {
		out.kinds |= v.kinds
	}
	for _, b := range v.boxes {
		if b.kind == kind {
			if t.Kind == capability.KindWord {
				b.v, _ = a.castWord(b.v, t)
			}
			if b.v != nil {
				out = a.join(out, &value{boxes: []boxed{b}})
			}
		}
	}
	for _, id := range v.refs {
		if a.objects[id].isOf(t) {
			out = a.join(out, &value{refs: []int32{id}})
		}
	}
	return out.orNone()
}

// notOfType leaves out of an any what surely has a type.
func notOfType(v *value, t *capability.Type) *value {
	out := *v
	if t.Kind == capability.KindAny {
		return nil
	}
	if t.Kind == capability.KindOptional {
		out.null = false
		t = t.Elem
	}
	out.boxes = nil
	for _, b := range v.boxes {
		if b.kind != t.Kind {
			out.boxes = append(out.boxes, b)
		}
	}
	return out.orNone()
}
