package lang

import (
	"regexp"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// What other languages write where we write an expression or a type.

// foreignNames are values that we name otherwise.
var foreignNames = map[string]string{
	"None": "nil", "null": "nil", "undefined": "nil", "NULL": "nil", "True": "true", "False": "false",
}

// foreignOperand mends the name of a value.
func (p *parser) foreignOperand(e Expr) Expr {
	id := e.(*Ident)
	ours, ok := foreignNames[id.Name]
	if !ok || p.at(kLParen) || p.at(kDot) {
		return e
	}
	p.report("E0214", id.At, "`%s` is written `%s`", id.Name, ours).Replace(id.At, ours)
	if ours == "nil" {
		return &Nil{id.Base}
	}
	return &Bool{id.Base, ours == "true"}
}

// foreignPrefix reads `not x`, `await x`, `new X()`, or gives nil.
func (p *parser) foreignPrefix() Expr {
	t, next := p.peek(), p.peekAt(1)
	gap := Span{p.spanOf(t).From, uint32(next.Pos.Offset)}
	apart := gap.Len() > len(t.Value)
	if !startsEntry(next.Type) && !(next.Type == kLParen && apart) || next.Type == kLBrace {
		return nil
	}
	switch t.Value {
	case "not":
		return p.foreignNot(gap)
	case "await", "new":
		p.report("E0245", p.spanOf(t), "there is no `%s`", t.Value).Fix("remove it", Edit{gap, ""})
		p.enter()
		defer p.leave()
		p.next()
		return p.unary()
	case "lambda":
		p.failAt("E0233", t, "a closure is written `|x| ..`")
	}
	return nil
}

// foreignNot reads `not x`, which in other languages is looser than `==`.
func (p *parser) foreignNot(gap Span) Expr {
	p.enter()
	defer p.leave()
	at := p.spanOf(p.next())
	x := p.binary(powerCompare)
	d := p.report("E0212", at, "`not` is written `!`")
	if _, simple := x.(*Binary); simple {
		d.Fix("write `!`", Edit{gap, "!("}, Edit{Span{p.end, p.end}, ")"})
	} else {
		d.Replace(gap, "!")
	}
	return &Unary{Base{at.Join(x.Span())}, OpNot, x}
}

// foreignBinary reads an operator that we write otherwise, or gives nil.
func (p *parser) foreignBinary(t *lexer.Token, x Expr, least int) Expr {
	switch t.Type {
	case kName:
		return p.wordOperator(t, x, least)
	case kIn:
		if !p.param && least <= powerCompare {
			return p.foreignIn(t, x, false)
		}
	case kForeign:
		if method, ok := foreignMethods[t.Value]; ok && least <= powerMul {
			return p.methodOperator(t, x, method)
		}
	}
	return nil
}

// wordOperator reads `and`, `or`, `not in`.
func (p *parser) wordOperator(t *lexer.Token, x Expr, least int) Expr {
	ours, op, pw := "&&", OpAnd, powerAnd
	switch {
	case t.Value == "or":
		ours, op, pw = "||", OpOr, powerOr
	case t.Value == "not" && p.peekAt(1).Type == kIn && least <= powerCompare:
		p.next()
		return p.foreignIn(t, x, true)
	case t.Value != "and":
		return nil
	}
	if pw < least || !startsExpr(p.peekAt(1).Type) {
		return nil
	}
	p.mend("E0212", t, ours)
	p.next()
	y := p.binary(pw + 1)
	return &Binary{Base{x.Span().Join(y.Span())}, op, p.spanOf(t), x, y}
}

// foreignIn reads `x in xs` as `xs.contains(x)`.
func (p *parser) foreignIn(t *lexer.Token, x Expr, negated bool) Expr {
	p.next()
	y := p.binary(powerCompare + 1)
	whole := x.Span().Join(y.Span())
	fixed := p.operandText(y) + ".contains(" + p.source.Text(x.Span()) + ")"
	if negated {
		fixed = "!" + fixed
	}
	p.report("E0234", p.spanOf(t), "`in` stands in the head of a `for` only").Replace(whole, fixed)
	return methodCall(whole, y, "contains", x)
}

func methodCall(at Span, x Expr, method string, arg Expr) Expr {
	fn := &Member{Base{at}, x, Name{Base{at}, method}, false}
	return &Call{Base{at}, fn, []Arg{{Base{arg.Span()}, nil, arg}}}
}

// foreignMethods are operators that are methods here.
var foreignMethods = map[string]string{
	"&": "bit_and", "^": "bit_xor", "<<": "shift_left", ">>": "shift_right", "**": "pow",
}

func (p *parser) methodOperator(t *lexer.Token, x Expr, method string) Expr {
	p.next()
	y := p.binary(powerMul + 1)
	whole := x.Span().Join(y.Span())
	p.report("E0230", p.spanOf(t), "there is no operator `%s`", t.Value).
		Replace(whole, p.operandText(x)+"."+method+"("+p.source.Text(y.Span())+")")
	return methodCall(whole, x, method, y)
}

// operandText gives an expression as it may stand before `.`.
func (p *parser) operandText(e Expr) string {
	text := p.source.Text(e.Span())
	switch e.(type) {
	case *Binary, *Unary, *Range, *Coalesce, *As, *Is, *Pipe, *Catch, *Closure:
		return "(" + text + ")"
	}
	return text
}

// foreignQuestion reads `c ? a : b`, and drops the `?` of `e?`.
func (p *parser) foreignQuestion(from uint32, x Expr) Expr {
	t := p.next()
	if !startsExpr(p.kind()) {
		p.report("E0231", p.spanOf(t), "a failure goes up by itself").
			Fix("remove `?`", Edit{p.spanOf(t), ""})
		return x
	}
	y := p.binary(powerOr)
	p.expect(kColon)
	z := p.expr()
	base := p.base(from)
	text := func(e Expr) string { return p.source.Text(e.Span()) }
	p.report("E0231", p.spanOf(t), "there is no `? :`; `if` gives a value").
		Replace(base.At, "if "+text(x)+" { "+text(y)+" } else { "+text(z)+" }")
	cond := Cond{Base{x.Span()}, nil, x}
	block := func(e Expr) *Block { return bare(&ExprStmt{Base{e.Span()}, e}) }
	return &If{base, []IfArm{{base, cond, block(y)}}, block(z)}
}

// foreignArrow reads `x => e` as an argument.
func (p *parser) foreignArrow(from uint32, e Expr) Expr {
	if !p.at(kFatArrow) {
		return e
	}
	id, ok := Unparen(e).(*Ident)
	if !ok {
		return e
	}
	return p.arrowClosure(from, []ClosureParam{{id.Base, Name{id.Base, id.Name}, nil}})
}

// arrowClosure reads what follows the parameters of `x => e`.
func (p *parser) arrowClosure(from uint32, params []ClosureParam) Expr {
	p.next()
	head := Span{from, p.end}
	ours := "|"
	for i, c := range params {
		if i > 0 {
			ours += ", "
		}
		ours += c.Name.Text
	}
	p.report("E0233", head, "a closure is written `|x| ..`").Replace(head, ours+"|")
	c := &Closure{Params: params, Body: p.body(false)}
	c.Base = p.base(from)
	return c
}

// foreignLambda reads `(a, b) => e`, or gives nil.
func (p *parser) foreignLambda(from uint32) Expr {
	n := 1
	for p.peekAt(n).Type == kName && p.peekAt(n+1).Type == kComma && n < 2*MaxParams {
		n += 2
	}
	if p.peekAt(n).Type == kName {
		n++
	}
	if p.peekAt(n).Type != kRParen || p.peekAt(n+1).Type != kFatArrow {
		return nil
	}
	p.next()
	var params []ClosureParam
	for !p.accept(kRParen) {
		name := p.name("a parameter's name")
		params = append(params, ClosureParam{name.Base, name, nil})
		p.accept(kComma)
	}
	return p.arrowClosure(from, params)
}

// foreignSpread reads `{...r, x: 1}` as `r.with(x: 1)`.
func (p *parser) foreignSpread(from uint32) Expr {
	at := p.spanOf(p.next())
	at.To = p.spanOf(p.next()).To
	x := p.expr()
	var args []Arg
	var texts []string
	for p.comma(kRBrace) {
		f := p.field()
		args = append(args, Arg{f.Base, &f.Key, f.Value})
		texts = append(texts, f.Key.Text+": "+p.source.Text(f.Value.Span()))
		p.tooMany("E0136", len(args), MaxElements, "entries")
	}
	p.accept(kTerm)
	p.expect(kRBrace)
	base, method := p.base(from), "with"
	if len(args) == 0 {
		method = "copy"
	}
	p.report("E0240", at, "a record is not spread").
		Fix("change a copy", Edit{base.At, p.operandText(x) + "." + method + "(" + strings.Join(texts, ", ") + ")"})
	return &Call{base, &Member{Base{at}, x, Name{Base{at}, method}, false}, args}
}

// checkForeignFn reports `function(x) { .. }` as a value.
func (p *parser) checkForeignFn(t *lexer.Token) {
	if p.peekAt(1).Type != kLParen || !isWordOf(t.Value, fnWords...) {
		return
	}
	if n := p.behindNames(2); p.peekAt(n).Type == kRParen && p.peekAt(n+1).Type == kLBrace {
		p.failForeignFn(t)
	}
}

// behindNames skips names and commas from the n-th token on.
func (p *parser) behindNames(n int) int {
	for k := p.peekAt(n).Type; (k == kName || k == kComma) && n < 2*MaxParams; k = p.peekAt(n).Type {
		n++
	}
	return n
}

// failForeignFn reports `fn(x) { .. }` as a value.
func (p *parser) failForeignFn(t *lexer.Token) {
	d := NewDiagnostic(p.source, "E0233", p.spanOf(t), "a function as a value is a closure: `|x| ..`")
	if open, end := p.peekAt(1), p.peekAt(p.behindNames(2)); open.Type == kLParen && end.Type == kRParen {
		d.Fix("write a closure", Edit{Span{p.spanOf(t).From, p.spanOf(open).To}, "|"}, Edit{p.spanOf(end), "|"})
	}
	p.fail(t, d)
}

// foreignSlice reads the rest of `xs[1:3]`.
func (p *parser) foreignSlice(i Expr) Expr {
	t := p.peek()
	if t.Type != kColon {
		return i
	}
	p.report("E0240", p.spanOf(t), "a slice is written `[a..b]`").Replace(p.spanOf(t), "..")
	p.next()
	if p.at(kRBracket) {
		return i
	}
	to := p.expr()
	return &Range{Base{i.Span().Join(to.Span())}, i, to, false}
}

var (
	fixedSpec = regexp.MustCompile(`^\.(\d+)f$`)
	padSpec   = regexp.MustCompile(`^[<>^]?\d+$`)
)

// formatSpec mends `${x:.2f}`.
func (p *parser) formatSpec(e Expr) {
	t := p.peek()
	if t.Type != kColon {
		return
	}
	from := p.spanOf(t)
	p.next()
	for !p.at(kHoleEnd) && !p.peek().EOF() {
		p.next()
	}
	at := Span{from.From, uint32(p.peek().Pos.Offset)}
	spec := p.source.Text(Span{from.To, at.To})
	d := p.report("E0121", at, "a hole has no format; numbers have `.fixed(digits)`, texts `.pad(width)`")
	switch m := fixedSpec.FindStringSubmatch(spec); {
	case m != nil:
		d.Fix("round it", Edit{at, ".fixed(" + m[1] + ")"})
	case padSpec.MatchString(spec):
		d.Fix("pad it", Edit{at, padCall(spec)})
	}
}

// padCall translates `>10` to `.pad(10, align: "right")`.
func padCall(spec string) string {
	switch width := spec[1:]; spec[0] {
	case '<':
		return ".pad(" + width + ")"
	case '>':
		return `.pad(` + width + `, align: "right")`
	case '^':
		return `.pad(` + width + `, align: "center")`
	}
	return ".pad(" + spec + ")"
}

// ---- types ----

// foreignType reports a type of another language's form.
func (p *parser) foreignType(t *lexer.Token) {
	next := p.peekAt(1)
	switch {
	case t.Type == kQuestion && next.Type == kName:
		at := p.spanOf(t).Join(p.spanOf(next))
		d := NewDiagnostic(p.source, "E0204", at, "an optional type is written `T?`").Replace(at, next.Value+"?")
		p.fail(t, d)
	case t.Type == kLBracket && next.Type == kRBracket && p.peekAt(2).Type == kName:
		at := p.spanOf(t).Join(p.spanOf(p.peekAt(2)))
		d := NewDiagnostic(p.source, "E0204", at, "a list's type is written `list[T]`").
			Replace(at, "list["+p.peekAt(2).Value+"]")
		p.fail(t, d)
	}
}

// foreignGeneric reports `list<T>`.
func (p *parser) foreignGeneric() {
	t := p.peek()
	d := NewDiagnostic(p.source, "E0204", p.spanOf(t), "the type of the elements stands between `[` and `]`")
	if end := p.peekAt(2); p.peekAt(1).Type == kName && end.Type == kGt {
		d.Fix("write brackets", Edit{p.spanOf(t), "["}, Edit{p.spanOf(end), "]"})
	}
	p.fail(t, d)
}

// failArrayType reports `T[]`.
func (p *parser) failArrayType(from uint32) {
	at := Span{from, p.spanOf(p.peek()).To}
	name := p.source.Text(Span{from, p.end - 1})
	d := NewDiagnostic(p.source, "E0204", at, "a list's type is written `list[T]`").Replace(at, "list["+name+"]")
	p.fail(p.peek(), d)
}

// foreignMapType mends `map[string, T]`.
func (p *parser) foreignMapType(n *NamedType) {
	if !p.at(kComma) {
		return
	}
	key := n.Arg.Span()
	p.next()
	p.report("E0204", key, "the keys of a map are text, its type is `map[T]`").
		Fix("leave out the type of the keys", Edit{Span{key.From, p.from()}, ""})
	n.Arg = p.typ()
}
