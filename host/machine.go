package host

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"runtime"
	"sync"
	"time"

	"rex/capability"
	"rex/policy"
)

// Sink takes what a script prints and logs.
type Sink interface {
	Print(text string) error
	Log(at time.Time, level, message string, fields *capability.Map) error
	Progress(done, total int64, text string) error
}

// Config says what a Machine works with. The zero value of each field is the
// ordinary choice.
type Config struct {
	Sink    Sink     // nil: output is counted and dropped
	Environ []string // name=value, what sys.env reads
	Bus     string   // address of the D-Bus systemd listens on; "": the system bus
	Alone   bool     // this process has no children but the programs it runs here: what they leave behind is ended

	// LookupIP finds the addresses of a name; network is ip, ip4 or ip6. nil:
	// the system's configuration, read by Go's own resolver.
	LookupIP func(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Machine is this computer, as the gate sees it.
type Machine struct {
	config Config
	start  time.Time // wall and monotonic clock at the start
	names  names
	dialer net.Dialer
	platform
}

// New makes a Machine. It opens nothing until it is asked to.
func New(config Config) *Machine {
	if config.LookupIP == nil {
		config.LookupIP = (&net.Resolver{PreferGo: true}).LookupNetIP
	}
	m := &Machine{config: config, start: time.Now()}
	m.dialer.SetMultipathTCP(false)
	return m
}

// Close gives back what the Machine itself holds.
func (m *Machine) Close() error { return m.closeSystem() }

// operation is the two halves of one operation. resolve is nil when the call
// names nothing that could be looked at beforehand.
type operation struct {
	resolve func(r *resolution) error
	act     func(c *call) (capability.Value, error)
}

// Resolve opens what the call names; see policy.Host.
func (m *Machine) Resolve(ctx context.Context, op *capability.Op, args []capability.Value, want policy.Want) (*policy.Resolved, error) {
	impl, ok := operations[op.Name]
	if !ok {
		return nil, finish(op, "", notHere(op))
	}
	r := &resolution{Machine: m, ctx: ctx, arguments: arguments{op, args}, want: want}
	if impl.resolve == nil {
		return r.resolved(), nil
	}
	if err := impl.resolve(r); err != nil {
		r.close()
		return nil, finish(op, r.resource(), err)
	}
	return r.resolved(), nil
}

// Act does the operation; see policy.Host.
func (m *Machine) Act(ctx context.Context, g *policy.Grant) (capability.Value, error) {
	op, err := g.Take()
	if err != nil {
		return nil, err
	}
	c := &call{Machine: m, ctx: ctx, grant: g, arguments: arguments{op, g.Args()}}
	impl, ok := operations[op.Name]
	if !ok {
		return nil, finish(op, c.resource(), notHere(op))
	}
	v, err := impl.act(c)
	if err != nil {
		return nil, finish(op, c.resource(), err)
	}
	return v, nil
}

// notHere is the failure of an operation that this platform does not have.
func notHere(op *capability.Op) error {
	return faultf(capability.Unsupported, "%s does not exist on %s", op.Name, runtime.GOOS)
}

// resolution gathers the targets of one call.
type resolution struct {
	*Machine
	arguments
	ctx     context.Context
	want    policy.Want
	targets []policy.Target
	closers []func()
}

func (r *resolution) add(t policy.Target) { r.targets = append(r.targets, t) }

// onClose registers what gives back a handle.
func (r *resolution) onClose(f func()) { r.closers = append(r.closers, f) }

func (r *resolution) close() {
	for i := len(r.closers) - 1; i >= 0; i-- {
		r.closers[i]()
	}
	r.closers = nil
}

func (r *resolution) resolved() *policy.Resolved {
	var once sync.Once
	for i := range r.targets {
		r.targets[i].Err = finish(r.op, r.text(r.targets[i].Param), r.targets[i].Err)
	}
	return &policy.Resolved{Targets: r.targets, Close: func() { once.Do(r.close) }}
}

// differing is the canonical name where it is another than the one written.
func differing(canonical, written string) string {
	if canonical == written {
		return ""
	}
	return canonical
}

// call is one permitted operation at work.
type call struct {
	*Machine
	arguments
	ctx   context.Context
	grant *policy.Grant
}

// permits asks for one entry of a walk, one folder on the way or one redirect.
func (c *call) permits(action, name string, t policy.Target) (bool, error) {
	return c.grant.Entry(c.ctx, action, name, t)
}

// handle is what Resolve opened for a parameter, or why it could not.
func handle[T any](c *call, param string) (T, error) {
	var none T
	t := c.grant.Target(param)
	if t == nil {
		return none, faultf(capability.IO, "%s was not resolved", param)
	}
	if t.Err != nil {
		return none, t.Err
	}
	h, ok := t.Handle.(T)
	if !ok {
		return none, faultf(capability.IO, "%s was resolved as something else", param)
	}
	return h, nil
}

// finish completes a failure with what only the call knows. Errors that end
// the run pass through.
func finish(op *capability.Op, resource string, err error) error {
	if err == nil {
		return nil
	}
	var limit *capability.LimitError
	var denied *policy.Denied
	var stop *policy.Stop
	if errors.As(err, &limit) || errors.As(err, &denied) || errors.As(err, &stop) || isCancelled(err) {
		return err
	}
	var fault *capability.Error
	if !errors.As(err, &fault) {
		fault = systemFault(err, op.Name)
	}
	done := *fault
	done.Op = op.Name
	if done.Resource == "" {
		done.Resource = resource
	}
	if !op.Kinds.Has(done.Why) && op.Kinds.Has(capability.IO) {
		done.Why = capability.IO
	}
	return &done
}

// isCancelled reports the end of the run. The deadline of one operation is a
// fault of kind timeout long before it comes here.
func isCancelled(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
