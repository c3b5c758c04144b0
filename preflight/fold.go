package preflight

import (
	"math"

	"rex/capability"
	"rex/library"
)

// Library functions compute without asking anyone, so a call whose arguments
// are all known is simply made. What it may cost is bounded.

const (
	foldFuel   = 20_000
	foldMemory = 1 << 16
	foldCost   = 4 // steps
)

// foldMeter bounds what a call may cost.
type foldMeter struct{ fuel, memory int64 }

func (m *foldMeter) Fuel(n int64) error {
	if m.fuel -= n; m.fuel < 0 {
		return &capability.LimitError{Limit: "fuel"}
	}
	return nil
}

func (m *foldMeter) Memory(n int64) error {
	if m.memory -= n; m.memory < 0 {
		return &capability.LimitError{Limit: "memory"}
	}
	return nil
}

// fold makes a call with known scalars and texts; ok is false when something
// is not known, there are too many combinations, or it costs too much.
func (a *analysis) fold(l *libCall) (out *value, raises, ok bool) {
	if l.row.Mutates || l.result.Kind == capability.KindNone || l.row.Transfer == library.PathBeneath {
		return nil, false, false
	}
	sets := make([][]capability.Value, len(l.args))
	n := 1
	for i, v := range l.args {
		if sets[i] = knownValues(v, l.types[i]); sets[i] == nil {
			return nil, false, false
		}
		if n *= len(sets[i]); n > maxConstants {
			return nil, false, false
		}
	}
	if n > 1 && !isPlain(l.result) {
		return nil, false, false
	}
	a.steps += n * foldCost
	ok = true
	chosen := make([]capability.Value, len(sets))
	var from func(i int)
	from = func(i int) {
		if i < len(sets) {
			for _, x := range sets[i] {
				chosen[i] = x
				from(i + 1)
			}
			return
		}
		v, failed, done := callNative(l, chosen)
		switch {
		case !done:
			ok = false
		case failed:
			raises = true
		default:
			out = a.join(out, a.concrete(v, l.result, a.makeFolded))
		}
	}
	from(0)
	return out, raises, ok
}

// makeFolded gives the object for a container that a known call makes: another
// than the one for what the same call makes of unknown arguments.
func (a *analysis) makeFolded(t *capability.Type) (*object, bool) {
	return a.object(objectKey{inst: int32(a.cur.id), pc: int32(a.pc), slot: 1}, t)
}

// isPlain reports whether values of a type have no containers.
func isPlain(t *capability.Type) bool {
	if t.Kind == capability.KindOptional {
		t = t.Elem
	}
	return t.File() == capability.FileScalar || t.File() == capability.FileText
}

// knownValues lists all values that an argument may have, nil when they are
// not known.
func knownValues(v *value, t *capability.Type) []capability.Value {
	k := t.Kind
	switch {
	case k == capability.KindOptional && isPlain(t):
		out := knownValues(v.notNullOrEmpty(), t.Elem)
		if v.null && out == nil && v.texts == nil && v.ints == nil && !v.anyInt {
			return []capability.Value{nil}
		}
		if v.null && out != nil {
			out = append(out, nil)
		}
		return out
	case t.File() == capability.FileScalar && !v.anyInt:
		var out []capability.Value
		for _, n := range v.ints {
			out = append(out, capability.BoxScalar(k, uint64(n)))
		}
		return out
	case t.File() == capability.FileText && v.texts.allConstant():
		var out []capability.Value
		for _, p := range v.texts {
			s := p.Constant()
			if k == capability.KindPath {
				s = pathOf(s)
			}
			out = append(out, capability.BoxText(k, s))
		}
		return out
	}
	return nil
}

// notNullOrEmpty is v without nil, or a value of nothing.
func (v *value) notNullOrEmpty() *value {
	if w := v.notNull(); w != nil {
		return w
	}
	return &value{}
}

// callNative calls a row's function; done is false when it would cost too much.
func callNative(l *libCall, args []capability.Value) (v capability.Value, failed, done bool) {
	c := &library.Call{Type: l.result, Meter: &foldMeter{foldFuel, foldMemory}}
	for i, x := range args {
		switch l.types[i].File() {
		case capability.FileScalar:
			c.S[i] = capability.ScalarBits(x)
		case capability.FileText:
			c.T[i] = capability.TextOf(x)
		default:
			c.R[i] = x
		}
	}
	if err := l.row.Run(c); err != nil {
		_, isFault := err.(*capability.Error)
		return nil, isFault, isFault
	}
	switch l.result.File() {
	case capability.FileScalar:
		return capability.BoxScalar(l.result.Kind, c.OutS), false, true
	case capability.FileText:
		return capability.BoxText(l.result.Kind, c.OutT), false, true
	}
	return c.OutR, false, true
}

// concrete is exactly one value. Its containers are made by make_.
func (a *analysis) concrete(v capability.Value, t *capability.Type, make_ maker) *value {
	switch t.Kind {
	case capability.KindAny:
		if v == nil {
			return nilValue
		}
		dynamic := capability.TypeOf(v)
		if dynamic.Kind == capability.KindAny {
			return simpleUnknown(dynamic, nil)
		}
		return fit(a.concrete(v, dynamic, make_), dynamic, capability.Any)
	case capability.KindOptional:
		if v == nil {
			return nilValue
		}
		return a.concrete(v, t.Elem, make_)
	}
	switch v := v.(type) {
	case nil:
		return nilValue
	case *capability.List:
		return a.concreteList(v, t, make_)
	case *capability.Map:
		return a.concreteMap(v, t, make_)
	case *capability.Record:
		return a.concreteRecord(v, t, make_)
	case *capability.Error:
		return &value{kinds: capability.Kinds(v.Why)}
	}
	switch t.File() {
	case capability.FileScalar:
		return intValue(int64(capability.ScalarBits(v)))
	case capability.FileText:
		if t.Kind == capability.KindPath {
			return textValue(texts{stemOf(capability.TextOf(v))})
		}
		return textValue(texts{exactly(capability.TextOf(v))})
	}
	return simpleUnknown(t, nil)
}

func (a *analysis) partMaker(o *object, slot int) maker {
	return func(t *capability.Type) (*object, bool) { return a.part(o, slot, t) }
}

func (a *analysis) concreteList(v *capability.List, t *capability.Type, make_ maker) *value {
	o, isNew := make_(t)
	if !isNew {
		if n := min(v.Len(), maxTuple); len(o.tuple) != n || o.exact != (v.Len() <= maxTuple) {
			a.shift(o)
		}
	} else {
		o.tuple, o.exact = make([]*value, min(v.Len(), maxTuple)), v.Len() <= maxTuple
	}
	for i := range v.Len() {
		x := a.concrete(v.At(i), t.Elem, a.partMaker(o, min(i, maxTuple)))
		if i < len(o.tuple) {
			a.store(o, &o.tuple[i], x)
		}
		a.setElement(o, x)
	}
	return ref(o)
}

func (a *analysis) concreteMap(v *capability.Map, t *capability.Type, make_ maker) *value {
	o, _ := make_(t)
	for i, k := range v.Keys {
		a.store(o, &o.keys, textValue(texts{exactly(k)}))
		a.setElement(o, a.concrete(v.At(i), t.Elem, a.partMaker(o, min(i, math.MaxInt32))))
	}
	return ref(o)
}

func (a *analysis) concreteRecord(v *capability.Record, t *capability.Type, make_ maker) *value {
	o, _ := make_(t)
	for i, f := range t.Fields {
		a.store(o, &o.slots[i], a.concrete(v.Lookup(f.Name), f.Type, a.partMaker(o, i)))
	}
	return ref(o)
}
