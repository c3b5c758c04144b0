package lang

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// speaker writes random sources that the grammar derives, with comments and
// newlines strewn in.
type speaker struct {
	*derivation
	least map[string]int // how deep the shallowest derivation of a production is
	rand  *rand.Rand
	out   strings.Builder
	left  int // terminals to write before it comes to an end
}

func newSpeaker(t *testing.T) *speaker {
	s := &speaker{derivation: newDerivation(t), least: map[string]int{}}
	for changed := true; changed; {
		changed = false
		for name, rules := range s.rules {
			for _, r := range rules {
				if n := s.depth(r) + 1; s.least[name] == 0 && n < math.MaxInt32 {
					s.least[name], changed = n, true
				} else if n < s.least[name] {
					s.least[name], changed = n, true
				}
			}
		}
	}
	return s
}

// depth is how deep a rule is at least.
func (s *speaker) depth(rule []symbol) int {
	deepest := 0
	for _, x := range rule {
		switch {
		case x.terminal:
		case s.least[x.name] == 0:
			return math.MaxInt32
		default:
			deepest = max(deepest, s.least[x.name])
		}
	}
	return deepest
}

func (s *speaker) source(seed uint64, length int) string {
	s.rand = rand.New(rand.NewPCG(seed, 3))
	s.out.Reset()
	s.left = length
	s.say(symbol{name: "File"})
	return s.out.String()
}

func (s *speaker) say(x symbol) {
	if x.terminal {
		s.word(x.name)
		return
	}
	rules := s.rules[x.name]
	rule := rules[s.rand.IntN(len(rules))]
	if s.left < 0 {
		for _, r := range rules {
			if s.depth(r) < s.depth(rule) {
				rule = r
			}
		}
	}
	for _, inner := range rule {
		s.say(inner)
	}
}

// spoken are what the terminals of the grammar may be.
var spoken = map[string][]string{
	"<name>":   {"a", "some", "longer_name", "a_name_that_takes_much_room", "list", "fs", "in", "type"},
	"<kind>":   {"denied", "timeout"},
	"<number>": {"1", "0.5", "1h30m", "10MiB", "9223372036854775807"},
	"<text>":   {`"text"`, `"a text that is longer than most others"`, `r"raw"`, "\"\"\"\n    block\n    \"\"\"", `""`},
	"<string>": {`"with ${a}"`, `"${a}${ b }"`, "\"\"\"\n  ${a}\n  \"\"\""},
	"<regex>":  {`re"x+"`, `re"${a}y"`},
	"<nl>":     {"\n", "\n", ";", "\n\n\n", " // behind\n", "\n// before\n"},
}

func (s *speaker) word(terminal string) {
	s.left--
	words := spoken[terminal]
	switch {
	case terminal == "<postfix>":
		words = []string{"!"}
	case words == nil:
		words = []string{terminal}
	}
	if terminal != "<postfix>" {
		s.out.WriteString([]string{" ", " ", " ", " ", " ", " ", " ", " ", "\n", " // strewn\n", "\n// strewn\n"}[s.rand.IntN(8+s.rand.IntN(4))])
	}
	s.out.WriteString(words[s.rand.IntN(len(words))])
}

// Whatever the grammar derives has a layout that keeps the promises.
func TestFormatOfTheGrammar(t *testing.T) {
	s := newSpeaker(t)
	formatted := 0
	n := uint64(4000)
	for seed := range n {
		if _, ok := holdFormat(t, s.source(seed, int(seed%90))); ok {
			formatted++
		}
		if t.Failed() {
			return
		}
	}
	if formatted < int(n)/4 {
		t.Errorf("only %d of the sources have no error: they show nothing", formatted)
	}
}
