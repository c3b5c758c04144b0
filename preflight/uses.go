package preflight

import (
	"fmt"
	"slices"
	"strings"

	"rex/bytecode"
	"rex/capability"
	"rex/library"
	"rex/policy"
)

// Breach is a touch that no `uses` line of its module covers.
type Breach struct {
	Touch *capability.Touch
	Why   string // one line, in the language's words
}

// Breaches holds a report against the module's `uses` lines. With any such line,
// each operation that is not ambient needs lines that name it, and all its
// resources must match one of their globs; what is not known matches ** alone.
func Breaches(m *bytecode.Module, r *capability.Report) []Breach {
	if len(m.Uses) == 0 {
		return nil
	}
	var out []Breach
	for i := range r.Touches {
		t := &r.Touches[i]
		if why := breach(m.Uses, r, t); why != "" {
			out = append(out, Breach{t, why})
		}
	}
	return out
}

func breach(uses []bytecode.Use, r *capability.Report, t *capability.Touch) string {
	if t.Op.Effect == capability.Ambient {
		return ""
	}
	promised := false
	var globs []string
	for _, u := range uses {
		if u.Op == t.Op.Name {
			promised = true
			globs = append(globs, u.Globs...)
		}
	}
	if !promised {
		return fmt.Sprintf("no `uses` line names `%s`", t.Op.Name)
	}
	for _, row := range t.Rows {
		if hops(t.Op, row) && !slices.Contains(globs, "**") {
			return fmt.Sprintf("where a redirect leads is outside %s", globsShown(t.Op.Name, globs))
		}
		for _, p := range resources(t.Op) {
			if what := uncovered(globs, t.Op.Params[p].Type, &row[p], r.Params); what != "" {
				return fmt.Sprintf("%s is outside %s", what, globsShown(t.Op.Name, globs))
			}
		}
	}
	return ""
}

// resources are the parameters that name what an operation is about. Options,
// such as the folder that a program runs in, are beside it.
func resources(op *capability.Op) []int {
	var out []int
	for _, a := range op.Asks {
		if p := op.Param(a.Param); p >= 0 && !op.Params[p].Optional && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// hops reports whether a call may follow redirects.
func hops(op *capability.Op, row []capability.Abstract) bool {
	for _, a := range op.Asks {
		if p := op.Param(a.When.Option); a.Each == capability.PerHop && p >= 0 {
			return row[p].Any || row[p].AnyInt || slices.ContainsFunc(row[p].Ints, func(n int64) bool { return n != 0 })
		}
	}
	return false
}

// uncovered shows what of a resource no glob covers, "" when all of it is.
func uncovered(globs []string, typ *capability.Type, a *capability.Abstract, params []capability.Param) string {
	if slices.Contains(globs, "**") {
		return ""
	}
	if a.Any || a.Texts == nil {
		return "what is not known here"
	}
	var parsed []*capability.Glob
	for _, text := range globs {
		if g, err := capability.ParseGlob(text); err == nil {
			parsed = append(parsed, g)
		}
	}
	for _, text := range a.Texts {
		if !covers(globs, parsed, typ, text, params) {
			return "`" + text.Show(params) + "`"
		}
	}
	return ""
}

func covers(globs []string, parsed []*capability.Glob, typ *capability.Type, text capability.Pattern, params []capability.Param) bool {
	if typ.Kind != capability.KindURL {
		return policy.Covers(parsed, []capability.Pattern{text}, params)
	}
	if text.IsConstant() {
		return slices.ContainsFunc(globs, func(g string) bool { return library.MatchURLGlob(g, text.Constant()) })
	}
	return len(text) > 0 && text[0].Kind == capability.PieceLiteral &&
		slices.ContainsFunc(globs, func(g string) bool { return coversBelow(g, text[0].Text) })
}

// coversBelow reports whether a glob of the form scheme://host/folder/** covers
// every url that begins so. A url is in canonical form, so what follows leads
// out of no folder; without the slash behind the host it could go on with it.
func coversBelow(glob, begin string) bool {
	folder, all := strings.CutSuffix(glob, "/**")
	return all && strings.Count(folder, "/") >= 2 && !strings.ContainsAny(folder, `*?[]{}\`) && strings.HasPrefix(begin, folder+"/")
}

func globsShown(op string, globs []string) string {
	if len(globs) == 0 {
		return fmt.Sprintf("`uses %s`, which names nothing", op)
	}
	return fmt.Sprintf("`uses %s \"%s\"`", op, strings.Join(globs, `", "`))
}
