package compiler

import (
	"slices"
	"testing"

	"rex/lang"
)

// What `rexc explain` shows is true: the example of a code gives it and nothing
// else, the mended program gives nothing, and where the example has a safe fix
// it makes the mended program, which then is not written down.
func TestExplained(t *testing.T) {
	for _, c := range lang.Codes() {
		if c.Example == "" || c.Code == "E0601" {
			continue // a bound, or a fault of ours; see package lang. Package conformance holds the last
		}
		_, ds := Compile("main.rex", []byte(c.Example), nil)
		if got := codesOf(ds); !slices.Equal(slices.Compact(got), []string{c.Code}) {
			t.Errorf("%s: the example gives %v\n%s", c.Code, got, ds.Error())
		}
		mended := Mend("main.rex", []byte(c.Example), nil)
		switch {
		case imports[c.Code]:
		case c.Mended == "" && len(mended.Applied) == 0:
			t.Errorf("%s has no safe fix, so the mended program must be written down", c.Code)
		case c.Mended == "" && len(mended.Left) > 0:
			t.Errorf("%s: its fixes make\n%s\nwhich gives\n%s", c.Code, mended.Src, mended.Left.Error())
		case c.Mended != "" && len(mended.Applied) > 0 && !mended.Left.HasErrors():
			t.Errorf("%s has a safe fix, which makes\n%s", c.Code, mended.Src)
		case c.Mended != "":
			if m, ds := Compile("main.rex", []byte(c.Mended), nil); m == nil || len(ds) > 0 {
				t.Errorf("%s: the mended program gives\n%s", c.Code, ds.Error())
			}
		}
	}
}

// imports are the codes about other files, which a program alone can't show
// mended.
var imports = map[string]bool{"E0309": true, "E0310": true}

func codesOf(ds lang.Diagnostics) []string {
	var codes []string
	for _, d := range ds {
		codes = append(codes, d.Code)
	}
	return codes
}
