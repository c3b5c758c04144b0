package lang

import (
	"fmt"
	"strings"
)

// formatter makes the doc of a file. It walks the tree and takes the tokens of
// the source along the way, so that nothing that was written is left out: the
// tree says how things belong together, the tokens how they are spelled and
// between which of them a comment stands.
type formatter struct {
	src      string
	tokens   []token // without the ends of statements
	comments []Comment
	end      uint32 // where the last token or comment taken ends
	comment  bool   // that was a comment

	entryEnd  uint32 // where the statement or arm ends that is being made
	lineStart uint32 // where a statement on a line of its own begins: not with `||`
	start     uint32 // where a statement or the body of something begins: not with `{ a }`
}

// skipMark skips a byte order mark, which isn't kept.
func (f *formatter) skipMark() {
	if strings.HasPrefix(f.src, "\ufeff") {
		f.end = uint32(len("\ufeff"))
	}
}

func (f *formatter) at(k kind) bool { return f.tokens[0].kind == k }

// atWord tells whether the next token is this name.
func (f *formatter) atWord(word string) bool {
	return f.at(kName) && f.spelling(f.tokens[0].at) == word
}

// spelling is what the source has in a span. Lines end with a newline alone.
func (f *formatter) spelling(at Span) string {
	return strings.ReplaceAll(f.src[at.From:at.To], "\r\n", "\n")
}

// advance takes a token.
func (f *formatter) advance() token {
	t := f.tokens[0]
	if t.kind == kEOF {
		panic("the tree has more than the source")
	}
	f.tokens = f.tokens[1:]
	f.end, f.comment = t.at.To, false
	return t
}

// take takes a token, which must be of this kind.
func (f *formatter) take(k kind) *doc {
	if !f.at(k) {
		panic(fmt.Sprintf("expected %s at offset %d", kindNames[k], f.tokens[0].at.From))
	}
	return f.any()
}

// any takes a token, whatever it is.
func (f *formatter) any() *doc {
	before := f.before()
	t := f.advance()
	return f.withComments(before, text(f.spelling(t.at)))
}

// verbatim takes all tokens of a span, with the comments among them, as written.
func (f *formatter) verbatim(at Span) *doc {
	before := f.before()
	for f.tokens[0].at.From < at.To && !f.at(kEOF) {
		f.advance()
	}
	for len(f.comments) > 0 && f.comments[0].At.From < at.To {
		f.comments = f.comments[1:]
	}
	return f.withComments(before, text(f.spelling(at)))
}

func (f *formatter) withComments(before []*doc, d *doc) *doc {
	if behind := f.behindToken(); behind != nothing {
		return concat(append(before, d, behind)...)
	}
	if before == nil {
		return d
	}
	return concat(append(before, d)...)
}

// ---- comments ----

// commentAhead tells whether a comment stands before the next token.
func (f *formatter) commentAhead() bool {
	return len(f.comments) > 0 && f.comments[0].At.From < f.tokens[0].at.From
}

// takeComment takes the next comment.
func (f *formatter) takeComment(k docKind) *doc {
	c := f.comments[0]
	f.comments = f.comments[1:]
	f.end, f.comment = c.At.To, true
	return &doc{kind: k, text: strings.TrimRight(f.spelling(c.At), " \t\r"), broken: true}
}

// before takes the comments before the next token, in the middle of something.
func (f *formatter) before() []*doc {
	var parts []*doc
	for f.commentAhead() {
		parts = append(parts, f.takeComment(docOwn))
	}
	return parts
}

// trailing takes the comment on the line of the last token. There is one: when
// a second waits, a comma between them was moved.
func (f *formatter) trailing() *doc {
	if f.commentAhead() && !f.comments[0].OwnLine && !f.comment {
		return f.takeComment(docTrailing)
	}
	return nothing
}

// behindToken takes the same comment in the middle of something, which breaks it.
// At the end of an entry it waits, for the entry isn't broken by it: `a, // of a`.
func (f *formatter) behindToken() *doc {
	switch f.tokens[0].kind {
	case kComma, kRParen, kRBracket, kRBrace:
		return nothing
	}
	if f.end == f.entryEnd {
		return nothing
	}
	return f.trailing()
}

// leading takes the comments before an entry, each on its line.
func (f *formatter) leading() *doc {
	parts := []*doc{}
	for f.commentAhead() {
		parts = append(parts, f.takeComment(docOwn), separator(hard, f.blankAhead()))
	}
	return concat(parts...)
}

// dangling takes the comments before a closing bracket or the end.
func (f *formatter) dangling() *doc {
	parts := []*doc{f.takeComment(docOwn)}
	for f.commentAhead() {
		parts = append(parts, separator(hard, f.blankAhead()), f.takeComment(docOwn))
	}
	return concat(parts...)
}

// ahead is what stands between the last token or comment and the next.
func (f *formatter) ahead() string {
	next := f.tokens[0].at.From
	if f.commentAhead() {
		next = f.comments[0].At.From
	}
	return f.src[f.end:max(next, f.end)]
}

func (f *formatter) newlineAhead() bool { return strings.Contains(f.ahead(), "\n") }
func (f *formatter) blankAhead() bool   { return strings.Count(f.ahead(), "\n") > 1 }

// ---- lists of entries ----

// entries makes the docs of statements, arms, fields and so on: their comments,
// what separates them, and the comments behind the last. nil when there are none.
func (f *formatter) entries(n int, between *doc, entry func(i int) *doc) *doc {
	var parts []*doc
	for i := range n {
		if i > 0 {
			parts = append(parts, separator(between, f.blankAhead()))
		}
		parts = append(parts, f.leading(), entry(i))
	}
	if f.commentAhead() {
		if n > 0 {
			parts = append(parts, separator(hard, f.blankAhead()))
		}
		parts = append(parts, f.dangling())
	}
	if parts == nil {
		return nil
	}
	return concat(parts...)
}

// lines makes statements or arms, which end with a comment of theirs; comma
// makes what stands before that.
func (f *formatter) lines(n int, between *doc, node func(i int) Node, make func(Node) *doc, comma func(last bool) *doc) *doc {
	outer := f.entryEnd
	defer func() { f.entryEnd = outer }()
	return f.entries(n, between, func(i int) *doc {
		e := node(i)
		f.entryEnd, f.lineStart = e.Span().To, f.tokens[0].at.From
		d := make(e)
		return concat(d, comma(i == n-1), f.trailing())
	})
}

// noComma is for entries that end with their line.
func (f *formatter) noComma(bool) *doc { return nothing }

// armComma takes the comma behind an arm. It is printed between arms that stand
// on one line.
func (f *formatter) armComma(last bool) *doc {
	if f.at(kComma) {
		f.advance()
	}
	if last {
		return nothing
	}
	return ifBroken(nothing, text(","))
}

// comma takes the comma behind an entry, if there is one; the last is printed
// where the list is broken. A comment behind the entry goes behind the comma.
func (f *formatter) comma(last bool) *doc {
	d := text(",")
	if last {
		d = ifBroken(d, nothing)
	}
	if f.at(kComma) {
		f.advance()
	}
	return concat(d, f.trailing())
}

// brackets makes what stands between brackets: on one line, or one entry on
// each. pad is what stands inside the brackets on one line; keep says that a
// newline behind the opening bracket stays.
func (f *formatter) brackets(pad *doc, keep bool, n int, entry func(i int) *doc) *doc {
	open := f.any()
	newline := keep && f.newlineAhead()
	inner := f.entries(n, line, func(i int) *doc { return concat(entry(i), f.comma(i == n-1)) })
	if inner == nil {
		return concat(open, f.any())
	}
	if newline {
		open = concat(open, breaks)
	}
	d := bracketed(open, indent(pad, inner), pad, f.any())
	d.keeps = keep
	return d
}
