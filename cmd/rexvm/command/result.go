package command

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

	"rex/capability"
	"rex/cmd/console"
	"rex/library"
	"rex/policy"
)

// result is what a run gives, the document of --format json. Its schema is
// docs/result.schema.json, which a test holds to it.
type result struct {
	Status   string            `json:"status"` // done, failed, denied, limit, stopped, cancelled
	Exit     exit              `json:"exit"`
	Value    json.RawMessage   `json:"value"`
	Output   []string          `json:"output"`
	Logs     []logEntry        `json:"logs"`
	Progress *progress         `json:"progress,omitempty"` // the latest
	Error    *failure          `json:"error,omitempty"`
	Denials  []denial          `json:"denials"`
	Refused  []refusal         `json:"refused"`  // what reading walks left out: the first of them
	Left     int               `json:"left_out"` // how many there were
	Partial  bool              `json:"partial"`
	Started  bool              `json:"started"`
	Metrics  metrics           `json:"metrics"`
	Module   string            `json:"module"`
	Policies []string          `json:"policies"` // hashes of the policy sets
	Audit    string            `json:"audit"`    // the record's file, or none
	Labels   map[string]string `json:"labels,omitempty"`
}

type exit struct {
	Status  console.Status `json:"status"`
	Meaning string         `json:"meaning"`
}

type logEntry struct {
	Level   string          `json:"level"`
	Message string          `json:"message"`
	Fields  json.RawMessage `json:"fields,omitempty"`
}

type progress struct {
	Done  int64  `json:"done"`
	Total int64  `json:"total"`
	Text  string `json:"text"`
}

type failure struct {
	Kind       string          `json:"kind,omitempty"`
	Code       *int64          `json:"code,omitempty"`
	Message    string          `json:"message"`
	Op         string          `json:"op,omitempty"`
	Action     string          `json:"action,omitempty"`
	Resource   string          `json:"resource,omitempty"`
	Policies   []string        `json:"policies,omitempty"`
	Position   string          `json:"position,omitempty"`
	Trace      []string        `json:"trace,omitempty"`
	Stderr     *string         `json:"stderr,omitempty"`
	Values     json.RawMessage `json:"values,omitempty"`
	Cause      *failure        `json:"cause,omitempty"`
	Suggestion string          `json:"suggestion,omitempty"`
	Limit      string          `json:"limit,omitempty"`
}

type denial struct {
	Op         string   `json:"op"`
	Action     string   `json:"action"`
	Resource   string   `json:"resource"`
	Name       string   `json:"name"`
	Policies   []string `json:"policies"`
	Errors     []string `json:"errors,omitempty"`
	Position   string   `json:"position"`
	Why        string   `json:"why"`
	Suggestion string   `json:"suggestion,omitempty"`
}

type refusal struct {
	Op       string   `json:"op"`
	Action   string   `json:"action"`
	Resource string   `json:"resource"`
	Policies []string `json:"policies"`
	Position string   `json:"position"`
}

type metrics struct {
	Fuel       int64                `json:"fuel"`
	MemoryPeak int64                `json:"memory_peak"`
	HostCalls  int64                `json:"host_calls"`
	Elapsed    float64              `json:"elapsed"` // seconds
	Operations map[string]operation `json:"operations"`
}

type operation struct {
	Calls   int     `json:"calls"`
	Denied  int     `json:"denied"`
	Elapsed float64 `json:"elapsed"` // seconds
}

func newResult() *result {
	return &result{
		Value: json.RawMessage("null"), Output: []string{}, Logs: []logEntry{}, Denials: []denial{}, Refused: []refusal{},
		Policies: []string{}, Audit: "none", Metrics: metrics{Operations: map[string]operation{}},
	}
}

// end sets the exit status and its meaning.
func (r *result) end(status string, code console.Status) console.Status {
	r.Status = status
	r.Exit = exit{code, code.OfRun()}
	return code
}

func (r *result) addDenials(ds []*policy.Denied) {
	for _, d := range ds {
		r.Denials = append(r.Denials, denial{
			Op: d.Op, Action: d.Action, Resource: d.Resource, Name: capability.ShowPath(d.Name), Policies: notNil(d.Policies), Errors: d.Errors,
			Position: position(d.Position), Why: d.Why, Suggestion: d.Suggest,
		})
	}
}

func (r *result) addRefused(first []policy.Refusal, total int) {
	for _, f := range first {
		r.Refused = append(r.Refused, refusal{f.Op, f.Action, f.Resource, notNil(f.Policies), position(f.Position)})
	}
	r.Left, r.Partial = total, total > 0
}

func notNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func position(p capability.Position) string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

func hexHash(h [32]byte) string { return hex.EncodeToString(h[:]) }

// failureOf writes an error a script could have caught.
func failureOf(e *capability.Error, depth int) *failure {
	if e == nil || depth > 20 {
		return nil
	}
	f := &failure{
		Kind: e.Why.String(), Code: e.Code, Message: e.Message, Op: e.Op, Action: e.Action, Resource: capability.ShowPath(e.Resource),
		Policies: e.Policies, Position: e.Position, Trace: e.Trace, Stderr: e.Stderr, Suggestion: e.Suggest, Cause: failureOf(e.Cause, depth+1),
	}
	if e.Values != nil && len(e.Values.Keys) > 0 {
		f.Values = jsonOf(e.Values)
	}
	return f
}

// jsonOf is the JSON of a value, or of why it has none.
func jsonOf(v capability.Value) json.RawMessage {
	data, err := library.JSON(v)
	if err != nil {
		data, _ = json.Marshal("no JSON: " + err.Error())
	}
	return data
}

// writeJSON writes the whole result as one document.
func (r *result) writeJSON(w io.Writer) error { return console.WriteJSON(w, r) }
