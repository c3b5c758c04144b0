package lang

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// Operators bind and associate as the language's table says.
func TestPrecedence(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"a + b * c", "(+ a (* b c))"},
		{"a * b + c", "(+ (* a b) c)"},
		{"a - b - c", "(- (- a b) c)"},
		{"a / b % c", "(% (/ a b) c)"},
		{"(a + b) * c", "(* (+ a b) c)"},
		{"-a.b", "(- (. a b))"},
		{"-a * b", "(* (- a) b)"},
		{"!a && b", "(&& (! a) b)"},
		{"!!a", "(! (! a))"},
		{"-x as int", "(as (- x) int)"},
		{"a as int * b", "(* (as a int) b)"},
		{"a * b as int", "(* a (as b int))"},
		{"a as int? ?? b", "(?? (as a int?) b)"},
		{"a + 1..b - 1", "(.. (+ a 1) (- b 1))"},
		{"0..=n |> f()", "(pipe (..= 0 n) (call f))"},
		{"a |> f(b) |> g.h()", "(pipe (pipe a (call f [(arg b)])) (call (. g h)))"},
		{"a |> f().x", "(. (pipe a (call f)) x)"},
		{"a ?? b ?? c", "(?? a (?? b c))"},
		{"a + b ?? c", "(?? (+ a b) c)"},
		{"a ?? b == c", "(== (?? a b) c)"},
		{"a |> f() ?? b", "(?? (pipe a (call f)) b)"},
		{"a == b && c != d", "(&& (== a b) (!= c d))"},
		{"a < b || c >= d && e", "(|| (< a b) (&& (>= c d) e))"},
		{"a is int && b", "(&& (is a int) b)"},
		{"a is list[any] == b", ""},
		{"a || b || c", "(|| (|| a b) c)"},
		{"a catch b", "(catch a b)"},
		{"a || b catch c catch d", "(catch (catch (|| a b) c) d)"},
		{"a catch b || c", "(catch a (|| b c))"},
		{"f(a catch b, c)", "(call f [(arg (catch a b)) (arg c)])"},
		{"a.b(c)[d]!.e", "(. (unwrap (index (call (. a b) [(arg c)]) d)) e)"},
		{"a?.b?.c()", "(call (?. (?. a b) c))"},
		{"|x| x + 1", "(closure [(closureparam x)] (+ x 1))"},
		{"|x| x catch y", "(closure [(closureparam x)] (catch x y))"},
		{"|| a || b", "(closure (|| a b))"},
		{"xs.map(|x| x).len()", "(call (. (call (. xs map) [(arg (closure [(closureparam x)] x))]) len))"},
		{"if a { b } else { c } + d", "(+ (if [(ifarm (cond a) (block [b]))] (block [c])) d)"},
	} {
		got, ds := parseExpr(t, c.src)
		if c.want == "" {
			if !ds.HasErrors() {
				t.Errorf("%s is accepted: %s", c.src, got)
			}
			continue
		}
		if got != c.want || len(ds) > 0 {
			t.Errorf("%s\n got %s\nwant %s\n%v", c.src, got, c.want, ds)
		}
	}
}

// Every form of an expression has its node.
func TestExpressions(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"[]", "(list)"},
		{"[1, 2,]", "(list [1 2])"},
		{"{}", "(data)"},
		{`{a: 1, "b c": 2, d}`, `(data [(field a 1) (field b c true 2) (field d true d)])`},
		{"{\na: 1,\nb: 2\n}", "(data [(field a 1) (field b 2)])"},
		{"{match: 1, in: 2}", "(data [(field match 1) (field in 2)])"},
		{"f()", "(call f)"},
		{"f(a, b: c,)", "(call f [(arg a) (arg b c)])"},
		{"f(in: 1)", "(call f [(arg in 1)])"},
		{"r.type", "(. r type)"},
		{"x[1]", "(index x 1)"},
		{"x[1..2]", "(slice x 1 2)"},
		{"x[1..=2]", "(slice x 1 2 true)"},
		{"x[1..]", "(slice x 1)"},
		{"x[..2]", "(slice x 2)"},
		{"x[..=2]", "(slice x 2 true)"},
		{"x[n + 1..]", "(slice x (+ n 1))"},
		{"(1..5).step(2)", "(call (. (.. 1 5) step) [(arg 2)])"},
		{"|a: int, b| { a }", "(closure [(closureparam a int) (closureparam b)] (block [a]))"},
		{"|a: T?| {}", "(closure [(closureparam a T?)] (data))"},
		{"|a| { x: a }", "(closure [(closureparam a)] (data [(field x a)]))"},
		{"|a| { a, b }", "(closure [(closureparam a)] (data [(field a true a) (field b true b)]))"},
		{`|a| { "x": a }`, `(closure [(closureparam a)] (data [(field x true a)]))`},
		{"|a| { a }", "(closure [(closureparam a)] (block [a]))"},
		{"|| {\na\nb\n}", "(closure (block [a b]))"},
		{"if a { b }", "(if [(ifarm (cond a) (block [b]))])"},
		{"if a { b } else if c { d } else { e }",
			"(if [(ifarm (cond a) (block [b])) (ifarm (cond c) (block [d]))] (block [e]))"},
		{"if let v = x { v }", "(if [(ifarm (cond v x) (block [v]))])"},
		{"if a == {b: 1} { c }", "(if [(ifarm (cond (== a (data [(field b 1)]))) (block [c]))])"},
		{"try { a } catch { b }", "(catch (try (block [a])) (block [b]))"},
		{"a catch {}", "(catch a (block []))"},
		{"a catch {x: 1}", "(catch a (data [(field x 1)]))"},
		{"a catch |e| { e }", "(catch a e (block [e]))"},
		{"a catch |e| e.code", "(catch a e (. e code))"},
		{"a catch timeout, busy { b }", "(catch a [timeout busy] (block [b]))"},
		{"a catch not_found nil", "(catch a [not_found] (nil))"},
		{"a catch timeout, denied |e| { b }", "(catch a [timeout denied] e (block [b]))"},
		{"a catch return b", "(catch a (return b))"},
		{"a catch (timeout)", "(catch a timeout)"},
		{"a catch [status]", "(catch a (list [status]))"},
		{"a ?? return", "(?? a (return))"},
		{"a ?? continue", "(?? a (continue))"},
		{`a ?? fail("x")`, `(?? a (call fail [(arg "x")]))`},
		{"a as {x: int, y: string?}", "(as a (recordtype [(typefield x int) (typefield y string?)]))"},
		{"match a { 1 => b }", "(match a [(arm (literalpattern 1) b)])"},
	} {
		got, ds := parseExpr(t, c.src)
		if got != c.want || len(ds) > 0 {
			t.Errorf("%s\n got %s\nwant %s\n%v", c.src, got, c.want, ds)
		}
	}
}

func TestPatterns(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"-3", "(literalpattern -3)"},
		{"-1.5", "(literalpattern -1.5)"},
		{`"a"`, `(literalpattern "a")`},
		{"5m", "(literalpattern 300000000000ns)"},
		{"nil", "(literalpattern (nil))"},
		{"true", "(literalpattern true)"},
		{"1..=9", "(rangepattern 1 9 true)"},
		{"-9..-1", "(rangepattern -9 -1)"},
		{"1h..1d", "(rangepattern 3600000000000ns 86400000000000ns)"},
		{`re"a"`, `(regexpattern (regex ["a"]))`},
		{`"a" | "b"`, `(orpattern [(literalpattern "a") (literalpattern "b")])`},
		{"n", "(namepattern n)"},
		{"_", "(namepattern _)"},
		{"n is int", "(ispattern n int)"},
		{"_ is list[any]", "(ispattern _ list[any])"},
		{`{ kind: "file", size }`, `(recordpattern [(patternfield kind (literalpattern "file")) (patternfield size)])`},
		{`{ a: 1 | 2 }`, `(recordpattern [(patternfield a (orpattern [(literalpattern 1) (literalpattern 2)]))])`},
	} {
		got, ds := parseExpr(t, "match x { "+c.src+" => y }")
		if want := "(match x [(arm " + c.want + " y)])"; got != want || len(ds) > 0 {
			t.Errorf("%s\n got %s\nwant %s\n%v", c.src, got, want, ds)
		}
	}
}

func TestArms(t *testing.T) {
	const src = "match x {\n  1 => a, 2 => { b }\n  n if n > 3 => y = n\n  4 => {k: 1}\n  5 => return z,\n  6 => {}\n  _ => break\n}"
	const want = "(match x [(arm (literalpattern 1) a) (arm (literalpattern 2) (block [b])) " +
		"(arm (namepattern n) (> n 3) (assign y n)) (arm (literalpattern 4) (data [(field k 1)])) " +
		"(arm (literalpattern 5) (return z)) (arm (literalpattern 6) (data)) (arm (namepattern _) (break))])"
	if got, ds := parseExpr(t, src); got != want || len(ds) > 0 {
		t.Errorf("got %s\nwant %s\n%v", got, want, ds)
	}
}

func TestTypes(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"int", "int"},
		{"int?", "int?"},
		{"list[map[string?]]?", "list[map[string?]]?"},
		{"fs.Entry", "fs.Entry"},
		{`"a" | "b"`, `(wordstype ["a" "b"])`},
		{`("a" | "b")?`, `(wordstype ["a" "b"])?`},
		{"{a: int, b: string?}", "(recordtype [(typefield a int) (typefield b string?)])"},
		{"{\n  a: int,\n  in: int\n}", "(recordtype [(typefield a int) (typefield in int)])"},
		{"{}", "(recordtype)"},
		{"fn(int, string) -> bool", "(fntype [int string] bool)"},
		{"fn()", "(fntype)"},
		{"(fn() -> int)?", "(fntype int)?"},
		{"int??", "int?"},
	} {
		f, ds := Parse("t.rex", []byte("type T = "+c.src+"\n"))
		if len(ds) > 0 || len(f.Types) != 1 {
			t.Errorf("%s: %v", c.src, ds)
			continue
		}
		if got := sexpr(f.Types[0].Type); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.src, got, c.want)
		}
	}
}

// Every statement and declaration has its node.
func TestStatements(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"let x = 1", "(let x 1)"},
		{"let x: int? = nil", "(let x int? (nil))"},
		{"let {a, b} = r", "(letrecord [a b] r)"},
		{"let _ = f()", "(let _ (call f))"},
		{"x = 1", "(assign x 1)"},
		{"x.f += 1", "(assign (. x f) += 1)"},
		{"x[0] -= 1\nx *= 2\nx /= 2\nx %= 2", "(assign (index x 0) -= 1) (assign x *= 2) (assign x /= 2) (assign x %= 2)"},
		{"for x in xs { f(x) }", "(for [x] xs (block [(call f [(arg x)])]))"},
		{"for i, x in 0..9 { }", "(for [i x] (.. 0 9) (block []))"},
		{"for x in s catch [] { }", "(for [x] (catch s (list)) (block []))"},
		{"for x in s catch d { }", "(for [x] (catch s d) (block []))"},
		{"while a < 3 { break }", "(while (cond (< a 3)) (block [(break)]))"},
		{"while let l = f() { continue }", "(while (cond l (call f)) (block [(continue)]))"},
		{"defer f()", "(defer (call f))"},
		{"defer { f() }", "(defer (block [(call f)]))"},
		{"return", "(return)"},
		{"return {a}", "(return (data [(field a true a)]))"},
		{"a; b", "a b"},
		{"const N = 5", "(const N 5)"},
		{"const N: size = 5MB", "(const N size 5000000B)"},
		{"fn f() { 1 }", "(fn f (block [1]))"},
		{`fn f(a: int, b: string = "x",) -> T { a }`, `(fn f [(fnparam a int) (fnparam b string "x")] T (block [a]))`},
		{"type = 1\nparam = 2\nuses.x = 3\nimport(1)", "(assign type 1) (assign param 2) (assign (. uses x) 3) (call import [(arg 1)])"},
		{"let matching = 1\nlet kinds = 2\nlet path = 3", "(let matching 1) (let kinds 2) (let path 3)"},
		{`import "a.rex" as a`, `(import "a.rex" a)`},
		{`uses fs.read "/a", "/b/**"`, `(uses fs read ["/a" "/b/**"])`},
		{"uses time.now", "(uses time now)"},
		{"param a: int", "(param a int)"},
		{`param a: string = "x" matching re"x"`, `(param a string "x" (regex ["x"]))`},
		{"param a: int = 5 in 1..=9", "(param a int 5 (..= 1 9))"},
		{`param a: string in ["x", "y"]`, `(param a string (list ["x" "y"]))`},
		{"param in: int", "(param in int)"},
		{"type T = {a: int}", "(typedecl T (recordtype [(typefield a int)]))"},
	} {
		f, ds := Parse("t.rex", []byte(c.src+"\n"))
		var parts []string
		for _, item := range f.Items {
			parts = append(parts, sexpr(item))
		}
		got := strings.Join(parts, " ")
		if got != c.want || len(ds) > 0 {
			t.Errorf("%s\n got %s\nwant %s\n%v", c.src, got, c.want, ds)
		}
	}
}

// The file sorts its items, and keeps the order of all.
func TestFileLists(t *testing.T) {
	src, err := os.ReadFile("testdata/good/whole.rex")
	if err != nil {
		t.Fatal(err)
	}
	f, ds := Parse("whole.rex", src)
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	got := []int{len(f.Imports), len(f.Uses), len(f.Params), len(f.Types), len(f.Fns), len(f.Consts), len(f.Stmts), len(f.Items)}
	if want := []int{1, 2, 3, 1, 1, 0, 8, 16}; !reflect.DeepEqual(got, want) {
		t.Errorf("the lists have %v items, want %v", got, want)
	}
	for i := 1; i < len(f.Items); i++ {
		if f.Items[i].Span().From < f.Items[i-1].Span().To {
			t.Errorf("item %d begins before item %d ends", i, i-1)
		}
	}
}

// Good sources have no diagnostics, and the spans of their trees nest.
func TestGoodSources(t *testing.T) {
	files, err := filepath.Glob("testdata/good/*.rex")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, ds := Parse(name, src)
		for _, d := range ds {
			if d.Severity == Error {
				t.Error(d.String())
			}
		}
		checkSpans(t, f, true)
	}
}

// checkSpans walks the tree and checks that every span lies in the source. When
// strict it lies in the span of the node around it, and no node is Bad.
func checkSpans(t *testing.T, f *File, strict bool) {
	t.Helper()
	whole := Span{0, uint32(len(f.Src))}
	for _, item := range f.Items {
		walkSpans(t, f, reflect.ValueOf(item), whole, strict)
	}
}

func walkSpans(t *testing.T, f *File, v reflect.Value, outer Span, strict bool) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if !v.IsNil() {
			walkSpans(t, f, v.Elem(), outer, strict)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walkSpans(t, f, v.Index(i), outer, strict)
		}
	case reflect.Struct:
		if strict && strings.HasPrefix(v.Type().Name(), "Bad") {
			t.Errorf("%s: a %s in a source without errors", f.Name, v.Type().Name())
		}
		if base := v.FieldByName("Base"); base.IsValid() {
			at := base.Interface().(Base).At
			if at.From > at.To || at.From < outer.From && strict || at.To > outer.To && strict || int(at.To) > len(f.Src) {
				t.Errorf("%s: %s at %v isn't within %v of %q", f.Name, v.Type().Name(), at, outer, f.Text(outer))
				return
			}
			outer = at
		}
		for i := range v.NumField() {
			walkSpans(t, f, v.Field(i), outer, strict)
		}
	}
}
