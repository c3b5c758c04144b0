package preflight

import (
	"fmt"
	"strings"

	"rex/bytecode"
	"rex/capability"
)

// host interprets a host call: it notes the arguments, follows the error
// edges, and gives what the row's facts say of the result.
func (w *walker) host(s *state, pc int, c *bytecode.Call) bool {
	op := capability.Numbered(uint16(c.Imm))
	args := make([]value, len(op.Params))
	for i, a := range c.HostArgs(op) {
		if a.Const >= 0 {
			args[i] = constantValue(w.m.Consts[a.Const])
		} else {
			args[i] = s.regs[a.Reg.File][a.Reg.N]
		}
		args[i] = setArgument(args[i], op.Params[i].Type)
		if args[i].empty() {
			w.raise(s, pc, capability.Kinds(capability.Absent))
			return false // a zero argument raises before anyone is asked
		}
	}
	site := capability.Site{Func: w.in.fn, PC: pc}
	if w.calls[site] == nil {
		w.calls[site] = map[int]*hostCall{}
	}
	w.calls[site][w.in.id] = &hostCall{args: args}
	kinds := w.v.Kinds(w.in.f, pc) | capability.Kinds(capability.Absent)
	if len(op.Asks) == 0 {
		kinds &^= capability.Kinds(capability.Denied)
	}
	w.raise(s, pc, kinds)
	if op.Result.Kind != capability.KindNone {
		w.result(s, pc, c, op.Result, w.hostResult(op, args, pc))
	}
	return true
}

// setArgument takes out the zero of a path, url or reference: with it the
// call fails before it is one.
func setArgument(v value, t *capability.Type) value {
	switch t.Kind {
	case capability.KindPath:
		v.texts = v.texts.without(zeroPath)
	case capability.KindURL:
		v.texts = v.texts.without("")
	case capability.KindOptional, capability.KindAny:
	default:
		if t.File() == fileR {
			v.null = false
		}
	}
	return v
}

func constantValue(c bytecode.Const) value {
	switch c.Type.File() {
	case fileS:
		return constantInt(int64(c.Bits))
	case fileT:
		return value{texts: constantText(stemOf(c.Type.Kind, c.Text))}
	}
	return value{null: true}
}

// hostResult is what an operation gives: unknown within its type, but for the
// facts of its row.
func (w *walker) hostResult(op *capability.Op, args []value, pc int) value {
	why := fmt.Sprintf("the result of %s at %s", op.Name, w.where(pc))
	v := w.unknown(op.Result, w.site(pc), why)
	for i := range op.Facts {
		w.applyFact(op, args, v, &op.Facts[i])
	}
	for i := range op.Facts {
		for _, o := range w.factRecords(v, &op.Facts[i]).refs {
			o.told = true
		}
	}
	return v
}

// applyFact replaces what is unknown in a part of the result. The part's
// object was made for this call, so nothing else lies in it.
func (w *walker) applyFact(op *capability.Op, args []value, v value, f *capability.Fact) {
	if f.At == "" {
		return
	}
	for _, o := range w.factRecords(v, f).refs {
		i := o.typ.FieldIndex(f.At)
		if i < 0 {
			continue
		}
		known := w.fact(op, args, o, f)
		if o.slots[i].texts.isAny() && !known.texts.isAny() && !o.told {
			o.slots[i] = value{}
		}
		w.store(o, i, known)
	}
}

// factRecords are the records that a fact is about.
func (w *walker) factRecords(v value, f *capability.Fact) value {
	if f.Elem {
		return w.element(v)
	}
	return v
}

func (w *walker) fact(op *capability.Op, args []value, o *object, f *capability.Fact) value {
	arg := value{}
	if f.Arg != "" {
		arg = args[op.Param(f.Arg)]
	}
	switch f.Kind {
	case capability.FactSame:
		return arg
	case capability.FactChildren:
		return pathsUnder(arg, nameTexts(op, args, f), "")
	case capability.FactBeneath:
		deep := value{texts: arg.texts.without(zeroPath).product(texts{{{Kind: capability.PieceDeep}}}), why: arg.why}
		return pathsUnder(deep, nameTexts(op, args, f), "")
	case capability.FactSuffix:
		return value{texts: arg.texts.product(constantText(f.Text)), why: arg.why}
	case capability.FactUnder:
		return pathsUnder(value{texts: constantText(f.Text)}, texts{{{Kind: capability.PieceComponent}}}, "")
	case capability.FactBaseName:
		if i := o.typ.FieldIndex(f.Of); i >= 0 {
			return shown(o.slots[i])
		}
	}
	return value{texts: anyText}
}

// shown is the last component of paths as a string shows it: a name that
// isn't UTF-8 is written with other bytes, but never with a separator.
func shown(path value) value {
	var out texts
	for _, p := range path.texts {
		base := lastComponent(p)
		if base == nil || !base.IsConstant() {
			if base != nil && base[0].Kind != capability.PieceComponent && headOf(base) != "" {
				out = out.join(texts{base})
				continue
			}
			out = out.join(texts{{{Kind: capability.PieceComponent}}})
			continue
		}
		out = out.join(constantText(capability.ShowPath(base.Constant())))
	}
	return value{texts: out, why: path.why}
}

// nameTexts is what a glob says of names, when it is constant and simple: text
// with stars.
func nameTexts(op *capability.Op, args []value, f *capability.Fact) texts {
	component := texts{{{Kind: capability.PieceComponent}}}
	if f.Glob == "" {
		return component
	}
	globs, ok := args[op.Param(f.Glob)].texts.constants()
	if !ok || len(globs) != 1 || args[op.Param(f.Glob)].null || strings.ContainsAny(globs[0], "/?[{\\") || strings.Contains(globs[0], "**") || globs[0] == "*" {
		return component
	}
	var p capability.Pattern
	for i, part := range strings.Split(globs[0], "*") {
		if i > 0 {
			p = concat(p, capability.Pattern{{Kind: capability.PieceStar}})
		}
		p = concat(p, capability.Constant(part))
	}
	return texts{p}
}
