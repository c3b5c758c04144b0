package compiler

import (
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"rex/bytecode"
)

// Any source gives diagnostics, or a module that verifies. Behind the script
// may follow the files that it imports, each behind a line `---` and its name.
func FuzzCompile(f *testing.F) {
	files, _ := filepath.Glob("testdata/check/*.rex")
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, chunk := range strings.Split(string(src), "\n---\n") {
			f.Add([]byte(chunk))
		}
	}
	pages, _ := filepath.Glob("testdata/imports/*.txtar")
	for _, page := range pages {
		a, err := txtar.ParseFile(page)
		if err != nil {
			f.Fatal(err)
		}
		text := string(a.Files[0].Data)
		for _, file := range a.Files[1:] {
			text += "\n---\n" + file.Name + "\n" + string(file.Data)
		}
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) < 1<<16 {
			holdCompile(t, src)
		}
	})
}

func holdCompile(t *testing.T, src []byte) {
	parts := strings.Split(string(src), "\n---\n")
	imports := &files{map[string]string{}, map[string]int{}}
	for _, part := range parts[1:] {
		name, text, _ := strings.Cut(part, "\n")
		imports.texts[name] = text
	}
	m, ds := Compile("main.rex", []byte(parts[0]), imports)
	if ds.HasErrors() != (m == nil) {
		t.Fatal("a module beside errors, or neither", ds)
	}
	for _, d := range ds {
		if d.Source == nil || int(d.Span.To) > len(d.Source.Src) {
			t.Fatalf("%s is nowhere: %v", d.Code, d.Span)
		}
	}
	if err := ds.Write(io.Discard, true); err != nil {
		t.Fatal(err)
	}
	if m == nil {
		return
	}
	if _, err := bytecode.Verify(m); err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
}

// Random programs, put together of lines and pieces of right ones, are where
// types and statements meet that nobody thought of.
func TestSpliced(t *testing.T) {
	lines, pieces := corpus(t)
	r := rand.New(rand.NewPCG(1, 2))
	compiled := 0
	for range 6000 {
		src := []byte(splice(r, lines, pieces))
		m, ds := Compile("spliced.rex", src, nil)
		if ds.HasErrors() != (m == nil) {
			t.Fatalf("a module beside errors, or neither\n%s", src)
		}
		if m == nil {
			continue
		}
		compiled++
		if _, err := bytecode.Verify(m); err != nil {
			t.Fatalf("%v\n%s", err, src)
		}
	}
	if compiled < 500 {
		t.Errorf("only %d of the programs compile: they show nothing", compiled)
	}
}

// corpus gives whole chunks, and expressions to put into them.
func corpus(t *testing.T) (chunks []string, pieces []string) {
	src, err := os.ReadFile("testdata/check/valid.rex")
	if err != nil {
		t.Fatal(err)
	}
	chunks = strings.Split(string(src), "\n---\n")
	pieces = []string{
		"nil", "1", "2.5", `"x"`, `"/a/b"`, "[]", "{}", "[1]", `["a", "b"]`, "{ a: 1 }", "true", "5m", "10MB", "0..3", "fail(\"no\")",
		"return 1", "|x| x", "|x| { return x }", "json.parse(\"1\")", "time.now()", "fs.lines(\"/a\")", "fs.list(\"/a\")", "xs", "x", "n", "e",
		"if x == nil { 1 } else { 2 }", "try { 1 } catch |q| { 2 }", "xs.map(|y| y)", "x ?? 1", "x!", "x as int", "[nil, 1]", "print(1)",
		"match x { nil => 1, _ => 2 }", "(1 catch 2)", "continue", "break", "re\"a\"", "\"${x}\"", "xs[0]", "m[\"a\"]", "r.n", "r", "f", "f(1)",
		"{ let b = 1; b }", "defer print(1)", "xs.first()", "xs.len()", "|a, b| a", "\"https://a.example/b\"", "u / \"a\"", "dir / \"${x}/b\"", "e.a", "e[0]", "(|z: int| z)(1)", "s?.len()",
		"{ a: 1, b: \"x\" }.b", "xs[0..1]", "xs.sum()", "m.keys()", "1 as int", "fail(\"x\", a: 1)", "assert(true)", "[fail(\"no\")]",
		"{ a: fail(\"no\") }", "fail(\"no\").a", "if true { return } else { 1 }", "r.with(n: 2)", "xs.copy()", "path(\"/a\")", "int(\"1\")",
		"fs.lines(\"/a\").map(|l| l).collect()", "xs.flat_map(|y| [y])", "xs.filter_map(|y| nil)", "xs.reduce(nil, |a, y| y)", "fs.find(\"/a\").sort_by(|e| e.size)", "p / \"a\"", "p",
	}
	return chunks, pieces
}

// splice joins one or two chunks and replaces some operands by others.
func splice(r *rand.Rand, chunks, pieces []string) string {
	src := chunks[r.IntN(len(chunks))]
	if r.IntN(3) == 0 {
		src += "\n" + chunks[r.IntN(len(chunks))]
	}
	for range r.IntN(3) {
		at := operands(src)
		if len(at) == 0 {
			break
		}
		o := at[r.IntN(len(at))]
		src = src[:o[0]] + pieces[r.IntN(len(pieces))] + src[o[1]:]
	}
	return src
}

// operands finds names and numbers, which are mostly operands.
func operands(src string) [][2]int {
	var out [][2]int
	for i := 0; i < len(src); {
		j := i
		for j < len(src) && wordByte(src[j]) {
			j++
		}
		if j > i {
			out = append(out, [2]int{i, j})
			i = j
		} else {
			i++
		}
	}
	return out
}
