package lang

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func codesOf(ds Diagnostics) []string {
	var codes []string
	for _, d := range ds {
		codes = append(codes, d.Code)
	}
	return codes
}

// Each example gives its code, and nothing else, so that it shows one thing.
func TestCodeExamples(t *testing.T) {
	for _, c := range slices.Concat(textCodes, syntaxCodes) {
		if c.Example == "" {
			if _, ok := boundSources[c.Code]; !ok && c.Code != "E0299" {
				t.Errorf("%s has no example and is no bound", c.Code)
			}
			continue
		}
		_, ds := Parse("example.rex", []byte(c.Example))
		if got := codesOf(ds); !slices.Equal(got, []string{c.Code}) {
			t.Errorf("%s: the example gives %v\n%s", c.Code, got, ds.Error())
		}
	}
}

// The registry has each code once, in the form of a code, with its texts.
func TestCodesAreComplete(t *testing.T) {
	form := regexp.MustCompile(`^[EW]0\d\d\d$`)
	all := Codes()
	for i, c := range all {
		if !form.MatchString(c.Code) || c.Title == "" || c.Explain == "" {
			t.Errorf("code %q is incomplete", c.Code)
		}
		if i > 0 && all[i-1].Code == c.Code {
			t.Errorf("code %s is there twice", c.Code)
		}
		if got, ok := LookupCode(strings.ToLower(c.Code)); !ok || got.Code != c.Code {
			t.Errorf("LookupCode(%s) doesn't find it", c.Code)
		}
	}
	if _, ok := LookupCode("E9999"); ok {
		t.Error("LookupCode finds a code that isn't there")
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
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasPrefix(e.Name(), "codes") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		src, err := os.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range use.FindAllStringSubmatch(string(src), -1) {
			used[m[1]] = true
			if _, ok := LookupCode(m[1]); !ok {
				t.Errorf("%s reports %s, which is not registered", e.Name(), m[1])
			}
		}
	}
	for _, c := range slices.Concat(textCodes, syntaxCodes) {
		if !used[c.Code] {
			t.Errorf("%s is registered and never reported", c.Code)
		}
	}
}
