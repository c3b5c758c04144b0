package lang

import (
	"slices"
	"strings"
	"testing"
)

// boundSources are sources just beyond each bound.
var boundSources = map[string]string{
	"E0130": strings.Repeat("x\n", MaxSource/2) + "x",
	"E0131": strings.Repeat("a;", MaxTokens/2) + "a",
	"E0132": strings.Repeat("(", MaxBrackets+1) + "1" + strings.Repeat(")", MaxBrackets+1),
	"E0133": `let x = "` + strings.Repeat("a", MaxLiteral) + `"`,
	"E0134": strings.Repeat("!", MaxExprDepth+1) + "true",
	"E0135": "1" + strings.Repeat(" + 1", MaxChain+1),
	"E0136": "f(" + strings.Repeat("1, ", MaxParams+1) + ")",
	"E0137": "let x: " + strings.Repeat("list[", MaxTypeDepth+1) + "int" + strings.Repeat("]", MaxTypeDepth+1) + " = []",
	"E0138": `let x = re"` + strings.Repeat("a", MaxRegex) + `"`,
}

func TestBounds(t *testing.T) {
	for code, src := range boundSources {
		_, ds := Parse("bound.rex", []byte(src))
		if got := codesOf(ds); !slices.Equal(got, []string{code}) {
			t.Errorf("%s: got %v", code, got)
		}
	}
}

// What is just within the bounds is accepted.
func TestWithinBounds(t *testing.T) {
	n := MaxBrackets - 1
	for name, src := range map[string]string{
		"parens":   strings.Repeat("(", n) + "1" + strings.Repeat(")", n),
		"lists":    strings.Repeat("[", n) + "1" + strings.Repeat("]", n),
		"blocks":   strings.Repeat("if a { ", n) + "b" + strings.Repeat(" }", n),
		"chain":    "1" + strings.Repeat(" + 1", MaxChain-1),
		"suffixes": "a" + strings.Repeat(".b", MaxChain-1),
		"else if":  "if a { b }" + strings.Repeat(" else if c { d }", MaxChain-1),
		"literal":  `let x = "` + strings.Repeat("a", MaxLiteral-2) + `"`,
		"elements": "let x = [" + strings.Repeat("1, ", MaxElements) + "]",
	} {
		if _, ds := Parse("bound.rex", []byte(src)); len(ds) > 0 {
			t.Errorf("%s: %v", name, ds[0].String())
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
