package compiler

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rex/lang"
)

// checked are the codes of this package.
func checked() []lang.Code {
	var out []lang.Code
	for _, c := range lang.Codes() {
		if strings.HasPrefix(c.Code, "E03") || strings.HasPrefix(c.Code, "E04") || strings.HasPrefix(c.Code, "E05") || strings.HasPrefix(c.Code, "W06") {
			out = append(out, c)
		}
	}
	return out
}

// Each example gives its code and nothing else.
func TestCodeExamples(t *testing.T) {
	for _, c := range checked() {
		if c.Example == "" {
			continue
		}
		_, ds := Compile("main.rex", []byte(c.Example), nil)
		var got []string
		for _, d := range ds {
			got = append(got, d.Code)
		}
		if !slices.Equal(slices.Compact(got), []string{c.Code}) {
			t.Errorf("%s: the example gives %v\n%s", c.Code, got, ds.Error())
		}
	}
}

// Every code that this package reports is registered, and none is left over.
func TestCodesAreUsed(t *testing.T) {
	use := regexp.MustCompile(`"([EW]0\d\d\d)"`)
	used := map[string]bool{}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		src, err := os.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range use.FindAllStringSubmatch(string(src), -1) {
			used[m[1]] = true
			if _, ok := lang.LookupCode(m[1]); !ok {
				t.Errorf("%s reports %s, which is not registered", e.Name(), m[1])
			}
		}
	}
	for _, c := range checked() {
		if !used[c.Code] {
			t.Errorf("%s is registered and never reported", c.Code)
		}
	}
}
