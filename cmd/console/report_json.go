package console

import (
	"io"

	"rex/capability"
	"rex/policy"
)

// reportVersion counts the changes of the document's shape. Its schema is
// docs/report.schema.json.
const reportVersion = 1

type reportDocument struct {
	Version  int             `json:"version"`
	Source   string          `json:"source"`
	Module   string          `json:"module"`
	Table    string          `json:"table"`
	Params   []paramDocument `json:"params"`
	Judged   bool            `json:"judged"`
	Policies []string        `json:"policies"`
	Coarse   bool            `json:"coarse"` // the budget was spent
	Summary  summaryDocument `json:"summary"`
	Touches  []touchDocument `json:"touches"`
}

type paramDocument struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Required bool   `json:"required"`
	Doc      string `json:"doc,omitempty"`
}

type summaryDocument struct {
	Touches int `json:"touches"`
	Allowed int `json:"allowed"`
	Denied  int `json:"denied"`
	Depends int `json:"depends"`
}

type touchDocument struct {
	Op       string              `json:"op"`
	Effect   string              `json:"effect"`
	Position capability.Position `json:"position"`
	Trail    []string            `json:"trail,omitempty"`
	Must     bool                `json:"must"`
	Once     bool                `json:"once"`
	Loop     bool                `json:"loop"`
	Fatal    bool                `json:"fatal"`
	Unknown  []string            `json:"unknown,omitempty"`
	Calls    []callDocument      `json:"calls"`
	Verdict  string              `json:"verdict,omitempty"`
	Why      string              `json:"why,omitempty"`
	Policies []string            `json:"policies,omitempty"`
	Residual []string            `json:"residual,omitempty"`
	Suggest  string              `json:"suggestion,omitempty"`
	Function int                 `json:"function"`
	Instr    int                 `json:"instruction"`
}

// callDocument is one row of arguments, by parameter, as text for people; it
// is what the text report shows too.
type callDocument struct {
	Arguments map[string]string `json:"arguments"`
}

func writeReportJSON(w io.Writer, v *Review, touches []Judged) error {
	r := v.Report
	d := reportDocument{
		Version: reportVersion, Source: r.Source, Module: r.Module, Table: r.Table, Params: []paramDocument{},
		Judged: v.Judge, Policies: []string{}, Coarse: r.Budget, Touches: []touchDocument{},
	}
	for _, p := range r.Params {
		d.Params = append(d.Params, paramDocument{p.Name, p.Type.String(), p.Required, p.Doc})
	}
	if v.Judge {
		for _, s := range v.Sets {
			d.Policies = append(d.Policies, s.Hash())
		}
		d.Summary.Denied, d.Summary.Depends = count(touches)
		d.Summary.Allowed = len(touches) - d.Summary.Denied - d.Summary.Depends
	}
	d.Summary.Touches = len(touches)
	for _, j := range touches {
		d.Touches = append(d.Touches, touchJSON(j, r.Params))
	}
	return WriteJSON(w, d)
}

func touchJSON(j Judged, params []capability.Param) touchDocument {
	t := j.Touch
	d := touchDocument{
		Op: t.Op.Name, Effect: t.Op.Effect.String(), Position: t.Pos, Trail: t.Trail, Must: t.Must, Once: t.Once, Loop: t.Loop,
		Fatal: t.Fatal, Unknown: unknownReasons(t), Calls: []callDocument{}, Function: t.Site.Func, Instr: t.Site.PC,
	}
	for _, row := range t.Rows {
		c := callDocument{map[string]string{}}
		for i := range row {
			c.Arguments[t.Op.Params[i].Name] = AbstractText(t.Op.Params[i].Type, row[i], params)
		}
		d.Calls = append(d.Calls, c)
	}
	if v := j.Verdict; v != nil {
		d.verdict(v)
	}
	return d
}

func (d *touchDocument) verdict(v *policy.Verdict) {
	d.Verdict, d.Why, d.Policies, d.Residual, d.Suggest = v.Word(), v.Why, v.Policies, v.Residual, v.Suggest
}
