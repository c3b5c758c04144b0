package compiler

import (
	"rex/capability"
	"rex/lang"
)

func (c *checker) unary(e *lang.Unary, want *Type) Expr {
	if e.Op == lang.OpNot {
		x := c.condition(e.X)
		return &Unary{node{at: e.At, typ: typeBool}, lang.OpNot, x}
	}
	x := c.value(e.X, want)
	if gone(x) {
		return x
	}
	if k, ok := x.(*Const); ok {
		if v, ok := negate(k.Value); ok {
			return &Const{node{at: e.At, typ: k.typ}, v}
		}
	}
	switch x.base().typ.kind() {
	case capability.KindInt, capability.KindFloat, capability.KindDuration, capability.KindSize:
		return &Unary{node{at: e.At, typ: x.base().typ}, lang.OpSub, x}
	}
	if !isBad(x) {
		c.report("E0402", e.At, "`-` takes an int, float, duration or size, not %s", article(x.base().typ))
	}
	return bad(e.At)
}

func (c *checker) binary(e *lang.Binary, want *Type) Expr {
	switch e.Op {
	case lang.OpAnd, lang.OpOr:
		return c.logic(e)
	case lang.OpEq, lang.OpNe:
		return c.equality(e)
	case lang.OpLt, lang.OpLe, lang.OpGt, lang.OpGe:
		return c.order(e)
	}
	if want != nil && want.kind() != capability.KindFloat {
		want = nil
	}
	x := c.value(e.X, want)
	y := c.exprBeside(e.Y, x)
	return c.operation(e.Op, e.OpAt, e.X.Span(), x, y)
}

// exprBeside checks the right operand of one that is known: an int literal
// beside a float is a float.
func (c *checker) exprBeside(e lang.Expr, x Expr) Expr {
	switch x.base().typ.kind() {
	case capability.KindFloat, capability.KindList:
		return c.value(e, x.base().typ)
	}
	return c.value(e, nil)
}

func (c *checker) logic(e *lang.Binary) Expr {
	x := c.condition(e.X)
	m := c.mark()
	c.learn(factsOf(x, e.Op == lang.OpAnd))
	y := c.condition(e.Y)
	c.rejoin(m)
	return &Binary{node{at: e.At, typ: typeBool}, e.Op, x, y, e.OpAt}
}

// factsOf tells what a condition's outcome shows of variables.
func factsOf(x Expr, outcome bool) []fact {
	switch x := x.(type) {
	case *Unary:
		return factsOf(x.X, !outcome)
	case *Binary:
		switch {
		case x.Op == lang.OpAnd && outcome, x.Op == lang.OpOr && !outcome:
			return append(factsOf(x.X, outcome), factsOf(x.Y, outcome)...)
		case x.Op == lang.OpNe && outcome, x.Op == lang.OpEq && !outcome:
			return notNil(x)
		}
	case *IsType:
		if l, ok := x.X.(*Local); ok && outcome {
			return []fact{{v: l.Var, t: x.To}}
		}
	}
	return nil
}

// notNil is the fact that `v != nil` shows.
func notNil(b *Binary) []fact {
	x, y := b.X, b.Y
	if isNil(x) {
		x, y = y, x
	}
	l, ok := x.(*Local)
	if !ok || !isNil(y) || l.typ.kind() != capability.KindOptional {
		return nil
	}
	return []fact{{v: l.Var, t: l.typ.element()}}
}

// widen reads a variable as the T? that it is, where nil is asked for though a
// test has shown that it isn't there.
func widen(x Expr) Expr {
	if n, ok := x.(*Narrowed); ok && n.Var.Type.kind() == capability.KindOptional {
		return &Local{node{at: n.at, typ: n.Var.Type}, n.Var}
	}
	return x
}

// isNil reports whether x is the literal nil.
func isNil(x Expr) bool {
	_, ok := x.(*NilLit)
	return ok && !isBad(x)
}

// operation types `x op y` of arithmetic.
func (c *checker) operation(op lang.Op, at, xat lang.Span, x, y Expr) Expr {
	if isBad(x) || isBad(y) {
		return bad(xat.Join(y.base().at))
	}
	x, y = asFloat(x, y), asFloat(y, x)
	whole := x.base().at.Join(y.base().at)
	if x.base().typ.is(formNever) || y.base().typ.is(formNever) {
		return &Binary{node{at: whole, typ: typeNever}, op, x, y, at}
	}
	t := c.arithmetic(op, x, y)
	if t == nil {
		c.wrongOperands(op, at, x, y)
		return bad(whole)
	}
	if t.kind() == capability.KindPath || t.kind() == capability.KindURL {
		return c.below(x, y, t, whole)
	}
	if folded := fold(op, x, y, t); folded != nil {
		return &Const{node{at: whole, typ: t}, folded}
	}
	return &Binary{node{at: whole, typ: t}, op, x, y, at}
}

// asFloat makes an int literal a float beside a float.
func asFloat(x, beside Expr) Expr {
	k, ok := x.(*Const)
	if !ok || beside.base().typ.kind() != capability.KindFloat {
		return x
	}
	if n, ok := k.Value.(capability.IntValue); ok {
		return &Const{node{at: k.at, typ: typeFloat}, capability.FloatValue(n)}
	}
	return x
}

// arithmetic is the result's type, nil when the operator has no such operands.
func (c *checker) arithmetic(op lang.Op, x, y Expr) *Type {
	a, b := x.base().typ.find(), y.base().typ.find()
	switch op {
	case lang.OpAdd:
		return c.addition(a, b)
	case lang.OpSub:
		return subtraction(a.kind(), b.kind())
	case lang.OpMul:
		return product(a.kind(), b.kind())
	case lang.OpDiv:
		return c.quotient(a, b, x)
	case lang.OpRem:
		if a.kind() == b.kind() && (a.kind() == capability.KindInt || a.kind() == capability.KindDuration) {
			return a
		}
	}
	return nil
}

func measure(k capability.Kind) bool {
	return k == capability.KindSize || k == capability.KindDuration
}

func number(k capability.Kind) bool { return k == capability.KindInt || k == capability.KindFloat }

func (c *checker) addition(a, b *Type) *Type {
	switch {
	case a.kind() == b.kind() && (number(a.kind()) || measure(a.kind()) || a.kind() == capability.KindBytes):
		return a
	case a.kind() == capability.KindTime && b.kind() == capability.KindDuration:
		return typeTime
	case textual(a) && textual(b):
		if (a.is(formText) && !unify(a, typeString)) || (b.is(formText) && !unify(b, typeString)) {
			return nil
		}
		return typeString
	case a.kind() == capability.KindList && b.kind() == capability.KindList && couldBe(a, b) && unify(a, b):
		return a
	}
	return nil
}

func subtraction(a, b capability.Kind) *Type {
	switch {
	case a == b && (number(a) || measure(a)):
		return known(capability.Simple(a))
	case a == capability.KindTime && b == capability.KindDuration:
		return typeTime
	case a == capability.KindTime && b == capability.KindTime:
		return typeDuration
	}
	return nil
}

func product(a, b capability.Kind) *Type {
	switch {
	case a == b && number(a), measure(a) && number(b):
		return known(capability.Simple(a))
	case number(a) && measure(b):
		return known(capability.Simple(b))
	}
	return nil
}

func (c *checker) quotient(a, b *Type, x Expr) *Type {
	switch {
	case a.kind() == b.kind() && (number(a.kind()) || measure(a.kind())):
		return typeFloat
	case measure(a.kind()) && number(b.kind()):
		return a
	case a.is(formText) && textual(b):
		if k, ok := x.(*Const); ok && isURLText(k.Value) {
			unify(a, typeURL)
		} else {
			unify(a, typePath)
		}
		return a.find()
	case (a.kind() == capability.KindPath || a.kind() == capability.KindURL) && textual(b):
		return a
	}
	return nil
}

func isURLText(v capability.Value) bool {
	s, ok := v.(capability.StringValue)
	return ok && hasScheme(string(s))
}

func hasScheme(s string) bool {
	return len(s) >= 7 && s[:7] == "http://" || len(s) >= 8 && s[:8] == "https://"
}

// wrongOperands reports an operator that has no such operands, with the
// spelling that was probably meant.
func (c *checker) wrongOperands(op lang.Op, at lang.Span, x, y Expr) {
	a, b := x.base().typ, y.base().typ
	if c.nilOperand(op, at, x, y) {
		return
	}
	d := c.report("E0402", at, "`%s` can't take %s and %s", op, article(a), article(b))
	whole := x.base().at.Join(y.base().at)
	xs, ys := c.src.Text(x.base().at), c.src.Text(y.base().at)
	switch {
	case op == lang.OpAdd && textual(a) && holeable(b):
		if k, ok := x.(*Const); ok && quotedLiteral(xs) {
			_ = k
			d.Replace(whole, xs[:len(xs)-1]+"${"+ys+"}\"")
		} else {
			d.Replace(y.base().at, "\"${"+ys+"}\"")
		}
	case op == lang.OpAdd && a.kind() == capability.KindPath:
		d.Replace(whole, xs+".append("+ys+")")
	case op == lang.OpAdd && textual(b) && holeable(a):
		d.Replace(x.base().at, "\"${"+xs+"}\"")
	case op == lang.OpMul && textual(a):
		d.Replace(whole, xs+".repeat("+ys+")")
	case number(a.kind()) && number(b.kind()):
		d.Note("an int becomes a float by `float(n)`")
	}
}

// nilOperand reports an operand that may be nil where the operator would do
// with what it holds.
func (c *checker) nilOperand(op lang.Op, at lang.Span, x, y Expr) bool {
	found := false
	for _, e := range []Expr{x, y} {
		t := e.base().typ
		if t.kind() != capability.KindOptional || t.element().is(formVar) {
			continue
		}
		found = true
		end := lang.Span{From: e.base().at.To, To: e.base().at.To}
		d := c.report("E0403", e.base().at, "this is %s and may be nil: `%s` needs a value", article(t), op)
		d.Offer("fail with `absent` when it is nil", lang.Edit{Span: end, New: "!"})
		d.Offer("give another value for nil", lang.Edit{Span: e.base().at, New: "(" + c.src.Text(e.base().at) + " ?? " + zeroText(t.element()) + ")"})
	}
	return found
}

func quotedLiteral(s string) bool {
	return len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' && (len(s) < 6 || s[:3] != `"""`)
}

// ---- comparisons ----

func (c *checker) order(e *lang.Binary) Expr {
	x := c.value(e.X, nil)
	y := c.exprBeside(e.Y, x)
	if isBad(x) || isBad(y) {
		return bad(e.At)
	}
	x, y = asFloat(x, y), asFloat(y, x)
	out := &Binary{node{at: e.At, typ: typeBool}, e.Op, x, y, e.OpAt}
	c.pending = append(c.pending, func() { c.closeOrder(out) })
	return out
}

// closeOrder checks the operands of `<` when their types are known.
func (c *checker) closeOrder(b *Binary) {
	x, y := b.X.base().typ.find(), b.Y.base().typ.find()
	if x.bad() || y.bad() {
		return
	}
	c.literalLike(b.X, y)
	c.literalLike(b.Y, x)
	x, y = x.find(), y.find()
	switch {
	case textual(x) && textual(y):
		return
	case x.kind() != y.kind() || !orderable(x.kind()):
		d := c.report("E0402", b.OpAt, "`%s` can't compare %s with %s", b.Op, article(x), article(y))
		if x.kind() == capability.KindOptional || y.kind() == capability.KindOptional {
			d.Note("one of them may be nil: `??` gives a value for that case")
		}
	}
}

func orderable(k capability.Kind) bool {
	switch k {
	case capability.KindInt, capability.KindFloat, capability.KindString, capability.KindWord, capability.KindBool,
		capability.KindSize, capability.KindDuration, capability.KindTime, capability.KindPath, capability.KindURL, capability.KindIP:
		return true
	}
	return false
}

// literalLike closes an open string literal as the path or url that it is
// compared with.
func (c *checker) literalLike(x Expr, other *Type) {
	t := x.base().typ.find()
	if t.form != formText {
		return
	}
	switch k := other.stripOptional(); k.kind() {
	case capability.KindPath, capability.KindURL:
		unify(t, k)
	}
}

func (c *checker) equality(e *lang.Binary) Expr {
	x := c.value(e.X, nil)
	y := c.exprBeside(e.Y, x)
	if isBad(x) || isBad(y) {
		return bad(e.At)
	}
	x, y = asFloat(x, y), asFloat(y, x)
	out := &Binary{node{at: e.At, typ: typeBool}, e.Op, x, y, e.OpAt}
	c.equalTypes(out)
	c.pending = append(c.pending, func() { c.closeEquality(out) })
	return out
}

// equalTypes lets containers and records decide each other's open parts.
func (c *checker) equalTypes(b *Binary) {
	x, y := b.X.base().typ, b.Y.base().typ
	if x.kind() == y.kind() && x.kind() >= capability.KindList && x.kind() <= capability.KindRecord && couldBe(x, y) {
		unify(x, y)
	}
	if x.is(formBraces) && y.kind() == capability.KindMap || y.is(formBraces) && x.kind() == capability.KindMap {
		unify(x, y)
	}
}

// closeEquality checks the operands of == when their types are known.
func (c *checker) closeEquality(b *Binary) {
	c.literalLike(b.X, b.Y.base().typ)
	c.literalLike(b.Y, b.X.base().typ)
	if isNil(b.X) || isNil(b.Y) {
		b.X, b.Y = widen(b.X), widen(b.Y)
	}
	x, y := b.X.base().typ.find(), b.Y.base().typ.find()
	if x.bad() || y.bad() || x.form == formNever || y.form == formNever {
		return
	}
	if isNil(b.X) {
		x, y = y, x
		c.equalNil(b, x)
		return
	}
	if isNil(b.Y) {
		c.equalNil(b, x)
		return
	}
	if c.equalWords(b) {
		return
	}
	t := c.commonType(x, y)
	if t == nil {
		c.cannotEqual(b, x, y)
		return
	}
	b.X, b.Y = convert(b.X, t), convert(b.Y, t)
}

// commonType is the type in which two values are compared, nil when they
// can't be.
func (c *checker) commonType(x, y *Type) *Type {
	switch {
	case x.kind() == capability.KindFunc || y.kind() == capability.KindFunc,
		x.kind() == capability.KindStream || y.kind() == capability.KindStream,
		x.kind() == capability.KindNone || y.kind() == capability.KindNone:
		return nil
	case textual(x) && textual(y):
		return typeString
	case x.kind() == capability.KindAny && (scalarKind(y) || y.kind() == capability.KindAny),
		y.kind() == capability.KindAny && scalarKind(x):
		return typeAny
	case x.kind() == capability.KindOptional || y.kind() == capability.KindOptional:
		inner := c.commonType(x.stripOptional(), y.stripOptional())
		if inner == nil || inner == typeAny {
			return nil
		}
		return optionalOf(inner)
	case couldBe(x, y) && unify(x, y):
		return x
	}
	return nil
}

// scalarKind reports whether values of the type are no containers.
func scalarKind(t *Type) bool {
	return t.is(formText) || t.kind() >= capability.KindBool && t.kind() <= capability.KindWord
}

func (c *checker) equalNil(b *Binary, x *Type) {
	switch x.kind() {
	case capability.KindOptional, capability.KindAny:
	default:
		c.report("E0403", b.OpAt, "this is always the same: %s is never nil", article(x))
	}
}

// equalWords checks a literal that is compared with a word type: it must be
// one of the words.
func (c *checker) equalWords(b *Binary) bool {
	for _, p := range [2][2]Expr{{b.X, b.Y}, {b.Y, b.X}} {
		w := p[0].base().typ.stripOptional().find()
		k, ok := p[1].(*Const)
		if w.kind() != capability.KindWord || !ok {
			continue
		}
		s, ok := k.Value.(capability.StringValue)
		if ok && !w.known.HasWord(string(s)) {
			c.notAWord(k.at, string(s), w.known)
			return true
		}
	}
	return false
}

func (c *checker) cannotEqual(b *Binary, x, y *Type) {
	d := c.report("E0402", b.OpAt, "`%s` can't compare %s with %s", b.Op, article(x), article(y))
	for _, p := range [2][2]Expr{{b.X, b.Y}, {b.Y, b.X}} {
		k := p[0].base().typ.kind()
		if (k == capability.KindPath || k == capability.KindURL) && textual(p[1].base().typ) {
			d.Replace(p[0].base().at, "\"${"+c.src.Text(p[0].base().at)+"}\"")
		}
	}
}

// ---- nil ----

func (c *checker) coalesce(e *lang.Coalesce, want *Type) Expr {
	var inner *Type
	if want != nil {
		inner = optionalOf(want.stripOptional())
	}
	x := widen(c.value(e.X, inner))
	m := c.mark()
	t := x.base().typ
	hint := want
	if t.kind() == capability.KindOptional && !t.element().is(formVar) {
		hint = t.element()
	}
	y := c.value(e.Y, hint)
	c.rejoin(m)
	if isBad(x) || isBad(y) {
		return bad(e.At)
	}
	switch t.kind() {
	case capability.KindAny:
		return &Coalesce{node{at: e.At, typ: typeAny}, x, c.need(y, typeAny, "the value for nil")}
	case capability.KindOptional:
	default:
		if t.is(formNever) {
			return x
		}
		d := c.report("E0403", e.X.Span(), "this is %s and never nil: `??` has nothing to do", article(t))
		d.Fix("leave it out", lang.Edit{Span: lang.Span{From: e.X.Span().To, To: e.At.To}, New: ""})
		return x
	}
	some := &Unwrap{node{at: x.base().at, typ: t.element()}, x}
	var a, b Expr = some, y
	typ := c.joinAll([]*Expr{&a, &b}, "both sides of `??`")
	if typ.bad() {
		return bad(e.At)
	}
	out := &Coalesce{node{at: e.At, typ: typ}, x, b}
	if typ.kind() == capability.KindAny {
		return out
	}
	return out
}

func (c *checker) unwrap(e *lang.Unwrap) Expr {
	x := widen(c.value(e.X, nil))
	if gone(x) {
		return x
	}
	switch x.base().typ.kind() {
	case capability.KindOptional:
		return &Unwrap{node{at: e.At, typ: x.base().typ.element()}, x}
	case capability.KindAny:
		return &Unwrap{node{at: e.At, typ: typeAny}, x}
	}
	if !isBad(x) {
		c.report("E0403", e.At, "this is %s and never nil: `!` has nothing to do", article(x.base().typ)).
			Replace(lang.Span{From: e.At.To - 1, To: e.At.To}, "")
	}
	return x
}

// ---- any ----

func (c *checker) as(e *lang.As) Expr {
	x := c.value(e.X, nil)
	t := c.annotation(e.Type)
	switch {
	case gone(x):
		return x
	case isBad(x) || t.bad():
		return bad(e.At)
	case x.base().typ.kind() != capability.KindAny:
		d := c.report("E0430", e.At, "`as` takes a value out of an any, this is %s", article(x.base().typ)).
			Note("a conversion is called like the type: `int(s)`")
		if name := t.String(); len(plainRows("", name)) > 0 {
			d.OfferText(e.At, name+"("+c.src.Text(e.X.Span())+")")
		}
		return bad(e.At)
	case !t.known.FitsAny():
		c.report("E0430", e.Type.Span(), "an any can't hold %s", article(t))
		return bad(e.At)
	}
	return &Cast{node{at: e.At, typ: t}, x}
}

func (c *checker) is(e *lang.Is) Expr {
	var x Expr
	if id, ok := lang.Unparen(e.X).(*lang.Ident); ok {
		x = c.ident(id, nil)
		if n, ok := x.(*Narrowed); ok && n.Var.Type.kind() == capability.KindAny {
			x = &Local{node{at: n.at, typ: n.Var.Type}, n.Var}
		}
	} else {
		x = c.value(e.X, nil)
	}
	t := c.annotation(e.Type)
	switch {
	case gone(x):
		return x
	case isBad(x) || t.bad():
		return bad(e.At)
	case x.base().typ.kind() != capability.KindAny:
		c.report("E0430", e.At, "`is` tests what an any holds, this is always %s", article(x.base().typ))
		return bad(e.At)
	case !t.known.FitsAny():
		c.report("E0430", e.Type.Span(), "an any can't hold %s", article(t))
		return bad(e.At)
	}
	return &IsType{node{at: e.At, typ: typeBool}, x, t}
}

// ---- parts ----

func (c *checker) member(e *lang.Member, want *Type) Expr {
	if m, ok := e.X.(*lang.Ident); ok && !e.Optional {
		if i := c.alias(m.Name); i != nil {
			return c.importedValue(i, e, want)
		}
	}
	if m, ok := e.X.(*lang.Ident); ok && c.lookup(m.Name) == nil && (moduleWord(m.Name) || capability.Lookup(m.Name+"."+e.Name.Text) != nil) {
		return c.operationAsValue(m, e)
	}
	x := c.value(e.X, nil)
	if isBad(x) || gone(x) {
		return x
	}
	if e.Optional {
		return c.chain(e.At, x, func(some Expr) Expr { return c.part(e, some) })
	}
	return c.part(e, x)
}

func (c *checker) operationAsValue(m *lang.Ident, e *lang.Member) Expr {
	name := m.Name + "." + e.Name.Text
	if capability.Lookup(name) == nil && len(libraryNamed(m.Name, e.Name.Text)) == 0 {
		x, d := c.failed("E0501", e.At, "there is no operation `%s`", name)
		c.suggest(d, e.At, name, moduleNames())
		return x
	}
	x, d := c.failed("E0305", e.At, "`%s` is no value: it is called where it stands", name)
	switch op := capability.Lookup(name); {
	case op != nil && op.Required() == 0 && c.byteAt(e.At.To) != ')' && c.byteAt(e.At.To) != ',':
		d.Replace(e.At, name+"()")
	case op == nil || op.Required() == 1:
		d.Replace(e.At, "|x| "+name+"(x)")
	}
	return x
}

// chain is x?.f: then is checked with the value that is there.
func (c *checker) chain(at lang.Span, x Expr, then func(Expr) Expr) Expr {
	x = widen(x)
	t := x.base().typ
	switch t.kind() {
	case capability.KindOptional:
		t = t.element()
	case capability.KindAny:
	default:
		d := c.report("E0403", at, "this is %s and never nil: write `.`", article(t))
		if dot := c.optionalDot(x, at); dot.Len() == 2 {
			d.Replace(dot, ".")
		}
		return then(x)
	}
	c.vars++
	v := &Var{At: x.base().at, Type: t, owner: c.fn, order: c.vars, Used: true}
	y := then(&Local{node{at: x.base().at, typ: t}, v})
	if isBad(y) {
		return y
	}
	out := &Chain{node{at: at, typ: typeNone}, x, v, y}
	if k := y.base().typ.kind(); k != capability.KindNone {
		out.typ = optionalOf(y.base().typ)
		out.Then = convert(y, out.typ)
	}
	return out
}

// part is .name of a value: a field, a property, or a part of an any.
func (c *checker) part(e *lang.Member, x Expr) Expr {
	t, name := x.base().typ, e.Name.Text
	if t.kind() == capability.KindAny {
		return &PartOf{node{at: e.At, typ: typeAny}, x, &Const{node{at: e.Name.At, typ: typeString}, capability.StringValue(name)}}
	}
	if t.kind() == capability.KindRecord {
		if f := t.field(name); f != nil {
			return &FieldOf{node{at: e.At, typ: f}, x, name}
		}
	}
	if x := c.property(x, e); x != nil {
		return x
	}
	return c.noPart(e, x)
}

func (c *checker) noPart(e *lang.Member, x Expr) Expr {
	t, name := x.base().typ, e.Name.Text
	switch {
	case isBad(x):
		return x
	case t.kind() == capability.KindOptional:
		d := c.report("E0403", e.At, "this is %s and may be nil", article(t))
		dot := lang.Span{From: x.base().at.To, To: e.Name.At.From}
		d.Offer("give nil when it is nil", lang.Edit{Span: dot, New: "?."})
		d.Offer("fail with `absent` when it is nil", lang.Edit{Span: dot, New: "!."})
		return bad(e.At)
	case t.kind() == capability.KindRecord:
		c.noField(t, e.Name)
		return bad(e.At)
	case len(c.methodRows(name, x)) > 0:
		c.report("E0404", e.Name.At, "`%s` is called: `.%s()`", name, name).Replace(e.Name.At, name+"()")
		return bad(e.At)
	}
	if better := otherSpelling[name]; better != "" {
		c.report("E0404", e.Name.At, "%s has no `.%s`", article(t), name).Replace(e.Name.At, better)
		return bad(e.At)
	}
	d := c.report("E0404", e.Name.At, "%s has no `.%s`", article(t), name)
	c.suggest(d, e.Name.At, name, properties(t))
	return bad(e.At)
}

func (c *checker) noField(t *Type, name lang.Name) {
	d := c.report("E0404", name.At, "%s has no field `%s`", article(t), name.Text)
	c.suggest(d, name.At, name.Text, fieldNames(t))
	if len(d.Fixes) == 0 && len(t.fieldList()) > 0 && len(t.fieldList()) <= 20 {
		d.Note("its fields are %s", joinNames(fieldNames(t)))
	}
}

func (c *checker) index(e *lang.Index) Expr {
	x := c.value(e.X, nil)
	t := x.base().typ
	if gone(x) {
		c.value(e.I, nil)
		return x
	}
	if t.is(formBraces) {
		unify(t, mapOf(newVar()))
	}
	if t.is(formText) {
		unify(t, typeString)
	}
	switch t.kind() {
	case capability.KindList:
		i := c.need(c.value(e.I, typeInt), typeInt, "the index")
		c.negativeIndex(i, e, false)
		return &IndexOf{node{at: e.At, typ: t.element()}, x, i}
	case capability.KindMap:
		return &KeyOf{node{at: e.At, typ: optionalOf(t.element())}, x, c.key(c.value(e.I, nil))}
	case capability.KindString, capability.KindWord:
		i := c.need(c.value(e.I, typeInt), typeInt, "the index")
		c.negativeIndex(i, e, false)
		return c.lib(internal("string", "at", 0), e.At, convert(x, typeString), i)
	case capability.KindAny:
		return c.anyIndex(e, x)
	case capability.KindRecord:
		if t.find().groups != nil {
			return c.groupOf(e, x)
		}
	}
	c.value(e.I, nil)
	switch {
	case isBad(x):
	case t.kind() == capability.KindRecord:
		c.recordIndex(e, x)
	case t.kind() == capability.KindOptional:
		d := c.report("E0403", e.X.Span(), "this is %s and may be nil", article(t))
		d.Offer("fail with `absent` when it is nil", lang.Edit{Span: lang.Span{From: e.X.Span().To, To: e.X.Span().To}, New: "!"})
	default:
		c.report("E0404", e.At, "%s has no elements to index", article(t))
	}
	return bad(e.At)
}

func (c *checker) anyIndex(e *lang.Index, x Expr) Expr {
	i := c.value(e.I, nil)
	switch {
	case isBad(i):
		return i
	case i.base().typ.kind() == capability.KindInt:
		return &ElemOf{node{at: e.At, typ: typeAny}, x, i}
	}
	return &PartOf{node{at: e.At, typ: typeAny}, x, c.key(i)}
}

// key makes a map's key: the text of a string, word, path, url, ip or int.
func (c *checker) key(k Expr) Expr {
	t := k.base().typ
	switch t.kind() {
	case capability.KindString, capability.KindWord:
		return convert(k, typeString)
	case capability.KindPath, capability.KindURL, capability.KindIP, capability.KindInt:
		return &Template{node: node{at: k.base().at, typ: typeString}, Parts: []Part{{Hole: k, At: k.base().at}}}
	}
	if t.is(formText) {
		return &Template{node: node{at: k.base().at, typ: typeString}, Parts: []Part{{Hole: k, At: k.base().at}}}
	}
	if isBad(k) || t.is(formNever) {
		return k
	}
	c.report("E0401", k.base().at, "a key must be a string, word, path, url, ip or int, this is %s", article(t))
	return bad(k.base().at)
}

func (c *checker) slice(e *lang.Slice) Expr {
	x := c.value(e.X, nil)
	if x.base().typ.is(formText) {
		unify(x.base().typ, typeString)
	}
	var from, to Expr = &Const{node{at: e.At, typ: typeInt}, capability.IntValue(0)}, &NilLit{node{at: e.At, typ: optionalOf(typeInt)}}
	if e.From != nil {
		from = c.need(c.value(e.From, typeInt), typeInt, "the start of a slice")
		c.negativeFrom(from, e)
	}
	if e.To != nil {
		end := c.need(c.value(e.To, typeInt), typeInt, "the end of a slice")
		c.negativeTo(end, e)
		if e.Inclusive {
			end = c.operation(lang.OpAdd, e.At, end.base().at, end, &Const{node{at: end.base().at, typ: typeInt}, capability.IntValue(1)})
		}
		to = convert(end, optionalOf(typeInt))
	}
	if gone(x) {
		return x
	}
	switch t := x.base().typ; t.kind() {
	case capability.KindList:
		return c.lib(internal("list", "slice", 0), e.At, x, from, to)
	case capability.KindString, capability.KindWord:
		return c.lib(internal("string", "slice", 0), e.At, convert(x, typeString), from, to)
	case capability.KindBytes:
		return c.lib(internal("bytes", "slice", 0), e.At, x, from, to)
	}
	if !isBad(x) {
		c.report("E0404", e.At, "only a list, string or bytes has slices, this is %s", article(x.base().typ))
	}
	return bad(e.At)
}
