package library

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"rex/capability"
)

// The parts of URLs. A url is held in canonical form (url.go).
var urlRows = []spec{
	{310, `(u: url).scheme -> string`, NoSeparator, invalid, urlScheme,
		"http or https.", `let u: url = "https://example.org/a"; u.scheme // "https"`},
	{311, "(u: url).host -> string", NoSeparator, invalid, urlHost,
		"The name or address, without port and brackets.", `let u: url = "https://example.org/a"; u.host // "example.org"`},
	{312, "(u: url).port -> int", Unknown, invalid, urlPort,
		"The port, that of the scheme when none is written.", `let u: url = "https://example.org/a"; u.port // 443`},
	{313, "(u: url).path -> string", Unknown, invalid, urlPath,
		"The path, decoded.", `let u: url = "https://example.org/a%20b?q=1"; u.path // "/a b"`},
	{314, "(u: url).query -> map[string]", Unknown, invalid, urlQuery,
		"The parts of the query, decoded; of a key that stands twice, the last.", `let u: url = "https://example.org/?q=a%20b"; u.query // {"q":"a b"}`},
	{315, "with_query(u: url, query: map[string]) -> url", URLQuery, invalid | absent, urlWithQuery,
		"With another query.", `let u: url = "https://example.org/"; u.with_query({ q: "a b" }) // https://example.org/?q=a%20b`},
}

// url takes a url apart.
func (c *Call) url() (urlParts, error) {
	s, err := c.text(0, capability.KindURL)
	if err != nil {
		return urlParts{}, err
	}
	return splitURL(s), c.reads(len(s))
}

func urlScheme(c *Call) error {
	u, err := c.url()
	c.OutT = u.scheme
	return err
}

func urlHost(c *Call) error {
	u, err := c.url()
	c.OutT = strings.Trim(u.host, "[]")
	return err
}

func urlPort(c *Call) error {
	u, err := c.url()
	if err != nil {
		return err
	}
	n, why := ParseInt(u.port)
	if why != "" {
		n = int64(defaultPort(u.scheme))
	}
	c.setInt(n)
	return nil
}

// decoded takes the percent-encoding off; what is then not UTF-8 is invalid.
func decoded(s string) (string, error) {
	out, err := url.PathUnescape(s)
	if err != nil || !utf8.ValidString(out) {
		return "", fault(capability.Invalid, quoteShort(s)+" of the url is not UTF-8 when it is decoded")
	}
	return out, nil
}

func urlPath(c *Call) error {
	u, err := c.url()
	if err != nil {
		return err
	}
	c.OutT, err = decoded(u.path)
	return err
}

func urlQuery(c *Call) error {
	u, err := c.url()
	if err != nil {
		return err
	}
	if err := c.memory(mul(int64(1+strings.Count(u.query, "&")), entryBytes)); err != nil {
		return err
	}
	m := capability.NewMap(capability.String)
	for _, pair := range strings.Split(u.query, "&") {
		key, value, _ := strings.Cut(strings.ReplaceAll(pair, "+", "%20"), "=")
		if pair == "" {
			continue
		}
		if key, err = decoded(key); err != nil {
			return err
		}
		if value, err = decoded(value); err != nil {
			return err
		}
		m.Put(key, capability.StringValue(value))
	}
	c.OutR = m
	return nil
}

func urlWithQuery(c *Call) error {
	if _, err := c.url(); err != nil {
		return err
	}
	m, err := c.mapping(1)
	if err != nil {
		return err
	}
	base, _, _ := strings.Cut(c.T[0], "?")
	out := c.builder()
	out.write(base)
	for i, key := range m.Keys {
		separator := "&"
		if i == 0 {
			separator = "?"
		}
		out.write(separator + encodePart(key) + "=" + encodePart(m.T[i]))
	}
	s, err := out.finish()
	if err != nil {
		return err
	}
	return c.setURL(s)
}

// setURL gives a url, if it is one.
func (c *Call) setURL(s string) (err error) {
	out, why := CanonicalURL(s)
	if why != "" {
		return fault(capability.Invalid, "the url "+quoteShort(s)+" "+why)
	}
	c.OutT = out
	return nil
}

// urlJoin1 is u / segment; the query goes.
func urlJoin1(c *Call) error {
	if _, err := c.url(); err != nil {
		return err
	}
	if c.T[1] == "" || c.T[1] == "." || c.T[1] == ".." || strings.IndexByte(c.T[1], 0) >= 0 {
		return brokenHole("url", c.T[1], "a segment is not empty, . or .., and holds no NUL")
	}
	base, _, _ := strings.Cut(c.T[0], "?")
	return c.setURL(strings.TrimSuffix(base, "/") + "/" + encodePart(c.T[1]))
}
