package capability

import (
	"strings"
	"testing"
)

func TestGlobMatch(t *testing.T) {
	for _, c := range []struct {
		glob, text string
		want       bool
	}{
		{"*.log", "a.log", true}, {"*.log", "a.log.1", false}, {"*", "", true}, {"*.log", "x/a.log", true}, {"x/*.log", "x/y/a.log", false},
		{"a?c", "abc", true}, {"a?c", "aüc", true}, {"a?c", "ac", false}, {"a?c", "a\xffc", true},
		{"[a-c]x", "bx", true}, {"[!a-c]x", "bx", false}, {"[^a-c]x", "dx", true}, {"[]x]", "]", true}, {"[a-]", "-", true},
		{"[*]", "*", true}, {"[*]", "a", false}, {`a\*`, `a\b`, true}, {"[!a]", "\xff", true}, {"[a]", "\xff", false},
		{"{a,b}.txt", "b.txt", true}, {"{a,b}.txt", "c.txt", false}, {"{a,{b,c}d}", "cd", true}, {"x{,y}", "x", true},
		{"[{]a", "{a", true}, {"a}", "a}", true},
		{"/var/log/**", "/var/log", true}, {"/var/log/**", "/var/log/a/b", true}, {"/var/log/**", "/var/logs", false},
		{"/**", "/", true}, {"/*", "/", false}, {"/", "/", true}, {"/var/**/a.log", "/var/a.log", true}, {"/var/**/a.log", "/var/x/y/a.log", true}, {"**", "", true}, {"**/x", "a/b/x", true},
		{"a/*", "a/", true},
		{"*a*b*", "xxaxxbxx", true}, {"*a*b*", "xxbxxa", false},
	} {
		if got := match(t, c.glob, c.text); got != c.want {
			t.Errorf("%q matches %q: %v", c.glob, c.text, got)
		}
	}
}

func TestParseGlob(t *testing.T) {
	for _, good := range []string{"*.log", "a/**/b", "[a-z]*", "{a,b}", "{a,[}]}", `\`, "https://**.example.com/**", "http://[::1]:8080/x"} {
		if _, err := ParseGlob(good); err != nil {
			t.Errorf("ParseGlob(%q): %v", good, err)
		}
	}
	for _, bad := range []string{"[a", "{a", "{{a}", "", "a**", "**b/c", "a\x00", strings.Repeat("{a,b}", 7), strings.Repeat("{", 9) + strings.Repeat("}", 9), strings.Repeat("a", maxGlob+1)} {
		if _, err := ParseGlob(bad); err == nil {
			t.Errorf("ParseGlob(%q) finds nothing wrong", bad)
		}
	}
}

// No glob makes the matcher slow: the star that fails last must not multiply.
func TestGlobMatchIsBounded(t *testing.T) {
	text := strings.Repeat("a", 250)
	if match(t, strings.Repeat("*a", 200)+"b", text) {
		t.Error("matches what has no b")
	}
	deep := strings.Repeat("a/", 2000) + "a"
	if match(t, strings.Repeat("**/a/", 200)+"b", deep) {
		t.Error("matches what has no b")
	}
}

func match(t *testing.T, glob, text string) bool {
	g, err := ParseGlob(glob)
	if err != nil {
		t.Fatalf("%q: %v", glob, err)
	}
	return g.Match(text)
}
