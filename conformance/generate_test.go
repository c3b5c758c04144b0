package conformance

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// generator writes random scripts that compile: paths made in every way there
// is, carried through variables, lists, records, closures, functions and
// loops, tested by guards, and touched, mostly with the failure caught. It
// prefers the shapes in which an analysis goes wrong: what is read, then
// changed through another name, then used; the value of the round before; a
// guard on something that changes.
type generator struct {
	rand  *rand.Rand
	out   strings.Builder
	names int
	depth int
	loops int
	paths []string // variables of type path that are in scope, assignable ones
	lists []string // of type list[path]
	recs  []string // of type R
	fns   []string // closures from path to path
	fixed []string // path expressions that can't be assigned
}

// Script is a random script with the parameters p, name and n.
func randomScript(seed uint64) string {
	g := &generator{rand: rand.New(rand.NewPCG(seed, 1))}
	g.line("param p: path = \"/srv/param\"")
	g.line("param name: string = \"web\"")
	g.line("param n: int = 2")
	g.line("type R = { path: path, other: path, rest: list[path] }")
	g.line("fn beside(q: path) -> path { q.append(\".bak\") }")
	g.line("fn above(q: path) -> path { q.parent }")
	g.line("fn choose(q: path, r: path, first: bool) -> path { if first { q } else { r } }")
	g.line("fn remove(q: path) -> bool { try { fs.delete(q); true } catch |e| { e.kind == \"denied\" } }")
	g.line("fn swap(x: R, q: path) { x.path = q }")
	g.line("fn walk(d: path, left: int) -> int {")
	g.line("    if left == 0 { return 0 }")
	g.line("    let total = 0")
	g.line("    for e in fs.list(d) catch |e| { return 0 } { total += 1 + walk(e.path, left - 1) }")
	g.line("    total")
	g.line("}")
	g.line("fn fails(q: path, how: int) -> path {")
	g.line("    if how == 0 { fail(\"it does\") }")
	g.line("    if how == 1 { let none: list[path] = []; return none[0] }")
	g.line("    q")
	g.line("}")
	g.fixed = []string{"p"}
	for range 4 + g.rand.IntN(8) {
		g.statement()
	}
	g.line("return n")
	return g.out.String()
}

// line writes a line; each catch in it gets an error name of its own.
func (g *generator) line(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if strings.Contains(text, "|e|") {
		e := g.name("e")
		text = strings.NewReplacer("|e|", "|"+e+"|", "e.message", e+".message", "e.kind", e+".kind").Replace(text)
	}
	g.out.WriteString(strings.Repeat("    ", g.depth) + text + "\n")
}

func (g *generator) name(prefix string) string {
	g.names++
	return fmt.Sprintf("%s%d", prefix, g.names)
}

func (g *generator) pick(xs []string) string { return xs[g.rand.IntN(len(xs))] }

// literal is a path literal, constant or with a hole.
func (g *generator) literal() string {
	return g.pick([]string{
		`"/srv/a"`, `"/srv/a/x.log"`, `"/srv/b"`, `"/etc/passwd"`, `"/"`, `"/srv/${name}"`, `"/srv/${name}.log"`, `"/srv/a/${n}.log"`, `"/srv/a/${name}/x"`,
	})
}

// path is an expression of type path.
func (g *generator) path() string {
	if g.depth > 6 {
		return g.variable()
	}
	switch g.rand.IntN(14) {
	case 0, 1, 2:
		return g.variable()
	case 3:
		return fmt.Sprintf("(%s / %s)", g.variable(), g.pick([]string{`"x"`, `"y.log"`, `"${name}"`, `"a/${name}.log"`, `"${n}"`}))
	case 4:
		return fmt.Sprintf("beside(%s)", g.variable())
	case 5:
		return fmt.Sprintf("above(%s)", g.variable())
	case 6:
		return g.variable() + ".parent"
	case 7:
		return fmt.Sprintf("(%s.append(\"1\") catch { %s })", g.variable(), g.variable())
	case 8:
		return fmt.Sprintf("choose(%s, %s, n > 1)", g.variable(), g.variable())
	case 9:
		if len(g.lists) > 0 {
			return fmt.Sprintf("(%s[%d] catch { %s })", g.pick(g.lists), g.rand.IntN(3), g.variable())
		}
	case 10:
		if len(g.recs) > 0 {
			return g.pick(g.recs) + g.pick([]string{".path", ".other"})
		}
	case 11:
		if len(g.fns) > 0 {
			return fmt.Sprintf("%s(%s)", g.pick(g.fns), g.variable())
		}
	case 12:
		return fmt.Sprintf("(path(\"${%s}\".trim_suffix(\".log\")) catch { %s })", g.variable(), g.variable())
	case 13:
		return fmt.Sprintf("(fails(%s, n) catch { %s })", g.variable(), g.variable())
	}
	return g.variable()
}

func (g *generator) variable() string {
	if all := append(append([]string(nil), g.paths...), g.fixed...); len(all) > 0 {
		return g.pick(all)
	}
	return "p"
}

// block writes statements in braces; what they declare ends with them.
func (g *generator) block(body func()) {
	paths, lists, recs, fns, fixed := g.paths, g.lists, g.recs, g.fns, g.fixed
	g.depth++
	body()
	g.depth--
	g.paths, g.lists, g.recs, g.fns, g.fixed = paths, lists, recs, fns, fixed
}

func (g *generator) some(n int) func() {
	return func() {
		for range 1 + g.rand.IntN(n) {
			g.statement()
		}
	}
}

func (g *generator) declare() {
	v := g.name("v")
	if g.rand.IntN(3) == 0 {
		g.line("let %s: path = %s", v, g.literal())
	} else {
		g.line("let %s = %s", v, g.path())
	}
	g.paths = append(g.paths[:len(g.paths):len(g.paths)], v)
}

// statement writes one statement, with what is in it.
func (g *generator) statement() {
	if g.depth > 4 {
		g.touch()
		return
	}
	switch g.rand.IntN(22) {
	case 0, 1, 2:
		g.declare()
	case 3:
		v := g.name("xs")
		g.line("let %s: list[path] = [%s, %s]", v, g.path(), g.path())
		g.lists = append(g.lists[:len(g.lists):len(g.lists)], v)
	case 4:
		v := g.name("r")
		g.line("let %s: R = { path: %s, other: %s, rest: [] }", v, g.path(), g.path())
		g.recs = append(g.recs[:len(g.recs):len(g.recs)], v)
	case 5:
		v := g.name("f")
		body := g.pick([]string{"q.append(\".f\") catch { q }", "q.parent", "q", "choose(q, p, n > 1)"})
		g.line("let %s = |q: path| { %s }", v, body)
		g.fns = append(g.fns[:len(g.fns):len(g.fns)], v)
	case 6, 7:
		if len(g.paths) > 0 {
			g.line("%s = %s", g.pick(g.paths), g.path())
		}
	case 8:
		g.change()
	case 9:
		g.guard()
	case 10:
		g.loop()
	case 11:
		g.line("try {")
		g.block(g.some(3))
		g.line("} catch |e| {")
		g.block(g.some(2))
		g.line("}")
	case 12:
		g.line("if n > %d {", g.rand.IntN(3))
		g.block(g.some(3))
		g.line("} else {")
		g.block(g.some(2))
		g.line("}")
	case 13:
		g.line("if n == 1 {")
		g.block(func() {
			g.line("defer { let _ = fs.exists(%s) catch |e| { false } }", g.path())
			g.some(2)()
		})
		g.line("}")
	default:
		g.touch()
	}
}

// change changes a container, perhaps through another name for it.
func (g *generator) change() {
	switch {
	case len(g.lists) > 0 && g.rand.IntN(2) == 0:
		v := g.pick(g.lists)
		if g.rand.IntN(2) == 0 {
			alias := g.name("ys")
			g.line("let %s = %s", alias, v)
			v = alias
		}
		g.line(g.pick([]string{"%s.push(%s)", "%[1]s[0] = %[2]s", "%[1]s.insert(0, %[2]s)"}), v, g.path())
	case len(g.recs) > 0:
		v := g.pick(g.recs)
		g.line(g.pick([]string{"%s.path = %s", "%s.other = %s", "swap(%s, %s)", "%s.rest.push(%s)"}), v, g.path())
	}
}

func (g *generator) guard() {
	v := g.variable()
	switch g.rand.IntN(5) {
	case 0:
		g.line("if %s == %s {", v, g.pick([]string{`"/srv/a"`, `"/srv/b"`, `"/srv/a/x.log"`}))
	case 1:
		g.line("if %s.beneath(%s) {", v, g.pick([]string{`"/srv"`, `"/srv/a"`, `"/etc"`}))
	case 2:
		g.line("if name == %s {", g.pick([]string{`"web"`, `"db"`, `"x"`}))
	case 3:
		if len(g.recs) == 0 {
			return
		}
		r := g.pick(g.recs)
		g.line("if %s.path == %s {", r, g.pick([]string{`"/srv/a"`, `"/srv/b"`}))
		g.block(func() {
			if g.rand.IntN(2) == 0 {
				g.line("%s.path = %s", r, g.path())
			}
			g.line("let _ = remove(%s.path)", r)
		})
		g.line("}")
		return
	case 4:
		g.line("if !(%s == \"/srv/a\") && n > 0 {", v)
	}
	g.block(func() {
		if len(g.paths) > 0 && g.rand.IntN(3) == 0 {
			g.line("%s = %s", g.pick(g.paths), g.path())
		}
		g.some(2)()
	})
	g.line("}")
}

func (g *generator) loop() {
	if g.loops > 2 {
		g.touch()
		return
	}
	g.loops++
	defer func() { g.loops-- }()
	v := g.name("e")
	inner := v
	switch g.rand.IntN(5) {
	case 0:
		g.line("for %s in fs.list(%s) catch |e| { [] } {", v, g.path())
		inner = v + ".path"
	case 1:
		g.line("for %s in fs.find(%s, pattern: \"*.log\") catch |e| { [] } {", v, g.path())
		inner = v + ".path"
	case 2:
		g.line("for %s in [%s, %s] {", v, g.path(), g.path())
	case 3:
		if len(g.lists) == 0 {
			return
		}
		g.line("for %s in %s.copy() |> filter(|q| q != \"/srv/b\") {", v, g.pick(g.lists))
	case 4:
		g.line("let %s = 0", v)
		g.line("while %s < n {", v)
		g.block(func() {
			g.line("%s += 1", v)
			g.some(3)()
			if g.rand.IntN(3) == 0 {
				g.line("if %s == 1 { continue }", v)
				g.touch()
			}
		})
		g.line("}")
		return
	}
	g.block(func() {
		g.fixed = append(g.fixed[:len(g.fixed):len(g.fixed)], inner)
		g.some(3)()
	})
	g.line("}")
}

// touch asks the host for something.
func (g *generator) touch() {
	p := g.path()
	switch g.rand.IntN(12) {
	case 0, 1:
		g.line("let _ = fs.read(%s) catch |e| { e.message }", p)
	case 2:
		g.line("let _ = remove(%s)", p)
	case 3:
		g.line("fs.delete(%s) catch denied |e| { log.debug(e.message) } catch |e| { log.debug(e.message) }", p)
	case 4:
		g.line("let _ = fs.exists(%s) catch |e| { e.kind == \"denied\" }", p)
	case 5:
		g.line("fs.write(%s, \"x\", how: %s) catch |e| { log.debug(e.message) }", p, g.pick([]string{`"create"`, `"replace"`, `"append"`}))
	case 6:
		g.line("fs.move(%s, %s, replace: true) catch |e| { log.debug(e.message) }", p, g.path())
	case 7:
		g.line("let _ = service.restart(%s).state catch |e| { e.message }", g.pick([]string{`"web"`, "name", `"${name}-worker"`}))
	case 8:
		g.line("let _ = exec.run(%s, [\"-t\", name, \"${%s}\"], check: false).stdout catch |e| { e.message }", g.pick([]string{`"/usr/bin/true"`, p}), g.variable())
	case 9:
		g.line("let _ = walk(%s, 2)", p)
	case 10:
		g.line("for line in fs.lines(%s) catch |e| { [] } { log.debug(line) }", p)
	case 11:
		g.line("let _ = fs.read(%s)", p) // not caught: the run may end here
	}
}
