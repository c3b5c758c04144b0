package lang

import "github.com/alecthomas/participle/v2/lexer"

// block reads `{ statements }`.
func (p *parser) block() *Block {
	p.foreignThen()
	p.braceOnOwnLine()
	from := p.from()
	if !p.at(kLBrace) {
		p.failBlock(p.peek())
	}
	p.next()
	b := &Block{Braces: true, Stmts: p.stmts()}
	p.expect(kRBrace)
	b.Base = p.base(from)
	return b
}

func (p *parser) failBlock(t *lexer.Token) {
	if t.Type == kColon {
		p.failAt("E0207", t, "a block is written `{ .. }`, without `:`")
	}
	p.failAt("E0207", t, "expected a block `{ .. }`, found %s", p.found(t))
}

// braceOnOwnLine mends a `{` on the line after its head.
func (p *parser) braceOnOwnLine() {
	if !p.at(kTerm) || p.peekAt(1).Type != kLBrace {
		return
	}
	gap := Span{p.end, uint32(p.peekAt(1).Pos.Offset)}
	p.report("E0208", p.spanOf(p.peekAt(1)), "the `{` stands on the line of its head").
		Fix("move it up", Edit{gap, " "})
	p.next()
}

// stmts reads statements up to the end of the block. One that is wrong is
// reported and skipped.
func (p *parser) stmts() []Stmt {
	var list []Stmt
	for {
		for p.accept(kTerm) {
		}
		if p.at(kRBrace) || p.peek().EOF() {
			return list
		}
		before := p.lex.RawCursor()
		list = append(list, p.stmtOrBad())
		p.goOn(before)
	}
}

func (p *parser) stmtOrBad() (s Stmt) {
	start := p.place()
	p.pending = nil
	defer p.recoverStmt(start, &s)
	s = p.stmt()
	p.endOfStmt()
	return s
}

// endsStmt tells whether nothing more of a statement follows.
func endsStmt(k kind) bool { return k == kTerm || k == kRBrace || k == kEOF }

// endOfStmt makes sure that nothing more follows on the line.
func (p *parser) endOfStmt() {
	t := p.peek()
	if endsStmt(t.Type) {
		return
	}
	p.failTrailing(t)
}

// stmt reads one statement.
func (p *parser) stmt() Stmt {
	from := p.from()
	switch p.kind() {
	case kLet:
		return p.let(from)
	case kConst:
		return p.constDecl(from)
	case kFor:
		return p.forStmt(from)
	case kWhile:
		p.next()
		w := &While{Cond: p.headCond(), Body: p.block()}
		w.Base = p.base(from)
		return w
	case kDefer:
		return p.deferStmt(from)
	case kReturn, kBreak, kContinue:
		return p.leaving()
	case kFn:
		if p.peekAt(1).Type == kName {
			p.failNested(p.peek())
		}
	case kName:
		if s := p.foreignStmt(from); s != nil {
			return s
		}
	}
	return p.simple(from)
}

func (p *parser) let(from uint32) Stmt {
	p.next()
	p.foreignMut()
	if p.at(kLBrace) {
		return p.letRecord(from)
	}
	l := &Let{Name: p.name("a name")}
	l.Value = &BadExpr{p.base(from)}
	l.Base = p.base(from)
	p.pending = l
	if p.accept(kColon) {
		l.Type = p.typ()
	}
	p.letValue(l.Name.At)
	start := p.from()
	l.Value = p.foreignArrow(start, p.expr())
	l.Base = p.base(from)
	p.checkRequire(l)
	p.letElse(l)
	return l
}

// letValue takes the `=` of a let.
func (p *parser) letValue(name Span) {
	switch t := p.peek(); {
	case t.Type == kAssign:
		p.next()
	case t.Type == kForeign && t.Value == ":=":
		p.report("E0210", p.spanOf(t), "`let` takes `=`").Replace(p.spanOf(t), "=")
		p.next()
	case endsStmt(t.Type):
		p.failAt("E0238", t, "a `let` needs a value: `%s = ..`", p.source.Text(name))
	default:
		p.failExpected("`=`")
	}
}

// letElse mends `let x = e else { .. }`.
func (p *parser) letElse(l *Let) {
	if !p.at(kElse) {
		return
	}
	t := p.next()
	d := p.report("E0239", p.spanOf(t), "a `let` has no `else`; a missing value is handled by `??`")
	b := p.block()
	if len(b.Stmts) == 1 {
		at := Span{l.Value.Span().To, p.end}
		d.Fix("use `??`", Edit{at, " ?? " + p.source.Text(b.Stmts[0].Span())})
		if y := asExpr(b.Stmts[0]); y != nil {
			l.Value = &Coalesce{Base{Span{l.Value.Span().From, p.end}}, l.Value, y}
		}
	}
}

// asExpr is a statement that may stand as an expression, or nil.
func asExpr(s Stmt) Expr {
	switch s := s.(type) {
	case *ExprStmt:
		return s.X
	case leave:
		return s
	}
	return nil
}

// letRecord reads `{a, b} = e`.
func (p *parser) letRecord(from uint32) Stmt {
	p.next()
	l := &LetRecord{}
	for !p.at(kRBrace) {
		l.Names = append(l.Names, p.name("a field's name"))
		if !p.accept(kComma) {
			break
		}
	}
	p.accept(kTerm)
	p.expect(kRBrace)
	p.tooMany("E0136", len(l.Names), MaxFields, "fields")
	p.expect(kAssign)
	l.Value = p.expr()
	l.Base = p.base(from)
	return l
}

func (p *parser) forStmt(from uint32) Stmt {
	p.next()
	if s := p.foreignFor(from); s != nil {
		return s
	}
	f := &For{}
	p.forHead(f)
	f.Body = p.block()
	f.Base = p.base(from)
	return f
}

// forHead reads `x in xs` or `k, v in m`.
func (p *parser) forHead(f *For) {
	f.Names = []Name{p.name("a name")}
	if p.accept(kComma) {
		f.Names = append(f.Names, p.name("a name"))
	}
	p.forOver(f)
}

// forOver reads `in xs`.
func (p *parser) forOver(f *For) {
	if t := p.peek(); isName(t, "of") {
		p.report("E0232", p.spanOf(t), "`for` takes `in`").Replace(p.spanOf(t), "in")
		p.next()
	} else {
		p.expect(kIn)
	}
	f.Over = p.headExpr()
}

// cond reads the head of an if or while.
func (p *parser) cond() Cond {
	from := p.from()
	c := Cond{}
	if p.accept(kLet) {
		name := p.letSome()
		c.Let = &name
		p.expect(kAssign)
	}
	if p.at(kLBrace) && !p.looksLikeData() {
		p.failAt("E0201", p.peek(), "expected a condition before the block")
	}
	c.Value = p.expr()
	if t := p.peek(); t.Type == kAssign && c.Let == nil {
		at := p.spanOf(t)
		p.report("E0220", at, "`=` assigns; a condition compares with `==`").Replace(at, "==")
		p.next()
		y := p.expr()
		c.Value = &Binary{Base{c.Value.Span().Join(y.Span())}, OpEq, at, c.Value, y}
	}
	c.Base = p.base(from)
	return c
}

func (p *parser) deferStmt(from uint32) Stmt {
	p.next()
	d := &Defer{}
	if p.at(kLBrace) {
		d.Body = p.block()
	} else {
		d.Body = p.exprBlock()
	}
	d.Base = p.base(from)
	return d
}

// exprBlock reads an expression as a block without braces.
func (p *parser) exprBlock() *Block {
	e := p.expr()
	return bare(&ExprStmt{Base{e.Span()}, e})
}

// bare is a block without braces of one statement.
func bare(s Stmt) *Block { return &Block{Base{s.Span()}, false, []Stmt{s}} }

// leave is a statement that may stand as an expression as well.
type leave interface {
	Stmt
	Expr
}

// leaving reads `return e`, `return`, `break`, `continue`.
func (p *parser) leaving() leave {
	from := p.from()
	switch p.next().Type {
	case kBreak:
		return &Break{p.base(from)}
	case kContinue:
		return &Continue{p.base(from)}
	}
	r := &Return{}
	headsBlock := p.at(kLBrace) && p.head == p.depth && p.head > 0 && !p.looksLikeData()
	if startsExpr(p.kind()) && !headsBlock {
		r.Value = p.expr()
	}
	r.Base = p.base(from)
	return r
}

func leaves(k kind) bool { return k == kReturn || k == kBreak || k == kContinue }

// simple reads an expression statement or an assignment.
func (p *parser) simple(from uint32) Stmt {
	if p.at(kLBrace) && !p.looksLikeData() && p.peekAt(2).Type != kRBrace {
		p.failAt("E0224", p.peek(), "a block can't stand alone")
	}
	if s := p.foreignStep(from); s != nil {
		return s
	}
	x := p.expr()
	op, ok := assignOp(p.kind())
	if !ok {
		if s := p.foreignAssign(from, x); s != nil {
			return s
		}
		return &ExprStmt{p.base(from), x}
	}
	t := p.next()
	if id, ok := x.(*Ident); ok && id.Name == "_" && t.Type == kAssign {
		return p.foreignDiscard(from, id)
	}
	p.checkTarget(x, t)
	a := &Assign{Target: x, Op: op}
	p.pending = &ExprStmt{p.base(from), x}
	a.Value = p.expr()
	a.Base = p.base(from)
	return a
}

func assignOp(k kind) (Op, bool) {
	switch k {
	case kAssign:
		return OpNone, true
	case kAddAssign:
		return OpAdd, true
	case kSubAssign:
		return OpSub, true
	case kMulAssign:
		return OpMul, true
	case kDivAssign:
		return OpDiv, true
	case kRemAssign:
		return OpRem, true
	}
	return OpNone, false
}

// checkTarget reports an assignment to what can't be assigned.
func (p *parser) checkTarget(x Expr, t *lexer.Token) {
	switch x := x.(type) {
	case *Ident, *Index, *BadExpr:
		return
	case *Member:
		if !x.Optional {
			return
		}
	}
	d := p.report("E0229", x.Span(), "this can't be assigned; a name, a field or an element can")
	if b, ok := x.(*Binary); ok && t.Type == kAssign && b.Op == OpEq {
		d.Note("`=` assigns, `==` compares")
	}
}
