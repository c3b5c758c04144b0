package preflight

import (
	"strings"

	"rex/bytecode"
	"rex/capability"
)

// host interprets a host call. An argument that was never set raises before
// anyone is asked.
func (a *analysis) host(in *bytecode.Instr) bool {
	op := capability.Numbered(uint16(in.Imm))
	args, mayZero := a.hostArgs(op, func(r int) *value { return a.regs[r] })
	if args == nil {
		return false
	}
	kinds := op.Kinds | capability.Kinds(capability.Denied)
	if mayZero {
		kinds |= capability.Kinds(capability.Absent)
		a.cur.edges.mayZero[a.curBlock] = true
	}
	for _, v := range args {
		if v.orNone() == nil {
			a.raise(capability.Kinds(capability.Absent))
			return false
		}
	}
	a.raise(kinds)
	return a.putResult(in, a.hostResult(op, args))
}

// hostArgs gives the arguments of the host call at a.pc, by parameter, without
// those that were never set. nil: not all have a value yet.
func (a *analysis) hostArgs(op *capability.Op, reg func(int) *value) (args []*value, mayZero bool) {
	c := a.s.calls[a.pc]
	args = make([]*value, len(op.Params))
	for i, src := range c.HostArgs(op) {
		t := op.Params[i].Type
		if src.Const >= 0 {
			args[i] = constantValue(&a.m.Consts[src.Const])
			continue
		}
		r := a.s.reg(src.Reg.File, src.Reg.N)
		v := fit(reg(r), a.s.types[r], t)
		if v == nil {
			return nil, false
		}
		set := withoutUnset(v, t)
		mayZero = mayZero || set != v
		args[i] = set
	}
	return args, mayZero
}

// withoutUnset leaves out what is no value of a parameter: a path, url or
// reference that was never set.
func withoutUnset(v *value, t *capability.Type) *value {
	out := *v
	switch {
	case t.Kind == capability.KindPath:
		if out.texts = v.texts.withoutZero(); len(out.texts) == len(v.texts) {
			return v
		}
	case t.Kind == capability.KindURL:
		if out.texts = v.texts.without(""); len(out.texts) == len(v.texts) {
			return v
		}
	case t.File() == capability.FileRef && t.Kind != capability.KindOptional && t.Kind != capability.KindAny:
		if !v.null {
			return v
		}
		out.null = false
	default:
		return v
	}
	return &out
}

func constantValue(c *bytecode.Const) *value {
	switch c.Type.File() {
	case capability.FileScalar:
		return intValue(int64(c.Bits))
	case capability.FileText:
		return constantText(c)
	}
	return nilValue
}

// hostResult is what an operation gives: any value of its type, but for what
// the facts of its row say.
func (a *analysis) hostResult(op *capability.Op, args []*value) *value {
	if op.Result.Kind == capability.KindNone {
		return nil
	}
	_, known := a.byKey[objectKey{inst: int32(a.cur.id), pc: int32(a.pc), typ: op.Result.Key()}]
	why := a.because("what " + op.Name + " gives")
	v := a.fresh(a.pc, op.Result, why)
	for i := range op.Facts {
		f := &op.Facts[i]
		record, slot := a.factSlot(v, f)
		if slot == nil {
			if f.At == "" && !f.Elem {
				v = a.factValue(op, f, args, nil)
			}
			continue
		}
		if !known {
			*slot = nil
		}
		a.store(record, slot, a.factValue(op, f, args, record))
	}
	return v
}

// factSlot finds the object and its slot that a fact speaks of, nil when it
// speaks of the result itself.
func (a *analysis) factSlot(v *value, f *capability.Fact) (*object, **value) {
	if len(v.refs) == 0 {
		return nil, nil
	}
	o := a.objects[v.refs[0]]
	if f.Elem {
		if f.At == "" {
			return o, &o.slots[0]
		}
		o, _ = a.part(o, 0, o.typ.Elem) // the one it was made with; others may have been stored
	}
	i := o.typ.FieldIndex(f.At)
	if i < 0 || o.typ.Kind != capability.KindRecord {
		return nil, nil
	}
	return o, &o.slots[i]
}

// factValue is what a fact says.
func (a *analysis) factValue(op *capability.Op, f *capability.Fact, args []*value, record *object) *value {
	var arg *value
	if i := op.Param(f.Arg); i >= 0 {
		arg = args[i]
	}
	names := texts{component}
	if i := op.Param(f.Glob); i >= 0 && f.Glob != "" {
		names = globNames(args[i])
	}
	switch f.Kind {
	case capability.FactChildren:
		return &value{texts: a.below(arg.texts, names), why: arg.why}
	case capability.FactBeneath:
		return &value{texts: a.product(arg.texts, texts{deep}, texts{slash}, names), why: arg.why}
	case capability.FactSame:
		return arg
	case capability.FactSuffix:
		return &value{texts: a.product(arg.texts, constants(f.Text)), why: arg.why}
	case capability.FactUnder:
		return textValue(texts{concat(literal(f.Text+"/"), component)})
	case capability.FactBaseName:
		v := record.slots[record.typ.FieldIndex(f.Of)]
		return &value{texts: a.shown(a.names(v.texts)), why: v.why}
	}
	return nil
}

// globNames are the names that a glob, or none, lets through.
func globNames(v *value) texts {
	if v == nil || v.null && len(v.texts) == 0 || !v.texts.allConstant() {
		return texts{component}
	}
	var out texts
	for _, p := range v.texts {
		out = append(out, globName(p.Constant()))
	}
	if v.null {
		out = append(out, component)
	}
	return out
}

// globName is the last component that a glob lets through: * and ? become a
// hole, what lies between the first and the last bracket or brace too.
func globName(glob string) pattern {
	if strings.Contains(glob, "/") && strings.ContainsAny(glob, "{[") || glob == "" {
		return component
	}
	name := glob[strings.LastIndexByte(glob, '/')+1:]
	if first := strings.IndexAny(name, "[{"); first >= 0 {
		last := max(first, strings.LastIndexAny(name, "]}"))
		name = name[:first] + "*" + name[last+1:]
	}
	var out pattern
	for name != "" {
		i := strings.IndexAny(name, "*?")
		if i < 0 {
			i = len(name)
		}
		out = concat(out, literal(name[:i]))
		if i < len(name) {
			out, i = concat(out, star), i+1
		}
		name = name[i:]
	}
	if len(out) == 1 && out[0].Kind == capability.PieceStar {
		return component
	}
	return out
}
