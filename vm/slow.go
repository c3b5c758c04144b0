package vm

import (
	"math"

	"rex/bytecode"
	"rex/capability"
	"rex/library"
)

// slow does one instruction that the loop leaves to it, or refills the fuel.
// All state is in m before and after. It gives trapNone to go on.
//
//go:noinline
func (m *machine) slow() int {
	if m.fuel < 0 {
		return m.refill() // the jump or call is already done
	}
	m.at = m.pc - 1
	m.native = 0
	in := &m.code[m.at]
	switch in.Op {
	case bytecode.WGETS, bytecode.WGETT, bytecode.WGETR, bytecode.WPUTS, bytecode.WPUTT, bytecode.WPUTR:
		m.wide(in)
	case bytecode.BOXS, bytecode.BOXT, bytecode.OPENS, bytecode.OPENT, bytecode.OPENR:
		return m.box(in)
	case bytecode.SCALE, bytecode.SCALED:
		return m.scale(in)
	case bytecode.TJEQ, bytecode.TJNE, bytecode.TJLT, bytecode.TJLE:
		return m.compareText(in)
	case bytecode.JIS:
		m.jumpIf(in, library.Is(m.Rw[in.A], m.module.Types[in.TypeIndex()]))
	case bytecode.JISNT:
		m.jumpIf(in, !library.Is(m.Rw[in.A], m.module.Types[in.TypeIndex()]))
	case bytecode.ITER:
		return m.iterate(in)
	case bytecode.NEXT:
		return m.next(in)
	case bytecode.ITEMS, bytecode.ITEMT, bytecode.ITEMR, bytecode.POS, bytecode.KEY:
		return m.item(in)
	case bytecode.CAT:
		return m.concat(in)
	case bytecode.TEXT:
		return m.template(in)
	case bytecode.EQ:
		return m.equal(in)
	case bytecode.CASTS, bytecode.CASTT, bytecode.CASTR:
		return m.cast(in)
	case bytecode.PART:
		return m.part(in)
	case bytecode.ELEM:
		return m.element(in)
	case bytecode.LIST, bytecode.REC, bytecode.MAP:
		return m.make(in)
	case bytecode.PUSHS, bytecode.PUSHT, bytecode.PUSHR:
		return m.push(in)
	case bytecode.LEN:
		return m.length(in)
	case bytecode.MATS, bytecode.MATT, bytecode.MATR:
		return m.mapAt(in)
	case bytecode.MPUTS, bytecode.MPUTT, bytecode.MPUTR:
		return m.mapPut(in)
	case bytecode.CLOSURE:
		return m.closure(in)
	case bytecode.CALL, opCall:
		return m.callFunction(in, &m.funcs[in.Imm], nil)
	case bytecode.CALLC, opCallValue:
		return m.callValue(in)
	case bytecode.LIB:
		return m.library(in)
	case bytecode.HOST:
		return m.host(in)
	case bytecode.RETS, opReturn, bytecode.RETT, bytecode.RETR, bytecode.RETN:
		return m.ret(in)
	case bytecode.RAISE:
		return m.raise(in)
	case bytecode.CLOSE:
		m.close(m.Rw[in.A])
	default:
		return m.broken("an instruction that no verified module has")
	}
	return trapNone
}

// jumpIf takes the jump of an instruction.
func (m *machine) jumpIf(in *bytecode.Instr, yes bool) {
	if yes {
		m.pc += int(in.Imm)
	}
}

func (m *machine) wide(in *bytecode.Instr) {
	i := uint32(in.Imm)
	switch in.Op {
	case bytecode.WGETS:
		m.Sw[in.A] = m.S[m.s+i]
	case bytecode.WGETT:
		m.Tw[in.A] = m.T[m.t+i]
	case bytecode.WGETR:
		m.Rw[in.A] = m.R[m.r+i]
	case bytecode.WPUTS:
		m.S[m.s+i] = m.Sw[in.A]
	case bytecode.WPUTT:
		m.T[m.t+i] = m.Tw[in.A]
	case bytecode.WPUTR:
		m.R[m.r+i] = m.Rw[in.A]
	}
}

// boxSize is what a boxed scalar or text takes.
const boxSize = 16

func (m *machine) box(in *bytecode.Instr) int {
	f := &m.funcs[m.fn]
	switch in.Op {
	case bytecode.BOXS:
		if trap := m.take(boxSize); trap != trapNone {
			return trap
		}
		m.Rw[in.A] = capability.BoxScalar(f.S[in.B].Kind, m.Sw[in.B])
		return trapNone
	case bytecode.BOXT:
		if trap := m.take(boxSize); trap != trapNone {
			return trap
		}
		m.Rw[in.A] = capability.BoxText(f.T[in.B].Kind, m.Tw[in.B])
		return trapNone
	}
	v := m.Rw[in.B]
	if v == nil {
		return m.faultf(capability.Absent, "it is nil")
	}
	switch in.Op {
	case bytecode.OPENS:
		m.Sw[in.A] = capability.ScalarBits(v)
	case bytecode.OPENT:
		m.Tw[in.A] = capability.TextOf(v)
	default:
		m.Rw[in.A] = v
	}
	return trapNone
}

// scale multiplies or divides a duration or size by a float, to the nearest
// whole; a half goes away from zero.
func (m *machine) scale(in *bytecode.Instr) int {
	x, y := float64(int64(m.Sw[in.B])), float(m.Sw[in.C])
	if in.Op == bytecode.SCALED {
		if y == 0 {
			return trapZero
		}
		x /= y
	} else {
		x *= y
	}
	x = math.Round(x)
	if !(x >= -(1<<63) && x < 1<<63) {
		return trapOverflow
	}
	m.Sw[in.A] = uint64(int64(x))
	return trapNone
}

func (m *machine) compareText(in *bytecode.Instr) int {
	a, b := m.Tw[in.A], m.Tw[in.B]
	if trap := m.work(min(len(a), len(b))); trap != trapNone {
		return trap
	}
	switch in.Op {
	case bytecode.TJEQ:
		m.jumpIf(in, a == b)
	case bytecode.TJNE:
		m.jumpIf(in, a != b)
	default:
		n := library.CompareText(m.funcs[m.fn].T[in.A].Kind, a, b)
		m.jumpIf(in, n < 0 || n == 0 && in.Op == bytecode.TJLE)
	}
	return trapNone
}

func (m *machine) equal(in *bytecode.Instr) int {
	if trap := m.work(min(len(capability.TextOf(m.Rw[in.B])), len(capability.TextOf(m.Rw[in.C])))); trap != trapNone {
		return trap
	}
	same, err := library.EqualWith(m, m.Rw[in.B], m.Rw[in.C])
	if err != nil {
		return m.failure(err)
	}
	m.Sw[in.A] = 0
	if same {
		m.Sw[in.A] = 1
	}
	return trapNone
}

func (m *machine) cast(in *bytecode.Instr) int {
	v, err := library.CastWith(m, m.Rw[in.B], m.module.Types[in.Imm])
	if err != nil {
		return m.failure(err)
	}
	switch in.Op {
	case bytecode.CASTS:
		m.Sw[in.A] = capability.ScalarBits(v)
	case bytecode.CASTT:
		m.Tw[in.A] = capability.TextOf(v)
	default:
		m.Rw[in.A] = v
	}
	return trapNone
}

func (m *machine) concat(in *bytecode.Instr) int {
	a, b := m.Tw[in.B], m.Tw[in.C]
	switch {
	case b == "":
		m.Tw[in.A] = a
	case a == "":
		m.Tw[in.A] = b
	case len(a)+len(b) < shortText:
		if trap := m.take(int64(len(a) + len(b))); trap != trapNone {
			return trap
		}
		m.Tw[in.A] = a + b
	default:
		return m.join(in, a, b)
	}
	return trapNone
}

// join makes a long text in a buffer with room behind it. When the next one
// is the same text with something more, as in a loop that collects, only that
// is added: what a text ends before can change behind it without anybody
// seeing it. Else a text of n pieces would cost n*n, in time and in fuel.
func (m *machine) join(in *bytecode.Instr, a, b string) int {
	size, copied, room := len(a)+len(b), len(b), 0
	switch {
	case !m.joins(a):
		copied, room = size, size
	case size > m.joined.Cap():
		copied, room = size, size+size/4 // about what append takes
	}
	if trap := m.work(copied); trap != trapNone {
		return trap
	}
	if trap := m.take(int64(room)); trap != trapNone {
		return trap
	}
	if !m.joins(a) { // also when the memory was counted again, which drops the buffer
		m.joined.Reset()
		m.joined.Grow(size)
		m.joined.WriteString(a)
	}
	m.joined.WriteString(b)
	m.Tw[in.A] = m.joined.String()
	return trapNone
}

// joins reports whether a text is what the buffer holds.
func (m *machine) joins(a string) bool { return len(a) == m.joined.Len() && a == m.joined.String() }

// template fills a template's holes from the ARG words behind it.
func (m *machine) template(in *bytecode.Instr) int {
	t := &m.module.Templates[in.Imm]
	f := &m.funcs[m.fn]
	var room [12]library.Piece
	pieces := room[:0]
	size, n := 0, 0
	for i := range t.Pieces {
		p := library.Piece{Text: t.Pieces[i].Literal}
		if hole := t.Pieces[i].Hole; hole != nil {
			reg := m.argument(n)
			n++
			text, err := m.holeText(f, hole, reg)
			if err != nil {
				return m.failure(err)
			}
			p = library.Piece{Text: text, Hole: hole.Kind}
		}
		size += len(p.Text)
		pieces = append(pieces, p)
	}
	if trap := m.work(size); trap != trapNone {
		return trap
	}
	if trap := m.take(int64(size)); trap != trapNone {
		return trap
	}
	text, err := library.Fill(t.Type.Kind, pieces)
	if err != nil {
		return m.failure(err)
	}
	m.Tw[in.A] = text
	m.skipWords()
	return trapNone
}

// holeText is what a register holds, as a hole of a string writes it; a path
// in a string is shown, in a path it keeps its bytes.
func (m *machine) holeText(f *function, t *capability.Type, reg uint8) (string, error) {
	switch t.File() {
	case capability.FileScalar:
		return library.ScalarText(t.Kind, m.Sw[reg]), nil
	case capability.FileText:
		return m.Tw[reg], nil
	}
	return library.TextWith(m, m.Rw[reg])
}

// argument is register n of the ARG words behind the present instruction.
func (m *machine) argument(n int) uint8 {
	return m.code[m.at+1+n/bytecode.ArgsPerWord].Arg(n % bytecode.ArgsPerWord)
}

// skipWords moves on behind the words of the present instruction.
func (m *machine) skipWords() {
	for m.code[m.pc].Op == bytecode.ARG || m.code[m.pc].Op == bytecode.KARG {
		m.pc++
	}
}
