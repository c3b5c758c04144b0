package bytecode

import (
	"iter"
	"sort"

	"rex/capability"
)

// Helpers for everyone who reads code. On code that is not verified they stay
// within bounds but may give nonsense.

// Reg is one register of a function.
type Reg struct {
	File capability.File
	N    int
}

// KArg is one constant argument of a host call.
type KArg struct {
	Param int // of the operation
	Const int // in the constant pool
}

// Call is one instruction with the words behind it.
type Call struct {
	Instr
	PC     int
	Next   int     // where the instruction behind it starts
	Args   []uint8 // registers from the ARG words; the file of each follows from the callee
	Consts []KArg  // from the KARG words
}

// HostArg is the source of one argument of a host call: a register, or a
// constant when Const is not negative.
type HostArg struct {
	Reg   Reg
	Const int
}

// isWord reports whether an opcode only stands behind a call.
func (o Opcode) isWord() bool { return o == ARG || o == KARG }

// hasArgs reports whether ARG words follow an opcode, counted by operand B.
func (o Opcode) hasArgs() bool { return o < OpcodeCount && Rows[o].B == Count }

// Jumps reports whether the opcode can go elsewhere than to the next
// instruction, Falls whether it can go to the next one.
func (o Opcode) Jumps() bool { return o < OpcodeCount && Rows[o].Imm == Jump }

// Falls reports whether the next instruction can follow this one.
func (o Opcode) Falls() bool {
	switch o {
	case TRAP, JMP, LOOP, RETS, RETT, RETR, RETN, RAISE:
		return false
	}
	return true
}

// Target is where a jump at pc goes.
func (i Instr) Target(pc int) int { return pc + 1 + int(i.Imm) }

// TypeIndex is the operand made of B and C in JIS and JISNT.
func (i Instr) TypeIndex() int { return int(i.B) | int(i.C)<<8 }

// Next is where the instruction behind the one at pc starts.
func (f *Func) Next(pc int) int {
	for pc++; pc < len(f.Code) && f.Code[pc].Op.isWord(); pc++ {
	}
	return pc
}

// Instrs goes through the instructions and leaves out the words behind calls.
func (f *Func) Instrs() iter.Seq2[int, Instr] {
	return func(yield func(int, Instr) bool) {
		for pc := 0; pc < len(f.Code); pc = f.Next(pc) {
			if !yield(pc, f.Code[pc]) {
				return
			}
		}
	}
}

// Call reads the instruction at pc with its arguments.
func (f *Func) Call(pc int) Call {
	c := Call{Instr: f.Code[pc], PC: pc, Next: f.Next(pc)}
	words := f.Code[pc+1 : c.Next]
	if c.Op.hasArgs() && c.B > 0 {
		c.Args = make([]uint8, 0, c.B)
	}
	for _, w := range words {
		if w.Op == KARG {
			c.Consts = append(c.Consts, KArg{int(w.A), int(w.Imm)})
			continue
		}
		for n := 0; n < ArgsPerWord && len(c.Args) < cap(c.Args); n++ {
			c.Args = append(c.Args, w.Arg(n))
		}
	}
	return c
}

// HostArgs gives the source of each parameter of op for a host call, in the
// order of the parameters.
func (c *Call) HostArgs(op *capability.Op) []HostArg {
	out := make([]HostArg, len(op.Params))
	regs, consts := c.Args, c.Consts
	for i := range op.Params {
		p := &op.Params[i]
		switch {
		case p.Const && len(consts) > 0:
			out[i].Const = consts[0].Const
			consts = consts[1:]
		case !p.Const && len(regs) > 0:
			out[i] = HostArg{Reg{p.Type.File(), int(regs[0])}, -1}
			regs = regs[1:]
		default:
			out[i].Const = -1
		}
	}
	return out
}

// Regs is the register table of one file.
func (f *Func) Regs(file capability.File) []*capability.Type {
	switch file {
	case capability.FileScalar:
		return f.S
	case capability.FileText:
		return f.T
	case capability.FileRef:
		return f.R
	}
	return nil
}

// RegType is the type of a register, nil when there is no such register.
func (f *Func) RegType(r Reg) *capability.Type {
	if regs := f.Regs(r.File); r.N >= 0 && r.N < len(regs) {
		return regs[r.N]
	}
	return nil
}

// ParamRegs gives the register in which each parameter arrives, captures included.
func (f *Func) ParamRegs() []Reg { return Places(f.Params) }

// Places numbers values of these types in each register file, in order: it is
// where parameters arrive.
func Places(types []*capability.Type) []Reg {
	out := make([]Reg, len(types))
	var next [4]int
	for i, t := range types {
		file := t.File()
		out[i] = Reg{file, next[file]}
		next[file]++
	}
	return out
}

// LineAt is the source line that holds at pc, nil when none does.
func (f *Func) LineAt(pc int) *Line {
	i := sort.Search(len(f.Lines), func(i int) bool { return int(f.Lines[i].PC) > pc })
	if i == 0 {
		return nil
	}
	return &f.Lines[i-1]
}

// File is the register file an operand names a register of; FileNone for
// those that name none.
func (o Operand) File() capability.File {
	switch o {
	case WriteS, ReadS, MoreS, MoreSS:
		return capability.FileScalar
	case WriteT, ReadT:
		return capability.FileText
	case WriteR, ReadR:
		return capability.FileRef
	}
	return capability.FileNone
}

// Writes reports whether the operand is a register that is written.
func (o Operand) Writes() bool {
	return o == WriteS || o == WriteT || o == WriteR || o == WriteResult
}

// Value is a constant as a value; nil for nil.
func (c Const) Value() capability.Value {
	switch c.Type.File() {
	case capability.FileScalar:
		return capability.BoxScalar(c.Type.Kind, c.Bits)
	case capability.FileText:
		return capability.BoxText(c.Type.Kind, c.Text)
	}
	return nil
}
