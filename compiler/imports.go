package compiler

import (
	"path"
	"slices"
	"strings"
	"unicode"

	"rex/capability"
	"rex/lang"
)

// The bounds of a program. A cycle of links in the file system, too, ends at
// the number of files.
const (
	maxFiles = 256
	maxText  = 16 << 20
)

// Loader gives the text of the files that a script imports. The compiler
// itself touches no file system. Names are relative to the program's root, are
// written with slashes, and have no component that is empty, `.` or `..`.
type Loader interface {
	// Script is the name of the script itself: imports are relative to it, and
	// the module calls it so.
	Script() string
	// Load gives a file's text, and what to call it in diagnostics. The error
	// says what is wrong, without the name.
	Load(name string) (shown string, text []byte, err error)
}

// unit is one file of a program: the script, or one that is imported.
type unit struct {
	file    *lang.File
	name    string // below the root
	types   map[string]*typeDecl
	fns     map[string]*fnDecl
	imports map[string]*imported // by alias
	top     *scope               // its constants; of the script also its variables
	open    bool                 // its imports are being loaded
	broken  bool                 // its text was not understood in full
	lost    map[string]bool      // the words in what was not
}

// imported is what an alias stands for. The unit is nil when it could not be
// loaded; that was reported, and uses of it are silent.
type imported struct {
	decl *lang.Import
	unit *unit
	used bool
}

// linker holds the files of a program.
type linker struct {
	src    *lang.Sources
	loader Loader
	units  []*unit // each behind those it imports; the script is the last
	byName map[string]*unit
	stack  []*unit          // whose imports are being loaded, the script first
	names  []string         // of the files, in the order in which they were added to src
	parsed lang.Diagnostics // what is wrong with the texts, with spans of their own
	size   int
	full   bool // a bound was exceeded
}

// newUnit adds a file to the program.
func (c *checker) newUnit(name string, file *lang.File, parsed lang.Diagnostics) *unit {
	lost := lostWords(file)
	c.src.Add(file)
	c.parsed = append(c.parsed, parsed...)
	c.names = append(c.names, name)
	u := &unit{
		file: file, name: name, broken: parsed.HasErrors(), lost: lost,
		types: map[string]*typeDecl{}, fns: map[string]*fnDecl{}, imports: map[string]*imported{},
		top: &scope{fn: c.fn, top: true},
	}
	c.byName[name] = u
	return u
}

// load loads what a file imports, then has the file itself in its place.
func (c *checker) load(u *unit) {
	u.open = true
	c.stack = append(c.stack, u)
	c.in(u, func() {
		for _, i := range u.file.Imports {
			v := c.importFile(u, i)
			if c.checkAs(i) {
				u.imports[i.As.Text] = &imported{decl: i, unit: v}
			}
		}
	})
	c.stack = c.stack[:len(c.stack)-1]
	u.open = false
	c.units = append(c.units, u)
}

// importFile gives the file that an import names, nil when that was reported.
func (c *checker) importFile(u *unit, i *lang.Import) *unit {
	if i.Path == nil {
		return nil
	}
	name, why := importName(u.name, i.Path.Value)
	if why != "" {
		d := c.report("E0309", i.Path.At, "this can't be imported: %s", why)
		_, still := importName(u.name, i.Path.Value+".rex")
		if still == "" && path.Ext(i.Path.Value) == "" && i.Path.Form == lang.Quoted {
			d.Fix("write the file's whole name", lang.Edit{Span: lang.Span{From: i.Path.At.To - 1, To: i.Path.At.To - 1}, New: ".rex"})
		}
		return nil
	}
	if v := c.byName[name]; v != nil {
		if v.open {
			c.report("E0310", i.Path.At, "these imports go in a circle: %s", c.circle(v))
			return nil
		}
		return v
	}
	if c.loader == nil {
		c.report("E0309", i.Path.At, "`%s` can't be imported: this script is in no folder", shorten(name))
		return nil
	}
	return c.loadFile(name, i)
}

func (c *checker) loadFile(name string, i *lang.Import) *unit {
	if c.full {
		return nil
	}
	if len(c.names) >= maxFiles {
		c.full = true
		c.report("E0312", i.Path.At, "the script and its imports are more than %d files", maxFiles)
		return nil
	}
	shown, text, err := c.loader.Load(name)
	if err != nil {
		c.report("E0309", i.Path.At, "`%s` can't be imported: %s", shorten(name), err)
		return nil
	}
	if c.size += len(text); c.size > maxText {
		c.full = true
		c.report("E0312", i.Path.At, "the script and its imports are larger than 16 MiB")
		return nil
	}
	file, parsed := lang.Parse(shown, text)
	u := c.newUnit(name, file, parsed)
	c.load(u)
	return u
}

// importName gives the name below the root that an import means, or why it
// means none.
func importName(importer, text string) (name, why string) {
	switch {
	case text == "":
		return "", "the name is empty"
	case strings.Contains(text, "://"):
		return "", "an import is a file below the script's folder"
	case text[0] == '/':
		return "", "a name is relative to the file that imports it and does not begin with `/`"
	case strings.Contains(text, `\`):
		return "", "the parts of a name are divided by `/`"
	case strings.ContainsFunc(text, unicode.IsControl):
		return "", "the name holds a control character"
	case path.Ext(text) != ".rex" || path.Base(text) == ".rex":
		return "", "the name of a script ends in `.rex`"
	}
	name = path.Join(path.Dir(importer), text)
	if strings.HasPrefix(name, "../") {
		return "", "it leads out of the program's root, which is the script's folder, or what --root says"
	}
	return name, ""
}

// maxCircle is how many files of a circle are shown.
const maxCircle = 8

// circle writes the way from an open file back to itself.
func (c *checker) circle(v *unit) string {
	var names []string
	for _, u := range c.stack[slices.Index(c.stack, v):] {
		names = append(names, shorten(u.name))
	}
	if len(names) > maxCircle {
		names = append(names[:maxCircle-1], "..")
	}
	return strings.Join(append(names, shorten(v.name)), " -> ")
}

// checkAs reports an alias that can't be one.
func (c *checker) checkAs(i *lang.Import) bool {
	name := i.As.Text
	switch old := c.imports[name]; {
	case name == "":
		return false
	case old != nil:
		c.report("E0306", i.As.At, "there are two imports `%s`", name).Label(old.decl.As.At, "the first")
	case name == "_":
		c.report("E0303", i.As.At, "an import needs a name: what its file declares is `name.x`")
	case moduleWord(name):
		c.report("E0303", i.As.At, "`%s` is a module of the language", name)
	default:
		return true
	}
	return false
}

// checkAlias reports a name that is an import's.
func (c *checker) checkAlias(name lang.Name) bool {
	i := c.imports[name.Text]
	if i != nil {
		c.report("E0303", name.At, "`%s` is the name of an import", name.Text).Label(i.decl.As.At, "imported here")
	}
	return i != nil
}

// in runs f for another file, outside of its functions.
func (c *checker) in(u *unit, f func()) {
	unit, scope := c.unit, c.scope
	c.unit, c.scope = u, u.top
	f()
	c.unit, c.scope = unit, scope
}

// isScript reports whether a file is the script and not an import.
func (c *checker) isScript(u *unit) bool { return u == c.units[len(c.units)-1] }

// onlyDeclares reports what an imported file may not hold: the first of each
// kind, for whoever imports a whole script makes one mistake and not hundreds.
func (c *checker) onlyDeclares() {
	if len(c.file.Params) > 0 {
		c.report("E0311", c.file.Params[0].At, "an imported file has no `param`: let a function take it as an argument")
	}
	if len(c.file.Uses) > 0 {
		c.report("E0311", c.file.Uses[0].At, "an imported file has no `uses`: the script alone makes promises, for all that it calls")
	}
	for _, s := range c.file.Stmts {
		if _, reported := s.(*lang.BadStmt); reported {
			continue
		}
		d := c.report("E0311", s.Span(), "an imported file has no statements: nothing runs when it is imported")
		if l, ok := s.(*lang.Let); ok && l.Name.Text != "" {
			d.Note("a value that is known when compiling is a `const`")
		}
		return
	}
}

// allFns gives the functions of all files, those of the script last.
func (c *checker) allFns() []*fnDecl {
	var all []*fnDecl
	for _, u := range c.units {
		for _, f := range u.file.Fns {
			if d := u.fns[f.Name.Text]; d != nil && d.decl == f {
				all = append(all, d)
			}
		}
	}
	return all
}

// link gives the functions that go into the module their numbers: those of the
// script, and of its imports what they reach. So a module asks for no more
// than its script can do.
func (c *checker) link() {
	reached := map[*fnDecl]bool{}
	var work []*fnDecl
	reach := func(d *fnDecl) {
		if !reached[d] {
			reached[d] = true
			work = append(work, d)
		}
	}
	for _, use := range c.calls {
		reach(use.fn)
	}
	for _, d := range c.allFns() {
		if c.isScript(d.unit) {
			reach(d)
		}
	}
	for len(work) > 0 {
		d := work[len(work)-1]
		work = work[:len(work)-1]
		for _, use := range d.uses {
			reach(use.fn)
		}
	}
	kept := map[*Fn]bool{}
	for d := range reached {
		kept[d.fn] = true
	}
	c.program.Fns = slices.DeleteFunc(c.program.Fns, func(f *Fn) bool { return !kept[f] })
	for i, f := range c.program.Fns {
		f.index = i + 1
	}
}

// unusedImports warns of imports that nothing uses.
func (c *checker) unusedImports() {
	for _, u := range c.units {
		for _, decl := range u.file.Imports {
			i := u.imports[decl.As.Text]
			if i != nil && i.decl == decl && !i.used && i.unit != nil && decl.As.Text[0] != '_' {
				c.report("W0601", decl.As.At, "the import `%s` is never used", decl.As.Text).
					Fix("remove the import", lang.Edit{Span: decl.At})
			}
		}
	}
}

// ---- uses of an import ----

// alias finds the import of this name. No variable or function has it.
func (c *checker) alias(name string) *imported {
	i := c.imports[name]
	if i != nil {
		i.used = true
	}
	return i
}

// importWith gives the alias of an import that has a function of this name.
func (c *checker) importWith(name string) string {
	var found []string
	for alias, i := range c.imports {
		if i.unit != nil && i.unit.fns[name] != nil && !private(name) {
			found = append(found, alias)
		}
	}
	if len(found) == 0 {
		return ""
	}
	return slices.Min(found)
}

// private reports whether a name stays within its file.
func private(name string) bool { return strings.HasPrefix(name, "_") }

// fn gives a function of the import that others may see.
func (i *imported) fn(name string) *fnDecl {
	if private(name) {
		return nil
	}
	return i.unit.fns[name]
}

func (i *imported) constant(name string) *constant {
	if e := i.unit.top.names[name]; e != nil && !private(name) {
		return e.k
	}
	return nil
}

// visible gives the names that others may see, those of types apart.
func (i *imported) visible(types bool) []string {
	var names []string
	add := func(name string) {
		if !private(name) {
			names = append(names, i.decl.As.Text+"."+name)
		}
	}
	if types {
		for n := range i.unit.types {
			add(n)
		}
		return names
	}
	for n := range i.unit.fns {
		add(n)
	}
	for n := range i.unit.top.names {
		add(n)
	}
	return names
}

// callImported is alias.f(..).
func (c *checker) callImported(i *imported, e *lang.Call, m *lang.Member, args []*argument) Expr {
	if i.unit == nil {
		return c.giveUp(args, e.At)
	}
	if d := i.fn(m.Name.Text); d != nil {
		return c.callFn(d, e.At, m.Name.At, args)
	}
	c.giveUp(args, e.At)
	if i.constant(m.Name.Text) != nil {
		x, _ := c.failed("E0429", m.At, "`%s` is a constant and can't be called", c.src.Text(m.At))
		return x
	}
	return c.notThere("E0301", "function", i, m.Name, m.At, i.visible(false))
}

// importedValue is alias.x: a constant, or a function as a value.
func (c *checker) importedValue(i *imported, e *lang.Member, want *Type) Expr {
	if i.unit == nil {
		return bad(e.At)
	}
	if k := i.constant(e.Name.Text); k != nil {
		return c.constUse(k, e.At, want)
	}
	if d := i.fn(e.Name.Text); d != nil {
		return c.fnValue(d, e.At)
	}
	return c.notThere("E0301", "constant or function", i, e.Name, e.At, i.visible(false))
}

// importedType is alias.T.
func (c *checker) importedType(i *imported, t *lang.NamedType) (*capability.Type, bool) {
	if i.unit == nil {
		return capability.Any, false
	}
	if d := i.unit.types[t.Name.Text]; d != nil && !private(t.Name.Text) {
		if t.Arg == nil {
			return c.namedType(d, t.At)
		}
		c.report("E0302", t.At, "`%s.%s` takes no type in brackets", t.Module.Text, t.Name.Text)
		return capability.Any, false
	}
	c.notThere("E0302", "type", i, t.Name, t.Module.At.Join(t.Name.At), i.visible(true))
	return capability.Any, false
}

// notThere reports a name that an imported file has not, or keeps for itself.
func (c *checker) notThere(code, what string, i *imported, name lang.Name, at lang.Span, names []string) Expr {
	if i.unit.lost[name.Text] {
		return bad(at) // it may be declared where the text was not understood
	}
	full := i.decl.As.Text + "." + name.Text
	if private(name.Text) {
		x, _ := c.failed(code, at, "`%s` stays within `%s`: its name begins with `_`", full, shorten(i.unit.name))
		return x
	}
	x, d := c.failed(code, at, "`%s` has no %s `%s`", shorten(i.unit.name), what, name.Text)
	c.suggest(d, at, full, names)
	return x
}
