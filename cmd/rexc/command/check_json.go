package command

import (
	"io"

	"rex/cmd/console"
	"rex/lang"
)

// checkVersion counts the changes of the document's shape. Its schema is
// docs/check.schema.json.
const checkVersion = 1

// checkDocument is what `rexc check --format json` writes.
type checkDocument struct {
	Version     int              `json:"version"`
	Errors      int              `json:"errors"`
	Warnings    int              `json:"warnings"`
	Diagnostics lang.Diagnostics `json:"diagnostics"`
	Mended      []mendDocument   `json:"mended,omitempty"`
	Text        *string          `json:"text,omitempty"` // of the mended standard input
}

// mendDocument is one fix that was applied; its place is that in the text it
// was applied to.
type mendDocument struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Fix     string `json:"fix"`
}

func (doc *checkDocument) mended(applied lang.Diagnostics) {
	for i := range applied {
		d := &applied[i]
		f, _ := d.SafeFix()
		at := d.Source.Lines().Position(d.Span.From)
		doc.Mended = append(doc.Mended, mendDocument{d.Source.Name, at.Line, at.Column, d.Code, d.Message, f.Text})
	}
}

func (doc *checkDocument) write(w io.Writer) error {
	doc.Version = checkVersion
	if doc.Diagnostics == nil {
		doc.Diagnostics = lang.Diagnostics{}
	}
	for _, d := range doc.Diagnostics {
		if d.Severity == lang.Error {
			doc.Errors++
		} else {
			doc.Warnings++
		}
	}
	return console.WriteJSON(w, doc)
}
