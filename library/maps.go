package library

import (
	"slices"

	"rex/capability"
)

// The methods of maps. A key that is a path, url, ip or int is written as
// text before it comes here.
var mapRows = []spec{
	{130, "len(m: map[T]) -> int", Unknown, absent, mapLen,
		"The number of entries.", `let m: map[int] = { a: 1, b: 2 }; m.len() // 2`},
	{131, "is_empty(m: map[T]) -> bool", Unknown, absent, mapIsEmpty,
		"Whether it has no entries.", `let m: map[int] = { a: 1 }; m.is_empty() // false`},
	{132, "keys(m: map[T]) -> list[string]", KeysOf, absent, mapKeys,
		"The keys in their order.", `let m: map[int] = { b: 1, a: 2 }; m.keys() // ["b","a"]`},
	{133, "values(m: map[T]) -> list[T]", ValuesOf, absent, mapValues,
		"The values in the order of their keys.", `let m: map[int] = { b: 1, a: 2 }; m.values() // [1,2]`},
	{134, "entries(m: map[T]) -> list[{key: string, value: T}]", EntriesOf, absent, mapEntries,
		"The entries in their order.", `let m: map[int] = { a: 1 }; m.entries() // [{"key":"a","value":1}]`},
	{135, "contains(m: map[T], key: string) -> bool", Unknown, absent, mapContains,
		"Whether there is an entry with the key.", `let m: map[int] = { a: 1 }; m.contains("a") // true`},
	{136, "remove!(m: map[T], key: string) -> T?", Removes, frozen, mapRemove,
		"Takes the entry with the key out and gives its value, nil when there is none.", `let m: map[int] = { a: 1, b: 2 }; m.remove("a"); m // {"b":2}`},
	{137, "clear!(m: map[T])", Removes, frozen, mapClear,
		"Takes all entries out.", `let m: map[int] = { a: 1 }; m.clear(); m // {}`},
	{138, "copy(m: map[T]) -> map[T]", CopyOf, absent, mapCopy,
		"A map of its own with the same entries.", `let m: map[int] = { a: 1 }; let n = m.copy(); n["b"] = 2; m // {"a":1}`},
	{139, "merge(m: map[T], n: map[T]) -> map[T]", ElementsBoth, absent, merge,
		"The entries of both; where both have a key, that of n.", `let m: map[int] = { a: 1, b: 2 }; m.merge({ b: 3 }) // {"a":1,"b":3}`},
	{140, "get_or_add!(m: map[T], key: string, value: T) -> T", Adds, frozen, getOrAdd,
		"The value of the key, which is added when it isn't there.", `let m: map[int] = {}; m.get_or_add("a", 1); m // {"a":1}`},
	{141, "map_of(entries: list[{key: string, value: T}]) -> map[T]", MapOf, absent | invalid, mapOf,
		"The map with these entries; of a key that stands twice, the last.", `map_of([{ key: "a", value: 1 }]) // {"a":1}`},
}

func mapLen(c *Call) error {
	m, err := c.mapping(0)
	if err == nil {
		c.OutS = uint64(len(m.Keys))
	}
	return err
}

func mapIsEmpty(c *Call) error {
	m, err := c.mapping(0)
	if err == nil {
		c.setBool(len(m.Keys) == 0)
	}
	return err
}

func mapKeys(c *Call) error {
	m, err := c.mapping(0)
	if err != nil {
		return err
	}
	if err := c.builds(len(m.Keys), capability.String); err != nil {
		return err
	}
	c.texts(slices.Clone(m.Keys))
	return nil
}

func mapValues(c *Call) error {
	m, err := c.mapping(0)
	if err != nil {
		return err
	}
	if err := c.builds(len(m.Keys), m.Elem); err != nil {
		return err
	}
	out := &capability.List{Elem: m.Elem}
	appendCells(&out.Cells, &m.Cells, m.Elem, 0, len(m.Keys))
	c.OutR = out
	return nil
}

func mapEntries(c *Call) error {
	m, err := c.mapping(0)
	if err != nil {
		return err
	}
	return c.records(len(m.Keys), func(r *capability.Record, i int) {
		r.With("key", capability.StringValue(m.Keys[i])).With("value", m.At(i))
	})
}

func mapOf(c *Call) error {
	l, err := c.list(0)
	if err != nil {
		return err
	}
	if err := c.fuel(1 + int64(l.Len())); err != nil {
		return err
	}
	if err := c.memory(containerBytes + mul(int64(l.Len()), entryBytes)); err != nil {
		return err
	}
	out := capability.NewMap(c.Type.Elem)
	for i := range l.Len() {
		r, ok := l.R[i].(*capability.Record)
		if !ok || r == nil {
			return fault(capability.Invalid, "an entry was never set")
		}
		out.Put(capability.TextOf(r.Lookup("key")), r.Lookup("value"))
	}
	c.OutR = out
	return nil
}

func mapContains(c *Call) error {
	m, err := c.mapping(0)
	if err == nil {
		c.setBool(m.Find(c.T[1]) >= 0)
	}
	return err
}

func mapRemove(c *Call) error {
	m, err := c.openMap(0)
	if err != nil {
		return err
	}
	i := m.Find(c.T[1])
	if i < 0 {
		return nil
	}
	// The entries behind it move up, each with its place in the index.
	if err := c.fuel(1 + int64(len(m.Keys)-i)); err != nil {
		return err
	}
	c.OutR = m.At(i)
	m.Remove(i)
	return nil
}

func mapClear(c *Call) error {
	m, err := c.openMap(0)
	if err != nil {
		return err
	}
	m.Cells, m.Keys, m.Index = capability.Cells{}, nil, map[string]int32{}
	m.Version++
	return nil
}

func mapCopy(c *Call) error {
	m, err := c.mapping(0)
	if err != nil {
		return err
	}
	return c.mergeOf(m)
}

func merge(c *Call) error {
	m, err := c.mapping(0)
	if err != nil {
		return err
	}
	n, err := c.mapping(1)
	if err != nil {
		return err
	}
	return c.mergeOf(m, n)
}

// mergeOf gives a new map with the entries of some; the later ones win.
func (c *Call) mergeOf(maps ...*capability.Map) error {
	n := 0
	for _, m := range maps {
		n += len(m.Keys)
	}
	if err := c.fuel(1 + int64(n)); err != nil {
		return err
	}
	if err := c.memory(containerBytes + mul(int64(n), entryBytes)); err != nil {
		return err
	}
	out := capability.NewMap(maps[0].Elem)
	for _, m := range maps {
		for i, key := range m.Keys {
			out.Put(key, m.At(i))
		}
	}
	out.Version = 0
	c.OutR = out
	return nil
}

func getOrAdd(c *Call) error {
	m, err := c.openMap(0)
	if err != nil {
		return err
	}
	i := m.Find(c.T[1])
	if i < 0 {
		if err := c.memory(entryBytes); err != nil {
			return err
		}
		i = m.Place(c.T[1])
		switch m.Elem.File() {
		case capability.FileScalar:
			m.S[i] = c.S[2]
		case capability.FileText:
			m.T[i] = c.T[2]
		default:
			m.R[i] = c.R[2]
		}
	}
	c.setElement(&m.Cells, m.Elem, i)
	return nil
}
