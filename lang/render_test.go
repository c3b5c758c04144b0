package lang

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
)

func write(t *testing.T, ds Diagnostics, color bool) string {
	t.Helper()
	var out bytes.Buffer
	if err := ds.Write(&out, color); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Labels stand below their lines, also those of another source.
func TestWriteLabels(t *testing.T) {
	main := NewSource("main.rex", []byte("let a = 1\nlet b = 2\nlet c = 3\nlet d = a + 日本 + e\n"))
	other := NewSource("lib.rex", []byte("fn f() { 1 }\n"))
	d := NewDiagnostic(main, "E0203", Span{51, 52}, "no").
		Label(Span{51, 52}, "here").
		Label(Span{4, 5}, "a is this").
		Note("a note")
	d.Labels = append(d.Labels, Label{other, Span{3, 4}, "and this"})
	got := write(t, Diagnostics{*d}, false)
	const want = `error[E0203]: no
 --> main.rex:4:18
  |
1 | let a = 1
  |     - a is this
...
4 | let d = a + 日本 + e
  |                    ^ here
 ::: lib.rex:1:4
  |
1 | fn f() { 1 }
  |    - and this
  = note: a note
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// Neither a source nor its name nor a message reaches the terminal raw.
func TestWriteIsSafe(t *testing.T) {
	src := "let a = \"\x1b[2J\u202e\u009b\" \xff\r\n'\x07'"
	_, ds := Parse("evil\x1b]0;x\x07.rex", []byte(src))
	ds.Add(NewDiagnostic(ds[0].Source, "E0201", Span{0, 3}, "message \x1b[31m"))
	asJSON, err := json.Marshal(ds)
	if err != nil {
		t.Fatal(err)
	}
	var asSARIF bytes.Buffer
	if err := ds.WriteSARIF(&asSARIF, "rexc", ""); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"text": write(t, ds, false), "json": string(asJSON), "sarif": asSARIF.String(), "short": ds.Error()} {
		for _, r := range text {
			if isOdd(r) {
				t.Errorf("%s holds %U: %q", name, r, text)
				break
			}
		}
	}
}

func TestWriteColor(t *testing.T) {
	_, ds := Parse("t.rex", []byte("var x = 1\nlet y = x // 2\n"))
	got := write(t, ds, true)
	for _, want := range []string{colors.err + "error[E0210]", colors.warn + "warning[W0001]", colors.add, colors.remove, colors.reset} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
	if plain := write(t, ds, false); strings.Contains(plain, "\x1b") {
		t.Error("there is colour without colour")
	}
}

// A long line is shown in part, around what is wrong.
func TestWriteLongLine(t *testing.T) {
	src := "let x = [" + strings.Repeat("é, ", 5000) + "@, " + strings.Repeat("1, ", 5000) + "]\n"
	_, ds := Parse("t.rex", []byte(strings.ReplaceAll(src, "é", `"é"`)))
	got := write(t, ds, false)
	if len(got) > 1000 || !strings.Contains(got, "@, 1, 1") || strings.Contains(got, "<") {
		t.Errorf("got %d bytes: %s", len(got), got)
	}
}

func TestMarshalJSON(t *testing.T) {
	_, ds := Parse("t.rex", []byte("é = 1\nf(a = 1)\n"))
	out, err := json.Marshal(ds)
	if err != nil {
		t.Fatal(err)
	}
	var got []struct {
		Code, Severity, Message, File string
		Span                          struct {
			From, To, Line, Column int
			EndLine                int `json:"end_line"`
			EndColumn              int `json:"end_column"`
		}
		Fixes []struct {
			Text  string
			Safe  bool
			Edits []struct {
				Span struct{ From, To int }
				New  string
			}
		}
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if s := fmt.Sprint(got); s != "[{E0104 error a name is made of the letters a to z, digits and `_` t.rex {0 2 1 1 1 2} []} "+
		"{E0217 error a named argument is written `a: value` t.rex {11 12 2 5 2 6} [{write `:` true [{{10 12} :}]}]}]" {
		t.Errorf("got %s", s)
	}
}

// Only the fix that leaves no choice is applied: not an offered one, not one of
// several, none of a warning, none of another source, none that overlaps.
func TestSafeFixes(t *testing.T) {
	source := NewSource("t.rex", []byte("0123456789"))
	fix := func(edits ...Edit) Diagnostic {
		return *(&Diagnostic{Source: source}).Fix("fix", edits...)
	}
	ds := Diagnostics{
		fix(Edit{Span{8, 9}, "x"}, Edit{Span{1, 1}, "y"}),
		fix(Edit{Span{7, 9}, "overlaps"}),
		fix(Edit{Span{1, 1}, "at the same place"}),
		fix(Edit{Span{2, 4}, ""}),
		*(&Diagnostic{Source: source}).Fix("a", Edit{Span{5, 6}, "a"}).Fix("b", Edit{Span{5, 6}, "b"}),
		*(&Diagnostic{Source: source}).Offer("a guess", Edit{Span{5, 6}, "c"}),
		*(&Diagnostic{Source: source, Severity: Warning}).Fix("of a warning", Edit{Span{5, 6}, "d"}),
		*(&Diagnostic{Source: NewSource("other.rex", nil)}).Fix("of another source", Edit{Span{5, 6}, "e"}),
	}
	found := ds.SafeFixes(source)
	if got := source.ApplyFixes(found); string(got) != "0y14567x9" || len(found) != 2 {
		t.Errorf("%d fixes give %s", len(found), got)
	}
}

func TestLines(t *testing.T) {
	l := NewLines([]byte("a\r\né=1\n\nb"))
	for offset, want := range map[uint32]Position{0: {1, 1}, 1: {1, 2}, 3: {2, 1}, 5: {2, 2}, 8: {3, 1}, 9: {4, 1}, 10: {4, 2}, 99: {4, 2}} {
		if got := l.Position(offset); got != want {
			t.Errorf("offset %d is at %v, want %v", offset, got, want)
		}
	}
	for line, want := range map[int]Span{0: {}, 1: {0, 1}, 2: {3, 7}, 3: {8, 8}, 4: {9, 10}, 5: {}} {
		if got := l.Line(line); got != want {
			t.Errorf("line %d is %v, want %v", line, got, want)
		}
	}
	if l.Count() != 4 {
		t.Errorf("there are %d lines", l.Count())
	}
}

// Parsers are shared between goroutines, but never used by two at once.
func TestParseConcurrently(t *testing.T) {
	src := sample("", rexSample, 100)
	f, _ := Parse("t.rex", src)
	want := sexpr(f.Items)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if i%2 == 0 {
				Parse("bad.rex", []byte("fn f( { let x = [1"))
			}
			f, ds := Parse("t.rex", src)
			if got := sexpr(f.Items); got != want || len(ds) > 0 {
				t.Errorf("another tree, or diagnostics: %v", ds)
			}
		})
	}
	wg.Wait()
}
