package compiler

import (
	"crypto/sha256"
	"sort"

	"rex/bytecode"
	"rex/capability"
	"rex/lang"
)

// emitter writes a module.
type emitter struct {
	program   *Program
	module    *bytecode.Module
	types     bytecode.TypeTable
	consts    map[constKey]int
	templates map[string]int
	ops       map[uint16]bool
	closures  map[*Fn]int
	queue     []*Fn     // closures whose functions are still to be written
	columns   []columns // of the files, by number
	size      int       // instructions of all functions
}

type constKey struct {
	typ  string
	bits uint64
	text string
}

// emitError says that a program is too large for a module, and where.
type emitError struct {
	at  lang.Span
	why string
}

// maxInstrs bounds the code of a module; it would be 8 MiB.
const maxInstrs = 1 << 20

// emit writes the module of a program. What is too large for one ends it by a
// panic with *emitError, which stays within this function.
func emit(p *Program) (m *bytecode.Module, err *emitError) {
	e := &emitter{
		program: p, module: &bytecode.Module{Uses: p.Uses},
		consts: map[constKey]int{}, templates: map[string]int{}, ops: map[uint16]bool{}, closures: map[*Fn]int{},
	}
	for n := range p.names {
		source, _ := p.src.Source(n)
		e.columns = append(e.columns, newColumns(source))
	}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *emitError:
			m, err = nil, r
		default:
			panic(r)
		}
	}()
	e.write()
	return e.module, nil
}

func (e *emitter) fail(at lang.Span, why string) {
	panic(&emitError{at, why})
}

func (e *emitter) write() {
	m := e.module
	for n, name := range e.program.names {
		source, _ := e.program.src.Source(n)
		s := bytecode.Source{Name: name, Hash: sha256.Sum256(source.Src)}
		if n == 0 {
			m.Source = s
		} else {
			m.Imports = append(m.Imports, s)
		}
	}
	for _, p := range e.program.Params {
		e.types.Add(p.Type)
		e.valueTypes(p.Default, 0)
		m.Params = append(m.Params, p)
	}
	m.Funcs = make([]bytecode.Func, 1+len(e.program.Fns))
	m.Funcs[0] = e.function(e.program.Body, true)
	for i, f := range e.program.Fns {
		m.Funcs[i+1] = e.function(f, false)
	}
	for len(e.queue) > 0 {
		f := e.queue[0]
		e.queue = e.queue[1:]
		m.Funcs[e.closures[f]] = e.function(f, false)
	}
	m.Types = e.types.List
	for n := range e.ops {
		op := capability.Numbered(n)
		m.Ops = append(m.Ops, bytecode.OpUse{Number: n, Name: op.Name, Hash: op.Hash()})
	}
	sort.Slice(m.Ops, func(i, j int) bool { return m.Ops[i].Number < m.Ops[j].Number })
	if len(m.Types) > 1<<15 || len(m.Funcs) > bytecode.MaxFuncs {
		e.fail(e.program.Body.At, "this script has too many types or functions for a module")
	}
}

// valueTypes adds the types that a value of type any carries along.
func (e *emitter) valueTypes(v capability.Value, depth int) {
	if v == nil || depth > capability.MaxValueDepth {
		return
	}
	e.types.Add(capability.TypeOf(v))
	switch v := v.(type) {
	case *capability.List:
		for _, x := range v.R {
			e.valueTypes(x, depth+1)
		}
	case *capability.Map:
		for _, x := range v.R {
			e.valueTypes(x, depth+1)
		}
	case *capability.Record:
		for _, x := range v.R {
			e.valueTypes(x, depth+1)
		}
	}
}

// funcIndex gives the number of a function; a closure gets one when it is met.
func (e *emitter) funcIndex(f *Fn) int {
	if !f.Closure {
		return f.index
	}
	i, ok := e.closures[f]
	if !ok {
		i = len(e.module.Funcs)
		e.closures[f] = i
		e.module.Funcs = append(e.module.Funcs, bytecode.Func{})
		e.queue = append(e.queue, f)
	}
	return i
}

// constant gives the index of a value of type t in the pool. A word is kept
// as a string.
func (e *emitter) constant(v capability.Value, t *capability.Type) int {
	if v == nil {
		t = capability.None
	} else {
		if t.Kind == capability.KindOptional {
			t = t.Elem
		}
		if t.Kind == capability.KindWord || t.Kind == capability.KindAny {
			t = capability.TypeOf(v)
		}
	}
	k := bytecode.Const{Type: t, Bits: capability.ScalarBits(v), Text: capability.TextOf(v)}
	key := constKey{t.Key(), k.Bits, k.Text}
	i, ok := e.consts[key]
	if !ok {
		i = len(e.module.Consts)
		e.consts[key] = i
		e.module.Consts = append(e.module.Consts, k)
		e.types.Add(t)
	}
	return i
}

// template gives the index of a text with holes.
func (e *emitter) template(t bytecode.Template) int {
	key := t.Type.Key()
	for _, p := range t.Pieces {
		if p.Hole != nil {
			key += "\x00" + p.Hole.Key()
			e.types.Add(p.Hole)
		} else {
			key += "\x01" + p.Literal
		}
	}
	i, ok := e.templates[key]
	if !ok {
		i = len(e.module.Templates)
		e.templates[key] = i
		e.module.Templates = append(e.module.Templates, t)
		e.types.Add(t.Type)
	}
	return i
}

// ---- one function ----

// reg is a register; file FileNone makes it a plain number in an operand.
type reg struct {
	file capability.File
	n    int
	temp bool // it is given back after its use
}

func raw(n int) reg { return reg{n: n} }

// writer writes one function.
type writer struct {
	*emitter
	out      *bytecode.Func
	main     bool
	fn       *Fn
	files    [4]regFile
	scratch  []reg // for registers beyond the window, until the instruction is written
	vars     map[*Var]reg
	locals   []*Var // with registers of their own, by blocks
	regions  []*region
	loops    []*loop
	ret      *inlined
	bounds   lang.Span // of the file that the function stands in
	pos      lang.Span
	lastBind int
}

// loop is where break and continue go.
type loop struct {
	next, end *label
	level     int
}

// inlined is where the return of a closure that is written into a loop goes.
type inlined struct {
	end   *label
	dst   *reg
	level int
}

func (e *emitter) function(fn *Fn, main bool) bytecode.Func {
	w := &writer{emitter: e, out: &bytecode.Func{Name: fn.Name}, main: main, fn: fn, vars: map[*Var]reg{}, lastBind: -1}
	w.out.Source = e.program.src.Find(fn.At.From)
	source, start := e.program.src.Source(w.out.Source)
	w.bounds = lang.Span{From: start, To: start + uint32(len(source.Src))}
	w.pos = fn.At
	params := append(append([]*Var(nil), fn.Needs...), fn.Params...)
	if main {
		params = fn.Params
	} else {
		w.out.Captures = len(fn.Needs)
	}
	if len(params) > bytecode.MaxParams {
		e.fail(fn.At, "this function takes, or sees, more than 255 values")
	}
	types := make([]*capability.Type, len(params))
	for i, p := range params {
		types[i] = p.Type.Final()
		w.vars[p] = w.paramReg(types[i])
	}
	w.out.Params = types
	w.out.Result = fn.Result.Final()
	e.types.Add(w.out.Result)
	w.block(fn.Body, nil)
	w.ending()
	w.out.S, w.out.T, w.out.R = w.files[capability.FileScalar].table(capability.Int), w.files[capability.FileText].table(capability.String), w.files[capability.FileRef].table(capability.Any)
	for _, t := range []*capability.Type{capability.Int, capability.String, capability.Any} {
		e.types.Add(t)
	}
	return *w.out
}

// ending closes the code: the script gives nil, a function without a result
// nothing. Others have left before; where a label stands at the end, it needs
// an instruction.
func (w *writer) ending() {
	code := w.out.Code
	if n := len(code); n > 0 && w.lastBind < n && !w.lastFalls() {
		return
	}
	switch t := w.out.Result; {
	case w.main:
		r := w.alloc(capability.Any)
		w.ins(bytecode.KNIL, r, reg{}, reg{}, 0)
		w.ins(bytecode.RETR, r, reg{}, reg{}, 0)
	case t.Kind == capability.KindNone:
		w.ins(bytecode.RETN, reg{}, reg{}, reg{}, 0)
	default:
		w.ins(retOp(t), w.alloc(t), reg{}, reg{}, 0)
	}
}

// lastFalls reports whether the last instruction can be followed by another.
func (w *writer) lastFalls() bool {
	pc := len(w.out.Code) - 1
	for pc > 0 && (w.out.Code[pc].Op == bytecode.ARG || w.out.Code[pc].Op == bytecode.KARG) {
		pc--
	}
	return w.out.Code[pc].Op.Falls()
}

func retOp(t *capability.Type) bytecode.Opcode {
	switch t.File() {
	case capability.FileScalar:
		return bytecode.RETS
	case capability.FileText:
		return bytecode.RETT
	}
	return bytecode.RETR
}

// byFile picks one of three opcodes by the register file of a type.
func byFile(t *capability.Type, s, tx, r bytecode.Opcode) bytecode.Opcode {
	switch t.File() {
	case capability.FileScalar:
		return s
	case capability.FileText:
		return tx
	}
	return r
}

// ---- instructions ----

// ins writes an instruction. Registers beyond the window are moved into it
// before and, when they are written, out of it afterwards.
func (w *writer) ins(op bytecode.Opcode, a, b, c reg, imm int) int {
	row := &bytecode.Rows[op]
	var put []reg
	num := func(o bytecode.Operand, r reg) uint8 {
		if r.n <= bytecode.MaxRegister {
			return uint8(r.n)
		}
		s := w.window(r)
		if o.Writes() {
			put = []reg{s, r}
		} else {
			w.get(s, r)
		}
		return uint8(s.n)
	}
	in := bytecode.Instr{Op: op, A: num(row.A, a), B: num(row.B, b), C: num(row.C, c), Imm: int32(imm)}
	pc := w.raw(in)
	w.put(put)
	w.endScratch()
	return pc
}

func (w *writer) put(put []reg) {
	if put != nil {
		op := [4]bytecode.Opcode{0, bytecode.WPUTS, bytecode.WPUTT, bytecode.WPUTR}[put[0].file]
		w.raw(bytecode.Instr{Op: op, A: uint8(put[0].n), Imm: int32(put[1].n)})
	}
}

func (w *writer) get(into, from reg) {
	op := [4]bytecode.Opcode{0, bytecode.WGETS, bytecode.WGETT, bytecode.WGETR}[into.file]
	w.raw(bytecode.Instr{Op: op, A: uint8(into.n), Imm: int32(from.n)})
}

// at says where in the source the next instructions come from. What a
// constant of another file is made of has the place of its use.
func (w *writer) at(span lang.Span) {
	if w.bounds.From <= span.From && span.From <= w.bounds.To {
		w.pos = span
	}
}

// raw appends an instruction and notes its place in the source.
func (w *writer) raw(in bytecode.Instr) int {
	pc := len(w.out.Code)
	if w.size++; w.size > maxInstrs {
		w.fail(w.pos, "the module becomes too large here: a `defer` is copied to each way out of its block")
	}
	w.out.Code = append(w.out.Code, in)
	line, column := w.columns[w.out.Source].position(w.pos.From - w.bounds.From)
	if n := len(w.out.Lines); n == 0 || w.out.Lines[n-1].Line != line || w.out.Lines[n-1].Column != column {
		w.out.Lines = append(w.out.Lines, bytecode.Line{PC: uint32(pc), Line: line, Column: column})
	}
	return pc
}

// call writes an instruction with argument words.
func (w *writer) call(op bytecode.Opcode, dst reg, c reg, imm int, args []reg, consts []bytecode.Instr) {
	nums := make([]uint8, len(args))
	for i, r := range args {
		if r.n > bytecode.MaxRegister {
			s := w.window(r)
			w.get(s, r)
			r = s
		}
		nums[i] = uint8(r.n)
	}
	fnReg := c
	if c.n > bytecode.MaxRegister {
		fnReg = w.window(c)
		w.get(fnReg, c)
	}
	var put []reg
	into := dst
	if dst.n > bytecode.MaxRegister {
		into = w.window(dst)
		put = []reg{into, dst}
	}
	w.raw(bytecode.Instr{Op: op, A: uint8(into.n), B: uint8(len(args)), C: uint8(fnReg.n), Imm: int32(imm)})
	for len(nums) > 0 {
		var word [bytecode.ArgsPerWord]uint8
		n := copy(word[:], nums)
		nums = nums[n:]
		imm := uint32(word[3]) | uint32(word[4])<<8 | uint32(word[5])<<16 | uint32(word[6])<<24
		w.word(bytecode.Instr{Op: bytecode.ARG, A: word[0], B: word[1], C: word[2], Imm: int32(imm)})
	}
	for _, k := range consts {
		w.word(k)
	}
	w.put(put)
	w.endScratch()
}

// word appends a word of the instruction before it.
func (w *writer) word(in bytecode.Instr) {
	w.size++
	w.out.Code = append(w.out.Code, in)
}

// ---- labels ----

// label is a place in the code that is jumped to before it is known.
type label struct {
	pc   int
	refs []int
}

func newLabel() *label { return &label{pc: -1} }

// jump writes a forward jump to a label.
func (w *writer) jump(op bytecode.Opcode, a, b reg, to *label) {
	to.refs = append(to.refs, w.ins(op, a, b, reg{}, 0))
}

// jumpShort writes a comparison with a short number.
func (w *writer) jumpShort(op bytecode.Opcode, a reg, n int16, to *label) {
	to.refs = append(to.refs, w.ins(op, a, raw(int(uint8(n))), raw(int(uint8(uint16(n)>>8))), 0))
}

// bind puts a label here.
func (w *writer) bind(l *label) {
	l.pc = len(w.out.Code)
	for _, pc := range l.refs {
		w.out.Code[pc].Imm = int32(l.pc - pc - 1)
	}
	if len(l.refs) > 0 {
		w.lastBind = l.pc
	}
}

// back jumps backwards.
func (w *writer) back(to int) {
	pc := w.ins(bytecode.LOOP, reg{}, reg{}, reg{}, 0)
	w.out.Code[pc].Imm = int32(to - pc - 1)
}

func (w *writer) here() int { return len(w.out.Code) }

// ---- positions ----

// columns finds lines and columns fast, also in a source of one long line:
// it knows the number of code points up to every 64th byte.
type columns struct {
	src   *lang.Source
	marks []uint32
	last  uint32
	line  uint32
	col   uint32
}

const columnStep = 64

func newColumns(src *lang.Source) columns {
	c := columns{src: src, last: ^uint32(0)}
	n := uint32(0)
	for i, b := range src.Src {
		if i%columnStep == 0 {
			c.marks = append(c.marks, n)
		}
		if b&0xc0 != 0x80 {
			n++
		}
	}
	return c
}

// runes is how many code points begin before an offset.
func (c *columns) runes(offset uint32) uint32 {
	if len(c.marks) == 0 {
		return 0
	}
	i := min(int(offset/columnStep), len(c.marks)-1)
	n := c.marks[i]
	for _, b := range c.src.Src[i*columnStep : offset] {
		if b&0xc0 != 0x80 {
			n++
		}
	}
	return n
}

func (c *columns) position(offset uint32) (line, column uint32) {
	offset = min(offset, uint32(len(c.src.Src)))
	if offset != c.last {
		lines := c.src.Lines()
		n := sort.Search(lines.Count(), func(i int) bool { return lines.Line(i+1).From > offset })
		start := lines.Line(n).From
		c.last, c.line, c.col = offset, uint32(n), c.runes(offset)-c.runes(start)+1
	}
	return c.line, c.col
}
