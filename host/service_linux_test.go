package host

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"rex/capability"
)

// standIn speaks enough of D-Bus and of systemd on a socket of its own. One
// peer is the bus and systemd at once, as on systemd's private socket.
type standIn struct {
	t        testing.TB
	address  string
	mu       sync.Mutex
	restarts []string
	outcome  string // of a job; "" for none, so that it never ends
	refusal  string // name of the error that a restart is answered with
	mute     bool   // properties are never answered
	conns    []*busConn
}

// set changes how it behaves.
func (s *standIn) set(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *standIn) restarted() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.restarts)
}

func (s *standIn) silent() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mute
}

type busConn struct {
	net.Conn
	mu     sync.Mutex
	serial uint32
}

func newStandIn(t testing.TB) *standIn {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "bus")
	l, err := net.Listen("unix", socket)
	ok(t, err)
	t.Cleanup(func() { l.Close() })
	s := &standIn{t: t, address: "unix:path=" + socket, outcome: "done"}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(&busConn{Conn: c})
		}
	}()
	return s
}

// serve greets a client as the specification says, then answers its calls.
func (s *standIn) serve(c *busConn) {
	defer c.Close()
	r := bufio.NewReader(c)
	if b, err := r.ReadByte(); err != nil || b != 0 {
		return
	}
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		switch word, how, _ := strings.Cut(strings.TrimSpace(line), " "); {
		case word == "AUTH" && how == "": // asks which ways there are
			c.Write([]byte("REJECTED EXTERNAL\r\n"))
		case word == "AUTH":
			c.Write([]byte("OK 0123456789abcdef0123456789abcdef\r\n"))
		case word == "NEGOTIATE_UNIX_FD":
			c.Write([]byte("ERROR\r\n"))
		case word == "BEGIN":
			s.mu.Lock()
			s.conns = append(s.conns, c)
			s.mu.Unlock()
			s.answerAll(c, r)
			return
		default:
			c.Write([]byte("ERROR\r\n"))
		}
	}
}

func (s *standIn) answerAll(c *busConn, r *bufio.Reader) {
	for {
		m, err := dbus.DecodeMessage(r)
		if err != nil {
			return
		}
		if m.Type != dbus.TypeMethodCall {
			continue
		}
		body, failure := s.call(c, m)
		if body == nil && failure == "" {
			continue // no answer at all
		}
		reply := &dbus.Message{Type: dbus.TypeMethodReply, Headers: map[dbus.HeaderField]dbus.Variant{}}
		reply.Headers[dbus.FieldReplySerial] = dbus.MakeVariant(m.Serial())
		if failure != "" {
			reply.Type = dbus.TypeError
			reply.Headers[dbus.FieldErrorName] = dbus.MakeVariant(failure)
			body = []any{"refused by the stand-in"}
		}
		c.send(reply, body)
	}
}

func (c *busConn) send(m *dbus.Message, body []any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.serial++
	m.Body = body
	if len(body) > 0 {
		m.Headers[dbus.FieldSignature] = dbus.MakeVariant(dbus.SignatureOf(body...))
	}
	var out bytes.Buffer
	if err := m.EncodeTo(&out, binary.LittleEndian); err != nil {
		panic(err) // the stand-in itself is wrong
	}
	// The package sets serials of its own connections only.
	binary.LittleEndian.PutUint32(out.Bytes()[8:], c.serial)
	c.Write(out.Bytes())
}

// call answers one method. A nil body without a failure is silence.
func (s *standIn) call(c *busConn, m *dbus.Message) ([]any, string) {
	member, _ := m.Headers[dbus.FieldMember].Value().(string)
	object, _ := m.Headers[dbus.FieldPath].Value().(dbus.ObjectPath)
	switch member {
	case "Hello":
		return []any{":1.1"}, ""
	case "AddMatch":
		return []any{}, ""
	case "GetAll":
		if s.silent() {
			return nil, ""
		}
		kind, _ := m.Body[0].(string)
		return []any{s.properties(string(object), kind)}, ""
	case "RestartUnit":
		unit, _ := m.Body[0].(string)
		return s.restart(unit)
	}
	return nil, "org.freedesktop.DBus.Error.UnknownMethod"
}

func (s *standIn) restart(unit string) ([]any, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.restarts = append(s.restarts, unit)
	if s.refusal != "" {
		return nil, s.refusal
	}
	job := dbus.ObjectPath("/org/freedesktop/systemd1/job/7")
	if s.outcome != "" {
		time.AfterFunc(20*time.Millisecond, func() { s.removed(job, unit) })
	}
	return []any{job}, ""
}

// removed tells everybody that a job has ended.
func (s *standIn) removed(job dbus.ObjectPath, unit string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		c.send(&dbus.Message{Type: dbus.TypeSignal, Headers: map[dbus.HeaderField]dbus.Variant{
			dbus.FieldPath:      dbus.MakeVariant(dbus.ObjectPath("/org/freedesktop/systemd1")),
			dbus.FieldInterface: dbus.MakeVariant("org.freedesktop.systemd1.Manager"),
			dbus.FieldMember:    dbus.MakeVariant("JobRemoved"),
		}}, []any{uint32(7), job, unit, s.outcome})
	}
}

// properties: web.service is there, www.service is an alias of it, and others
// are not.
func (s *standIn) properties(object, kind string) map[string]dbus.Variant {
	values := map[string]any{}
	switch {
	case !strings.HasSuffix(object, "/web_2eservice") && !strings.HasSuffix(object, "/www_2eservice"):
		values["Id"], values["LoadState"], values["ActiveState"] = "none.service", "not-found", "inactive"
	case kind == "org.freedesktop.systemd1.Service":
		values["MainPID"], values["NRestarts"] = uint32(4711), uint32(2)
		values["MemoryCurrent"], values["TasksCurrent"] = uint64(1<<20), uint64(math.MaxUint64)
	default:
		values["Id"], values["Description"], values["LoadState"] = "web.service", "The web", "loaded"
		values["ActiveState"], values["SubState"], values["UnitFileState"] = "active", "running", "enabled"
		values["ActiveEnterTimestamp"] = uint64(1_700_000_000_000_000)
	}
	out := map[string]dbus.Variant{}
	for k, v := range values {
		out[k] = dbus.MakeVariant(v)
	}
	return out
}

func TestServiceStatus(t *testing.T) {
	s := newStandIn(t)
	b := newBench(t, Config{Bus: s.address})
	for _, name := range []string{"web", "web.service", "www"} {
		r := b.must("service.status", nil, str(name))
		for f, want := range map[string]string{
			"unit": "web.service", "description": "The web", "load": "loaded", "state": "active", "sub": "running", "enabled": "enabled",
		} {
			if got := field(t, r, f); got != want {
				t.Errorf("%s: %s is %q", name, f, got)
			}
		}
		if lookup(t, r, "pid") != integer(4711) || lookup(t, r, "since") != capability.TimeValue(1_700_000_000e9) ||
			lookup(t, r, "memory") != size(1<<20) || lookup(t, r, "tasks") != nil || lookup(t, r, "restarts") != integer(2) {
			t.Errorf("%s: %v", name, r)
		}
	}
	b.fails(capability.NotFound, "service.status", nil, str("other"))
}

func TestServiceRestart(t *testing.T) {
	s := newStandIn(t)
	b := newBench(t, Config{Bus: s.address})
	if r := b.must("service.restart", nil, str("www")); field(t, r, "state") != "active" {
		t.Errorf("got %v", r)
	}
	equal(t, "restarted", s.restarted(), []string{"web.service"})
	for outcome, kind := range map[string]capability.ErrorKind{
		"failed": capability.Failed, "dependency": capability.Failed, "canceled": capability.Failed, "timeout": capability.Timeout,
	} {
		s.set(func() { s.outcome = outcome })
		b.fails(kind, "service.restart", nil, str("web"))
	}
	s.set(func() { s.outcome = "" }) // the job does not end
	within(t, 5*time.Second, func() {
		b.fails(capability.Timeout, "service.restart", with{"timeout": lasting(50 * time.Millisecond)}, str("web"))
	})
	b.fails(capability.Invalid, "service.restart", with{"timeout": lasting(0)}, str("web"))
	for refusal, kind := range map[string]capability.ErrorKind{
		"org.freedesktop.systemd1.NoSuchUnit": capability.NotFound, "org.freedesktop.systemd1.UnitMasked": capability.Failed,
		"org.freedesktop.DBus.Error.AccessDenied": capability.Permission, "org.freedesktop.DBus.Error.Failed": capability.IO,
	} {
		s.set(func() { s.refusal = refusal })
		b.fails(kind, "service.restart", nil, str("web"))
	}
}

// A unit is judged by its own name, whatever alias is written.
func TestServiceAliasesAreSeenThrough(t *testing.T) {
	s := newStandIn(t)
	b := newBench(t, Config{Bus: s.address}, permitAll+`forbid (principal, action, resource == systemd::Service::"web.service");`)
	b.denied("service.restart", nil, str("www"))
	b.denied("service.restart", nil, str("web"))
	if got := s.restarted(); len(got) != 0 {
		t.Errorf("restarted %q", got)
	}
}

// B17: a unit's name is checked before anything hears of it.
func TestServiceNames(t *testing.T) {
	b := newBench(t, Config{Bus: "unix:path=/nonexistent"})
	for _, bad := range []string{"nginx.service --now", "../x", "a/b", "x@$(y).service", "", "a\nb", ".service", strings.Repeat("a", 300)} {
		_, err := b.do("service.status", nil, str(bad))
		if kind, why := explain(err); kind != capability.Invalid || !strings.Contains(why, "unit name") {
			t.Errorf("%q gives %v", bad, err)
		}
	}
}

func TestServiceWithoutSystemd(t *testing.T) {
	b := newBench(t, Config{Bus: "unix:path=/nonexistent"})
	b.fails(capability.Unsupported, "service.status", nil, str("web"))
	// Not even the environment can point elsewhere: such an address could
	// start a program.
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", "unixexec:path=/bin/false")
	_, err := newBench(t, Config{}).do("service.status", nil, str("no-such-unit-of-rex"))
	var fault *capability.Error
	if !errors.As(err, &fault) || strings.Contains(fault.Message, "/bin/false") {
		t.Errorf("got %v", err)
	}
}

// A bus that says nothing holds nobody up.
func TestServiceSilence(t *testing.T) {
	s := newStandIn(t)
	s.set(func() { s.mute = true })
	b := newBench(t, Config{Bus: s.address})
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	within(t, 5*time.Second, func() {
		if _, err := b.in(ctx, "service.status", nil, str("web")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
	socket := filepath.Join(t.TempDir(), "dumb")
	l, err := net.Listen("unix", socket) // accepts and never greets
	ok(t, err)
	defer l.Close()
	b = newBench(t, Config{Bus: "unix:path=" + socket})
	ctx, cancel = context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	within(t, 5*time.Second, func() {
		if _, err := b.in(ctx, "service.status", nil, str("web")); err == nil {
			t.Error("a bus that never greets gave an answer")
		}
	})
}
