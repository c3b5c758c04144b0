package conformance

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"rex/bytecode"
	"rex/compiler"
	"rex/lang"
)

// unformatted are the folders of scripts that are what they are on purpose: for
// the parser in every spelling, chunks that aren't one script, and planted errors.
var unformatted = []string{"lang/testdata/", "compiler/testdata/check/", "compiler/testdata/planted/"}

// scripts reads every script of the repository, by its name.
func scripts(t testing.TB) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && d.Name() != ".." {
			return filepath.SkipDir
		}
		if filepath.Ext(name) != ".rex" {
			return nil
		}
		found[filepath.ToSlash(name[len("../"):])], err = os.ReadFile(name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// The scripts of the repository are in Rex's one layout; -update rewrites them.
func TestScriptsAreFormatted(t *testing.T) {
	for name, src := range scripts(t) {
		if slices.ContainsFunc(unformatted, func(dir string) bool { return strings.HasPrefix(name, dir) }) {
			continue
		}
		out, ok := formatted(t, name, src)
		if !ok {
			t.Errorf("%s has errors", name)
		}
		rewrite(t, filepath.Join("..", name), src, out)
	}
}

// pagesUnformatted are the pages that show a layout.
var pagesUnformatted = []string{"testdata/commands/fmt.txtar", "testdata/language/tree_shapes.txtar"}

// So are the scripts of the pages, but for those that show what is wrong with
// them or how they may be laid out.
func TestPagesAreFormatted(t *testing.T) {
	for _, dir := range pageFolders(t) {
		pages, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range pages {
			if !slices.Contains(pagesUnformatted, filepath.ToSlash(name)) {
				formatPage(t, name)
			}
		}
	}
}

func formatPage(t *testing.T, name string) {
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	page := txtar.Parse(text)
	for i, f := range page.Files {
		if out, ok := formatted(t, name, f.Data); ok && filepath.Ext(f.Name) == ".rex" {
			page.Files[i].Data = out
		}
	}
	rewrite(t, name, text, txtar.Format(page))
}

// formatted lays a script out, if it has no errors.
func formatted(t *testing.T, name string, src []byte) (out []byte, ok bool) {
	file, ds := lang.Parse(name, src)
	if ds.HasErrors() {
		return src, false
	}
	out, err := lang.Format(file)
	if err != nil {
		t.Fatalf("%s: %s", name, err)
	}
	return out, true
}

// rewrite holds a file to what it should be, or makes it so.
func rewrite(t *testing.T, name string, is, should []byte) {
	switch {
	case bytes.Equal(is, should):
	case *update:
		if err := os.WriteFile(name, should, 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s: a script is in another layout; `go test ./conformance -run Formatted -update` rewrites it", name)
	}
}

// A formatted script is the same program: its module differs in positions only,
// and what is wrong with it stays wrong.
func TestFormatKeepsTheProgram(t *testing.T) {
	for _, src := range scripts(t) {
		keepsProgram(t, src)
	}
	n := uint64(200)
	if testing.Short() {
		n = 30
	}
	for seed := range n {
		keepsProgram(t, []byte(randomScript(seed)))
	}
}

func FuzzFormatKeepsTheProgram(f *testing.F) {
	for _, src := range scripts(f) {
		for _, chunk := range bytes.Split(src, []byte("\n---\n")) {
			f.Add(chunk)
		}
	}
	for seed := range uint64(20) {
		f.Add([]byte(randomScript(seed)))
	}
	f.Fuzz(keepsProgram)
}

func keepsProgram(t *testing.T, src []byte) {
	file, ds := lang.Parse("format.rex", src)
	if ds.HasErrors() {
		return
	}
	out, err := lang.Format(file)
	if err != nil {
		t.Fatalf("%s\n%s", err, src)
	}
	before, was := compiler.Compile("format.rex", src, nil)
	after, is := compiler.Compile("format.rex", out, nil)
	if !slices.Equal(errorCodes(was), errorCodes(is)) {
		t.Fatalf("the errors are %v, and formatted %v\n%s\n-- is formatted\n%s", was, is, src, out)
	}
	if before != nil && !bytes.Equal(placeless(before), placeless(after)) {
		t.Fatalf("another module\n%s\n-- is formatted\n%s", src, out)
	}
}

func errorCodes(ds lang.Diagnostics) []string {
	var codes []string
	for _, d := range ds {
		if d.Severity == lang.Error {
			codes = append(codes, d.Code)
		}
	}
	slices.Sort(codes)
	return codes
}

// placeless encodes a module without what it knows of its source.
func placeless(m *bytecode.Module) []byte {
	m.Source = bytecode.Source{}
	for i := range m.Funcs {
		m.Funcs[i].Lines = nil
	}
	return m.Encode()
}
