package preflight

import (
	"strings"

	"rex/capability"
)

// Bounds of the domain, as measured on scripts: more sharpens nothing.
const (
	maxConstants = 32
	maxPatterns  = 8
	maxInts      = 8
	maxPieces    = 16
	maxLength    = 8192 // bytes of literals in one pattern; longer ones keep their first keptLength
	keptLength   = 256
)

type (
	pattern = capability.Pattern
	piece   = capability.Piece
)

// texts is a set of texts: the union of its patterns' languages; nil is the
// empty set. A path is kept as its stem, the text without the slash that only
// the root ends with: so joining is always stem + "/" + name and the root, the
// empty stem, needs no case of its own.
type texts []pattern

// zeroPath stands for a path that was never set: no path holds a NUL.
const zeroPath = "\x00"

var (
	anyPattern = pattern{{Kind: capability.PieceAny}}
	anyText    = texts{anyPattern}
	star       = pattern{{Kind: capability.PieceStar}}
	component  = pattern{{Kind: capability.PieceComponent}}
	deep       = pattern{{Kind: capability.PieceDeep}}
	slash      = literal("/")
	belowAny   = pattern{{Kind: capability.PieceDeep}, {Kind: capability.PieceLiteral, Text: "/"}, {Kind: capability.PieceComponent}}
)

func literal(s string) pattern { return capability.Constant(s) }

// exactly is the pattern of one text; of a very long one it keeps the beginning.
func exactly(s string) pattern {
	if len(s) > maxLength {
		return concat(literal(s[:keptLength]), anyPattern)
	}
	return literal(s)
}

func constants(words ...string) texts {
	out := make(texts, len(words))
	for i, w := range words {
		out[i] = literal(w)
	}
	return out
}

// domain is what the operations on sets need to know: what the parameters'
// texts can be.
type domain struct {
	params []paramText
	effort int // spent so far, in steps of the analysis
}

// paramText is what is known of the text of a parameter.
type paramText struct {
	slashFree bool  // it holds no separator and no NUL
	clean     bool  // and is one clean component
	within    texts // a path: patterns that its stem lies in, nil when any
}

// concat puts one pattern behind another; literals that meet become one.
func concat(a, b pattern) pattern {
	out := make(pattern, len(a), len(a)+len(b))
	copy(out, a)
	for _, p := range b {
		if p.Kind == capability.PieceLiteral && p.Text == "" {
			continue
		}
		if n := len(out); n > 0 {
			last := out[n-1]
			switch {
			case last.Kind == capability.PieceLiteral && p.Kind == capability.PieceLiteral:
				out[n-1].Text = last.Text + p.Text
				continue
			case absorbs(last.Kind, p.Kind):
				continue
			}
		}
		out = append(out, p)
	}
	return out
}

// absorbs reports whether a piece behind another adds nothing to it.
func absorbs(a, b capability.PieceKind) bool {
	switch a {
	case capability.PieceStar, capability.PieceDeep:
		return a == b
	case capability.PieceAny:
		return b != capability.PieceLiteral && b != capability.PieceParam && b != capability.PieceStem
	}
	return false
}

// constant gives the text of a set that has one only.
func (t texts) constant() (string, bool) {
	if len(t) == 1 && t[0].IsConstant() {
		return t[0].Constant(), true
	}
	return "", false
}

func (t texts) allConstant() bool {
	for _, p := range t {
		if !p.IsConstant() {
			return false
		}
	}
	return true
}

// withoutZero leaves out the path that was never set.
func (t texts) withoutZero() texts {
	for i, p := range t {
		if p.IsConstant() && p.Constant() == zeroPath {
			return append(append(texts{}, t[:i]...), t[i+1:].withoutZero()...)
		}
	}
	return t
}

// join is the union of two sets. It gives a itself when b adds nothing, so
// that a change is seen by comparing.
func (d *domain) joinTexts(a, b texts) texts {
	out, copied := a, false
	for _, p := range b {
		if d.has(out, p) {
			continue
		}
		if !copied {
			out, copied = append(make(texts, 0, len(a)+len(b)), a...), true
		}
		out = append(d.dropCovered(out, p), p)
	}
	if !copied {
		return a
	}
	return d.limit(out)
}

func (d *domain) has(t texts, p pattern) bool {
	for _, q := range t {
		if d.covers(q, p) {
			return true
		}
	}
	return false
}

// dropCovered leaves out, in place, what p covers.
func (d *domain) dropCovered(t texts, p pattern) texts {
	if p.IsConstant() {
		return t
	}
	kept := t[:0]
	for _, q := range t {
		if !d.covers(p, q) {
			kept = append(kept, q)
		}
	}
	return kept
}

// limit keeps the size of a set within bounds. The zero path stays apart: it
// is no text that a pattern for real paths should have to hold.
func (d *domain) limit(t texts) texts {
	var known, patterns, zero texts
	for _, p := range t {
		switch {
		case !p.IsConstant():
			patterns = append(patterns, p)
		case p.Constant() == zeroPath:
			zero = append(zero, p)
		default:
			known = append(known, p)
		}
	}
	if len(known) <= maxConstants && len(patterns) <= maxPatterns {
		return t
	}
	if len(known) > maxConstants {
		patterns, known = append(d.dropCovered(patterns, d.collapse(known)), d.collapse(known)), nil
	}
	if len(patterns) > maxPatterns {
		one := d.collapse(patterns)
		patterns, known = texts{one}, d.dropCovered(known, one)
	}
	return append(append(patterns, known...), zero...)
}

// one collapses a set to a single pattern, beside the zero path.
func (d *domain) one(t texts) texts {
	real := t.withoutZero()
	if len(real) <= 1 {
		return t
	}
	out := texts{d.collapse(real)}
	if len(real) < len(t) {
		out = append(out, literal(zeroPath))
	}
	return out
}

// collapse gives one pattern that covers all: what they begin with, the
// narrowest hole for what differs, what they end with.
func (d *domain) collapse(t texts) pattern {
	if len(t) == 1 {
		return t[0]
	}
	all := make([][]token, len(t))
	for i, p := range t {
		all[i] = tokens(p)
	}
	head, tail := commonEnds(all)
	middles := make(texts, len(t))
	for i, ts := range all {
		middles[i] = untokened(ts[head : len(ts)-tail])
	}
	first := all[0]
	out := concat(untokened(first[:head]), d.hole(middles))
	return concat(out, untokened(first[len(first)-tail:]))
}

// commonEnds counts the tokens that all begin with, and that all end with
// beyond those.
func commonEnds(all [][]token) (head, tail int) {
	shortest := len(all[0])
	for _, ts := range all {
		shortest = min(shortest, len(ts))
	}
	same := func(at func(ts []token) token) bool {
		for _, ts := range all[1:] {
			if !at(ts).equal(at(all[0])) {
				return false
			}
		}
		return true
	}
	for head < shortest && same(func(ts []token) token { return ts[head] }) {
		head++
	}
	for tail < shortest-head && same(func(ts []token) token { return ts[len(ts)-1-tail] }) {
		tail++
	}
	return head, tail
}

// hole is the narrowest hole that holds all of some texts. Whole components
// keep a path below its folder.
func (d *domain) hole(middles texts) pattern {
next:
	for _, h := range []pattern{star, deep, concat(component, deep)} {
		for _, m := range middles {
			if !d.covers(h, m) {
				continue next
			}
		}
		return h
	}
	return anyPattern
}

// shorten bounds the length and the number of pieces. What is left out in the
// middle becomes one hole: any depth when it is whole components.
func (d *domain) shorten(p pattern) pattern {
	length := 0
	for _, x := range p {
		length += len(x.Text)
	}
	if length > maxLength {
		h := head(p)
		return concat(literal(h[:min(len(h), keptLength)]), anyPattern)
	}
	for len(p) > maxPieces {
		slashed := func(i int) bool { return p[i].Kind == capability.PieceLiteral && p[i].Text[0] == '/' }
		from, to := maxPieces/2, len(p)-maxPieces/4
		for i := from; i < to; i++ {
			if slashed(i) {
				from = i
				break
			}
		}
		for i := to; i > from; i-- {
			if slashed(i) {
				to = i
				break
			}
		}
		middle := anyPattern
		if d.covers(deep, p[from:to]) {
			middle = deep
		}
		p = concat(concat(p[:from:from], middle), p[to:])
	}
	return p
}

// product puts every text of each part behind every text of the parts before.
func (d *domain) product(parts ...texts) texts {
	all := texts{{}}
	for _, part := range parts {
		if len(all)*len(part) > maxConstants {
			all, part = d.one(all), d.one(part)
		}
		next := make(texts, 0, len(all)*len(part))
		for _, a := range all {
			for _, b := range part {
				next = append(next, d.shorten(concat(a, b)))
			}
		}
		all = next
	}
	return d.joinTexts(nil, all)
}

// meet keeps what may be in both sets. Of two patterns of which neither covers
// the other it takes one: all of the meet is in either.
func (d *domain) meet(a, b texts) texts {
	var out texts
	for _, p := range a {
		for _, q := range b {
			switch {
			case d.covers(p, q):
				out = append(out, q)
			case d.covers(q, p):
				out = append(out, p)
			case d.apart(p, q):
			case len(head(q)) > len(head(p)), len(head(q)) == len(head(p)) && len(tail(q)) > len(tail(p)):
				out = append(out, q)
			default:
				out = append(out, p)
			}
		}
	}
	return d.joinTexts(nil, out)
}

// without leaves out one text where it stands alone.
func (t texts) without(s string) texts {
	var out texts
	for _, p := range t {
		if !p.IsConstant() || p.Constant() != s {
			out = append(out, p)
		}
	}
	return out
}

// apart reports that no text is in both patterns: by constants, or by what
// they begin and end with.
func (d *domain) apart(p, q pattern) bool {
	switch {
	case p.IsConstant() && q.IsConstant():
		return p.Constant() != q.Constant()
	case p.IsConstant():
		return !d.mayHold(q, p.Constant())
	case q.IsConstant():
		return !d.mayHold(p, q.Constant())
	}
	hp, hq := head(p), head(q)
	n := min(len(hp), len(hq))
	tp, tq := tail(p), tail(q)
	m := min(len(tp), len(tq))
	return hp[:n] != hq[:n] || tp[len(tp)-m:] != tq[len(tq)-m:]
}

// mayHold reports whether a text may be in a pattern, whatever the parameters
// are.
func (d *domain) mayHold(p pattern, s string) bool {
	q := make(pattern, len(p))
	for i, x := range p {
		q[i] = d.open(x)
	}
	return q.Match(s, nil)
}

// open replaces a parameter by a piece for all that it can be.
func (d *domain) open(x piece) piece {
	switch x.Kind {
	case capability.PieceStem:
		return piece{Kind: capability.PieceDeep}
	case capability.PieceParam:
		switch {
		case x.Whole || d.params[x.Param].clean:
			return piece{Kind: capability.PieceComponent}
		case x.Hole || d.params[x.Param].slashFree:
			return piece{Kind: capability.PieceStar}
		}
		return piece{Kind: capability.PieceAny}
	}
	return x
}

// head is the text that a pattern begins with, tail the one it ends with.
func head(p pattern) string {
	if len(p) > 0 && p[0].Kind == capability.PieceLiteral {
		return p[0].Text
	}
	return ""
}

func tail(p pattern) string {
	if n := len(p); n > 0 && p[n-1].Kind == capability.PieceLiteral {
		return p[n-1].Text
	}
	return ""
}

// mayBeEmpty reports whether the empty text may be in a pattern.
func mayBeEmpty(p pattern) bool {
	for _, x := range p {
		switch x.Kind {
		case capability.PieceLiteral, capability.PieceComponent, capability.PieceInt:
			return false
		case capability.PieceParam:
			if x.Whole {
				return false
			}
		}
	}
	return true
}

// isUnknown reports whether a set holds a piece of which nothing is known.
func (t texts) isUnknown() bool {
	for _, p := range t {
		for _, x := range p {
			if x.Kind == capability.PieceAny {
				return true
			}
		}
	}
	return false
}

// slashFree reports whether no text of the set holds a separator or a NUL.
func (d *domain) slashFree(t texts) bool {
	for _, p := range t {
		for _, x := range p {
			if x.Kind == capability.PieceLiteral {
				if strings.ContainsAny(x.Text, "/\x00") {
					return false
				}
			} else if !d.slashFreePiece(&x) {
				return false
			}
		}
	}
	return true
}
