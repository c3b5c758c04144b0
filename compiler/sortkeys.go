package compiler

import (
	"rex/capability"
	"rex/lang"
	"rex/library"
)

// The key of sort_by may be a list of keys, each of a type of its own, and
// desc(key) turns one round. Both are forms of this argument and no values:
// the closure is checked as one that gives a record of the keys.

// sortedByKeys is sort_by with such a closure, nil when it has another.
func (c *checker) sortedByKeys(name string, at lang.Span, args []*argument) Expr {
	if name != "sort_by" || len(args) < 2 {
		return nil
	}
	e, ok := lang.Unparen(args[1].expr()).(*lang.Closure)
	if !ok || e.Body == nil || len(e.Body.Stmts) == 0 {
		return nil
	}
	n := len(e.Body.Stmts)
	last, ok := e.Body.Stmts[n-1].(*lang.ExprStmt)
	if !ok {
		return nil
	}
	keys, desc, ok := sortKeys(last.X)
	if !ok || c.fns["desc"] != nil || c.lookup("desc") != nil {
		return nil
	}
	record := &lang.Data{Base: lang.Base{At: last.X.Span()}}
	for i, k := range keys {
		record.Fields = append(record.Fields, lang.Field{Base: lang.Base{At: k.Span()}, Key: lang.Name{Base: lang.Base{At: k.Span()}, Text: itoa(i)}, Value: k})
	}
	body := *e.Body
	body.Stmts = append(append([]lang.Stmt(nil), body.Stmts[:n-1]...), &lang.ExprStmt{Base: last.Base, X: record})
	closure := *e
	closure.Body = &body
	args[1].e = &closure
	if c.check(args[0], nil); args[0].name != nil || isBad(args[0].x) || gone(args[0].x) {
		return nil
	}
	rows := c.methodRows(name, args[0].x)
	if len(rows) == 0 {
		return nil
	}
	x := c.callRow(name, rows[0], at, args)
	if s, ok := x.(*Expand); ok {
		s.Desc = desc
	}
	return x
}

// checkSortKeys holds the keys to what can be ordered.
func (c *checker) checkSortKeys(x *Expand, record *capability.Type) {
	for _, f := range record.Fields {
		t := f.Type
		if t.Kind == capability.KindOptional {
			t = t.Elem
		}
		if !library.Comparable(t.Kind) {
			c.report("E0401", x.Fns[0].base().at, "each key of `sort_by` must be something that can be ordered, not %s", article(known(t)))
		}
	}
}

// sortKeys takes the keys out of `[a, desc(b)]` or `desc(a)`.
func sortKeys(x lang.Expr) (keys []lang.Expr, desc []bool, ok bool) {
	x = lang.Unparen(x)
	if l, isList := x.(*lang.List); isList && len(l.Items) > 0 {
		for _, item := range l.Items {
			k, d := sortKey(item)
			keys, desc = append(keys, k), append(desc, d)
		}
		return keys, desc, true
	}
	k, d := sortKey(x)
	return []lang.Expr{k}, []bool{d}, d
}

// sortKey is one key, and whether it stands in desc(..).
func sortKey(x lang.Expr) (lang.Expr, bool) {
	if call, ok := lang.Unparen(x).(*lang.Call); ok && len(call.Args) == 1 && call.Args[0].Name == nil && call.Args[0].Value != nil {
		if fn, ok := call.Fn.(*lang.Ident); ok && fn.Name == "desc" {
			return call.Args[0].Value, true
		}
	}
	return x, false
}
