package lang

// typ makes a type.
func (f *formatter) typ(t Type) *doc { return f.typeIn(t, false) }

// plainType makes a type where `|` behind it means something else.
func (f *formatter) plainType(t Type) *doc { return f.typeIn(t, endsInWords(t)) }

func (f *formatter) typeIn(t Type, parens bool) *doc {
	before := concat(f.before()...)
	opened, outer := f.openedParens()
	end := max(outer.To, t.Span().To)
	if (opened > 0 || parens || innerParens(t)) && f.commentBefore(end) {
		// Where parentheses come or go, a comment may end a line or not.
		return concat(before, breaks, f.verbatim(Span{f.tokens[0].at.From, end}))
	}
	for range opened {
		f.advance()
	}
	d := f.bareType(t, &opened)
	for range opened {
		f.advance()
	}
	if parens {
		d = concat(text("("), d, text(")"))
	}
	return concat(before, d, f.behindToken())
}

// openedParens counts the parentheses before a type, which the tree doesn't
// have, and gives the span of the outermost pair.
func (f *formatter) openedParens() (n int, outer Span) {
	for f.tokens[n].kind == kLParen {
		n++
	}
	if n == 0 {
		return 0, Span{}
	}
	depth := 0
	for i, t := range f.tokens {
		if depth += bracketStep(t.kind); depth == 0 {
			return n, Span{f.tokens[0].at.From, f.tokens[i].at.To}
		}
	}
	panic("a parenthesis that isn't closed")
}

func endsInWords(t Type) bool {
	switch t := t.(type) {
	case *WordsType:
		return true
	case *FnType:
		return t.Result != nil && endsInWords(t.Result)
	}
	return false
}

// innerParens tells whether a type is a `(T)?`.
func innerParens(t Type) bool {
	o, ok := t.(*OptionalType)
	if !ok {
		return false
	}
	fn, ok := o.X.(*FnType)
	return endsInWords(o.X) || ok && fn.Result != nil
}

// bareType makes a type without the parentheses around it; opened says how many
// of them wait to be closed.
func (f *formatter) bareType(t Type, opened *int) *doc {
	switch t := t.(type) {
	case *NamedType:
		parts := []*doc{f.any()}
		if t.Module != nil {
			parts = append(parts, f.take(kDot), f.any())
		}
		if t.Arg != nil {
			parts = append(parts, f.take(kLBracket), f.typ(t.Arg), f.trailing(), f.take(kRBracket))
		}
		return concat(parts...)
	case *OptionalType:
		return f.optional(t, opened)
	case *WordsType:
		parts := []*doc{f.any()}
		for range t.Words[1:] {
			parts = append(parts, space, f.take(kBar), indent(line, f.any()))
		}
		return group(parts...)
	case *RecordType:
		return f.brackets(line, true, len(t.Fields), func(i int) *doc {
			return concat(f.any(), f.take(kColon), space, f.typ(t.Fields[i].Type))
		})
	case *FnType:
		params := func(i int) *doc { return f.typ(t.Params[i]) }
		d := concat(f.take(kFn), f.brackets(soft, false, len(t.Params), params))
		if t.Result == nil {
			return d
		}
		return concat(d, space, f.take(kArrow), space, f.typ(t.Result))
	}
	panic("a type of no known kind")
}

// optional makes `T?`, of which `T??` is another spelling.
func (f *formatter) optional(t *OptionalType, opened *int) *doc {
	d := f.bareType(t.X, opened)
	if innerParens(t) {
		d = concat(text("("), d, text(")"))
	}
	for !f.at(kEOF) && f.tokens[0].at.From < t.At.To {
		if f.at(kRParen) {
			*opened--
		}
		f.advance()
	}
	return concat(d, text("?"))
}

// ---- patterns ----

func (f *formatter) pattern(p Pattern) *doc {
	switch p := p.(type) {
	case *LiteralPattern:
		return f.expr(p.X)
	case *RangePattern:
		return concat(f.number(), f.any(), f.number())
	case *RegexPattern:
		return f.expr(p.X)
	case *NamePattern:
		return f.any()
	case *IsPattern:
		return concat(f.any(), space, f.take(kIs), space, f.plainType(p.Type))
	case *RecordPattern:
		return f.brackets(line, true, len(p.Fields), func(i int) *doc {
			name := f.any()
			if p.Fields[i].Pattern == nil {
				return name
			}
			return concat(name, f.take(kColon), space, f.pattern(p.Fields[i].Pattern))
		})
	case *OrPattern:
		parts := []*doc{f.pattern(p.Alts[0])}
		for _, alt := range p.Alts[1:] {
			parts = append(parts, space, f.take(kBar), indent(line, f.pattern(alt)))
		}
		return group(parts...)
	}
	panic("a pattern of no known kind")
}
