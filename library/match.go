package library

import "rex/capability"

// The type variables of signatures. T and U are any type; the others are held
// to what the function does with the value.
//
//	E  what == compares: no functions, no streams
//	C  what < compares: numbers and texts but bytes, cidr and regex
//	N  what + adds up: int, float, size, duration
//	K  what can be the key of a map: text but bytes, or an int
//	R  any record
const variables = "TUECNKR"

// Vars is what the variables of a row stand for in one call.
type Vars map[byte]*capability.Type

// Match holds the types of the arguments of a call, one for each parameter,
// against the row. A nil type is not known (a closure whose type depends on
// the answer, an optional parameter that is left out) and matches anything.
// The result is None when the row gives nothing, and nil when it depends on a
// variable that the arguments leave open.
func (r *Row) Match(args []*capability.Type) (result *capability.Type, vars Vars, ok bool) {
	if len(args) != len(r.Params) {
		return nil, nil, false
	}
	for i, t := range args {
		if t != nil && !r.Params[i].Shape.accept(t, &vars, true) {
			return nil, vars, false
		}
	}
	if r.Result == nil {
		return capability.None, vars, true
	}
	return r.Result.Type(vars), vars, true
}

// Type is the type a shape stands for, nil when a variable in it is open.
func (s *Shape) Type(vars Vars) *capability.Type {
	if s.fixed != nil {
		return s.fixed
	}
	return s.build(vars)
}

// accept reports whether a value of type t can stand where s is wanted, and
// binds the variables that occur for the first time. At the outside (loose) t
// need only fit; inside a container it must be the same type.
func (s *Shape) accept(t *capability.Type, vars *Vars, loose bool) bool {
	switch {
	case s.fixed != nil:
		return t.Equal(s.fixed) || loose && t.Fits(s.fixed)
	case s.Var != 0:
		return s.bind(t, vars, loose)
	case s.Kind == capability.KindOptional && t.Kind != capability.KindOptional:
		return loose && s.Elem.accept(t, vars, true)
	case s.Kind != t.Kind:
		return false
	}
	switch s.Kind {
	case capability.KindOptional:
		return s.Elem.accept(t.Elem, vars, loose)
	case capability.KindList, capability.KindMap:
		return s.Elem.accept(t.Elem, vars, false)
	case capability.KindRecord:
		return s.acceptFields(t, vars)
	case capability.KindFunc:
		return s.acceptFunc(t, vars)
	}
	return false
}

func (s *Shape) acceptFields(t *capability.Type, vars *Vars) bool {
	if len(s.Fields) != len(t.Fields) {
		return false
	}
	for _, f := range s.Fields {
		i := t.FieldIndex(f.Name)
		if i < 0 || !f.Shape.accept(t.Fields[i].Type, vars, false) {
			return false
		}
	}
	return true
}

// acceptFunc also takes a function that gives something where nothing is wanted.
func (s *Shape) acceptFunc(t *capability.Type, vars *Vars) bool {
	if len(s.Params) != len(t.Params) {
		return false
	}
	for i, p := range s.Params {
		if !p.accept(t.Params[i], vars, false) {
			return false
		}
	}
	return s.Result == nil || s.Result.accept(t.Result, vars, true)
}

func (s *Shape) bind(t *capability.Type, vars *Vars, loose bool) bool {
	if bound := (*vars)[s.Var]; bound != nil {
		return t.Equal(bound) || loose && t.Fits(bound)
	}
	if !allowed(s.Var, t) {
		return false
	}
	if *vars == nil {
		*vars = Vars{}
	}
	(*vars)[s.Var] = t
	return true
}

// allowed reports whether a variable can stand for a type.
func allowed(v byte, t *capability.Type) bool {
	switch v {
	case 'E':
		return t.FitsAny()
	case 'C':
		return Comparable(t.Kind)
	case 'N':
		return t.Kind >= capability.KindInt && t.Kind <= capability.KindSize
	case 'K':
		switch t.Kind {
		case capability.KindInt, capability.KindString, capability.KindWord, capability.KindPath, capability.KindURL, capability.KindIP:
			return true
		}
		return false
	case 'R':
		return t.Kind == capability.KindRecord
	}
	return t.Kind != capability.KindNone
}

// build makes the type of a shape; nil when a variable is open.
func (s *Shape) build(vars Vars) *capability.Type {
	if s.Var != 0 {
		return vars[s.Var]
	}
	switch s.Kind {
	case capability.KindWord:
		return capability.WordOf(s.Words...)
	case capability.KindList, capability.KindMap, capability.KindOptional:
		elem := s.Elem.Type(vars)
		switch {
		case elem == nil:
			return nil
		case s.Kind == capability.KindList:
			return capability.ListOf(elem)
		case s.Kind == capability.KindMap:
			return capability.MapOf(elem)
		}
		return capability.OptionalOf(elem)
	case capability.KindRecord:
		return s.buildRecord(vars)
	case capability.KindFunc:
		return s.buildFunc(vars)
	}
	return capability.Simple(s.Kind)
}

func (s *Shape) buildRecord(vars Vars) *capability.Type {
	fields := make([]capability.Field, len(s.Fields))
	for i, f := range s.Fields {
		t := f.Shape.Type(vars)
		if t == nil {
			return nil
		}
		fields[i] = capability.Field{Name: f.Name, Type: t}
	}
	return capability.RecordOf(fields...)
}

func (s *Shape) buildFunc(vars Vars) *capability.Type {
	params := make([]*capability.Type, len(s.Params))
	for i, p := range s.Params {
		if params[i] = p.Type(vars); params[i] == nil {
			return nil
		}
	}
	result := capability.None
	if s.Result != nil {
		if result = s.Result.Type(vars); result == nil {
			return nil
		}
	}
	return capability.FuncOf(params, result)
}
