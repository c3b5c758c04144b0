package lang

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The form of diagnostics for people:
//
//	error[E0117]: this `(` is never closed
//	 --> deploy.rex:4:6
//	  |
//	4 | print("x"
//	  |      ^
//	5 | let y = 2
//	  | - a statement begins here
//	  = help: write `)`
//	4 - print("x"
//	4 + print("x")
//
// This is written here and not by a library (protocompile's report was tried):
// it is small, and the library would double what a process pays to start, 1.2
// ms more, and its size by 4 MB.

// maxShown is how many bytes of a line are shown.
const maxShown = 160

// Write shows the diagnostics for a terminal or a log. Nothing from a source
// reaches it raw that could control a terminal.
func (ds Diagnostics) Write(w io.Writer, color bool) error {
	r := &renderer{}
	if color {
		r.style = colors
	}
	for i := range ds {
		if i > 0 {
			r.out.WriteByte('\n')
		}
		r.diagnostic(&ds[i])
	}
	_, err := io.WriteString(w, r.out.String())
	return err
}

// style are the escape sequences around parts of the output.
type style struct{ err, warn, accent, add, remove, bold, reset string }

var colors = style{
	err: "\x1b[1;31m", warn: "\x1b[1;33m", accent: "\x1b[1;34m",
	add: "\x1b[32m", remove: "\x1b[31m", bold: "\x1b[1m", reset: "\x1b[0m",
}

type renderer struct {
	style
	out    strings.Builder
	margin int // the width of the line numbers
}

// mark is a span to be underlined.
type mark struct {
	source  *Source
	at      Span
	text    string
	primary bool
}

func (r *renderer) diagnostic(d *Diagnostic) {
	head := r.severity(d)
	fmt.Fprintf(&r.out, "%s%s[%s]%s%s: %s%s\n", head, d.Severity, d.Code, r.reset, r.bold, visible(d.Message), r.reset)
	if d.Source != nil {
		marks := marksOf(d)
		r.margin = marginOf(d, marks)
		r.marks(d, marks)
	}
	for _, note := range d.Notes {
		r.remark("note", note)
	}
	for i := range d.Fixes {
		r.fix(d.Source, &d.Fixes[i])
	}
}

func (r *renderer) severity(d *Diagnostic) string {
	if d.Severity == Warning {
		return r.warn
	}
	return r.err
}

// marksOf gives the marks of a diagnostic: its own first, with the text of a
// label that has the same span, then its labels by source and place.
func marksOf(d *Diagnostic) []mark {
	own := mark{d.Source, d.Span, "", true}
	var rest []mark
	for _, l := range d.Labels {
		source := l.Source
		if source == nil {
			source = d.Source
		}
		if source == d.Source && l.Span == d.Span && own.text == "" {
			own.text = l.Text
			continue
		}
		rest = append(rest, mark{source, l.Span, l.Text, false})
	}
	return append([]mark{own}, rest...)
}

func marginOf(d *Diagnostic, marks []mark) int {
	line := 1
	for _, m := range marks {
		line = max(line, m.source.Lines().Position(m.at.From).Line)
	}
	for _, f := range d.Fixes {
		for _, e := range f.Edits {
			line = max(line, d.Source.Lines().Position(e.Span.To).Line)
		}
	}
	return len(fmt.Sprint(line))
}

// marks shows the lines of all marks, source by source.
func (r *renderer) marks(d *Diagnostic, marks []mark) {
	r.place("-->", marks[0])
	for source := d.Source; source != nil; {
		var here, later []mark
		for _, m := range marks {
			if m.source == source {
				here = append(here, m)
			} else {
				later = append(later, m)
			}
		}
		r.lines(d, here)
		source, marks = nil, later
		if len(later) > 0 {
			source = later[0].source
			r.place(":::", later[0])
		}
	}
}

func (r *renderer) place(arrow string, m mark) {
	p := m.source.Lines().Position(m.at.From)
	fmt.Fprintf(&r.out, "%*s%s%s%s %s:%d:%d\n", r.margin, "", r.accent, arrow, r.reset, visible(m.source.Name), p.Line, p.Column)
	fmt.Fprintf(&r.out, "%*s %s|%s\n", r.margin, "", r.accent, r.reset)
}

// lines shows the lines that marks of one source begin on, each with its marks
// below it.
func (r *renderer) lines(d *Diagnostic, marks []mark) {
	slices.SortStableFunc(marks, func(a, b mark) int { return int(a.at.From) - int(b.at.From) })
	last := 0
	for _, m := range marks {
		line := m.source.Lines().Position(m.at.From).Line
		text := m.source.Lines().Line(line)
		shown := excerpt(m.source, text, m.at)
		if line != last {
			if last > 0 && line > last+1 {
				fmt.Fprintf(&r.out, "%s...%s\n", r.accent, r.reset)
			}
			r.source(line, "|", r.accent, m.source.Text(shown))
		}
		r.underline(d, m, shown)
		last = line
	}
}

// excerpt cuts a long line to the part around a mark.
func excerpt(source *Source, line, at Span) Span {
	if line.Len() <= maxShown {
		return line
	}
	from := line.From
	if at.From > from+maxShown/2 {
		from = at.From - maxShown/2
	}
	to := min(from+maxShown, line.To)
	for from > line.From && !utf8.RuneStart(source.Src[from]) {
		from--
	}
	for to < line.To && !utf8.RuneStart(source.Src[to]) {
		to++
	}
	return Span{from, to}
}

// source shows a line of source text.
func (r *renderer) source(line int, bar, color, text string) {
	fmt.Fprintf(&r.out, "%s%*d %s%s %s\n", color, r.margin, line, bar, r.reset, strings.TrimRight(visible(text), " "))
}

// underline shows the carets of a mark, as far as it is on the shown line.
func (r *renderer) underline(d *Diagnostic, m mark, shown Span) {
	char, color := "-", r.accent
	if m.primary {
		char, color = "^", r.severity(d)
	}
	from := min(max(m.at.From, shown.From), shown.To)
	to := min(max(m.at.To, from), shown.To)
	indent := width(visible(m.source.Text(Span{shown.From, from})))
	n := max(1, width(visible(m.source.Text(Span{from, to}))))
	text := ""
	if m.text != "" {
		text = " " + visible(m.text)
	}
	fmt.Fprintf(&r.out, "%*s %s|%s %s%s%s%s%s\n", r.margin, "", r.accent, r.reset,
		strings.Repeat(" ", indent), color, strings.Repeat(char, n), text, r.reset)
}

func (r *renderer) remark(kind, text string) {
	fmt.Fprintf(&r.out, "%*s %s=%s %s%s%s: %s\n", r.margin, "", r.accent, r.reset, r.bold, kind, r.reset, visible(text))
}

// maxDiff is how many lines of a fix are shown.
const maxDiff = 6

// fix shows what a fix does and, when it is short, the lines before and after.
func (r *renderer) fix(source *Source, f *Fix) {
	r.remark("help", f.Text)
	if source == nil || len(f.Edits) == 0 {
		return
	}
	before, after, first := diff(source, f)
	if len(before) > maxDiff || len(after) > maxDiff {
		return
	}
	for i, line := range before {
		r.source(first+i, "-", r.remove, line)
	}
	for i, line := range after {
		r.source(first+i, "+", r.add, line)
	}
}

// diff gives the lines that a fix touches, before and after it.
func diff(source *Source, f *Fix) (before, after []string, first int) {
	edits := sortedEdits(f.Edits)
	lines := source.Lines()
	first = lines.Position(edits[0].Span.From).Line
	last := lines.Position(edits[len(edits)-1].Span.To).Line
	whole := Span{lines.Line(first).From, lines.Line(last).To}
	whole.To = max(whole.To, edits[len(edits)-1].Span.To) // behind a carriage return
	if whole.Len() > 4*maxShown {
		return make([]string, maxDiff+1), nil, first
	}
	text := apply(source.Src, whole, edits)
	return strings.Split(source.Text(whole), "\n"), strings.Split(text, "\n"), first
}

// width is how many columns a visible text takes.
func width(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case isWide(r):
			n += 2
		default:
			n++
		}
	}
	return n
}

// isWide tells whether terminals give a character two columns.
func isWide(r rune) bool {
	return r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 ||
		r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 ||
		r >= 0xffe0 && r <= 0xffe6 || r >= 0x1f300 && r <= 0x1f64f || r >= 0x1f900 && r <= 0x1f9ff || r >= 0x20000 && r <= 0x3fffd)
}
