package preflight

import (
	"slices"

	"rex/bytecode"
	"rex/capability"
)

// coarse is the report when the budget is spent: one pass over the code, no
// order, no fixed point. Every host call of every function may be reached, any
// number of times. A register that only constants and path templates ever
// write holds one of those or its zero; of any other nothing is known.
// Nothing of the unfinished analysis is used.
func (a *analysis) coarse() []capability.Touch {
	var out []capability.Touch
	for fn := range a.shapes {
		s := a.shapes[fn]
		a.cur, a.s = nil, s
		var regs []*value
		for pc, in := range s.f.Instrs() {
			if in.Op != bytecode.HOST {
				continue
			}
			if regs == nil {
				regs = a.flatRegisters(s)
			}
			out = append(out, a.coarseTouch(fn, pc, regs))
		}
	}
	return out
}

func (a *analysis) coarseTouch(fn, pc int, regs []*value) capability.Touch {
	site := capability.Site{Func: fn, PC: pc}
	op := capability.Numbered(uint16(a.s.f.Code[pc].Imm))
	row := make([]capability.Abstract, len(op.Params))
	for i, src := range a.s.calls[pc].HostArgs(op) {
		t := op.Params[i].Type
		switch {
		case src.Const >= 0:
			row[i] = a.abstract(constantValue(&a.m.Consts[src.Const]), t, 0)
		case regs[a.s.reg(src.Reg.File, src.Reg.N)] != nil:
			row[i] = a.abstract(withoutUnset(regs[a.s.reg(src.Reg.File, src.Reg.N)], t), t, 0)
		default:
			row[i] = capability.Abstract{Any: true, Why: "the analysis spent its budget"}
		}
	}
	return capability.Touch{
		Site: site, Op: op, Pos: a.v.Position(site), Join: row, Rows: [][]capability.Abstract{row}, Loop: true,
	}
}

// flatRegisters is what the registers of a function can hold, whatever the
// order of its instructions; nil where that isn't known.
func (a *analysis) flatRegisters(s *shape) []*value {
	regs := make([]*value, len(s.types))
	lost := make([]bool, len(s.types))
	for r, t := range s.types {
		regs[r] = zero(t)
		lost[r] = t.File() == capability.FileRef
	}
	for _, p := range s.f.ParamRegs() {
		lost[s.reg(p.File, p.N)] = true
	}
	for pc := range s.f.Instrs() {
		s.operands(pc, func(r int, write bool) {
			if !write || lost[r] {
				return
			}
			v := a.flatValue(&s.f.Code[pc])
			if lost[r] = v == nil; !lost[r] {
				regs[r] = a.join(regs[r], v)
			}
		})
	}
	for r := range regs {
		if lost[r] {
			regs[r] = nil
		}
	}
	return regs
}

// flatValue is what an instruction writes, whatever the registers hold; nil
// when that isn't known.
func (a *analysis) flatValue(in *bytecode.Instr) *value {
	switch in.Op {
	case bytecode.KINT:
		return intValue(int64(in.Imm))
	case bytecode.KNUM:
		return intValue(int64(a.m.Consts[in.Imm].Bits))
	case bytecode.KTEXT:
		return constantText(&a.m.Consts[in.Imm])
	case bytecode.TEXT:
		t := &a.m.Templates[in.Imm]
		if t.Type.Kind != capability.KindPath || slices.ContainsFunc(t.Pieces, func(p bytecode.TemplatePiece) bool {
			return p.Hole != nil && p.Hole.Kind == capability.KindPath
		}) {
			return nil
		}
		parts := make([]texts, len(t.Pieces))
		for i, p := range t.Pieces {
			switch {
			case p.Hole == nil:
				parts[i] = constants(p.Literal)
			case wholeComponent(t, i):
				parts[i] = texts{component}
			default:
				parts[i] = texts{star}
			}
			if emptyNamesRoot(t, i) {
				parts[i] = texts{component, {}}
			}
		}
		out, _ := cleanTexts(a.product(parts...))
		for i, p := range out {
			if p.IsConstant() {
				out[i] = stemOf(p.Constant())
			}
		}
		return textValue(out)
	}
	return nil
}
