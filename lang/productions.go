package lang

import (
	"errors"
	"regexp"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// The declarations in participle's terms. Type, Expr and fnParams are custom
// productions (parse_type.go, parse_expr.go, and below); after them comes what
// these structs become.

type importTags struct {
	Path lexer.Token `parser:"'import' @Text"`
	As   lexer.Token `parser:"'as' @Name"`
}

type usesTags struct {
	Module lexer.Token `parser:"'uses' @Name"`
	Op     lexer.Token `parser:"'.' @Name"`
	Globs  []globTags  `parser:"(@@ (',' @@)*)?"`
}

// globTags is a struct of its own: participle keeps only the last token of a
// list of tokens.
type globTags struct {
	Text lexer.Token `parser:"@Text"`
}

type paramTags struct {
	Name    lexer.Token `parser:"'param' @Name"`
	Type    Type        `parser:"':' @@"`
	Default Expr        `parser:"('=' @@)?"`
	Limits  []limitTags `parser:"@@*"`
}

type limitTags struct {
	In       Expr `parser:"'in' @@"`
	Matching Expr `parser:"| 'matching' @@"`
}

type typeTags struct {
	Name lexer.Token `parser:"'type' @Name"`
	Type Type        `parser:"'=' @@"`
}

type constTags struct {
	Name  lexer.Token `parser:"'const' @Name"`
	Type  Type        `parser:"(':' @@)?"`
	Value Expr        `parser:"'=' @@"`
}

type fnTags struct {
	// The words of other languages are read as `fn`, and reported.
	Word   lexer.Token `parser:"('fn' | @('def' | 'func' | 'function' | 'sub' | 'proc'))"`
	Name   lexer.Token `parser:"@Name"`
	Params fnParams    `parser:"'(' @@ ')'"`
	Result Type        `parser:"('->' @@)?"`
}

type fnParamTags struct {
	Name    lexer.Token `parser:"@Name"`
	Type    Type        `parser:"':' @@"`
	Default Expr        `parser:"('=' @@)?"`
}

// declarations is the root that makes all productions reachable.
type declarations struct {
	Import  *importTags  `parser:"  @@"`
	Uses    *usesTags    `parser:"| @@"`
	Param   *paramTags   `parser:"| @@"`
	Type    *typeTags    `parser:"| @@"`
	Const   *constTags   `parser:"| @@"`
	Fn      *fnTags      `parser:"| @@"`
	FnParam *fnParamTags `parser:"| @@"`
}

// productions are participle's parsers, one for each declaration.
type productions struct {
	root    *participle.Parser[declarations]
	imports *participle.Parser[importTags]
	uses    *participle.Parser[usesTags]
	param   *participle.Parser[paramTags]
	types   *participle.Parser[typeTags]
	consts  *participle.Parser[constTags]
	fn      *participle.Parser[fnTags]
	fnParam *participle.Parser[fnParamTags]
}

func newParser() *parser {
	p := &parser{}
	root := participle.MustBuild[declarations](
		participle.Lexer(definition{}),
		participle.UseLookahead(0), // what has begun is not given up, so errors are where they are
		participle.ParseTypeWith(func(lex *lexer.PeekingLexer) (Expr, error) {
			return within(p, lex, p.expr), nil
		}),
		participle.ParseTypeWith(func(lex *lexer.PeekingLexer) (Type, error) {
			return within(p, lex, p.typ), nil
		}),
		participle.ParseTypeWith(func(lex *lexer.PeekingLexer) (fnParams, error) {
			return within(p, lex, p.fnParams), nil
		}),
	)
	p.tags = &productions{
		root:    root,
		imports: production[importTags](root),
		uses:    production[usesTags](root),
		param:   production[paramTags](root),
		types:   production[typeTags](root),
		consts:  production[constTags](root),
		fn:      production[fnTags](root),
		fnParam: production[fnParamTags](root),
	}
	return p
}

func production[T any](root *participle.Parser[declarations]) *participle.Parser[T] {
	sub, err := participle.ParserForProduction[T](root)
	if err != nil {
		panic(err) // the structs above are wrong
	}
	return sub
}

// within runs a custom production on participle's cursor. Its failures leave by
// a panic through participle, never by an error: participle would try another
// way and report that.
func within[T any](p *parser, lex *lexer.PeekingLexer, parse func() T) T {
	outer := p.lex
	p.lex = lex
	p.syncEnd()
	v := parse()
	p.lex = outer
	return v
}

// syncEnd sets p.end to the end of the token before the cursor.
func (p *parser) syncEnd() {
	if at := p.lex.RawCursor(); at > 0 {
		p.end = p.spanOf(&p.lex.Range(at-1, at)[0]).To
	}
}

// run parses a declaration by its tags.
func run[T any](p *parser, sub *participle.Parser[T]) *T {
	v, err := sub.ParseFromLexer(p.lex, participle.AllowTrailing(true))
	p.syncEnd()
	if err != nil {
		p.failProduction(err)
	}
	return v
}

// failProduction says in the language's words what participle expected.
func (p *parser) failProduction(err error) {
	t := p.peek()
	var unexpected *participle.UnexpectedTokenError
	if errors.As(err, &unexpected) {
		t = &unexpected.Unexpected
	}
	p.moveTo(t.Pos.Offset)
	what := expectation(err.Error())
	if what == "a name" {
		p.failName(t, what)
	}
	p.failAt("E0202", t, "expected %s, found %s", what, p.found(t))
}

// moveTo sets p.end to the end of the last token before an offset, for an error
// that is shown there.
func (p *parser) moveTo(offset int) {
	for !p.peek().EOF() && p.peek().Pos.Offset < offset {
		p.next()
	}
}

var expected = regexp.MustCompile(`\(expected (.*)\)$`)

// expectation translates participle's grammar of what it expected: the first
// element is what matters, and those after it while they are optional.
func expectation(message string) string {
	m := expected.FindStringSubmatch(message)
	if m == nil {
		return "something else"
	}
	var words []string
	depth := 0
	for f := range strings.FieldsSeq(m[1]) {
		opens := strings.HasPrefix(f, "(")
		if depth == 0 || opens {
			words = append(words, elementWord(strings.Trim(f, "()?*+")))
		}
		if opens {
			depth++
		}
		if depth == 0 {
			break
		}
		if strings.HasSuffix(strings.TrimRight(f, "?*+"), ")") {
			depth--
		}
	}
	return strings.Join(words, " or ")
}

func elementWord(element string) string {
	switch element {
	case "GlobTags":
		return "a string"
	case "<name>":
		return "a name"
	case "<text>":
		return "a string"
	case "Type":
		return "a type"
	case "Expr":
		return "an expression"
	}
	return "`" + strings.Trim(element, `"`) + "`"
}

// ---- from tags to the tree ----

func (p *parser) importDecl(from uint32) *Import {
	if p.peekAt(1).Type == kString && (p.peekAt(2).EOF() || p.peekAt(2).Type == kTerm) {
		return p.importWithoutName(from)
	}
	v := run(p, p.tags.imports)
	return &Import{Base: p.base(from), Path: p.textOf(&v.Path), As: p.nameOf(&v.As)}
}

// importWithoutName mends an import that lacks `as`, by the file's name where
// that is a name.
func (p *parser) importWithoutName(from uint32) *Import {
	p.next()
	path := p.textOf(p.next())
	d := p.report("E0241", path.At, "an import says by what name the file is called here: `as name`")
	i := &Import{Base: p.base(from), Path: path}
	at := Span{path.At.To, path.At.To}
	word := path.Value[strings.LastIndexByte(path.Value, '/')+1:]
	word, _, _ = strings.Cut(word, ".")
	if _, is := reserved(word); word == "" || isDigit(word[0]) || !isWord(word) || is {
		d.Offer("name it", Edit{at, " as name"})
		return i
	}
	d.Fix("name it", Edit{at, " as " + word})
	i.As = Name{Base{at}, word} // so that its uses are understood
	return i
}

func (p *parser) usesDecl(from uint32) *Uses {
	v := run(p, p.tags.uses)
	u := &Uses{Base: p.base(from), Module: p.nameOf(&v.Module), Op: p.nameOf(&v.Op)}
	for i := range v.Globs {
		u.Globs = append(u.Globs, p.textOf(&v.Globs[i].Text))
	}
	return u
}

func (p *parser) paramDecl(from uint32) *Param {
	p.param = true
	v := run(p, p.tags.param)
	p.param = false
	d := &Param{Base: p.base(from), Doc: p.docBefore(from), Name: p.nameOf(&v.Name), Type: v.Type, Default: v.Default}
	for _, l := range v.Limits {
		switch {
		case l.In != nil && d.In == nil:
			d.In = l.In
		case l.Matching != nil && d.Matching == nil:
			d.Matching = p.matching(l.Matching)
		default:
			twice := l.In
			if twice == nil {
				twice = l.Matching
			}
			p.report("E0243", twice.Span(), "a param has one `in` and one `matching`")
		}
	}
	return d
}

// matching takes the regex of a param; a string is meant as one.
func (p *parser) matching(e Expr) *Regex {
	re, ok := e.(*Regex)
	if ok {
		return re
	}
	d := p.report("E0244", e.Span(), "`matching` takes a regex")
	if _, ok := e.(*Text); ok && p.src[e.Span().From] == '"' {
		at := e.Span().From
		d.Fix("write a regex", Edit{Span{at, at}, "re"})
	}
	return nil
}

func (p *parser) typeDecl(from uint32) *TypeDecl {
	v := run(p, p.tags.types)
	return &TypeDecl{Base: p.base(from), Doc: p.docBefore(from), Name: p.nameOf(&v.Name), Type: v.Type}
}

func (p *parser) constDecl(from uint32) *Const {
	v := run(p, p.tags.consts)
	return &Const{Base: p.base(from), Doc: p.docBefore(from), Name: p.nameOf(&v.Name), Type: v.Type, Value: v.Value}
}

func (p *parser) fnDecl(from uint32) *Fn {
	v := run(p, p.tags.fn)
	if v.Word.Value != "" {
		p.mend("E0210", &v.Word, "fn")
	}
	f := &Fn{Doc: p.docBefore(from), Name: p.nameOf(&v.Name), Params: v.Params.(paramList), Result: v.Result}
	p.foreignResult(f)
	f.Body = p.block()
	f.Base = p.base(from)
	return f
}

// fnParams is a list of parameters; participle wants an interface.
type fnParams interface{ fnParams() }

type paramList []FnParam

func (paramList) fnParams() {}

func (p *parser) fnParams() fnParams {
	var list paramList
	for !p.at(kRParen) {
		if !p.at(kName) {
			p.failName(p.peek(), "a parameter's name")
		}
		list = append(list, p.fnParam(run(p, p.tags.fnParam)))
		p.tooMany("E0136", len(list), MaxParams, "parameters")
		if !p.comma(kRParen) {
			break
		}
	}
	return list
}

func (p *parser) fnParam(v *fnParamTags) FnParam {
	name := p.nameOf(&v.Name)
	at := name.At.Join(v.Type.Span())
	if v.Default != nil {
		at = at.Join(v.Default.Span())
	}
	return FnParam{Base{at}, name, v.Type, v.Default}
}

// textOf decodes a string token.
func (p *parser) textOf(t *lexer.Token) *Text {
	at := p.spanOf(t)
	l := literal{p.source, p.diags, at}
	value, form := l.decodeWhole(t.Value, at.From)
	return &Text{Base{at}, form, value}
}
