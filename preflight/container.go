package preflight

import (
	"rex/bytecode"
	"rex/capability"
)

// container interprets the instructions on lists, maps, records, walks and
// anys that don't jump.
func (a *analysis) container(in *bytecode.Instr) bool {
	switch in.Op {
	case bytecode.LIST, bytecode.MAP, bytecode.REC:
		return a.newContainer(in)
	case bytecode.PUSHS, bytecode.PUSHT, bytecode.PUSHR:
		return a.pushOne(in)
	case bytecode.ATS, bytecode.ATT, bytecode.ATR:
		return a.at(in)
	case bytecode.SETS, bytecode.SETT, bytecode.SETR:
		return a.storeAt(in)
	case bytecode.LEN:
		if !a.opens(in.B) {
			return false
		}
		return a.put(a.scalar(in.A), a.length(a.regs[a.reference(in.B)]))
	case bytecode.FLDS, bytecode.FLDT, bytecode.FLDR:
		return a.loadField(in)
	case bytecode.SFLDS, bytecode.SFLDT, bytecode.SFLDR:
		return a.storeField(in)
	case bytecode.MPUTS, bytecode.MPUTT, bytecode.MPUTR:
		return a.putKey(in)
	case bytecode.ITER:
		if !a.opens(in.B) {
			return false
		}
		return a.put(a.reference(in.A), &value{refs: a.regs[a.reference(in.B)].refs})
	case bytecode.ITEMS, bytecode.ITEMT, bytecode.ITEMR, bytecode.POS, bytecode.KEY:
		return a.item(in)
	case bytecode.CLOSURE:
		return a.closure(in)
	}
	return a.dynamic(in)
}

// opens raises absent when a reference may be zero, and says whether it may be
// anything else.
func (a *analysis) opens(reg uint8) bool {
	v := a.regs[a.reference(reg)]
	if v == nil {
		return false
	}
	if v.null {
		a.raise(capability.Kinds(capability.Absent))
	}
	return len(v.refs) > 0
}

// raiseBeyond raises what the row says but absent, which opens has seen to.
func (a *analysis) raiseBeyond() {
	a.raise(a.v.Kinds(a.s.f, a.pc) &^ capability.Kinds(capability.Absent))
}

func (a *analysis) newContainer(in *bytecode.Instr) bool {
	t := a.s.f.R[in.A]
	o, isNew := a.made(a.pc, t)
	if isNew {
		switch in.Op {
		case bytecode.LIST:
			l := a.s.literals.lists[a.pc]
			o.exact = l.exact
			o.tuple = make([]*value, l.length)
		case bytecode.REC:
			unset := a.s.literals.records[a.pc]
			for i, f := range t.Fields {
				if i >= maxFields || unset&(1<<i) != 0 {
					o.slots[i] = zero(f.Type)
				}
			}
		}
	}
	return a.put(a.reference(in.A), ref(o))
}

// source gives the value in a register that an instruction stores into a slot
// of type want.
func (a *analysis) source(o bytecode.Operand, n uint8, want *capability.Type) *value {
	r := a.operand(o, n)
	return fit(a.regs[r], a.s.types[r], want)
}

func (a *analysis) pushOne(in *bytecode.Instr) bool {
	list := a.regs[a.reference(in.A)]
	v := a.source(bytecode.Rows[in.Op].B, in.B, a.s.f.R[in.A].Elem)
	if !a.opens(in.A) || v == nil {
		return false
	}
	place, isLiteral := a.s.literals.pushes[a.pc]
	if !isLiteral {
		a.raiseBeyond()
	}
	a.each(list, func(o *object) {
		if isLiteral && a.madeHere(o, place.site) {
			a.pushAt(o, place.index, v)
		} else {
			a.push(o, v)
		}
	})
	return true
}

// madeHere reports whether the present instance makes an object at a place.
func (a *analysis) madeHere(o *object, pc int) bool {
	id, ok := a.byKey[objectKey{inst: int32(a.cur.id), pc: int32(pc), typ: o.typ.Key()}]
	return ok && id == o.id
}

func (a *analysis) at(in *bytecode.Instr) bool {
	list, index := a.regs[a.reference(in.B)], a.regs[a.scalar(in.C)]
	if !a.opens(in.B) || index == nil {
		return false
	}
	if !a.surelyWithin(list, index) {
		a.raiseBeyond()
	}
	to := a.operand(bytecode.Rows[in.Op].A, in.A)
	return a.put(to, fit(a.elementAt(list, index), a.s.f.R[in.B].Elem, a.s.types[to]))
}

// surelyWithin reports whether all lists have elements at all positions.
func (a *analysis) surelyWithin(list, index *value) bool {
	if index.anyInt {
		return false
	}
	all := true
	a.each(list, func(o *object) {
		for _, n := range index.ints {
			all = all && !o.shifted && n >= 0 && n < int64(len(o.tuple))
		}
	})
	return all
}

func (a *analysis) storeAt(in *bytecode.Instr) bool {
	list, index := a.regs[a.reference(in.A)], a.regs[a.scalar(in.B)]
	v := a.source(bytecode.Rows[in.Op].C, in.C, a.s.f.R[in.A].Elem)
	if !a.opens(in.A) || index == nil || v == nil {
		return false
	}
	a.raiseBeyond()
	a.each(list, func(o *object) { a.setAt(o, v) })
	return true
}

// loadField reads a field, or remembers that it was read.
func (a *analysis) loadField(in *bytecode.Instr) bool {
	record := a.reference(in.B)
	v, number := a.regs[record], a.numbers[record]
	if !a.opens(in.B) {
		return false
	}
	file := bytecode.Rows[in.Op].A.File()
	to := a.operand(bytecode.Rows[in.Op].A, in.A)
	out, t := a.field(v, file, int(in.C))
	if out == nil {
		return false
	}
	v = fit(out, t, a.s.types[to])
	if v != out { // known in another way: it has no number in common with the field
		a.define(to, v)
		return true
	}
	for _, l := range a.loads {
		if l.record == number && l.file == file && l.slot == int(in.C) {
			if l.val == nil {
				return false
			}
			a.touch(to)
			a.regs[to], a.numbers[to], a.dirty = l.val, l.result, true
			return true
		}
	}
	a.define(to, v)
	if l := (load{number, a.numbers[to], file, int(in.C), out}); l.record != l.result && len(a.loads) < maxRemembered {
		a.loads = append(a.loads, l)
	}
	return true
}

// storeField joins into the field of every record it may be. What is
// remembered of that field of any record may no longer hold.
func (a *analysis) storeField(in *bytecode.Instr) bool {
	record := a.regs[a.reference(in.A)]
	file := bytecode.Rows[in.Op].C.File()
	r := a.operand(bytecode.Rows[in.Op].C, in.C)
	field := fieldAt(a.s.f.R[in.A], file, int(in.B))
	v := fit(a.regs[r], a.s.types[r], a.s.f.R[in.A].Fields[field].Type)
	if !a.opens(in.A) || v == nil {
		return false
	}
	a.raiseBeyond()
	a.setField(record, file, int(in.B), v)
	if planted == storesKeepLoads {
		return true
	}
	kept := a.loads[:0]
	for _, l := range a.loads {
		if l.file != file || l.slot != int(in.B) {
			kept = append(kept, l)
		}
	}
	a.loads = kept
	return true
}

func (a *analysis) putKey(in *bytecode.Instr) bool {
	m, key := a.regs[a.reference(in.A)], a.regs[a.text(in.B)]
	v := a.source(bytecode.Rows[in.Op].C, in.C, a.s.f.R[in.A].Elem)
	if !a.opens(in.A) || key == nil || v == nil {
		return false
	}
	a.raiseBeyond()
	a.each(m, func(o *object) {
		a.store(o, &o.keys, key)
		a.push(o, v)
	})
	return true
}

// item gives the present element of a walk, its position or its key.
func (a *analysis) item(in *bytecode.Instr) bool {
	r := a.reference(in.B)
	walk := a.regs[r]
	if walk == nil {
		return false
	}
	// Which element it is, and whether there is one, isn't followed.
	a.raiseRow()
	if len(walk.refs) == 0 {
		return false
	}
	to := a.operand(bytecode.Rows[in.Op].A, in.A)
	switch in.Op {
	case bytecode.POS:
		return a.put(to, anyScalar)
	case bytecode.KEY:
		return a.put(to, a.keysOf(walk))
	}
	return a.put(to, fit(a.element(walk), a.s.types[r].Elem, a.s.types[to]))
}

// closure makes a function value.
func (a *analysis) closure(in *bytecode.Instr) bool {
	c := a.s.calls[a.pc]
	o, _ := a.made(a.pc, a.s.f.R[in.A])
	if o.fn < 0 {
		o.fn, o.slots = int(in.Imm), make([]*value, len(c.args))
	}
	params := a.m.Funcs[in.Imm].Params
	for i, r := range c.args {
		v := fit(a.regs[r], a.s.types[r], params[i])
		if v == nil {
			return false
		}
		a.store(o, &o.slots[i], v)
	}
	return a.put(a.reference(in.A), ref(o))
}
