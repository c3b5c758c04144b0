package reference

import (
	"rex/capability"
	"rex/compiler"
	"rex/lang"
)

// block runs a block and gives its value. Its deferred blocks run when it is
// left, by any way, the last one first.
func (f *frame) block(b *compiler.Block) (value capability.Value) {
	var deferred []*compiler.Block
	signal := f.attempt(func() {
		for _, s := range b.Stmts {
			if d, ok := s.(*compiler.Defer); ok {
				deferred = append(deferred, d.Body)
				continue
			}
			f.do(s)
		}
		if b.Value != nil {
			value = f.eval(b.Value)
		}
	})
	for i := len(deferred) - 1; i >= 0; i-- {
		signal = f.runDeferred(deferred[i], signal)
	}
	if signal != nil {
		panic(signal)
	}
	return value
}

// runDeferred runs a deferred block while a signal, or none, is on its way,
// and gives the one that goes on. When the block fails while a failure is on
// its way, the first goes on and the second is logged.
func (f *frame) runDeferred(b *compiler.Block, signal any) any {
	if s, ok := signal.(stopped); ok && s.final {
		return signal
	}
	after := f.attempt(func() { f.block(b) })
	second, failed := after.(raised)
	if !failed {
		if after != nil {
			return after
		}
		return signal
	}
	switch signal.(type) {
	case raised, stopped:
		return f.attempt(func() { f.logSecond(b, second.err); panic(signal) })
	}
	return after
}

func (f *frame) logSecond(b *compiler.Block, err *capability.Error) {
	op := capability.Lookup("log.warn")
	text := capability.StringValue("a defer failed after another failure: " + err.Message)
	_, failed := f.host.Do(op, []capability.Value{text, capability.NewMap(op.Params[1].Type.Elem)})
	f.must(b.At, failed)
}

func (f *frame) do(s compiler.Stmt) {
	switch s := s.(type) {
	case *compiler.Let:
		v := f.eval(s.Value)
		if s.Var != nil {
			f.vars[s.Var] = v
		}
	case *compiler.Unpack:
		r := f.eval(s.Value).(*capability.Record)
		for _, v := range s.Vars {
			f.vars[v] = r.Lookup(v.Name)
		}
	case *compiler.SetVar:
		f.vars[s.Var] = f.eval(s.Value)
	case *compiler.SetField:
		f.setField(s)
	case *compiler.SetIndex:
		f.setIndex(s)
	case *compiler.SetKey:
		f.setKey(s)
	case *compiler.Do:
		f.eval(s.X)
	case *compiler.For:
		f.loop(s)
	case *compiler.While:
		f.while(s)
	default:
		panic("a statement that the evaluator does not know")
	}
}

// ---- assignment to a part ----

const frozen = "it is frozen: a param, a const, a default or a result of an operation can't be changed; .copy() can"

func (f *frame) setField(s *compiler.SetField) {
	r := f.eval(s.X).(*capability.Record)
	if s.Old != nil {
		f.vars[s.Old] = r.Lookup(s.Name)
	}
	v := f.eval(s.Value)
	if r.Frozen {
		f.fail(s.At, capability.Invalid, frozen)
	}
	r.SetField(r.Type.FieldIndex(s.Name), v)
}

func (f *frame) setIndex(s *compiler.SetIndex) {
	l := f.eval(s.X).(*capability.List)
	i := f.eval(s.I).(capability.IntValue)
	if s.Old != nil {
		f.vars[s.Old] = f.element(s.At, l, i)
	}
	v := f.eval(s.Value)
	if l.Frozen {
		f.fail(s.At, capability.Invalid, frozen)
	}
	f.element(s.At, l, i)
	l.Set(l.Elem, int(i), v)
}

func (f *frame) setKey(s *compiler.SetKey) {
	m := f.eval(s.X).(*capability.Map)
	key := capability.TextOf(f.eval(s.Key))
	if s.Old != nil {
		switch i := m.Find(key); {
		case i >= 0:
			f.vars[s.Old] = m.At(i)
		case !s.Zero:
			f.fail(s.At, capability.Absent, "the map has no such key yet")
		default:
			f.vars[s.Old] = zero(m.Elem)
		}
	}
	v := f.eval(s.Value)
	if m.Frozen {
		f.fail(s.At, capability.Invalid, frozen)
	}
	m.Put(key, v)
}

// zero is where an element begins that `m[k] += v` makes.
func zero(t *capability.Type) capability.Value {
	switch t.File() {
	case capability.FileScalar:
		return capability.BoxScalar(t.Kind, 0)
	case capability.FileText:
		return capability.BoxText(t.Kind, "")
	}
	return capability.NewList(t.Elem)
}

// ---- conditions and loops ----

// test evaluates a condition; one with `let` binds its name when it holds.
func (f *frame) test(c compiler.Cond) bool {
	v := f.eval(c.X)
	if c.Let == nil {
		return truth(v)
	}
	if v != nil {
		f.vars[c.Let] = v
	}
	return v != nil
}

func truth(v capability.Value) bool { return bool(v.(capability.BoolValue)) }

// turn does one turn of a loop and reports whether the loop goes on.
func (f *frame) turn(at lang.Span, body func() bool) bool {
	f.step(at)
	again := false
	switch s := f.attempt(func() { again = body() }).(type) {
	case nil:
		return again
	case left:
		if s.kind != compiler.LeaveReturn {
			return s.kind == compiler.LeaveContinue
		}
		panic(s)
	default:
		panic(s)
	}
}

// while evaluates its condition within the turn: a break in it leaves the loop.
func (f *frame) while(s *compiler.While) {
	turn := func() bool {
		if !f.test(s.Cond) {
			return false
		}
		f.block(s.Body)
		return true
	}
	for f.turn(s.Cond.X.At(), turn) {
	}
}

func (f *frame) loop(s *compiler.For) {
	last := s.Vars[len(s.Vars)-1]
	f.over(s.At, s.Over, func(pos int, key string, v capability.Value) bool {
		if len(s.Vars) == 2 {
			f.vars[s.Vars[0]] = capability.IntValue(pos)
			if s.Keys {
				f.vars[s.Vars[0]] = capability.StringValue(key)
			}
		}
		f.vars[last] = v
		return f.turn(s.At, func() bool { f.block(s.Body); return true })
	})
}
