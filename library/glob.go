package library

import (
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"rex/capability"
)

// Globs, LANGUAGE section 9: * and ? inside a component, ** any number of
// components, [a-z] and [!a-z], {a,b}. One without a slash is held against the
// name, one with a slash against the path; a final /** also means the folder
// itself. Matching takes time in proportion to len(glob) times len(text).

// Bounds of a glob: braces multiply.
const (
	maxGlob         = 4096
	maxAlternatives = 64
)

// globPattern is a glob taken apart: its alternatives, each its components.
type globPattern struct {
	alternatives [][]string
	nameOnly     bool
}

// CheckGlob says what is wrong with a glob, nil when nothing is.
func CheckGlob(glob string) error {
	_, err := globOf(glob)
	return err
}

// MatchGlob reports whether a glob matches a path or, without a slash in it,
// the last component; a glob that is wrong matches nothing.
func MatchGlob(glob, text string) bool {
	g, err := globOf(glob)
	if err != nil {
		return false
	}
	if g.nameOnly {
		text = text[strings.LastIndexByte(text, '/')+1:]
	}
	parts := strings.Split(text, "/")
	if text == "/" {
		parts = parts[:1]
	}
	for _, a := range g.alternatives {
		if matchParts(a, parts, matchComponent) {
			return true
		}
	}
	return false
}

var globs = bounded[*globPattern]{limit: 256}

func globOf(glob string) (*globPattern, error) {
	return globs.get(glob, func() (*globPattern, error) { return parseGlob(glob) })
}

func parseGlob(glob string) (*globPattern, error) {
	bad := func(format string, args ...any) error {
		return fault(capability.Invalid, "the glob "+quoteShort(glob)+" "+fmt.Sprintf(format, args...))
	}
	switch {
	case glob == "":
		return nil, bad("is empty")
	case len(glob) > maxGlob:
		return nil, bad("is longer than %d bytes", maxGlob)
	case strings.IndexByte(glob, 0) >= 0:
		return nil, bad("holds a NUL")
	}
	texts, why := expandBraces(glob)
	if why != "" {
		return nil, bad("%s", why)
	}
	g := &globPattern{nameOnly: !strings.Contains(glob, "/")}
	for _, text := range texts {
		parts := strings.Split(text, "/")
		if text == "/" {
			parts = parts[:1]
		}
		for _, c := range wholes(text) {
			if c != "**" && strings.Contains(c, "**") {
				return nil, bad("has a ** that is not a whole component")
			}
			if why := checkClasses(c); why != "" {
				return nil, bad("%s", why)
			}
		}
		g.alternatives = append(g.alternatives, parts)
	}
	return g, nil
}

// wholes are the pieces that ** may be: components, and in the glob of a url
// also the labels of the host.
func wholes(glob string) []string {
	if !strings.Contains(glob, "://") {
		return strings.Split(glob, "/")
	}
	u := splitURL(glob)
	return append(strings.Split(u.host, "."), strings.Split(u.scheme+"/"+u.port+u.path, "/")...)
}

// expandBraces writes {a,b} out as alternatives.
func expandBraces(glob string) (texts []string, why string) {
	done, todo := []string{}, []string{glob}
	for size := 0; len(todo) > 0; {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		open := braceOpen(s)
		if open < 0 {
			done = append(done, s)
			continue
		}
		options, end := braceOptions(s, open)
		if end < 0 {
			return nil, "has a { without a }"
		}
		for _, o := range options {
			size += len(s)
			todo = append(todo, s[:open]+o+s[end:])
		}
		if len(done)+len(todo) > maxAlternatives || size > 1<<18 {
			return nil, fmt.Sprintf("has more than %d alternatives", maxAlternatives)
		}
	}
	return done, ""
}

// braceOpen finds the first { outside a class.
func braceOpen(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '[':
			if n := classLength(s[i:]); n > 0 {
				i += n - 1
			}
		case '{':
			return i
		}
	}
	return -1
}

// braceOptions splits what stands between a { and its }, braces inside kept.
func braceOptions(s string, open int) (options []string, end int) {
	depth, from := 0, open+1
	for i := open; i < len(s); i++ {
		switch s[i] {
		case '[':
			if n := classLength(s[i:]); n > 0 {
				i += n - 1
			}
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return append(options, s[from:i]), i + 1
			}
		case ',':
			if depth == 1 {
				options, from = append(options, s[from:i]), i+1
			}
		}
	}
	return nil, -1
}

// classLength is the length of the [..] that s begins with, 0 when it isn't
// closed before the component ends. A ] directly behind [ or [! is one of the
// characters.
func classLength(s string) int {
	i := 1
	if i < len(s) && (s[i] == '!' || s[i] == '^') {
		i++
	}
	for first := i; i < len(s) && s[i] != '/'; i++ {
		if s[i] == ']' && i > first {
			return i + 1
		}
	}
	return 0
}

func checkClasses(c string) string {
	for i := 0; i < len(c); i++ {
		if c[i] == '[' {
			n := classLength(c[i:])
			if n == 0 {
				return "has a [ without a ]"
			}
			i += n - 1
		}
	}
	return ""
}

// matchParts matches components, ** being any number of them. On a mismatch it
// goes back to the last ** only, which is enough: an earlier one could only
// take what the later one can take as well.
func matchParts(glob, text []string, one func(glob, text string) bool) bool {
	g, t, backG, backT := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case g < len(glob) && glob[g] == "**":
			backG, backT = g, t
			g++
		case g < len(glob) && one(glob[g], text[t]):
			g, t = g+1, t+1
		case backG >= 0:
			backT++
			g, t = backG+1, backT
		default:
			return false
		}
	}
	for g < len(glob) && glob[g] == "**" {
		g++
	}
	return g == len(glob)
}

// matchComponent matches one component, in the same way.
func matchComponent(glob, text string) bool {
	g, t, backG, backT := 0, 0, -1, 0
	for t < len(text) {
		if g < len(glob) && glob[g] == '*' {
			backG, backT = g, t
			g++
			continue
		}
		if g < len(glob) {
			if gn, tn := matchOne(glob[g:], text[t:]); gn > 0 {
				g, t = g+gn, t+tn
				continue
			}
		}
		if backG < 0 {
			return false
		}
		_, n := utf8.DecodeRuneInString(text[backT:])
		backT += n
		g, t = backG+1, backT
	}
	for g < len(glob) && glob[g] == '*' {
		g++
	}
	return g == len(glob)
}

// matchOne matches one character of the text and gives how many bytes of glob
// and text that took; 0 when it doesn't match.
func matchOne(glob, text string) (int, int) {
	r, tn := utf8.DecodeRuneInString(text)
	switch glob[0] {
	case '?':
		return 1, tn
	case '[':
		if n := classLength(glob); n > 0 {
			if inClass(glob[1:n-1], r) {
				return n, tn
			}
			return 0, 0
		}
	}
	if glob[0] == text[0] {
		return 1, 1
	}
	return 0, 0
}

// inClass reports whether r is one of a class's characters.
func inClass(class string, r rune) bool {
	negated := class[0] == '!' || class[0] == '^'
	if negated {
		class = class[1:]
	}
	found := false
	for class != "" {
		low, n := utf8.DecodeRuneInString(class)
		class = class[n:]
		high := low
		if len(class) > 1 && class[0] == '-' {
			high, n = utf8.DecodeRuneInString(class[1:])
			class = class[1+n:]
		}
		found = found || low <= r && r <= high
	}
	return found != negated
}

// MatchURLGlob reports whether a glob of the form scheme://host/path matches a
// url: * is one label of the host or one segment of the path, or a part of it,
// ** any number of them. The query is ignored.
func MatchURLGlob(glob, u string) bool {
	if _, err := globOf(glob); err != nil {
		return false
	}
	texts, _ := expandBraces(glob)
	url := splitURL(u)
	for _, text := range texts {
		if text == "**" || matchURL(splitURL(text), url) {
			return true
		}
	}
	return false
}

func matchURL(glob, u urlParts) bool {
	if !matchComponent(glob.scheme, u.scheme) || glob.port != u.port && glob.port != "*" {
		return false
	}
	if !matchParts(strings.Split(glob.host, "."), strings.Split(u.host, "."), matchComponent) {
		return false
	}
	return matchParts(strings.Split(glob.path, "/"), strings.Split(u.path, "/"), matchComponent)
}

// bounded is a cache that forgets everything when it is full: simple, and a
// script that makes patterns without end costs only what it would without.
type bounded[V any] struct {
	limit int
	mu    sync.RWMutex
	known map[string]V
}

func (c *bounded[V]) get(key string, make_ func() (V, error)) (V, error) {
	c.mu.RLock()
	v, ok := c.known[key]
	c.mu.RUnlock()
	if ok {
		return v, nil
	}
	v, err := make_()
	if err != nil {
		return v, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= c.limit || c.known == nil {
		c.known = map[string]V{}
	}
	c.known[strings.Clone(key)] = v
	return v, nil
}
