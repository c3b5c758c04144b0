package compiler

import (
	"regexp"
	"slices"

	"rex/bytecode"
	"rex/capability"
	"rex/lang"
)

// Compile makes a module of a source: Parse, Check and Emit in a row. The
// loader gives what the source imports; nil when it can import nothing. The
// module is nil when the source has errors; the diagnostics may hold warnings
// beside a module.
func Compile(name string, src []byte, loader Loader) (*bytecode.Module, lang.Diagnostics) {
	file, parsed := lang.Parse(name, src)
	program, diags := check(file, parsed, loader)
	if program == nil {
		return nil, diags
	}
	return Emit(program), diags
}

// Check gives every name of a file a meaning and every expression a type, and
// does so for the files that it imports, which the loader gives. The program
// is nil when something is wrong.
func Check(file *lang.File, loader Loader) (*Program, lang.Diagnostics) {
	return check(file, nil, loader)
}

// check also takes what was wrong with the text of the file, so that the rest
// of it is checked as far as it was understood.
func check(file *lang.File, parsed lang.Diagnostics, loader Loader) (*Program, lang.Diagnostics) {
	c := newChecker(file, parsed, loader)
	c.load(c.unit)
	c.body()
	if !c.parsed.HasErrors() && !c.diags.HasErrors() {
		c.link()
		c.tryEmit()
	}
	return c.outcome()
}

// outcome gives the program, unless something is wrong, and what was found.
func (c *checker) outcome() (*Program, lang.Diagnostics) {
	wrong := c.parsed.HasErrors() || c.diags.HasErrors()
	broken := map[*lang.Source]*unit{}
	for _, u := range c.units {
		if u.broken {
			broken[u.file.Source] = u
		}
	}
	c.src.Place(c.diags)
	c.diags.DropFixesOver(c.parsed)
	c.diags = slices.DeleteFunc(c.diags, func(d lang.Diagnostic) bool {
		if u := broken[d.Source]; u != nil {
			return u.tellsNothing(&d)
		}
		// What seems unused may be used where an error hides it.
		return wrong && d.Code == "W0601"
	})
	all := append(c.parsed, c.diags...).Sorted()
	if wrong {
		return nil, all
	}
	return c.program, all
}

// tellsNothing reports whether a diagnostic is of no use in a file whose text
// was not understood in full: a name that stands in what was skipped may have
// been declared there, so that it is unknown elsewhere tells nothing; and
// nothing can be said of what is not used.
func (u *unit) tellsNothing(d *lang.Diagnostic) bool {
	switch d.Code {
	case "E0301", "E0302", "E0405":
		return u.lost[d.Source.Text(d.Span)]
	}
	return d.Severity == lang.Warning
}

// lostWords gives the words in what could not be understood of a file.
func lostWords(file *lang.File) map[string]bool {
	lost := map[string]bool{}
	for _, at := range file.Skipped {
		for _, word := range words.FindAllString(file.Source.Text(at), -1) {
			lost[word] = true
		}
	}
	return lost
}

var words = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*`)

func newChecker(file *lang.File, parsed lang.Diagnostics, loader Loader) *checker {
	c := &checker{program: &Program{Body: &Fn{Result: typeAny}}}
	c.linker = linker{src: &lang.Sources{}, loader: loader, byName: map[string]*unit{}, size: len(file.Src)}
	main := &scopeFn{fn: c.program.Body, result: typeAny, given: true, main: true}
	c.frame = &frame{fn: main}
	name := file.Name
	if loader != nil {
		name = loader.Script()
	}
	c.unit = c.newUnit(name, file, parsed)
	c.scope = c.unit.top
	c.program.src = c.src
	return c
}

// body checks all files: declarations and constants, those of imports first;
// then the script's parameters and statements; then the functions that nothing
// has called.
func (c *checker) body() {
	c.program.names = c.names
	script := c.unit
	for _, u := range c.units {
		c.in(u, func() {
			c.declarations()
			if c.isScript(u) {
				c.uses()
			} else {
				c.onlyDeclares()
			}
			c.constants()
		})
	}
	c.params()
	at := lang.Span{To: uint32(len(script.file.Src))}
	c.program.Body.Body = c.stmtsOfScript(script.file.Stmts, at)
	for _, d := range c.allFns() {
		c.checkFn(d)
	}
	c.unusedNames()
	c.finish()
	c.closeNeeds()
	c.checkNeeds()
}

// constants declares the constants of a file, which may be made of each other,
// then checks them.
func (c *checker) constants() {
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
}

// unusedNames warns of what nothing in the script has used. What an import
// declares is there for others, and so is a file that only declares.
func (c *checker) unusedNames() {
	c.unusedImports()
	if len(c.file.Stmts) == 0 {
		return
	}
	for _, v := range c.scope.vars {
		c.unused(v)
	}
	for _, k := range c.file.Consts {
		if e := c.scope.names[k.Name.Text]; e != nil && e.k != nil && !e.k.used && k.Name.Text[0] != '_' {
			c.report("W0601", k.Name.At, "`%s` is never used", k.Name.Text)
		}
	}
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
		out := c.stmts(list, at, useDrop, nil)
		c.scriptEnds(out)
		return out
	}
	out := c.stmts(list[:n-1], at, useDrop, nil)
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
	c.scriptEnds(out)
	return out
}

// scriptEnds warns of a script that gives a value somewhere, and whose end is
// reached without one: that is nil, and easily a return forgotten.
func (c *checker) scriptEnds(body *Block) {
	if !body.Leaves && c.fn.gives != (lang.Span{}) {
		c.report("W0607", c.fn.gives, "this gives a value, but the end of the script is reached without one").
			Note("the value is nil then; `return nil` at the end says so")
	}
}
