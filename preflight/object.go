package preflight

import "rex/capability"

// object is the summary of everything made at one place in one context: a
// list, map, stream, record or closure. All that is ever stored into one of
// them is joined here, nothing is replaced.
type object struct {
	id    int32
	typ   *capability.Type
	slots []*value // of a list, map or stream: the element; of a record: each field; of a closure: each capture

	tuple   []*value // of a list: its first elements, while they are known by position
	exact   bool     // .. and there are no others
	shifted bool     // .. positions are no longer known, for good
	resized bool     // its length may change while it is walked
	keys    *value   // of a map
	fn      int      // of a closure

	outside bool    // data from outside the program: one object for each type
	escaped bool    // it was stored in an outside object, so it may come back from there
	returns []int32 // of an outside object: the objects of its type that escaped

	readers map[place]struct{}
	changes int
}

// place is a block of an instance.
type place struct{ inst, block int32 }

// objectKey tells objects apart: by what makes them, and for what a row makes
// at once, by the object they are part of and the slot. It names the type by
// its key: the types of computed values are made anew each time, and objects
// told apart by them would have no end.
type objectKey struct {
	inst, pc int32 // inst is -1 for a part, -2 for what is outside, -3 for a parameter
	slot     int32
	typ      string
}

// object gives the object of a type that belongs to a key, making it when it is
// new.
func (a *analysis) object(k objectKey, t *capability.Type) (o *object, isNew bool) {
	k.typ = t.Key()
	if id, ok := a.byKey[k]; ok {
		return a.objects[id], false
	}
	o = a.newObject(t)
	a.byKey[k] = o.id
	return o, true
}

func (a *analysis) newObject(t *capability.Type) *object {
	n := 1
	if t.Kind == capability.KindRecord {
		n = len(t.Fields)
	}
	o := &object{id: int32(len(a.objects)), typ: t, slots: make([]*value, n), fn: -1, readers: map[place]struct{}{}}
	a.objects = append(a.objects, o)
	return o
}

// made is the object that the present instance makes at an instruction.
func (a *analysis) made(pc int, t *capability.Type) (*object, bool) {
	return a.object(objectKey{inst: int32(a.cur.id), pc: int32(pc)}, t)
}

// part is the object in a slot of another that a row makes with it.
func (a *analysis) part(of *object, slot int, t *capability.Type) (*object, bool) {
	return a.object(objectKey{inst: -1, pc: of.id, slot: int32(slot)}, t)
}

func ref(o *object) *value { return &value{refs: []int32{o.id}} }

// fromOutside is the object for all data of a type that comes from outside the
// program. It may be held in several places, so there is only one.
func (a *analysis) fromOutside(t *capability.Type, why *reason) *object {
	k := objectKey{inst: -2}
	if planted == castForEachPlace {
		k = objectKey{inst: int32(a.cur.id), pc: int32(a.pc), slot: -1}
	}
	o, isNew := a.object(k, t)
	if !isNew {
		return o
	}
	o.outside, o.shifted, o.resized = true, true, true
	parts := partTypes(t)
	for i, p := range parts {
		o.slots[i] = a.outsideValue(p, why)
	}
	o.keys = &value{texts: anyText, why: why}
	return o
}

// partTypes are the types of a container's slots.
func partTypes(t *capability.Type) []*capability.Type {
	if t.Kind != capability.KindRecord {
		return []*capability.Type{t.Elem}
	}
	out := make([]*capability.Type, len(t.Fields))
	for i, f := range t.Fields {
		out[i] = f.Type
	}
	return out
}

// outsideValue is any value of a type of data that comes from outside.
func (a *analysis) outsideValue(t *capability.Type, why *reason) *value {
	switch t.Kind {
	case capability.KindOptional:
		v := *a.outsideValue(t.Elem, why)
		v.null = true
		return &v
	case capability.KindList, capability.KindMap, capability.KindRecord:
		return ref(a.fromOutside(t, why))
	}
	return simpleUnknown(t, why)
}

// simpleUnknown is any value of a type without containers in it.
func simpleUnknown(t *capability.Type, why *reason) *value {
	switch t.Kind {
	case capability.KindNone:
		return nil
	case capability.KindBool:
		return anyBool
	case capability.KindWord:
		if len(t.Words) > maxConstants {
			return &value{texts: anyText, why: why}
		}
		return textValue(constants(t.Words...))
	case capability.KindAny:
		return &value{open: true, null: true, kinds: anyError, why: why}
	case capability.KindError:
		return &value{kinds: anyError, null: true}
	case capability.KindPath:
		return &value{texts: anyText, why: why}
	}
	switch t.File() {
	case capability.FileScalar:
		return anyScalar
	case capability.FileText:
		return &value{texts: anyText, why: why}
	}
	return nilValue
}

// maker gives the object for a container that is made.
type maker func(*capability.Type) (o *object, isNew bool)

// fresh is any value of a type that nothing else in the program holds: what an
// operation or library function made.
func (a *analysis) fresh(pc int, t *capability.Type, why *reason) *value {
	return a.freshWith(t, why, func(t *capability.Type) (*object, bool) { return a.made(pc, t) })
}

func (a *analysis) freshWith(t *capability.Type, why *reason, make_ maker) *value {
	switch t.Kind {
	case capability.KindOptional:
		v := *a.freshWith(t.Elem, why, make_)
		v.null = true
		return &v
	case capability.KindList, capability.KindMap, capability.KindStream, capability.KindRecord:
		o, isNew := make_(t)
		if isNew {
			o.shifted = true
			for i, p := range partTypes(t) {
				o.slots[i] = a.freshWith(p, why, func(t *capability.Type) (*object, bool) { return a.part(o, i, t) })
			}
			o.keys = &value{texts: anyText, why: why}
		}
		return ref(o)
	}
	return simpleUnknown(t, why)
}

// each calls f for every object that a reference may be, and makes the present
// block run again when one of them grows.
func (a *analysis) each(v *value, f func(o *object)) {
	if v == nil {
		return
	}
	a.steps += len(v.refs) / 4
	for _, id := range v.refs {
		o := a.objects[id]
		a.reads(o)
		f(o)
		for i := 0; i < len(o.returns); i++ {
			other := a.objects[o.returns[i]]
			a.reads(other)
			f(other)
		}
	}
}

func (a *analysis) reads(o *object) {
	if a.cur != nil {
		o.readers[place{int32(a.cur.id), int32(a.curBlock)}] = struct{}{}
	}
}

func (a *analysis) changed(o *object) {
	o.changes++
	if planted == readersNotRun {
		return
	}
	for p := range o.readers {
		a.enqueue(p)
	}
}

// store joins a value into a slot of an object.
func (a *analysis) store(o *object, slot **value, v *value) {
	next := a.join(*slot, v)
	if next == *slot {
		return
	}
	if o.changes > 40 {
		next = a.widen(next, 1+o.changes/80)
	}
	*slot = next
	a.changed(o)
	if o.outside || o.escaped {
		a.escape(v)
	}
}

// escape notes that what a value holds may come back from outside.
func (a *analysis) escape(v *value) {
	if v == nil {
		return
	}
	for _, id := range v.refs {
		o := a.objects[id]
		if o.outside || o.escaped || o.fn >= 0 || o.typ.Kind == capability.KindStream {
			continue
		}
		o.escaped = true
		home := a.fromOutside(o.typ, nil)
		home.returns = append(home.returns, id)
		a.changed(home)
		for _, s := range o.slots {
			a.escape(s)
		}
	}
}

// setElement joins a value into an element of a container at no known place.
func (a *analysis) setElement(o *object, v *value) { a.store(o, &o.slots[0], v) }

// push adds an element at the end of a list: its length is no longer known,
// its first positions still are.
func (a *analysis) push(o *object, v *value) {
	a.setElement(o, v)
	a.resize(o)
}

func (a *analysis) resize(o *object) {
	if o.exact || !o.resized {
		o.exact, o.resized = false, true
		a.changed(o)
	}
}

// pushAt adds element number n of a list that is being built.
func (a *analysis) pushAt(o *object, n int, v *value) {
	if n >= len(o.tuple) {
		a.push(o, v)
		return
	}
	a.store(o, &o.tuple[n], v)
	a.setElement(o, v)
}

// setAt joins a value into every position.
func (a *analysis) setAt(o *object, v *value) {
	a.setElement(o, v)
	if planted == setAtForgetsTuple {
		return
	}
	for i := range o.tuple {
		a.store(o, &o.tuple[i], v)
	}
}

// shift gives up what is known of positions, for good.
func (a *analysis) shift(o *object) {
	if !o.shifted || o.exact || !o.resized {
		o.shifted, o.exact, o.resized, o.tuple = true, false, true, nil
		a.changed(o)
	}
}

// element is what any element of a container may be; nil when it has none.
func (a *analysis) element(v *value) *value {
	var out *value
	a.each(v, func(o *object) { out = a.join(out, o.slots[0]) })
	return out
}

// elementAt is what the elements at some positions may be.
func (a *analysis) elementAt(v, index *value) *value {
	var out *value
	a.each(v, func(o *object) {
		if index.anyInt || o.shifted {
			out = a.join(out, o.slots[0])
			return
		}
		for _, n := range index.ints {
			switch {
			case n >= 0 && n < int64(len(o.tuple)):
				out = a.join(out, o.tuple[n])
			case n >= 0 && !o.exact:
				out = a.join(out, o.slots[0])
			}
		}
	})
	return out
}

// keysOf is what the keys of a map may be.
func (a *analysis) keysOf(v *value) *value {
	var out *value
	a.each(v, func(o *object) { out = a.join(out, o.keys) })
	return out
}

// field is what a slot of a record may hold, as its type says; record types
// with the same fields in another order are the same type.
func (a *analysis) field(v *value, file capability.File, slot int) (out *value, t *capability.Type) {
	a.each(v, func(o *object) {
		if i := fieldAt(o.typ, file, slot); i >= 0 {
			out, t = a.join(out, o.slots[i]), o.typ.Fields[i].Type
		}
	})
	return out, t
}

func (a *analysis) setField(v *value, file capability.File, slot int, x *value) {
	a.each(v, func(o *object) {
		if i := fieldAt(o.typ, file, slot); i >= 0 {
			a.store(o, &o.slots[i], x)
		}
	})
}

// length is what is known of the number of elements.
func (a *analysis) length(v *value) *value {
	var out *value
	a.each(v, func(o *object) {
		if o.exact && !o.shifted {
			out = a.join(out, intValue(int64(len(o.tuple))))
		} else {
			out = a.join(out, anyScalar)
		}
	})
	return out
}

// isOf reports whether an object has a type.
func (o *object) isOf(t *capability.Type) bool { return o.fn < 0 && o.typ.Equal(t) }
