package vm

import (
	"rex/bytecode"
	"rex/capability"
)

// What containers take, in bytes beyond their elements.
const (
	listSize   = 96
	recordSize = 96
	mapSize    = 192
	entrySize  = 64 // of a map, beside the key and the value
)

func elementSize(t *capability.Type) int64 {
	if t.File() == capability.FileScalar {
		return 8
	}
	return 16
}

func (m *machine) make(in *bytecode.Instr) int {
	t := m.module.Types[in.Imm]
	switch in.Op {
	case bytecode.LIST:
		if trap := m.take(listSize); trap != trapNone {
			return trap
		}
		m.Rw[in.A] = capability.NewList(t.Elem)
	case bytecode.REC:
		if trap := m.take(recordSize + 16*int64(len(t.Fields))); trap != trapNone {
			return trap
		}
		m.Rw[in.A] = capability.NewRecord(t)
	default:
		if trap := m.take(mapSize); trap != trapNone {
			return trap
		}
		m.Rw[in.A] = capability.NewMap(t.Elem)
	}
	return trapNone
}

// push adds to a list; growth is charged before it happens.
func (m *machine) push(in *bytecode.Instr) int {
	l, ok := m.Rw[in.A].(*capability.List)
	switch {
	case !ok:
		return trapAbsent
	case l.Frozen:
		return trapFrozen
	}
	var full bool
	n := l.Len()
	switch in.Op {
	case bytecode.PUSHS:
		full = n == cap(l.S)
	case bytecode.PUSHT:
		full = n == cap(l.T)
	default:
		full = n == cap(l.R)
	}
	if full {
		if trap := m.take(int64(max(n, 4)) * elementSize(l.Elem)); trap != trapNone {
			return trap
		}
	}
	switch in.Op {
	case bytecode.PUSHS:
		l.S = append(l.S, m.Sw[in.B])
	case bytecode.PUSHT:
		l.T = append(l.T, m.Tw[in.B])
	default:
		l.R = append(l.R, m.Rw[in.B])
	}
	l.Version++
	return trapNone
}

func (m *machine) length(in *bytecode.Instr) int {
	switch c := m.Rw[in.B].(type) {
	case *capability.List:
		m.Sw[in.A] = uint64(c.Len())
	case *capability.Map:
		m.Sw[in.A] = uint64(len(c.Keys))
	default:
		return trapAbsent
	}
	return trapNone
}

func (m *machine) mapAt(in *bytecode.Instr) int {
	c, ok := m.Rw[in.B].(*capability.Map)
	if !ok {
		return trapAbsent
	}
	if trap := m.work(len(m.Tw[in.C])); trap != trapNone {
		return trap
	}
	i := c.Find(m.Tw[in.C])
	if i < 0 {
		m.pc += int(in.Imm)
		return trapNone
	}
	switch in.Op {
	case bytecode.MATS:
		m.Sw[in.A] = c.S[i]
	case bytecode.MATT:
		m.Tw[in.A] = c.T[i]
	default:
		m.Rw[in.A] = c.R[i]
	}
	return trapNone
}

func (m *machine) mapPut(in *bytecode.Instr) int {
	c, ok := m.Rw[in.A].(*capability.Map)
	switch {
	case !ok:
		return trapAbsent
	case c.Frozen:
		return trapFrozen
	}
	key := m.Tw[in.B]
	if trap := m.work(len(key)); trap != trapNone {
		return trap
	}
	i := c.Find(key)
	if i < 0 {
		if trap := m.take(entrySize + int64(len(key)) + elementSize(c.Elem)); trap != trapNone {
			return trap
		}
		i = c.Place(key)
	}
	switch in.Op {
	case bytecode.MPUTS:
		c.S[i] = m.Sw[in.C]
	case bytecode.MPUTT:
		c.T[i] = m.Tw[in.C]
	default:
		c.R[i] = m.Rw[in.C]
	}
	return trapNone
}

// part gives a named part of an any: of an object nil when it lacks it.
func (m *machine) part(in *bytecode.Instr) int {
	name := m.Tw[in.C]
	if trap := m.work(len(name)); trap != trapNone {
		return trap
	}
	switch c := m.Rw[in.B].(type) {
	case nil:
		return m.faultf(capability.Absent, "it is nil, so it has no %q", name)
	case *capability.Map:
		m.Rw[in.A] = nil
		if i := c.Find(name); i >= 0 {
			m.Rw[in.A] = c.At(i)
		}
	case *capability.Record:
		m.Rw[in.A] = c.Lookup(name)
	default:
		return m.faultf(capability.Invalid, "a %s has no part %q", capability.TypeOf(c), name)
	}
	return trapNone
}

func (m *machine) element(in *bytecode.Instr) int {
	i := int64(m.Sw[in.C])
	switch c := m.Rw[in.B].(type) {
	case nil:
		return m.faultf(capability.Absent, "it is nil, so it has no element %d", i)
	case *capability.List:
		if i < 0 || i >= int64(c.Len()) {
			return m.faultf(capability.Range, "there is no element %d in a list of %d", i, c.Len())
		}
		m.Rw[in.A] = c.At(int(i))
	default:
		return m.faultf(capability.Invalid, "a %s has no elements", capability.TypeOf(c))
	}
	return trapNone
}

// conforms reports whether a value has a type: what comes from outside the
// loop is held to it, because nothing inside looks again.
func conforms(v capability.Value, t *capability.Type, depth int) bool {
	if depth > capability.MaxValueDepth {
		return false
	}
	switch t.Kind {
	case capability.KindNone:
		return v == nil
	case capability.KindOptional:
		return v == nil || conforms(v, t.Elem, depth+1)
	case capability.KindAny:
		return v == nil || conformsToAny(v, depth)
	case capability.KindStream:
		_, ok := v.(capability.Stream)
		return ok
	}
	if v == nil {
		return false
	}
	switch c := v.(type) {
	case *capability.List:
		return t.Kind == capability.KindList && c.Elem.Equal(t.Elem) && allConform(&c.Cells, c.Elem, depth)
	case *capability.Map:
		return t.Kind == capability.KindMap && c.Elem.Equal(t.Elem) && allConform(&c.Cells, c.Elem, depth)
	case *capability.Record:
		return t.Kind == capability.KindRecord && c.Type.Equal(t) && fieldsConform(c, depth)
	case capability.StringValue:
		return t.Kind == capability.KindString || t.Kind == capability.KindWord && t.HasWord(string(c))
	}
	return v.Kind() == t.Kind
}

// conformsToAny reports whether a value may stand in an any; a container
// there is what it says it is.
func conformsToAny(v capability.Value, depth int) bool {
	switch v.(type) {
	case *capability.List, *capability.Map, *capability.Record:
		t := capability.TypeOf(v)
		return t.FitsAny() && conforms(v, t, depth)
	}
	t := capability.Simple(v.Kind())
	return t != nil && t.FitsAny()
}

// allConform looks at elements that are references only: the slices of the
// other files can't hold anything else.
func allConform(c *capability.Cells, t *capability.Type, depth int) bool {
	if t.File() != capability.FileRef {
		return c.R == nil
	}
	for _, v := range c.R {
		if !conforms(v, t, depth+1) {
			return false
		}
	}
	return true
}

func fieldsConform(r *capability.Record, depth int) bool {
	for i := range r.Type.Fields {
		if f := r.Type.Fields[i].Type; f.File() == capability.FileRef && !conforms(r.R[r.Type.Slot(i).Index], f, depth+1) {
			return false
		}
	}
	return true
}
