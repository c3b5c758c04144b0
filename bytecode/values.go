package bytecode

import (
	"math"

	"rex/capability"
)

// Values stand in a module as the defaults and bounds of parameters. They are
// written by their type; one of type any carries its own. Every value takes
// at least one byte, so a count is bounded by the bytes that remain.

// ConstraintType is the type that the constraints of a parameter of type t
// are about: that of the element of a list and of what a T? holds.
func ConstraintType(t *capability.Type) *capability.Type {
	if t.Kind == capability.KindOptional {
		t = t.Elem
	}
	if t.Kind == capability.KindList {
		t = t.Elem
		if t.Kind == capability.KindOptional {
			t = t.Elem
		}
	}
	return t
}

func (e *encoder) value(t *capability.Type, v capability.Value, depth int) {
	if depth > capability.MaxValueDepth {
		e.fail("a value is nested too deeply")
		return
	}
	switch t.Kind {
	case capability.KindOptional:
		e.flag(v != nil)
		if v != nil {
			e.value(t.Elem, v, depth+1)
		}
	case capability.KindAny:
		e.anyValue(v, depth)
	case capability.KindList, capability.KindMap, capability.KindRecord:
		e.container(t, v, depth)
	default:
		e.simpleValue(t, v)
	}
}

func (e *encoder) anyValue(v capability.Value, depth int) {
	if isNil(v) {
		e.number(0)
		return
	}
	t := capability.TypeOf(v)
	e.typ(t)
	if t.Kind != capability.KindAny {
		e.value(t, v, depth+1)
	}
}

// isNil sees through a nil pointer in an interface.
func isNil(v capability.Value) bool {
	switch v := v.(type) {
	case nil:
		return true
	case *capability.List:
		return v == nil || v.Elem == nil
	case *capability.Map:
		return v == nil || v.Elem == nil
	case *capability.Record:
		return v == nil || v.Type == nil
	}
	return false
}

func (e *encoder) container(t *capability.Type, v capability.Value, depth int) {
	if isNil(v) {
		e.fail("a value of type %s is missing", t)
		return
	}
	switch v := v.(type) {
	case *capability.List:
		if t.Kind == capability.KindList && v.Elem.Equal(t.Elem) {
			e.number(v.Len())
			for i := range v.Len() {
				e.value(t.Elem, v.At(i), depth+1)
			}
			return
		}
	case *capability.Map:
		if t.Kind == capability.KindMap && v.Elem.Equal(t.Elem) && v.Len() == len(v.Keys) {
			e.number(v.Len())
			for i, key := range v.Keys {
				e.text(key)
				e.value(t.Elem, v.At(i), depth+1)
			}
			return
		}
	case *capability.Record:
		if v.Type.Equal(t) && wellBuilt(v) {
			e.number(len(t.Fields))
			for i := range t.Fields {
				e.value(t.Fields[i].Type, v.Lookup(t.Fields[i].Name), depth+1)
			}
			return
		}
	}
	e.fail("a value is not of type %s", t)
}

// wellBuilt reports whether a record has all the slots of its type.
func wellBuilt(r *capability.Record) bool {
	return len(r.S) == r.Type.SlotCount(capability.FileScalar) &&
		len(r.T) == r.Type.SlotCount(capability.FileText) && len(r.R) == r.Type.SlotCount(capability.FileRef)
}

func (e *encoder) simpleValue(t *capability.Type, v capability.Value) {
	kind := t.Kind
	if kind == capability.KindWord {
		kind = capability.KindString
	}
	if v == nil || v.Kind() != kind {
		e.fail("a value is not of type %s", t)
		return
	}
	if t.File() == capability.FileScalar {
		e.scalar(t.Kind, capability.ScalarBits(v))
	} else {
		e.text(capability.TextOf(v))
	}
}

func (d *decoder) value(t *capability.Type, depth int) capability.Value {
	if d.values++; d.values > MaxValues {
		d.fail("there are more than %d values", MaxValues)
	}
	if depth > capability.MaxValueDepth {
		d.fail("a value is nested too deeply")
	}
	if d.err != nil {
		return nil
	}
	switch t.Kind {
	case capability.KindOptional:
		if d.flag() {
			return d.value(t.Elem, depth+1)
		}
		return nil
	case capability.KindAny:
		return d.anyValue(depth)
	case capability.KindList:
		return d.list(t, depth)
	case capability.KindMap:
		return d.mapping(t, depth)
	case capability.KindRecord:
		return d.record(t, depth)
	}
	return d.simpleValue(t)
}

// anyValue reads the type of what an any holds, then the value. A word is a
// string there.
func (d *decoder) anyValue(depth int) capability.Value {
	t := d.typ()
	switch t.Kind {
	case capability.KindNone:
		return nil
	case capability.KindAny, capability.KindOptional, capability.KindWord:
		d.fail("an any can't hold a value of type %s", t)
		return nil
	}
	return d.value(t, depth+1)
}

func (d *decoder) list(t *capability.Type, depth int) capability.Value {
	l := capability.NewList(t.Elem)
	for n := d.count(1, MaxValues, "values"); n > 0 && d.err == nil; n-- {
		if v := d.value(t.Elem, depth+1); d.err == nil {
			l.Push(v)
		}
	}
	l.Version = 0
	return l
}

func (d *decoder) mapping(t *capability.Type, depth int) capability.Value {
	m := capability.NewMap(t.Elem)
	for n := d.count(2, MaxValues, "values"); n > 0 && d.err == nil; n-- {
		key := d.utf8("a key")
		if m.Find(key) >= 0 {
			d.fail("key %q occurs twice", key)
		}
		if v := d.value(t.Elem, depth+1); d.err == nil {
			m.Put(key, v)
		}
	}
	m.Version = 0
	return m
}

func (d *decoder) record(t *capability.Type, depth int) capability.Value {
	if n := d.count(1, MaxFields, "fields"); n != len(t.Fields) {
		d.fail("a record of type %s has %d fields", t, n)
		return nil
	}
	r := capability.NewRecord(t)
	for i := range t.Fields {
		if v := d.value(t.Fields[i].Type, depth+1); d.err == nil {
			r.SetField(i, v)
		}
	}
	return r
}

func (d *decoder) simpleValue(t *capability.Type) capability.Value {
	switch t.File() {
	case capability.FileScalar:
		bits := d.scalar(t.Kind)
		if why := checkScalar(t.Kind, bits); why != "" {
			d.fail("a value of type %s %s", t, why)
		}
		return capability.BoxScalar(t.Kind, bits)
	case capability.FileText:
		s := d.text()
		if why := d.work.text(t, s); why != "" {
			d.fail("a value of type %s %s", t, why)
		}
		return capability.BoxText(t.Kind, s)
	}
	d.fail("a value can't be of type %s", t)
	return nil
}

// checkScalar says what is wrong with bits as a value of kind k.
func checkScalar(k capability.Kind, bits uint64) string {
	switch k {
	case capability.KindBool:
		if bits > 1 {
			return "is neither true nor false"
		}
	case capability.KindFloat:
		if f := math.Float64frombits(bits); math.IsNaN(f) || math.IsInf(f, 0) {
			return "is not finite"
		}
	}
	return ""
}
