package capability

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Globs, everywhere in the language: * and ? stay inside one component, ** is
// any number of components, [a-z] and [!a-z] are one code point, {a,b} is one
// of several. A final /** also means the folder itself. One without a slash is
// held against the name, one with a slash against the path. Every other
// character stands for itself, a backslash too; [*] is a star. Matching takes
// time in proportion to the glob's length times the text's.

// Bounds of a glob, so that no text makes the matcher slow.
const (
	maxGlob         = 4096
	maxAlternatives = 64
)

// Glob is a glob that has been checked and taken apart.
type Glob struct {
	texts    []string // its alternatives, braces written out
	parts    [][]string
	nameOnly bool
}

// ParseGlob takes a glob apart, or says what is wrong with it.
func ParseGlob(glob string) (*Glob, error) {
	switch {
	case glob == "":
		return nil, errors.New("is empty")
	case len(glob) > maxGlob:
		return nil, fmt.Errorf("is longer than %d bytes", maxGlob)
	case strings.IndexByte(glob, 0) >= 0:
		return nil, errors.New("holds a NUL")
	}
	texts, err := alternatives(glob)
	if err != nil {
		return nil, err
	}
	g := &Glob{texts: texts, nameOnly: !strings.Contains(glob, "/")}
	for _, text := range texts {
		for _, c := range wholes(text) {
			if c != "**" && strings.Contains(c, "**") {
				return nil, errors.New("has a ** that is not a whole component")
			}
			if err := checkClasses(c); err != nil {
				return nil, err
			}
		}
		g.parts = append(g.parts, components(text))
	}
	return g, nil
}

// Match reports whether the glob matches a path: one without a slash the last
// component, one with a slash all of it, component by component.
func (g *Glob) Match(path string) bool {
	if g.nameOnly {
		path = path[strings.LastIndexByte(path, '/')+1:]
	}
	text := components(path)
	for _, parts := range g.parts {
		if MatchComponents(parts, text) {
			return true
		}
	}
	return false
}

// Alternatives are the globs without braces of which this one is any.
func (g *Glob) Alternatives() []string { return g.texts }

// wholes are the pieces that ** may be: components, and in the glob of a url
// also the labels of the host.
func wholes(glob string) []string {
	scheme, rest, isURL := strings.Cut(glob, "://")
	if !isURL {
		return strings.Split(glob, "/")
	}
	host, path, _ := strings.Cut(rest, "/")
	port := ""
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		host, port = host[:i], host[i+1:]
	}
	return append(strings.Split(host, "."), strings.Split(scheme+"/"+port+"/"+path, "/")...)
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

// MatchComponents matches component by component, ** being any number of them.
// On a mismatch it goes back to the last ** only, which is enough: an earlier
// one could only take what the later one can take as well.
func MatchComponents(glob, text []string) bool {
	g, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case g < len(glob) && glob[g] == "**":
			star, mark = g, t
			g++
		case g < len(glob) && MatchComponent(glob[g], text[t]):
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

// MatchComponent matches one component in the same way, over code points.
func MatchComponent(glob, text string) bool {
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
