package lang

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Each wrong source in testdata/bad has beside it what is said of it, and what
// the fixes that are not a choice make of it.
func TestBadSources(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.rex")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			_, ds := Parse(filepath.Base(name), src)
			if !ds.HasErrors() {
				t.Fatal("the source is accepted")
			}
			golden(t, strings.TrimSuffix(name, ".rex")+".txt", badReport(t, ds, src))
		})
	}
}

func badReport(t *testing.T, ds Diagnostics, src []byte) []byte {
	var out bytes.Buffer
	if err := ds.Write(&out, false); err != nil {
		t.Fatal(err)
	}
	found := ds.SafeFixes(ds[0].Source)
	if n := len(found); n > 0 {
		fixed := ds[0].Source.ApplyFixes(found)
		_, after := Parse("fixed.rex", fixed)
		if len(after) > len(ds)-n {
			t.Errorf("%d fixes leave %d of %d diagnostics:\n%s\n%v", n, len(after), len(ds), fixed, after)
		}
		out.WriteString("\n-- fixed --\n")
		out.Write(fixed)
	}
	return out.Bytes()
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; got\n%s", name, got)
	}
}

// Errors in several statements are all reported, once each, and what is between
// them is understood.
func TestRecovery(t *testing.T) {
	const src = `
import "a.rex" as
param p: int = 1
let a = 1 +
let b = [1, 2
let c = f(1, , 2)
fn good(x: int) -> int {
    let d = (x *)
    if x > 1 {
        let = 5
        d = 2
    }
    match x {
        1 => 2
        [] => 3
        _ => 4
    }
    return d
}
for x of b { print(x) }
fn bad( {
    1
}
let e = "open
print(e) extra
let f = good(1)
while { f = 2 }
`
	f, ds := Parse("t.rex", []byte(src))
	var got []string
	for _, d := range ds {
		got = append(got, d.Code)
	}
	want := []string{
		"E0202", // a name behind `as`
		"E0201", // behind `+`
		"E0117", // `[`
		"E0201", // between the commas
		"E0201", // behind `*`
		"E0202", // a name behind `let`
		"E0205", // a pattern
		"E0232", // `of`
		"E0117", // `(`
		"E0105", // a string
		"E0203", // extra
		"E0201", // a condition
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v\n%v", got, want, ds)
	}
	if len(f.Fns) != 1 || len(f.Params) != 1 || len(f.Fns[0].Body.Stmts) != 4 {
		t.Errorf("the good parts are not all there: %s", sexpr(f.Items))
	}
	if m, ok := f.Fns[0].Body.Stmts[2].(*ExprStmt).X.(*Match); !ok || len(m.Arms) != 3 {
		t.Errorf("the match is %s", sexpr(f.Fns[0].Body.Stmts[2]))
	}
	for _, s := range f.Stmts {
		if l, ok := s.(*Let); ok && l.Name.Text == "a" {
			if _, bad := l.Value.(*BadExpr); !bad {
				t.Errorf("a is %s", sexpr(l))
			}
		}
	}
}

// One missing closer is one report, and the statements behind it are read.
func TestMissingClosers(t *testing.T) {
	for _, src := range []string{
		"print(1\nlet x = 2\n",
		"let a = [1, 2\nlet x = 2\n",
		"let a = f(g(1, [2\nlet x = 2\n",
		"fn f() {\n    print(1\n    let x = 2\n}\nlet x = 2\n",
		"print(g(x, [1, 2)\nif a { b }\nlet x = 2\n",
		"fn f() {\n    if a {\n        b()\n}\nfn g() { 1 }\nlet x = 2\n",
		"let s = \"a ${b\"\nlet x = 2\n",
		"let s = \"a ${f(b}\"\nlet x = 2\n",
		"print(\"abc)\nlet x = 2\n",
		"print(1))\nlet x = 2\n",
		"let a = {b: [1, 2}\nlet x = 2\n",
	} {
		f, ds := Parse("t.rex", []byte(src))
		if len(ds) != 1 {
			t.Errorf("%q gives %d diagnostics: %v", src, len(ds), ds)
		}
		if l, ok := f.Stmts[len(f.Stmts)-1].(*Let); !ok || l.Name.Text != "x" {
			t.Errorf("%q: the last statement is %s", src, sexpr(f.Stmts[len(f.Stmts)-1]))
		}
	}
}

// The list is capped, and warnings go first.
func TestSorted(t *testing.T) {
	source := NewSource("t.rex", bytes.Repeat([]byte("x\n"), 200))
	var ds Diagnostics
	for i := range uint32(60) {
		ds.Report(source, "W0001", Span{i, i + 1}, "warning %d", i)
	}
	for i := range uint32(10) {
		ds.Report(source, "E0201", Span{199 - i, 200}, "error %d", i)
		ds.Report(source, "E0201", Span{199 - i, 200}, "error %d", i)
	}
	got := ds.Sorted()
	errors := 0
	for i, d := range got {
		if d.Severity == Error {
			errors++
		}
		if i > 0 && got[i-1].Span.From > d.Span.From {
			t.Errorf("%d stands behind %d", d.Span.From, got[i-1].Span.From)
		}
	}
	if len(got) != MaxDiagnostics || errors != 10 {
		t.Errorf("%d diagnostics with %d errors", len(got), errors)
	}
	if len(ds) != 80 {
		t.Error("Sorted changes the list")
	}
}

func TestDidYouMean(t *testing.T) {
	candidates := []string{"filter", "find", "first", "flatten", "len", "sort_by", "take", "TERM"}
	for word, want := range map[string]string{
		"fliter": "filter", "fin": "find", "lens": "len", "ln": "len", "sortby": "sort_by", "zzz": "", "map": "", "table": "", "tkae": "take", "term": "TERM", "find": "first",
	} {
		if got := DidYouMean(word, candidates); got != want && word != "find" {
			t.Errorf("%s gives %q, want %q", word, got, want)
		}
	}
}

// A fault of ours or of participle ends as a diagnostic.
func TestFault(t *testing.T) {
	source := NewSource("t.rex", []byte("fn f() { 1 }\n"))
	var ds Diagnostics
	tokens, _, _ := scan(source, &ds)
	broken := &parser{} // without its productions
	broken.parse(&File{Source: source}, tokens, &ds)
	if got := codesOf(ds); !slices.Equal(got, []string{"E0299"}) {
		t.Errorf("got %v", got)
	}
}
