package lang

import (
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// What other languages write where we write a statement. Each is recognised,
// reported once with the fix, and read as what it means wherever that is
// possible, so that the rest of the source is looked at too.

// mend reports a word of another language with ours.
func (p *parser) mend(code string, t *lexer.Token, ours string) {
	at := p.spanOf(t)
	p.report(code, at, "`%s` is written `%s`", t.Value, ours).Replace(at, ours)
}

var fnWords = []string{"def", "func", "function", "sub", "proc"}

// foreignModifier drops what other languages write before `fn` or `let`.
func (p *parser) foreignModifier() {
	t, next := p.peek(), p.peekAt(1)
	if t.Type != kName || next.Type != kFn && next.Type != kLet && next.Type != kConst ||
		!isWordOf(t.Value, "async", "pub", "public", "private", "static", "export") {
		return
	}
	p.report("E0245", p.spanOf(t), "there is no `%s`", t.Value).
		Fix("remove it", Edit{Span{p.spanOf(t).From, uint32(next.Pos.Offset)}, ""})
	p.next()
}

// foreignResult mends the result of `fn f(): T {`, and drops one that says that
// there is none.
func (p *parser) foreignResult(f *Fn) {
	t := p.peek()
	before := Span{p.end, p.spanOf(t).To}
	if next := p.peekAt(1).Type; t.Type == kColon && f.Result == nil && next != kTerm && next != kEOF {
		p.report("E0210", p.spanOf(t), "the type of a result stands behind `->`").Replace(before, " ->")
		p.next()
		f.Result = p.typ()
		return
	}
	if n, ok := f.Result.(*NamedType); ok && isWordOf(n.Name.Text, "void", "unit", "Unit", "None") && n.Module == nil && n.Arg == nil {
		from := uint32(len(strings.TrimRight(p.src[:strings.LastIndex(p.src[:n.At.From], "->")], " ")))
		p.report("E0210", n.At, "a function that gives nothing has no `->`").
			Fix("remove it", Edit{Span{from, n.At.To}, ""})
		f.Result = nil
	}
}

// typeWords are names of types, ours and others', that other languages write
// before the name of a variable.
var typeWords = []string{
	"int", "float", "bool", "string", "str", "double", "char", "long", "auto", "boolean", "String", "Integer",
	"path", "url", "duration", "size", "time", "bytes",
}

// foreignTyped reads `int n = 1`.
func (p *parser) foreignTyped(from uint32, t, name *lexer.Token) Stmt {
	if p.peekAt(2).Type != kAssign || !slices.Contains(typeWords, t.Value) {
		return nil
	}
	p.report("E0210", p.spanOf(t), "a variable is declared by `let`, and its type follows from its value").
		Replace(p.spanOf(t), "let")
	return p.let(from)
}

// foreignDiscard reads the rest of `_ = e`.
func (p *parser) foreignDiscard(from uint32, id *Ident) Stmt {
	p.report("E0210", id.At, "a value is discarded by `let _ = ..`").
		Fix("write `let`", Edit{Span{from, from}, "let "})
	l := &Let{Name: Name{id.Base, id.Name}, Value: p.expr()}
	l.Base = p.base(from)
	return l
}

// isForeignFn tells whether a `fn` with another word begins here.
func (p *parser) isForeignFn(t *lexer.Token) bool {
	return t.Type == kName && slices.Contains(fnWords, t.Value) &&
		p.peekAt(1).Type == kName && p.peekAt(2).Type == kLParen
}

// foreignStmt reads a statement that begins with a word of another language, or
// gives nil.
func (p *parser) foreignStmt(from uint32) Stmt {
	t, next := p.peek(), p.peekAt(1)
	switch {
	case next.Type == kName && p.isForeignFn(t):
		p.failNested(t)
	case t.Value == "assert" && startsExpr(next.Type) && (next.Type != kLParen || p.peekAt(1).Pos.Offset > t.Pos.Offset+len("assert")):
		return p.foreignAssert(from, t)
	case next.Type == kName:
		return p.foreignBeforeName(from, t, next)
	case next.Type == kLBrace && t.Value == "loop":
		return p.foreignLoop(from, t)
	case next.Type == kLBrace && t.Value == "do":
		p.failDo(t)
	case isWordOf(t.Value, "throw", "raise") && startsEntry(next.Type):
		return p.foreignThrow(from, t)
	case isWordOf(t.Value, "unless", "until") && startsExpr(next.Type) && next.Type != kLParen:
		return p.foreignNegated(from, t)
	case isWordOf(t.Value, "switch", "when") && startsExpr(next.Type) && p.blockFollows():
		return p.foreignSwitch(from, t)
	case t.Value == "import" && (next.Type == kLBrace || next.Type == kStar), t.Value == "package" && next.Type == kName:
		p.failImport(t)
	case isExcept(t.Value) && !continuesName(next.Type):
		p.failExcept(t)
	case isWordOf(t.Value, "require", "use", "import", "include") && (next.Type == kString || next.Type == kStrBegin):
		p.failImport(t)
	}
	return nil
}

// continuesName tells whether a name before this token is an ordinary operand.
func continuesName(k kind) bool {
	switch k {
	case kLParen, kDot, kOptDot, kLBracket, kAssign, kUnwrap:
		return true
	}
	return power(k) > 0
}

func isWordOf(word string, words ...string) bool { return slices.Contains(words, word) }

// foreignBeforeName reads what is a statement when a name follows the word.
func (p *parser) foreignBeforeName(from uint32, t, next *lexer.Token) Stmt {
	switch t.Value {
	case "var", "val", "my", "local":
		p.mend("E0210", t, "let")
		return p.let(from)
	case "foreach":
		p.mend("E0232", t, "for")
		return p.forStmt(from)
	case "throw", "raise":
		return p.foreignThrow(from, t)
	case "unless", "until":
		return p.foreignNegated(from, t)
	case "switch", "when":
		return p.foreignSwitch(from, t)
	case "import", "from", "use", "using", "require", "include", "package":
		p.failImport(t)
	case "class", "struct", "interface", "record", "enum":
		p.mendRecordType(t, next)
		p.failAt("E0245", t, "there is no `%s`; a record's type is named with `type %s = { name: T }`", t.Value, next.Value)
	case "except", "rescue":
		p.failExcept(t)
	}
	return p.foreignTyped(from, t, next)
}

// mendRecordType offers `type` for a struct that has fields only, and for an
// enum of names.
func (p *parser) mendRecordType(t, name *lexer.Token) {
	if p.peekAt(2).Type != kLBrace {
		return
	}
	head := Span{p.spanOf(t).From, p.spanOf(p.peekAt(2)).From}
	d := NewDiagnostic(p.source, "E0245", p.spanOf(t), "there is no `%s`", t.Value)
	first := p.peekAt(3)
	if first.Type == kTerm {
		first = p.peekAt(4)
	}
	end := p.closerOf(2)
	switch {
	case end == nil || p.supplied(end):
	case t.Value != "enum" && first.Type == kName && p.fieldsOnly(3, end):
		p.fail(t, d.Fix("name a record's type", Edit{head, "type " + name.Value + " = "}))
	case t.Value == "enum" && first.Type == kName:
		if words := p.namesIn(3, end); words != "" {
			p.fail(t, d.Fix("name a word type", Edit{Span{head.From, p.spanOf(end).To}, "type " + name.Value + " = " + words}))
		}
	}
}

// closerOf gives the token that closes the bracket at the n-th token, or nil
// when it is far away.
func (p *parser) closerOf(n int) *lexer.Token {
	if n = p.behindBracket(n); n == 0 {
		return nil
	}
	return p.peekAt(n - 1)
}

// maxAhead is how many tokens are looked at to see how far a foreign form goes.
const maxAhead = 2000

// behindBracket gives the number of the token behind the bracket that opens at
// the n-th, 0 when it is too far away.
func (p *parser) behindBracket(n int) int {
	depth := 0
	for i := n; i < n+maxAhead; i++ {
		t := p.peekAt(i)
		if depth += bracketStep(t.Type); depth == 0 {
			return i + 1
		}
		if t.EOF() {
			break
		}
	}
	return 0
}

// fieldsOnly tells whether what stands between the n-th token and the end is
// fields with types.
func (p *parser) fieldsOnly(n int, end *lexer.Token) bool {
	for ; n < maxAhead && p.peekAt(n).Pos.Offset < end.Pos.Offset; n++ {
		switch p.peekAt(n).Type {
		case kName, kColon, kComma, kTerm, kQuestion, kLBracket, kRBracket, kDot:
		default:
			return false
		}
	}
	return true
}

// namesIn writes names with commas between them as a word type, "" if that is
// not what they are.
func (p *parser) namesIn(n int, end *lexer.Token) string {
	var words []string
	for ; n < maxAhead && p.peekAt(n).Pos.Offset < end.Pos.Offset; n++ {
		switch t := p.peekAt(n); t.Type {
		case kName:
			words = append(words, `"`+t.Value+`"`)
		case kComma, kTerm:
		default:
			return ""
		}
	}
	return strings.Join(words, " | ")
}

// failImport reports an import of another language. The host's modules need
// none, so the line goes; a file of ours is imported otherwise.
func (p *parser) failImport(t *lexer.Token) {
	from := uint32(t.Pos.Offset)
	line := p.source.Lines().Line(p.source.Lines().Position(from).Line)
	text := p.source.Text(Span{from, line.To})
	d := NewDiagnostic(p.source, "E0241", p.spanOf(t), "an import is written `import \"lib/file.rex\" as name`; the host's modules need none")
	if !strings.Contains(text, ".rex") && !strings.ContainsAny(text, "()[]=") && strings.Count(text, "{") == strings.Count(text, "}") {
		d.Fix("remove it", Edit{Span{from, p.behindLine(line)}, ""})
	}
	p.fail(t, d)
}

// checkRequire reports `let fs = require("fs")`.
func (p *parser) checkRequire(l *Let) {
	c, ok := l.Value.(*Call)
	if !ok || len(c.Args) != 1 {
		return
	}
	if id, ok := c.Fn.(*Ident); !ok || id.Name != "require" {
		return
	}
	if _, ok := c.Args[0].Value.(*Text); ok && endsStmt(p.kind()) {
		line := p.source.Lines().Line(p.source.Lines().Position(l.At.From).Line)
		d := NewDiagnostic(p.source, "E0241", c.Fn.Span(), "nothing is required: the host's modules are always there")
		p.pending = nil
		p.fail(p.peek(), d.Fix("remove it", Edit{Span{l.At.From, p.behindLine(line)}, ""}))
	}
}

// checkImport reports an import of another language's module by its path.
func (p *parser) checkImport(t *lexer.Token) {
	if path := p.peekAt(1); endsStmt(p.peekAt(2).Type) && !strings.Contains(path.Value, ".rex") && !strings.Contains(path.Value, "/") {
		p.failImport(t)
	}
}

// behindLine is where the next line begins.
func (p *parser) behindLine(line Span) uint32 {
	if end := int(line.To); end < len(p.src) {
		return uint32(end + strings.IndexByte(p.src[end:], '\n') + 1)
	}
	return line.To
}

func (p *parser) failExcept(t *lexer.Token) {
	if isWordOf(t.Value, "finally", "ensure") {
		p.failFinally(t)
	}
	d := NewDiagnostic(p.source, "E0236", p.spanOf(t), "a failure is handled by `catch |e| { .. }`")
	if head, ours := p.exceptHead(t); ours != "" {
		d.Replace(head, ours)
	}
	p.fail(t, d)
}

// failFinally reports `try { A } finally { B }`. A defer at the start of the
// block runs before the handler and not behind it, so that it is offered.
func (p *parser) failFinally(t *lexer.Token) {
	d := NewDiagnostic(p.source, "E0236", p.spanOf(t), "there is no `%s`; what must run at the end of a block is written before it, as `defer { .. }`", t.Value)
	n := 0
	for p.peekAt(n).Pos.Offset < t.Pos.Offset {
		n++
	}
	end := p.behindBracket(n + 1)
	if p.peekAt(n+1).Type == kLBrace && end > 0 && p.tryOpen.Len() > 0 && p.tryOpen.To <= p.end {
		block := Span{p.spanOf(p.peekAt(n + 1)).From, p.spanOf(p.peekAt(end - 1)).To}
		lead := " "
		if strings.HasPrefix(strings.TrimLeft(p.src[p.tryOpen.To:], " \t\r"), "\n") {
			lead = "\n" + p.indent(p.tryOpen.From) + "    "
		}
		begin := Edit{Span{p.tryOpen.To, p.tryOpen.To}, lead + "defer " + p.source.Text(block)}
		if lead == " " {
			begin.New += ";"
		}
		behind := Edit{Span{p.end, block.To}, ""}
		if !strings.Contains(p.source.Text(Span{p.tryOpen.To, p.end}), "catch") {
			behind.New = " catch |e| { fail(e) }"
		}
		d.Offer("write a `defer`", begin, behind)
	}
	p.fail(t, d)
}

// exceptHead gives what stands before the block of an `except X as e {`, and
// how we write it.
func (p *parser) exceptHead(t *lexer.Token) (Span, string) {
	n := 0
	for p.peekAt(n).Pos.Offset != t.Pos.Offset {
		n++ // the end of the line before it
	}
	name := ""
	for n++; n < 8; n++ {
		switch next := p.peekAt(n); next.Type {
		case kName:
			name = next.Value
		case kAs, kLParen, kRParen:
		case kLBrace:
			end := p.spanOf(p.peekAt(n - 1)).To
			if name == "" {
				return p.spanOf(t), "catch"
			}
			return Span{p.spanOf(t).From, end}, "catch |" + name + "|"
		default:
			return Span{}, ""
		}
	}
	return Span{}, ""
}

// foreignSwitch reads `switch e { case a: .. }` as a match.
func (p *parser) foreignSwitch(from uint32, t *lexer.Token) Stmt {
	p.mend("E0232", t, "match")
	x := p.suffixes(from, p.match(from))
	return &ExprStmt{p.base(from), x}
}

// failDo reports `do { .. } while c`. A `continue` in it would skip the
// condition, so that then it is for the writer to mend.
func (p *parser) failDo(t *lexer.Token) {
	d := NewDiagnostic(p.source, "E0232", p.spanOf(t), "there is no `do`; a loop is `while cond { .. }`")
	if n := p.behindBracket(1); n > 0 && p.peekAt(n).Type == kWhile {
		last := n + 1
		for !endsStmt(p.peekAt(last).Type) && last < maxAhead {
			last++
		}
		cond := Span{p.spanOf(p.peekAt(n + 1)).From, p.spanOf(p.peekAt(last - 1)).To}
		body := Span{p.spanOf(p.peekAt(1)).From, p.spanOf(p.peekAt(n - 1)).From}
		text, end := strings.TrimSpace(p.source.Text(cond)), body.To
		for end > body.From && isBlank(p.src[end-1]) {
			end--
		}
		stop := "; if !(" + text + ") { break } }"
		if strings.Contains(p.source.Text(body), "\n") {
			stop = "\n" + p.indent(end) + "if !(" + text + ") { break }\n" + p.indent(body.From) + "}"
		}
		edits := []Edit{{p.spanOf(t), "while true"}, {Span{end, cond.To}, stop}}
		if strings.Contains(p.source.Text(body), "continue") || last >= maxAhead {
			d.Offer("end the loop at its end", edits...)
		} else {
			d.Fix("end the loop at its end", edits...)
		}
	}
	p.fail(t, d)
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// indent is the white space at the start of an offset's line.
func (p *parser) indent(offset uint32) string {
	line := p.source.Text(p.source.Lines().Line(p.source.Lines().Position(offset).Line))
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}

// foreignThrow reads `throw e` as `fail(e)`, and `throw Error("..")` as
// `fail("..")`.
func (p *parser) foreignThrow(from uint32, t *lexer.Token) Stmt {
	at := p.spanOf(t)
	p.next()
	gap := p.from()
	if isName(p.peek(), "new") && p.peekAt(1).Type == kName {
		p.next()
	}
	x := p.expr()
	d := p.report("E0216", at, "a failure is raised by `fail(..)`")
	if message := p.raised(x); message != nil {
		d.Fix("call `fail`", Edit{Span{at.From, message.Span().From}, "fail("}, Edit{Span{message.Span().To, p.end}, ")"})
		x = message
	} else {
		d.Fix("call `fail`", Edit{Span{at.From, gap}, "fail("}, Edit{Span{p.end, p.end}, ")"})
	}
	call := &Call{p.base(from), &Ident{Base{at}, "fail"}, []Arg{{Base{x.Span()}, nil, x}}}
	return &ExprStmt{p.base(from), call}
}

// foreignAssert reads `assert c, "why"`.
func (p *parser) foreignAssert(from uint32, t *lexer.Token) Stmt {
	at := p.spanOf(p.next())
	start := p.from()
	args := []Arg{}
	for {
		x := p.expr()
		args = append(args, Arg{Base{x.Span()}, nil, x})
		if len(args) == 2 || !p.accept(kComma) {
			break
		}
	}
	p.report("E0203", Span{at.From, at.To}, "a call has parentheses").
		Fix("call it", Edit{Span{at.To, start}, "("}, Edit{Span{p.end, p.end}, ")"})
	call := &Call{p.base(from), &Ident{Base{at}, t.Value}, args}
	return &ExprStmt{call.Base, call}
}

// raised is the message of `Error("..")`, the exception of another language.
func (p *parser) raised(x Expr) Expr {
	c, ok := x.(*Call)
	if !ok || len(c.Args) == 0 || c.Args[0].Name != nil {
		return nil
	}
	if id, ok := c.Fn.(*Ident); ok && 'A' <= id.Name[0] && id.Name[0] <= 'Z' {
		return c.Args[0].Value
	}
	return nil
}

// foreignNegated reads `unless c { .. }` and `until c { .. }`.
func (p *parser) foreignNegated(from uint32, t *lexer.Token) Stmt {
	ours := map[string]string{"unless": "if", "until": "while"}[t.Value]
	at := p.spanOf(t)
	p.next()
	cond := p.headCond()
	end := p.end
	p.report("E0232", at, "`%s` is written `%s !`", t.Value, ours).
		Fix("negate the condition", Edit{at, ours}, Edit{Span{cond.At.From, cond.At.From}, "!("}, Edit{Span{end, end}, ")"})
	cond.Value = &Unary{Base{cond.At}, OpNot, cond.Value}
	body := p.block()
	if ours == "while" {
		return &While{p.base(from), cond, body}
	}
	x := &If{Base: p.base(from), Arms: []IfArm{{p.base(from), cond, body}}}
	return &ExprStmt{x.Base, x}
}

func (p *parser) foreignLoop(from uint32, t *lexer.Token) Stmt {
	at := p.spanOf(t)
	p.mend("E0232", t, "while true")
	p.next()
	cond := Cond{Base{at}, nil, &Bool{Base{at}, true}}
	body := p.block()
	return &While{p.base(from), cond, body}
}

// blockFollows tells whether a `{` follows on this line.
func (p *parser) blockFollows() bool {
	for n := 1; n < 50; n++ {
		switch t := p.peekAt(n); {
		case t.Type == kLBrace:
			return true
		case endsStmt(t.Type):
			return false
		}
	}
	return false
}

// failNested reports a function within a block. Its head becomes that of a
// closure, whose result follows from its body.
func (p *parser) failNested(t *lexer.Token) {
	d := NewDiagnostic(p.source, "E0237", p.spanOf(t), "a function stands at the top level; here write a closure: `let f = |x| { .. }`")
	if open, end, body := p.fnHead(2); body != nil {
		d.Fix("write a closure",
			Edit{Span{p.spanOf(t).From, p.spanOf(open).To}, "let " + p.peekAt(1).Value + " = |"},
			Edit{Span{p.spanOf(end).From, p.spanOf(body).From}, "| "})
	}
	p.fail(t, d)
}

// fnHead gives the brackets of the parameters that begin at the n-th token and
// the `{` of the body, if they could be those of a closure: without defaults.
func (p *parser) fnHead(n int) (open, end, body *lexer.Token) {
	to := p.behindBracket(n)
	if p.peekAt(n).Type != kLParen || to == 0 {
		return nil, nil, nil
	}
	for i := n; i < to; i++ {
		if p.peekAt(i).Type == kAssign {
			return nil, nil, nil
		}
	}
	for i := to; i < to+50; i++ {
		switch t := p.peekAt(i); {
		case t.Type == kLBrace:
			return p.peekAt(n), p.peekAt(to - 1), t
		case i == to && t.Type != kArrow && t.Type != kColon, endsStmt(t.Type):
			return nil, nil, nil
		}
	}
	return nil, nil, nil
}

// foreignMut drops the `mut` of `let mut x`.
func (p *parser) foreignMut() {
	t := p.peek()
	if !isName(t, "mut") || p.peekAt(1).Type != kName {
		return
	}
	at := p.spanOf(t)
	p.report("E0210", at, "every variable may be assigned again").
		Fix("remove `mut`", Edit{Span{at.From, uint32(p.peekAt(1).Pos.Offset)}, ""})
	p.next()
}

// foreignStep reads `++i` and `--i`.
func (p *parser) foreignStep(from uint32) Stmt {
	t, next := p.peek(), p.peekAt(1)
	switch {
	case t.Type == kForeign && t.Value == "++" && next.Type == kName:
		op := p.spanOf(p.next())
		return p.step(from, p.ident(), OpAdd, op)
	case t.Type == kMinus && next.Type == kMinus && next.Pos.Offset == t.Pos.Offset+1 &&
		p.peekAt(2).Type == kName && endsStmt(p.peekAt(3).Type):
		op := p.spanOf(p.next()).Join(p.spanOf(p.next()))
		return p.step(from, p.ident(), OpSub, op)
	}
	return nil
}

// step reports `i++` and makes `i += 1` of it.
func (p *parser) step(from uint32, x Expr, op Op, at Span) Stmt {
	whole := p.base(from)
	p.report("E0215", at, "there is no `%s`", p.source.Text(at)).
		Replace(whole.At, p.source.Text(x.Span())+" "+op.String()+"= 1")
	return &Assign{whole, x, op, &Int{Base{at}, 1}}
}

// foreignAssign reads `x := e`, `x++` and `x--` after x.
func (p *parser) foreignAssign(from uint32, x Expr) Stmt {
	t := p.peek()
	if t.Type != kForeign {
		return nil
	}
	switch t.Value {
	case "++":
		p.next()
		return p.step(from, x, OpAdd, p.spanOf(t))
	case "--":
		p.next()
		return p.step(from, x, OpSub, p.spanOf(t))
	case ":=":
		if id, ok := x.(*Ident); ok {
			return p.foreignDefine(from, id, t)
		}
	}
	return nil
}

func (p *parser) foreignDefine(from uint32, id *Ident, t *lexer.Token) Stmt {
	p.report("E0210", p.spanOf(t), "a variable is declared by `let`").
		Fix("write `let`", Edit{Span{from, from}, "let "}, Edit{p.spanOf(t), "="})
	p.next()
	l := &Let{Name: Name{id.Base, id.Name}, Value: p.expr()}
	l.Base = p.base(from)
	return l
}

func isElif(word string) bool { return isWordOf(word, "elif", "elsif", "elseif") }

func isExcept(word string) bool { return isWordOf(word, "except", "rescue", "finally", "ensure") }

// isForeignBranch tells whether a word continues an if or try in other languages.
func isForeignBranch(word string) bool { return isElif(word) || isExcept(word) }

// foreignElif reads `elif` and its kin as `else if`.
func (p *parser) foreignElif() bool {
	t := p.peek()
	skip := t.Type == kTerm
	if skip {
		t = p.peekAt(1)
	}
	if t.Type != kName || !isElif(t.Value) {
		return false
	}
	if skip {
		p.next()
	}
	p.mend("E0211", t, "else if")
	p.next()
	return true
}

// foreignExcept reports what other languages write after a `try` block.
func (p *parser) foreignExcept() {
	t := p.peek()
	if t.Type == kTerm {
		t = p.peekAt(1)
	}
	if t.Type == kName && isExcept(t.Value) {
		p.failExcept(t)
	}
}

// foreignCatch reads `catch (e) { .. }`.
func (p *parser) foreignCatch() *Name {
	if !p.at(kLParen) || p.peekAt(1).Type != kName || p.peekAt(2).Type != kRParen || p.peekAt(3).Type != kLBrace {
		return nil
	}
	from := p.from()
	p.next()
	name := p.name("a name")
	p.next()
	p.report("E0223", Span{from, p.end}, "the error's name stands between bars").
		Replace(Span{from, p.end}, "|"+name.Text+"|")
	return &name
}

// foreignThen drops the `then` before a block.
func (p *parser) foreignThen() {
	if t, next := p.peek(), p.peekAt(1); isName(t, "then") && next.Type == kLBrace {
		p.report("E0207", p.spanOf(t), "a block follows its head at once").
			Fix("remove `then`", Edit{Span{p.spanOf(t).From, p.spanOf(next).From}, ""})
		p.next()
	}
}

// letSome reads the name of `if let x = e`, also as `Some(x)`.
func (p *parser) letSome() Name {
	t := p.peek()
	if !isName(t, "Some") || p.peekAt(1).Type != kLParen || p.peekAt(2).Type != kName || p.peekAt(3).Type != kRParen {
		return p.name("a name")
	}
	at := p.spanOf(t).Join(p.spanOf(p.peekAt(3)))
	name := p.nameOf(p.peekAt(2))
	p.report("E0202", at, "`if let x = e` binds what is there").Replace(at, name.Text)
	for range 4 {
		p.next()
	}
	return name
}

// caseBody reads what stands behind `case x:` up to the next arm: statements,
// and a `break` that an arm has no need of.
func (p *parser) caseBody(after uint32) *Block {
	from := p.from()
	if p.at(kTerm) {
		p.next()
		from = p.from()
	}
	b := &Block{}
	for !p.at(kRBrace) && !p.peek().EOF() && !p.isCase() {
		if p.accept(kTerm) {
			continue
		}
		b.Stmts = append(b.Stmts, p.stmtOrBad())
	}
	last := p.lastOf(b)
	if brk, ok := last.(*Break); ok && len(b.Stmts) > 1 {
		b.Stmts = b.Stmts[:len(b.Stmts)-1]
		gap := Span{b.Stmts[len(b.Stmts)-1].Span().To, brk.At.To}
		p.report("E0232", brk.At, "an arm of a match ends by itself").Fix("remove `break`", Edit{gap, ""})
	}
	b.Base = Base{Span{from, max(from, p.end)}}
	if len(b.Stmts) > 1 {
		b.Braces = true
		end := p.lastOf(b).Span().To
		p.report("E0232", Span{after, after}, "an arm with several statements has a block").
			Fix("write a block", Edit{Span{after, after}, " {"}, Edit{Span{end, end}, "\n" + p.indent(p.headOf(after)) + "}"})
	}
	return b
}

// headOf is an offset on the line of another, before blanks.
func (p *parser) headOf(offset uint32) uint32 {
	return p.source.Lines().Line(p.source.Lines().Position(offset).Line).From
}

func (p *parser) lastOf(b *Block) Stmt {
	if len(b.Stmts) == 0 {
		return nil
	}
	return b.Stmts[len(b.Stmts)-1]
}

// isCase tells whether an arm of a switch begins.
func (p *parser) isCase() bool {
	t, next := p.peek(), p.peekAt(1)
	return isName(t, "case") && startsPattern(next.Type) || isName(t, "default") && next.Type == kColon
}

// foreignCase reads what other languages begin an arm with, and gives the
// pattern when that is all of it.
func (p *parser) foreignCase() Pattern {
	t, next := p.peek(), p.peekAt(1)
	arrow := next.Type == kFatArrow || next.Type == kColon || next.Type == kArrow
	switch {
	case isName(t, "case") && startsPattern(next.Type):
		p.report("E0232", p.spanOf(t), "an arm begins with its pattern").
			Fix("remove `case`", Edit{Span{p.spanOf(t).From, uint32(next.Pos.Offset)}, ""})
		p.next()
	case (t.Type == kElse || isName(t, "default") || isName(t, "else")) && arrow:
		p.mend("E0232", t, "_")
		p.next()
		at := Base{p.spanOf(t)}
		return &NamePattern{at, Name{at, "_"}}
	}
	return nil
}

// armArrow takes the `=>` of an arm.
func (p *parser) armArrow() {
	t := p.peek()
	switch t.Type {
	case kFatArrow:
	case kArrow, kColon:
		at := p.spanOf(t)
		p.report("E0232", at, "an arm is written `pattern => ..`").
			Fix("write `=>`", Edit{Span{p.end, at.To}, " =>"})
	default:
		p.failExpected("`=>`")
	}
	p.next()
}

// failTrailing reports what follows a complete statement on its line.
func (p *parser) failTrailing(t *lexer.Token) {
	switch {
	case t.Type == kFatArrow:
		p.failAt("E0233", t, "a closure is written `|x| ..`")
	case t.Type == kElse:
		p.failAt("E0203", t, "this `else` belongs to no `if`")
	case t.Type == kName && isExcept(t.Value):
		p.failExcept(t)
	case t.Type == kForeign:
		p.failAt("E0230", t, "there is no operator `%s`", t.Value)
	}
	d := NewDiagnostic(p.source, "E0203", p.errorSpan(t), "expected the end of the statement, found %s", p.found(t))
	if fix, ok := p.callFix(t); ok {
		d.Fix("call it", fix...)
	} else if startsExpr(t.Type) {
		d.Note("each statement stands on its own line")
	}
	p.fail(t, d)
}

// callFix offers parentheses for `print "x"`, with the cursor at the string.
func (p *parser) callFix(t *lexer.Token) ([]Edit, bool) {
	before := p.src[:p.end]
	line := strings.TrimSpace(before[strings.LastIndexByte(before, '\n')+1:])
	if !startsEntry(t.Type) || line == "" || !isWord(line) || !endsStmt(p.peekAt(1).Type) {
		return nil, false
	}
	at := p.spanOf(t)
	return []Edit{{Span{p.end, at.From}, "("}, {Span{at.To, at.To}, ")"}}, true
}
