package lang

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// FuzzParse: whatever the source, parsing ends soon, doesn't panic, gives a tree
// and diagnostics whose spans lie in the source, and shows them without a
// control character. A source without errors has no Bad node and spans that nest.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/good/*.rex", "testdata/bad/*.rex"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range files {
			src, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(src)
		}
	}
	f.Add([]byte(`let a = "/v/${see: {= "/v/${see: {se/v/e:`)) // broken holes: a closer that is nobody's
	for _, c := range Codes() {
		f.Add([]byte(c.Example))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		file, ds := Parse("fuzz.rex", src)
		checkSpans(t, file, !ds.HasErrors())
		checkDiagnostics(t, file, ds)
	})
}

func checkDiagnostics(t *testing.T, file *File, ds Diagnostics) {
	for _, d := range ds {
		if d.Code == "E0299" {
			t.Error(d.String())
		}
		if _, ok := LookupCode(d.Code); !ok {
			t.Errorf("code %q isn't registered", d.Code)
		}
		inside(t, file, d.Span)
		for _, l := range d.Labels {
			inside(t, file, l.Span)
		}
		for _, fix := range d.Fixes {
			for _, e := range fix.Edits {
				inside(t, file, e.Span)
			}
			file.Apply(fix)
		}
	}
	file.Source.ApplyFixes(ds.SafeFixes(file.Source))
	var out bytes.Buffer
	if err := ds.Write(&out, false); err != nil {
		t.Fatal(err)
	}
	if err := ds.WriteSARIF(&out, "rexc", ""); err != nil {
		t.Fatal(err)
	}
	asJSON, err := json.Marshal(ds)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(asJSON)
	for _, r := range out.String() {
		if isOdd(r) {
			t.Errorf("the output holds %U", r)
		}
	}
}

func inside(t *testing.T, file *File, at Span) {
	if at.From > at.To || int(at.To) > len(file.Src) {
		t.Errorf("the span %v isn't within %d bytes", at, len(file.Src))
	}
}
