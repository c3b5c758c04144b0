package lang

func (f *formatter) expr(e Expr) *doc {
	switch e := e.(type) {
	case *Int, *Float, *Duration, *Size:
		return f.number()
	case *Bool, *Nil, *Ident:
		return f.any()
	case *Text, *String, *Regex:
		return f.verbatim(e.Span())
	case *Paren:
		return f.paren(e)
	case *List:
		return f.brackets(soft, true, len(e.Items), func(i int) *doc { return f.expr(e.Items[i]) })
	case *Data:
		single := len(e.Fields) == 1 && f.tokens[0].at.From == f.start
		return f.brackets(line, true, len(e.Fields), func(i int) *doc { return f.field(&e.Fields[i], !single) })
	case *Closure:
		return f.closure(e)
	case *If:
		return f.ifExpr(e)
	case *Match:
		return f.match(e)
	case *Try:
		return concat(f.take(kTry), space, f.block(e.Body))
	case *Unary:
		op := f.any()
		if e.Op == OpSub && f.at(kMinus) { // `--` before a comment would be read as one
			op = concat(op, space)
		}
		return concat(op, f.expr(e.X))
	case *Binary:
		return f.binary(e)
	case *Range:
		return concat(f.rangeFrom(e.From), f.any(), f.expr(e.To))
	case *Coalesce:
		return f.coalesce(e)
	case *As:
		return concat(f.expr(e.X), space, f.take(kAs), space, f.typ(e.Type))
	case *Is:
		return concat(f.expr(e.X), space, f.take(kIs), space, f.plainType(e.Type))
	case *Pipe:
		return f.pipeline(e)
	case *Member, *Call, *Index, *Slice, *Unwrap:
		return f.suffixed(e)
	case *Catch:
		return f.catch(e)
	case *Return:
		return f.returning(e)
	case *Break, *Continue:
		return f.any()
	}
	panic("an expression of no known kind")
}

// paren makes `(e)`. What has brackets of its own breaks inside those.
func (f *formatter) paren(p *Paren) *doc {
	open := f.take(kLParen)
	own := inBrackets(p.X) && !f.comment && !f.commentAhead()
	inner := concat(f.expr(p.X), f.trailing())
	if own {
		return concat(open, inner, f.take(kRParen))
	}
	return bracketed(open, indent(soft, inner), soft, f.take(kRParen))
}

func inBrackets(e Expr) bool {
	switch e := e.(type) {
	case *Try, *If, *Match, *Closure, *List, *Data:
		return true
	case *Catch:
		return inBrackets(e.X)
	}
	return false
}

// number makes a number with the sign that the tree has folded in.
func (f *formatter) number() *doc {
	if f.at(kMinus) {
		return concat(f.any(), f.any())
	}
	return f.any()
}

// field makes an entry of data: `{a: a}` as `{a}`, unless that would be read as
// a block; then it is the other way round.
func (f *formatter) field(e *Field, short bool) *doc {
	key := f.verbatim(e.Key.At)
	if e.Short && short {
		return key
	}
	if e.Short {
		return concat(text(e.Key.Text+": "), key)
	}
	if id, ok := e.Value.(*Ident); ok && short && !e.Quoted && id.Name == e.Key.Text && !f.commentBefore(e.At.To) {
		f.advance()
		f.advance()
		return concat(key, f.behindToken())
	}
	return concat(key, f.take(kColon), f.value(e.Value))
}

// commentBefore tells whether a comment stands before an offset.
func (f *formatter) commentBefore(offset uint32) bool {
	return len(f.comments) > 0 && f.comments[0].At.From < offset
}

func (f *formatter) closure(c *Closure) *doc {
	var parts []*doc
	if len(c.Params) == 0 {
		parts = append(parts, f.noParams())
	} else {
		parts = append(parts, f.take(kBar))
	}
	for i := range c.Params {
		if i > 0 {
			parts = append(parts, space)
		}
		parts = append(parts, f.any())
		if t := c.Params[i].Type; t != nil {
			parts = append(parts, f.take(kColon), space, f.plainType(t))
		}
		switch {
		case !f.at(kComma):
		case i == len(c.Params)-1 && !f.commentBefore(f.tokens[1].at.From):
			f.advance()
		default: // a comment behind the last one needs it
			parts = append(parts, f.any())
		}
	}
	if len(c.Params) > 0 {
		parts = append(parts, f.take(kBar))
	}
	return concat(concat(parts...), f.bodyBehind(c.Body))
}

// noParams makes `||`. At the start of a line that would go on with the one
// before, so there it is in two.
func (f *formatter) noParams() *doc {
	if f.at(kBar) && f.commentBefore(f.tokens[1].at.From) {
		return concat(f.any(), f.any())
	}
	bars := "||"
	if f.tokens[0].at.From == f.lineStart {
		bars = "| |"
	}
	before := f.before()
	if f.at(kBar) {
		f.advance()
	}
	f.advance()
	return f.withComments(before, text(bars))
}

// bodyBehind makes the body of a closure or an arm.
func (f *formatter) bodyBehind(b *Block) *doc {
	return f.behind(func() *doc {
		f.start = f.tokens[0].at.From
		return f.body(b)
	})
}

// ifExpr makes an if: all of its blocks on one line, or none.
func (f *formatter) ifExpr(e *If) *doc {
	var parts []*doc
	for i := range e.Arms {
		if i > 0 {
			parts = append(parts, f.elseGap(), f.take(kElse), space)
		}
		parts = append(parts, f.take(kIf), space, f.cond(&e.Arms[i].Cond), space, f.braces(e.Arms[i].Body))
	}
	if e.Else != nil {
		parts = append(parts, f.elseGap(), f.take(kElse), space, f.braces(e.Else))
	}
	return keeping(parts...)
}

// elseGap makes what stands before an `else`: comments keep it from the `}`.
func (f *formatter) elseGap() *doc {
	if f.comment || f.commentAhead() {
		return concat(hard, f.leading())
	}
	return space
}

// match makes one arm on each line, without commas, or all of them on one.
func (f *formatter) match(m *Match) *doc {
	head := concat(f.take(kMatch), space, f.head(m.X), space)
	open := f.take(kLBrace)
	keep := f.newlineAhead()
	inner := f.lines(len(m.Arms), line, func(i int) Node { return &m.Arms[i] }, f.arm, f.armComma)
	if inner == nil {
		return concat(head, open, f.take(kRBrace))
	}
	if keep {
		open = concat(open, breaks)
	}
	return concat(head, keeping(open, indent(line, inner), line, f.take(kRBrace)))
}

func (f *formatter) arm(n Node) *doc {
	a := n.(*Arm)
	parts := []*doc{f.pattern(a.Pattern)}
	if a.Guard != nil {
		parts = append(parts, space, f.take(kIf), space, f.expr(a.Guard))
	}
	parts = append(parts, space, f.take(kFatArrow), f.bodyBehind(a.Body))
	return concat(parts...)
}

// ---- operators ----

func opPower(o Op) int {
	switch o {
	case OpOr:
		return powerOr
	case OpAnd:
		return powerAnd
	case OpAdd, OpSub:
		return powerAdd
	case OpMul, OpDiv, OpRem:
		return powerMul
	}
	return powerCompare
}

// binary makes operators of one power in a row. A line begins with its
// operator, but for `-`, which would begin a statement.
func (f *formatter) binary(e *Binary) *doc {
	var row []*Binary
	x := Expr(e)
	for b, ok := e, true; ok && opPower(b.Op) == opPower(e.Op); b, ok = x.(*Binary) {
		row = append(row, b)
		x = b.X
	}
	parts := []*doc{f.expr(x)}
	for i := len(row) - 1; i >= 0; i-- {
		before, behind := line, space
		if row[i].Op == OpSub {
			before, behind = space, line
		}
		parts = append(parts, indent(before, f.any(), behind, f.expr(row[i].Y)))
	}
	return group(parts...)
}

// rangeFrom makes what stands before `..`: `?..` would be read as `?.` and `.`.
func (f *formatter) rangeFrom(e Expr) *doc {
	d := f.expr(e)
	if d.endsWith('?') {
		return concat(d, space)
	}
	return d
}

func (f *formatter) coalesce(e *Coalesce) *doc {
	parts := []*doc{f.expr(e.X)}
	for {
		op := f.take(kCoalesce)
		next, more := e.Y.(*Coalesce)
		if !more {
			return group(append(parts, indent(line, op, space, f.expr(e.Y)))...)
		}
		parts = append(parts, indent(line, op, space, f.expr(next.X)))
		e = next
	}
}

// catch makes an expression with its handlers. In the order of preference: on
// one line; with the blocks of the handlers broken; the handlers on lines of
// their own; behind the broken end of the expression.
func (f *formatter) catch(e *Catch) *doc {
	var handlers []*Catch // from the last to the first
	x := Expr(e)
	for c, ok := e, true; ok; c, ok = x.(*Catch) {
		handlers = append(handlers, c)
		x = c.X
	}
	guarded, row := f.guarded(x)
	commented := false
	below := []*doc{}
	for i := len(handlers) - 1; i >= 0; i-- {
		commented = commented || f.comment || f.commentAhead()
		lead := f.leading()
		h := f.handler(handlers[i])
		commented = commented || !handlers[i].Body.Braces && h.brokenInside()
		row = append(row, space, h)
		below = append(below, hard, lead, group(h))
	}
	apart := concat(guarded, indent(below...))
	switch x.(type) {
	case *Try, *If, *Match:
		if commented {
			return concat(guarded, concat(below...))
		}
	}
	if commented || guarded.brokenInside() {
		return apart
	}
	return catchChoice(row, guarded, apart)
}

// catchChoice makes the states of a catch.
func catchChoice(row []*doc, guarded, apart *doc) *doc {
	one := group(row...)
	var open, ended *doc
	if row := concat(row...); row.opensLast() {
		open = row.breakLast()
	}
	if last := guarded.breakLast(); last != nil {
		ended = concat(append([]*doc{last}, row[1:]...)...)
	}
	d := choice(one, one.forced(), open, apart, ended, apart)
	if guarded.broken {
		d.ended = nil
	}
	return d
}

// guarded makes what a catch is for: alone, and as the begin of a row in whose
// group it breaks.
func (f *formatter) guarded(x Expr) (alone *doc, row []*doc) {
	if t, ok := x.(*Try); ok {
		body := concat(f.take(kTry), space, f.braces(t.Body))
		return keeping(body), []*doc{body}
	}
	alone = f.expr(x)
	return alone, []*doc{alone}
}

// handler makes `catch k1, k2 |e| body`.
func (f *formatter) handler(c *Catch) *doc {
	parts := []*doc{f.take(kCatch)}
	for i := range c.Kinds {
		if i > 0 {
			parts = append(parts, f.take(kComma))
		}
		parts = append(parts, space, f.any())
	}
	if c.Name != nil {
		parts = append(parts, space, f.take(kBar), f.any(), f.take(kBar))
	}
	parts = append(parts, space)
	if c.Body.Braces {
		return concat(append(parts, f.braces(c.Body))...)
	}
	f.start = f.tokens[0].at.From
	return concat(append(parts, f.stmt(c.Body.Stmts[0]))...)
}
