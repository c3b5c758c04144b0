package compiler

import (
	"fmt"
	"strings"
	"testing"

	"rex/lang"
)

// A source of many names and many mistakes would have each compared with each.
// What isn't shown isn't looked for, and names as long as a source not at all.
func TestSearchForNamesIsBounded(t *testing.T) {
	const many = 3 * lang.MaxDiagnostics
	numbered := func(text string) string {
		var b strings.Builder
		for i := range many {
			fmt.Fprintf(&b, text, i)
		}
		return b.String()
	}
	for name, src := range map[string]string{
		"functions": numbered("let name%[1]d = 1\n") + numbered("nam%[1]d()\n"),
		"variables": numbered("let name%[1]d = 1\n") + numbered("print(nam%[1]d)\n"),
		"targets":   numbered("let name%[1]d = 1\n") + numbered("nam%[1]d = 1\n"),
		"types":     numbered("type Name%[1]d = int\n") + numbered("let _: Nam%[1]d = 1\n"),
	} {
		file, ds := lang.Parse("hostile.rex", []byte(src))
		c := newChecker(file, ds, nil)
		c.compared = maxCompared - many
		c.load(c.unit)
		c.body()
		if c.compared > maxCompared+many+100 {
			t.Errorf("%s: %d names were compared beyond the bound", name, c.compared-maxCompared)
		}
		if len(c.diags) < lang.MaxDiagnostics {
			t.Errorf("%s: only %d diagnostics", name, len(c.diags))
		}
	}
	long := strings.Repeat("a", 400_000)
	if m, _ := Compile("hostile.rex", []byte("let "+long+" = 1\nprint("+long+"b)\n"), nil); m != nil {
		t.Error("an unknown name is compiled")
	}
}
