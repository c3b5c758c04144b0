package compiler

import (
	"slices"
	"sort"
	"strings"

	"rex/capability"
	"rex/lang"
	"rex/library"
)

// argument is one argument of a call as it was written. The receiver of a
// method and the left side of a pipe are the first argument, already checked.
type argument struct {
	name *lang.Name
	e    lang.Expr
	x    Expr // when it was checked
}

func (a *argument) at() lang.Span {
	if a.x != nil {
		return a.x.base().at
	}
	return a.e.Span()
}

// check checks an argument with the type that its parameter wants.
func (c *checker) check(a *argument, want *Type) Expr {
	if a.x == nil {
		a.x = c.value(a.e, want)
	}
	return a.x
}

func (c *checker) call(e *lang.Call, want *Type, u use) Expr {
	return c.callWith(e, nil, want, u)
}

// pipe is x |> f(..): x is the first argument.
func (c *checker) pipe(e *lang.Pipe, want *Type, u use) Expr {
	x := c.exprIn(e.X, nil, useValue)
	if e.Call == nil {
		return bad(e.At)
	}
	if x.base().typ.kind() == capability.KindNone {
		y, _ := c.failed("E0411", e.X.Span(), "this gives no value")
		return y
	}
	return c.callWith(e.Call, x, want, u)
}

func (c *checker) callWith(e *lang.Call, piped Expr, want *Type, u use) Expr {
	var args []*argument
	if piped != nil {
		args = append(args, &argument{x: piped})
	}
	for i := range e.Args {
		if e.Args[i].Value != nil {
			args = append(args, &argument{name: e.Args[i].Name, e: e.Args[i].Value})
		}
	}
	switch fn := lang.Unparen(e.Fn).(type) {
	case *lang.Ident:
		return c.callName(e, fn, args, want, u)
	case *lang.Member:
		return c.callMember(e, fn, args, want, u)
	}
	return c.callValue(e.At, c.value(e.Fn, nil), args)
}

// giveUp checks the arguments of a call that can't be understood.
func (c *checker) giveUp(args []*argument, at lang.Span) Expr {
	for _, a := range args {
		if _, closure := a.e.(*lang.Closure); !closure && a.x == nil {
			c.expr(a.e, nil)
		}
	}
	return bad(at)
}

func (c *checker) callName(e *lang.Call, fn *lang.Ident, args []*argument, want *Type, u use) Expr {
	if en := c.lookup(fn.Name); en != nil {
		return c.callVariable(e, fn, en, args, want)
	}
	if d := c.fns[fn.Name]; d != nil {
		return c.callFn(d, e.At, fn.At, args)
	}
	switch fn.Name {
	case "fail":
		return c.fail(e, args)
	case "assert":
		return c.assert(e, args)
	}
	if op := capability.Lookup(fn.Name); op != nil {
		return c.callHost(op, e.At, args)
	}
	if rows := plainRows("", fn.Name); len(rows) > 0 {
		return c.callLibrary(fn.Name, rows, e.At, fn.At, args, want)
	}
	return c.unknownFunction(e, fn, args)
}

func (c *checker) callVariable(e *lang.Call, fn *lang.Ident, en *entry, args []*argument, want *Type) Expr {
	x := c.ident(fn, nil)
	if isBad(x) {
		return c.giveUp(args, e.At)
	}
	if x.base().typ.kind() == capability.KindFunc {
		return c.callValue(e.At, x, args)
	}
	d := c.report("E0429", fn.At, "`%s` is %s and can't be called", fn.Name, article(x.base().typ))
	if len(plainRows("", fn.Name)) > 0 && en.v != nil {
		d.Note("the variable hides the function `%s`: give it another name", fn.Name)
		d.Offer("rename the variable where it is declared", lang.Edit{Span: en.v.At, New: fn.Name + "_"})
	}
	return c.giveUp(args, e.At)
}

func (c *checker) unknownFunction(e *lang.Call, fn *lang.Ident, args []*argument) Expr {
	c.giveUp(args, e.At)
	if fn.Name == "desc" {
		x, _ := c.failed("E0301", fn.At, "`desc` stands only in the key of `sort_by`: `xs.sort_by(|x| [desc(x.size), x.name])`")
		return x
	}
	if moduleWord(fn.Name) {
		x, _ := c.failed("E0305", fn.At, "the module `%s` can't be called: an operation is `%s.name(..)`", fn.Name, fn.Name)
		return x
	}
	if x := c.foreign(fn.Name, fn.At, e, args); x != nil {
		return x
	}
	x, d := c.failed("E0301", fn.At, "there is no function `%s`", fn.Name)
	if c.seeks(d) {
		c.suggest(d, fn.At, fn.Name, append(c.visible(), libraryNames()...))
	}
	return x
}

func (c *checker) callMember(e *lang.Call, m *lang.Member, args []*argument, want *Type, u use) Expr {
	if id, ok := m.X.(*lang.Ident); ok && !m.Optional {
		if i := c.alias(id.Name); i != nil {
			return c.callImported(i, e, m, args)
		}
		if x, done := c.callModule(e, id, m, args, want); done {
			return x
		}
	}
	if name, ok := c.dotted(m); ok {
		if x := c.foreign(name, m.At, e, args); x != nil {
			return c.giveUp(args, e.At)
		}
	}
	x := c.value(m.X, literalReceiver(m))
	if isBad(x) || gone(x) {
		c.giveUp(args, e.At)
		return x
	}
	if m.Optional {
		return c.chain(e.At, x, func(some Expr) Expr { return c.method(e, m, some, args, want) })
	}
	return c.method(e, m, x, args, want)
}

// literalReceiver is the type of a receiver that is a literal: {a: 1} is a map
// where the method is one of maps.
func literalReceiver(m *lang.Member) *Type {
	if d, ok := lang.Unparen(m.X).(*lang.Data); ok && len(d.Fields) > 0 {
		rows := plainRows("", m.Name.Text)
		if len(keep(rows, func(r *library.Row) bool { return len(r.Params) > 0 && r.Params[0].Shape.Kind == capability.KindMap })) > 0 {
			return mapOf(newVar())
		}
	}
	return nil
}

// callModule is module.name(..). A module's word with a name that the module
// has is the module's, whatever variables there are.
func (c *checker) callModule(e *lang.Call, id *lang.Ident, m *lang.Member, args []*argument, want *Type) (Expr, bool) {
	name := id.Name + "." + m.Name.Text
	if op := capability.Lookup(name); op != nil {
		return c.callHost(op, e.At, args), true
	}
	if rows := plainRows(id.Name, m.Name.Text); len(rows) > 0 {
		return c.callLibrary(name, rows, e.At, m.At, args, want), true
	}
	if c.lookup(id.Name) != nil {
		return nil, false
	}
	if x := c.foreign(name, id.At.Join(m.Name.At), e, args); x != nil {
		c.giveUp(args, e.At)
		return x, true
	}
	if !moduleWord(id.Name) {
		return c.unknownModule(id, name, m, e, args)
	}
	c.giveUp(args, e.At)
	x, d := c.failed("E0501", id.At.Join(m.Name.At), "there is no operation `%s`", name)
	c.suggest(d, id.At.Join(m.Name.At), name, moduleNames())
	return x, true
}

// method is x.f(..): a field that holds a function, an own function, `with`,
// or one of the library's.
func (c *checker) method(e *lang.Call, m *lang.Member, x Expr, args []*argument, want *Type) Expr {
	name := m.Name.Text
	if x.base().typ.kind() == capability.KindRecord {
		if f := x.base().typ.field(name); f != nil {
			return c.callValue(e.At, &FieldOf{node{at: m.At, typ: f}, x, name}, args)
		}
		if name == "with" {
			return c.with(e.At, x, args)
		}
	}
	args = append([]*argument{{x: x}}, args...)
	if d := c.fns[name]; d != nil {
		return c.callFn(d, e.At, m.Name.At, args)
	}
	rows := plainRows("", name)
	if len(rows) > 0 {
		return c.callLibrary(name, rows, e.At, m.Name.At, args, want)
	}
	c.giveUp(args, e.At)
	return c.noMethod(e, m, x)
}

func (c *checker) noMethod(e *lang.Call, m *lang.Member, x Expr) Expr {
	t, name := x.base().typ, m.Name.Text
	if alias := c.importWith(name); alias != "" {
		y, d := c.failed("E0405", m.Name.At, "%s has no method `%s`", article(t), name)
		d.Note("a function of an import is called as `%s.%s(x)` or `x |> %s.%s()`", alias, name, alias, name)
		return y
	}
	if y := c.foreignMethod(name, x, e.At, m.Name.At, exprsOf(e.Args)); y != nil {
		return y
	}
	if better := otherSpelling[name]; better != "" {
		y, d := c.failed("E0405", m.Name.At, "%s has no method `%s`", article(t), name)
		if strings.HasSuffix(better, "()") && len(e.Args) == 0 {
			d.Replace(lang.Span{From: m.Name.At.From, To: e.At.To}, better)
		} else {
			d.Replace(m.Name.At, strings.TrimSuffix(better, "()"))
		}
		return y
	}
	if c.isProperty(x, name) {
		y, d := c.failed("E0405", m.Name.At, "`%s` is written without parentheses", name)
		d.Replace(lang.Span{From: m.Name.At.From, To: e.At.To}, name)
		return y
	}
	y, d := c.failed("E0405", m.Name.At, "%s has no method `%s`", article(t), name)
	c.suggest(d, m.Name.At, name, c.methodsOf(x))
	return y
}

// ---- own functions and function values ----

func (c *checker) callFn(d *fnDecl, at, nameAt lang.Span, args []*argument) Expr {
	if !c.useFn(d, nameAt) {
		return c.giveUp(args, at)
	}
	out := &CallFn{node: node{at: at, typ: d.fn.Result}, Fn: d.fn, Args: make([]Expr, len(d.fn.Params))}
	next, ok := 0, true
	for _, a := range args {
		i := next
		if a.name != nil {
			i = paramNamed(d.fn.Params, a.name.Text)
			if i < 0 {
				ok = false
				di := c.report("E0406", a.name.At, "`%s` has no parameter `%s`", d.fn.Name, a.name.Text)
				c.suggest(di, a.name.At, a.name.Text, paramNames(d.fn.Params))
				c.check(a, nil)
				continue
			}
		} else {
			next++
		}
		if i >= len(d.fn.Params) {
			if ok {
				c.report("E0406", a.at(), "`%s` takes %s, here are more", d.fn.Name, count(len(d.fn.Params), "argument"))
			}
			ok = false
			c.check(a, nil)
			continue
		}
		p := d.fn.Params[i]
		if out.Args[i] != nil {
			ok = false
			c.report("E0406", a.at(), "`%s` is given twice", p.Name)
		}
		out.Args[i] = c.need(c.check(a, p.Type), p.Type, "the argument `"+p.Name+"`")
		out.Eval = append(out.Eval, i)
	}
	c.fillDefaults(out, d, ok)
	return out
}

func (c *checker) fillDefaults(out *CallFn, d *fnDecl, ok bool) {
	var missing []string
	for i, p := range d.fn.Params {
		if out.Args[i] != nil {
			continue
		}
		if d.fn.Defaults[i] == nil {
			missing = append(missing, "`"+p.Name+"`")
			out.Args[i] = bad(out.at)
			continue
		}
		out.Args[i] = frozenConst(d.fn.Defaults[i], out.at)
		out.Eval = append(out.Eval, i)
	}
	if len(missing) > 0 && ok {
		c.report("E0406", out.at, "`%s` lacks %s", d.fn.Name, joinWords(missing)).Label(d.decl.Name.At, "declared here")
	}
}

func paramNamed(params []*Var, name string) int {
	for i, p := range params {
		if p.Name == name {
			return i
		}
	}
	return -1
}

func paramNames(params []*Var) []string {
	var names []string
	for _, p := range params {
		names = append(names, p.Name)
	}
	return names
}

func (c *checker) callValue(at lang.Span, fn Expr, args []*argument) Expr {
	if isBad(fn) || gone(fn) {
		c.giveUp(args, at)
		return fn
	}
	if fn.base().typ.kind() != capability.KindFunc {
		c.report("E0429", fn.base().at, "%s can't be called", article(fn.base().typ))
		return c.giveUp(args, at)
	}
	params, result := fn.base().typ.signature()
	out := &CallValue{node: node{at: at, typ: result}, Fn: fn}
	for i, a := range args {
		if a.name != nil {
			c.report("E0406", a.name.At, "a function value takes its arguments by position")
		}
		if i >= len(params) {
			c.check(a, nil)
			continue
		}
		out.Args = append(out.Args, c.need(c.check(a, params[i]), params[i], "the argument"))
	}
	if len(args) != len(params) {
		c.report("E0406", at, "this takes %s, here are %d", count(len(params), "argument"), len(args))
		return bad(at)
	}
	return out
}

// with is r.with(f: v): a changed copy.
func (c *checker) with(at lang.Span, x Expr, args []*argument) Expr {
	out := &With{node: node{at: at, typ: x.base().typ}, X: x}
	for _, a := range args {
		if a.name == nil {
			c.report("E0406", a.at(), "`with` takes fields by name: `r.with(name: value)`")
			c.check(a, nil)
			continue
		}
		t := x.base().typ.field(a.name.Text)
		if t == nil {
			c.noField(x.base().typ, *a.name)
			c.check(a, nil)
			continue
		}
		v := c.need(c.check(a, t), t, "the field `"+a.name.Text+"`")
		out.Fields = append(out.Fields, FieldInit{a.name.Text, v})
	}
	return out
}

// ---- fail and assert ----

// fail is fail("message", named values), or fail(e), which raises again.
func (c *checker) fail(e *lang.Call, args []*argument) Expr {
	out := &Fail{node: node{at: e.At, typ: typeNever}}
	if len(args) == 0 || args[0].name != nil {
		c.report("E0406", e.At, "`fail` takes a message: `fail(\"why\")`")
		return c.giveUp(args, e.At)
	}
	first := c.check(args[0], nil)
	if first.base().typ.kind() == capability.KindError {
		out.Error = first
		if len(args) > 1 {
			c.report("E0406", args[1].at(), "`fail(e)` raises the failure again and takes nothing more")
		}
		return out
	}
	out.Message = c.need(first, typeString, "the message")
	c.failValues(out, args[1:])
	return out
}

func (c *checker) failValues(out *Fail, args []*argument) {
	values := &MapLit{node: node{at: out.at, typ: mapOf(typeAny)}}
	for _, a := range args {
		switch {
		case a.name == nil:
			c.report("E0406", a.at(), "further arguments of `fail` have names: `fail(\"why\", file: p)`")
			c.check(a, nil)
		case a.name.Text == "cause":
			t := optionalOf(typeError)
			out.Cause = c.need(c.check(a, typeError), t, "the cause")
		default:
			x := c.need(c.check(a, nil), typeAny, "`"+a.name.Text+"`")
			values.Keys = append(values.Keys, a.name.Text)
			values.Items = append(values.Items, x)
		}
	}
	out.Values = values
}

func (c *checker) assert(e *lang.Call, args []*argument) Expr {
	if len(args) == 0 || args[0].name != nil {
		c.report("E0406", e.At, "`assert` takes a condition: `assert(x > 0, \"why\")`")
		return c.giveUp(args, e.At)
	}
	var x Expr
	if args[0].e != nil {
		x = c.condition(args[0].e)
	} else {
		x = c.need(args[0].x, typeBool, "the condition")
	}
	failed := &Fail{node: node{at: e.At, typ: typeNever}}
	m := c.mark()
	rest := args[1:]
	failed.Message = &Const{node{at: e.At, typ: typeString}, capability.StringValue("assertion failed: " + shorten(c.src.Text(args[0].at())))}
	if len(rest) > 0 && rest[0].name == nil {
		failed.Message = c.need(c.check(rest[0], typeString), typeString, "the message")
		rest = rest[1:]
	}
	c.failValues(failed, rest)
	c.rejoin(m)
	c.learn(factsOf(x, true))
	no := &Unary{node{at: x.base().at, typ: typeBool}, lang.OpNot, x}
	body := &Block{At: e.At, Stmts: []Stmt{&Do{failed}}, Leaves: true}
	return &If{node: node{at: e.At, typ: typeNone}, Arms: []IfArm{{Cond{X: no}, body}}}
}

// ---- the library ----

// plainRows gives the rows of a name that a script can call.
func plainRows(module, name string) []*library.Row {
	rows := library.Named(module, name)
	plain := rows
	for i, r := range rows {
		if r.Internal || r.Property {
			plain = append([]*library.Row(nil), rows[:i]...)
			for _, r := range rows[i:] {
				if !r.Internal && !r.Property {
					plain = append(plain, r)
				}
			}
			break
		}
	}
	if module == "" && name == "collect" {
		return collectRows
	}
	return plain
}

// collectRows is the one function that only streams have; it is written as a
// loop and has no row of its own in the library.
var collectRows = []*library.Row{{
	Name: "collect", Expand: true,
	Params: []library.Param{{Name: "xs", Shape: &library.Shape{Kind: capability.KindList, Elem: &library.Shape{Var: 'T'}}}},
	Result: &library.Shape{Kind: capability.KindList, Elem: &library.Shape{Var: 'T'}},
}}

// internal gives the n-th row of a name that only the compiler can call.
func internal(module, name string, n int) *library.Row { return library.Named(module, name)[n] }

// lib calls a row with arguments that fit.
func (c *checker) lib(row *library.Row, at lang.Span, args ...Expr) Expr {
	for _, a := range args {
		if isBad(a) {
			return bad(at)
		}
	}
	vars := map[byte]*Type{}
	for i, a := range args {
		want := shapeType(row.Params[i].Shape, vars)
		args[i] = c.need(a, want, "this")
	}
	out := &LibCall{node: node{at: at, typ: typeNone}, Row: row, Args: args, Eval: inOrder(len(args))}
	if row.Result != nil {
		out.typ = shapeType(row.Result, vars)
	}
	return out
}

func inOrder(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// shapeType makes a node of a shape; each variable is one node.
func shapeType(s *library.Shape, vars map[byte]*Type) *Type {
	if t := s.Type(nil); t != nil {
		return known(t)
	}
	if s.Var != 0 {
		if vars[s.Var] == nil {
			vars[s.Var] = newVar()
		}
		return vars[s.Var]
	}
	switch s.Kind {
	case capability.KindList:
		return listOf(shapeType(s.Elem, vars))
	case capability.KindMap:
		return mapOf(shapeType(s.Elem, vars))
	case capability.KindOptional:
		return &Type{form: formOptional, elem: shapeType(s.Elem, vars)}
	case capability.KindRecord:
		var fields []typeField
		for _, f := range s.Fields {
			fields = append(fields, typeField{f.Name, shapeType(f.Shape, vars)})
		}
		return recordOf(fields)
	case capability.KindFunc:
		var params []*Type
		for _, p := range s.Params {
			params = append(params, shapeType(p, vars))
		}
		result := typeNone
		if s.Result != nil {
			result = shapeType(s.Result, vars)
		}
		return funcOf(params, result)
	}
	return typeBad
}

// receives reports whether a value of type t can be the first argument of a row.
func receives(row *library.Row, t *Type) bool {
	if len(row.Params) == 0 {
		return false
	}
	s := row.Params[0].Shape
	if t.kind() == capability.KindStream {
		return s.Kind == capability.KindList && takesStream(row)
	}
	if s.Var == 'R' {
		return t.kind() == capability.KindRecord
	}
	if s.Kind == capability.KindList && s.Elem.Var == 'C' && t.kind() == capability.KindList && t.element().kind() == capability.KindOptional {
		return false // there is a row of its own for elements that may be nil
	}
	return couldFit(t, shapeType(s, map[byte]*Type{}))
}

// The functions that take a stream: lazy ones give a stream again, the others
// read it.
var lazyStages = map[string]bool{
	"map": true, "flat_map": true, "filter_map": true, "filter": true, "take": true, "drop": true,
	"take_while": true, "drop_while": true,
}

var streamReaders = map[string]bool{
	"len": true, "first": true, "last": true, "contains": true, "each": true, "find": true, "any": true, "all": true,
	"count": true, "sum": true, "average": true, "min": true, "max": true, "reduce": true, "sort_by": true,
	"group_by": true, "count_by": true, "index_by": true, "partition": true, "join": true, "collect": true,
}

func takesStream(row *library.Row) bool { return lazyStages[row.Name] || streamReaders[row.Name] }

// callLibrary finds the row that is meant by the first argument, then by the
// others, and checks the call against it.
func (c *checker) callLibrary(name string, rows []*library.Row, at, nameAt lang.Span, args []*argument, want *Type) Expr {
	if x := c.sortedByKeys(name, at, args); x != nil {
		return x
	}
	if repeats(rows) {
		return c.callRow(name, rows[0], at, args)
	}
	if len(args) > 0 && args[0].name == nil {
		c.check(args[0], firstWanted(rows))
		if isBad(args[0].x) || gone(args[0].x) {
			c.giveUp(args, at)
			return args[0].x
		}
		if args[0].x.base().typ.is(formVar) {
			c.report("E0409", args[0].at(), "the type of this is not known: nothing said what it is")
			return c.giveUp(args, at)
		}
	}
	if c.joinedText(name, args, at) {
		return bad(at)
	}
	if name == "count" && len(args) == 1 && args[0].x != nil {
		if y := c.foreignMethod(name, args[0].x, at, nameAt, nil); y != nil {
			return y
		}
	}
	row := c.chooseRow(rows, args)
	if row == nil {
		return c.noRow(name, rows, at, nameAt, args)
	}
	if len(args) > 0 && args[0].name == nil {
		if simple := c.conversionLiteral(row, args, at); simple != nil {
			return simple
		}
	}
	return c.callRow(name, row, at, args)
}

// firstWanted is the type of the first parameter when there is one row only.
func firstWanted(rows []*library.Row) *Type {
	if len(rows) == 1 && len(rows[0].Params) > 0 {
		return shapeType(rows[0].Params[0].Shape, map[byte]*Type{})
	}
	return nil
}

func (c *checker) chooseRow(rows []*library.Row, args []*argument) *library.Row {
	left := rows
	if len(args) > 0 && args[0].name == nil {
		left = keep(left, func(r *library.Row) bool { return receives(r, args[0].x.base().typ) })
	}
	if len(left) > 1 {
		left = keep(left, func(r *library.Row) bool { return binds(r, args) })
	}
	for i := 1; i < len(args) && len(left) > 1; i++ {
		a := args[i]
		if _, closure := lang.Unparen(a.expr()).(*lang.Closure); closure {
			left = keep(left, func(r *library.Row) bool {
				p := paramOf(r, a, i)
				return p != nil && p.Shape.Kind == capability.KindFunc
			})
			continue
		}
		t := c.check(a, nil).base().typ
		left = keep(left, func(r *library.Row) bool {
			p := paramOf(r, a, i)
			return p != nil && couldFit(t, shapeType(p.Shape, map[byte]*Type{}))
		})
	}
	if len(left) == 0 {
		return nil
	}
	return left[0]
}

func (a *argument) expr() lang.Expr {
	if a.e != nil {
		return a.e
	}
	return &lang.BadExpr{}
}

func keep(rows []*library.Row, ok func(*library.Row) bool) []*library.Row {
	var out []*library.Row
	for _, r := range rows {
		if ok(r) {
			out = append(out, r)
		}
	}
	return out
}

// paramOf is the parameter that an argument is for, nil when there is none.
func paramOf(r *library.Row, a *argument, i int) *library.Param {
	if a.name != nil {
		for n := range r.Params {
			if r.Params[n].Name == a.name.Text {
				return &r.Params[n]
			}
		}
		return nil
	}
	if i < len(r.Params) && !r.Params[i].Optional {
		return &r.Params[i]
	}
	return nil
}

// binds reports whether the arguments could be those of a row.
func binds(r *library.Row, args []*argument) bool {
	given := 0
	for i, a := range args {
		p := paramOf(r, a, i)
		if p == nil {
			return false
		}
		if !p.Optional {
			given++
		}
	}
	return given == requiredOf(r)
}

func requiredOf(r *library.Row) int {
	n := 0
	for i := range r.Params {
		if !r.Params[i].Optional {
			n++
		}
	}
	return n
}

// noRow reports a call that no row takes.
func (c *checker) noRow(name string, rows []*library.Row, at, nameAt lang.Span, args []*argument) Expr {
	c.giveUp(args, at)
	if len(args) == 0 {
		x, _ := c.failed("E0406", at, "`%s` takes %s", name, count(requiredOf(rows[0]), "argument"))
		return x
	}
	t := args[0].x
	if t == nil {
		return bad(at)
	}
	typ := t.base().typ
	if y := c.foreignMethod(name, t, at, nameAt, rest(args)); y != nil {
		return y
	}
	if len(keep(rows, func(r *library.Row) bool { return receives(r, typ) })) > 0 {
		return c.wrongArguments(name, rows, at, args, typ)
	}
	switch typ.kind() {
	case capability.KindOptional:
		x, d := c.failed("E0403", t.base().at, "this is %s and may be nil", article(typ))
		end := lang.Span{From: t.base().at.To, To: t.base().at.To}
		d.Offer("fail with `absent` when it is nil", lang.Edit{Span: end, New: "!"})
		if c.src.Text(lang.Span{From: end.To, To: end.To + 1}) == "." {
			d.Offer("give nil when it is nil", lang.Edit{Span: end, New: "?"})
		}
		return x
	case capability.KindAny:
		x, d := c.failed("E0405", nameAt, "an any has no methods: take the value out of it first")
		d.Note("`(x as string).%s(..)`", name)
		return x
	case capability.KindPath:
		if len(keep(rows, func(r *library.Row) bool { return receives(r, typeString) })) > 0 {
			x, d := c.failed("E0405", nameAt, "a path has no method `%s`: it is not a string", name)
			if name == "starts_with" {
				d.Replace(nameAt, "beneath")
			} else {
				d.Replace(t.base().at, "\"${"+c.src.Text(t.base().at)+"}\"")
			}
			return x
		}
	}
	x, d := c.failed("E0405", nameAt, "`%s` can't take %s", name, article(typ))
	var takes []string
	for _, r := range rows {
		if len(r.Params) > 0 {
			takes = append(takes, shapeType(r.Params[0].Shape, map[byte]*Type{}).String())
		}
	}
	if better := strings.TrimSuffix(otherSpelling[name], "()"); better != "" && len(c.methodRows(better, t)) > 0 {
		d.Replace(nameAt, better)
	} else if len(takes) > 0 {
		d.Note("it takes %s", joinOr(takes))
	}
	return x
}

func (c *checker) wrongArguments(name string, rows []*library.Row, at lang.Span, args []*argument, typ *Type) Expr {
	row := keep(rows, func(r *library.Row) bool { return receives(r, typ) })[0]
	for i, a := range args {
		if a.name != nil && paramOf(row, a, i) == nil {
			x, d := c.failed("E0406", a.name.At, "`%s` has no argument `%s`", name, a.name.Text)
			c.suggest(d, a.name.At, a.name.Text, rowNames(row))
			return x
		}
		if a.x != nil && isBad(a.x) {
			return bad(at)
		}
	}
	if missing := missingOf(row, args); len(missing) > 0 {
		x, d := c.failed("E0406", at, "`%s` lacks %s", name, joinWords(missing))
		d.Note("it is %s", signatureText(row))
		return x
	}
	x, d := c.failed("E0406", at, "`%s` can't take these arguments", name)
	d.Note("it is %s", signatureText(row))
	return x
}

// missingOf names the required parameters that no argument is for.
func missingOf(row *library.Row, args []*argument) []string {
	given := map[*library.Param]bool{}
	for i, a := range args {
		given[paramOf(row, a, i)] = true
	}
	var missing []string
	for i := range row.Params {
		if p := &row.Params[i]; !p.Optional && !given[p] {
			missing = append(missing, "`"+p.Name+"`")
		}
	}
	return missing
}

func rowNames(r *library.Row) []string {
	var names []string
	for i := range r.Params {
		names = append(names, r.Params[i].Name)
	}
	return names
}

// signatureText shows a row as the language page writes it.
func signatureText(r *library.Row) string {
	vars := map[byte]*Type{}
	for _, v := range "TUECNKR" {
		vars[byte(v)] = known(capability.Any.Named(string(v)))
	}
	var parts []string
	for i := range r.Params {
		p := &r.Params[i]
		s := p.Name + ": " + shapeType(p.Shape, vars).String()
		if p.Optional {
			s = "[" + s + "]"
		}
		parts = append(parts, s)
	}
	s := r.Name + "(" + strings.Join(parts, ", ") + ")"
	if r.Module != "" {
		s = r.Module + "." + s
	}
	if r.Result != nil {
		s += " -> " + shapeType(r.Result, vars).String()
	}
	return "`" + s + "`"
}

// conversionLiteral checks a conversion of a literal when compiling. Around a
// literal path(..) is superfluous; it is what its argument is.
func (c *checker) conversionLiteral(row *library.Row, args []*argument, at lang.Span) Expr {
	k, ok := args[0].x.(*Const)
	if !ok || len(args) != 1 || row.Number < 400 || row.Number >= 500 || row.Module != "" {
		return nil
	}
	s, ok := k.Value.(capability.StringValue)
	t := capability.Simple(row.Result.Kind)
	if !ok || t == nil {
		return nil
	}
	unify(k.typ, typeString)
	v, err := library.ParseArg(t, strings.TrimSpace(string(s)))
	if t.Kind == capability.KindPath {
		clean, why := capability.CleanPath(string(s))
		v, err = capability.PathValue(clean), nil
		if why != "" {
			err = capability.Fault(capability.Invalid, why)
		}
	}
	if err != nil || row.Name == "time" {
		return nil // it fails when it runs, where it can be caught
	}
	return &Const{node{at: at, typ: known(t), made: true}, v}
}

// rowCall is a call of a row while its arguments are being found.
type rowCall struct {
	name     string
	row      *library.Row
	at       lang.Span
	args     []Expr // by parameter
	eval     []int
	vars     map[byte]*Type
	next     int // the parameter for the next argument without a name
	ok       bool
	isStream bool
}

// callRow checks a call against a row.
func (c *checker) callRow(name string, row *library.Row, at lang.Span, args []*argument) Expr {
	k := &rowCall{name: name, row: row, at: at, args: make([]Expr, len(row.Params)), vars: map[byte]*Type{}, ok: true}
	for n, a := range args {
		if i := c.rowParam(k, a); i >= 0 {
			c.rowArgument(k, i, n == 0, a)
		}
	}
	if !c.fillOptional(k) {
		return bad(at)
	}
	if row.Mutates {
		c.mutates(row, k.args[0], at)
	}
	for _, x := range k.args {
		if isBad(x) {
			return bad(at)
		}
	}
	result := typeNone
	if row.Result != nil {
		result = shapeType(row.Result, k.vars)
		if result.is(formOptional) && result.element().kind() == capability.KindOptional {
			result = result.element() // a T?? is a T?
		}
	}
	return c.made(row, at, k.args, k.eval, result, k.isStream)
}

// rowParam finds the parameter that an argument is for, -1 when there is none.
func (c *checker) rowParam(k *rowCall, a *argument) int {
	i := k.next
	if a.name != nil {
		i = slices.Index(rowNames(k.row), a.name.Text)
		if i < 0 {
			d := c.report("E0406", a.name.At, "`%s` has no argument `%s`", k.name, a.name.Text)
			c.suggest(d, a.name.At, a.name.Text, rowNames(k.row))
		}
	} else if k.next++; i >= len(k.row.Params) || k.row.Params[i].Optional {
		d := c.report("E0406", a.at(), "`%s` takes %s by position", k.name, count(requiredOf(k.row), "argument"))
		if i < len(k.row.Params) && a.e != nil {
			d.Offer("name it", lang.Edit{Span: lang.Span{From: a.at().From, To: a.at().From}, New: k.row.Params[i].Name + ": "})
		}
		i = -1
	}
	if i >= 0 && k.args[i] != nil {
		c.report("E0406", a.at(), "`%s` is given twice", k.row.Params[i].Name)
		i = -1
	}
	if i < 0 {
		k.ok = false
		c.check(a, nil)
	}
	return i
}

// rowArgument checks an argument against its parameter. A stream is taken
// where a list is wanted, by the functions that take one.
func (c *checker) rowArgument(k *rowCall, i int, first bool, a *argument) {
	want := shapeType(k.row.Params[i].Shape, k.vars)
	if first && a.x != nil && a.x.base().typ.kind() == capability.KindStream {
		k.isStream = true
		unify(want.element(), a.x.base().typ.element())
		k.args[i] = a.x
	} else {
		k.args[i] = c.libArgument(k.row, i, a, want)
	}
	k.eval = append(k.eval, i)
}

// libArgument checks one argument of a library function.
func (c *checker) libArgument(row *library.Row, i int, a *argument, want *Type) Expr {
	what := "the argument `" + row.Params[i].Name + "`"
	if i == 0 {
		what = "this"
	}
	if row.Params[i].Shape.Kind == capability.KindFunc {
		return c.functionArgument(row, a, want)
	}
	if row.Name == "wait_until" && row.Params[i].Name == "on" {
		return c.kindNames(a)
	}
	if i > 0 && row.Params[i].Name == "key" && row.Params[0].Shape.Kind == capability.KindMap {
		return c.key(c.check(a, nil))
	}
	x := c.check(a, want)
	if s := row.Params[i].Shape; s.Var != 0 && want.is(formVar) && x.base().typ.is(formBraces) {
		unify(want, x.base().typ)
	}
	return c.need(x, want, what)
}

// functionArgument checks a closure, with the types that its parameters have
// here, or another function value.
func (c *checker) functionArgument(row *library.Row, a *argument, want *Type) Expr {
	params, result := want.signature()
	e, ok := lang.Unparen(a.expr()).(*lang.Closure)
	var x Expr
	if ok {
		c.direct++
		x = c.closure(e, c.closureWanted(row, params, result))
		c.direct--
		a.x = x
		if len(e.Params) != len(params) {
			d := c.report("E0406", e.At, "the closure takes %s, `%s` gives it %s", count(len(e.Params), "argument"), row.Name, nouns(len(params)))
			d.Note("write `|%s| ..`", strings.Join([]string{"a", "b", "c"}[:min(len(params), 3)], ", "))
			x.base().typ.silence(0)
			return bad(e.At)
		}
	} else {
		x = c.check(a, want)
	}
	if isBad(x) {
		return x
	}
	if x.base().typ.kind() != capability.KindFunc {
		c.report("E0401", x.base().at, "`%s` takes a function here: `|x| ..`", row.Name)
		return bad(x.base().at)
	}
	ps, r := x.base().typ.signature()
	if len(ps) != len(params) {
		c.report("E0406", x.base().at, "the function takes %s, `%s` gives it %s", count(len(ps), "argument"), row.Name, nouns(len(params)))
		return bad(x.base().at)
	}
	for i := range ps {
		if !unify(ps[i], params[i]) {
			c.report("E0401", x.base().at, "the function takes %s, `%s` gives it %s", article(ps[i]), row.Name, article(params[i]))
			return bad(x.base().at)
		}
	}
	return c.functionResult(row, x, r, result)
}

// closureWanted is the type a closure is checked with. Its result is left to
// the closure unless it is said by the row, as the bool of a filter is.
func (c *checker) closureWanted(row *library.Row, params []*Type, result *Type) *Type {
	if !result.settled() && row.Name != "reduce" {
		result = newVar()
	}
	return funcOf(params, result)
}

// functionResult holds what a function gives against what is wanted of it.
func (c *checker) functionResult(row *library.Row, x Expr, got, want *Type) Expr {
	at := x.base().at
	switch {
	case want.kind() == capability.KindNone: // each: whatever it gives is dropped
		return x
	case got.kind() == capability.KindNone && row.Name == "retry":
		unify(want, got)
		return x
	case got.kind() == capability.KindNone:
		c.report("E0411", at, "`%s` needs a value from the function, which gives none", row.Name)
		return bad(at)
	case got.bad():
		return bad(at)
	}
	if want.is(formVar) && row.Name != "reduce" {
		if row.Name == "sort_by" || row.Name == "min" || row.Name == "max" {
			got = got.stripOptional()
		}
		unify(want, got)
		return x
	}
	if want.kind() == capability.KindOptional && row.Name == "filter_map" {
		if got.kind() != capability.KindOptional {
			c.report("E0401", at, "the function of `filter_map` gives a value or nil, this one gives %s", article(got)).
				Note("`map` takes a function that always gives a value")
			return bad(at)
		}
		unify(want, got)
		return x
	}
	if !unify(got, want) && !got.is(formNever) {
		c.report("E0401", at, "the function must give %s, this one gives %s", article(want), article(got))
		return bad(at)
	}
	return x
}

// fillOptional gives parameters that were left out their defaults, and
// reports those that are missing.
func (c *checker) fillOptional(k *rowCall) bool {
	var missing []string
	for i := range k.row.Params {
		p := &k.row.Params[i]
		if k.args[i] != nil {
			continue
		}
		if !p.Optional {
			missing = append(missing, "`"+p.Name+"`")
			continue
		}
		k.args[i] = constOf(p.Default, shapeType(p.Shape, k.vars), k.at)
		k.eval = append(k.eval, i)
	}
	if len(missing) > 0 && k.ok {
		c.report("E0406", k.at, "`%s` lacks %s", k.name, joinWords(missing)).Note("it is %s", signatureText(k.row))
	}
	return k.ok && len(missing) == 0
}

// constOf makes an expression of a default value.
func constOf(v capability.Value, t *Type, at lang.Span) Expr {
	n := node{at: at, typ: t}
	switch {
	case v == nil && t.kind() == capability.KindList:
		return &ListLit{node: n}
	case v == nil && t.kind() == capability.KindMap:
		return &MapLit{node: n}
	case v == nil:
		return &NilLit{n}
	case t.kind() == capability.KindOptional || t.kind() == capability.KindAny:
		inner := known(capability.TypeOf(v))
		if t.kind() == capability.KindOptional {
			inner = t.element()
		}
		return &Convert{n, &Const{node{at: at, typ: inner}, v}}
	}
	return &Const{n, v}
}

// mutates notes a change of a container, and reports one of a container that
// a loop around is walking.
func (c *checker) mutates(row *library.Row, x Expr, at lang.Span) {
	if isBad(x) {
		return
	}
	c.changes(x, at)
	l, ok := x.(*Local)
	if !ok {
		return
	}
	for _, w := range c.walked {
		if w.v == l.Var && at.From >= w.at.From && at.To <= w.at.To {
			c.report("E0431", at, "`%s` is changed while a loop walks it", l.Var.Name).Note("walk a copy: `.copy()`")
		}
	}
}

// made is the call: of a native, or of what is written as a loop.
func (c *checker) made(row *library.Row, at lang.Span, args []Expr, eval []int, result *Type, isStream bool) Expr {
	if row.Name == "copy" && row.Expand {
		return &With{node: node{at: at, typ: args[0].base().typ}, X: args[0]}
	}
	if repeats([]*library.Row{row}) {
		return c.repeated(row, at, args, eval, result)
	}
	if isStream {
		return c.madeOfStream(row, at, args, eval, result)
	}
	if row.Name == "collect" {
		d := c.report("E0405", at, "`collect` reads a stream, this is %s", article(args[0].base().typ))
		if dot := strings.LastIndex(c.src.Text(at), ".collect("); dot > 0 && args[0].base().typ.kind() == capability.KindList {
			d.Replace(lang.Span{From: at.From + uint32(dot), To: at.To}, "")
		}
		return bad(at)
	}
	if row.Expand {
		return c.expanded(row, at, args, result)
	}
	out := &LibCall{node: node{at: at, typ: result}, Row: row, Args: args, Eval: eval}
	c.after = append(c.after, func() { c.closeLibrary(out) })
	if row.Name == "capture" || row.Name == "capture_all" {
		return c.captured(out)
	}
	return out
}

// madeOfStream is a call on a stream: a further lazy stage, or one that reads it.
func (c *checker) madeOfStream(row *library.Row, at lang.Span, args []Expr, eval []int, result *Type) Expr {
	if lazyStages[row.Name] {
		out := c.expanded(row, at, args, streamOf(result.element()))
		return out
	}
	if row.Expand || row.Name == "first" {
		return c.expanded(row, at, args, result)
	}
	x := args[0].base()
	args[0] = &Expand{node: node{at: x.at, typ: listOf(x.typ.element())}, Name: "collect", X: args[0]}
	out := &LibCall{node: node{at: at, typ: result}, Row: row, Args: args, Eval: eval}
	c.after = append(c.after, func() { c.closeLibrary(out) })
	return out
}

func (c *checker) expanded(row *library.Row, at lang.Span, args []Expr, result *Type) Expr {
	out := &Expand{node: node{at: at, typ: result}, Name: row.Name, X: args[0]}
	for i, a := range args[1:] {
		if row.Params[i+1].Shape.Kind == capability.KindFunc {
			out.Fns = append(out.Fns, a)
		} else {
			out.Args = append(out.Args, a)
		}
	}
	if row.Number == 0 && len(out.Fns) > 0 {
		c.after = append(c.after, func() { c.closeExpand(row, out) })
	}
	return out
}

// closeLibrary checks, when types are closed, what the row demands of its
// type variables.
func (c *checker) closeLibrary(l *LibCall) {
	types := make([]*capability.Type, len(l.Args))
	for i, a := range l.Args {
		if a.base().typ.bad() || a.base().typ.is(formNever) {
			return
		}
		types[i] = a.base().typ.Final()
	}
	if _, _, ok := l.Row.Match(types); !ok {
		d := c.report("E0406", l.at, "`%s` can't do this with %s", l.Row.Name, article(known(types[0])))
		d.Note("it is %s", signatureText(l.Row))
	}
}

// closeExpand does the same for a function that is written as a loop.
func (c *checker) closeExpand(row *library.Row, x *Expand) {
	fn := x.Fns[0].base().typ.Final()
	if fn.Kind != capability.KindFunc {
		return
	}
	r := fn.Result
	if x.Desc != nil && r.Kind == capability.KindRecord {
		c.checkSortKeys(x, r)
		return
	}
	if r.Kind == capability.KindOptional && (row.Name == "sort_by") {
		r = r.Elem
	}
	what := ""
	switch row.Name {
	case "sort_by", "min", "max":
		if !library.Comparable(r.Kind) {
			what = "can be ordered"
		}
	case "sum":
		if !number(r.Kind) && !measure(r.Kind) {
			what = "can be added up"
		}
	case "unique":
		if !r.FitsAny() {
			what = "can be compared"
		}
	case "group_by", "count_by", "index_by":
		if !keyKind(r.Kind) {
			what = "can be a key"
		}
	}
	if what != "" && r.Kind != capability.KindNone {
		c.report("E0401", x.Fns[0].base().at, "the function of `%s` must give something that %s, not %s", row.Name, what, article(known(r)))
	}
}

func keyKind(k capability.Kind) bool {
	switch k {
	case capability.KindInt, capability.KindString, capability.KindWord, capability.KindPath, capability.KindURL, capability.KindIP:
		return true
	}
	return false
}

// property is x.name of the library, nil when it has none for x.
func (c *checker) property(x Expr, e *lang.Member) Expr {
	for _, row := range library.Named("", e.Name.Text) {
		if row.Property && receives(row, x.base().typ) {
			return c.lib(row, e.At, x)
		}
	}
	return nil
}

func (c *checker) isProperty(x Expr, name string) bool {
	for _, row := range library.Named("", name) {
		if row.Property && receives(row, x.base().typ) {
			return true
		}
	}
	return x.base().typ.kind() == capability.KindRecord && x.base().typ.field(name) != nil
}

// methodRows gives the rows of a method that take x.
func (c *checker) methodRows(name string, x Expr) []*library.Row {
	return keep(plainRows("", name), func(r *library.Row) bool { return receives(r, x.base().typ) })
}

// ---- names, for did-you-mean ----

func properties(t *Type) []string {
	var names []string
	for _, r := range library.Rows() {
		if r.Module == "" && !r.Internal && len(r.Params) > 0 && receives(r, t) {
			names = append(names, r.Name)
		}
	}
	return names
}

func (c *checker) methodsOf(x Expr) []string { return properties(x.base().typ) }

func isLibraryName(name string) bool {
	return len(plainRows("", name)) > 0 || name == "fail" || name == "assert" || capability.Lookup(name) != nil
}

func libraryNames() []string {
	names := []string{"fail", "assert"}
	for _, r := range library.Rows() {
		if r.Module == "" && !r.Internal && !r.Property {
			names = append(names, r.Name)
		}
	}
	return names
}

// plainNames are the functions that need no receiver in front.
func plainNames() []string {
	return []string{"print", "fail", "assert", "int", "float", "size", "duration", "path", "url"}
}

// moduleWord reports whether a word is that of a module.
func moduleWord(w string) bool {
	mods := capability.Modules()
	i := sort.SearchStrings(mods, w)
	return i < len(mods) && mods[i] == w || library.IsModule(w)
}

func moduleNames() []string {
	names := opNames()
	for _, r := range library.Rows() {
		if r.Module != "" && !r.Internal {
			names = append(names, r.Module+"."+r.Name)
		}
	}
	return names
}

func libraryNamed(module, name string) []*library.Row { return plainRows(module, name) }

// suggest adds the nearest name as a fix.
// maxCompared bounds how many names are compared in search of the ones that
// were meant: a source of many names and many mistakes has the product of both.
const maxCompared = 1 << 19

// seeks tells whether to look for what was meant: the diagnostic will be seen,
// and not too much was looked through.
func (c *checker) seeks(d *lang.Diagnostic) bool {
	return d.Code != "" && c.compared < maxCompared
}

func (c *checker) suggest(d *lang.Diagnostic, at lang.Span, name string, candidates []string) {
	if !c.seeks(d) {
		return
	}
	c.compared += len(candidates)
	if near := lang.DidYouMean(name, candidates); near != "" {
		d.OfferText(at, near)
	}
}

func joinNames(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = "`" + n + "`"
	}
	return joinWords(quoted)
}

func joinWords(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

func joinOr(words []string) string {
	var seen []string
	for _, w := range words {
		if len(seen) == 0 || seen[len(seen)-1] != w {
			seen = append(seen, w)
		}
	}
	if len(seen) < 2 {
		return strings.Join(seen, "")
	}
	return strings.Join(seen[:len(seen)-1], ", ") + " or " + seen[len(seen)-1]
}

func count(n int, noun string) string {
	switch n {
	case 0:
		return "no " + noun
	case 1:
		return "one " + noun
	}
	return itoa(n) + " " + noun + "s"
}

func nouns(n int) string {
	if n == 1 {
		return "one"
	}
	return itoa(n)
}
