package capability

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTypeIdentity(t *testing.T) {
	a := RecordOf(Field{"b", Int}, Field{"a", String})
	b := RecordOf(Field{"a", String}, Field{"b", Int}).Named("pair")
	if !a.Equal(b) || a.String() == b.String() {
		t.Errorf("%s and %s: want one type, two names", a.Key(), b.Key())
	}
	if a.Slot(0) != b.Slot(1) || a.Slot(1) != b.Slot(0) {
		t.Errorf("layouts differ")
	}
	if !OptionalOf(OptionalOf(Int)).Equal(OptionalOf(Int)) || OptionalOf(Any) != Any {
		t.Errorf("T?? is not T?, or any? is not any")
	}
	if !WordOf("b", "a", "b").Equal(WordOf("a", "b")) {
		t.Errorf("words are not a set")
	}
	if ListOf(WordOf("a", "b")).Equal(WordOf(`a" | "b`)) {
		t.Errorf("a word can imitate a type")
	}
}

func TestFits(t *testing.T) {
	for _, c := range []struct {
		from, to *Type
		want     bool
	}{
		{Int, Int, true}, {Int, Float, false}, {Int, OptionalOf(Int), true}, {OptionalOf(Int), Int, false},
		{WordOf("a"), String, true}, {WordOf("a"), WordOf("a", "b"), true}, {WordOf("a", "c"), WordOf("a", "b"), false},
		{ListOf(Int), ListOf(Any), false}, {ListOf(Int), Any, true}, {FuncOf(nil, Int), Any, false},
		{ListOf(StreamOf(Int)), Any, false}, {String, Path, false}, {Any, OptionalOf(Int), false},
	} {
		if got := c.from.Fits(c.to); got != c.want {
			t.Errorf("%s fits %s: got %t", c.from, c.to, got)
		}
	}
}

func TestPaths(t *testing.T) {
	for _, bad := range []string{"", "a", "/a/", "//", "/a//b", "/.", "/a/..", "/a/./b", "/a\x00b", "/" + strings.Repeat("x", 256), strings.Repeat("/x", 2048) + "/"} {
		if CheckPath(bad) == "" {
			t.Errorf("%q passes as a path", bad)
		}
	}
	for _, good := range []string{"/", "/a", "/a/b.c", "/...", "/a b", "/\xff"} {
		if why := CheckPath(good); why != "" {
			t.Errorf("%q %s", good, why)
		}
	}
	if p, why := CleanPath("//a/./b/"); p != "/a/b" || why != "" {
		t.Errorf("got %q, %q", p, why)
	}
	if _, why := CleanPath("/a/../b"); why == "" {
		t.Errorf(".. was cleaned away")
	}
	if !Beneath("/a/b", "/a") || Beneath("/a", "/a") || Beneath("/ab", "/a") || !Beneath("/a", "/") {
		t.Errorf("Beneath is not by components")
	}
}

func FuzzEntityID(f *testing.F) {
	f.Add("/a\xffb", "/a\x00ffb")
	f.Fuzz(func(t *testing.T, a, b string) {
		ia, ib := EntityID(a), EntityID(b)
		if !utf8.ValidString(ia) {
			t.Errorf("%q is not UTF-8", ia)
		}
		// Only texts without NUL are paths; for those no two share an id.
		if a != b && ia == ib && !strings.Contains(a+b, "\x00") {
			t.Errorf("%q and %q have one id", a, b)
		}
	})
}

func FuzzEscape(f *testing.F) {
	f.Add("\x1b]52;c;x\x07", "\u202e")
	f.Fuzz(func(t *testing.T, a, b string) {
		ea := Escape(a)
		for _, r := range ea {
			if Unprintable(r) {
				t.Errorf("%q holds %U", ea, r)
			}
		}
		if a != b && ea == Escape(b) {
			t.Errorf("%q and %q look alike", a, b)
		}
	})
}

func TestPatternMatch(t *testing.T) {
	star, comp, deep, num, any := Piece{Kind: PieceStar}, Piece{Kind: PieceComponent}, Piece{Kind: PieceDeep}, Piece{Kind: PieceInt}, Piece{Kind: PieceAny}
	lit := func(s string) Piece { return Piece{Kind: PieceLiteral, Text: s} }
	for _, c := range []struct {
		p    Pattern
		text string
		want bool
	}{
		{Pattern{}, "", true}, {Constant("/a"), "/a", true}, {Constant("/a"), "/b", false},
		{Pattern{lit("/a/"), star, lit(".log")}, "/a/x.log", true},
		{Pattern{lit("/a/"), star, lit(".log")}, "/a/b/x.log", false},
		{Pattern{lit("/a/"), comp}, "/a/..", false}, {Pattern{lit("/a/"), comp}, "/a/...", true}, {Pattern{lit("/a/"), comp}, "/a/", false},
		{Pattern{lit("/a"), deep}, "/a", true}, {Pattern{lit("/a"), deep}, "/a/b/c", true}, {Pattern{lit("/a"), deep}, "/a/../c", false}, {Pattern{lit("/a"), deep}, "/ab", false},
		{Pattern{lit("x"), num, lit("y")}, "x-12y", true}, {Pattern{lit("x"), num, lit("y")}, "x-y", false}, {Pattern{lit("x"), num}, "x1-", false},
		{Pattern{lit("1"), num}, "12", true}, {Pattern{num, num}, "1", false}, {Pattern{num, num}, "12", true},
		{Pattern{any, lit("b")}, "/a/b", true}, {Pattern{{Kind: PieceParam, Param: 0}, lit("!")}, "hi!", true},
		{Pattern{{Kind: PieceStem, Param: 1}, lit("/x")}, "/x", true},
	} {
		if got := c.p.Match(c.text, []string{"hi", "/"}); got != c.want {
			t.Errorf("%s matches %q: got %t", c.p.Show(nil), c.text, got)
		}
	}
}

func TestRecordsAndMaps(t *testing.T) {
	r := NewRecord(MatchType).With("line", IntValue(3)).With("text", StringValue("x")).With("path", PathValue("/p"))
	if r.Lookup("line") != IntValue(3) || r.Lookup("path") != PathValue("/p") || r.Lookup("none") != nil {
		t.Errorf("fields are lost: %v", r)
	}
	m := NewMap(Int)
	m.Put("b", IntValue(1))
	m.Put("a", IntValue(2))
	m.Put("b", IntValue(3))
	m.Remove(m.Find("b"))
	if m.Find("b") >= 0 || m.At(m.Find("a")) != IntValue(2) || len(m.Keys) != 1 {
		t.Errorf("map is %v", m.Keys)
	}
}
