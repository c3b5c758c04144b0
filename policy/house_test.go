package policy

import (
	"errors"
	"strings"
	"testing"

	"rex/capability"
)

const permitAll = `@id("all") permit (principal, action, resource);`

func TestTheHouseIsValid(t *testing.T) {
	if _, err := Parse(houseName, []byte(House())); err != nil {
		t.Error(err)
	}
}

// TestTheHouse lists what the house forbids under permit-all, and what it leaves alone.
func TestTheHouse(t *testing.T) {
	path := func(s string) capability.Value { return capability.PathValue(s) }
	for _, c := range []struct {
		op     string
		first  capability.Value
		ip     string
		policy string // "": permitted
	}{
		{"net.get", capability.URLValue("http://169.254.169.254/latest/meta-data"), "", "house-link-local"},
		{"net.get", capability.URLValue("http://[::ffff:169.254.169.254]/"), "", "house-link-local"},
		{"net.get", capability.URLValue("http://[fe80::1]/"), "", "house-link-local"},
		{"net.get", capability.URLValue("http://0.0.0.0/"), "", "house-link-local"},
		{"net.get", capability.URLValue("http://[64:ff9b::a9fe:a9fe]/"), "", "house-link-local"},
		{"net.get", capability.URLValue("http://[2002:a9fe:a9fe::1]/"), "", "house-link-local"},
		{"net.get", capability.URLValue("http://rebound.example.org/"), "169.254.169.254", "house-link-local"},
		{"net.get", capability.URLValue("http://metadata.google.internal/"), "", "house-metadata"},
		{"net.get", capability.URLValue("http://100.100.100.200/"), "", "house-metadata"},
		{"net.get", capability.URLValue("https://example.org/"), "93.184.215.14", ""},
		{"fs.read", path("/dev/sda"), "", "house-devices"},
		{"fs.read", path("/dev/urandom"), "", ""},
		{"fs.write", path("/dev/shm/x"), "", ""},
		{"fs.stat", path("/dev/sda"), "", ""},
		{"fs.read", path("/proc/self/environ"), "", "house-proc"},
		{"fs.read", path("/proc/1/maps"), "", "house-proc"},
		{"fs.read", path("/proc/self/root/etc/shadow"), "", "house-proc"},
		{"fs.read", path("/proc/kcore"), "", "house-proc"},
		{"fs.list", path("/proc/1234/fd"), "", "house-proc"},
		{"fs.read", path("/proc/meminfo"), "", ""},
		{"fs.read", path("/proc/sys/kernel/hostname"), "", ""},
		{"sys.memory", nil, "", ""},
		{"fs.write", path("/etc/rex/policy.d/mine.cedar"), "", "house-self"},
		{"fs.delete", path("/var/log/rex/audit.jsonl"), "", "house-self"},
		{"fs.write", path("/usr/local/bin/rexvm"), "", "house-self"},
		{"fs.move", path("/etc/rex"), "", "house-self"},
		{"fs.read", path("/etc/rex/policy.d/mine.cedar"), "", ""},
		{"exec.run", path("/usr/bin/rexvm"), "", "house-rexvm"},
		{"fs.write", path("/srv/app/a"), "", ""},
	} {
		op := capability.Lookup(c.op)
		a := sample(op)
		if c.first != nil {
			a[0] = c.first
		}
		h := &recorder{}
		if c.ip != "" {
			h.targets = []Target{{Param: "url", Facts: Facts{IP: &c.ip}}}
		}
		_, err := do(t, testGate(t, h, op, permitAll), op, a)
		var d *Denied
		switch {
		case c.policy == "" && err != nil:
			t.Errorf("%s %v: %v", c.op, c.first, err)
		case c.policy != "" && (!errors.As(err, &d) || len(d.Policies) == 0 || !strings.HasPrefix(d.Policies[0], c.policy)):
			t.Errorf("%s %v: got %v, want a denial by %s", c.op, c.first, err, c.policy)
		case d != nil && d.Suggest != "":
			t.Errorf("%s %v: suggests %s after a forbid", c.op, c.first, d.Suggest)
		}
		// What needs no look at the host is refused before it is touched, and the
		// judge knows it before the run.
		if d != nil && c.ip == "" {
			if len(h.steps) > 0 {
				t.Errorf("%s %v: the host was asked to %q", c.op, c.first, h.steps)
			}
			row := make([]capability.Abstract, len(a))
			for i, v := range a {
				row[i] = constant(v)
			}
			v := Judge(touchOf(op, row...), nil, Sets{mustSet(t, permitAll)}, alice.Principal(), Known{})
			if !v.Denied() {
				t.Errorf("%s %v: judged %s", c.op, c.first, v.Word())
			}
		}
	}
}

func TestOwnFilesAreProtected(t *testing.T) {
	own, err := Protect(`/srv/audit "x"\.jsonl`)
	if err != nil {
		t.Fatal(err)
	}
	all, err := Parse("all.cedar", []byte(permitAll))
	if err != nil {
		t.Fatal(err)
	}
	set, err := NewSet(all, own)
	if err != nil {
		t.Fatal(err)
	}
	h := &recorder{}
	for _, name := range []string{"fs.write", "fs.delete"} {
		op := capability.Lookup(name)
		a := sample(op)
		a[0] = capability.PathValue(`/srv/audit "x"\.jsonl`)
		g := testGate(t, h, op)
		g.cfg.Sets = Sets{set}
		g = NewGate(g.cfg)
		_, err := do(t, g, op, a)
		var d *Denied
		if !errors.As(err, &d) || len(d.Policies) != 1 || d.Policies[0] != "house-own-1" {
			t.Errorf("%s: %v", name, err)
		}
	}
	below, err := Protect("/srv/policies/")
	if err != nil {
		t.Fatal(err)
	}
	if set, err = NewSet(all, below); err != nil {
		t.Fatal(err)
	}
	write := capability.Lookup("fs.write")
	for name, want := range map[string]bool{"/srv/policies/new.cedar": false, "/srv/policies.cedar": true} {
		a := sample(write)
		a[0] = capability.PathValue(name)
		g := testGate(t, h, write)
		g.cfg.Sets = Sets{set}
		g = NewGate(g.cfg)
		if _, err := do(t, g, write, a); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Protect("relative"); err == nil {
		t.Error("a relative path is protected")
	}
}
