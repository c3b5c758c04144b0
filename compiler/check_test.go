package compiler

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rex/bytecode"
	"rex/capability"
	"rex/lang"
)

// chunks cuts a file of small sources at lines `---`, keeping line numbers by
// blank lines in front.
func chunks(t *testing.T, pattern string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatal("no files", pattern, err)
	}
	out := map[string]string{}
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		line := 0
		for _, chunk := range strings.Split(string(src), "\n---\n") {
			out[fmt.Sprintf("%s:%d", filepath.Base(f), line+1)] = strings.Repeat("\n", line) + chunk + "\n"
			line += strings.Count(chunk, "\n") + 2
		}
	}
	return out
}

var expectation = regexp.MustCompile(`^(ERROR|WARNING) ([EW]\d{4})(?: (.*))?$`)

type found struct {
	line int
	code string
	text string
}

// Each line of testdata/check says what it gives: `// ERROR E0401 part of the
// message`; what has no such comment gives nothing. A chunk without errors
// also gives a module that verifies.
func TestCheck(t *testing.T) {
	for name, src := range chunks(t, "testdata/check/*.rex") {
		var want []found
		for i, line := range strings.Split(src, "\n") {
			for _, part := range strings.Split(line, " // ")[1:] {
				if m := expectation.FindStringSubmatch(part); m != nil {
					want = append(want, found{i + 1, m[2], strings.TrimSpace(m[3])})
				}
			}
		}
		m, ds := Compile(name, []byte(src), nil)
		var got []found
		for _, d := range ds {
			got = append(got, found{d.Source.Lines().Position(d.Span.From).Line, d.Code, d.Message})
		}
		if !sameFindings(want, got) {
			t.Errorf("%s\nwant %v\ngot  %v\n%s", name, want, got, ds.Error())
		}
		if ds.HasErrors() != (m == nil) {
			t.Errorf("%s: a module beside errors, or neither", name)
		}
		if m != nil {
			mustVerify(t, name, m)
		}
		holdFixes(t, name, []byte(src), ds)
	}
}

func sameFindings(want, got []found) bool {
	return slices.EqualFunc(want, got, func(w, g found) bool {
		return w.line == g.line && w.code == g.code && strings.Contains(g.text, w.text)
	})
}

// holdFixes applies each fix: it leaves no more wrong with the text than was.
func holdFixes(t *testing.T, name string, src []byte, ds lang.Diagnostics) {
	_, before := lang.Parse(name, src)
	for _, d := range ds {
		for _, f := range d.Fixes {
			fixed := d.Source.Apply(f)
			if _, errs := lang.Parse(name, fixed); len(errs) > len(before) {
				t.Errorf("%s: the fix %q of %s breaks the text:\n%s", name, f.Text, d.String(), fixed)
			}
		}
	}
}

func mustVerify(t testing.TB, name string, m *bytecode.Module) {
	t.Helper()
	if _, err := bytecode.Verify(m); err != nil {
		var b bytes.Buffer
		bytecode.Disassemble(&b, m)
		t.Errorf("%s: %v\n%s", name, err, b.String())
	}
}

// A module does not depend on anything but its source.
func TestDeterminism(t *testing.T) {
	for name, src := range chunks(t, "testdata/check/*.rex") {
		a, ds := Compile(name, []byte(src), nil)
		if ds.HasErrors() {
			continue
		}
		for range 3 {
			if b, _ := Compile(name, []byte(src), nil); !bytes.Equal(a.Encode(), b.Encode()) {
				t.Fatalf("%s: two modules of one source", name)
			}
		}
	}
}

// The example of each operation compiles.
func TestOperationExamples(t *testing.T) {
	for _, op := range capability.Table() {
		m, ds := Compile(op.Name, []byte(op.Example+"\n"), nil)
		if m == nil {
			t.Errorf("%s: %s\n%s", op.Name, op.Example, ds.Error())
			continue
		}
		mustVerify(t, op.Name, m)
		if !slices.ContainsFunc(m.Ops, func(u bytecode.OpUse) bool { return u.Name == op.Name }) {
			t.Errorf("%s: its example does not call it", op.Name)
		}
	}
}

// The parser's list of kinds is the table's.
func TestErrorKinds(t *testing.T) {
	for _, k := range lang.ErrorKinds {
		if _, ok := capability.ErrorKindNamed(k); !ok {
			t.Errorf("the parser knows a kind %q that does not exist", k)
		}
	}
	if len(lang.ErrorKinds) != int(capability.ErrorKindCount) {
		t.Errorf("the parser knows %d kinds, there are %d", len(lang.ErrorKinds), capability.ErrorKindCount)
	}
}
