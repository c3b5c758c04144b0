package compiler

import (
	"regexp"
	"strconv"

	"rex/capability"
	"rex/lang"
)

func itoa(n int) string { return strconv.Itoa(n) }

// callHost checks a call of a host operation against its row: required
// arguments by position or name, optional ones by name.
func (c *checker) callHost(op *capability.Op, at lang.Span, args []*argument) Expr {
	out := &HostCall{node: node{at: at, typ: known(op.Result)}, Op: op, Args: make([]Expr, len(op.Params))}
	rest := restParam(op)
	next, ok := 0, true
	if op.Name == "print" && c.printSeveral(at, args) {
		return c.giveUp(args, at)
	}
	for _, a := range args {
		i := next
		switch {
		case a.name == nil:
			next++
			if i >= op.Required() && !trailingList(op, i) {
				ok = false
				c.byNameOnly(op, i, a)
				continue
			}
		case op.Param(a.name.Text) >= 0 && op.Param(a.name.Text) != rest:
			i = op.Param(a.name.Text)
		case rest >= 0:
			c.restArgument(out, rest, a)
			continue
		default:
			ok = false
			d := c.report("E0406", a.name.At, "`%s` has no argument `%s`", op.Name, a.name.Text)
			if ours := foreignOptions[a.name.Text]; ours != "" && op.Param(ours) >= 0 {
				d.Replace(a.name.At, ours)
			} else {
				c.suggest(d, a.name.At, a.name.Text, opParams(op))
			}
			c.check(a, nil)
			continue
		}
		if out.Args[i] != nil {
			ok = false
			c.report("E0406", a.at(), "`%s` is given twice", op.Params[i].Name)
			continue
		}
		out.Args[i] = c.hostArgument(op, i, a)
		out.Eval = append(out.Eval, i)
	}
	c.hostDefaults(out, ok)
	return out
}

// trailingList reports whether parameter i may be given by position though it
// is optional: a list right behind the required ones, as the arguments of a
// program are.
func trailingList(op *capability.Op, i int) bool {
	return i == op.Required() && i < len(op.Params) && op.Params[i].Optional && op.Params[i].Type.Kind == capability.KindList
}

func restParam(op *capability.Op) int {
	for i := range op.Params {
		if op.Params[i].Rest {
			return i
		}
	}
	return -1
}

func opParams(op *capability.Op) []string {
	var names []string
	for i := range op.Params {
		names = append(names, op.Params[i].Name)
	}
	return names
}

func (c *checker) byNameOnly(op *capability.Op, i int, a *argument) {
	d := c.report("E0406", a.at(), "`%s` takes %s by position, the others by name", op.Name, count(op.Required(), "argument"))
	if i < len(op.Params) && !op.Params[i].Rest {
		d.Offer("name it", lang.Edit{Span: lang.Span{From: a.at().From, To: a.at().From}, New: op.Params[i].Name + ": "})
	}
	c.check(a, nil)
}

// restArgument adds a named value to the map that takes all others.
func (c *checker) restArgument(out *HostCall, rest int, a *argument) {
	m, ok := out.Args[rest].(*MapLit)
	if !ok {
		m = &MapLit{node: node{at: a.at(), typ: mapOf(typeAny)}}
		out.Args[rest] = m
		out.Eval = append(out.Eval, rest)
	}
	x := c.need(c.check(a, nil), typeAny, "`"+a.name.Text+"`")
	for _, k := range m.Keys {
		if k == a.name.Text {
			c.report("E0406", a.name.At, "`%s` is given twice", a.name.Text)
		}
	}
	m.Keys = append(m.Keys, a.name.Text)
	m.Items = append(m.Items, x)
}

func (c *checker) hostDefaults(out *HostCall, ok bool) {
	var missing []string
	for i := range out.Op.Params {
		p := &out.Op.Params[i]
		if out.Args[i] != nil {
			continue
		}
		if !p.Optional {
			missing = append(missing, "`"+p.Name+"`")
			out.Args[i] = bad(out.at)
			continue
		}
		out.Args[i] = constOf(p.Default, known(p.Type), out.at)
		out.Eval = append(out.Eval, i)
	}
	if len(missing) > 0 && ok {
		c.report("E0406", out.at, "`%s` lacks %s", out.Op.Name, joinWords(missing)).Note("for example: `%s`", out.Op.Example)
	}
}

// hostArgument makes an argument what its parameter wants.
func (c *checker) hostArgument(op *capability.Op, i int, a *argument) Expr {
	p := &op.Params[i]
	t := known(p.Type)
	what := "the argument `" + p.Name + "`"
	x := c.check(a, t)
	if isBad(x) {
		return x
	}
	switch p.Coerce {
	case capability.CoerceQuote:
		if textual(x.base().typ) {
			return c.quoted(x)
		}
	case capability.CoerceBytes:
		if textual(x.base().typ) {
			return c.lib(plainRows("", "bytes")[0], x.base().at, c.need(x, typeString, what))
		}
	case capability.CoerceProject:
		return c.project(x, t, what)
	case capability.CoerceText:
		return c.hole(x)
	}
	x = c.need(x, t, what)
	if p.Const {
		c.after = append(c.after, func() { c.constArgument(op, p, x) })
	}
	return x
}

// constArgument holds an option that decides what is asked to a constant.
func (c *checker) constArgument(op *capability.Op, p *capability.OpParam, x Expr) {
	if isBad(x) {
		return
	}
	if _, ok := constValue(x); !ok {
		d := c.report("E0502", x.base().at, "`%s` of `%s` must be constant: it decides what is asked of the policy", p.Name, op.Name)
		d.Note("write a literal or a `const`; where it depends on something, a `match` with one call each")
	}
}

// quoted makes a pattern of a text that is meant literally.
func (c *checker) quoted(x Expr) Expr {
	at := x.base().at
	if k, ok := x.(*Const); ok {
		s, _ := k.Value.(capability.StringValue)
		unify(k.typ, typeString)
		return &Const{node{at: at, typ: typeRegex}, capability.RegexValue(regexp.QuoteMeta(string(s)))}
	}
	return c.lib(internal("regex", "quote", 0), at, c.need(x, typeString, "this"))
}

// hole makes text of what a hole can hold. A string is its own text.
func (c *checker) hole(x Expr) Expr {
	t := x.base().typ
	if t.kind() == capability.KindString || t.kind() == capability.KindWord {
		return convert(x, typeString)
	}
	if _, ok := x.(*Const); ok && t.is(formText) {
		unify(t, typeString)
		return x
	}
	if tmpl, ok := x.(*Template); ok && t.is(formText) {
		unify(t, typeString)
		return tmpl
	}
	out := &Template{node: node{at: x.base().at, typ: typeString}, Parts: []Part{{Hole: x, At: x.base().at}}}
	c.texts = append(c.texts, func() { c.closeTemplate(out) })
	return out
}

// project takes the fields that the parameter has out of a record with more;
// a bare value is the first of them.
func (c *checker) project(x Expr, t *Type, what string) Expr {
	from := x.base().typ
	if from.kind() == capability.KindOptional || from.kind() == capability.KindAny {
		return c.need(x, t, what)
	}
	at := x.base().at
	out := &RecordLit{node: node{at: at, typ: t}}
	fields := t.fieldList()
	if from.kind() != capability.KindRecord {
		out.Fields = append(out.Fields, FieldInit{fields[0].name, c.need(x, fields[0].typ, what)})
		for _, f := range fields[1:] {
			out.Fields = append(out.Fields, FieldInit{f.name, nil})
		}
		return out
	}
	c.vars++
	v := &Var{At: at, Type: from, owner: c.fn, order: c.vars, Used: true}
	for _, f := range fields {
		ft := from.field(f.name)
		if ft == nil && f.typ.kind() == capability.KindOptional {
			out.Fields = append(out.Fields, FieldInit{f.name, nil})
			continue
		}
		if ft == nil {
			c.report("E0401", at, "%s has no field `%s`, which %s needs", article(from), f.name, what)
			return bad(at)
		}
		get := &FieldOf{node{at: at, typ: ft}, &Local{node{at: at, typ: from}, v}, f.name}
		out.Fields = append(out.Fields, FieldInit{f.name, c.need(get, f.typ, what)})
	}
	return &BlockExpr{node{at: at, typ: t}, &Block{At: at, Stmts: []Stmt{&Let{Var: v, Value: x}}, Value: out}}
}
