package policy

import "rex/capability"

// Denied is the refusal of one call. A script can catch it and go on; it
// can't hide it: the gate keeps it for the result.
type Denied struct {
	Op       string
	Action   string   // the Cedar action that was refused, in Cedar's spelling
	Resource string   // the Cedar entity it was refused for, in Cedar's spelling
	Name     string   // the resource as the script wrote it
	Policies []string // ids of the policies that decided, sorted; empty: no policy permits
	Errors   []string // ids of the policies that could not be evaluated, sorted
	Suggest  string   // the smallest permit that would allow it, as Cedar text; "" after a forbid
	Why      string   // one sentence for people
	Site     capability.Site
	Position capability.Position
}

func (d *Denied) Error() string { return d.Why }

// Fault is the denial as the error a script catches.
func (d *Denied) Fault() *capability.Error {
	return &capability.Error{
		Why: capability.Denied, Message: d.Why, Op: d.Op, Action: d.Action, Resource: d.Name,
		Policies: d.Policies, Suggest: d.Suggest,
	}
}

// Stop ends a run whatever the script does: the record can't be written, or a
// call lay outside the report.
type Stop struct {
	Reason string
	Err    error
}

func (s *Stop) Error() string {
	if s.Err != nil {
		return s.Reason + ": " + s.Err.Error()
	}
	return s.Reason
}

func (s *Stop) Unwrap() error { return s.Err }
