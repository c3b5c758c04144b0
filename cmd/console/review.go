package console

import (
	"rex/capability"
	"rex/policy"
)

// Review is a report together with what its reader wants to know of it.
type Review struct {
	Report    *capability.Report
	Sets      policy.Sets
	Judge     bool // false: no policy was named, so there are touches without verdicts
	Strict    bool
	Principal policy.Principal
	Known     policy.Known
}

// Judged is a touch with its verdict; Verdict is nil when nothing was judged.
type Judged struct {
	Touch   *capability.Touch
	Verdict *policy.Verdict
}

// Judge holds every touch of a report that asks something against policies.
// Ambient operations, which ask nothing, are left out.
func Judge(r *capability.Report, sets policy.Sets, p policy.Principal, known policy.Known) []Judged {
	var out []Judged
	for i := range r.Touches {
		t := &r.Touches[i]
		if len(t.Op.Asks) == 0 {
			continue
		}
		v := policy.Judge(t, r.Params, sets, p, known)
		out = append(out, Judged{t, &v})
	}
	return out
}

// judged gives the touches to show: unknown resources first, because they are
// what a reviewer must look at, then in the order of the source.
func (v *Review) judged() []Judged {
	var all []Judged
	if v.Judge {
		all = Judge(v.Report, v.Sets, v.Principal, v.Known)
	} else {
		for i := range v.Report.Touches {
			if t := &v.Report.Touches[i]; len(t.Op.Asks) > 0 {
				all = append(all, Judged{Touch: t})
			}
		}
	}
	var unknown, known []Judged
	for _, j := range all {
		if hasUnknown(j.Touch) {
			unknown = append(unknown, j)
		} else {
			known = append(known, j)
		}
	}
	return append(unknown, known...)
}

// hasUnknown reports whether nothing is known of some resource of a touch.
func hasUnknown(t *capability.Touch) bool {
	for _, a := range t.Op.Asks {
		i := t.Op.Param(a.Param)
		if i < 0 {
			continue
		}
		for _, row := range t.Rows {
			if isUnknown(row[i]) {
				return true
			}
		}
	}
	return false
}

func isUnknown(a capability.Abstract) bool {
	if a.Any {
		return true
	}
	for _, p := range a.Texts {
		if len(p) == 1 && p[0].Kind == capability.PieceAny {
			return true
		}
	}
	return false
}

// ShowReport writes a review in the format that was asked for and gives its
// exit status.
func ShowReport(c *IO, v Review, format *Format) Status {
	touches := v.judged()
	var err error
	if format.Is("json") {
		err = writeReportJSON(c.Out, &v, touches)
	} else {
		writeReportText(c.Out, &v, touches, c.Colour)
	}
	if err != nil {
		c.Errorf("%s", err)
		return Internal
	}
	denied, depends := count(touches)
	switch {
	case denied > 0:
		return Refused
	case v.Strict && depends > 0:
		return Reserved
	}
	return Done
}

func count(touches []Judged) (denied, depends int) {
	for _, j := range touches {
		switch {
		case j.Verdict == nil:
		case j.Verdict.Denied():
			denied++
		case j.Verdict.Depends():
			depends++
		}
	}
	return denied, depends
}
