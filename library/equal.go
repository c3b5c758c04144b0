package library

import (
	"encoding/binary"
	"math"
	"slices"

	"rex/capability"
)

// Equal is ==, deep: values of different kinds are not equal; lists by their
// elements in order, maps by their entries in any order, records by their
// fields.
func Equal(a, b capability.Value) (bool, error) { return EqualWith(nil, a, b) }

// EqualWith is Equal, charged to m.
func EqualWith(m Meter, a, b capability.Value) (bool, error) {
	w := newWalk(m)
	same, err := w.equal(a, b)
	if err != nil {
		return false, err
	}
	return same, w.flush()
}

func (w *walk) equal(a, b capability.Value) (bool, error) {
	if a == nil || b == nil {
		return a == b, nil
	}
	if a.Kind() != b.Kind() {
		return false, nil
	}
	switch a := a.(type) {
	case *capability.List:
		return w.equalLists(a, b.(*capability.List))
	case *capability.Map:
		return w.equalMaps(a, b.(*capability.Map))
	case *capability.Record:
		return w.equalRecords(a, b.(*capability.Record))
	case *capability.Error:
		return w.equalErrors(a, b.(*capability.Error))
	}
	switch a.Kind().File() {
	case capability.FileScalar:
		if a.Kind() == capability.KindFloat {
			return a.(capability.FloatValue) == b.(capability.FloatValue), nil
		}
		return capability.ScalarBits(a) == capability.ScalarBits(b), nil
	case capability.FileText:
		return w.equalTexts(capability.TextOf(a), capability.TextOf(b))
	}
	return false, notData(a)
}

// equalTexts charges by the length: of texts of different length nothing is read.
func (w *walk) equalTexts(a, b string) (bool, error) {
	if len(a) != len(b) {
		return false, nil
	}
	if err := w.text(a); err != nil {
		return false, err
	}
	return a == b, nil
}

func (w *walk) equalLists(a, b *capability.List) (bool, error) {
	if a == b || a == nil || b == nil {
		return a == b, nil
	}
	if a.Len() != b.Len() {
		return false, nil
	}
	return w.equalEach(a.Len(), func(i int) (capability.Value, capability.Value) { return a.At(i), b.At(i) })
}

func (w *walk) equalMaps(a, b *capability.Map) (bool, error) {
	if a == b || a == nil || b == nil {
		return a == b, nil
	}
	if a.Len() != b.Len() {
		return false, nil
	}
	for _, key := range a.Keys {
		if err := w.text(key); err != nil {
			return false, err
		}
		if b.Find(key) < 0 {
			return false, nil
		}
	}
	return w.equalEach(a.Len(), func(i int) (capability.Value, capability.Value) { return a.At(i), b.At(b.Find(a.Keys[i])) })
}

func (w *walk) equalRecords(a, b *capability.Record) (bool, error) {
	if a == b || a == nil || b == nil {
		return a == b, nil
	}
	if len(a.Type.Fields) != len(b.Type.Fields) {
		return false, nil
	}
	for _, f := range a.Type.Fields {
		if b.Type.FieldIndex(f.Name) < 0 {
			return false, nil
		}
	}
	return w.equalEach(len(a.Type.Fields), func(i int) (capability.Value, capability.Value) {
		return a.Field(i), b.Lookup(a.Type.Fields[i].Name)
	})
}

func (w *walk) equalEach(n int, at func(int) (capability.Value, capability.Value)) (bool, error) {
	if err := w.enter(); err != nil {
		return false, err
	}
	defer w.leave()
	for i := 0; i < n; i++ {
		if err := w.step(1); err != nil {
			return false, err
		}
		x, y := at(i)
		if same, err := w.equal(x, y); err != nil || !same {
			return false, err
		}
	}
	return true, nil
}

func (w *walk) equalErrors(a, b *capability.Error) (bool, error) {
	if a == b || a == nil || b == nil || a.Why != b.Why {
		return a == b, nil
	}
	x, y := errorTexts(a), errorTexts(b)
	for i := range x {
		if same, err := w.equalTexts(x[i], y[i]); err != nil || !same {
			return false, err
		}
	}
	return true, nil
}

// errorTexts are the texts by which errors are compared, beside their kind.
func errorTexts(e *capability.Error) [4]string {
	return [4]string{e.Message, e.Op, e.Resource, e.Position}
}

// maxKey bounds the bytes of one key that is made without a meter, and keeps a
// key from holding far more than its value does.
const maxKey = 1 << 26

// key appends a text that is the same for equal values and for no others:
// how unique and its kin find equal ones without comparing each with each.
func (w *walk) key(b []byte, v capability.Value) ([]byte, error) {
	if len(b) > maxKey {
		return nil, fault(capability.Invalid, "the value is too large to be compared")
	}
	switch v := v.(type) {
	case nil:
		return append(b, 0), nil
	case *capability.List:
		if v == nil {
			return append(b, 0), nil
		}
		return w.keys(appendCount(b, capability.KindList, v.Len()), v.Len(), v.At)
	case *capability.Map:
		if v == nil {
			return append(b, 0), nil
		}
		keys := slices.Sorted(slices.Values(v.Keys))
		return w.namedKeys(appendCount(b, capability.KindMap, len(keys)), keys, func(i int) capability.Value { return v.At(v.Find(keys[i])) })
	case *capability.Record:
		if v == nil {
			return append(b, 0), nil
		}
		names := make([]string, len(v.Type.Fields))
		for i, f := range v.Type.Fields {
			names[i] = f.Name
		}
		slices.Sort(names)
		return w.namedKeys(appendCount(b, capability.KindRecord, len(names)), names, func(i int) capability.Value { return v.Lookup(names[i]) })
	case *capability.Error:
		if v == nil {
			return append(b, 0), nil
		}
		b = append(b, byte(capability.KindError), byte(v.Why))
		for _, s := range errorTexts(v) {
			if err := w.text(s); err != nil {
				return nil, err
			}
			b = appendKeyText(b, s)
		}
		return b, nil
	}
	switch k := v.Kind(); k.File() {
	case capability.FileScalar:
		return binary.BigEndian.AppendUint64(append(b, byte(k)), equalBits(k, capability.ScalarBits(v))), nil
	case capability.FileText:
		if err := w.text(capability.TextOf(v)); err != nil {
			return nil, err
		}
		return appendKeyText(append(b, byte(k)), capability.TextOf(v)), nil
	}
	return nil, notData(v)
}

// equalBits makes the two zeros of a float one.
func equalBits(k capability.Kind, bits uint64) uint64 {
	if k == capability.KindFloat && floatOf(bits) == 0 {
		return math.Float64bits(0)
	}
	return bits
}

func appendCount(b []byte, k capability.Kind, n int) []byte {
	return binary.AppendUvarint(append(b, byte(k)), uint64(n))
}

func appendKeyText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func (w *walk) keys(b []byte, n int, at func(int) capability.Value) ([]byte, error) {
	if err := w.enter(); err != nil {
		return nil, err
	}
	defer w.leave()
	for i := 0; i < n; i++ {
		if err := w.step(1); err != nil {
			return nil, err
		}
		var err error
		if b, err = w.key(b, at(i)); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (w *walk) namedKeys(b []byte, names []string, at func(int) capability.Value) ([]byte, error) {
	for _, n := range names {
		if err := w.text(n); err != nil {
			return nil, err
		}
		b = appendKeyText(b, n)
	}
	return w.keys(b, len(names), at)
}
