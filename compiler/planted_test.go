package compiler

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var plantedCode = regexp.MustCompile(`// wrong: ([EW]\d{4})$`)

// Several errors of different kinds in one script are each reported, where they
// are, and at most one report follows from another. Each line of
// testdata/planted says what was planted in it.
func TestPlanted(t *testing.T) {
	files, err := filepath.Glob("testdata/planted/*.rex")
	if err != nil || len(files) < 4 {
		t.Fatal("no files", err)
	}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		planted := map[int]string{}
		for i, line := range strings.Split(string(src), "\n") {
			if m := plantedCode.FindStringSubmatch(line); m != nil {
				planted[i+1] = m[1]
			}
		}
		if len(planted) < 8 {
			t.Errorf("%s has %d errors", name, len(planted))
		}
		_, ds := Compile(filepath.Base(name), src, nil)
		var more []string
		for _, d := range ds {
			line := d.Source.Lines().Position(d.Span.From).Line
			if planted[line] == d.Code {
				delete(planted, line)
			} else {
				more = append(more, d.String())
			}
		}
		for line, code := range planted {
			t.Errorf("%s:%d: %s is not reported", name, line, code)
		}
		if len(more) > 1 {
			t.Errorf("%s: what follows from the errors:\n%s", name, strings.Join(more, "\n"))
		}
	}
}
