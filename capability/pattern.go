package capability

import (
	"strconv"
	"strings"
)

// PieceKind is what one piece of a pattern stands for.
type PieceKind uint8

// The pieces.
const (
	PieceLiteral   PieceKind = iota // Text itself
	PieceStar                       // any bytes but / and NUL, maybe none
	PieceComponent                  // one whole clean component
	PieceDeep                       // any number of "/" component, maybe none
	PieceInt                        // -?[0-9]+
	PieceParam                      // the text of parameter Param
	PieceStem                       // the text of path parameter Param, "" for the root
	PieceAny                        // any bytes
)

var pieceNames = []string{"literal", "star", "component", "deep", "int", "param", "stem", "any"}

func (k PieceKind) String() string { return pieceNames[k] }

// Piece is one piece of a pattern. Hole says that a parameter's text passed
// through a hole of a path literal, so it holds no separator; Whole, that it
// was a whole component there.
type Piece struct {
	Kind  PieceKind
	Text  string // PieceLiteral
	Param int    // PieceParam, PieceStem: index into the module's parameters
	Hole  bool
	Whole bool
}

// Pattern is a text known in part: its pieces one after the other. The empty
// pattern is the empty text.
type Pattern []Piece

// Constant makes the pattern of one known text.
func Constant(s string) Pattern {
	if s == "" {
		return Pattern{}
	}
	return Pattern{{Kind: PieceLiteral, Text: s}}
}

// IsConstant reports whether the pattern is one known text.
func (p Pattern) IsConstant() bool {
	return len(p) == 0 || len(p) == 1 && p[0].Kind == PieceLiteral
}

// Constant gives the text of a constant pattern.
func (p Pattern) Constant() string {
	if len(p) == 0 {
		return ""
	}
	return p[0].Text
}

// Equal reports whether p and q are the same pieces.
func (p Pattern) Equal(q Pattern) bool {
	if len(p) != len(q) {
		return false
	}
	for i := range p {
		if p[i] != q[i] {
			return false
		}
	}
	return true
}

// Show writes the pattern for people: {name} for one component, /** for any
// depth, {param} by the parameter's name.
func (p Pattern) Show(params []Param) string {
	var b strings.Builder
	for _, x := range p {
		switch x.Kind {
		case PieceLiteral:
			b.WriteString(Printable(ShowPath(x.Text)))
		case PieceStar:
			b.WriteString("*")
		case PieceComponent:
			b.WriteString("{name}")
		case PieceDeep:
			b.WriteString("/**")
		case PieceInt:
			b.WriteString("{int}")
		case PieceParam, PieceStem:
			name := strconv.Itoa(x.Param)
			if x.Param < len(params) {
				name = params[x.Param].Name
			}
			b.WriteString("{" + name + "}")
		case PieceAny:
			b.WriteString("{?}")
		}
	}
	return b.String()
}

// Match reports whether text is one of the pattern's texts. bound gives the
// text of each parameter of the run; matching is exact and takes time linear
// in len(p) * len(text).
func (p Pattern) Match(text string, bound []string) bool {
	// at[i] says that the pieces so far can end before text[i].
	at := make([]bool, len(text)+1)
	at[0] = true
	for _, x := range p {
		next := make([]bool, len(text)+1)
		switch x.Kind {
		case PieceLiteral:
			stepLiteral(at, next, text, x.Text)
		case PieceParam, PieceStem:
			t := ""
			if x.Param < len(bound) {
				t = bound[x.Param]
			}
			if x.Kind == PieceStem && t == "/" {
				t = ""
			}
			stepLiteral(at, next, text, t)
		case PieceStar:
			live := false
			for i := 0; i <= len(text); i++ {
				live = live || at[i]
				next[i] = live
				if i < len(text) && (text[i] == '/' || text[i] == 0) {
					live = false
				}
			}
		case PieceAny:
			live := false
			for i := 0; i <= len(text); i++ {
				live = live || at[i]
				next[i] = live
			}
		case PieceInt:
			stepInt(at, next, text)
		case PieceComponent:
			for i := 0; i <= len(text); i++ {
				if at[i] {
					markComponents(next, text, i)
				}
			}
		case PieceDeep:
			for i := 0; i <= len(text); i++ {
				if !at[i] && !next[i] {
					continue
				}
				next[i] = true
				if i < len(text) && text[i] == '/' {
					markComponents(next, text, i+1)
				}
			}
		}
		at = next
	}
	return at[len(text)]
}

func stepLiteral(at, next []bool, text, lit string) {
	for i := 0; i+len(lit) <= len(text); i++ {
		if at[i] && text[i:i+len(lit)] == lit {
			next[i+len(lit)] = true
		}
	}
}

func stepInt(at, next []bool, text string) {
	digits := false // a run of digits that some start reaches
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c < '0' || c > '9' {
			digits = false
			continue
		}
		digits = digits || at[i] || i > 0 && text[i-1] == '-' && at[i-1]
		if digits {
			next[i+1] = true
		}
	}
}

// markComponents marks every end of a clean component that starts at from.
func markComponents(next []bool, text string, from int) {
	for e := from; e < len(text) && text[e] != '/' && text[e] != 0; e++ {
		if c := text[from : e+1]; c != "." && c != ".." {
			next[e+1] = true
		}
	}
}
