package library

import (
	"strings"

	"rex/capability"
)

// TOML is written here: go-toml sorts keys. In each table its values come
// first, then its tables, because a value behind a header would be that
// table's. What is nil is left out of a table; a list can't hold it.

func tomlFormat(c *Call) error {
	v, err := c.plain(c.R[0])
	if err != nil {
		return err
	}
	m, ok := v.(*capability.Map)
	if !ok {
		return fault(capability.Invalid, "TOML: the whole must be a map or record")
	}
	w := &tomlWriter{builder: c.builder()}
	if err := w.table(nil, m); err != nil {
		return err
	}
	c.OutT, err = w.finish()
	return err
}

type tomlWriter struct{ *builder }

// table writes the entries of a table whose header stands, and the tables in it.
func (w *tomlWriter) table(path []string, m *capability.Map) error {
	for i, key := range m.Keys {
		if m.R[i] == nil || tablesIn(m.R[i]) != nil {
			continue
		}
		w.write(tomlKey(key) + " = ")
		if err := w.value(m.R[i]); err != nil {
			return err
		}
		w.write("\n")
	}
	for i, key := range m.Keys {
		tables := tablesIn(m.R[i])
		below := append(path[:len(path):len(path)], tomlKey(key))
		open, shut := "[", "]"
		if _, isList := m.R[i].(*capability.List); isList {
			open, shut = "[[", "]]"
		}
		for _, t := range tables {
			if w.text.Len() > 0 {
				w.write("\n")
			}
			w.write(open + strings.Join(below, ".") + shut + "\n")
			if err := w.table(below, t); err != nil {
				return err
			}
			if w.err != nil {
				return w.err
			}
		}
	}
	return w.err
}

// tablesIn are the tables of a value that is written with headers: one for a
// map, several for a list of maps; none for what is written as a value.
func tablesIn(v capability.Value) []*capability.Map {
	switch v := v.(type) {
	case *capability.Map:
		return []*capability.Map{v}
	case *capability.List:
		var tables []*capability.Map
		for _, x := range v.R {
			m, ok := x.(*capability.Map)
			if !ok {
				return nil
			}
			tables = append(tables, m)
		}
		return tables
	}
	return nil
}

// value writes a value in its line; plain has bounded its depth.
func (w *tomlWriter) value(v capability.Value) error {
	switch v := v.(type) {
	case *capability.List:
		w.write("[")
		for i, x := range v.R {
			if x == nil {
				return fault(capability.Invalid, "TOML has no nil, and a list that is written holds one")
			}
			if i > 0 {
				w.write(", ")
			}
			if err := w.value(x); err != nil {
				return err
			}
		}
		w.write("]")
		return nil
	case *capability.Map:
		w.write("{")
		separator := " "
		for i, key := range v.Keys {
			if v.R[i] == nil {
				continue
			}
			w.write(separator + tomlKey(key) + " = ")
			if err := w.value(v.R[i]); err != nil {
				return err
			}
			separator = ", "
		}
		w.write(" }")
		return nil
	case capability.StringValue:
		w.write(tomlText(string(v)))
		return nil
	}
	w.write(Text(v))
	return nil
}

// tomlText writes a text in quotes: JSON's escapes are TOML's, but for DEL.
func tomlText(s string) string {
	return strings.ReplaceAll(string(appendQuoted(nil, s)), "\x7f", `\u007f`)
}

func tomlKey(s string) string {
	const bare = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
	if s != "" && strings.Trim(s, bare) == "" {
		return s
	}
	return tomlText(s)
}
