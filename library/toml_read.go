package library

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"rex/capability"
)

// TOML 1.0 is read by go-toml's parser, expression by expression, so that keys
// keep their order; whether the expressions fit together (a key twice, a table
// that was closed) is then go-toml's judgement of the whole. Dates and times
// are text, as in JSON: RFC 3339, with a T between. Infinity and NaN are
// refused.

// tomlMarks are the bytes without which no node begins.
const (
	tomlMarks   = "=,.[{\n"
	tomlPerMark = 500
)

func tomlParse(c *Call) error {
	if err := checkText("TOML", c.T[0]); err != nil {
		return err
	}
	if err := c.parses(c.T[0], tomlMarks, tomlPerMark); err != nil {
		return err
	}
	v, err := shielded("TOML", c.tomlDocument)
	c.OutR = v
	return err
}

func (c *Call) tomlDocument() (capability.Value, error) {
	t := &tomlReader{walk: newWalk(c.Meter), data: []byte(strings.TrimPrefix(c.T[0], "\ufeff")), root: capability.NewMap(capability.Any)}
	t.left = math.MaxInt64 // the text's length bounds the work
	t.table = t.root
	t.Reset(t.data)
	for t.NextExpression() {
		if err := t.expression(t.Expression()); err != nil {
			return nil, err
		}
	}
	if err := t.Error(); err != nil {
		return nil, t.syntax(err)
	}
	var whole map[string]any
	if err := toml.Unmarshal(t.data, &whole); err != nil {
		return nil, t.syntax(err)
	}
	return t.root, t.flush()
}

type tomlReader struct {
	walk
	unstable.Parser
	data  []byte
	root  *capability.Map
	table *capability.Map // the one that the last header named
	level int             // how deep that lies
}

func (t *tomlReader) syntax(err error) error {
	var perr *unstable.ParserError
	var derr *toml.DecodeError
	switch {
	case errors.As(err, &perr):
		return t.failAt(int(t.Range(perr.Highlight).Offset), perr.Message)
	case errors.As(err, &derr):
		line, column := derr.Position()
		return badInput("TOML", line, column, strings.TrimPrefix(derr.Error(), "toml: "))
	}
	return fault(capability.Invalid, "TOML: "+capability.Printable(strings.TrimPrefix(err.Error(), "toml: ")))
}

func (t *tomlReader) failAt(at int, what string) error {
	line, column := lineOf(string(t.data[:at]), at)
	return badInput("TOML", line, column, what)
}

// fail says what is wrong at a key or a value.
func (t *tomlReader) fail(n *unstable.Node, what string) error {
	return t.failAt(int(n.Raw.Offset), what)
}

func (t *tomlReader) expression(n *unstable.Node) error {
	if err := t.step(1); err != nil {
		return err
	}
	switch n.Kind {
	case unstable.KeyValue:
		return t.keyValue(t.table, t.level, n)
	case unstable.Table, unstable.ArrayTable:
		keys := n.Key()
		holder, name, level, err := t.descend(t.root, 0, &keys)
		if err != nil {
			return err
		}
		t.level = level + 1
		if n.Kind == unstable.Table {
			t.table, err = t.below(holder, name)
			return err
		}
		return t.newElement(holder, name)
	}
	return nil
}

// newElement adds a table to the list that a [[header]] names.
func (t *tomlReader) newElement(holder *capability.Map, name *unstable.Node) error {
	key := string(name.Data)
	if holder.Find(key) < 0 {
		holder.Put(key, capability.NewList(capability.Any))
	}
	l, ok := holder.At(holder.Find(key)).(*capability.List)
	if !ok {
		return t.fail(name, "the key "+quoteShort(key)+" is not a list of tables")
	}
	t.table = capability.NewMap(capability.Any)
	t.level++
	l.R = append(l.R, t.table)
	return nil
}

// descend goes along all keys but the last, making tables on the way.
func (t *tomlReader) descend(m *capability.Map, level int, keys *unstable.Iterator) (*capability.Map, *unstable.Node, int, error) {
	keys.Next()
	for ; !keys.IsLast(); keys.Next() {
		if level++; level > capability.MaxValueDepth {
			return nil, nil, 0, t.fail(keys.Node(), "nested more than 200 levels deep")
		}
		next, err := t.below(m, keys.Node())
		if err != nil {
			return nil, nil, 0, err
		}
		m = next
	}
	return m, keys.Node(), level, nil
}

// below is the table that a key names in another: of a list of tables the last.
func (t *tomlReader) below(m *capability.Map, name *unstable.Node) (*capability.Map, error) {
	if err := t.step(1); err != nil {
		return nil, err
	}
	key := string(name.Data)
	i := m.Find(key)
	if i < 0 {
		table := capability.NewMap(capability.Any)
		m.Put(key, table)
		return table, nil
	}
	v := m.At(i)
	if l, ok := v.(*capability.List); ok && len(l.R) > 0 {
		v = l.R[len(l.R)-1]
	}
	if table, ok := v.(*capability.Map); ok {
		return table, nil
	}
	return nil, t.fail(name, "the key "+quoteShort(key)+" is not a table")
}

func (t *tomlReader) keyValue(m *capability.Map, level int, n *unstable.Node) error {
	keys := n.Key()
	m, name, level, err := t.descend(m, level, &keys)
	if err != nil {
		return err
	}
	key := string(name.Data)
	if m.Find(key) >= 0 {
		return t.fail(name, "the key "+quoteShort(key)+" stands twice in one table")
	}
	v, err := t.value(n.Value(), level+1)
	if err == nil {
		m.R[m.Place(key)] = v
	}
	return err
}

func (t *tomlReader) value(n *unstable.Node, level int) (capability.Value, error) {
	if err := t.step(1); err != nil {
		return nil, err
	}
	if level > capability.MaxValueDepth {
		return nil, t.fail(n, "nested more than 200 levels deep")
	}
	switch n.Kind {
	case unstable.Array:
		l := capability.NewList(capability.Any)
		for items := n.Children(); items.Next(); {
			v, err := t.value(items.Node(), level+1)
			if err != nil {
				return nil, err
			}
			l.R = append(l.R, v)
		}
		return l, nil
	case unstable.InlineTable:
		m := capability.NewMap(capability.Any)
		for entries := n.Children(); entries.Next(); {
			if err := t.keyValue(m, level, entries.Node()); err != nil {
				return nil, err
			}
		}
		return m, nil
	case unstable.Bool:
		return capability.BoolValue(string(n.Data) == "true"), nil
	case unstable.Integer:
		v, err := strconv.ParseInt(strings.ReplaceAll(string(n.Data), "_", ""), 0, 64)
		if err != nil {
			return nil, t.fail(n, "the integer does not fit into 64 bits")
		}
		return capability.IntValue(v), nil
	case unstable.Float:
		x, err := strconv.ParseFloat(strings.ReplaceAll(string(n.Data), "_", ""), 64)
		if err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
			return nil, t.fail(n, quoteShort(string(n.Data))+" is no finite number")
		}
		return capability.FloatValue(x), nil
	case unstable.LocalDateTime, unstable.DateTime:
		return capability.StringValue(rfc3339(string(n.Data))), nil
	}
	return capability.StringValue(n.Data), nil // also LocalDate, LocalTime
}

// rfc3339 writes the T and the Z that TOML lets be a space and small.
func rfc3339(s string) string {
	if len(s) > 10 {
		s = s[:10] + "T" + s[11:]
	}
	return strings.ReplaceAll(s, "z", "Z")
}
