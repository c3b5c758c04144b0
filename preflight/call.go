package preflight

import (
	"slices"

	"rex/bytecode"
	"rex/capability"
)

// arguments gives the values of a call's arguments as the callee's parameters
// have them; ok is false when one has none yet.
func (a *analysis) arguments(params []*capability.Type) (args []*value, ok bool) {
	c := a.s.calls[a.pc]
	args = make([]*value, len(c.args))
	for i, r := range c.args {
		if args[i] = fit(a.regs[r], a.s.types[r], params[i]); args[i] == nil {
			return nil, false
		}
	}
	return args, true
}

func (a *analysis) callFunction(in *bytecode.Instr) bool {
	args, ok := a.arguments(a.m.Funcs[in.Imm].Params)
	if !ok {
		return false
	}
	callee := a.callee(int(in.Imm), false)
	a.invoke(callee, args)
	a.raise(callee.raised)
	if !callee.returns {
		return false
	}
	return a.putResult(in, callee.result)
}

// callValue calls what a function value may be.
func (a *analysis) callValue(in *bytecode.Instr) bool {
	f, t := a.regs[a.reference(in.C)], a.s.f.R[in.C]
	args, ok := a.arguments(t.Params)
	if !ok || f == nil {
		return false
	}
	kinds := capability.NoKinds
	if f.null {
		kinds = capability.Kinds(capability.Absent)
		a.cur.edges.mayZero[a.curBlock] = true
	}
	var result *value
	returns := false
	a.each(f, func(o *object) {
		if o.fn < 0 {
			return
		}
		all := append(slices.Clone(o.slots), args...)
		if slices.Contains(all, nil) {
			return
		}
		callee := a.callee(o.fn, len(f.refs) > maxTargets)
		a.invoke(callee, all)
		kinds |= callee.raised
		if callee.returns {
			result, returns = a.join(result, callee.result), true
		}
	})
	a.raise(kinds)
	if !returns {
		return false
	}
	return a.putResult(in, result)
}

// callee is the instance that a call at the present instruction goes to.
func (a *analysis) callee(fn int, shared bool) *instance {
	c := context{fn: int32(fn), shared: shared, last: [2]callSite{noSite, noSite}}
	if !shared {
		c.last = [2]callSite{{int32(a.cur.fn), int32(a.pc)}, a.cur.context.last[0]}
	}
	return a.instance(c)
}

// invoke brings arguments to a callee and remembers who called.
func (a *analysis) invoke(callee *instance, args []*value) {
	p := place{int32(a.cur.id), int32(a.curBlock)}
	if _, known := callee.callers[p]; !known {
		callee.callers[p] = struct{}{}
		callee.order = append(callee.order, p)
		a.cur.edges.callees[a.curBlock] = append(a.cur.edges.callees[a.curBlock], callee)
	}
	a.steps += 1 + len(args)
	a.enter(callee, args)
}

func (a *analysis) putResult(in *bytecode.Instr, v *value) bool {
	file := a.s.resultFile(a.pc)
	if file == capability.FileNone {
		return true
	}
	r := a.s.reg(file, int(in.A))
	return a.put(r, fit(v, a.s.calls[a.pc].result, a.s.types[r]))
}

// ret leaves the function.
func (a *analysis) ret(in *bytecode.Instr) bool {
	cur := a.cur
	grown := !cur.returns
	if o := bytecode.Rows[in.Op].A; o.File() != capability.FileNone {
		r := a.operand(o, in.A)
		v := fit(a.regs[r], a.s.types[r], a.s.f.Result)
		if v == nil {
			return false
		}
		if next := a.join(cur.result, v); next != cur.result {
			if cur.results++; cur.results > growResult {
				next = a.widen(next, 1+cur.results/(2*growResult))
			}
			cur.result, grown = next, true
		}
	}
	cur.returns = true
	cur.edges.returns[a.curBlock] = true
	if grown {
		for p := range cur.callers {
			a.enqueue(p)
		}
	}
	return false
}

// raiseError raises an error value.
func (a *analysis) raiseError(in *bytecode.Instr) bool {
	v := a.regs[a.reference(in.A)]
	if v == nil {
		return false
	}
	kinds := v.kinds
	if v.null {
		kinds |= capability.Kinds(capability.Absent)
	}
	a.raise(kinds)
	return false
}
