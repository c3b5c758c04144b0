package bytecode

import "rex/capability"

// TypeTable collects the types of a module as a writer meets them: each once,
// parts before what is made of them. Its zero value is empty.
type TypeTable struct {
	List  []*capability.Type
	index map[string]int
}

// Add gives the index of a type, adding it and its parts when they are new.
// None has no place among types: its index is -1.
func (t *TypeTable) Add(typ *capability.Type) int {
	if typ.Kind == capability.KindNone {
		return -1
	}
	if i, ok := t.index[typ.Key()]; ok {
		return i
	}
	if typ.Elem != nil {
		t.Add(typ.Elem)
	}
	for _, f := range typ.Fields {
		t.Add(f.Type)
	}
	for _, p := range typ.Params {
		t.Add(p)
	}
	if typ.Result != nil {
		t.Add(typ.Result)
	}
	if t.index == nil {
		t.index = map[string]int{}
	}
	t.index[typ.Key()] = len(t.List)
	t.List = append(t.List, typ)
	return len(t.List) - 1
}
