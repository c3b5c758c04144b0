package preflight

import (
	"rex/capability"
)

// site is where something is made: an instruction, and for what a row makes
// at once, which part of it.
type site struct {
	inst, pc int // inst is an instance of a function
	path     string
}

// object is everything ever made at one site: a container, record or closure.
// What is stored into one of them is joined, never replaced. For a list or map
// slot 0 is the element, for a record each field has a slot, for a closure
// each capture.
type object struct {
	site    site
	typ     *capability.Type
	slots   []value
	tuple   []value // a list: its first elements while they are known by position
	exact   bool    // the tuple is all there is
	shifted bool    // positions are no longer known, for good
	keys    value   // a map
	fn      int     // a closure
	changes int
	told    bool // the facts of its operation's row have been put in
}

// object gives the object of a site, making it when it is new.
func (a *analysis) object(s site, t *capability.Type) (o *object, fresh bool) {
	k := objectKey{s, t.Key()}
	if o := a.objects[k]; o != nil {
		return o, false
	}
	n := 1
	if t.Kind == capability.KindRecord {
		n = len(t.Fields)
	}
	o = &object{site: s, typ: t, slots: make([]value, n), fn: -1, exact: true}
	a.objects[k] = o
	a.made = append(a.made, o)
	a.changed = true
	return o, true
}

type objectKey struct {
	site site
	typ  string
}

// store joins a value into a slot. A change makes another round necessary.
func (a *analysis) store(o *object, slot int, v value) {
	if slot >= len(o.slots) {
		return
	}
	next := o.slots[slot].join(v)
	if next.equal(o.slots[slot]) {
		return
	}
	o.changes++
	switch {
	case o.changes > 80:
		next = next.widen(2)
	case o.changes > 40:
		next = next.widen(1)
	}
	o.slots[slot] = next
	a.changed = true
}

func (a *analysis) storeKey(o *object, v value) {
	next := o.keys.join(v)
	if !next.equal(o.keys) {
		if o.changes++; o.changes > 40 {
			next = next.widen(1)
		}
		o.keys = next
		a.changed = true
	}
}

// push adds a value at the end of every list that a reference may be. Behind
// the literal pushes that make a list, its length is no longer known; its
// first positions still are.
func (a *analysis) push(list value, v value) {
	for _, o := range list.refs {
		a.store(o, 0, v)
		if o.exact {
			o.exact = false
			a.changed = true
		}
	}
}

// pushLiteral is push number n of those that make a list where it is made.
func (a *analysis) pushLiteral(list value, n int, v value) {
	for _, o := range list.refs {
		a.store(o, 0, v)
		if o.shifted {
			continue
		}
		if n == len(o.tuple) {
			o.tuple = append(o.tuple, v)
			a.changed = true
		} else if next := o.tuple[n].join(v); !next.equal(o.tuple[n]) {
			o.tuple[n] = next
			a.changed = true
		}
	}
}

// shift notes that positions in the lists are no longer known, for good.
func (a *analysis) shift(list value) {
	for _, o := range list.refs {
		if !o.shifted {
			o.shifted, o.tuple, o.exact = true, nil, false
			a.changed = true
		}
	}
}

// setAt joins a value into every position.
func (a *analysis) setAt(list value, v value) {
	for _, o := range list.refs {
		a.store(o, 0, v)
		for i := range o.tuple {
			if next := o.tuple[i].join(v); !next.equal(o.tuple[i]) {
				o.tuple[i] = next
				a.changed = true
			}
		}
	}
}

// at is what element n of a list may be, or any element when n is unknown.
func (a *analysis) at(list, index value) value {
	if len(index.ints) == 1 && !index.all {
		var out value
		for _, o := range list.refs {
			n := index.ints[0]
			if o.shifted || n < 0 || n >= int64(len(o.tuple)) {
				return a.element(list)
			}
			out = out.join(o.tuple[n])
		}
		return out
	}
	return a.element(list)
}

// element is what any element of a container may be.
func (a *analysis) element(list value) value {
	var out value
	for _, o := range list.refs {
		if len(o.slots) > 0 {
			out = out.join(o.slots[0])
		}
	}
	return out
}

// field is what a field of a record may be.
func (a *analysis) field(record value, t *capability.Type, file capability.File, slot int) value {
	i := fieldOfSlot(t, file, slot)
	var out value
	for _, o := range record.refs {
		if i >= 0 && i < len(o.slots) && o.typ.Kind == capability.KindRecord {
			if j := o.typ.FieldIndex(t.Fields[i].Name); j >= 0 {
				out = out.join(o.slots[j])
			}
		}
	}
	return out
}

// fieldOfSlot finds the field that a record of type t keeps in a slot.
func fieldOfSlot(t *capability.Type, file capability.File, slot int) int {
	for i := range t.Fields {
		if s := t.Slot(i); s.File == file && s.Index == slot {
			return i
		}
	}
	return -1
}

// setField joins a value into a field of every record a reference may be.
func (a *analysis) setField(record value, t *capability.Type, file capability.File, slot int, v value) {
	i := fieldOfSlot(t, file, slot)
	if i < 0 {
		return
	}
	for _, o := range record.refs {
		if o.typ.Kind == capability.KindRecord {
			a.store(o, o.typ.FieldIndex(t.Fields[i].Name), v)
		}
	}
}
