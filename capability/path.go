package capability

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A path is absolute, has no empty, "." or ".." component and no NUL, and no
// slash at the end but for the root itself. Its bytes are raw: a component
// need not be UTF-8.

// Limits of the Linux kernel, in bytes.
const (
	MaxPath      = 4095
	MaxComponent = 255
)

// CheckComponent says what is wrong with s as one component of a path, "" when nothing is.
func CheckComponent(s string) string {
	switch {
	case s == "":
		return "is empty"
	case s == "." || s == "..":
		return "is " + s
	case strings.IndexByte(s, '/') >= 0:
		return "holds a /"
	case strings.IndexByte(s, 0) >= 0:
		return "holds a NUL"
	case len(s) > MaxComponent:
		return "is longer than 255 bytes"
	}
	return ""
}

// CheckPath says what is wrong with s as a path, "" when nothing is.
func CheckPath(s string) string {
	switch {
	case s == "":
		return "is empty"
	case s[0] != '/':
		return "does not start with /"
	case len(s) > MaxPath:
		return "is longer than 4095 bytes"
	case s == "/":
		return ""
	}
	for rest := s[1:]; ; {
		i := strings.IndexByte(rest, '/')
		c := rest
		if i >= 0 {
			c = rest[:i]
		}
		if why := CheckComponent(c); why != "" {
			return fmt.Sprintf("has a component that %s", why)
		}
		if i < 0 {
			return ""
		}
		rest = rest[i+1:]
	}
}

// CleanPath makes a path of text that comes from elsewhere: it drops empty and
// "." components, and says why when the text is relative or climbs with "..".
func CleanPath(s string) (path, why string) {
	if s == "" || s[0] != '/' {
		return "", "is not absolute"
	}
	var b strings.Builder
	for _, c := range strings.Split(s, "/") {
		if c == "" || c == "." {
			continue
		}
		if why := CheckComponent(c); why != "" {
			return "", "has a component that " + why
		}
		b.WriteByte('/')
		b.WriteString(c)
	}
	if b.Len() == 0 {
		return "/", ""
	}
	if b.Len() > MaxPath {
		return "", "is longer than 4095 bytes"
	}
	return b.String(), ""
}

// ParentPath is the folder that holds p; the root holds itself.
func ParentPath(p string) string {
	i := strings.LastIndexByte(p, '/')
	if i <= 0 {
		return "/"
	}
	return p[:i]
}

// BaseName is the last component of p, "" for the root.
func BaseName(p string) string { return p[strings.LastIndexByte(p, '/')+1:] }

// JoinPath puts one component, or a clean relative path, below p.
func JoinPath(p, name string) string {
	if p == "/" {
		return "/" + name
	}
	return p + "/" + name
}

// Beneath reports whether p lies strictly below dir, by components.
func Beneath(p, dir string) bool {
	if dir == "/" {
		return len(p) > 1 && p[0] == '/'
	}
	return len(p) > len(dir) && p[len(dir)] == '/' && p[:len(dir)] == dir
}

// ShowPath is how a path is written for people: as it is, with \xHH for bytes
// that are not UTF-8, and then \\ for a backslash.
func ShowPath(p string) string {
	if utf8.ValidString(p) {
		return p
	}
	var b strings.Builder
	for i := 0; i < len(p); {
		r, n := utf8.DecodeRuneInString(p[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02X`, p[i])
		case r == '\\':
			b.WriteString(`\\`)
		default:
			b.WriteString(p[i : i+n])
		}
		i += n
	}
	return b.String()
}

// EntityID is the spelling of a path, or of any text with raw bytes, as the id
// of a Cedar entity. A Cedar string is UTF-8, so a byte that is not becomes
// NUL and two hex digits. No path holds a NUL, so no two share an id.
func EntityID(p string) string {
	if utf8.ValidString(p) {
		return p
	}
	var b strings.Builder
	for i := 0; i < len(p); {
		r, n := utf8.DecodeRuneInString(p[i:])
		if r == utf8.RuneError && n == 1 {
			fmt.Fprintf(&b, "\x00%02x", p[i])
		} else {
			b.WriteString(p[i : i+n])
		}
		i += n
	}
	return b.String()
}
