package library

import (
	"errors"
	"math"
	"strings"
	"testing"

	"rex/capability"
)

// Short makers of values.
type values = []capability.Value

func str(s string) capability.Value    { return capability.StringValue(s) }
func num(n int64) capability.Value     { return capability.IntValue(n) }
func flt(x float64) capability.Value   { return capability.FloatValue(x) }
func dur(n int64) capability.Value     { return capability.DurationValue(n) }
func bin(s string) capability.Value    { return capability.BytesValue(s) }
func size(n int64) capability.Value    { return capability.SizeValue(n) }
func instant(n int64) capability.Value { return capability.TimeValue(n) }
func pth(s string) capability.Value    { return capability.PathValue(s) }
func rex(s string) capability.Value    { return capability.RegexValue(s) }
func link(s string) capability.Value   { return capability.URLValue(s) }
func addr(s string) capability.Value   { return capability.IPValue(s) }
func truth(b bool) capability.Value    { return capability.BoolValue(b) }

func ints(ns ...int64) capability.Value {
	l := capability.NewList(capability.Int)
	for _, n := range ns {
		l.Append(capability.Int, num(n))
	}
	return l
}

func strs(ss ...string) capability.Value {
	l := capability.NewList(capability.String)
	l.T = ss
	return l
}

func optionals(vs ...capability.Value) capability.Value {
	return capability.NewList(capability.OptionalOf(capability.Int), vs...)
}

func anys(vs ...capability.Value) capability.Value { return capability.NewList(capability.Any, vs...) }

func mapping(elem *capability.Type, pairs ...any) *capability.Map {
	m := capability.NewMap(elem)
	for i := 0; i < len(pairs); i += 2 {
		v, _ := pairs[i+1].(capability.Value)
		m.Put(pairs[i].(string), v)
	}
	return m
}

// entries makes a list of {key, value}.
func entries(pairs ...any) capability.Value {
	t := capability.RecordOf(capability.Field{Name: "key", Type: capability.String}, capability.Field{Name: "value", Type: capability.Int})
	l := capability.NewList(t)
	for i := 0; i < len(pairs); i += 2 {
		l.R = append(l.R, capability.NewRecord(t).With("key", str(pairs[i].(string))).With("value", num(int64(pairs[i+1].(int)))))
	}
	return l
}

func TestStrings(t *testing.T) {
	runCases(t, []rowCase{
		{1, values{str("größe")}, "5"}, {1, values{str("")}, "0"},
		{2, values{str("")}, "true"}, {2, values{str(" ")}, "false"},
		{3, values{str(" \t a b \n")}, "a b"}, {4, values{str("  a ")}, "a "}, {5, values{str(" a  ")}, " a"},
		{6, values{str("x=1=2"), str("x=")}, "1=2"}, {6, values{str("abc"), str("b")}, "abc"},
		{7, values{str("a.tar.gz"), str(".gz")}, "a.tar"}, {7, values{str("a"), str("ab")}, "a"},
		{8, values{str("größe")}, "GRÖßE"}, {9, values{str("ÄB")}, "äb"},
		{10, values{str("abc"), str("bc")}, "true"}, {10, values{str("abc"), str("")}, "true"}, {10, values{str("abc"), str("x")}, "false"},
		{11, values{str("abc"), str("ab")}, "true"}, {12, values{str("abc"), str("bc")}, "true"}, {12, values{str("abc"), str("ab")}, "false"},
		{13, values{str("a,b,,c"), str(",")}, `["a","b","","c"]`}, {13, values{str(""), str(",")}, `[""]`},
		{13, values{str("a-b-c"), str("-"), num(2)}, `["a","b-c"]`}, {13, values{str("a"), str("")}, "!invalid"}, {13, values{str("a"), str(","), num(0)}, "!range"},
		{14, values{str("a\nb\r\nc")}, `["a","b","c"]`}, {14, values{str("a\n\n")}, `["a",""]`}, {14, values{str("")}, `[]`},
		{15, values{str(" a\t b\n")}, `["a","b"]`}, {15, values{str("  ")}, `[]`},
		{16, values{str("a.b.c"), str("."), str("/")}, "a/b/c"}, {16, values{str("aaa"), str("a"), str("bb"), num(2)}, "bbbba"},
		{16, values{str("a"), str(""), str("b")}, "!invalid"}, {16, values{str("abc"), str("x"), str("y")}, "abc"},
		{17, values{str("ab"), num(3)}, "ababab"}, {17, values{str("ab"), num(0)}, ""}, {17, values{str("a"), num(-1)}, "!range"}, {17, values{str(""), num(1 << 62)}, ""},
		{18, values{str("héllo"), str("l")}, "2"}, {18, values{str("a"), str("b")}, "nil"},
		{19, values{str("hé")}, `["h","é"]`}, {20, values{str("hé")}, "aMOp"}, {31, values{str("hé"), str("latin1")}, "aOk="}, {31, values{str("hé"), str("utf-8")}, "aMOp"}, {31, values{str("€"), str("latin1")}, "!invalid"},
		{21, values{str("héllo"), num(2)}, "hé"}, {21, values{str("h"), num(9)}, "h"}, {21, values{str("h"), num(-1)}, "!range"},
		{22, values{str("héllo"), num(2)}, "llo"}, {22, values{str("h"), num(9)}, ""},
		{23, values{str("hellö"), num(2)}, "hel"}, {23, values{str("h"), num(9)}, ""},
		{24, values{str("éa")}, "é"}, {24, values{str("")}, "nil"}, {25, values{str("aé")}, "é"}, {25, values{str("")}, "nil"},
		{26, values{str("a=b=c"), str("=")}, `{"before":"a","after":"b=c"}`}, {26, values{str("a"), str("=")}, "nil"},
		{27, values{str("a=b=c"), str("=")}, `{"before":"a=b","after":"c"}`},
		{28, values{str("banana"), str("an")}, "2"}, {28, values{str("a"), str("")}, "!invalid"},
		{29, values{str("ä"), num(3)}, "ä  "}, {29, values{str("a"), num(3), str("right"), str("0")}, "00a"}, {29, values{str("a"), num(4), str("center"), str("·")}, "·a··"},
		{29, values{str("a"), num(3), str("left"), str("ab")}, "!invalid"}, {29, values{str("abcd"), num(3)}, "abcd"}, {29, values{str("a"), num(-1)}, "!range"},
		{30, values{str("höflich"), num(3)}, "hö…"}, {30, values{str("abc"), num(3)}, "abc"}, {30, values{str("a"), num(0)}, "!range"},
		{29, values{str("日本"), num(6)}, "日本  "}, {29, values{str("e\u0301"), num(2)}, "e\u0301 "}, {29, values{str("a"), num(3), str("left"), str("日")}, "!invalid"},
		{30, values{str("日本語"), num(4)}, "日…"}, {30, values{str("日本"), num(4)}, "日本"}, {30, values{str("cafe\u0301 au lait"), num(5)}, "cafe\u0301…"},
		{32, values{str("a10")}, "a0\x0310\x00a10"},
		{506, values{ints(1, 2, 3), num(1), num(3)}, "[2,3]"}, {506, values{ints(1, 2, 3), num(1), num(4)}, "!range"}, {506, values{ints(1), num(1), nil}, "[]"}, {506, values{ints(1), num(2), nil}, "!range"},
		{507, values{str("héllo"), num(1), num(3)}, "él"}, {507, values{str("héllo"), num(3), nil}, "lo"}, {507, values{str("h"), num(0), num(2)}, "!range"}, {507, values{str("hé"), num(2), num(1)}, ""},
		{508, values{str("héllo"), num(1)}, "é"}, {508, values{str("h"), num(1)}, "!range"}, {508, values{str("hé"), num(2)}, "!range"}, {508, values{str("h"), num(-1)}, "!range"},
		{509, values{bin("abc"), num(1), num(2)}, "Yg=="}, {509, values{bin("abc"), num(1), num(9)}, "!range"},
	})
}

func TestRegexes(t *testing.T) {
	runCases(t, []rowCase{
		{50, values{str("abc"), rex("b.")}, "true"}, {50, values{str("abc"), rex("[")}, "!invalid"},
		{51, values{str("abc"), rex("b.")}, "false"}, {51, values{str("abc"), rex("a|abc")}, "true"},
		{52, values{str("éab"), rex("[ab]+")}, "1"}, {52, values{str("x"), rex("y")}, "nil"},
		{53, values{str("a1b22"), rex(`\d+`)}, "2"}, {53, values{str(strings.Repeat("ab", 1000)), rex("b")}, "1000"},
		{54, values{str("a1b22"), rex(`(\d)(\d)?`), str("<$1>")}, "a<1>b<2>"}, {54, values{str("a1b2"), rex(`\d`), str("$$x$"), num(1)}, "a$x$b2"},
		{54, values{str("a"), rex("a"), str("$1")}, "!invalid"}, {54, values{str("x"), rex("(a)?x"), str("[$1]")}, "[]"}, {54, values{str("ab"), rex(`\b`), str("|")}, "|ab|"},
		{55, values{str("k=v"), rex(`(\w)=(\w)(x)?`)}, `["k=v","k","v",null]`}, {55, values{str("k"), rex("=")}, "nil"},
		{56, values{str("a1b2"), rex(`[a-z](\d)`)}, `[["a1","1"],["b2","2"]]`},
		{57, values{str("a.b*")}, `a\.b\*`}, {514, values{str("a.b")}, `a\.b`}, {514, values{str(strings.Repeat(".", 5000))}, "!invalid"},
		{58, values{str("a1b22c"), rex(`\d+`)}, `["a","b","c"]`}, {58, values{str("a1b2c"), rex(`\d`), num(2)}, `["a","b2c"]`}, {58, values{str("abc"), rex("")}, `["a","b","c"]`}, {58, values{str("a,"), rex(",")}, `["a",""]`},
	})
}

func TestLists(t *testing.T) {
	frozen := ints(1, 2)
	if err := Freeze(frozen); err != nil {
		t.Fatal(err)
	}
	rec := func(n int64) capability.Value {
		return capability.NewRecord(capability.RecordOf(capability.Field{Name: "n", Type: capability.Int})).With("n", num(n))
	}
	recs := capability.NewList(rec(1).(*capability.Record).Type, rec(2), rec(1), rec(2))
	runCases(t, []rowCase{
		{70, values{ints(1, 2)}, "2"}, {71, values{ints()}, "true"}, {72, values{ints(1, 2)}, "1"}, {72, values{ints()}, "nil"}, {73, values{strs("a", "b")}, "b"},
		{74, values{ints(1, 2), num(1)}, "2"}, {74, values{ints(1), num(1)}, "nil"}, {74, values{ints(1), num(-1)}, "nil"},
		{75, values{ints(1, 2), num(2)}, "true"}, {75, values{strs("a"), str("b")}, "false"}, {75, values{recs, rec(2)}, "true"}, {75, values{recs, rec(3)}, "false"},
		{75, values{capability.NewList(capability.Float, flt(0)), flt(negativeZero)}, "true"},
		{76, values{frozen, num(1)}, "!invalid"}, {76, values{ints(), num(1)}, "nil"}, {77, values{ints(1), num(2), num(1)}, "!range"}, {77, values{ints(1), num(-1), num(1)}, "!range"},
		{77, values{strs("a"), num(0), str("b")}, "nil"}, {77, values{frozen, num(0), num(1)}, "!invalid"},
		{78, values{ints(1, 2)}, "2"}, {78, values{ints()}, "nil"}, {78, values{frozen}, "!invalid"},
		{79, values{strs("a", "b"), num(0)}, "a"}, {79, values{ints(1), num(1)}, "!range"}, {79, values{frozen, num(0)}, "!invalid"}, {80, values{ints(1)}, "nil"}, {80, values{frozen}, "!invalid"},
		{81, values{frozen}, "[1,2]"}, {82, values{ints(1, 2, 3), num(2)}, "[1,2]"}, {82, values{ints(1), num(-1)}, "!range"}, {83, values{ints(1, 2, 3), num(1)}, "[2,3]"}, {83, values{ints(1), num(5)}, "[]"},
		{84, values{ints(1, 2, 3), num(1)}, "[1,2]"}, {85, values{ints(1, 2, 3)}, "[3,2,1]"}, {85, values{strs("a", "b")}, `["b","a"]`},
		{86, values{ints(1, 1, 2, 1)}, "[1,2]"}, {86, values{recs}, `[{"n":2},{"n":1}]`}, {86, values{strs("b", "a", "b")}, `["b","a"]`},
		{86, values{anys(num(1), flt(1), str("1"), nil, nil, ints(1), anys(num(1)))}, `[1,1.0,"1",null,[1]]`},
		{87, values{ints(1, 2), ints(2, 3)}, "[1,2,3]"}, {88, values{ints(1, 2, 2, 3), ints(3, 2)}, "[2,3]"}, {89, values{ints(1, 2, 1), ints(2)}, "[1]"}, {88, values{recs, recs}, `[{"n":2},{"n":1}]`},
		{90, values{strs("a", "b"), str("-")}, "a-b"}, {90, values{strs(), str("-")}, ""},
		{91, values{capability.NewList(capability.ListOf(capability.Int), ints(1), ints(), ints(2, 3))}, "[1,2,3]"},
		{92, values{strs("a")}, `[{"index":0,"value":"a"}]`}, {93, values{ints(1, 2), strs("a")}, `[{"left":1,"right":"a"}]`},
		{94, values{ints(1, 2, 3), num(2)}, "[[1,2],[3]]"}, {94, values{ints(1), num(0)}, "!range"}, {94, values{ints(1), num(1 << 62)}, "[[1]]"}, {95, values{ints(1, 2, 3, 4), num(3)}, "[1,4]"}, {95, values{ints(1, 2), num(1 << 62)}, "[1]"},
		{96, values{ints(1, 2, 3), num(2)}, "[[1,2],[2,3]]"}, {96, values{ints(1, 2), num(3)}, "[]"}, {96, values{ints(1), num(0)}, "!range"}, {96, values{ints(1), num(1 << 62)}, "[]"},
		{110, values{ints(3, -1, 2)}, "[-1,2,3]"}, {110, values{strs("b", "ä", "a"), truth(true)}, `["ä","b","a"]`},
		{110, values{capability.NewList(capability.Path, pth("/a-b"), pth("/a/b"), pth("/a"))}, `["/a","/a/b","/a-b"]`},
		{110, values{capability.NewList(capability.IP, addr("10.0.0.10"), addr("10.0.0.9"), addr("::1"))}, `["10.0.0.9","10.0.0.10","::1"]`},
		{111, values{optionals(num(2), nil, num(1))}, "[1,2,null]"},
		{112, values{ints(1, 2)}, "3"}, {112, values{ints()}, "0"}, {112, values{ints(1<<62, 1<<62)}, "!range"}, {112, values{capability.NewList(capability.Size, size(1e6), size(2e6))}, "3MB"}, {112, values{capability.NewList(capability.Float, flt(1.7e308), flt(1.7e308))}, "!range"},
		{113, values{ints(2, 1, 3)}, "1"}, {113, values{ints()}, "nil"}, {114, values{strs("a", "c", "b")}, "c"}, {115, values{ints(1, 2)}, "1.5"}, {115, values{ints()}, "nil"}, {116, values{capability.NewList(capability.Float, flt(1), flt(4))}, "2.5"},
		{510, values{ints(1), ints(2)}, "[1,2]"}, {511, values{num(1), num(4)}, "[1,2,3]"}, {511, values{num(4), num(1)}, "[]"},
		{512, values{strs("a", "b", "c"), ints(2, 1, 2), truth(false)}, `["b","a","c"]`}, {512, values{strs("a", "b", "c"), ints(2, 1, 2), truth(true)}, `["a","c","b"]`}, {512, values{strs("a"), ints(), truth(false)}, "!invalid"},
		{513, values{strs("a", "b"), optionals(nil, num(1)), truth(false)}, `["b","a"]`},
		{522, values{ints(2, 0, 1), strs("a", "b", "a"), truth(false)}, "[2,0,1]"}, {522, values{ints(2, 0, 1), strs("a", "b", "a"), truth(true)}, "[1,2,0]"}, {522, values{ints(3), strs("a"), truth(false)}, "!range"}, {522, values{ints(-1), strs("a"), truth(false)}, "!range"},
		{97, values{&capability.List{Elem: capability.MapOf(capability.Any), Cells: capability.Cells{R: []capability.Value{mapping(capability.Any, "n", num(1)), mapping(capability.Any, "n", num(22), "b", str("x\ty"))}}}}, " n  b\n 1\n22  x\\u{9}y"},
		{98, values{capability.NewList(capability.RecordOf(capability.Field{Name: "b", Type: capability.String}, capability.Field{Name: "a", Type: capability.Int}))}, "b  a"},
		{523, values{ints(0, 1), optionals(nil, num(1)), truth(false)}, "[1,0]"}, {524, values{strs("a", "b"), ints(1, 0, 1)}, `["b","a","b"]`}, {524, values{strs("a"), ints(1)}, "!range"},
	})
}

func TestListChanges(t *testing.T) {
	l := ints(1, 2, 3).(*capability.List)
	steps := []struct {
		row  uint16
		args values
		want string
	}{
		{76, values{l, num(4)}, "[1,2,3,4]"}, {77, values{l, num(0), num(0)}, "[0,1,2,3,4]"}, {77, values{l, num(5), num(9)}, "[0,1,2,3,4,9]"},
		{78, values{l}, "[0,1,2,3,4]"}, {79, values{l, num(2)}, "[0,1,3,4]"}, {80, values{l}, "[]"},
	}
	for _, s := range steps {
		before := l.Version
		if _, err := invoke(Numbered(s.row), newMeter(), s.args...); err != nil {
			t.Fatal(err)
		}
		if got := Text(l); got != s.want || l.Version == before {
			t.Errorf("after row %d the list is %s, want %s (version %d after %d)", s.row, got, s.want, l.Version, before)
		}
	}
}

func TestMaps(t *testing.T) {
	m := func() *capability.Map { return mapping(capability.Int, "b", num(2), "a", num(1)) }
	frozen := m()
	if err := Freeze(frozen); err != nil {
		t.Fatal(err)
	}
	runCases(t, []rowCase{
		{130, values{m()}, "2"}, {131, values{m()}, "false"}, {132, values{m()}, `["b","a"]`}, {133, values{m()}, "[2,1]"}, {134, values{m()}, `[{"key":"b","value":2},{"key":"a","value":1}]`},
		{135, values{m(), str("a")}, "true"}, {135, values{m(), str("c")}, "false"}, {136, values{m(), str("b")}, "2"}, {136, values{m(), str("c")}, "nil"}, {136, values{frozen, str("b")}, "!invalid"},
		{137, values{m()}, "nil"}, {137, values{frozen}, "!invalid"}, {138, values{frozen}, `{"b":2,"a":1}`}, {139, values{m(), mapping(capability.Int, "a", num(5), "c", num(3))}, `{"b":2,"a":5,"c":3}`},
		{141, values{entries("b", 1, "a", 2, "b", 3)}, `{"b":3,"a":2}`}, {141, values{entries()}, "{}"},
		{140, values{m(), str("a"), num(7)}, "1"}, {140, values{m(), str("z"), num(7)}, "7"}, {140, values{frozen, str("z"), num(7)}, "!invalid"},
	})
	x := m()
	for _, row := range []uint16{136, 140, 137} {
		args := values{x, str("b"), num(5)}[:len(Numbered(row).Params)]
		if _, err := invoke(Numbered(row), newMeter(), args...); err != nil {
			t.Fatal(err)
		}
		want := map[uint16]string{136: `{"a":1}`, 140: `{"a":1,"b":5}`, 137: `{}`}[row]
		if Text(x) != want {
			t.Errorf("after row %d the map is %s, want %s", row, Text(x), want)
		}
	}
}

func TestNumbers(t *testing.T) {
	least := num(-1 << 63)
	runCases(t, []rowCase{
		{150, values{num(-3)}, "3"}, {150, values{least}, "!range"}, {151, values{flt(-1.5)}, "1.5"}, {152, values{dur(-5)}, "5ns"}, {153, values{size(-5)}, "5B"},
		{154, values{num(1), num(2)}, "1"}, {155, values{flt(1), flt(2)}, "1.0"}, {156, values{dur(1), dur(2)}, "1ns"}, {157, values{size(1), size(2)}, "1B"}, {158, values{instant(0), instant(1e9)}, "1970-01-01T00:00:00Z"},
		{159, values{num(1), num(2)}, "2"}, {160, values{flt(1), flt(2)}, "2.0"}, {161, values{dur(1), dur(2)}, "2ns"}, {162, values{size(1), size(2)}, "2B"}, {163, values{instant(0), instant(1e9)}, "1970-01-01T00:00:01Z"},
		{164, values{num(5), num(1), num(3)}, "3"}, {164, values{num(5), num(3), num(1)}, "!range"}, {165, values{flt(0), flt(1), flt(3)}, "1.0"}, {165, values{flt(0), flt(3), flt(1)}, "!range"}, {166, values{dur(2), dur(1), dur(3)}, "2ns"}, {167, values{size(2), size(3), size(3)}, "3B"}, {168, values{instant(5e9), instant(0), instant(1e9)}, "1970-01-01T00:00:01Z"},
		{169, values{num(-7), num(2)}, "-3"}, {169, values{num(1), num(0)}, "!range"}, {169, values{least, num(-1)}, "!range"},
		{170, values{num(2), num(10)}, "1024"}, {170, values{num(2), num(63)}, "!range"}, {170, values{num(-2), num(63)}, "-9223372036854775808"}, {170, values{num(2), num(-1)}, "!range"}, {170, values{num(0), num(0)}, "1"}, {170, values{num(-1), num(1<<62 + 1)}, "-1"},
		{171, values{flt(2), flt(0.5)}, "1.4142135623730951"}, {171, values{flt(-1), flt(0.5)}, "!range"}, {172, values{num(9)}, "3.0"}, {172, values{num(-9)}, "!range"}, {173, values{flt(2.25)}, "1.5"}, {173, values{flt(-1)}, "!range"},
		{174, values{flt(2.5)}, "3"}, {174, values{flt(-2.5)}, "-3"}, {174, values{flt(1e300)}, "!range"}, {175, values{flt(-2.5)}, "-3"}, {176, values{flt(2.1)}, "3"}, {177, values{flt(-2.9)}, "-2"},
		{178, values{flt(2.345), num(2)}, "2.35"}, {178, values{flt(1), num(-1)}, "!range"}, {179, values{flt(2), num(2)}, "2.00"}, {179, values{flt(2), num(101)}, "!range"},
		{180, values{num(6), num(3)}, "2"}, {181, values{num(6), num(3)}, "7"}, {182, values{num(6), num(3)}, "5"}, {183, values{num(1), num(4)}, "16"}, {183, values{num(1), num(63)}, "!range"}, {183, values{num(1), num(-1)}, "!range"}, {183, values{num(0), num(99)}, "0"}, {184, values{num(-16), num(2)}, "-4"}, {184, values{num(-1), num(99)}, "-1"},
		{185, values{num(8), num(8)}, "10"}, {185, values{num(8), num(1)}, "!range"},
		{200, values{size(2048)}, "2048"}, {201, values{dur(15e5)}, "1.5"}, {202, values{dur(15e8)}, "1.5"}, {203, values{dur(90e9)}, "1.5"}, {204, values{dur(5400e9)}, "1.5"}, {205, values{dur(36 * 3600e9)}, "1.5"},
		{206, values{dur(15e8), dur(1e9)}, "2s"}, {206, values{dur(-15e8), dur(1e9)}, "-2s"}, {206, values{dur(14e8), dur(1e9)}, "1s"}, {206, values{dur(1), dur(0)}, "!range"}, {206, values{dur(1<<63 - 1), dur(1 << 62)}, "!range"}, {207, values{dur(-15e8), dur(1e9)}, "-2s"}, {207, values{dur(-1 << 63), dur(1e9)}, "!range"},
		{208, values{num(-1234567)}, "-1,234,567"}, {209, values{flt(1234.5)}, "1,234.5"}, {209, values{flt(0.001234)}, "0.00123"}, {210, values{size(1610612737)}, "1.5 GiB"}, {210, values{size(-512)}, "-512 B"}, {210, values{size(0)}, "0 B"}, {211, values{dur(7500e9)}, "2h 5m"}, {211, values{dur(1234567890)}, "1.2s"}, {211, values{dur(0)}, "0s"}, {212, values{instant(86400e9)}, "1970-01-02 00:00:00"},
	})
}

func TestTimes(t *testing.T) {
	at := instant(1772373909_123456789) // 2026-03-01T14:05:09Z
	log := values{str("01/Mar/2026:14:05:09 +0200"), str("%d/%b/%Y:%H:%M:%S %z")}
	runCases(t, []rowCase{
		{250, values{at}, "1772373909"}, {250, values{instant(-1)}, "-1"}, {251, values{at}, "2026"}, {252, values{at}, "3"}, {253, values{at}, "1"}, {254, values{at}, "14"}, {255, values{at}, "5"}, {256, values{at}, "9"}, {257, values{at}, "sunday"},
		{258, values{at, str("%Y-%m-%d %H:%M:%S.%L %a %b %j %%")}, "2026-03-01 14:05:09.123 Sun Mar 060 %"}, {258, values{at, str("%F %T %z"), str("+02:00")}, "2026-03-01 16:05:09 +0200"}, {258, values{at, str("2006 %s %f")}, "2006 1772373909 123456"},
		{258, values{at, str("%G-W%V-%u")}, "2026-W09-7"}, {258, values{at, str("%F %T %Z"), str("America/New_York")}, "2026-03-01 09:05:09 EST"}, {258, values{at, str("%F"), str("../etc/passwd")}, "!invalid"}, {258, values{at, str("%F"), str("")}, "!invalid"},
		{258, values{at, str("%Q")}, "!invalid"}, {258, values{at, str("%")}, "!invalid"}, {258, values{at, str("%F"), str("Mars/Crater")}, "!invalid"}, {259, values{at, dur(3600e9)}, "2026-03-01T14:00:00Z"}, {259, values{at, dur(-1)}, "!range"},
		{408, values{num(60)}, "1970-01-01T00:01:00Z"}, {408, values{num(1 << 60)}, "!range"},
		{407, values{str(" 2026-03-01T14:05:09+02:00 ")}, "2026-03-01T12:05:09Z"}, {407, values{str("yesterday")}, "!invalid"}, {407, values{str("9999-01-01T00:00:00Z")}, "!invalid"},
		{407, log, "2026-03-01T12:05:09Z"}, {407, values{str("1:05 pm"), str("%I:%M %p")}, "1970-01-01T13:05:00Z"}, {407, values{str("2026-02-31"), str("%F")}, "!invalid"}, {407, values{str("2026-060"), str("%Y-%j")}, "2026-03-01T00:00:00Z"}, {407, values{str("12:00"), str("%H:%M"), str("-01:00")}, "1970-01-01T13:00:00Z"},
		{407, values{str("2026-07-01 12:00"), str("%F %R"), str("Europe/Berlin")}, "2026-07-01T10:00:00Z"}, {407, values{str("2026-10-25 02:30"), str("%F %R"), str("Europe/Berlin")}, "2026-10-25T00:30:00Z"}, {407, values{str("2026-03-29 02:30"), str("%F %R"), str("Europe/Berlin")}, "!invalid"},
		{407, values{str("12:00 UTC"), str("%R %Z"), str("Europe/Berlin")}, "1970-01-01T12:00:00Z"}, {407, values{str("12:00 CET"), str("%R %Z")}, "!invalid"}, {407, values{str("2026-07-01 00:00"), str("%F %R"), str("Asia/Kathmandu")}, "2026-06-30T18:15:00Z"},
		{407, values{str("1"), str("%Q")}, "!invalid"}, {407, values{str("20x"), str("%Y")}, "!invalid"}, {407, values{str("1772373909"), str("%s")}, "2026-03-01T14:05:09Z"}, {407, values{str("Sunday March 1 99"), str("%A %B %d %y")}, "1999-03-01T00:00:00Z"},
	})
}

func TestPaths(t *testing.T) {
	p := pth("/srv/app/logs/error.tar.gz")
	zero := pth("")
	runCases(t, []rowCase{
		{280, values{p}, "error.tar.gz"}, {280, values{pth("/")}, ""}, {280, values{zero}, "!invalid"}, {280, values{pth("/a\xffb\\")}, `a\xFFb\\`}, {281, values{p}, "error.tar"}, {281, values{pth("/.bashrc")}, ".bashrc"}, {281, values{pth("/a.")}, "a"}, {281, values{pth("/\\.\xff")}, `\\`}, {282, values{p}, "gz"}, {282, values{pth("/a")}, ""}, {282, values{pth("/a.")}, ""},
		{283, values{p}, "/srv/app/logs"}, {283, values{pth("/")}, "/"}, {283, values{zero}, "!invalid"}, {284, values{p}, `["srv","app","logs","error.tar.gz"]`}, {284, values{pth("/")}, "[]"},
		{285, values{pth("/a"), str("b/./c//d")}, "/a/b/c/d"}, {285, values{pth("/a"), str("../b")}, "!invalid"}, {285, values{pth("/a"), str("/b")}, "!invalid"}, {285, values{pth("/a"), str(".")}, "!invalid"}, {285, values{zero, str("b")}, "!invalid"}, {285, values{pth("/"), str("b")}, "/b"},
		{286, values{p, str(".1")}, "/srv/app/logs/error.tar.gz.1"}, {286, values{p, str("/x")}, "!invalid"}, {286, values{pth("/"), str("x")}, "!invalid"}, {287, values{p, str("x")}, "/srv/app/logs/x"}, {287, values{p, str("..")}, "!invalid"}, {288, values{p, str("xz")}, "/srv/app/logs/error.tar.xz"}, {288, values{p, str("")}, "/srv/app/logs/error.tar"}, {288, values{p, str("a/b")}, "!invalid"},
		{289, values{p, pth("/srv")}, "true"}, {289, values{pth("/srv"), pth("/srv")}, "false"}, {289, values{pth("/srv2"), pth("/srv")}, "false"}, {289, values{p, zero}, "!invalid"}, {290, values{p, pth("/srv/app")}, "logs/error.tar.gz"}, {290, values{p, pth("/")}, "srv/app/logs/error.tar.gz"}, {290, values{pth("/a"), pth("/b")}, "nil"},
		{291, values{p, str("*.gz")}, "true"}, {291, values{p, str("/srv/**")}, "true"}, {291, values{p, str("[")}, "!invalid"}, {292, values{pth("/a/b"), str("../../../c/./d")}, "/c/d"}, {292, values{pth("/a"), str("/x/..")}, "/"}, {292, values{pth("/a"), str("")}, "!invalid"},
		{500, values{pth("/a"), str("b")}, "/a/b"}, {500, values{pth("/"), str("b")}, "/b"}, {500, values{pth("/a"), str("..")}, "!invalid"}, {500, values{pth("/a"), str("")}, "!invalid"}, {500, values{pth("/a"), str("b/c")}, "!invalid"}, {500, values{zero, str("b")}, "!invalid"}, {500, values{pth("/a"), str(strings.Repeat("x", 256))}, "!invalid"},
	})
}

func TestAddresses(t *testing.T) {
	u := link("https://example.org:8443/a%20b/c?x=1&y=a+b&x=2")
	cidr := func(s string) capability.Value { return capability.CIDRValue(s) }
	runCases(t, []rowCase{
		{310, values{u}, "https"}, {311, values{u}, "example.org"}, {311, values{link("http://[::1]:80/")}, "::1"}, {312, values{u}, "8443"}, {312, values{link("https://a")}, "443"}, {313, values{u}, "/a b/c"}, {314, values{u}, `{"x":"2","y":"a b"}`}, {314, values{link("http://a/?%FF")}, "!invalid"},
		{315, values{u, mapping(capability.String, "k", str("a&b"), "l", str("ü"))}, "https://example.org:8443/a%20b/c?k=a%26b&l=%C3%BC"}, {315, values{u, mapping(capability.String)}, "https://example.org:8443/a%20b/c"}, {310, values{link("")}, "!invalid"},
		{501, values{link("http://a/b?q"), str("c d")}, "http://a/b/c%20d"}, {501, values{link("http://a"), str("c/d")}, "http://a/c%2Fd"}, {501, values{link("http://a"), str("..")}, "!invalid"}, {501, values{link("http://a"), str("x/../y")}, "!invalid"},
		{330, values{addr("10.1.2.3")}, "true"}, {330, values{addr("8.8.8.8")}, "false"}, {330, values{addr("fd00::1")}, "true"}, {330, values{addr("")}, "!invalid"}, {331, values{addr("127.0.0.2")}, "true"}, {331, values{addr("::ffff:127.0.0.1")}, "true"}, {332, values{addr("::1")}, "6"}, {332, values{addr("1.2.3.4")}, "4"},
		{333, values{cidr("10.0.0.0/8"), addr("10.2.3.4")}, "true"}, {333, values{cidr("10.0.0.0/8"), addr("11.0.0.0")}, "false"}, {334, values{cidr("10.0.0.0/8")}, "10.0.0.0"}, {335, values{cidr("10.0.0.0/8")}, "8"}, {335, values{cidr("")}, "!invalid"},
	})
}

func TestBytesAndData(t *testing.T) {
	response := capability.NewRecord(capability.NetResponse).With("body", bin(`{"a":1}`))
	bad := capability.NewRecord(capability.NetResponse).With("body", bin("\xff"))
	runCases(t, []rowCase{
		{340, values{bin("é")}, "2"}, {341, values{bin("")}, "true"}, {342, values{bin("é")}, "é"}, {342, values{bin("a\xff")}, "!invalid"}, {342, values{bin("\xe9"), str("latin1")}, "é"}, {343, values{bin("abc"), bin("c")}, "2"}, {343, values{bin("a"), bin("b")}, "nil"}, {344, values{bin("a,b"), bin(",")}, `["YQ==","Yg=="]`}, {344, values{bin("a"), bin("")}, "!invalid"}, {345, values{bin("ab"), bin("a")}, "true"}, {346, values{bin("ab"), bin("b")}, "true"}, {347, values{bin("abc"), bin("b")}, "true"},
		{348, values{bin("abc")}, "YWJj"}, {349, values{str("YWJj\n")}, "YWJj"}, {349, values{str("Y")}, "!invalid"}, {350, values{bin("\x01\xff")}, "01ff"}, {351, values{str("01FF")}, "Af8="}, {351, values{str("0")}, "!invalid"},
		{352, values{bin("")}, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}, {354, values{str("hi")}, "aGk="}, {355, values{bin("aGk=")}, "aGk="}, {355, values{bin("a")}, "!invalid"}, {356, values{str("hi")}, "6869"}, {357, values{bin("6869")}, "aGk="}, {357, values{bin("x")}, "!invalid"}, {353, values{str("abc")}, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{360, values{str(`[1, 2.0, "x", null]`)}, `[1,2.0,"x",null]`}, {360, values{str("[")}, "!invalid"}, {360, values{str("9223372036854775808")}, "!invalid"}, {360, values{str("9223372036854775808"), str("text")}, "9223372036854775808"}, {361, values{bin(`{"b":1,"a":2}`)}, `{"b":1,"a":2}`}, {361, values{bin("\"\xff\"")}, "!invalid"}, {360, values{str(strings.Repeat(" ", MaxInput+1))}, "!too_large"},
		{362, values{ints(1, 2), num(2)}, "[\n  1,\n  2\n]"}, {362, values{mapping(capability.Any, "a", anys(), "b", anys(nil))}, `{"a":[],"b":[null]}`}, {362, values{ints(1), num(17)}, "!range"}, {362, values{ints(1), num(-1)}, "!range"},
		{363, values{str("a.log"), str("*.log")}, "true"}, {363, values{str("a"), str("{")}, "!invalid"}, {364, values{response}, `{"a":1}`}, {364, values{bad}, "!invalid"}, {365, values{response}, `{"a":1}`}, {365, values{bad}, "!invalid"},
	})
}

func TestErrors(t *testing.T) {
	code, stderr := int64(3), "no"
	e := &capability.Error{Why: capability.ExitStatus, Message: "m", Op: "exec.run", Resource: "/x", Position: "a:1:2", Code: &code, Stderr: &stderr, Policies: []string{"p"}, Cause: capability.Fault(capability.IO, "c")}
	bare := capability.Fault(capability.Failed, "bare")
	runCases(t, []rowCase{
		{380, values{e}, "exit"}, {381, values{e}, "m"}, {382, values{e}, "exec.run"}, {382, values{bare}, "nil"}, {383, values{e}, "/x"}, {384, values{e}, "a:1:2"}, {385, values{e}, "3"}, {385, values{bare}, "nil"}, {386, values{e}, "no"}, {386, values{bare}, "nil"}, {387, values{e}, `["p"]`}, {388, values{bare}, "{}"}, {389, values{e}, "c"}, {389, values{bare}, "nil"},
		{502, values{str("why"), mapping(capability.Any, "n", num(1)), e}, "why"}, {503, values{str("timeout"), str("late")}, "late"}, {518, values{str("timeout"), str("late"), e}, "late"}, {518, values{str("x"), str("late"), nil}, "late"},
	})
	inner := ints(1)
	made, err := invoke(Numbered(502), newMeter(), str("x"), mapping(capability.Any, "l", inner), nil)
	if err != nil {
		t.Fatal(err)
	}
	inner.(*capability.List).Push(num(2))
	kept, err := invoke(Numbered(388), newMeter(), made)
	if err != nil || Text(kept) != `{"l":[1]}` || !kept.(*capability.Map).Frozen {
		t.Errorf("an error's values are %s, frozen %v: %v", Text(kept), kept.(*capability.Map).Frozen, err)
	}
	if b, err := JSON(e); err != nil || string(b) != `{"kind":"exit","message":"m","op":"exec.run","resource":"/x","position":"a:1:2","code":3,"stderr":"no","policies":["p"],"cause":{"kind":"io","message":"c"}}` {
		t.Errorf("%s %v", b, err)
	}
}

func TestConversions(t *testing.T) {
	runCases(t, []rowCase{
		{400, values{str(" 42 ")}, "42"}, {400, values{str("007")}, "7"}, {400, values{str("0x1f")}, "31"}, {400, values{str("ff"), num(16)}, "255"}, {400, values{str("-8"), num(10)}, "-8"}, {400, values{str("--8")}, "!invalid"}, {400, values{str("")}, "!invalid"}, {400, values{str("1_0")}, "!invalid"}, {400, values{str("1"), num(1)}, "!range"}, {400, values{str("9223372036854775808")}, "!invalid"}, {400, values{str("-9223372036854775808")}, "-9223372036854775808"},
		{401, values{flt(3)}, "3"}, {401, values{flt(2.5)}, "!invalid"}, {401, values{flt(1e19)}, "!range"}, {402, values{str("2.5e3")}, "2500.0"}, {402, values{str("nan")}, "!invalid"}, {402, values{str("1e999")}, "!invalid"}, {402, values{str("0x1p4")}, "!invalid"}, {402, values{str(".5")}, "!invalid"}, {403, values{num(2)}, "2.0"},
		{405, values{num(5)}, "5B"}, {404, values{str("1.5KiB")}, "1536B"}, {404, values{str("10M")}, "!invalid"}, {406, values{str("1h30m")}, "1h30m"}, {406, values{str("5min")}, "!invalid"}, {407, values{str("2026-03-01T00:00:00Z")}, "2026-03-01T00:00:00Z"},
		{409, values{str("/a//b/./c/")}, "/a/b/c"}, {409, values{str("/a/../b")}, "!invalid"}, {409, values{str("a")}, "!invalid"}, {409, values{str(`/a\xFFb`)}, `/a\xFFb`}, {410, values{str("HTTP://Example.ORG:80/%7ea")}, "http://example.org/~a"}, {410, values{str("ftp://x")}, "!invalid"},
		{411, values{str("::0:1")}, "::1"}, {411, values{str("1.2.3")}, "!invalid"}, {412, values{str("10.0.0.0/8")}, "10.0.0.0/8"}, {412, values{str("10.0.0.1/8")}, "!invalid"}, {413, values{str("a+")}, "a+"}, {413, values{str("(")}, "!invalid"},
		{504, values{ints(1)}, "nil"}, {505, values{dur(90e9)}, "1m30s"}, {505, values{nil}, "nil"}, {520, values{size(8), num(3)}, "3B"}, {520, values{size(-7), num(2)}, "-4B"}, {520, values{size(math.MinInt64), num(math.MinInt64)}, "1B"}, {520, values{size(math.MaxInt64), num(1)}, "9223372036854775807B"},
		{520, values{size(1), num(0)}, "!range"}, {520, values{size(math.MinInt64), num(-1)}, "!range"}, {521, values{dur(3), num(2)}, "2ns"}, {521, values{dur(-1), num(math.MinInt64)}, "0s"},
		{515, values{num(1)}, Text(str("\x02\x00\x00\x00\x00\x00\x00\x00\x01"))},
		{519, values{mapping(capability.Any, "n", num(1)), str("n")}, "true"}, {519, values{mapping(capability.Any, "n", num(2)), str("m")}, "false"}, {519, values{capability.NewRecord(capability.NetResponse), str("status")}, "true"}, {519, values{nil, str("a")}, "false"}, {519, values{str("a"), str("a")}, "false"},
	})
}

var negativeZero = math.Copysign(0, -1)

// A result is charged before it is made.
func TestMemoryIsChargedFirst(t *testing.T) {
	big := strings.Repeat("a,", 1<<10)
	for name, run := range map[string]func(m Meter) error{
		"repeat":    func(m Meter) error { return onlyError(invoke(Numbered(17), m, str("x"), num(1e12))) },
		"repeat 2":  func(m Meter) error { return onlyError(invoke(Numbered(17), m, str("xy"), num(1<<62))) },
		"pad":       func(m Meter) error { return onlyError(invoke(Numbered(29), m, str("x"), num(1<<62))) },
		"range":     func(m Meter) error { return onlyError(invoke(Numbered(511), m, num(-1<<63), num(1<<63-1))) },
		"split":     func(m Meter) error { return onlyError(invoke(Numbered(13), m, str(big), str(","))) },
		"matches":   func(m Meter) error { return onlyError(invoke(Numbered(56), m, str(big), rex("a"))) },
		"replace":   func(m Meter) error { return onlyError(invoke(Numbered(16), m, str(big), str("a"), str(big))) },
		"replace 2": func(m Meter) error { return onlyError(invoke(Numbered(54), m, str(big), rex("a"), str(big))) },
		"json": func(m Meter) error {
			return onlyError(invoke(Numbered(360), m, str("["+strings.Repeat("[],", 1000)+"1]")))
		},
		"copy": func(m Meter) error { return onlyError(invoke(Numbered(81), m, strs(make([]string, 2000)...))) },
	} {
		m := &testMeter{maxFuel: 1e12, maxMemory: 4096}
		var limit *capability.LimitError
		if err := run(m); !errors.As(err, &limit) {
			t.Errorf("%s: error %v, want a limit", name, err)
		}
	}
}

func onlyError(_ capability.Value, err error) error { return err }
