package lang

// file makes the doc of a whole source.
func (f *formatter) file(file *File) *doc {
	d := f.lines(len(file.Items), hard, func(i int) Node { return file.Items[i] }, f.item, f.noComma)
	if !f.at(kEOF) {
		panic("the source has more than the tree")
	}
	if d == nil {
		return nothing
	}
	return d
}

// item makes the doc of a declaration or statement of the top level.
func (f *formatter) item(n Node) *doc {
	switch n := n.(type) {
	case *Import:
		return concat(f.any(), space, f.verbatim(n.Path.At), space, f.take(kAs), space, f.any())
	case *Uses:
		return f.uses(n)
	case *Param:
		return f.param(n)
	case *TypeDecl:
		return concat(f.any(), space, f.any(), space, f.take(kAssign), space, f.typ(n.Type))
	case *Fn:
		return f.fn(n)
	case Stmt:
		return f.stmt(n)
	}
	panic("a top-level statement of no known kind")
}

func (f *formatter) uses(u *Uses) *doc {
	parts := []*doc{f.any(), space, f.any(), f.take(kDot), f.any()}
	for i, g := range u.Globs {
		if i == 0 {
			parts = append(parts, space, f.verbatim(g.At))
		} else {
			parts = append(parts, f.take(kComma), indent(line, f.verbatim(g.At)))
		}
	}
	return group(parts...)
}

// param writes the limits in the order of the source, which the tree doesn't say.
func (f *formatter) param(p *Param) *doc {
	parts := []*doc{f.any(), space, f.any(), f.take(kColon), space, f.typ(p.Type)}
	if p.Default != nil {
		parts = append(parts, space, f.take(kAssign), f.value(p.Default))
	}
	for {
		switch {
		case f.at(kIn):
			parts = append(parts, space, f.any(), space, f.expr(p.In))
		case p.Matching != nil && f.atWord("matching"):
			parts = append(parts, space, f.any(), space, f.expr(p.Matching))
		default:
			return concat(parts...)
		}
	}
}

func (f *formatter) fn(fn *Fn) *doc {
	head := []*doc{f.take(kFn), space, f.any()}
	head = append(head, f.brackets(soft, false, len(fn.Params), func(i int) *doc {
		p := &fn.Params[i]
		d := concat(f.any(), f.take(kColon), space, f.typ(p.Type))
		if p.Default == nil {
			return d
		}
		return concat(d, space, f.take(kAssign), f.value(p.Default))
	}))
	if fn.Result != nil {
		head = append(head, space, f.take(kArrow), space, f.typ(fn.Result))
	}
	return concat(concat(head...), space, f.block(fn.Body))
}

// ---- statements ----

func (f *formatter) stmt(s Stmt) *doc {
	f.start = f.tokens[0].at.From
	switch s := s.(type) {
	case *Let:
		return concat(f.take(kLet), space, f.any(), f.annotation(s.Type), space, f.take(kAssign), f.value(s.Value))
	case *LetRecord:
		names := func(int) *doc { return f.any() }
		return concat(f.take(kLet), space, f.brackets(line, true, len(s.Names), names), space, f.take(kAssign), f.value(s.Value))
	case *Const:
		return concat(f.take(kConst), space, f.any(), f.annotation(s.Type), space, f.take(kAssign), f.value(s.Value))
	case *For:
		return f.forStmt(s)
	case *While:
		return concat(f.take(kWhile), space, f.cond(&s.Cond), space, f.block(s.Body))
	case *Defer:
		return concat(f.take(kDefer), space, f.body(s.Body))
	case *Return:
		return f.returning(s)
	case *Break, *Continue:
		return f.any()
	case *Assign:
		return concat(f.expr(s.Target), space, f.any(), f.value(s.Value))
	case *ExprStmt:
		return f.expr(s.X)
	}
	panic("a statement of no known kind")
}

// annotation makes `: T`, or nothing.
func (f *formatter) annotation(t Type) *doc {
	if t == nil {
		return nothing
	}
	return concat(f.take(kColon), space, f.typ(t))
}

func (f *formatter) forStmt(s *For) *doc {
	parts := []*doc{f.take(kFor), space, f.any()}
	if len(s.Names) > 1 {
		parts = append(parts, f.take(kComma), space, f.any())
	}
	parts = append(parts, space, f.take(kIn), space, f.head(s.Over), space, f.block(s.Body))
	return concat(parts...)
}

func (f *formatter) returning(r *Return) *doc {
	d := f.take(kReturn)
	if r.Value == nil {
		return d
	}
	f.start = f.tokens[0].at.From
	return concat(d, f.value(r.Value))
}

// cond makes the head of an if or while.
func (f *formatter) cond(c *Cond) *doc {
	if c.Let == nil {
		f.start = f.tokens[0].at.From
		return f.head(c.Value)
	}
	return concat(f.take(kLet), space, f.any(), space, f.take(kAssign), space, f.head(c.Value))
}

// head makes the expression before a block. Where an operator begins a line it
// stands two steps deep, apart from the block.
func (f *formatter) head(e Expr) *doc {
	d := f.expr(e)
	switch e.(type) {
	case *Binary, *Coalesce, *Pipe:
		return indent(d)
	}
	return d
}

// value makes what stands behind `=`, `:` or `=>`: on the next line when a
// comment ends this one.
func (f *formatter) value(e Expr) *doc { return f.behind(func() *doc { return f.expr(e) }) }

func (f *formatter) behind(what func() *doc) *doc {
	if !f.comment && !f.commentAhead() {
		return concat(space, what())
	}
	return indent(hard, f.leading(), what())
}

// ---- blocks ----

func (f *formatter) block(b *Block) *doc { return keeping(f.braces(b)) }

// braces makes a block, whose lines break with the group around. It stays on
// one line when it has one statement and the author didn't break it.
func (f *formatter) braces(b *Block) *doc {
	open := f.take(kLBrace)
	keep := len(b.Stmts) > 1 || f.newlineAhead()
	inner := f.lines(len(b.Stmts), hard, func(i int) Node { return b.Stmts[i] }, f.item, f.noComma)
	if inner == nil {
		return concat(open, f.take(kRBrace))
	}
	if keep {
		open = concat(open, breaks)
	}
	return concat(open, indent(line, inner), line, f.take(kRBrace))
}

// body makes what a closure, an arm or a defer has: a block, or one statement
// without braces.
func (f *formatter) body(b *Block) *doc {
	if b.Braces {
		return f.block(b)
	}
	return f.stmt(b.Stmts[0])
}
