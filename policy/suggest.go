package policy

import (
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go/types"

	"rex/capability"
)

// suggest is the smallest permit that would allow a denied touch, as Cedar
// text made by Cedar's own printer. What is unknown is not suggested, nor
// anything where a policy forbids or fails: no permit helps there.
func (j *judge) suggest(v *Verdict, rows []rowVerdict) string {
	if v.Answer != AnswerDenied {
		return ""
	}
	var want wantedPermits
	for _, r := range rows {
		for i := range r.asks {
			a := &r.asks[i]
			if a.answer == AnswerAllowed || !decides(a) {
				continue
			}
			if a.forbid || len(a.errors) > 0 || !want.add(a) {
				return ""
			}
		}
	}
	return want.text(j.who)
}

// wantedPermit is a resource, or a set of them, and the actions wanted there.
type wantedPermit struct {
	typ      types.EntityType
	resource *expr // the one resource, or the folder it lies in (exprIn); nil: any of the type
	cond     *expr
	key      string
	actions  []types.EntityUID
}

type wantedPermits struct{ list []*wantedPermit }

// add reports whether the ask's resource can be said in Cedar.
func (w *wantedPermits) add(a *askVerdict) bool {
	for _, p := range resourceTerms(a.typ, a.resource) {
		if p == nil {
			return false
		}
		if i := slices.IndexFunc(w.list, func(x *wantedPermit) bool { return x.key == p.key }); i >= 0 {
			p = w.list[i]
		} else {
			w.list = append(w.list, p)
		}
		if uid := actionUID(a.ask); !slices.Contains(p.actions, uid) {
			p.actions = append(p.actions, uid)
		}
	}
	return true
}

func (w *wantedPermits) text(principal types.EntityUID) string {
	var out []string
	for _, p := range w.list {
		out = append(out, permitText(principal, p.actions, p.resource, p.typ, p.cond))
	}
	return strings.Join(out, "\n\n")
}

// resourceTerms says in Cedar what a text can name: one resource, or for
// each pattern the folder whose entries it names. A nil says it can't be said.
func resourceTerms(typ types.EntityType, t text) []*wantedPermit {
	if t.isKnown() {
		id := t.s
		if typ == serviceType {
			id, _ = UnitName(id)
		}
		return []*wantedPermit{exactly(typ, id)}
	}
	if len(t.from) == 0 || typ != fileType && typ != dirType {
		return []*wantedPermit{nil}
	}
	var out []*wantedPermit
	for _, p := range t.from {
		out = append(out, patternTerm(typ, p))
	}
	return out
}

func exactly(typ types.EntityType, id string) *wantedPermit {
	uid := types.NewEntityUID(typ, types.String(id))
	return &wantedPermit{typ: typ, key: uid.String(), resource: &expr{kind: exprValue, value: uid}}
}

// patternTerm says a pattern: the entries of a folder whose names begin and
// end so, or all that lies below a folder.
func patternTerm(typ types.EntityType, p capability.Pattern) *wantedPermit {
	if p.IsConstant() {
		return exactly(typ, capability.EntityID(p.Constant()))
	}
	if p[0].Kind != capability.PieceLiteral {
		return nil
	}
	head := p[0].Text
	cut := strings.LastIndexByte(head, '/')
	if cut <= 0 {
		return nil // below the root is everywhere
	}
	dir := types.NewEntityUID(dirType, types.String(capability.EntityID(head[:cut])))
	suffix, direct := "", true
	for i, x := range p[1:] {
		switch {
		case x.Kind == capability.PieceLiteral && i == len(p)-2:
			suffix = x.Text
			direct = direct && !strings.Contains(suffix, "/")
		case x.Kind == capability.PieceLiteral:
			direct = direct && !strings.Contains(x.Text, "/")
		case x.Kind == capability.PieceDeep, x.Kind == capability.PieceAny, x.Kind == capability.PieceStem,
			x.Kind == capability.PieceParam && !x.Hole:
			direct = false
		}
	}
	if !direct {
		return &wantedPermit{typ: typ, key: string(typ) + " in " + dir.String(), resource: &expr{kind: exprIn, value: dir}}
	}
	return &wantedPermit{typ: typ, key: string(typ) + " at " + dir.String() + " " + head[cut+1:] + "*" + suffix, cond: nameCondition(dir, head[cut+1:], suffix)}
}

// nameCondition is: in this folder itself, with a name of this form.
func nameCondition(dir types.EntityUID, prefix, suffix string) *expr {
	resource := &expr{kind: exprVariable, name: "resource"}
	attribute := func(kind exprKind, name string) *expr { return &expr{kind: kind, name: name, args: []*expr{resource}} }
	cond := both(attribute(exprHas, "dir"),
		&expr{kind: exprEqual, args: []*expr{attribute(exprAccess, "dir"), {kind: exprValue, value: types.String(dir.ID)}}})
	if prefix == "" && suffix == "" {
		return cond
	}
	form := types.NewPattern(types.String(capability.EntityID(prefix)), types.Wildcard{}, types.String(capability.EntityID(suffix)))
	return both(cond, both(attribute(exprHas, "name"),
		&expr{kind: exprLike, args: []*expr{attribute(exprAccess, "name")}, like: form, glob: []string{prefix, suffix}}))
}
