package conformance

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms is the drawing of the house: each package and what it may import of
// ours. docs/architecture.md shows the same as a picture.
var rooms = map[string][]string{
	"capability":    nil,
	"lang":          nil,
	"library":       {"capability"},
	"bytecode":      {"capability", "library"},
	"policy":        {"capability"},
	"compiler":      {"lang", "library", "bytecode", "capability"},
	"preflight":     {"bytecode", "library", "policy", "capability"},
	"vm":            {"bytecode", "library", "policy", "capability"},
	"host":          {"policy", "capability", "host/hosttest"}, // the last in tests only
	"host/hosttest": nil,
	"docs":          nil,

	"cmd/console":           {"capability", "bytecode", "preflight", "policy", "library"},
	"cmd/rexc":              {"cmd/rexc/command"},
	"cmd/rexc/command":      {"cmd/console", "docs", "lang", "compiler", "bytecode", "library", "preflight", "policy", "capability"},
	"cmd/rexvm":             {"cmd/rexvm/command"},
	"cmd/rexvm/command":     {"cmd/console", "vm", "host", "bytecode", "library", "preflight", "policy", "capability"},
	"conformance/reference": {"compiler", "lang", "library", "capability", "bytecode", "policy", "vm"}, // the last three in tests only
	"conformance":           {"cmd/console", "cmd/rexc/command", "cmd/rexvm/command", "capability", "bytecode", "compiler", "lang", "library", "policy", "preflight", "vm", "host", "host/hosttest"},
}

// touching are the packages of the standard library and beside it that reach
// the machine; only host and the commands may use them. Tests may use the
// ones in testing, to make files and servers.
var (
	touching = []string{"os", "net", "syscall", "golang.org/x/sys", "io/ioutil", "path/filepath", "plugin", "runtime/cgo"}
	pure     = []string{"net/netip", "net/url"} // names only
	outside  = []string{"host", "cmd", "conformance"}
)

// unsafeFiles lists where unsafe is used: the loop, with its measured gain
// written beside it, and a test that answers system calls in the kernel's place,
// for which there is no other way.
var unsafeFiles = []string{"vm/run.go", "host/inject_linux_test.go"}

func TestImportsFollowTheDrawing(t *testing.T) {
	seen := map[string]bool{}
	for file, imports := range sources(t) {
		room := filepath.ToSlash(filepath.Dir(file))
		if strings.Contains(room, "testdata") || strings.HasPrefix(room, "internal/") {
			continue
		}
		allowed, known := rooms[room]
		if !known {
			t.Errorf("%s: the drawing has no room %q", file, room)
			continue
		}
		seen[room] = true
		test := strings.HasSuffix(file, "_test.go")
		for _, path := range imports {
			checkImport(t, file, room, path, allowed, test)
		}
	}
	for room := range rooms {
		if !seen[room] {
			t.Errorf("the drawing has a room %q that holds no file", room)
		}
	}
}

func checkImport(t *testing.T, file, room, path string, allowed []string, test bool) {
	t.Helper()
	if own, ok := strings.CutPrefix(path, "rex/"); ok {
		if own != room && !slices.Contains(allowed, own) {
			t.Errorf("%s: %s may not import %s", file, room, own)
		}
		return
	}
	switch {
	case path == "unsafe":
		if !slices.Contains(unsafeFiles, file) {
			t.Errorf("%s: unsafe is for %v only", file, unsafeFiles)
		}
	case path == "plugin" || path == "C":
		t.Errorf("%s: %s is used nowhere", file, path)
	case !test && reachesMachine(path) && !inside(room, outside):
		t.Errorf("%s: %s reaches the machine; only %v may", file, path, outside)
	}
}

func reachesMachine(path string) bool { return inside(path, touching) && !slices.Contains(pure, path) }

func inside(path string, roots []string) bool {
	for _, r := range roots {
		if path == r || strings.HasPrefix(path, r+"/") {
			return true
		}
	}
	return false
}

// sources reads the imports of every Go file, and refuses go:linkname on the
// way. The files are parsed here and not asked of `go list`, whose answers the
// test cache doesn't see change.
func sources(t *testing.T) map[string][]string {
	t.Helper()
	root := ".."
	out := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".." || d.Name() == "testdata" || d.Name() == "bin") {
			return filepath.SkipDir
		}
		// A module within the module is no part of the house: it may link what it likes.
		if d.IsDir() && path != root {
			if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil {
				return filepath.SkipDir
			}
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		rel = filepath.ToSlash(rel)
		imports := []string{}
		for _, s := range f.Imports {
			p, _ := strconv.Unquote(s.Path.Value)
			imports = append(imports, p)
		}
		for _, g := range f.Comments {
			for _, c := range g.List {
				if strings.HasPrefix(c.Text, "//go:linkname") {
					t.Errorf("%s: go:linkname is used nowhere", rel)
				}
			}
		}
		out[rel] = imports
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEveryPackageExplainsItself(t *testing.T) {
	explained := map[string]int{}
	for file := range sources(t) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", file), nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		room := filepath.ToSlash(filepath.Dir(file))
		explained[room] += len(f.Doc.Text())
	}
	for room, n := range explained {
		if n < 120 {
			t.Errorf("package %s has a comment of %d characters: too little for someone who will change it", room, n)
		}
	}
}
