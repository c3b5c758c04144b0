package compiler

import (
	"rex/bytecode"
	"rex/capability"
	"rex/lang"
)

// attempt writes one call of a repeated function, within a catch. Behind it
// stands the handler, with the error in the register that it gives; succeeded
// goes to done.
func (w *writer) attempt(x *Expand, f callable, dst *reg, done *label) reg {
	guard := &region{kind: regionCatch, mask: x.Mask}
	level := len(w.regions)
	w.open(guard)
	if x.Name == "wait_until" {
		w.invokeCond(f, nil, done, true)
	} else {
		w.invoke(f, nil, dst)
	}
	guard.interrupt(w.here())
	w.regions = w.regions[:level]
	failed := newLabel()
	if x.Name == "wait_until" {
		w.jump(bytecode.JMP, reg{}, reg{}, failed) // false is no failure
	} else {
		w.jump(bytecode.JMP, reg{}, reg{}, done)
	}
	err := w.near(capability.ErrorT)
	w.handle(guard, err, false)
	if x.Name == "wait_until" {
		cause := w.alloc(capability.OptionalOf(capability.ErrorT))
		w.move(cause, err)
		w.free(err)
		ready := newLabel()
		w.jump(bytecode.JMP, reg{}, reg{}, ready)
		w.bind(failed)
		w.ins(bytecode.KNIL, cause, reg{}, reg{}, 0)
		w.bind(ready)
		return cause
	}
	return err
}

// repeatArgs evaluates the arguments of a repetition into registers that it
// may change.
func (w *writer) repeatArgs(x *Expand) []reg {
	types := make([]*capability.Type, len(x.Args))
	for i, a := range x.Args {
		types[i] = a.base().typ.Final()
	}
	rs := w.vals(x.Args, x.Eval, types)
	out := make([]reg, len(rs))
	for i, r := range rs {
		out[i] = w.alloc(types[i])
		w.move(out[i], r)
	}
	w.freeAll(rs)
	return out
}

// retry calls until there is no failure, or no attempt left: then the last
// failure goes on.
func (w *writer) retry(x *Expand, dst *reg) {
	args := w.repeatArgs(x)
	left, wait, factor, most := args[0], args[1], args[2], args[3]
	f := w.callable(x.Fns[0])
	again, done := newLabel(), newLabel()
	w.jumpShort(bytecode.JGEI, left, 1, again)
	w.raiseNew(capability.Range, "`times` is how often it is called, at least 1")
	w.bind(again)
	top := w.here()
	err := w.attempt(x, f, dst, done)
	next := newLabel()
	w.ins(bytecode.ADDI, left, left, reg{}, -1)
	w.jumpShort(bytecode.JGEI, left, 1, next)
	w.ins(bytecode.RAISE, err, reg{}, reg{}, 0)
	w.bind(next)
	w.free(err)
	w.atMost(wait, most)
	w.sleep(wait)
	w.ins(bytecode.SCALE, wait, wait, factor, 0)
	w.back(top)
	w.bind(done)
	w.done(f)
	w.freeAll(args)
}

// waitUntil calls until the function gives true, or the time is over.
func (w *writer) waitUntil(x *Expand) {
	args := w.repeatArgs(x)
	timeout, every := args[0], args[1]
	f := w.callable(x.Fns[0])
	end, now := w.alloc(capability.Time), w.alloc(capability.Time)
	w.now(now)
	w.ins(bytecode.ADD, end, now, timeout, 0)
	done := newLabel()
	top := w.here()
	cause := w.attempt(x, f, nil, done)
	w.now(now)
	next := newLabel()
	w.compareRegs(lang.OpLt, now, end, next)
	w.timedOut(timeout, cause)
	w.bind(next)
	pause := w.alloc(capability.Duration)
	w.ins(bytecode.SUB, pause, end, now, 0)
	w.atMost(pause, every)
	w.sleep(pause)
	w.back(top)
	w.bind(done)
	w.done(f)
	w.freeAll([]reg{pause, cause, now, end})
	w.freeAll(args)
}

// timedOut raises timeout, with the last failure behind it.
func (w *writer) timedOut(timeout, cause reg) {
	text := w.alloc(capability.String)
	t := w.template(bytecode.Template{Type: capability.String, Pieces: []bytecode.TemplatePiece{
		{Literal: "it was not so within "}, {Hole: capability.Duration}, {Literal: "; the option is `timeout`"},
	}})
	w.call(bytecode.TEXT, text, reg{}, t, []reg{timeout}, nil)
	kind := w.alloc(capability.KindWords)
	w.ins(bytecode.KTEXT, kind, reg{}, reg{}, w.constant(capability.StringValue(capability.Timeout.String()), capability.String))
	e := w.alloc(capability.ErrorT)
	w.lib(internal("error", "caused", 0), e, kind, text, cause)
	w.ins(bytecode.RAISE, e, reg{}, reg{}, 0)
	w.freeAll([]reg{text, kind, e})
}

// atMost makes a duration no longer than another.
func (w *writer) atMost(d, most reg) {
	small := newLabel()
	w.compareRegs(lang.OpLe, d, most, small)
	w.move(d, most)
	w.bind(small)
}

func (w *writer) now(dst reg) { w.ambient("time.now", dst) }

func (w *writer) sleep(d reg) { w.ambient("time.sleep", reg{}, d) }

// ambient writes a call of an operation that needs no permission.
func (w *writer) ambient(name string, dst reg, args ...reg) {
	op := capability.Lookup(name)
	w.ops[op.Number] = true
	w.call(bytecode.HOST, dst, reg{}, int(op.Number), args, nil)
}
