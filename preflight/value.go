package preflight

import (
	"slices"

	"rex/capability"
)

// value is what is known of what a register or slot holds: the union of what
// its fields say, of which its type tells the ones that count. Values are
// immutable; nil is no value at all: nothing has come here yet.
type value struct {
	texts  texts               // a text
	ints   []int64             // a scalar's bits: these
	anyInt bool                // a scalar, any
	null   bool                // a reference: nil, or never set
	refs   []int32             // objects, ascending
	boxes  []boxed             // an any: scalars and texts, by kind
	open   bool                // an any: whatever data can be
	kinds  capability.KindMask // an error: its kinds
	why    *reason             // where a part of which nothing is known came from
}

// boxed is what an any holds of one kind of scalar or text.
type boxed struct {
	kind capability.Kind
	v    *value
}

// reason says why something is unknown: what made it, and where.
type reason struct {
	what string
	site capability.Site
}

// stopped marks the error with which a limit or a cancellation runs the
// deferred blocks: no handler but theirs catches it. To a script its kind is
// "failed".
const stopped capability.KindMask = 1 << 31

// anyError is every kind an error value can have.
const anyError = capability.AllKinds | stopped

func textValue(t texts) *value   { return &value{texts: t} }
func intValue(n ...int64) *value { return &value{ints: n} }

var (
	anyScalar = &value{anyInt: true}
	nilValue  = &value{null: true}
	anyBool   = &value{ints: []int64{0, 1}}
)

func boolValue(yes, no bool) *value {
	switch {
	case yes && no:
		return anyBool
	case yes:
		return intValue(1)
	case no:
		return intValue(0)
	}
	return nil
}

// join gives a itself when b adds nothing.
func (d *domain) join(a, b *value) *value {
	switch {
	case a == b || b == nil:
		return a
	case a == nil:
		return b
	}
	d.effort += (len(a.refs) + len(b.refs)) / 16
	out := *a
	grown := false
	if len(b.texts) > 0 {
		out.texts = d.joinTexts(a.texts, b.texts)
		grown = !sameTexts(out.texts, a.texts)
	}
	if out.why == nil && b.why != nil {
		out.why, grown = b.why, true
	}
	if joinScalars(&out, b) {
		grown = true
	}
	if refs := unionRefs(a.refs, b.refs); len(refs) != len(a.refs) {
		out.refs, grown = refs, true
	}
	if boxes, more := d.joinBoxes(a.boxes, b.boxes); more {
		out.boxes, grown = boxes, true
	}
	if b.null && !a.null {
		out.null, grown = true, true
	}
	if b.open && !a.open {
		out.open, grown = true, true
	}
	if b.kinds&^a.kinds != 0 {
		out.kinds, grown = a.kinds|b.kinds, true
	}
	if !grown {
		return a
	}
	return &out
}

// sameTexts reports whether join gave the very set it was handed.
func sameTexts(a, b texts) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// joinScalars adds b's numbers to out and reports whether there were new ones.
func joinScalars(out, b *value) bool {
	if out.anyInt {
		return false
	}
	if b.anyInt {
		out.anyInt, out.ints = true, nil
		return true
	}
	all := out.ints
	for _, n := range b.ints {
		if !slices.Contains(all, n) {
			all = append(all[:len(all):len(all)], n)
		}
	}
	grown := len(all) > len(out.ints)
	if out.ints = all; len(all) > maxInts {
		out.anyInt, out.ints = true, nil
	}
	return grown
}

func (d *domain) joinBoxes(a, b []boxed) (out []boxed, grown bool) {
	out = a
	for _, x := range b {
		i := slices.IndexFunc(out, func(y boxed) bool { return y.kind == x.kind })
		if i < 0 {
			out, grown = append(out[:len(out):len(out)], x), true
			continue
		}
		if v := d.join(out[i].v, x.v); v != out[i].v {
			out, grown = slices.Clone(out), true
			out[i].v = v
		}
	}
	return out, grown
}

func unionRefs(a, b []int32) []int32 {
	if len(b) == 0 {
		return a
	}
	if len(a) == 0 {
		return b
	}
	out := make([]int32, 0, len(a)+len(b))
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case j == len(b) || i < len(a) && a[i] < b[j]:
			out = append(out, a[i])
			i++
		case i == len(a) || b[j] < a[i]:
			out = append(out, b[j])
			j++
		default:
			out = append(out, a[i])
			i, j = i+1, j+1
		}
	}
	return out
}

// widen makes a value that keeps growing stop: at level 1 its texts become one
// pattern, at level 2 they become any. All else is finite.
func (d *domain) widen(v *value, level int) *value {
	if v == nil {
		return nil
	}
	out := *v
	if real := v.texts.withoutZero(); len(real) > 1 || len(real) == 1 && level > 1 {
		zero := len(real) < len(v.texts)
		out.texts = texts{d.collapse(real)}
		if level > 1 {
			out.texts = anyText
			if out.why == nil {
				out.why = &reason{what: "a text that grows in a loop", site: capability.Site{Func: -1}}
			}
		}
		if zero {
			out.texts = append(slices.Clone(out.texts), literal(zeroPath))
		}
	}
	if len(v.ints) > 1 {
		out.anyInt, out.ints = true, nil
	}
	if len(v.boxes) > 0 {
		out.boxes = slices.Clone(v.boxes)
		for i := range out.boxes {
			out.boxes[i].v = d.widen(out.boxes[i].v, level)
		}
	}
	return &out
}

// zero is what a register or field holds before it is set.
func zero(t *capability.Type) *value {
	switch {
	case t.Kind == capability.KindPath:
		return textValue(constants(zeroPath))
	case t.File() == capability.FileText:
		return textValue(texts{{}})
	case t.File() == capability.FileScalar:
		return intValue(0)
	}
	return nilValue
}

// fit is a value of type from, where a value of type to is wanted: the same,
// but that an any tells scalars and texts by their kinds.
func fit(v *value, from, to *capability.Type) *value {
	if v == nil || to.Kind != capability.KindAny || from.Kind == capability.KindAny {
		return v
	}
	k := from.Kind
	if k == capability.KindOptional {
		k = from.Elem.Kind
	}
	if k == capability.KindWord {
		k = capability.KindString
	}
	switch k.File() {
	case capability.FileText:
		if v.texts == nil {
			return &value{null: v.null}
		}
		return &value{null: v.null, why: v.why, boxes: []boxed{{k, &value{texts: v.texts, why: v.why}}}}
	case capability.FileScalar:
		if !v.anyInt && v.ints == nil {
			return &value{null: v.null}
		}
		return &value{null: v.null, boxes: []boxed{{k, &value{ints: v.ints, anyInt: v.anyInt}}}}
	}
	return v
}

// notNull is v without nil; nil when nothing is left.
func (v *value) notNull() *value {
	if v == nil || !v.null {
		return v
	}
	out := *v
	out.null = false
	return out.orNone()
}

// orNone is nil for a value that nothing is left of.
func (v *value) orNone() *value {
	if v.texts == nil && v.ints == nil && !v.anyInt && !v.null && v.refs == nil && v.boxes == nil && !v.open && v.kinds == 0 {
		return nil
	}
	return v
}

// withTexts is v with other texts; nil when there are none.
func (v *value) withTexts(t texts) *value {
	if len(t) == 0 {
		return nil
	}
	out := *v
	out.texts = t
	return &out
}

// withInts is v with only these numbers; nil when there are none.
func (v *value) withInts(ints []int64) *value {
	if len(ints) == 0 {
		return nil
	}
	return &value{ints: ints}
}

func (v *value) mayTrue() bool  { return v != nil && (v.anyInt || slices.Contains(v.ints, 1)) }
func (v *value) mayFalse() bool { return v != nil && (v.anyInt || slices.Contains(v.ints, 0)) }
