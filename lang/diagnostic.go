package lang

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// MaxDiagnostics is how many diagnostics one build reports.
const MaxDiagnostics = 50

// Severity says whether a diagnostic stops the build.
type Severity uint8

const (
	Error   Severity = iota // the source can't be compiled
	Warning                 // it can, but is probably not meant
)

// String gives the word for the severity.
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Diagnostic is one thing that is wrong, with what to do about it.
type Diagnostic struct {
	Code     string // a row of [Codes]
	Severity Severity
	Source   *Source
	Span     Span
	Message  string  // in the language's words, one line, no full stop
	Labels   []Label // why: other places that belong to it
	Notes    []string
	Fixes    []Fix // each repairs it alone; see [Diagnostic.SafeFix]
}

// Label says something about another place.
type Label struct {
	Source *Source // nil: the diagnostic's own
	Span   Span
	Text   string
}

// Fix is a repair that can be applied to the diagnostic's source.
//
// A safe one makes the source say what its writer meant, with nothing left to
// guess, so that a program may apply it. All others are offered: a person
// chooses. The fix of a warning is never safe, for the source compiles and does
// something now, which must not change unasked.
type Fix struct {
	Text  string // "write `let`"
	Edits []Edit // do not overlap
	Safe  bool
}

// SafeFix gives the fix that may be applied unasked: the only one there is, if
// it is safe. Several are several readings.
func (d *Diagnostic) SafeFix() (Fix, bool) {
	if d.Severity != Error || len(d.Fixes) != 1 || !d.Fixes[0].Safe {
		return Fix{}, false
	}
	return d.Fixes[0], true
}

// Edit replaces a span by new text.
type Edit struct {
	Span Span
	New  string
}

// NewDiagnostic makes one; the first letter of the code decides the severity.
func NewDiagnostic(src *Source, code string, at Span, format string, args ...any) *Diagnostic {
	d := &Diagnostic{Code: code, Source: src, Span: at, Message: fmt.Sprintf(format, args...)}
	if strings.HasPrefix(code, "W") {
		d.Severity = Warning
	}
	return d
}

// Label adds a place that explains; one with the diagnostic's own span is
// written at its carets.
func (d *Diagnostic) Label(at Span, format string, args ...any) *Diagnostic {
	d.Labels = append(d.Labels, Label{Span: at, Text: fmt.Sprintf(format, args...)})
	return d
}

// Note adds a sentence of explanation.
func (d *Diagnostic) Note(format string, args ...any) *Diagnostic {
	d.Notes = append(d.Notes, fmt.Sprintf(format, args...))
	return d
}

// Fix adds a safe repair.
func (d *Diagnostic) Fix(text string, edits ...Edit) *Diagnostic {
	d.Fixes = append(d.Fixes, Fix{text, edits, d.Severity == Error})
	return d
}

// Offer adds a repair that is one reading, or a guess.
func (d *Diagnostic) Offer(text string, edits ...Edit) *Diagnostic {
	d.Fixes = append(d.Fixes, Fix{text, edits, false})
	return d
}

// Replace adds a safe repair that replaces one span, saying what it writes.
func (d *Diagnostic) Replace(at Span, text string) *Diagnostic {
	return d.Fix(writes(text), Edit{at, text})
}

// OfferText is Offer for one span, saying what it writes.
func (d *Diagnostic) OfferText(at Span, text string) *Diagnostic {
	return d.Offer(writes(text), Edit{at, text})
}

// writes says what a replacement writes.
func writes(text string) string {
	switch {
	case text == "":
		return "remove it"
	case len(text) > 60 || strings.Contains(text, "\n"):
		return "write this"
	}
	return "write `" + text + "`"
}

// Diagnostics is everything found in one build.
type Diagnostics []Diagnostic

// maxKept bounds the memory that a hopeless source takes.
const maxKept = 1000

// Add appends a diagnostic.
func (ds *Diagnostics) Add(d *Diagnostic) {
	if len(*ds) < maxKept {
		*ds = append(*ds, *d)
	}
}

// Report appends a new diagnostic and gives it, to add labels and fixes.
func (ds *Diagnostics) Report(src *Source, code string, at Span, format string, args ...any) *Diagnostic {
	if len(*ds) >= maxKept {
		return &Diagnostic{Source: src}
	}
	ds.Add(NewDiagnostic(src, code, at, format, args...))
	return &(*ds)[len(*ds)-1]
}

// HasErrors tells whether the build must stop.
func (ds Diagnostics) HasErrors() bool {
	return slices.ContainsFunc(ds, func(d Diagnostic) bool { return d.Severity == Error })
}

// Count says how many errors and warnings there are: "2 errors, 1 warning".
func (ds Diagnostics) Count() string {
	var n [2]int
	for _, d := range ds {
		n[d.Severity]++
	}
	var parts []string
	for s, n := range n {
		switch n {
		case 0:
		case 1:
			parts = append(parts, "1 "+Severity(s).String())
		default:
			parts = append(parts, fmt.Sprintf("%d %ss", n, Severity(s)))
		}
	}
	return strings.Join(parts, ", ")
}

// Sorted gives the diagnostics by source and place, without repetitions, at most
// [MaxDiagnostics] of them; warnings are the first to go.
func (ds Diagnostics) Sorted() Diagnostics {
	out := slices.Clone(ds)
	slices.SortStableFunc(out, func(a, b Diagnostic) int {
		return compareDiagnostics(&a, &b)
	})
	out = slices.CompactFunc(out, func(a, b Diagnostic) bool {
		return a.Code == b.Code && a.Source == b.Source && a.Span == b.Span && a.Message == b.Message
	})
	return capped(out)
}

func compareDiagnostics(a, b *Diagnostic) int {
	if a.Source != b.Source && a.Source != nil && b.Source != nil {
		if c := strings.Compare(a.Source.Name, b.Source.Name); c != 0 {
			return c
		}
	}
	if a.Span.From != b.Span.From {
		return int(a.Span.From) - int(b.Span.From)
	}
	if a.Span.To != b.Span.To {
		return int(a.Span.To) - int(b.Span.To)
	}
	return strings.Compare(a.Code, b.Code)
}

func capped(ds Diagnostics) Diagnostics {
	if len(ds) <= MaxDiagnostics {
		return ds
	}
	room := MaxDiagnostics
	for _, d := range ds {
		if d.Severity == Error {
			room--
		}
	}
	return slices.DeleteFunc(ds, func(d Diagnostic) bool {
		if d.Severity == Warning {
			room--
			return room < 0
		}
		return false
	})[:MaxDiagnostics]
}

// Error gives all diagnostics, one a line, so that the list serves as an error.
func (ds Diagnostics) Error() string {
	var b strings.Builder
	for i, d := range ds {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(d.String())
	}
	return b.String()
}

// String gives the short form, `file:line:column: error[E0201]: message`.
func (d Diagnostic) String() string {
	where := ""
	if d.Source != nil {
		p := d.Source.Lines().Position(d.Span.From)
		where = fmt.Sprintf("%s:%d:%d: ", visible(d.Source.Name), p.Line, p.Column)
	}
	return fmt.Sprintf("%s%s[%s]: %s", where, d.Severity, d.Code, visible(d.Message))
}

// maxNear bounds the words that are compared, in bytes: comparing two takes the
// product of their lengths.
const maxNear = 64

// DidYouMean gives the candidate nearest to a word, or "" when none is near:
// the same word in other case, else one edit away for up to 5 letters, two for
// up to 8, else three. Two letters swapped are near from 4 letters on.
func DidYouMean(word string, candidates []string) string {
	if len(word) > maxNear {
		return ""
	}
	limit := 3
	switch n := utf8.RuneCountInString(word); {
	case n <= 5:
		limit = 1
	case n <= 8:
		limit = 2
	}
	best, found := limit+1, ""
	for _, c := range candidates {
		if c == word || max(len(c), len(word))-min(len(c), len(word)) > 4*limit {
			continue
		}
		n := levenshtein.ComputeDistance(word, c)
		switch {
		case strings.EqualFold(word, c):
			n = 0
		case n == 2 && swapped(word, c):
			n = 1
		}
		if n < best || n == best && found != "" && c < found {
			best, found = n, c
		}
	}
	return found
}

// swapped reports whether two words of at least 4 letters, two edits apart,
// have the same ones.
func swapped(a, b string) bool {
	if len(a) != len(b) || len(a) < 4 {
		return false
	}
	x, y := []byte(a), []byte(b)
	slices.Sort(x)
	slices.Sort(y)
	return bytes.Equal(x, y)
}
