package policy

import (
	"strconv"

	"rex/capability"
)

// The report is an envelope: every call must lie within what it says of the
// call's site. So a fault of the analysis is a stop that everybody sees, and
// never a hole that nobody does.

// Envelope makes the report that says least: any arguments at these sites. It
// is for who runs a module without an analysis of it.
func Envelope(sites map[capability.Site]*capability.Op) *capability.Report {
	r := &capability.Report{Table: capability.TableHash(), Budget: true}
	for site, op := range sites {
		join := make([]capability.Abstract, len(op.Params))
		for i := range join {
			join[i] = capability.Abstract{Any: true, Why: "the program was not analysed"}
		}
		r.Touches = append(r.Touches, capability.Touch{Site: site, Op: op, Join: join, Rows: [][]capability.Abstract{join}})
	}
	return r
}

// within reports whether a call lies within a touch.
func within(t *capability.Touch, args []capability.Value, bound []string) bool {
	if !rowHolds(t.Op, t.Join, args, bound) {
		return false
	}
	if len(t.Rows) <= 1 {
		return true
	}
	for _, row := range t.Rows {
		if rowHolds(t.Op, row, args, bound) {
			return true
		}
	}
	return false
}

func rowHolds(op *capability.Op, row []capability.Abstract, args []capability.Value, bound []string) bool {
	if len(row) != len(args) || len(args) != len(op.Params) {
		return false
	}
	for i, v := range args {
		if !holds(&row[i], v, bound, 0) {
			return false
		}
	}
	return true
}

// holds reports whether v is one of the values of a.
func holds(a *capability.Abstract, v capability.Value, bound []string, depth int) bool {
	switch {
	case a.Any:
		return true
	case depth > capability.MaxValueDepth:
		return false
	case v == nil:
		return a.Nil
	}
	switch v := v.(type) {
	case *capability.List:
		return listHolds(a, v, bound, depth)
	case *capability.Record:
		for i, f := range v.Type.Fields {
			field := a.Fields[f.Name]
			if !holds(&field, v.Field(i), bound, depth+1) {
				return false
			}
		}
		return true
	case *capability.Map:
		return mapHolds(a, v, bound, depth)
	}
	if v.Kind().File() == capability.FileScalar {
		return a.AnyInt || hasInt(a.Ints, int64(capability.ScalarBits(v)))
	}
	s := capability.TextOf(v)
	if matchesAny(a.Texts, s, bound) {
		return true
	}
	// The root is the one path whose stem is empty.
	return s == "/" && v.Kind() == capability.KindPath && matchesAny(a.Texts, "", bound)
}

func listHolds(a *capability.Abstract, l *capability.List, bound []string, depth int) bool {
	if !a.List || l.Len() < len(a.Tuple) || a.Rest == nil && l.Len() > len(a.Tuple) {
		return false
	}
	for i := range l.Len() {
		element := a.Rest
		if i < len(a.Tuple) {
			element = &a.Tuple[i]
		}
		if !holds(element, l.At(i), bound, depth+1) {
			return false
		}
	}
	return true
}

func mapHolds(a *capability.Abstract, m *capability.Map, bound []string, depth int) bool {
	for i, k := range m.Keys {
		if a.Values == nil || !matchesAny(a.Keys, k, bound) || !holds(a.Values, m.At(i), bound, depth+1) {
			return false
		}
	}
	return true
}

func hasInt(ints []int64, n int64) bool {
	for _, x := range ints {
		if x == n {
			return true
		}
	}
	return false
}

func matchesAny(patterns []capability.Pattern, s string, bound []string) bool {
	for _, p := range patterns {
		if p.IsConstant() {
			if p.Constant() == s {
				return true
			}
		} else if p.Match(s, bound) {
			return true
		}
	}
	return false
}

// boundTexts are the texts of a run's arguments, for the patterns that speak of them.
func boundTexts(args []capability.Value) []string {
	out := make([]string, len(args))
	for i, v := range args {
		switch v := v.(type) {
		case nil:
		case capability.IntValue:
			out[i] = strconv.FormatInt(int64(v), 10)
		default:
			out[i] = capability.TextOf(v)
		}
	}
	return out
}
