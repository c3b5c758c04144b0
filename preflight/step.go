package preflight

import (
	"math"
	"math/bits"

	"rex/bytecode"
	"rex/capability"
)

// step interprets the instruction at a.pc; false means that nothing goes on to
// the next one here, because it never does or because step has sent it there.
//
// Every raise comes before the write: a failing instruction writes nothing.
func (a *analysis) step(in *bytecode.Instr) bool {
	switch in.Op {
	case bytecode.MOVS:
		return a.move(a.scalar(in.A), a.scalar(in.B))
	case bytecode.MOVT:
		return a.move(a.text(in.A), a.text(in.B))
	case bytecode.MOVR:
		return a.move(a.reference(in.A), a.reference(in.B))
	case bytecode.WGETS, bytecode.WGETT, bytecode.WGETR:
		file := bytecode.Rows[in.Op].A.File()
		return a.move(a.s.reg(file, int(in.A)), a.s.reg(file, int(in.Imm)))
	case bytecode.WPUTS, bytecode.WPUTT, bytecode.WPUTR:
		file := bytecode.Rows[in.Op].A.File()
		return a.move(a.s.reg(file, int(in.Imm)), a.s.reg(file, int(in.A)))
	case bytecode.KINT:
		return a.put(a.scalar(in.A), intValue(int64(in.Imm)))
	case bytecode.KNUM:
		return a.put(a.scalar(in.A), intValue(int64(a.m.Consts[in.Imm].Bits)))
	case bytecode.KTEXT:
		return a.put(a.text(in.A), constantText(&a.m.Consts[in.Imm]))
	case bytecode.KNIL:
		return a.put(a.reference(in.A), nilValue)
	case bytecode.BOXS:
		return a.box(in.A, a.scalar(in.B))
	case bytecode.BOXT:
		return a.box(in.A, a.text(in.B))
	case bytecode.OPENS:
		return a.unwrap(a.scalar(in.A), in.B)
	case bytecode.OPENT:
		return a.unwrap(a.text(in.A), in.B)
	case bytecode.OPENR:
		return a.unwrap(a.reference(in.A), in.B)
	case bytecode.CAT:
		return a.concatenate(in)
	case bytecode.TEXT:
		return a.template(in)
	case bytecode.CLOSE:
		return true
	case bytecode.RAISE:
		return a.raiseError(in)
	case bytecode.RETS, bytecode.RETT, bytecode.RETR, bytecode.RETN:
		return a.ret(in)
	case bytecode.CALL:
		return a.callFunction(in)
	case bytecode.CALLC:
		return a.callValue(in)
	case bytecode.LIB:
		return a.library(in)
	case bytecode.HOST:
		return a.host(in)
	}
	switch {
	case in.Op.Jumps():
		return a.branch(in)
	case in.Op <= bytecode.FMMS:
		return a.arithmetic(in)
	}
	return a.container(in)
}

// put writes a register, unless there is no value.
func (a *analysis) put(r int, v *value) bool {
	if v == nil {
		return false
	}
	a.define(r, v)
	return true
}

// move copies a register. The copy has the same number, because it is the same
// value; but not where it is known in another way, as in an any: what sharpens
// one of the two would not fit the other.
func (a *analysis) move(to, from int) bool {
	v := fit(a.regs[from], a.s.types[from], a.s.types[to])
	if v == nil {
		return false
	}
	if v != a.regs[from] {
		a.define(to, v)
	} else {
		a.copyTo(to, from, v)
	}
	return true
}

func constantText(c *bytecode.Const) *value {
	if c.Type.Kind == capability.KindPath {
		return textValue(texts{stemOf(c.Text)})
	}
	return textValue(texts{exactly(c.Text)})
}

// box puts a scalar or text into a T? or any.
func (a *analysis) box(to uint8, from int) bool {
	r := a.reference(to)
	return a.put(r, fit(a.regs[from], a.s.types[from], a.s.types[r]))
}

// unwrap takes the value out of a T?.
func (a *analysis) unwrap(to int, from uint8) bool {
	r := a.reference(from)
	v := a.regs[r]
	if v == nil {
		return false
	}
	if v.null {
		a.raiseRow()
	}
	return a.put(to, fit(v.notNull(), a.s.types[r].Elem, a.s.types[to]))
}

// arithmetic interprets the instructions on numbers. Small sets of integers
// are computed, floats are unknown.
func (a *analysis) arithmetic(in *bytecode.Instr) bool {
	x, y := a.regs[a.scalar(in.B)], anyScalar
	switch bytecode.Rows[in.Op].C {
	case bytecode.ReadS:
		y = a.regs[a.scalar(in.C)]
	}
	if x == nil || y == nil {
		return false
	}
	to := a.scalar(in.A)
	if in.Op == bytecode.NOT {
		return a.not(to, a.scalar(in.B))
	}
	f := integers[in.Op]
	if in.Op == bytecode.ADDI {
		y = intValue(int64(in.Imm))
	} else if in.Op == bytecode.NEG {
		y = intValue(0)
	}
	if f == nil || x.anyInt || y.anyInt {
		a.raiseRow()
		return a.put(to, anyScalar)
	}
	var out *value
	failed := false
	for _, n := range x.ints {
		for _, m := range y.ints {
			if r, ok := f(n, m); ok {
				out = a.join(out, intValue(r))
			} else {
				failed = true
			}
		}
	}
	if failed {
		a.raiseRow()
	}
	return a.put(to, out)
}

// integers are the instructions on whole numbers; ok is false on overflow.
var integers = map[bytecode.Opcode]func(x, y int64) (r int64, ok bool){
	bytecode.ADD:  addInts,
	bytecode.ADDI: addInts,
	bytecode.SUB: func(x, y int64) (int64, bool) {
		r := x - y
		return r, (x^y)&(x^r) >= 0
	},
	bytecode.MUL: func(x, y int64) (int64, bool) {
		r := x * y
		hi, lo := bits.Mul64(uint64(abs(x)), uint64(abs(y)))
		return r, hi == 0 && lo < 1<<63 && x != math.MinInt64 && y != math.MinInt64
	},
	bytecode.REM: func(x, y int64) (int64, bool) {
		switch y {
		case 0:
			return 0, false
		case -1:
			return 0, true
		}
		return x % y, true
	},
	bytecode.NEG: func(x, _ int64) (int64, bool) { return -x, x != math.MinInt64 },
}

func addInts(x, y int64) (int64, bool) {
	r := x + y
	return r, (x^r)&(y^r) >= 0
}

func abs(x int64) int64 { return max(x, -x) }

// not turns a bool around, and the tests that it is the outcome of.
func (a *analysis) not(to, from int) bool {
	v, source := a.regs[from], a.numbers[from]
	var turned []test
	for _, t := range a.tests {
		if t.result == source {
			t.result, t.negated = definedNumber(a.pc), !t.negated
			turned = append(turned, t)
		}
	}
	if !a.put(to, boolValue(v.mayFalse(), v.mayTrue())) {
		return false
	}
	for _, t := range turned {
		a.remember(t)
	}
	return true
}

// remember keeps a test, if there is room.
func (a *analysis) remember(t test) {
	if len(a.tests) < maxRemembered && t.subject != t.result {
		a.tests = append(a.tests, t)
	}
}

// concatenate is B followed by C.
func (a *analysis) concatenate(in *bytecode.Instr) bool {
	x, y := a.regs[a.text(in.B)], a.regs[a.text(in.C)]
	if x == nil || y == nil {
		return false
	}
	return a.put(a.text(in.A), &value{texts: a.product(x.texts, y.texts), why: eitherWhy(x, y)})
}

func eitherWhy(vs ...*value) *reason {
	for _, v := range vs {
		if v != nil && v.why != nil {
			return v.why
		}
	}
	return nil
}
