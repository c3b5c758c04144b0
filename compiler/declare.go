package compiler

import (
	"regexp/syntax"
	"slices"
	"sort"
	"sync"

	"rex/bytecode"
	"rex/capability"
	"rex/lang"
	"rex/library"
)

// typeDecl is `type Name = T`.
type typeDecl struct {
	unit *unit
	decl *lang.TypeDecl
	typ  *capability.Type
	busy bool
}

// fnDecl is a function of the script.
type fnDecl struct {
	unit     *unit
	decl     *lang.Fn
	fn       *Fn
	scope    *scopeFn
	state    uint8 // 0 not yet looked at, 1 signature known, 2 being checked, 3 checked
	needs    map[*Var]lang.Span
	uses     []fnUse // calls of other functions in its body
	reported bool
}

// constant is a name for an expression.
type constant struct {
	unit     *unit
	name     string
	at       lang.Span
	decl     *lang.Const
	top      bool
	scope    *scope
	typ      *Type // of the annotation, or nil
	busy     bool
	used     bool
	reported bool
}

// declarations gathers what may be used above its text.
func (c *checker) declarations() {
	for _, t := range c.file.Types {
		if c.nameTaken(t.Name) {
			continue
		}
		c.types[t.Name.Text] = &typeDecl{unit: c.unit, decl: t}
	}
	for _, f := range c.file.Fns {
		if f.Name.Text == "" {
			continue
		}
		if old := c.fns[f.Name.Text]; old != nil {
			c.report("E0306", f.Name.At, "there are two functions `%s`", f.Name.Text).Label(old.decl.Name.At, "the first")
			continue
		}
		if i := c.imports[f.Name.Text]; i != nil {
			c.report("E0303", f.Name.At, "`%s` is the name of an import", f.Name.Text).Label(i.decl.As.At, "imported here")
			continue
		}
		c.fns[f.Name.Text] = &fnDecl{unit: c.unit, decl: f, needs: map[*Var]lang.Span{}}
	}
	for _, t := range c.file.Types {
		if d := c.types[t.Name.Text]; d != nil && d.decl == t {
			c.namedType(d, t.Name.At)
		}
	}
}

func (c *checker) nameTaken(name lang.Name) bool {
	if old := c.types[name.Text]; old != nil {
		c.report("E0306", name.At, "there are two types `%s`", name.Text).Label(old.decl.Name.At, "the first")
		return true
	}
	if simpleType(name.Text) != nil || name.Text == "list" || name.Text == "map" || name.Text == "stream" {
		c.report("E0306", name.At, "`%s` is a type of the language", name.Text)
		return true
	}
	return name.Text == ""
}

// ---- types as they are written ----

func simpleType(name string) *capability.Type {
	for _, k := range []capability.Kind{
		capability.KindBool, capability.KindInt, capability.KindFloat, capability.KindDuration, capability.KindSize,
		capability.KindTime, capability.KindString, capability.KindBytes, capability.KindPath, capability.KindURL,
		capability.KindIP, capability.KindCIDR, capability.KindRegex, capability.KindAny, capability.KindError,
	} {
		if k.String() == name {
			return capability.Simple(k)
		}
	}
	return nil
}

// hostTypes are the named types of the operations' results.
var hostTypes = sync.OnceValue(func() map[string]*capability.Type {
	m := map[string]*capability.Type{}
	var add func(t *capability.Type)
	add = func(t *capability.Type) {
		if t == nil {
			return
		}
		if t.Name != "" {
			m[t.Name] = t
		}
		add(t.Elem)
		for _, f := range t.Fields {
			add(f.Type)
		}
	}
	for _, op := range capability.Table() {
		add(op.Result)
		for i := range op.Params {
			add(op.Params[i].Type)
		}
	}
	add(capability.KindWords)
	return m
})

// typ gives the type that was written; an error gives any, and ok is false.
func (c *checker) typ(t lang.Type) (*capability.Type, bool) {
	typ, ok := c.readType(t)
	if ok && len(typ.Key()) > maxTypeKey {
		c.report("E0427", t.Span(), "this type is too large")
		return capability.Any, false
	}
	return typ, ok
}

func (c *checker) readType(t lang.Type) (*capability.Type, bool) {
	switch t := t.(type) {
	case *lang.NamedType:
		return c.readNamed(t)
	case *lang.OptionalType:
		x, ok := c.typ(t.X)
		return capability.OptionalOf(x), ok
	case *lang.WordsType:
		words := make([]string, len(t.Words))
		for i, w := range t.Words {
			words[i] = w.Value
		}
		return capability.WordOf(words...), true
	case *lang.RecordType:
		return c.readRecord(t)
	case *lang.FnType:
		return c.readFn(t)
	}
	return capability.Any, false
}

func (c *checker) readRecord(t *lang.RecordType) (*capability.Type, bool) {
	fields := make([]capability.Field, 0, len(t.Fields))
	ok := true
	for _, f := range t.Fields {
		typ, good := c.typ(f.Type)
		for _, g := range fields {
			if g.Name == f.Name.Text {
				c.report("E0306", f.Name.At, "the field `%s` is there twice", f.Name.Text)
				good = false
			}
		}
		ok = ok && good
		if good {
			fields = append(fields, capability.Field{Name: f.Name.Text, Type: typ})
		}
	}
	return capability.RecordOf(fields...), ok
}

func (c *checker) readFn(t *lang.FnType) (*capability.Type, bool) {
	params := make([]*capability.Type, len(t.Params))
	all := true
	for i, p := range t.Params {
		var ok bool
		params[i], ok = c.typ(p)
		all = all && ok
	}
	result := capability.None
	if t.Result != nil {
		var ok bool
		result, ok = c.typ(t.Result)
		all = all && ok
	}
	return capability.FuncOf(params, result), all
}

func (c *checker) readNamed(t *lang.NamedType) (*capability.Type, bool) {
	name := t.Name.Text
	if t.Module != nil {
		full := t.Module.Text + "." + name
		if i := c.alias(t.Module.Text); i != nil {
			return c.importedType(i, t)
		}
		if typ := hostTypes()[full]; typ != nil && t.Arg == nil {
			return typ, true
		}
		c.suggest(c.report("E0302", t.At, "there is no type `%s`", full), t.At, full, hostTypeNames())
		return capability.Any, false
	}
	switch name {
	case "list", "map", "stream":
		return c.readContainer(t)
	}
	if t.Arg != nil {
		d := c.report("E0302", t.At, "`%s` takes no type in brackets", name)
		switch ours := foreignTypes[name]; {
		case ours == "?":
			d.Replace(t.At, c.src.Text(t.Arg.Span())+"?")
		case ours == "list" || ours == "map":
			d.Replace(t.Name.At, ours)
		}
		return capability.Any, false
	}
	if typ := simpleType(name); typ != nil {
		return typ, true
	}
	if d := c.types[name]; d != nil {
		return c.namedType(d, t.At)
	}
	if d := c.foreignType(t); d {
		return capability.Any, false
	}
	if d := c.report("E0302", t.At, "there is no type `%s`", name); c.seeks(d) {
		c.suggest(d, t.At, name, c.typeNames())
	}
	return capability.Any, false
}

func (c *checker) readContainer(t *lang.NamedType) (*capability.Type, bool) {
	name := t.Name.Text
	if t.Arg == nil {
		c.report("E0302", t.At, "say what the %s holds: `%s[string]`", name, name).OfferText(t.At, name+"[string]")
		return capability.Any, false
	}
	elem, ok := c.typ(t.Arg)
	if !ok {
		return capability.Any, false
	}
	switch name {
	case "list":
		return capability.ListOf(elem), true
	case "map":
		return capability.MapOf(elem), true
	}
	return capability.StreamOf(elem), true
}

func (c *checker) namedType(d *typeDecl, at lang.Span) (*capability.Type, bool) {
	if d.typ != nil {
		return d.typ, d.typ.Kind != capability.KindNone
	}
	if d.busy {
		c.report("E0306", at, "the type `%s` contains itself; where data nests without end, use any", d.decl.Name.Text)
		return capability.Any, false
	}
	d.busy = true
	var typ *capability.Type
	var ok bool
	c.in(d.unit, func() { typ, ok = c.typ(d.decl.Type) })
	d.busy = false
	if !ok {
		d.typ = capability.None // reported; uses of it are silent
		return capability.Any, false
	}
	d.typ = typ.Named(d.decl.Name.Text)
	return d.typ, true
}

func hostTypeNames() []string {
	types := hostTypes()
	names := make([]string, 0, len(types))
	for n := range types {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

func (c *checker) typeNames() []string {
	names := []string{
		"bool", "int", "float", "duration", "size", "time", "string", "bytes", "path", "url", "ip", "cidr", "regex",
		"any", "error", "list", "map",
	}
	for n := range c.types {
		names = append(names, n)
	}
	return names
}

// annotation is the type of an annotation, typeBad when it was reported.
func (c *checker) annotation(t lang.Type) *Type {
	typ, ok := c.typ(t)
	if !ok {
		return typeBad
	}
	return known(typ)
}

// ---- parameters of the script ----

func (c *checker) params() {
	for _, p := range c.file.Params {
		if p.Name.Text == "" || p.Type == nil {
			continue
		}
		c.param(p)
	}
}

func (c *checker) param(p *lang.Param) {
	typ, ok := c.typ(p.Type)
	if ok && !typ.FitsAny() {
		c.report("E0505", p.Type.Span(), "a parameter can't be %s: it comes from outside", article(known(typ)))
		ok = false
	}
	out := capability.Param{Name: p.Name.Text, Type: typ, Doc: p.Doc}
	if ok && p.In != nil {
		c.paramIn(p, &out)
		typ = out.Type
	}
	if ok && p.Matching != nil {
		c.paramMatching(p, &out)
	}
	switch {
	case p.Default != nil:
		t := known(typ)
		if !ok {
			t = typeBad
		}
		c.paramDefault(p, t, &out)
	case typ.Kind != capability.KindOptional && typ.Kind != capability.KindAny:
		out.Required = true
	}
	t := known(typ)
	if !ok {
		t = typeBad
	}
	if c.lookup(p.Name.Text) != nil {
		c.report("E0306", p.Name.At, "there are two parameters `%s`", p.Name.Text)
		return
	}
	v := c.declare(p.Name, t)
	v.Param, v.Frozen = true, true
	c.program.Body.Params = append(c.program.Body.Params, v)
	c.program.Params = append(c.program.Params, out)
}

func (c *checker) paramDefault(p *lang.Param, t *Type, out *capability.Param) {
	x := c.need(c.expr(p.Default, t), t, "the default of `"+p.Name.Text+"`")
	c.after = append(c.after, func() {
		if isBad(x) {
			return
		}
		v, ok := constValue(x)
		if !ok {
			c.notConstant(p.Default.Span(), "the default of a parameter")
			return
		}
		out.Default = v
		c.setDefault(p.Name.Text, v)
		if err := checkDefault(out); err != nil {
			c.report("E0505", p.Default.Span(), "the default of `%s` is against its own limits: %v", p.Name.Text, err)
		}
	})
}

func checkDefault(p *capability.Param) error {
	if p.Default == nil {
		return nil
	}
	return library.CheckParam(*p, p.Default)
}

// setDefault stores a default, which is known only when the types are closed.
func (c *checker) setDefault(name string, v capability.Value) {
	for i := range c.program.Params {
		if c.program.Params[i].Name == name {
			c.program.Params[i].Default = v
		}
	}
}

func (c *checker) notConstant(at lang.Span, what string) {
	c.report("E0308", at, "%s must be constant: literals, constants, operators and collections", what)
}

// paramIn reads `in SET`: an interval, words, or globs.
func (c *checker) paramIn(p *lang.Param, out *capability.Param) {
	base := bytecode.ConstraintType(out.Type)
	if r, ok := lang.Unparen(p.In).(*lang.Range); ok {
		c.paramInterval(r, base, out)
		return
	}
	texts, ok := constTexts(lang.Unparen(p.In))
	if !ok {
		c.report("E0505", p.In.Span(), "after `in` stands a range, `1..=100`, or a list of texts, `[\"a\", \"b\"]`")
		return
	}
	switch base.Kind {
	case capability.KindString:
		if len(texts) == 0 {
			c.report("E0505", p.In.Span(), "the list is empty: no value would do")
			return
		}
		out.Type = replaceBase(out.Type, capability.WordOf(texts...))
	case capability.KindPath, capability.KindURL:
		out.Words = texts
		for _, g := range texts {
			if err := library.CheckGlob(g); err != nil {
				c.report("E0505", p.In.Span(), "`%s` is no glob: %v", g, err)
				out.Words = nil
				return
			}
		}
	default:
		c.report("E0505", p.In.Span(), "a list after `in` is for a string, path or url, not for %s", article(known(base)))
	}
}

func constTexts(e lang.Expr) ([]string, bool) {
	switch e := e.(type) {
	case *lang.Text:
		return []string{e.Value}, true
	case *lang.List:
		texts := []string{}
		for _, x := range e.Items {
			t, ok := lang.Unparen(x).(*lang.Text)
			if !ok {
				return nil, false
			}
			texts = append(texts, t.Value)
		}
		return texts, true
	}
	return nil, false
}

// replaceBase puts another type in the place of the one the constraint is about.
func replaceBase(t, base *capability.Type) *capability.Type {
	switch t.Kind {
	case capability.KindOptional:
		return capability.OptionalOf(replaceBase(t.Elem, base))
	case capability.KindList:
		return capability.ListOf(replaceBase(t.Elem, base))
	}
	return base
}

func (c *checker) paramInterval(r *lang.Range, base *capability.Type, out *capability.Param) {
	switch base.Kind {
	case capability.KindInt, capability.KindFloat, capability.KindDuration, capability.KindSize:
	default:
		c.report("E0505", r.At, "a range after `in` is for an int, float, size or duration, not for %s", article(known(base)))
		return
	}
	t := known(base)
	from := c.need(c.expr(r.From, t), t, "the lower bound")
	to := c.need(c.expr(r.To, t), t, "the upper bound")
	if isBad(from) || isBad(to) {
		return
	}
	a, ok := constValue(from)
	b, ok2 := constValue(to)
	if !ok || !ok2 {
		c.notConstant(r.At, "the range")
		return
	}
	out.In = &capability.Interval{From: a, To: b, Inclusive: r.Inclusive}
	if lessScalar(b, a) || !r.Inclusive && !lessScalar(a, b) {
		c.report("E0505", r.At, "the range is empty: no value would do")
		out.In = nil
	}
}

func (c *checker) paramMatching(p *lang.Param, out *capability.Param) {
	base := bytecode.ConstraintType(out.Type)
	switch base.Kind {
	case capability.KindString, capability.KindWord, capability.KindPath, capability.KindURL:
	default:
		c.report("E0505", p.Matching.At, "`matching` is for a string, path or url, not for %s", article(known(base)))
		return
	}
	text, ok := regexText(p.Matching)
	if !ok {
		c.notConstant(p.Matching.At, "the pattern of a parameter")
		return
	}
	if c.checkRegex(p.Matching.At, text) {
		out.Matching = text
	}
}

func regexText(r *lang.Regex) (string, bool) {
	s := ""
	for _, p := range r.Parts {
		if p.Hole != nil {
			return "", false
		}
		s += p.Text
	}
	return s, true
}

func (c *checker) checkRegex(at lang.Span, text string) bool {
	if len(text) > bytecode.MaxRegexBytes {
		c.report("E0427", at, "the pattern is longer than %d bytes", bytecode.MaxRegexBytes)
		return false
	}
	if _, err := syntax.Parse(text, syntax.Perl); err != nil {
		c.report("E0412", at, "this is no regular expression: %s", regexReason(err))
		return false
	}
	if _, err := library.Regex(text); err != nil {
		c.report("E0412", at, "this regular expression is too large")
		return false
	}
	return true
}

func regexReason(err error) string {
	if e, ok := err.(*syntax.Error); ok {
		return e.Code.String() + ": `" + e.Expr + "`"
	}
	return err.Error()
}

// ---- uses ----

func (c *checker) uses() {
	for _, u := range c.file.Uses {
		name := u.Module.Text + "." + u.Op.Text
		op := capability.Lookup(name)
		if op == nil {
			c.suggest(c.report("E0501", u.Module.At.Join(u.Op.At), "there is no operation `%s`", name), u.Module.At.Join(u.Op.At), name, opNames())
			continue
		}
		use := bytecode.Use{Op: name}
		for _, g := range u.Globs {
			if err := library.CheckGlob(g.Value); err != nil {
				c.report("E0503", g.At, "this is no glob: %v", err)
				continue
			}
			use.Globs = append(use.Globs, g.Value)
		}
		at := u.Module.At.Join(u.Op.At)
		switch named := namesThings(op); {
		case named && len(u.Globs) == 0:
			c.report("E0506", at, "`%s` names what it touches: say which, by globs; `\"**\"` is anything", name)
		case !named && len(u.Globs) > 0:
			c.report("E0506", at, "`%s` names nothing that a glob could hold", name)
		}
		c.program.Uses = append(c.program.Uses, use)
	}
}

// namesThings reports whether an operation's resource is one of its arguments.
func namesThings(op *capability.Op) bool {
	return slices.ContainsFunc(op.Asks, func(a capability.Ask) bool { return op.Param(a.Param) >= 0 })
}

func opNames() []string {
	names := make([]string, 0, 32)
	for _, op := range capability.Table() {
		names = append(names, op.Name)
	}
	return names
}

// ---- functions ----

// signature reads a function's parameters and result.
func (c *checker) signature(d *fnDecl) {
	if d.state > 0 {
		return
	}
	d.state = 1
	d.fn = &Fn{Name: d.decl.Name.Text, At: d.decl.At}
	c.program.Fns = append(c.program.Fns, d.fn)
	d.scope = &scopeFn{fn: d.fn, decl: d}
	c.in(d.unit, func() { c.annotations(d) })
	d.fn.Defaults = make([]Expr, len(d.decl.Params))
	c.within(d, func() {
		for i := range d.decl.Params {
			c.fnDefault(d, i)
		}
	})
}

// annotations reads the types of a function's parameters and result.
func (c *checker) annotations(d *fnDecl) {
	for i := range d.decl.Params {
		p := &d.decl.Params[i]
		t := typeBad
		if p.Type != nil {
			t = c.annotation(p.Type)
		}
		c.noStream(t, p.At, "a parameter")
		c.vars++
		d.fn.Params = append(d.fn.Params, &Var{Name: p.Name.Text, At: p.Name.At, Type: t, owner: d.scope, order: c.vars, Used: true})
	}
	if d.decl.Result != nil {
		d.fn.Result = c.annotation(d.decl.Result)
		c.noStream(d.fn.Result, d.decl.Result.Span(), "a result")
		d.scope.result, d.scope.given = d.fn.Result, true
	}
}

func (c *checker) fnDefault(d *fnDecl, i int) {
	p := &d.decl.Params[i]
	if p.Default == nil {
		if i > 0 && d.decl.Params[i-1].Default != nil {
			c.report("E0306", p.At, "a parameter without a default can't follow one that has one")
		}
		return
	}
	t := d.fn.Params[i].Type
	x := c.need(c.expr(p.Default, t), t, "the default of `"+p.Name.Text+"`")
	d.fn.Defaults[i] = x
	c.after = append(c.after, func() {
		if _, ok := constValue(x); !ok && !isBad(x) {
			c.notConstant(p.Default.Span(), "the default of a parameter")
		}
	})
}

func (c *checker) noStream(t *Type, at lang.Span, what string) {
	if t.kind() == capability.KindStream {
		c.report("E0418", at, "%s can't be a stream: it lives in the block that made it", what).
			Note("pass the list that `.collect()` gives")
	}
}

// within runs f as part of another function, with its own scope and state.
func (c *checker) within(d *fnDecl, f func()) {
	unit, saved := c.unit, c.frame
	c.unit = d.unit
	c.frame = &frame{fn: d.scope, scope: &scope{outer: d.unit.top, fn: d.scope}}
	f()
	c.finish()
	c.unit, c.frame = unit, saved
}

// checkFn checks a function's body.
func (c *checker) checkFn(d *fnDecl) {
	c.signature(d)
	if d.state >= 2 {
		return
	}
	d.state = 2
	c.within(d, func() {
		for _, v := range d.fn.Params {
			if v.Name != "" && v.Name != "_" {
				c.checkParamName(v)
				c.bind(v.Name, &entry{v: v})
			}
		}
		d.fn.Body = c.fnBody(d.scope, d.decl.Body)
		if d.fn.Result == nil {
			d.fn.Result = d.scope.result
		}
	})
	d.state = 3
}

// checkParamName reports two parameters of one name, or one with the name of
// a function.
func (c *checker) checkParamName(v *Var) {
	if c.scope.names[v.Name] != nil {
		c.report("E0306", v.At, "there are two parameters `%s`", v.Name)
	} else if f := c.fns[v.Name]; f != nil {
		c.report("E0303", v.At, "`%s` is the name of a function", v.Name).Label(f.decl.Name.At, "declared here")
	} else {
		c.checkAlias(lang.Name{Base: lang.Base{At: v.At}, Text: v.Name})
	}
}

// closeNeeds completes the variables of the script's body that each function
// sees with those that it sees through what it calls.
func (c *checker) closeNeeds() {
	callers := map[*fnDecl][]*fnDecl{}
	var work []*fnDecl
	for _, d := range c.allFns() {
		for _, use := range d.uses {
			callers[use.fn] = append(callers[use.fn], d)
		}
		if len(d.needs) > 0 {
			work = append(work, d)
		}
	}
	for len(work) > 0 {
		d := work[len(work)-1]
		work = work[:len(work)-1]
		for _, caller := range callers[d] {
			if caller.takeNeeds(d) {
				work = append(work, caller)
			}
		}
	}
	for _, d := range c.allFns() {
		if d.fn != nil {
			for v := range d.needs {
				d.fn.Needs = append(d.fn.Needs, v)
			}
			sort.Slice(d.fn.Needs, func(i, j int) bool { return d.fn.Needs[i].order < d.fn.Needs[j].order })
		}
	}
	for _, f := range c.closures {
		for _, d := range f.calls {
			for _, v := range d.fn.Needs {
				f.see(v)
			}
		}
	}
}

// takeNeeds adds what a called function sees, and says whether that is new.
func (d *fnDecl) takeNeeds(called *fnDecl) bool {
	n := len(d.needs)
	for v, at := range called.needs {
		if _, ok := d.needs[v]; !ok {
			d.needs[v] = at
		}
	}
	return len(d.needs) > n
}

// checkNeeds reports functions that see a variable that changes, and calls
// that stand before the variables that the function needs.
func (c *checker) checkNeeds() {
	for _, d := range c.allFns() {
		if d.fn == nil {
			continue
		}
		for _, v := range d.fn.Needs {
			if (v.Assigned || v.Changed) && !v.Param {
				c.report("E0307", d.needs[v], "a function can't see `%s`: it is changed after its declaration; pass it as an argument", v.Name).
					Label(v.At, "declared here")
			} else if v.Type.kind() == capability.KindStream {
				c.report("E0418", d.needs[v], "a function can't see `%s`: a stream is read where it was made", v.Name)
			}
		}
	}
	for _, use := range c.calls {
		if use.fn.fn == nil {
			continue
		}
		for _, v := range use.fn.fn.Needs {
			if v.order > use.vars {
				c.report("E0307", use.at, "`%s` needs `%s`, which is declared only later", use.fn.fn.Name, v.Name).Label(v.At, "declared here")
				break
			}
		}
	}
}
