package bytecode

import (
	"fmt"
	"strings"

	"rex/capability"
)

// note is the comment behind an instruction: what its numbers mean. It is
// made for modules that are not verified too, so every index is looked at.
func (d *disassembler) note(f *Func, pc int, in Instr) string {
	if in.Op >= OpcodeCount {
		return "no opcode"
	}
	switch in.Op {
	case CALL, CALLC, CLOSURE, LIB, HOST, TEXT:
		return d.callNote(f, pc)
	case FLDS, FLDT, FLDR:
		return fieldNote(f, in.B, in.C, Rows[in.Op].A.File())
	case SFLDS, SFLDT, SFLDR:
		return fieldNote(f, in.A, in.B, Rows[in.Op].C.File())
	case JIS, JISNT:
		return d.typeNote(in.TypeIndex())
	case KARG:
		return d.constNote(int(in.Imm))
	}
	switch Rows[in.Op].Imm {
	case ConstIndex:
		return d.constNote(int(in.Imm))
	case TypeIndex:
		return d.typeNote(int(in.Imm))
	}
	return ""
}

func (d *disassembler) constNote(i int) string {
	if i < 0 || i >= len(d.m.Consts) {
		return "no constant"
	}
	return constText(d.m.Consts[i])
}

func (d *disassembler) typeNote(i int) string {
	if i < 0 || i >= len(d.m.Types) {
		return "no type"
	}
	return d.m.Types[i].String()
}

// fieldNote names the field of a slot.
func fieldNote(f *Func, record, slot uint8, file capability.File) string {
	t := f.RegType(Reg{capability.FileRef, int(record)})
	if t == nil || t.Kind != capability.KindRecord {
		return "no record"
	}
	for i := range t.Fields {
		if t.Slot(i) == (capability.Slot{File: file, Index: int(slot)}) {
			return "." + t.Fields[i].Name
		}
	}
	return "no field"
}

// callNote writes a call as a script would.
func (d *disassembler) callNote(f *Func, pc int) string {
	call := f.Call(pc)
	n := int(call.Imm)
	switch call.Op {
	case CALL, CLOSURE:
		if n < 0 || n >= len(d.m.Funcs) {
			return "no function"
		}
		callee := &d.m.Funcs[n]
		name := callee.Name
		if call.Op == CLOSURE {
			return "closure " + name + passed(callee.Params[:min(callee.Captures, len(callee.Params))], call.Args)
		}
		return name + passed(callee.Params, call.Args)
	case CALLC:
		if t := f.RegType(Reg{capability.FileRef, int(call.C)}); t != nil {
			return fmt.Sprintf("R%d%s", call.C, passed(t.Params, call.Args))
		}
		return "no function value"
	case TEXT:
		if n < 0 || n >= len(d.m.Templates) {
			return "no template"
		}
		return d.pieces(&d.m.Templates[n])
	case LIB:
		return libNote(f, &call)
	}
	return d.hostNote(&call)
}

// passed writes arguments by the types of their parameters.
func passed(params []*capability.Type, args []uint8) string {
	places := make([]string, 0, len(args))
	for i, r := range args {
		reg := Reg{N: int(r)}
		if i < len(params) {
			reg.File = params[i].File()
		}
		places = append(places, reg.String())
	}
	return "(" + strings.Join(places, ", ") + ")"
}

func libNote(f *Func, call *Call) string {
	row := libraryRow(uint16(call.Imm))
	if row == nil {
		return "no library function"
	}
	name := row.Name
	if row.Module != "" {
		name = row.Module + "." + name
	}
	if regs, ok := f.LibArgs(call); ok {
		name += "(" + joinRegs(regs) + ")"
	}
	return name
}

func joinRegs(regs []Reg) string {
	out := make([]string, len(regs))
	for i, r := range regs {
		out[i] = r.String()
	}
	return strings.Join(out, ", ")
}

func (d *disassembler) hostNote(call *Call) string {
	op := capability.Numbered(uint16(call.Imm))
	if op == nil {
		return "no operation"
	}
	parts := make([]string, len(op.Params))
	for i, a := range call.HostArgs(op) {
		parts[i] = op.Params[i].Name + ": "
		if a.Const >= 0 {
			parts[i] += d.constNote(a.Const)
		} else {
			parts[i] += a.Reg.String()
		}
	}
	return op.Name + "(" + strings.Join(parts, ", ") + ")"
}
