package compiler

import (
	"regexp"
	"slices"

	"rex/bytecode"
	"rex/capability"
	"rex/lang"
)

// Compile makes a module of a source: Parse, Check and Emit in a row. The
// module is nil when the source has errors; the diagnostics may hold warnings
// beside a module.
func Compile(name string, src []byte) (*bytecode.Module, lang.Diagnostics) {
	file, parsed := lang.Parse(name, src)
	if parsed.HasErrors() {
		return nil, append(parsed, checkBroken(file)...).Sorted()
	}
	program, diags := Check(file)
	diags = append(parsed, diags...).Sorted()
	if diags.HasErrors() {
		return nil, diags
	}
	return Emit(program), diags
}

// checkBroken checks a tree with holes, where the text could not be
// understood. A name that stands in a hole may have been declared there, so
// that it is unknown elsewhere tells nothing; and nothing can be said of what
// is not used.
func checkBroken(file *lang.File) lang.Diagnostics {
	c := newChecker(file)
	c.body(c.fn)
	lost := map[string]bool{}
	for _, at := range file.Skipped {
		for _, word := range words.FindAllString(file.Source.Text(at), -1) {
			lost[word] = true
		}
	}
	return slices.DeleteFunc(c.diags, func(d lang.Diagnostic) bool {
		switch d.Code {
		case "E0301", "E0302", "E0405":
			return lost[d.Source.Text(d.Span)]
		}
		return d.Severity == lang.Warning
	})
}

var words = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*`)

// Check gives every name of a file a meaning and every expression a type. The
// program is nil when something is wrong.
func Check(file *lang.File) (*Program, lang.Diagnostics) {
	c := newChecker(file)
	c.body(c.fn)
	if !c.diags.HasErrors() {
		c.tryEmit()
	}
	if c.diags.HasErrors() {
		// What seems unused may be used where an error hides it.
		c.diags = slices.DeleteFunc(c.diags, func(d lang.Diagnostic) bool { return d.Code == "W0601" })
		return nil, c.diags.Sorted()
	}
	return c.program, c.diags.Sorted()
}

func newChecker(file *lang.File) *checker {
	c := &checker{
		src: file.Source, file: file,
		types: map[string]*typeDecl{}, fns: map[string]*fnDecl{},
		program: &Program{Source: file.Source, Body: &Fn{Result: typeAny}},
	}
	main := &scopeFn{fn: c.program.Body, result: typeAny, given: true, main: true}
	c.frame = &frame{fn: main}
	c.scope = &scope{fn: main, top: true}
	return c
}

// body checks the script: declarations, constants, parameters, statements, then the
// functions that nothing has called.
func (c *checker) body(main *scopeFn) {
	c.declarations()
	c.uses()
	for _, k := range c.file.Consts {
		if k.Name.Text != "" {
			c.constDecl(k, true)
		}
	}
	for _, k := range c.file.Consts {
		if e := c.scope.names[k.Name.Text]; e != nil && e.k != nil && e.k.decl == k && k.Value != nil {
			c.tryConst(e.k)
		}
	}
	c.params()
	at := lang.Span{To: uint32(len(c.src.Src))}
	body := c.stmtsOfScript(c.file.Stmts, at)
	c.program.Body.Body = body
	for _, f := range c.file.Fns {
		if d := c.fns[f.Name.Text]; d != nil && d.decl == f {
			c.checkFn(d)
		}
	}
	for _, v := range c.scope.vars {
		c.unused(v)
	}
	for _, k := range c.file.Consts {
		if e := c.scope.names[k.Name.Text]; e != nil && e.k != nil && !e.k.used && k.Name.Text[0] != '_' {
			c.report("W0601", k.Name.At, "`%s` is never used", k.Name.Text)
		}
	}
	c.finish()
	c.closeNeeds()
	c.checkNeeds()
}

// stmtsOfScript checks the script's statements. Its value is that of its last
// expression, which may be of any shape.
func (c *checker) stmtsOfScript(list []lang.Stmt, at lang.Span) *Block {
	n := len(list)
	last, ok := (*lang.ExprStmt)(nil), false
	if n > 0 {
		last, ok = list[n-1].(*lang.ExprStmt)
	}
	if !ok {
		return c.stmts(list, at, false, nil)
	}
	out := c.stmts(list[:n-1], at, false, nil)
	if out.Leaves {
		c.report("W0602", last.At, "this is never reached")
	}
	x := c.exprIn(last.X, nil, useReturn)
	switch t := x.base().typ; {
	case t.kind() == capability.KindNone, t.is(formNever), isBad(x):
		out.add(&Do{x})
	default:
		leave := &Leave{node: node{at: x.base().at, typ: typeNever}}
		c.giveValue(leave, x)
		out.add(&Do{leave})
	}
	return out
}
