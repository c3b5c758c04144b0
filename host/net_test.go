package host

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rex/capability"
)

func link(s string) capability.Value { return capability.URLValue(s) }

// serve starts a server on the loopback address.
func serve(t testing.TB, handler http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s.URL
}

func TestGet(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("X-Twice", "a")
		w.Header().Add("X-Twice", "b")
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprintf(w, "%s %s %s %s", r.Method, r.URL, r.Header.Get("X-Mine"), r.Header.Get("User-Agent"))
	})
	b := newBench(t, Config{})
	headers := with{"headers": dict("x-mine", "yes")}
	r := b.must("net.get", headers, link(base+"/p%20q?a=b"))
	if number(t, r, "status") != 418 || number(t, r, "ok") != 0 || number(t, r, "elapsed") <= 0 {
		t.Errorf("got %v", r)
	}
	if body := field(t, r, "body"); body != "GET /p%20q?a=b yes rex" {
		t.Errorf("got %q", body)
	}
	got := lookup(t, r, "headers").(*capability.Map)
	if i := got.Find("x-twice"); i < 0 || got.At(i) != str("a, b") {
		t.Errorf("got %v", got.Keys)
	}
	e := b.fails(capability.HTTPStatus, "net.get", with{"check": truth(true)}, link(base+"/"))
	if e.Code == nil || *e.Code != 418 {
		t.Errorf("got %+v", e)
	}
}

// C05, C16: one parser, and what two could read differently is refused.
func TestParseURL(t *testing.T) {
	for _, bad := range []string{
		"", "/x", "ftp://a/", "file:///etc/passwd", "gopher://a/", "unix:///x", "http:/a", "http:a", "http://", "http:///x", "javascript:1",
		"http://ok@evil/", "http://evil\\@ok/", "http://ok#@evil/", "http://a/#f", "http://ok%2eevil/", "http://a\tb/", "http://a\r\nb/",
		"http://a b/", "http://a:0/", "http://a:65536/", "http://a:x/", "http://a:/", "http://a./", "http://a..b/", "http://[fe80::1%25eth0]/",
		"http://[::1", "http://127.1/", "http://0x7f000001/", "http://2130706433/", "http://häuser/", "http://a/ü", "http://" + strings.Repeat("a", 64) + "/",
		"http://" + strings.Repeat("a.", 130) + "b/", "http://a,b/", "http://[::ffff:1.2.3.4%25x]/",
	} {
		if u, err := parseURL(bad); err == nil {
			t.Errorf("%q is taken for %s", bad, u)
		}
	}
	for text, want := range map[string]string{
		"HTTP://Example.ORG:80/A?b=C": "http://example.org/A?b=C", "https://a:443": "https://a", "https://a:80/": "https://a:80/",
		"http://[::1]:8080/": "http://[::1]:8080/", "http://1.2.3.4/": "http://1.2.3.4/", "http://a_b-c.d/%2f": "http://a_b-c.d/%2f",
	} {
		u, err := parseURL(text)
		if err != nil || u.String() != want {
			t.Errorf("%q gives %v, %v", text, u, err)
		}
	}
}

// C09, C11: what belongs to the connection can't be set, nothing is smuggled.
func TestRequestHeaders(t *testing.T) {
	for _, bad := range []*capability.Map{
		dict("Host", "other"), dict("connection", "upgrade"), dict("Transfer-Encoding", "chunked"), dict("Upgrade", "h2c"), dict("proxy-authorization", "x"),
		dict("Content-Length", "5"), dict("a b", "x"), dict("", "x"), dict("a\r\nb", "x"), dict("a", "x\r\nHost: evil"), dict("a", "\x00"), dict("ä", "x"), dict("a:", "x"),
	} {
		if h, err := requestHeaders(bad); err == nil {
			t.Errorf("%q is sent as %v", bad.Keys, h)
		}
	}
	h, err := requestHeaders(dict("accept", "text/plain\t;q=1", "User-Agent", "mine"))
	if err != nil || h.Get("Accept") != "text/plain\t;q=1" || h.Get("User-Agent") != "mine" {
		t.Errorf("got %v, %v", h, err)
	}
}

// C01, C13: each redirect is asked; a denied one is never connected to, and another
// origin gets no headers of the script.
func TestRedirectsAreAsked(t *testing.T) {
	var hits atomic.Int64
	other := serve(t, func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		fmt.Fprint(w, r.Header.Get("Authorization")+r.Header.Get("X-Key"))
	})
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/out":
			http.Redirect(w, r, other+"/secret", http.StatusFound)
		case "/chain":
			http.Redirect(w, r, "/out", http.StatusMovedPermanently)
		case "/here":
			http.Redirect(w, r, "/same", http.StatusSeeOther)
		case "/file":
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(http.StatusFound)
		default:
			fmt.Fprint(w, r.URL.Path+r.Header.Get("Authorization"))
		}
	})
	b := newBench(t, Config{})
	headers := dict("Authorization", "secret", "X-Key", "key")
	r := b.must("net.get", nil, link(base+"/out"))
	if number(t, r, "status") != 302 || hits.Load() != 0 {
		t.Errorf("a redirect was followed that should not be: %v", r)
	}
	r = b.must("net.get", with{"redirects": integer(2), "headers": headers}, link(base+"/chain"))
	if field(t, r, "body") != "" || number(t, r, "status") != 200 {
		t.Errorf("credentials went to another origin: %v", r)
	}
	l := lookup(t, r, "redirects").(*capability.List)
	if l.Len() != 2 || l.At(0) != link(base+"/out") || l.At(1) != link(other+"/secret") {
		t.Errorf("redirects are %v", l.T)
	}
	if r = b.must("net.get", with{"redirects": integer(1)}, link(base+"/chain")); number(t, r, "status") != 302 {
		t.Errorf("more redirects were followed than were allowed: %v", r)
	}
	if r = b.must("net.get", with{"redirects": integer(1), "headers": headers}, link(base+"/here")); field(t, r, "body") != "/samesecret" {
		t.Errorf("headers are lost at the same origin: %v", r)
	}
	b.fails(capability.Invalid, "net.get", with{"redirects": integer(1)}, link(base+"/file"))

	hits.Store(0)
	b = newBench(t, Config{}, permitAll+`forbid (principal, action, resource == network::url::"`+other+`/secret");`)
	b.denied("net.get", with{"redirects": integer(5)}, link(base+"/out"))
	if hits.Load() != 0 {
		t.Error("a denied hop was connected to")
	}
}

// C13: a redirect never leads from https to http.
func TestRedirectKeepsEncryption(t *testing.T) {
	x := &exchangeHTTP{}
	from, _ := url.Parse("https://a/")
	_, err := x.hop(destination{url: from}, "http://a/x")
	if kind, why := explain(err); kind != capability.Invalid || !strings.Contains(why, "not encrypted") {
		t.Errorf("got %v", err)
	}
}

func TestAnUnknownCertificateIsUntrusted(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer s.Close()
	s.Config.ErrorLog = nil
	newBench(t, Config{}).fails(capability.Untrusted, "net.get", nil, link(s.URL))
}

// C02: the address that was asked about is the one that is dialled, whatever
// DNS says next.
func TestTheAddressAskedIsTheOneDialled(t *testing.T) {
	var hits, lookups atomic.Int64
	base := serve(t, func(w http.ResponseWriter, r *http.Request) { hits.Add(1); fmt.Fprint(w, r.Host) })
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(base, "http://"))
	rebinding := func(context.Context, string, string) ([]netip.Addr, error) {
		if lookups.Add(1) == 1 {
			return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
		}
		return []netip.Addr{netip.MustParseAddr("169.254.169.254")}, nil
	}
	b := newBench(t, Config{LookupIP: rebinding})
	if r := b.must("net.get", nil, link("http://api.test:"+port+"/")); field(t, r, "body") != "api.test:"+port {
		t.Errorf("got %v", r)
	}
	// The second answer is a forbidden address: the house policy sees it.
	b.denied("net.get", nil, link("http://api.test:"+port+"/"))
	if hits.Load() != 1 || lookups.Load() != 2 {
		t.Errorf("%d requests, %d look-ups", hits.Load(), lookups.Load())
	}
}

// C03: addresses that hide a forbidden one are seen through.
func TestForbiddenAddresses(t *testing.T) {
	for _, a := range []string{"169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "0.0.0.0", "::", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1"} {
		b := newBench(t, Config{LookupIP: func(context.Context, string, string) ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr(a)}, nil
		}})
		b.denied("net.get", nil, link("http://innocent.test/"))
	}
}

// C17: a connection is plain TCP: what a kernel's rules say of ports holds for it.
func TestNoMultipath(t *testing.T) {
	if newBench(t, Config{}).machine.dialer.MultipathTCP() {
		t.Error("it may be carried by several paths")
	}
}

// C10: no variable of the environment changes the way.
func TestProxiesAreIgnored(t *testing.T) {
	for _, v := range []string{"HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"} {
		t.Setenv(v, "http://127.0.0.1:1")
	}
	base := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "direct") })
	if r := newBench(t, Config{}).must("net.get", nil, link(base)); field(t, r, "body") != "direct" {
		t.Errorf("got %v", r)
	}
}

// C11, C12: endless bodies, bombs, floods of headers, and silence.
func TestGetIsBounded(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/endless":
			for {
				if _, err := w.Write(make([]byte, 1<<16)); err != nil {
					return
				}
			}
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			io.Copy(z, io.LimitReader(zeros{}, 64<<20))
			z.Close()
		case "/headers":
			for i := range 20000 {
				w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("x", 20))
			}
		case "/slow":
			select {
			case <-r.Context().Done():
			case <-time.After(10 * time.Second):
			}
		case "/slowbody":
			fmt.Fprint(w, "a")
			w.(http.Flusher).Flush()
			select {
			case <-r.Context().Done():
			case <-time.After(10 * time.Second):
			}
		case "/cut":
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "short")
		case "/upgrade":
			w.Header().Set("Connection", "Upgrade")
			w.Header().Set("Upgrade", "websocket")
			w.WriteHeader(http.StatusSwitchingProtocols)
		}
	})
	b := newBench(t, Config{})
	quick := lasting(200 * time.Millisecond)
	b.fails(capability.TooLarge, "net.get", with{"max_body": size(1000)}, link(base+"/endless"))
	b.fails(capability.TooLarge, "net.get", with{"max_body": size(1 << 20)}, link(base+"/bomb"))
	b.fails(capability.IO, "net.get", nil, link(base+"/headers"))
	b.fails(capability.Timeout, "net.get", with{"timeout": quick}, link(base+"/slow"))
	b.fails(capability.Timeout, "net.get", with{"timeout": quick}, link(base+"/slowbody"))
	b.fails(capability.IO, "net.get", nil, link(base+"/cut"))
	b.fails(capability.Invalid, "net.get", nil, link(base+"/upgrade"))
	b.fails(capability.Invalid, "net.get", with{"timeout": lasting(0)}, link(base+"/"))
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	if _, err := b.in(ctx, "net.get", nil, link(base+"/slow")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the end of the run gave %v", err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestGetChargesTheNetwork(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) { w.Write(make([]byte, 100_000)) })
	limits := capability.DefaultLimits()
	limits.NetworkBytes = 50_000
	b := limitedBench(t, Config{}, limits)
	_, err := b.do("net.get", nil, link(base))
	wantLimit(t, err, "network-bytes")
}

func TestGetUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := l.Addr().String()
	l.Close()
	b := newBench(t, Config{LookupIP: noSuchHost})
	b.fails(capability.Unreachable, "net.get", nil, link("http://"+closed+"/"))
	b.fails(capability.Unreachable, "net.get", nil, link("http://none.test/"))
	b.fails(capability.Invalid, "net.get", with{"headers": dict("Host", "x")}, link("http://"+closed+"/"))
}

func noSuchHost(_ context.Context, _, host string) ([]netip.Addr, error) {
	return nil, &net.DNSError{Name: host, Err: "no such host", IsNotFound: true}
}

func TestResolve(t *testing.T) {
	answer := func(ctx context.Context, network, host string) ([]netip.Addr, error) {
		switch host {
		case "slow.test":
			<-ctx.Done()
			return nil, ctx.Err()
		case "broken.test":
			return nil, &net.DNSError{Name: host, Err: "server misbehaving"}
		case "none.test":
			return noSuchHost(ctx, network, host)
		case "scoped.test":
			return []netip.Addr{netip.MustParseAddr("fe80::1%eth0")}, nil
		}
		return map[string][]netip.Addr{
			"ip":  {netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")},
			"ip4": {netip.MustParseAddr("::ffff:192.0.2.1")}, "ip6": {netip.MustParseAddr("2001:db8::1")},
		}[network], nil
	}
	b := newBench(t, Config{LookupIP: answer})
	for kind, want := range map[string]string{"any": "192.0.2.1 2001:db8::1", "A": "192.0.2.1", "AAAA": "2001:db8::1"} {
		l := b.must("net.resolve", with{"type": str(kind)}, str("db.test")).(*capability.List)
		if got := strings.Join(l.T, " "); got != want {
			t.Errorf("%s: got %q, want %q", kind, got, want)
		}
	}
	if l := b.must("net.resolve", nil, str("127.0.0.1")).(*capability.List); l.At(0) != capability.IPValue("127.0.0.1") {
		t.Errorf("an address is %v", l.T)
	}
	b.fails(capability.NotFound, "net.resolve", with{"type": str("AAAA")}, str("127.0.0.1"))
	b.fails(capability.NotFound, "net.resolve", nil, str("none.test"))
	b.fails(capability.NotFound, "net.resolve", nil, str("scoped.test"))
	b.fails(capability.Unreachable, "net.resolve", nil, str("broken.test"))
	b.fails(capability.Timeout, "net.resolve", with{"timeout": lasting(20 * time.Millisecond)}, str("slow.test"))
	for _, bad := range []string{"", "a b", "a.", "a..b", "../x", "a\nb", "ü", strings.Repeat("a", 64)} {
		b.fails(capability.Invalid, "net.resolve", nil, str(bad))
	}
	// A name in other letters is the same name.
	b = newBench(t, Config{LookupIP: answer}, permitAll+`forbid (principal, action, resource == sysinfo::Hostname::"db.test");`)
	b.denied("net.resolve", nil, str("DB.test"))
}
