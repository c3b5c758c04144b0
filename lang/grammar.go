package lang

import (
	_ "embed"
	"regexp"
	"strings"
)

//go:embed grammar.ebnf
var customGrammar string

// Grammar gives the grammar in the notation of participle's EBNF. Declarations
// come from the struct tags that parse them; what custom productions parse is
// written down in grammar.ebnf. Between `<` and `>` stand kinds of token.
func Grammar() string {
	p := parsers.Get().(*parser)
	defer p.release()
	return declarationGrammar(p.tags.root.String()) + "\n\n" + customGrammar
}

var foreignWords = regexp.MustCompile(`\("fn" \| \([^)]*\)\)`)

var functionHead = regexp.MustCompile(`(?m)^(Fn = .*) \.$`)

// declarationGrammar gives participle's productions the names that they have in
// the language, and leaves out the words that are only read to be reported.
func declarationGrammar(ebnf string) string {
	ebnf = foreignWords.ReplaceAllString(ebnf, `"fn"`)
	_, ebnf, _ = strings.Cut(ebnf, "\n") // the root, which is ours alone
	ebnf = strings.ReplaceAll(ebnf, "TypeTags", "Type_")
	ebnf = strings.ReplaceAll(ebnf, "Tags", "")
	return functionHead.ReplaceAllString(ebnf, "$1 Block .") // the parser reads a body after its head
}
