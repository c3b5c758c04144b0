package compiler

import (
	"rex/capability"
	"rex/lang"
)

// checker gives names meanings and expressions types. It goes through the
// script's body once, statement by statement; a function is checked when it
// is first called or, at the latest, behind the body. Types that are open are
// closed at the end of the function that made them (see finish).
type checker struct {
	linker
	diags   lang.Diagnostics // their spans are the program's until outcome places them
	program *Program

	*unit // the file that is being checked
	*frame
	vars      int    // how many variables were declared
	depth     int    // of functions whose results are being inferred
	assigned  []*Var // every assignment, in order; see branches
	calls     []fnUse
	closures  []*Fn
	following []Stmt    // what belongs behind the statement that has been checked
	direct    int       // the next closure is written directly as an argument of a library function
	constant  *constant // whose expression is being checked
	errors    int       // how many were reported
	compared  int       // names that were compared with ones that are unknown
	spent     int       // nodes made by constants that stand for their expression
}

// frame is the state of the function that is being checked.
type frame struct {
	fn      *scopeFn
	scope   *scope
	facts   *fact
	pending []func() // comparisons that wait for their types
	texts   []func() // checks of literals, when it is known what they are
	after   []func() // checks of closed types
	breaks  *bool    // of the loop around: whether it has a break
	walked  []walk   // what the loops around walk
}

// scopeFn is a function, closure or body under construction.
type scopeFn struct {
	outer      *scopeFn // around a closure
	fn         *Fn
	decl       *fnDecl // nil for a closure
	result     *Type   // of the annotation or the first return; nil while unknown
	given      bool    // there is an annotation
	returns    []*returned
	loops      int
	inDefer    int
	deferLoops int       // how many loops were around the innermost defer
	bare       []*Leave  // returns without a value, while the result is not known
	ends       bool      // its end is reached without a value
	main       bool      // the script's body
	gives      lang.Span // the first return of the script that gives a value
	direct     bool      // a closure that is written as an argument of a library function
}

// returned is one value that a function gives; x is made to fit the common
// type when all are known.
type returned struct {
	x  *Expr
	at lang.Span
}

// scope is one block's names.
type scope struct {
	outer *scope
	fn    *scopeFn
	names map[string]*entry
	vars  []*Var
	top   bool // the script's outermost block
}

// entry is what a name means: a variable or a constant.
type entry struct {
	v *Var
	k *constant
}

// fact is one thing that a test has shown: v is of type t. A nil type takes
// back what was known.
type fact struct {
	v    *Var
	t    *Type
	next *fact
}

// walk is a loop over a variable, and its body.
type walk struct {
	v  *Var
	at lang.Span
}

// fnUse is a call or mention of a function of the script, for the check that
// what the function needs has been declared.
type fnUse struct {
	fn   *fnDecl
	from *scopeFn
	at   lang.Span
	vars int // how many variables were declared at that point
}

func (c *checker) report(code string, at lang.Span, format string, args ...any) *lang.Diagnostic {
	if code[0] == 'E' {
		c.errors++
	}
	return c.diags.Report(nil, code, at, format, args...)
}

// failed reports an expression that can't be understood.
func (c *checker) failed(code string, at lang.Span, format string, args ...any) (Expr, *lang.Diagnostic) {
	return bad(at), c.report(code, at, format, args...)
}

// bad stands for an expression that was reported.
func bad(at lang.Span) Expr { return &NilLit{node{at: at, typ: typeBad}} }

func isBad(e Expr) bool { return e.base().typ.bad() }

// ---- scopes ----

func (c *checker) push() *scope {
	c.scope = &scope{outer: c.scope, fn: c.fn}
	return c.scope
}

// pop leaves a block and warns of names nobody used.
func (c *checker) pop() {
	for _, v := range c.scope.vars {
		c.unused(v)
	}
	c.scope = c.scope.outer
}

func (c *checker) unused(v *Var) {
	if v.Used || v.Param || v.Type.bad() || v.Name == "" || v.Name[0] == '_' {
		return
	}
	d := c.report("W0601", v.At, "`%s` is never used", v.Name)
	d.Replace(v.At, "_"+v.Name)
}

// lookup finds what a name means.
func (c *checker) lookup(name string) *entry {
	for s := c.scope; s != nil; s = s.outer {
		if e := s.names[name]; e != nil {
			return e
		}
	}
	return nil
}

// visible gives the names in scope, for did-you-mean.
func (c *checker) visible() []string {
	var names []string
	for s := c.scope; s != nil; s = s.outer {
		for n := range s.names {
			names = append(names, n)
		}
	}
	for n := range c.fns {
		names = append(names, n)
	}
	for n := range c.imports {
		names = append(names, n)
	}
	return append(names, plainNames()...)
}

// declare makes a variable and puts it into the innermost scope. The name `_`
// makes none.
func (c *checker) declare(name lang.Name, t *Type) *Var {
	c.checkHiding(name)
	c.vars++
	v := &Var{Name: name.Text, At: name.At, Type: t, owner: c.fn, order: c.vars}
	v.TopLevel = c.scope.top
	if t.kind() == capability.KindStream {
		v.Stream = &streamUse{loops: c.fn.loops}
	}
	c.bind(name.Text, &entry{v: v})
	if name.Text == "_" {
		v.Used = true
		return v
	}
	c.scope.vars = append(c.scope.vars, v)
	c.after = append(c.after, func() { c.needsType(v) })
	return v
}

// needsType reports a variable whose type nothing has decided.
func (c *checker) needsType(v *Var) {
	if !v.Type.bad() && v.Type.open(0) {
		defer v.Type.silence(0)
		d := c.report("E0409", v.At, "the type of `%s` is not known: nothing says what it holds", v.Name)
		d.Note("say it: `let %s: list[string] = []`", v.Name)
	}
}

func (c *checker) bind(name string, e *entry) {
	if name == "_" {
		return
	}
	if c.scope.names == nil {
		c.scope.names = map[string]*entry{}
	}
	c.scope.names[name] = e
}

// checkHiding reports a name that a live local of the same function has, or a
// function.
func (c *checker) checkHiding(name lang.Name) {
	if name.Text == "_" || name.Text == "" {
		return
	}
	if f := c.fns[name.Text]; f != nil {
		c.report("E0303", name.At, "`%s` is the name of a function", name.Text).Label(f.decl.Name.At, "declared here")
		return
	}
	if c.checkAlias(name) {
		return
	}
	e := c.lookup(name.Text)
	if e == nil || e.k == nil && e.v.owner != nil && c.outside(e.v.owner) {
		return
	}
	var at lang.Span
	if e.v != nil {
		at = e.v.At
	} else {
		if e.k.top && c.fn.root() != nil && !c.fn.root().main {
			return
		}
		at = e.k.at
	}
	c.report("E0303", name.At, "`%s` is already the name of something that lives here: assign it, or choose another name", name.Text).
		Label(at, "declared here")
}

// root is the function around a chain of closures.
func (f *scopeFn) root() *scopeFn {
	for f.outer != nil {
		f = f.outer
	}
	return f
}

// outside reports whether a variable of owner belongs to another function, so
// that its name may be hidden.
func (c *checker) outside(owner *scopeFn) bool { return owner.root() != c.fn.root() }

// ---- facts ----

// typeOf is the type of a variable as it is known here, and whether a test
// has made it smaller.
func (c *checker) typeOf(v *Var) (*Type, bool) {
	for f := c.facts; f != nil; f = f.next {
		if f.v == v {
			if f.t == nil {
				return v.Type, false
			}
			return f.t, true
		}
	}
	return v.Type, false
}

func (c *checker) learn(facts []fact) {
	for _, f := range facts {
		c.facts = &fact{f.v, f.t, c.facts}
	}
}

func (c *checker) forget(v *Var) {
	if _, narrowed := c.typeOf(v); narrowed {
		c.facts = &fact{v, nil, c.facts}
	}
}

// mark remembers what is known before branches; rejoin goes back to it,
// without what the branches have assigned.
type mark struct {
	facts    *fact
	assigned int
}

func (c *checker) mark() mark { return mark{c.facts, len(c.assigned)} }

func (c *checker) rejoin(m mark) {
	c.facts = m.facts
	if m.facts == nil {
		return
	}
	for _, v := range c.assigned[m.assigned:] {
		c.forget(v)
	}
}

// ---- the end of a function ----

// finish closes the types of a function: comparisons decide what they can,
// the rest closes by default, then everything that depends on closed types is
// checked.
func (c *checker) finish() {
	for len(c.pending) > 0 {
		run := c.pending
		c.pending = nil
		for _, f := range run {
			f()
		}
	}
	for _, f := range c.texts {
		f()
	}
	c.texts = nil
	for len(c.after) > 0 {
		run := c.after
		c.after = nil
		for _, f := range run {
			f()
		}
	}
}
