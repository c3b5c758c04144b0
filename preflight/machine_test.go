package preflight

import (
	"math"
	"math/rand/v2"

	"rex/bytecode"
	"rex/capability"
	"rex/library"
)

// machine is a small concrete interpreter: slow, without limits but its fuel,
// with a host that fails and answers at random. The analysis is held to it.
type machine struct {
	v       *bytecode.Verified
	m       *bytecode.Module
	r       *rand.Rand
	fuel    int
	depth   int
	fail    int // percent of the host's answers
	stopAt  int // fuel left at which the run is stopped; -1 for never
	stopped bool
	params  []capability.Value
	look    func(fn, pc int, f *frame)

	touches []concreteTouch
	counts  map[capability.Site]int
}

// concreteTouch is one host call that was asked.
type concreteTouch struct {
	site   capability.Site
	args   []capability.Value
	denied bool
}

// frame is the registers of a function that runs.
type frame struct {
	f *bytecode.Func
	S []uint64
	T []string
	R []capability.Value
}

// thrown is what a failed instruction raises: an error, or the end of the run.
type thrown struct {
	err *capability.Error
	end bool // nothing catches it, not even a deferred block
}

var theStop = capability.Fault(capability.Failed, "the run is stopped")

type (
	testClosure struct {
		fn   int
		args []capability.Value
	}
	testWalk struct {
		list    *capability.List
		dict    *capability.Map
		stream  *testStream
		i, n    int
		version uint32
	}
	testStream struct {
		elems []capability.Value
		fails bool
	}
)

func (*testClosure) Kind() capability.Kind { return capability.KindFunc }
func (*testWalk) Kind() capability.Kind    { return capability.KindIterator }
func (*testStream) Kind() capability.Kind  { return capability.KindStream }

func kindFault(k capability.ErrorKind) *thrown {
	return &thrown{err: capability.Fault(k, k.String())}
}

// run runs a module; ok says that it ended well.
func (m *machine) run() (ok bool) {
	m.m = m.v.Module()
	m.counts = map[capability.Site]int{}
	_, t := m.call(0, m.params)
	return t == nil && !m.stopped
}

func (f *frame) get(r bytecode.Reg) capability.Value {
	switch r.File {
	case capability.FileScalar:
		return capability.BoxScalar(f.f.S[r.N].Kind, f.S[r.N])
	case capability.FileText:
		return capability.BoxText(f.f.T[r.N].Kind, f.T[r.N])
	}
	return f.R[r.N]
}

func (f *frame) put(r bytecode.Reg, v capability.Value) {
	switch r.File {
	case capability.FileScalar:
		f.S[r.N] = capability.ScalarBits(v)
	case capability.FileText:
		f.T[r.N] = capability.TextOf(v)
	case capability.FileRef:
		f.R[r.N] = v
	}
}

func (m *machine) call(fn int, args []capability.Value) (capability.Value, *thrown) {
	if m.depth++; m.depth > 30 {
		return nil, &thrown{end: true}
	}
	defer func() { m.depth-- }()
	f := m.v.Func(fn)
	fr := &frame{f, make([]uint64, len(f.S)), make([]string, len(f.T)), make([]capability.Value, len(f.R))}
	for i, r := range f.ParamRegs() {
		fr.put(r, args[i])
	}
	for pc := 0; ; {
		if m.fuel--; m.fuel < 0 {
			return nil, &thrown{end: true}
		}
		m.look(fn, pc, fr)
		var t *thrown
		var next int
		if m.fuel == m.stopAt {
			m.stopped = true
			t = &thrown{err: theStop}
		} else {
			in := f.Code[pc]
			switch in.Op {
			case bytecode.RETS, bytecode.RETT, bytecode.RETR:
				file := bytecode.Rows[in.Op].A.File()
				return fr.get(bytecode.Reg{File: file, N: int(in.A)}), nil
			case bytecode.RETN:
				return nil, nil
			}
			if next, t = m.step(fn, pc, fr); t == nil {
				pc = next
				continue
			}
		}
		h := handlerFor(f, pc, t)
		if h == nil {
			return nil, t
		}
		fr.R[h.Err] = t.err
		pc = int(h.Target)
	}
}

func handlerFor(f *bytecode.Func, pc int, t *thrown) *bytecode.Handler {
	for i := range f.Handlers {
		h := &f.Handlers[i]
		if t.end || uint32(pc) < h.From || uint32(pc) >= h.To {
			continue
		}
		if t.err == theStop && !h.Defer || t.err != theStop && !h.Mask.Has(t.err.Why) {
			continue
		}
		return h
	}
	return nil
}

// step does one instruction and gives the next.
func (m *machine) step(fn, pc int, f *frame) (next int, t *thrown) {
	in := f.f.Code[pc]
	next = f.f.Next(pc)
	jump := func(yes bool) {
		if yes {
			next = in.Target(pc)
		}
	}
	x, y := int64(0), int64(0)
	switch row := bytecode.Rows[in.Op]; {
	case row.A == bytecode.ReadS && row.Imm == bytecode.Jump:
		x = int64(f.S[in.A])
		if y = int64(in.I16()); row.B == bytecode.ReadS {
			y = int64(f.S[in.B])
		}
	case row.B == bytecode.ReadS:
		x = int64(f.S[in.B])
		if row.C == bytecode.ReadS {
			y = int64(f.S[in.C])
		}
	}
	switch in.Op {
	case bytecode.MOVS:
		f.S[in.A] = f.S[in.B]
	case bytecode.MOVT:
		f.T[in.A] = f.T[in.B]
	case bytecode.MOVR:
		f.R[in.A] = f.R[in.B]
	case bytecode.WGETT:
		f.T[in.A] = f.T[in.Imm]
	case bytecode.WPUTT:
		f.T[in.Imm] = f.T[in.A]
	case bytecode.KINT:
		f.S[in.A] = uint64(int64(in.Imm))
	case bytecode.KTEXT:
		f.T[in.A] = m.m.Consts[in.Imm].Text
	case bytecode.KNIL:
		f.R[in.A] = nil
	case bytecode.BOXS:
		f.R[in.A] = capability.BoxScalar(f.f.S[in.B].Kind, f.S[in.B])
	case bytecode.BOXT:
		f.R[in.A] = capability.BoxText(f.f.T[in.B].Kind, f.T[in.B])
	case bytecode.OPENS, bytecode.OPENT, bytecode.OPENR:
		v := f.R[in.B]
		if v == nil {
			return 0, kindFault(capability.Absent)
		}
		f.put(bytecode.Reg{File: bytecode.Rows[in.Op].A.File(), N: int(in.A)}, v)
	case bytecode.NOT:
		f.S[in.A] = f.S[in.B] ^ 1
	case bytecode.ADD, bytecode.ADDI, bytecode.SUB, bytecode.MUL, bytecode.REM, bytecode.NEG:
		return next, m.arithmetic(in, f, x, y)
	case bytecode.JMP, bytecode.LOOP:
		jump(true)
	case bytecode.JT:
		jump(f.S[in.A] != 0)
	case bytecode.JF:
		jump(f.S[in.A] == 0)
	case bytecode.JEQ, bytecode.JEQI:
		jump(x == y)
	case bytecode.JNE, bytecode.JNEI:
		jump(x != y)
	case bytecode.JLT, bytecode.JLTI:
		jump(x < y)
	case bytecode.JLE, bytecode.JLEI:
		jump(x <= y)
	case bytecode.JGTI:
		jump(x > y)
	case bytecode.JGEI:
		jump(x >= y)
	case bytecode.TJEQ:
		jump(f.T[in.A] == f.T[in.B])
	case bytecode.TJNE:
		jump(f.T[in.A] != f.T[in.B])
	case bytecode.JNIL:
		jump(f.R[in.A] == nil)
	case bytecode.JSOME:
		jump(f.R[in.A] != nil)
	case bytecode.JIS:
		jump(library.Is(f.R[in.A], m.m.Types[in.TypeIndex()]))
	case bytecode.JISNT:
		jump(!library.Is(f.R[in.A], m.m.Types[in.TypeIndex()]))
	case bytecode.FORI:
		if int64(f.S[in.A]) == math.MaxInt64 {
			return 0, kindFault(capability.Range)
		}
		f.S[in.A]++
		jump(int64(f.S[in.A]) < int64(f.S[in.B]))
	case bytecode.CAT:
		if len(f.T[in.B])+len(f.T[in.C]) > 400 {
			return 0, &thrown{end: true}
		}
		f.T[in.A] = f.T[in.B] + f.T[in.C]
	case bytecode.TEXT:
		return next, m.template(pc, f)
	case bytecode.RAISE:
		if e, ok := f.R[in.A].(*capability.Error); ok {
			return 0, &thrown{err: e}
		}
		return 0, kindFault(capability.Absent)
	case bytecode.CLOSURE, bytecode.CALL, bytecode.CALLC:
		return next, m.callOrMake(pc, f)
	case bytecode.LIB:
		return next, m.library(fn, pc, f)
	case bytecode.HOST:
		return next, m.host(fn, pc, f)
	case bytecode.CLOSE:
	default:
		return m.containers(pc, next, f)
	}
	return next, nil
}

func (m *machine) arithmetic(in bytecode.Instr, f *frame, x, y int64) *thrown {
	if in.Op == bytecode.ADDI {
		y = int64(in.Imm)
	}
	if in.Op == bytecode.NEG {
		y = 0
	}
	r, ok := integers[in.Op](x, y)
	if !ok {
		return kindFault(capability.Range)
	}
	f.S[in.A] = uint64(r)
	return nil
}

func (m *machine) template(pc int, f *frame) *thrown {
	call := f.f.Call(pc)
	t := &m.m.Templates[call.Imm]
	var pieces []library.Piece
	n := 0
	for _, p := range t.Pieces {
		x := library.Piece{Text: p.Literal}
		if p.Hole != nil {
			x.Hole = p.Hole.Kind
			v := f.get(bytecode.Reg{File: p.Hole.File(), N: int(call.Args[n])})
			if p.Hole.File() == capability.FileText {
				x.Text = capability.TextOf(v)
			} else if s, err := library.TextWith(nil, v); err == nil {
				x.Text = s
			} else {
				return kindFault(capability.Invalid)
			}
			n++
		}
		pieces = append(pieces, x)
	}
	s, err := library.Fill(t.Type.Kind, pieces)
	if err != nil {
		return &thrown{err: err.(*capability.Error)}
	}
	if len(s) > 400 {
		return &thrown{end: true}
	}
	f.T[call.A] = s
	return nil
}

// values gives the arguments of a call, whose types are known.
func callArgs(f *frame, args []uint8, types []*capability.Type) []capability.Value {
	out := make([]capability.Value, len(args))
	for i, n := range args {
		out[i] = f.get(bytecode.Reg{File: types[i].File(), N: int(n)})
	}
	return out
}

func (m *machine) callOrMake(pc int, f *frame) *thrown {
	call := f.f.Call(pc)
	fn := int(call.Imm)
	var args []capability.Value
	var result *capability.Type
	switch call.Op {
	case bytecode.CLOSURE:
		f.R[call.A] = &testClosure{fn, callArgs(f, call.Args, m.m.Funcs[fn].Params)}
		return nil
	case bytecode.CALL:
		args, result = callArgs(f, call.Args, m.m.Funcs[fn].Params), m.m.Funcs[fn].Result
	case bytecode.CALLC:
		c, ok := f.R[call.C].(*testClosure)
		if !ok {
			return kindFault(capability.Absent)
		}
		t := f.f.R[call.C]
		fn, result = c.fn, t.Result
		args = append(append(args, c.args...), callArgs(f, call.Args, t.Params)...)
	}
	v, t := m.call(fn, args)
	if t == nil {
		f.put(bytecode.Reg{File: result.File(), N: int(call.A)}, v)
	}
	return t
}

// testMeter bounds what a native may take.
type testMeter struct{ left int64 }

func (m *testMeter) Fuel(n int64) error { return m.Memory(n) }
func (m *testMeter) Memory(n int64) error {
	if m.left -= n; m.left < 0 {
		return &capability.LimitError{Limit: "memory"}
	}
	return nil
}

func (m *machine) library(fn, pc int, f *frame) *thrown {
	call := f.f.Call(pc)
	regs, _ := f.f.LibArgs(&call)
	c := &library.Call{Type: m.v.LibResult(fn, pc), Meter: &testMeter{100_000}}
	for i, r := range regs {
		switch r.File {
		case capability.FileScalar:
			c.S[i] = f.S[r.N]
		case capability.FileText:
			c.T[i] = f.T[r.N]
		default:
			c.R[i] = f.R[r.N]
			if k := f.f.R[r.N].Kind; c.R[i] == nil && k != capability.KindOptional && k != capability.KindAny {
				return kindFault(capability.Absent)
			}
		}
	}
	if err := library.Numbered(uint16(call.Imm)).Run(c); err != nil {
		if e, ok := err.(*capability.Error); ok {
			return &thrown{err: e}
		}
		return &thrown{end: true}
	}
	if len(c.OutT) > 400 {
		return &thrown{end: true}
	}
	switch c.Type.File() {
	case capability.FileScalar:
		f.S[call.A] = c.OutS
	case capability.FileText:
		f.T[call.A] = c.OutT
	case capability.FileRef:
		f.R[call.A] = c.OutR
	}
	return nil
}

// cells gives what a list, map or record holds.
func cellsOf(v capability.Value) *capability.Cells {
	switch v := v.(type) {
	case *capability.List:
		return &v.Cells
	case *capability.Map:
		return &v.Cells
	case *capability.Record:
		return &v.Cells
	}
	return nil
}

func (c *frame) load(file capability.File, to uint8, from *capability.Cells, i int) {
	switch file {
	case capability.FileScalar:
		c.S[to] = from.S[i]
	case capability.FileText:
		c.T[to] = from.T[i]
	default:
		c.R[to] = from.R[i]
	}
}

func (c *frame) store(file capability.File, into *capability.Cells, i int, from uint8) {
	switch file {
	case capability.FileScalar:
		into.S[i] = c.S[from]
	case capability.FileText:
		into.T[i] = c.T[from]
	default:
		into.R[i] = c.R[from]
	}
}

// containers does the instructions on lists, maps, records, walks and anys.
func (m *machine) containers(pc, next int, f *frame) (int, *thrown) {
	in := f.f.Code[pc]
	row := bytecode.Rows[in.Op]
	absent, invalid := kindFault(capability.Absent), kindFault(capability.Invalid)
	switch in.Op {
	case bytecode.LIST:
		f.R[in.A] = capability.NewList(f.f.R[in.A].Elem)
	case bytecode.MAP:
		f.R[in.A] = capability.NewMap(f.f.R[in.A].Elem)
	case bytecode.REC:
		f.R[in.A] = capability.NewRecord(f.f.R[in.A])
	case bytecode.PUSHS, bytecode.PUSHT, bytecode.PUSHR:
		l, ok := f.R[in.A].(*capability.List)
		if !ok {
			return 0, absent
		} else if l.Frozen {
			return 0, invalid
		} else if l.Len() > 40 {
			return 0, &thrown{end: true}
		}
		l.Append(l.Elem, nil)
		l.Version++
		f.store(row.B.File(), &l.Cells, l.Len()-1, in.B)
	case bytecode.ATS, bytecode.ATT, bytecode.ATR:
		l, ok := f.R[in.B].(*capability.List)
		if !ok {
			return 0, absent
		} else if f.S[in.C] >= uint64(l.Len()) {
			return 0, kindFault(capability.Range)
		}
		f.load(row.A.File(), in.A, &l.Cells, int(f.S[in.C]))
	case bytecode.SETS, bytecode.SETT, bytecode.SETR:
		l, ok := f.R[in.A].(*capability.List)
		if !ok {
			return 0, absent
		} else if l.Frozen {
			return 0, invalid
		} else if f.S[in.B] >= uint64(l.Len()) {
			return 0, kindFault(capability.Range)
		}
		f.store(row.C.File(), &l.Cells, int(f.S[in.B]), in.C)
	case bytecode.LEN:
		c := cellsOf(f.R[in.B])
		if c == nil {
			return 0, absent
		}
		f.S[in.A] = uint64(c.Len())
	case bytecode.FLDS, bytecode.FLDT, bytecode.FLDR:
		r, ok := f.R[in.B].(*capability.Record)
		if !ok {
			return 0, absent
		}
		f.load(row.A.File(), in.A, &r.Cells, int(in.C))
	case bytecode.SFLDS, bytecode.SFLDT, bytecode.SFLDR:
		r, ok := f.R[in.A].(*capability.Record)
		if !ok {
			return 0, absent
		} else if r.Frozen {
			return 0, invalid
		}
		f.store(row.C.File(), &r.Cells, int(in.B), in.C)
	case bytecode.MATS, bytecode.MATT, bytecode.MATR:
		d, ok := f.R[in.B].(*capability.Map)
		if !ok {
			return 0, absent
		}
		if i := d.Find(f.T[in.C]); i < 0 {
			next = in.Target(pc)
		} else {
			f.load(row.A.File(), in.A, &d.Cells, i)
		}
	case bytecode.MPUTS, bytecode.MPUTT, bytecode.MPUTR:
		d, ok := f.R[in.A].(*capability.Map)
		if !ok {
			return 0, absent
		} else if d.Frozen {
			return 0, invalid
		}
		f.store(row.C.File(), &d.Cells, d.Place(f.T[in.B]), in.C)
	case bytecode.CASTS, bytecode.CASTT, bytecode.CASTR:
		v, err := library.Cast(f.R[in.B], m.m.Types[in.Imm])
		if err != nil {
			return 0, invalid
		}
		f.put(bytecode.Reg{File: row.A.File(), N: int(in.A)}, v)
	case bytecode.EQ:
		same, err := library.Equal(f.R[in.B], f.R[in.C])
		if err != nil {
			return 0, invalid
		}
		f.S[in.A] = capability.ScalarBits(capability.BoolValue(same))
	case bytecode.PART:
		return next, m.part(in, f)
	case bytecode.ELEM:
		l, ok := f.R[in.B].(*capability.List)
		if f.R[in.B] == nil {
			return 0, absent
		} else if !ok {
			return 0, invalid
		} else if f.S[in.C] >= uint64(l.Len()) {
			return 0, kindFault(capability.Range)
		}
		f.R[in.A] = l.At(int(f.S[in.C]))
	default:
		return m.walks(pc, next, f)
	}
	return next, nil
}

func (m *machine) part(in bytecode.Instr, f *frame) *thrown {
	switch c := f.R[in.B].(type) {
	case nil:
		return kindFault(capability.Absent)
	case *capability.Map:
		f.R[in.A] = nil
		if i := c.Find(f.T[in.C]); i >= 0 {
			f.R[in.A] = c.At(i)
		}
	case *capability.Record:
		f.R[in.A] = c.Lookup(f.T[in.C])
	default:
		return kindFault(capability.Invalid)
	}
	return nil
}

func (m *machine) walks(pc, next int, f *frame) (int, *thrown) {
	in := f.f.Code[pc]
	absent := kindFault(capability.Absent)
	if in.Op == bytecode.ITER {
		w := &testWalk{i: -1}
		switch c := f.R[in.B].(type) {
		case *capability.List:
			w.list, w.n, w.version = c, c.Len(), c.Version
		case *capability.Map:
			w.dict, w.n, w.version = c, len(c.Keys), c.Version
		case *testStream:
			w.stream, w.n = c, len(c.elems)
		default:
			return 0, absent
		}
		f.R[in.A] = w
		return next, nil
	}
	reg := in.B
	if in.Op == bytecode.NEXT {
		reg = in.A
	}
	w, ok := f.R[reg].(*testWalk)
	if !ok {
		return 0, absent
	}
	if in.Op == bytecode.NEXT {
		switch {
		case w.list != nil && w.version != w.list.Version, w.dict != nil && w.version != w.dict.Version:
			return 0, kindFault(capability.Invalid)
		case w.stream != nil && w.stream.fails && w.i > 0:
			return 0, kindFault(capability.IO)
		}
		if w.i++; w.i >= w.n {
			next = in.Target(pc)
		}
		return next, nil
	}
	if in.Op == bytecode.POS {
		f.S[in.A] = uint64(max(w.i, 0))
		return next, nil
	}
	file := bytecode.Rows[in.Op].A.File()
	switch {
	case w.i < 0 || w.i >= w.n, in.Op == bytecode.KEY && w.dict == nil:
		return 0, absent
	case in.Op == bytecode.KEY:
		if w.i >= len(w.dict.Keys) {
			return 0, absent
		}
		f.T[in.A] = w.dict.Keys[w.i]
	case w.stream != nil:
		f.put(bytecode.Reg{File: file, N: int(in.A)}, w.stream.elems[w.i])
	default:
		c := &capability.Cells{}
		if w.list != nil {
			c = &w.list.Cells
		} else {
			c = &w.dict.Cells
		}
		if w.i >= c.Len() {
			return 0, absent
		}
		f.load(file, in.A, c, w.i)
	}
	return next, nil
}

// host asks and answers at random, within what the row says.
func (m *machine) host(fn, pc int, f *frame) *thrown {
	call := f.f.Call(pc)
	op := capability.Numbered(uint16(call.Imm))
	args := make([]capability.Value, len(op.Params))
	for i, src := range call.HostArgs(op) {
		t := op.Params[i].Type
		if src.Const >= 0 {
			args[i] = m.m.Consts[src.Const].Value()
			continue
		}
		v := f.get(src.Reg)
		if v == nil && t.Kind != capability.KindOptional && t.Kind != capability.KindAny ||
			(t.Kind == capability.KindPath || t.Kind == capability.KindURL) && capability.TextOf(v) == "" {
			return kindFault(capability.Absent)
		}
		args[i] = v
	}
	site := capability.Site{Func: fn, PC: pc}
	m.counts[site]++
	touch := concreteTouch{site: site, args: snapshots(args)}
	var t *thrown
	if m.r.IntN(100) < m.fail {
		kinds := []capability.ErrorKind{capability.Denied}
		for k := capability.ErrorKind(0); k < capability.ErrorKindCount; k++ {
			if op.Kinds.Has(k) {
				kinds = append(kinds, k)
			}
		}
		k := kinds[0]
		if m.r.IntN(2) == 0 {
			k = kinds[m.r.IntN(len(kinds))]
		}
		touch.denied = k == capability.Denied
		t = kindFault(k)
	}
	m.touches = append(m.touches, touch)
	if t != nil {
		return t
	}
	if op.Result.Kind != capability.KindNone {
		v := randomValue(m.r, op.Result, 0)
		applyFacts(m.r, op, args, v)
		library.Freeze(v)
		f.put(bytecode.Reg{File: op.Result.File(), N: int(call.A)}, v)
	}
	return nil
}

// snapshots copies arguments, so that later changes don't change what was asked.
func snapshots(args []capability.Value) []capability.Value {
	out := make([]capability.Value, len(args))
	for i, v := range args {
		out[i] = snapshot(v, 0)
	}
	return out
}

func snapshot(v capability.Value, depth int) capability.Value {
	if depth > 6 {
		return v
	}
	copied := func(c *capability.Cells) capability.Cells {
		out := capability.Cells{S: append([]uint64(nil), c.S...), T: append([]string(nil), c.T...)}
		for _, x := range c.R {
			out.R = append(out.R, snapshot(x, depth+1))
		}
		return out
	}
	switch v := v.(type) {
	case *capability.List:
		return &capability.List{Elem: v.Elem, Cells: copied(&v.Cells)}
	case *capability.Map:
		out := &capability.Map{Elem: v.Elem, Keys: append([]string(nil), v.Keys...), Index: map[string]int32{}, Cells: copied(&v.Cells)}
		for i, k := range v.Keys {
			out.Index[k] = int32(i)
		}
		return out
	case *capability.Record:
		return &capability.Record{Type: v.Type, Cells: copied(&v.Cells)}
	}
	return v
}

var someWords = []string{"a", "nginx", "x.log", "app.log", "debian", "", "b.gz", "..", "a/b", "ax", ".ax", "xax", "rhel", "/etc/x", "app.a.log", "1", "*.log", "/var/**"}
var somePaths = []string{"/var/log/app", "/var/cache", "/var/log", "/etc/passwd", "/", "/a", "/var/cache/k", "/var/log/x.log"}

// randomValue is some value of a type, as an operation may give it.
func randomValue(r *rand.Rand, t *capability.Type, depth int) capability.Value {
	switch t.Kind {
	case capability.KindOptional:
		if r.IntN(3) == 0 {
			return nil
		}
		return randomValue(r, t.Elem, depth)
	case capability.KindWord:
		return capability.StringValue(t.Words[r.IntN(len(t.Words))])
	case capability.KindString:
		return capability.StringValue(someWords[r.IntN(len(someWords))])
	case capability.KindPath:
		return capability.PathValue(somePaths[r.IntN(len(somePaths))])
	case capability.KindURL:
		return capability.URLValue("https://x.example/" + "a")
	case capability.KindIP:
		return capability.IPValue("10.0.0.1")
	case capability.KindList:
		l := capability.NewList(t.Elem)
		for range r.IntN(4) {
			l.Push(randomValue(r, t.Elem, depth+1))
		}
		return l
	case capability.KindMap:
		d := capability.NewMap(t.Elem)
		for range r.IntN(3) {
			d.Put(someWords[r.IntN(len(someWords))], randomValue(r, t.Elem, depth+1))
		}
		return d
	case capability.KindRecord:
		rec := capability.NewRecord(t)
		for i, f := range t.Fields {
			rec.SetField(i, randomValue(r, f.Type, depth+1))
		}
		return rec
	case capability.KindStream:
		s := &testStream{fails: r.IntN(4) == 0}
		for range r.IntN(4) {
			s.elems = append(s.elems, randomValue(r, t.Elem, depth+1))
		}
		return s
	case capability.KindAny:
		return randomData(r, depth)
	}
	if t.File() == capability.FileScalar {
		bits := uint64(r.IntN(6))
		if t.Kind == capability.KindBool {
			bits &= 1
		}
		return capability.BoxScalar(t.Kind, bits)
	}
	return capability.BoxText(t.Kind, "x")
}

// randomData is what JSON may hold.
func randomData(r *rand.Rand, depth int) capability.Value {
	n := r.IntN(6)
	if depth > 3 {
		n = r.IntN(4)
	}
	switch n {
	case 0:
		return nil
	case 1:
		return capability.IntValue(r.IntN(5))
	case 2, 3:
		return randomValue(r, capability.String, depth)
	case 4:
		return randomValue(r, capability.MapOf(capability.Any), depth+1)
	}
	return randomValue(r, capability.ListOf(capability.Any), depth+1)
}

// applyFacts makes a result what its row says of it.
func applyFacts(r *rand.Rand, op *capability.Op, args []capability.Value, v capability.Value) {
	elems := []capability.Value{v}
	if l, ok := v.(*capability.List); ok {
		for i := range op.Facts {
			if _, ok := randomName(r, op, &op.Facts[i], args); !ok {
				l.Cells = capability.Cells{}
			}
		}
		elems = l.R
	}
	for _, e := range elems {
		rec, ok := e.(*capability.Record)
		if !ok {
			continue
		}
		for _, f := range op.Facts {
			var arg string
			if i := op.Param(f.Arg); i >= 0 {
				arg = capability.TextOf(args[i])
			}
			name, _ := randomName(r, op, &f, args)
			switch f.Kind {
			case capability.FactChildren:
				rec.With(f.At, capability.PathValue(capability.JoinPath(arg, name)))
			case capability.FactBeneath:
				for r.IntN(2) == 0 {
					arg = capability.JoinPath(arg, "sub")
				}
				rec.With(f.At, capability.PathValue(capability.JoinPath(arg, name)))
			case capability.FactSame:
				rec.With(f.At, capability.PathValue(arg))
			case capability.FactBaseName:
				rec.With(f.At, capability.StringValue(capability.ShowPath(capability.BaseName(capability.TextOf(rec.Lookup(f.Of))))))
			}
		}
	}
}

// randomName is a name that the glob of a call lets through, if there is one.
func randomName(r *rand.Rand, op *capability.Op, f *capability.Fact, args []capability.Value) (string, bool) {
	names := []string{"a", "x.log", "app.log", "ax", ".ax", "aXa", "ag", "\xffz.log", "k", "apple"}
	i := op.Param(f.Glob)
	if i < 0 || f.Glob == "" || args[i] == nil {
		return names[r.IntN(len(names))], true
	}
	glob, err := capability.ParseGlob(capability.TextOf(args[i]))
	if err != nil {
		return "", false
	}
	var match []string
	for _, name := range names {
		if glob.Match(name) {
			match = append(match, name)
		}
	}
	if len(match) == 0 {
		return "", false
	}
	return match[r.IntN(len(match))], true
}
