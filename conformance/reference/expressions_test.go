package reference

import (
	"fmt"
	"slices"
	"strings"

	"rex/capability"
)

// inside is T for a T?, else the type itself.
func inside(t *capability.Type) *capability.Type {
	if t.Kind == capability.KindOptional {
		return t.Elem
	}
	return t
}

// value is an expression for where its type may not be known from outside.
func (g *generator) value(t *capability.Type, depth int) string { return g.closedExpr(t, depth) }

// expr is an expression for where a value of the type is wanted.
func (g *generator) expr(t *capability.Type, depth int) string {
	depth = min(depth, 4-g.nested)
	if !g.spend() || depth <= 0 || g.chance(25) {
		return g.simple(t)
	}
	if g.chance(20) {
		return g.literal(t, depth)
	}
	if t.Kind == capability.KindAny && g.chance(70) {
		return g.closedExpr(g.dataType(1), depth-1)
	}
	if t.Kind == capability.KindOptional && g.chance(50) {
		return g.expr(t.Elem, depth-1)
	}
	return g.closedExpr(t, depth)
}

// simple is a variable or a literal.
func (g *generator) simple(t *capability.Type) string {
	if v := g.variableThat(func(v *variable) bool { return v.typ.Equal(t) }); v != nil && g.chance(70) && !g.pure {
		return v.name
	}
	return g.literal(t, 0)
}

// closedExpr is an expression that is of the type wherever it stands.
func (g *generator) closedExpr(t *capability.Type, depth int) string {
	depth = min(depth, 4-g.nested)
	if !g.spend() || depth <= 0 || g.chance(15) {
		return g.named1(t)
	}
	for range 8 {
		if x := g.compoundExpr(t, depth-1); x != "" {
			return x
		}
	}
	return g.named1(t)
}

// named1 is a variable of the type, or a literal within a function that says
// the type.
func (g *generator) named1(t *capability.Type) string {
	if v := g.variableThat(func(v *variable) bool { return v.typ.Equal(t) }); v != nil && g.chance(75) {
		return v.name
	}
	text := g.literal(t, 0)
	switch t.Kind {
	case capability.KindInt, capability.KindFloat, capability.KindBool, capability.KindDuration, capability.KindSize, capability.KindRegex,
		capability.KindTime, capability.KindIP, capability.KindCIDR, capability.KindBytes:
		return text
	}
	return fmt.Sprintf("%s(%s)", g.id(t), text)
}

// compoundExpr is an expression made of others, "" when what was chosen has no
// such type.
func (g *generator) compoundExpr(t *capability.Type, depth int) string {
	switch g.rand.IntN(24) {
	case 0, 1, 2, 3:
		return g.operation(t, depth)
	case 4, 5, 6, 7:
		return g.rowOf(t, depth)
	case 8:
		return fmt.Sprintf("(if %s %s else %s)", g.condition(depth), g.valueBlock(t, depth), g.branch(t, depth))
	case 9:
		return "(" + g.matchText(g.matchedType(), depth, func() string { return g.armValue(t, depth) }) + ")"
	case 10, 11:
		if g.pure {
			return ""
		}
		if g.chance(40) {
			return g.catching("try "+g.valueBlock(t, depth), t, depth)
		}
		return g.catching(g.closedExpr(t, depth), t, depth)
	case 12, 13:
		return g.opened(t, depth)
	case 14:
		if !t.FitsAny() || t.Kind == capability.KindAny {
			return ""
		}
		if g.chance(70) {
			return fmt.Sprintf("(%s(%s) as %s)", g.id(capability.Any), g.closedExpr(t, depth), t)
		}
		return fmt.Sprintf("(%s as %s)", g.closedExpr(capability.Any, depth), t)
	case 15:
		return fmt.Sprintf("%s[%s]", g.closedExpr(capability.ListOf(t), depth), g.index())
	case 16:
		return g.fieldOf(t, depth)
	case 17, 18:
		for _, f := range g.shuffledFns() {
			if f.result != nil && f.result.Equal(t) {
				return g.callOf(f, depth)
			}
		}
	case 19:
		return g.closureCall(t, depth)
	case 20:
		return g.hostValue(t, depth)
	case 21, 22:
		return g.special(t, depth)
	case 23:
		if t.Kind == capability.KindOptional {
			return g.chain(t, depth)
		}
	}
	return ""
}

// branch is the last branch of an if; it may leave.
func (g *generator) branch(t *capability.Type, depth int) string {
	if way := g.leave(1); way != "" && g.chance(10) && !g.pure {
		return "{ " + way + " }"
	}
	return g.valueBlock(t, depth)
}

func (g *generator) armValue(t *capability.Type, depth int) string {
	if way := g.leave(1); way != "" && g.chance(8) && !g.pure {
		return way
	}
	return g.value(t, depth)
}

// opened takes a T out of a T?.
func (g *generator) opened(t *capability.Type, depth int) string {
	if t.Kind == capability.KindAny {
		return fmt.Sprintf("(%s ?? %s)", g.closedExpr(t, depth), g.expr(t, depth))
	}
	x := g.closedExpr(capability.OptionalOf(t), depth)
	if t.Kind == capability.KindOptional {
		return fmt.Sprintf("(%s ?? %s)", x, g.closedExpr(t, depth))
	}
	switch g.rand.IntN(5) {
	case 0:
		return x + "!"
	case 1:
		if way := g.leave(1); way != "" && !g.pure {
			return fmt.Sprintf("(%s ?? %s)", x, way)
		}
	case 2:
		return fmt.Sprintf("(%s ?? %s ?? %s)", x, g.closedExpr(capability.OptionalOf(t), depth), g.closedExpr(t, depth))
	case 3:
		v := &variable{name: g.name("v"), typ: t, level: g.level, fixed: true}
		saved := g.scope
		g.scope = append(g.scope[:len(g.scope):len(g.scope)], v)
		then := g.valueBlock(t, depth)
		g.scope = saved
		return fmt.Sprintf("(if let %s = %s %s else %s)", v.name, x, then, g.valueBlock(t, depth))
	}
	return fmt.Sprintf("(%s ?? %s)", x, g.closedExpr(t, depth))
}

// chain is x?.f of a record or a property, or x?.f(..).
func (g *generator) chain(t *capability.Type, depth int) string {
	for _, r := range g.records {
		for _, f := range r.Fields {
			if inside(f.Type).Equal(t.Elem) {
				return fmt.Sprintf("%s?.%s", g.closedExpr(capability.OptionalOf(r), depth), f.Name)
			}
		}
	}
	for range 4 {
		rows := methodRows()
		row := rows[g.rand.IntN(len(rows))]
		vars := shapeVars{}
		if row.Result == nil || !bindShape(row.Result, t.Elem, vars) && !bindShape(row.Result, t, vars) {
			continue
		}
		first := g.shapeType(row.Params[0].Shape, vars)
		if first.Kind == capability.KindOptional || first.Kind == capability.KindAny || row.Module != "" {
			continue
		}
		return g.rowCallWith(row, vars, g.closedExpr(capability.OptionalOf(first), depth)+"?", depth)
	}
	return ""
}

func (g *generator) fieldOf(t *capability.Type, depth int) string {
	for _, i := range g.rand.Perm(len(g.records)) {
		for _, f := range g.records[i].Fields {
			if f.Type.Equal(t) {
				return fmt.Sprintf("%s.%s", g.closedExpr(g.records[i], depth), f.Name)
			}
		}
	}
	return ""
}

func (g *generator) shuffledFns() []*ownFn {
	out := make([]*ownFn, len(g.fns))
	for i, j := range g.rand.Perm(len(g.fns)) {
		out[i] = g.fns[j]
	}
	return out
}

// callOf calls an own function, as a function, a method or in a pipe.
func (g *generator) callOf(f *ownFn, depth int) string {
	if g.pure {
		return ""
	}
	n := len(f.params)
	if f.defaults > 0 && g.chance(50) {
		n -= 1 + g.rand.IntN(f.defaults)
	}
	args := make([]string, n)
	named := false
	for i := range args {
		args[i] = g.expr(f.params[i], depth)
		if i == 0 && strings.Contains(f.name, "rec") {
			args[i] = fmt.Sprint(g.rand.IntN(14))
		}
		if named = named || g.chance(10); named {
			args[i] = f.names[i] + ": " + args[i]
		}
	}
	if n > 0 && !strings.Contains(args[0], ": ") && g.chance(30) && f.params[0].Kind != capability.KindFunc {
		first := fmt.Sprintf("%s(%s)", g.id(f.params[0]), args[0])
		rest := strings.Join(args[1:], ", ")
		if g.chance(50) && !strings.Contains(f.name, ".") { // an import's function is no method
			return fmt.Sprintf("%s.%s(%s)", first, f.name, rest)
		}
		return fmt.Sprintf("(%s |> %s(%s))", first, f.name, rest)
	}
	return fmt.Sprintf("%s(%s)", f.name, strings.Join(args, ", "))
}

// closureCall calls a closure, where it stands or by a name.
func (g *generator) closureCall(t *capability.Type, depth int) string {
	if g.pure {
		return ""
	}
	if v := g.variableThat(func(v *variable) bool { return v.typ.Kind == capability.KindFunc && v.typ.Result.Equal(t) }); v != nil {
		var args []string
		for _, p := range v.typ.Params {
			args = append(args, g.expr(p, depth))
		}
		return fmt.Sprintf("%s(%s)", v.name, strings.Join(args, ", "))
	}
	var params []*capability.Type
	for range g.rand.IntN(3) {
		params = append(params, g.dataType(1))
	}
	var args []string
	for _, p := range params {
		args = append(args, g.expr(p, depth))
	}
	before := g.scope
	closure := g.closure(params, t, depth, true)
	g.seal(before, closure)
	return fmt.Sprintf("(%s)(%s)", closure, strings.Join(args, ", "))
}

// closure is a closure whose body says its own type.
func (g *generator) closure(params []*capability.Type, result *capability.Type, depth int, annotate bool) string {
	saved, around := g.scope, g.setting
	g.setting = &setting{level: g.level + 1, result: result, closed: true}
	if result == nil {
		g.setting.result = capability.None
	}
	var names []string
	for _, p := range params {
		v := &variable{name: g.name("x"), typ: p, level: g.level}
		g.scope = append(g.scope[:len(g.scope):len(g.scope)], v)
		text := v.name
		if annotate {
			text += ": " + p.String()
		}
		names = append(names, text)
	}
	var body string
	switch {
	case result == nil:
		body = g.block(1, "return")
	case g.chance(60):
		body = g.closedExpr(result, depth)
	case g.chance(40):
		body = "{ return " + g.closedExpr(result, depth) + " }"
	default:
		body = "{ " + g.inner(2, func() string { return g.closedExpr(result, depth) }) + " }"
	}
	g.scope, g.setting = saved, around
	if len(names) == 0 {
		return "|| " + body
	}
	return "|" + strings.Join(names, ", ") + "| " + body
}

// ---- operators ----

// operation is an operator that gives the type.
func (g *generator) operation(t *capability.Type, depth int) string {
	if t.Kind == capability.KindList && g.chance(30) {
		return fmt.Sprintf("(%s + %s)", g.closedExpr(t, depth), g.closedExpr(t, depth))
	}
	if t.Kind == capability.KindBool && g.chance(40) {
		return g.test(depth)
	}
	if t.Kind == capability.KindFloat && g.chance(30) { // which an instruction of its own computes
		x := func() string { return g.closedExpr(t, depth-1) }
		return g.pick(fmt.Sprintf("(%s * %s + %s)", x(), x(), x()), fmt.Sprintf("(%s + %s * %s)", x(), x(), x()), fmt.Sprintf("(%s * %s - %s * %s)", x(), x(), x(), x()))
	}
	var found []operatorForm
	for _, o := range operators() {
		if o.result.Equal(t) {
			found = append(found, o)
		}
	}
	if len(found) == 0 {
		return ""
	}
	o := found[g.rand.IntN(len(found))]
	if o.left == nil {
		return fmt.Sprintf("(%s%s)", o.op, g.closedExpr(o.right, depth))
	}
	return fmt.Sprintf("(%s %s %s)", g.closedExpr(o.left, depth), o.op, g.closedExpr(o.right, depth))
}

// test is a comparison with nil, of containers, of an any, or of a type.
func (g *generator) test(depth int) string {
	op := g.pick("==", "!=")
	switch g.rand.IntN(6) {
	case 0:
		return fmt.Sprintf("(%s %s nil)", g.closedExpr(capability.OptionalOf(g.dataType(1)), depth), op)
	case 1:
		t := g.dataType(2)
		return fmt.Sprintf("(%s %s %s)", g.closedExpr(t, depth), op, g.closedExpr(t, depth))
	case 2:
		t := g.dataType(1)
		if t.Kind == capability.KindAny {
			return ""
		}
		return fmt.Sprintf("(%s %s %s)", g.closedExpr(capability.OptionalOf(t), depth), op, g.closedExpr(t, depth))
	case 3:
		return fmt.Sprintf("(%s %s %s)", g.closedExpr(capability.Any, depth), op, g.closedExpr(scalarTypes[g.rand.IntN(len(scalarTypes))], depth))
	case 4:
		return fmt.Sprintf("(%s %s %s)", g.closedExpr(capability.Any, depth), op, g.closedExpr(capability.Any, depth))
	}
	return fmt.Sprintf("(%s is %s)", g.closedExpr(capability.Any, depth), g.dataType(1))
}

// ---- forms of one type ----

// special are forms that only some types have.
func (g *generator) special(t *capability.Type, depth int) string {
	switch t.Kind {
	case capability.KindString:
		switch g.rand.IntN(4) {
		case 0:
			return fmt.Sprintf("%s[%s]", g.closedExpr(t, depth), g.index())
		case 1:
			return g.slice(t, depth)
		}
		return g.id(t) + "(" + g.template(depth) + ")"
	case capability.KindPath:
		if g.chance(50) {
			return fmt.Sprintf("%s(\"/srv/${%s}%s\")", g.id(t), g.closedExpr(g.holeType(), depth), g.pick("", ".log", "/x"))
		}
		return fmt.Sprintf("(%s / %s)", g.closedExpr(t, depth), g.pick(`"x"`, `"a/b.log"`, "\"x${"+g.closedExpr(g.holeType(), depth)+"}\""))
	case capability.KindURL:
		return fmt.Sprintf("%s(\"https://example.org/${%s}?q=${%s}\")", g.id(t), g.closedExpr(g.holeType(), depth), g.closedExpr(g.holeType(), depth))
	case capability.KindRegex:
		return fmt.Sprintf("re\"a${%s}?\"", g.closedExpr(capability.String, depth))
	case capability.KindBytes:
		return g.slice(t, depth)
	case capability.KindList:
		switch {
		case g.chance(30):
			return g.slice(t, depth)
		case t.Elem.Kind == capability.KindInt:
			if g.chance(10) {
				return "(9223372036854775805..=9223372036854775807)"
			}
			return fmt.Sprintf("(%s..%s)", g.pick("0", "1", g.closedExpr(capability.Int, depth)), g.pick("3", "=4"))
		case t.Elem.Kind == capability.KindString && !g.pure && g.level == 0:
			return g.pipeline(capability.String, depth) + ".collect()"
		case t.Elem.Kind != capability.KindFunc:
			return fmt.Sprintf("[%s, %s]", g.closedExpr(t.Elem, depth), g.closedExpr(t.Elem, depth))
		}
	case capability.KindRecord:
		var fields []string
		for _, f := range t.Fields {
			if g.chance(50) {
				fields = append(fields, f.Name+": "+g.expr(f.Type, depth))
			}
		}
		return fmt.Sprintf("%s.with(%s)", g.closedExpr(t, depth), strings.Join(fields, ", "))
	case capability.KindOptional:
		return fmt.Sprintf("%s[%s]", g.closedExpr(capability.MapOf(t.Elem), depth), g.key())
	case capability.KindAny:
		x := g.closedExpr(t, depth)
		return g.pick(x+".fa", x+`["a"]`, x+"[0]", x+"?.fb", x+"!")
	case capability.KindError:
		e := g.name("e")
		return fmt.Sprintf("(%s catch |%s| %s)", g.failing(depth), e, e)
	case capability.KindBool:
		return "(!" + g.closedExpr(t, depth) + ")"
	}
	return ""
}

func (g *generator) slice(t *capability.Type, depth int) string {
	x := g.closedExpr(t, depth)
	return fmt.Sprintf("%s[%s]", x, g.pick("0..1", "1..", "..=1", "0..=2", g.index()+"..", ".."+g.index(), g.index()+"..="+g.index()))
}

// template is a text with holes.
func (g *generator) template(depth int) string {
	var b strings.Builder
	for range 1 + g.rand.IntN(3) {
		t := g.dataType(1)
		for t.Kind == capability.KindBytes || t.Kind == capability.KindOptional {
			t = g.dataType(1)
		}
		fmt.Fprintf(&b, "%s${%s}", g.pick("", "a ", "ä=", "$", "\\n"), g.closedExpr(t, depth))
	}
	if g.chance(15) {
		return "\"\"\"\n  " + b.String() + "\n  \"\"\""
	}
	return "\"" + b.String() + "\""
}

// holeType is a type that a hole of a path can hold.
func (g *generator) holeType() *capability.Type {
	switch g.rand.IntN(4) {
	case 0:
		return capability.Int
	case 1:
		return wordType
	case 2:
		return []*capability.Type{capability.Size, capability.Duration, capability.Float, capability.Bool, capability.Time}[g.rand.IntN(5)]
	}
	return capability.String
}

// ---- match ----

func (g *generator) matchedType() *capability.Type {
	t := []*capability.Type{
		capability.Int, capability.Int, capability.String, capability.String, capability.Bool, wordType, capability.Any, capability.Any,
		capability.Float, capability.Duration, capability.Size, capability.Path, capability.OptionalOf(capability.Int), capability.OptionalOf(capability.String), capability.OptionalOf(wordType),
	}
	if g.chance(10) {
		return g.aRecord()
	}
	return t[g.rand.IntN(len(t))]
}

// matchText is a match over a value of a type; body writes an arm's body.
func (g *generator) matchText(t *capability.Type, depth int, body func() string) string {
	var arms []string
	arm := func(pattern string, bound *variable) {
		saved := g.scope
		if bound != nil {
			g.scope = append(g.scope[:len(g.scope):len(g.scope)], bound)
		}
		if g.chance(25) {
			pattern += " if " + g.condition(1)
		}
		arms = append(arms, pattern+" => "+body())
		g.scope = saved
	}
	x := g.closedExpr(t, depth)
	for range 1 + g.rand.IntN(3) {
		arm(g.pattern(t))
	}
	switch {
	case t.Kind == capability.KindBool && g.chance(50):
		arms = append(arms, "true => "+body(), "false => "+body())
	case inside(t).Kind == capability.KindWord && g.chance(50):
		if t.Kind == capability.KindOptional {
			arms = append(arms, "nil => "+body())
		}
		arms = append(arms, `"red" | "green" => `+body(), `"blue" => `+body())
	case g.chance(50):
		arms = append(arms, "_ => "+body())
	default:
		v := &variable{name: g.name("m"), typ: t, level: g.level, fixed: true}
		if t.Kind == capability.KindOptional { // what it is depends on the arms above
			arms = append(arms, v.name+" => "+body())
			break
		}
		saved := g.scope
		g.scope = append(g.scope[:len(g.scope):len(g.scope)], v)
		arms = append(arms, v.name+" => "+body())
		g.scope = saved
	}
	sep := g.pick(", ", "; ")
	return fmt.Sprintf("match %s { %s }", x, strings.Join(arms, sep))
}

func (g *generator) pattern(t *capability.Type) (string, *variable) {
	switch t.Kind {
	case capability.KindOptional:
		if g.chance(30) {
			return "nil", nil
		}
		return g.pattern(t.Elem)
	case capability.KindAny:
		switch g.rand.IntN(4) {
		case 3:
			return g.pick("{ a: 1 }", "{ a: nil | 2 }", `{ name: "a", a: _ }`, "{ a: _ is int }"), nil
		case 0:
			return g.pick("nil", "1", `"a"`, "true", "5m", "10MB", "2.5"), nil
		case 1:
			return "_ is " + g.dataType(1).String(), nil
		}
		v := &variable{name: g.name("m"), typ: g.dataType(1), level: g.level, fixed: true}
		return fmt.Sprintf("%s is %s", v.name, v.typ), v
	case capability.KindString:
		return g.pick(`"a"`, `""`, `"ä" | "b"`, `re"^a"`, `re"[0-9]+" | "x"`), nil
	case capability.KindPath:
		return g.pick(`"/srv"`, `"/srv/a"`, `"/"`), nil
	case capability.KindWord:
		return g.pick(`"red"`, `"green" | "blue"`), nil
	case capability.KindBool:
		return g.pick("true", "false"), nil
	case capability.KindInt:
		return g.pick("0", "1", "-1", "9223372036854775807", "1..5", "-3..=3", "0 | 7", "2..=2"), nil
	case capability.KindFloat:
		return g.pick("0.0", "2.5", "-1.5", "0.0..=1.0", "1..3"), nil
	case capability.KindDuration:
		return g.pick("0s", "5m", "1s..1h", "-1h..=0s"), nil
	case capability.KindSize:
		return g.pick("0B", "10MB", "0B..1KiB", "1B..=10GB"), nil
	}
	if t.Kind == capability.KindRecord && len(t.Fields) > 0 {
		return g.fieldsPattern(t)
	}
	return "_", nil
}

// fieldsPattern is a pattern of some fields of a record, of which one at most
// is bound.
func (g *generator) fieldsPattern(t *capability.Type) (string, *variable) {
	var fields []string
	var bound *variable
	for i, f := range t.Fields {
		if i > 0 && g.chance(50) {
			continue
		}
		taken := slices.ContainsFunc(g.scope, func(v *variable) bool { return v.name == f.Name })
		if bound == nil && !taken && g.chance(40) {
			bound = &variable{name: f.Name, typ: f.Type, level: g.level, fixed: true}
			fields = append(fields, f.Name)
			continue
		}
		pattern, v := g.pattern(f.Type)
		if v != nil && bound != nil {
			pattern, v = "_", nil
		}
		if v != nil {
			bound = v
		}
		fields = append(fields, f.Name+": "+pattern)
	}
	return "{ " + strings.Join(fields, ", ") + " }", bound
}

// ---- literals ----

// literal is a literal where a value of the type is wanted.
func (g *generator) literal(t *capability.Type, depth int) string {
	part := func(t *capability.Type) string {
		if depth <= 0 || g.pure {
			return g.literal(t, depth-1)
		}
		return g.expr(t, depth-1)
	}
	switch t.Kind {
	case capability.KindBool:
		return g.pick("true", "false")
	case capability.KindInt:
		return g.pick("0", "1", "2", "3", "7", "10", "(-1)", "(-7)", "100", "0x7fff", "0o640", "0b101", "1_000", "9223372036854775807", "(-9223372036854775807)",
			"9007199254740993", "4611686018427387904", "32767", "32768", "(-32768)", "2147483648")
	case capability.KindFloat:
		return g.pick("0.0", "1.0", "0.5", "2.5", "(-1.5)", "1e308", "5e-324", "0.1", "1e16", "(-0.0)", "3.999", "9.3e18", "7", "1e-7")
	case capability.KindDuration:
		return g.pick("0s", "1ns", "1s", "1h30m", "7d", "250ms", "(-5m)", "106751d", "0.5s", "1us", "2w")
	case capability.KindSize:
		return g.pick("0B", "1B", "10MB", "1.5KiB", "3GB", "8191PiB", "(-1KB)", "9007199254740993B", "512KiB")
	case capability.KindTime:
		return g.pick(`time("2024-02-29T12:30:00Z")`, "time(0)", "time(1700000000)", "time(9223372036)", "time(-9223372036)", `time("1969-12-31T23:59:59.5+02:00")`)
	case capability.KindString:
		return g.pick(`""`, `"a"`, `"b"`, `"ä"`, `"日本語"`, `"e\u{301}x"`, `"a b  c"`, `"/srv/x"`, `"."`, `".."`, `"a/b"`, `"12"`, `"-5"`, `"2.5"`, `"10MB"`, `"5m"`, `"a,b,,c"`,
			`"line\nnext\r\n"`, `r"C:\x"`, `r#"say "a""#`, `"a\tb\0"`, `"\u{1F600}"`, `"true"`, `"{\"a\":1}"`, `"10.0.0.1"`, `"$1"`, `"[a"`,
			"\"\"\"\n  two\n  lines\n  \"\"\"", "r\"\"\"\n  raw\n  \"\"\"")
	case capability.KindBytes:
		return g.pick(`"".bytes()`, `"abc".bytes()`, `"ä".bytes()`, `"é".bytes(encoding: "latin1")`, `hex.decode("ff00")`)
	case capability.KindPath:
		return g.pick(`"/"`, `"/srv"`, `"/srv/a"`, `"/srv/a/x.log"`, `"/etc/ä.tar.gz"`, `"/a/.b"`)
	case capability.KindURL:
		return g.pick(`"https://example.org/"`, `"http://example.org:8080/a/b?x=1&y=2"`, `"https://example.org/%C3%A4"`)
	case capability.KindIP:
		return g.pick(`ip("10.0.0.1")`, `ip("::1")`, `ip("127.0.0.1")`, `ip("9.255.0.1")`)
	case capability.KindCIDR:
		return g.pick(`cidr("10.0.0.0/8")`, `cidr("::/0")`)
	case capability.KindRegex:
		return g.pick(`re"a"`, `re"[a-z]+"`, `re"(\d)(\w)?"`, `re"^$"`, `re""`)
	case capability.KindWord:
		return fmt.Sprintf("%q", t.Words[g.rand.IntN(len(t.Words))])
	case capability.KindOptional:
		if g.chance(40) {
			return "nil"
		}
		return part(t.Elem)
	case capability.KindAny:
		return g.anyLiteral(depth)
	case capability.KindList:
		var items []string
		for range g.pickInt(0, 1, 1, 2, 2, 3) {
			items = append(items, part(t.Elem))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case capability.KindMap:
		var items []string
		for i, k := range []string{"a", "b", `"ä"`, `"odd key"`} {
			if g.chance(40) {
				items = append(items, fmt.Sprintf("%s: %s", k, part(t.Elem)))
			}
			_ = i
		}
		return "{" + strings.Join(items, ", ") + "}"
	case capability.KindRecord:
		var items []string
		for _, f := range t.Fields {
			if f.Type.Kind == capability.KindOptional && g.chance(30) {
				continue
			}
			if v := g.named(f.Name); v != nil && v.typ.Equal(f.Type) && g.chance(50) && !g.pure {
				items = append(items, f.Name)
				continue
			}
			items = append(items, f.Name+": "+part(f.Type))
		}
		return "{" + strings.Join(items, ", ") + "}"
	case capability.KindFunc:
		for _, f := range g.shuffledFns() {
			if g.chance(50) && f.result != nil && capability.FuncOf(f.params, f.result).Equal(t) {
				return f.name
			}
		}
		result := t.Result
		if result.Kind == capability.KindNone {
			result = nil
		}
		before := g.scope
		text := g.closure(t.Params, result, depth, g.chance(50))
		g.seal(before, text)
		return "(" + text + ")"
	case capability.KindError:
		e := g.name("e")
		return fmt.Sprintf("(fail(%s) catch |%s| %s)", g.literal(capability.String, 0), e, e)
	}
	panic("no literal of " + t.String())
}

func (g *generator) anyLiteral(depth int) string {
	switch g.rand.IntN(6) {
	case 0:
		return "nil"
	case 1:
		if g.pure {
			return "1"
		}
		return g.pick(`json.parse("{\"a\":[1,2.5,null],\"fa\":\"x\"}")`, `json.parse("[1,\"a\",{}]")`, `json.parse("12")`, `json.parse("{")`)
	case 2:
		return fmt.Sprintf("[%s, %s]", g.literal(capability.Int, 0), g.literal(capability.Int, 0))
	case 3:
		return fmt.Sprintf("{fa: %s, fb: %s}", g.literal(capability.Int, 0), g.literal(capability.Size, 0))
	}
	t := plainTypes[g.rand.IntN(len(plainTypes))]
	if t.Kind == capability.KindPath {
		t = capability.String
	}
	return g.literal(t, 0)
}
