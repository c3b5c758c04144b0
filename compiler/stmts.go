package compiler

import (
	"rex/capability"
	"rex/lang"
)

// block checks a block with a scope of its own. u is what becomes of the value
// of its last expression; want is the type it should have, or nil.
func (c *checker) block(b *lang.Block, u use, want *Type) *Block {
	if b == nil {
		return &Block{}
	}
	c.push()
	out := c.stmts(b.Stmts, b.At, u, want)
	c.pop()
	return out
}

// stmts checks the statements of a block within the present scope.
func (c *checker) stmts(list []lang.Stmt, at lang.Span, u use, want *Type) *Block {
	out := &Block{At: at}
	warned := false
	for i, s := range list {
		if out.Leaves && !warned {
			c.report("W0602", s.Span(), "this is never reached")
			warned = true
		}
		last := i == len(list)-1
		if x, ok := s.(*lang.ExprStmt); ok && last && u != useDrop {
			c.blockValue(out, x, want, u)
			continue
		}
		out.add(c.stmt(s))
		for _, b := range c.following {
			out.add(b)
		}
		c.following = nil
	}
	return out
}

// add appends a statement and notes whether control goes on behind it.
func (b *Block) add(s Stmt) {
	if s == nil {
		return
	}
	b.Stmts = append(b.Stmts, s)
	b.Leaves = b.Leaves || leaves(s)
}

// leaves reports whether control never comes behind a statement.
func leaves(s Stmt) bool {
	switch s := s.(type) {
	case *Do:
		return s.X.base().typ.is(formNever)
	case *Let:
		return s.Value.base().typ.is(formNever)
	case *While:
		return endless(s)
	}
	return false
}

// endless reports whether a loop has no end: `while true` without a break.
func endless(w *While) bool {
	k, ok := w.Cond.X.(*Const)
	return ok && w.Cond.Let == nil && k.Value == capability.BoolValue(true) && !w.Breaks
}

func (c *checker) blockValue(out *Block, s *lang.ExprStmt, want *Type, u use) {
	x := c.exprIn(s.X, want, u)
	t := x.base().typ
	switch {
	case t.is(formNever):
		out.add(&Do{x})
	case t.kind() == capability.KindNone:
		out.add(&Do{x})
	default:
		out.Value = x
	}
}

// typ is the type of a block's value.
func (b *Block) typ() *Type {
	switch {
	case b.Leaves:
		return typeNever
	case b.Value != nil:
		return b.Value.base().typ
	}
	return typeNone
}

func (c *checker) stmt(s lang.Stmt) Stmt {
	switch s := s.(type) {
	case *lang.Let:
		return c.let(s)
	case *lang.LetRecord:
		return c.letRecord(s)
	case *lang.Const:
		c.constDecl(s, false)
		return nil
	case *lang.For:
		return c.forStmt(s)
	case *lang.While:
		return c.whileStmt(s)
	case *lang.Defer:
		return c.deferStmt(s)
	case *lang.Return:
		return &Do{c.leaveReturn(s)}
	case *lang.Break:
		return &Do{c.leaveLoop(s.At, LeaveBreak)}
	case *lang.Continue:
		return &Do{c.leaveLoop(s.At, LeaveContinue)}
	case *lang.Assign:
		return c.assign(s)
	case *lang.ExprStmt:
		return c.exprStmt(s.X)
	}
	return nil // a BadStmt: it was reported
}

// ---- let ----

func (c *checker) let(s *lang.Let) Stmt {
	if s.Value == nil {
		return nil
	}
	var want *Type
	if s.Type != nil {
		want = c.annotation(s.Type)
	}
	x := c.expr(s.Value, want)
	if want != nil {
		x = c.need(x, want, "`"+s.Name.Text+"`")
	}
	t := x.base().typ
	if want != nil {
		t = want
	}
	if isBad(x) && want == nil {
		t = typeBad
	}
	switch {
	case t.kind() == capability.KindNone:
		c.report("E0411", s.Value.Span(), "there is nothing to bind: this gives no value")
		t = typeBad
	case t.is(formNever):
		if s.Name.Text != "_" {
			c.declare(s.Name, typeBad).Used = true
		}
		return &Do{x}
	case s.Name.Text == "_":
		return &Let{Value: x}
	case t.tooLarge():
		c.report("E0427", s.Name.At, "the type of `%s` is too large", s.Name.Text)
		t = typeBad
	}
	v := c.declare(s.Name, t)
	if t.kind() == capability.KindStream {
		return c.letStream(v, x)
	}
	v.pattern, _ = patternOf(x)
	return &Let{Var: v, Value: x}
}

// letStream binds the source of a lazy pipeline to a hidden variable; the
// variable stands for the stages over it. What the stages are given is
// evaluated here, behind the source, and a closure holds what its outer names
// hold here. A catch around the pipeline is one around the source, and around
// each thing that is given.
func (c *checker) letStream(v *Var, x Expr) Stmt {
	outer := &x
	var caught *Catch
	if k, ok := x.(*Catch); ok {
		caught, outer = k, &k.X
	}
	source := outer
	var stages []*Expand
	for {
		e, ok := (*source).(*Expand)
		if !ok || e.typ.kind() != capability.KindStream {
			break
		}
		stages = append(stages, e)
		source = &e.X
	}
	if len(stages) == 0 {
		return &Let{Var: v, Value: x}
	}
	first := *source
	hidden := c.hidden(v.At, first.base().typ)
	*source = &Local{node{at: first.base().at, typ: first.base().typ}, hidden}
	v.pipeline = *outer
	for i := len(stages) - 1; i >= 0; i-- {
		for j := range stages[i].Args {
			c.given(&stages[i].Args[j], caught)
		}
		for j := range stages[i].Fns {
			c.given(&stages[i].Fns[j], caught)
		}
	}
	return &Let{Var: hidden, Value: c.coveredBy(caught, first)}
}

func (c *checker) hidden(at lang.Span, t *Type) *Var {
	c.vars++
	return &Var{At: at, Type: t, owner: c.fn, order: c.vars, Used: true}
}

// given evaluates what a stage of a bound pipeline is given in the statement
// that binds it, and leaves a variable in its place.
func (c *checker) given(x *Expr, caught *Catch) {
	switch k := (*x).(type) {
	case *Const, *FnValue:
		return
	case *Closure:
		c.keep(k.Fn)
		return
	}
	b := (*x).base()
	v := c.hidden(b.at, b.typ)
	c.following = append(c.following, &Let{Var: v, Value: c.coveredBy(caught, *x)})
	*x = &Local{node{at: b.at, typ: b.typ}, v}
}

// coveredBy puts a handler that leaves around a part of what it covers.
func (c *checker) coveredBy(caught *Catch, x Expr) Expr {
	if caught == nil {
		return x
	}
	part := *caught
	part.X, part.typ = x, x.base().typ
	return &part
}

// learnValue notes that a T? variable holds a T, when that is what it was given.
func (c *checker) learnValue(v *Var, x Expr) {
	if v.Type.kind() != capability.KindOptional {
		return
	}
	if k, ok := x.(*Convert); ok && k.X.base().typ.kind() != capability.KindOptional && !k.X.base().typ.is(formVar) {
		c.learn([]fact{{v: v, t: v.Type.element()}})
	}
}

func (c *checker) letRecord(s *lang.LetRecord) Stmt {
	x := c.expr(s.Value, nil)
	if gone(x) {
		for _, n := range s.Names {
			c.declare(n, typeBad)
		}
		return &Do{x}
	}
	if x.base().typ.kind() != capability.KindRecord && !isBad(x) {
		c.report("E0401", s.Value.Span(), "only a record can be taken apart, this is %s", article(x.base().typ))
		x = bad(s.Value.Span())
	}
	out := &Unpack{Value: x}
	for _, n := range s.Names {
		t := typeBad
		if !isBad(x) {
			if t = x.base().typ.field(n.Text); t == nil {
				c.noField(x.base().typ, n)
				t = typeBad
			}
		}
		out.Vars = append(out.Vars, c.declare(n, t))
	}
	return out
}

// ---- assignment ----

func (c *checker) assign(s *lang.Assign) Stmt {
	if s.Value == nil {
		return nil
	}
	switch t := lang.Unparen(s.Target).(type) {
	case *lang.Ident:
		return c.assignName(s, t)
	case *lang.Member:
		return c.assignField(s, t)
	case *lang.Index:
		return c.assignIndex(s, t)
	}
	c.expr(s.Value, nil)
	return nil
}

func (c *checker) assignName(s *lang.Assign, t *lang.Ident) Stmt {
	e := c.lookup(t.Name)
	if e == nil || e.v == nil {
		c.expr(s.Value, nil)
		c.cannotAssign(t, e)
		return nil
	}
	v := e.v
	if !c.mayAssign(v, t.At) {
		c.expr(s.Value, nil)
		return nil
	}
	var x Expr
	if s.Op == lang.OpNone {
		x = c.need(c.expr(s.Value, v.Type), v.Type, "`"+t.Name+"`")
	} else {
		old, _ := c.readVar(v, t.At)
		c.warnGrowing(s, v)
		x = c.need(c.operation(s.Op, s.At, s.Target.Span(), old, c.exprBeside(s.Value, old)), v.Type, "`"+t.Name+"`")
	}
	c.noteAssigned(v, t.At)
	c.learnValue(v, x)
	return &SetVar{Var: v, Value: x}
}

func (c *checker) noteAssigned(v *Var, at lang.Span) {
	v.Assigned, v.pattern = true, ""
	c.forget(v)
	if v.groups != (lang.Span{}) {
		c.report("E0304", at, "`%s` can't be assigned any more: the groups of its pattern are fields", v.Name).Label(v.groups, "of this match")
	}
	c.assigned = append(c.assigned, v)
	if v.kept {
		c.report("E0416", at, "`%s` can't be assigned any more: a closure holds a copy of it", v.Name).Label(v.keptAt, "this closure")
	}
}

func (c *checker) cannotAssign(t *lang.Ident, e *entry) {
	switch {
	case e != nil:
		e.k.used = true
		c.report("E0304", t.At, "`%s` is a constant", t.Name).Label(e.k.at, "declared here")
	case c.alias(t.Name) != nil:
		c.report("E0304", t.At, "`%s` is an import", t.Name)
	case c.fns[t.Name] != nil:
		c.report("E0304", t.At, "`%s` is a function", t.Name)
	default:
		d := c.report("E0301", t.At, "there is no variable `%s`", t.Name)
		if c.seeks(d) {
			c.suggest(d, t.At, t.Name, c.visible())
		}
		if len(d.Fixes) == 0 {
			d.Offer("declare it", lang.Edit{Span: lang.Span{From: t.At.From, To: t.At.From}, New: "let "})
		}
	}
}

// mayAssign reports variables that can't be assigned where the script does.
func (c *checker) mayAssign(v *Var, at lang.Span) bool {
	switch {
	case v.Param:
		c.report("E0304", at, "`%s` is a parameter of the script: its value is the caller's", v.Name).Label(v.At, "declared here")
	case v.owner.root() != c.fn.root():
		c.report("E0307", at, "a function can't change `%s`, which belongs to the script: give a result instead", v.Name).Label(v.At, "declared here")
	case v.owner != c.fn && !c.fn.sharesWith(v.owner):
		c.report("E0416", at, "a closure can't assign `%s`: it has a copy of it; use a `for` loop", v.Name).Label(v.At, "declared outside")
	case v.Stream != nil:
		c.report("E0418", at, "a variable that holds a stream can't be assigned again")
	default:
		return true
	}
	return false
}

// sharesWith reports whether f is the same function as owner; a closure that
// is written into a loop is one of its own here: the language can't tell.
func (f *scopeFn) sharesWith(owner *scopeFn) bool { return f == owner }

// warnGrowing warns of `xs += [x]` in a loop, which copies the list each time.
func (c *checker) warnGrowing(s *lang.Assign, v *Var) {
	l, ok := s.Value.(*lang.List)
	if s.Op == lang.OpAdd && ok && len(l.Items) == 1 && c.fn.loops > 0 {
		d := c.report("W0605", s.At, "this copies the whole list in each turn")
		d.Replace(s.At, c.src.Text(s.Target.Span())+".push("+c.src.Text(l.Items[0].Span())+")")
	}
}

func (c *checker) assignField(s *lang.Assign, t *lang.Member) Stmt {
	if m, ok := t.X.(*lang.Ident); ok && c.alias(m.Name) != nil {
		c.expr(s.Value, nil)
		c.report("E0304", t.At, "`%s` is of an import and keeps its value", c.src.Text(t.At))
		return nil
	}
	x := c.expr(t.X, nil)
	c.changes(x, t.At)
	if isBad(x) || gone(x) {
		c.expr(s.Value, nil)
		return &Do{x}
	}
	var ft *Type
	if x.base().typ.kind() == capability.KindRecord && !t.Optional {
		ft = x.base().typ.field(t.Name.Text)
	}
	if ft == nil {
		c.expr(s.Value, nil)
		if x.base().typ.kind() == capability.KindRecord {
			c.noField(x.base().typ, t.Name)
		} else {
			c.report("E0404", t.Name.At, "only fields of a record can be assigned; this is of %s", article(x.base().typ))
		}
		return nil
	}
	out := &SetField{At: s.At, X: x, Name: t.Name.Text, Type: ft}
	out.Value, out.Old = c.newPart(s, ft, "`"+t.Name.Text+"`")
	return out
}

// newPart is the new value of a part: with a compound operator it is
// computed from the old one, which is what Old holds when it is evaluated.
func (c *checker) newPart(s *lang.Assign, t *Type, what string) (Expr, *Var) {
	if s.Op == lang.OpNone {
		return c.need(c.expr(s.Value, t), t, what), nil
	}
	c.vars++
	old := &Var{At: s.Target.Span(), Type: t, owner: c.fn, order: c.vars, Used: true}
	read := &Local{node{at: old.At, typ: t}, old}
	return c.need(c.operation(s.Op, s.At, s.Target.Span(), read, c.exprBeside(s.Value, read)), t, what), old
}

func (c *checker) assignIndex(s *lang.Assign, t *lang.Index) Stmt {
	x := c.expr(t.X, nil)
	c.changes(x, t.At)
	if gone(x) {
		c.expr(t.I, nil)
		c.expr(s.Value, nil)
		return &Do{x}
	}
	if x.base().typ.is(formBraces) {
		unify(x.base().typ, mapOf(newVar()))
	}
	switch x.base().typ.kind() {
	case capability.KindList:
		i := c.need(c.expr(t.I, typeInt), typeInt, "the index")
		c.negativeIndex(i, t, true)
		out := &SetIndex{At: t.At, X: x, I: i}
		out.Value, out.Old = c.newPart(s, x.base().typ.element(), "the element")
		return out
	case capability.KindMap:
		k := c.key(c.expr(t.I, nil))
		out := &SetKey{At: t.At, X: x, Key: k}
		out.Value, out.Old = c.newPart(s, x.base().typ.element(), "the value")
		if out.Old != nil {
			out.Zero = zeroOf(x.base().typ.element())
		}
		return out
	}
	c.expr(t.I, nil)
	c.expr(s.Value, nil)
	if !isBad(x) {
		c.report("E0401", t.X.Span(), "only elements of a list or map can be assigned, this is %s", article(x.base().typ))
	}
	return nil
}

// zeroOf tells which types begin at zero when a compound assignment meets a
// key that isn't there.
func zeroOf(t *Type) bool {
	switch t.kind() {
	case capability.KindInt, capability.KindFloat, capability.KindSize, capability.KindDuration, capability.KindString, capability.KindList:
		return true
	}
	return t.is(formText) || t.is(formVar)
}

// changes notes that the container in x is changed, and reports what is frozen.
func (c *checker) changes(x Expr, at lang.Span) {
	if _, ok := x.(*Frozen); ok {
		c.report("E0426", at, "a constant can't be changed").Note("change a copy: `.copy()`")
		return
	}
	v := rootVar(x)
	if v == nil {
		return
	}
	if v.Frozen {
		c.report("E0426", at, "`%s` can't be changed: it is %s", v.Name, frozenWhy(v)).
			Note("change a copy: `.copy()`")
		return
	}
	if v.owner.root() != c.fn.root() {
		c.report("E0307", at, "a function can't change `%s`, which belongs to the script: pass it as an argument", v.Name)
		return
	}
	v.Changed = true
}

func frozenWhy(v *Var) string {
	if v.Param {
		return "a parameter of the script"
	}
	return "constant"
}

// rootVar is the variable that an expression such as a.b[0] is a part of.
func rootVar(x Expr) *Var {
	for {
		switch e := x.(type) {
		case *Local:
			return e.Var
		case *Narrowed:
			return e.Var
		case *FieldOf:
			x = e.X
		case *IndexOf:
			x = e.X
		case *Convert:
			x = e.X
		default:
			return nil
		}
	}
}

// ---- loops ----

func (c *checker) whileStmt(s *lang.While) Stmt {
	c.forgetAssigned(s.At)
	m := c.mark()
	c.push()
	c.fn.loops++
	out := &While{}
	saved := c.breaks
	c.breaks = &out.Breaks // the condition is part of the loop: `while next() catch break { .. }`
	cond, then, _ := c.cond(&s.Cond)
	c.learn(then)
	out.Cond = cond
	out.Body = c.block(s.Body, useDrop, nil)
	c.breaks = saved
	c.fn.loops--
	c.pop()
	c.rejoin(m)
	return out
}

// forgetAssigned takes back what is known of variables that a loop assigns:
// it does not hold in the second turn. The text of the loop is searched for
// what looks like an assignment, so it forgets rather too much.
func (c *checker) forgetAssigned(at lang.Span) {
	for f := c.facts; f != nil; f = f.next {
		if f.t != nil && assignsIn(c.src.Bytes(at), f.v.Name) {
			c.forget(f.v)
		}
	}
}

func (c *checker) forStmt(s *lang.For) Stmt {
	over := c.loopOver(s)
	first, second := c.loopTypes(over, s)
	c.forgetAssigned(s.At)
	m := c.mark()
	c.push()
	c.fn.loops++
	out := &For{At: s.At, Over: over}
	types := []*Type{second}
	if len(s.Names) == 2 {
		types = []*Type{first, second}
		out.Keys = over.base().typ.kind() == capability.KindMap
	}
	for i, n := range s.Names {
		out.Vars = append(out.Vars, c.declare(n, types[i]))
	}
	c.changedWhileWalked(over, s)
	saved := c.breaks
	c.breaks = new(bool)
	out.Body = c.block(s.Body, useDrop, nil)
	c.breaks = saved
	c.fn.loops--
	c.pop()
	c.rejoin(m)
	if gone(over) {
		return &Do{over}
	}
	return out
}

// loopOver checks the head of a for, where a catch covers every read.
func (c *checker) loopOver(s *lang.For) Expr {
	var want *Type
	if len(s.Names) == 2 {
		if d, ok := lang.Unparen(s.Over).(*lang.Data); ok && len(d.Fields) > 0 {
			want = mapOf(newVar())
		}
	}
	x := c.exprIn(s.Over, want, useWalk)
	if k, ok := x.(*Catch); ok && k.X.base().typ.kind() == capability.KindStream {
		k.Loops = true
	}
	return x
}

// loopTypes gives the types of the two names of a for.
func (c *checker) loopTypes(over Expr, s *lang.For) (first, second *Type) {
	t := over.base().typ
	if t.is(formBraces) {
		unify(t, mapOf(newVar()))
	}
	at := s.Over.Span()
	switch t.kind() {
	case capability.KindList, capability.KindStream:
		return typeInt, t.element()
	case capability.KindMap:
		if len(s.Names) == 1 {
			n := s.Names[0]
			d := c.report("E0421", n.At, "a map is walked with two names")
			d.Offer("name key and value", lang.Edit{Span: n.At, New: n.Text + ", value"})
			d.Offer("walk the keys", lang.Edit{Span: lang.Span{From: at.To, To: at.To}, New: ".keys()"})
			return typeString, typeString
		}
		return typeString, t.element()
	case capability.KindInt:
		c.report("E0421", at, "a number can't be walked").Replace(at, "0.."+c.src.Text(at))
		return typeInt, typeInt
	case capability.KindString:
		c.report("E0421", at, "a string can't be walked").Replace(at, c.src.Text(at)+".chars()")
		return typeInt, typeString
	case capability.KindAny:
		c.report("E0421", at, "an any can't be walked").OfferText(at, c.src.Text(at)+" as list[any]")
		return typeInt, typeAny
	}
	if t.is(formText) {
		c.report("E0421", at, "a string can't be walked").Replace(at, c.src.Text(at)+".chars()")
	} else if !isBad(over) && !gone(over) {
		c.report("E0421", at, "only a list, map, range or stream can be walked, this is %s", article(t))
	}
	return typeBad, typeBad
}

// changedWhileWalked remembers the name a loop walks, so that a change of its
// length in the body is reported.
func (c *checker) changedWhileWalked(over Expr, s *lang.For) {
	if l, ok := over.(*Local); ok {
		c.walked = append(c.walked, walk{l.Var, s.Body.At})
	}
}

// ---- leaving ----

func (c *checker) leaveLoop(at lang.Span, kind LeaveKind) Expr {
	word := "break"
	if kind == LeaveContinue {
		word = "continue"
	}
	switch {
	case c.fn.inDefer > 0 && c.fn.loops <= c.fn.deferLoops:
		x, _ := c.failed("E0417", at, "a `defer` can't leave with `%s`", word)
		return x
	case c.fn.loops == 0 && c.fn.outer != nil:
		x, _ := c.failed("E0417", at, "`%s` can't leave a closure: write a `for` loop", word)
		return x
	case c.fn.loops == 0:
		x, _ := c.failed("E0417", at, "`%s` stands outside of a loop", word)
		return x
	}
	if kind == LeaveBreak && c.breaks != nil {
		*c.breaks = true
	}
	return &Leave{node{at: at, typ: typeNever}, kind, nil}
}

func (c *checker) leaveReturn(s *lang.Return) Expr {
	out := &Leave{node: node{at: s.At, typ: typeNever}}
	if c.fn.inDefer > 0 {
		if s.Value != nil {
			c.expr(s.Value, nil)
		}
		x, _ := c.failed("E0417", s.At, "a `defer` can't leave with `return`")
		return x
	}
	c.fn.fn.returns++
	if s.Value == nil {
		c.returnNothing(out)
		return out
	}
	if c.fn.main && c.fn.gives == (lang.Span{}) {
		c.fn.gives = s.At
	}
	x := c.exprIn(s.Value, c.fn.result, useReturn)
	c.giveValue(out, x)
	return out
}

// returnNothing is `return` alone: nil where a value is given, else nothing.
func (c *checker) returnNothing(out *Leave) {
	if c.fn.main {
		out.Value = convert(&NilLit{node{at: out.at, typ: optionalOf(newVar())}}, typeAny)
		return
	}
	if c.fn.result != nil && c.fn.result.kind() != capability.KindNone {
		out.Value = c.need(&NilLit{node{at: out.at, typ: optionalOf(newVar())}}, c.fn.result, "the result")
		return
	}
	if c.fn.result == nil {
		c.fn.bare = append(c.fn.bare, out)
	}
}

// giveValue makes x the value of a return.
func (c *checker) giveValue(out *Leave, x Expr) {
	at := x.base().at
	switch {
	case c.fn.main:
		out.Value = c.scriptValue(x)
	case isBad(x):
		out.Value = x
		if c.fn.result == nil && !c.fn.given {
			c.fn.result = typeBad
		}
	case x.base().typ.kind() == capability.KindStream:
		c.report("E0418", at, "a stream can't be returned: it is read where it was made").Note("return the list that `.collect()` gives")
		out.Value = bad(at)
	case c.fn.given:
		out.Value = c.need(x, c.fn.result, "the result")
	default:
		out.Value = x
		c.fn.returns = append(c.fn.returns, &returned{&out.Value, at})
	}
}

// scriptValue makes a value the script's: an any.
func (c *checker) scriptValue(x Expr) Expr {
	t := x.base().typ
	switch t.kind() {
	case capability.KindNone:
		return x
	case capability.KindFunc:
		c.report("E0401", x.base().at, "a function can't be the value of a script")
		return bad(x.base().at)
	case capability.KindStream:
		c.report("E0418", x.base().at, "a stream can't be the value of a script").
			Fix("make a list of it", lang.Edit{Span: lang.Span{From: x.base().at.To, To: x.base().at.To}, New: ".collect()"})
		return bad(x.base().at)
	}
	return c.need(x, typeAny, "the value of a script")
}

// fnBody checks the body of a function or closure and makes its value its
// last return. Where no result is written, all returns are joined.
func (c *checker) fnBody(fn *scopeFn, b *lang.Block) *Block {
	if b == nil {
		return &Block{}
	}
	body := c.block(b, tailUse(fn), fn.result)
	if body.Value != nil {
		c.lastValue(fn, body)
	} else if !body.Leaves {
		c.fellOff(fn, body, b.At)
	}
	if !fn.given {
		c.inferResult(fn)
	}
	return body
}

// tailUse is the use of a function's last expression.
func tailUse(fn *scopeFn) use {
	switch {
	case !fn.given:
		return useTail
	case fn.result.kind() == capability.KindNone:
		return useLoose
	}
	return useValue
}

func (c *checker) lastValue(fn *scopeFn, body *Block) {
	x := body.Value
	body.Value = nil
	if fn.given && fn.result.kind() == capability.KindNone {
		body.add(&Do{x})
		return
	}
	fn.fn.returns++
	out := &Leave{node: node{at: x.base().at, typ: typeNever}}
	c.giveValue(out, x)
	body.add(&Do{out})
}

// fellOff is a body whose end is reached without a value.
func (c *checker) fellOff(fn *scopeFn, body *Block, at lang.Span) {
	switch {
	case fn.given && fn.result.kind() != capability.KindNone && !fn.result.bad():
		end := lang.Span{From: max(at.From, at.To-1), To: at.To}
		c.report("E0424", end, "the end is reached without giving %s", article(fn.result)).
			Note("the value of a function is `return e` or its last expression")
	case !fn.given && len(fn.returns) > 0:
		c.report("E0424", fn.returns[0].at, "this returns a value, but the end of the function is reached without one")
	}
	fn.ends = true
}

func (c *checker) inferResult(fn *scopeFn) {
	if len(fn.returns) == 0 {
		if fn.result == nil {
			fn.result = typeNone
			if fn.direct && !fn.ends && len(fn.bare) == 0 {
				fn.result = newVar() // it always fails: of the type that is wanted
			}
		}
		return
	}
	xs := make([]*Expr, len(fn.returns))
	for i, r := range fn.returns {
		xs[i] = r.x
	}
	for _, out := range fn.bare {
		out.Value = &NilLit{node{at: out.at, typ: optionalOf(newVar())}}
		xs = append(xs, &out.Value)
	}
	t := c.joinAll(xs, "all results of a function")
	if t.is(formNever) {
		t = typeNone
		if fn.direct {
			t = newVar() // a closure that always fails is one of any type
		}
	}
	fn.result = t
}

// ---- defer and expressions as statements ----

func (c *checker) deferStmt(s *lang.Defer) Stmt {
	m := c.mark()
	c.facts = nil // it runs later, when variables may hold something else
	loops := c.fn.deferLoops
	c.fn.inDefer++
	c.fn.deferLoops = c.fn.loops
	saved := c.breaks
	out := &Defer{Body: c.block(s.Body, useDrop, nil)}
	c.breaks = saved
	c.fn.inDefer--
	c.fn.deferLoops = loops
	c.rejoin(m)
	return out
}

func (c *checker) exprStmt(e lang.Expr) Stmt {
	x := c.exprIn(e, nil, useDrop)
	if isBad(x) {
		return nil
	}
	c.mustDoSomething(e, x)
	return &Do{x}
}

// mustDoSomething reports an expression whose value is lost and that has no effect.
func (c *checker) mustDoSomething(e lang.Expr, x Expr) {
	switch k := x.(type) {
	case *LibCall:
		if !k.Row.Mutates {
			c.report("E0410", e.Span(), "`%s` changes nothing: its result is lost", k.Row.Name).
				Offer("use the result", lang.Edit{Span: lang.Span{From: e.Span().From, To: e.Span().From}, New: "let result = "})
		}
	case *Expand:
		if k.Name != "each" && k.Name != "retry" && k.typ.kind() != capability.KindNone {
			c.report("E0410", e.Span(), "`%s` changes nothing: its result is lost", k.Name)
		}
	case *Binary:
		d := c.report("E0410", e.Span(), "the result of `%s` is lost", k.Op)
		if k.Op == lang.OpEq {
			if b, ok := lang.Unparen(e).(*lang.Binary); ok {
				d.Offer("assign it", lang.Edit{Span: b.OpAt, New: "="})
			}
		}
	case *Const, *NilLit, *Template, *Local, *Narrowed, *Unary, *FieldOf, *PartOf, *ElemOf, *IndexOf, *KeyOf, *ListLit,
		*RecordLit, *MapLit, *Range, *Closure, *FnValue, *With, *Capture, *Cast, *IsType, *Convert:
		c.report("E0410", e.Span(), "this does nothing: its value is lost")
	}
}
