package compiler

import (
	"math"

	"rex/capability"
	"rex/lang"
)

// constValue gives the value of a constant expression whose types are closed.
func constValue(x Expr) (capability.Value, bool) {
	switch x := x.(type) {
	case *Const:
		return x.Value, true
	case *NilLit:
		return nil, !isBad(x)
	case *Convert:
		return constValue(x.X)
	case *Frozen:
		return constValue(x.X)
	case *ListLit:
		l := capability.NewList(x.typ.Final().Elem)
		for _, item := range x.Items {
			v, ok := constValue(item)
			if !ok {
				return nil, false
			}
			l.Push(v)
		}
		return l, true
	case *MapLit:
		m := capability.NewMap(x.typ.Final().Elem)
		for i, item := range x.Items {
			v, ok := constValue(item)
			if !ok {
				return nil, false
			}
			m.Put(x.Keys[i], v)
		}
		return m, true
	case *RecordLit:
		return constRecord(x)
	case *Range:
		return constRange(x)
	}
	return nil, false
}

func constRecord(x *RecordLit) (capability.Value, bool) {
	t := x.typ.Final()
	if t.Kind == capability.KindMap {
		return capability.NewMap(t.Elem), true
	}
	if t.Kind != capability.KindRecord {
		return nil, false
	}
	r := capability.NewRecord(t)
	for _, f := range x.Fields {
		if f.Value == nil {
			continue
		}
		v, ok := constValue(f.Value)
		i := t.FieldIndex(f.Name)
		if !ok || i < 0 {
			return nil, false
		}
		r.SetField(i, v)
	}
	return r, true
}

// isConstant reports whether an expression is made of literals, operators,
// collections and conversions, so that it may stand in a const.
func isConstant(x Expr) bool {
	switch x := x.(type) {
	case *Const, *NilLit:
		return true
	case *Convert:
		return isConstant(x.X)
	case *Frozen:
		return isConstant(x.X)
	case *Unary:
		return isConstant(x.X)
	case *Binary:
		return isConstant(x.X) && isConstant(x.Y)
	case *Range:
		return isConstant(x.From) && isConstant(x.To)
	case *ListLit:
		return allConstant(x.Items)
	case *MapLit:
		return allConstant(x.Items)
	case *RecordLit:
		for _, f := range x.Fields {
			if f.Value != nil && !isConstant(f.Value) {
				return false
			}
		}
		return true
	case *Template:
		for _, p := range x.Parts {
			if p.Hole != nil && !isConstant(p.Hole) {
				return false
			}
		}
		return true
	case *LibCall:
		return x.Row.Number >= 400 && x.Row.Number < 500 && allConstant(x.Args)
	}
	return false
}

func allConstant(xs []Expr) bool {
	for _, x := range xs {
		if !isConstant(x) {
			return false
		}
	}
	return true
}

const maxConstRange = 1000

func constRange(x *Range) (capability.Value, bool) {
	a, ok := constValue(x.From)
	b, ok2 := constValue(x.To)
	from, isInt := a.(capability.IntValue)
	to, isInt2 := b.(capability.IntValue)
	if !ok || !ok2 || !isInt || !isInt2 || to-from > maxConstRange || from < -1<<62 || to > 1<<62 {
		return nil, false
	}
	if x.Inclusive {
		to++
	}
	l := capability.NewList(capability.Int)
	for i := from; i < to; i++ {
		l.Push(i)
	}
	return l, true
}

// negate gives -v of a number.
func negate(v capability.Value) (capability.Value, bool) {
	switch v := v.(type) {
	case capability.IntValue:
		return -v, v != math.MinInt64
	case capability.FloatValue:
		return -v, true
	case capability.DurationValue:
		return -v, v != math.MinInt64
	case capability.SizeValue:
		return -v, v != math.MinInt64
	}
	return nil, false
}

// lessScalar compares two constants of one type.
func lessScalar(a, b capability.Value) bool {
	if x, ok := a.(capability.FloatValue); ok {
		y, _ := b.(capability.FloatValue)
		return x < y
	}
	return int64(capability.ScalarBits(a)) < int64(capability.ScalarBits(b))
}

// fold computes an operation on constants; nil when it can't or would fail:
// then the failure comes when it runs.
func fold(op lang.Op, x, y Expr, t *Type) capability.Value {
	a, ok := x.(*Const)
	b, ok2 := y.(*Const)
	if !ok || !ok2 {
		return nil
	}
	if t.kind() == capability.KindString {
		return foldText(op, a.Value, b.Value)
	}
	switch v := a.Value.(type) {
	case capability.IntValue:
		if w, ok := b.Value.(capability.IntValue); ok && t.kind() == capability.KindInt {
			if n, ok := foldInt(op, int64(v), int64(w)); ok {
				return capability.IntValue(n)
			}
		}
	case capability.FloatValue:
		if w, ok := b.Value.(capability.FloatValue); ok && t.kind() == capability.KindFloat {
			return foldFloat(op, float64(v), float64(w))
		}
	case capability.SizeValue:
		return foldMeasure(op, int64(v), b.Value, func(n int64) capability.Value { return capability.SizeValue(n) })
	case capability.DurationValue:
		return foldMeasure(op, int64(v), b.Value, func(n int64) capability.Value { return capability.DurationValue(n) })
	}
	return nil
}

func foldText(op lang.Op, a, b capability.Value) capability.Value {
	x, ok := a.(capability.StringValue)
	y, ok2 := b.(capability.StringValue)
	if op != lang.OpAdd || !ok || !ok2 || len(x)+len(y) > 1<<18 {
		return nil
	}
	return x + y
}

// foldMeasure adds and subtracts measures of one kind, and multiplies one by
// a whole number.
func foldMeasure(op lang.Op, a int64, b capability.Value, make func(int64) capability.Value) capability.Value {
	switch b.(type) {
	case capability.IntValue:
		if op != lang.OpMul {
			return nil
		}
	case capability.SizeValue, capability.DurationValue:
		if op != lang.OpAdd && op != lang.OpSub {
			return nil
		}
	default:
		return nil
	}
	if n, ok := foldInt(op, a, int64(capability.ScalarBits(b))); ok {
		return make(n)
	}
	return nil
}

func foldInt(op lang.Op, a, b int64) (int64, bool) {
	switch op {
	case lang.OpAdd:
		n := a + b
		return n, (n > a) == (b > 0)
	case lang.OpSub:
		n := a - b
		return n, (n < a) == (b > 0)
	case lang.OpMul:
		if a == 0 || b == 0 {
			return 0, true
		}
		n := a * b
		return n, n/b == a && !(a == -1 && b == math.MinInt64) && !(b == -1 && a == math.MinInt64)
	case lang.OpRem:
		if b == 0 || b == -1 {
			return 0, false
		}
		return a % b, true
	}
	return 0, false
}

func foldFloat(op lang.Op, a, b float64) capability.Value {
	var x float64
	switch op {
	case lang.OpAdd:
		x = a + b
	case lang.OpSub:
		x = a - b
	case lang.OpMul:
		x = a * b
	case lang.OpDiv:
		x = a / b
	default:
		return nil
	}
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return capability.FloatValue(x)
}
