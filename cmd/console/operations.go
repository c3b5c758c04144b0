package console

import (
	"fmt"
	"strings"

	"rex/capability"
	"rex/library"
)

// Signature writes an operation the way a script's author reads it.
func Signature(op *capability.Op) string {
	var parts []string
	for _, p := range op.Params {
		parts = append(parts, parameter(p))
	}
	s := op.Name + "(" + strings.Join(parts, ", ") + ")"
	if op.Result.Kind != capability.KindNone {
		s += " -> " + op.Result.String()
	}
	return s
}

func parameter(p capability.OpParam) string {
	typ := p.Type.String()
	switch p.Coerce {
	case capability.CoerceQuote:
		typ = "string or regex"
	case capability.CoerceBytes:
		typ = "string or bytes"
	case capability.CoerceText:
		typ = "anything a hole can hold"
	case capability.CoerceProject:
		typ = "process.Entry or int"
	}
	if p.Rest {
		return "name: value, .."
	}
	s := p.Name + ": " + typ
	if p.Optional {
		s += " = " + defaultText(p)
	}
	return s
}

func defaultText(p capability.OpParam) string {
	switch {
	case p.Default != nil && (p.Type.Kind == capability.KindWord || p.Type.Kind == capability.KindString || p.Type.Kind == capability.KindPath):
		return `"` + capability.Escape(capability.TextOf(p.Default)) + `"`
	case p.Default != nil:
		return library.Text(p.Default)
	case p.Type.Kind == capability.KindList:
		return "[]"
	case p.Type.Kind == capability.KindMap:
		return "{}"
	}
	return "nil"
}

// AskText writes one ask: the Cedar action, what it is put for, and when.
func AskText(a capability.Ask) string {
	s := ActionText(a) + " on " + strings.Join(a.Entity, " or ")
	switch {
	case a.Each != capability.Once:
		s += ", for each " + map[capability.Each]string{
			capability.PerEntry: "entry", capability.PerLevel: "missing folder", capability.PerHop: "redirect",
		}[a.Each]
		if of := a.Param + a.Fixed; of != "" {
			s += " of " + of
		}
	case a.Part == capability.PartFixed:
		s += " " + a.Fixed
	case a.Part == capability.PartAppended:
		s += " " + a.Target()
	case a.Part == capability.PartParent:
		s += " that holds " + a.Param
	default:
		s += " " + a.Param
	}
	if o := a.When.Option; o != "" {
		word := "is"
		if a.When.Not {
			word = "is not"
		}
		s += fmt.Sprintf(", when %s %s %s", o, word, strings.Join(a.When.Values, " or "))
	}
	if a.When.Fact == capability.Missing {
		s += ", when it is missing"
	}
	return s
}

// ActionText is the Cedar action of an ask, in Cedar's spelling.
func ActionText(a capability.Ask) string { return a.Space + `::Action::"` + a.Action + `"` }
