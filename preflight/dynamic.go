package preflight

import (
	"rex/bytecode"
	"rex/capability"
	"rex/library"
)

// dynamic interprets the instructions on anys.
func (a *analysis) dynamic(in *bytecode.Instr) bool {
	switch in.Op {
	case bytecode.EQ:
		if a.regs[a.reference(in.B)] == nil || a.regs[a.reference(in.C)] == nil {
			return false
		}
		a.raiseRow()
		return a.put(a.scalar(in.A), anyBool)
	case bytecode.CASTS, bytecode.CASTT, bytecode.CASTR:
		return a.castTo(in)
	case bytecode.PART:
		if a.regs[a.text(in.C)] == nil {
			return false
		}
		return a.partOf(in, true)
	case bytecode.ELEM:
		if a.regs[a.scalar(in.C)] == nil {
			return false
		}
		return a.partOf(in, false)
	}
	return false
}

// partOf is a named part or an element of what an any holds.
func (a *analysis) partOf(in *bytecode.Instr, named bool) bool {
	v := a.regs[a.reference(in.B)]
	if v == nil {
		return false
	}
	a.raiseRow()
	var out *value
	a.each(v, func(o *object) {
		switch o.typ.Kind {
		case capability.KindList:
			if !named {
				out = a.join(out, fit(o.slots[0], o.typ.Elem, capability.Any))
			}
		case capability.KindMap:
			if named {
				out = a.join(out, fit(o.slots[0], o.typ.Elem, capability.Any))
			}
		case capability.KindRecord:
			if named {
				for i, f := range o.typ.Fields {
					out = a.join(out, fit(o.slots[i], f.Type, capability.Any))
				}
			}
		}
	})
	if named && len(v.refs) > 0 {
		out = a.join(out, nilValue)
	}
	if v.open {
		out = a.join(out, simpleUnknown(capability.Any, v.why))
	}
	return a.put(a.reference(in.A), out)
}

// castTo is `as`: the inverse of the JSON encoding.
func (a *analysis) castTo(in *bytecode.Instr) bool {
	v, t := a.regs[a.reference(in.B)], a.m.Types[in.Imm]
	if v == nil {
		return false
	}
	out, fails := a.cast(v, t)
	if fails {
		a.raiseRow()
	}
	to := a.operand(bytecode.Rows[in.Op].A, in.A)
	return a.put(to, fit(out, t, a.s.types[to]))
}

func (a *analysis) cast(v *value, t *capability.Type) (out *value, fails bool) {
	switch t.Kind {
	case capability.KindAny:
		return v, false
	case capability.KindOptional:
		out, fails = a.cast(v, t.Elem)
		if v.null {
			out = a.join(out, nilValue)
		}
		if rest := v.notNull(); rest == nil {
			fails = false
		}
		return out, fails
	}
	fails = v.null || v.open
	if v.open {
		out = a.outsideValue(t, v.why)
	}
	if t.Kind == capability.KindError {
		if v.kinds != 0 {
			out = a.join(out, &value{kinds: v.kinds})
		}
		return out, true
	}
	for _, b := range v.boxes {
		x, may := a.castBox(b, t)
		out, fails = a.join(out, x), fails || may
	}
	if len(v.refs) > 0 {
		x, may := a.castRefs(v, t)
		out, fails = a.join(out, x), fails || may
	}
	return out, fails || v.kinds != 0
}

// castRefs takes containers out of an any. One of the very type is handed on;
// another is copied, and what the copy holds is taken for data from outside.
func (a *analysis) castRefs(v *value, t *capability.Type) (out *value, fails bool) {
	same := &value{}
	a.each(v, func(o *object) {
		if o.isOf(t) {
			same.refs = unionRefs(same.refs, []int32{o.id})
			return
		}
		fails = true
		if o.typ.Kind == t.Kind || o.typ.Kind != capability.KindList && (t.Kind == capability.KindMap || t.Kind == capability.KindRecord) {
			for _, s := range o.slots {
				a.escape(s)
			}
			out = a.join(out, a.outsideValue(t, a.because("data of another type")))
		}
	})
	if len(same.refs) > 0 {
		out = a.join(out, same)
	}
	return out, fails
}

// castBox takes a scalar or text out of an any.
func (a *analysis) castBox(b boxed, t *capability.Type) (out *value, fails bool) {
	switch {
	case t.Kind == b.kind:
		return b.v, false
	case b.kind == capability.KindString:
		return a.castString(b.v, t)
	case t.File() == capability.FileScalar && (b.kind == capability.KindInt || b.kind == capability.KindFloat):
		return simpleUnknown(t, nil), true
	}
	return nil, true
}

// castString reads a text as the JSON encoding has it.
func (a *analysis) castString(v *value, t *capability.Type) (out *value, fails bool) {
	switch t.Kind {
	case capability.KindWord:
		return a.castWord(v, t)
	case capability.KindPath, capability.KindURL, capability.KindIP, capability.KindCIDR, capability.KindRegex:
		for _, p := range v.texts {
			x, may := a.convert(p, t.Kind, v.why)
			out, fails = a.join(out, x), fails || may
		}
		return out, fails
	case capability.KindBytes:
		return &value{texts: anyText, why: v.why}, true
	}
	if t.File() == capability.FileScalar {
		return simpleUnknown(t, nil), true
	}
	return nil, true
}

func (a *analysis) castWord(v *value, t *capability.Type) (out *value, fails bool) {
	for _, p := range v.texts {
		if p.IsConstant() {
			if t.HasWord(p.Constant()) {
				out = a.join(out, textValue(texts{p}))
			} else {
				fails = true
			}
			continue
		}
		fails = true
		out = a.join(out, simpleUnknown(t, v.why))
	}
	return out, fails
}

// convert makes a text of a kind out of a string: constants as the library
// does it, and the text of a path parameter gives the path back.
func (a *analysis) convert(p pattern, k capability.Kind, why *reason) (out *value, fails bool) {
	switch {
	case p.IsConstant():
		s, wrong := library.ConvertText(k, p.Constant())
		if wrong != "" {
			return nil, true
		}
		if k == capability.KindPath {
			return textValue(texts{stemOf(s)}), false
		}
		return textValue(constants(s)), false
	case k == capability.KindPath && len(p) == 1 && p[0].Kind == capability.PieceParam && !p[0].Hole && a.isPathParam(p[0].Param):
		return textValue(texts{{{Kind: capability.PieceStem, Param: p[0].Param}}}), false
	}
	if why == nil {
		why = a.because("a " + k.String() + " made of a computed text")
	}
	return &value{texts: anyText, why: why}, true
}

func (a *analysis) isPathParam(n int) bool {
	t := a.m.Params[n].Type
	return t.Kind == capability.KindPath || t.Kind == capability.KindOptional && t.Elem.Kind == capability.KindPath
}
