package preflight

import (
	"fmt"

	"rex/bytecode"
	"rex/capability"
)

const (
	fileS = capability.FileScalar
	fileT = capability.FileText
	fileR = capability.FileRef
)

// instruction interprets one instruction: it sends the state along jumps and
// error edges and changes it to what holds behind. It reports whether the next
// instruction can follow.
func (w *walker) instruction(s *state, pc int) bool {
	in := w.in.f.Code[pc]
	S, T, R := s.regs[fileS], s.regs[fileT], s.regs[fileR]
	switch in.Op {
	case bytecode.HOST, bytecode.LIB, bytecode.CALL, bytecode.CALLC, bytecode.TEXT:
		return w.callLike(s, pc)
	}
	w.raise(s, pc, w.kindsOf(s, pc))
	switch in.Op {
	case bytecode.MOVS:
		w.move(s, fileS, int(in.A), int(in.B), pc)
	case bytecode.MOVT:
		w.move(s, fileT, int(in.A), int(in.B), pc)
	case bytecode.MOVR:
		w.move(s, fileR, int(in.A), int(in.B), pc)
	case bytecode.KINT:
		w.set(s, fileS, int(in.A), constantInt(int64(in.Imm)), pc)
	case bytecode.KNUM:
		w.set(s, fileS, int(in.A), constantInt(int64(w.m.Consts[in.Imm].Bits)), pc)
	case bytecode.KTEXT:
		c := w.m.Consts[in.Imm]
		w.set(s, fileT, int(in.A), value{texts: constantText(stemOf(c.Type.Kind, c.Text))}, pc)
	case bytecode.KNIL:
		w.set(s, fileR, int(in.A), value{null: true}, pc)
	case bytecode.WGETS, bytecode.WGETT, bytecode.WGETR:
		f := in.Op.RegisterFile()
		s.regs[f][in.A] = s.regs[f][in.Imm]
		s.numbers[f][in.A] = s.numbers[f][in.Imm]
		w.forget(s, f, int(in.A))
	case bytecode.WPUTS, bytecode.WPUTT, bytecode.WPUTR:
		f := in.Op.RegisterFile()
		s.regs[f][in.Imm] = s.regs[f][in.A]
		s.numbers[f][in.Imm] = s.numbers[f][in.A]
	case bytecode.BOXS:
		w.set(s, fileR, int(in.A), S[in.B], pc)
		s.numbers[fileR][in.A] = s.numbers[fileS][in.B]
	case bytecode.BOXT:
		w.set(s, fileR, int(in.A), T[in.B], pc)
		s.numbers[fileR][in.A] = s.numbers[fileT][in.B]
	case bytecode.OPENS, bytecode.OPENT, bytecode.OPENR:
		v := R[in.B]
		v.null = false
		n := s.numbers[fileR][in.B]
		if v.empty() {
			return false // it is always nil
		}
		f := in.Op.RegisterFile()
		w.set(s, f, int(in.A), v, pc)
		s.numbers[f][in.A] = n
	case bytecode.NOT:
		w.set(s, fileS, int(in.A), mapInts(S[in.B], func(n int64) (int64, bool) { return n ^ 1, true }), pc)
	case bytecode.ADD:
		w.set(s, fileS, int(in.A), addInts(S[in.B], S[in.C]), pc)
	case bytecode.ADDI:
		w.set(s, fileS, int(in.A), addInts(S[in.B], constantInt(int64(in.Imm))), pc)
	case bytecode.SUB, bytecode.MUL, bytecode.REM, bytecode.NEG, bytecode.DIVF, bytecode.FADD, bytecode.FSUB, bytecode.FMUL, bytecode.FDIV,
		bytecode.FNEG, bytecode.SCALE, bytecode.SCALED, bytecode.ITOF, bytecode.FMULADD, bytecode.FMMA, bytecode.FMMS, bytecode.EQ:
		v := value{all: true}
		if w.in.f.S[in.A].Kind == capability.KindBool {
			v = value{ints: []int64{0, 1}}
		}
		w.set(s, fileS, int(in.A), v, pc)
	case bytecode.LEN, bytecode.POS:
		w.set(s, fileS, int(in.A), value{all: true}, pc)
	case bytecode.CAT:
		w.set(s, fileT, int(in.A), joinTexts(T[in.B], T[in.C]), pc)
	case bytecode.ITER:
		w.set(s, fileR, int(in.A), R[in.B], pc)
	case bytecode.ITEMS, bytecode.ITEMT, bytecode.ITEMR:
		return w.take(s, pc, in, w.element(R[in.B]))
	case bytecode.KEY:
		v := value{}
		for _, o := range R[in.B].refs {
			v = v.join(o.keys)
		}
		return w.take(s, pc, in, v)
	case bytecode.ATS, bytecode.ATT, bytecode.ATR:
		return w.take(s, pc, in, w.at(R[in.B], S[in.C]))
	case bytecode.PART, bytecode.ELEM:
		w.set(s, fileR, int(in.A), w.part(R[in.B], pc), pc)
	case bytecode.CASTS, bytecode.CASTT, bytecode.CASTR:
		return w.cast(s, pc, in)
	case bytecode.LIST, bytecode.MAP, bytecode.REC:
		w.make(s, pc, in)
	case bytecode.PUSHS, bytecode.PUSHT, bytecode.PUSHR:
		v := s.regs[in.Op.RegisterFile()][in.B]
		if n, ok := w.l.pushes[pc]; ok {
			w.pushLiteral(R[in.A], n, v)
		} else {
			w.analysis.push(R[in.A], v)
		}
	case bytecode.SETS, bytecode.SETT, bytecode.SETR:
		w.setAt(R[in.A], s.regs[in.Op.RegisterFile()][in.C])
	case bytecode.FLDS, bytecode.FLDT, bytecode.FLDR:
		f := in.Op.RegisterFile()
		return w.take(s, pc, in, w.field(R[in.B], w.in.f.R[in.B], f, int(in.C)))
	case bytecode.SFLDS, bytecode.SFLDT, bytecode.SFLDR:
		f := in.Op.RegisterFile()
		w.setField(R[in.A], w.in.f.R[in.A], f, int(in.B), s.regs[f][in.C])
	case bytecode.MATS, bytecode.MATT, bytecode.MATR:
		w.jump(s, pc)
		return w.take(s, pc, in, w.element(R[in.B]))
	case bytecode.MPUTS, bytecode.MPUTT, bytecode.MPUTR:
		for _, o := range R[in.A].refs {
			w.store(o, 0, s.regs[in.Op.RegisterFile()][in.C])
			w.storeKey(o, T[in.B])
		}
	case bytecode.CLOSURE:
		w.closure(s, pc)
	case bytecode.JMP, bytecode.LOOP:
		w.jump(s, pc)
		return false
	case bytecode.NEXT, bytecode.JNIL, bytecode.JSOME, bytecode.JIS, bytecode.JISNT, bytecode.JT, bytecode.JF, bytecode.JEQ, bytecode.JNE,
		bytecode.JLT, bytecode.JLE, bytecode.JEQI, bytecode.JNEI, bytecode.JLTI, bytecode.JLEI, bytecode.JGTI, bytecode.JGEI,
		bytecode.FJEQ, bytecode.FJNE, bytecode.FJLT, bytecode.FJLE, bytecode.TJEQ, bytecode.TJNE, bytecode.TJLT, bytecode.TJLE:
		return w.branch(s, pc)
	case bytecode.FORI:
		w.set(s, fileS, int(in.A), value{all: true}, pc)
		w.jump(s, pc)
	case bytecode.RETS, bytecode.RETT, bytecode.RETR, bytecode.RETN:
		w.ret(s, pc, in)
		return false
	case bytecode.RAISE:
		return false
	case bytecode.CLOSE:
	default:
		panic(fmt.Sprintf("preflight: no rule for %s", in.Op))
	}
	return true
}

// kindsOf is what an instruction can raise: what its row says, and for RAISE
// what is known of the error.
func (w *walker) kindsOf(s *state, pc int) capability.KindMask {
	in := w.in.f.Code[pc]
	if in.Op != bytecode.RAISE {
		return w.v.Kinds(w.in.f, pc)
	}
	e := s.regs[fileR][in.A]
	if e.null {
		e.kinds |= capability.Kinds(capability.Absent)
	}
	return e.kinds
}

// stemOf writes a path as its stem, any other text as it is.
func stemOf(k capability.Kind, text string) string {
	if k == capability.KindPath && text == "/" {
		return ""
	}
	return text
}

func (w *walker) move(s *state, f capability.File, to, from, pc int) {
	w.set(s, f, to, s.regs[f][from], pc)
	s.numbers[f][to] = s.numbers[f][from]
}

// forget drops the tests that lie in a scalar register.
func (w *walker) forget(s *state, f capability.File, n int) {
	if f == fileS {
		kept := s.tests[:0:0]
		for _, t := range s.tests {
			if t.reg != n {
				kept = append(kept, t)
			}
		}
		s.tests = kept
	}
}

// take writes what was taken out of a container; nothing known to be in there
// means that this can't go on.
func (w *walker) take(s *state, pc int, in bytecode.Instr, v value) bool {
	if v.empty() {
		return false
	}
	w.set(s, w.fileOfA(in), int(in.A), v, pc)
	return true
}

func (w *walker) fileOfA(in bytecode.Instr) capability.File { return bytecode.Rows[in.Op].A.File() }

func mapInts(v value, f func(int64) (int64, bool)) value {
	if v.all {
		return v
	}
	var out []int64
	for _, n := range v.ints {
		if m, ok := f(n); ok {
			out = joinInts(out, []int64{m})
		}
	}
	return value{ints: out}
}

func addInts(a, b value) value {
	if a.all || b.all || len(a.ints)*len(b.ints) > maxInts {
		return value{all: true}
	}
	var out []int64
	for _, x := range a.ints {
		for _, y := range b.ints {
			out = joinInts(out, []int64{x + y}) // one that overflows fails and is never seen
		}
	}
	if out == nil {
		return value{all: true}
	}
	return value{ints: out}
}

func joinTexts(a, b value) value {
	return value{texts: a.texts.product(b.texts), why: firstWhy(a, b)}
}

func firstWhy(vs ...value) string {
	for _, v := range vs {
		if v.why != "" {
			return v.why
		}
	}
	return ""
}

// part is what a named part or an element of an any may be.
func (w *walker) part(v value, pc int) value {
	out := value{null: true}
	if v.open {
		out = out.join(value{open: true, null: true, why: v.why})
	}
	for _, o := range v.refs {
		for _, slot := range o.slots {
			out = out.join(slot)
		}
	}
	return out
}

// cast takes a value out of an any.
func (w *walker) cast(s *state, pc int, in bytecode.Instr) bool {
	t := w.m.Types[in.Imm]
	v := s.regs[fileR][in.B]
	return w.take(s, pc, in, w.castTo(v, t, pc))
}

func (w *walker) castTo(v value, t *capability.Type, pc int) value {
	if t.Kind == capability.KindAny {
		return v
	}
	why := v.why
	if why == "" {
		why = "data taken out of an any at " + w.where(pc)
	}
	var out value
	if t.Kind == capability.KindOptional {
		out = w.castTo(v, t.Elem, pc)
		out.null = true
		return out
	}
	switch t.File() {
	case fileS:
		out = value{ints: v.ints, all: v.all}
		if v.open || len(v.texts) > 0 || len(out.ints) == 0 && !out.all {
			out = w.unknown(t, w.site(pc), why)
		}
	case fileT:
		out = w.castText(v, t, why)
	default:
		// What is in there already is given as it is; what comes from outside
		// is one object of its type for the whole program, because two casts
		// of one value may give the same container.
		for _, o := range v.refs {
			if o.typ.Equal(t) {
				out.refs = joinRefs(out.refs, []*object{o})
			}
		}
		outside := w.unknown(t, site{inst: -1, path: "outside"}, why)
		out = out.join(outside)
		for _, o := range v.refs {
			if !o.typ.Equal(t) {
				w.copyInto(out, o)
			}
		}
	}
	return out
}

// castText: a text of the wanted kind keeps what is known of it, any other is
// read anew and so unknown. Sets do not tell kinds apart, so a path or url
// taken out is known only when nothing from outside is in there.
func (w *walker) castText(v value, t *capability.Type, why string) value {
	if v.open || len(v.texts) == 0 {
		return w.unknown(t, site{inst: -1, path: "outside"}, why)
	}
	switch t.Kind {
	case capability.KindString:
		return value{texts: v.texts, why: v.why}
	}
	return w.unknown(t, site{inst: -1, path: "outside"}, why)
}

// copyInto joins what an object of another type holds into the objects of a
// cast's result: the cast copies it there.
func (w *walker) copyInto(out value, from *object) {
	for _, o := range out.refs {
		for i := range o.slots {
			for _, v := range from.slots {
				w.store(o, i, v)
			}
			w.store(o, i, w.unknown(slotType(o.typ, i), site{inst: -1, path: "outside"}, "data taken out of an any"))
		}
	}
}

func slotType(t *capability.Type, i int) *capability.Type {
	if t.Kind == capability.KindRecord {
		return t.Fields[i].Type
	}
	if t.Elem != nil {
		return t.Elem
	}
	return capability.Any
}

func (w *walker) site(pc int) site { return site{inst: w.in.id, pc: pc} }

// where is a place in source terms.
func (w *walker) where(pc int) string {
	p := w.v.Position(capability.Site{Func: w.in.fn, PC: pc})
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

func (w *walker) make(s *state, pc int, in bytecode.Instr) {
	t := w.m.Types[in.Imm]
	o, fresh := w.object(w.site(pc), t)
	if fresh && t.Kind == capability.KindRecord {
		for i, f := range t.Fields {
			w.store(o, i, zeroOf(f.Type))
		}
	}
	w.set(s, fileR, int(in.A), value{refs: []*object{o}}, pc)
}

func (w *walker) closure(s *state, pc int) {
	in := w.in.f.Code[pc]
	c := w.in.f.Call(pc)
	f := &w.m.Funcs[in.Imm]
	st := w.site(pc)
	st.path = "closure"
	o, fresh := w.object(st, capability.FuncOf(nil, capability.None))
	if fresh {
		o.fn = int(in.Imm)
		o.slots = make([]value, f.Captures)
	}
	for i := 0; i < f.Captures; i++ {
		w.store(o, i, s.regs[f.Params[i].File()][c.Args[i]])
	}
	w.set(s, fileR, int(in.A), value{refs: []*object{o}}, pc)
}

func (w *walker) ret(s *state, pc int, in bytecode.Instr) {
	w.graph.returns(w.in.fn, pc)
	var v value
	if in.Op != bytecode.RETN {
		v = s.regs[w.retFile(in)][in.A]
	}
	next := w.in.result.join(v)
	if !w.in.returned || !next.equal(w.in.result) {
		w.in.returned = true
		w.in.result = next
		w.changed = true
	}
}

func (w *walker) retFile(in bytecode.Instr) capability.File { return bytecode.Rows[in.Op].A.File() }
