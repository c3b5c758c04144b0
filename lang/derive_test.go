package lang

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/participle/v2/ebnf"
	"github.com/rogpeppe/go-internal/txtar"
)

// The grammar that Grammar gives is held to the parser in both directions: what
// the parser takes can be derived, and what it refuses for its syntax can't.

// derivation recognises token sequences by Earley's algorithm (An efficient
// context-free parsing algorithm, CACM 13, 1970), which takes every grammar.
type derivation struct {
	rules map[string][][]symbol
	empty map[string]bool

	furthest int // of the tokens of the last derivation
}

// symbol is a production by its name, or a terminal.
type symbol struct {
	name     string
	terminal bool
}

func newDerivation(t *testing.T) *derivation {
	t.Helper()
	g, err := ebnf.ParseString(Grammar())
	if err != nil {
		t.Fatal(err)
	}
	d := &derivation{rules: map[string][][]symbol{}, empty: map[string]bool{}}
	for _, p := range g.Productions {
		d.expression(p.Production, p.Expression)
	}
	for changed := true; changed; {
		changed = false
		for name, rules := range d.rules {
			for _, r := range rules {
				if !d.empty[name] && d.vanishes(r) {
					d.empty[name], changed = true, true
				}
			}
		}
	}
	return d
}

func (d *derivation) vanishes(rule []symbol) bool {
	for _, s := range rule {
		if s.terminal || !d.empty[s.name] {
			return false
		}
	}
	return true
}

// expression makes rules of the alternatives of a production; groups and
// repetitions become productions of their own.
func (d *derivation) expression(name string, e *ebnf.Expression) {
	for _, alternative := range e.Alternatives {
		var rule []symbol
		for _, term := range alternative.Terms {
			rule = append(rule, d.term(name, term))
		}
		d.rules[name] = append(d.rules[name], rule)
	}
}

func (d *derivation) term(within string, t *ebnf.Term) symbol {
	var s symbol
	switch {
	case t.Name != "":
		s = symbol{name: t.Name}
	case t.Group != nil:
		s = d.fresh(within)
		d.expression(s.name, t.Group.Expr)
	case t.Token != "":
		s = symbol{"<" + strings.ToLower(t.Token) + ">", true}
	default:
		s = symbol{strings.Trim(t.Literal, `"`), true}
	}
	if t.Repetition == "" {
		return s
	}
	r := d.fresh(within)
	switch t.Repetition {
	case "?":
		d.rules[r.name] = [][]symbol{{}, {s}}
	case "*":
		d.rules[r.name] = [][]symbol{{}, {r, s}}
	case "+":
		d.rules[r.name] = [][]symbol{{s}, {r, s}}
	}
	return r
}

func (d *derivation) fresh(within string) symbol {
	s := symbol{name: within + "'"}
	for d.rules[s.name] != nil {
		s.name += "'"
	}
	d.rules[s.name] = [][]symbol{}
	return s
}

// item is a rule of which the first symbols have been found from a place on.
type item struct {
	name      string
	rule, dot int
	from      int
}

// derives tells whether a production gives a sequence of terminals, each of
// which can be one of several.
func (d *derivation) derives(start string, tokens [][]string) bool {
	sets := make([][]item, len(tokens)+1)
	seen := make([]map[item]bool, len(sets))
	waiting := make([]map[string][]item, len(sets)) // items of a set by the production they wait for
	for i := range seen {
		seen[i], waiting[i] = map[item]bool{}, map[string][]item{}
	}
	add := func(at int, it item) {
		if !seen[at][it] {
			seen[at][it] = true
			sets[at] = append(sets[at], it)
		}
	}
	for r := range d.rules[start] {
		add(0, item{name: start, rule: r})
	}
	for at := range sets {
		if len(sets[at]) > 0 {
			d.furthest = at
		}
		for i := 0; i < len(sets[at]); i++ {
			it := sets[at][i]
			rule := d.rules[it.name][it.rule]
			if it.dot == len(rule) {
				for _, w := range waiting[it.from][it.name] {
					w.dot++
					add(at, w)
				}
				continue
			}
			next := rule[it.dot]
			if next.terminal {
				if at < len(tokens) && slices.Contains(tokens[at], next.name) {
					it.dot++
					add(at+1, it)
				}
				continue
			}
			if next.name == "Closure" && at > 0 && at < len(tokens) && tokens[at][0] == "|" && (slices.Contains(tokens[at-1], "catch") || slices.Contains(tokens[at-1], "<kind>")) {
				continue // bars there name the error; a closure stands in parentheses
			}
			waiting[at][next.name] = append(waiting[at][next.name], it)
			for r := range d.rules[next.name] {
				add(at, item{name: next.name, rule: r, from: at})
			}
			if d.empty[next.name] {
				it.dot++
				add(at, it)
			}
		}
	}
	for it := range seen[len(tokens)] {
		if it.name == start && it.from == 0 && it.dot == len(d.rules[start][it.rule]) {
			return true
		}
	}
	return false
}

// derivesSource does so for a source; its holes are expressions of their own.
func (d *derivation) derivesSource(src string) bool {
	var ds Diagnostics
	tokens, _, ok := scan(NewSource("x.rex", []byte(src)), &ds)
	if !ok || ds.HasErrors() {
		return false
	}
	for len(tokens) > 0 && (tokens[len(tokens)-1].kind == kEOF) {
		tokens = tokens[:len(tokens)-1]
	}
	terminals, ok := d.terminals(src, tokens)
	return ok && d.derives("File", terminals)
}

// terminals says as which terminals of the grammar tokens may stand. Texts with
// holes become one; ok is false when a hole is no expression.
func (d *derivation) terminals(src string, tokens []token) (out [][]string, ok bool) {
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		text := src[t.at.From:t.at.To]
		switch t.kind {
		case kName:
			words := []string{"<name>", text}
			if slices.Contains(ErrorKinds, text) {
				words = append(words, "<kind>")
			}
			out = append(out, words)
		case kInt, kFloat, kDuration, kSize:
			out = append(out, []string{"<number>"})
		case kString:
			out = append(out, []string{"<text>"})
		case kRegex:
			out = append(out, []string{"<regex>"})
		case kTerm:
			out = append(out, []string{"<nl>"})
		case kUnwrap:
			out = append(out, []string{"<postfix>"})
		case kStrBegin, kReBegin:
			end, ok := d.text(src, tokens, i)
			if !ok {
				return nil, false
			}
			i = end
			out = append(out, []string{map[kind]string{kStrBegin: "<string>", kReBegin: "<regex>"}[t.kind]})
		default:
			words := []string{kindNames[t.kind]}
			member := i > 0 && (tokens[i-1].kind == kDot || tokens[i-1].kind == kOptDot)
			key := i+1 < len(tokens) && tokens[i+1].kind == kColon
			if t.kind >= kAs && (member || key) { // a reserved word that is only a name
				words = append(words, "<name>")
			}
			out = append(out, words)
		}
	}
	return out, true
}

// text finds the end of the text with holes that begins at a token.
func (d *derivation) text(src string, tokens []token, begin int) (end int, ok bool) {
	depth, hole := 0, 0
	for i := begin; i < len(tokens); i++ {
		switch tokens[i].kind {
		case kStrBegin, kReBegin:
			depth++
		case kStrEnd:
			depth--
			if depth == 0 {
				return i, true
			}
		case kHole:
			if depth == 1 {
				hole = i + 1
			}
		case kHoleEnd:
			if depth == 1 {
				inner, ok := d.terminals(src, tokens[hole:i])
				if !ok || !d.derives("Expr", inner) {
					return 0, false
				}
			}
		}
	}
	return 0, false
}

// outsideGrammar are the diagnostics of the parser whose rule the grammar does
// not say. Those of the lexer, E01.., are about the text of tokens.
var outsideGrammar = map[string]string{
	"E0214": "a value of another language is a name",
	"E0218": "comparisons and ranges do not chain",
	"E0219": "arithmetic behind ?? wants parentheses",
	"E0222": "a try stands to the left of a catch",
	"E0223": "the word of a kind behind catch is the kind",
	"E0225": "positional arguments come first",
	"E0229": "what can be assigned",
	"E0243": "each limit once",
	"E0244": "matching takes a regex",
}

// everySource gives the scripts of this package and of the conformance pages,
// and the examples of all codes.
func everySource(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, c := range Codes() {
		out[c.Code] = c.Example
	}
	for _, pattern := range []string{"testdata/good/*.rex", "testdata/bad/*.rex"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			out[f] = string(text)
		}
	}
	pages, err := filepath.Glob("../conformance/testdata/*/*.txtar")
	if err != nil || len(pages) == 0 {
		t.Fatal("no conformance pages: ", err)
	}
	for _, page := range pages {
		a, err := txtar.ParseFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files {
			if strings.HasSuffix(f.Name, ".rex") && len(f.Data) < 4000 {
				out[page+":"+f.Name] = string(f.Data)
			}
		}
	}
	return out
}

func TestGrammarIsTheParsers(t *testing.T) {
	d := newDerivation(t)
	good := 0
	for name, src := range everySource(t) {
		if len(src) > 4000 {
			continue
		}
		if same, taken := d.agrees(src); !same {
			t.Errorf("%s: the parser takes it: %t, the grammar does not agree%s", name, taken, d.place(src))
		} else if taken {
			good++
		}
	}
	t.Logf("%d sources are derived", good)
}

// place shows where the last derivation of a source ended.
func (d *derivation) place(src string) string {
	var ds Diagnostics
	tokens, _, _ := scan(NewSource("x.rex", []byte(src)), &ds)
	for i := 0; i < len(tokens); i++ {
		if i == d.furthest {
			from := int(tokens[i].at.From)
			return " near " + src[max(0, from-30):min(len(src), from+30)]
		}
	}
	return ""
}

// agrees compares the parser with the grammar.
func (d *derivation) agrees(src string) (same, taken bool) {
	_, ds := Parse("x.rex", []byte(src))
	for _, diagnostic := range ds {
		if diagnostic.Severity == Error {
			if outsideGrammar[diagnostic.Code] != "" || strings.HasPrefix(diagnostic.Code, "E01") {
				return true, false
			}
			return !d.derivesSource(src), false
		}
	}
	return d.derivesSource(src), true
}

// TestGrammarOfMutants compares them on sources in which a token is missing,
// doubled, moved or another.
func TestGrammarOfMutants(t *testing.T) {
	d := newDerivation(t)
	sources := everySource(t)
	names := slices.Sorted(maps.Keys(sources))
	r := rand.New(rand.NewPCG(1, 2))
	taken, refused := 0, 0
	rounds := 20
	if testing.Short() {
		rounds = 1
	}
	for _, name := range names {
		src := sources[name]
		if len(src) > 1500 {
			continue
		}
		for range rounds {
			mutant := mutate(r, src)
			same, good := d.agrees(mutant)
			switch {
			case !same:
				t.Errorf("the parser takes it: %t, the grammar does not agree:\n%s", good, mutant)
			case good:
				taken++
			default:
				refused++
			}
		}
	}
	t.Logf("%d taken, %d refused by both", taken, refused)
}

// mutate changes one token of a source.
func mutate(r *rand.Rand, src string) string {
	var ds Diagnostics
	tokens, _, _ := scan(NewSource("x.rex", []byte(src)), &ds)
	a, b := tokens[r.IntN(len(tokens))].at, tokens[r.IntN(len(tokens))].at
	switch r.IntN(4) {
	case 0:
		return src[:a.From] + src[a.To:]
	case 1:
		return src[:a.To] + " " + src[a.From:a.To] + src[a.To:]
	case 2:
		return src[:a.From] + " " + src[b.From:b.To] + " " + src[a.From:]
	}
	return src[:a.From] + src[b.From:b.To] + src[a.To:]
}
