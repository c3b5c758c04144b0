package compiler

import (
	"rex/capability"
	"rex/lang"
)

// use says what becomes of an expression's value.
type use uint8

const (
	useValue  use = iota
	useDrop       // it is a statement
	useWalk       // a for walks it
	useReturn     // it is returned
	useTail       // it ends a function without a written result: given when there is one
	useLoose      // it ends a block that is a statement: of any type, and dropped
)

// dropped reports whether nobody looks at the value.
func (u use) dropped() bool { return u == useDrop || u == useLoose }

// inner is the use of the last expression of a branch.
func (u use) inner() use {
	switch u {
	case useReturn:
		return useTail
	case useWalk:
		return useValue
	}
	return u
}

// expr checks an expression. want is the type that would be welcome, nil for
// none: it types literals and closures; whether the result fits is for the
// caller to see.
func (c *checker) expr(e lang.Expr, want *Type) Expr { return c.exprIn(e, want, useValue) }

func (c *checker) exprIn(e lang.Expr, want *Type, u use) Expr {
	before := len(c.assigned)
	x := c.exprOf(e, want, u)
	if len(c.assigned) > before {
		x.base().assigns = true
	}
	if x.base().typ.tooLarge() {
		y, _ := c.failed("E0427", e.Span(), "the type of this is too large")
		return y
	}
	return x
}

func (c *checker) exprOf(e lang.Expr, want *Type, u use) Expr {
	switch e := e.(type) {
	case *lang.Paren:
		return c.exprIn(e.X, want, u)
	case *lang.Int, *lang.Float, *lang.Duration, *lang.Size, *lang.Bool, *lang.Nil, *lang.Text:
		return c.literal(e, want)
	case *lang.String:
		return c.template(e, want)
	case *lang.Regex:
		return c.regex(e)
	case *lang.Ident:
		return c.ident(e, want)
	case *lang.List:
		return c.list(e, want)
	case *lang.Data:
		return c.data(e, want)
	case *lang.Closure:
		return c.closure(e, want)
	case *lang.If:
		return c.ifExpr(e, want, u)
	case *lang.Match:
		return c.match(e, want, u)
	case *lang.Try:
		return c.tryExpr(e, want, u)
	case *lang.Catch:
		return c.catch(e, want, u)
	case *lang.Unary:
		return c.unary(e, want)
	case *lang.Binary:
		return c.binary(e, want)
	case *lang.Range:
		return c.rangeExpr(e)
	case *lang.Coalesce:
		return c.coalesce(e, want)
	case *lang.As:
		return c.as(e)
	case *lang.Is:
		return c.is(e)
	case *lang.Unwrap:
		return c.unwrap(e)
	case *lang.Member:
		return c.member(e, want)
	case *lang.Index:
		return c.index(e)
	case *lang.Slice:
		return c.slice(e)
	case *lang.Call:
		return c.call(e, want, u)
	case *lang.Pipe:
		return c.pipe(e, want, u)
	case *lang.Return:
		return c.leaveReturn(e)
	case *lang.Break:
		return c.leaveLoop(e.At, LeaveBreak)
	case *lang.Continue:
		return c.leaveLoop(e.At, LeaveContinue)
	}
	return bad(e.Span()) // a BadExpr: it was reported
}

// value is expr for an operand: something must be there.
func (c *checker) value(e lang.Expr, want *Type) Expr {
	x := c.expr(e, want)
	if x.base().typ.kind() == capability.KindNone {
		y, _ := c.failed("E0411", e.Span(), "this gives no value")
		return y
	}
	return x
}

// gone reports whether an expression leaves: whatever is done with its value is
// never done.
func gone(x Expr) bool { return x.base().typ.is(formNever) }

// ---- literals ----

func (c *checker) literal(e lang.Expr, want *Type) Expr {
	n := node{at: e.Span()}
	switch e := e.(type) {
	case *lang.Int:
		if want != nil && want.stripOptional().kind() == capability.KindFloat {
			n.typ = typeFloat
			return &Const{n, capability.FloatValue(e.Value)}
		}
		n.typ = typeInt
		return &Const{n, capability.IntValue(e.Value)}
	case *lang.Float:
		n.typ = typeFloat
		return &Const{n, capability.FloatValue(e.Value)}
	case *lang.Duration:
		n.typ = typeDuration
		return &Const{n, capability.DurationValue(e.Value)}
	case *lang.Size:
		n.typ = typeSize
		return &Const{n, capability.SizeValue(e.Value)}
	case *lang.Bool:
		n.typ = typeBool
		return &Const{n, capability.BoolValue(e.Value)}
	case *lang.Text:
		return c.textLiteral(e)
	}
	n.typ = optionalOf(newVar())
	return &NilLit{n}
}

// textLiteral is a string literal; what it is, its use decides.
func (c *checker) textLiteral(e *lang.Text) Expr {
	k := &Const{node{at: e.At, typ: newText()}, capability.StringValue(e.Value)}
	if e.Form == lang.TextBlock || e.Form == lang.RawBlock {
		k.typ = typeString
	}
	c.dollarNames(e.Value, e.At, e.Form)
	c.texts = append(c.texts, func() { c.closeText(k) })
	return k
}

// closeText checks a literal against the rules of the type that it turned out
// to have.
func (c *checker) closeText(k *Const) {
	s, ok := k.Value.(capability.StringValue)
	if !ok {
		return
	}
	text := string(s)
	switch t := k.typ.Final(); t.Kind {
	case capability.KindPath:
		k.Value = capability.PathValue(c.pathText(text, k.at))
	case capability.KindURL:
		k.Value = capability.URLValue(c.urlText(text, k.at))
	case capability.KindWord:
		if !t.HasWord(text) {
			c.notAWord(k.at, text, t)
		}
	}
}

func (c *checker) notAWord(at lang.Span, text string, t *capability.Type) {
	d := c.report("E0401", at, "`%s` is none of %s", shorten(text), shorten(t.Key()))
	if near := lang.DidYouMean(text, t.Words); near != "" {
		d.OfferText(at, `"`+near+`"`)
	}
}

// ---- names ----

func (c *checker) ident(e *lang.Ident, want *Type) Expr {
	if en := c.lookup(e.Name); en != nil {
		if en.k != nil {
			return c.constUse(en.k, e.At, want)
		}
		x, _ := c.readVar(en.v, e.At)
		return x
	}
	if d := c.fns[e.Name]; d != nil {
		return c.fnValue(d, e.At)
	}
	return c.unknownName(e)
}

func (c *checker) unknownName(e *lang.Ident) Expr {
	at := e.At
	switch {
	case c.alias(e.Name) != nil:
		x, _ := c.failed("E0305", at, "the import `%s` is no value: what its file declares is `%s.name`", e.Name, e.Name)
		return x
	case c.constant != nil && c.isTopVariable(e.Name):
		c.constant.reported = true
		x, d := c.failed("E0308", at, "`%s` is not constant: `%s` is a variable", c.constant.name, e.Name)
		d.Note("declare it with `let`")
		return x
	case moduleWord(e.Name):
		x, _ := c.failed("E0305", at, "the module `%s` is no value: an operation is called as `%s.name(..)`", e.Name, e.Name)
		return x
	case isLibraryName(e.Name):
		x, d := c.failed("E0305", at, "`%s` is a function of the language and no value", e.Name)
		d.Replace(at, "|x| "+e.Name+"(x)")
		return x
	}
	x, d := c.failed("E0301", at, "there is no variable `%s`", e.Name)
	if e.Name == "pass" {
		return c.noPass(x, d, at)
	}
	if c.seeks(d) {
		c.suggest(d, at, e.Name, c.visible())
	}
	return x
}

// isTopVariable reports whether the script declares a variable of this name,
// anywhere outside of blocks.
func (c *checker) isTopVariable(name string) bool {
	for _, s := range c.file.Stmts {
		if l, ok := s.(*lang.Let); ok && l.Name.Text == name {
			return true
		}
	}
	return false
}

// readVar reads a variable, as what tests have shown it to be.
func (c *checker) readVar(v *Var, at lang.Span) (Expr, bool) {
	v.Used = true
	c.seen(v, at)
	own := v
	t, narrowed := c.typeOf(v)
	if v.Stream != nil {
		if x := c.consume(v, at); x != nil {
			return x, false
		}
	}
	if narrowed {
		return &Narrowed{node{at: at, typ: t}, own}, true
	}
	return &Local{node{at: at, typ: t}, own}, false
}

// seen notes that the present function sees a variable of another: a function
// is given it with each call, a closure that is a value captures it.
func (c *checker) seen(v *Var, at lang.Span) {
	if v.owner.root() != c.fn.root() {
		c.fn.root().noteNeed(v, at)
	}
	for f := c.fn; f != nil && f != v.owner; f = f.outer {
		if f.outer != nil {
			f.fn.see(v)
		}
	}
}

// see adds a variable to those that a closure captures.
func (f *Fn) see(v *Var) {
	if f.seen == nil {
		f.seen = map[*Var]bool{}
	}
	if !f.seen[v] {
		f.seen[v] = true
		f.Needs = append(f.Needs, v)
	}
}

func (f *scopeFn) noteNeed(v *Var, at lang.Span) {
	if f.decl == nil {
		return
	}
	if _, ok := f.decl.needs[v]; !ok {
		f.decl.needs[v] = at
	}
}

// consume notes the one use that a stream has.
func (c *checker) consume(v *Var, at lang.Span) Expr {
	s := v.Stream
	switch {
	case v.owner != c.fn:
		x, _ := c.failed("E0418", at, "a closure can't read `%s`: a stream is read in the block that made it", v.Name)
		return x
	case s.used:
		x, d := c.failed("E0418", at, "the stream `%s` was read before", v.Name)
		d.Label(s.at, "here")
		d.Note("a stream is read once; to go over it again, make a list of it with `.collect()`")
		return x
	case c.fn.loops > s.loops:
		x, d := c.failed("E0418", at, "the stream `%s` was made outside of this loop, and can be read once", v.Name)
		d.Note("make a list of it with `.collect()`")
		return x
	}
	s.used, s.at = true, at
	if v.pipeline != nil {
		return v.pipeline
	}
	return nil
}

// fnValue is the name of a function as a value.
func (c *checker) fnValue(d *fnDecl, at lang.Span) Expr {
	if !c.useFn(d, at) {
		return bad(at)
	}
	params := make([]*Type, len(d.fn.Params))
	for i, p := range d.fn.Params {
		params[i] = p.Type
	}
	return &FnValue{node{at: at, typ: funcOf(params, d.fn.Result)}, d.fn}
}

// useFn makes a function's signature known, result included. It reports a
// function whose result would depend on itself.
func (c *checker) useFn(d *fnDecl, at lang.Span) bool {
	c.signature(d)
	if d.fn.Result == nil {
		if d.state == 2 {
			if !d.reported {
				c.report("E0425", at, "`%s` calls itself, so its result must be written", d.fn.Name).
					Label(d.decl.Name.At, "`fn %s(..) -> T { .. }`", d.fn.Name)
				d.reported = true
			}
			d.fn.Result = typeBad
			d.scope.result, d.scope.given = typeBad, true
			return false
		}
		if c.depth >= maxInferDepth {
			c.report("E0427", at, "the result of `%s` depends on too many other functions: write it down, `-> T`", d.fn.Name)
			d.fn.Result = typeBad
			return false
		}
		c.depth++
		c.checkFn(d)
		c.depth--
	}
	for f := c.fn; f.outer != nil; f = f.outer {
		f.fn.calls = append(f.fn.calls, d)
	}
	use := fnUse{d, c.fn, at, c.vars}
	if root := c.fn.root(); root.decl != nil {
		root.decl.uses = append(root.decl.uses, use)
	} else {
		c.calls = append(c.calls, use)
	}
	return true
}

// maxInferDepth bounds how many functions without a written result wait for
// each other.
const maxInferDepth = 200

// ---- constants ----

func (c *checker) constDecl(s *lang.Const, top bool) {
	k := &constant{unit: c.unit, name: s.Name.Text, at: s.Name.At, decl: s, top: top}
	c.checkHiding(s.Name)
	if s.Type != nil {
		k.typ = c.annotation(s.Type)
	}
	c.bind(s.Name.Text, &entry{k: k})
	k.scope = c.scope
	if s.Value == nil {
		k.busy = true
		return
	}
	if !top {
		c.tryConst(k)
	}
}

// tryConst checks a constant's expression where it is declared.
func (c *checker) tryConst(k *constant) {
	x := c.constUse(k, k.decl.Value.Span(), k.typ)
	k.used = false
	c.after = append(c.after, func() {
		if !isConstant(x) && !isBad(x) && !k.reported {
			k.reported = true
			d := c.report("E0308", k.decl.Value.Span(), "`%s` is not constant: its value is known only when the script runs", k.name)
			if at := k.decl.At; at.Len() > 5 && c.src.Text(lang.Span{From: at.From, To: at.From + 5}) == "const" {
				d.Fix("make it a variable", lang.Edit{Span: lang.Span{From: at.From, To: at.From + 5}, New: "let"})
			}
		}
	})
}

// maxConstNodes bounds how much text constants may stand for in all.
const maxConstNodes = 200000

// constUse puts a constant's expression in the place of its name.
func (c *checker) constUse(k *constant, at lang.Span, want *Type) Expr {
	k.used = true
	if k.busy {
		if k.decl.Value != nil && !k.reported {
			k.reported = true
			c.report("E0308", at, "`%s` is made of itself", k.name)
		}
		return bad(at)
	}
	c.spent += int(k.decl.Value.Span().To-k.decl.Value.Span().From)/4 + 1
	if c.spent > maxConstNodes {
		k.busy = true
		k.reported = true
		x, _ := c.failed("E0427", at, "the constants of this script stand for too much text")
		return x
	}
	if k.typ != nil {
		want = k.typ
	}
	k.busy = true
	unit, scope, facts, errors, outer := c.unit, c.scope, c.facts, c.errors, c.constant
	c.unit, c.scope, c.facts, c.constant = k.unit, k.scope, nil, k
	x := c.value(k.decl.Value, want)
	if k.typ != nil {
		x = c.need(x, k.typ, "`"+k.name+"`")
	}
	c.unit, c.scope, c.facts, c.constant = unit, scope, facts, outer
	k.busy = false
	if c.errors > errors {
		k.busy, k.reported = true, true // once is enough
	}
	if k.unit != c.unit {
		x.base().at = at // what is wrong with it here is not its file's fault
	}
	return frozenConst(x, at)
}

// frozenConst gives a constant the position of its use, and freezes a container.
func frozenConst(x Expr, at lang.Span) Expr {
	switch x := x.(type) {
	case *Const:
		return x
	case *ListLit, *RecordLit, *MapLit, *Convert:
		return &Frozen{node{at: at, typ: x.base().typ}, x}
	}
	return x
}

// ---- containers ----

func (c *checker) list(e *lang.List, want *Type) Expr {
	out := &ListLit{node: node{at: e.At}}
	var elem *Type
	if want != nil {
		if w := want.stripOptional(); w.kind() == capability.KindList {
			elem = w.element()
		}
	}
	for _, item := range e.Items {
		x := c.notStored(c.value(item, elem))
		if elem != nil {
			x = c.need(x, elem, "the element")
		}
		out.Items = append(out.Items, x)
	}
	if elem == nil {
		elem = c.joinItems(out.Items, want != nil && want.kind() == capability.KindAny)
	}
	out.typ = listOf(elem)
	return out
}

// notStored reports a stream where a container would keep it.
func (c *checker) notStored(x Expr) Expr {
	if x.base().typ.kind() != capability.KindStream {
		return x
	}
	at := x.base().at
	c.report("E0418", at, "a stream can't be kept in a list, map or record").
		Fix("make a list of it", lang.Edit{Span: lang.Span{From: at.To, To: at.To}, New: ".collect()"})
	return bad(at)
}

// joinItems agrees on the type of a list's elements: string rather than a
// word type.
func (c *checker) joinItems(items []Expr, wantAny bool) *Type {
	if len(items) == 0 {
		return newVar()
	}
	floats(items)
	xs := make([]*Expr, len(items))
	for i := range items {
		xs[i] = &items[i]
	}
	if wantAny && !joinable(items) {
		return c.anyOf(xs)
	}
	c.joinFields(items)
	t := c.joinAll(xs, "all elements")
	if t.is(formNever) {
		return newVar()
	}
	if t.kind() != capability.KindWord {
		return t
	}
	for i := range items {
		items[i] = c.need(items[i], typeString, "the element")
	}
	return typeString
}

// joinFields lets the record literals of a list agree field by field, so that
// one of them may have a nil where others have a value.
func (c *checker) joinFields(items []Expr) {
	var literals []*RecordLit
	for _, x := range items {
		r, ok := x.(*RecordLit)
		if !ok || !r.typ.is(formRecord) || len(literals) > 0 && !sameFields(literals[0], r) {
			return
		}
		literals = append(literals, r)
	}
	if joinable(items) {
		return
	}
	fields := make([]typeField, len(literals[0].Fields))
	for i, f := range literals[0].Fields {
		xs := make([]*Expr, len(literals))
		for j, r := range literals {
			xs[j] = r.field(f.Name)
		}
		fields[i] = typeField{f.Name, c.joinAll(xs, "all fields `"+f.Name+"` of a list")}
	}
	t := recordOf(fields)
	for _, r := range literals {
		r.typ = t
	}
}

func sameFields(a, b *RecordLit) bool {
	for _, f := range a.Fields {
		if b.field(f.Name) == nil {
			return false
		}
	}
	return len(a.Fields) == len(b.Fields)
}

func (r *RecordLit) field(name string) *Expr {
	for i := range r.Fields {
		if r.Fields[i].Name == name {
			return &r.Fields[i].Value
		}
	}
	return nil
}

// floats makes the int literals of a list floats when another element is one.
func floats(items []Expr) {
	for _, x := range items {
		if x.base().typ.kind() == capability.KindFloat {
			for i := range items {
				items[i] = asFloat(items[i], x)
			}
			return
		}
	}
}

// joinable reports whether elements have a type in common.
func joinable(items []Expr) bool {
	first := items[0].base().typ.stripOptional()
	for _, x := range items[1:] {
		t := x.base().typ.stripOptional()
		if !couldBe(first, t) && !(textual(first) && textual(t)) {
			return false
		}
	}
	return true
}

// data is {..}: a map where one is wanted, else a record.
func (c *checker) data(e *lang.Data, want *Type) Expr {
	c.sameKeyTwice(e)
	if want != nil {
		w := want.stripOptional()
		switch w.kind() {
		case capability.KindMap:
			return c.mapLiteral(e, w)
		case capability.KindRecord:
			return c.recordLiteral(e, w)
		}
	}
	if len(e.Fields) == 0 {
		return &RecordLit{node: node{at: e.At, typ: &Type{form: formBraces}}}
	}
	out := &RecordLit{node: node{at: e.At}}
	var fields []typeField
	for _, f := range e.Fields {
		if f.Value == nil {
			continue
		}
		x := c.notStored(c.value(f.Value, nil))
		out.Fields = append(out.Fields, FieldInit{f.Key.Text, x})
		if !hasField(fields, f.Key.Text) {
			fields = append(fields, typeField{f.Key.Text, x.base().typ})
		}
	}
	for i := range fields {
		if fields[i].typ.is(formNever) {
			fields[i].typ = newVar()
		}
	}
	out.typ = recordOf(fields)
	return out
}

func hasField(fields []typeField, name string) bool {
	for _, f := range fields {
		if f.name == name {
			return true
		}
	}
	return false
}

func (c *checker) sameKeyTwice(e *lang.Data) {
	seen := map[string]lang.Span{}
	for _, f := range e.Fields {
		if at, ok := seen[f.Key.Text]; ok {
			c.report("E0423", f.Key.At, "`%s` is there twice", f.Key.Text).Label(at, "the first")
		}
		seen[f.Key.Text] = f.Key.At
	}
}

func (c *checker) mapLiteral(e *lang.Data, want *Type) Expr {
	out := &MapLit{node: node{at: e.At, typ: want}}
	for _, f := range e.Fields {
		if f.Value == nil {
			continue
		}
		x := c.need(c.value(f.Value, want.element()), want.element(), "the value of `"+f.Key.Text+"`")
		out.Keys = append(out.Keys, f.Key.Text)
		out.Items = append(out.Items, x)
	}
	return out
}

// recordLiteral makes a record of a known type: what may be nil may be left out.
func (c *checker) recordLiteral(e *lang.Data, want *Type) Expr {
	out := &RecordLit{node: node{at: e.At, typ: want}}
	for _, f := range e.Fields {
		if f.Value == nil {
			continue
		}
		t := want.field(f.Key.Text)
		if t == nil {
			c.value(f.Value, nil)
			d := c.report("E0423", f.Key.At, "%s has no field `%s`", article(want), f.Key.Text)
			c.suggest(d, f.Key.At, f.Key.Text, fieldNames(want))
			continue
		}
		x := c.need(c.value(f.Value, t), t, "the field `"+f.Key.Text+"`")
		out.Fields = append(out.Fields, FieldInit{f.Key.Text, x})
	}
	c.missingFields(e, out, want)
	return out
}

func (c *checker) missingFields(e *lang.Data, out *RecordLit, want *Type) {
	given := map[string]bool{}
	for _, f := range e.Fields {
		given[f.Key.Text] = true
	}
	for _, f := range want.fieldList() {
		if given[f.name] {
			continue
		}
		switch f.typ.kind() {
		case capability.KindOptional, capability.KindAny:
			out.Fields = append(out.Fields, FieldInit{f.name, nil})
		default:
			c.report("E0423", e.At, "the field `%s` is missing: %s is wanted", f.name, article(want))
		}
	}
}

func fieldNames(t *Type) []string {
	var names []string
	for _, f := range t.fieldList() {
		names = append(names, f.name)
	}
	return names
}

func (c *checker) rangeExpr(e *lang.Range) Expr {
	from := c.need(c.value(e.From, typeInt), typeInt, "the start of a range")
	to := c.need(c.value(e.To, typeInt), typeInt, "the end of a range")
	a, ok := from.(*Const)
	b, ok2 := to.(*Const)
	if ok && ok2 && lessScalar(b.Value, a.Value) {
		c.report("E0432", e.At, "this range is empty: ranges go upwards").
			Replace(e.At, "("+c.src.Text(e.To.Span())+"..="+c.src.Text(e.From.Span())+").reverse()")
	}
	return &Range{node{at: e.At, typ: listOf(typeInt)}, from, to, e.Inclusive}
}

// ---- closures ----

// closure checks a closure with the types of its parameters from its
// annotations or from where it is used.
func (c *checker) closure(e *lang.Closure, want *Type) Expr {
	var params []*Type
	var result *Type
	if want != nil {
		if w := want.stripOptional(); w.kind() == capability.KindFunc {
			params, result = w.signature()
		}
	}
	fn := &scopeFn{outer: c.fn, fn: &Fn{Name: "closure", At: e.At, Closure: true}}
	if result != nil && (result.settled() || !result.is(formVar)) && result.kind() != capability.KindNone {
		fn.result, fn.given = result, true
	}
	return c.closureBody(e, fn, params)
}

func (c *checker) closureBody(e *lang.Closure, fn *scopeFn, params []*Type) Expr {
	direct := c.direct > 0
	fn.direct = direct
	c.direct = 0
	saved, m, breaks, walked := c.fn, c.mark(), c.breaks, c.walked
	c.fn, c.breaks, c.walked = fn, nil, nil
	c.push()
	types := make([]*Type, len(e.Params))
	for i := range e.Params {
		p := &e.Params[i]
		types[i] = newVar()
		if p.Type != nil {
			types[i] = c.annotation(p.Type)
		} else if i < len(params) {
			types[i] = params[i]
		}
		v := c.declare(p.Name, types[i])
		v.Used = true
		fn.fn.Params = append(fn.fn.Params, v)
	}
	fn.fn.Body = c.fnBody(fn, e.Body)
	c.pop()
	c.fn, c.breaks, c.walked = saved, breaks, walked
	c.rejoin(m)
	if !direct {
		c.keep(fn.fn)
	}
	fn.fn.Result = fn.result
	if fn.result == nil {
		fn.fn.Result = typeNone
	}
	return &Closure{node{at: e.At, typ: funcOf(types, fn.fn.Result)}, fn.fn}
}

// keep notes the closures that are values: what they see is copied, so it must
// not be assigned afterwards.
func (c *checker) keep(f *Fn) {
	c.closures = append(c.closures, f)
	for _, v := range f.Needs {
		v.kept, v.keptAt = true, f.At
	}
}

// ---- choices ----

func (c *checker) cond(e *lang.Cond) (Cond, []fact, []fact) {
	if e.Let == nil {
		x := c.condition(e.Value)
		return Cond{X: x}, factsOf(x, true), factsOf(x, false)
	}
	x := widen(c.value(e.Value, nil))
	t := x.base().typ
	switch {
	case isBad(x), gone(x):
		t = typeBad
	case t.kind() == capability.KindAny:
	case t.kind() == capability.KindOptional:
		t = t.element()
	default:
		c.report("E0403", e.Value.Span(), "this is %s and never nil: `let` in a condition is for values that may be nil", article(t))
		t = typeBad
	}
	return Cond{X: x, Let: c.declare(*e.Let, t)}, nil, nil
}

// condition is an expression that must be a bool.
func (c *checker) condition(e lang.Expr) Expr {
	x := c.value(e, typeBool)
	t := x.base().typ
	if isBad(x) || t.is(formNever) || unify(t, typeBool) {
		return x
	}
	at := e.Span()
	d := c.report("E0408", at, "a condition must be a bool, this is %s", article(t))
	text := c.operandText(e)
	switch t.kind() {
	case capability.KindList, capability.KindMap:
		d.Replace(at, "!"+text+".is_empty()")
	case capability.KindOptional, capability.KindAny:
		d.Replace(at, text+" != nil")
	case capability.KindString:
		d.Replace(at, text+` != ""`)
	case capability.KindInt:
		d.Replace(at, text+" != 0")
	}
	if t.is(formText) {
		d.Replace(at, text+` != ""`)
	}
	return bad(at)
}

func (c *checker) ifExpr(e *lang.If, want *Type, u use) Expr {
	out := &If{node: node{at: e.At}}
	start := c.mark()
	inner := u.inner()
	if e.Else == nil {
		inner = useDrop
	}
	var after []*fact // what holds behind branches that don't leave
	alive := 0
	for i := range e.Arms {
		a := &e.Arms[i]
		c.push()
		cond, then, otherwise := c.cond(&a.Cond)
		m := c.mark()
		c.learn(then)
		body := c.block(a.Body, inner, want)
		c.pop()
		out.Arms = append(out.Arms, IfArm{cond, body})
		if !body.Leaves {
			after = append(after, c.facts)
			alive++
		}
		c.rejoin(m)
		c.learn(otherwise)
	}
	if e.Else != nil {
		out.Else = c.block(e.Else, inner, want)
		if !out.Else.Leaves {
			after = append(after, c.facts)
			alive++
		}
	} else {
		after = append(after, c.facts)
		alive++
	}
	c.meet(start, after)
	out.typ = c.branches(out.blocks(), e.Else != nil, want, u, alive == 0)
	return out
}

// meet goes on behind branches: with what is known at the end of the only one
// that goes on, else with what was known before.
func (c *checker) meet(start mark, ends []*fact) {
	if len(ends) == 1 {
		c.facts = ends[0]
		return
	}
	c.rejoin(start)
}

func (x *If) blocks() []*Block {
	var out []*Block
	for i := range x.Arms {
		out = append(out, x.Arms[i].Body)
	}
	if x.Else != nil {
		out = append(out, x.Else)
	}
	return out
}

// branches gives the type that all branches have in common. A branch without
// a value makes the whole have none.
func (c *checker) branches(blocks []*Block, complete bool, want *Type, u use, leaves bool) *Type {
	if leaves {
		return typeNever
	}
	if u.dropped() || !complete {
		return typeNone
	}
	var xs []*Expr
	for _, b := range blocks {
		if b.Leaves {
			continue
		}
		if b.Value == nil {
			return typeNone
		}
		xs = append(xs, &b.Value)
	}
	if u == useReturn && want == nil && c.fn.main {
		return c.anyOf(xs)
	}
	if want != nil && want.settled() && c.allFit(xs, want) {
		for _, x := range xs {
			*x = c.need(*x, want, "the value")
		}
		return want
	}
	return c.joinAll(xs, "all branches")
}

func (c *checker) allFit(xs []*Expr, want *Type) bool {
	for _, x := range xs {
		if !couldFit((*x).base().typ, want) {
			return false
		}
	}
	return true
}

// anyOf lets the values of the script's returns differ in shape.
func (c *checker) anyOf(xs []*Expr) *Type {
	for _, x := range xs {
		*x = c.scriptValue(*x)
	}
	return typeAny
}

// ---- catch ----

func (c *checker) tryExpr(e *lang.Try, want *Type, u use) Expr {
	b := c.block(e.Body, u.inner(), want)
	return &BlockExpr{node{at: e.At, typ: b.typ()}, b}
}

func (c *checker) catch(e *lang.Catch, want *Type, u use) Expr {
	m := c.mark()
	errorsBefore := c.errors
	x := c.exprIn(e.X, want, u)
	out := &Catch{node: node{at: e.At}, X: x, Mask: c.mask(e)}
	end := c.facts
	c.rejoin(m)
	c.push()
	if e.Name != nil {
		out.Var = c.declare(*e.Name, typeError)
		c.scope.vars = nil // it has a warning of its own
	}
	hint := want
	if hint == nil && x.base().typ.settled() && x.base().typ.kind() != capability.KindNone && !x.base().typ.is(formNever) {
		hint = x.base().typ
	}
	if x.base().typ.kind() == capability.KindStream {
		hint = listOf(x.base().typ.element())
	}
	out.Body = c.block(e.Body, handlerUse(u), hint)
	c.pop()
	if out.Var != nil && !out.Var.Used && out.Var.Name != "_" && c.errors == errorsBefore {
		c.unusedError(e, out)
	}
	if out.Body.Leaves {
		c.facts = end
	}
	out.typ = c.catchType(out, want, u)
	return out
}

// handlerUse is the use of a handler's last expression. That of a statement
// is dropped, whatever it gives: `fs.delete(p) catch not_found nil`.
func handlerUse(u use) use {
	if u.dropped() {
		return useLoose
	}
	return u.inner()
}

func (c *checker) unusedError(e *lang.Catch, out *Catch) {
	if out.Var.Name[0] == '_' {
		return
	}
	d := c.report("W0604", e.Name.At, "`%s` is not used", e.Name.Text)
	if len(e.Kinds) == 0 {
		d.Note("`catch |%s|` also catches `denied`, so this may hide a refusal; `catch { .. }` lets it through", e.Name.Text)
	}
}

func (c *checker) catchType(out *Catch, want *Type, u use) *Type {
	t := out.X.base().typ
	switch {
	case out.Body.Leaves:
		if t.is(formNever) {
			return typeNever
		}
		return t
	case u.dropped():
		return typeNone
	case t.kind() == capability.KindStream && u == useWalk:
		if out.Body.Value != nil {
			out.Body.Value = c.need(out.Body.Value, listOf(t.element()), "the list to go on with")
			return t
		}
	case t.kind() == capability.KindStream:
		c.report("E0418", out.at, "in a `let` the handler of a stream must leave, for there is nothing to read on").
			Note("`return`, `break`, `continue` or `fail(..)`; in the head of a `for` a list will do")
		return typeBad
	case t.is(formNever):
		return out.Body.typ()
	}
	if isBad(out.X) {
		return typeBad
	}
	if out.Body.Value == nil || t.kind() == capability.KindNone {
		if t.kind() == capability.KindNone || u == useTail || u == useReturn && c.fn.main {
			return typeNone
		}
		if out.Body.Value == nil {
			c.report("E0407", out.at, "the handler gives no value, but %s is needed", article(t)).
				Note("it gives a value, or leaves with `return`, `break`, `continue` or `fail(..)`")
			return typeBad
		}
		return typeNone
	}
	if u == useReturn && want == nil && c.fn.main {
		return c.anyOf([]*Expr{&out.X, &out.Body.Value})
	}
	if t.kind() == capability.KindAny {
		out.Body.Value = c.need(out.Body.Value, typeAny, "the handler's value")
		return typeAny
	}
	if want != nil && want.settled() && c.allFit([]*Expr{&out.X, &out.Body.Value}, want) {
		out.X = c.need(out.X, want, "the value")
		out.Body.Value = c.need(out.Body.Value, want, "the handler's value")
		return want
	}
	return c.joinAll([]*Expr{&out.X, &out.Body.Value}, "the expression and its handler")
}

// mask is the set of kinds that a catch catches.
func (c *checker) mask(e *lang.Catch) capability.KindMask {
	if len(e.Kinds) == 0 {
		if e.Name != nil {
			return capability.AllKinds
		}
		return capability.AllButDenied
	}
	var m capability.KindMask
	for _, k := range e.Kinds {
		if kind, ok := capability.ErrorKindNamed(k.Text); ok { // the parser knows no others; a test holds it to that
			m |= capability.Kinds(kind)
		}
	}
	return m
}
