package reference

import (
	"math"
	"math/big"

	"rex/capability"
	"rex/compiler"
	"rex/lang"
	"rex/library"
)

func (f *frame) unary(x *compiler.Unary) capability.Value {
	v := f.eval(x.X)
	if x.Op == lang.OpNot {
		return capability.BoolValue(!truth(v))
	}
	if n, ok := v.(capability.FloatValue); ok {
		return -n
	}
	return f.whole(x.At(), x.Type(), new(big.Int).Neg(exact(v)))
}

// exact is the number of an int, size, duration or time.
func exact(v capability.Value) *big.Int { return big.NewInt(int64(capability.ScalarBits(v))) }

// whole makes a value of a number: one that does not fit in 64 bits fails.
func (f *frame) whole(at lang.Span, t *capability.Type, n *big.Int) capability.Value {
	if !n.IsInt64() {
		f.fail(at, capability.Range, "the result does not fit in 64 bits")
	}
	return capability.BoxScalar(t.Kind, uint64(n.Int64()))
}

// finite makes a float; NaN and infinity fail.
func (f *frame) finite(at lang.Span, x float64) capability.Value {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		f.fail(at, capability.Range, "the result is not a finite number")
	}
	return capability.FloatValue(x)
}

func (f *frame) binary(x *compiler.Binary) capability.Value {
	a := f.term(x, x.X)
	switch x.Op {
	case lang.OpAnd:
		return capability.BoolValue(truth(a) && truth(f.eval(x.Y)))
	case lang.OpOr:
		return capability.BoolValue(truth(a) || truth(f.eval(x.Y)))
	}
	b := f.term(x, x.Y)
	switch x.Op {
	case lang.OpEq:
		return capability.BoolValue(f.equal(x.OpAt, a, b))
	case lang.OpNe:
		return capability.BoolValue(!f.equal(x.OpAt, a, b))
	case lang.OpLt:
		return capability.BoolValue(compare(a, b) < 0)
	case lang.OpLe:
		return capability.BoolValue(compare(a, b) <= 0)
	case lang.OpGt:
		return capability.BoolValue(compare(a, b) > 0)
	case lang.OpGe:
		return capability.BoolValue(compare(a, b) >= 0)
	}
	return f.arithmetic(x.OpAt, x.Op, x.Type(), a, b)
}

// term evaluates an operand. A product of floats in a sum fails where the sum
// stands: the two are one to a failure, which the language leaves open.
func (f *frame) term(sum *compiler.Binary, x compiler.Expr) capability.Value {
	p, ok := x.(*compiler.Binary)
	if ok && p.Op == lang.OpMul && p.Type().Kind == capability.KindFloat && sum.Type().Kind == capability.KindFloat && (sum.Op == lang.OpAdd || sum.Op == lang.OpSub) {
		a := f.eval(p.X)
		return f.float(sum.OpAt, lang.OpMul, a, f.eval(p.Y))
	}
	return f.eval(x)
}

func (f *frame) equal(at lang.Span, a, b capability.Value) bool {
	same, err := library.Equal(a, b)
	f.must(at, err)
	return same
}

// compare orders two values of one type; a word is a string.
func compare(a, b capability.Value) int {
	switch x := a.(type) {
	case capability.FloatValue:
		switch y := b.(capability.FloatValue); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	case capability.BoolValue, capability.IntValue, capability.SizeValue, capability.DurationValue, capability.TimeValue:
		return exact(a).Cmp(exact(b))
	}
	return library.CompareText(a.Kind(), capability.TextOf(a), capability.TextOf(b))
}

// arithmetic is + - * / % of two values.
func (f *frame) arithmetic(at lang.Span, op lang.Op, t *capability.Type, a, b capability.Value) capability.Value {
	switch t.Kind {
	case capability.KindList:
		return concat(a.(*capability.List), b.(*capability.List))
	case capability.KindString, capability.KindBytes:
		return capability.BoxText(t.Kind, capability.TextOf(a)+capability.TextOf(b))
	case capability.KindFloat:
		return f.float(at, op, a, b)
	}
	_, floatLeft := a.(capability.FloatValue)
	_, floatRight := b.(capability.FloatValue)
	if floatLeft || floatRight {
		return f.scale(at, op, t, number(a), number(b))
	}
	x, y := exact(a), exact(b)
	switch op {
	case lang.OpAdd:
		return f.whole(at, t, x.Add(x, y))
	case lang.OpSub:
		return f.whole(at, t, x.Sub(x, y))
	case lang.OpMul:
		return f.whole(at, t, x.Mul(x, y))
	}
	if y.Sign() == 0 {
		f.fail(at, capability.Range, "division by zero")
	}
	if op == lang.OpRem {
		return f.whole(at, t, x.Rem(x, y))
	}
	return f.whole(at, t, nearest(x, y))
}

// nearest is x / y to the nearest whole; a half goes away from zero.
func nearest(x, y *big.Int) *big.Int {
	q, r := new(big.Int).QuoRem(x, y, new(big.Int))
	if r.Abs(r).Lsh(r, 1).CmpAbs(y) >= 0 {
		q.Add(q, big.NewInt(int64(x.Sign()*y.Sign())))
	}
	return q
}

func number(v capability.Value) float64 {
	if x, ok := v.(capability.FloatValue); ok {
		return float64(x)
	}
	return float64(int64(capability.ScalarBits(v)))
}

// float is an operation whose result is a float: / of whole numbers too.
func (f *frame) float(at lang.Span, op lang.Op, a, b capability.Value) capability.Value {
	x, y := number(a), number(b)
	switch op {
	case lang.OpAdd:
		return f.finite(at, x+y)
	case lang.OpSub:
		return f.finite(at, x-y)
	case lang.OpMul:
		return f.finite(at, x*y)
	}
	if y == 0 {
		f.fail(at, capability.Range, "division by zero")
	}
	return f.finite(at, x/y)
}

// scale is a size or duration by a float, to the nearest whole.
func (f *frame) scale(at lang.Span, op lang.Op, t *capability.Type, x, y float64) capability.Value {
	r := x * y
	if op == lang.OpDiv {
		if y == 0 {
			f.fail(at, capability.Range, "division by zero")
		}
		r = x / y
	}
	r = math.Round(r)
	if !(r >= math.MinInt64 && r < math.MaxInt64) {
		f.fail(at, capability.Range, "the result does not fit in 64 bits")
	}
	return capability.BoxScalar(t.Kind, uint64(int64(r)))
}

func concat(a, b *capability.List) *capability.List {
	out := capability.NewList(a.Elem)
	for _, l := range []*capability.List{a, b} {
		for i := range l.Len() {
			out.Push(l.At(i))
		}
	}
	return out
}
