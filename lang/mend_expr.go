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
	if t.Value == "lambda" {
		return p.lambda(t)
	}
	gap := Span{p.spanOf(t).From, uint32(next.Pos.Offset)}
	apart := gap.Len() > len(t.Value)
	if !startsEntry(next.Type) && !(next.Type == kLParen && apart) || next.Type == kLBrace {
		return nil
	}
	switch t.Value {
	case "not":
		return p.foreignNot(gap)
	case "await", "new":
		if t.Value == "new" {
			p.foreignNew(t, next)
		} else {
			p.report("E0245", p.spanOf(t), "there is no `await`: an operation ends when it is done").Fix("remove it", Edit{gap, ""})
		}
		p.enter()
		defer p.leave()
		p.next()
		return p.unary()
	}
	if isWordOf(t.Value, "switch", "when") && !continuesName(next.Type) && p.blockFollows() {
		p.mend("E0232", t, "match")
		return p.match(p.from())
	}
	return nil
}

// lambda reads `lambda a, b: e`, or gives nil.
func (p *parser) lambda(t *lexer.Token) Expr {
	n := p.behindNames(1)
	if p.peekAt(n).Type != kColon || n > 1 && p.peekAt(1).Type != kName {
		return nil
	}
	from := p.from()
	p.next()
	var params []ClosureParam
	for !p.at(kColon) {
		name := p.name("a parameter's name")
		params = append(params, ClosureParam{name.Base, name, nil})
		p.accept(kComma)
	}
	return p.arrowClosure(from, params)
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
		if t.Value == "**" && least <= powerAs {
			return p.powerOperator(t, x)
		}
		if method, ok := foreignMethods[t.Value]; ok && least <= powerMul {
			return p.methodOperator(t, x, method, least)
		}
	case kBar:
		if least <= powerMul && startsEntry(p.peekAt(1).Type) && !p.blockBars() {
			return p.methodOperator(t, x, "bit_or", least)
		}
	}
	return nil
}

// blockBars tells whether bars begin a closure behind a call without
// parentheses: `xs.each |x| ..`.
func (p *parser) blockBars() bool {
	n := p.behindNames(1)
	return p.peekAt(1).Type == kName && p.peekAt(n).Type == kBar
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
	"&": "bit_and", "^": "bit_xor", "<<": "shift_left", ">>": "shift_right",
}

// powerOperator reads `a ** b`, which is tighter than a sign before it and goes
// from right to left.
func (p *parser) powerOperator(t *lexer.Token, x Expr) Expr {
	p.enter()
	defer p.leave()
	p.next()
	y := p.binary(powerAs)
	whole := x.Span().Join(y.Span())
	sign := ""
	if u, ok := x.(*Unary); ok && u.Op == OpSub {
		sign, x = "-", u.X
	}
	p.report("E0230", p.spanOf(t), "there is no operator `**`").
		Replace(whole, sign+p.operandText(x)+".pow("+p.source.Text(y.Span())+")")
	call := methodCall(whole, x, "pow", y)
	if sign != "" {
		return &Unary{Base{whole}, OpSub, call}
	}
	return call
}

// methodOperator reads an operator on bits. Beside arithmetic without
// parentheses languages differ in what it binds to, so that then it is offered.
func (p *parser) methodOperator(t *lexer.Token, x Expr, method string, least int) Expr {
	p.next()
	y := p.binary(powerMul + 1)
	whole := x.Span().Join(y.Span())
	d := p.report("E0230", p.spanOf(t), "there is no operator `%s`", t.Value)
	text := p.operandText(x) + "." + method + "(" + p.source.Text(y.Span()) + ")"
	arithmetic := power(p.kind()) >= powerAdd
	if b, ok := x.(*Binary); ok && b.Op <= OpRem {
		arithmetic = true
	}
	if arithmetic || least > powerRange {
		d.OfferText(whole, text)
	} else {
		d.Replace(whole, text)
	}
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
	if p.at(kDot) {
		at.To = p.spanOf(p.next()).To
	}
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

// foreignSeparator takes a `;` between entries.
func (p *parser) foreignSeparator(t *lexer.Token) bool {
	if t.Type != kTerm || !p.isSemicolon(t.Type, t.Pos.Offset) || p.closerSupplied() {
		return false
	}
	at := Span{uint32(t.Pos.Offset), uint32(t.Pos.Offset) + 1}
	p.report("E0221", at, "entries are separated by `,`").Replace(at, ",")
	p.next()
	return true
}

// atSpread tells whether `...` follows.
func (p *parser) atSpread() bool { return p.at(kRange) && p.peekAt(1).Type == kDot }

// listSpread reads the rest of `[a, ...xs, b]` as `[a] + xs + [b]`.
func (p *parser) listSpread(from uint32, l *List) Expr {
	at := p.spanOf(p.peek())
	var whole Expr
	var parts []string
	add := func(e Expr, text string) {
		parts = append(parts, text)
		if whole == nil {
			whole = e
			return
		}
		whole = &Binary{p.base(from), OpAdd, at, whole, e}
	}
	flush := func() {
		if len(l.Items) == 0 {
			return
		}
		var texts []string
		for _, x := range l.Items {
			texts = append(texts, p.source.Text(x.Span()))
		}
		add(l, "["+strings.Join(texts, ", ")+"]")
		l = &List{Base: p.base(from)}
	}
	for !p.at(kRBracket) {
		if p.atSpread() {
			flush()
			p.next()
			p.next()
			x := p.expr()
			add(x, p.operandText(x))
		} else {
			l.Items = append(l.Items, p.expr())
		}
		p.tooMany("E0136", len(parts)+len(l.Items), MaxChain, "elements")
		if !p.comma(kRBracket) {
			break
		}
	}
	flush()
	p.expect(kRBracket)
	if len(parts) == 1 {
		parts[0] += ".copy()"
	}
	p.report("E0240", at, "lists are put together with `+`").Replace(p.base(from).At, strings.Join(parts, " + "))
	return whole
}

// failBlockClosure reports `{ |x| e }`.
func (p *parser) failBlockClosure(t *lexer.Token) {
	open := p.spanOf(p.peek())
	d := NewDiagnostic(p.source, "E0233", open, "a closure is written `|x| { .. }`")
	bars := 2
	if t.Type == kBar {
		bars = p.behindNames(2) + 1
	}
	if last := p.peekAt(bars - 1); last.Type == kBar || last.Type == kOrOr {
		d.Fix("write the names first",
			Edit{Span{open.From, p.spanOf(t).From}, ""}, Edit{Span{p.spanOf(last).To, p.spanOf(last).To}, " {"})
	}
	p.fail(t, d)
}

// computedKeys reads the rest of `{a: 1, [k]: v}` as the map that map_of makes
// of entries.
func (p *parser) computedKeys(from uint32, d *Data) Expr {
	at := p.spanOf(p.peek())
	var entries []string
	list := &List{}
	add := func(key Expr, text string, value Expr) {
		entries = append(entries, "{key: "+text+", value: "+p.source.Text(value.Span())+"}")
		base := Base{key.Span().Join(value.Span())}
		list.Items = append(list.Items, &Data{base, []Field{
			{base, Name{base, "key"}, false, false, key}, {base, Name{base, "value"}, false, false, value},
		}})
	}
	for _, f := range d.Fields {
		add(&Text{f.Key.Base, Quoted, f.Key.Text}, `"`+strings.Trim(p.source.Text(f.Key.At), `"`)+`"`, f.Value)
	}
	for !p.at(kRBrace) {
		if p.accept(kLBracket) {
			key := p.expr()
			p.expect(kRBracket)
			p.expect(kColon)
			add(key, p.source.Text(key.Span()), p.expr())
		} else {
			f := p.field()
			add(&Text{f.Key.Base, Quoted, f.Key.Text}, `"`+strings.Trim(p.source.Text(f.Key.At), `"`)+`"`, f.Value)
		}
		p.tooMany("E0136", len(entries), MaxElements, "entries")
		if !p.comma(kRBrace) {
			break
		}
	}
	p.accept(kTerm)
	p.expect(kRBrace)
	list.Base = p.base(from)
	p.report("E0240", at, "a key is a name or a string; a computed one is set by `m[k] = v`, or given to `map_of`").
		Replace(list.At, "map_of(["+strings.Join(entries, ", ")+"])")
	return &Call{list.Base, &Ident{Base{at}, "map_of"}, []Arg{{list.Base, nil, list}}}
}

// namesRecord tells whether `Name {` begins a record of a named type.
func (p *parser) namesRecord(t *lexer.Token) bool {
	return 'A' <= t.Value[0] && t.Value[0] <= 'Z' && p.head != p.depth && p.looksLikeData()
}

// namedRecord reads `Point {x: 1}`.
func (p *parser) namedRecord(name Expr) Expr {
	gap := Span{name.Span().From, p.from()}
	p.report("E0245", name.Span(), "a record is written without the name of its type").
		Fix("remove it", Edit{gap, ""})
	return p.data(p.from())
}

// foreignNew reads `new X(..)`: collections are literals here.
func (p *parser) foreignNew(t, name *lexer.Token) {
	d := p.report("E0245", p.spanOf(t), "there is no `new`; a record is `{name: value}`")
	if p.peekAt(2).Type == kLBrace {
		d.Fix("remove it", Edit{Span{p.spanOf(t).From, p.spanOf(name).From}, ""})
		return
	}
	if p.peekAt(2).Type != kLParen || p.peekAt(3).Type != kRParen {
		return
	}
	ours := map[string]string{"Map": "{}", "HashMap": "{}", "Dict": "{}", "Object": "{}", "Set": "[]", "Array": "[]", "List": "[]", "ArrayList": "[]"}
	if text, ok := ours[name.Value]; ok {
		d.Replace(p.spanOf(t).Join(p.spanOf(p.peekAt(3))), text)
	}
}

// checkForeignFn reports `function(x) { .. }` as a value.
func (p *parser) checkForeignFn(t *lexer.Token) {
	if p.peekAt(1).Type != kLParen || !isWordOf(t.Value, fnWords...) {
		return
	}
	if _, _, body := p.fnHead(1); body != nil {
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
	if open, end, body := p.fnHead(1); body != nil {
		d.Fix("write a closure",
			Edit{Span{p.spanOf(t).From, p.spanOf(open).To}, "|"},
			Edit{Span{p.spanOf(end).From, p.spanOf(body).From}, "| "})
	}
	p.fail(t, d)
}

// foreignSlice reads the rest of `xs[1:3]`.
func (p *parser) foreignSlice(i Expr) Expr {
	t := p.peek()
	if t.Type != kColon {
		return i
	}
	p.report("E0240", p.spanOf(t), "a slice is written `[a..b]`").
		Fix("write `..`", Edit{Span{p.end, p.spanOf(p.peekAt(1)).From}, ".."})
	p.next()
	if p.at(kRBracket) {
		return i
	}
	to := p.expr()
	return &Range{Base{i.Span().Join(to.Span())}, i, to, false}
}

// foreignSliceTo reads the rest of `xs[:3]` and `xs[:]`.
func (p *parser) foreignSliceTo(from uint32, x Expr) Expr {
	colon := p.spanOf(p.next())
	d := p.report("E0240", colon, "a slice is written `[a..b]`")
	if p.at(kRBracket) {
		p.next()
		d.Fix("copy it", Edit{Span{x.Span().To, p.end}, ".copy()"})
		return x
	}
	d.Replace(colon, "..")
	to := p.expr()
	p.closeIndex()
	return &Slice{p.base(from), x, nil, to, false}
}

// foreignFormat reads what is right of `%` behind a text: the values for its
// verbs, one or several in parentheses. It gives nil when the text has none.
func (p *parser) foreignFormat(text *Text, op Span) Expr {
	source := p.source.Text(text.At)
	if text.Form != Quoted || !verb.MatchString(source) || source[0] != '"' {
		return nil
	}
	values := []Expr{}
	from := p.from()
	if p.at(kLParen) {
		p.next()
		for !p.at(kRParen) {
			values = append(values, p.expr())
			p.tooMany("E0136", len(values), MaxParams, "values")
			if !p.comma(kRParen) {
				break
			}
		}
		p.expect(kRParen)
	} else {
		values = append(values, p.binary(powerMul+1))
	}
	whole := Span{text.At.From, p.end}
	d := p.report("E0213", op, "`%%` puts no values into a text: a hole is `${x}`")
	var args []string
	for _, v := range values {
		args = append(args, p.operandText(v))
	}
	if body, ok := FormatText(source[1:len(source)-1], args); ok {
		d.Replace(whole, `"`+body+`"`)
	}
	s := &String{Base: Base{whole}, Form: Quoted, Parts: []Part{{Base{text.At}, text.Value, nil}}}
	for _, v := range values {
		s.Parts = append(s.Parts, Part{Base{Span{from, p.end}}, "", v})
	}
	return s
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

// foreignGeneric reads `list<T>` and `map<string, T>`.
func (p *parser) foreignGeneric(n *NamedType) {
	open := p.spanOf(p.next())
	d := p.report("E0204", open, "the type of the elements stands between `[` and `]`")
	n.Arg = p.typ()
	from := open
	if p.at(kComma) { // the keys of a map are text
		p.next()
		from.To = p.from()
		n.Arg = p.typ()
	}
	if end := p.peek(); end.Type == kGt {
		p.next()
		d.Fix("write brackets", Edit{from, "["}, Edit{p.spanOf(end), "]"})
		return
	}
	p.failExpected("`>`")
}

// failArrayType reports `T[]`.
func (p *parser) failArrayType(from uint32) {
	at := Span{from, p.spanOf(p.peek()).To}
	name := p.source.Text(Span{from, p.end - 1})
	d := NewDiagnostic(p.source, "E0204", at, "a list's type is written `list[T]`").Replace(at, "list["+name+"]")
	p.fail(p.peek(), d)
}

// goMapType mends `map[string]T`.
func (p *parser) goMapType(n *NamedType) {
	key, ok := n.Arg.(*NamedType)
	if !ok || n.Name.Text != "map" || key.Name.Text != "string" || !p.at(kName) || p.from() != p.end {
		return
	}
	from := key.At.From
	elem := p.typ()
	p.report("E0204", key.At, "the keys of a map are text, its type is `map[T]`").
		Replace(Span{from, p.end}, p.source.Text(elem.Span())+"]")
	n.Arg = elem
}

// foreignUnion mends `T | nil`.
func (p *parser) foreignUnion(from uint32, t Type) Type {
	if next := p.peekAt(1); !p.at(kBar) || next.Type != kNil && !isName(next, "null") && !isName(next, "None") && !isName(next, "undefined") {
		return t
	}
	gap := Span{p.end, p.spanOf(p.peekAt(1)).To}
	p.report("E0204", Span{p.from(), gap.To}, "an optional type is written `T?`").Replace(gap, "?")
	p.next()
	p.next()
	return &OptionalType{p.base(from), t}
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
