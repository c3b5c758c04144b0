package reference

import (
	"context"

	"rex/capability"
	"rex/compiler"
	"rex/lang"
	"rex/library"
)

// stream is a stream, perhaps with stages over it. The failure of a read comes
// up where it is consumed, which is what the span says.
type stream struct {
	next func(at lang.Span) (capability.Value, bool)
}

func (*stream) Kind() capability.Kind { return capability.KindStream }

func (f *frame) opened(s capability.Stream) *stream {
	return &stream{func(at lang.Span) (capability.Value, bool) {
		v, ok, err := s.Next(context.Background())
		f.must(at, err)
		return v, ok
	}}
}

// over walks what a loop is over: yield says whether it goes on.
func (f *frame) over(at lang.Span, x compiler.Expr, yield func(pos int, key string, v capability.Value) bool) {
	switch x := x.(type) {
	case *compiler.Range:
		first := true
		start := int64(0)
		f.counted(x, func(i int64) bool {
			if first {
				first, start = false, i
			}
			return yield(int(i-start), "", capability.IntValue(i))
		})
		return
	case *compiler.Catch:
		if x.Loops {
			f.overCaught(at, x, yield)
			return
		}
	}
	f.walk(at, f.eval(x), yield)
}

// overCaught is a catch in the head of a loop over a stream: it covers the
// opening and each read, and the loop goes on with the handler's list.
func (f *frame) overCaught(at lang.Span, x *compiler.Catch, yield func(pos int, key string, v capability.Value) bool) {
	var s *stream
	signal := f.attempt(func() { s = f.eval(x.X).(*stream) })
	for pos := 0; signal == nil; pos++ {
		var v capability.Value
		var ok bool
		if signal = f.attempt(func() { v, ok = s.next(at) }); signal == nil && (!ok || !yield(pos, "", v)) {
			return
		}
	}
	f.walk(at, f.handle(x, signal), yield)
}

// walk goes through a list, map or stream. One whose length changes while it
// is walked fails.
func (f *frame) walk(at lang.Span, v capability.Value, yield func(pos int, key string, v capability.Value) bool) {
	switch c := v.(type) {
	case *capability.List:
		n, version := c.Len(), c.Version
		for i := 0; ; i++ {
			if c.Version != version {
				f.fail(at, capability.Invalid, "it was changed while it is walked")
			}
			if i >= n || !yield(i, "", c.At(i)) {
				return
			}
		}
	case *capability.Map:
		n, version := len(c.Keys), c.Version
		for i := 0; ; i++ {
			if c.Version != version {
				f.fail(at, capability.Invalid, "it was changed while it is walked")
			}
			if i >= n || !yield(i, c.Keys[i], c.At(i)) {
				return
			}
		}
	case *stream:
		for i := 0; ; i++ {
			x, ok := c.next(at)
			if !ok || !yield(i, "", x) {
				return
			}
		}
	}
}

// ---- functions that take functions ----

// caller calls the function that a library function was given.
type caller func(args ...capability.Value) capability.Value

// caller evaluates an argument that is a function. A closure written there is
// part of the expression; the call of any other function is a call.
func (f *frame) caller(at lang.Span, x compiler.Expr) caller {
	g := f.eval(x).(*function)
	if _, direct := x.(*compiler.Closure); direct {
		return func(args ...capability.Value) capability.Value { return f.apply(g, args) }
	}
	return func(args ...capability.Value) capability.Value { return f.call(at, g, args) }
}

func (f *frame) expand(x *compiler.Expand) capability.Value {
	source := f.eval(x.X)
	var args []capability.Value
	var fns []caller
	functions := func() {
		for _, fn := range x.Fns {
			fns = append(fns, f.caller(x.At(), fn))
		}
	}
	if x.Name == "sort_by" { // its function comes first
		functions()
		args = f.operands(x.Args, nil)
	} else {
		args = f.operands(x.Args, nil)
		functions()
	}
	e := &expansion{f, x, x.Type(), source, args, nil}
	if len(fns) > 0 {
		e.fn = fns[0]
	}
	if e.t.Kind == capability.KindStream {
		return e.stage(source.(*stream))
	}
	return e.value()
}

// expansion is one call of a function that takes functions.
type expansion struct {
	*frame
	x      *compiler.Expand
	t      *capability.Type
	source capability.Value
	args   []capability.Value
	fn     caller
}

// each walks the source.
func (e *expansion) each(yield func(pos int, key string, v capability.Value) bool) {
	e.walk(e.x.At(), e.source, func(pos int, key string, v capability.Value) bool {
		e.step(e.x.At())
		return yield(pos, key, v)
	})
}

func (e *expansion) value() capability.Value {
	switch e.x.Name {
	case "each":
		e.each(func(_ int, _ string, v capability.Value) bool { e.fn(v); return true })
		return nil
	case "map", "flat_map", "filter_map", "take_while", "drop_while", "collect", "take", "drop":
		return e.list()
	case "filter":
		if e.t.Kind != capability.KindMap {
			return e.list()
		}
		m := capability.NewMap(e.t.Elem)
		e.each(func(_ int, key string, v capability.Value) bool {
			if truth(e.fn(capability.StringValue(key), v)) {
				m.Put(key, v)
			}
			return true
		})
		return m
	case "map_values":
		m := capability.NewMap(e.t.Elem)
		e.each(func(_ int, key string, v capability.Value) bool { m.Put(key, e.fn(v)); return true })
		return m
	case "find", "first":
		return e.search(func(_ int, v capability.Value) capability.Value { return v })
	case "index":
		return e.search(func(pos int, _ capability.Value) capability.Value { return capability.IntValue(pos) })
	case "any":
		return capability.BoolValue(e.holds(true))
	case "all":
		return capability.BoolValue(!e.holds(false))
	case "count":
		n := capability.IntValue(0)
		e.each(func(_ int, _ string, v capability.Value) bool {
			if truth(e.fn(v)) {
				n++
			}
			return true
		})
		return n
	case "sum":
		total := zero(e.t)
		e.each(func(_ int, _ string, v capability.Value) bool {
			total = e.arithmetic(e.x.At(), lang.OpAdd, e.t, total, e.fn(v))
			return true
		})
		return total
	case "reduce":
		so := e.args[0]
		e.each(func(_ int, _ string, v capability.Value) bool { so = e.fn(so, v); return true })
		return so
	case "min":
		return e.extreme(-1)
	case "max":
		return e.extreme(1)
	case "sort_by":
		return e.sortBy()
	case "unique":
		return e.unique()
	case "group_by", "count_by", "index_by":
		return e.group()
	case "partition":
		return e.partition()
	}
	panic("a function that the evaluator does not know: " + e.x.Name)
}

// list is what a stage makes of all elements, those of a list too.
func (e *expansion) list() capability.Value {
	out := capability.NewList(e.t.Elem)
	s := e.stage(e.reader())
	for {
		v, ok := s.next(e.x.At())
		if !ok {
			return out
		}
		e.step(e.x.At())
		out.Push(v)
	}
}

// reader reads the source, whatever it is.
func (e *expansion) reader() *stream {
	if s, ok := e.source.(*stream); ok {
		return s
	}
	return e.elements(e.source.(*capability.List))
}

func (f *frame) elements(l *capability.List) *stream {
	i, n, version := -1, l.Len(), l.Version
	return &stream{func(at lang.Span) (capability.Value, bool) {
		if l.Version != version {
			f.fail(at, capability.Invalid, "it was changed while it is walked")
		}
		if i++; i >= n {
			return nil, false
		}
		return l.At(i), true
	}}
}

// stage is a lazy stage over a stream: it reads no more than is asked for.
func (e *expansion) stage(s *stream) *stream {
	left := 0
	if e.x.Name == "take" || e.x.Name == "drop" {
		n := e.args[0].(capability.IntValue)
		if n < 0 {
			e.fail(e.x.At(), capability.Range, "a number of elements is never negative")
		}
		left = int(n)
	}
	passed, ended := false, false
	var inner *stream
	var next func(at lang.Span) (capability.Value, bool)
	next = func(at lang.Span) (capability.Value, bool) {
		if ended || e.x.Name == "take" && left == 0 {
			return nil, false
		}
		if inner != nil {
			if v, ok := inner.next(at); ok {
				return v, true
			}
			inner = nil
		}
		v, ok := s.next(at)
		if !ok {
			return nil, false
		}
		switch e.x.Name {
		case "collect":
		case "take":
			left--
		case "drop":
			if left > 0 {
				left--
				return next(at)
			}
		case "map":
			v = e.fn(v)
		case "filter":
			if !truth(e.fn(v)) {
				return next(at)
			}
		case "filter_map":
			if v = e.fn(v); v == nil {
				return next(at)
			}
		case "flat_map":
			inner = e.elements(e.fn(v).(*capability.List))
			return next(at)
		case "take_while":
			if !truth(e.fn(v)) {
				ended = true
				return nil, false
			}
		case "drop_while":
			if !passed && truth(e.fn(v)) {
				return next(at)
			}
			passed = true
		}
		return v, true
	}
	return &stream{next}
}

// search gives something of the first element for which the function holds.
func (e *expansion) search(found func(pos int, v capability.Value) capability.Value) (out capability.Value) {
	e.each(func(pos int, _ string, v capability.Value) bool {
		if e.fn != nil && !truth(e.fn(v)) {
			return true
		}
		out = found(pos, v)
		return false
	})
	return out
}

// holds reports whether the function gives this for an element.
func (e *expansion) holds(what bool) (found bool) {
	e.each(func(_ int, _ string, v capability.Value) bool {
		found = truth(e.fn(v)) == what
		return !found
	})
	return found
}

// extreme is the first element whose key is least or greatest.
func (e *expansion) extreme(sign int) (best capability.Value) {
	var bestKey capability.Value
	e.each(func(_ int, _ string, v capability.Value) bool {
		if key := e.fn(v); bestKey == nil || compare(key, bestKey)*sign > 0 {
			best, bestKey = v, key
		}
		return true
	})
	return best
}

func (e *expansion) sortBy() capability.Value {
	result := e.x.Fns[0].Type().Result
	list, keys := capability.NewList(e.t.Elem), capability.NewList(result)
	e.each(func(_ int, _ string, v capability.Value) bool {
		list.Push(v)
		keys.Push(e.fn(v))
		return true
	})
	types := []*capability.Type{e.t, capability.ListOf(result), capability.Bool}
	row := library.Named("list", "sort_by_keys")[0]
	if result.Kind == capability.KindOptional {
		row = library.Named("list", "sort_by_keys")[1]
	}
	return e.native(e.x.At(), row, types, []capability.Value{list, keys, e.args[0]}, e.t)
}

func (e *expansion) unique() capability.Value {
	out := capability.NewList(e.t.Elem)
	var seen []capability.Value
	e.each(func(_ int, _ string, v capability.Value) bool {
		key := e.fn(v)
		for _, old := range seen {
			if e.equal(e.x.At(), old, key) {
				return true
			}
		}
		seen = append(seen, key)
		out.Push(v)
		return true
	})
	return out
}

func (e *expansion) group() capability.Value {
	m := capability.NewMap(e.t.Elem)
	e.each(func(_ int, _ string, v capability.Value) bool {
		k := e.fn(v)
		key := library.Text(k)
		i := m.Find(key)
		switch e.x.Name {
		case "index_by":
			m.Put(key, v)
		case "count_by":
			n := capability.IntValue(0)
			if i >= 0 {
				n = m.At(i).(capability.IntValue)
			}
			m.Put(key, n+1)
		default:
			if i < 0 {
				m.Put(key, capability.NewList(e.t.Elem.Elem))
				i = m.Find(key)
			}
			m.At(i).(*capability.List).Push(v)
		}
		return true
	})
	return m
}

func (e *expansion) partition() capability.Value {
	r := capability.NewRecord(e.t)
	lists := map[bool]*capability.List{}
	for name, holds := range map[string]bool{"yes": true, "no": false} {
		lists[holds] = capability.NewList(e.t.Fields[e.t.FieldIndex(name)].Type.Elem)
		r.With(name, lists[holds])
	}
	e.each(func(_ int, _ string, v capability.Value) bool {
		lists[truth(e.fn(v))].Push(v)
		return true
	})
	return r
}
