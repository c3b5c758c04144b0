package bytecode

import (
	"regexp/syntax"
	"strings"

	"rex/capability"
)

// work is what a proof may still spend on the checks whose cost does not
// follow from the number of things checked: comparing types, parsing regular
// expressions and globs. A unit is a byte compared, or about a nanosecond. It
// starts with a constant and so much for each instruction; the types of real
// programs take a hundred, their expressions some thousands each.
type work int

const (
	workBase     = 1 << 24
	workPerInstr = 1 << 10
)

func (w *work) spend(n int) bool {
	*w -= work(n)
	return *w >= 0
}

// regex holds a pattern to RE2 syntax. Parsing finds all that compiling would
// refuse.
func (w *work) regex(s string) string {
	if len(s) > MaxRegexBytes {
		return "is longer than 4096 bytes"
	}
	if !w.spend(regexCost(s)) {
		return "is, with those before it, too costly to check"
	}
	if _, err := syntax.Parse(s, syntax.Perl); err != nil {
		return "does not compile: " + err.Error()
	}
	return ""
}

// regexCost bounds what parsing a pattern costs. It follows from the length,
// but for two things: a Unicode class is made of hundreds of ranges, and
// folding the case of a range that leaves ASCII goes through its characters
// one by one. With them 4,096 bytes can take a second.
func regexCost(s string) int {
	cost := 100*len(s) + 80_000*(strings.Count(s, `\p`)+strings.Count(s, `\P`))
	if !folds(s) {
		return cost
	}
	for i := 0; i+1 < len(s); i++ {
		if s[i] == '-' && (s[i+1] >= 0x80 || s[i+1] == '\\') {
			cost += 1_600_000
		}
	}
	return cost
}

// folds reports whether a pattern may ask to ignore the case: it has an i
// among the flags of a group.
func folds(s string) bool {
	for {
		_, after, found := strings.Cut(s, "(?")
		if !found {
			return false
		}
		flags := strings.IndexFunc(after, func(r rune) bool { return r != '-' && (r < 'A' || r > 'z') })
		if flags < 0 {
			flags = len(after)
		}
		if strings.ContainsRune(after[:flags], 'i') {
			return true
		}
		s = after
	}
}

// glob checks a glob, whose braces may stand for 256 alternatives.
func (w *work) glob(s string) string {
	cost := 10 * len(s)
	if strings.IndexByte(s, '{') >= 0 {
		cost = 256 * len(s)
	}
	if !w.spend(cost) {
		return "is, with those before it, too costly to check"
	}
	if _, err := capability.ParseGlob(s); err != nil {
		return err.Error()
	}
	return ""
}
