package lang

import (
	"slices"
	"strings"
	"testing"
)

// tokenTexts scans a source and gives its tokens as they were written, the end
// of a statement as `;` and a supplied token in angle brackets.
func tokenTexts(src string) ([]string, Diagnostics) {
	var ds Diagnostics
	tokens, _, _ := scan(NewSource("t.rex", []byte(src)), &ds)
	var out []string
	for _, t := range tokens {
		switch {
		case t.kind == kEOF:
		case t.kind == kTerm:
			out = append(out, ";")
		case t.supplied():
			out = append(out, "<"+suppliedText(t.kind)+">")
		default:
			out = append(out, src[t.at.From:t.at.To])
		}
	}
	return out, ds
}

// Where a newline ends a statement and where it doesn't.
func TestNewlines(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"a\nb", "a ; b ;"},
		{"a;b", "a ; b ;"},
		{"a\n\n;\n;b\n", "a ; b ;"},
		{"\n\na", "a ;"},
		{"a // c\nb", "a ; b ;"},
		{"a\r\nb\r\n", "a ; b ;"},
		// What can end a statement.
		{"1\n\"s\"\nre\"r\"\nb", `1 ; "s" ; re"r" ; b ;`},
		{"f()\nx[0]\nb", "f ( ) ; x [ 0 ] ; b ;"},
		{"a!\nb", "a ! ; b ;"},
		{"let x: int?\nb", "let x : int ? ; b ;"},
		{"true\nfalse\nnil\nbreak\ncontinue\nreturn\nb", "true ; false ; nil ; break ; continue ; return ; b ;"},
		{"\"a${b}\"\nc", `" a ${ b } " ; c ;`},
		// What can't.
		{"a +\nb", "a + b ;"},
		{"a,\nb", "a , b ;"},
		{"x =\n1", "x = 1 ;"},
		{"x =>\n1", "x => 1 ;"},
		{"|a|\nb", "| a | b ;"},
		{"let\nx", "let x ;"},
		{"for a in\nb", "for a in b ;"},
		{"a as\nint", "a as int ;"},
		{"if a {\nb\n}\nc", "if a { b } ; c ;"},
		{"!\na", "! a ;"},
		// Inside `(`, `[` and a hole newlines count for nothing, inside `{` they do.
		{"f(\na\n)\nb", "f ( a ) ; b ;"},
		{"[\na\n]\nb", "[ a ] ; b ;"},
		{"f({\na\nb\n})", "f ( { a ; b } ) ;"},
		{"\"${\na\n}\"\nb", `" ${ a } " ; b ;`},
		// What continues the line before it.
		{"a\n|> b", "a |> b ;"},
		{"a\n.b", "a . b ;"},
		{"a\n?.b", "a ?. b ;"},
		{"a\n?? b", "a ?? b ;"},
		{"a\n&& b\n|| c", "a && b || c ;"},
		{"a\n+ b\n* c\n/ d\n% e", "a + b * c / d % e ;"},
		{"a\n== b", "a == b ;"},
		{"a\n!= b\nc\n< d\ne\n<= f\ng\n> h\ni\n>= j", "a != b ; c < d ; e <= f ; g > h ; i >= j ;"},
		{"a\nis b\nc\nas d", "a is b ; c as d ;"},
		{"}", ""},
		{"if a {}\nelse {}\nb", "if a { } else { } ; b ;"},
		{"a\ncatch b", "a catch b ;"},
		{"a\n// c\n\n// d\n|> b", "a |> b ;"},
		// What doesn't.
		{"a\n- b", "a ; - b ;"},
		{"a\n| b", "a ; | b ;"},
		{"a\n(b)", "a ; ( b ) ;"},
		{"a\n[b]", "a ; [ b ] ;"},
		{"a\n{b}", "a ; { b } ;"},
		{"a\n!b", "a ; ! b ;"},
		{"a\n..b", "a ; .. b ;"},
		{"a\nisolated", "a ; isolated ;"},
		// A reserved word that is only a name ends a statement.
		{"a.in\nb", "a . in ; b ;"},
		{"a\nelse: 1", "a ; else : 1 ;"},
		// A word that only begins statements.
		{"a +\nlet b", "a + ; let b ;"},
		{"while\nlet b", "while let b ;"},
	} {
		got, _ := tokenTexts(c.src)
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.src, s, c.want)
		}
	}
}

// The longest operator wins, and `!` is a suffix directly behind an operand.
func TestOperators(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"x!=y", "x != y ;"},
		{"a..=b", "a ..= b ;"},
		{"1..5", "1 .. 5 ;"},
		{"1.max(2)", "1 . max ( 2 ) ;"},
		{"a??b", "a ?? b ;"},
		{"a?.b", "a ?. b ;"},
		{"a|>b||c|d", "a |> b || c | d ;"},
		{"a- -b", "a - - b ;"},
		{"a--b", "a - - b ;"},
		{"a->b=>c", "a -> b => c ;"},
		{"a%=b", "a %= b ;"},
		{"a//b c", "a ;"},
	} {
		got, _ := tokenTexts(c.src)
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.src, s, c.want)
		}
	}
	for src, want := range map[string]kind{
		"x!": kUnwrap, "f()!": kUnwrap, "x[0]!": kUnwrap, "x !": kBang, "= !": kBang, "return !": kBang, "nil!": kUnwrap,
	} {
		var ds Diagnostics
		tokens, _, _ := scan(NewSource("t.rex", []byte(src)), &ds)
		i := slices.IndexFunc(tokens, func(t token) bool { return src[t.at.From:t.at.To] == "!" })
		if tokens[i].kind != want {
			t.Errorf("%q: `!` has kind %s, want %s", src, kindNames[tokens[i].kind], kindNames[want])
		}
	}
}

// Words are reserved but after `.` and before `:`.
func TestReservedWords(t *testing.T) {
	for src, want := range map[string]kind{
		"match": kMatch, "r.match": kName, "r?.match": kName, "match: 1": kName, "match : 1": kName, "matches": kName, "in": kIn,
	} {
		var ds Diagnostics
		tokens, _, _ := scan(NewSource("t.rex", []byte(src)), &ds)
		i := slices.IndexFunc(tokens, func(t token) bool {
			return strings.HasPrefix(src[t.at.From:], "match") || src[t.at.From:t.at.To] == "in"
		})
		if tokens[i].kind != want {
			t.Errorf("%q: kind %s, want %s", src, kindNames[tokens[i].kind], kindNames[want])
		}
	}
}

// Brackets come out in pairs whatever the source.
func TestBracketsArePaired(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"f(a", "f ( a <)> ;"},
		{"f(a\nlet b", "f ( a <)> ; let b ;"},
		{"f([a\nconst b", "f ( [ a <]> <)> ; const b ;"},
		{"f(a}", "f ( a <)> ;"},
		{"{ f(a }", "{ f ( a <)> } ;"},
		{"f(a]) b", "f ( a ) b ;"},
		{"a)", "a ;"},
		{"f({a)", "f ( { a <}> ) ;"},
		{"if a {\nfn g() {}", "if a { <}> ; fn g ( ) { } ;"},
		{"if a {\n fn g() {}\n}", "if a { fn g ( ) { } } ;"},
		{"fn f(\nfn(int) -> int)", "fn f ( fn ( int ) -> int ) ;"},
		{"f(\nparam, x)", "f ( param , x ) ;"},
		{"f(\nfor: 1)", "f ( for : 1 ) ;"},
		{"f(a\nparam b: int", "f ( a <)> ; param b : int ;"},
		{`"${a`, `" ${ a <}> <> ;`},
		{"\"${a\nlet b", "\" ${ a <}> <> ; let b ;"},
		{`"${a"`, `" ${ a <}> " ;`},
		{`"${f(a}"`, `" ${ f ( a <)> } " ;`},
	} {
		got, ds := tokenTexts(c.src)
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.src, s, c.want)
		}
		broken := strings.Contains(c.want, "<") || strings.Count(c.src, ")") > strings.Count(c.want, ")") ||
			strings.ContainsAny(c.src, "]}") && !strings.ContainsAny(c.want, "]}")
		if broken != ds.HasErrors() && c.src != "f(a]) b" {
			t.Errorf("%q: diagnostics %v", c.src, ds)
		}
	}
}

// Participle can use the scanner by itself, from each kind of input.
func TestDefinition(t *testing.T) {
	const src = "let x = 1\n"
	fromString, err := definition{}.LexString("t.rex", src)
	if err != nil {
		t.Fatal(err)
	}
	fromReader, err := definition{}.Lex("t.rex", strings.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"let", "x", "=", "1", ""} {
		a, _ := fromString.Next()
		b, _ := fromReader.Next()
		if a.Value != want || b.Value != want {
			t.Errorf("got %q and %q, want %q", a.Value, b.Value, want)
		}
	}
	if a, _ := fromString.Next(); !a.EOF() {
		t.Errorf("got %q behind the end", a.Value)
	}
	if _, err := (definition{}).LexString("t.rex", "'a"); err == nil {
		t.Error("a source with an error is accepted")
	}
}

func TestComments(t *testing.T) {
	const src = "#!/usr/bin/rexc run\n/// script\n\n// one\nlet x = 1 // number two\n/// doc\nfn f() {}\n"
	f, ds := Parse("t.rex", []byte(src))
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	var got []string
	for _, c := range f.Comments {
		text := f.Text(c.At)
		if c.OwnLine {
			text = "own " + text
		}
		if c.Doc {
			text = "doc " + text
		}
		got = append(got, text)
	}
	want := []string{"own #!/usr/bin/rexc run", "doc own /// script", "own // one", "// number two", "doc own /// doc"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if f.Doc != "script" || f.Fns[0].Doc != "doc" {
		t.Errorf("docs are %q and %q", f.Doc, f.Fns[0].Doc)
	}
}

func TestDocs(t *testing.T) {
	const src = `// not a doc
/// The script.
///
/// Two paragraphs.

/// The first
///   param.
param a: int
param b: int
/// Lost.

/// A type.
type T = int
// plain
/// A const.
const C = 1
`
	f, ds := Parse("t.rex", []byte(src))
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	for name, c := range map[string][2]string{
		"script": {f.Doc, "The script.\n\nTwo paragraphs."},
		"a":      {f.Params[0].Doc, "The first\n  param."},
		"b":      {f.Params[1].Doc, ""},
		"T":      {f.Types[0].Doc, "A type."},
		"C":      {f.Consts[0].Doc, "A const."},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: doc is %q, want %q", name, c[0], c[1])
		}
	}
}
