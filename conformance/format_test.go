package conformance

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rex/bytecode"
	"rex/compiler"
	"rex/lang"
)

// unformatted are the folders of scripts that are what they are on purpose: for
// the parser in every spelling, and chunks that aren't one script.
var unformatted = []string{"lang/testdata/", "compiler/testdata/check/"}

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
		file, ds := lang.Parse(name, src)
		if ds.HasErrors() {
			t.Errorf("%s has errors: %s", name, ds)
			continue
		}
		out, err := lang.Format(file)
		switch {
		case err != nil:
			t.Errorf("%s: %s", name, err)
		case bytes.Equal(out, src):
		case *update:
			if err := os.WriteFile(filepath.Join("..", name), out, 0o644); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s is in another layout; `rexc fmt -w %[1]s` rewrites it", name)
		}
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
