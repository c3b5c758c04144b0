package lang

import (
	"math"

	"github.com/alecthomas/participle/v2/lexer"
)

// The powers of the binary operators, loosest first. `catch` is looser than all
// and read by expr; prefixes and suffixes are tighter and read by unary.
const (
	powerOr = iota + 1
	powerAnd
	powerCompare // also `is`; not associative
	powerCoalesce
	powerPipe
	powerRange // not associative
	powerAdd
	powerMul
	powerAs
)

var powers = [kindCount]int{
	kOrOr: powerOr, kAndAnd: powerAnd,
	kEq: powerCompare, kNe: powerCompare, kLt: powerCompare, kLe: powerCompare,
	kGt: powerCompare, kGe: powerCompare, kIs: powerCompare,
	kCoalesce: powerCoalesce, kPipe: powerPipe, kRange: powerRange, kRangeIncl: powerRange,
	kPlus: powerAdd, kMinus: powerAdd, kStar: powerMul, kSlash: powerMul, kPercent: powerMul,
	kAs: powerAs,
}

var binaryOps = [kindCount]Op{
	kOrOr: OpOr, kAndAnd: OpAnd, kEq: OpEq, kNe: OpNe, kLt: OpLt, kLe: OpLe, kGt: OpGt, kGe: OpGe,
	kPlus: OpAdd, kMinus: OpSub, kStar: OpMul, kSlash: OpDiv, kPercent: OpRem,
}

// power is the binding power of an operator, 0 for anything else.
func power(k kind) int {
	if k <= 0 || k >= kindCount {
		return 0
	}
	return powers[k]
}

// expr reads an expression with its handlers: `a + b catch c`.
func (p *parser) expr() Expr {
	p.enter()
	from := p.from()
	x := p.binary(powerOr)
	for n := 1; ; n++ {
		switch p.kind() {
		case kCatch:
			x = p.catch(from, x)
		case kQuestion:
			x = p.foreignQuestion(from, x)
		default:
			p.leave()
			return x
		}
		p.tooMany("E0135", n, MaxChain, "handlers in a row")
	}
}

// binary reads operators of at least this power, climbing: what is right of one
// is read with the power above it.
func (p *parser) binary(least int) Expr {
	from := p.from()
	x := p.unary()
	compared := false // x is a comparison read here, and not in parentheses
	for n := 0; ; n++ {
		t := p.peek()
		pw := power(t.Type)
		p.tooMany("E0135", n, MaxChain, "operators in a row")
		if pw == 0 {
			if op := p.foreignBinary(t, x, least); op != nil {
				x = op
				continue
			}
		}
		if pw < least || pw == 0 || t.Type == kRange && p.peekAt(1).Type == kRBracket {
			return x
		}
		if pw == powerCompare && compared {
			x = p.chained(from, x)
			continue
		}
		x = p.operation(from, x, t, pw)
		compared = pw == powerCompare
	}
}

// operation reads one operator with its right side.
func (p *parser) operation(from uint32, x Expr, t *lexer.Token, pw int) Expr {
	op := p.spanOf(t)
	k := t.Type
	p.next()
	switch k {
	case kAs:
		ty := p.typ()
		return &As{p.base(from), x, ty}
	case kIs:
		ty := p.plainType()
		return &Is{p.base(from), x, ty}
	case kPipe:
		return p.pipe(from, x)
	case kCoalesce:
		return p.coalesce(from, x)
	case kRange, kRangeIncl:
		y := p.binary(pw + 1)
		if next := p.kind(); next == kRange || next == kRangeIncl {
			p.failAt("E0218", p.peek(), "ranges can't be chained")
		}
		return &Range{p.base(from), x, y, k == kRangeIncl}
	}
	if text, ok := x.(*Text); ok && k == kPercent {
		if e := p.foreignFormat(text, op); e != nil {
			return e
		}
	}
	y := p.binary(pw + 1)
	return &Binary{p.base(from), binaryOps[k], op, x, y}
}

// chained mends `a < b < c` to `a < b && b < c`.
func (p *parser) chained(from uint32, x Expr) Expr {
	t := p.next()
	at := p.spanOf(t)
	d := p.report("E0218", at, "comparisons can't be chained")
	k := t.Type
	if k == kIs {
		p.plainType()
		return x
	}
	y := p.binary(powerCompare + 1)
	b, ok := x.(*Binary)
	if !ok {
		return x
	}
	middle := b.Y
	if b.Op == OpAnd { // mended before
		middle = b.Y.(*Binary).Y
	}
	d.Fix("compare twice", Edit{Span{at.From, at.From}, "&& " + p.source.Text(middle.Span()) + " "})
	right := &Binary{Base{middle.Span().Join(y.Span())}, binaryOps[k], at, middle, y}
	return &Binary{p.base(from), OpAnd, at, x, right}
}

// coalesce reads what is right of `??`: an expression of its power, or leaving.
// Looser-looking operators there are an error that offers both readings.
func (p *parser) coalesce(from uint32, x Expr) Expr {
	p.enter()
	defer p.leave()
	if leaves(p.kind()) {
		y := p.leaving()
		return &Coalesce{p.base(from), x, y}
	}
	y := p.binary(powerCoalesce)
	if first, mixed := mixedOperand(y); mixed {
		left := Span{x.Span().From, first.Span().To}
		p.report("E0219", y.Span(), "after `??` an operator needs parentheses").
			Offer("`??` first", Edit{Span{left.From, left.From}, "("}, Edit{Span{left.To, left.To}, ")"}).
			Offer("`??` last", Edit{Span{y.Span().From, y.Span().From}, "("}, Edit{Span{y.Span().To, y.Span().To}, ")"})
	}
	return &Coalesce{p.base(from), x, y}
}

// mixedOperand tells whether the right side of `??` has an operator outside
// parentheses that could also be read as applying to the whole.
func mixedOperand(y Expr) (first Expr, mixed bool) {
	for {
		switch e := y.(type) {
		case *Binary:
			if e.Op > OpRem {
				return y, mixed
			}
			y = e.X
		case *Pipe:
			y = e.X
		case *Range:
			y = e.From
		default:
			return y, mixed
		}
		mixed = true
	}
}

// pipe reads the one call that is right of `|>`.
func (p *parser) pipe(from uint32, x Expr) Expr {
	start := p.from()
	if !p.at(kName) {
		p.failAt("E0226", p.peek(), "expected a call after `|>`, found %s", p.found(p.peek()))
	}
	fn := p.ident()
	if p.at(kDot) && p.peekAt(1).Type == kName {
		p.next()
		name := p.name("a name")
		fn = &Member{p.base(start), fn, name, false}
	}
	call := &Call{Fn: fn}
	if p.at(kLParen) {
		call.Args = p.args()
	} else {
		p.report("E0226", fn.Span(), "the right side of `|>` is a call").
			Fix("call it", Edit{Span{p.end, p.end}, "()"})
	}
	call.Base = p.base(start)
	return p.suffixes(from, &Pipe{p.base(from), x, call})
}

// unary reads prefixes, an operand and its suffixes.
func (p *parser) unary() Expr {
	if k := p.kind(); k == kBang || k == kMinus {
		return p.prefixed()
	}
	if p.at(kName) {
		if x := p.foreignPrefix(); x != nil {
			return x
		}
	}
	return p.suffixes(p.from(), p.operand())
}

// prefix is a `!` or `-` before an operand.
type prefix struct {
	from uint32
	op   Op
}

// prefixed reads all prefixes in a row, then the operand.
func (p *parser) prefixed() Expr {
	var list []prefix
	for {
		from := p.from()
		op := OpNot
		if p.at(kMinus) {
			op = OpSub
		}
		p.next()
		if op == OpSub && p.isMinInt() {
			return p.wrap(list, p.suffixes(from, p.minInt(from)))
		}
		list = append(list, prefix{from, op})
		p.tooMany("E0134", len(list), MaxExprDepth, "prefixes in a row")
		if k := p.kind(); k != kBang && k != kMinus {
			break
		}
	}
	return p.wrap(list, p.suffixes(p.from(), p.operand()))
}

// wrap applies prefixes, the last first.
func (p *parser) wrap(list []prefix, x Expr) Expr {
	for i := len(list) - 1; i >= 0; i-- {
		x = &Unary{p.base(list[i].from), list[i].op, x}
	}
	return x
}

// isMinInt tells whether the int behind a minus is the one number that has no
// positive counterpart. It is read as one literal.
func (p *parser) isMinInt() bool {
	t := p.peek()
	if t.Type != kInt || len(t.Value) < len("0xffffffffffffffff") {
		return false
	}
	n, err := intValue(t.Value, true)
	return err == nil && n == math.MinInt64
}

func (p *parser) minInt(from uint32) Expr {
	x := p.number(true).(*Int)
	x.Base = p.base(from)
	return x
}

// suffixes reads `.f`, `?.f`, `(args)`, `[i]`, `!`.
func (p *parser) suffixes(from uint32, x Expr) Expr {
	for n := 1; ; n++ {
		switch p.kind() {
		case kDot, kOptDot:
			optional := p.next().Type == kOptDot
			x = p.member(from, x, optional)
		case kLParen:
			args := p.args()
			x = &Call{p.base(from), x, args}
		case kLBracket:
			x = p.index(from, x)
		case kUnwrap:
			p.next()
			x = &Unwrap{p.base(from), x}
		default:
			return x
		}
		p.tooMany("E0135", n, MaxChain, "suffixes in a row")
	}
}

func (p *parser) member(from uint32, x Expr, optional bool) Expr {
	name := p.name("a name after `.`")
	return &Member{p.base(from), x, name, optional}
}

// index reads `[i]`, `[a..b]`, `[a..]`, `[..b]`.
func (p *parser) index(from uint32, x Expr) Expr {
	p.next()
	if k := p.kind(); k == kRange || k == kRangeIncl {
		p.next()
		to := p.expr()
		p.closeIndex()
		return &Slice{p.base(from), x, nil, to, k == kRangeIncl}
	}
	if p.at(kColon) {
		return p.foreignSliceTo(from, x)
	}
	i := p.expr()
	if p.accept(kRange) {
		p.closeIndex()
		return &Slice{p.base(from), x, i, nil, false}
	}
	i = p.foreignSlice(i)
	p.closeIndex()
	if r, ok := i.(*Range); ok {
		return &Slice{p.base(from), x, r.From, r.To, r.Inclusive}
	}
	return &Index{p.base(from), x, i}
}

func (p *parser) closeIndex() { p.expect(kRBracket) }

// args reads `(a, name: b)`.
func (p *parser) args() []Arg {
	p.next()
	var list []Arg
	var named *Name
	for !p.at(kRParen) {
		a := p.arg()
		if a.Name == nil && named != nil {
			p.report("E0225", a.At, "arguments without a name stand before those with one").
				Label(named.At, "the first with a name")
		}
		if a.Name != nil && named == nil {
			named = a.Name
		}
		list = append(list, a)
		p.tooMany("E0136", len(list), MaxParams, "arguments")
		if !p.comma(kRParen) {
			break
		}
	}
	p.expect(kRParen)
	return list
}

func (p *parser) arg() Arg {
	from := p.from()
	var a Arg
	if p.at(kName) {
		switch t := p.peekAt(1); t.Type {
		case kColon:
			name := p.name("a name")
			a.Name = &name
			p.next()
		case kAssign:
			name := p.name("a name")
			a.Name = &name
			p.report("E0217", p.spanOf(t), "a named argument is written `%s: value`", name.Text).
				Fix("write `:`", Edit{Span{name.At.To, p.spanOf(t).To}, ":"})
			p.next()
		}
	}
	a.Value = p.expr()
	a.Value = p.foreignArrow(from, a.Value)
	a.Base = p.base(from)
	return a
}

// comma takes the comma between the entries of a list and tells whether another
// entry follows. A missing one is mended.
func (p *parser) comma(closer kind) bool {
	if p.accept(kComma) {
		return !p.at(closer)
	}
	t := p.peek()
	if t.Type == closer {
		return false
	}
	next := t
	if t.Type == kTerm {
		next = p.peekAt(1)
		if next.Type == closer {
			p.next()
			return false
		}
	}
	if p.foreignSeparator(t) {
		return !p.at(closer)
	}
	if !startsEntry(next.Type) {
		p.failExpected("`,` or `" + kindNames[closer] + "`")
	}
	if !p.closerSupplied() {
		p.report("E0221", Span{p.end, p.end}, "a `,` is missing here").
			Fix("write `,`", Edit{Span{p.end, p.end}, ","})
	}
	p.accept(kTerm)
	return true
}

// closerSupplied tells whether the bracket around is one that the source never
// closes. That was reported, and what is missing is more than a comma.
func (p *parser) closerSupplied() bool {
	depth := 0
	for n := range 200 {
		t := p.peekAt(n)
		depth += bracketStep(t.Type)
		if depth < 0 || t.EOF() {
			return !t.EOF() && p.supplied(t)
		}
	}
	return false
}

// startsEntry tells whether a token begins an operand and can't continue one.
func startsEntry(k kind) bool {
	switch k {
	case kName, kInt, kFloat, kDuration, kSize, kString, kRegex, kStrBegin, kReBegin, kLBrace, kTrue, kFalse, kNil:
		return true
	}
	return false
}

// startsExpr tells whether a token can begin an expression.
func startsExpr(k kind) bool {
	switch k {
	case kLParen, kLBracket, kBang, kMinus, kBar, kOrOr, kIf, kMatch, kTry:
		return true
	}
	return startsEntry(k)
}
