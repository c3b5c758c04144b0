package library

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2/unstable"

	"rex/capability"
)

// TOML 1.0 is read by go-toml's parser, expression by expression, so that keys
// keep their order. Whether the expressions fit together (a key twice, a table
// that was closed) is judged here: go-toml's own judgement takes time in
// proportion to the square of a table's keys. A test holds it to go-toml's.
// Dates and times are text, as in JSON: RFC 3339, with a T between. Infinity
// and NaN are refused.

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
	t := &tomlReader{walk: newWalk(c.Meter), data: []byte(strings.TrimPrefix(c.T[0], "\ufeff")), root: capability.NewMap(capability.Any), made: map[*capability.Map]tomlTable{}, lists: map[*capability.List]bool{}}
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
	return t.root, t.flush()
}

type tomlReader struct {
	walk
	unstable.Parser
	data  []byte
	root  *capability.Map
	table *capability.Map // the one that the last header named
	level int             // how deep that lies
	made  map[*capability.Map]tomlTable
	lists map[*capability.List]bool // those that [[headers]] make
}

// tomlTable says how a table came to be, and so what may still be added to it.
type tomlTable uint8

const (
	tomlImplied tomlTable = iota // by the header of a table in it: a header may still define it
	tomlHeader                   // by its own header
	tomlDotted                   // by keys with points: such keys may add to it
	tomlInline                   // in braces: nothing may
)

func (t *tomlReader) syntax(err error) error {
	var e *unstable.ParserError
	if errors.As(err, &e) {
		return t.failAt(int(t.Range(e.Highlight).Offset), e.Message)
	}
	return fault(capability.Invalid, "TOML: "+capability.Printable(err.Error()))
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
		holder, name, level, err := t.descend(t.root, 0, &keys, tomlImplied)
		if err != nil {
			return err
		}
		t.level = level + 1
		if n.Kind == unstable.Table {
			return t.newTable(holder, name)
		}
		return t.newElement(holder, name)
	}
	return nil
}

// newTable makes the table that a [header] names, or takes the one that headers
// of tables in it implied.
func (t *tomlReader) newTable(holder *capability.Map, name *unstable.Node) error {
	key := string(name.Data)
	if i := holder.Find(key); i >= 0 {
		m, ok := holder.At(i).(*capability.Map)
		if !ok || t.made[m] != tomlImplied {
			return t.fail(name, "the key "+quoteShort(key)+" is defined already")
		}
		t.table, t.made[m] = m, tomlHeader
		return nil
	}
	t.table = t.put(holder, key, tomlHeader)
	return nil
}

func (t *tomlReader) put(holder *capability.Map, key string, how tomlTable) *capability.Map {
	m := capability.NewMap(capability.Any)
	t.made[m] = how
	holder.Put(key, m)
	return m
}

// newElement adds a table to the list that a [[header]] names.
func (t *tomlReader) newElement(holder *capability.Map, name *unstable.Node) error {
	key := string(name.Data)
	if holder.Find(key) < 0 {
		l := capability.NewList(capability.Any)
		t.lists[l] = true
		holder.Put(key, l)
	}
	l, ok := holder.At(holder.Find(key)).(*capability.List)
	if !ok || !t.lists[l] {
		return t.fail(name, "the key "+quoteShort(key)+" is not a list of tables")
	}
	t.table = capability.NewMap(capability.Any)
	t.made[t.table] = tomlHeader
	t.level++
	l.R = append(l.R, t.table)
	return nil
}

// descend goes along all keys but the last, making tables on the way.
func (t *tomlReader) descend(m *capability.Map, level int, keys *unstable.Iterator, how tomlTable) (*capability.Map, *unstable.Node, int, error) {
	keys.Next()
	for ; !keys.IsLast(); keys.Next() {
		if level++; level > capability.MaxValueDepth {
			return nil, nil, 0, t.fail(keys.Node(), "nested more than 200 levels deep")
		}
		next, err := t.below(m, keys.Node(), how)
		if err != nil {
			return nil, nil, 0, err
		}
		m = next
	}
	return m, keys.Node(), level, nil
}

// below is the table that a key names in another, of a list of tables the last;
// one that isn't there is made. Keys with points go through tables that such
// keys made only, headers through all that are not closed.
func (t *tomlReader) below(m *capability.Map, name *unstable.Node, how tomlTable) (*capability.Map, error) {
	if err := t.step(1); err != nil {
		return nil, err
	}
	key := string(name.Data)
	i := m.Find(key)
	if i < 0 {
		return t.put(m, key, how), nil
	}
	v := m.At(i)
	if l, ok := v.(*capability.List); ok && how == tomlImplied && t.lists[l] {
		v = l.R[len(l.R)-1]
	}
	table, ok := v.(*capability.Map)
	if !ok {
		return nil, t.fail(name, "the key "+quoteShort(key)+" is not a table")
	}
	if was := t.made[table]; was == tomlInline || how == tomlDotted && was != tomlDotted {
		return nil, t.fail(name, "the table "+quoteShort(key)+" is defined already: nothing can be added to it here")
	}
	return table, nil
}

func (t *tomlReader) keyValue(m *capability.Map, level int, n *unstable.Node) error {
	keys := n.Key()
	m, name, level, err := t.descend(m, level, &keys, tomlDotted)
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
		t.made[m] = tomlInline
		for entries := n.Children(); entries.Next(); {
			if err := t.keyValue(m, level, entries.Node()); err != nil {
				return nil, err
			}
		}
		return m, nil
	case unstable.Bool:
		return capability.BoolValue(string(n.Data) == "true"), nil
	case unstable.Integer:
		return t.integer(n, string(n.Data))
	case unstable.Float:
		return t.float(n, string(n.Data))
	case unstable.String:
		return capability.StringValue(n.Data), nil
	}
	return t.date(n, string(n.Data))
}

// The numbers of TOML: underscores stand between digits, decimals have no
// leading zero.
const (
	tomlInteger = `^(?:[+-]?(?:0|[1-9](?:_?[0-9])*)|0x[0-9A-Fa-f](?:_?[0-9A-Fa-f])*|0o[0-7](?:_?[0-7])*|0b[01](?:_?[01])*)$`
	tomlFloat   = `^[+-]?(?:0|[1-9](?:_?[0-9])*)(?:\.[0-9](?:_?[0-9])*)?(?:[eE][+-]?[0-9](?:_?[0-9])*)?$`
)

func (t *tomlReader) integer(n *unstable.Node, s string) (capability.Value, error) {
	form, err := Regex(tomlInteger)
	if err != nil || !form.MatchString(s) {
		return nil, t.fail(n, quoteShort(s)+" is no integer of TOML")
	}
	v, err := strconv.ParseInt(strings.ReplaceAll(s, "_", ""), 0, 64)
	if err != nil {
		return nil, t.fail(n, "the integer does not fit into 64 bits")
	}
	return capability.IntValue(v), nil
}

func (t *tomlReader) float(n *unstable.Node, s string) (capability.Value, error) {
	form, err := Regex(tomlFloat)
	if err != nil || !form.MatchString(s) {
		return nil, t.fail(n, quoteShort(s)+" is no finite number of TOML")
	}
	x, err := strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64)
	if err != nil || math.IsInf(x, 0) {
		return nil, t.fail(n, quoteShort(s)+" does not fit into a float")
	}
	return capability.FloatValue(x), nil
}

// date checks a date or a time against the calendar; it stays text.
func (t *tomlReader) date(n *unstable.Node, s string) (capability.Value, error) {
	layout := map[unstable.Kind]string{
		unstable.LocalDate: "2006-01-02", unstable.LocalTime: "15:04:05",
		unstable.LocalDateTime: "2006-01-02T15:04:05", unstable.DateTime: "2006-01-02T15:04:05Z07:00",
	}[n.Kind]
	if n.Kind == unstable.LocalDateTime || n.Kind == unstable.DateTime {
		s = rfc3339(s)
	}
	at, err := time.Parse(layout, s)
	if _, offset := at.Zone(); err != nil || max(offset, -offset) >= 24*3600 {
		return nil, t.fail(n, quoteShort(s)+" is no date or time of the calendar")
	}
	return capability.StringValue(s), nil
}

// rfc3339 writes the T and the Z that TOML lets be a space and small.
func rfc3339(s string) string {
	if len(s) > 10 {
		s = s[:10] + "T" + s[11:]
	}
	return strings.ReplaceAll(s, "z", "Z")
}
