package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"path"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"

	"rex/capability"
)

// Bounds on policy text, checked before Cedar's parser sees it: the parser
// recurses, and what overflows Go's stack can't be recovered from.
const (
	maxNesting = 100      // brackets inside brackets
	maxUnary   = 16       // ! or - in a row
	maxPolicy  = 64 << 10 // bytes of one policy: a chain of operators is as deep as it is long
)

// Error is what is wrong with a policy file.
type Error struct {
	File   string
	Line   int    // 0 when it is about the whole file
	Column int    // 0 when it is about a line
	Policy string // its id, "" when it has none yet
	Reason string
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d", e.Line)
	}
	if e.Column > 0 {
		fmt.Fprintf(&b, ":%d", e.Column)
	}
	b.WriteString(": ")
	if e.Policy != "" && !strings.HasPrefix(e.Policy, e.File+":") { // else it says where it stands, once more
		fmt.Fprintf(&b, "policy %s: ", capability.Printable(e.Policy))
	}
	b.WriteString(e.Reason)
	return b.String()
}

// rule is one policy, ready to be asked.
type rule struct {
	id     types.PolicyID
	policy *cedar.Policy
	file   string
	line   int
	forbid bool
	cond   *expr // head and conditions
	scope  scope
	reads  map[string]bool   // attributes it mentions
	dirs   []types.EntityUID // folders it names to the left of `in`
}

// File is one file of policies, parsed and valid.
type File struct {
	Name  string
	rules []*rule
	size  int
	sum   [32]byte
}

// Parse reads the policies of one file and checks them against the schema. A
// failure is an *Error, or several joined.
func Parse(name string, text []byte) (*File, error) { return parse(name, text, validatePolicy) }

func parse(name string, text []byte, check func(*cedar.Policy) error) (*File, error) {
	if line, why := scanPolicyText(text); why != "" {
		return nil, &Error{File: name, Line: line, Reason: why}
	}
	list, err := cedar.NewPolicyListFromBytes(name, text)
	if err != nil {
		return nil, parseFailure(name, err)
	}
	f := &File{Name: name, size: len(text), sum: sha256.Sum256(text)}
	lines := map[int]bool{}
	var wrong []error
	for _, p := range list {
		r := newRule(name, p, lines)
		if err := check(p); err != nil {
			wrong = append(wrong, &Error{File: name, Line: r.line, Policy: string(r.id), Reason: oneReason(err)})
			continue
		}
		f.rules = append(f.rules, r)
	}
	if wrong != nil {
		return nil, errors.Join(wrong...)
	}
	return f, nil
}

// newRule takes a parsed policy apart. Its id is its @id, else file and line,
// with the column when an earlier policy has the same line.
func newRule(file string, p *cedar.Policy, lines map[int]bool) *rule {
	pos := p.Position()
	r := &rule{policy: p, file: file, line: pos.Line, forbid: p.Effect() == cedar.Forbid, reads: map[string]bool{}}
	r.id = types.PolicyID(file + ":" + strconv.Itoa(pos.Line))
	if lines[pos.Line] {
		r.id += types.PolicyID(":" + strconv.Itoa(pos.Column))
	}
	lines[pos.Line] = true
	if id, ok := p.Annotations()["id"]; ok && id != "" {
		r.id = types.PolicyID(id)
	}
	r.cond, r.scope = lower(p)
	r.cond.walk(func(e *expr) {
		switch e.kind {
		case exprAccess, exprHas:
			r.reads[e.name] = true
		case exprIn, exprIsIn:
			e.args[0].walk(func(left *expr) { r.dirs = namedDirs(r.dirs, left.value) })
		}
	})
	return r
}

// namedDirs collects the folders a value names. Those to the left of `in` must
// be in the store, with the folders above them; nobody asks what others lie in.
func namedDirs(dirs []types.EntityUID, v types.Value) []types.EntityUID {
	switch v := v.(type) {
	case types.EntityUID:
		if v.Type == dirType {
			dirs = append(dirs, v)
		}
	case types.Set:
		for x := range v.All() {
			dirs = namedDirs(dirs, x)
		}
	case types.Record:
		for _, x := range v.All() {
			dirs = namedDirs(dirs, x)
		}
	}
	return dirs
}

// oneReason makes one line of what the validator says, whose order is not its own.
func oneReason(err error) string {
	lines := sorted(strings.Split(err.Error(), "\n"))
	for i, l := range lines {
		lines[i] = l + didYouMean(l)
	}
	if strings.Contains(err.Error(), unrecognized) {
		lines = slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, noAction) })
	}
	if n := len(lines); n > 4 {
		lines = append(lines[:3], fmt.Sprintf("and %d more", n-3))
	}
	return strings.Join(lines, "; ")
}

// What the validator says of a name that the schema lacks, and what it says
// besides when that was an action.
const (
	unrecognized = "unrecognized "
	noAction     = "unable to find an applicable action"
)

// didYouMean finds the name of the schema that a misspelt one stands for.
func didYouMean(reason string) string {
	_, rest, misspelt := strings.Cut(reason, unrecognized)
	what, name, quoted := strings.Cut(strings.TrimSuffix(rest, "`"), " `")
	if !misspelt || !quoted {
		return ""
	}
	names := actionNames()
	if what != "action" {
		names = typeNames()
	}
	if near := capability.Nearest(name, names); near != "" {
		return "; did you mean " + near + "?"
	}
	return "; `rexc policy schema` lists all"
}

// actionNames are the actions and their groups, as Cedar writes them.
func actionNames() []string {
	var names []string
	for uid := range staticEntities(nil) {
		names = append(names, uidText(uid))
	}
	return sorted(names)
}

func typeNames() []string {
	var names []string
	for _, e := range allEntityTypes() {
		names = append(names, strings.TrimPrefix(e.space+"::"+e.name, "::"))
	}
	return names
}

var parserWords = regexp.MustCompile(`(?s)^parse error at <input>:(\d+):(\d+) (".*"): (.*)$`)

// parseFailure says where and in which words Cedar's parser fails.
func parseFailure(file string, err error) *Error {
	e := &Error{File: file, Reason: strings.TrimPrefix(err.Error(), "parser error: ")}
	m := parserWords.FindStringSubmatch(e.Reason)
	if m == nil {
		return e
	}
	e.Line, _ = strconv.Atoi(m[1])
	e.Column, _ = strconv.Atoi(m[2])
	found, why := m[3], m[4]
	if found == `""` {
		found = "the end of the text"
	}
	if _, want, ok := strings.Cut(why, " want "); ok {
		why = "expected " + want
	}
	e.Reason = found + ": " + strings.Replace(why, "expected ident", "expected a name", 1)
	return e
}

// scanPolicyText holds policy text to the bounds above. It knows strings and
// comments and nothing else of Cedar.
func scanPolicyText(text []byte) (line int, why string) {
	if len(text) > capability.MaxPolicies {
		return 0, fmt.Sprintf("is larger than %d bytes", capability.MaxPolicies)
	}
	line = 1
	depth, unary, start := 0, 0, 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\n':
			line++
		case c == '"':
			i, line = skipString(text, i, line)
		case c == '/' && i+1 < len(text) && text[i+1] == '/':
			for i+1 < len(text) && text[i+1] != '\n' {
				i++
			}
		case c == '(' || c == '[' || c == '{':
			depth++
		case c == ')' || c == ']' || c == '}':
			depth--
		case c == ';' && depth <= 0:
			start = i
		}
		switch c {
		case '!', '-':
			unary++
		case ' ', '\t', '\r', '\n':
		default:
			unary = 0
		}
		switch {
		case depth > maxNesting:
			return line, fmt.Sprintf("nests brackets more than %d deep", maxNesting)
		case unary > maxUnary:
			return line, fmt.Sprintf("has more than %d operators ! or - in a row", maxUnary)
		case i-start > maxPolicy:
			return line, fmt.Sprintf("has a policy longer than %d bytes", maxPolicy)
		}
	}
	return 0, ""
}

func skipString(text []byte, i, line int) (int, int) {
	for i++; i < len(text) && text[i] != '"'; i++ {
		switch text[i] {
		case '\\':
			i++
		case '\n':
			line++
		}
	}
	return i, line
}

// Set is one set of policies that is asked as one: a permit is needed, a
// forbid wins. It is never changed.
type Set struct {
	rules []*rule // by id
	index map[question]*candidates
	store map[types.EntityUID]types.Entity // actions, folders the policies name
	hash  string
}

// question is what policies are sorted by.
type question struct {
	action   types.EntityUID
	resource types.EntityType
}

// candidates are the policies whose heads fit an action and a type of
// resource. Heads can't fail and come first in a policy, so the others can
// contribute nothing, no reason and no error.
type candidates struct {
	rules []*rule
	reads map[string]bool // attributes any of them mentions
	facts bool            // one of them reads a fact
}

// Sets are all asked, and all must permit.
type Sets []*Set

// NewSet makes one set of files. The house policy belongs to every set,
// unless one of the files is called house.cedar and so takes its place.
func NewSet(files ...*File) (*Set, error) {
	own := false
	for _, f := range files {
		own = own || path.Base(f.Name) == houseName
	}
	if !own {
		files = append(files[:len(files):len(files)], houseFile())
	}
	return newSet(files)
}

func newSet(files []*File) (*Set, error) {
	s := &Set{}
	size := 0
	seen := map[types.PolicyID]*rule{}
	var sums []string
	for _, f := range files {
		size += f.size
		sums = append(sums, hex.EncodeToString(f.sum[:]))
		for _, r := range f.rules {
			if other := seen[r.id]; other != nil {
				return nil, &Error{File: r.file, Line: r.line, Policy: string(r.id),
					Reason: fmt.Sprintf("has the id of the policy at %s:%d", other.file, other.line)}
			}
			seen[r.id] = r
			s.rules = append(s.rules, r)
		}
	}
	if size > capability.MaxPolicies {
		return nil, &Error{File: "policies", Reason: fmt.Sprintf("are larger than %d bytes together", capability.MaxPolicies)}
	}
	sort.Slice(s.rules, func(i, j int) bool { return s.rules[i].id < s.rules[j].id })
	sort.Strings(sums)
	sum := sha256.Sum256([]byte(strings.Join(sums, "\n")))
	s.hash = hex.EncodeToString(sum[:])
	s.store = staticEntities(s.rules)
	s.index = indexRules(s.rules)
	return s, nil
}

// Hash is the identity of the policies' text.
func (s *Set) Hash() string { return s.hash }

// Hash is the identity of the text of all sets.
func (s Sets) Hash() string {
	var sums []string
	for _, x := range s {
		sums = append(sums, x.hash)
	}
	sum := sha256.Sum256([]byte(strings.Join(sums, "\n")))
	return hex.EncodeToString(sum[:])
}

// PolicyInfo tells about one policy of a set.
type PolicyInfo struct {
	ID     string
	File   string
	Line   int
	Forbid bool
	Text   string // as Cedar's printer writes it
}

// Policies lists the policies of the set by id, those of the house included.
func (s *Set) Policies() []PolicyInfo {
	out := make([]PolicyInfo, len(s.rules))
	for i, r := range s.rules {
		out[i] = PolicyInfo{ID: string(r.id), File: r.file, Line: r.line, Forbid: r.forbid, Text: string(r.policy.MarshalCedar())}
	}
	return out
}

// indexRules sorts the rules by every action and type of resource there is.
func indexRules(rules []*rule) map[question]*candidates {
	index := map[question]*candidates{}
	for _, a := range actions() {
		uid := a.uid()
		groups := actionGroups()[uid]
		for _, name := range a.resources {
			q := question{uid, types.EntityType(a.space + "::" + name)}
			c := &candidates{reads: map[string]bool{}}
			for _, r := range rules {
				if r.scope.fits(uid, groups, q.resource) {
					c.rules = append(c.rules, r)
					for n := range r.reads {
						c.reads[n] = true
					}
				}
			}
			for _, n := range facts[string(q.resource)] {
				c.facts = c.facts || c.reads[n]
			}
			index[q] = c
		}
	}
	return index
}

func (s *scope) fits(action types.EntityUID, groups []types.EntityUID, resource types.EntityType) bool {
	if s.resource != "" && s.resource != resource {
		return false
	}
	if s.anyAction {
		return true
	}
	for _, a := range s.actions {
		if a == action || slices.Contains(groups, a) {
			return true
		}
	}
	return false
}

// All lets cedar-go walk the candidates in the order of their ids.
func (c *candidates) All() iter.Seq2[cedar.PolicyID, *cedar.Policy] {
	return func(yield func(cedar.PolicyID, *cedar.Policy) bool) {
		for _, r := range c.rules {
			if !yield(r.id, r.policy) {
				return
			}
		}
	}
}
