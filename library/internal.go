package library

// What the compiler calls for a piece of syntax; no script can name these.
var internalRows = []spec{
	{500, "path.join1(p: path, name: string) -> path", PathJoin, invalid, pathJoin1, "p / name: one component below p."},
	{501, "url.join1(u: url, segment: string) -> url", Unknown, invalid, urlJoin1, "u / segment: one segment below the path of u."},
	{502, "error.new(message: string, values: map[any], cause: error?) -> error", Unknown, absent | invalid, errorNew, "The error of fail(..) and assert(..): kind failed; it keeps a frozen copy of the values."},
	{503, "error.make(kind: kind, message: string) -> error", Unknown, none, errorMake, "An error of a kind, for what the compiler checks itself."},
	{504, "value.freeze(v: any)", Unknown, invalid, valueFreeze, "Makes a container and all that it holds unchangeable; others are as they are."},
	{505, "value.text(v: any) -> string", Unknown, invalid, valueText, "What a hole writes."},
	{506, "list.slice(xs: list[T], from: int, to: int?) -> list[T]", Elements, absentRanged, listSlice, "xs[from..to]; without to, up to the end."},
	{507, "string.slice(s: string, from: int, to: int?) -> string", PieceOf, ranged, stringSlice, "s[from..to], in code points."},
	{508, "string.at(s: string, index: int) -> string", PieceOf, ranged, stringAt, "s[index]: one code point."},
	{509, "bytes.slice(b: bytes, from: int, to: int?) -> bytes", PieceOf, ranged, bytesSlice, "b[from..to]."},
	{510, "list.concat(xs: list[T], ys: list[T]) -> list[T]", ElementsBoth, absent, listConcat, "xs + ys."},
	{511, "list.range(from: int, to: int) -> list[int]", Unknown, none, listRange, "The numbers from..to, without to."},
	{512, "list.sort_by_keys(xs: list[T], keys: list[C], desc: bool) -> list[T]", Elements, absent | invalid, sortByKeys, "The elements in the order of their keys, stable; as many keys as elements."},
	{513, "list.sort_by_keys(xs: list[T], keys: list[C?], desc: bool) -> list[T]", Elements, absent | invalid, sortByKeys, "The same, nil last."},
	{514, "regex.quote(s: string) -> regex", Unknown, invalid, regexQuote, "The pattern that matches a text literally, for a string where a regex is wanted."},
	{515, "value.key(v: any) -> string", Unknown, invalid, valueKey, "A text that is the same for equal values and no others, for unique by a function."},
}
