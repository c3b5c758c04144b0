package compiler

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rex/lang"
)

// holdMend holds what is promised of fixes to any source: every edit lies in
// the text, mending never makes matters worse, says what it did, leaves a
// source without errors as it is, and finds nothing more when it is done.
func holdMend(t *testing.T, src []byte) {
	t.Helper()
	before := diagnoseAlone(src)
	for _, d := range before {
		for _, f := range d.Fixes {
			holdFix(t, d, f, src)
		}
	}
	m := Mend("main.rex", src, nil)
	switch {
	case worse(before, m.Left):
		t.Fatalf("worse than before:\n%s\n%s\nwas\n%s\n%s", m.Src, m.Left.Error(), src, before.Error())
	case !before.HasErrors() && !bytes.Equal(m.Src, src):
		t.Fatalf("a source without errors is changed:\n%s\nto\n%s", src, m.Src)
	case (len(m.Applied) > 0) == bytes.Equal(m.Src, src):
		t.Fatalf("%d fixes change\n%s\nto\n%s", len(m.Applied), src, m.Src)
	}
	if again := Mend("main.rex", m.Src, nil); !bytes.Equal(again.Src, m.Src) && len(m.Applied) < maxMendRounds {
		t.Fatalf("mending again changes\n%s\nto\n%s\nwas\n%s", m.Src, again.Src, src)
	}
}

func diagnoseAlone(src []byte) lang.Diagnostics {
	_, ds := Compile("main.rex", src, nil)
	return ds
}

func holdFix(t *testing.T, d lang.Diagnostic, f lang.Fix, src []byte) {
	t.Helper()
	if f.Text == "" || len(f.Edits) == 0 {
		t.Fatalf("an empty fix of %s", d.String())
	}
	for i, e := range f.Edits {
		if e.Span.From > e.Span.To || int(e.Span.To) > len(src) {
			t.Fatalf("%s: the edit %v lies outside of %d bytes\n%s", d.String(), e.Span, len(src), src)
		}
		for _, other := range f.Edits[:i] {
			if e.Span.From < other.Span.To && other.Span.From < e.Span.To {
				t.Fatalf("%s: edits overlap\n%s", d.String(), src)
			}
		}
	}
	d.Source.Apply(f)
}

// foreignPieces are put into good programs.
var foreignPieces = []string{
	"def", "var", "elif", "unless", "switch", "case", "default:", "foreach", "for (;;)", "for (i = 0; i < 3; i++) {", "for i := range", "do {",
	"i++", "None", "null", "True", "===", "<>", "and", "or", "not", "in", "not in", "&", "^", "<<", "**", "|", "'a'", "`a ${x}`", "f\"{x}\"", "\"%s\" % x",
	"/a/", "x => x", "(a, b) => a", "lambda x: x", "fn(x) { x }", "function(x) {", "throw", "raise Error(\"a\")", "exit(1)", "sys.exit()", "catch (e) {",
	"catch e {", "except E as e {", "finally {", "?", "?.", "println(x)", "print(x, 1)", "console.log(x)", "# a", "/* a */", "f(x = 1)", "{...x, a: 1}",
	"[...x]", "{[x]: 1}", "#{", "xs[1:2]", "xs[:1]", "xs[-1]", "xs[..-1]", ".length", ".size()", ".append(1)", ".strip()", "str(x)", "parseInt(x)",
	"json.loads(x)", "import os", "from a import b", "use a", "require(\"a\")", "await", "new A()", "A {a: 1}", "struct A { a: int }", "enum A { a, b }",
	"list<int>", "int[]", "?int", "int | nil", "Vec<int>", "0640", "1.", ".5", "5min", "1h30", "10mb", "kB", "let else", "return", "}", "{", "(", ")", "[", "]",
	"\"", "\\", "${", ";", ",", ":", "=>", "->", "if", "else", "match", "try", "let", "fn", "é", "\x00", "\u202e", "\n", "  ", "//", "pass", "range(1, 2)", "assert x, \"a\"",
}

func mendCorpus(t testing.TB) []string {
	var out []string
	for _, pattern := range []string{"testdata/check/valid.rex", "testdata/check/foreign.rex", "testdata/planted/*.rex", "../conformance/testdata/mends/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal("no files", pattern, err)
		}
		for _, name := range files {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for chunk := range strings.SplitSeq(strings.ReplaceAll(string(src), "\n-- ", "\n---\n-- "), "\n---\n") {
				if _, rest, ok := strings.Cut(chunk, " --\n"); ok && strings.HasPrefix(chunk, "-- ") {
					chunk = rest
				}
				out = append(out, chunk+"\n")
			}
		}
	}
	return out
}

// mutate puts pieces into a program, takes some out, doubles or swaps some.
func mutate(r *rand.Rand, src string, pieces []string) string {
	for range 1 + r.IntN(3) {
		at := operands(src)
		if len(at) < 2 {
			return src
		}
		a, b := at[r.IntN(len(at))], at[r.IntN(len(at))]
		switch piece := pieces[r.IntN(len(pieces))]; r.IntN(6) {
		case 0:
			src = src[:a[0]] + src[a[1]:]
		case 1:
			src = src[:a[0]] + piece + src[a[1]:]
		case 2:
			src = src[:a[0]] + piece + " " + src[a[0]:]
		case 3:
			src = src[:a[1]] + " " + piece + src[a[1]:]
		case 4:
			src = src[:a[0]] + src[b[0]:b[1]] + src[a[1]:]
		case 5:
			i := r.IntN(len(src))
			src = src[:i] + src[min(i+1+r.IntN(4), len(src)):]
		}
	}
	return src
}

// Good programs with pieces of other languages and holes in them are what
// people really hand in.
func TestMendMutants(t *testing.T) {
	corpus := mendCorpus(t)
	r := rand.New(rand.NewPCG(3, 4))
	applied := 0
	rounds := 2500
	if testing.Short() {
		rounds = 250
	}
	for range rounds {
		src := []byte(mutate(r, corpus[r.IntN(len(corpus))], foreignPieces))
		holdMend(t, src)
		if ds := diagnoseAlone(src); len(ds.SafeFixes(mainSource(ds, src))) > 0 {
			applied++
		}
	}
	if applied < rounds/5 {
		t.Errorf("only %d of the programs have safe fixes: they show little", applied)
	}
}

// The same for whatever a fuzzer finds.
func FuzzMend(f *testing.F) {
	for _, src := range mendCorpus(f) {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) < 1<<14 {
			holdMend(t, src)
		}
	})
}
