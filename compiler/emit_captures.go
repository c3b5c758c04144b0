package compiler

import (
	"rex/bytecode"
	"rex/capability"
)

// captureInto makes a record of each match's groups.
func (w *writer) captureInto(x *Capture, dst reg) {
	found := w.val(x.Call)
	t := x.typ.Final()
	if t.Kind == capability.KindList {
		list := w.newList(t)
		w.walkReg(found, wanted{}, ready{}, func(it item) {
			r := w.matchRecord(it.val, t.Elem, x.Groups)
			w.pushTo(list, r, t.Elem)
			w.free(r)
		})
		w.move(dst, list)
		w.freeAll([]reg{list, found})
		return
	}
	none, end := newLabel(), newLabel()
	w.jump(bytecode.JNIL, found, reg{}, none)
	groups := w.alloc(w.regType(found).Elem)
	w.openInto(found, groups)
	r := w.matchRecord(groups, t.Elem, x.Groups)
	w.move(dst, r)
	w.jump(bytecode.JMP, reg{}, reg{}, end)
	w.bind(none)
	w.ins(bytecode.KNIL, dst, reg{}, reg{}, 0)
	w.bind(end)
	w.freeAll([]reg{r, groups, found})
}

// matchRecord makes the record of one match from the list of its groups.
func (w *writer) matchRecord(list reg, t *capability.Type, groups []group) reg {
	r := w.alloc(t)
	w.ins(bytecode.REC, r, reg{}, reg{}, w.types.Add(t))
	for _, f := range t.Fields {
		i, text := w.alloc(capability.Int), w.alloc(w.regType(list).Elem)
		w.intConst(groupNumber(groups, f.Name), i)
		w.ins(bytecode.ATR, text, list, i, 0)
		v := text
		if f.Type.Kind != capability.KindOptional {
			v = w.alloc(f.Type)
			w.openInto(text, v)
		}
		w.setField(r, t, f.Name, v)
		if v != text {
			w.free(v)
		}
		w.freeAll([]reg{i, text})
	}
	return r
}
