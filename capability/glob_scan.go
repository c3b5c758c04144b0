package capability

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// GlobScan matches texts against several globs at once, byte by byte. Its
// states are numbers, so that whoever knows a set of texts as an automaton can
// hold all of them against the globs. What it accepts, Match accepts; it
// accepts less in that ? and [..] take ASCII characters only, for otherwise each
// beginning of a character would be a state.
type GlobScan struct {
	parts []scanned
	seen  map[string]int // the number of a state
	state []scanState
	work  int // places looked at
}

// maxScan bounds the work of one scan: globs come from whoever wrote a script.
// Beyond it nothing matches any more.
const maxScan = 1 << 22

// scanned is one alternative of one glob.
type scanned struct {
	glob     *Glob
	parts    []string
	nameOnly bool
}

// scanState is where in the alternatives a text has got to. The text so far is
// nothing, a slash, or longer.
type scanState struct {
	at    []scanPlace
	short bool
	slash bool
}

// scanPlace is a place in an alternative: before element k of a component, or
// inside the component that a ** takes, where k is -1.
type scanPlace struct{ part, component, k int }

// NewGlobScan makes a scan for texts that match one of some globs.
func NewGlobScan(globs ...*Glob) *GlobScan {
	s := &GlobScan{seen: map[string]int{}}
	for _, g := range globs {
		for i := range g.parts {
			// ** behind ** says nothing more, and many of them would be slow.
			parts := slices.CompactFunc(slices.Clone(g.parts[i]), func(a, b string) bool { return a == "**" && b == "**" })
			if !slices.ContainsFunc(parts, func(c string) bool { return !utf8.ValidString(c) }) {
				s.parts = append(s.parts, scanned{g, parts, g.nameOnly})
			}
		}
	}
	s.number(scanState{at: s.begin(nil, func(scanned) bool { return true }), short: true})
	return s
}

// Start is the state before the first byte.
func (s *GlobScan) Start() int { return 0 }

// Next is the state after one more byte.
func (s *GlobScan) Next(state int, b byte) int {
	now := s.state[state]
	return s.number(scanState{at: s.advance(now.at, b), slash: now.short && b == '/'})
}

// Accept reports whether the text so far matches. No text at all is the root,
// as a stem writes it.
func (s *GlobScan) Accept(state int) bool {
	now := s.state[state]
	if now.short || now.slash {
		return slices.ContainsFunc(s.parts, func(p scanned) bool { return p.glob.Match("/") })
	}
	return slices.ContainsFunc(now.at, s.complete)
}

// Distinct reports whether a byte may lead where no other byte does.
func (s *GlobScan) Distinct(b byte) bool {
	return b == '/' || slices.ContainsFunc(s.parts, func(p scanned) bool {
		return slices.ContainsFunc(p.parts, func(c string) bool {
			return strings.IndexByte(c, b) >= 0 || b <= utf8.RuneSelf && strings.ContainsAny(c, "?[") // the first that is no ASCII, for all of them
		})
	})
}

// complete reports whether nothing but ** is missing behind a place.
func (s *GlobScan) complete(p scanPlace) bool {
	parts := s.parts[p.part].parts
	if p.k >= 0 && parts[p.component] != "**" && strings.Trim(parts[p.component][p.k:], "*") != "" {
		return false
	}
	for _, c := range parts[p.component+1:] {
		if c != "**" {
			return false
		}
	}
	return true
}

// advance takes one byte.
func (s *GlobScan) advance(at []scanPlace, b byte) []scanPlace {
	var out []scanPlace
	if b == '/' {
		for _, p := range at {
			out = s.slash(out, p)
		}
		return s.begin(out, func(p scanned) bool { return p.nameOnly })
	}
	for _, p := range at {
		component := s.parts[p.part].parts[p.component]
		if component == "**" {
			out = append(out, scanPlace{p.part, p.component, -1})
			continue
		}
		k := p.k
		for ; k < len(component) && component[k] == '*'; k++ {
			out = append(out, scanPlace{p.part, p.component, k})
		}
		if n := takes(component[k:], b); n > 0 {
			out = append(out, scanPlace{p.part, p.component, k + n})
		}
	}
	return out
}

// takes gives the length of a component's first element when it takes a byte,
// else 0. Of a character that is no ASCII each byte is an element.
func takes(component string, b byte) int {
	if component == "" {
		return 0
	}
	if b < utf8.RuneSelf {
		if n, ok := matchOne(component, string(rune(b))); ok {
			return n
		}
		return 0
	}
	if component[0] == b {
		return 1
	}
	return 0
}

// slash leaves a component that is complete. A name has none: it begins anew.
func (s *GlobScan) slash(out []scanPlace, p scanPlace) []scanPlace {
	part := s.parts[p.part]
	if part.nameOnly {
		return out
	}
	if part.parts[p.component] == "**" {
		return s.enter(out, p.part, p.component)
	}
	if strings.Trim(part.parts[p.component][p.k:], "*") == "" {
		return s.enter(out, p.part, p.component+1)
	}
	return out
}

// enter stands before a component, and before the one behind it where ** takes none.
func (s *GlobScan) enter(out []scanPlace, part, component int) []scanPlace {
	for parts := s.parts[part].parts; component < len(parts); component++ {
		out = append(out, scanPlace{part, component, 0})
		if parts[component] != "**" {
			break
		}
	}
	return out
}

func (s *GlobScan) begin(out []scanPlace, which func(scanned) bool) []scanPlace {
	for i, p := range s.parts {
		if which(p) {
			out = s.enter(out, i, 0)
		}
	}
	return out
}

func (s *GlobScan) number(now scanState) int {
	slices.SortFunc(now.at, func(a, b scanPlace) int {
		for _, d := range []int{a.part - b.part, a.component - b.component, a.k - b.k} {
			if d != 0 {
				return d
			}
		}
		return 0
	})
	now.at = slices.Compact(now.at)
	if s.work += len(now.at); s.work > maxScan {
		now.at = nil
	}
	var key strings.Builder
	for _, p := range now.at {
		key.WriteRune(rune(p.part))
		key.WriteRune(rune(p.component))
		key.WriteRune(rune(p.k + 1))
	}
	if now.short || now.slash {
		key.WriteString(map[bool]string{true: "empty", false: "slash"}[now.short])
	}
	n, known := s.seen[key.String()]
	if !known {
		n = len(s.state)
		s.seen[key.String()] = n
		s.state = append(s.state, now)
	}
	return n
}
