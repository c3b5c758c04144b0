package compiler

import (
	"math"

	"rex/bytecode"
	"rex/capability"
	"rex/lang"
	"rex/library"
)

// val gives a register that holds an expression's value: the variable's own,
// or a temporary one, which the caller gives back with free.
func (w *writer) val(x Expr) reg {
	x = bare(x)
	if l, ok := x.(*Local); ok {
		if r, ok := w.vars[l.Var]; ok {
			return r
		}
	}
	return w.temp(x)
}

// bare takes off conversions that turned out to change nothing.
func bare(x Expr) Expr {
	for {
		c, ok := x.(*Convert)
		if !ok || gone(c.X) || isNil(c.X) || !c.X.base().typ.Final().Equal(c.typ.Final()) {
			return x
		}
		x = c.X
	}
}

// temp gives the value in a register of its own.
func (w *writer) temp(x Expr) reg {
	t := x.base().typ.Final()
	if t.Kind == capability.KindNone {
		w.drop(x)
		return reg{}
	}
	r := w.alloc(t)
	w.into(x, r)
	return r
}

// valAs is val where a value of type t is wanted: an expression that leaves
// instead has none, and any register of the type will do behind it.
func (w *writer) valAs(x Expr, t *capability.Type) reg {
	if x.base().typ.is(formNever) {
		w.drop(x)
		return w.alloc(t)
	}
	if x.base().typ.Final().File() != t.File() {
		r := w.alloc(t)
		w.convert(x, r)
		return r
	}
	return w.val(x)
}

// vals evaluates operands in the order given. A variable that a later operand
// may assign is copied.
func (w *writer) vals(xs []Expr, order []int, types []*capability.Type) []reg {
	out := make([]reg, len(xs))
	later := false
	assigns := make([]bool, len(order))
	for n := len(order) - 1; n >= 0; n-- {
		assigns[n] = later
		later = later || xs[order[n]].base().assigns
	}
	for n, i := range order {
		out[i] = w.valAs(xs[i], types[i])
		if assigns[n] && !out[i].temp {
			r := w.alloc(w.regType(out[i]))
			w.move(r, out[i])
			out[i] = r
		}
	}
	return out
}

// pair evaluates two operands.
func (w *writer) pair(x, y Expr) (reg, reg) {
	types := []*capability.Type{x.base().typ.Final(), y.base().typ.Final()}
	if x.base().typ.is(formNever) {
		types[0] = types[1]
	}
	if y.base().typ.is(formNever) {
		types[1] = types[0]
	}
	rs := w.vals([]Expr{x, y}, []int{0, 1}, types)
	return rs[0], rs[1]
}

// part evaluates a container and what says which part of it is meant.
func (w *writer) part(x, i Expr, t *capability.Type) (reg, reg) {
	rs := w.vals([]Expr{x, i}, []int{0, 1}, []*capability.Type{x.base().typ.Final(), t})
	return rs[0], rs[1]
}

// atomic reports whether an expression writes its result with one last
// instruction, so that a variable may be its destination while it is read.
func atomic(x Expr) bool {
	switch x := x.(type) {
	case *Const, *NilLit, *Local, *Narrowed, *CallFn, *CallValue, *LibCall, *HostCall, *FieldOf, *IndexOf, *PartOf, *ElemOf,
		*Cast, *Unwrap, *Template:
		return true
	case *Unary:
		return x.Op == lang.OpSub
	case *Binary:
		switch x.Op {
		case lang.OpAdd, lang.OpSub, lang.OpMul, lang.OpDiv, lang.OpRem:
			return true
		}
	}
	return false
}

// into writes the code that leaves an expression's value in a register of its
// type. The register is not read by the expression, unless that is atomic.
func (w *writer) into(x Expr, dst reg) {
	saved := w.pos
	w.at(x.base().at)
	w.intoAt(x, dst)
	w.pos = saved
}

func (w *writer) intoAt(x Expr, dst reg) {
	if x.base().typ.is(formNever) {
		w.dropAt(x)
		return
	}
	switch x := x.(type) {
	case *Const:
		w.constInto(x.Value, x.typ.Final(), dst)
	case *NilLit:
		w.ins(bytecode.KNIL, dst, reg{}, reg{}, 0)
	case *Template:
		w.templateInto(x, dst)
	case *Local:
		w.move(dst, w.vars[x.Var])
	case *Narrowed:
		w.narrowedInto(x, dst)
	case *Convert:
		w.convert(x.X, dst)
	case *Cast:
		r := w.val(x.X)
		t := x.typ.Final()
		w.ins(byFile(t, bytecode.CASTS, bytecode.CASTT, bytecode.CASTR), dst, r, reg{}, w.types.Add(t))
		w.free(r)
	case *Unwrap:
		w.unwrapInto(x, dst)
	case *Coalesce:
		w.coalesceInto(x, dst)
	case *Chain:
		w.chainInto(x, &dst)
	case *Unary:
		w.unaryInto(x, dst)
	case *Binary:
		w.binaryInto(x, dst)
	case *IsType:
		w.boolInto(x, dst)
	case *FieldOf:
		r := w.val(x.X)
		w.field(dst, r, x.X.base().typ.Final(), x.Name)
		w.free(r)
	case *PartOf:
		a, b := w.part(x.X, x.Key, capability.String)
		w.ins(bytecode.PART, dst, a, b, 0)
		w.freeAll([]reg{a, b})
	case *ElemOf:
		a, b := w.part(x.X, x.I, capability.Int)
		w.ins(bytecode.ELEM, dst, a, b, 0)
		w.freeAll([]reg{a, b})
	case *IndexOf:
		a, b := w.part(x.X, x.I, capability.Int)
		w.ins(byFile(x.typ.Final(), bytecode.ATS, bytecode.ATT, bytecode.ATR), dst, a, b, 0)
		w.freeAll([]reg{a, b})
	case *KeyOf:
		w.keyInto(x, dst)
	case *ListLit:
		w.listInto(x, dst)
	case *RecordLit:
		w.recordInto(x, dst)
	case *MapLit:
		w.mapInto(x, dst)
	case *Range:
		w.rangeInto(x, dst)
	case *CallFn:
		w.callFn(x, dst)
	case *CallValue:
		w.callValue(x, dst)
	case *LibCall:
		w.libCall(x, dst)
	case *Capture:
		w.captureInto(x, dst)
	case *HostCall:
		w.hostCall(x, dst)
	case *Expand:
		w.expandInto(x, &dst)
	case *Closure:
		w.closure(x.Fn, dst)
	case *FnValue:
		w.closure(x.Fn, dst)
	case *Frozen:
		w.into(x.X, dst)
		w.freeze(dst)
	case *With:
		w.withInto(x, dst)
	case *If:
		w.ifInto(x, &dst)
	case *Match:
		w.matchInto(x, &dst)
	case *Catch:
		w.catchInto(x, &dst)
	case *BlockExpr:
		w.block(x.Block, &dst)
	}
}

// drop evaluates an expression for what it does.
func (w *writer) drop(x Expr) {
	saved := w.pos
	w.at(x.base().at)
	w.dropAt(x)
	w.pos = saved
}

func (w *writer) dropAt(x Expr) {
	switch x := x.(type) {
	case *Convert:
		w.drop(x.X)
	case *Leave:
		w.leaveExpr(x)
	case *Fail:
		w.failExpr(x)
	case *If:
		w.ifInto(x, nil)
	case *Match:
		w.matchInto(x, nil)
	case *Catch:
		w.catchInto(x, nil)
	case *BlockExpr:
		w.block(x.Block, nil)
	case *Chain:
		if x.typ.Final().Kind == capability.KindNone {
			w.chainInto(x, nil)
			return
		}
		w.free(w.temp(x))
	case *Expand:
		if x.typ.Final().Kind == capability.KindNone || x.Name == "each" {
			w.expandInto(x, nil)
			return
		}
		w.free(w.temp(x))
	case *CallFn:
		w.callDropped(x, func(dst reg) { w.callFn(x, dst) })
	case *CallValue:
		w.callDropped(x, func(dst reg) { w.callValue(x, dst) })
	case *LibCall:
		w.callDropped(x, func(dst reg) { w.libCall(x, dst) })
	case *HostCall:
		w.callDropped(x, func(dst reg) { w.hostCall(x, dst) })
	case *Binary:
		w.dropBinary(x)
	default:
		if t := x.base().typ.Final(); t.Kind != capability.KindNone {
			r := w.alloc(t)
			w.intoAt(x, r)
			w.free(r)
		}
	}
}

func (w *writer) dropBinary(x *Binary) {
	if x.typ.is(formNever) {
		w.drop(x.X)
		w.drop(x.Y)
		return
	}
	r := w.alloc(x.typ.Final())
	w.intoAt(x, r)
	w.free(r)
}

// callDropped writes a call whose result, if any, goes nowhere.
func (w *writer) callDropped(x Expr, call func(reg)) {
	t := x.base().typ.Final()
	r := w.alloc(t)
	call(r)
	if t.Kind == capability.KindStream {
		w.ins(bytecode.CLOSE, r, reg{}, reg{}, 0)
	}
	w.free(r)
}

// ---- constants and texts ----

func (w *writer) constInto(v capability.Value, t *capability.Type, dst reg) {
	switch t.File() {
	case capability.FileText:
		w.ins(bytecode.KTEXT, dst, reg{}, reg{}, w.constant(v, t))
	case capability.FileScalar:
		n := int64(capability.ScalarBits(v))
		if t.Kind != capability.KindFloat && n >= math.MinInt32 && n <= math.MaxInt32 {
			w.ins(bytecode.KINT, dst, reg{}, reg{}, int(n))
			return
		}
		w.ins(bytecode.KNUM, dst, reg{}, reg{}, w.constant(v, t))
	}
}

func (w *writer) intConst(n int, dst reg) { w.ins(bytecode.KINT, dst, reg{}, reg{}, n) }

func (w *writer) text(s string) reg {
	r := w.alloc(capability.String)
	w.ins(bytecode.KTEXT, r, reg{}, reg{}, w.constant(capability.StringValue(s), capability.String))
	return r
}

// maxHoles is how many holes one template has; a longer text is made of
// several.
const maxHoles = 100

func (w *writer) templateInto(x *Template, dst reg) {
	t := x.typ.Final()
	holes := 0
	for _, p := range x.Parts {
		if p.Hole != nil {
			holes++
		}
	}
	switch {
	case holes == 0:
		text := x.Parts[0].Text
		w.ins(bytecode.KTEXT, dst, reg{}, reg{}, w.constant(capability.BoxText(t.Kind, text), t))
	case holes > maxHoles && t.Kind != capability.KindString:
		w.fail(x.at, "this text has too many holes")
	case holes > maxHoles:
		w.longTemplate(x, dst)
	case len(x.Parts) == 1 && t.Kind == capability.KindString && stringLike(x.Parts[0].Hole):
		w.into(x.Parts[0].Hole, dst)
	default:
		w.fill(x.Parts, t, dst)
	}
}

func stringLike(x Expr) bool {
	k := x.base().typ.Final().Kind
	return k == capability.KindString
}

// fill writes one TEXT instruction.
func (w *writer) fill(parts []Part, t *capability.Type, dst reg) {
	tmpl := bytecode.Template{Type: t}
	var holes []Expr
	var types []*capability.Type
	for _, p := range parts {
		if p.Hole == nil {
			tmpl.Pieces = append(tmpl.Pieces, bytecode.TemplatePiece{Literal: p.Text})
			continue
		}
		ht := p.Hole.base().typ.Final()
		if p.Hole.base().typ.is(formNever) {
			ht = capability.String
		}
		tmpl.Pieces = append(tmpl.Pieces, bytecode.TemplatePiece{Hole: ht})
		holes, types = append(holes, p.Hole), append(types, ht)
	}
	rs := w.vals(holes, inOrder(len(holes)), types)
	w.call(bytecode.TEXT, dst, reg{}, w.template(tmpl), rs, nil)
	w.freeAll(rs)
}

// longTemplate joins the texts of several templates.
func (w *writer) longTemplate(x *Template, dst reg) {
	sum := w.text("")
	for parts := x.Parts; len(parts) > 0; {
		n := min(len(parts), maxHoles)
		piece := w.alloc(capability.String)
		if n == 1 && parts[0].Hole == nil {
			w.ins(bytecode.KTEXT, piece, reg{}, reg{}, w.constant(capability.StringValue(parts[0].Text), capability.String))
		} else {
			w.fill(parts[:n], capability.String, piece)
		}
		w.ins(bytecode.CAT, sum, sum, piece, 0)
		w.free(piece)
		parts = parts[n:]
	}
	w.move(dst, sum)
	w.free(sum)
}

// ---- types ----

// convert leaves x in a register of another type that it fits.
func (w *writer) convert(x Expr, dst reg) {
	from, to := x.base().typ.Final(), w.regType(dst)
	switch {
	case x.base().typ.is(formNever):
		w.drop(x)
	case isNil(x):
		w.ins(bytecode.KNIL, dst, reg{}, reg{}, 0)
	case from.Equal(to) || from.File() == to.File() && from.File() == capability.FileText:
		w.into(x, dst)
	default:
		if n, ok := x.(*Narrowed); ok && n.Var.Type.Final().Fits(to) && to.File() == capability.FileRef {
			w.move(dst, w.vars[n.Var])
			return
		}
		r := w.val(x)
		w.move(dst, r)
		w.free(r)
	}
}

// narrowedInto takes the value that a test has shown to be there.
func (w *writer) narrowedInto(x *Narrowed, dst reg) {
	r, t := w.vars[x.Var], x.typ.Final()
	if w.regType(r).Kind == capability.KindAny {
		if t.Kind == capability.KindAny {
			w.move(dst, r)
			return
		}
		w.ins(byFile(t, bytecode.CASTS, bytecode.CASTT, bytecode.CASTR), dst, r, reg{}, w.types.Add(t))
		return
	}
	w.openInto(r, dst)
}

// openInto takes the T out of a T?, into a register of any type that T fits.
func (w *writer) openInto(r, dst reg) {
	elem := w.regType(r)
	if elem.Kind != capability.KindOptional {
		w.move(dst, r)
		return
	}
	elem = elem.Elem
	op := byFile(elem, bytecode.OPENS, bytecode.OPENT, bytecode.OPENR)
	if elem.File() == dst.file && elem.Fits(w.regType(dst)) {
		w.ins(op, dst, r, reg{}, 0)
		return
	}
	t := w.alloc(elem)
	w.ins(op, t, r, reg{}, 0)
	w.move(dst, t)
	w.free(t)
}

func (w *writer) unwrapInto(x *Unwrap, dst reg) {
	r := w.val(x.X)
	if w.regType(r).Kind == capability.KindAny {
		ok := newLabel()
		w.jump(bytecode.JSOME, r, reg{}, ok)
		w.raiseNew(capability.Absent, "this is nil")
		w.bind(ok)
	}
	w.openInto(r, dst)
	w.free(r)
}

// raiseNew raises an error of a kind.
func (w *writer) raiseNew(kind capability.ErrorKind, message string) {
	k := w.alloc(capability.KindWords)
	w.ins(bytecode.KTEXT, k, reg{}, reg{}, w.constant(capability.StringValue(kind.String()), capability.String))
	m := w.text(message)
	e := w.alloc(capability.ErrorT)
	w.lib(internal("error", "make", 0), e, k, m)
	w.ins(bytecode.RAISE, e, reg{}, reg{}, 0)
	w.freeAll([]reg{k, m, e})
}

// lib writes a call of a library row with registers.
func (w *writer) lib(row *library.Row, dst reg, args ...reg) {
	w.call(bytecode.LIB, dst, reg{}, int(row.Number), args, nil)
}

func (w *writer) freeze(r reg) {
	a := w.alloc(capability.Any)
	w.move(a, r)
	w.lib(internal("value", "freeze", 0), reg{}, a)
	w.free(a)
}

// coalesceInto is X ?? Y. A map's element is looked up and tested at once.
func (w *writer) coalesceInto(x *Coalesce, dst reg) {
	none, end := newLabel(), newLabel()
	if k, ok := bare(x.X).(*KeyOf); ok && w.keyOr(k, dst, none) {
		// the value is in dst
	} else {
		r := w.val(x.X)
		w.jump(bytecode.JNIL, r, reg{}, none)
		if w.regType(dst).Kind == capability.KindOptional || w.regType(dst).Kind == capability.KindAny {
			w.move(dst, r)
		} else {
			w.openInto(r, dst)
		}
		w.free(r)
	}
	w.jump(bytecode.JMP, reg{}, reg{}, end)
	w.bind(none)
	w.convert(x.Y, dst)
	w.bind(end)
}

// keyOr writes m[k] into dst, going to none where the key isn't there. It
// does nothing when the element is a reference that may be nil itself.
func (w *writer) keyOr(k *KeyOf, dst reg, none *label) bool {
	elem := k.X.base().typ.Final().Elem
	if elem.Kind == capability.KindOptional || elem.Kind == capability.KindAny {
		return false
	}
	saved := w.pos
	w.at(k.at)
	m, key := w.part(k.X, k.Key, capability.String)
	r := dst
	if !w.regType(dst).Equal(elem) {
		r = w.alloc(elem)
	}
	w.mapAt(r, m, key, elem, none)
	if !w.regType(dst).Equal(elem) {
		w.move(dst, r)
		w.free(r)
	}
	w.freeAll([]reg{m, key})
	w.pos = saved
	return true
}

func (w *writer) mapAt(dst, m, key reg, elem *capability.Type, none *label) {
	op := byFile(elem, bytecode.MATS, bytecode.MATT, bytecode.MATR)
	none.refs = append(none.refs, w.ins(op, dst, m, key, 0))
}

// keyInto is m[k]: a T?.
func (w *writer) keyInto(x *KeyOf, dst reg) {
	elem := x.X.base().typ.Final().Elem
	none, end := newLabel(), newLabel()
	m, key := w.part(x.X, x.Key, capability.String)
	r := dst
	if !elem.Equal(w.regType(dst)) {
		r = w.alloc(elem)
	}
	w.mapAt(r, m, key, elem, none)
	if !elem.Equal(w.regType(dst)) {
		w.move(dst, r)
		w.free(r)
	}
	w.jump(bytecode.JMP, reg{}, reg{}, end)
	w.bind(none)
	w.ins(bytecode.KNIL, dst, reg{}, reg{}, 0)
	w.bind(end)
	w.freeAll([]reg{m, key})
}

// chainInto is x?.f.
func (w *writer) chainInto(x *Chain, dst *reg) {
	none, end := newLabel(), newLabel()
	r := w.val(x.X)
	w.jump(bytecode.JNIL, r, reg{}, none)
	v := r
	if w.regType(r).Kind == capability.KindOptional {
		v = w.alloc(x.Var.Type.Final())
		w.openInto(r, v)
	}
	w.alias(x.Var, v)
	if dst == nil {
		w.drop(x.Then)
	} else {
		w.into(x.Then, *dst)
		w.jump(bytecode.JMP, reg{}, reg{}, end)
	}
	w.bind(none)
	if dst != nil {
		w.ins(bytecode.KNIL, *dst, reg{}, reg{}, 0)
	}
	w.bind(end)
	if v != r {
		w.free(v)
	}
	w.free(r)
}

// ---- operators ----

func (w *writer) unaryInto(x *Unary, dst reg) {
	r := w.valAs(x.X, x.typ.Final())
	op := bytecode.NEG
	switch {
	case x.Op == lang.OpNot:
		op = bytecode.NOT
	case x.typ.Final().Kind == capability.KindFloat:
		op = bytecode.FNEG
	}
	w.ins(op, dst, r, reg{}, 0)
	w.free(r)
}

func (w *writer) binaryInto(x *Binary, dst reg) {
	switch x.Op {
	case lang.OpAdd, lang.OpSub, lang.OpMul, lang.OpDiv, lang.OpRem:
		w.arithmetic(x, dst)
	default:
		w.boolInto(x, dst)
	}
}

func (w *writer) arithmetic(x *Binary, dst reg) {
	t := x.typ.Final()
	if w.addConst(x, dst) || w.fused(x, dst) {
		return
	}
	a, b := w.pair(summand(x, x.X), summand(x, x.Y))
	w.at(x.OpAt)
	ak, bk := x.X.base().typ.Final().Kind, x.Y.base().typ.Final().Kind
	switch {
	case t.Kind == capability.KindList:
		w.lib(internal("list", "concat", 0), dst, a, b)
	case t.File() == capability.FileText:
		w.ins(bytecode.CAT, dst, a, b, 0)
	case x.Op == lang.OpMul && measure(t.Kind):
		w.scale(dst, a, b, ak, bk)
	case x.Op == lang.OpDiv:
		w.divide(dst, a, b, t.Kind, ak, bk)
	default:
		w.ins(numberOp(x.Op, t.Kind), dst, a, b, 0)
	}
	w.freeAll([]reg{a, b})
}

// addConst adds or subtracts a small constant.
func (w *writer) addConst(x *Binary, dst reg) bool {
	k, ok := x.Y.(*Const)
	if !ok || x.typ.Final().Kind == capability.KindFloat || x.typ.Final().File() != capability.FileScalar {
		return false
	}
	n := int64(capability.ScalarBits(k.Value))
	switch {
	case n <= math.MinInt32 || n > math.MaxInt32:
		return false
	case x.Op == lang.OpSub:
		n = -n
	case x.Op != lang.OpAdd:
		return false
	}
	if xt := x.X.base().typ; xt.is(formNever) || xt.Final().Kind != x.typ.Final().Kind {
		return false
	}
	a := w.val(x.X)
	w.at(x.OpAt)
	w.ins(bytecode.ADDI, dst, a, reg{}, int(n))
	w.free(a)
	return true
}

func numberOp(op lang.Op, k capability.Kind) bytecode.Opcode {
	if k == capability.KindFloat {
		return map[lang.Op]bytecode.Opcode{lang.OpAdd: bytecode.FADD, lang.OpSub: bytecode.FSUB, lang.OpMul: bytecode.FMUL}[op]
	}
	return map[lang.Op]bytecode.Opcode{lang.OpAdd: bytecode.ADD, lang.OpSub: bytecode.SUB, lang.OpMul: bytecode.MUL, lang.OpRem: bytecode.REM}[op]
}

// scale multiplies a size or duration with a number, in either order.
func (w *writer) scale(dst, a, b reg, ak, bk capability.Kind) {
	if !measure(ak) {
		a, b, bk = b, a, ak
	}
	op := bytecode.MUL
	if bk == capability.KindFloat {
		op = bytecode.SCALE
	}
	w.ins(op, dst, a, b, 0)
}

func (w *writer) divide(dst, a, b reg, t, ak, bk capability.Kind) {
	switch {
	case ak == capability.KindFloat:
		w.ins(bytecode.FDIV, dst, a, b, 0)
	case ak == bk:
		w.ins(bytecode.DIVF, dst, a, b, 0)
	case bk == capability.KindInt:
		w.lib(internal("number", "nearest", b2i(ak == capability.KindDuration)), dst, a, b)
	default:
		w.ins(bytecode.SCALED, dst, a, b, 0)
	}
}

// boolInto makes a value of a condition.
func (w *writer) boolInto(x Expr, dst reg) {
	yes, end := newLabel(), newLabel()
	w.cond(x, yes, true)
	w.intConst(0, dst)
	w.jump(bytecode.JMP, reg{}, reg{}, end)
	w.bind(yes)
	w.intConst(1, dst)
	w.bind(end)
}

// cond jumps to a label when a condition comes out as said, and goes on
// behind it otherwise. It branches on the register that is tested.
func (w *writer) cond(x Expr, to *label, when bool) {
	x = bare(x)
	saved := w.pos
	w.at(x.base().at)
	defer func() { w.pos = saved }()
	switch x := x.(type) {
	case *Const:
		if (x.Value == capability.BoolValue(true)) == when {
			w.jump(bytecode.JMP, reg{}, reg{}, to)
		}
		return
	case *Unary:
		if x.Op == lang.OpNot && !x.typ.is(formNever) {
			w.cond(x.X, to, !when)
			return
		}
	case *Binary:
		if !x.typ.is(formNever) && w.condBinary(x, to, when) {
			return
		}
	case *IsType:
		w.condIs(x, to, when)
		return
	}
	if x.base().typ.is(formNever) {
		w.dropAt(x)
		return
	}
	r := w.val(x)
	op := bytecode.JF
	if when {
		op = bytecode.JT
	}
	w.jump(op, r, reg{}, to)
	w.free(r)
}

func (w *writer) condIs(x *IsType, to *label, when bool) {
	r := w.val(x.X)
	i := w.types.Add(x.To.Final())
	op := bytecode.JISNT
	if when {
		op = bytecode.JIS
	}
	to.refs = append(to.refs, w.ins(op, r, raw(i&0xff), raw(i>>8), 0))
	w.free(r)
}

func (w *writer) condBinary(x *Binary, to *label, when bool) bool {
	switch x.Op {
	case lang.OpAnd, lang.OpOr:
		if (x.Op == lang.OpOr) == when { // either operand decides
			w.cond(x.X, to, when)
			w.cond(x.Y, to, when)
			return true
		}
		skip := newLabel()
		w.cond(x.X, skip, !when)
		w.cond(x.Y, to, when)
		w.bind(skip)
		return true
	case lang.OpEq, lang.OpNe, lang.OpLt, lang.OpLe, lang.OpGt, lang.OpGe:
		w.compare(x, to, when)
		return true
	}
	return false
}

// negated is the comparison that holds when the other does not. There is no NaN.
var negated = map[lang.Op]lang.Op{
	lang.OpEq: lang.OpNe, lang.OpNe: lang.OpEq, lang.OpLt: lang.OpGe, lang.OpGe: lang.OpLt, lang.OpGt: lang.OpLe, lang.OpLe: lang.OpGt,
}

// mirrored is the comparison with its operands exchanged.
var mirrored = map[lang.Op]lang.Op{
	lang.OpEq: lang.OpEq, lang.OpNe: lang.OpNe, lang.OpLt: lang.OpGt, lang.OpGt: lang.OpLt, lang.OpLe: lang.OpGe, lang.OpGe: lang.OpLe,
}

func (w *writer) compare(x *Binary, to *label, when bool) {
	op := x.Op
	if !when {
		op = negated[op]
	}
	if isNil(x.X) || isNil(x.Y) {
		w.compareNil(x, op, to)
		return
	}
	a, b := x.X, x.Y
	if k, ok := a.(*Const); ok && short(k) && b.base().typ.Final().File() == capability.FileScalar {
		a, b, op = b, a, mirrored[op]
	}
	if k, ok := b.(*Const); ok && short(k) && !a.base().typ.is(formNever) {
		r := w.val(a)
		w.at(x.OpAt)
		w.jumpShort(shortOps[op], r, int16(capability.ScalarBits(k.Value)), to)
		w.free(r)
		return
	}
	ra, rb := w.pair(a, b)
	w.at(x.OpAt)
	w.compareRegs(op, ra, rb, to)
	w.freeAll([]reg{ra, rb})
}

func (w *writer) compareNil(x *Binary, op lang.Op, to *label) {
	other := x.X
	if isNil(other) {
		other = x.Y
	}
	if isNil(other) { // nil == nil
		if op == lang.OpEq {
			w.jump(bytecode.JMP, reg{}, reg{}, to)
		}
		return
	}
	r := w.val(other)
	j := bytecode.JSOME
	if op == lang.OpEq {
		j = bytecode.JNIL
	}
	w.jump(j, r, reg{}, to)
	w.free(r)
}

// short reports whether a constant can stand in a comparison.
func short(k *Const) bool {
	t := k.typ.Final()
	if t.File() != capability.FileScalar || t.Kind == capability.KindFloat {
		return false
	}
	n := int64(capability.ScalarBits(k.Value))
	return n >= math.MinInt16 && n <= math.MaxInt16
}

var shortOps = map[lang.Op]bytecode.Opcode{
	lang.OpEq: bytecode.JEQI, lang.OpNe: bytecode.JNEI, lang.OpLt: bytecode.JLTI, lang.OpLe: bytecode.JLEI,
	lang.OpGt: bytecode.JGTI, lang.OpGe: bytecode.JGEI,
}

// compareRegs compares registers of one type.
func (w *writer) compareRegs(op lang.Op, a, b reg, to *label) {
	if op == lang.OpGt || op == lang.OpGe {
		a, b, op = b, a, mirrored[op]
	}
	t := w.regType(a)
	if t.File() == capability.FileRef {
		r := w.alloc(capability.Bool)
		w.ins(bytecode.EQ, r, a, b, 0)
		j := bytecode.JF
		if op == lang.OpEq {
			j = bytecode.JT
		}
		w.jump(j, r, reg{}, to)
		w.free(r)
		return
	}
	ops := [4]bytecode.Opcode{bytecode.JEQ, bytecode.JNE, bytecode.JLT, bytecode.JLE}
	switch {
	case t.Kind == capability.KindFloat:
		ops = [4]bytecode.Opcode{bytecode.FJEQ, bytecode.FJNE, bytecode.FJLT, bytecode.FJLE}
	case t.File() == capability.FileText:
		ops = [4]bytecode.Opcode{bytecode.TJEQ, bytecode.TJNE, bytecode.TJLT, bytecode.TJLE}
	}
	w.jump(ops[op-lang.OpEq], a, b, to)
}

// ---- containers ----

func (w *writer) field(dst, r reg, t *capability.Type, name string) {
	i := t.FieldIndex(name)
	slot := t.Slot(i).Index
	w.ins(byFile(t.Fields[i].Type, bytecode.FLDS, bytecode.FLDT, bytecode.FLDR), dst, r, raw(slot), 0)
}

func (w *writer) setField(r reg, t *capability.Type, name string, v reg) {
	i := t.FieldIndex(name)
	slot := t.Slot(i).Index
	w.ins(byFile(t.Fields[i].Type, bytecode.SFLDS, bytecode.SFLDT, bytecode.SFLDR), r, raw(slot), v, 0)
}

func (w *writer) pushTo(list, v reg, elem *capability.Type) {
	w.ins(byFile(elem, bytecode.PUSHS, bytecode.PUSHT, bytecode.PUSHR), list, v, reg{}, 0)
}

func (w *writer) putKey(m, key, v reg, elem *capability.Type) {
	w.ins(byFile(elem, bytecode.MPUTS, bytecode.MPUTT, bytecode.MPUTR), m, key, v, 0)
}

func (w *writer) newList(t *capability.Type) reg {
	r := w.alloc(t)
	w.ins(bytecode.LIST, r, reg{}, reg{}, w.types.Add(t))
	return r
}

func (w *writer) newMap(t *capability.Type) reg {
	r := w.alloc(t)
	w.ins(bytecode.MAP, r, reg{}, reg{}, w.types.Add(t))
	return r
}

func (w *writer) listInto(x *ListLit, dst reg) {
	t := x.typ.Final()
	w.ins(bytecode.LIST, dst, reg{}, reg{}, w.types.Add(t))
	for _, item := range x.Items {
		v := w.valAs(item, t.Elem)
		w.pushTo(dst, v, t.Elem)
		w.free(v)
	}
}

func (w *writer) recordInto(x *RecordLit, dst reg) {
	t := x.typ.Final()
	if t.Kind == capability.KindMap { // {} that turned out to be one
		w.ins(bytecode.MAP, dst, reg{}, reg{}, w.types.Add(t))
		return
	}
	w.ins(bytecode.REC, dst, reg{}, reg{}, w.types.Add(t))
	w.setFields(dst, t, x.Fields)
}

func (w *writer) setFields(r reg, t *capability.Type, fields []FieldInit) {
	for _, f := range fields {
		if f.Value == nil || t.FieldIndex(f.Name) < 0 {
			continue
		}
		v := w.valAs(f.Value, t.Fields[t.FieldIndex(f.Name)].Type)
		w.setField(r, t, f.Name, v)
		w.free(v)
	}
}

// withInto is a copy of a record, with some fields changed. It is made when all
// of these have been evaluated, which may change the record.
func (w *writer) withInto(x *With, dst reg) {
	t := x.typ.Final()
	xs, types := []Expr{x.X}, []*capability.Type{t}
	for _, f := range x.Fields {
		xs, types = append(xs, f.Value), append(types, t.Fields[t.FieldIndex(f.Name)].Type)
	}
	rs := w.vals(xs, inOrder(len(xs)), types)
	w.ins(bytecode.REC, dst, reg{}, reg{}, w.types.Add(t))
	for _, f := range t.Fields {
		if !hasInit(x.Fields, f.Name) {
			v := w.alloc(f.Type)
			w.field(v, rs[0], t, f.Name)
			w.setField(dst, t, f.Name, v)
			w.free(v)
		}
	}
	for i, f := range x.Fields {
		w.setField(dst, t, f.Name, rs[i+1])
	}
	w.freeAll(rs)
}

func hasInit(fields []FieldInit, name string) bool {
	for _, f := range fields {
		if f.Name == name {
			return true
		}
	}
	return false
}

func (w *writer) mapInto(x *MapLit, dst reg) {
	t := x.typ.Final()
	w.ins(bytecode.MAP, dst, reg{}, reg{}, w.types.Add(t))
	for i, item := range x.Items {
		v := w.valAs(item, t.Elem)
		k := w.text(x.Keys[i])
		w.putKey(dst, k, v, t.Elem)
		w.freeAll([]reg{v, k})
	}
}

// rangeInto makes a list of a range. The last number of one that includes it
// is added behind the others: counting beyond it might not fit.
func (w *writer) rangeInto(x *Range, dst reg) {
	a, b := w.pair(x.From, x.To)
	w.lib(internal("list", "range", 0), dst, a, b)
	if x.Inclusive {
		empty := newLabel()
		w.jump(bytecode.JLT, b, a, empty)
		w.pushTo(dst, b, capability.Int)
		w.bind(empty)
	}
	w.freeAll([]reg{a, b})
}

// ---- calls ----

func finals(xs []*Var) []*capability.Type {
	out := make([]*capability.Type, len(xs))
	for i, v := range xs {
		out[i] = v.Type.Final()
	}
	return out
}

// needs are the registers of what a function sees.
func (w *writer) needs(f *Fn) []reg {
	out := make([]reg, len(f.Needs))
	for i, v := range f.Needs {
		out[i] = w.vars[v]
	}
	return out
}

func (w *writer) callFn(x *CallFn, dst reg) {
	rs := w.vals(x.Args, x.Eval, finals(x.Fn.Params))
	w.call(bytecode.CALL, dst, reg{}, w.funcIndex(x.Fn), append(w.needs(x.Fn), rs...), nil)
	w.freeAll(rs)
}

func (w *writer) callValue(x *CallValue, dst reg) {
	t := x.Fn.base().typ.Final()
	xs := append([]Expr{x.Fn}, x.Args...)
	rs := w.vals(xs, inOrder(len(xs)), append([]*capability.Type{t}, t.Params...))
	w.call(bytecode.CALLC, dst, rs[0], 0, rs[1:], nil)
	w.freeAll(rs)
}

func (w *writer) closure(f *Fn, dst reg) {
	w.call(bytecode.CLOSURE, dst, reg{}, w.funcIndex(f), w.needs(f), nil)
}

// The rows that have an instruction of their own.
const (
	rowListLen    = 70
	rowPush       = 76
	rowMapLen     = 130
	rowFloatOfInt = 403
)

func (w *writer) libCall(x *LibCall, dst reg) {
	types := make([]*capability.Type, len(x.Args))
	for i, a := range x.Args {
		types[i] = a.base().typ.Final()
		if a.base().typ.is(formNever) {
			types[i] = neverType(x.Row, i, types)
		}
	}
	rs := w.vals(x.Args, x.Eval, types)
	switch x.Row.Number {
	case rowListLen, rowMapLen:
		w.ins(bytecode.LEN, dst, rs[0], reg{}, 0)
	case rowFloatOfInt:
		w.ins(bytecode.ITOF, dst, rs[0], reg{}, 0)
	case rowPush:
		w.pushTo(rs[0], rs[1], types[0].Elem)
	default:
		w.lib(x.Row, dst, rs...)
	}
	w.freeAll(rs)
}

// neverType is a type for an argument that is never there.
func neverType(row *library.Row, i int, types []*capability.Type) *capability.Type {
	if t := row.Params[i].Shape.Type(nil); t != nil {
		return t
	}
	if i > 0 && types[0] != nil && types[0].Elem != nil {
		return types[0].Elem
	}
	if row.Params[i].Shape.Kind == capability.KindList {
		return capability.ListOf(capability.Int)
	}
	if row.Params[i].Shape.Kind == capability.KindMap {
		return capability.MapOf(capability.Int)
	}
	return capability.Int
}

func (w *writer) hostCall(x *HostCall, dst reg) {
	types := make([]*capability.Type, len(x.Args))
	var order []int
	for _, i := range x.Eval {
		if !x.Op.Params[i].Const {
			order = append(order, i)
		}
	}
	for i := range x.Op.Params {
		types[i] = x.Op.Params[i].Type
	}
	rs := w.vals(x.Args, order, types)
	var args []reg
	var consts []bytecode.Instr
	for i := range x.Op.Params {
		if !x.Op.Params[i].Const {
			args = append(args, rs[i])
			continue
		}
		v, _ := constValue(x.Args[i])
		consts = append(consts, bytecode.Instr{Op: bytecode.KARG, A: uint8(i), Imm: int32(w.constant(v, types[i]))})
	}
	w.ops[x.Op.Number] = true
	w.call(bytecode.HOST, dst, reg{}, int(x.Op.Number), args, consts)
	w.freeAll(args)
}

// failExpr raises an error.
func (w *writer) failExpr(x *Fail) {
	if x.Error != nil {
		r := w.valAs(x.Error, capability.ErrorT)
		w.ins(bytecode.RAISE, r, reg{}, reg{}, 0)
		w.free(r)
		return
	}
	cause := x.Cause
	optional := capability.OptionalOf(capability.ErrorT)
	if cause == nil {
		cause = &NilLit{node{at: x.at, typ: known(optional)}}
	}
	values := capability.MapOf(capability.Any)
	rs := w.vals([]Expr{x.Message, x.Values, cause}, []int{0, 1, 2}, []*capability.Type{capability.String, values, optional})
	e := w.alloc(capability.ErrorT)
	w.lib(internal("error", "new", 0), e, rs...)
	w.ins(bytecode.RAISE, e, reg{}, reg{}, 0)
	w.free(e)
	w.freeAll(rs)
}
