package lang

import (
	"slices"
	"strings"
	"sync"
)

// Code is what `rexc explain` knows of a diagnostic. A code keeps its meaning
// for ever and is never used again for another.
type Code struct {
	Code    string // E01xx text, E02xx syntax, E03xx names, E04xx types, E05xx operations, E06xx promises; W for warnings
	Title   string // a few words
	Explain string // what it means and what to do
	Example string // a source that gives it
	Mended  string // that source without it; "" where applying the safe fix makes it
}

// Codes gives every code, sorted.
var Codes = sync.OnceValue(func() []Code {
	all := slices.Concat(textCodes, syntaxCodes, checkCodes)
	slices.SortFunc(all, func(a, b Code) int { return strings.Compare(a.Code, b.Code) })
	return all
})

// LookupCode finds a code, in any case.
func LookupCode(code string) (Code, bool) {
	i, ok := slices.BinarySearchFunc(Codes(), strings.ToUpper(code), func(c Code, s string) int {
		return strings.Compare(c.Code, s)
	})
	if !ok {
		return Code{}, false
	}
	return Codes()[i], true
}
