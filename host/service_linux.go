package host

import (
	"context"
	"errors"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	systemd "github.com/coreos/go-systemd/v22/dbus"
	"github.com/godbus/dbus/v5"

	"rex/capability"
	"rex/policy"
)

const (
	systemBus  = "unix:path=/run/dbus/system_bus_socket"
	privateBus = "unix:path=/run/systemd/private" // of systemd itself, for root
	// answerTime bounds a question to systemd that has no timeout of its own.
	answerTime = 10 * time.Second
)

// unit is a unit that systemd knows, and the way to it.
type unit struct {
	conn *systemd.Conn
	name string // complete, by its own name and not by an alias
}

// resolveUnit asks systemd which unit a name stands for, so that a unit is
// judged by its own name whatever alias was written.
func resolveUnit(r *resolution) error {
	name, why := policy.UnitName(r.text("unit"))
	if why != "" {
		return faultf(capability.Invalid, "the unit name %q %s", r.text("unit"), why)
	}
	t := policy.Target{Param: "unit"}
	u, err := r.unit(name)
	if err != nil {
		t.Err = err
	} else {
		t.Canonical, t.Handle = differing(u.name, name), u
	}
	r.add(t)
	return nil
}

func (r *resolution) unit(name string) (*unit, error) {
	ctx, cancel := context.WithTimeout(r.ctx, answerTime)
	defer cancel()
	conn, err := r.systemd(ctx)
	if err != nil && r.ctx.Err() != nil {
		return nil, r.ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	r.onClose(conn.Close)
	p, err := conn.GetUnitPropertiesContext(ctx, name)
	if err != nil {
		return nil, busFault(r.ctx, name, err)
	}
	id, _ := p["Id"].(string)
	if id == "" {
		id = name
	}
	return &unit{conn, id}, nil
}

// systemd connects to the bus that is configured, else to the system's, else
// as root to systemd's own. The environment does not choose: an address in it
// could even start a program.
func (m *Machine) systemd(ctx context.Context) (*systemd.Conn, error) {
	if m.config.Bus != "" {
		return connectBus(ctx, m.config.Bus, true)
	}
	conn, err := connectBus(ctx, systemBus, true)
	if err != nil && os.Geteuid() == 0 {
		if own, private := connectBus(ctx, privateBus, false); private == nil {
			return own, nil
		}
	}
	return conn, err
}

// connectBus makes the connection. It outlives ctx, which bounds the greeting.
func connectBus(ctx context.Context, address string, hello bool) (*systemd.Conn, error) {
	conn, err := systemd.NewConnection(func() (*dbus.Conn, error) { return greet(ctx, address, hello) })
	if err != nil {
		kind, why := explain(err)
		if kind != capability.Permission && !errors.Is(err, context.DeadlineExceeded) {
			kind = capability.Unsupported
		}
		return nil, faultf(kind, "can't reach systemd at %s: %s", strings.TrimPrefix(address, "unix:path="), why)
	}
	return conn, nil
}

func greet(ctx context.Context, address string, hello bool) (*dbus.Conn, error) {
	conn, err := dbus.Dial(address)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	err = conn.Auth([]dbus.Auth{dbus.AuthExternal(strconv.Itoa(os.Geteuid()))})
	if err == nil && hello {
		err = conn.Hello()
	}
	if !stop() {
		err = ctx.Err()
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// busFault is what systemd or the bus answered instead.
func busFault(run context.Context, name string, err error) error {
	if run.Err() != nil {
		return run.Err()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return faultf(capability.Timeout, "systemd did not answer about %s in time", name)
	}
	var answer dbus.Error
	if !errors.As(err, &answer) {
		return faultf(capability.IO, "systemd gave no answer about %s: %s", name, err)
	}
	kind := capability.IO
	switch answer.Name {
	case "org.freedesktop.systemd1.NoSuchUnit", "org.freedesktop.systemd1.LoadFailed":
		kind = capability.NotFound
	case "org.freedesktop.DBus.Error.AccessDenied", "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired", "org.freedesktop.DBus.Error.AuthFailed":
		kind = capability.Permission
	case "org.freedesktop.DBus.Error.NoReply", "org.freedesktop.DBus.Error.Timeout", "org.freedesktop.DBus.Error.TimedOut":
		kind = capability.Timeout
	case "org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner":
		kind = capability.Unsupported
	case "org.freedesktop.DBus.Error.InvalidArgs":
		kind = capability.Invalid
	case "org.freedesktop.systemd1.UnitMasked", "org.freedesktop.systemd1.OnlyByDependency", "org.freedesktop.systemd1.JobTypeNotApplicable", "org.freedesktop.systemd1.TransactionIsDestructive":
		kind = capability.Failed
	}
	return faultf(kind, "systemd refused %s: %s", name, capability.Printable(answer.Error()))
}

func unitStatus(c *call) (capability.Value, error) {
	u, err := handle[*unit](c, "unit")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(c.ctx, answerTime)
	defer cancel()
	return c.status(ctx, u)
}

// restartUnit queues the job and waits until it has ended.
func restartUnit(c *call) (capability.Value, error) {
	u, err := handle[*unit](c, "unit")
	if err != nil {
		return nil, err
	}
	timeout := c.duration("timeout")
	if timeout <= 0 {
		return nil, faultf(capability.Invalid, "timeout is not positive: %s", timeout)
	}
	ctx, cancel := context.WithTimeout(c.ctx, timeout)
	defer cancel()
	job := make(chan string, 1)
	if _, err := u.conn.RestartUnitContext(ctx, u.name, "replace", job); err != nil {
		return nil, busFault(c.ctx, u.name, err)
	}
	select {
	case outcome := <-job:
		if err := jobFault(u.name, outcome); err != nil {
			return nil, err
		}
	case <-ctx.Done():
		if c.ctx.Err() != nil {
			return nil, c.ctx.Err()
		}
		return nil, faultf(capability.Timeout, "%s did not restart within %s; the job goes on", u.name, timeout)
	}
	return c.status(ctx, u)
}

// jobFault is the failure of a job by the word systemd has for its end.
func jobFault(name, outcome string) error {
	switch outcome {
	case "done":
		return nil
	case "timeout":
		return faultf(capability.Timeout, "%s did not restart within systemd's own time", name)
	}
	return faultf(capability.Failed, "%s did not restart: the job ended as %q", name, capability.Printable(outcome))
}

// status reads a unit's properties; a name without a unit is not_found.
func (c *call) status(ctx context.Context, u *unit) (capability.Value, error) {
	p, err := u.conn.GetUnitPropertiesContext(ctx, u.name)
	if err != nil {
		return nil, busFault(c.ctx, u.name, err)
	}
	props := properties(p)
	if props.text("LoadState") == "not-found" {
		return nil, faultf(capability.NotFound, "there is no unit %s", u.name)
	}
	if strings.HasSuffix(u.name, ".service") {
		more, err := u.conn.GetUnitTypePropertiesContext(ctx, u.name, "Service")
		if err != nil {
			return nil, busFault(c.ctx, u.name, err)
		}
		for k, v := range more {
			props[k] = v
		}
	}
	return props.status(u.name), nil
}

// properties are what systemd tells of a unit.
type properties map[string]any

func (p properties) text(name string) string {
	s, _ := p[name].(string)
	return strings.ToValidUTF8(s, "\uFFFD")
}

// number gives a count; systemd writes one that it does not know as the
// largest of its type.
func (p properties) number(name string) (int64, bool) {
	switch n := p[name].(type) {
	case uint64:
		return int64(n), n <= math.MaxInt64
	case uint32:
		return int64(n), n != math.MaxUint32
	}
	return 0, false
}

func (p properties) status(name string) capability.Value {
	r := capability.NewRecord(capability.ServiceStatus).
		With("unit", capability.StringValue(name)).
		With("description", capability.StringValue(p.text("Description"))).
		With("load", capability.StringValue(p.text("LoadState"))).
		With("state", capability.StringValue(p.text("ActiveState"))).
		With("sub", capability.StringValue(p.text("SubState"))).
		With("enabled", capability.StringValue(p.text("UnitFileState")))
	if pid, ok := p.number("MainPID"); ok && pid > 0 {
		r.With("pid", capability.IntValue(pid))
	}
	if at, ok := p.number(p.sinceName()); ok && at > 0 && at < math.MaxInt64/1000 {
		r.With("since", capability.TimeValue(at*1000))
	}
	if n, ok := p.number("MemoryCurrent"); ok {
		r.With("memory", capability.SizeValue(n))
	}
	if n, ok := p.number("TasksCurrent"); ok {
		r.With("tasks", capability.IntValue(n))
	}
	if n, ok := p.number("NRestarts"); ok {
		r.With("restarts", capability.IntValue(n))
	}
	r.Frozen = true
	return r
}

// sinceName is the property that holds since when the unit is in its state,
// in microseconds.
func (p properties) sinceName() string {
	switch p.text("ActiveState") {
	case "active", "reloading":
		return "ActiveEnterTimestamp"
	case "inactive", "failed":
		return "InactiveEnterTimestamp"
	}
	return "StateChangeTimestamp"
}
