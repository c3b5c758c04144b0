package library

// The methods of maps. A key that is a path, url, ip or int is written as
// text before it comes here.
var mapRows = []spec{
	{130, "len(m: map[T]) -> int", Unknown, absent, mapLen, "The number of entries."},
	{131, "is_empty(m: map[T]) -> bool", Unknown, absent, mapIsEmpty, "Whether it has no entries."},
	{132, "keys(m: map[T]) -> list[string]", KeysOf, absent, mapKeys, "The keys in their order."},
	{133, "values(m: map[T]) -> list[T]", ValuesOf, absent, mapValues, "The values in the order of their keys."},
	{134, "entries(m: map[T]) -> list[{key: string, value: T}]", EntriesOf, absent, mapEntries, "The entries in their order."},
	{135, "contains(m: map[T], key: string) -> bool", Unknown, absent, mapContains, "Whether there is an entry with the key."},
	{136, "remove!(m: map[T], key: string) -> T?", Removes, frozen, mapRemove, "Takes the entry with the key out and gives its value, nil when there is none."},
	{137, "clear!(m: map[T])", Removes, frozen, mapClear, "Takes all entries out."},
	{138, "copy(m: map[T]) -> map[T]", CopyOf, absent, mapCopy, "A map of its own with the same entries."},
	{139, "merge(m: map[T], n: map[T]) -> map[T]", ElementsBoth, absent, merge, "The entries of both; where both have a key, that of n."},
	{140, "get_or_add!(m: map[T], key: string, value: T) -> T", Adds, frozen, getOrAdd, "The value of the key, which is added when it isn't there."},
}
