package preflight

import (
	"slices"
	"strings"

	"rex/capability"
)

// Bounds of the domain, as measured: more sharpens nothing that real scripts do.
const (
	maxConstants = 32
	maxPatterns  = 8
	maxInts      = 8
	maxPieces    = 16
)

// texts is a set of texts: the union of its patterns' languages. A path is
// kept as its stem, its text without the slash of the root: joining is then
// always stem + "/" + name. nil is the empty set.
type texts []capability.Pattern

var anyText = texts{{{Kind: capability.PieceAny}}}

func constantText(s string) texts { return texts{capability.Constant(s)} }

func literal(s string) capability.Piece {
	return capability.Piece{Kind: capability.PieceLiteral, Text: s}
}

// concat puts patterns one behind the other and merges literals that meet.
func concat(a, b capability.Pattern) capability.Pattern {
	out := slices.Clone(a)
	for _, p := range b {
		n := len(out)
		switch {
		case p.Kind == capability.PieceLiteral && p.Text == "":
		case n > 0 && p.Kind == capability.PieceLiteral && out[n-1].Kind == capability.PieceLiteral:
			out[n-1].Text += p.Text
		case n > 0 && p.Kind == out[n-1].Kind && (p.Kind == capability.PieceAny || p.Kind == capability.PieceStar || p.Kind == capability.PieceDeep):
		default:
			out = append(out, p)
		}
	}
	if len(out) > maxPieces {
		return capability.Pattern{out[0], {Kind: capability.PieceAny}}
	}
	return out
}

// isAny reports whether nothing is known of a set.
func (t texts) isAny() bool {
	return len(t) == 1 && len(t[0]) == 1 && t[0][0].Kind == capability.PieceAny
}

// constants gives all texts of the set when they are constants.
func (t texts) constants() ([]string, bool) {
	var out []string
	for _, p := range t {
		if !p.IsConstant() {
			return nil, false
		}
		out = append(out, p.Constant())
	}
	return out, true
}

// join is the union; above the bounds it collapses to one pattern.
func (t texts) join(u texts) texts {
	if t.isAny() || len(u) == 0 {
		return t
	}
	if u.isAny() || len(t) == 0 {
		return u
	}
	out := slices.Clone(t)
	for _, p := range u {
		if !out.has(p) {
			out = append(out, p)
		}
	}
	return out.bounded()
}

func (t texts) has(p capability.Pattern) bool {
	for _, q := range t {
		if q.Equal(p) || covers(q, p) {
			return true
		}
	}
	return false
}

func (t texts) bounded() texts {
	constants, patterns := 0, 0
	for _, p := range t {
		if p.IsConstant() {
			constants++
		} else {
			patterns++
		}
	}
	if constants > maxConstants || patterns > maxPatterns {
		return texts{collapse(t)}
	}
	return t
}

func (t texts) equal(u texts) bool {
	return slices.EqualFunc(t, u, capability.Pattern.Equal)
}

// collapse gives one pattern that covers all: what they begin with, a hole,
// what they end with.
func collapse(t texts) capability.Pattern {
	if len(t) == 1 {
		return t[0]
	}
	head, tail := headOf(t[0]), tailOf(t[0])
	for _, p := range t[1:] {
		head = commonPrefix(head, headOf(p))
		tail = commonSuffix(tail, tailOf(p))
	}
	// The head and the tail must not overlap in the shortest constant.
	for _, p := range t {
		if p.IsConstant() {
			if n := len(p.Constant()) - len(head); len(tail) > n {
				tail = tail[len(tail)-max(n, 0):]
			}
		}
	}
	hole := capability.Piece{Kind: capability.PieceStar}
	for _, p := range t {
		if !middleIsSlashFree(p, head, tail) {
			hole = capability.Piece{Kind: capability.PieceAny}
			if deep := deepen(t, head, tail); deep != nil {
				return deep
			}
			break
		}
	}
	var out capability.Pattern
	if head != "" {
		out = append(out, literal(head))
	}
	out = append(out, hole)
	if tail != "" {
		out = append(out, literal(tail))
	}
	return out
}

// deepen covers paths below one folder: the folder, then any depth. It cuts
// the head back to a whole component.
func deepen(t texts, head, tail string) capability.Pattern {
	_ = tail
	if i := strings.LastIndexByte(head, '/'); i >= 0 {
		head = head[:i]
	} else {
		return nil
	}
	p := capability.Pattern{{Kind: capability.PieceDeep}}
	if head != "" {
		p = capability.Pattern{literal(head), {Kind: capability.PieceDeep}}
	}
	for _, q := range t {
		if !covers(p, q) {
			return nil
		}
	}
	return p
}

func headOf(p capability.Pattern) string {
	if len(p) > 0 && p[0].Kind == capability.PieceLiteral {
		return p[0].Text
	}
	return ""
}

func tailOf(p capability.Pattern) string {
	if n := len(p); n > 0 && p[n-1].Kind == capability.PieceLiteral {
		return p[n-1].Text
	}
	return ""
}

func commonPrefix(a, b string) string {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return a[:n]
}

func commonSuffix(a, b string) string {
	n := 0
	for n < len(a) && n < len(b) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return a[len(a)-n:]
}

// middleIsSlashFree reports whether what stands between head and tail holds
// no separator.
func middleIsSlashFree(p capability.Pattern, head, tail string) bool {
	if p.IsConstant() {
		s := p.Constant()
		return !strings.ContainsAny(s[len(head):len(s)-len(tail)], "/\x00")
	}
	for i, x := range p {
		switch x.Kind {
		case capability.PieceLiteral:
			s := x.Text
			if i == 0 {
				s = s[len(head):]
			}
			if i == len(p)-1 && len(tail) <= len(s) {
				s = s[:len(s)-len(tail)]
			}
			if strings.ContainsAny(s, "/\x00") {
				return false
			}
		case capability.PieceStar, capability.PieceComponent, capability.PieceInt:
		case capability.PieceParam:
			if !x.Hole {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// token is a byte, or a piece that is no literal.
type token struct {
	c     byte
	piece *capability.Piece
}

func tokens(p capability.Pattern) []token {
	var out []token
	for i := range p {
		if p[i].Kind == capability.PieceLiteral {
			for j := 0; j < len(p[i].Text); j++ {
				out = append(out, token{c: p[i].Text[j]})
			}
		} else {
			out = append(out, token{piece: &p[i]})
		}
	}
	return out
}

// slashFree reports whether every text of a token holds no separator.
func (t token) slashFree() bool {
	if t.piece == nil {
		return t.c != '/' && t.c != 0
	}
	switch t.piece.Kind {
	case capability.PieceStar, capability.PieceComponent, capability.PieceInt:
		return true
	case capability.PieceParam:
		return t.piece.Hole
	}
	return false
}

// solid reports whether a token alone makes a slash-free run a clean
// component: something that is not empty and not a dot.
func (t token) solid() bool {
	if t.piece == nil {
		return t.c != '.'
	}
	switch t.piece.Kind {
	case capability.PieceComponent, capability.PieceInt:
		return true
	case capability.PieceParam:
		return t.piece.Whole
	}
	return false
}

// covers says that every text of q is a text of p; false is "don't know".
func covers(p, q capability.Pattern) bool {
	if len(p) == 1 && p[0].Kind == capability.PieceAny {
		return true
	}
	if p.IsConstant() || p.Equal(q) {
		return p.Equal(q)
	}
	P, Q := tokens(p), tokens(q)
	if len(P)*(len(Q)+1) > 1<<20 {
		return false
	}
	c := coverage{P: P, Q: Q, memo: make([]int8, len(P)*(len(Q)+1))}
	return c.from(0, 0)
}

type coverage struct {
	P, Q []token
	memo []int8 // 0 not yet known, 1 no, 2 yes
}

func (c *coverage) from(i, j int) bool {
	if i == len(c.P) {
		return j == len(c.Q)
	}
	k := i*(len(c.Q)+1) + j
	if c.memo[k] == 0 {
		c.memo[k] = 1
		if c.step(i, j) {
			c.memo[k] = 2
		}
	}
	return c.memo[k] == 2
}

func (c *coverage) step(i, j int) bool {
	t := c.P[i]
	if t.piece == nil {
		return j < len(c.Q) && c.Q[j].piece == nil && c.Q[j].c == t.c && c.from(i+1, j+1)
	}
	switch t.piece.Kind {
	case capability.PieceAny:
		return c.from(i+1, j) || j < len(c.Q) && c.from(i, j+1)
	case capability.PieceStar:
		return c.from(i+1, j) || j < len(c.Q) && c.Q[j].slashFree() && c.from(i, j+1)
	case capability.PieceComponent:
		return c.component(j, func(e int) bool { return c.from(i+1, e) })
	case capability.PieceDeep:
		return c.deep(i, j)
	case capability.PieceInt:
		return c.number(i, j)
	}
	return j < len(c.Q) && c.Q[j].piece != nil && *c.Q[j].piece == *t.piece && c.from(i+1, j+1)
}

// component tries every end of a clean component that begins at token j.
func (c *coverage) component(j int, then func(end int) bool) bool {
	solid := false
	for e := j; e < len(c.Q) && c.Q[e].slashFree(); e++ {
		solid = solid || c.Q[e].solid()
		if solid && then(e+1) {
			return true
		}
	}
	return false
}

func (c *coverage) deep(i, j int) bool {
	if c.from(i+1, j) {
		return true
	}
	if j >= len(c.Q) {
		return false
	}
	if x := c.Q[j].piece; x != nil && x.Kind == capability.PieceDeep {
		return c.from(i, j+1)
	}
	if c.Q[j].piece != nil || c.Q[j].c != '/' {
		return false
	}
	return c.component(j+1, func(e int) bool {
		atEnd := e == len(c.Q) || c.Q[e].piece == nil && c.Q[e].c == '/' || c.Q[e].piece != nil && c.Q[e].piece.Kind == capability.PieceDeep
		return atEnd && c.from(i, e)
	})
}

func (c *coverage) number(i, j int) bool {
	if j < len(c.Q) && c.Q[j].piece != nil && c.Q[j].piece.Kind == capability.PieceInt {
		return c.from(i+1, j+1)
	}
	if j < len(c.Q) && c.Q[j].piece == nil && c.Q[j].c == '-' {
		j++
	}
	for ; j < len(c.Q) && c.Q[j].piece == nil && c.Q[j].c >= '0' && c.Q[j].c <= '9'; j++ {
		if c.from(i+1, j+1) {
			return true
		}
	}
	return false
}

// meet keeps what can be in both: of two patterns the one that the other
// covers, or of one that can't be told the constants that match.
func (t texts) meet(u texts) texts {
	if t.isAny() {
		return u
	}
	if u.isAny() {
		return t
	}
	var out texts
	add := func(p capability.Pattern) {
		if !out.has(p) {
			out = append(out, p)
		}
	}
	for _, p := range t {
		for _, q := range u {
			switch {
			case covers(p, q):
				add(q)
			case covers(q, p):
				add(p)
			case p.IsConstant() && q.IsConstant():
			case apart(p, q):
			case len(headOf(p)) >= len(headOf(q)):
				add(p) // either is right: all of the meet is in both
			default:
				add(q)
			}
		}
	}
	return out.bounded()
}

// apart reports that no text is in both, as far as heads, tails and constants tell.
func apart(p, q capability.Pattern) bool {
	hp, hq := headOf(p), headOf(q)
	n := min(len(hp), len(hq))
	if hp[:n] != hq[:n] {
		return true
	}
	tp, tq := tailOf(p), tailOf(q)
	n = min(len(tp), len(tq))
	if tp[len(tp)-n:] != tq[len(tq)-n:] {
		return true
	}
	if p.IsConstant() {
		return !mayMatch(q, p.Constant())
	}
	if q.IsConstant() {
		return !mayMatch(p, q.Constant())
	}
	return false
}

// mayMatch is Match with a parameter standing for any text.
func mayMatch(p capability.Pattern, s string) bool {
	q := slices.Clone(p)
	for i := range q {
		if q[i].Kind == capability.PieceParam || q[i].Kind == capability.PieceStem {
			q[i] = capability.Piece{Kind: capability.PieceAny}
		}
	}
	return q.Match(s, nil)
}

// without removes one constant.
func (t texts) without(s string) texts {
	var out texts
	for _, p := range t {
		if !p.IsConstant() || p.Constant() != s {
			out = append(out, p)
		}
	}
	return out
}

// product puts every text of t before every text of u.
func (t texts) product(u texts) texts {
	if len(t)*len(u) > maxConstants {
		t, u = texts{collapse(t)}, texts{collapse(u)}
	}
	var out texts
	for _, p := range t {
		for _, q := range u {
			out = append(out, concat(p, q))
		}
	}
	return out.bounded()
}
