package main

import (
	"strconv"
	"strings"

	"rex/lang"
)

type source struct {
	name string
	src  []byte
}

// hostileSources are sources as large as one may be, or just as many tokens,
// each made to be slow: bounds let some through to the checker, which then has
// the most of one thing that it can have. lang/bounds_test.go holds the parser
// to many more, and to how much it says of them.
func hostileSources() []source {
	bytes := func(s string) string { return strings.Repeat(s, lang.MaxSource/len(s)) }
	tokens := func(s string, each int) string { return strings.Repeat(s, (lang.MaxTokens-1000)/each) }
	var out []source
	for _, h := range []struct{ name, src string }{
		{"open brackets", bytes("(")},
		{"closers", bytes(")")},
		{"holes", bytes(`"${`)},
		{"quotes", bytes(`"`)},
		{"newlines", bytes("\n")},
		{"docs", bytes("///\n")},
		{"digits", bytes("1")},
		{"blocks", tokens("if a {", 3)},
		{"wrong", tokens("let = \n", 3)},
		{"unknown names", tokens("a;", 2)},
		{"calls of nothing", tokens("a(a);", 5)},
		{"assignments", "let a = 1\n" + tokens("a = 2\n", 4)},
		{"variables", numbered("let aNNN = 1\n", (lang.MaxTokens-1000)/5)},
		{"functions", numbered("fn fNNN() { 1 }\n", (lang.MaxTokens-1000)/8)},
		{"chain of fns", numbered("fn fNNN() { fNNM() }\n", (lang.MaxTokens-1000)/10)},
		{"constants", numbered("const kNNN = kNNM\n", (lang.MaxTokens-1000)/5)},
		{"types", numbered("type TNNN = { a: TNNM }\n", (lang.MaxTokens-1000)/9)},
		{"lists in lists", tokens("["+strings.Repeat("1,", 9000)+"]\n", 18003)},
		{"arms", "let a = 1\nmatch a {" + numbered("NNN => 1\n", (lang.MaxTokens-1000)/4) + "}"},
		{"many misses", numbered("let aNNN = 1\n", 15_000) + numbered("bNNN(1)\n", 18_000)},
		{"long names", "let " + strings.Repeat("a", 500_000) + " = 1\n" + strings.Repeat("a", 500_001)},
		{"closures", tokens("let _ = |a| |b| |c| a\n", 14)},
	} {
		out = append(out, source{h.name, []byte(h.src)})
	}
	return out
}

// numbered repeats a text; NNN in it is its number and NNM the next.
func numbered(text string, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.NewReplacer("NNN", strconv.Itoa(i), "NNM", strconv.Itoa(i+1)).Replace(text))
	}
	return b.String()
}
