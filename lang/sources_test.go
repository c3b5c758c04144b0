package lang

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// spansOf gives all spans of a tree, in the order of its fields, each as often
// as it can be reached.
func spansOf(v reflect.Value, out []Span) []Span {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if _, ok := v.Interface().(*Source); !ok && !v.IsNil() {
			out = spansOf(v.Elem(), out)
		}
	case reflect.Slice:
		for i := range v.Len() {
			out = spansOf(v.Index(i), out)
		}
	case reflect.Struct:
		if at, ok := v.Interface().(Span); ok {
			return append(out, at)
		}
		for i := range v.NumField() {
			out = spansOf(v.Field(i), out)
		}
	}
	return out
}

// Every span of a file that is added moves by the same, whatever the file.
func TestSources(t *testing.T) {
	files, _ := filepath.Glob("../compiler/testdata/check/*.rex")
	if len(files) == 0 {
		t.Fatal("no files")
	}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, _ := Parse(name, src)
		before := spansOf(reflect.ValueOf(file), nil)
		var s Sources
		first, _ := Parse("first.rex", []byte("print(1)\n"))
		s.Add(first)
		s.Add(file)
		after := spansOf(reflect.ValueOf(file), nil)
		if len(before) < 50 || len(before) != len(after) {
			t.Fatalf("%s: %d spans, then %d", name, len(before), len(after))
		}
		for i, at := range before {
			if by := uint32(len(first.Src)) + 1; after[i] != (Span{at.From + by, at.To + by}) {
				t.Fatalf("%s: %v became %v", name, at, after[i])
			}
			if s.Text(after[i]) != file.Text(at) {
				t.Fatalf("%s: the text of %v is another", name, at)
			}
		}
	}
}

// A fix that would change another text than the diagnostic's is left out, as
// is one that reaches from one text into the next.
func TestSourcesPlace(t *testing.T) {
	var s Sources
	for _, name := range []string{"a.rex", "b.rex"} {
		file, _ := Parse(name, []byte("print(1)\n"))
		s.Add(file)
	}
	var ds Diagnostics
	ds.Report(nil, "E0301", Span{16, 17}, "here").Label(Span{6, 7}, "there").
		Replace(Span{16, 17}, "2").Replace(Span{6, 7}, "3").Replace(Span{6, 17}, "4").Replace(Span{16, 40}, "5")
	s.Place(ds)
	d := ds[0]
	if d.Source.Name != "b.rex" || d.Span != (Span{6, 7}) || d.Labels[0].Source.Name != "a.rex" || d.Labels[0].Span != (Span{6, 7}) {
		t.Errorf("placed as %+v", d)
	}
	if len(d.Fixes) != 1 || d.Fixes[0].Edits[0] != (Edit{Span{6, 7}, "2"}) {
		t.Errorf("its fixes are %+v", d.Fixes)
	}
}
