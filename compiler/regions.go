package compiler

import (
	"rex/bytecode"
	"rex/capability"
)

// A region is a stretch of code with a handler: a catch, a defer or a stream
// to be closed. It is interrupted where a copy of a defer's body stands on a
// way out of it: that copy is no longer covered by its own handler.
type region struct {
	kind   regionKind
	from   int // where the open piece began; -1 while it is interrupted
	pieces [][2]int
	mask   capability.KindMask
	body   *Block // of a defer
	stream reg
	ret    *inlined // the return that was in force where the defer stands
	loops  []*loop
}

type regionKind uint8

const (
	regionCatch regionKind = iota
	regionDefer
	regionStream
)

func (w *writer) open(r *region) {
	r.from = w.here()
	w.regions = append(w.regions, r)
}

func (r *region) interrupt(pc int) {
	switch n := len(r.pieces); {
	case r.from < 0 || r.from == pc:
	case n > 0 && r.pieces[n-1][1] == r.from:
		r.pieces[n-1][1] = pc
	default:
		r.pieces = append(r.pieces, [2]int{r.from, pc})
	}
	r.from = -1
}

// leave writes what has to happen on the way out of all regions above a
// level. They stay interrupted until resume.
func (w *writer) leave(level int) {
	all := w.regions
	for i := len(all) - 1; i >= level; i-- {
		r := all[i]
		r.interrupt(w.here())
		w.regions = all[:i:i]
		w.atExit(r)
	}
	w.regions = all
}

// resume goes on in the regions above a level, behind a jump out of them.
func (w *writer) resume(level int) {
	for _, r := range w.regions[level:] {
		r.from = w.here()
	}
}

// atExit writes a region's duty: a copy of the defer's body, or the closing.
func (w *writer) atExit(r *region) {
	switch r.kind {
	case regionDefer:
		w.deferred(r)
	case regionStream:
		w.ins(bytecode.CLOSE, r.stream, reg{}, reg{}, 0)
	}
}

// deferred writes one copy of a defer's body.
func (w *writer) deferred(r *region) {
	pos, ret, loops := w.pos, w.ret, w.loops
	w.ret, w.loops = r.ret, r.loops
	w.block(r.body, nil)
	w.pos, w.ret, w.loops = pos, ret, loops
}

// handle makes handlers of a region's pieces, with the target that follows.
func (w *writer) handle(r *region, err reg, isDefer bool) {
	for _, p := range r.pieces {
		w.out.Handlers = append(w.out.Handlers, bytecode.Handler{
			From: uint32(p[0]), To: uint32(p[1]), Target: uint32(w.here()), Mask: r.mask, Err: uint8(err.n), Defer: isDefer,
		})
	}
	w.lastBind = max(w.lastBind, w.here())
}

// closeRegions ends the regions above a level at the end of their block, the
// last one first: the duty on the normal way, and a handler that does it and
// raises again. reached says whether control comes to the end at all.
func (w *writer) closeRegions(level int, reached bool) {
	for len(w.regions) > level {
		r := w.regions[len(w.regions)-1]
		r.interrupt(w.here())
		w.regions = w.regions[:len(w.regions)-1]
		end := newLabel()
		if reached {
			w.atExit(r)
			if len(r.pieces) > 0 {
				w.jump(bytecode.JMP, reg{}, reg{}, end)
			}
		}
		if len(r.pieces) > 0 {
			w.exitHandler(r)
		}
		w.bind(end)
	}
}

// exitHandler is where a failure goes on its way out of a defer or stream.
// When the defer's body fails too, the first failure goes on and the second
// is logged.
func (w *writer) exitHandler(r *region) {
	err := w.near(capability.ErrorT)
	r.mask = capability.AllKinds
	w.handle(r, err, true)
	if r.kind == regionStream {
		w.atExit(r)
		w.ins(bytecode.RAISE, err, reg{}, reg{}, 0)
		w.free(err)
		return
	}
	inner := &region{kind: regionCatch, mask: capability.AllKinds}
	w.open(inner)
	w.deferred(r)
	inner.interrupt(w.here())
	w.regions = w.regions[:len(w.regions)-1]
	w.ins(bytecode.RAISE, err, reg{}, reg{}, 0)
	if len(inner.pieces) > 0 {
		second := w.near(capability.ErrorT)
		w.handle(inner, second, false)
		w.logSecond(second)
		w.ins(bytecode.RAISE, err, reg{}, reg{}, 0)
		w.free(second)
	}
	w.free(err)
}

// logSecond logs a failure that is dropped for an earlier one.
func (w *writer) logSecond(err reg) {
	op := capability.Lookup("log.warn")
	text := w.alloc(capability.String)
	t := w.template(bytecode.Template{Type: capability.String, Pieces: []bytecode.TemplatePiece{
		{Literal: "a defer failed after another failure: "}, {Hole: capability.ErrorT},
	}})
	w.call(bytecode.TEXT, text, reg{}, t, []reg{err}, nil)
	fields := w.alloc(op.Params[1].Type)
	w.ins(bytecode.MAP, fields, reg{}, reg{}, w.types.Add(op.Params[1].Type))
	w.ops[op.Number] = true
	w.call(bytecode.HOST, reg{}, reg{}, int(op.Number), []reg{text, fields}, nil)
	w.free(fields)
	w.free(text)
}
