package preflight

import (
	"fmt"

	"rex/bytecode"
	"rex/capability"
)

// oracle holds a run to an analysis: at the start of each block the registers
// that are live lie in the state of some instance.
type oracle struct {
	a     *analysis
	bound []string
	found string // the first contradiction
}

func (o *oracle) look(fn, pc int, f *frame) {
	s := o.a.shapes[fn]
	b := int(s.at[pc])
	if o.found != "" || b < 0 {
		return
	}
	why := "no instance reaches it"
	for _, in := range o.a.instances {
		if in.fn != fn || in.states[b] == nil {
			continue
		}
		if why = o.state(in, b, f); why == "" {
			return
		}
	}
	o.found = fmt.Sprintf("func %d pc %d: %s", fn, pc, why)
}

func (o *oracle) state(in *instance, b int, f *frame) string {
	s := o.a.shapes[in.fn]
next:
	for i, r := range s.blocks[b].live {
		if s.literals.open != nil {
			for _, x := range s.literals.open[b] {
				if x.reg == int(r) {
					continue next // nobody sees it yet
				}
			}
		}
		reg := s.regOf(int(r))
		if v := f.get(reg); !o.holds(in.states[b].vals[i], s.types[r], v, 0) {
			return fmt.Sprintf("%v %s holds %s, known is %s", reg, s.types[r], show(v, 0), o.dump(in.states[b].vals[i], 0))
		}
	}
	return ""
}

// show writes a concrete value.
func show(v capability.Value, depth int) string {
	if c := cellsOf(v); c != nil && depth < 5 {
		s := fmt.Sprintf("%s{%v %q", v.Kind(), c.S, c.T)
		for _, x := range c.R {
			s += " " + show(x, depth+1)
		}
		return s + "}"
	}
	return fmt.Sprintf("%#v", v)
}

// dump writes the objects that a value leads to.
func (o *oracle) dump(v *value, depth int) string {
	s := o.show(v)
	if v == nil || depth > 3 {
		return s
	}
	for _, id := range v.refs {
		obj := o.a.objects[id]
		s += fmt.Sprintf("\n%*sobject %d %s shifted %t exact %t outside %t returns %v", depth*2, "", id, obj.typ, obj.shifted, obj.exact, obj.outside, obj.returns)
		for i, x := range obj.slots {
			s += fmt.Sprintf("\n%*s slot %d %s", depth*2, "", i, o.dump(x, depth+1))
		}
		for i, x := range obj.tuple {
			s += fmt.Sprintf("\n%*s at %d %s", depth*2, "", i, o.dump(x, depth+1))
		}
	}
	return s
}

// regOf is the inverse of reg.
func (s *shape) regOf(r int) bytecode.Reg {
	for _, file := range []capability.File{capability.FileRef, capability.FileText, capability.FileScalar} {
		if r >= s.base[file] {
			return bytecode.Reg{File: file, N: r - s.base[file]}
		}
	}
	return bytecode.Reg{}
}

func (o *oracle) show(v *value) string {
	if v == nil {
		return "nothing"
	}
	s := fmt.Sprintf("ints %v any %t null %t refs %v open %t kinds %x", v.ints, v.anyInt, v.null, v.refs, v.open, v.kinds)
	for _, p := range v.texts {
		s += fmt.Sprintf(" %q", p.Show(o.a.m.Params))
	}
	for _, b := range v.boxes {
		s += " " + b.kind.String() + ":" + o.show(b.v)
	}
	return s
}

// maxLook bounds how deep a value is looked into.
const maxLook = 4

// holds reports whether x, of type t, is one of the values of v.
func (o *oracle) holds(v *value, t *capability.Type, x capability.Value, depth int) bool {
	switch {
	case v == nil:
		return false
	case t.Kind == capability.KindAny:
		return o.holdsAny(v, x, depth)
	case t.File() == capability.FileRef && x == nil:
		return v.null
	}
	if t.Kind == capability.KindOptional {
		t = t.Elem
	}
	switch x := x.(type) {
	case *capability.Error:
		if x == theStop {
			return v.kinds&stopped != 0
		}
		return v.kinds.Has(x.Why)
	case *testWalk:
		return o.holdsWalk(v, x, depth)
	}
	switch t.File() {
	case capability.FileScalar:
		return v.anyInt || contains(v.ints, int64(capability.ScalarBits(x)))
	case capability.FileText:
		return o.holdsText(v.texts, t.Kind, capability.TextOf(x))
	}
	return o.holdsRef(v, x, depth)
}

func contains(ints []int64, n int64) bool {
	for _, m := range ints {
		if m == n {
			return true
		}
	}
	return false
}

func (o *oracle) holdsText(ts texts, k capability.Kind, s string) bool {
	if k == capability.KindPath {
		if s = stemOf(s).Constant(); s == zeroPath {
			return o.a.has(ts, literal(zeroPath))
		}
	}
	for _, p := range ts {
		if p.IsConstant() && p.Constant() == s || !p.IsConstant() && p.Match(s, o.bound) {
			return true
		}
	}
	return false
}

func (o *oracle) holdsAny(v *value, x capability.Value, depth int) bool {
	switch x := x.(type) {
	case nil:
		return v.null
	case *capability.Error:
		return o.holds(v, capability.ErrorT, x, depth)
	case *capability.List, *capability.Map, *capability.Record:
		return o.holdsRef(v, x, depth) || v.open && o.isOutside(x, depth)
	}
	for _, b := range v.boxes {
		if b.kind == x.Kind() && o.holds(b.v, capability.Simple(b.kind), x, depth) {
			return true
		}
	}
	return v.open
}

// isOutside reports whether a container lies in what is known of data from
// outside; of a type that no one has looked at, everything does.
func (o *oracle) isOutside(x capability.Value, depth int) bool {
	id, known := o.a.byKey[objectKey{inst: -2, typ: capability.TypeOf(x).Key()}]
	return !known || o.holdsRef(&value{refs: []int32{id}}, x, depth)
}

func (o *oracle) holdsRef(v *value, x capability.Value, depth int) bool {
	if depth > maxLook {
		return true
	}
	for _, id := range v.refs {
		obj := o.a.objects[id]
		for _, id := range append([]int32{id}, obj.returns...) {
			if o.inObject(o.a.objects[id], x, depth+1) {
				return true
			}
		}
	}
	return false
}

func (o *oracle) holdsWalk(v *value, x *testWalk, depth int) bool {
	switch {
	case x.list != nil:
		return o.holdsRef(v, x.list, depth)
	case x.dict != nil:
		return o.holdsRef(v, x.dict, depth)
	}
	return o.holdsRef(v, x.stream, depth)
}

func (o *oracle) inObject(obj *object, x capability.Value, depth int) bool {
	switch x := x.(type) {
	case *testClosure:
		if obj.fn != x.fn {
			return false
		}
		for i, arg := range x.args {
			if !o.holds(obj.slots[i], o.a.m.Funcs[x.fn].Params[i], arg, depth) {
				return false
			}
		}
		return true
	case *testStream:
		for _, e := range x.elems {
			if obj.typ.Kind != capability.KindStream || !o.holds(obj.slots[0], obj.typ.Elem, e, depth) {
				return false
			}
		}
		return true
	case *capability.List:
		return obj.isOf(capability.ListOf(x.Elem)) && o.inList(obj, x, depth)
	case *capability.Map:
		if !obj.isOf(capability.MapOf(x.Elem)) {
			return false
		}
		for i, k := range x.Keys {
			if obj.keys == nil || !o.holdsText(obj.keys.texts, capability.KindString, k) || !o.holds(obj.slots[0], x.Elem, x.At(i), depth) {
				return false
			}
		}
		return true
	case *capability.Record:
		if !obj.isOf(x.Type) {
			return false
		}
		for i, f := range obj.typ.Fields {
			if !o.holds(obj.slots[i], f.Type, x.Lookup(f.Name), depth) {
				return false
			}
		}
		return true
	}
	return false
}

func (o *oracle) inList(obj *object, x *capability.List, depth int) bool {
	if obj.exact && !obj.shifted && x.Len() > len(obj.tuple) {
		return false
	}
	for i := range x.Len() {
		e := obj.slots[0]
		if !obj.shifted && i < len(obj.tuple) {
			e = obj.tuple[i]
		}
		if !o.holds(e, x.Elem, x.At(i), depth) {
			return false
		}
	}
	return true
}

// contradiction compares one run with the report; "" is agreement.
func contradiction(r *capability.Report, m *machine, ok bool, bound []string) string {
	for _, t := range m.touches {
		touch := r.Touch(t.site)
		switch {
		case touch == nil:
			return fmt.Sprintf("%v was asked and is not in the report", t.site)
		case !rowHolds(touch.Join, t.args, bound):
			return fmt.Sprintf("%v: %#v is not in the envelope %+v", t.site, t.args, touch.Join)
		}
		inRow := false
		for _, row := range touch.Rows {
			inRow = inRow || rowHolds(row, t.args, bound)
		}
		switch {
		case !inRow:
			return fmt.Sprintf("%v: %#v is in no row", t.site, t.args)
		case t.denied && ok && touch.Fatal:
			return fmt.Sprintf("%v: a run ended well after its denial", t.site)
		}
	}
	for i := range r.Touches {
		touch := &r.Touches[i]
		n := m.counts[touch.Site]
		switch {
		case touch.Must && ok && n == 0:
			return fmt.Sprintf("%v: a run ended well without it", touch.Site)
		case touch.Once && n > 1:
			return fmt.Sprintf("%v: asked %d times", touch.Site, n)
		case touch.Once && touch.Loop:
			return fmt.Sprintf("%v: once and in a loop", touch.Site)
		}
	}
	return ""
}

func rowHolds(row []capability.Abstract, args []capability.Value, bound []string) bool {
	if len(row) != len(args) {
		return false
	}
	for i := range row {
		if !capability.Within(&row[i], args[i], bound) {
			return false
		}
	}
	return true
}
