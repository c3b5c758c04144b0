package reference

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"rex/capability"
)

// generator writes random scripts that compile, from the types down: an
// expression of a type is made of what gives that type. What there is, it asks
// of the tables: the rows of the library and of the host operations, and the
// operators that the compiler takes (operators_test.go). It prefers the values
// at which implementations differ: the ends of int64, floats that overflow,
// empty and wide texts, keys that aren't there, frozen containers, handlers
// and defers inside each other, failures in all of them.
type generator struct {
	rand    *rand.Rand
	names   int
	left    int // how much may still be written of the present statement
	nested  int // statements around
	records []*capability.Type
	ids     map[string]string // by the key of a type: the function that gives back what it is given
	heads   []string          // declarations that stand before the statements
	fns     []*ownFn
	scope   []*variable
	*setting
}

// setting is where a statement stands.
type setting struct {
	level  int              // of functions and closures: whose variables may be assigned
	loops  int              // around, within the function
	result *capability.Type // what return gives; nil where there can be none
	closed bool             // return gives a value that says its own type
	pure   bool             // no statement and no host operation: in a const
}

type variable struct {
	name   string
	typ    *capability.Type
	level  int
	fixed  bool // not to be assigned: a parameter, a const, kept by a closure, narrowed
	frozen bool // known to the checker as frozen: not to be changed either
	dirty  bool // was assigned or changed: no fn sees it
	top    bool
}

type ownFn struct {
	name     string
	params   []*capability.Type
	names    []string
	defaults int
	result   *capability.Type // nil for nothing
}

// randomScript is a random script. Its parameters have defaults.
func randomScript(seed uint64) string {
	r := rand.New(rand.NewPCG(seed, 1))
	g := &generator{rand: r, ids: map[string]string{}, setting: &setting{result: capability.Any}}
	return g.script()
}

func (g *generator) script() string {
	g.heads = append(g.heads, "type W = \"red\" | \"green\" | \"blue\"")
	library := ""
	if g.chance(30) {
		library = g.imported()
	}
	g.types("R", 3)
	var params []string
	for i := range g.rand.IntN(4) {
		params = append(params, g.param(i))
	}
	for range 1 + g.rand.IntN(3) {
		g.heads = append(g.heads, g.constLine())
	}
	for range g.rand.IntN(4) {
		g.heads = append(g.heads, g.fn())
	}
	var body []string
	for range 2 + g.rand.IntN(12) {
		g.left = 6 + g.rand.IntN(50)
		body = append(body, g.topStatement()...)
	}
	g.left = 20
	t := g.dataType(1)
	body = append(body, g.pick("return ", "")+g.guarded(g.closedExpr(t, 2), t))
	text := strings.Join(params, "\n") + "\n" + strings.Join(g.heads, "\n") + "\n" + strings.Join(body, "\n") + "\n"
	if library != "" {
		text = "import \"" + importedName + "\" as tools\n" + text + importedMark + library
	}
	return text
}

// types declares some record types.
func (g *generator) types(prefix string, n int) {
	for i := range n {
		t := g.recordType().Named(fmt.Sprint(prefix, i))
		g.heads = append(g.heads, fmt.Sprintf("type %s = %s", t.Name, shapeText(t)))
		g.records = append(g.records, t)
	}
}

// A script that imports has the text of the other file behind this line.
const (
	importedName = "lib/tools.rex"
	importedMark = "-- " + importedName + " --\n"
)

// imported writes the file that the script imports, with a generator of its
// own, and makes what it declares known.
func (g *generator) imported() string {
	l := &generator{rand: g.rand, ids: map[string]string{}, setting: &setting{level: 1}}
	l.heads = append(l.heads, g.heads...)
	l.types("L", 2)
	for range 2 {
		l.heads = append(l.heads, l.constLine())
	}
	for range 1 + g.rand.IntN(3) {
		l.heads = append(l.heads, l.fn())
	}
	for _, t := range l.records {
		g.heads = append(g.heads, fmt.Sprintf("type %s = tools.%s", t.Name, t.Name))
	}
	g.records = append(g.records, l.records...)
	for _, v := range l.scope {
		v.name = "tools." + v.name
		g.scope = append(g.scope, v)
	}
	for _, f := range l.fns {
		f.name = "tools." + f.name
		g.fns = append(g.fns, f)
	}
	return strings.Join(l.heads, "\n") + "\n"
}

func (g *generator) chance(percent int) bool { return g.rand.IntN(100) < percent }

func (g *generator) pick(xs ...string) string { return xs[g.rand.IntN(len(xs))] }

func (g *generator) pickInt(xs ...int) int { return xs[g.rand.IntN(len(xs))] }

func (g *generator) name(prefix string) string {
	g.names++
	return fmt.Sprintf("%s%d", prefix, g.names)
}

// spend counts what is written; nothing is left when it gives false, and only
// the shortest forms are chosen.
func (g *generator) spend() bool {
	g.left--
	return g.left > 0
}

// ---- types ----

var wordType = capability.WordOf("red", "green", "blue").Named("W")

var scalarTypes = []*capability.Type{
	capability.Bool, capability.Int, capability.Float, capability.Duration, capability.Size, capability.Time, capability.String,
	capability.Bytes, capability.Path, capability.URL, capability.IP, capability.CIDR, capability.Regex, wordType,
}

var plainTypes = []*capability.Type{capability.Int, capability.Int, capability.String, capability.Float, capability.Bool, capability.Path, capability.Size, capability.Duration}

// dataType is a type that fits any.
func (g *generator) dataType(depth int) *capability.Type {
	if depth > 0 {
		switch g.rand.IntN(10) {
		case 0, 1:
			return capability.ListOf(g.dataType(depth - 1))
		case 2:
			return capability.MapOf(g.dataType(depth - 1))
		case 3:
			return g.aRecord()
		case 4:
			return capability.OptionalOf(g.dataType(depth - 1))
		case 5:
			return capability.Any
		}
	}
	if g.chance(60) {
		return plainTypes[g.rand.IntN(len(plainTypes))]
	}
	return scalarTypes[g.rand.IntN(len(scalarTypes))]
}

func (g *generator) aRecord() *capability.Type { return g.records[g.rand.IntN(len(g.records))] }

// anyType is a type that a variable can have.
func (g *generator) anyType() *capability.Type {
	switch g.rand.IntN(20) {
	case 0:
		return capability.ErrorT
	case 1, 2:
		var params []*capability.Type
		for range g.rand.IntN(3) {
			params = append(params, g.dataType(1))
		}
		if g.chance(15) {
			return capability.FuncOf(params, capability.None)
		}
		return capability.FuncOf(params, g.dataType(1))
	}
	return g.dataType(2)
}

func (g *generator) recordType() *capability.Type {
	var fields []capability.Field
	for i := range 1 + g.rand.IntN(4) {
		t := g.dataType(0)
		switch g.rand.IntN(5) {
		case 0:
			t = capability.OptionalOf(t)
		case 1:
			t = capability.ListOf(t)
		case 2:
			if len(g.records) > 0 {
				t = g.aRecord()
			}
		}
		fields = append(fields, capability.Field{Name: fmt.Sprintf("f%c", 'a'+i), Type: t})
	}
	return capability.RecordOf(fields...)
}

// shapeText is a type written out, whatever its name.
func shapeText(t *capability.Type) string {
	c := *t
	c.Name = ""
	return c.String()
}

// ---- declarations ----

// constantType is a type that has constant expressions.
func (g *generator) constantType() *capability.Type {
	for {
		if t := g.dataType(1); g.hasConstant(t) {
			return t
		}
	}
}

func (g *generator) hasConstant(t *capability.Type) bool {
	switch t.Kind {
	case capability.KindTime, capability.KindBytes, capability.KindError:
		return false
	case capability.KindList, capability.KindMap, capability.KindOptional:
		return g.hasConstant(t.Elem)
	case capability.KindRecord:
		for _, f := range t.Fields {
			if !g.hasConstant(f.Type) {
				return false
			}
		}
	}
	return true
}

func (g *generator) param(i int) string {
	t := g.constantType()
	v := &variable{name: fmt.Sprintf("par%d", i), typ: t, fixed: true, frozen: true, top: true}
	var text string
	switch g.rand.IntN(6) {
	case 0:
		v.typ = capability.Int
		text = fmt.Sprintf("param %s: int = %d in 1..=100", v.name, 1+g.rand.IntN(100))
	case 1:
		v.typ = capability.String
		text = fmt.Sprintf("param %s: string = \"web\" matching re\"[a-z]+\"", v.name)
	default:
		text = fmt.Sprintf("param %s: %s", v.name, t)
		if (t.Kind != capability.KindOptional && t.Kind != capability.KindAny) || g.chance(50) {
			text += " = " + g.constant(t)
		}
	}
	g.scope = append(g.scope, v)
	if g.chance(20) {
		text = "/// What it is for.\n" + text
	}
	return text
}

// constant is a constant expression of a type.
func (g *generator) constant(t *capability.Type) string {
	saved := g.setting
	g.setting = &setting{pure: true}
	defer func() { g.setting = saved }()
	return g.literal(t, 1)
}

func (g *generator) constLine() string {
	t := g.constantType()
	v := &variable{name: g.name("K"), typ: t, fixed: true, frozen: true, top: true}
	line := fmt.Sprintf("const %s: %s = %s", v.name, t, g.constant(t))
	if g.chance(20) {
		v.typ = capability.Int
		line = fmt.Sprintf("const %s = %d + 1", v.name, g.rand.IntN(9))
	}
	g.scope = append(g.scope, v)
	return line
}

// id is the function that gives back a value of a type: around an expression
// it says what type that is.
func (g *generator) id(t *capability.Type) string {
	name := g.ids[t.Key()]
	if name == "" {
		name = fmt.Sprintf("id%d", len(g.ids))
		g.ids[t.Key()] = name
		g.heads = append(g.heads, fmt.Sprintf("fn %s(x: %s) -> %s { x }", name, t, t))
	}
	return name
}

// fn writes a function. It sees what the script never changes.
func (g *generator) fn() string {
	if g.chance(25) {
		return g.recursive()
	}
	g.left = 30
	f := &ownFn{name: g.name("fun")}
	if g.chance(80) {
		f.result = g.anyType()
	}
	saved, around := g.scope, g.setting
	g.scope = nil
	for _, v := range saved {
		if v.top && !v.dirty {
			g.scope = append(g.scope, v)
		}
	}
	g.setting = &setting{level: 1, result: f.result}
	if f.result == nil {
		g.setting.result = capability.None
	}
	var params []string
	for i := range g.rand.IntN(4) {
		t := g.anyType()
		v := &variable{name: g.name("p"), typ: t, level: 1}
		text := fmt.Sprintf("%s: %s", v.name, t)
		if i > 0 && t.FitsAny() && g.hasConstant(t) && (f.defaults > 0 || g.chance(30)) {
			text += " = " + g.constant(t)
			f.defaults++
		} else if f.defaults > 0 {
			break
		}
		params = append(params, text)
		f.params, f.names = append(f.params, t), append(f.names, v.name)
		g.scope = append(g.scope, v)
	}
	body := g.statements(1 + g.rand.IntN(3))
	arrow := ""
	if f.result != nil {
		arrow = " -> " + f.result.String()
		body = append(body, g.expr(f.result, 3))
	} else {
		body = append(body, "return")
	}
	text := fmt.Sprintf("fn %s(%s)%s { %s }", f.name, strings.Join(params, ", "), arrow, strings.Join(body, "; "))
	g.seal(saved, text)
	g.scope, g.setting = saved, around
	g.fns = append(g.fns, f)
	if g.chance(10) {
		text = "/// What it does.\n" + text
	}
	return text
}

// seal keeps variables that a text mentions from being assigned or changed.
func (g *generator) seal(vars []*variable, text string) {
	for _, v := range vars {
		if strings.Contains(text, v.name) {
			v.fixed, v.frozen = true, true
		}
	}
}

// recursive writes a function that calls itself: a few times, or until the
// limit of the calls.
func (g *generator) recursive() string {
	t := g.dataType(1)
	f := &ownFn{name: g.name("rec"), params: []*capability.Type{capability.Int}, names: []string{"n"}, result: t}
	saved, around := g.scope, g.setting
	g.setting = &setting{level: 1, result: t}
	g.scope = []*variable{{name: "n", typ: capability.Int, level: 1, fixed: true}}
	again := fmt.Sprintf("%s(n - 1)", f.name)
	stop := fmt.Sprintf("if n <= 0 { return %s }; ", g.expr(t, 1))
	if g.chance(25) {
		again, stop = fmt.Sprintf("%s(n)", f.name), ""
	} else {
		stop = "if n > 12 { return " + f.name + "(12) }; " + stop
	}
	before := ""
	if g.chance(40) {
		before = g.deferred() + "; "
	}
	if g.chance(30) {
		again = g.catching(again, t, 1)
	}
	text := fmt.Sprintf("fn %s(n: int) -> %s { %s%slet r = %s; %s", f.name, t, before, stop, again, strings.Join(g.statements(1), "; "))
	g.scope = append(g.scope, &variable{name: "r", typ: t, level: 1})
	text += "; " + g.expr(t, 1) + " }"
	g.scope, g.setting = saved, around
	g.fns = append(g.fns, f)
	return text
}

// topStatement is a statement of the script, or a declaration between them.
func (g *generator) topStatement() []string {
	switch g.rand.IntN(12) {
	case 0:
		return []string{g.fn()}
	default:
		out := g.statementsWith(1, true)
		if g.chance(80) && declares(out[0]) {
			e := g.name("e")
			out[0] = fmt.Sprintf("try { %s } catch |%s| { log.debug(\"${%s}\", kind: %s.kind, at: %s.position) }", out[0], e, e, e, e)
		}
		return out
	}
}

// declares reports whether others may need what a statement declares, so that
// it can't stand in a block.
func declares(s string) bool {
	for _, word := range []string{"let ", "const ", "defer ", "assert("} {
		if strings.HasPrefix(s, word) {
			return false
		}
	}
	return true
}
