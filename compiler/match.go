package compiler

import (
	"strings"

	"rex/capability"
	"rex/lang"
	"rex/library"
)

// coverage is what the arms of a match have covered so far.
type coverage struct {
	all    bool
	null   bool
	some   bool // everything but nil
	words  map[string]bool
	bools  [2]bool
	seen   map[capability.Value]bool
	fields []fieldCoverage // by patterns that test this field only
}

type fieldCoverage struct {
	name  string
	cover *coverage
}

func newCoverage() *coverage {
	return &coverage{words: map[string]bool{}, seen: map[capability.Value]bool{}}
}

func (c *checker) match(e *lang.Match, want *Type, u use) Expr {
	x := c.value(e.X, nil)
	out := &Match{node: node{at: e.At}, X: x}
	t := x.base().typ
	if gone(x) {
		return x
	}
	c.vars++
	out.Var = &Var{At: e.X.Span(), Type: t, owner: c.fn, order: c.vars, Used: true}
	if t.is(formText) {
		unify(t, typeString)
	}
	cover := newCoverage()
	start := c.mark()
	var ends []*fact
	var blocks []*Block
	for i := range e.Arms {
		a := &e.Arms[i]
		if _, bad := a.Pattern.(*lang.BadPattern); bad {
			cover.all = true // it was reported; it may have covered anything
			continue
		}
		c.push()
		arm := Arm{Pattern: c.pattern(a.Pattern, out, cover, a.Guard != nil)}
		if a.Guard != nil {
			arm.Guard = c.condition(a.Guard)
			c.learn(factsOf(arm.Guard, true))
		}
		arm.Body = c.block(emptyBody(a.Body, u), u.inner(), want)
		c.pop()
		if !arm.Body.Leaves {
			ends = append(ends, c.facts)
		}
		c.rejoin(start)
		out.Arms = append(out.Arms, arm)
		blocks = append(blocks, arm.Body)
	}
	c.meet(start, ends)
	if !isBad(x) {
		c.exhaustive(e, t, cover)
	}
	out.typ = c.branches(blocks, true, want, u, len(ends) == 0)
	return out
}

// emptyBody is the body of an arm. `{}` is data; where nobody wants the value
// it is meant as an empty block.
func emptyBody(b *lang.Block, u use) *lang.Block {
	if !u.dropped() || len(b.Stmts) != 1 {
		return b
	}
	if s, ok := b.Stmts[0].(*lang.ExprStmt); ok {
		if d, ok := s.X.(*lang.Data); ok && len(d.Fields) == 0 {
			return &lang.Block{Base: b.Base}
		}
	}
	return b
}

// exhaustive reports what no arm covers.
func (c *checker) exhaustive(e *lang.Match, t *Type, cover *coverage) {
	if cover.all {
		return
	}
	if missing := cover.missing(t); missing != "" {
		head := lang.Span{From: e.At.From, To: e.X.Span().To}
		d := c.report("E0414", head, "this does not cover %s", missing)
		c.addArm(e, d)
	}
}

// addArm offers an arm for the rest, in the layout of the others.
func (c *checker) addArm(e *lang.Match, d *lang.Diagnostic) {
	if len(e.Arms) == 0 || e.At.Len() < 2 || c.src.Text(lang.Span{From: e.At.To - 1, To: e.At.To}) != "}" {
		return
	}
	last := e.Arms[len(e.Arms)-1].At
	here := lang.Span{From: last.To, To: last.To}
	text := ", _ => fail(\"unexpected\")"
	if strings.Contains(c.src.Text(lang.Span{From: last.To, To: e.At.To}), "\n") {
		text = "\n" + c.indent(last.From) + "_ => fail(\"unexpected\")"
	}
	d.Offer("add an arm for the rest", lang.Edit{Span: here, New: text})
}

// indent is the white space at the start of a line.
func (c *checker) indent(offset uint32) string {
	line := c.src.Line(offset)
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}

func (v *coverage) missing(t *Type) string {
	if v.all || v.some && t.kind() != capability.KindOptional {
		return ""
	}
	switch t.kind() {
	case capability.KindBool:
		for i, word := range []string{"false", "true"} {
			if !v.bools[i] {
				return "`" + word + "`"
			}
		}
		return ""
	case capability.KindWord:
		for _, w := range t.find().known.Words {
			if !v.words[w] {
				return "`\"" + w + "\"`"
			}
		}
		return ""
	case capability.KindOptional:
		if !v.null {
			return "`nil`"
		}
		return v.missing(t.element())
	}
	if len(v.fields) == 1 {
		f := v.fields[0]
		if what := f.cover.missing(t.field(f.name)); strings.HasPrefix(what, "`") {
			return "`{ " + f.name + ": " + strings.Trim(what, "`") + " }`"
		}
	}
	return "every case: add `_ => ..`"
}

// pattern checks a pattern against the matched value and notes what it covers.
func (c *checker) pattern(p lang.Pattern, m *Match, cover *coverage, guarded bool) Pattern {
	if cover.all {
		c.report("W0606", p.Span(), "this arm is never reached: an arm above covers everything")
	}
	switch p := p.(type) {
	case *lang.OrPattern:
		out := &OrPattern{}
		for _, a := range p.Alts {
			if n := c.boundBy(a); n != nil {
				c.report("E0415", n.At, "alternatives bind no names")
				continue
			}
			out.Alts = append(out.Alts, c.pattern(a, m, cover, guarded))
		}
		return out
	case *lang.NamePattern:
		return c.namePattern(p, m, cover, guarded)
	case *lang.LiteralPattern:
		return c.literalPattern(p, m, cover, guarded)
	case *lang.RangePattern:
		return c.rangePattern(p, m)
	case *lang.RegexPattern:
		x := c.regex(p.X)
		if isBad(x) {
			return &AnyPattern{}
		}
		if m.Var.Type.kind() == capability.KindAny {
			text := &Cast{node{at: p.At, typ: typeString}, c.matched(m, p.At)}
			return &TestPattern{c.ifHolds(m, p.At, typeString, c.lib(regexRow("contains"), p.At, text, x))}
		}
		if !textual(m.Var.Type.stripOptional()) {
			c.report("E0415", p.At, "a pattern `re\"..\"` is for a string, this is %s", article(m.Var.Type))
			return &AnyPattern{}
		}
		return &TestPattern{c.unlessNil(m, p.At, c.lib(regexRow("contains"), p.At, c.matchedValue(m, p.At), x))}
	case *lang.IsPattern:
		return c.isPattern(p, m, cover, guarded)
	case *lang.RecordPattern:
		return c.recordPattern(p, m, cover, guarded)
	}
	return &AnyPattern{}
}

func regexRow(name string) *library.Row {
	for _, r := range plainRows("", name) {
		if len(r.Params) == 2 && r.Params[1].Shape.Kind == capability.KindRegex {
			return r
		}
	}
	return nil
}

func (c *checker) matched(m *Match, at lang.Span) Expr {
	return &Local{node{at: at, typ: m.Var.Type}, m.Var}
}

// matchedValue is what the matched T? holds, behind a test that it is there.
func (c *checker) matchedValue(m *Match, at lang.Span) Expr {
	if m.Var.Type.kind() == capability.KindOptional {
		return &Narrowed{node{at: at, typ: m.Var.Type.element()}, m.Var}
	}
	return c.matched(m, at)
}

// ifHolds makes a test fail for an any that holds something else.
func (c *checker) ifHolds(m *Match, at lang.Span, t *Type, test Expr) Expr {
	is := &IsType{node{at: at, typ: typeBool}, c.matched(m, at), t}
	return &Binary{node{at: at, typ: typeBool}, lang.OpAnd, is, test, at}
}

// unlessNil makes a test fail for nil.
func (c *checker) unlessNil(m *Match, at lang.Span, test Expr) Expr {
	if m.Var.Type.kind() != capability.KindOptional {
		return test
	}
	some := &Binary{node{at: at, typ: typeBool}, lang.OpNe, c.matched(m, at), &NilLit{node{at: at, typ: m.Var.Type}}, at}
	return &Binary{node{at: at, typ: typeBool}, lang.OpAnd, some, test, at}
}

func (c *checker) namePattern(p *lang.NamePattern, m *Match, cover *coverage, guarded bool) Pattern {
	name := p.Name.Text
	if e := c.lookup(name); name != "_" && e != nil {
		if e.k != nil {
			return c.equalPattern(c.constUse(e.k, p.At, m.Var.Type), p.At, m, cover, guarded)
		}
		if e.v.owner.root() == c.fn.root() {
			d := c.report("E0415", p.At, "`%s` is a variable; a name here binds a new one", name)
			if fresh := c.freshName("x", "it", "other"); fresh != "" {
				d.Replace(p.At, fresh+" if "+fresh+" == "+name)
			}
			return &AnyPattern{}
		}
	}
	if !guarded {
		cover.all = true
	}
	if name == "_" {
		return &AnyPattern{}
	}
	t := m.Var.Type
	if cover.null {
		t = t.stripOptional()
	}
	return &AnyPattern{Var: c.declare(p.Name, t)}
}

func (c *checker) isPattern(p *lang.IsPattern, m *Match, cover *coverage, guarded bool) Pattern {
	t := c.annotation(p.Type)
	if m.Var.Type.kind() != capability.KindAny && !m.Var.Type.bad() {
		c.report("E0415", p.At, "`is` tests what an any holds, this is %s", article(m.Var.Type))
		t = typeBad
	}
	if t.form == formKnown && !t.known.FitsAny() {
		c.report("E0430", p.Type.Span(), "an any can't hold %s", article(t))
		t = typeBad
	}
	out := &TypePattern{Type: t}
	if t.kind() == capability.KindAny && !guarded {
		cover.all = true
	}
	if p.Name.Text != "_" {
		out.Var = c.declare(p.Name, t)
	}
	return out
}

func (c *checker) literalPattern(p *lang.LiteralPattern, m *Match, cover *coverage, guarded bool) Pattern {
	t := m.Var.Type.stripOptional()
	var want *Type
	if t.kind() == capability.KindFloat {
		want = t
	}
	x := c.expr(p.X, want)
	if k, ok := x.(*Const); ok && k.typ.is(formText) {
		switch t.kind() {
		case capability.KindPath, capability.KindURL, capability.KindWord:
			unify(k.typ, t)
		default:
			unify(k.typ, typeString)
		}
	}
	return c.equalPattern(x, p.At, m, cover, guarded)
}

// equalPattern matches a value that equals x.
func (c *checker) equalPattern(x Expr, at lang.Span, m *Match, cover *coverage, guarded bool) Pattern {
	if isBad(x) || m.Var.Type.bad() {
		return &AnyPattern{}
	}
	t := m.Var.Type
	if isNil(x) {
		if t.kind() != capability.KindOptional && t.kind() != capability.KindAny {
			c.report("E0415", at, "this is %s and never nil", article(t))
			return &AnyPattern{}
		}
		cover.null = cover.null || !guarded
	} else if !c.canEqual(x, t) {
		c.report("E0415", at, "this is %s, but %s is matched", article(x.base().typ), article(t))
		return &AnyPattern{}
	}
	c.note(x, at, cover, guarded)
	test := &Binary{node{at: at, typ: typeBool}, lang.OpEq, c.matched(m, at), x, at}
	c.pending = append(c.pending, func() { c.closeEquality(test) })
	return &TestPattern{test}
}

// canEqual reports whether a literal could equal the matched value.
func (c *checker) canEqual(x Expr, t *Type) bool {
	if t.kind() == capability.KindAny {
		return scalarKind(x.base().typ)
	}
	t = t.stripOptional()
	return textual(x.base().typ) && textual(t) || couldBe(x.base().typ, t)
}

// note adds a literal to what is covered.
func (c *checker) note(x Expr, at lang.Span, cover *coverage, guarded bool) {
	k, ok := x.(*Const)
	if !ok || guarded {
		return
	}
	if cover.seen[k.Value] {
		c.report("W0606", at, "this value was matched above")
	}
	cover.seen[k.Value] = true
	switch v := k.Value.(type) {
	case capability.BoolValue:
		cover.bools[b2i(bool(v))] = true
	case capability.StringValue:
		cover.words[string(v)] = true
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (c *checker) rangePattern(p *lang.RangePattern, m *Match) Pattern {
	t := m.Var.Type.stripOptional()
	if t.bad() {
		return &AnyPattern{}
	}
	isAny := t.kind() == capability.KindAny
	if isAny { // a number of the kind that is written
		t = c.expr(p.From, nil).base().typ
	}
	if !number(t.kind()) && !measure(t.kind()) {
		c.report("E0415", p.At, "a range matches an int, float, size or duration, this is %s", article(t))
		return &AnyPattern{}
	}
	from := c.need(c.expr(p.From, t), t, "the start of the range")
	to := c.need(c.expr(p.To, t), t, "the end of the range")
	if isBad(from) || isBad(to) {
		return &AnyPattern{}
	}
	op := lang.OpLt
	if p.Inclusive {
		op = lang.OpLe
	}
	x := c.matchedValue(m, p.At)
	if isAny {
		x = &Cast{node{at: p.At, typ: t}, c.matched(m, p.At)}
	}
	low := &Binary{node{at: p.At, typ: typeBool}, lang.OpGe, x, from, p.At}
	high := &Binary{node{at: p.At, typ: typeBool}, op, x, to, p.At}
	both := &Binary{node{at: p.At, typ: typeBool}, lang.OpAnd, low, high, p.At}
	if isAny {
		return &TestPattern{c.ifHolds(m, p.At, t, both)}
	}
	return &TestPattern{c.unlessNil(m, p.At, both)}
}
