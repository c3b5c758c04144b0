package compiler

import (
	"rex/capability"
	"rex/lang"
	"rex/library"
)

// retry and wait_until call a function again: loops with a catch around the
// call, which Emit writes (emit_repeats.go). Their function is their first
// argument, so that their other arguments stand behind it by name.

// repeats reports whether a row is one of the two.
func repeats(rows []*library.Row) bool {
	r := rows[0]
	return r.Expand && r.Params[0].Shape.Kind == capability.KindFunc
}

func (c *checker) repeated(row *library.Row, at lang.Span, args []Expr, eval []int, result *Type) Expr {
	out := &Expand{node: node{at: at, typ: result}, Name: row.Name, Fns: args[:1], Mask: capability.AllButDenied}
	if result.is(formVar) {
		out.typ = typeNever // its function only fails
	}
	if row.Name == "wait_until" {
		out.Mask = kindsOf(args[3])
		args = args[:3]
	}
	out.Args = args[1:]
	for _, i := range eval {
		if i > 0 && i < len(args) {
			out.Eval = append(out.Eval, i-1)
		}
	}
	return out
}

// kindNames reads the kinds of failure that `on` names. They are words, as
// after catch.
func (c *checker) kindNames(a *argument) Expr {
	l, ok := lang.Unparen(a.expr()).(*lang.List)
	if !ok {
		x, d := c.failed("E0401", a.at(), "`on` takes the kinds of failure that mean not yet")
		d.Note("for example: `on: [not_found, busy]`")
		return x
	}
	out := &ListLit{node: node{at: l.At, typ: listOf(known(capability.KindWords))}}
	for _, item := range l.Items {
		word := c.src.Text(item.Span())
		if t, ok := item.(*lang.Text); ok {
			word = t.Value
		}
		_, isName := item.(*lang.Ident)
		if _, known := capability.ErrorKindNamed(word); known && isName {
			out.Items = append(out.Items, &Const{node{at: item.Span(), typ: out.typ.element()}, capability.StringValue(word)})
			continue
		}
		x, d := c.failed("E0401", item.Span(), "this is no kind of failure: kinds are words, as after `catch`")
		if _, known := capability.ErrorKindNamed(word); known {
			d.Replace(item.Span(), word)
		} else {
			c.suggest(d, item.Span(), word, capability.KindWords.Words)
		}
		return x
	}
	a.x = out
	return out
}

// kindsOf is the set that kindNames has read; an empty one stands for every
// kind but denied.
func kindsOf(x Expr) capability.KindMask {
	l, ok := x.(*ListLit)
	if !ok || len(l.Items) == 0 {
		return capability.AllButDenied
	}
	var m capability.KindMask
	for _, item := range l.Items {
		word, _ := item.(*Const).Value.(capability.StringValue)
		k, _ := capability.ErrorKindNamed(string(word))
		m |= capability.Kinds(k)
	}
	return m
}
