package lang

// typ reads a type.
func (p *parser) typ() Type { return p.typeWith(true) }

// plainType reads a type where a word type can only be given by name, because
// a `|` behind it means something else.
func (p *parser) plainType() Type { return p.typeWith(false) }

func (p *parser) typeWith(words bool) Type {
	p.types++
	if p.types > MaxTypeDepth {
		p.failAt("E0137", p.peek(), "more than %d types stand within each other here", MaxTypeDepth)
	}
	from := p.from()
	t := p.namelessType(from, words)
	for p.at(kQuestion) || p.optionalTwice() {
		p.next()
		if o, ok := t.(*OptionalType); ok { // `T??` is `T?`
			t = o.X
		}
		t = &OptionalType{p.base(from), t}
	}
	if words {
		t = p.foreignUnion(from, t)
	}
	p.types--
	return t
}

// optionalTwice tells whether `??` behind a type is two `?`: when no operand
// follows it.
func (p *parser) optionalTwice() bool {
	return p.at(kCoalesce) && !startsExpr(p.peekAt(1).Type) && !leaves(p.peekAt(1).Type)
}

func (p *parser) namelessType(from uint32, words bool) Type {
	switch t := p.peek(); t.Type {
	case kName:
		return p.namedType(from)
	case kString:
		if !words {
			p.failAt("E0204", t, "a word type stands here only by its name, given by `type`")
		}
		return p.wordsType(from)
	case kLParen:
		p.next()
		inner := p.typ()
		p.expect(kRParen)
		return inner
	case kLBrace:
		return p.recordType(from)
	case kFn:
		return p.fnType(from)
	default:
		p.foreignType(t)
		p.failAt("E0204", t, "expected a type, found %s", p.found(t))
		return nil
	}
}

func (p *parser) namedType(from uint32) Type {
	n := &NamedType{Name: p.name("a type")}
	if p.at(kDot) && p.peekAt(1).Type == kName {
		p.next()
		module := n.Name
		n.Module, n.Name = &module, p.name("a type")
	}
	switch {
	case p.at(kLt):
		p.foreignGeneric(n)
	case p.at(kLBracket):
		p.next()
		if p.at(kRBracket) {
			p.failArrayType(from)
		}
		n.Arg = p.typ()
		p.foreignMapType(n)
		p.expect(kRBracket)
		p.goMapType(n)
	}
	n.Base = p.base(from)
	return n
}

func (p *parser) wordsType(from uint32) Type {
	w := &WordsType{}
	for {
		t := p.peek()
		if t.Type != kString {
			p.failAt("E0204", t, "expected a word in quotes, found %s", p.found(t))
		}
		p.next()
		w.Words = append(w.Words, p.textOf(t))
		p.tooMany("E0136", len(w.Words), MaxFields, "words")
		if !p.accept(kBar) {
			w.Base = p.base(from)
			return w
		}
	}
}

func (p *parser) recordType(from uint32) Type {
	p.next()
	r := &RecordType{}
	for !p.at(kRBrace) {
		start := p.from()
		f := TypeField{Name: p.name("a field's name")}
		p.expect(kColon)
		f.Type = p.typ()
		f.Base = p.base(start)
		r.Fields = append(r.Fields, f)
		p.tooMany("E0136", len(r.Fields), MaxFields, "fields")
		if !p.comma(kRBrace) {
			break
		}
	}
	p.accept(kTerm)
	p.expect(kRBrace)
	r.Base = p.base(from)
	return r
}

func (p *parser) fnType(from uint32) Type {
	p.next()
	p.expect(kLParen)
	f := &FnType{}
	for !p.at(kRParen) {
		f.Params = append(f.Params, p.typ())
		p.tooMany("E0136", len(f.Params), MaxParams, "parameters")
		if !p.accept(kComma) {
			break
		}
	}
	p.expect(kRParen)
	if p.accept(kArrow) {
		f.Result = p.typ()
	}
	f.Base = p.base(from)
	return f
}
