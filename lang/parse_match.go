package lang

// match reads `match e { arms }`.
func (p *parser) match(from uint32) Expr {
	p.next()
	m := &Match{X: p.headExpr()}
	p.braceOnOwnLine()
	if !p.at(kLBrace) {
		p.failAt("E0207", p.peek(), "expected the arms `{ .. }` of the match, found %s", p.found(p.peek()))
	}
	p.next()
	for {
		for p.accept(kTerm) {
		}
		if p.at(kRBrace) || p.peek().EOF() {
			break
		}
		m.Arms = append(m.Arms, p.armOrBad())
		p.tooMany("E0136", len(m.Arms), MaxElements, "arms")
	}
	p.expect(kRBrace)
	m.Base = p.base(from)
	return m
}

// armOrBad reads one arm; one that is wrong is reported and skipped.
func (p *parser) armOrBad() (a Arm) {
	start := p.place()
	base := Base{Span{start.from, start.from}}
	a = Arm{base, &BadPattern{base}, nil, &Block{Base: base}}
	var skipped Stmt
	defer p.recoverStmt(start, &skipped)
	cases := p.isCase()
	if a.Pattern = p.foreignCase(); a.Pattern == nil {
		a.Pattern = &BadPattern{base}
		a.Pattern = p.alternatives()
	}
	if p.accept(kIf) {
		a.Guard = p.expr()
	}
	cases = cases && p.at(kColon)
	p.armArrow()
	if cases {
		a.Body = p.caseBody(p.end)
		a.Base = p.base(start.from)
		return a
	}
	a.Body = p.body(true)
	a.Base = p.base(start.from)
	if !p.accept(kComma) {
		p.endOfArm()
	}
	return a
}

func (p *parser) endOfArm() {
	t := p.peek()
	if endsStmt(t.Type) {
		return
	}
	if startsPattern(t.Type) {
		p.report("E0221", Span{p.end, p.end}, "an arm ends with a new line or a `,`").
			Fix("write `,`", Edit{Span{p.end, p.end}, ","})
		return
	}
	p.failTrailing(t)
}

func startsPattern(k kind) bool {
	switch k {
	case kInt, kFloat, kDuration, kSize, kString, kRegex, kTrue, kFalse, kNil, kName, kMinus:
		return true
	}
	return false
}

// alternatives reads `p | q`.
func (p *parser) alternatives() Pattern {
	p.enter()
	defer p.leave()
	from := p.from()
	first := p.pattern()
	if !p.at(kBar) {
		return first
	}
	alts := []Pattern{first}
	for p.accept(kBar) {
		alts = append(alts, p.pattern())
		p.tooMany("E0135", len(alts), MaxChain, "alternatives in a row")
	}
	return &OrPattern{p.base(from), alts}
}

// pattern reads one alternative.
func (p *parser) pattern() Pattern {
	from, t := p.from(), p.peek()
	switch t.Type {
	case kInt, kFloat, kDuration, kSize, kMinus:
		return p.numberPattern(from)
	case kTrue, kFalse, kNil, kString:
		x := p.operand()
		return &LiteralPattern{p.base(from), x}
	case kRegex, kReBegin:
		if x, ok := p.operand().(*Regex); ok {
			return &RegexPattern{p.base(from), x}
		}
	case kName:
		name := p.name("a name")
		if p.accept(kIs) {
			ty := p.plainType()
			return &IsPattern{p.base(from), name, ty}
		}
		return &NamePattern{p.base(from), name}
	case kLBrace:
		return p.recordPattern(from)
	case kStrBegin:
		p.failAt("E0228", t, "the text of a pattern has no holes; use a guard")
	}
	p.failAt("E0205", t, "expected a pattern, found %s", p.found(t))
	return nil
}

func (p *parser) numberPattern(from uint32) Pattern {
	x := p.signedNumber()
	if k := p.kind(); k == kRange || k == kRangeIncl {
		p.next()
		to := p.signedNumber()
		return &RangePattern{p.base(from), x, to, k == kRangeIncl}
	}
	return &LiteralPattern{p.base(from), x}
}

// signedNumber reads a number with its sign folded in.
func (p *parser) signedNumber() Expr {
	from := p.from()
	negative := p.accept(kMinus)
	switch t := p.peek(); t.Type {
	case kInt, kFloat, kDuration, kSize:
	default:
		p.failAt("E0205", t, "expected a number, found %s", p.found(t))
	}
	e := p.number(negative)
	if !negative {
		return e
	}
	at := p.base(from)
	switch e := e.(type) {
	case *Int:
		e.Base = at
	case *Float:
		e.Base, e.Value = at, -e.Value
	case *Duration:
		e.Base, e.Value = at, -e.Value
	case *Size:
		e.Base, e.Value = at, -e.Value
	}
	return e
}

func (p *parser) recordPattern(from uint32) Pattern {
	p.next()
	r := &RecordPattern{}
	for !p.at(kRBrace) {
		r.Fields = append(r.Fields, p.patternField())
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

func (p *parser) patternField() PatternField {
	from := p.from()
	f := PatternField{Name: p.name("a field's name")}
	if p.accept(kColon) {
		f.Pattern = p.alternatives()
	}
	f.Base = p.base(from)
	return f
}
