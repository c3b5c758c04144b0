package preflight

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"rex/capability"
	"rex/library"
)

// What is known of a text that a function makes is true: arguments are drawn
// from random patterns, the real function is called, and its result must lie
// in what the transfer says.
func TestMadeTextsHold(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	rows := map[library.Transfer][]*library.Row{}
	var transfers []library.Transfer
	for _, row := range library.Rows() {
		if _, known := madeBy(row); !known || row.Run == nil {
			continue
		}
		if rows[row.Transfer] == nil {
			transfers = append(transfers, row.Transfer)
		}
		rows[row.Transfer] = append(rows[row.Transfer], row)
	}
	if len(transfers) != 14 {
		t.Fatalf("%d transfers make texts: %v", len(transfers), transfers)
	}
	succeeded := map[library.Transfer]int{}
	for range 150_000 {
		tr := transfers[r.IntN(len(transfers))]
		row := rows[tr][r.IntN(len(rows[tr]))]
		m := &madeCall{r: r, a: &analysis{}, row: row}
		m.a.domain = testDomain
		if !m.draw() {
			continue
		}
		got, failed := m.run()
		if failed {
			continue
		}
		succeeded[tr]++
		if known, _ := m.a.transferMade(&m.libCall); !inTexts(known, got) {
			t.Fatalf("%s of %q is %q, which is not in %v of %v", row.Name, m.c.T[:3], got, known, m.shown())
		}
	}
	for _, tr := range transfers {
		if succeeded[tr] < 500 {
			t.Errorf("%q was tried %d times only", tr, succeeded[tr])
		}
	}
}

// madeBy reports whether a row's transfer is one of transferMade.
func madeBy(row *library.Row) (t texts, known bool) {
	a := &analysis{}
	a.domain = testDomain
	l := &libCall{row: row}
	for _, p := range row.Params {
		if p.Shape.Type(nil) == nil {
			return nil, false
		}
		l.args, l.types = append(l.args, &value{}), append(l.types, p.Shape.Type(nil))
	}
	return a.transferMade(l)
}

// madeCall is a call with random arguments, and what is known of them.
type madeCall struct {
	libCall
	r   *rand.Rand
	a   *analysis
	row *library.Row
	c   library.Call
}

func (m *madeCall) shown() []texts {
	var out []texts
	for _, v := range m.args {
		out = append(out, v.texts)
	}
	return out
}

// draw chooses the arguments; false when they are no good.
func (m *madeCall) draw() bool {
	m.libCall = libCall{row: m.row}
	for i, p := range m.row.Params {
		t := p.Shape.Type(nil)
		v, ok := m.argument(i, p, t)
		if !ok {
			return false
		}
		m.args, m.types = append(m.args, v), append(m.types, t)
	}
	m.c.Type = m.row.Result.Type(nil)
	return true
}

func (m *madeCall) argument(i int, p library.Param, t *capability.Type) (*value, bool) {
	r := m.r
	switch {
	case t.Kind == capability.KindURL:
		pat := pattern{literal("http://h")[0]}
		for range r.IntN(4) {
			pat = concat(pat, []pattern{slash, literal("a"), literal("?q=b"), star, component, {{Kind: capability.PieceInt}}, anyPattern}[r.IntN(7)])
		}
		s, why := library.CanonicalURL(sample(r, pat))
		m.c.T[i] = s
		return &value{texts: texts{pat}}, why == "" && pat.Match(s, testBound)
	case p.Name == "format":
		m.c.T[i] = []string{"%Y-%m-%d", "a/%D %% é", "%F", "x", "%H%"}[r.IntN(5)]
		return &value{texts: constants(m.c.T[i])}, true
	case p.Name == "zone":
		m.c.T[i] = "UTC"
		return &value{texts: constants("UTC")}, true
	case t.Kind == capability.KindString:
		pat := m.pattern()
		m.c.T[i] = sample(r, pat)
		if p.Optional {
			m.c.T[i], pat = "-", literal("-")
		}
		return &value{texts: texts{pat}}, utf8.ValidString(m.c.T[i])
	case t.Kind == capability.KindWord:
		m.c.T[i] = t.Words[r.IntN(len(t.Words))]
		return &value{texts: constants(t.Words...)}, true
	case t.Kind == capability.KindRegex:
		m.c.T[i] = []string{"a", "[^a]", "(a)|b", "."}[r.IntN(4)]
		return &value{texts: anyText}, true
	case t.Kind == capability.KindMap:
		q := capability.NewMap(capability.String)
		if r.IntN(2) == 0 {
			q.Put("k/", capability.StringValue("v?"))
		}
		m.c.R[i] = q
		return &value{}, true
	case t.Kind == capability.KindOptional && t.Elem.Kind == capability.KindInt:
		if r.IntN(3) == 0 {
			m.c.R[i] = capability.IntValue(1)
			return &value{ints: []int64{1}}, true
		}
		return nilValue, true
	case t.File() == capability.FileScalar:
		n := int64(r.IntN(4))
		m.c.S[i] = uint64(n)
		if r.IntN(4) == 0 {
			return anyScalar, true
		}
		return intValue(n), true
	case t.Kind == capability.KindBytes:
		m.c.T[i] = "a/\x00"
		return &value{texts: anyText}, true
	}
	return nil, false
}

// pattern is a random one with what these functions look at: white space,
// letters of both cases, code points of several bytes, whole and cut apart.
func (m *madeCall) pattern() pattern {
	extra := []string{" ", "\t", "aB", "é", "\xc3", "\xa9", "ß", "/", "x.Y", "-"}
	p := randomPattern(m.r)
	for range m.r.IntN(3) {
		p = concat(p, literal(extra[m.r.IntN(len(extra))]))
		if m.r.IntN(2) == 0 {
			p = concat(literal(extra[m.r.IntN(len(extra))]), p)
		}
	}
	return p
}

func (m *madeCall) run() (string, bool) {
	if m.row.Name == "replace" && m.r.IntN(2) == 0 && m.types[1].Kind == capability.KindString {
		m.c.T[1], m.args[1] = "/", &value{texts: constants("/")}
	}
	if err := m.row.Run(&m.c); err != nil {
		return "", true
	}
	if strings.HasPrefix(m.row.Name, "human") && m.c.OutT == "" {
		return "", true
	}
	return m.c.OutT, false
}
