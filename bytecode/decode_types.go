package bytecode

import (
	"sort"

	"rex/capability"
)

// typ reads a reference to a type that stands in the table already.
func (d *decoder) typ() *capability.Type {
	at := d.pos
	n := d.uvarint()
	switch {
	case n == 0:
		return capability.None
	case n > uint64(len(d.types)):
		d.pos = at
		d.fail("type %d does not exist, or not yet", n-1)
		return capability.None
	}
	return d.types[n-1]
}

func (d *decoder) typeList(most int, what string) []*capability.Type {
	n := d.count(1, most, what)
	if n == 0 {
		return nil
	}
	out := make([]*capability.Type, 0, n)
	for ; n > 0 && d.err == nil; n-- {
		t := d.typ()
		if t.Kind == capability.KindNone {
			d.fail("a register or parameter has no type")
		}
		out = append(out, t)
	}
	return out
}

// typeReader reads the table of types. A type that refers to earlier ones
// several times grows exponentially when written out, as its key is; so the
// size is known and bounded before the type is made.
type typeReader struct {
	*decoder
	seen   map[string]bool
	depths map[*capability.Type]int
	total  int
}

func (d *decoder) typeTable(m *Module) {
	r := &typeReader{decoder: d, seen: map[string]bool{}, depths: map[*capability.Type]int{}}
	n := d.count(2, MaxTypes, "types")
	for i := 0; i < n && d.err == nil; i++ {
		at := d.pos
		kind := capability.Kind(d.octet())
		name := d.utf8("a type's name")
		t := r.read(kind)
		if d.err != nil {
			return
		}
		if r.seen[t.Key()] {
			d.pos = at
			d.fail("type %s occurs twice", t.Key())
			return
		}
		r.seen[t.Key()] = true
		if name != "" {
			depth := r.depths[t]
			t = t.Named(name)
			r.depths[t] = depth
		}
		d.types = append(d.types, t)
	}
	m.Types = d.types
}

func (r *typeReader) read(kind capability.Kind) *capability.Type {
	if t := capability.Simple(kind); t != nil && kind != capability.KindNone {
		return t
	}
	switch kind {
	case capability.KindList, capability.KindMap, capability.KindOptional, capability.KindStream, capability.KindIterator:
		return r.container(kind)
	case capability.KindRecord:
		return r.recordType()
	case capability.KindWord:
		return r.wordType()
	case capability.KindFunc:
		return r.funcType()
	}
	r.fail("%d is no kind of type", kind)
	return capability.None
}

// part reads a reference to a part of a type and adds up size and depth.
func (r *typeReader) part(size, depth *int) *capability.Type {
	t := r.typ()
	if t.Kind == capability.KindNone {
		r.fail("a part of a type has no type")
	}
	*size += len(t.Key()) + 4
	*depth = max(*depth, r.depths[t]+1)
	return t
}

// allow refuses a type that would be too large.
func (r *typeReader) allow(size, depth int) bool {
	r.total += size
	switch {
	case size > MaxTypeKey || r.total > MaxTypeText:
		r.fail("the types are too large")
	case depth > MaxTypeDepth:
		r.fail("a type is nested more than %d deep", MaxTypeDepth)
	}
	return r.err == nil
}

func (r *typeReader) keep(t *capability.Type, depth int) *capability.Type {
	r.depths[t] = depth
	return t
}

func (r *typeReader) container(kind capability.Kind) *capability.Type {
	size, depth := 8, 0
	elem := r.part(&size, &depth)
	if !r.allow(size, depth) {
		return capability.None
	}
	var t *capability.Type
	switch kind {
	case capability.KindList:
		t = capability.ListOf(elem)
	case capability.KindMap:
		t = capability.MapOf(elem)
	case capability.KindStream:
		t = capability.StreamOf(elem)
	case capability.KindIterator:
		t = capability.IteratorOf(elem)
	default:
		if t = capability.OptionalOf(elem); t == elem {
			r.fail("type %s can't be made optional: nil is one of its values", elem)
		}
	}
	return r.keep(t, depth)
}

func (r *typeReader) recordType() *capability.Type {
	size, depth := 2, 0
	names := map[string]bool{}
	var fields []capability.Field
	for n := r.count(2, MaxFields, "fields"); n > 0 && r.err == nil; n-- {
		name := r.utf8("a field's name")
		if names[name] {
			r.fail("field %q occurs twice", name)
		}
		names[name] = true
		size += 8*len(name) + 4
		fields = append(fields, capability.Field{Name: name, Type: r.part(&size, &depth)})
	}
	if !r.allow(size, depth) {
		return capability.None
	}
	return r.keep(capability.RecordOf(fields...), depth)
}

func (r *typeReader) wordType() *capability.Type {
	words := r.texts("words")
	size := 0
	for _, w := range words {
		size += 8*len(w) + 5
	}
	if len(words) == 0 {
		r.fail("a word type has no words")
	}
	for i := 1; i < len(words); i++ {
		if words[i-1] >= words[i] {
			r.fail("the words of a type are not sorted")
		}
	}
	if !sort.StringsAreSorted(words) || !r.allow(size, 0) {
		return capability.None
	}
	return r.keep(capability.WordOf(words...), 0)
}

func (r *typeReader) funcType() *capability.Type {
	size, depth := 8, 0
	var params []*capability.Type
	for n := r.count(1, MaxParams, "parameters"); n > 0 && r.err == nil; n-- {
		params = append(params, r.part(&size, &depth))
	}
	result := r.typ()
	size += len(result.Key())
	depth = max(depth, r.depths[result]+1)
	if !r.allow(size, depth) {
		return capability.None
	}
	return r.keep(capability.FuncOf(params, result), depth)
}
