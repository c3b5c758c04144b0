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
		p.failNested()
	case next.Type == kName:
		return p.foreignBeforeName(from, t, next)
	case next.Type == kLBrace && t.Value == "loop":
		return p.foreignLoop(from, t)
	case next.Type == kLBrace && t.Value == "do":
		p.failAt("E0232", t, "there is no `do`; a loop is `while cond { .. }`")
	case isWordOf(t.Value, "throw", "raise") && startsEntry(next.Type):
		return p.foreignThrow(from, t)
	case isWordOf(t.Value, "unless", "until") && startsExpr(next.Type) && next.Type != kLParen:
		return p.foreignNegated(from, t)
	case t.Value == "switch" && startsExpr(next.Type) && p.blockFollows():
		p.mend("E0232", t, "match")
		x := p.suffixes(from, p.match(from))
		return &ExprStmt{p.base(from), x}
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
	case "var", "val", "my", "local", "auto":
		p.mend("E0210", t, "let")
		return p.let(from)
	case "foreach":
		p.mend("E0232", t, "for")
		return p.forStmt(from)
	case "throw", "raise":
		return p.foreignThrow(from, t)
	case "unless", "until":
		return p.foreignNegated(from, t)
	case "switch":
		p.mend("E0232", t, "match")
		m := p.match(from)
		return &ExprStmt{p.base(from), m}
	case "import", "from", "use", "using", "require", "include":
		p.failImport(t)
	case "class", "struct", "interface", "record", "enum":
		p.failAt("E0245", t, "there is no `%s`; a record's type is named with `type %s = { name: T }`", t.Value, next.Value)
	case "except", "rescue":
		p.failExcept(t)
	}
	return nil
}

func (p *parser) failImport(t *lexer.Token) {
	p.failAt("E0241", t, "an import is written `import \"lib/file.rex\" as name`; the host's modules need none")
}

func (p *parser) failExcept(t *lexer.Token) {
	if isWordOf(t.Value, "finally", "ensure") {
		p.failAt("E0236", t, "there is no `%s`; what must run at the end of a block is written before it, as `defer { .. }`", t.Value)
	}
	d := NewDiagnostic(p.source, "E0236", p.spanOf(t), "a failure is handled by `catch |e| { .. }`")
	if head, ours := p.exceptHead(t); ours != "" {
		d.Replace(head, ours)
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

// foreignThrow reads `throw e` as `fail(e)`.
func (p *parser) foreignThrow(from uint32, t *lexer.Token) Stmt {
	at := p.spanOf(t)
	p.next()
	x := p.expr()
	p.report("E0216", at, "a failure is raised by `fail(..)`").
		Fix("call `fail`", Edit{Span{at.From, x.Span().From}, "fail("}, Edit{Span{p.end, p.end}, ")"})
	call := &Call{p.base(from), &Ident{Base{at}, "fail"}, []Arg{{Base{x.Span()}, nil, x}}}
	return &ExprStmt{p.base(from), call}
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

func (p *parser) failNested() {
	p.failAt("E0237", p.peek(), "a function stands at the top level; here write a closure: `let f = |x| { .. }`")
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

// foreignFor reads `for (x of xs) { .. }`.
func (p *parser) foreignFor(from uint32) Stmt {
	head := p.peekAt(1)
	if k := p.peekAt(2); isWordOf(head.Value, "let", "const", "var") || head.Type != kName || k.Type != kIn && !isName(k, "of") {
		p.failForeignFor()
	}
	open := p.spanOf(p.next())
	f := &For{}
	p.forHead(f)
	end := p.spanOf(p.expect(kRParen))
	p.report("E0232", open, "the head of a `for` has no parentheses").
		Fix("remove them", Edit{open, ""}, Edit{end, ""})
	f.Body = p.block()
	f.Base = p.base(from)
	return f
}

func (p *parser) failForeignFor() {
	p.failAt("E0232", p.peek(), "a loop is `for x in xs { .. }`, `for i in 0..10 { .. }` or `while cond { .. }`")
}

// foreignStep reads `++i`.
func (p *parser) foreignStep(from uint32) Stmt {
	t := p.peek()
	if t.Type != kForeign || t.Value != "++" || p.peekAt(1).Type != kName {
		return nil
	}
	op := p.spanOf(p.next())
	return p.step(from, p.ident(), OpAdd, op)
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
