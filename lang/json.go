package lang

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// The form of diagnostics for programs. Spans are byte offsets, with lines and
// columns (code points) that count from 1. Applying a fix is replacing the
// spans of its edits.
type (
	jsonDiagnostic struct {
		Code     string      `json:"code"`
		Severity string      `json:"severity"`
		Message  string      `json:"message"`
		File     string      `json:"file,omitempty"`
		Span     jsonSpan    `json:"span"`
		Labels   []jsonLabel `json:"labels,omitempty"`
		Notes    []string    `json:"notes,omitempty"`
		Fixes    []jsonFix   `json:"fixes,omitempty"`
	}
	jsonSpan struct {
		From      uint32 `json:"from"`
		To        uint32 `json:"to"`
		Line      int    `json:"line"`
		Column    int    `json:"column"`
		EndLine   int    `json:"end_line"`
		EndColumn int    `json:"end_column"`
	}
	jsonLabel struct {
		File string   `json:"file"`
		Span jsonSpan `json:"span"`
		Text string   `json:"text"`
	}
	jsonFix struct {
		Text  string     `json:"text"`
		Safe  bool       `json:"safe"`
		Edits []jsonEdit `json:"edits"`
	}
	jsonEdit struct {
		Span jsonSpan `json:"span"`
		New  string   `json:"new"`
	}
)

// MarshalJSON gives the form of a diagnostic for programs. Characters that
// could control a terminal are escaped.
func (d Diagnostic) MarshalJSON() ([]byte, error) {
	j := jsonDiagnostic{Code: d.Code, Severity: d.Severity.String(), Message: d.Message, Notes: d.Notes}
	if d.Source != nil {
		j.File = d.Source.Name
		j.Span = jsonSpanOf(d.Source, d.Span)
	}
	for _, l := range d.Labels {
		source := l.Source
		if source == nil {
			source = d.Source
		}
		j.Labels = append(j.Labels, jsonLabel{source.Name, jsonSpanOf(source, l.Span), l.Text})
	}
	for _, f := range d.Fixes {
		if _, ok := d.SafeFix(); !ok {
			f.Safe = false // one of several readings
		}
		j.Fixes = append(j.Fixes, jsonFixOf(d.Source, f))
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(j)
	return escapeOdd(out.Bytes()), err
}

func jsonFixOf(source *Source, f Fix) jsonFix {
	j := jsonFix{f.Text, f.Safe, []jsonEdit{}}
	for _, e := range sortedEdits(f.Edits) {
		j.Edits = append(j.Edits, jsonEdit{jsonSpanOf(source, e.Span), e.New})
	}
	return j
}

func jsonSpanOf(source *Source, at Span) jsonSpan {
	from, to := source.Lines().Position(at.From), source.Lines().Position(at.To)
	return jsonSpan{at.From, at.To, from.Line, from.Column, to.Line, to.Column}
}

// escapeOdd escapes the characters that JSON leaves as they are and a terminal
// does not. In JSON they stand in strings only.
func escapeOdd(text []byte) []byte {
	if !bytes.ContainsFunc(text, func(r rune) bool { return r >= 0x7f && isOdd(r) }) {
		return text
	}
	var out []byte
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if r >= 0x7f && isOdd(r) {
			out = fmt.Appendf(out, `\u%04x`, r)
		} else {
			out = append(out, text[:n]...)
		}
		text = text[n:]
	}
	return out
}
