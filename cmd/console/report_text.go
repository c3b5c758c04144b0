package console

import (
	"fmt"
	"io"
	"strings"

	"rex/capability"
)

// The colours of verdicts; they only repeat the word.
var colours = map[string]string{"allowed": "\x1b[32m", "denied": "\x1b[31m", "depends": "\x1b[33m"}

func writeReportText(w io.Writer, v *Review, touches []Judged, colour bool) {
	fmt.Fprintf(w, "%s: %s\n", Show(v.Report.Source), summary(v, touches))
	if v.Report.Budget {
		fmt.Fprintln(w, "the analysis spent its budget: what follows is true but coarse")
	}
	WriteTouches(w, v.Report, touches, colour)
}

func summary(v *Review, touches []Judged) string {
	s := plural(len(touches), "touch", "touches")
	if !v.Judge {
		return s + ", not held against a policy (--policy names one)"
	}
	denied, depends := count(touches)
	if allowed := len(touches) - denied - depends; allowed > 0 {
		s += fmt.Sprintf(", %d allowed", allowed)
	}
	if denied > 0 {
		s += fmt.Sprintf(", %d denied", denied)
	}
	if depends > 0 {
		s += fmt.Sprintf(", %d depends", depends)
	}
	return s
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// WriteTouches writes each touch as a few lines: verdict, effect, operation
// and resource; where and how often; why.
func WriteTouches(w io.Writer, r *capability.Report, touches []Judged, colour bool) {
	for _, j := range touches {
		t := j.Touch
		word := "touches"
		if j.Verdict != nil {
			word = j.Verdict.Word()
		}
		fmt.Fprintf(w, "\n%s %-7s %s\n", paint(word, colour), t.Op.Effect, Calls(t, r.Params)[0])
		for _, call := range Calls(t, r.Params)[1:] {
			fmt.Fprintf(w, "%16s%s\n", "", call)
		}
		fmt.Fprintf(w, "        %s:%d:%d, %s%s\n", Show(t.Pos.File), t.Pos.Line, t.Pos.Column, occurrence(t), trail(t))
		for _, line := range reasons(j) {
			fmt.Fprintf(w, "        %s\n", line)
		}
	}
}

func paint(word string, colour bool) string {
	padded := fmt.Sprintf("%-7s", word)
	if !colour {
		return padded
	}
	return colours[word] + padded + "\x1b[0m"
}

func occurrence(t *capability.Touch) string {
	var parts []string
	if t.Must {
		parts = append(parts, "every run")
	} else {
		parts = append(parts, "some runs")
	}
	switch {
	case t.Loop:
		parts = append(parts, "in a loop")
	case t.Once:
		parts = append(parts, "once")
	}
	if t.Op.Effect == capability.Execute {
		parts = append(parts, "leaves the analysed world")
	}
	return strings.Join(parts, ", ")
}

func trail(t *capability.Touch) string {
	if len(t.Trail) == 0 {
		return ""
	}
	return ", by " + Show(strings.Join(t.Trail, " > "))
}

func reasons(j Judged) []string {
	var out []string
	for _, why := range unknownReasons(j.Touch) {
		out = append(out, "unknown: "+Show(why))
	}
	v := j.Verdict
	if v == nil {
		return out
	}
	if v.Why != "" {
		out = append(out, Show(v.Why))
	}
	for _, residual := range v.Residual {
		out = append(out, "if "+Show(oneLine(residual)))
	}
	if v.Suggest != "" {
		out = append(out, "this would allow it: "+Show(oneLine(v.Suggest)))
	}
	return out
}

func oneLine(cedar string) string { return strings.Join(strings.Fields(cedar), " ") }

// unknownReasons gives, each once, why resources of a touch are unknown.
func unknownReasons(t *capability.Touch) []string {
	var out []string
	seen := map[string]bool{"": true}
	for _, row := range t.Rows {
		for i := range row {
			if why := row[i].Why; isUnknown(row[i]) && isResource(t.Op, i) && !seen[why] {
				seen[why] = true
				out = append(out, why)
			}
		}
	}
	return out
}

func isResource(op *capability.Op, param int) bool {
	for _, a := range op.Asks {
		if a.Param == op.Params[param].Name {
			return true
		}
	}
	return false
}

// Calls writes a touch's calls, one line for each row of arguments that
// differs: the operation, its resources, and what else decides.
func Calls(t *capability.Touch, params []capability.Param) []string {
	var out []string
	seen := map[string]bool{}
	for _, row := range t.Rows {
		var args []string
		for i := range row {
			if s := shownArgument(t.Op, i, row[i], params); s != "" {
				args = append(args, s)
			}
		}
		line := t.Op.Name
		if len(args) > 0 {
			line += " " + strings.Join(args, " ")
		}
		if !seen[line] {
			seen[line] = true
			out = append(out, line)
		}
	}
	if out == nil {
		out = []string{t.Op.Name}
	}
	return out
}

// shownArgument gives the text of an argument worth showing: a resource, a
// program's arguments, or a constant option that is not the default.
func shownArgument(op *capability.Op, i int, a capability.Abstract, params []capability.Param) string {
	p := op.Params[i]
	switch {
	case isResource(op, i) && p.Name != "cwd":
		return AbstractText(p.Type, a, params)
	case p.Name == "args":
		if a.List && len(a.Tuple) == 0 && a.Rest == nil {
			return ""
		}
		return AbstractText(p.Type, a, params)
	case p.Const && !isDefault(p, a):
		return p.Name + ": " + AbstractText(p.Type, a, params)
	}
	return ""
}

func isDefault(p capability.OpParam, a capability.Abstract) bool {
	if p.Default == nil {
		return a.Nil && len(a.Texts) == 0
	}
	if p.Type.File() == capability.FileScalar {
		return len(a.Ints) == 1 && uint64(a.Ints[0]) == capability.ScalarBits(p.Default)
	}
	return len(a.Texts) == 1 && a.Texts[0].IsConstant() && a.Texts[0].Constant() == capability.TextOf(p.Default)
}
