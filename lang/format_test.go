package lang

import (
	"go/ast"
	goparser "go/parser"
	gotoken "go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aymanbagabas/go-udiff"
)

// holdFormat holds a source against the promises of Format, if it is one that
// has a layout: there is one, it is stable, and it has the comments and the tree
// of the source.
func holdFormat(t *testing.T, src string) (formatted string, ok bool) {
	t.Helper()
	file, ds := Parse("format.rex", []byte(src))
	if ds.HasErrors() {
		return "", false
	}
	out, err := Format(file)
	if err != nil {
		t.Errorf("%v\n%s", err, src)
		return "", true
	}
	again, ds := Parse("format.rex", out)
	if ds.HasErrors() || !sameTree(file, again) || !sameComments(file, again) {
		t.Errorf("another tree or other comments\n%s\n-- is formatted\n%s", src, out)
	}
	twice, err := Format(again)
	if err != nil || string(twice) != string(out) {
		t.Errorf("not stable: %v\n%s\n%s", err, src, udiff.Unified("once", "twice", string(out), string(twice)))
	}
	return string(out), true
}

// sourcesOf reads the sources that a pattern names.
func sourcesOf(t testing.TB, patterns ...string) map[string]string {
	sources := map[string]string{}
	for _, pattern := range patterns {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s names no files: %v", pattern, err)
		}
		for _, name := range files {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			sources[name] = string(src)
		}
	}
	return sources
}

// paragraphs splits sources at their empty lines.
func paragraphs(sources map[string]string) []string {
	var all []string
	for _, src := range sources {
		all = append(all, strings.Split(src, "\n\n")...)
	}
	return all
}

// The pages of the layout: each source of testdata/format beside what becomes
// of it, which is its own layout.
func TestFormatGolden(t *testing.T) {
	for name, src := range sourcesOf(t, "testdata/format/*.rex") {
		golden := strings.TrimSuffix(name, ".rex") + ".golden"
		out, ok := holdFormat(t, src)
		if !ok {
			_, ds := Parse(name, []byte(src))
			t.Errorf("%s has errors: %v", name, ds)
			continue
		}
		if *update {
			if err := os.WriteFile(golden, []byte(out), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if out != string(want) {
			t.Errorf("%s", udiff.Unified(golden, "now", string(want), out))
		}
		if other, _ := holdFormat(t, strings.ReplaceAll(src, "\n", "\r\n")); other != out {
			t.Errorf("%s with CR LF: %s", name, udiff.Unified(golden, "now", out, other))
		}
	}
}

// Every kind of node stands in a page of the layout.
func TestFormatGoldenIsWhole(t *testing.T) {
	met := map[string]bool{}
	for name, src := range sourcesOf(t, "testdata/format/*.golden") {
		file, _ := Parse(name, []byte(src))
		meet(met, reflect.ValueOf(file.Items))
	}
	tree, err := goparser.ParseFile(gotoken.NewFileSet(), "ast.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok || strings.HasPrefix(spec.Name.Name, "Bad") || spec.Name.Name == "Base" || spec.Name.Name == "File" || spec.Name.Name == "Comment" {
			return true
		}
		if _, ok := spec.Type.(*ast.StructType); ok && !met[spec.Name.Name] && spec.Name.Name != "Span" {
			t.Errorf("no page of testdata/format has a %s", spec.Name.Name)
		}
		return true
	})
}

// meet notes the types of structs in a tree.
func meet(met map[string]bool, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			meet(met, v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			meet(met, v.Index(i))
		}
	case reflect.Struct:
		met[v.Type().Name()] = true
		for i := range v.NumField() {
			meet(met, v.Field(i))
		}
	}
}

// A comment, an empty line or the end of a statement between any two tokens of
// a source is kept, wherever the source is still right with it.
func TestFormatAnywhere(t *testing.T) {
	kept := 0
	for _, src := range paragraphs(sourcesOf(t, "testdata/good/*.rex")) {
		var ds Diagnostics
		tokens, _, _ := scan(NewSource("format.rex", []byte(src)), &ds)
		for _, tok := range tokens {
			for _, put := range []string{" // put\n", "\n// put\n", "\n\n", ";", "\n\n// put\n\n// in\n\n", " // put\n // in\n"} {
				if t.Failed() {
					return
				}
				out, ok := holdFormat(t, src[:tok.at.From]+put+src[tok.at.From:])
				if ok && strings.Contains(out, "// put\n") {
					kept++
				}
			}
		}
	}
	if kept < 1000 {
		t.Errorf("only %d of the sources with a comment put in have a layout: they show nothing", kept)
	}
}

// However long the names of a source are, and so wherever its lines break, its
// layout keeps the promises.
func TestFormatWidths(t *testing.T) {
	sources := sourcesOf(t, "testdata/good/*.rex", "../compiler/testdata/check/valid.rex", "../compiler/testdata/emit/*.rex")
	for name, src := range sources {
		for n := 0; n < 40; n += 3 {
			if _, ok := holdFormat(t, widen(src, n)); !ok && n == 0 && !strings.Contains(src, "\n---\n") {
				t.Errorf("%s has errors", name)
			}
			for _, p := range append(strings.Split(src, "\n\n"), strings.Split(src, "\n---\n")...) {
				if t.Failed() {
					return
				}
				holdFormat(t, widen(p, n))
			}
		}
	}
}

// widen makes all names of a source longer, but for words that mean something.
func widen(src string, n int) string {
	var ds Diagnostics
	tokens, _, _ := scan(NewSource("format.rex", []byte(src)), &ds)
	var out strings.Builder
	last := uint32(0)
	for _, tok := range tokens {
		word := src[tok.at.From:tok.at.To]
		if tok.kind == kName && !slices.Contains(ErrorKinds, word) && !slices.Contains([]string{"import", "param", "type", "uses", "matching", "_"}, word) {
			out.WriteString(src[last:tok.at.To] + strings.Repeat("x", n))
			last = tok.at.To
		}
	}
	return out.String() + src[last:]
}

// FuzzFormat: whatever the source, if it has no error it has a layout, which
// keeps the promises.
func FuzzFormat(f *testing.F) {
	for _, src := range sourcesOf(f, "testdata/good/*.rex", "testdata/bad/*.rex", "../compiler/testdata/*/*.rex", "../vm/testdata/bench/*.rex") {
		f.Add([]byte(src))
		for _, p := range strings.Split(src, "\n\n") {
			f.Add([]byte(p))
		}
	}
	for _, c := range Codes() {
		f.Add([]byte(c.Example))
	}
	f.Fuzz(func(t *testing.T, src []byte) { holdFormat(t, string(src)) })
}
