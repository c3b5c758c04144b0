package compiler

import (
	"math"

	"rex/bytecode"
	"rex/capability"
	"rex/lang"
)

// What a walk gives for each element. The registers are the walk's own.
type item struct {
	val, pos, key reg
	next, end     *label // where continue and break go
}

// What a walk is asked for.
type wanted struct{ pos, key bool }

func (w *writer) while(s *While) {
	top, end, next := w.here(), newLabel(), newLabel()
	if gone(s.Cond.X) {
		w.inLoop(next, end, func() { w.drop(s.Cond.X) })
		w.bind(next)
		w.back(top)
		w.bind(end)
		return
	}
	mark := len(w.locals)
	w.inLoop(next, end, func() {
		w.test(s.Cond, end)
		w.block(s.Body, nil)
	})
	w.endLocals(mark)
	w.bind(next)
	w.back(top)
	w.bind(end)
}

func (w *writer) inLoop(next, end *label, body func()) {
	w.loops = append(w.loops, &loop{next, end, len(w.regions)})
	body()
	w.loops = w.loops[:len(w.loops)-1]
}

func (w *writer) forStmt(s *For) {
	saved := w.pos
	w.at(s.At)
	want := wanted{}
	last := s.Vars[len(s.Vars)-1]
	if len(s.Vars) == 2 {
		want.key, want.pos = s.Keys, !s.Keys
	}
	w.walk(s.Over, want, ready{}, func(it item) {
		mark := len(w.locals)
		if len(s.Vars) == 2 {
			first := it.pos
			if s.Keys {
				first = it.key
			}
			w.turnVar(s.Vars[0], first)
		}
		w.turnVar(last, it.val)
		w.inLoop(it.next, it.end, func() { w.block(s.Body, nil) })
		w.endLocals(mark)
	})
	w.pos = saved
}

// turnVar makes a loop's variable: the walk's register, or a copy when the
// body assigns it.
func (w *writer) turnVar(v *Var, r reg) {
	if v.Name == "_" && !v.Assigned {
		r.temp = false
		w.vars[v] = r
		return
	}
	w.alias(v, r)
}

// ready evaluates what else a walk needs, when its source has been evaluated
// and before the first step: operands are evaluated from left to right. end is
// where a walk ends that is over before it begins.
type ready struct {
	do      func(end *label)
	assigns bool // it may assign a variable
}

func (r ready) run(end *label) {
	if r.do != nil {
		r.do(end)
	}
}

// walk writes a loop over x. Lazy stages of a stream are part of the loop.
func (w *writer) walk(x Expr, want wanted, before ready, body func(item)) {
	x = bare(x)
	switch k := x.(type) {
	case *Range:
		w.walkRange(k, want, before, body)
		return
	case *Expand:
		if k.typ.Final().Kind == capability.KindStream {
			w.walkStages(k, want, before, body)
			return
		}
	case *Catch:
		if k.Loops {
			w.walkCatch(k, want, body)
			return
		}
	}
	level := len(w.regions)
	r := w.val(x)
	if !r.temp && before.assigns {
		r = w.copied(r)
	}
	if _, bound := x.(*Local); !bound && w.regType(r).Kind == capability.KindStream {
		w.open(&region{kind: regionStream, stream: r})
	}
	w.walkReg(r, want, before, body)
	w.closeRegions(level, true)
	w.free(r)
}

// copied gives the value of a variable in a register of its own.
func (w *writer) copied(r reg) reg {
	c := w.alloc(w.regType(r))
	w.move(c, r)
	return c
}

// walkReg writes a loop over a list, map or stream.
func (w *writer) walkReg(r reg, want wanted, before ready, body func(item)) {
	t := w.regType(r)
	end := newLabel()
	before.run(end)
	it := w.alloc(capability.IteratorOf(t.Elem))
	w.ins(bytecode.ITER, it, r, reg{}, 0)
	w.walkIter(it, t.Elem, want, nil, end, body)
	w.free(it)
}

// walkIter writes the loop of a walk that has begun. guard, when it is not
// nil, covers each step to the next element.
func (w *writer) walkIter(it reg, elem *capability.Type, want wanted, guard *region, end *label, body func(item)) {
	i := item{next: newLabel(), end: end}
	top := w.here()
	if guard != nil {
		guard.from = top
	}
	w.jump(bytecode.NEXT, it, reg{}, i.end)
	if guard != nil {
		guard.interrupt(w.here())
	}
	i.val = w.alloc(elem)
	w.ins(byFile(elem, bytecode.ITEMS, bytecode.ITEMT, bytecode.ITEMR), i.val, it, reg{}, 0)
	if want.pos {
		i.pos = w.alloc(capability.Int)
		w.ins(bytecode.POS, i.pos, it, reg{}, 0)
	}
	if want.key {
		i.key = w.alloc(capability.String)
		w.ins(bytecode.KEY, i.key, it, reg{}, 0)
	}
	body(i)
	w.bind(i.next)
	w.back(top)
	w.bind(i.end)
	w.freeAll([]reg{i.val, i.pos, i.key})
}

// walkRange counts with one instruction a turn.
func (w *writer) walkRange(x *Range, want wanted, before ready, body func(item)) {
	i := item{next: newLabel(), end: newLabel()}
	rs := w.vals([]Expr{x.From, x.To}, []int{0, 1}, []*capability.Type{capability.Int, capability.Int})
	n, to := w.alloc(capability.Int), w.alloc(capability.Int)
	w.move(n, rs[0])
	w.move(to, rs[1])
	w.freeAll(rs)
	before.run(i.end)
	inclusive := x.Inclusive
	if k, ok := x.To.(*Const); ok && inclusive && k.Value != capability.IntValue(math.MaxInt64) {
		w.ins(bytecode.ADDI, to, to, reg{}, 1)
		inclusive = false
	}
	start := reg{}
	if want.pos {
		start = w.alloc(capability.Int)
		w.move(start, n)
	}
	skip := bytecode.JLE
	if inclusive {
		skip = bytecode.JLT
	}
	w.jump(skip, to, n, i.end)
	top := w.here()
	i.val = n
	if want.pos {
		i.pos = w.alloc(capability.Int)
		w.ins(bytecode.SUB, i.pos, n, start, 0)
	}
	body(i)
	w.bind(i.next)
	switch {
	case inclusive:
		w.jump(bytecode.JLE, to, n, i.end)
		w.ins(bytecode.ADDI, n, n, reg{}, 1)
		w.back(top)
	case n.n > bytecode.MaxRegister: // FORI's jump would pass by the move that puts n back
		w.ins(bytecode.ADDI, n, n, reg{}, 1)
		w.jump(bytecode.JLE, to, n, i.end)
		w.back(top)
	default:
		pc := w.ins(bytecode.FORI, n, to, reg{}, 0)
		w.out.Code[pc].Imm = int32(top - pc - 1)
	}
	w.bind(i.end)
	w.freeAll([]reg{n, to, start, i.pos})
}

// walkCatch is `for x in stream catch ..`: the catch covers the opening and
// every step, and the loop goes on with the handler's list.
func (w *writer) walkCatch(x *Catch, want wanted, body func(item)) {
	if e, ok := x.X.(*Expand); ok && e.typ.Final().Kind == capability.KindStream {
		w.walkCaughtStages(x, e, want, body)
		return
	}
	elem := x.typ.Final().Elem
	level := len(w.regions)
	stream := w.alloc(x.typ.Final())
	it := w.alloc(capability.IteratorOf(elem))
	guard := &region{kind: regionCatch, mask: x.Mask, from: w.here()}
	w.regions = append(w.regions, guard)
	w.into(x.X, stream)
	guard.interrupt(w.here())
	w.regions = w.regions[:level]
	w.open(&region{kind: regionStream, stream: stream})
	guard.from = w.here()
	w.ins(bytecode.ITER, it, stream, reg{}, 0)
	guard.interrupt(w.here())
	top := w.here()
	w.walkIter(it, elem, want, guard, newLabel(), body)
	// The handler comes before that of the stream, which covers the steps too.
	outer := w.regions[level]
	outer.interrupt(w.here())
	w.regions = w.regions[:level]
	end := newLabel()
	w.jump(bytecode.JMP, reg{}, reg{}, end)
	w.goOnWith(x, guard, stream, it, func() { w.back(top) })
	w.bind(end)
	w.open(outer)
	w.closeRegions(level, true)
	w.freeAll([]reg{stream, it})
}

// goOnWith is where a stream, or a pipeline, goes on that could not be opened or
// read: with the handler's list, which next walks.
func (w *writer) goOnWith(x *Catch, guard *region, stream, it reg, next func()) {
	err := w.near(capability.ErrorT)
	w.handle(guard, err, false)
	w.ins(bytecode.CLOSE, stream, reg{}, reg{}, 0)
	if x.Var != nil {
		w.vars[x.Var] = reg{file: err.file, n: err.n}
	}
	list := w.alloc(capability.ListOf(x.typ.Final().Elem))
	w.block(x.Body, &list)
	if !x.Body.Leaves {
		w.ins(bytecode.ITER, it, list, reg{}, 0)
		next()
	}
	w.free(list)
	w.free(err)
}

// walkCaughtStages is walkCatch over a pipeline. The catch covers the opening,
// each read and what the stages call, but not the body; the body stands once,
// and is entered from the pipeline as from the handler's list.
func (w *writer) walkCaughtStages(x *Catch, stages *Expand, want wanted, body func(item)) {
	elem := x.typ.Final().Elem
	level := len(w.regions)
	source, opened, stages := w.sourceOf(stages)
	stream := w.alloc(source.base().typ.Final())
	it := w.alloc(capability.IteratorOf(elem))
	val, listed := w.alloc(elem), w.alloc(capability.Bool)
	pos := reg{}
	if want.pos {
		pos = w.alloc(capability.Int)
	}
	w.intConst(0, listed)
	guard := &region{kind: regionCatch, mask: x.Mask, from: w.here()}
	w.regions = append(w.regions, guard)
	w.into(source, stream)
	guard.interrupt(w.here())
	w.regions = w.regions[:level]
	w.open(&region{kind: regionStream, stream: stream})
	w.vars[opened] = reg{file: stream.file, n: stream.n}
	guard.from = w.here()
	start, next, end := -1, newLabel(), newLabel()
	w.walk(stages, want, ready{}, func(i item) {
		w.move(val, i.val)
		if want.pos {
			w.move(pos, i.pos)
		}
		guard.interrupt(w.here())
		start = w.here()
		w.lastBind = max(w.lastBind, start)
		body(item{val: val, pos: pos, next: next, end: end})
		w.bind(next)
		more := newLabel()
		w.jump(bytecode.JF, listed, reg{}, more)
		w.nextListed(it, val, pos, end, start)
		w.bind(more)
		guard.from = w.here()
	})
	guard.interrupt(w.here())
	outer := w.regions[level]
	outer.interrupt(w.here())
	w.regions = w.regions[:level]
	w.jump(bytecode.JMP, reg{}, reg{}, end)
	w.goOnWith(x, guard, stream, it, func() {
		w.intConst(1, listed)
		w.nextListed(it, val, pos, end, start)
	})
	w.bind(end)
	w.open(outer)
	w.closeRegions(level, true)
	w.freeAll([]reg{stream, it, val, listed, pos})
}

// sourceOf gives the source of a pipeline, and the pipeline over a variable
// that stands for it.
func (w *writer) sourceOf(x *Expand) (Expr, *Var, *Expand) {
	over := *x
	if e, ok := x.X.(*Expand); ok && e.typ.Final().Kind == capability.KindStream {
		source, v, inner := w.sourceOf(e)
		over.X = inner
		return source, v, &over
	}
	b := x.X.base()
	v := &Var{At: b.at, Type: b.typ}
	over.X = &Local{node{at: b.at, typ: b.typ}, v}
	return x.X, v, &over
}

// nextListed takes the next element of the handler's list to the body.
func (w *writer) nextListed(it, val, pos reg, end *label, body int) {
	w.jump(bytecode.NEXT, it, reg{}, end)
	w.ins(byFile(w.regType(val), bytecode.ITEMS, bytecode.ITEMT, bytecode.ITEMR), val, it, reg{}, 0)
	if pos.file != capability.FileNone {
		w.ins(bytecode.POS, pos, it, reg{}, 0)
	}
	w.back(body)
}

// ---- functions as arguments ----

// callable is a function that a loop calls: a closure that is written into
// it, a function of the script, or a value.
type callable struct {
	inline *Fn
	direct *Fn
	value  reg
	result *capability.Type
	params []*capability.Type
}

func (w *writer) callable(x Expr) callable {
	t := x.base().typ.Final()
	c := callable{result: t.Result, params: t.Params}
	switch x := x.(type) {
	case *Closure:
		c.inline = x.Fn
	case *FnValue:
		c.direct = x.Fn
	default:
		c.value = w.val(x)
	}
	return c
}

func (w *writer) done(c callable) { w.free(c.value) }

// invoke calls a function with registers; dst is nil where its result is dropped.
func (w *writer) invoke(c callable, args []reg, dst *reg) {
	if c.inline != nil {
		w.inline(c.inline, args, dst)
		return
	}
	into, conv := reg{}, false
	if c.result.Kind != capability.KindNone {
		into = w.alloc(c.result)
		conv = dst != nil
	}
	if c.direct != nil {
		w.call(bytecode.CALL, into, reg{}, w.funcIndex(c.direct), append(w.needs(c.direct), args...), nil)
	} else {
		w.call(bytecode.CALLC, into, c.value, 0, args, nil)
	}
	if conv {
		w.move(*dst, into)
	}
	w.free(into)
}

// inline writes a closure's body in place.
func (w *writer) inline(f *Fn, args []reg, dst *reg) {
	mark := len(w.locals)
	for i, p := range f.Params {
		w.alias(p, args[i])
	}
	if x := onlyValue(f); x != nil {
		if dst == nil || x.base().typ.is(formNever) {
			w.drop(x)
		} else {
			w.convert(x, *dst)
		}
	} else {
		ret, loops := w.ret, w.loops
		end := newLabel()
		w.ret, w.loops = &inlined{end, dst, len(w.regions)}, nil
		w.block(f.Body, nil)
		w.bind(end)
		w.ret, w.loops = ret, loops
	}
	w.endLocals(mark)
}

// onlyValue is the expression of a closure that is nothing else. One with a
// return inside is more: `|x| x ?? return 0` leaves the closure there.
func onlyValue(f *Fn) Expr {
	if len(f.Body.Stmts) != 1 || f.returns != 1 {
		return nil
	}
	do, ok := f.Body.Stmts[0].(*Do)
	if !ok {
		return nil
	}
	leave, ok := do.X.(*Leave)
	if !ok || leave.Kind != LeaveReturn {
		return nil
	}
	return leave.Value
}

// invokeCond goes to a label when a function's bool comes out as said.
func (w *writer) invokeCond(c callable, args []reg, to *label, when bool) {
	if c.inline != nil {
		if x := onlyValue(c.inline); x != nil {
			mark := len(w.locals)
			for i, p := range c.inline.Params {
				w.alias(p, args[i])
			}
			w.cond(x, to, when)
			w.endLocals(mark)
			return
		}
	}
	r := w.alloc(capability.Bool)
	w.invoke(c, args, &r)
	op := bytecode.JF
	if when {
		op = bytecode.JT
	}
	w.jump(op, r, reg{}, to)
	w.free(r)
}

// ---- stages ----

// walkStages walks a stream through one more stage.
func (w *writer) walkStages(x *Expand, want wanted, before ready, body func(item)) {
	var pos reg
	if want.pos {
		pos = w.alloc(capability.Int)
		w.intConst(-1, pos)
	}
	w.stage(x, x.X, before, func(it item) {
		if want.pos {
			w.ins(bytecode.ADDI, pos, pos, reg{}, 1)
			it.pos = pos
		}
		body(it)
	})
	w.free(pos)
}

// applied is a walk that calls the function f of x for what it meets: f is
// evaluated behind the source.
func (w *writer) applied(x *Expand, source Expr, want wanted, before ready, body func(callable, item)) {
	var f callable
	first := ready{assigns: before.assigns || x.Fns[0].base().assigns, do: func(end *label) {
		f = w.callable(x.Fns[0])
		before.run(end)
	}}
	w.walk(source, want, first, func(it item) { body(f, it) })
	w.done(f)
}

// stage walks source and gives body what the stage x makes of its elements.
func (w *writer) stage(x *Expand, source Expr, before ready, body func(item)) {
	switch x.Name {
	case "take", "drop":
		w.stageCount(x, source, before, body)
		return
	case "collect":
		w.walk(source, wanted{}, before, body)
		return
	}
	var passed reg
	if x.Name == "drop_while" {
		passed = w.alloc(capability.Bool)
		w.intConst(0, passed)
	}
	w.applied(x, source, wanted{}, before, func(f callable, it item) {
		args := []reg{it.val}
		switch x.Name {
		case "filter":
			w.invokeCond(f, args, it.next, false)
			body(it)
		case "take_while":
			w.invokeCond(f, args, it.end, false)
			body(it)
		case "drop_while":
			ready := newLabel()
			w.jump(bytecode.JT, passed, reg{}, ready)
			w.invokeCond(f, args, it.next, true)
			w.intConst(1, passed)
			w.bind(ready)
			body(it)
		case "map":
			w.stageMap(f, it, body)
		case "filter_map":
			w.stageFilterMap(f, it, body)
		case "flat_map":
			list := w.alloc(f.result)
			w.invoke(f, args, &list)
			w.walkReg(list, wanted{}, ready{}, func(inner item) {
				inner.end = it.end
				body(inner)
			})
			w.free(list)
		}
	})
	w.free(passed)
}

func (w *writer) stageMap(f callable, it item, body func(item)) {
	r := w.alloc(f.result)
	w.invoke(f, []reg{it.val}, &r)
	it.val = r
	body(it)
	w.free(r)
}

func (w *writer) stageFilterMap(f callable, it item, body func(item)) {
	r := w.alloc(f.result)
	w.invoke(f, []reg{it.val}, &r)
	w.jump(bytecode.JNIL, r, reg{}, it.next)
	elem := f.result.Elem
	if elem == nil {
		elem = f.result // an any: nothing said what the function gives
	}
	v := w.alloc(elem)
	w.openInto(r, v)
	it.val = v
	body(it)
	w.freeAll([]reg{v, r})
}

// stageCount is take and drop of a stream.
func (w *writer) stageCount(x *Expand, source Expr, before ready, body func(item)) {
	left := w.alloc(capability.Int)
	first := ready{assigns: before.assigns || x.Args[0].base().assigns, do: func(end *label) {
		w.count0(x, left)
		before.run(end)
		if x.Name == "take" {
			w.jumpShort(bytecode.JEQI, left, 0, end)
		}
	}}
	w.walk(source, wanted{}, first, func(it item) {
		if x.Name == "drop" {
			ready := newLabel()
			w.jumpShort(bytecode.JEQI, left, 0, ready)
			w.ins(bytecode.ADDI, left, left, reg{}, -1)
			w.jump(bytecode.JMP, reg{}, reg{}, it.next)
			w.bind(ready)
			body(it)
			return
		}
		next := newLabel()
		inner := it
		inner.next = next
		body(inner)
		w.bind(next)
		w.ins(bytecode.ADDI, left, left, reg{}, -1)
		w.jumpShort(bytecode.JEQI, left, 0, it.end)
	})
	w.free(left)
}

// count0 evaluates the number of a take or drop, which is never negative.
func (w *writer) count0(x *Expand, left reg) {
	saved := w.pos
	w.into(x.Args[0], left)
	ok := newLabel()
	w.jumpShort(bytecode.JGEI, left, 0, ok)
	w.at(x.at)
	w.raiseNew(capability.Range, "a number of elements is never negative")
	w.bind(ok)
	w.pos = saved
}

// ---- what gives a value ----

// expandInto writes a library function that takes functions as a loop. dst is
// nil where there is no value.
func (w *writer) expandInto(x *Expand, dst *reg) {
	t := x.typ.Final()
	switch x.Name {
	case "each":
		w.each(x)
	case "retry":
		w.retry(x, dst)
	case "wait_until":
		w.waitUntil(x)
	case "map", "flat_map", "filter_map", "take_while", "drop_while", "collect", "take", "drop":
		w.listOfStages(x, t, *dst)
	case "filter":
		if t.Kind == capability.KindMap {
			w.filterMapEntries(x, t, *dst)
		} else {
			w.listOfStages(x, t, *dst)
		}
	case "map_values":
		w.mapValues(x, t, *dst)
	case "find", "first":
		w.find(x, t, *dst)
	case "index":
		w.indexOf(x, t, *dst)
	case "any", "all":
		w.anyAll(x, *dst)
	case "count":
		w.count(x, *dst)
	case "sum":
		w.sum(x, t, *dst)
	case "min", "max":
		w.leastGreatest(x, t, *dst)
	case "reduce":
		w.reduce(x, t, *dst)
	case "sort_by":
		w.sortBy(x, t, *dst)
	case "unique":
		w.unique(x, t, *dst)
	case "group_by", "count_by", "index_by":
		w.groupBy(x, t, *dst)
	case "partition":
		w.partition(x, t, *dst)
	}
}

func (w *writer) each(x *Expand) {
	w.applied(x, x.X, wanted{}, ready{}, func(f callable, it item) { w.invoke(f, []reg{it.val}, nil) })
}

func (w *writer) listOfStages(x *Expand, t *capability.Type, dst reg) {
	w.ins(bytecode.LIST, dst, reg{}, reg{}, w.types.Add(t))
	w.stage(x, x.X, ready{}, func(it item) { w.pushTo(dst, it.val, t.Elem) })
}

func (w *writer) filterMapEntries(x *Expand, t *capability.Type, dst reg) {
	m := w.newMap(t)
	w.applied(x, x.X, wanted{key: true}, ready{}, func(f callable, it item) {
		w.invokeCond(f, []reg{it.key, it.val}, it.next, false)
		w.putKey(m, it.key, it.val, t.Elem)
	})
	w.move(dst, m)
	w.free(m)
}

func (w *writer) mapValues(x *Expand, t *capability.Type, dst reg) {
	m := w.newMap(t)
	w.applied(x, x.X, wanted{key: true}, ready{}, func(f callable, it item) {
		r := w.alloc(t.Elem)
		w.invoke(f, []reg{it.val}, &r)
		w.putKey(m, it.key, r, t.Elem)
		w.free(r)
	})
	w.move(dst, m)
	w.free(m)
}

// find gives the first element for which the function is true; first has none.
func (w *writer) find(x *Expand, t *capability.Type, dst reg) {
	found := w.alloc(t)
	w.ins(bytecode.KNIL, found, reg{}, reg{}, 0)
	take := func(it item) {
		w.move(found, it.val)
		w.jump(bytecode.JMP, reg{}, reg{}, it.end)
	}
	if len(x.Fns) == 0 {
		w.walk(x.X, wanted{}, ready{}, take)
	} else {
		w.applied(x, x.X, wanted{}, ready{}, func(f callable, it item) {
			w.invokeCond(f, []reg{it.val}, it.next, false)
			take(it)
		})
	}
	w.move(dst, found)
	w.free(found)
}

func (w *writer) indexOf(x *Expand, t *capability.Type, dst reg) {
	found := w.alloc(t)
	w.ins(bytecode.KNIL, found, reg{}, reg{}, 0)
	w.applied(x, x.X, wanted{pos: true}, ready{}, func(f callable, it item) {
		w.invokeCond(f, []reg{it.val}, it.next, false)
		w.move(found, it.pos)
		w.jump(bytecode.JMP, reg{}, reg{}, it.end)
	})
	w.move(dst, found)
	w.free(found)
}

func (w *writer) anyAll(x *Expand, dst reg) {
	all := x.Name == "all"
	r := w.alloc(capability.Bool)
	w.intConst(b2i(all), r)
	w.applied(x, x.X, wanted{}, ready{}, func(f callable, it item) {
		w.invokeCond(f, []reg{it.val}, it.next, all)
		w.intConst(b2i(!all), r)
		w.jump(bytecode.JMP, reg{}, reg{}, it.end)
	})
	w.move(dst, r)
	w.free(r)
}

func (w *writer) count(x *Expand, dst reg) {
	n := w.alloc(capability.Int)
	w.intConst(0, n)
	w.applied(x, x.X, wanted{}, ready{}, func(f callable, it item) {
		w.invokeCond(f, []reg{it.val}, it.next, false)
		w.ins(bytecode.ADDI, n, n, reg{}, 1)
	})
	w.move(dst, n)
	w.free(n)
}

func (w *writer) sum(x *Expand, t *capability.Type, dst reg) {
	acc := w.alloc(t)
	w.zero(acc, t)
	w.applied(x, x.X, wanted{}, ready{}, func(f callable, it item) {
		r := w.alloc(t)
		w.invoke(f, []reg{it.val}, &r)
		w.ins(numberOp(lang.OpAdd, t.Kind), acc, acc, r, 0)
		w.free(r)
	})
	w.move(dst, acc)
	w.free(acc)
}

// leastGreatest keeps the element whose key is least or greatest, the first
// of several.
func (w *writer) leastGreatest(x *Expand, t *capability.Type, dst reg) {
	best := w.alloc(t)
	w.ins(bytecode.KNIL, best, reg{}, reg{}, 0)
	bestKey := w.alloc(x.Fns[0].base().typ.Final().Result)
	op := lang.OpLt
	if x.Name == "max" {
		op = lang.OpGt
	}
	w.applied(x, x.X, wanted{}, ready{}, func(f callable, it item) {
		key := w.alloc(f.result)
		w.invoke(f, []reg{it.val}, &key)
		take := newLabel()
		w.jump(bytecode.JNIL, best, reg{}, take)
		w.compareRegs(negated[op], key, bestKey, it.next)
		w.bind(take)
		w.move(best, it.val)
		w.move(bestKey, key)
		w.free(key)
	})
	w.move(dst, best)
	w.freeAll([]reg{best, bestKey})
}

func (w *writer) reduce(x *Expand, t *capability.Type, dst reg) {
	acc := w.alloc(t)
	var f callable
	start := ready{assigns: x.Args[0].base().assigns || x.Fns[0].base().assigns, do: func(*label) {
		w.convert(x.Args[0], acc)
		f = w.callable(x.Fns[0])
	}}
	w.walk(x.X, wanted{}, start, func(it item) {
		r := w.alloc(t)
		w.invoke(f, []reg{acc, it.val}, &r)
		w.move(acc, r)
		w.free(r)
	})
	w.done(f)
	w.move(dst, acc)
	w.free(acc)
}

// sortBy computes the keys in a loop and sorts by them.
func (w *writer) sortBy(x *Expand, t *capability.Type, dst reg) {
	result := x.Fns[0].base().typ.Final().Result
	if x.Desc != nil {
		w.sortByKeys(x, t, result, dst)
		return
	}
	keys := w.newList(capability.ListOf(result))
	f, list, desc := w.eachKey(x, t, func(key reg) { w.pushTo(keys, key, result) })
	w.lib(internal("list", "sort_by_keys", b2i(result.Kind == capability.KindOptional)), dst, list, keys, desc)
	w.done(f)
	w.freeAll([]reg{desc, list, keys})
}

// eachKey calls the function of a sort_by with each element and hands on what
// it gives; it gives the list of the elements and the option `desc`.
func (w *writer) eachKey(x *Expand, t *capability.Type, use func(key reg)) (f callable, list, desc reg) {
	result := x.Fns[0].base().typ.Final().Result
	order := ready{assigns: x.Fns[0].base().assigns || x.Args[0].base().assigns, do: func(*label) {
		f = w.callable(x.Fns[0])
		desc = w.valAs(x.Args[0], capability.Bool)
	}}
	step := func(it item) {
		key := w.alloc(result)
		w.invoke(f, []reg{it.val}, &key)
		use(key)
		w.free(key)
	}
	if x.X.base().typ.Final().Kind == capability.KindStream {
		list = w.newList(t)
		w.walk(x.X, wanted{}, order, func(it item) {
			w.pushTo(list, it.val, t.Elem)
			step(it)
		})
	} else {
		if list = w.val(x.X); !list.temp && (order.assigns || x.X.base().assigns) {
			list = w.copied(list)
		}
		w.walkReg(list, wanted{}, order, step)
	}
	return f, list, desc
}

// sortByKeys sorts positions by the last key, then by the one before it, and
// so on; sorting is stable, so that the first key counts most.
func (w *writer) sortByKeys(x *Expand, t, record *capability.Type, dst reg) {
	keys := make([]reg, len(record.Fields))
	for i, field := range record.Fields {
		keys[i] = w.newList(capability.ListOf(field.Type))
	}
	f, list, desc := w.eachKey(x, t, func(key reg) {
		for i, field := range record.Fields {
			v := w.alloc(field.Type)
			w.field(v, key, record, field.Name)
			w.pushTo(keys[i], v, field.Type)
			w.free(v)
		}
	})
	order, n, zero := w.alloc(capability.ListOf(capability.Int)), w.alloc(capability.Int), w.alloc(capability.Int)
	w.ins(bytecode.LEN, n, list, reg{}, 0)
	w.intConst(0, zero)
	w.lib(internal("list", "range", 0), order, zero, n)
	turned := w.alloc(capability.Bool)
	w.ins(bytecode.NOT, turned, desc, reg{}, 0)
	for i := len(x.Desc) - 1; i >= 0; i-- {
		n := record.FieldIndex(itoa(i))
		way := desc
		if x.Desc[i] {
			way = turned
		}
		w.lib(internal("list", "order", b2i(record.Fields[n].Type.Kind == capability.KindOptional)), order, order, keys[n], way)
	}
	w.lib(internal("list", "select", 0), dst, list, order)
	w.done(f)
	w.freeAll([]reg{turned, zero, n, order, desc, list})
	w.freeAll(keys)
}

// unique keeps the first element for each thing that the function gives.
func (w *writer) unique(x *Expand, t *capability.Type, dst reg) {
	list := w.newList(t)
	seen := w.newMap(capability.MapOf(capability.Bool))
	w.applied(x, x.X, wanted{}, ready{}, func(f callable, it item) {
		key := w.alloc(f.result)
		w.invoke(f, []reg{it.val}, &key)
		boxed := w.alloc(capability.Any)
		w.move(boxed, key)
		text, known := w.alloc(capability.String), w.alloc(capability.Bool)
		w.lib(internal("value", "key", 0), text, boxed)
		fresh := newLabel()
		w.mapAt(known, seen, text, capability.Bool, fresh)
		w.jump(bytecode.JMP, reg{}, reg{}, it.next)
		w.bind(fresh)
		w.intConst(1, known)
		w.putKey(seen, text, known, capability.Bool)
		w.pushTo(list, it.val, t.Elem)
		w.freeAll([]reg{key, boxed, text, known})
	})
	w.move(dst, list)
	w.freeAll([]reg{list, seen})
}

// keyText makes a map's key of a register.
func (w *writer) keyText(r reg) reg {
	t := w.regType(r)
	if t.Kind == capability.KindString || t.Kind == capability.KindWord {
		return r
	}
	out := w.alloc(capability.String)
	w.call(bytecode.TEXT, out, reg{}, w.template(bytecode.Template{Type: capability.String, Pieces: []bytecode.TemplatePiece{{Hole: t}}}), []reg{r}, nil)
	return out
}

func (w *writer) groupBy(x *Expand, t *capability.Type, dst reg) {
	m := w.newMap(t)
	w.applied(x, x.X, wanted{}, ready{}, func(f callable, it item) {
		k := w.alloc(f.result)
		w.invoke(f, []reg{it.val}, &k)
		key := w.keyText(k)
		w.group(x.Name, m, key, it.val, t.Elem)
		if key != k {
			w.free(key)
		}
		w.free(k)
	})
	w.move(dst, m)
	w.free(m)
}

// group puts an element into its group.
func (w *writer) group(name string, m, key, v reg, elem *capability.Type) {
	if name == "index_by" {
		w.putKey(m, key, v, elem)
		return
	}
	old := w.alloc(elem)
	fresh, ready := newLabel(), newLabel()
	w.mapAt(old, m, key, elem, fresh)
	w.jump(bytecode.JMP, reg{}, reg{}, ready)
	w.bind(fresh)
	w.zero(old, elem)
	if name == "group_by" {
		w.putKey(m, key, old, elem)
	}
	w.bind(ready)
	if name == "group_by" {
		w.pushTo(old, v, elem.Elem)
	} else {
		w.ins(bytecode.ADDI, old, old, reg{}, 1)
		w.putKey(m, key, old, elem)
	}
	w.free(old)
}

func (w *writer) partition(x *Expand, t *capability.Type, dst reg) {
	lt := t.Fields[t.FieldIndex("yes")].Type
	yes, no := w.newList(lt), w.newList(lt)
	w.applied(x, x.X, wanted{}, ready{}, func(f callable, it item) {
		other := newLabel()
		w.invokeCond(f, []reg{it.val}, other, false)
		w.pushTo(yes, it.val, lt.Elem)
		w.jump(bytecode.JMP, reg{}, reg{}, it.next)
		w.bind(other)
		w.pushTo(no, it.val, lt.Elem)
	})
	r := w.alloc(t)
	w.ins(bytecode.REC, r, reg{}, reg{}, w.types.Add(t))
	w.setField(r, t, "yes", yes)
	w.setField(r, t, "no", no)
	w.move(dst, r)
	w.freeAll([]reg{yes, no, r})
}
