package lang

import (
	"sort"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2/lexer"
)

// Parse reads one source. The tree is never nil; where the text could not be
// understood it has Bad nodes, and the diagnostics, sorted, have an error.
func Parse(name string, src []byte) (*File, Diagnostics) {
	source := NewSource(name, src)
	file := &File{Source: source}
	var diags Diagnostics
	tokens, comments, ok := scan(source, &diags)
	file.Comments = comments
	if ok {
		p := parsers.Get().(*parser)
		p.parse(file, tokens, &diags)
		p.release()
	}
	return file, diags.Sorted()
}

// parsers holds parsers that are not in use. Participle's part of one takes
// longer to build than a script takes to parse, and its custom productions are
// bound to their parser, so that one serves one source at a time.
var parsers = sync.Pool{New: func() any { return newParser() }}

// parser makes the tree of one source. Errors leave the statement they are in
// by a panic with bailout, which stmtOrBad and item catch: after it the parser
// goes on with the next statement.
type parser struct {
	tags *productions

	file   *File
	source *Source
	src    string
	diags  *Diagnostics
	lex    *lexer.PeekingLexer
	count  lexer.RawCursor // how many tokens it has before EOF
	fed    *lexer.PeekingLexer
	room   int // how many tokens fed has room for, with EOF

	end     uint32 // where the last token taken ends
	failed  uint32 // where the statement failed
	pending Stmt   // what is kept of a statement that fails
	depth   int    // expressions, patterns and types around this place
	types   int    // types around this place
	head    int    // the depth of the expression that is the head of a block, 0 if none
	param   bool   // in a param, where `in` begins a limit
	first   Stmt   // the first statement that was understood
	docs    int    // comments before this one document the script
	tryOpen Span   // from the last `try` to the `{` of its block
}

// bailout is the panic that leaves a statement.
type bailout struct{}

func (p *parser) release() {
	tags := p.tags
	*p = parser{tags: tags}
	parsers.Put(p)
}

// parse fills the file. What panics here other than bailout is a fault of ours
// or of participle; it must not take the process down with it.
func (p *parser) parse(file *File, tokens []token, diags *Diagnostics) {
	p.file, p.source, p.diags = file, file.Source, diags
	p.src = string(file.Src)
	defer func() {
		if fault := recover(); fault != nil {
			p.report("E0299", Span{p.end, p.end}, "the parser failed here: %v", fault)
		}
	}()
	p.scriptDoc(tokens)
	for from := 0; from < len(tokens); {
		to := p.itemEnd(tokens, from)
		if to > from {
			p.feed(tokens[from:to], tokens[to].at.From)
			p.head, p.param = 0, false
			p.items()
		}
		from = to + 1
	}
}

// feed gives the parser the tokens of one top-level statement. Feeding them one
// statement at a time bounds participle's memory by the largest, and they are
// written over those of the statement before: nothing of a tree points to them.
func (p *parser) feed(tokens []token, end uint32) {
	n := len(tokens)
	if n >= p.room {
		p.room = max(2*p.room, n+1)
		p.fed, _ = lexer.Upgrade(&blanks{p.room - 1}) // blanks never fails
	}
	f := feed{source: p.source, src: p.src, tokens: tokens, end: end}
	to := p.fed.Range(0, lexer.RawCursor(n+1))
	for i := range to {
		to[i], _ = f.Next() // nor does feed
	}
	p.fed.LoadCheckpoint(lexer.Checkpoint{})
	p.lex, p.count = p.fed, lexer.RawCursor(n)
}

// itemEnd finds the end of the top-level statement that begins at from: the
// next kTerm outside brackets, or the end.
func (p *parser) itemEnd(tokens []token, from int) int {
	depth := 0
	for i := from; i < len(tokens); i++ {
		depth += bracketStep(tokens[i].kind)
		switch tokens[i].kind {
		case kEOF:
			return i
		case kTerm:
			if depth == 0 && !p.mayContinue(tokens, from, i) && !p.inForHead(tokens, from, i) {
				return i
			}
		}
	}
	return len(tokens)
}

// mayContinue tells whether what stands behind the end of a line is mended to be
// a part of the statement before it: a `{` on its own line, or `elif` and
// `except` behind a block. The parser gets both and decides.
func (p *parser) mayContinue(tokens []token, from, end int) bool {
	switch next := tokens[end+1]; next.kind {
	case kLBrace:
		return takesBlock(tokens[from].kind)
	case kName:
		return tokens[end-1].kind == kRBrace && isForeignBranch(p.src[next.at.From:next.at.To])
	}
	return false
}

// inForHead tells whether a `;` stands between the parts of a loop's head, as in
// Go: no block came before it on its line.
func (p *parser) inForHead(tokens []token, from, at int) bool {
	if tokens[from].kind != kFor || !p.isSemicolon(tokens[at].kind, int(tokens[at].at.From)) {
		return false
	}
	for i := from; i < at; i++ {
		if tokens[i].kind == kLBrace {
			return false
		}
	}
	return true
}

func bracketStep(k kind) int {
	switch k {
	case kLParen, kLBracket, kLBrace, kHole:
		return 1
	case kRParen, kRBracket, kRBrace, kHoleEnd:
		return -1
	}
	return 0
}

// takesBlock tells whether a statement that begins so has a block.
func takesBlock(k kind) bool {
	switch k {
	case kFn, kIf, kFor, kWhile, kMatch, kTry, kDefer:
		return true
	}
	return false
}

// ---- tokens ----

func (p *parser) kind() kind            { return p.lex.Peek().Type }
func (p *parser) at(k kind) bool        { return p.lex.Peek().Type == k }
func (p *parser) peek() *lexer.Token    { return p.lex.Peek() }
func (p *parser) from() uint32          { return uint32(p.lex.Peek().Pos.Offset) }
func (p *parser) base(from uint32) Base { return Base{Span{from, max(from, p.end)}} }

// peekAt looks n tokens further than peek, and gives EOF behind the last.
func (p *parser) peekAt(n int) *lexer.Token {
	i := min(p.lex.RawCursor()+lexer.RawCursor(n), p.count)
	return &p.lex.Range(i, i+1)[0]
}

// spanOf gives the bytes of a token; one that the lexer supplied has none.
func (p *parser) spanOf(t *lexer.Token) Span {
	from := uint32(t.Pos.Offset)
	if p.supplied(t) {
		return Span{from, from}
	}
	return Span{from, from + uint32(len(t.Value))}
}

// supplied tells whether a token isn't in the source: then another text is.
func (p *parser) supplied(t *lexer.Token) bool {
	return t.Value == "" || !strings.HasPrefix(p.src[t.Pos.Offset:], t.Value)
}

// next takes a token.
func (p *parser) next() *lexer.Token {
	t := p.lex.Next()
	if !t.EOF() {
		p.end = p.spanOf(t).To
	}
	return t
}

// accept takes a token if it is of this kind.
func (p *parser) accept(k kind) bool {
	if p.at(k) {
		p.next()
		return true
	}
	return false
}

// expect takes a token of this kind, or leaves the statement.
func (p *parser) expect(k kind) *lexer.Token {
	if !p.at(k) {
		p.failExpected("`" + kindNames[k] + "`")
	}
	return p.next()
}

// isName tells whether a token is this name.
func isName(t *lexer.Token, word string) bool { return t.Type == kName && t.Value == word }

// name takes a name, or leaves the statement.
func (p *parser) name(what string) Name {
	t := p.peek()
	if t.Type != kName {
		p.failName(t, what)
	}
	p.next()
	return p.nameOf(t)
}

func (p *parser) nameOf(t *lexer.Token) Name {
	return Name{Base{p.spanOf(t)}, t.Value}
}

func (p *parser) failName(t *lexer.Token, what string) {
	if t.Type >= kAs && t.Type <= kWhile {
		at := p.spanOf(t)
		d := NewDiagnostic(p.source, "E0206", at, "`%s` is a reserved word and can't be %s", t.Value, what).
			Offer("rename it", Edit{at, t.Value + "_"})
		p.fail(t, d)
	}
	p.failExpected(what)
}

// ---- errors ----

func (p *parser) report(code string, at Span, format string, args ...any) *Diagnostic {
	return p.diags.Report(p.source, code, at, format, args...)
}

// fail reports, unless the lexer did so for this token or the bracket around,
// and leaves the statement.
func (p *parser) fail(t *lexer.Token, d *Diagnostic) {
	reported := t.Type == kBad || t.Type != kTerm && !t.EOF() && p.supplied(t)
	if !reported && !p.closerSupplied() {
		p.diags.Add(d)
	}
	p.failed = uint32(t.Pos.Offset)
	panic(bailout{})
}

func (p *parser) failExpected(what string) {
	p.failAt("E0202", p.peek(), "expected %s, found %s", what, p.found(p.peek()))
}

func (p *parser) failAt(code string, t *lexer.Token, format string, args ...any) {
	p.fail(t, NewDiagnostic(p.source, code, p.errorSpan(t), format, args...))
}

// errorSpan is where an error at a token is shown: an end of line is shown
// behind what stands before it.
func (p *parser) errorSpan(t *lexer.Token) Span {
	if t.EOF() || t.Type == kTerm {
		return Span{p.end, p.end}
	}
	return p.spanOf(t)
}

// found names a token in the language's words.
func (p *parser) found(t *lexer.Token) string {
	switch t.Type {
	case kEOF, kTerm:
		if t.Value != ";" && t.Pos.Offset < len(p.src) && p.src[t.Pos.Offset] != ';' {
			return "the end of the line"
		}
		if t.Pos.Offset >= len(p.src) {
			return "the end of the file"
		}
		return "`;`"
	case kString, kStrBegin:
		return "a string"
	case kRegex, kReBegin:
		return "a regex"
	case kName:
		return "the name `" + t.Value + "`"
	case kHoleEnd:
		return "the end of the hole"
	}
	return "`" + visible(shorten(t.Value)) + "`"
}

func shorten(s string) string {
	if len(s) > 40 {
		return s[:40] + "..."
	}
	return s
}

// enter counts what stands within each other, until leave.
func (p *parser) enter() {
	p.depth++
	if p.depth > MaxExprDepth {
		p.failAt("E0134", p.peek(), "more than %d expressions stand within each other here", MaxExprDepth)
	}
}

func (p *parser) leave() { p.depth-- }

// tooMany leaves the statement when a count exceeds a bound.
func (p *parser) tooMany(code string, n, bound int, what string) {
	if n > bound {
		p.failAt(code, p.peek(), "more than %d %s", bound, what)
	}
}

// ---- recovery ----

// place is what must be restored to go on after an error.
type place struct {
	lex          *lexer.PeekingLexer
	at           lexer.Checkpoint
	from         uint32
	depth, types int
	head         int
	pending      Stmt
}

func (p *parser) place() place {
	return place{p.lex, p.lex.MakeCheckpoint(), p.from(), p.depth, p.types, p.head, p.pending}
}

// recoverStmt is deferred around a statement. It skips one that failed and puts
// in its place what was understood of it.
func (p *parser) recoverStmt(start place, stmt *Stmt) {
	switch fault := recover().(type) {
	case nil:
		p.pending = start.pending
	case bailout:
		p.lex, p.depth, p.types, p.head = start.lex, start.depth, start.types, start.head
		p.lex.LoadCheckpoint(start.at)
		p.end = start.from
		p.sync()
		p.file.Skipped = append(p.file.Skipped, Span{start.from, p.end})
		if x, ok := (*stmt).(*ExprStmt); ok && !isCall(x.X) {
			*stmt = nil // what is left of it does nothing
		}
		if *stmt == nil {
			*stmt = p.pending
		}
		if *stmt == nil {
			*stmt = &BadStmt{p.base(start.from)}
		}
		p.pending = start.pending
	default:
		panic(fault)
	}
}

func isCall(e Expr) bool {
	_, ok := e.(*Call)
	return ok
}

// sync skips to the end of the statement that failed. Brackets are counted from
// its start; they come in pairs, so the end is a kTerm outside of them behind
// the error, or the closer of the block around it.
func (p *parser) sync() {
	for depth := 0; ; p.next() {
		t := p.peek()
		step := bracketStep(t.Type)
		switch {
		case t.EOF(), step < 0 && depth == 0:
			return
		case t.Type == kTerm && depth == 0 && uint32(t.Pos.Offset) >= p.failed:
			return
		}
		depth += step
	}
}

// goOn takes a token when a statement took none, which happens at a closer that
// is nobody's: in a text whose holes are broken, brackets need not come in pairs.
func (p *parser) goOn(before lexer.RawCursor) {
	if p.lex.RawCursor() == before && !p.peek().EOF() {
		p.next()
	}
}

// ---- comments ----

// scriptDoc takes the first `///` block of the file, before any token, as the
// documentation of the script.
func (p *parser) scriptDoc(tokens []token) {
	comments := p.file.Comments
	i := 0
	for i < len(comments) && !comments[i].Doc {
		i++
	}
	if i == len(comments) || comments[i].At.From > tokens[0].at.From {
		return
	}
	from := i
	for i++; i < len(comments) && comments[i].Doc && p.adjacent(comments[i-1].At.To, comments[i].At.From); i++ {
	}
	p.docs = i
	p.file.Doc = p.docText(comments[from:i])
}

// adjacent tells whether only blanks, a `;` and at most one newline stand between.
func (p *parser) adjacent(from, to uint32) bool {
	between := p.src[from:to]
	return strings.Trim(between, " \t\r\n;") == "" && strings.Count(between, "\n") <= 1
}

// docBefore gives the `///` lines directly above an offset.
func (p *parser) docBefore(offset uint32) string {
	comments := p.file.Comments
	end := sort.Search(len(comments), func(i int) bool { return comments[i].At.From >= offset })
	from := end
	for below := offset; from > p.docs && comments[from-1].Doc && p.adjacent(comments[from-1].At.To, below); from-- {
		below = comments[from-1].At.From
	}
	return p.docText(comments[from:end])
}

func (p *parser) docText(comments []Comment) string {
	lines := make([]string, len(comments))
	for i, c := range comments {
		text := strings.TrimRight(strings.TrimPrefix(p.source.Text(c.At), "///"), " \t\r")
		lines[i] = strings.TrimPrefix(text, " ")
	}
	return strings.Join(lines, "\n")
}
