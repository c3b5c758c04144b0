package host

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rex/capability"
	"rex/host/hosttest"
)

// newStandIn starts a systemd for one test.
func newStandIn(t testing.TB) *hosttest.Systemd {
	t.Helper()
	s, err := hosttest.NewSystemd(t.TempDir())
	ok(t, err)
	t.Cleanup(s.Close)
	return s
}

func TestServiceStatus(t *testing.T) {
	s := newStandIn(t)
	b := newBench(t, Config{Bus: s.Address})
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
	b := newBench(t, Config{Bus: s.Address})
	if r := b.must("service.restart", nil, str("www")); field(t, r, "state") != "active" {
		t.Errorf("got %v", r)
	}
	equal(t, "restarted", s.Restarted(), []string{"web.service"})
	for outcome, kind := range map[string]capability.ErrorKind{
		"failed": capability.Failed, "dependency": capability.Failed, "canceled": capability.Failed, "timeout": capability.Timeout,
	} {
		s.Set(func() { s.Outcome = outcome })
		b.fails(kind, "service.restart", nil, str("web"))
	}
	s.Set(func() { s.Outcome = "" }) // the job does not end
	returns(func() {
		b.fails(capability.Timeout, "service.restart", with{"timeout": lasting(50 * time.Millisecond)}, str("web"))
	})
	b.fails(capability.Invalid, "service.restart", with{"timeout": lasting(0)}, str("web"))
	for refusal, kind := range map[string]capability.ErrorKind{
		"org.freedesktop.systemd1.NoSuchUnit": capability.NotFound, "org.freedesktop.systemd1.UnitMasked": capability.Failed,
		"org.freedesktop.DBus.Error.AccessDenied": capability.Permission, "org.freedesktop.DBus.Error.Failed": capability.IO,
	} {
		s.Set(func() { s.Refusal = refusal })
		b.fails(kind, "service.restart", nil, str("web"))
	}
}

// A unit is judged by its own name, whatever alias is written.
func TestServiceAliasesAreSeenThrough(t *testing.T) {
	s := newStandIn(t)
	b := newBench(t, Config{Bus: s.Address}, permitAll+`forbid (principal, action, resource == systemd::Service::"web.service");`)
	b.denied("service.restart", nil, str("www"))
	b.denied("service.restart", nil, str("web"))
	if got := s.Restarted(); len(got) != 0 {
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
	s.Set(func() { s.Mute = true })
	b := newBench(t, Config{Bus: s.Address})
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	returns(func() {
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
	returns(func() {
		if _, err := b.in(ctx, "service.status", nil, str("web")); err == nil {
			t.Error("a bus that never greets gave an answer")
		}
	})
}
