package policy

import (
	"strconv"

	"rex/capability"
)

// source is where a question takes its arguments from: the call itself, or
// what the analysis knows of it. It is all the builder sees of either.
type source interface {
	// text is a text, path or URL; ok is false when none is given.
	text(param int) (t text, ok bool)
	// absent says whether an optional argument may not be given.
	absent(param int) bool
	// field is the text of a field of a record.
	field(param int, name string) (t text, ok bool)
	// option says whether a constant option may be one of words, and whether it may be none.
	option(param int, words []string) (yes, no bool)
	// list is the known beginning of a list of texts; open says that more may follow.
	list(param int) (items []text, open bool)
	// pairs are the entries of a map of texts; open says that there may be others.
	pairs(param int) (keys []string, values []text, open bool)
}

// call is the source of a real call.
type call []capability.Value

func (c call) text(param int) (text, bool) {
	v := c[param]
	if v == nil {
		return text{}, false
	}
	return known(plain(v)), true
}

func (c call) absent(param int) bool { return c[param] == nil }

func (c call) field(param int, name string) (text, bool) {
	r, ok := c[param].(*capability.Record)
	if !ok {
		return text{}, false
	}
	v := r.Lookup(name)
	if v == nil {
		return text{}, false
	}
	return known(plain(v)), true
}

func (c call) option(param int, words []string) (bool, bool) {
	s := plain(c[param])
	for _, w := range words {
		if w == s {
			return true, false
		}
	}
	return false, true
}

func (c call) list(param int) ([]text, bool) {
	l, ok := c[param].(*capability.List)
	if !ok {
		return nil, false
	}
	items := make([]text, l.Len())
	for i := range items {
		items[i] = known(plain(l.At(i)))
	}
	return items, false
}

func (c call) pairs(param int) ([]string, []text, bool) {
	m, ok := c[param].(*capability.Map)
	if !ok {
		return nil, nil, false
	}
	values := make([]text, m.Len())
	for i := range values {
		values[i] = known(plain(m.At(i)))
	}
	return m.Keys, values, false
}

// plain is a scalar or text as an option or an id spells it.
func plain(v capability.Value) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case capability.BoolValue:
		return strconv.FormatBool(bool(v))
	case capability.IntValue:
		return strconv.FormatInt(int64(v), 10)
	}
	return capability.TextOf(v)
}

// forecast is the source of what the analysis knows: one row of arguments.
type forecast struct {
	op     *capability.Op
	row    []capability.Abstract
	params []capability.Param // of the module
}

func (f *forecast) at(param int) (capability.Abstract, *capability.Type) {
	t := f.op.Params[param].Type
	if t.Kind == capability.KindOptional {
		t = t.Elem
	}
	if param >= len(f.row) {
		return capability.Abstract{Any: true}, t
	}
	return f.row[param], t
}

func (f *forecast) text(param int) (text, bool) {
	a, t := f.at(param)
	if !a.Any && len(a.Texts) == 0 && len(a.Ints) == 0 && !a.AnyInt {
		return text{}, false // nil, or no value at all
	}
	return f.abstractText(a, t), true
}

func (f *forecast) absent(param int) bool {
	a, _ := f.at(param)
	return f.op.Params[param].Type.Kind == capability.KindOptional && (a.Any || a.Nil)
}

// abstractText is the language of an abstract text of type t. That it may be
// nil as well is left out: then less is asked.
func (f *forecast) abstractText(a capability.Abstract, t *capability.Type) text {
	switch {
	case !a.Any && len(a.Texts) > 0:
		return textOf(a.Texts, f.params, t.Kind == capability.KindPath)
	case !a.Any && len(a.Ints) > 0:
		var patterns []capability.Pattern
		for _, n := range a.Ints {
			patterns = append(patterns, capability.Constant(strconv.FormatInt(n, 10)))
		}
		return textOf(patterns, nil, false)
	}
	switch t.Kind {
	case capability.KindPath:
		return anyPath
	case capability.KindInt:
		return anyInteger
	}
	return anyText
}

func (f *forecast) field(param int, name string) (text, bool) {
	a, t := f.at(param)
	if t.Kind != capability.KindRecord {
		return anyText, true
	}
	i := t.FieldIndex(name)
	if i < 0 {
		return text{}, false
	}
	field, ok := a.Fields[name]
	if a.Any || !ok {
		field = capability.Abstract{Any: true}
	}
	return f.abstractText(field, t.Fields[i].Type), true
}

func (f *forecast) option(param int, words []string) (yes, no bool) {
	a, t := f.at(param)
	if a.Any || a.AnyInt {
		return true, true
	}
	check := func(s string) {
		for _, w := range words {
			if w == s {
				yes = true
				return
			}
		}
		no = true
	}
	for _, n := range a.Ints {
		if t.Kind == capability.KindBool {
			check(strconv.FormatBool(n != 0))
		} else {
			check(strconv.FormatInt(n, 10))
		}
	}
	for _, p := range a.Texts {
		if !p.IsConstant() {
			return true, true
		}
		check(p.Constant())
	}
	if a.Nil {
		check("nil")
	}
	return yes, no
}

func (f *forecast) list(param int) ([]text, bool) {
	a, t := f.at(param)
	if a.Any {
		return nil, true
	}
	items := make([]text, len(a.Tuple))
	for i, x := range a.Tuple {
		items[i] = f.abstractText(x, t.Elem)
	}
	return items, a.Rest != nil || a.Nil && len(items) > 0
}

func (f *forecast) pairs(param int) ([]string, []text, bool) {
	a, _ := f.at(param)
	// An analysis says what a map's keys can be, not that they are there.
	return nil, nil, a.Any || len(a.Keys) > 0 || a.Values != nil
}
