package capability

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func scan(g *Glob, text string) bool {
	s := NewGlobScan(g)
	state := s.Start()
	for i := range len(text) {
		state = s.Next(state, text[i])
	}
	return s.Accept(state)
}

// FuzzGlobScan: what matches byte by byte matches at once, and among ASCII
// the other way round.
func FuzzGlobScan(f *testing.F) {
	for _, glob := range []string{"*.log", "/var/**", "/**/x/*", "a/**/b?", "[!a-ü]*", "[*]{a,b/c}", "**", "/", "é?", "*a*b*", "a/**/b/**"} {
		for _, text := range []string{"a.log", "/var/log", "/x/y", "a/b", "aüb", "\xff\xc3", "/", "a/x/y/bé", "//", "xaxxb"} {
			f.Add(glob, text)
		}
	}
	f.Fuzz(func(t *testing.T, glob, text string) {
		g, err := ParseGlob(glob)
		if err != nil || text == "" || len(text) > 200 {
			return // no text at all stands for the root
		}
		ascii := !strings.ContainsFunc(glob+text, func(r rune) bool { return r >= utf8.RuneSelf })
		if got, want := scan(g, text), g.Match(text); got != want && (got || ascii) {
			t.Errorf("%q against %q: %t by bytes, %t at once", glob, text, got, want)
		}
	})
}
