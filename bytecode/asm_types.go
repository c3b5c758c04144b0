package bytecode

import (
	"strconv"
	"strings"

	"rex/capability"
)

// typeLine declares a type under a label.
func (a *assembler) typeLine() {
	label := a.next()
	a.expect("=")
	kind := a.next()
	name := ""
	if a.accept("named") {
		name = a.next()
	}
	t := a.madeOf(kind)
	if a.err != nil {
		return
	}
	if name != "" {
		t = t.Named(name)
	}
	a.types.List = append(a.types.List, t) // not Add: a test may want one twice
	if a.types.index == nil {
		a.types.index = map[string]int{}
	}
	if _, twice := a.types.index[t.Key()]; !twice {
		a.types.index[t.Key()] = len(a.types.List) - 1
	}
	a.labels[label] = t
}

func (a *assembler) madeOf(kind string) *capability.Type {
	switch kind {
	case "list":
		return capability.ListOf(a.typ())
	case "map":
		return capability.MapOf(a.typ())
	case "stream":
		return capability.StreamOf(a.typ())
	case "iterator":
		return capability.IteratorOf(a.typ())
	case "optional":
		return capability.OptionalOf(a.typ())
	case "record":
		var fields []capability.Field
		for a.more() {
			quoted := a.tokens[0].quoted
			name := a.next()
			if quoted {
				a.expect(":")
			} else {
				name = strings.TrimSuffix(name, ":")
			}
			fields = append(fields, capability.Field{Name: name, Type: a.typ()})
		}
		return capability.RecordOf(fields...)
	case "word":
		var words []string
		for a.more() {
			words = append(words, a.next())
		}
		return capability.WordOf(words...)
	case "fn":
		var params []*capability.Type
		for a.more() && !a.accept("->") {
			params = append(params, a.typ())
		}
		return capability.FuncOf(params, a.typ())
	}
	if t := simpleNamed(kind); t != nil && t.Kind != capability.KindNone {
		return t
	}
	a.fail("%q is no kind of type", kind)
	return capability.None
}

func simpleNamed(word string) *capability.Type {
	for k := capability.KindNone; k.Valid(); k++ {
		if k.String() == word {
			return capability.Simple(k)
		}
	}
	return nil
}

// typ takes a reference to a type.
func (a *assembler) typ() *capability.Type { return a.named(a.next()) }

// named finds a type by its label, or makes and adds one that is not declared.
func (a *assembler) named(label string) *capability.Type {
	if t := a.labels[label]; t != nil {
		return t
	}
	if digits, ok := strings.CutPrefix(label, "#"); ok {
		if n, err := strconv.Atoi(digits); err == nil && n >= 0 && n < len(a.types.List) {
			return a.types.List[n]
		}
	}
	t := implied(label)
	if t == nil {
		a.fail("type %q is not declared", label)
		return capability.None
	}
	a.types.Add(t)
	return t
}

// implied is the type that a label means without a declaration, nil for none.
func implied(label string) *capability.Type {
	if t := simpleNamed(label); t != nil {
		return t
	}
	if rest, ok := strings.CutSuffix(label, "?"); ok && len(label) < 1000 {
		if elem := implied(rest); elem != nil {
			return capability.OptionalOf(elem)
		}
		return nil
	}
	for prefix, makeOf := range map[string]func(*capability.Type) *capability.Type{
		"list[": capability.ListOf, "map[": capability.MapOf, "stream[": capability.StreamOf, "iterator[": capability.IteratorOf,
	} {
		rest, ok := strings.CutPrefix(label, prefix)
		rest, ok2 := strings.CutSuffix(rest, "]")
		if !ok || !ok2 || len(label) > 1000 {
			continue
		}
		if elem := implied(rest); elem != nil {
			return makeOf(elem)
		}
	}
	return tableType(label)
}

// tableType finds a named type in the results of the operations.
func tableType(name string) *capability.Type {
	for _, op := range capability.Table() {
		t := op.Result
		if t.Elem != nil {
			t = t.Elem
		}
		if t.Name == name && name != "" {
			return t
		}
	}
	return nil
}
