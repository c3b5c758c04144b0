package capability

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Globs, everywhere in the language: * and ? stay inside one component, ** is
// any number of components, [a-z] and [!a-z] are one code point, {a,b} is one
// of several. A final /** also means the folder itself. Every other character
// stands for itself, a backslash too; [*] is a star.

// Bounds of a glob, so that no text makes the matcher slow.
const (
	maxGlob         = 4096
	maxAlternatives = 64
)

// CheckGlob says what is wrong with a glob.
func CheckGlob(glob string) error {
	switch {
	case glob == "":
		return errors.New("is empty")
	case len(glob) > maxGlob:
		return fmt.Errorf("is longer than %d bytes", maxGlob)
	case strings.IndexByte(glob, 0) >= 0:
		return errors.New("holds a NUL")
	}
	all, err := alternatives(glob)
	if err != nil {
		return err
	}
	for _, g := range all {
		for _, c := range strings.Split(g, "/") {
			if c != "**" && strings.Contains(c, "**") {
				return errors.New("has a ** that is not a whole component")
			}
			if err := checkClasses(c); err != nil {
				return err
			}
		}
	}
	return nil
}

// MatchGlob reports whether the glob matches the whole text, component by
// component. The glob has been checked.
func MatchGlob(glob, text string) bool {
	if len(glob) > maxGlob {
		return false
	}
	all, err := alternatives(glob)
	if err != nil {
		return false
	}
	parts := components(text)
	for _, g := range all {
		if matchComponents(components(g), parts) {
			return true
		}
	}
	return false
}

// components takes a path apart; the root is one component, and it is empty.
func components(s string) []string {
	if s == "/" {
		return []string{""}
	}
	return strings.Split(s, "/")
}

// alternatives writes {a,b} out. Braces may be nested.
func alternatives(glob string) ([]string, error) {
	open, close, commas, err := firstBraces(glob)
	if err != nil {
		return nil, err
	}
	if open < 0 {
		return []string{glob}, nil
	}
	tails, err := alternatives(glob[close+1:])
	if err != nil {
		return nil, err
	}
	var out []string
	from := open + 1
	for _, to := range append(commas, close) {
		inner, err := alternatives(glob[from:to])
		if err != nil {
			return nil, err
		}
		from = to + 1
		for _, i := range inner {
			for _, t := range tails {
				if out = append(out, glob[:open]+i+t); len(out) > maxAlternatives {
					return nil, fmt.Errorf("has more than %d alternatives", maxAlternatives)
				}
			}
		}
	}
	return out, nil
}

// firstBraces finds the first pair of braces and the commas directly in it;
// open is -1 when there is none. Inside [..] a brace is a character.
func firstBraces(glob string) (open, close int, commas []int, err error) {
	open = -1
	depth := 0
	for i := 0; i < len(glob); i++ {
		switch glob[i] {
		case '[':
			if end := classEnd(glob[i:]); end > 0 {
				i += end
			}
		case '{':
			if depth == 0 {
				open = i
			}
			if depth++; depth > 8 {
				return 0, 0, nil, errors.New("has braces nested too deeply")
			}
		case ',':
			if depth == 1 {
				commas = append(commas, i)
			}
		case '}':
			if depth == 0 {
				continue
			}
			if depth--; depth == 0 {
				return open, i, commas, nil
			}
		}
	}
	if depth > 0 {
		return 0, 0, nil, errors.New("has a { without its }")
	}
	return -1, 0, nil, nil
}

// matchComponents is the usual two-pointer match, with ** as the star.
func matchComponents(glob, text []string) bool {
	g, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case g < len(glob) && glob[g] == "**":
			star, mark = g, t
			g++
		case g < len(glob) && matchComponent(glob[g], text[t]):
			g++
			t++
		case star >= 0:
			mark++
			g, t = star+1, mark
		default:
			return false
		}
	}
	for g < len(glob) && glob[g] == "**" {
		g++
	}
	return g == len(glob)
}

// matchComponent is the same with * as the star, over code points.
func matchComponent(glob, text string) bool {
	g, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		if g < len(glob) && glob[g] == '*' {
			star, mark = g, t
			g++
			continue
		}
		if n, ok := matchOne(glob[g:], text[t:]); ok {
			_, size := utf8.DecodeRuneInString(text[t:])
			g += n
			t += size
			continue
		}
		if star < 0 {
			return false
		}
		_, size := utf8.DecodeRuneInString(text[mark:])
		mark += size
		g, t = star+1, mark
	}
	for g < len(glob) && glob[g] == '*' {
		g++
	}
	return g == len(glob)
}

// matchOne holds the first element of a glob against the first code point of
// text, and gives the element's length.
func matchOne(glob, text string) (int, bool) {
	if glob == "" {
		return 0, false
	}
	_, size := utf8.DecodeRuneInString(text)
	switch {
	case glob[0] == '?':
		return 1, true
	case glob[0] == '[':
		if end := classEnd(glob); end > 0 {
			return end + 1, inClass(glob[1:end], text[:size])
		}
	}
	_, n := utf8.DecodeRuneInString(glob)
	return n, glob[:n] == text[:size]
}

// classEnd finds the ] of a class at the start of glob, 0 when there is none.
// A ] that comes first is a member.
func classEnd(glob string) int {
	i := 1
	if i < len(glob) && (glob[i] == '!' || glob[i] == '^') {
		i++
	}
	if i < len(glob) && glob[i] == ']' {
		i++
	}
	for ; i < len(glob) && glob[i] != '/'; i++ {
		if glob[i] == ']' {
			return i
		}
	}
	return 0
}

func inClass(class, char string) bool {
	not := class[0] == '!' || class[0] == '^'
	if not {
		class = class[1:]
	}
	c, _ := utf8.DecodeRuneInString(char)
	if c == utf8.RuneError && len(char) == 1 {
		return not // a byte that is no character is in no class
	}
	found := false
	for len(class) > 0 {
		lo, n := utf8.DecodeRuneInString(class)
		class = class[n:]
		hi := lo
		if len(class) > 1 && class[0] == '-' {
			hi, n = utf8.DecodeRuneInString(class[1:])
			class = class[1+n:]
		}
		found = found || lo <= c && c <= hi
	}
	return found != not
}

func checkClasses(component string) error {
	for i := 0; i < len(component); i++ {
		if component[i] != '[' {
			continue
		}
		end := classEnd(component[i:])
		if end == 0 {
			return errors.New("has a [ without its ]")
		}
		i += end
	}
	return nil
}
