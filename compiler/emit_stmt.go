package compiler

import (
	"rex/bytecode"
	"rex/capability"
)

// block writes a block. Its value goes to dst, nowhere when dst is nil.
// Defers and streams of the block end with it.
func (w *writer) block(b *Block, dst *reg) {
	level, mark := len(w.regions), len(w.locals)
	dead := false
	for _, s := range b.Stmts {
		w.stmt(s)
		if dead = leaves(s); dead {
			break // nothing behind it is ever reached
		}
	}
	if b.Value != nil && !dead {
		if dst == nil {
			w.drop(b.Value)
		} else {
			w.convert(b.Value, *dst)
		}
	}
	w.closeRegions(level, !b.Leaves)
	w.endLocals(mark)
}

func (w *writer) stmt(s Stmt) {
	switch s := s.(type) {
	case *Let:
		w.let(s)
	case *Unpack:
		w.unpack(s)
	case *SetVar:
		w.setVar(s)
	case *SetField:
		w.setFieldStmt(s)
	case *SetIndex:
		w.setIndex(s)
	case *SetKey:
		w.setKey(s)
	case *Do:
		w.drop(s.X)
	case *For:
		w.forStmt(s)
	case *While:
		w.while(s)
	case *Defer:
		w.open(&region{kind: regionDefer, mask: capability.AllKinds, body: s.Body, ret: w.ret, loops: w.loops})
	}
}

func (w *writer) let(s *Let) {
	if s.Var == nil || s.Value.base().typ.is(formNever) {
		w.drop(s.Value)
		return
	}
	// The value is made before the variable is there: its name may stand for
	// another one in it.
	r := w.alloc(s.Var.Type.Final())
	w.convert(s.Value, r)
	r.temp = false
	w.vars[s.Var] = r
	w.locals = append(w.locals, s.Var)
	if s.Var.Type.kind() == capability.KindStream {
		w.open(&region{kind: regionStream, stream: r})
	}
}

func (w *writer) unpack(s *Unpack) {
	t := s.Value.base().typ.Final()
	r := w.val(s.Value)
	for _, v := range s.Vars {
		w.field(w.declare(v), r, t, v.Name)
	}
	w.free(r)
}

func (w *writer) setVar(s *SetVar) {
	dst := w.vars[s.Var]
	x := bare(s.Value)
	if atomic(x) {
		w.into(x, dst)
		return
	}
	r := w.valAs(x, w.regType(dst))
	w.move(dst, r)
	w.free(r)
}

func (w *writer) setFieldStmt(s *SetField) {
	saved := w.pos
	w.at(s.At)
	t := s.X.base().typ.Final()
	r := w.val(s.X)
	if s.Old != nil {
		w.field(w.declareOld(s.Old), r, t, s.Name)
	}
	v := w.valAs(s.Value, s.Type.Final())
	w.setField(r, t, s.Name, v)
	w.freeAll([]reg{r, v})
	w.pos = saved
}

// declareOld gives the old value of a compound assignment a register, until
// the block ends.
func (w *writer) declareOld(v *Var) reg { return w.declare(v) }

func (w *writer) setIndex(s *SetIndex) {
	saved := w.pos
	w.at(s.At)
	elem := s.X.base().typ.Final().Elem
	list, i := w.part(s.X, s.I, capability.Int)
	if s.Old != nil {
		w.ins(byFile(elem, bytecode.ATS, bytecode.ATT, bytecode.ATR), w.declareOld(s.Old), list, i, 0)
	}
	v := w.valAs(s.Value, elem)
	w.ins(byFile(elem, bytecode.SETS, bytecode.SETT, bytecode.SETR), list, i, v, 0)
	w.freeAll([]reg{list, i, v})
	w.pos = saved
}

func (w *writer) setKey(s *SetKey) {
	saved := w.pos
	w.at(s.At)
	elem := s.X.base().typ.Final().Elem
	m, k := w.part(s.X, s.Key, capability.String)
	if s.Old != nil {
		w.oldValue(s, m, k, elem)
	}
	v := w.valAs(s.Value, elem)
	w.putKey(m, k, v, elem)
	w.freeAll([]reg{m, k, v})
	w.pos = saved
}

// oldValue reads a map's value for a compound assignment: zero where the key
// isn't there, or a failure where the type has none.
func (w *writer) oldValue(s *SetKey, m, k reg, elem *capability.Type) {
	old := w.declareOld(s.Old)
	none, end := newLabel(), newLabel()
	w.mapAt(old, m, k, elem, none)
	w.jump(bytecode.JMP, reg{}, reg{}, end)
	w.bind(none)
	if !s.Zero {
		w.raiseNew(capability.Absent, "the map has no such key yet")
	} else {
		w.zero(old, elem)
	}
	w.bind(end)
}

func (w *writer) zero(r reg, t *capability.Type) {
	switch t.Kind {
	case capability.KindFloat:
		w.constInto(capability.FloatValue(0), t, r)
	case capability.KindList:
		w.ins(bytecode.LIST, r, reg{}, reg{}, w.types.Add(t))
	case capability.KindString:
		w.constInto(capability.StringValue(""), t, r)
	default:
		w.intConst(0, r)
	}
}

// ---- choices ----

// test writes a condition: it goes to no when it does not hold. A name that
// it binds gets its value.
func (w *writer) test(c Cond, no *label) {
	if c.Let == nil {
		w.cond(c.X, no, false)
		return
	}
	r := w.val(c.X)
	w.jump(bytecode.JNIL, r, reg{}, no)
	w.openInto(r, w.declare(c.Let))
	w.free(r)
}

func (w *writer) ifInto(x *If, dst *reg) {
	end := newLabel()
	if x.typ.Final().Kind == capability.KindNone {
		dst = nil
	}
	for i, arm := range x.Arms {
		if gone(arm.Cond.X) {
			w.drop(arm.Cond.X)
			break // the rest is never reached
		}
		no, mark := newLabel(), len(w.locals)
		w.test(arm.Cond, no)
		w.block(arm.Body, dst)
		w.endLocals(mark)
		if !arm.Body.Leaves && (i < len(x.Arms)-1 || x.Else != nil) {
			w.jump(bytecode.JMP, reg{}, reg{}, end)
		}
		w.bind(no)
	}
	if last := x.Arms[len(x.Arms)-1]; x.Else != nil && !gone(last.Cond.X) {
		w.block(x.Else, dst)
	}
	w.bind(end)
}

func (w *writer) matchInto(x *Match, dst *reg) {
	end := newLabel()
	if x.typ.Final().Kind == capability.KindNone {
		dst = nil
	}
	if x.X.base().typ.is(formNever) {
		w.drop(x.X)
		return
	}
	mark := len(w.locals)
	w.matched(x)
	for i := range x.Arms {
		a := &x.Arms[i]
		no, inner := newLabel(), len(w.locals)
		w.pattern(a.Pattern, x, no)
		if a.Guard != nil {
			w.cond(a.Guard, no, false)
		}
		w.block(a.Body, dst)
		w.endLocals(inner)
		if !a.Body.Leaves {
			w.jump(bytecode.JMP, reg{}, reg{}, end)
		}
		w.bind(no)
	}
	w.bind(end)
	w.endLocals(mark)
}

// matched gives the matched value a register: a variable's own, so that a
// test of it is one of the variable, unless a guard may assign it.
func (w *writer) matched(x *Match) {
	if l, ok := bare(x.X).(*Local); ok {
		for i := range x.Arms {
			if g := x.Arms[i].Guard; g != nil && g.base().assigns {
				ok = false
			}
		}
		if ok {
			w.vars[x.Var] = w.vars[l.Var]
			return
		}
	}
	w.into(x.X, w.declare(x.Var))
}

// pattern goes to no when a pattern does not match.
func (w *writer) pattern(p Pattern, x *Match, no *label) {
	switch p := p.(type) {
	case *AnyPattern:
		if p.Var != nil {
			w.bindMatched(p.Var, x)
		}
	case *TestPattern:
		w.cond(p.Test, no, false)
	case *TypePattern:
		r := w.vars[x.Var]
		t := p.Type.Final()
		if t.Kind != capability.KindAny {
			i := w.types.Add(t)
			no.refs = append(no.refs, w.ins(bytecode.JISNT, r, raw(i&0xff), raw(i>>8), 0))
		}
		switch {
		case p.Var == nil:
		case t.Kind == capability.KindAny:
			w.move(w.declare(p.Var), r)
		default:
			w.ins(byFile(t, bytecode.CASTS, bytecode.CASTT, bytecode.CASTR), w.declare(p.Var), r, reg{}, w.types.Add(t))
		}
	case *RecordPattern:
		w.recordPattern(p, x, no)
	case *OrPattern:
		yes := newLabel()
		for i, a := range p.Alts {
			if i == len(p.Alts)-1 {
				w.pattern(a, x, no)
				break
			}
			next := newLabel()
			w.pattern(a, x, next)
			w.jump(bytecode.JMP, reg{}, reg{}, yes)
			w.bind(next)
		}
		w.bind(yes)
	}
}

// recordPattern takes the fields out one by one and matches each.
func (w *writer) recordPattern(p *RecordPattern, x *Match, no *label) {
	r := w.vars[x.Var]
	if w.regType(r).Kind == capability.KindOptional {
		w.jump(bytecode.JNIL, r, reg{}, no)
	}
	for _, f := range p.Fields {
		if p.Object {
			key, has := w.text(f.Name), w.alloc(capability.Bool)
			w.lib(internal("value", "has", 0), has, r, key)
			w.jump(bytecode.JF, has, reg{}, no)
			w.freeAll([]reg{key, has})
		}
		w.into(f.Match.X, w.declare(f.Match.Var))
		w.pattern(f.Pattern, f.Match, no)
	}
}

func (w *writer) bindMatched(v *Var, x *Match) {
	r := w.vars[x.Var]
	if t := v.Type.Final(); !t.Equal(w.regType(r)) {
		w.openInto(r, w.declare(v))
		return
	}
	w.move(w.declare(v), r)
}

// ---- catch ----

func (w *writer) catchInto(x *Catch, dst *reg) {
	if x.typ.Final().Kind == capability.KindNone {
		dst = nil
	}
	end := newLabel()
	r := &region{kind: regionCatch, mask: x.Mask}
	level := len(w.regions)
	w.open(r)
	if dst == nil {
		w.drop(x.X)
	} else {
		w.convert(x.X, *dst)
	}
	r.interrupt(w.here())
	w.regions = w.regions[:level]
	if !x.X.base().typ.is(formNever) {
		w.jump(bytecode.JMP, reg{}, reg{}, end)
	}
	w.handler(x, r, dst)
	w.bind(end)
}

// handler writes the body of a catch.
func (w *writer) handler(x *Catch, r *region, dst *reg) {
	if len(r.pieces) == 0 {
		return // nothing in it could fail
	}
	err := w.near(capability.ErrorT)
	err.temp = false
	w.handle(r, err, false)
	if x.Var != nil {
		w.vars[x.Var] = err
	}
	w.block(x.Body, dst)
	w.release(err)
}

// ---- leaving ----

func (w *writer) leaveExpr(x *Leave) {
	if x.Kind != LeaveReturn {
		l := w.loops[len(w.loops)-1]
		to := l.end
		if x.Kind == LeaveContinue {
			to = l.next
		}
		w.leave(l.level)
		w.jump(bytecode.JMP, reg{}, reg{}, to)
		w.resume(l.level)
		return
	}
	if w.ret != nil {
		w.returnInlined(x)
		return
	}
	w.returnValue(x)
}

// returnInlined leaves a closure that is written into a loop.
func (w *writer) returnInlined(x *Leave) {
	if x.Value != nil {
		if w.ret.dst != nil && !x.Value.base().typ.is(formNever) {
			w.convert(x.Value, *w.ret.dst)
		} else {
			w.drop(x.Value)
		}
	}
	level := w.ret.level
	w.leave(level)
	w.jump(bytecode.JMP, reg{}, reg{}, w.ret.end)
	w.resume(level)
}

func (w *writer) returnValue(x *Leave) {
	t := w.out.Result
	var r reg
	switch {
	case x.Value == nil || x.Value.base().typ.Final().Kind == capability.KindNone:
		if x.Value != nil {
			w.drop(x.Value)
		}
		if w.main {
			r = w.alloc(capability.Any)
			w.ins(bytecode.KNIL, r, reg{}, reg{}, 0)
		} else if t.Kind != capability.KindNone {
			r = w.alloc(t)
		}
	case t.Kind == capability.KindNone:
		w.drop(x.Value)
	default:
		r = w.valAs(x.Value, t)
		if len(w.regions) > 0 && !r.temp {
			// What a defer does to the variable is too late for the result.
			copied := w.alloc(w.regType(r))
			w.move(copied, r)
			r = copied
		}
	}
	w.leave(0)
	if r.file == capability.FileNone {
		w.ins(bytecode.RETN, reg{}, reg{}, reg{}, 0)
	} else {
		w.ins(retOp(t), r, reg{}, reg{}, 0)
	}
	w.resume(0)
	w.free(r)
}
