package lang

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// bounds are the bounds of a source, each with sources that are of a size: of
// the largest it is accepted, one larger it gives the code and nothing else.
var bounds = []struct {
	name string
	code string
	most int
	make func(n int) string
}{
	{"source", "E0130", MaxSource, func(n int) string { return "//" + strings.Repeat("a", n-2) }},
	{"tokens", "E0131", MaxTokens, func(n int) string { return strings.Repeat("a;", n/2) + strings.Repeat("a", n%2) }},
	{"brackets", "E0132", MaxBrackets, func(n int) string { return nested("[", "", "]", n) }},
	{"brackets and holes", "E0132", MaxBrackets, func(n int) string { return nested(`"${`, "[]", `}"`, n-1) }},
	{"string", "E0133", MaxLiteral, func(n int) string { return `let x = "` + strings.Repeat("a", n-2) + `"` }},
	{"raw string", "E0133", MaxLiteral, func(n int) string { return `let x = r"` + strings.Repeat("a", n-3) + `"` }},
	{"text block", "E0133", MaxLiteral, func(n int) string { return "let x = \"\"\"\n" + strings.Repeat("a", n-7) + "\"\"\"" }},
	{"number", "E0133", MaxLiteral, func(n int) string { return "let x = 0x" + strings.Repeat("0", n-2) }},
	{"prefixes", "E0134", MaxExprDepth, func(n int) string { return strings.Repeat("!", n) + "true" }},
	{"blocks", "E0134", MaxExprDepth - 1, func(n int) string { return nested("if a { ", "b", " }", n) }},
	{"closures", "E0134", MaxExprDepth - 1, func(n int) string { return "let f = " + strings.Repeat("|a| ", n) + "1" }},
	{"operators", "E0135", MaxChain, func(n int) string { return "1" + strings.Repeat(" + 1", n) }},
	{"suffixes", "E0135", MaxChain, func(n int) string { return "a" + strings.Repeat(".b", n) }},
	{"handlers", "E0135", MaxChain, func(n int) string { return "a()" + strings.Repeat(" catch b", n) }},
	{"else if", "E0135", MaxChain, func(n int) string { return "if a { b }" + strings.Repeat(" else if c { d }", n) }},
	{"alternatives", "E0135", MaxChain, func(n int) string { return "match a { 1" + strings.Repeat(" | 1", n-1) + " => b }" }},
	{"arguments", "E0136", MaxParams, func(n int) string { return "f(" + listOf(n, "1") + ")" }},
	{"parameters", "E0136", MaxParams, func(n int) string { return "fn f(" + listOf(n, "a#: int") + ") { }" }},
	{"closure parameters", "E0136", MaxParams, func(n int) string { return "let f = |" + listOf(n, "a#") + "| 1" }},
	{"params", "E0136", MaxParams, func(n int) string { return strings.ReplaceAll(listOf(n, "param a#: int"), ", ", "\n") }},
	{"fields of a type", "E0136", MaxFields, func(n int) string { return "type R = { " + listOf(n, "a#: int") + " }" }},
	{"fields of a pattern", "E0136", MaxFields, func(n int) string { return "match a { { " + listOf(n, "a#") + " } => b }" }},
	{"elements", "E0136", MaxElements, func(n int) string { return "let x = [" + listOf(n, "1") + "]" }},
	{"entries", "E0136", MaxElements, func(n int) string { return "let x = { " + listOf(n, "a#: 1") + " }" }},
	{"types", "E0137", MaxTypeDepth, func(n int) string { return "let x: " + nested("list[", "int", "]", n-1) + " = []" }},
	{"regex", "E0138", MaxRegex, func(n int) string { return `let x = re"` + strings.Repeat("a", n-4) + `"` }},
}

func nested(open, in, shut string, n int) string {
	return strings.Repeat(open, n) + in + strings.Repeat(shut, n)
}

// listOf is n times a text with commas between; # is the number.
func listOf(n int, text string) string {
	var all []string
	for i := range n {
		all = append(all, strings.ReplaceAll(text, "#", strconv.Itoa(i)))
	}
	return strings.Join(all, ", ")
}

// boundSources are sources just beyond each bound.
var boundSources = func() map[string]string {
	m := map[string]string{}
	for _, b := range bounds {
		m[b.code] = b.make(b.most + 1)
	}
	return m
}()

// At a bound a source is accepted, one beyond it says which bound that is.
func TestBounds(t *testing.T) {
	for _, b := range bounds {
		if _, ds := Parse("bound.rex", []byte(b.make(b.most))); len(ds) > 0 {
			t.Errorf("%s: %d are refused: %s", b.name, b.most, ds[0])
		}
		_, ds := Parse("bound.rex", []byte(b.make(b.most+1)))
		if got := codesOf(ds); !slices.Equal(got, []string{b.code}) {
			t.Errorf("%s: %d give %v, want %s", b.name, b.most+1, got, b.code)
		}
	}
}

// Nothing makes the parser slow or overflows its stack, however deep or long.
func TestHostileSources(t *testing.T) {
	// Once over the bounds on bytes and tokens, and once within them.
	for _, many := range []int{1_000_000, 190_000} {
		for name, src := range hostileSources(many) {
			_, ds := Parse("hostile.rex", []byte(src))
			if len(ds) > MaxDiagnostics {
				t.Errorf("%s gives %d diagnostics", name, len(ds))
			}
		}
	}
}

func hostileSources(many int) map[string]string {
	repeat := func(s string) string { return strings.Repeat(s, many/len(s)) }
	return map[string]string{
		"parens":       repeat("("),
		"brackets":     repeat("["),
		"braces":       repeat("{"),
		"data":         repeat("{a:"),
		"closers":      repeat(")"),
		"prefixes":     repeat("!"),
		"minuses":      repeat("- "),
		"holes":        repeat(`"${`),
		"closures":     repeat("|a|"),
		"blocks":       repeat("if a {"),
		"else if":      "if a {}" + repeat(" else if a {}"),
		"members":      "a" + repeat(".a"),
		"catches":      "a" + repeat(" catch a"),
		"coalesce":     "a" + repeat("??a"),
		"types":        "let x: " + repeat("list["),
		"fn types":     "let x: " + repeat("fn()->"),
		"words":        `let x: "a"` + repeat(`|"a"`),
		"patterns":     "match a {" + repeat("{a:"),
		"commas":       "f(" + repeat("a "),
		"arms":         "match a {" + repeat("1 "),
		"errors":       repeat("let = \n"),
		"nested bad":   strings.Repeat("if a {\n", 200) + repeat("let = \n"),
		"foreign":      repeat("x in "),
		"not":          repeat("not "),
		"await":        repeat("await "),
		"c for":        repeat("for ("),
		"counting for": repeat("for (i = 0; i < n; i++) {"),
		"go for":       repeat("for i := 0; i < n; i++ {"),
		"do":           repeat("do {"),
		"do while":     repeat("do { a } while b\n"),
		"function":     repeat("function("),
		"functions":    repeat("if a { fn f() {"),
		"arrows":       "let f = " + repeat("a => "),
		"lambdas":      repeat("lambda a: "),
		"spreads":      repeat("{...a, b: "),
		"list spreads": repeat("[...a, "),
		"keys":         repeat("{[a]: "),
		"powers":       repeat("a ** "),
		"bits":         repeat("a << "),
		"verbs":        repeat(`"%s" % (`),
		"cases":        repeat("switch a { case 1: "),
		"named":        repeat("A {a: "),
		"tries":        repeat("try "),
		"regexes":      repeat("/a/ "),
		"f-strings":    repeat("f'{a}' "),
		"imports":      repeat("import a\n"),
		"generics":     "let x: " + repeat("list<"),
		"block bars":   repeat("{ |a| "),
		"enums":        repeat("enum A { a, "),
		"ternary":      repeat("a ? a : "),
		"lambda words": repeat("(a, a, "),
		"quotes":       repeat(`"`),
		"single":       repeat("'"),
		"newlines":     repeat("\n"),
		"digits":       repeat("1"),
		"underscores":  "1" + repeat("_"),
		"point":        "1." + repeat("1") + "s",
		"escapes":      `"` + repeat(`\u`) + `"`,
		"block indent": `"""` + "\n" + repeat(" \n") + `"""`,
		"comments":     repeat("/**/"),
		"docs":         repeat("///\n"),
		"question":     "a" + repeat("?"),
		"slices":       "a" + repeat("[1:"),
		"text holes":   `"""` + "\n" + repeat("${a}\n") + `"""`,
		"raw":          repeat(`r""`),
		"fn values":    repeat("fn(a a a "),
		"fn value":     "fn(" + repeat("a "),
		"closing":      repeat("()"),
		"strings":      repeat(`"" `),
	}
}
