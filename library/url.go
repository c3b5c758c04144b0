package library

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"rex/capability"
)

// The canonical form of a url: scheme and host in small letters, no port that
// is the scheme's own, percent-encoding only where it is needed and with
// capital digits. Nothing else is changed: the text that policies see is the
// text that is sent.

// maxURL bounds a url's bytes.
const maxURL = 8192

// CanonicalURL gives the canonical form of a url, or says what is wrong.
func CanonicalURL(s string) (canonical, why string) {
	if len(s) > maxURL {
		return "", "is longer than 8192 bytes"
	}
	scheme, rest, ok := strings.Cut(s, "://")
	scheme = strings.ToLower(scheme)
	if !ok || scheme != "http" && scheme != "https" {
		return "", "does not start with http:// or https://"
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	authority, why := canonicalAuthority(scheme, rest[:end])
	if why != "" {
		return "", why
	}
	path, query, hasQuery := strings.Cut(rest[end:], "?")
	if strings.Contains(rest[end:], "#") {
		return "", "has a fragment"
	}
	if path, why = canonicalPart(path, pathBytes); why != "" {
		return "", why
	}
	if why := checkSegments(path); why != "" {
		return "", why
	}
	out := scheme + "://" + authority + path
	if hasQuery {
		if query, why = canonicalPart(query, queryBytes); why != "" {
			return "", why
		}
		out += "?" + query
	}
	return out, ""
}

func canonicalAuthority(scheme, s string) (authority, why string) {
	if strings.Contains(s, "@") {
		return "", "names a user"
	}
	host, port, hasPort := s, "", false
	if i := strings.LastIndexByte(s, ':'); i > strings.LastIndexByte(s, ']') {
		host, port, hasPort = s[:i], s[i+1:], true
	}
	host, why = canonicalHost(host)
	if why != "" || !hasPort {
		return host, why
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return "", "has a port that is not a number from 1 to 65535"
	}
	if int(n) == defaultPort(scheme) {
		return host, ""
	}
	return host + ":" + strconv.FormatUint(n, 10), ""
}

func defaultPort(scheme string) int {
	if scheme == "https" {
		return 443
	}
	return 80
}

// canonicalHost takes a DNS name, an IPv4 address, or an IPv6 address in brackets.
func canonicalHost(s string) (host, why string) {
	if inner, ok := strings.CutPrefix(s, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		a, err := netip.ParseAddr(inner)
		if !ok || err != nil || !a.Is6() || a.Zone() != "" {
			return "", "has brackets around what is no IPv6 address"
		}
		return "[" + a.String() + "]", ""
	}
	host = strings.ToLower(s)
	if why := checkHostName(host); why != "" {
		return "", why
	}
	return host, ""
}

// checkHostName holds a host to what resolvers and servers agree on. A name
// whose last label is a number must be an address in the usual form: there
// are readers to whom 0x7f.1 is 127.0.0.1.
func checkHostName(host string) string {
	if host == "" {
		return "has no host"
	}
	if len(host) > 253 {
		return "has a host of more than 253 bytes"
	}
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	for _, l := range labels {
		if why := checkLabel(l); why != "" {
			return why
		}
	}
	last := labels[len(labels)-1]
	if last[0] >= '0' && last[0] <= '9' {
		if a, err := netip.ParseAddr(host); err != nil || a.String() != host {
			return "has a host that looks like an address and is none"
		}
	}
	return ""
}

func checkLabel(l string) string {
	if l == "" || len(l) > 63 {
		return "has a host with a part that is empty or longer than 63 bytes"
	}
	for i := 0; i < len(l); i++ {
		if c := l[i]; c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			if c >= utf8.RuneSelf {
				return "has a host that isn't ASCII: write it in its xn-- form"
			}
			return "has a host with a character that no host has"
		}
	}
	return ""
}

// The bytes that stand for themselves in a path and in a query; unreserved
// ones are never encoded.
const (
	unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
	pathBytes  = unreserved + "!$&'()*+,;=:@/"
	queryBytes = pathBytes + "?"
)

// canonicalPart writes the percent-encoding of a path or query in one way.
func canonicalPart(s, allowed string) (out, why string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c != '%' {
			if strings.IndexByte(allowed, c) < 0 {
				return "", "holds " + quoteShort(s[i:i+1]) + ", which must be percent-encoded"
			}
			b.WriteByte(c)
			continue
		}
		if i+2 >= len(s) || !isHexDigit(s[i+1]) || !isHexDigit(s[i+2]) {
			return "", "has a % that two hexadecimal digits don't follow"
		}
		n, _ := strconv.ParseUint(s[i+1:i+3], 16, 8)
		i += 2
		switch d := byte(n); {
		case d == 0:
			return "", "holds a NUL"
		case strings.IndexByte(unreserved, d) >= 0:
			b.WriteByte(d)
		default:
			percent(&b, d)
		}
	}
	return b.String(), ""
}

func isHexDigit(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

func percent(b *strings.Builder, c byte) {
	const digits = "0123456789ABCDEF"
	b.WriteByte('%')
	b.WriteByte(digits[c>>4])
	b.WriteByte(digits[c&15])
}

// checkSegments refuses what climbs, also when an encoded slash hides it.
func checkSegments(path string) string {
	if path == "" {
		return ""
	}
	decoded, err := url.PathUnescape(path)
	if err != nil {
		return "has a path that can't be decoded"
	}
	parts := strings.Split(decoded[1:], "/")
	for i, c := range parts {
		if c == "" && i < len(parts)-1 || c == "." || c == ".." {
			return "has a segment that is empty, . or .."
		}
	}
	return ""
}

// Unreserved reports whether a text stands in a url as it is, wherever it is a part.
func Unreserved(s string) bool { return strings.Trim(s, unreserved) == "" }

// encodePart percent-encodes a text for one segment of a path, or for a key
// or value of a query.
func encodePart(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if strings.IndexByte(unreserved, s[i]) >= 0 {
			b.WriteByte(s[i])
		} else {
			percent(&b, s[i])
		}
	}
	return b.String()
}

// urlParts is a canonical url taken apart.
type urlParts struct{ scheme, host, port, path, query string }

func splitURL(s string) urlParts {
	var u urlParts
	var rest string
	u.scheme, rest, _ = strings.Cut(s, "://")
	rest, u.query, _ = strings.Cut(rest, "?")
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		rest, u.path = rest[:i], rest[i:]
	}
	u.host = rest
	if i := strings.LastIndexByte(rest, ':'); i > strings.LastIndexByte(rest, ']') {
		u.host, u.port = rest[:i], rest[i+1:]
	}
	return u
}

func canonicalIP(s string) (ip, why string) {
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return "", "is not an IP address"
	}
	return a.String(), ""
}

func canonicalCIDR(s string) (cidr, why string) {
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return "", "is not a range of addresses: write 10.0.0.0/8"
	}
	if p != p.Masked() {
		return "", "has bits behind its prefix: the range is " + p.Masked().String()
	}
	return p.String(), ""
}

// RawPath takes back what ShowPath does to a path with bytes that aren't
// UTF-8; any other text stays as it is.
func RawPath(s string) string {
	if !strings.Contains(s, `\x`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], `\\`):
			b.WriteByte('\\')
			i++
		case strings.HasPrefix(s[i:], `\x`) && i+3 < len(s) && isHexDigit(s[i+2]) && isHexDigit(s[i+3]):
			n, _ := strconv.ParseUint(s[i+2:i+4], 16, 8)
			b.WriteByte(byte(n))
			i += 3
		default:
			b.WriteByte(s[i])
		}
	}
	if raw := b.String(); !utf8.ValidString(raw) && capability.ShowPath(raw) == s {
		return raw
	}
	return s
}
