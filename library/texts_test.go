package library

import (
	"regexp"
	"strings"
	"testing"

	"rex/capability"
)

func TestGlobs(t *testing.T) {
	for _, x := range []struct {
		glob, text string
		want       bool
	}{
		{"*.log", "/var/log/a.log", true}, {"*.log", "a.logs", false}, {"*", "/", true}, {"?", "/é", true}, {"a?c", "abbc", false},
		{"/var/log/*", "/var/log/a", true}, {"/var/log/*", "/var/log/a/b", false}, {"/var/log/**", "/var/log/a/b", true}, {"/var/log/**", "/var/log", true}, {"/var/log/**", "/var/logs", false}, {"/**", "/", true}, {"/**", "/a/b", true}, {"/", "/", true}, {"/", "/a", false},
		{"/a/**/z", "/a/z", true}, {"/a/**/z", "/a/b/c/z", true}, {"/a/**/z", "/a/b/c", false}, {"/a/**/b/**/c", "/a/x/b/y/b/c", true},
		{"/[a-c]/[!x]", "/b/y", true}, {"/[a-c]/[!x]", "/b/x", false}, {"/[a-c]", "/d", false}, {"[]]", "]", true}, {"[*]", "*", true}, {"[*]", "a", false}, {"[é-ü]", "ö", true},
		{"{a,b{c,d}}.x", "bd.x", true}, {"{a,b{c,d}}.x", "b.x", false}, {"/{etc,var/log}/x", "/var/log/x", true}, {"{,a}b", "b", true}, {"[{]", "{", true},
		{"a*b*c", "aXXbYYc", true}, {"a*b*c", "aXXbYY", false}, {"**", "/a/b", true}, {"*é*", "/xéy", true},
	} {
		if err := CheckGlob(x.glob); err != nil {
			t.Errorf("%s: %v", x.glob, err)
		}
		if got := MatchGlob(x.glob, x.text); got != x.want {
			t.Errorf("%s against %s is %v", x.glob, x.text, got)
		}
	}
	for _, bad := range []string{"", "[a", "{a", "/a**/b", "a\x00", strings.Repeat("a", 5000), strings.Repeat("{a,b}", 20), "/[a/b]"} {
		if err := CheckGlob(bad); err == nil || MatchGlob(bad, bad) {
			t.Errorf("%.20q is taken as a glob", bad)
		}
	}
	// Without memory of what failed, either takes for ever.
	MatchGlob("/"+strings.Repeat("*a", 100)+"b", "/"+strings.Repeat("a", 4000))
	MatchGlob(strings.Repeat("/**/a", 100)+"/b", strings.Repeat("/a", 2000))
}

func TestURLGlobs(t *testing.T) {
	for _, x := range []struct {
		glob, url string
		want      bool
	}{
		{"https://*.example.org/**", "https://api.example.org/v1/x?q=1", true}, {"https://*.example.org/**", "https://a.b.example.org/", false}, {"https://**.example.org/**", "https://a.b.example.org", true}, {"https://example.org/api/*", "https://example.org/api/x", true}, {"https://example.org/api/*", "https://example.org/api/x/y", false}, {"https://example.org/**", "http://example.org/", false}, {"https://example.org/**", "https://example.org:8443/", false}, {"http://{a,b}/x", "http://b/x", true}, {"**", "http://a/", true}, {"https://example.org/**", "https://example.org.evil.com/", false},
	} {
		if got := MatchURLGlob(x.glob, x.url); got != x.want {
			t.Errorf("%s against %s is %v", x.glob, x.url, got)
		}
	}
}

// FuzzGlob holds the matcher to a regex made of the glob.
func FuzzGlob(f *testing.F) {
	for _, s := range [][2]string{{"/a/**/b*", "/a/x/bc"}, {"*.[ch]", "x.c"}, {"{a,b}?", "bé"}, {"/**", "/"}, {"[!a-c]", "d"}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, glob, text string) {
		g, err := globOf(glob)
		if err != nil || len(glob) > 60 || len(text) > 60 || strings.Contains(text, "\x00") {
			return
		}
		got := MatchGlob(glob, text)
		if strings.ContainsAny(glob, "[]") || !validGlobText(glob) || !validGlobText(text) || text == "" {
			return
		}
		if !strings.Contains(glob, "/") {
			text = text[strings.LastIndexByte(text, '/')+1:]
		}
		want, subject := false, "/"+text
		if text == "/" {
			subject = "/" // the root is one component, the empty one
		}
		for _, a := range g.Alternatives() {
			parts := strings.Split(a, "/")
			if a == "/" {
				parts = parts[:1]
			}
			want = want || regexp.MustCompile(globRegex(parts)).MatchString(subject)
		}
		if got != want {
			t.Fatalf("%q against %q is %v, a regex says %v", glob, text, got, want)
		}
	})
}

func validGlobText(s string) bool {
	return strings.ToValidUTF8(s, "") == s && !strings.Contains(s, "\n")
}

func globRegex(parts []string) string {
	var b strings.Builder
	b.WriteString("^")
	for _, p := range parts {
		if p == "**" {
			b.WriteString("(/[^/]*)*")
			continue
		}
		b.WriteString("/")
		for _, r := range p {
			switch r {
			case '*':
				b.WriteString("[^/]*")
			case '?':
				b.WriteString("[^/]")
			default:
				b.WriteString(regexp.QuoteMeta(string(r)))
			}
		}
	}
	return b.String() + "$"
}

func TestCanonicalURL(t *testing.T) {
	for _, x := range [][2]string{
		{"HTTP://Example.ORG", "http://example.org"}, {"https://a:443/x", "https://a/x"}, {"http://a:0080/", "http://a/"}, {"http://a:8080/%7Eb/%c3%a9", "http://a:8080/~b/%C3%A9"}, {"http://[0:0::1]:80/", "http://[::1]/"}, {"http://1.2.3.4/", "http://1.2.3.4/"}, {"http://a?x=%20", "http://a?x=%20"}, {"http://a/b/", "http://a/b/"}, {"http://xn--bcher-kva.example/", "http://xn--bcher-kva.example/"},
	} {
		got, why := CanonicalURL(x[0])
		if why != "" || got != x[1] {
			t.Errorf("%s is %s %s, want %s", x[0], got, why, x[1])
		}
		if again, why := CanonicalURL(got); again != got || why != "" {
			t.Errorf("%s is not stable: %s %s", got, again, why)
		}
	}
	for _, bad := range []string{
		"", "a", "ftp://a/", "http://", "http:///x", "http://u@a/", "http://u:p@a/", "http://a/#f", "http://a#f", "http://a/../b", "http://a/%2e%2E/b", "http://a//b", "http://a/x%2F..%2Fy", "http://a/ b", "http://a/\\b", "http://a:0/", "http://a:99999/", "http://a:x/", "http://a b/", "http://bücher/", "http://0x7f.1/", "http://127.1/", "http://1.2.3.4.5/", "http://[::1", "http://[1.2.3.4]/", "http://a..b/", "http://a/%zz", "http://a/%0", "http://a/%00", "http://[fe80::1%25eth0]/", "http://a/\x7f", "http://" + strings.Repeat("a", 9000),
	} {
		if got, why := CanonicalURL(bad); why == "" {
			t.Errorf("%.60q is taken as %s", bad, got)
		}
	}
}

func TestHoles(t *testing.T) {
	lit := func(s string) Piece { return Piece{Text: s} }
	hole := func(s string) Piece { return Piece{Text: s, Hole: capability.KindString} }
	port := func(s string) Piece { return Piece{Text: s, Hole: capability.KindInt} }
	base := func(s string) Piece { return Piece{Text: s, Hole: capability.KindPath} }
	for _, x := range []struct {
		kind   capability.Kind
		pieces []Piece
		want   string // "" for invalid
	}{
		{capability.KindString, []Piece{lit("a"), hole("/../")}, "a/../"}, {capability.KindString, []Piece{lit("in "), {Text: "/a\xff", Hole: capability.KindPath}}, `in /a\xFF`},
		{capability.KindRegex, []Piece{lit("^"), hole("a.b"), lit("+$")}, `^a\.b+$`}, {capability.KindRegex, []Piece{lit("("), hole("a")}, ""},
		{capability.KindPath, []Piece{lit("/log/"), hole("a")}, "/log/a"}, {capability.KindPath, []Piece{lit("/log/"), hole("..")}, ""}, {capability.KindPath, []Piece{lit("/log/"), hole(".")}, ""}, {capability.KindPath, []Piece{lit("/log/"), hole("")}, ""}, {capability.KindPath, []Piece{lit("/log/"), hole("a/b")}, ""}, {capability.KindPath, []Piece{lit("/log/"), hole("a\x00")}, ""},
		{capability.KindPath, []Piece{lit("/log/."), hole(".")}, ""}, {capability.KindPath, []Piece{lit("/log/"), hole("."), hole(".")}, ""}, {capability.KindPath, []Piece{lit("/app."), hole(""), lit(".log")}, "/app..log"}, {capability.KindPath, []Piece{base("/srv"), lit("/x/"), hole("y")}, "/srv/x/y"}, {capability.KindPath, []Piece{base("/"), lit("/x")}, "/x"}, {capability.KindPath, []Piece{base(""), lit("/x")}, ""}, {capability.KindPath, []Piece{lit("/"), hole(`a\xFF`)}, "/a\xff"}, {capability.KindPath, []Piece{lit("/"), hole(strings.Repeat("a", 256))}, ""},
		{capability.KindURL, []Piece{lit("http://"), hole("Web-1"), lit(".example.org/")}, "http://web-1.example.org/"}, {capability.KindURL, []Piece{lit("http://"), hole("evil.com/"), lit(".example.org/")}, ""}, {capability.KindURL, []Piece{lit("http://"), hole("u@h"), lit("/")}, ""}, {capability.KindURL, []Piece{lit("http://"), hole("::1"), lit("/")}, "http://[::1]/"}, {capability.KindURL, []Piece{lit("http://a"), hole("::1"), lit("/")}, ""}, {capability.KindURL, []Piece{lit("http://"), hole(""), lit("/")}, ""}, {capability.KindURL, []Piece{lit("http://"), hole("h#x"), lit("/")}, ""},
		{capability.KindURL, []Piece{lit("http://h:"), port("8080"), lit("/")}, "http://h:8080/"}, {capability.KindURL, []Piece{lit("http://h:"), port("0"), lit("/")}, ""}, {capability.KindURL, []Piece{lit("http://h:"), hole("80"), lit("/")}, ""}, {capability.KindURL, []Piece{lit("http://[::1]:"), port("81")}, "http://[::1]:81"},
		{capability.KindURL, []Piece{lit("http://h/"), hole("a b/é?#")}, "http://h/a%20b%2F%C3%A9%3F%23"}, {capability.KindURL, []Piece{lit("http://h/"), hole("..")}, ""}, {capability.KindURL, []Piece{lit("http://h/"), hole("x/../y")}, ""}, {capability.KindURL, []Piece{lit("http://h/"), hole(""), lit("/x")}, ""}, {capability.KindURL, []Piece{lit("http://h/a/"), hole("")}, ""}, {capability.KindURL, []Piece{lit("http://h/?q="), hole("a&b=c#")}, "http://h/?q=a%26b%3Dc%23"}, {capability.KindURL, []Piece{lit("http://h/?q="), hole("")}, "http://h/?q="}, {capability.KindURL, []Piece{lit("http://h/"), hole("\x00")}, ""},
	} {
		got, err := Fill(x.kind, x.pieces)
		if (err == nil) != (x.want != "") || err == nil && got != x.want {
			t.Errorf("%s of %q is %q, %v, want %q", x.kind, x.pieces, got, err, x.want)
		}
		if f, ok := err.(*capability.Error); err != nil && (!ok || f.Why != capability.Invalid) {
			t.Errorf("%s of %q: %v", x.kind, x.pieces, err)
		}
	}
}

func TestRegexCache(t *testing.T) {
	a, err := Regex("a+")
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := Regex("a+"); a != b {
		t.Error("a pattern is compiled twice")
	}
	for i := range 1000 {
		if _, err := Regex(strings.Repeat("x", i+1)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(patterns.known); n > patterns.limit {
		t.Errorf("the cache holds %d patterns", n)
	}
}
