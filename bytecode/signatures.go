package bytecode

import (
	"rex/capability"
	"rex/library"
)

// libraryRow is the library function with this number, nil when there is none
// that bytecode may call.
func libraryRow(n uint16) *library.Row { return nil }

func matchRow(r *library.Row, args []*capability.Type) (*capability.Type, bool) { return nil, false }

func checkGlob(g string) string { return "" }

// LibArgs gives the registers of a library call's arguments. The file of each
// follows from the row's parameter, or, where that is a type variable, from
// the argument before it that has the variable. It is not ok when a file
// can't be known.
func LibArgs(f *Func, row *library.Row, args []uint8) ([]Reg, bool) {
	vars := map[byte]*capability.Type{}
	regs := make([]Reg, len(args))
	for i, n := range args {
		shape := row.Params[i].Shape
		file := shape.Kind.File()
		if shape.Var != 0 {
			t := vars[shape.Var]
			if t == nil {
				return regs[:i], false
			}
			file = t.File()
		}
		regs[i] = Reg{file, int(n)}
		if t := f.RegType(regs[i]); t != nil {
			bindVars(shape, t, vars)
		}
	}
	return regs, true
}

// bindVars notes what the variables of a shape stand for in a type.
func bindVars(s *library.Shape, t *capability.Type, vars map[byte]*capability.Type) {
	switch {
	case s == nil || t == nil:
	case s.Var != 0:
		if vars[s.Var] == nil {
			vars[s.Var] = t
		}
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
