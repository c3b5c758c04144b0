package console

import (
	"sort"
	"strings"

	"rex/capability"
	"rex/library"
)

// AbstractText writes what is known of a value for people. Alternatives stand
// between bars; {name} is one component of a path, /** any depth, {param} the
// text of a parameter, {?} anything.
func AbstractText(t *capability.Type, a capability.Abstract, params []capability.Param) string {
	return abstractText(t, a, params, 0)
}

const maxAlternatives = 8

func abstractText(t *capability.Type, a capability.Abstract, params []capability.Param, depth int) string {
	if a.Any || depth > 6 {
		return "{?}"
	}
	var alternatives []string
	for _, p := range a.Texts {
		alternatives = append(alternatives, quoteFor(t, p.Show(params)))
	}
	for _, bits := range a.Ints {
		alternatives = append(alternatives, library.Text(capability.BoxScalar(scalarKind(t), uint64(bits))))
	}
	switch {
	case a.AnyInt:
		alternatives = append(alternatives, "{"+t.String()+"}")
	case a.List:
		alternatives = append(alternatives, listText(t, a, params, depth))
	case a.Fields != nil:
		alternatives = append(alternatives, fieldsText(t, a, params, depth))
	case a.Values != nil:
		alternatives = append(alternatives, "{..}")
	}
	if a.Nil {
		alternatives = append(alternatives, "nil")
	}
	if n := len(alternatives); n > maxAlternatives {
		alternatives = append(alternatives[:maxAlternatives], "..")
	}
	if len(alternatives) == 0 {
		return "{never}"
	}
	return strings.Join(alternatives, " | ")
}

// quoteFor puts strings between quotes; paths and addresses stand bare.
func quoteFor(t *capability.Type, s string) string {
	switch elemKind(t) {
	case capability.KindString, capability.KindWord, capability.KindBytes:
		return `"` + s + `"`
	}
	return s
}

func elemKind(t *capability.Type) capability.Kind {
	if t.Kind == capability.KindOptional {
		return t.Elem.Kind
	}
	return t.Kind
}

func scalarKind(t *capability.Type) capability.Kind { return elemKind(t) }

func listText(t *capability.Type, a capability.Abstract, params []capability.Param, depth int) string {
	elem := capability.Any
	if t.Elem != nil {
		elem = t.Elem
	}
	var parts []string
	for i := range a.Tuple {
		parts = append(parts, abstractText(elem, a.Tuple[i], params, depth+1))
	}
	if a.Rest != nil {
		parts = append(parts, "("+abstractText(elem, *a.Rest, params, depth+1)+")..")
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func fieldsText(t *capability.Type, a capability.Abstract, params []capability.Param, depth int) string {
	names := make([]string, 0, len(a.Fields))
	for n := range a.Fields {
		names = append(names, n)
	}
	sort.Strings(names)
	var parts []string
	for _, n := range names {
		typ := capability.Any
		if i := t.FieldIndex(n); i >= 0 {
			typ = t.Fields[i].Type
		}
		parts = append(parts, n+": "+abstractText(typ, a.Fields[n], params, depth+1))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
