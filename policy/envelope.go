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
		if !capability.Within(&row[i], v, bound) {
			return false
		}
	}
	return true
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
