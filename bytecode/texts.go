package bytecode

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode/utf8"

	"rex/capability"
)

// text says what is wrong with s as a text of type t, "" when nothing is.
func (w *work) text(t *capability.Type, s string) string {
	switch t.Kind {
	case capability.KindPath:
		return capability.CheckPath(s)
	case capability.KindBytes:
		return ""
	}
	if !utf8.ValidString(s) {
		return "is not UTF-8"
	}
	switch t.Kind {
	case capability.KindWord:
		if !t.HasWord(s) {
			return "is none of its words"
		}
	case capability.KindURL:
		return checkURL(s)
	case capability.KindIP:
		if a, err := netip.ParseAddr(s); err != nil || a.Zone() != "" || a.String() != s {
			return "is not an address in canonical form"
		}
	case capability.KindCIDR:
		if p, err := netip.ParsePrefix(s); err != nil || p.String() != s {
			return "is not a range of addresses in canonical form"
		}
	case capability.KindRegex:
		return w.regex(s)
	}
	return ""
}

// checkURL holds a URL to the form in which literals are written: http or
// https, a host, no user, no fragment, and a path whose components, decoded,
// neither climb nor are empty.
func checkURL(s string) string {
	if !strings.HasPrefix(s, "http://") && !strings.HasPrefix(s, "https://") {
		return "does not start with http:// or https://"
	}
	if strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }) >= 0 {
		return "holds a space, a control character or a backslash"
	}
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return "is not a URL"
	case u.User != nil:
		return "names a user"
	case u.Host == "" || u.Hostname() == "":
		return "has no host"
	case strings.ToLower(u.Host) != u.Host:
		return "has a host in upper case"
	case strings.IndexByte(s, '#') >= 0:
		return "has a fragment"
	}
	return checkURLPath(u.Path)
}

func checkURLPath(p string) string {
	if p == "" {
		return ""
	}
	parts := strings.Split(p[1:], "/")
	for i, c := range parts {
		if last := i == len(parts)-1; c == "" && !last || c == "." || c == ".." {
			return "has a component that is empty, . or .."
		}
	}
	return ""
}

// template holds a template to the rules of what it makes. Holes can't
// break out of their component when they are filled, so any harmless filling
// stands for all: the literal parts alone decide.
func (w *work) template(t *Template) string {
	var filled strings.Builder
	for i, p := range t.Pieces {
		if p.Hole == nil {
			if p.Literal == "" {
				return "has an empty literal"
			}
			if i > 0 && t.Pieces[i-1].Hole == nil {
				return "has two literals in a row"
			}
			filled.WriteString(p.Literal)
			continue
		}
		if why := checkHole(t, i); why != "" {
			return why
		}
		if p.Hole.Kind != capability.KindPath || t.Type.Kind != capability.KindPath {
			filled.WriteByte('0')
		}
	}
	switch {
	case len(t.Pieces) == 0:
		return "is empty"
	case t.Type.Kind == capability.KindURL && (t.Pieces[0].Hole != nil || !hasScheme(t.Pieces[0].Literal)):
		return "does not start with http:// or https://"
	}
	if why := w.text(t.Type, filled.String()); why != "" {
		return "is no " + t.Type.Kind.String() + ": it " + why
	}
	return ""
}

func hasScheme(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// checkHole says whether hole i may stand where it does.
func checkHole(t *Template, i int) string {
	hole := t.Pieces[i].Hole
	bad := "can't have a hole of type " + hole.String()
	if t.Type.Kind == capability.KindString {
		if hole.Kind == capability.KindBytes || hole.Kind == capability.KindOptional || !hole.FitsAny() {
			return bad
		}
		return ""
	}
	if hole.File() != capability.FileScalar && hole.File() != capability.FileText || hole.Kind == capability.KindBytes {
		return bad
	}
	switch {
	case t.Type.Kind == capability.KindRegex:
		return ""
	case t.Type.Kind == capability.KindPath && hole.Kind == capability.KindPath && i == 0:
		if len(t.Pieces) < 2 || t.Pieces[1].Hole != nil || t.Pieces[1].Literal[:min(1, len(t.Pieces[1].Literal))] != "/" {
			return "begins with a path that no / follows"
		}
		return ""
	case hole.Kind == capability.KindPath || hole.Kind == capability.KindURL:
		return bad
	}
	return ""
}
