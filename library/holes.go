package library

import (
	"strings"

	"rex/capability"
)

// Piece is one piece of a template being filled: a literal when Hole is
// KindNone, else what fills the hole: of a text of that kind the text as its
// register has it, of all others what Text writes.
type Piece struct {
	Text string
	Hole capability.Kind
}

// Fill makes the text of a template of kind string, regex, path or url. A hole
// that breaks the rules of LANGUAGE section 2 is an error of kind invalid that
// says what the hole holds: so no value steers a literal out of its folder or
// to another host.
func Fill(k capability.Kind, pieces []Piece) (string, error) {
	switch k {
	case capability.KindPath:
		return FillPath(pieces)
	case capability.KindURL:
		return FillURL(pieces)
	case capability.KindRegex:
		return FillRegex(pieces)
	}
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(textText(p.Hole, p.Text))
	}
	return b.String(), nil
}

// FillRegex puts holes in as literal text.
func FillRegex(pieces []Piece) (string, error) {
	var b strings.Builder
	for _, p := range pieces {
		if p.Hole != capability.KindNone {
			b.WriteString(quoteMeta(textText(p.Hole, p.Text)))
		} else {
			b.WriteString(p.Text)
		}
	}
	if _, err := Regex(b.String()); err != nil {
		return "", err
	}
	return b.String(), nil
}

// FillPath puts each hole into its component.
func FillPath(pieces []Piece) (string, error) {
	var b strings.Builder
	for i, p := range pieces {
		text := p.Text
		switch {
		case p.Hole == capability.KindPath && i == 0:
			if text == "" {
				return "", zeroText(capability.KindPath)
			}
			if text == "/" {
				text = ""
			}
		case p.Hole != capability.KindNone:
			text = RawPath(text)
			if j := strings.IndexAny(text, "/\x00"); j >= 0 {
				return "", brokenHole("path", p.Text, "a hole of a path holds no / and no NUL")
			}
		}
		b.WriteString(text)
	}
	if b.Len() == 1 && len(pieces) > 1 {
		return "", brokenHole("path", "", "the component would be empty")
	}
	if why := capability.CheckPath(b.String()); why != "" {
		return "", fault(capability.Invalid, "the path "+quoteShort(capability.ShowPath(b.String()))+" "+why+holesOf(pieces))
	}
	return b.String(), nil
}

// holesOf lists what the holes held, for a message about the whole.
func holesOf(pieces []Piece) string {
	var held []string
	for _, p := range pieces {
		if p.Hole != capability.KindNone && len(held) < 3 {
			held = append(held, quoteShort(p.Text))
		}
	}
	if len(held) == 0 {
		return ""
	}
	return " (with " + strings.Join(held, ", ") + " put in)"
}

func brokenHole(what, text, rule string) error {
	return fault(capability.Invalid, quoteShort(text)+" can't be put into a "+what+": "+rule)
}

func zeroText(k capability.Kind) error {
	return fault(capability.Invalid, "the "+k.String()+" was never set")
}

// urlPlace is the part of a url that a hole stands in.
type urlPlace int

const (
	inHost urlPlace = iota
	inPort
	inPath
	inQuery
)

// placeOf finds the part in which the text so far ends.
func placeOf(sofar string) urlPlace {
	_, rest, _ := strings.Cut(sofar, "://")
	switch {
	case strings.Contains(rest, "?"):
		return inQuery
	case strings.Contains(rest, "/"):
		return inPath
	case strings.LastIndexByte(rest, ':') > strings.LastIndexByte(rest, ']'):
		return inPort
	}
	return inHost
}

// FillURL puts each hole into its host, port, segment, or key or value of the
// query. The place is known from the literals alone, since no hole can hold
// what would move it.
func FillURL(pieces []Piece) (string, error) {
	var b strings.Builder
	for i, p := range pieces {
		text := p.Text
		if p.Hole != capability.KindNone {
			var err error
			if text, err = urlHole(placeOf(b.String()), p, wholeHost(pieces, i)); err != nil {
				return "", err
			}
			if text == "" && wholeSegment(b.String(), pieces[i+1:]) {
				return "", brokenHole("url", text, "a segment is not empty")
			}
		}
		b.WriteString(text)
	}
	out, why := CanonicalURL(b.String())
	if why != "" {
		return "", fault(capability.Invalid, "the url "+quoteShort(b.String())+" "+why+holesOf(pieces))
	}
	return out, nil
}

func urlHole(at urlPlace, p Piece, whole bool) (string, error) {
	switch at {
	case inHost:
		if whole && strings.Contains(p.Text, ":") {
			if ip, why := canonicalIP(p.Text); why == "" {
				return "[" + ip + "]", nil
			}
		}
		for i := 0; i < len(p.Text); i++ {
			if c := p.Text[i]; c != '.' && checkLabel(strings.ToLower(string(rune(c)))) != "" {
				return "", brokenHole("url", p.Text, "in the host a hole is part of one DNS name, or an address")
			}
		}
		return p.Text, nil
	case inPort:
		if n, why := ParseInt(p.Text); p.Hole != capability.KindInt || why != "" || n < 1 || n > 65535 {
			return "", brokenHole("url", p.Text, "as the port a hole is an int from 1 to 65535")
		}
		return p.Text, nil
	}
	if strings.IndexByte(p.Text, 0) >= 0 {
		return "", brokenHole("url", p.Text, "a url holds no NUL")
	}
	return encodePart(p.Text), nil
}

// wholeHost reports whether hole i is all of the host.
func wholeHost(pieces []Piece, i int) bool {
	before := i == 1 && strings.HasSuffix(pieces[0].Text, "://")
	if i+1 == len(pieces) {
		return before
	}
	next := pieces[i+1]
	return before && next.Hole == capability.KindNone && next.Text != "" && strings.Contains("/?:", next.Text[:1])
}

// wholeSegment reports whether the hole behind the text so far is all of a
// segment of the path.
func wholeSegment(sofar string, rest []Piece) bool {
	if placeOf(sofar) != inPath || !strings.HasSuffix(sofar, "/") {
		return false
	}
	return len(rest) == 0 || rest[0].Hole == capability.KindNone && (strings.HasPrefix(rest[0].Text, "/") || strings.HasPrefix(rest[0].Text, "?"))
}
