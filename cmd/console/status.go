package console

import (
	"slices"
	"strings"
)

// Status is the exit status of both programs.
type Status int

// The exit statuses, DESIGN section 9. When several apply, [First] says which
// one wins.
const (
	Done     Status = 0
	Failed   Status = 1 // the script failed
	Usage    Status = 2
	Refused  Status = 3 // not started, or stopped, by a denial
	BadInput Status = 4 // source, module, policy, arguments; a record that is broken
	Limit    Status = 5
	Reserved Status = 6 // done with reservations
	Wider    Status = 7 // wider than the baseline
	Internal Status = 8 // Rex itself failed
)

// ranks are the statuses from the one that wins over all others on.
var ranks = []Status{Usage, BadInput, Internal, Limit, Refused, Failed, Wider, Reserved, Done}

// First gives the one of two statuses that wins when both apply.
func First(a, b Status) Status {
	if slices.Index(ranks, a) <= slices.Index(ranks, b) {
		return a
	}
	return b
}

// Interrupted and Terminated are the statuses after signals.
const (
	Interrupted Status = 130
	Terminated  Status = 143
)

// Statuses explains every exit status, in order.
var Statuses = []struct {
	Status  Status
	Meaning string
}{
	{Done, "done"},
	{Failed, "the script failed"},
	{Usage, "wrong usage of the command"},
	{Refused, "not started, or stopped, by a denial; report: something is denied"},
	{BadInput, "bad input: source, module, policy or arguments; audit: the record is broken"},
	{Limit, "a limit was reached"},
	{Reserved, "done with reservations: a denial was caught (--denials-ok makes it 0); report --strict: something depends; fmt -l, -d: another layout; audit: a run has no end"},
	{Wider, "wider than the baseline"},
	{Internal, "Rex itself failed: the record can't be written, or an internal error"},
	{Interrupted, "interrupted (SIGINT)"},
	{Terminated, "terminated (SIGTERM)"},
}

// OfRun explains the exit status of a run: what comes first in its row. What
// other commands mean by it stands behind.
func (s Status) OfRun() string {
	for _, x := range Statuses {
		if x.Status == s {
			meaning, _, _ := strings.Cut(x.Meaning, "; ")
			return meaning
		}
	}
	return "unknown"
}
