package lang

import (
	"io"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"
)

// The bounds of one source. Each has its own diagnostic, and a source beyond
// one of the first three isn't parsed at all.
const (
	MaxSource    = 1 << 20   // bytes
	MaxTokens    = 200_000   //
	MaxBrackets  = 256       // brackets and holes open at once
	MaxLiteral   = 256 << 10 // bytes of a string or number as written
	MaxRegex     = 4 << 10   // bytes of a regex as written
	MaxExprDepth = 256       // expressions, patterns and types within each other
	MaxChain     = 1000      // operators, suffixes, handlers, `else if` in a row
	MaxParams    = 64        // of a fn or closure; also arguments of a call and params of a script
	MaxFields    = 256       // of a record, type or pattern
	MaxElements  = 10_000    // of a list, and entries of data
	MaxTypeDepth = 32        //
)

// scanner makes tokens out of a source in one pass. It reports what is wrong
// and goes on, and it hands out brackets only in pairs: a missing closer is
// supplied, a stray one dropped. So the parser can trust brackets, also when it
// looks for the place to go on after an error.
type scanner struct {
	source    *Source
	src       string
	pos       int
	newline   int // offset of the first newline since the last token, or -1
	tokens    []token
	comments  []Comment
	open      []bracket
	declaring bool // at the first word of a declaration
	suspect   bool // a closer or quote was missing in this statement
	stopped   bool // a bound was exceeded
	diags     *Diagnostics
}

// bracket is an open bracket or hole.
type bracket struct {
	kind kind
	at   int       // where it stands
	str  strBounds // of a hole: the string around it
}

// scan makes the tokens of a source; ok is false when a bound was exceeded.
func scan(source *Source, diags *Diagnostics) (tokens []token, comments []Comment, ok bool) {
	s := &scanner{source: source, src: string(source.Src), newline: -1, diags: diags}
	if len(s.src) > MaxSource {
		s.report("E0130", Span{MaxSource, MaxSource}, "the source is larger than 1 MiB")
		return []token{{kind: kEOF}}, nil, false
	}
	odd := s.checkText()
	s.tokens = make([]token, 0, min(len(s.src)/3, MaxTokens)+8) // a token takes about four bytes
	s.skipStart()
	for s.skipBlank() {
		s.scanToken()
	}
	s.finish()
	s.reportOdd(odd)
	return s.tokens, s.comments, !s.stopped
}

// finish closes what is open and ends the last statement.
func (s *scanner) finish() {
	s.closeDown(0, "the file ends")
	end := uint32(len(s.src))
	if n := len(s.tokens); n > 0 && s.tokens[n-1].kind != kTerm {
		s.push(kTerm, int(end), int(end))
	}
	s.tokens = append(s.tokens, token{kEOF, Span{end, end}})
}

func (s *scanner) report(code string, at Span, format string, args ...any) *Diagnostic {
	return s.diags.Report(s.source, code, at, format, args...)
}

// stop ends the scan because a bound was exceeded.
func (s *scanner) stop(code string, at int, format string, args ...any) {
	if !s.stopped {
		s.stopped = true
		s.report(code, span(at, min(at+1, len(s.src))), format, args...)
	}
	s.pos = len(s.src)
}

func span(from, to int) Span { return Span{uint32(from), uint32(to)} }

// ---- emitting ----

// prev is the kind of the last token, 0 at the start.
func (s *scanner) prev() kind {
	if n := len(s.tokens); n > 0 {
		return s.tokens[n-1].kind
	}
	return 0
}

// prevEnd is where the last token ends.
func (s *scanner) prevEnd() int {
	if n := len(s.tokens); n > 0 {
		return int(s.tokens[n-1].at.To)
	}
	return 0
}

func (s *scanner) push(k kind, from, to int) {
	if len(s.tokens) >= MaxTokens {
		s.stop("E0131", from, "the source has more than %d tokens", MaxTokens)
		return
	}
	s.tokens = append(s.tokens, token{k, span(from, to)})
}

// emit adds a token, and the end of the statement before it when there is one.
func (s *scanner) emit(k kind, from, to int) {
	if s.newline >= 0 {
		if s.endsLine(k) {
			s.pushTerm(s.newline)
		}
		s.newline = -1
	}
	s.push(k, from, to)
}

func (s *scanner) pushTerm(at int) {
	s.push(kTerm, at, at+1)
	s.suspect = false
}

// endsLine tells whether the newline before a token of this kind ends a
// statement. Before a `}` that isn't needed.
func (s *scanner) endsLine(next kind) bool {
	if s.beginsStatement(next) {
		return true
	}
	return endsStatement(s.prev()) && !s.joinsLines() && !continuesLine(next) && next != kRBrace
}

// beginsStatement tells whether a word that only begins statements follows a
// token that can't end one. The statement before lacks something; it is ended so
// that this one is read on its own.
func (s *scanner) beginsStatement(next kind) bool {
	switch s.prev() {
	case 0, kTerm, kLBrace, kIf, kWhile:
		return false
	}
	return s.declaring || next == kLet || next == kConst || next == kFor || next == kWhile || next == kDefer
}

// joinsLines tells whether newlines count for nothing here.
func (s *scanner) joinsLines() bool {
	return len(s.open) > 0 && s.open[len(s.open)-1].kind != kLBrace
}

// ---- blanks and comments ----

func (s *scanner) skipStart() {
	if strings.HasPrefix(s.src, "\ufeff") {
		s.pos = len("\ufeff")
	}
	if strings.HasPrefix(s.src[s.pos:], "#!") {
		s.comment(s.lineEnd(s.pos), false)
	}
}

// skipBlank goes to the next token and tells whether there is one.
func (s *scanner) skipBlank() bool {
	for s.pos < len(s.src) {
		rest := s.src[s.pos:]
		switch c := rest[0]; {
		case c == '\n':
			if s.newline < 0 {
				s.newline = s.pos
			}
			s.pos++
		case c == ' ' || c < ' ' || c == 0x7f:
			s.pos++ // control characters were reported
		case strings.HasPrefix(rest, "//"):
			s.lineComment()
		case strings.HasPrefix(rest, "/*"):
			s.blockComment()
		case c == '#' && !strings.HasPrefix(rest, "#{"):
			s.report("E0108", span(s.pos, s.pos+1), "a comment begins with `//`").
				Replace(span(s.pos, s.pos+1), "//")
			s.comment(s.lineEnd(s.pos), false)
		default:
			return true
		}
	}
	return false
}

func (s *scanner) lineEnd(from int) int {
	if i := strings.IndexByte(s.src[from:], '\n'); i >= 0 {
		return from + i
	}
	return len(s.src)
}

func (s *scanner) comment(end int, doc bool) {
	own := s.newline >= 0 || len(s.tokens) == 0
	s.comments = append(s.comments, Comment{Base{span(s.pos, end)}, doc, own})
	s.pos = end
}

func (s *scanner) lineComment() {
	end := s.lineEnd(s.pos)
	text := s.src[s.pos:end]
	if s.newline < 0 && endsExpression(s.prev()) {
		s.warnDivision(strings.TrimSpace(text[2:]), end)
	}
	s.comment(end, strings.HasPrefix(text, "///"))
}

// warnDivision warns of `n // 2`, where the comment was meant as a division.
func (s *scanner) warnDivision(text string, end int) {
	if text == "" || !isWord(text) {
		return
	}
	s.report("W0001", span(s.pos, end), "this is a comment, not a division").
		Fix("divide whole numbers with `.div("+text+")`", Edit{span(s.prevEnd(), end), ".div(" + text + ")"})
}

func isWord(text string) bool {
	for i := 0; i < len(text); i++ {
		if !isNameByte(text[i]) {
			return false
		}
	}
	return true
}

func (s *scanner) blockComment() {
	end := len(s.src)
	if i := strings.Index(s.src[s.pos+2:], "*/"); i >= 0 {
		end = s.pos + 2 + i + 2
	}
	at := span(s.pos, end)
	d := s.report("E0109", span(s.pos, s.pos+2), "there are no block comments")
	if c := s.byteAfterBlank(end); c == 0 || c == '\n' || c == '\r' {
		d.Fix("write `//` on each line", Edit{at, lineComments(s.src[s.pos:end])})
	} else {
		d.Replace(at, "")
	}
	if i := strings.IndexByte(s.src[s.pos:end], '\n'); i >= 0 && s.newline < 0 {
		s.newline = s.pos + i
	}
	s.comment(end, false)
}

// lineComments writes a block comment as line comments.
func lineComments(block string) string {
	text := strings.TrimSuffix(strings.TrimPrefix(block, "/*"), "*/")
	lines := strings.Split(strings.Trim(text, " \t\r\n*"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight("// "+strings.TrimLeft(line, " \t*"), " \t\r")
	}
	return strings.Join(lines, "\n")
}

// ---- tokens ----

func isNameStart(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
}

func isDigit(c byte) bool    { return '0' <= c && c <= '9' }
func isNameByte(c byte) bool { return isNameStart(c) || isDigit(c) }

// byteAt is the byte at an offset, 0 behind the end.
func (s *scanner) byteAt(i int) byte {
	if i < len(s.src) {
		return s.src[i]
	}
	return 0
}

// scanToken reads one token, or a string up to its first hole.
func (s *scanner) scanToken() {
	switch c := s.src[s.pos]; {
	case isNameStart(c):
		s.word()
	case isDigit(c):
		s.number()
	case c == '"':
		s.beginString(s.pos, s.pos, kStrBegin)
	case c == '\'' || c == '`':
		s.foreignQuotes(c)
	case c == '$' && s.byteAt(s.pos+1) == '"':
		s.prefixedString(s.pos + 1)
	case c == '.' && isDigit(s.byteAt(s.pos+1)) && !endsExpression(s.prev()):
		s.number()
	case c == '/' && s.isForeignRegex():
		s.foreignRegex()
	default:
		s.operator()
	}
}

// word reads a name, a reserved word, or a string that begins with letters.
func (s *scanner) word() {
	from, end := s.pos, s.pos
	for end < len(s.src) && isNameByte(s.src[end]) {
		end++
	}
	text := s.src[from:end]
	if s.wordString(text, end) {
		return
	}
	k := s.wordKind(text, end)
	if s.newline >= 0 {
		s.declaring = s.declares(k, text, end)
		s.closeBefore(k)
	}
	s.pos = end
	s.emit(k, from, end)
	s.declaring = false
}

// wordString reads `r".."`, `r#".."#`, `re".."` and reports `f".."`.
func (s *scanner) wordString(text string, end int) bool {
	next := s.byteAt(end)
	switch {
	case text == "r" && (next == '"' || next == '#' && s.byteAt(end+1) == '"'):
		s.rawString(s.pos, end)
	case text == "re" && next == '"':
		s.beginString(s.pos, end, kReBegin)
	case (next == '"' || next == '\'') && isStringPrefix(text) && !s.inHole():
		s.prefixedString(end)
	default:
		return false
	}
	return true
}

// inHole tells whether the innermost bracket is a hole: there, a name before a
// quote is the name, and the hole's closer is missing.
func (s *scanner) inHole() bool {
	return len(s.open) > 0 && s.open[len(s.open)-1].kind == kHole
}

// wordKind gives the kind of a word: a reserved word after `.` or before `:` is
// only a name.
func (s *scanner) wordKind(text string, end int) kind {
	k, ok := reserved(text)
	if !ok {
		return kName
	}
	if p := s.prev(); p == kDot || p == kOptDot {
		return kName
	}
	for s.byteAt(end) == ' ' {
		end++
	}
	if s.byteAt(end) == ':' {
		return kName
	}
	if rest := s.src[end:]; k == kElse && (strings.HasPrefix(rest, "=>") || strings.HasPrefix(rest, "->")) {
		return kName // the parser mends it to `_`
	}
	return k
}

func (s *scanner) number() {
	from := s.pos
	end, k := numberEnd(s.src, from)
	if end-from > MaxLiteral {
		s.report("E0133", span(from, end), "the number is longer than 256 KiB")
	}
	s.pos = end
	s.emit(k, from, end)
}

// operator reads punctuation.
func (s *scanner) operator() {
	from := s.pos
	k, n := s.operatorKind()
	s.pos += n
	switch k {
	case kBad:
		s.unknown(from)
	case kTerm:
		s.semicolon(from)
	case kLParen, kLBracket, kLBrace:
		s.emit(k, from, s.pos)
		s.pushOpen(bracket{kind: k, at: from})
	case kRParen, kRBracket, kRBrace:
		s.closer(k, from)
	default:
		s.emit(k, from, s.pos)
	}
}

func (s *scanner) semicolon(at int) {
	s.newline = -1
	if p := s.prev(); p != kTerm && p != kLBrace && p != 0 {
		s.pushTerm(at)
	}
}

// operators lists the punctuation that is more than one byte, longest first
// for each first byte.
var operators = [256][]struct {
	text string
	kind kind
}{
	'=': {{"===", kEq}, {"==", kEq}, {"=>", kFatArrow}, {"=", kAssign}},
	'!': {{"!==", kNe}, {"!=", kNe}, {"!", kBang}},
	'<': {{"<>", kNe}, {"<<", kForeign}, {"<=", kLe}, {"<", kLt}},
	'>': {{">>", kForeign}, {">=", kGe}, {">", kGt}},
	'&': {{"&&", kAndAnd}, {"&", kForeign}},
	'|': {{"||", kOrOr}, {"|>", kPipe}, {"|", kBar}},
	'?': {{"??", kCoalesce}, {"?.", kOptDot}, {"?", kQuestion}},
	'.': {{"..=", kRangeIncl}, {"..", kRange}, {".", kDot}},
	'+': {{"++", kForeign}, {"+=", kAddAssign}, {"+", kPlus}},
	'-': {{"--", kForeign}, {"->", kArrow}, {"-=", kSubAssign}, {"-", kMinus}},
	'*': {{"**", kForeign}, {"*=", kMulAssign}, {"*", kStar}},
	'/': {{"/=", kDivAssign}, {"/", kSlash}},
	'%': {{"%=", kRemAssign}, {"%", kPercent}},
	':': {{":=", kForeign}, {":", kColon}},
	'^': {{"^", kForeign}},
	'#': {{"#{", kLBrace}},
	'(': {{"(", kLParen}}, ')': {{")", kRParen}},
	'[': {{"[", kLBracket}}, ']': {{"]", kRBracket}},
	'{': {{"{", kLBrace}}, '}': {{"}", kRBrace}},
	',': {{",", kComma}}, ';': {{";", kTerm}},
}

// operatorKind finds the longest operator at the position.
func (s *scanner) operatorKind() (kind, int) {
	rest := s.src[s.pos:]
	for _, op := range operators[rest[0]] {
		if !strings.HasPrefix(rest, op.text) {
			continue
		}
		if op.text == "--" && !s.isDecrement() {
			continue
		}
		if op.text == "!" && s.pos == s.prevEnd() && endsExpression(s.prev()) {
			return kUnwrap, 1
		}
		if op.text != kindNames[op.kind] && op.kind != kForeign && op.kind != kTerm {
			s.foreignOperator(op.text, kindNames[op.kind])
		}
		return op.kind, len(op.text)
	}
	return kBad, 1
}

// isDecrement tells `i--` from `a --b`: nothing follows on the line.
func (s *scanner) isDecrement() bool {
	c := s.byteAfterBlank(s.pos + 2)
	return endsExpression(s.prev()) && (c == 0 || c == '\n' || c == '\r' || c == ';' || c == '}')
}

// foreignOperator reports an operator that we write otherwise.
func (s *scanner) foreignOperator(text, ours string) {
	at := span(s.pos, s.pos+len(text))
	s.report("E0213", at, "`%s` is written `%s`", text, ours).Replace(at, ours)
}

// lookalikes are characters that word processors put in place of ours.
var lookalikes = map[rune]string{
	'\u00a0': " ", '\u2018': `"`, '\u2019': `"`, '\u201c': `"`, '\u201d': `"`,
	'\u2013': "-", '\u2212': "-", '\uff08': "(", '\uff09': ")", '\u2026': "..",
}

// unknown reports characters that begin no token, and skips them. Letters
// become a name, so that one report is enough.
func (s *scanner) unknown(from int) {
	r, n := utf8.DecodeRuneInString(s.src[from:])
	s.pos = from + n
	if isLetter(r) {
		for s.pos < len(s.src) {
			r, n := utf8.DecodeRuneInString(s.src[s.pos:])
			if !isLetter(r) {
				break
			}
			s.pos += n
		}
		s.report("E0104", span(from, s.pos), "a name is made of the letters a to z, digits and `_`")
		s.emit(kName, from, s.pos)
		return
	}
	if r == utf8.RuneError && n == 1 || isOdd(r) {
		return // reported by checkText
	}
	d := s.report("E0104", span(from, s.pos), "`%c` has no meaning here", r)
	if ours, ok := lookalikes[r]; ok {
		d.Replace(span(from, s.pos), ours)
		return
	}
	s.emit(kBad, from, s.pos)
}

// ---- behind participle's interface ----

// definition lets participle use the scanner.
type definition struct{}

var (
	_ lexer.Definition       = definition{}
	_ lexer.StringDefinition = definition{}
	_ lexer.BytesDefinition  = definition{}
)

// Symbols gives the kinds by the names that struct tags use.
func (definition) Symbols() map[string]lexer.TokenType {
	symbols := map[string]lexer.TokenType{"EOF": kEOF}
	for k := kBad; k < kindCount; k++ {
		symbols[kindNames[k]] = k
	}
	return symbols
}

// Lex scans all of a reader.
func (d definition) Lex(name string, r io.Reader) (lexer.Lexer, error) {
	src, err := io.ReadAll(io.LimitReader(r, MaxSource+1))
	if err != nil {
		return nil, err
	}
	return d.LexBytes(name, src)
}

// LexString scans a string.
func (d definition) LexString(name, src string) (lexer.Lexer, error) {
	return d.LexBytes(name, []byte(src))
}

// LexBytes scans bytes; what is wrong with them comes back as an error.
func (definition) LexBytes(name string, src []byte) (lexer.Lexer, error) {
	var diags Diagnostics
	source := NewSource(name, src)
	tokens, _, _ := scan(source, &diags)
	if diags.HasErrors() {
		return nil, diags.Sorted()
	}
	return &feed{source: source, src: string(src), tokens: tokens}, nil
}

// feed hands tokens to participle, and EOF when they are used up. Positions are
// offsets only: lines and columns are computed when somebody reads them.
type feed struct {
	source *Source
	src    string
	tokens []token
	next   int
	end    uint32 // the offset of EOF
}

// Next gives the next token.
func (f *feed) Next() (lexer.Token, error) {
	if f.next >= len(f.tokens) {
		return lexer.Token{Type: kEOF, Pos: lexer.Position{Offset: int(f.end)}}, nil
	}
	t := f.tokens[f.next]
	f.next++
	value := f.src[t.at.From:t.at.To]
	if t.supplied() {
		value = suppliedText(t.kind)
	}
	return lexer.Token{Type: t.kind, Value: value, Pos: lexer.Position{Offset: int(t.at.From)}}, nil
}

// blanks gives so many tokens, for a lexer that is written over.
type blanks struct{ left int }

// Next gives the next token.
func (b *blanks) Next() (lexer.Token, error) {
	if b.left == 0 {
		return lexer.Token{Type: kEOF}, nil
	}
	b.left--
	return lexer.Token{Type: kTerm}, nil
}

// suppliedText is what a supplied token stands for.
func suppliedText(k kind) string {
	switch k {
	case kHoleEnd:
		return "}"
	case kRParen, kRBracket, kRBrace:
		return kindNames[k]
	}
	return ""
}
