package lang

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// The layout of a text whose line breaks aren't decided yet, after Wadler and
// Prettier: a doc says where a line may break and what breaks together, the
// printer decides by what fits.

const (
	lineWidth  = 100 // code points; a line that can't be broken may be longer
	indentStep = 4
)

// doc is a piece of text to lay out. It isn't changed once it is made, so that
// it may stand in several states of a choice.
type doc struct {
	kind   docKind
	text   string
	parts  []*doc
	blank  bool // of a line: an empty line comes with it, when it breaks
	opens  bool // of a group: it ends with a bracket that it may be broken behind
	keeps  bool // and it stays broken there
	broken bool // it holds a newline that was decided
	rigid  bool // it holds no place to break
	ended  *doc // of a choice: the state with only its end broken, or nil
}

type docKind uint8

const (
	docText     docKind = iota // as it is; what has newlines is never indented
	docConcat                  // parts one after the other
	docIndent                  // the newlines in its part stand one step deeper
	docGroup                   // on one line if it fits, else all its own lines break
	docLine                    // a space, or a newline
	docSoft                    // nothing, or a newline
	docHard                    // a newline
	docBreak                   // nothing, and breaks the groups around
	docIfBroken                // parts[0] where the group is broken, else parts[1]
	docChoice                  // the first part that fits, else the last
	docTrailing                // a comment behind what stands on its line
	docOwn                     // a comment on a line of its own
)

var (
	nothing = concat()
	space   = text(" ")
	line    = &doc{kind: docLine}
	soft    = &doc{kind: docSoft}
	hard    = &doc{kind: docHard, broken: true}
	breaks  = &doc{kind: docBreak, broken: true}
)

func text(s string) *doc { return &doc{kind: docText, text: s, rigid: true} }

func concat(parts ...*doc) *doc {
	d := &doc{kind: docConcat, parts: parts, rigid: true}
	for _, p := range parts {
		d.broken = d.broken || p.broken
		d.rigid = d.rigid && p.rigid
	}
	return d
}

func indent(parts ...*doc) *doc {
	d := concat(parts...)
	d.kind = docIndent
	return d
}

func group(parts ...*doc) *doc {
	d := concat(parts...)
	d.kind, d.rigid = docGroup, false
	return d
}

// bracketed is a group that ends with a bracket.
func bracketed(parts ...*doc) *doc {
	d := group(parts...)
	d.opens = true
	return d
}

// keeping is a bracketed group that the author may break.
func keeping(parts ...*doc) *doc {
	d := bracketed(parts...)
	d.keeps = true
	return d
}

// forced gives a group that is broken.
func (d *doc) forced() *doc {
	e := *d
	e.broken = true
	return &e
}

func ifBroken(broken, flat *doc) *doc { return &doc{kind: docIfBroken, parts: []*doc{broken, flat}} }

// choice tries states in order, each but the last on one line as far as it
// holds no newline that was decided. Those that are nil don't count; the second
// is the one with only its end broken.
func choice(states ...*doc) *doc {
	d := &doc{kind: docChoice, broken: states[0].broken, ended: states[1]}
	for _, s := range states {
		if s != nil {
			d.parts = append(d.parts, s)
		}
	}
	return d
}

// separator is a line, with an empty line before the next entry if there was one.
func separator(like *doc, blank bool) *doc {
	if !blank {
		return like
	}
	d := *like
	d.blank = true
	return &d
}

// end gives the index of the part that ends a concat, but for rigid ones behind
// it: of `f(a).b`, the arguments. It is -1 if all are rigid.
func (d *doc) end() int {
	i := len(d.parts) - 1
	for i >= 0 && d.parts[i].rigid {
		i--
	}
	return i
}

// breakLast gives a doc with the bracket that ends it broken, or nil when it
// ends with none: `f(a, |x| { b })` as `f(a, |x| {` and so on.
func (d *doc) breakLast() *doc {
	switch d.kind {
	case docGroup:
		if d.opens {
			return d.forced()
		}
	case docConcat:
		i := d.end()
		if i < 0 {
			return nil
		}
		if last := d.parts[i].breakLast(); last != nil {
			return concat(slices.Concat(d.parts[:i], []*doc{last}, d.parts[i+1:])...)
		}
	case docChoice:
		return d.ended
	}
	return nil
}

// opensLast tells whether breakLast gives more than arguments one on each line.
func (d *doc) opensLast() bool {
	switch d.kind {
	case docConcat:
		i := d.end()
		return i >= 0 && d.parts[i].opensLast()
	case docGroup:
		return d.keeps
	case docChoice:
		return d.ended != nil && d.ended != d.parts[len(d.parts)-1]
	}
	return false
}

// brokenInside tells whether a doc is broken elsewhere than behind the bracket
// that ends it.
func (d *doc) brokenInside() bool {
	switch d.kind {
	case docConcat:
		i := d.end()
		for j, p := range d.parts {
			if j != i && p.broken || j == i && p.brokenInside() {
				return true
			}
		}
		return false
	case docGroup:
		return d.broken && !d.opens
	case docChoice:
		return d.broken && d.ended == nil
	}
	return d.broken
}

// endsWith tells whether the last text of a doc ends with a byte.
func (d *doc) endsWith(c byte) bool {
	if d.kind == docText {
		return d.text != "" && d.text[len(d.text)-1] == c
	}
	for i := len(d.parts) - 1; i >= 0; i-- {
		if p := d.parts[i]; p.kind == docText || len(p.parts) > 0 {
			return p.endsWith(c)
		}
	}
	return false
}

// ---- printing ----

// frame is a doc that waits to be printed.
type frame struct {
	indent int
	flat   bool // its lines are spaces
	doc    *doc
}

// layouter prints a doc.
type layouter struct {
	out    []byte
	stack  []frame
	limit  int     // of out; beyond it printing ends
	column int     // code points on the line
	indent int     // of the line, written with its first text
	fresh  bool    // nothing was written on the line
	work   []frame // of fits

	commented bool // a comment ends the line, so a newline must follow
	resume    int  // the indent of that line

	line     int
	trailing []trailing
}

// trailing is where a comment stands behind code that opens nothing: there it
// may be aligned.
type trailing struct {
	line, indent, column int
	at                   int // offset in out
	width                int
}

// print lays a doc out; ok is false when the text is longer than the limit.
func (d *doc) print(limit int) (out []byte, ok bool) {
	l := &layouter{limit: limit, fresh: true}
	l.push(frame{0, false, d})
	for len(l.stack) > 0 && len(l.out) <= limit {
		f := l.stack[len(l.stack)-1]
		l.stack = l.stack[:len(l.stack)-1]
		l.step(f)
	}
	if !l.fresh {
		l.newline(0, false)
	}
	out = l.align()
	return out, len(out) <= limit
}

func (l *layouter) push(f frame) { l.stack = append(l.stack, f) }

func (l *layouter) pushParts(indent int, flat bool, parts []*doc) {
	for i := len(parts) - 1; i >= 0; i-- {
		l.push(frame{indent, flat, parts[i]})
	}
}

func (l *layouter) step(f frame) {
	d := f.doc
	switch d.kind {
	case docText:
		l.write(d.text)
	case docConcat:
		l.pushParts(f.indent, f.flat, d.parts)
	case docIndent:
		l.pushParts(f.indent+indentStep, f.flat, d.parts)
	case docGroup:
		l.pushParts(f.indent, l.isFlat(f), d.parts)
	case docIfBroken:
		l.push(frame{f.indent, f.flat, d.parts[pick(f.flat)]})
	case docChoice:
		l.choose(f)
	case docLine, docSoft, docHard:
		l.lineBreak(f)
	case docTrailing, docOwn:
		l.comment(f)
	}
}

func pick(flat bool) int {
	if flat {
		return 1
	}
	return 0
}

// isFlat decides a group.
func (l *layouter) isFlat(f frame) bool {
	return !f.doc.broken && l.fits(frame{f.indent, true, f.doc})
}

func (l *layouter) choose(f frame) {
	states := f.doc.parts
	last := len(states) - 1
	for _, s := range states[:last] {
		if try := (frame{f.indent, true, s}); l.fits(try) {
			l.push(try)
			return
		}
	}
	l.push(frame{f.indent, false, states[last]})
}

func (l *layouter) lineBreak(f frame) {
	d := f.doc
	if f.flat && d.kind != docHard && !l.commented {
		if d.kind == docLine {
			l.write(" ")
		}
		return
	}
	l.newline(f.indent, d.blank)
}

// newline ends the line, unless nothing was written on it.
func (l *layouter) newline(indent int, blank bool) {
	l.out = bytes.TrimRight(l.out, " ")
	if !l.fresh {
		l.out = append(l.out, '\n')
		l.line++
	}
	if blank && len(l.out) > 0 && !bytes.HasSuffix(l.out, []byte("\n\n")) {
		l.out = append(l.out, '\n')
		l.line++
	}
	l.fresh, l.commented, l.indent, l.column = true, false, indent, indent
}

func (l *layouter) write(s string) {
	if l.commented {
		l.newline(l.resume, false)
	}
	if l.fresh {
		if s == " " || s == "" {
			return
		}
		l.out = append(l.out, strings.Repeat(" ", l.indent)...)
		l.fresh = false
	}
	l.out = append(l.out, s...)
	if i := strings.LastIndexByte(s, '\n'); i >= 0 {
		l.line += strings.Count(s, "\n")
		l.column, s = 0, s[i+1:]
	}
	l.column += utf8.RuneCountInString(s)
}

// comment writes a comment. What follows it on its line moves to the next one:
// in the middle of an expression a step deeper.
func (l *layouter) comment(f frame) {
	behind := f.doc.kind == docTrailing && !l.commented && !l.fresh
	switch {
	case behind:
		l.out = bytes.TrimRight(l.out, " ")
		if !bytes.ContainsAny(l.out[len(l.out)-1:], "{[(") {
			width := utf8.RuneCountInString(f.doc.text)
			l.trailing = append(l.trailing, trailing{l.line, l.indent, l.column, len(l.out), width})
		}
		l.write(" ")
		l.resume = f.indent + indentStep
	case l.commented:
		l.newline(l.resume, false)
	case !l.fresh:
		l.newline(f.indent+indentStep, false)
	}
	if !behind {
		l.resume = l.indent
	}
	l.write(f.doc.text)
	l.commented = true
}

// fits tells whether a frame, with what follows it up to the next place where a
// line may break, has room on the line. What isn't broken yet is flat inside
// the frame; behind it, it may still break.
func (l *layouter) fits(f frame) bool {
	room := lineWidth - l.column
	if l.commented {
		room = lineWidth - l.resume
	}
	work := append(l.work[:0], f)
	defer func() { l.work = work }()
	rest, inside := len(l.stack), true
	for room >= 0 {
		if len(work) == 0 {
			if rest == 0 {
				return true
			}
			rest--
			inside = false
			work = append(work, l.stack[rest])
		}
		f := work[len(work)-1]
		work = work[:len(work)-1]
		switch d := f.doc; d.kind {
		case docText:
			var ends bool
			if room, ends = roomBehind(d.text, room, inside); ends {
				return room >= 0
			}
		case docLine, docSoft, docHard, docTrailing, docOwn:
			if !f.flat || d.broken {
				return true // the line ends here
			}
			if d.kind == docLine {
				room--
			}
		default:
			work = unfold(work, f, inside)
		}
	}
	return false
}

// roomBehind is the room that a text leaves. One of several lines must fit with
// each, and ends the line when it isn't inside of what is measured.
func roomBehind(text string, room int, inside bool) (left int, ends bool) {
	first, more, lines := strings.Cut(text, "\n")
	room -= utf8.RuneCountInString(first)
	if !lines || room < 0 || !inside {
		return room, lines
	}
	return lineWidth - utf8.RuneCountInString(more[strings.LastIndexByte(more, '\n')+1:]), false
}

// unfold puts the parts of a frame that is to be measured in its place.
func unfold(work []frame, f frame, inside bool) []frame {
	d := f.doc
	switch d.kind {
	case docGroup:
		f.flat = !d.broken && (f.flat || inside)
	case docIfBroken:
		return append(work, frame{f.indent, f.flat, d.parts[pick(f.flat)]})
	case docChoice:
		state := d.parts[0]
		if !inside && !f.flat {
			state = d.parts[len(d.parts)-1]
		}
		return append(work, frame{f.indent, f.flat, state})
	}
	return pushParts(work, f)
}

func pushParts(work []frame, f frame) []frame {
	for i := len(f.doc.parts) - 1; i >= 0; i-- {
		work = append(work, frame{f.indent, f.flat, f.doc.parts[i]})
	}
	return work
}

// align puts comments behind the code of neighbouring lines into one column,
// when all of them still end within the width.
func (l *layouter) align() []byte {
	var out []byte
	from := 0
	for i := 0; i < len(l.trailing); {
		n, column, width := l.alike(i)
		for _, t := range l.trailing[i : i+n] {
			out = append(out, l.out[from:t.at]...)
			from = t.at
			if column+1+width <= lineWidth {
				out = append(out, strings.Repeat(" ", column-t.column)...)
			}
		}
		i += n
	}
	return append(out, l.out[from:]...)
}

// alike counts the comments from the i-th on that stand on neighbouring lines of
// one indent, with their column and the width of the longest.
func (l *layouter) alike(i int) (n, column, width int) {
	first := l.trailing[i]
	for _, t := range l.trailing[i:] {
		if t.line != first.line+n || t.indent != first.indent {
			break
		}
		n++
		column, width = max(column, t.column), max(width, t.width)
	}
	return n, column, width
}
