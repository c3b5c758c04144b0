package host

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"rex/capability"
)

// parseURL takes a URL apart once. What is asked, dialled and sent comes from
// this one result, so no two readings of a text can differ.
func parseURL(text string) (*url.URL, error) {
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c >= 0x7f || c == '\\' {
			return nil, faultf(capability.Invalid, "the URL %q holds a character that no URL has", text)
		}
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil, faultf(capability.Invalid, "the URL %q is not well formed", text)
	}
	if why := badURL(u); why != "" {
		return nil, faultf(capability.Invalid, "the URL %q %s", text, why)
	}
	return canonicalURL(u), nil
}

// badURL says what is wrong with a URL that is well formed.
func badURL(u *url.URL) string {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return "is neither http nor https"
	case u.Opaque != "" || u.Host == "":
		return "names no host"
	case u.User != nil:
		return "holds a user, which is not sent"
	case u.Fragment != "":
		return "holds a fragment, which is not sent"
	}
	if p := u.Port(); p != "" || strings.HasSuffix(u.Host, ":") {
		if n, err := strconv.ParseUint(p, 10, 16); err != nil || n == 0 {
			return "has a port that is none"
		}
	}
	if why := badHost(u.Hostname()); why != "" {
		return "has a host that " + why
	}
	return ""
}

// badHost says what is wrong with a host: it is an address without a zone, or
// a name of letters, digits, hyphens and underscores.
func badHost(host string) string {
	if a, err := netip.ParseAddr(host); err == nil {
		if a.Zone() != "" {
			return "has a zone"
		}
		return ""
	}
	switch {
	case host == "":
		return "is empty"
	case len(host) > 253:
		return "is longer than 253 bytes"
	case strings.HasSuffix(host, "."):
		return "ends with a dot"
	}
	for label := range strings.SplitSeq(host, ".") {
		if why := badLabel(label); why != "" {
			return why
		}
	}
	if last := host[strings.LastIndexByte(host, '.')+1:]; last[0] >= '0' && last[0] <= '9' {
		return "is neither a name nor an address" // 127.1, 0x7f000001
	}
	return ""
}

func badLabel(label string) string {
	if label == "" || len(label) > 63 {
		return "has a label that is empty or longer than 63 bytes"
	}
	for i := range len(label) {
		c := label[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && c != '-' && c != '_' {
			return "holds a character that no name has"
		}
	}
	return ""
}

// canonicalURL writes scheme and host in lower case and leaves the default
// port out.
func canonicalURL(u *url.URL) *url.URL {
	c := *u
	c.Scheme, c.Fragment, c.RawFragment = strings.ToLower(u.Scheme), "", ""
	host := strings.ToLower(u.Hostname())
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if p := u.Port(); p != "" && p != defaultPort(c.Scheme) {
		host += ":" + p
	}
	c.Host = host
	return &c
}

func defaultPort(scheme string) string {
	if scheme == "https" {
		return "443"
	}
	return "80"
}

// endpoint is the host and port a URL leads to.
func endpoint(u *url.URL) (host, port string) {
	if port = u.Port(); port == "" {
		port = defaultPort(u.Scheme)
	}
	return u.Hostname(), port
}

func sameOrigin(a, b *url.URL) bool {
	ha, pa := endpoint(a)
	hb, pb := endpoint(b)
	return a.Scheme == b.Scheme && net.JoinHostPort(ha, pa) == net.JoinHostPort(hb, pb)
}
