package library

// What the compiler expands: functions that take functions become loops, a
// copy of a record reads and writes its fields. Only the signature and the
// sentence are used; the rows have no number and are never in bytecode.
var expandedRows = []spec{
	{signature: "map(xs: list[T], f: fn(T) -> U) -> list[U]", doc: "What f gives for each element."},
	{signature: "flat_map(xs: list[T], f: fn(T) -> list[U]) -> list[U]", doc: "The elements of what f gives for each element."},
	{signature: "filter_map(xs: list[T], f: fn(T) -> U?) -> list[U]", doc: "What f gives for each element, nil left out."},
	{signature: "filter(xs: list[T], f: fn(T) -> bool) -> list[T]", doc: "The elements for which f is true."},
	{signature: "filter(m: map[T], f: fn(string, T) -> bool) -> map[T]", doc: "The entries for which f is true."},
	{signature: "map_values(m: map[T], f: fn(T) -> U) -> map[U]", doc: "The keys with what f gives for each value."},
	{signature: "take_while(xs: list[T], f: fn(T) -> bool) -> list[T]", doc: "The elements before the first for which f is false."},
	{signature: "drop_while(xs: list[T], f: fn(T) -> bool) -> list[T]", doc: "The elements from the first for which f is false."},
	{signature: "each(xs: list[T], f: fn(T))", doc: "Calls f with each element."},
	{signature: "find(xs: list[T], f: fn(T) -> bool) -> T?", doc: "The first element for which f is true, nil when there is none."},
	{signature: "index(xs: list[T], f: fn(T) -> bool) -> int?", doc: "The position of the first element for which f is true."},
	{signature: "any(xs: list[T], f: fn(T) -> bool) -> bool", doc: "Whether f is true for an element."},
	{signature: "all(xs: list[T], f: fn(T) -> bool) -> bool", doc: "Whether f is true for all elements."},
	{signature: "count(xs: list[T], f: fn(T) -> bool) -> int", doc: "For how many elements f is true."},
	{signature: "sum(xs: list[T], f: fn(T) -> N) -> N", doc: "What f gives for the elements, added up."},
	{signature: "min(xs: list[T], f: fn(T) -> C) -> T?", doc: "The element for which f is least, nil when it is empty."},
	{signature: "max(xs: list[T], f: fn(T) -> C) -> T?", doc: "The element for which f is greatest, nil when it is empty."},
	{signature: "reduce(xs: list[T], start: U, f: fn(U, T) -> U) -> U", doc: "What f makes of the start and the first element, of that and the second, and so on."},
	{signature: "sort_by(xs: list[T], f: fn(T) -> C, desc: bool = false) -> list[T]", doc: "The elements in the order of what f gives for them."},
	{signature: "sort_by(xs: list[T], f: fn(T) -> C?, desc: bool = false) -> list[T]", doc: "The elements in the order of what f gives for them, nil last."},
	{signature: "unique(xs: list[T], f: fn(T) -> E) -> list[T]", doc: "The first element for each thing that f gives."},
	{signature: "group_by(xs: list[T], f: fn(T) -> K) -> map[list[T]]", doc: "The elements by the key that f gives for them."},
	{signature: "count_by(xs: list[T], f: fn(T) -> K) -> map[int]", doc: "How many elements there are for each key that f gives."},
	{signature: "index_by(xs: list[T], f: fn(T) -> K) -> map[T]", doc: "The last element for each key that f gives."},
	{signature: "partition(xs: list[T], f: fn(T) -> bool) -> {yes: list[T], no: list[T]}", doc: "The elements for which f is true, and the others."},
	{signature: "copy(r: R) -> R", doc: "A record of its own with the same fields."},
}
