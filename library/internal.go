package library

import (
	"fmt"
	"math"
	"unicode/utf8"

	"rex/capability"
)

// What the compiler calls for a piece of syntax; no script can name these.
var internalRows = []spec{
	{500, "path.join1(p: path, name: string) -> path", PathJoin, invalid, pathJoin1,
		"p / name: one component below p.", `let dir: path = "/srv"; let name = "app"; dir / name // /srv/app`},
	{501, "url.join1(u: url, segment: string) -> url", URLJoin, invalid, urlJoin1,
		"u / segment: one segment below the path of u.", `let u: url = "https://example.org"; let part = "a b"; u / part // https://example.org/a%20b`},
	{502, "error.new(message: string, values: map[any], cause: error?) -> error", Unknown, absent | invalid, errorNew,
		"The error of fail(..) and assert(..): kind failed; it keeps a frozen copy of the values.", `fail("no disk", free: 1MB) catch |e| e.values // {"free":1000000}`},
	{503, "error.make(kind: kind, message: string) -> error", Unknown, none, errorMake,
		"An error of a kind, for what the compiler checks itself.", ""},
	{504, "value.freeze(v: any)", Unknown, invalid, valueFreeze,
		"Makes a container and all that it holds unchangeable; others are as they are.", `const XS = [1]; XS // [1]`},
	{505, "value.text(v: any) -> string", Unknown, invalid, valueText,
		"What a hole writes.", ""},
	{506, "list.slice(xs: list[T], from: int, to: int?) -> list[T]", Elements, absentRanged, listSlice,
		"xs[from..to]; without to, up to the end.", `let xs = [1, 2, 3]; xs[1..] // [2,3]`},
	{507, "string.slice(s: string, from: int, to: int?) -> string", PieceOf, ranged, stringSlice,
		"s[from..to], in code points.", `let s = "größe"; s[1..3] // "rö"`},
	{508, "string.at(s: string, index: int) -> string", PieceOf, ranged, stringAt,
		"s[index]: one code point.", `let s = "größe"; s[2] // "ö"`},
	{509, "bytes.slice(b: bytes, from: int, to: int?) -> bytes", PieceOf, ranged, bytesSlice,
		"b[from..to].", `let b = "abc".bytes(); b[1..].text() // "bc"`},
	{510, "list.concat(xs: list[T], ys: list[T]) -> list[T]", ElementsBoth, absent, listConcat,
		"xs + ys.", `let xs = [1]; xs + [2] // [1,2]`},
	{511, "list.range(from: int, to: int) -> list[int]", Unknown, none, listRange,
		"The numbers from..to, without to.", `(1..=3).reverse() // [3,2,1]`},
	{512, "list.sort_by_keys(xs: list[T], keys: list[C], desc: bool) -> list[T]", Elements, absent | invalid, sortByKeys,
		"The elements in the order of their keys, stable; as many keys as elements.", `["bcd", "a"].sort_by(|s| s.len()) // ["a","bcd"]`},
	{513, "list.sort_by_keys(xs: list[T], keys: list[C?], desc: bool) -> list[T]", Elements, absent | invalid, sortByKeys,
		"The same, nil last.", `["x", "a1"].sort_by(|s| s.index("1")) // ["a1","x"]`},
	{514, "regex.quote(s: string) -> regex", Unknown, invalid, regexQuote,
		"The pattern that matches a text literally, for a string where a regex is wanted.", `let s = "a.b"; (fs.grep("/srv/a", s) catch denied []).len() // 0`},
	{520, "number.nearest(z: size, n: int) -> size", Unknown, ranged, nearest,
		"z / n, to the nearest byte; a half goes away from zero.", `let n = 7; 8191PiB / n // 1317463733849704741B`},
	{521, "number.nearest(d: duration, n: int) -> duration", Unknown, ranged, nearest,
		"d / n, to the nearest nanosecond; a half goes away from zero.", `let n = 2; 3ns / n // 2ns`},
	{515, "value.key(v: any) -> string", Unknown, invalid, valueKey,
		"A text that is the same for equal values and no others, for unique by a function.", `["aa", "b", "ab"].unique(|s| s.len()) // ["aa","b"]`},
	{518, "error.caused(kind: kind, message: string, cause: error?) -> error", Unknown, none, errorCaused,
		"The same, with the failure behind it.", `wait_until(|| false, timeout: 0s) catch |e| { print(e.kind) } // nil`},
	{519, "value.has(v: any, field: string) -> bool", Unknown, none, valueHas,
		"Whether an any is an object with this field, for a pattern.", `match json.parse("{}") { { a } => a, _ => nil } // nil`},
	{522, "list.order(order: list[int], keys: list[C], desc: bool) -> list[int]", Unknown, absent | invalid | ranged, orderByKeys,
		"Positions in the order of the keys at them, stable: for sort_by with several keys.", `["b1", "a1"].sort_by(|s| [s[1], s]) // ["a1","b1"]`},
	{523, "list.order(order: list[int], keys: list[C?], desc: bool) -> list[int]", Unknown, absent | invalid | ranged, orderByKeys,
		"The same, nil last.", `["a", "1"].sort_by(|s| [s.index("1")]) // ["1","a"]`},
	{524, "list.select(xs: list[T], order: list[int]) -> list[T]", Elements, absentRanged, selectElements,
		"The elements at these positions.", `["b1", "a1"].sort_by(|s| [s[1], s]) // ["a1","b1"]`},
}

// nearest divides whole numbers: by way of floats, large ones would lose their
// last digits.
func nearest(c *Call) error {
	a, b := int64(c.S[0]), int64(c.S[1])
	switch {
	case b == 0:
		return fault(capability.Range, "division by zero")
	case b == -1 && a == math.MinInt64:
		return overflow()
	}
	q, r := a/b, a%b
	if twice := magnitude(r); twice >= magnitude(b)-twice { // that is 2r >= b
		if (a < 0) != (b < 0) {
			q--
		} else {
			q++
		}
	}
	c.OutS = uint64(q)
	return nil
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func valueFreeze(c *Call) error { return Freeze(c.R[0]) }

func valueHas(c *Call) error {
	switch v := c.R[0].(type) {
	case *capability.Map:
		c.setBool(v != nil && v.Find(c.T[1]) >= 0)
	case *capability.Record:
		c.setBool(v != nil && v.Type.FieldIndex(c.T[1]) >= 0)
	default:
		c.setBool(false)
	}
	return nil
}

func valueText(c *Call) error {
	s, err := TextWith(c.Meter, c.R[0])
	c.OutT = s
	return err
}

func valueKey(c *Call) error {
	w := newWalk(c.Meter)
	b, err := w.key(nil, c.R[0])
	if err != nil {
		return err
	}
	c.OutT = string(b)
	if err := w.flush(); err != nil {
		return err
	}
	return c.memory(int64(len(b)))
}

// bounds takes from..to of a slice of n; without to it goes to the end. A
// slice is never clipped.
func (c *Call) bounds(n int) (from, to int, err error) {
	a, b := int64(c.S[1]), int64(n)
	if v, ok := c.R[2].(capability.IntValue); ok {
		b = int64(v)
	}
	if a < 0 || b > int64(n) || a > int64(n) || b < 0 {
		return 0, 0, fault(capability.Range, fmt.Sprintf("the slice [%d..%d] is out of range: the length is %d", a, b, n))
	}
	return int(a), int(max(a, b)), nil
}

func listSlice(c *Call) error {
	l, err := c.list(0)
	if err != nil {
		return err
	}
	from, to, err := c.bounds(l.Len())
	if err != nil {
		return err
	}
	return c.part(l, from, to)
}

func stringSlice(c *Call) error {
	if err := c.reads(len(c.T[0])); err != nil {
		return err
	}
	from, to, err := c.bounds(utf8.RuneCountInString(c.T[0]))
	if err != nil {
		return err
	}
	rest := c.T[0][runeOffset(c.T[0], from):]
	c.OutT = rest[:runeOffset(rest, to-from)]
	return nil
}

func stringAt(c *Call) error {
	s, i := c.T[0], int64(c.S[1])
	if err := c.reads(min(clampIndex(c.S[1]), len(s))); err != nil {
		return err
	}
	at := len(s)
	if i >= 0 && i < int64(len(s)) {
		at = runeOffset(s, int(i))
	}
	if at == len(s) {
		return outOfRange(i, utf8.RuneCountInString(s))
	}
	c.OutT = s[at : at+runeOffset(s[at:], 1)]
	return nil
}

func bytesSlice(c *Call) error {
	from, to, err := c.bounds(len(c.T[0]))
	if err == nil {
		c.OutT = c.T[0][from:to]
	}
	return err
}

func listConcat(c *Call) error {
	xs, ys, err := c.lists()
	if err != nil {
		return err
	}
	if err := c.builds(xs.Len()+ys.Len(), xs.Elem); err != nil {
		return err
	}
	out := &capability.List{Elem: xs.Elem}
	appendCells(&out.Cells, &xs.Cells, xs.Elem, 0, xs.Len())
	appendCells(&out.Cells, &ys.Cells, ys.Elem, 0, ys.Len())
	c.OutR = out
	return nil
}

func listRange(c *Call) error {
	from, to := int64(c.S[0]), int64(c.S[1])
	n := uint64(0)
	if from < to {
		n = uint64(to) - uint64(from)
	}
	count := int64(min(n, math.MaxInt64))
	if err := c.fuel(count); err != nil {
		return err
	}
	if err := c.memory(containerBytes + mul(count, 8)); err != nil {
		return err
	}
	out := capability.NewList(capability.Int)
	out.S = make([]uint64, n)
	for i := range out.S {
		out.S[i] = uint64(from + int64(i))
	}
	c.OutR = out
	return nil
}
