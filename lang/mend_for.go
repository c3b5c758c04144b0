package lang

import (
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// The heads of loops in other languages.

// foreignFor reads the head of a loop that is not ours, when it is one:
//
//	for (x of xs)   for (let x in xs)   for (k, v) in m   for each x in xs
//	for (;;)   for { }   for c { }   for i, x := range xs
//	for (var i = 0; i < n; i++)   for i := 0; i < n; i++
func (p *parser) foreignFor(from uint32) Stmt {
	t := p.peek()
	switch {
	case isName(t, "each") && p.peekAt(1).Type == kName:
		p.report("E0232", p.spanOf(t), "there is no `each` in the head of a `for`").
			Fix("remove it", Edit{Span{p.spanOf(t).From, p.spanOf(p.peekAt(1)).From}, ""})
		p.next()
		return nil
	case t.Type == kLBrace:
		p.failFor(from, "", Span{})
	case t.Type == kLParen:
		return p.forInParens(from)
	case t.Type == kName:
		p.goFor(from)
	}
	return nil
}

// forInParens reads `for (..) {` and `for (k, v) in m {`.
func (p *parser) forInParens(from uint32) Stmt {
	end := p.behindBracket(0)
	if end == 0 {
		p.failFor(from, "", Span{})
	}
	open, closer := p.spanOf(p.peek()), p.spanOf(p.peekAt(end-1))
	if p.peekAt(end).Type == kIn { // (k, v) in m
		p.report("E0232", open, "the names of a `for` have no parentheses").
			Fix("remove them", Edit{open, ""}, Edit{closer, ""})
		p.next()
		f := &For{Names: []Name{p.name("a name")}}
		for p.accept(kComma) {
			f.Names = append(f.Names, p.name("a name"))
		}
		p.expect(kRParen)
		p.forOver(f)
		f.Body = p.block()
		f.Base = p.base(from)
		return f
	}
	inner := Span{open.To, closer.From}
	if strings.Contains(p.source.Text(inner), ";") {
		p.failFor(from, p.source.Text(inner), closer)
	}
	first := 1
	if p.declaresVar(p.peekAt(1)) && p.peekAt(2).Type == kName {
		first = 2
	}
	if k := p.peekAt(first + 1); p.peekAt(first).Type != kName || k.Type != kIn && k.Type != kComma && !isName(k, "of") {
		p.failFor(from, "", Span{})
	}
	p.report("E0232", open, "the head of a `for` has no parentheses").
		Fix("remove them", Edit{Span{open.From, p.spanOf(p.peekAt(first)).From}, ""}, Edit{closer, ""})
	for range first {
		p.next()
	}
	f := &For{}
	p.forHead(f)
	p.expect(kRParen)
	f.Body = p.block()
	f.Base = p.base(from)
	return f
}

// declaresVar tells whether a word declares a variable somewhere.
func (p *parser) declaresVar(t *lexer.Token) bool {
	return t.Type == kLet || t.Type == kConst || t.Type == kName && slices.Contains([]string{"var", "int", "auto", "my", "val", "local"}, t.Value)
}

// goFor reports the forms of Go: with `:=`, and a condition alone.
func (p *parser) goFor(from uint32) {
	var define, step, in *lexer.Token
	n := 0
	for ; n < 200; n++ {
		t := p.peekAt(n)
		switch {
		case t.Type == kForeign && t.Value == ":=" && define == nil:
			define = t
		case p.isSemicolon(t.Type, t.Pos.Offset):
			step = t
		case t.Type == kIn || isName(t, "of"):
			in = t
		}
		if t.Type == kLBrace || t.EOF() || t.Type == kTerm && !p.isSemicolon(t.Type, t.Pos.Offset) {
			break
		}
	}
	if in != nil || p.peekAt(n).Type != kLBrace {
		return
	}
	head := Span{p.from(), p.spanOf(p.peekAt(n - 1)).To}
	switch next := p.peekAt(1); {
	case step != nil:
		p.failFor(from, p.source.Text(head), Span{head.To, head.To})
	case define != nil:
		p.failRange(define)
	case power(next.Type) > 0 || next.Type == kLBrace || next.Type == kDot:
		at := Span{from, from + 3}
		p.fail(p.peek(), NewDiagnostic(p.source, "E0232", at, "a loop with a condition is a `while`").Replace(at, "while"))
	}
}

// isSemicolon tells whether the end of a statement is a `;` and no newline.
func (p *parser) isSemicolon(k kind, offset int) bool {
	return k == kTerm && offset < len(p.src) && p.src[offset] == ';'
}

// failRange reports `for i, x := range xs`.
func (p *parser) failRange(define *lexer.Token) {
	d := NewDiagnostic(p.source, "E0232", p.spanOf(define), "`for` takes `in`")
	at := Span{p.spanOf(define).From, p.spanOf(define).To}
	for n := 0; n < 10; n++ {
		if t := p.peekAt(n); isName(t, "range") && t.Pos.Offset > define.Pos.Offset {
			at.To = uint32(p.peekAt(n + 1).Pos.Offset)
			ours := "in "
			if p.peekAt(1) == define || p.peekAt(1).Pos.Offset == define.Pos.Offset {
				ours = ", _ in " // the index alone
				at.From = p.spanOf(p.peek()).To
			}
			d.Fix("write `in`", Edit{at, ours})
		}
	}
	p.fail(define, d)
}

// failFor reports a head with three parts, or none. clauses is its text, end
// where it ends: the closing parenthesis, if it has one.
func (p *parser) failFor(from uint32, clauses string, end Span) {
	t := p.peek()
	d := NewDiagnostic(p.source, "E0232", p.errorSpan(t), "a loop is `for x in xs { .. }`, `for i in 0..10 { .. }` or `while cond { .. }`")
	whole := Span{from, max(end.To, p.spanOf(t).From)}
	brace := p.peekAt(max(p.behindBracket(0), 0))
	switch head, sure := p.countingLoop(clauses, whole.To); {
	case t.Type == kLBrace:
		d.Fix("loop without end", Edit{Span{from, from + 3}, "while true"})
	case strings.Trim(clauses, " ;") == "" && clauses != "" && brace.Type == kLBrace:
		d.Fix("loop without end", Edit{whole, "while true"})
	case head != "" && sure:
		d.Fix("walk a range", Edit{whole, head})
	case head != "":
		d.Offer("walk a range", Edit{whole, head})
	}
	for n := 0; n < 200 && t.Type != kLBrace && !t.EOF(); n++ {
		t = p.peekAt(n) // the whole head is skipped, `;` and all
	}
	p.fail(t, d)
}

// countingLoop writes `i = a; i < b; i++` as the head of a for over a range.
// It is sure when the body changes neither the counter nor the bound.
func (p *parser) countingLoop(clauses string, end uint32) (head string, sure bool) {
	parts := strings.Split(clauses, ";")
	if len(parts) != 3 {
		return "", false
	}
	start, cond, step := strings.TrimSpace(parts[0]), strings.TrimSpace(parts[1]), strings.TrimSpace(parts[2])
	for _, word := range []string{"let ", "var ", "int ", "auto ", "const ", "my "} {
		start = strings.TrimPrefix(start, word)
	}
	name, first, ok := cutOp(start, ":=", "=")
	counter, bound, ok2 := cutOp(cond, "<=", "<", ">=")
	if !ok || !ok2 || !isWord(name) || counter != name || first == "" || bound == "" {
		return "", false
	}
	text := first + ".." + bound
	op := cond[len(name):strings.Index(cond, bound)]
	up := slices.Contains([]string{name + "++", "++" + name, name + " += 1", name + "+=1"}, step)
	down := slices.Contains([]string{name + "--", "--" + name, name + " -= 1", name + "-=1"}, step)
	switch by, _ := strings.CutPrefix(step, name+" += "); {
	case strings.Contains(op, ">=") && down:
		text = "(" + bound + "..=" + first + ").reverse()"
	case strings.Contains(op, ">"):
		return "", false
	case strings.Contains(op, "<="):
		text = first + "..=" + bound
		if !up {
			return "", false
		}
	case !up && by != step && strings.Trim(by, "0123456789") == "" && by != "":
		text = "(" + text + ").step(" + by + ")"
	case !up:
		return "", false
	}
	return "for " + name + " in " + text, !p.changes(end, append(words(bound), name))
}

// cutOp splits `a < b` at the first of the operators that is there.
func cutOp(text string, ops ...string) (before, after string, ok bool) {
	for _, op := range ops {
		if a, b, ok := strings.Cut(text, op); ok {
			return strings.TrimSpace(a), strings.TrimSpace(b), !strings.ContainsAny(b, "<>=")
		}
	}
	return "", "", false
}

// words are the names in a text.
func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r >= 0x80 || !isNameByte(byte(r)) })
}

// changes tells whether the block that begins at or behind an offset may change
// one of these names.
func (p *parser) changes(offset uint32, names []string) bool {
	n := 0
	for p.peekAt(n).Pos.Offset < int(offset) || p.peekAt(n).Type != kLBrace {
		if n++; n > maxAhead || p.peekAt(n).EOF() {
			return true
		}
	}
	end := p.behindBracket(n)
	for ; n < end; n++ {
		t, next := p.peekAt(n), p.peekAt(n+1)
		if t.Type != kName || !slices.Contains(names, t.Value) {
			continue
		}
		if _, assigns := assignOp(next.Type); assigns || next.Type == kForeign {
			return true
		}
		if next.Type == kDot && slices.Contains([]string{"push", "pop", "insert", "remove", "clear", "append", "add"}, p.peekAt(n+2).Value) {
			return true
		}
	}
	return end == 0
}
