package compiler

import (
	"rex/bytecode"
	"rex/capability"
)

// A register has one type for the whole function. Those that are free again
// wait in a list of their type. The first 200 of a file lie in the window that
// instructions reach; further ones are numbered from 256 and are reached by
// wide moves through a register of the window's rest.
const (
	windowRegs = 200
	wideBase   = bytecode.MaxRegister + 1
)

// regFile is the registers of one file.
type regFile struct {
	window   []*capability.Type
	wide     []*capability.Type
	free     map[string][]int // of the window's first part, by type
	reserve  map[string][]int // of its rest
	freeWide map[string][]int
}

// table is the register table; what lies between window and wide registers
// has a type but no use.
func (f *regFile) table(filler *capability.Type) []*capability.Type {
	out := f.window
	if len(f.wide) == 0 {
		return out
	}
	for len(out) < wideBase {
		out = append(out, filler)
	}
	return append(out, f.wide...)
}

func (f *regFile) take(list map[string][]int, key string) (int, bool) {
	free := list[key]
	if len(free) == 0 {
		return 0, false
	}
	n := free[len(free)-1]
	list[key] = free[:len(free)-1]
	return n, true
}

func (w *writer) paramReg(t *capability.Type) reg {
	f := &w.files[t.File()]
	w.types.Add(t)
	f.window = append(f.window, t)
	return reg{file: t.File(), n: len(f.window) - 1}
}

// alloc gives a register of a type that nobody uses.
func (w *writer) alloc(t *capability.Type) reg {
	file := t.File()
	if file == capability.FileNone {
		return reg{}
	}
	f := &w.files[file]
	if n, ok := f.take(f.free, t.Key()); ok {
		return reg{file, n, true}
	}
	if len(f.window) < windowRegs {
		return w.newWindow(t)
	}
	if n, ok := f.take(f.freeWide, t.Key()); ok {
		return reg{file, n, true}
	}
	if len(f.wide)+wideBase >= bytecode.MaxRegisters {
		w.fail(w.pos, "this function has too many variables")
	}
	w.types.Add(t)
	f.wide = append(f.wide, t)
	return reg{file, wideBase + len(f.wide) - 1, true}
}

// near gives a register within the window: for an error that a handler
// receives, and for moves from and to wide registers.
func (w *writer) near(t *capability.Type) reg {
	f := &w.files[t.File()]
	if n, ok := f.take(f.reserve, t.Key()); ok {
		return reg{t.File(), n, true}
	}
	if n, ok := f.take(f.free, t.Key()); ok {
		return reg{t.File(), n, true}
	}
	return w.newWindow(t)
}

func (w *writer) newWindow(t *capability.Type) reg {
	f := &w.files[t.File()]
	if len(f.window) > bytecode.MaxRegister {
		w.fail(w.pos, "this function uses too many values of different types at a time: divide it into several")
	}
	w.types.Add(t)
	f.window = append(f.window, t)
	return reg{t.File(), len(f.window) - 1, true}
}

func (w *writer) regType(r reg) *capability.Type {
	f := &w.files[r.file]
	if r.n >= wideBase {
		return f.wide[r.n-wideBase]
	}
	return f.window[r.n]
}

// window gives a register of the window for one instruction's use of a wide one.
func (w *writer) window(r reg) reg {
	s := w.near(w.regType(r))
	w.scratch = append(w.scratch, s)
	return s
}

func (w *writer) endScratch() {
	for _, s := range w.scratch {
		w.release(s)
	}
	w.scratch = w.scratch[:0]
}

// free gives a register back if it holds no variable.
func (w *writer) free(r reg) {
	if r.temp && r.file != capability.FileNone {
		w.release(r)
	}
}

func (w *writer) freeAll(rs []reg) {
	for i := len(rs) - 1; i >= 0; i-- {
		w.free(rs[i])
	}
}

func (w *writer) release(r reg) {
	f := &w.files[r.file]
	key := w.regType(r).Key()
	list := &f.free
	switch {
	case r.n >= wideBase:
		list = &f.freeWide
	case r.n >= windowRegs:
		list = &f.reserve
	}
	if *list == nil {
		*list = map[string][]int{}
	}
	(*list)[key] = append((*list)[key], r.n)
}

// ---- variables ----

// declare gives a variable a register until its block ends.
func (w *writer) declare(v *Var) reg {
	r := w.alloc(v.Type.Final())
	r.temp = false
	w.vars[v] = r
	w.locals = append(w.locals, v)
	return r
}

// alias lets a variable stand for a register that holds its value anyway. One
// that is assigned gets a register of its own.
func (w *writer) alias(v *Var, r reg) {
	if v.Assigned {
		w.move(w.declare(v), r)
		return
	}
	r.temp = false
	w.vars[v] = r
}

// endLocals gives back the registers of the variables declared since mark.
func (w *writer) endLocals(mark int) {
	for i := len(w.locals) - 1; i >= mark; i-- {
		w.release(w.vars[w.locals[i]])
	}
	w.locals = w.locals[:mark]
}

// move copies a register, into one of a type that the value fits.
func (w *writer) move(dst, src reg) {
	if dst.file == src.file && dst.n == src.n || dst.file == capability.FileNone {
		return
	}
	op := [4]bytecode.Opcode{0, bytecode.MOVS, bytecode.MOVT, bytecode.MOVR}[dst.file]
	if src.file != dst.file {
		op = bytecode.BOXS
		if src.file == capability.FileText {
			op = bytecode.BOXT
		}
	}
	w.ins(op, dst, src, reg{}, 0)
}
