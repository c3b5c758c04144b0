package lang

import (
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"path"
	"strings"
)

// The form of diagnostics for code scanning: SARIF 2.1.0, as much of it as is
// used here. A test holds the document to the standard's schema.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID      string     `json:"id"`
		Short   sarifText  `json:"shortDescription"`
		Full    sarifText  `json:"fullDescription"`
		Default sarifLevel `json:"defaultConfiguration"`
		Help    sarifHelp  `json:"help"`
	}
	sarifLevel struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifHelp struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
		Related   []sarifLocation `json:"relatedLocations,omitempty"`
		Fixes     []sarifFix      `json:"fixes,omitempty"`
	}
	sarifLocation struct {
		ID       *int          `json:"id,omitempty"`
		Message  *sarifText    `json:"message,omitempty"`
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int    `json:"startLine"`
		StartColumn int    `json:"startColumn"`
		EndLine     int    `json:"endLine"`
		EndColumn   int    `json:"endColumn"`
		ByteOffset  uint32 `json:"byteOffset"`
		ByteLength  uint32 `json:"byteLength"`
	}
	sarifFix struct {
		Description sarifText     `json:"description"`
		Changes     []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		Artifact     sarifArtifact      `json:"artifactLocation"`
		Replacements []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifRegion `json:"deletedRegion"`
		Inserted sarifText   `json:"insertedContent"`
	}
)

// WriteSARIF writes the diagnostics as a SARIF log of one run of a tool.
func (ds Diagnostics) WriteSARIF(w io.Writer, tool, version string) error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: tool, Version: version, Rules: []sarifRule{}}
	index := map[string]int{}
	for i := range ds {
		code := ds[i].Code
		if _, ok := index[code]; !ok {
			index[code] = len(run.Tool.Driver.Rules)
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(code))
		}
		run.Results = append(run.Results, sarifResultOf(&ds[i], index[code]))
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
	if err != nil {
		return err
	}
	_, err = w.Write(escapeOdd(out.Bytes()))
	return err
}

func sarifRuleOf(code string) sarifRule {
	c, _ := LookupCode(code)
	rule := sarifRule{ID: code, Short: sarifText{c.Title}, Full: sarifText{c.Explain}}
	rule.Default.Level = NewDiagnostic(nil, code, Span{}, "").Severity.String()
	rule.Help = sarifHelp{Text: c.Explain, Markdown: c.Explain}
	if c.Example != "" {
		rule.Help.Markdown += "\n\n```rex\n" + strings.TrimRight(c.Example, "\n") + "\n```"
	}
	return rule
}

func sarifResultOf(d *Diagnostic, rule int) sarifResult {
	r := sarifResult{RuleID: d.Code, RuleIndex: rule, Level: d.Severity.String()}
	r.Message.Text = strings.Join(append([]string{d.Message}, d.Notes...), "\n")
	if d.Source == nil {
		return r
	}
	r.Locations = []sarifLocation{{Physical: sarifPlace(d.Source, d.Span)}}
	for i, l := range d.Labels {
		source := l.Source
		if source == nil {
			source = d.Source
		}
		r.Related = append(r.Related, sarifLocation{&i, &sarifText{l.Text}, sarifPlace(source, l.Span)})
	}
	for _, f := range d.Fixes {
		change := sarifChange{Artifact: sarifArtifact{sarifURI(d.Source.Name)}}
		for _, e := range sortedEdits(f.Edits) {
			change.Replacements = append(change.Replacements, sarifReplacement{sarifRegionOf(d.Source, e.Span), sarifText{e.New}})
		}
		r.Fixes = append(r.Fixes, sarifFix{sarifText{f.Text}, []sarifChange{change}})
	}
	return r
}

func sarifPlace(source *Source, at Span) sarifPhysical {
	return sarifPhysical{sarifArtifact{sarifURI(source.Name)}, sarifRegionOf(source, at)}
}

func sarifRegionOf(source *Source, at Span) sarifRegion {
	s := jsonSpanOf(source, at)
	return sarifRegion{s.Line, s.Column, s.EndLine, s.EndColumn, at.From, uint32(at.Len())}
}

// sarifURI writes a file's name as a URI reference: relative names stay so.
func sarifURI(name string) string {
	u := url.URL{Path: path.Clean(name)}
	if path.IsAbs(name) {
		u.Scheme = "file"
	}
	return u.String()
}
