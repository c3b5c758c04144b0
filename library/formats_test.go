package library

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"

	"rex/capability"
)

const (
	yamlParseRow, yamlAllRow, yamlFormatRow = 366, 368, 370
	tomlParseRow, tomlFormatRow             = 371, 373
	csvParseRow, csvRowsRow                 = 374, 376
	csvMapsRow, csvListsRow, csvAnysRow     = 423, 424, 425
)

func TestYAML(t *testing.T) {
	runCases(t, []rowCase{
		{366, values{str("")}, "nil"}, {366, values{str("# nothing\n")}, "nil"}, {366, values{str("\ufeffa: 1\r\nb: 2\r\n")}, `{"a":1,"b":2}`},
		{366, values{str("a: 1\nb: [x, 'y', \"z\\n\"]\nc:\n  - d: ~\n    e: true\n")}, `{"a":1,"b":["x","y","z\n"],"c":[{"d":null,"e":true}]}`},
		// The core schema, and what does not belong to it.
		{366, values{str("[null, Null, NULL, ~, , true, True, TRUE, false]")}, "!invalid"},
		{366, values{str("[null, Null, NULL, ~, true, True, TRUE, false, False, FALSE]")}, "[null,null,null,null,true,true,true,false,false,false]"},
		{366, values{str("[yes, no, on, off, y, n, Yes, nUll, tRue]")}, `["yes","no","on","off","y","n","Yes","nUll","tRue"]`},
		{366, values{str("[0, -0, +12, 0o17, 0x1F, 9223372036854775807, -9223372036854775808]")}, "[0,0,12,15,31,9223372036854775807,-9223372036854775808]"},
		{366, values{str("[1.5, .5, 1., 1e3, -1.5E-3, +.5e1]")}, "[1.5,0.5,1.0,1000.0,-0.0015,5.0]"},
		{366, values{str("[0644, 00, 01.5, 1_000, 0b11, 0o8, 0xg, 12:30, 2026-03-01, 1.2.3, 1e, e3, '1', +, ., 0o, +0x1]")}, `["0644","00","01.5","1_000","0b11","0o8","0xg","12:30","2026-03-01","1.2.3","1e","e3","1","+",".","0o","+0x1"]`},
		{366, values{str("9223372036854775808")}, "!invalid"}, {366, values{str("0xFFFFFFFFFFFFFFFF1")}, "!invalid"}, {366, values{str(".inf")}, "!invalid"}, {366, values{str("-.INF")}, "!invalid"}, {366, values{str(".nan")}, "!invalid"}, {366, values{str("1e999")}, "!invalid"},
		{366, values{str("'2026': {80: a, ~: b, true: c, 1.0: d}")}, `{"2026":{"80":"a","~":"b","true":"c","1.0":"d"}}`},
		{366, values{str("text: |\n  a\n   b\nfold: >-\n  c\n  d\n")}, `{"text":"a\n b\n","fold":"c d"}`},
		{366, values{str("[! 1, !!str 1, !!int '2', !!float 1, !!bool 'true', !!null '', !!seq [a], !!map {a: b}]")}, `["1","1",2,1.0,true,null,["a"],{"a":"b"}]`},
		{366, values{str("!!int a")}, "!invalid"}, {366, values{str("!!binary aGk=")}, "!invalid"}, {366, values{str("!Ref x")}, "!invalid"}, {366, values{str("!!set {a}")}, "!invalid"}, {366, values{str("!!map [a]")}, "!invalid"}, {366, values{str("!!timestamp 2026-03-01")}, "!invalid"},
		// Mappings.
		{366, values{str("a: 1\na: 2")}, "!invalid"}, {366, values{str("1: a\n'1': b")}, "!invalid"}, {366, values{str("? [a]\n: b")}, "!invalid"}, {366, values{str("? a\n: b\n? c")}, `{"a":"b","c":null}`},
		// Aliases are copies; << takes entries in.
		{366, values{str("a: &x [1]\nb: *x")}, `{"a":[1],"b":[1]}`}, {366, values{str("a: *x")}, "!invalid"}, {366, values{str("a: &x [*x]")}, "!invalid"}, {366, values{str("&k a: 1\nb: {*k : 2}")}, `{"a":1,"b":{"a":2}}`},
		{366, values{str("d: &d {a: 1, b: 2}\nx: {<<: *d, b: 3}")}, `{"d":{"a":1,"b":2},"x":{"b":3,"a":1}}`}, {366, values{str("d: &d {a: 1}\ne: &e {a: 2, c: 3}\nx: {<<: [*d, *e]}")}, `{"d":{"a":1},"e":{"a":2,"c":3},"x":{"a":1,"c":3}}`},
		{366, values{str("x: {<<: 1}")}, "!invalid"}, {366, values{str("x: {<<: {a: 1}, <<: {b: 1}}")}, "!invalid"}, {366, values{str("x: {'<<': 1}")}, `{"x":{"<<":1}}`},
		// One document, or several.
		{366, values{str("--- a\n--- b")}, "!invalid"}, {366, values{str("--- a\n...\n")}, "a"}, {367, values{bin("a: b")}, `{"a":"b"}`}, {367, values{bin("\xff")}, "!invalid"},
		{368, values{str("--- a\n---\n--- {b: 1}\n")}, `["a",null,{"b":1}]`}, {368, values{str("")}, "[]"}, {369, values{bin("a")}, `["a"]`}, {368, values{str("a\n--- [")}, "!invalid"},
		{366, values{str("%YAML 1.1\n---\non: yes")}, `{"on":"yes"}`}, {366, values{str("%YAML 3.0\n---\na")}, "!invalid"},
		{370, values{anys(num(1), flt(2), flt(1e21), nil, truth(true), str("x"), dur(90e9), size(1e6), instant(0), pth("/a"))}, "- 1\n- 2.0\n- 1e+21\n- null\n- true\n- x\n- 90\n- 1000000\n- \"1970-01-01T00:00:00Z\"\n- /a\n"},
		{370, values{strs("", "yes", "N", "1", "0644", "1.5", "~", "null", "a: b", "#", "12:30", "a\nb\n", " a", "<<", "0b1", "=", "é", "-", "a-b c")}, "- \"\"\n- \"yes\"\n- \"N\"\n- \"1\"\n- \"0644\"\n- \"1.5\"\n- \"~\"\n- \"null\"\n- \"a: b\"\n- \"#\"\n- \"12:30\"\n- |\n  a\n  b\n- \" a\"\n- \"<<\"\n- \"0b1\"\n- \"=\"\n- é\n- \"-\"\n- a-b c\n"},
		{370, values{mapping(capability.Any, "b", anys(), "a", mapping(capability.Any), "on", anys(mapping(capability.Any, "x", num(1), "z", num(2))))}, "b: []\na: {}\n\"on\":\n- x: 1\n  z: 2\n"},
		{370, values{str("top")}, "top\n"}, {370, values{nil}, "null\n"},
	})
}

func TestTOML(t *testing.T) {
	runCases(t, []rowCase{
		{371, values{str("")}, "{}"}, {371, values{str("\ufeffb = 1\na = 'x' # c\r\n")}, `{"b":1,"a":"x"}`},
		{371, values{str("z = 1\n[s]\nb.c = 2\nb.a = 3\n[s.t]\n[[l]]\nn = 1\n[[l]]\nn = 2\n[l.sub]\nk = true\n")}, `{"z":1,"s":{"b":{"c":2,"a":3},"t":{}},"l":[{"n":1},{"n":2,"sub":{"k":true}}]}`},
		{371, values{str("a = [1_000, +2, -3, 0x1F, 0o17, 0b11]\nf = [1.5, -1e3, 6.0]\nb = [true, false]\ni = {x = 1, y.z = [{}]}\n\"q k\" = '''\nraw'''\n")}, `{"a":[1000,2,-3,31,15,3],"f":[1.5,-1000.0,6.0],"b":[true,false],"i":{"x":1,"y":{"z":[{}]}},"q k":"raw"}`},
		{371, values{str("t = [1979-05-27T07:32:00Z, 1979-05-27 07:32:00.5z, 1979-05-27t07:32:00+01:00]\nd = 1979-05-27\nc = 07:32:00\n")}, `{"t":["1979-05-27T07:32:00Z","1979-05-27T07:32:00.5Z","1979-05-27T07:32:00+01:00"],"d":"1979-05-27","c":"07:32:00"}`},
		{371, values{str("a = 1\na = 2")}, "!invalid"}, {371, values{str("[a]\n[a]")}, "!invalid"}, {371, values{str("a = {b = 1}\n[a]")}, "!invalid"}, {371, values{str("a = []\n[[a]]")}, "!invalid"}, {371, values{str("[a.b]\n[a]\nb.c = 1")}, "!invalid"}, {371, values{str("a.b = 1\n[a]\nc = 1")}, "!invalid"}, {371, values{str("a = {b = 1}\na.c = 2")}, "!invalid"},
		{371, values{str("a = 010")}, "!invalid"}, {371, values{str("a = 9223372036854775808")}, "!invalid"}, {371, values{str("a = inf")}, "!invalid"}, {371, values{str("a = nan")}, "!invalid"}, {371, values{str("a = 2026-02-31")}, "!invalid"}, {371, values{str("a = 1979-05-27T00:00:00+24:00")}, "!invalid"}, {371, values{str("a = 1__0")}, "!invalid"}, {371, values{str("[a.b]\n[a]\nc = 1\n[[d.e]]\n[d]\nf = 1")}, `{"a":{"b":{},"c":1},"d":{"e":[{}],"f":1}}`}, {371, values{str("a = \"x")}, "!invalid"}, {371, values{str("a")}, "!invalid"}, {371, values{str("= 1")}, "!invalid"}, {371, values{str("a = 1 b = 2")}, "!invalid"},
		{372, values{bin("a = 1")}, `{"a":1}`}, {372, values{bin("a = '\xff'")}, "!invalid"},
		{373, values{mapping(capability.Any, "t", mapping(capability.Any, "x", num(1), "u", mapping(capability.Any)), "n", num(1), "none", nil, "l", anys(mapping(capability.Any, "a", str("b\n\x7f"))), "m", anys(num(1), anys(mapping(capability.Any, "k", flt(2)), str("\""))), "a b", truth(true))},
			"n = 1\nm = [1, [{ k = 2.0 }, \"\\\"\"]]\n\"a b\" = true\n\n[t]\nx = 1\n\n[t.u]\n\n[[l]]\na = \"b\\n\\u007f\"\n"},
		{373, values{anys(num(1))}, "!invalid"}, {373, values{mapping(capability.Any, "a", anys(nil))}, "!invalid"}, {373, values{mapping(capability.Any)}, ""},
	})
}

func TestCSV(t *testing.T) {
	runCases(t, []rowCase{
		{374, values{str("\ufeffname,port\r\nweb,80\r\n\r\n\"d,b\",\"1\"\"2\"\r\n")}, `[{"name":"web","port":"80"},{"name":"d,b","port":"1\"2"}]`}, {374, values{str("")}, "[]"}, {374, values{str("a,b")}, "[]"},
		{374, values{str("a;b\n1;2"), str(";")}, `[{"a":"1","b":"2"}]`}, {374, values{str("a,b\n1")}, "!invalid"}, {374, values{str("a,a\n1,2")}, "!invalid"}, {374, values{str("a\n\"")}, "!invalid"}, {374, values{str("a\nx\"y")}, "!invalid"},
		{374, values{str("a"), str("")}, "!invalid"}, {374, values{str("a"), str(",,")}, "!invalid"}, {374, values{str("a"), str("\"")}, "!invalid"}, {374, values{str("a"), str("\n")}, "!invalid"},
		{375, values{bin("a\nb")}, `[{"a":"b"}]`}, {375, values{bin("\xff")}, "!invalid"},
		{376, values{str("a,b\nc\n\"d\ne\",\n")}, `[["a","b"],["c"],["d\ne",""]]`}, {376, values{str("a\tb"), str("\t")}, `[["a","b"]]`}, {377, values{bin("a")}, `[["a"]]`},
		{423, values{capability.NewList(capability.MapOf(capability.Int), mapping(capability.Int, "a", num(1)), mapping(capability.Int, "b", num(2)))}, "a,b\n1,\n,2\n"}, {423, values{capability.NewList(capability.MapOf(capability.Int))}, ""},
		{424, values{capability.NewList(capability.ListOf(capability.String), strs("a", "b,c"), strs(""), strs("\"", "x\ny"))}, "a,\"b,c\"\n\"\"\n\"\"\"\",\"x\ny\"\n"}, {424, values{capability.NewList(capability.ListOf(capability.String), strs())}, "!invalid"}, {424, values{capability.NewList(capability.ListOf(capability.String), strs("a", "b")), str(";")}, "a;b\n"}, {424, values{capability.NewList(capability.ListOf(capability.String)), str("ab")}, "!invalid"},
		{425, values{anys(anys(num(1), nil, truth(true), flt(2), dur(90e9)))}, "1,,true,2.0,1m30s\n"}, {425, values{anys(anys(num(1)), mapping(capability.Any, "a", num(1)))}, "!invalid"}, {425, values{anys(num(1))}, "!invalid"}, {425, values{anys(anys(anys()))}, "!invalid"}, {425, values{anys(nil)}, "!invalid"},
		{426, values{entries("web", 80)}, "key,value\nweb,80\n"}, {426, values{entries()}, ""},
	})
}

func TestVersions(t *testing.T) {
	runCases(t, []rowCase{
		{420, values{str("1.10.0"), str("1.9.9")}, "1"}, {420, values{str("v1.2"), str(" 1.2.0 ")}, "0"}, {420, values{str("1.0.0-rc.1"), str("1.0.0")}, "-1"}, {420, values{str("1.0.0+a"), str("1.0.0+b")}, "0"}, {420, values{str("1.x"), str("1")}, "!invalid"}, {420, values{str("1"), str("")}, "!invalid"}, {420, values{str(strings.Repeat("1", 300)), str("1")}, "!invalid"},
		{421, values{str("1.4.2"), str(">=1.2, <2")}, "true"}, {421, values{str("2.0"), str(">=1.2 <2")}, "false"}, {421, values{str("1.4.2"), str("~1.4 || ^3")}, "true"}, {421, values{str("1.4.2"), str("1.x")}, "true"}, {421, values{str("1.5.0-rc.1"), str(">=1.2")}, "false"}, {421, values{str("1.5.0-rc.1"), str(">=1.5.0-0")}, "true"}, {421, values{str("1"), str("about 1")}, "!invalid"}, {421, values{str("1"), str(strings.Repeat(">1 ", 5000))}, "!invalid"},
		{422, values{str("v1.2")}, "0\x0210\x0220\x01~"}, {422, values{str("x")}, "!invalid"},
	})
}

// Keys sort as semver.org orders versions.
func TestVersionKeys(t *testing.T) {
	ordered := []string{"0.9.10", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0", "10.0.0"}
	for i, a := range ordered {
		for j, b := range ordered {
			x, errX := parseVersion(a)
			y, errY := parseVersion(b)
			if errX != nil || errY != nil {
				t.Fatal(errX, errY)
			}
			if got := strings.Compare(versionKey(x), versionKey(y)); got != x.Compare(y) || (i < j) != (got < 0) {
				t.Errorf("%s and %s: the keys say %d", a, b, got)
			}
		}
	}
}

// What is wrong is told with its place.
func TestDataErrorsHavePlaces(t *testing.T) {
	for _, x := range []struct {
		row  uint16
		text string
		want string
	}{
		{yamlParseRow, "a: b\nc: d: e", "YAML, line 2, column 5: mapping values are not allowed"},
		{yamlParseRow, "a: 1\nb: {é: 1, é: 2}", `YAML, line 2, column 11: the key "é" stands twice`},
		{yamlParseRow, "- é\n- !x y", `YAML, line 2, column 3: the tag "!x"`},
		{yamlParseRow, "a\n\x01", "YAML, line 2, column 1: a control character"},
		{yamlParseRow, "a: &a\n  b: *a", "YAML, line 2, column 6: the alias names a value that holds it"},
		{yamlParseRow, strings.Repeat("[", 300), "YAML, line 1, column 201: nested more than 200"},
		{yamlParseRow, strings.Repeat("- ", 300), "nested more than 200"},
		{tomlParseRow, "a = 1\nb = é", "TOML, line 2, column 5: "},
		{tomlParseRow, "a = 1\n[t]\nx.y = 1\nx.y = 2", `TOML, line 4, column 3: the key "y" stands twice`},
		{tomlParseRow, "[a]\nb = 1\n[a]", "TOML, line 3, column 2: "},
		{tomlParseRow, "a = " + strings.Repeat("[", 300) + strings.Repeat("]", 300), "nested more than 200"},
		{tomlParseRow, strings.Repeat("a.", 300) + "a = 1", "TOML, line 1, column 401: nested more than 200"},
		{tomlParseRow, "[" + strings.Repeat("a.", 300) + "a]", "TOML, line 1, column 402: nested more than 200"},
		{tomlParseRow, "a = inf", `TOML, line 1, column 5: "inf" is no finite number of TOML`},
		{csvParseRow, "a,b\n1,2\n3", "CSV, line 3, column 1: the line has another number of fields than the header: 1, not 2"},
		{csvRowsRow, "a\n\"b\"c", `CSV, line 2, column 3: extraneous or missing " in quoted-field`},
	} {
		_, err := invoke(Numbered(x.row), newMeter(), str(x.text))
		if err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%.40q: %v, want %s", x.text, err, x.want)
		}
	}
}

// A small text stays small whatever its aliases say, and a long one is stopped
// by the limits before it has taken much.
func TestDataBombs(t *testing.T) {
	laughs := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c < 'k'; c++ {
		laughs += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+", ", 8) + "*" + string(c-1) + "]\n"
	}
	merges := "a: &a {x: 1}\n"
	for c := 'b'; c < 'z'; c++ {
		merges += string(c) + ": &" + string(c) + " {<<: [*" + string(c-1) + ", *" + string(c-1) + "]}\n"
	}
	m := &testMeter{maxFuel: 1e6, maxMemory: 16 << 20}
	for _, text := range []string{laughs, merges} {
		_, err := invoke(Numbered(yamlParseRow), m, str(text))
		var f *capability.Error
		if !errors.As(err, &f) || f.Why != capability.TooLarge {
			t.Errorf("%.20q: %v", text, err)
		}
	}
	if m.fuel > 500_000 {
		t.Errorf("the bombs took %d fuel", m.fuel)
	}
	for row, text := range map[uint16]string{
		yamlParseRow: strings.Repeat("a,", 1<<19), yamlAllRow: strings.Repeat("---\n", 1<<18), tomlParseRow: "a = [" + strings.Repeat("1,", 1<<19) + "]", csvRowsRow: strings.Repeat(",", 1<<20), csvParseRow: strings.Repeat("a\n", 1<<19),
	} {
		if row == yamlParseRow {
			text = "[" + text + "]"
		}
		m := &testMeter{maxFuel: 1e9, maxMemory: 4 << 20}
		_, err := invoke(Numbered(row), m, str(text))
		var limit *capability.LimitError
		if !errors.As(err, &limit) {
			t.Errorf("row %d: %v, want a limit", row, err)
		}
		m = &testMeter{maxFuel: 1000, maxMemory: 1 << 40}
		if _, err := invoke(Numbered(row), m, str(text)); !errors.As(err, &limit) {
			t.Errorf("row %d: %v, want a limit of fuel", row, err)
		}
		_, err = invoke(Numbered(row), newMeter(), str(strings.Repeat(" ", MaxInput+1)))
		var f *capability.Error
		if !errors.As(err, &f) || f.Why != capability.TooLarge {
			t.Errorf("row %d: %v, want too_large", row, err)
		}
	}
}

// Many keys in one table cost by their number: go-toml's own check of them
// would take minutes here.
func TestTOMLIsLinear(t *testing.T) {
	var text strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&text, "k%d = 1\n", i)
	}
	if _, err := invoke(Numbered(tomlParseRow), newMeter(), str(text.String())); err != nil {
		t.Error(err)
	}
}

// Aliases are copies: changing one leaves the other.
func TestAliasesAreCopies(t *testing.T) {
	v, err := invoke(Numbered(yamlParseRow), newMeter(), str("a: &x [1]\nb: *x"))
	if err != nil {
		t.Fatal(err)
	}
	m := v.(*capability.Map)
	m.R[0].(*capability.List).Append(capability.Any, num(2))
	if got := Text(v); got != `{"a":[1,2],"b":[1]}` {
		t.Errorf("after the change: %s", got)
	}
}

// fuzzFormat: reading what was written gives the same value, and nothing that
// is read panics or raises what its row does not say.
func fuzzFormat(f *testing.F, parse, format uint16, seeds ...string) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || len(s) > 1<<16 {
			return
		}
		v, err := invoke(Numbered(parse), newMeter(), str(s))
		if err != nil {
			var fault *capability.Error
			var limit *capability.LimitError
			if !errors.As(err, &limit) && (!errors.As(err, &fault) || !Numbered(parse).Kinds.Has(fault.Why)) {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		roundTrip(t, parse, format, v)
	})
}

func roundTrip(t *testing.T, parse, format uint16, v capability.Value) {
	t.Helper()
	text, err := invoke(Numbered(format), newMeter(), v)
	var fault *capability.Error
	if errors.As(err, &fault) && fault.Why == capability.Invalid && format == csvAnysRow {
		return
	}
	if err != nil {
		t.Fatalf("%s can't be written: %v", Text(v), err)
	}
	again, err := invoke(Numbered(parse), newMeter(), text)
	if err != nil {
		t.Fatalf("%s was written as\n%s\nwhich can't be read: %v", Text(v), text, err)
	}
	if same, err := Equal(v, again); err != nil || !same {
		t.Fatalf("%s was written as\n%s\nand read as %s (%v)", Text(v), text, Text(again), err)
	}
}

func FuzzYAML(f *testing.F) {
	fuzzFormat(f, yamlParseRow, yamlFormatRow, "a: [1, 'x', {b: ~}]\nc: |\n  d\n", "- &a x\n- *a\n- <<: {k: 1.5}\n", "? |-\n  a\n  b\n: \"\\e\\x85\\0\"\n", "0644", "\"\\uFEFF\"", "'a\n\n  b'", "- - - x\n", "{a: {b: {}}, '': []}")
}

func FuzzTOML(f *testing.F) {
	for _, s := range []string{"a.b = 1\n[c]\nd = [{}, {e = 1.5}]\n[[f]]\n[[f.g]]\n", "'' = \"\\u007f\\t\"\n\"x y\".z = 2026-03-01 12:00:00Z\n", "a = [[1, 2], ['x', \"\"\"\ny\"\"\"]]\n", "[a.b.c]\n[a]\nd = 1\n", "a = {b.c = 1, b.d = 2}\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || len(s) > 1<<16 {
			return
		}
		v, err := invoke(Numbered(tomlParseRow), newMeter(), str(s))
		if err == nil {
			sameTOML(t, s, v)
			roundTrip(t, tomlParseRow, tomlFormatRow, v)
			return
		}
		var whole map[string]any
		if toml.Unmarshal([]byte(s), &whole) == nil && !refusedOnPurpose(err) {
			t.Fatalf("%q: %v, go-toml reads %v", s, err, whole)
		}
	})
}

// refusedOnPurpose tells errors about TOML that Rex refuses and go-toml takes.
func refusedOnPurpose(err error) bool {
	for _, why := range []string{"finite number", "nested more than", "control character", "fit into a float", "no date or time of the calendar"} {
		if strings.Contains(err.Error(), why) {
			return true
		}
	}
	return false
}

// sameTOML holds a value to go-toml's own reading of the text.
func sameTOML(t *testing.T, s string, v capability.Value) {
	t.Helper()
	var whole map[string]any
	if err := toml.Unmarshal([]byte(strings.TrimPrefix(s, "\ufeff")), &whole); err != nil {
		t.Fatalf("%q: go-toml says %v", s, err)
	}
	if !sameShape(v, whole) {
		t.Fatalf("%q is read as %s, go-toml reads %v", s, Text(v), whole)
	}
}

func sameShape(v capability.Value, x any) bool {
	switch x := x.(type) {
	case map[string]any:
		m, ok := v.(*capability.Map)
		if !ok || len(x) != m.Len() {
			return false
		}
		for i, key := range m.Keys {
			if !sameShape(m.R[i], x[key]) {
				return false
			}
		}
		return true
	case []any:
		l, ok := v.(*capability.List)
		if !ok || len(x) != l.Len() {
			return false
		}
		for i := range x {
			if !sameShape(l.R[i], x[i]) {
				return false
			}
		}
		return true
	case int64:
		return v == capability.IntValue(x)
	case float64:
		return v == capability.FloatValue(x) || math.IsNaN(x)
	case bool:
		return v == capability.BoolValue(x)
	case string:
		return v == capability.StringValue(x)
	}
	_, isText := v.(capability.StringValue)
	return isText // a date or time
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n\"c\n\",\"\"\"\"\n", "\"\"\n", "a\r\nb\r", "\n\n x\n", "é;ü"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || len(s) > 1<<16 || strings.Contains(s, "\r\r") {
			return // an end of line in a cell is read as \n, so that a cell with \r\n comes back as another
		}
		if v, err := invoke(Numbered(csvRowsRow), newMeter(), str(s)); err == nil {
			roundTrip(t, csvRowsRow, csvListsRow, v)
		}
		if v, err := invoke(Numbered(csvParseRow), newMeter(), str(s)); err == nil && v.(*capability.List).Len() > 0 {
			roundTrip(t, csvParseRow, csvMapsRow, v)
		}
	})
}

// Any value that JSON can say is read back from YAML.
func FuzzYAMLOfJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5,"x\n",null,true,{}],"":""}`, `["yes","0644"," ","\t","a: b","- x","\u0085","\ud83d\ude00","\u0000"]`, `{"a\nb":{"c":[[]]}}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 1<<14 {
			return
		}
		if v, err := ParseJSON(s, nil); err == nil {
			roundTrip(t, yamlParseRow, yamlFormatRow, v)
		}
	})
}
