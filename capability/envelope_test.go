package capability

import "testing"

func TestWithin(t *testing.T) {
	lit := func(s string) Piece { return Piece{Kind: PieceLiteral, Text: s} }
	below := Abstract{Texts: []Pattern{{lit("/srv/"), {Kind: PieceComponent}}, {lit("/etc/hosts")}, {{Kind: PieceParam}, lit(".bak")}}}
	list := Abstract{List: true, Tuple: []Abstract{{Texts: []Pattern{{lit("-t")}}}}, Rest: &below}
	for _, c := range []struct {
		a    Abstract
		v    Value
		want bool
	}{
		{below, PathValue("/srv/x"), true},
		{below, PathValue("/srv/.."), false},
		{below, PathValue("/srv/"), false},
		{below, PathValue("/srv/x/y"), false},
		{below, PathValue("/etc/hosts"), true},
		{below, StringValue("name.bak"), true},
		{below, StringValue("other.bak"), false},
		{below, nil, false},
		{Abstract{Nil: true}, nil, true},
		{Abstract{}, IntValue(0), false},
		{Abstract{Ints: []int64{1, 3}}, IntValue(3), true},
		{Abstract{Ints: []int64{1, 3}}, IntValue(2), false},
		{Abstract{AnyInt: true}, DurationValue(7), true},
		{Abstract{Any: true}, NewMap(Any), true},
		{list, NewList(String, StringValue("-t"), StringValue("/srv/a")), true},
		{list, NewList(String, StringValue("-t")), true},
		{list, NewList(String), false},
		{list, NewList(String, StringValue("-x")), false},
		{Abstract{List: true}, NewList(String, StringValue("x")), false},
		{Abstract{Fields: map[string]Abstract{"a": {AnyInt: true}}}, NewRecord(RecordOf(Field{"a", Int})), true},
		{Abstract{Fields: map[string]Abstract{}}, NewRecord(RecordOf(Field{"a", Int})), false},
	} {
		if got := Within(&c.a, c.v, []string{"name"}); got != c.want {
			t.Errorf("%v within %+v: got %t", c.v, c.a, got)
		}
	}
	m := NewMap(String)
	m.Put("k", StringValue("/srv/x"))
	for _, key := range []string{"k", "l"} {
		a := Abstract{Values: &below, Keys: []Pattern{Constant(key)}}
		if got := Within(&a, m, nil); got != (key == "k") {
			t.Errorf("a map with key k within key %s: got %t", key, got)
		}
	}
}

// TestEndsIn: the short way and the table agree.
func TestEndsIn(t *testing.T) {
	for _, k := range []PieceKind{PieceStar, PieceComponent, PieceDeep, PieceInt, PieceAny} {
		for _, s := range []string{"", "a", ".", "..", "...", "a/b", "/a", "/a/b", "/", "12", "-1", "-", "\x00", "a\x00"} {
			if x := (Piece{Kind: k}); endsIn(x, s) != (Pattern{x}).Match(s, nil) {
				t.Errorf("%s of %q: the short way and the table differ", k, s)
			}
		}
	}
}
