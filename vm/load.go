package vm

import (
	"encoding/binary"

	"rex/bytecode"
	"rex/capability"
)

// What loading writes into the machine's own copy of the code: opcodes that
// stand in no file. A call between functions of scalars is most of what a
// recursive script does, and what the loop needs to know of it is known here.
const (
	opCall      = bytecode.OpcodeCount + iota // CALL of a plain, settled function; C is the number of the caller's scalars
	opReturn                                  // RETS of a plain function
	opCallValue                               // CALLC with at most seven arguments; the immediate is the number of the caller's scalars
)

// littleEndian: the loop reads the registers of an ARG word as bytes, and the
// last four of them are its immediate.
var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// specialize replaces the calls that can be quick, and their returns, and
// numbers the library calls.
func (m *machine) specialize() {
	for i := range m.funcs {
		f := &m.funcs[i]
		f.quick = littleEndian && f.plain && f.s <= bytecode.MaxRegister && settled(m.verified, i)
	}
	libs := 0
	for i := range m.funcs {
		f := &m.funcs[i]
		for pc, in := range f.Instrs() {
			word := &m.code[int(f.start)+pc]
			switch {
			case in.Op == bytecode.RETS && f.plain:
				word.Op = opReturn
			case in.Op == bytecode.CALL && m.funcs[in.Imm].quick && in.B <= bytecode.ArgsPerWord && f.s <= bytecode.MaxRegister:
				word.Op, word.C = opCall, uint8(f.s)
			case in.Op == bytecode.CALLC && littleEndian && in.B <= bytecode.ArgsPerWord:
				word.Op, word.Imm = opCallValue, int32(f.s)
			case in.Op == bytecode.LIB:
				word.Imm = int32(libs)
				libs++
			}
		}
	}
	m.libs = make([]*libCall, libs)
}

// registers is a set of scalar registers.
type registers [4]uint64

func (r *registers) add(n uint8)      { r[n>>6] |= 1 << (n & 63) }
func (r *registers) has(n uint8) bool { return r[n>>6]&(1<<(n&63)) != 0 }

// and gives what is in both sets.
func (r registers) and(o registers) registers {
	return registers{r[0] & o[0], r[1] & o[1], r[2] & o[2], r[3] & o[3]}
}

// maxSettled is the longest function that is looked at: longer ones gain nothing.
const maxSettled = 1 << 14

// settled reports whether a plain function writes every register before it
// reads it, on all ways through it: then a call need not clear them. One pass
// is enough because only LOOP and FORI go backwards, and a function where one
// of them brings less to its target than came there from above is not settled.
// A plain function has no handlers, for it has no register for the error.
func settled(v *bytecode.Verified, fn int) bool {
	f := v.Func(fn)
	if len(f.Code) > maxSettled || len(f.Handlers) > 0 {
		return false
	}
	s := settling{v: v, fn: fn, f: f, reached: true, above: map[int]registers{}, heads: map[int]registers{}}
	for _, reg := range f.ParamRegs() {
		s.now.add(uint8(reg.N))
	}
	for pc, in := range f.Instrs() {
		s.arrive(pc)
		if s.reached && !s.step(pc, in) {
			return false
		}
	}
	return true
}

// settling is the state of one pass: what has been written when control
// comes to the present instruction.
type settling struct {
	v       *bytecode.Verified
	fn      int
	f       *bytecode.Func
	now     registers
	reached bool
	above   map[int]registers // at targets of jumps seen so far: what every one of them brings
	heads   map[int]registers // at every instruction that was reached: what it started from
}

// arrive joins what falls into an instruction with what jumps there.
func (s *settling) arrive(pc int) {
	if jumped, ok := s.above[pc]; ok {
		if s.reached {
			jumped = jumped.and(s.now)
		}
		s.now, s.reached = jumped, true
		delete(s.above, pc)
	}
	if s.reached {
		s.heads[pc] = s.now
	}
}

// step goes over one instruction; false means that it reads what may not have
// been written, or that it is not known what it does.
func (s *settling) step(pc int, in bytecode.Instr) bool {
	if !s.reads(pc, in) {
		return false
	}
	if reg, ok := s.writes(pc, in); ok {
		s.now.add(reg)
	}
	if in.Op.Jumps() && !s.jump(in.Target(pc), pc) {
		return false
	}
	s.reached = in.Op.Falls()
	return true
}

func (s *settling) jump(target, pc int) bool {
	if target > pc {
		if others, ok := s.above[target]; ok {
			s.above[target] = others.and(s.now)
		} else {
			s.above[target] = s.now
		}
		return true
	}
	head, ok := s.heads[target]
	return ok && head == head.and(s.now)
}

// reads reports whether all that an instruction reads has been written.
func (s *settling) reads(pc int, in bytecode.Instr) bool {
	row := &bytecode.Rows[in.Op]
	operands := [3]uint8{in.A, in.B, in.C}
	for i, o := range [3]bytecode.Operand{row.A, row.B, row.C} {
		if o == bytecode.ReadS && !s.now.has(operands[i]) {
			return false
		}
	}
	switch {
	case in.Op == bytecode.WGETS || in.Op == bytecode.WPUTS:
		return false
	case in.Op == bytecode.FORI:
		return s.now.has(in.A)
	case row.Imm == bytecode.MoreS:
		return s.now.has(in.Arg(3))
	case row.Imm == bytecode.MoreSS:
		return s.now.has(in.Arg(3)) && s.now.has(in.Arg(4))
	case row.B == bytecode.Count:
		call := s.f.Call(pc)
		for _, reg := range call.Args {
			if !s.now.has(reg) {
				return false
			}
		}
	}
	return true
}

// writes gives the scalar register that an instruction writes.
func (s *settling) writes(pc int, in bytecode.Instr) (uint8, bool) {
	switch bytecode.Rows[in.Op].A {
	case bytecode.WriteS:
		return in.A, true
	case bytecode.WriteResult:
		return in.A, s.result(pc, in) == capability.FileScalar
	}
	return 0, false
}

// result is the file of what a call gives.
func (s *settling) result(pc int, in bytecode.Instr) capability.File {
	switch in.Op {
	case bytecode.CALL:
		return s.v.Func(int(in.Imm)).Result.File()
	case bytecode.LIB:
		return s.v.LibResult(s.fn, pc).File()
	case bytecode.HOST:
		return capability.Numbered(uint16(in.Imm)).Result.File()
	}
	return capability.FileNone
}
