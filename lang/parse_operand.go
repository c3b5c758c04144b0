package lang

import (
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// operand reads what operators and suffixes apply to.
func (p *parser) operand() Expr {
	from, t := p.from(), p.peek()
	switch t.Type {
	case kInt, kFloat, kDuration, kSize:
		return p.number(false)
	case kString:
		p.next()
		return p.textOf(t)
	case kRegex:
		p.next()
		at := p.spanOf(t)
		inner := Span{at.From + 3, at.To - 1}
		return &Regex{Base{at}, []Part{{Base{inner}, p.source.Text(inner), nil}}}
	case kStrBegin, kReBegin:
		return p.stringWithHoles()
	case kName:
		p.checkForeignFn(t)
		x := p.foreignOperand(p.ident())
		if p.at(kLBrace) && p.namesRecord(t) {
			return p.namedRecord(x)
		}
		return x
	case kTrue, kFalse:
		p.next()
		return &Bool{p.base(from), t.Type == kTrue}
	case kNil:
		p.next()
		return &Nil{p.base(from)}
	case kLParen:
		return p.paren(from)
	case kLBracket:
		return p.list(from)
	case kLBrace:
		return p.data(from)
	case kBar, kOrOr:
		return p.closure(from)
	case kIf:
		return p.ifExpr(from)
	case kMatch:
		return p.match(from)
	case kTry:
		return p.try(from)
	}
	p.failOperand(t)
	return nil
}

func (p *parser) failOperand(t *lexer.Token) {
	switch {
	case t.Type == kFn && p.peekAt(1).Type == kLParen:
		p.failForeignFn(t)
	case leaves(t.Type):
		p.failAt("E0201", t, "`%s` can't stand inside an expression", t.Value)
	case t.Type == kHoleEnd && p.src[max(p.end, 1)-1] == '{':
		p.failAt("E0121", t, "the hole is empty")
	case t.Type == kSlash:
		p.failAt("E0201", t, "expected an expression, found `/`; a regex is written `re\"..\"`")
	}
	p.failAt("E0201", t, "expected an expression, found %s", p.found(t))
}

func (p *parser) ident() Expr {
	t := p.next()
	return &Ident{Base{p.spanOf(t)}, t.Value}
}

// number reads a number literal.
func (p *parser) number(negative bool) Expr {
	t := p.next()
	base := Base{p.spanOf(t)}
	var e Expr
	var err *numberError
	switch t.Type {
	case kInt:
		x := &Int{Base: base}
		x.Value, err = intValue(t.Value, negative)
		e = x
	case kFloat:
		x := &Float{Base: base}
		x.Value, err = floatValue(t.Value)
		e = x
	case kDuration:
		x := &Duration{Base: base}
		x.Value, err = durationValue(t.Value)
		e = x
	default:
		x := &Size{Base: base}
		x.Value, err = sizeValue(t.Value)
		e = x
	}
	if err != nil {
		d := p.report(err.code, base.At, "%s", err.message)
		for _, s := range err.spellings {
			if err.guess {
				d.OfferText(base.At, s)
			} else {
				d.Replace(base.At, s)
			}
		}
	}
	return e
}

func (p *parser) paren(from uint32) Expr {
	if e := p.foreignLambda(from); e != nil {
		return e
	}
	p.next()
	x := p.expr()
	p.expect(kRParen)
	return &Paren{p.base(from), x}
}

func (p *parser) list(from uint32) Expr {
	p.next()
	l := &List{}
	for !p.at(kRBracket) {
		if p.atSpread() {
			return p.listSpread(from, l)
		}
		start := p.from()
		l.Items = append(l.Items, p.foreignArrow(start, p.expr()))
		p.tooMany("E0136", len(l.Items), MaxElements, "elements")
		if !p.comma(kRBracket) {
			break
		}
	}
	p.expect(kRBracket)
	l.Base = p.base(from)
	return l
}

// looksLikeData tells data from a block where both may stand: by what follows
// the `{`.
func (p *parser) looksLikeData() bool {
	first, second := p.peekAt(1).Type, p.peekAt(2).Type
	switch first {
	case kRBrace:
		return true
	case kName:
		return second == kColon || second == kComma
	case kString:
		return second == kColon
	}
	return first == kRange
}

// data reads `{a: 1, "b": 2, c}`.
func (p *parser) data(from uint32) Expr {
	if t := p.peekAt(1); t.Type == kBar || t.Type == kOrOr {
		p.failBlockClosure(t)
	}
	p.next()
	if p.atSpread() || p.peek().Type == kForeign && p.peek().Value == "**" {
		return p.foreignSpread(from)
	}
	d := &Data{}
	for !p.at(kRBrace) {
		if p.at(kLBracket) {
			return p.computedKeys(from, d)
		}
		d.Fields = append(d.Fields, p.field())
		p.tooMany("E0136", len(d.Fields), MaxElements, "entries")
		if !p.comma(kRBrace) {
			break
		}
	}
	p.accept(kTerm)
	p.expect(kRBrace)
	d.Base = p.base(from)
	return d
}

func (p *parser) field() Field {
	from, t := p.from(), p.peek()
	f := Field{}
	switch t.Type {
	case kName:
		f.Key = p.name("a name")
	case kString:
		p.next()
		text := p.textOf(t)
		f.Key, f.Quoted = Name{text.Base, text.Value}, true
	case kInt:
		p.report("E0202", p.spanOf(t), "a key is a name or a string").Replace(p.spanOf(t), `"`+t.Value+`"`)
		p.next()
		f.Key, f.Quoted = Name{Base{p.spanOf(t)}, t.Value}, true
	default:
		p.failKey(t)
	}
	switch {
	case p.accept(kColon):
		f.Value = p.expr()
	case f.Quoted && !p.at(kFatArrow) && !p.at(kAssign):
		p.failExpected("`:`")
	case p.at(kAssign), p.at(kFatArrow):
		at := p.spanOf(p.next())
		p.report("E0217", at, "an entry is written `%s: value`", f.Key.Text).
			Fix("write `:`", Edit{Span{f.Key.At.To, at.To}, ":"})
		f.Value = p.expr()
	default:
		f.Short = true
		f.Value = &Ident{f.Key.Base, f.Key.Text}
	}
	f.Base = p.base(from)
	return f
}

func (p *parser) failKey(t *lexer.Token) {
	switch {
	case t.Type == kRange && p.peekAt(1).Type == kDot:
		p.failAt("E0240", t, "a record is not spread; `r.merge(s)` and `r.with(x: 1)` give a changed copy")
	case t.Type == kStrBegin:
		p.failAt("E0228", t, "a key has no holes; write `m[k] = v`")
	}
	p.failName(t, "a key")
}

// closure reads `|a, b: T| body`.
func (p *parser) closure(from uint32) Expr {
	c := &Closure{}
	if p.next().Type == kBar {
		for !p.at(kBar) {
			c.Params = append(c.Params, p.closureParam())
			p.tooMany("E0136", len(c.Params), MaxParams, "parameters")
			if !p.accept(kComma) {
				break
			}
		}
		p.expect(kBar)
	}
	c.Body = p.body(false)
	c.Base = p.base(from)
	return c
}

func (p *parser) closureParam() ClosureParam {
	from := p.from()
	c := ClosureParam{Name: p.name("a parameter's name")}
	if p.accept(kColon) {
		c.Type = p.plainType()
	}
	c.Base = p.base(from)
	return c
}

// body reads what a closure or an arm gives: data or a block in braces, or an
// expression; an arm may also leave or assign.
func (p *parser) body(arm bool) *Block {
	switch {
	case p.at(kLBrace) && !p.looksLikeData():
		return p.block()
	case arm && leaves(p.kind()):
		return bare(p.leaving())
	case arm:
		return bare(p.simple(p.from()))
	}
	return p.exprBlock()
}

// ifExpr reads an if with all its branches.
func (p *parser) ifExpr(from uint32) Expr {
	p.next()
	e := &If{}
	for start := from; ; start = p.from() {
		a := IfArm{Cond: p.headCond()}
		a.Body = p.block()
		a.Base = p.base(start)
		e.Arms = append(e.Arms, a)
		p.tooMany("E0135", len(e.Arms)-1, MaxChain, "`else if` in a row")
		if p.foreignElif() {
			continue
		}
		if !p.accept(kElse) {
			break
		}
		if !p.accept(kIf) {
			e.Else = p.block()
			break
		}
	}
	e.Base = p.base(from)
	return e
}

// headCond and headExpr read the head of a block: there, `catch name {` has the
// head's own block.
func (p *parser) headCond() Cond {
	outer := p.head
	p.head = p.depth + 1
	c := p.cond()
	p.head = outer
	return c
}

func (p *parser) headExpr() Expr {
	outer := p.head
	p.head = p.depth + 1
	e := p.expr()
	p.head = outer
	return e
}

// try reads `try { .. }`, which stands left of a catch.
func (p *parser) try(from uint32) Expr {
	p.next()
	if k := p.kind(); k != kLBrace && k != kTerm && startsExpr(k) {
		p.report("E0222", Span{from, from + 3}, "a failure goes up by itself: `try` is for a block, before a `catch`").
			Fix("remove it", Edit{Span{from, p.from()}, ""})
		p.enter()
		defer p.leave()
		return p.unary()
	}
	p.tryOpen = Span{from, p.spanOf(p.peek()).To}
	t := &Try{Body: p.block()}
	t.Base = p.base(from)
	if !p.at(kCatch) {
		p.foreignExcept()
	}
	if !p.at(kCatch) {
		p.report("E0222", Span{from, from + 3}, "a `try` needs a `catch`").
			Offer("catch the failure", Edit{Span{p.end, p.end}, " catch |e| { fail(e) }"})
	}
	return t
}

// catch reads one handler.
func (p *parser) catch(from uint32, x Expr) Expr {
	p.next()
	c := &Catch{X: x}
	if c.Name = p.foreignCatch(); c.Name == nil {
		p.catchKinds(c)
		p.catchName(c)
	}
	c.Body = p.handler(c)
	c.Base = p.base(from)
	return c
}

func isErrorKind(t *lexer.Token) bool {
	return t.Type == kName && slices.Contains(ErrorKinds, t.Value)
}

// catchKinds reads `timeout, busy`; the word of a kind is always a kind here.
func (p *parser) catchKinds(c *Catch) {
	for isErrorKind(p.peek()) {
		c.Kinds = append(c.Kinds, p.name("a kind"))
		p.tooMany("E0136", len(c.Kinds), MaxParams, "kinds")
		if !p.at(kComma) || !p.moreKinds() {
			return
		}
		p.next()
		if !isErrorKind(p.peek()) {
			p.failKind(p.peek())
		}
	}
}

// moreKinds tells whether another kind follows a comma, which else belongs to
// the list around.
func (p *parser) moreKinds() bool {
	t := p.peekAt(1)
	if isErrorKind(t) {
		return true
	}
	k := p.peekAt(2).Type
	return t.Type == kName && (k == kLBrace || k == kComma || k == kBar) && DidYouMean(t.Value, ErrorKinds) != ""
}

func (p *parser) failKind(t *lexer.Token) {
	at := p.spanOf(t)
	d := NewDiagnostic(p.source, "E0223", at, "`%s` is not a kind of failure", t.Value)
	if near := DidYouMean(t.Value, ErrorKinds); near != "" {
		d.OfferText(at, near)
	}
	p.fail(t, d)
}

// catchName reads `|e|`, and mends `catch e {`.
func (p *parser) catchName(c *Catch) {
	t := p.peek()
	switch {
	case t.Type == kBar:
		p.next()
		name := p.name("a name for the error")
		c.Name = &name
		p.expect(kBar)
	case t.Type == kName && p.peekAt(1).Type == kLBrace && p.head != p.depth:
		p.mendCatchName(c, t)
	case t.Type == kName && len(c.Kinds) == 0 && startsEntry(p.peekAt(1).Type) && p.peekAt(1).Type != kLBrace:
		if near := DidYouMean(t.Value, ErrorKinds); near != "" {
			p.mendCatchName(c, t)
		}
	}
}

func (p *parser) mendCatchName(c *Catch, t *lexer.Token) {
	at := p.spanOf(t)
	name := p.name("a name")
	if near := DidYouMean(t.Value, ErrorKinds); near != "" && len(t.Value) > 2 {
		p.report("E0223", at, "`%s` is not a kind of failure", t.Value).Replace(at, near)
		c.Kinds = append(c.Kinds, name)
		return
	}
	p.report("E0223", at, "the error's name stands between bars").Replace(at, "|"+t.Value+"|")
	c.Name = &name
}

// handler reads what a catch gives.
func (p *parser) handler(c *Catch) *Block {
	switch k := p.kind(); {
	case k == kLBrace && (p.peekAt(1).Type == kRBrace || !p.looksLikeData()):
		return p.block()
	case leaves(k):
		return bare(p.leaving())
	case !startsExpr(k):
		p.failHandler(c)
	}
	e := p.binary(powerOr)
	return bare(&ExprStmt{Base{e.Span()}, e})
}

func (p *parser) failHandler(c *Catch) {
	if len(c.Kinds) == 1 && c.Name == nil {
		at := c.Kinds[0].At
		d := NewDiagnostic(p.source, "E0223", at, "`%s` is a kind of failure here; what to do then is missing", c.Kinds[0].Text).
			Offer("give a value", Edit{Span{at.To, at.To}, " nil"}).
			Offer("if it is a variable, put it in parentheses", Edit{at, "(" + c.Kinds[0].Text + ")"})
		p.fail(p.peek(), d)
	}
	p.failAt("E0201", p.peek(), "expected what `catch` gives instead, found %s", p.found(p.peek()))
}

// ---- strings ----

// rawPart is a piece of a string with holes as it was written.
type rawPart struct {
	text string
	at   Span
	hole Expr
}

// stringWithHoles reads a string or regex token by token.
func (p *parser) stringWithHoles() Expr {
	from := p.from()
	begin := p.next()
	var raw []rawPart
	holes := false
	for !p.at(kStrEnd) {
		if t := p.peek(); t.Type == kStrPart {
			raw = append(raw, rawPart{t.Value, p.spanOf(t), nil})
			p.next()
			continue
		}
		holes = true
		raw = append(raw, p.hole())
	}
	p.next()
	base := p.base(from)
	if begin.Type == kReBegin {
		return &Regex{base, regexParts(raw)}
	}
	parts, form := p.decodeParts(begin.Value, base.At, raw)
	if holes {
		return &String{base, form, parts}
	}
	return wholeText(base, form, parts)
}

// wholeText is a string that turned out to have no holes: one not closed.
func wholeText(base Base, form StringForm, parts []Part) Expr {
	t := &Text{Base: base, Form: form}
	for _, part := range parts {
		t.Value += part.Text
	}
	return t
}

// hole reads `${ e }`.
func (p *parser) hole() rawPart {
	from := p.from()
	p.expect(kHole)
	e := p.expr()
	p.formatSpec(e)
	p.expect(kHoleEnd)
	return rawPart{at: Span{from, p.end}, hole: e}
}

func regexParts(raw []rawPart) []Part {
	parts := make([]Part, len(raw))
	for i, r := range raw {
		parts[i] = Part{Base{r.at}, r.text, r.hole}
	}
	return parts
}

// decodeParts decodes the text between holes.
func (p *parser) decodeParts(begin string, at Span, raw []rawPart) ([]Part, StringForm) {
	l := &literal{p.source, p.diags, at}
	parts := make([]Part, 0, len(raw))
	form := Quoted
	decode := l.unescape
	switch {
	case strings.HasPrefix(begin, "r"):
		form, decode = Raw, func(s string, _ uint32) string { return s }
	case strings.HasSuffix(begin, `"""`):
		form = TextBlock
		return append(parts, l.blockParts(raw)...), form
	}
	for _, r := range raw {
		part := Part{Base{r.at}, "", r.hole}
		if r.hole == nil {
			part.Text = decode(r.text, r.at.From)
		}
		parts = append(parts, part)
	}
	return parts, form
}

// blockParts decodes the parts of a `"""` string with holes.
func (l *literal) blockParts(raw []rawPart) []Part {
	blocks := make([]block, len(raw))
	var texts []block
	laid := len(raw) > 0 && raw[0].hole == nil && beginsLine(raw[0].text)
	if !laid {
		l.checkBlock("", l.at.From+3)
	}
	for i, r := range raw {
		blocks[i] = block{text: r.text, laid: laid, inner: i > 0, last: i == len(raw)-1}
		if r.hole == nil {
			texts = append(texts, blocks[i])
		}
	}
	indent := ""
	if laid {
		indent = commonIndent(texts)
	}
	parts := make([]Part, len(raw))
	for i, r := range raw {
		parts[i] = Part{Base{r.at}, "", r.hole}
		if r.hole == nil {
			blocks[i].indent = indent
			parts[i].Text = blocks[i].join(l.unescape, r.at.From)
		}
	}
	return parts
}
