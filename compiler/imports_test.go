package compiler

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"rex/bytecode"
	"rex/capability"
	"rex/lang"
)

// files is a loader of texts in memory; it counts how often each is read.
type files struct {
	texts map[string]string
	reads map[string]int
}

func (f *files) Script() string { return "main.rex" }

func (f *files) Load(name string) (string, []byte, error) {
	text, ok := f.texts[name]
	if !ok {
		return "", nil, errors.New("there is none")
	}
	f.reads[name]++
	return name, []byte(text), nil
}

func filesOf(a *txtar.Archive) *files {
	f := &files{map[string]string{}, map[string]int{}}
	for _, file := range a.Files {
		f.texts[file.Name] = string(file.Data)
	}
	return f
}

// compileFiles compiles main.rex.
func compileFiles(f *files) (*bytecode.Module, lang.Diagnostics) {
	return Compile("main.rex", []byte(f.texts["main.rex"]), f)
}

// Each line of each file says what it gives, as in testdata/check.
func TestImports(t *testing.T) {
	pages, _ := filepath.Glob("testdata/imports/*.txtar")
	if len(pages) < 5 {
		t.Fatal("no pages")
	}
	for _, page := range pages {
		a, err := txtar.ParseFile(page)
		if err != nil {
			t.Fatal(err)
		}
		var want, got []string
		for _, file := range a.Files {
			for i, line := range strings.Split(string(file.Data), "\n") {
				for _, part := range strings.Split(line, " // ")[1:] {
					if m := expectation.FindStringSubmatch(part); m != nil {
						want = append(want, fmt.Sprintf("%s:%d %s %s", file.Name, i+1, m[2], strings.TrimSpace(m[3])))
					}
				}
			}
		}
		m, ds := compileFiles(filesOf(a))
		for _, d := range ds {
			line := d.Source.Lines().Position(d.Span.From).Line
			got = append(got, fmt.Sprintf("%s:%d %s %s", d.Source.Name, line, d.Code, d.Message))
			for _, f := range d.Fixes {
				if _, errs := lang.Parse("fixed", d.Source.Apply(f)); errs.HasErrors() && filepath.Base(page) != "broken.txtar" {
					t.Errorf("%s: the fix %q of %s breaks the text", page, f.Text, d.String())
				}
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		same := slices.EqualFunc(want, got, func(w, g string) bool {
			place, text, _ := strings.Cut(w, " ")
			code, text, _ := strings.Cut(text, " ")
			return strings.HasPrefix(g, place+" "+code+" ") && strings.Contains(g, text)
		})
		if !same {
			t.Errorf("%s\nwant %s\ngot  %s", page, strings.Join(want, "\n     "), strings.Join(got, "\n     "))
		}
		if ds.HasErrors() != (m == nil) {
			t.Errorf("%s: a module beside errors, or neither", page)
		}
		if m != nil {
			mustVerify(t, page, m)
		}
	}
}

// What two files import is read once, and its functions are there once.
func TestDiamond(t *testing.T) {
	f := filesOf(txtar.Parse([]byte(`
-- main.rex --
import "a.rex" as a
import "b.rex" as b
return [a.f(), b.f()]
-- a.rex --
import "lib/c.rex" as c
fn f() -> int { c.f() }
-- b.rex --
import "./lib/../lib/c.rex" as c
fn f() -> int { c.f() }
-- lib/c.rex --
fn f() -> int { 1 }
`)))
	m, ds := compileFiles(f)
	if m == nil {
		t.Fatal(ds.Error())
	}
	var names, sources []string
	for _, fn := range m.Funcs {
		names = append(names, fn.Name+" of "+m.SourceOf(fn.Source).Name)
	}
	for _, s := range m.Imports {
		sources = append(sources, s.Name)
	}
	if want := []string{" of main.rex", "f of a.rex", "f of b.rex", "f of lib/c.rex"}; !slices.Equal(names, want) {
		t.Errorf("the functions are %q", names)
	}
	if want := []string{"a.rex", "lib/c.rex", "b.rex"}; !slices.Equal(sources, want) || f.reads["lib/c.rex"] != 1 {
		t.Errorf("the sources are %q, read %v", sources, f.reads)
	}
}

// A module asks for what its script can reach in an import, and for no more.
func TestImportLinksWhatIsReached(t *testing.T) {
	m, ds := compileFiles(filesOf(txtar.Parse([]byte(`
-- main.rex --
import "lib.rex" as lib
fn mine() { lib.through() }
return 1
-- lib.rex --
const NAMES = ["a"]
fn through() { print(_size("/etc/hosts").len()) }
fn _size(p: path) -> string { fs.read(p) }
fn danger() { exec.run("/bin/sh", ["-c", "true"]) }
fn again() { danger() }
`))))
	if m == nil {
		t.Fatal(ds.Error())
	}
	var ops, names []string
	for _, op := range m.Ops {
		ops = append(ops, op.Name)
	}
	for _, fn := range m.Funcs {
		names = append(names, fn.Name)
	}
	slices.Sort(names)
	slices.Sort(ops)
	if !slices.Equal(ops, []string{"fs.read", "print"}) || !slices.Equal(names, []string{"", "_size", "mine", "through"}) {
		t.Errorf("the module has %q and asks for %q", names, ops)
	}
	mustVerify(t, "reached", m)
}

// A position is of the file that the function stands in; a constant of another
// file has the place of its use.
func TestImportPositions(t *testing.T) {
	m, ds := compileFiles(filesOf(txtar.Parse([]byte(`
-- main.rex --
import "lib.rex" as lib


print(
    lib.BASE + "x${lib.half(1)}" + lib.DEEP[0].name)
-- lib.rex --
const BASE = "a" + "b"
const DEEP = [{ name: "n", other: 1 }]
fn half(n: int) -> string {
    print("${n}")
    let f = |x: int| {
        print("é"); print("${x}")
    }
    f(n)
    "h"
}
`))))
	if m == nil {
		t.Fatal(ds.Error())
	}
	v, err := bytecode.Verify(m)
	if err != nil {
		t.Fatal(err)
	}
	var hosts []string
	for i := range m.Funcs {
		for pc, in := range m.Funcs[i].Code {
			p := v.Position(capability.Site{Func: i, PC: pc})
			if in.Op == bytecode.HOST {
				hosts = append(hosts, fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column))
			}
			if i == 0 && (p.File != "main.rex" || p.Line != 4 && p.Line != 5 && p.Line != 1) {
				t.Errorf("instruction %d of the script is at %v", pc, p)
			}
		}
	}
	if want := []string{"main.rex:4:1", "lib.rex:4:5", "lib.rex:6:9", "lib.rex:6:21"}; !slices.Equal(hosts, want) {
		t.Errorf("host calls are at %q", hosts)
	}
}

// Two modules of the same texts are the same, whatever the files are called in
// diagnostics.
func TestImportDeterminism(t *testing.T) {
	a, err := txtar.ParseFile("testdata/imports/names.txtar")
	if err != nil {
		t.Fatal(err)
	}
	f := filesOf(a)
	m, ds := compileFiles(f)
	if m == nil {
		t.Fatal(ds.Error())
	}
	for range 3 {
		other, _ := Compile("/some/where/main.rex", []byte(f.texts["main.rex"]), elsewhere{f})
		if other == nil || !bytes.Equal(m.Encode(), other.Encode()) {
			t.Fatal("two modules of one program")
		}
	}
}

// elsewhere shows the files under other names.
type elsewhere struct{ *files }

func (e elsewhere) Load(name string) (string, []byte, error) {
	_, text, err := e.files.Load(name)
	return "/some/where/" + name, text, err
}

// The bounds of all files together, and of what goes on for ever.
func TestImportBounds(t *testing.T) {
	for name, load := range map[string]func(n int) string{
		"more than 256 files": func(n int) string { return fmt.Sprintf("import \"%d.rex\" as next\nfn f() -> int { next.f() }\n", n+1) },
		"larger than 16 MiB": func(n int) string {
			return fmt.Sprintf("import \"%d.rex\" as next\nfn f() -> int { 1 }\n//%s\n", n+1, strings.Repeat("x", 1<<19))
		},
	} {
		m, ds := Compile("main.rex", []byte("import \"0.rex\" as zero\nprint(zero.f())\n"), unending(load))
		if m != nil || len(ds) != 1 || ds[0].Code != "E0312" || !strings.Contains(ds[0].Message, name) {
			t.Errorf("%s: %s", name, shorten(ds.Error()))
		}
	}
}

// unending has a file for each number.
type unending func(n int) string

func (unending) Script() string { return "main.rex" }

func (e unending) Load(name string) (string, []byte, error) {
	var n int
	if _, err := fmt.Sscanf(name, "%d.rex", &n); err != nil {
		return "", nil, err
	}
	return name, []byte(e(n)), nil
}

// Without a loader nothing is imported, and a script that is not in a folder
// says so.
func TestNoLoader(t *testing.T) {
	m, ds := Compile("main.rex", []byte("import \"a.rex\" as a\nprint(a.f())\n"), nil)
	if m != nil || len(ds) != 1 || ds[0].Code != "E0309" {
		t.Error(ds.Error())
	}
}
