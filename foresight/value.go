package preflight

import (
	"slices"

	"rex/capability"
)

// value is what is known of one register or field: the union of what its
// parts say. The zero value is no value at all: it has not been reached.
type value struct {
	texts texts
	ints  []int64 // bits of scalars
	all   bool    // any scalar
	null  bool    // a reference may be nil, or never set
	refs  []*object
	open  bool                // an any from outside: whatever JSON can hold
	kinds capability.KindMask // an error: its kinds
	why   string              // when a text is unknown: the reason
}

func (v value) empty() bool {
	return v.texts == nil && v.ints == nil && !v.all && !v.null && v.refs == nil && !v.open && v.kinds == 0
}

func constantInt(n int64) value { return value{ints: []int64{n}} }

func (v value) join(u value) value {
	if v.empty() {
		return u
	}
	if u.empty() {
		return v
	}
	out := value{
		texts: v.texts.join(u.texts), all: v.all || u.all, null: v.null || u.null, open: v.open || u.open,
		kinds: v.kinds | u.kinds, why: v.why,
	}
	if out.why == "" {
		out.why = u.why
	}
	if !out.all {
		out.ints = joinInts(v.ints, u.ints)
		if len(out.ints) > maxInts {
			out.ints, out.all = nil, true
		}
	}
	out.refs = joinRefs(v.refs, u.refs)
	return out
}

func joinInts(a, b []int64) []int64 {
	out := slices.Clone(a)
	for _, n := range b {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

func joinRefs(a, b []*object) []*object {
	if len(b) == 0 {
		return a
	}
	out := slices.Clone(a)
	for _, o := range b {
		if !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	return out
}

// equal compares by sets; the order in which elements came does not count for
// refs and ints because both only grow.
func (v value) equal(u value) bool {
	return v.all == u.all && v.null == u.null && v.open == u.open && v.kinds == u.kinds &&
		len(v.ints) == len(u.ints) && len(v.refs) == len(u.refs) && v.texts.equal(u.texts) &&
		slices.Equal(v.ints, u.ints) && slices.Equal(v.refs, u.refs)
}

// widen makes a value that keeps growing stop: 1 collapses its texts, 2 forgets them.
func (v value) widen(level int) value {
	if level >= 1 && len(v.texts) > 1 {
		v.texts = texts{collapse(v.texts)}
	}
	if level >= 1 && len(v.ints) > 1 {
		v.ints, v.all = nil, true
	}
	if level >= 2 && v.texts != nil {
		if v.why == "" {
			v.why = "it grows in a loop"
		}
		v.texts = anyText
	}
	return v
}

// zeroOf is the value a register has before it is set.
func zeroOf(t *capability.Type) value {
	switch t.File() {
	case capability.FileScalar:
		return constantInt(0)
	case capability.FileText:
		if t.Kind == capability.KindPath {
			return value{texts: texts{capability.Constant(zeroPath)}}
		}
		return value{texts: constantText("")}
	}
	return value{null: true}
}

// zeroPath stands for a path register that was never set; no path holds a NUL.
const zeroPath = "\x00"

// unknown is whatever a value of a type can be, made at a site: containers are
// fresh objects of that site. why says why it is unknown.
func (a *analysis) unknown(t *capability.Type, s site, why string) value {
	return a.unknownAt(t, s, why, 0)
}

func (a *analysis) unknownAt(t *capability.Type, s site, why string, depth int) value {
	switch t.Kind {
	case capability.KindNone:
		return value{}
	case capability.KindBool:
		return value{ints: []int64{0, 1}}
	case capability.KindWord:
		var out texts
		for _, w := range t.Words {
			out = append(out, capability.Constant(w))
		}
		return value{texts: out.bounded()}
	case capability.KindOptional:
		v := a.unknownAt(t.Elem, s, why, depth)
		v.null = true
		return v
	case capability.KindAny:
		return value{open: true, null: true, why: why}
	case capability.KindError:
		return value{kinds: capability.AllKinds, null: true}
	case capability.KindList, capability.KindMap, capability.KindStream, capability.KindRecord, capability.KindIterator:
		return value{refs: []*object{a.unknownObject(t, s, why, depth)}}
	case capability.KindFunc:
		return value{null: true}
	}
	switch t.File() {
	case capability.FileScalar:
		return value{all: true}
	}
	return value{texts: anyText, why: why}
}

func (a *analysis) unknownObject(t *capability.Type, s site, why string, depth int) *object {
	s.path += "." + t.Key()
	if depth > 8 {
		s.path = "deep." + t.Key()
	}
	o, fresh := a.object(s, t)
	if !fresh {
		return o
	}
	switch t.Kind {
	case capability.KindRecord:
		for i, f := range t.Fields {
			fs := s
			fs.path += "." + f.Name
			a.store(o, i, a.unknownAt(f.Type, fs, why, depth+1))
		}
	default:
		a.store(o, 0, a.unknownAt(t.Elem, s, why, depth+1))
	}
	o.shifted, o.exact = true, false
	return o
}
