package reference

import (
	"fmt"
	"strings"

	"rex/capability"
)

func (g *generator) statements(n int) []string { return g.statementsWith(n, false) }

func (g *generator) statementsWith(n int, top bool) []string {
	var out []string
	g.nested++
	defer func() { g.nested-- }()
	for range n {
		before := len(g.scope)
		out = append(out, g.statement())
		for _, v := range g.scope[min(before, len(g.scope)):] {
			v.top = top
		}
	}
	return out
}

// block is a block in braces; what it declares ends with it.
func (g *generator) block(n int, value string) string {
	return "{ " + g.inner(n, func() string { return value }) + " }"
}

// inner is the inside of a block: statements, then what last gives.
func (g *generator) inner(n int, last func() string) string {
	saved := g.scope[:len(g.scope):len(g.scope)]
	g.scope = saved
	parts := g.statements(1 + g.rand.IntN(n))
	if value := last(); value != "" {
		parts = append(parts, value)
	}
	g.scope = saved
	return strings.Join(parts, "; ")
}

// valueBlock is a block that gives a value of a type.
func (g *generator) valueBlock(t *capability.Type, depth int) string {
	if g.chance(60) || g.pure {
		return "{ " + g.value(t, depth) + " }"
	}
	return "{ " + g.inner(1, func() string { return g.value(t, depth) }) + " }"
}

// declare adds a variable.
func (g *generator) declare(t *capability.Type) *variable {
	v := &variable{name: g.name("v"), typ: t, level: g.level}
	g.scope = append(g.scope[:len(g.scope):len(g.scope)], v)
	return v
}

// assignable is a variable that may be assigned here.
func (g *generator) assignable() *variable {
	return g.variableThat(func(v *variable) bool { return !v.fixed && v.level == g.level })
}

// changeable is a container that may be changed here.
func (g *generator) changeable(k capability.Kind) *variable {
	return g.variableThat(func(v *variable) bool {
		return v.typ.Kind == k && !v.frozen && (v.level == g.level || !v.top || g.level == 0)
	})
}

func (g *generator) variableThat(ok func(*variable) bool) *variable {
	var found []*variable
	for _, v := range g.scope {
		if ok(v) {
			found = append(found, v)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return found[g.rand.IntN(len(found))]
}

func (g *generator) statement() string {
	if !g.spend() {
		return g.let(capability.Int, 0)
	}
	for {
		if s := g.tryStatement(); s != "" {
			return s
		}
	}
}

func (g *generator) tryStatement() string {
	switch g.rand.IntN(38) {
	case 0, 1, 2, 3, 4:
		return g.let(g.anyType(), 3)
	case 5:
		return g.letOpen()
	case 6:
		return g.unpack()
	case 7, 8:
		return g.assign()
	case 9, 10:
		return g.change()
	case 11, 12:
		return g.mutation()
	case 13, 14:
		return "if " + g.condition(2) + " " + g.body(2) + g.pick("", "", " else "+g.body(1), " else if "+g.condition(1)+" "+g.body(1), " else if "+g.condition(1)+" "+g.body(1)+" else "+g.body(1))
	case 15:
		return g.ifLet()
	case 16, 17:
		return g.forLoop()
	case 18:
		return g.whileLoop()
	case 19:
		return g.matchStatement()
	case 20, 21:
		return g.deferred()
	case 22, 23:
		return g.caughtStatement()
	case 24, 25, 26, 32, 33, 34:
		return g.hostStatement()
	case 27:
		return g.leaving()
	case 28:
		return g.callStatement()
	case 29:
		return g.narrowing()
	case 30:
		return g.streams()
	case 35, 36, 37:
		if g.chance(10) {
			return g.groups()
		}
		return g.rowStatement()
	case 31:
		if g.level == 0 && g.chance(50) {
			return ""
		}
		v := &variable{name: g.name("K"), typ: g.constantType(), level: g.level, fixed: true, frozen: true}
		line := fmt.Sprintf("const %s: %s = %s", v.name, v.typ, g.constant(v.typ))
		g.scope = append(g.scope[:len(g.scope):len(g.scope)], v)
		return line
	}
	return ""
}

func (g *generator) let(t *capability.Type, depth int) string {
	before := len(g.scope)
	value := g.expr(t, depth)
	if g.level == 0 && t.FitsAny() && g.chance(75) {
		literal := func() string { return "(" + g.literal(t, 0) + ")" }
		if g.chance(30) {
			value += " catch " + g.handlerHead(literal)
		}
		value += " catch " + g.caught(literal)
	}
	if t.Kind == capability.KindFunc {
		g.seal(g.scope[:before], value) // a closure that is kept
	}
	return fmt.Sprintf("let %s: %s = %s", g.declare(t).name, t, value)
}

// letOpen leaves the type to inference.
func (g *generator) letOpen() string {
	if g.chance(20) {
		return "let _ = " + g.closedExpr(g.dataType(2), 2)
	}
	t := g.dataType(2)
	if t.Kind == capability.KindList && g.chance(30) {
		v := &variable{name: g.name("v"), typ: t, level: g.level}
		item := g.closedExpr(t.Elem, 1)
		g.scope = append(g.scope[:len(g.scope):len(g.scope)], v)
		return fmt.Sprintf("let %s = []; %s.push(%s)", v.name, v.name, item)
	}
	value := g.guarded(g.closedExpr(t, 3), t)
	return fmt.Sprintf("let %s = %s", g.declare(t).name, value)
}

// guarded mostly catches what a value of the script's own statements may fail
// with: a script that is over after its first statement shows little.
func (g *generator) guarded(x string, t *capability.Type) string {
	if g.level > 0 || g.nested > 1 || g.chance(15) {
		return x
	}
	return fmt.Sprintf("%s catch %s", x, g.caught(func() string { return fmt.Sprintf("%s(%s)", g.id(t), g.literal(t, 0)) }))
}

func (g *generator) unpack() string {
	t := g.aRecord()
	value := g.guarded(g.closedExpr(t, 2), t)
	names := []string{}
	for _, f := range t.Fields {
		if g.named(f.Name) == nil && g.chance(60) {
			names = append(names, f.Name)
			g.scope = append(g.scope[:len(g.scope):len(g.scope)], &variable{name: f.Name, typ: f.Type, level: g.level})
		}
	}
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("let {%s} = %s", strings.Join(names, ", "), value)
}

func (g *generator) named(name string) *variable {
	return g.variableThat(func(v *variable) bool { return v.name == name })
}

// ---- assignment ----

func (g *generator) assign() string {
	v := g.assignable()
	if v == nil || v.typ.Kind == capability.KindFunc {
		return ""
	}
	v.dirty = true
	if op, right := g.compound(v.typ); op != "" && g.chance(50) {
		return fmt.Sprintf("%s %s= %s", v.name, op, g.closedExpr(right, 2))
	}
	return g.assignTo(v, 2)
}

// assignTo assigns a variable, unless a closure in its new value keeps it.
func (g *generator) assignTo(v *variable, depth int) string {
	value := g.expr(v.typ, depth)
	if v.fixed {
		return g.let(capability.Int, 0)
	}
	return fmt.Sprintf("%s = %s", v.name, value)
}

// compound is an operator with its right operand that gives the type of its
// left one again.
func (g *generator) compound(t *capability.Type) (string, *capability.Type) {
	var found []operatorForm
	for _, o := range operators() {
		if o.left != nil && o.left.Equal(t) && o.result.Equal(t) && strings.Contains("+-*/%", o.op) {
			found = append(found, o)
		}
	}
	if len(found) == 0 {
		return "", nil
	}
	o := found[g.rand.IntN(len(found))]
	return o.op, o.right
}

// change assigns a part of a container.
func (g *generator) change() string {
	var target string
	var t *capability.Type
	switch g.rand.IntN(3) {
	case 0:
		v := g.changeable(capability.KindRecord)
		if v == nil {
			return ""
		}
		v.dirty = true
		f := v.typ.Fields[g.rand.IntN(len(v.typ.Fields))]
		target, t = v.name+"."+f.Name, f.Type
		if t.Kind == capability.KindList && g.chance(40) {
			target, t = fmt.Sprintf("%s[%s]", target, g.index()), t.Elem
		}
	case 1:
		v := g.changeable(capability.KindList)
		if v == nil {
			return ""
		}
		v.dirty = true
		target, t = fmt.Sprintf("%s[%s]", v.name, g.index()), v.typ.Elem
	default:
		v := g.changeable(capability.KindMap)
		if v == nil {
			return ""
		}
		v.dirty = true
		target, t = fmt.Sprintf("%s[%s]", v.name, g.key()), v.typ.Elem
	}
	if op, right := g.compound(t); op != "" && g.chance(50) {
		return fmt.Sprintf("%s %s= %s", target, op, g.closedExpr(right, 1))
	}
	return fmt.Sprintf("%s = %s", target, g.expr(t, 2))
}

// index is mostly a small number.
func (g *generator) index() string {
	if g.chance(90) {
		return g.pick("0", "0", "0", "1", "1", "2")
	}
	return fmt.Sprintf("%s(%s)", g.id(capability.Int), g.closedExpr(capability.Int, 1))
}

func (g *generator) key() string {
	switch g.rand.IntN(8) {
	case 0:
		return g.closedExpr(capability.Int, 1)
	case 1:
		return g.closedExpr(capability.Path, 1)
	case 2:
		return g.closedExpr(capability.String, 1)
	}
	return g.pick(`"a"`, `"b"`, `""`, `"ä"`)
}

// mutation calls a function that changes its receiver.
func (g *generator) mutation() string {
	rows := changingRows()
	row := rows[g.rand.IntN(len(rows))]
	v := g.changeable(row.Params[0].Shape.Kind)
	if v == nil {
		return ""
	}
	v.dirty = true
	text := g.rowCall(row, v.typ, v.name, 2)
	if text == "" {
		return ""
	}
	return text
}

// ---- conditions and loops ----

func (g *generator) condition(depth int) string { return g.closedExpr(capability.Bool, depth) }

func (g *generator) body(n int) string { return g.block(n, "") }

func (g *generator) ifLet() string {
	t := capability.OptionalOf(g.dataType(1))
	value := g.closedExpr(t, 2)
	saved := g.scope
	v := g.declare(inside(t))
	v.fixed = g.chance(50)
	text := fmt.Sprintf("if let %s = %s %s", v.name, value, g.body(2))
	g.scope = saved
	if g.chance(50) {
		text += " else " + g.body(1)
	}
	return text
}

// looped runs f with one loop more around.
func (g *generator) looped(f func() string) string {
	saved, scope := g.setting, g.scope
	c := *g.setting
	c.loops++
	g.setting = &c
	g.left -= 10
	text := f()
	g.setting, g.scope = saved, scope
	return text
}

func (g *generator) forLoop() string {
	if g.loops > 1 {
		return ""
	}
	var head string
	var vars []*variable
	add := func(t *capability.Type) string {
		v := &variable{name: g.name("i"), typ: t, level: g.level}
		vars = append(vars, v)
		return v.name
	}
	switch g.rand.IntN(8) {
	case 0, 1:
		t := capability.ListOf(g.dataType(1))
		over := g.closedExpr(t, 2)
		if g.chance(40) {
			head = add(capability.Int) + ", "
		}
		head += add(t.Elem) + " in " + over
	case 2, 3:
		from := g.closedExpr(capability.Int, 1)
		if g.chance(70) {
			from = fmt.Sprint(g.rand.IntN(5))
		}
		over := fmt.Sprintf("%s%s%d", from, g.pick("..", "..="), g.rand.IntN(6))
		if g.chance(10) {
			over = "9223372036854775805..=9223372036854775807"
		}
		if g.chance(30) {
			head = add(capability.Int) + ", "
		}
		head += add(capability.Int) + " in " + over
	case 4:
		t := capability.MapOf(g.dataType(1))
		over := g.closedExpr(t, 2)
		head = g.pick("_", add(capability.String)) + ", " + add(t.Elem) + " in " + over
	case 5, 6:
		over := g.pipeline(capability.String, 1)
		head = add(capability.String) + " in " + over
		if g.chance(60) {
			head += " catch " + g.handlerHead(func() string { return g.literal(capability.ListOf(capability.String), 1) })
		}
	default:
		over := fmt.Sprintf("0..%d", 1+g.rand.IntN(4))
		head = "_ in " + over
	}
	return g.looped(func() string {
		g.scope = append(g.scope[:len(g.scope):len(g.scope)], vars...)
		return "for " + head + " " + g.body(3)
	})
}

func (g *generator) whileLoop() string {
	if g.loops > 1 {
		return ""
	}
	if g.chance(25) {
		v := g.changeable(capability.KindList)
		if v == nil || v.typ.Elem.Kind == capability.KindOptional || v.typ.Elem.Kind == capability.KindAny {
			return ""
		}
		v.dirty = true
		return g.looped(func() string {
			x := g.declare(v.typ.Elem)
			return fmt.Sprintf("while let %s = %s.pop() %s", x.name, v.name, g.body(2))
		})
	}
	n := g.name("n")
	limit := 1 + g.rand.IntN(5)
	return g.looped(func() string {
		cond := fmt.Sprintf("%s < %d", n, limit)
		if g.chance(30) {
			cond += " && " + g.condition(1)
		}
		if g.chance(3) { // to the limit
			return fmt.Sprintf("let %s = 0; while %s >= 0 { %s = (%s + 1) %% 7 }", n, n, n, n)
		}
		return fmt.Sprintf("let %s = 0; while %s { %s += 1; %s }", n, cond, n, g.inner(2, func() string { return "" }))
	})
}

// leaving leaves a loop, a function or the script.
func (g *generator) leaving() string {
	if g.level == 0 && g.loops == 0 && g.chance(80) {
		return ""
	}
	way := g.leave(1)
	if way == "" || g.chance(20) && g.level == 0 {
		return ""
	}
	return fmt.Sprintf("if %s { %s }", g.condition(1), way)
}

// leave is a way to leave, "" where there is none.
func (g *generator) leave(depth int) string {
	switch n := g.rand.IntN(4); {
	case n == 0:
		return g.failing(depth)
	case n == 1 && g.result != nil:
		switch {
		case g.result.Kind == capability.KindNone:
			return "return"
		case g.result.Kind == capability.KindAny && g.chance(10):
			return "return"
		case g.closed:
			return "return " + g.closedExpr(g.result, depth)
		}
		return "return " + g.expr(g.result, depth)
	case g.loops > 0:
		return g.pick("break", "continue")
	}
	return g.failing(depth)
}

func (g *generator) failing(depth int) string {
	if v := g.variableThat(func(v *variable) bool { return v.typ.Kind == capability.KindError }); v != nil && g.chance(40) {
		return g.pick(fmt.Sprintf("fail(%s)", v.name), fmt.Sprintf("fail(\"again\", cause: %s)", v.name))
	}
	return fmt.Sprintf("fail(%s%s)", g.closedExpr(capability.String, 1), g.pick("", ", n: "+g.expr(capability.Any, depth)))
}

// ---- failure ----

func (g *generator) deferred() string {
	if g.pure {
		return ""
	}
	saved := g.setting
	c := *g.setting
	c.loops, c.result = 0, nil
	g.setting = &c
	defer func() { g.setting = saved }()
	if g.chance(40) {
		return "defer " + g.hostCallText(2)
	}
	return "defer " + g.block(2, g.pick("", "", g.failing(1)))
}

var kindWords = capability.AllKinds.Words()

// handlerHead is a handler whose value value gives.
func (g *generator) handlerHead(value func() string) string {
	var kinds []string
	if g.chance(40) {
		for range 1 + g.rand.IntN(3) {
			kinds = append(kinds, g.pick(kindWords...))
		}
		if g.chance(50) {
			kinds = append(kinds, g.pick("range", "invalid", "absent", "failed", "denied"))
		}
	}
	head := strings.Join(kinds, ", ")
	saved := g.scope
	if g.chance(50) {
		e := &variable{name: g.name("e"), typ: capability.ErrorT, level: g.level}
		g.scope = append(g.scope[:len(g.scope):len(g.scope)], e)
		head += " |" + e.name + "|"
	}
	if head != "" {
		head += " "
	}
	text := head + value()
	g.scope = saved
	return text
}

// caught is a handler that catches everything.
func (g *generator) caught(value func() string) string {
	return "|" + g.name("_e") + "| " + value()
}

// catching puts a handler behind an expression of a type.
func (g *generator) catching(x string, t *capability.Type, depth int) string {
	text := fmt.Sprintf("(%s catch %s", x, g.handlerHead(func() string {
		if way := g.leave(1); way != "" && g.chance(20) {
			return way
		}
		if g.chance(60) {
			return "{ " + g.inner(1, func() string { return g.value(t, depth) }) + " }"
		}
		return "(" + g.value(t, depth) + ")"
	}))
	if g.chance(20) {
		text += " catch " + g.handlerHead(func() string { return "(" + g.value(t, depth) + ")" })
	}
	return text + ")"
}

func (g *generator) caughtStatement() string {
	if g.chance(30) {
		return g.hostCallText(2) + " catch " + g.handlerHead(func() string { return g.body(1) })
	}
	return fmt.Sprintf("try %s catch %s", g.block(3, g.pick("", g.failing(1))), g.handlerHead(func() string { return g.body(2) }))
}

// ---- others ----

func (g *generator) hostStatement() string {
	if g.chance(4) && g.loops < 2 { // streams of any element
		table := capability.Table()
		for _, i := range g.rand.Perm(len(table)) {
			if op := table[i]; op.Result.Kind == capability.KindStream {
				text := fmt.Sprintf("for _ in %s ", g.opText(op, 2))
				return g.looped(func() string { return text + g.body(1) })
			}
		}
	}
	text := g.hostCallText(2)
	if g.chance(80) {
		text += " catch " + g.handlerHead(func() string { return g.body(1) })
	}
	return text
}

func (g *generator) callStatement() string {
	if len(g.fns) == 0 {
		return ""
	}
	f := g.fns[g.rand.IntN(len(g.fns))]
	return g.callOf(f, 2)
}

// rowStatement calls some row of the library, whatever it gives.
func (g *generator) rowStatement() string {
	rows := methodRows()
	row := rows[g.rand.IntN(len(rows))]
	vars := shapeVars{}
	text := g.rowCallWith(row, vars, "", 2)
	switch {
	case text == "" || row.Result == nil || row.Mutates:
		return text
	}
	t := g.shapeType(row.Result, vars)
	text = g.guarded(text, t)
	return fmt.Sprintf("let %s = %s", g.declare(t).name, text)
}

var groupsType = capability.RecordOf(
	capability.Field{Name: "k", Type: capability.String}, capability.Field{Name: "o", Type: capability.OptionalOf(capability.String)},
)

// groups captures the named groups of a pattern, which become fields.
func (g *generator) groups() string {
	text, t := g.closedExpr(capability.String, 2), capability.OptionalOf(groupsType)
	name := "capture"
	if g.chance(50) {
		name, t = "capture_all", capability.ListOf(groupsType)
	}
	return fmt.Sprintf("let %s = %s", g.declare(t).name, g.guarded(fmt.Sprintf("%s.%s(re\"(?<k>[a-z])(?<o>[0-9])?\")", text, name), t))
}

// narrowing tests a variable, behind which it is of a smaller type.
func (g *generator) narrowing() string {
	v := g.variableThat(func(v *variable) bool {
		return (v.typ.Kind == capability.KindOptional || v.typ.Kind == capability.KindAny) && !strings.Contains(v.name, "K")
	})
	if v == nil {
		return ""
	}
	v.fixed, v.dirty = true, true
	t, test := v.typ.Elem, v.name+" != nil"
	if v.typ.Kind == capability.KindAny {
		t = g.dataType(1)
		if t.Kind == capability.KindAny {
			t = capability.Int
		}
		test = fmt.Sprintf("%s is %s", v.name, t)
	}
	narrow := &variable{name: v.name, typ: t, level: -1, fixed: true, frozen: v.frozen}
	saved := g.scope
	g.scope = append(g.scope[:len(g.scope):len(g.scope)], narrow)
	if g.chance(20) && v.typ.Kind == capability.KindOptional {
		return "assert(" + test + g.pick("", `, "it is there"`, `, "it is there", n: 1`) + ")"
	}
	text := fmt.Sprintf("if %s %s", test, g.body(2))
	g.scope = saved
	return text
}

func (g *generator) matchStatement() string {
	t := g.matchedType()
	return g.matchText(t, 2, func() string {
		if v := g.assignable(); v != nil && v.typ.Kind != capability.KindFunc && g.chance(30) {
			v.dirty = true
			return g.assignTo(v, 1)
		}
		if way := g.leave(1); way != "" && g.chance(20) {
			return way
		}
		return g.body(1)
	})
}

// streams binds a stream and reads it.
func (g *generator) streams() string {
	if g.loops > 1 {
		return ""
	}
	name := g.name("s")
	text := fmt.Sprintf("let %s = %s", name, g.pipeline(capability.String, 2))
	if g.chance(30) {
		text += " catch " + g.handlerHead(func() string { return g.failing(1) })
	}
	if g.chance(50) {
		v := &variable{name: g.name("i"), typ: capability.String, level: g.level}
		return text + "; " + g.looped(func() string {
			g.scope = append(g.scope[:len(g.scope):len(g.scope)], v)
			return fmt.Sprintf("for %s in %s %s", v.name, name, g.body(2))
		})
	}
	v := g.declare(capability.ListOf(capability.String))
	return fmt.Sprintf("%s; let %s = %s.collect()", text, v.name, name)
}
