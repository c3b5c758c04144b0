package bytecode

import (
	"rex/capability"
	"rex/library"
)

// libraryRow is the library function with this number, nil when there is none
// that bytecode may call.
func libraryRow(n uint16) *library.Row {
	if row := library.Numbered(n); row != nil && row.Run != nil && !row.Expand {
		return row
	}
	return nil
}

// LibArgs gives the registers of a library call's arguments. The file of each
// is that of the row's parameter, or, where that is a type variable, of what
// an argument before it binds to the variable. No row leaves it open.
func (f *Func) LibArgs(c *Call) (regs []Reg, ok bool) {
	row := libraryRow(uint16(c.Imm))
	if row == nil || len(c.Args) != len(row.Params) {
		return nil, false
	}
	vars := library.Vars{}
	for i, n := range c.Args {
		shape := row.Params[i].Shape
		file := shape.Kind.File()
		if shape.Var != 0 {
			t := vars[shape.Var]
			if t == nil {
				return nil, false
			}
			file = t.File()
		}
		reg := Reg{file, int(n)}
		regs = append(regs, reg)
		if t := f.RegType(reg); t != nil {
			bindVars(shape, t, vars)
		}
	}
	return regs, true
}

// bindVars notes what the variables of a shape stand for in a type.
func bindVars(s *library.Shape, t *capability.Type, vars library.Vars) {
	switch {
	case s == nil || t == nil:
	case s.Var != 0:
		if vars[s.Var] == nil {
			vars[s.Var] = t
		}
	case s.Kind == capability.KindOptional && t.Kind != capability.KindOptional:
		bindVars(s.Elem, t, vars)
	case s.Kind == t.Kind:
		bindVars(s.Elem, t.Elem, vars)
		bindVars(s.Result, t.Result, vars)
		for i := range min(len(s.Params), len(t.Params)) {
			bindVars(s.Params[i], t.Params[i], vars)
		}
		for _, field := range s.Fields {
			if i := t.FieldIndex(field.Name); i >= 0 {
				bindVars(field.Shape, t.Fields[i].Type, vars)
			}
		}
	}
}
