package host

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"rex/capability"
	"rex/policy"
)

// destination is a URL taken apart and, when a policy wants to know, the one
// address that will be dialled for it.
type destination struct {
	url *url.URL
	ip  netip.Addr // not valid: any address of the host
}

// resolveGet takes the URL apart. Where a policy reads the address, the name
// is looked up here and the answer is kept: what is asked is what is dialled.
func resolveGet(r *resolution) error {
	u, err := parseURL(r.text("url"))
	if err != nil {
		return err
	}
	if timeout := r.duration("timeout"); timeout <= 0 {
		return faultf(capability.Invalid, "timeout is not positive: %s", timeout)
	}
	d, t := r.destination(r.ctx, u, r.want.IP, r.duration("timeout"))
	t.Param, t.Canonical = "url", differing(u.String(), r.text("url"))
	t.Handle = &reach{destination: d, wantIP: r.want.IP}
	r.add(t)
	return nil
}

// reach is what Resolve hands to Act.
type reach struct {
	destination
	wantIP bool
}

// destination makes the target of a URL, with its address when that is wanted.
func (m *Machine) destination(ctx context.Context, u *url.URL, wantIP bool, timeout time.Duration) (destination, policy.Target) {
	d, t := destination{url: u}, policy.Target{}
	if !wantIP {
		return d, t
	}
	host, _ := endpoint(u)
	all, err := m.addresses(ctx, "ip", host, timeout)
	if err != nil {
		t.Err = unreachable(err)
		return d, t
	}
	d.ip = all[0]
	text := d.ip.String()
	t.Facts.IP = &text
	return d, t
}

// unreachable is how a name that is not known fails a request.
func unreachable(err error) error {
	if kind, why := explain(err); kind == capability.NotFound {
		return faultf(capability.Unreachable, "%s", why)
	}
	return err
}

// exchangeHTTP is one net.get with its redirects.
type exchangeHTTP struct {
	*call
	ctx       context.Context // with the deadline of the operation
	wantIP    bool
	headers   http.Header
	redirects []string

	mu   sync.Mutex
	over error // the limit of the run that ended a connection
}

// fail keeps the limit that was reached on a connection; limit gives it back.
// The client's own goroutines are at work there.
func (x *exchangeHTTP) fail(err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.over = err
}

func (x *exchangeHTTP) limit() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.over
}

func getURL(c *call) (capability.Value, error) {
	r, err := handle[*reach](c, "url")
	if err != nil {
		return nil, err
	}
	if err := c.atLeastZero("redirects", "max_body"); err != nil {
		return nil, faultf(capability.Invalid, "%s", err)
	}
	headers, err := requestHeaders(c.dict("headers"))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(c.ctx, c.duration("timeout"))
	defer cancel()
	x := &exchangeHTTP{call: c, ctx: ctx, wantIP: r.wantIP, headers: headers}
	begun := time.Now()
	answer, err := x.follow(r.destination, c.int("redirects"))
	if err != nil {
		return nil, err
	}
	return x.value(answer, time.Since(begun))
}

// answer is a response read to its end.
type answer struct {
	status  int
	headers http.Header
	body    []byte
}

// follow sends the request and goes after redirects, each of which is asked.
func (x *exchangeHTTP) follow(d destination, hops int64) (*answer, error) {
	for {
		a, err := x.send(d)
		if err != nil {
			return nil, x.explain(d.url, err)
		}
		if hops == 0 || !isRedirect(a) {
			return a, nil
		}
		hops--
		if d, err = x.hop(d, a.headers.Get("Location")); err != nil {
			return nil, err
		}
	}
}

func isRedirect(a *answer) bool {
	switch a.status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return a.headers.Get("Location") != ""
	}
	return false
}

// hop finds where a redirect leads and asks for it. The headers of the script
// may hold credentials: another origin does not get them.
func (x *exchangeHTTP) hop(from destination, location string) (destination, error) {
	to, err := from.url.Parse(location)
	if err != nil {
		return from, faultf(capability.Invalid, "%s redirects to something that is no URL", from.url)
	}
	to.Fragment, to.RawFragment = "", ""
	next, err := parseURL(to.String())
	if err != nil {
		return from, err
	}
	if from.url.Scheme == "https" && next.Scheme == "http" {
		return from, faultf(capability.Invalid, "%s redirects to %s, which is not encrypted", from.url, next)
	}
	d, t := x.destination(x.ctx, next, x.wantIP, x.duration("timeout"))
	ok, err := x.permits("GET", next.String(), t)
	if err != nil {
		return from, err
	}
	if !ok {
		return from, faultf(capability.Denied, "%s redirects to %s, which is denied", from.url, next)
	}
	if t.Err != nil {
		return from, x.explain(next, t.Err)
	}
	if !sameOrigin(from.url, next) {
		x.headers = ownHeaders()
	}
	x.redirects = append(x.redirects, next.String())
	return d, nil
}

// send sends one request over one connection and reads the answer. The
// transport is made for it alone: no proxy, no reuse, no request sent twice.
func (x *exchangeHTTP) send(d destination) (*answer, error) {
	transport := &http.Transport{
		DialContext:            func(ctx context.Context, _, _ string) (net.Conn, error) { return x.dial(ctx, d) },
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		DisableKeepAlives:      true,
		MaxResponseHeaderBytes: 256 << 10,
	}
	defer transport.CloseIdleConnections()
	request := (&http.Request{
		Method: http.MethodGet, URL: d.url, Host: d.url.Host, Header: x.headers,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(x.ctx)
	response, err := transport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusSwitchingProtocols {
		return nil, faultf(capability.Invalid, "%s wants to speak another protocol", d.url)
	}
	body, err := x.body(d.url, response.Body)
	if err != nil {
		return nil, err
	}
	return &answer{response.StatusCode, response.Header, body}, nil
}

// body reads what was sent, after decompression, up to the cap.
func (x *exchangeHTTP) body(u *url.URL, r io.Reader) ([]byte, error) {
	meter := x.grant.Meter()
	most := min(x.int("max_body"), meter.ReadLimit())
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	switch {
	case int64(len(data)) > most && most < x.int("max_body"):
		return nil, meter.TooLarge()
	case int64(len(data)) > most:
		return nil, faultf(capability.TooLarge, "the body from %s has more than %d bytes; max_body allows more", u, most)
	}
	return data, err
}

// dial connects to the address that was asked about, or to the addresses of
// the host one after the other.
func (x *exchangeHTTP) dial(ctx context.Context, d destination) (net.Conn, error) {
	host, port := endpoint(d.url)
	all := []netip.Addr{d.ip}
	if !d.ip.IsValid() {
		var err error
		if all, err = x.addresses(ctx, "ip", host, x.duration("timeout")); err != nil {
			return nil, unreachable(err)
		}
	}
	var failed error
	for i, a := range all {
		one, cancel := ctx, context.CancelFunc(func() {})
		if end, ok := ctx.Deadline(); ok { // leave time for the others
			one, cancel = context.WithTimeout(ctx, time.Until(end)/time.Duration(len(all)-i))
		}
		conn, err := x.dialer.DialContext(one, "tcp", net.JoinHostPort(a.String(), port))
		cancel()
		if err == nil {
			return &chargedConn{Conn: conn, x: x}, nil
		}
		failed = err
	}
	return nil, failed
}

// chargedConn charges the run for what passes through a connection.
type chargedConn struct {
	net.Conn
	x *exchangeHTTP
}

func (c *chargedConn) charge(n int) error {
	err := c.x.grant.Meter().Network(int64(n))
	if err != nil {
		c.x.fail(err)
	}
	return err
}

func (c *chargedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if over := c.charge(n); over != nil {
		return 0, over
	}
	return n, err
}

func (c *chargedConn) Write(b []byte) (int, error) {
	if err := c.charge(len(b)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

// explain turns what the client says into a failure, for people.
func (x *exchangeHTTP) explain(u *url.URL, err error) error {
	var limit *capability.LimitError
	var fault *capability.Error
	var untrusted *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var dial *net.OpError
	switch {
	case x.limit() != nil:
		return x.limit()
	case errors.As(err, &limit):
		return limit
	case x.call.ctx.Err() != nil:
		return x.call.ctx.Err()
	case x.ctx.Err() != nil:
		return faultf(capability.Timeout, "%s did not answer within %s; timeout allows more", u, x.duration("timeout"))
	case errors.As(err, &fault):
		return fault
	case errors.As(err, &untrusted), errors.As(err, &unknown):
		return faultf(capability.Untrusted, "%s can't prove who it is: %s", u, err)
	case errors.As(err, &dial) && dial.Op == "dial":
		_, why := explain(err)
		return faultf(capability.Unreachable, "can't connect to %s: %s", u, why)
	}
	_, why := explain(err)
	return faultf(capability.IO, "%s gave no proper answer: %s", u, why)
}

// ownHeaders are those that Rex itself sends.
func ownHeaders() http.Header { return http.Header{"User-Agent": {"rex"}} }

// connectionHeaders belong to the connection or decide where a request goes;
// a script can't set them.
var connectionHeaders = []string{
	"host", "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length", "expect", "http2-settings",
}

// requestHeaders checks the headers that a script sends.
func requestHeaders(m *capability.Map) (http.Header, error) {
	out := ownHeaders()
	for i, name := range m.Keys {
		lower, value := strings.ToLower(name), capability.TextOf(m.At(i))
		switch {
		case !isToken(name):
			return nil, faultf(capability.Invalid, "%q is no name of a header", name)
		case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }):
			return nil, faultf(capability.Invalid, "the value of the header %s holds a character that no header has", name)
		case slices.Contains(connectionHeaders, lower), strings.HasPrefix(lower, "proxy-"):
			return nil, faultf(capability.Invalid, "the header %s belongs to the connection and can't be set", name)
		}
		out.Set(name, value)
	}
	return out, nil
}

// isToken reports whether a text can be the name of a header.
func isToken(s string) bool {
	const others = "!#$%&'*+-.^_`|~"
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && strings.IndexByte(others, c) < 0 {
			return false
		}
	}
	return s != ""
}

// value is the answer as the script gets it.
func (x *exchangeHTTP) value(a *answer, elapsed time.Duration) (capability.Value, error) {
	if x.bool("check") && a.status >= 400 {
		code := int64(a.status)
		err := faultf(capability.HTTPStatus, "%s answered with status %d %s", x.text("url"), a.status, http.StatusText(a.status))
		err.Code = &code
		return nil, err
	}
	redirects := capability.NewList(capability.URL)
	for _, u := range x.redirects {
		redirects.Push(capability.URLValue(u))
	}
	r := capability.NewRecord(capability.NetResponse).
		With("status", capability.IntValue(a.status)).
		With("ok", capability.BoolValue(a.status >= 200 && a.status < 300)).
		With("body", capability.BytesValue(a.body)).
		With("headers", headerMap(a.headers)).
		With("elapsed", capability.DurationValue(elapsed)).
		With("redirects", redirects)
	r.Frozen = true
	return r, nil
}

// headerMap has the names in lower case, sorted; repeats are joined.
func headerMap(h http.Header) *capability.Map {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	m := capability.NewMap(capability.String)
	for _, name := range names {
		m.Put(strings.ToLower(name), capability.StringValue(strings.ToValidUTF8(strings.Join(h[name], ", "), "\uFFFD")))
	}
	return m
}
