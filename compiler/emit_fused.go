package compiler

import (
	"rex/bytecode"
	"rex/capability"
	"rex/lang"
)

// fused writes a float sum or difference of products with one instruction
// instead of three. Each product is still rounded by itself, so the result is
// the same; where one is not finite, the failure is at the sum's operator,
// whether it was written so or not (see summand). It reports whether the expression has such a shape.
func (w *writer) fused(x *Binary, dst reg) bool {
	if x.typ.Final().Kind != capability.KindFloat || x.Op != lang.OpAdd && x.Op != lang.OpSub {
		return false
	}
	left, right := floatProduct(x.X), floatProduct(x.Y)
	var xs []Expr
	var op bytecode.Opcode
	switch {
	case left != nil && right != nil:
		xs, op = []Expr{left.X, left.Y, right.X, right.Y}, bytecode.FMMA
		if x.Op == lang.OpSub {
			op = bytecode.FMMS
		}
	case x.Op == lang.OpSub:
		return false
	case left != nil:
		xs, op = []Expr{left.X, left.Y, x.Y}, bytecode.FMULADD
	case right != nil:
		xs, op = []Expr{x.X, right.X, right.Y}, bytecode.FMULADD
	default:
		return false
	}
	if left != nil && !quiet(xs[2:]) {
		return false // the left product may fail before these are evaluated
	}
	rs := w.vals(xs, []int{0, 1, 2, 3}[:len(xs)], []*capability.Type{capability.Float, capability.Float, capability.Float, capability.Float}[:len(xs)])
	w.at(x.OpAt)
	if op == bytecode.FMULADD && left == nil {
		rs = []reg{rs[1], rs[2], rs[0]} // a + b*c has its sum first
	}
	w.fusedInto(op, dst, rs)
	w.freeAll(rs)
	return true
}

// summand is an operand of a float sum or difference: a product there fails at
// the operator of the sum.
func summand(sum *Binary, x Expr) Expr {
	p := floatProduct(x)
	if p == nil || sum.typ.Final().Kind != capability.KindFloat || sum.Op != lang.OpAdd && sum.Op != lang.OpSub {
		return x
	}
	placed := *p
	placed.OpAt = sum.OpAt
	return &placed
}

// quiet reports whether evaluating these neither fails nor does anything.
func quiet(xs []Expr) bool {
	for _, x := range xs {
		switch x := x.(type) {
		case *Const, *Local:
		case *FieldOf:
			if !quiet([]Expr{x.X}) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// fusedInto writes the instruction, or plain ones when a register is beyond
// what its immediate can name.
func (w *writer) fusedInto(op bytecode.Opcode, dst reg, rs []reg) {
	imm := 0
	for i, r := range rs[2:] {
		if r.n > bytecode.MaxRegister {
			w.unfused(op, dst, rs)
			return
		}
		imm |= r.n << (8 * i)
	}
	w.ins(op, dst, rs[0], rs[1], imm)
}

func (w *writer) unfused(op bytecode.Opcode, dst reg, rs []reg) {
	first := w.alloc(capability.Float)
	w.ins(bytecode.FMUL, first, rs[0], rs[1], 0)
	second := rs[2]
	if op != bytecode.FMULADD {
		second = w.alloc(capability.Float)
		w.ins(bytecode.FMUL, second, rs[2], rs[3], 0)
		defer w.free(second)
	}
	sum := bytecode.FADD
	if op == bytecode.FMMS {
		sum = bytecode.FSUB
	}
	w.ins(sum, dst, first, second, 0)
	w.free(first)
}

// floatProduct gives an expression as a product of floats, nil when it is none.
func floatProduct(x Expr) *Binary {
	b, ok := x.(*Binary)
	if !ok || b.Op != lang.OpMul || b.typ.Final().Kind != capability.KindFloat || b.typ.is(formNever) {
		return nil
	}
	for _, y := range []Expr{b.X, b.Y} {
		if t := y.base().typ; t.is(formNever) || t.Final().Kind != capability.KindFloat {
			return nil
		}
	}
	return b
}
