package bytecode

import (
	"fmt"

	"rex/capability"
	"rex/library"
)

// The rules of calls: closures, functions, the library, the host.

// ruleClosure: the captures are the function's first parameters, the others
// and the result make the type of the closure.
func ruleClosure(c *check) string {
	f := &c.m.Funcs[c.in.Imm]
	if why := c.pass(f.Params[:f.Captures]); why != "" {
		return why
	}
	rest := f.Params[f.Captures:]
	if !oneOf(c.a, capability.KindFunc) || len(c.a.Params) != len(rest) || !c.same(c.a.Result, f.Result) {
		return fmt.Sprintf("function %d makes no %s", c.in.Imm, c.a)
	}
	for i, p := range rest {
		if !c.same(c.a.Params[i], p) {
			return fmt.Sprintf("function %d makes no %s", c.in.Imm, c.a)
		}
	}
	return ""
}

func ruleCall(c *check) string {
	f := &c.m.Funcs[c.in.Imm]
	if why := c.pass(f.Params); why != "" {
		return why
	}
	return c.result(f.Result)
}

func ruleCallFunc(c *check) string {
	if why := c.want(c.c, "C", capability.KindFunc); why != "" {
		return why
	}
	if why := c.pass(c.c.Params); why != "" {
		return why
	}
	return c.result(c.c.Result)
}

// ruleLib matches the arguments against the library row once, and keeps the
// result's type for the VM, which needs it to make the result.
func ruleLib(c *check) string {
	if c.in.Imm < 0 || c.in.Imm > 0xffff {
		return fmt.Sprintf("%d is no number of a library function", c.in.Imm)
	}
	row := libraryRow(uint16(c.in.Imm))
	if row == nil {
		return fmt.Sprintf("library function %d does not exist here: the module needs a newer rexvm", c.in.Imm)
	}
	if _, why := c.args(len(row.Params)); why != "" {
		return row.Name + ": " + why
	}
	call := c.f.Call(c.pc)
	regs, ok := c.f.LibArgs(&call)
	if !ok {
		return row.Name + " does not take these arguments"
	}
	types := make([]*capability.Type, len(regs))
	for i, r := range regs {
		if types[i] = c.f.RegType(r); types[i] == nil {
			return fmt.Sprintf("there is no register %s", r)
		}
	}
	result, ok := c.match(row, types)
	if !ok {
		return fmt.Sprintf("%s does not take %v", row.Name, types)
	}
	return c.libResult(result)
}

// match holds argument types against a row. A type that fits by becoming
// another representation does not count here: the files of argument and
// parameter are the same already.
func (c *check) match(row *library.Row, types []*capability.Type) (*capability.Type, bool) {
	size := 0
	for _, t := range types {
		size += len(t.Key())
	}
	if !c.work.spend(4 * size) {
		return nil, false
	}
	result, _, ok := row.Match(types)
	return result, ok && result != nil
}

func (c *check) libResult(t *capability.Type) string {
	if t.Kind == capability.KindNone {
		return c.result(capability.None)
	}
	if why := c.result(t); why != "" {
		return why
	}
	if into := c.f.RegType(Reg{t.File(), int(c.in.A)}); into.Equal(t) {
		t = into
	}
	c.results[int32(c.starts[c.fn]+c.pc)] = t
	return ""
}

// ruleHost checks a host call against its row: every parameter is passed
// once, in order; those that must be constant are constants of the module.
func ruleHost(c *check) string {
	op := capability.Numbered(uint16(c.in.Imm))
	c.used[op.Number] = true
	var params []*capability.Type
	for i := range op.Params {
		if p := &op.Params[i]; !p.Const {
			params = append(params, p.Type)
		}
	}
	if why := c.pass(params); why != "" {
		return op.Name + ": " + why
	}
	if why := c.constArgs(op, c.words[len(c.words)-constParams(op):]); why != "" {
		return op.Name + ": " + why
	}
	if why := c.result(op.Result); why != "" {
		return op.Name + ": " + why
	}
	return ""
}

func (c *check) constArgs(op *capability.Op, words []Instr) string {
	for i := range op.Params {
		p := &op.Params[i]
		if !p.Const {
			continue
		}
		w := words[0]
		words = words[1:]
		switch {
		case w.Op != KARG || int(w.A) != i || w.B != 0 || w.C != 0:
			return fmt.Sprintf("here must be the KARG word of parameter %s", p.Name)
		case w.Imm < 0 || int(w.Imm) >= len(c.m.Consts):
			return fmt.Sprintf("constant %d does not exist", w.Imm)
		case !c.constIs(&c.m.Consts[w.Imm], p.Type):
			return fmt.Sprintf("the constant of parameter %s is not a %s", p.Name, p.Type)
		}
	}
	return ""
}

// constIs is constFits, and for a T? also nil or a constant of T.
func (c *check) constIs(k *Const, t *capability.Type) bool {
	if t.Kind == capability.KindOptional {
		return k.Type.Kind == capability.KindNone || c.constFits(k, t.Elem)
	}
	return k.Type.Kind != capability.KindNone && c.constFits(k, t)
}
