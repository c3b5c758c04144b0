package preflight

import (
	"strings"

	"rex/capability"
)

// token is one byte of a literal, or a piece that is none.
type token struct {
	c byte
	p *piece // nil for a byte
}

func (t token) equal(u token) bool {
	if t.p == nil || u.p == nil {
		return t.p == nil && u.p == nil && t.c == u.c
	}
	return *t.p == *u.p
}

func tokens(p pattern) []token {
	n := 0
	for i := range p {
		n += max(1, len(p[i].Text))
	}
	out := make([]token, 0, n)
	for i := range p {
		if p[i].Kind != capability.PieceLiteral {
			out = append(out, token{p: &p[i]})
			continue
		}
		for j := range len(p[i].Text) {
			out = append(out, token{c: p[i].Text[j]})
		}
	}
	return out
}

func untokened(ts []token) pattern {
	var out pattern
	var run []byte
	flush := func() {
		if len(run) > 0 {
			out = append(out, piece{Kind: capability.PieceLiteral, Text: string(run)})
			run = run[:0]
		}
	}
	for _, t := range ts {
		if t.p == nil {
			run = append(run, t.c)
			continue
		}
		flush()
		out = append(out, *t.p)
	}
	flush()
	return out
}

// slashFreePiece reports whether no text of a piece holds a separator or NUL.
func (d *domain) slashFreePiece(x *piece) bool {
	switch x.Kind {
	case capability.PieceStar, capability.PieceComponent, capability.PieceInt:
		return true
	case capability.PieceParam:
		return x.Hole || d.params[x.Param].slashFree
	}
	return false
}

func (d *domain) slashFreeToken(t token) bool {
	if t.p == nil {
		return t.c != '/' && t.c != 0
	}
	return d.slashFreePiece(t.p)
}

// solid reports whether a token alone makes a slash-free run of tokens a clean
// component: neither empty nor a dot or two.
func (d *domain) solid(t token) bool {
	if t.p == nil {
		return t.c != '.'
	}
	switch t.p.Kind {
	case capability.PieceComponent, capability.PieceInt:
		return true
	case capability.PieceParam:
		return t.p.Whole || d.params[t.p.Param].clean
	}
	return false
}

// covers says that every text of q is a text of p; false is "don't know".
func (d *domain) covers(p, q pattern) bool {
	switch {
	case q.IsConstant() && q.Constant() == zeroPath:
		return p.IsConstant() && p.Constant() == zeroPath // it stays apart even from any
	case len(p) == 1 && p[0].Kind == capability.PieceAny:
		return true
	case p.IsConstant():
		return q.IsConstant() && p.Constant() == q.Constant()
	case p.Equal(q):
		return true
	case q.IsConstant():
		d.effort += len(p) * len(q.Constant()) / 256
		return !hasParam(p) && p.Match(q.Constant(), nil)
	}
	if hp := head(p); hp != "" && !strings.HasPrefix(head(q), hp) {
		return d.coversDeclared(p, q)
	}
	c := coverage{d: d, p: tokens(p), q: tokens(q)}
	d.effort += (len(c.p) + len(c.q)) / 16
	if len(c.p)*(len(c.q)+1) > maxCover {
		return false
	}
	c.memo = make([]int8, len(c.p)*(len(c.q)+1))
	d.effort += len(c.memo) / 256
	return c.from(0, 0) || d.coversDeclared(p, q)
}

// coversDeclared is covers for a q that begins with a path parameter which was
// declared to lie in some folders.
func (d *domain) coversDeclared(p, q pattern) bool {
	if len(q) == 0 || q[0].Kind != capability.PieceStem || d.params[q[0].Param].within == nil {
		return false
	}
	for _, within := range d.params[q[0].Param].within {
		if !d.covers(p, concat(within, q[1:])) {
			return false
		}
	}
	return true
}

// maxCover bounds the work of one question; beyond it the answer is "don't know".
const maxCover = 1 << 18

func hasParam(p pattern) bool {
	for i := range p {
		if p[i].Kind == capability.PieceParam || p[i].Kind == capability.PieceStem {
			return true
		}
	}
	return false
}

// coverage is the search for a way of q's tokens through p's.
type coverage struct {
	d    *domain
	p, q []token
	memo []int8 // by position in p and q: 0 not looked at, 1 no, 2 yes
}

// from says that q from token j on lies in p from token i on.
func (c *coverage) from(i, j int) bool {
	if i == len(c.p) {
		return j == len(c.q)
	}
	k := i*(len(c.q)+1) + j
	if c.memo[k] == 0 {
		c.memo[k] = 1
		if c.step(i, j) {
			c.memo[k] = 2
		}
	}
	return c.memo[k] == 2
}

func (c *coverage) step(i, j int) bool {
	t, more := c.p[i], j < len(c.q)
	if t.p == nil {
		return more && c.q[j].equal(t) && c.from(i+1, j+1)
	}
	switch t.p.Kind {
	case capability.PieceAny:
		return c.from(i+1, j) || more && c.from(i, j+1)
	case capability.PieceStar:
		return c.from(i+1, j) || more && c.d.slashFreeToken(c.q[j]) && c.from(i, j+1)
	case capability.PieceComponent:
		return c.component(i+1, j)
	case capability.PieceDeep:
		return c.deep(i, j)
	case capability.PieceInt:
		return c.number(i, j)
	}
	return more && c.q[j].equal(t) && c.from(i+1, j+1)
}

// component tries each end of a clean component that begins at token j.
func (c *coverage) component(i, j int) bool {
	solid := false
	for ; j < len(c.q) && c.d.slashFreeToken(c.q[j]); j++ {
		solid = solid || c.d.solid(c.q[j])
		if solid && c.from(i, j+1) {
			return true
		}
	}
	return false
}

func (c *coverage) deep(i, j int) bool {
	if c.from(i+1, j) {
		return true
	}
	if j == len(c.q) {
		return false
	}
	switch t := c.q[j]; {
	case t.p == nil:
		return t.c == '/' && c.component(i, j+1)
	case t.p.Kind == capability.PieceDeep, t.p.Kind == capability.PieceStem:
		return c.from(i, j+1)
	}
	return false
}

func (c *coverage) number(i, j int) bool {
	if j < len(c.q) && c.q[j].p != nil {
		return c.q[j].p.Kind == capability.PieceInt && c.from(i+1, j+1)
	}
	isByte := func(lo, hi byte) bool {
		return j < len(c.q) && c.q[j].p == nil && c.q[j].c >= lo && c.q[j].c <= hi
	}
	if isByte('-', '-') {
		j++
	}
	for ; isByte('0', '9'); j++ {
		if c.from(i+1, j+1) {
			return true
		}
	}
	return false
}
