package lang

import "github.com/alecthomas/participle/v2/lexer"

// items reads the top-level statements in the tokens that were fed, which are
// one unless something is wrong.
func (p *parser) items() {
	for !p.peek().EOF() {
		if p.accept(kTerm) {
			continue
		}
		before := p.lex.RawCursor()
		p.item()
		p.goOn(before)
	}
}

// item reads one declaration or statement of the top level into the file.
func (p *parser) item() {
	var stmt Stmt
	p.itemOr(&stmt)
	if stmt != nil {
		p.addStmt(stmt)
	}
}

// itemOr gives the statement that the item is, if it is one and not a
// declaration, or what is left of one that failed.
func (p *parser) itemOr(stmt *Stmt) {
	start := p.place()
	p.pending = nil
	defer p.recoverStmt(start, stmt)
	if !p.declaration() {
		*stmt = p.stmt()
	}
	p.endOfStmt()
	if p.first == nil {
		p.first = *stmt
	}
}

func (p *parser) addStmt(s Stmt) {
	p.file.Stmts = append(p.file.Stmts, s)
	p.file.Items = append(p.file.Items, s)
}

// declaration reads what stands at the top level only.
func (p *parser) declaration() bool {
	p.foreignModifier()
	f, from, t := p.file, p.from(), p.peek()
	switch {
	case t.Type == kFn && p.peekAt(1).Type != kLParen, p.isForeignFn(t):
		add(p, &f.Fns, p.fnDecl(from))
	case t.Type == kConst:
		add(p, &f.Consts, p.constDecl(from))
	case t.Type != kName || !p.declares(t):
		return false
	case t.Value == "type":
		add(p, &f.Types, p.typeDecl(from))
	case t.Value == "import":
		if p.first != nil || len(f.Items)-len(f.Stmts) > len(f.Imports) {
			p.misplaced(t, "an `import` stands before everything else")
		}
		p.checkImport(t)
		add(p, &f.Imports, p.importDecl(from))
	case t.Value == "uses":
		p.checkHead(t)
		add(p, &f.Uses, p.usesDecl(from))
	default:
		p.checkHead(t)
		add(p, &f.Params, p.paramDecl(from))
		p.tooMany("E0136", len(f.Params), MaxParams, "params")
	}
	return true
}

func add[T Node](p *parser, list *[]T, item T) {
	*list = append(*list, item)
	p.file.Items = append(p.file.Items, item)
}

// declares tells whether a soft keyword is one here: a name or a string follows.
func (p *parser) declares(t *lexer.Token) bool {
	switch t.Value {
	case "type", "param", "uses":
		k := p.peekAt(1).Type
		return k == kName || k >= kAs && k <= kWhile
	case "import":
		k := p.peekAt(1).Type
		return k == kString || k == kStrBegin
	}
	return false
}

// checkHead reports a `uses` or `param` behind the first statement.
func (p *parser) checkHead(t *lexer.Token) {
	if p.first != nil {
		p.misplaced(t, "`"+t.Value+"` lines stand before the first statement").
			Label(p.first.Span(), "the first statement")
	}
}

func (p *parser) misplaced(t *lexer.Token, message string) *Diagnostic {
	return p.report("E0209", p.spanOf(t), "%s", message)
}
