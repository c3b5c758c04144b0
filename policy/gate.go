package policy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/cedar-policy/cedar-go/types"

	"rex/capability"
)

// Config is what a gate is made of.
type Config struct {
	Sets     Sets // all must permit; with none, everything is denied
	Identity Identity
	Host     Host
	Audit    *Audit // the record; nil: none is kept
	Report   *capability.Report
	Args     []capability.Value // the module's arguments; the report's when nil
	Limits   capability.Limits
	Labels   map[string]string
	Module   string // hash of the module, hex
	Now      func() time.Time
}

// Gate is the door of one run. It is used by one goroutine at a time.
type Gate struct {
	cfg     Config
	who     types.EntityUID
	build   builder
	common  []contextual // the context of most asks
	store   lasting
	touches map[capability.Site]*capability.Touch
	bound   []string // the texts of the module's arguments
	meter   *Meter
	audit   *Audit

	// Made when they are first needed, and kept for the run.
	prepared  map[*capability.Ask]*prepared
	typeReads map[types.EntityType]map[string]bool
	wants     map[*capability.Op]Want
	above     map[string]types.EntityUIDSet // folders above a folder, itself included

	mu      sync.Mutex
	denials []*Denied
	refused []Refusal
	left    int // how many refusals there were, kept or not
	usage   map[string]*Usage
}

// NewGate makes the gate of a run.
func NewGate(cfg Config) *Gate {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Labels == nil {
		cfg.Labels = map[string]string{}
	}
	if cfg.Report == nil {
		cfg.Report = &capability.Report{} // says nothing, so permits nothing
	}
	if cfg.Args == nil {
		cfg.Args = cfg.Report.Bound
	}
	g := &Gate{
		cfg:       cfg,
		who:       userUID(cfg.Identity.User),
		build:     builder{principal: cfg.Identity.Principal(), run: Known{Module: cfg.Module, Labels: cfg.Labels}},
		store:     lasting{userUID(cfg.Identity.User), cfg.Sets},
		touches:   map[capability.Site]*capability.Touch{},
		bound:     boundTexts(cfg.Args),
		meter:     &Meter{limits: cfg.Limits},
		audit:     cfg.Audit,
		prepared:  map[*capability.Ask]*prepared{},
		typeReads: map[types.EntityType]map[string]bool{},
		wants:     map[*capability.Op]Want{},
		above:     map[string]types.EntityUIDSet{},
		usage:     map[string]*Usage{},
	}
	common := g.build.common()
	common.record()
	g.common = []contextual{common}
	for i := range cfg.Report.Touches {
		t := &cfg.Report.Touches[i]
		g.touches[t.Site] = t
	}
	if g.audit != nil {
		g.audit.start(&cfg)
	}
	return g
}

// Do is the door. It gives the operation's result, or a *Denied, or a
// *capability.Error: both can be caught. A *capability.LimitError, a *Stop and
// an error of the context end the run.
func (g *Gate) Do(ctx context.Context, site capability.Site, op *capability.Op, args []capability.Value) (capability.Value, error) {
	in, err := g.enter(ctx, site, op, args)
	if err != nil {
		return nil, err
	}
	defer g.leave(in)
	if op.Effect == capability.Ambient {
		v, err := g.act(ctx, in)
		return v, g.outcome(in, err)
	}
	if err := g.envelope(in); err != nil {
		return nil, err
	}
	if denied, err := g.foresee(in); denied != nil || err != nil {
		return nil, g.refuse(in, denied, err)
	}
	if err := g.resolve(ctx, in); err != nil {
		return nil, err
	}
	if denied, err := g.ask(in); denied != nil || err != nil {
		return nil, g.refuse(in, denied, err)
	}
	if err := g.record(in); err != nil {
		return nil, err
	}
	v, err := g.act(ctx, in)
	return g.recordOutcome(in, v, err)
}

// inquiry is one call on its way through the gate.
type inquiry struct {
	op       *capability.Op
	args     call
	site     capability.Site
	touch    *capability.Touch
	resolved *Resolved
	failure  error // why the host could resolve nothing
	started  time.Time
	answers  []answered
	entities []madeEntity
	denied   bool
	kept     int // refused entries written to the record
	left     int // refused entries
}

func (in *inquiry) position() capability.Position {
	if in.touch == nil {
		return capability.Position{}
	}
	return in.touch.Pos
}

func (in *inquiry) target(param string) *Target {
	if in.resolved == nil {
		return nil
	}
	for i := range in.resolved.Targets {
		if in.resolved.Targets[i].Param == param {
			return &in.resolved.Targets[i]
		}
	}
	return nil
}

// enter counts the call and copies it: what is decided about is what will run.
func (g *Gate) enter(ctx context.Context, site capability.Site, op *capability.Op, args []capability.Value) (*inquiry, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := g.meter.call(); err != nil {
		return nil, err
	}
	if op == nil || len(args) != len(op.Params) {
		return nil, &Stop{Reason: "a call does not fit its operation's row"}
	}
	copied := make([]capability.Value, len(args))
	for i, v := range args {
		copied[i] = copyValue(v)
	}
	return &inquiry{op: op, args: copied, site: site, touch: g.touches[site], started: g.cfg.Now()}, nil
}

// leave releases the handles and counts.
func (g *Gate) leave(in *inquiry) {
	if in.resolved != nil && in.resolved.Close != nil {
		in.resolved.Close()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	c := g.usage[in.op.Name]
	if c == nil {
		c = &Usage{}
		g.usage[in.op.Name] = c
	}
	c.Calls++
	c.Elapsed += g.cfg.Now().Sub(in.started)
	if in.denied {
		c.Denied++
	}
}

// envelope holds the call against the report's entry for its site.
func (g *Gate) envelope(in *inquiry) error {
	switch {
	case in.touch == nil:
		return &Stop{Reason: fmt.Sprintf("%s was called at a place that the report does not have", in.op.Name)}
	case len(in.op.Asks) == 0:
		return &Stop{Reason: fmt.Sprintf("%s asks for nothing, and nothing happens unasked", in.op.Name)}
	case in.touch.Op != in.op:
		return &Stop{Reason: fmt.Sprintf("%s was called where the report has another operation", in.op.Name)}
	case !within(in.touch, in.args, g.bound):
		return &Stop{Reason: fmt.Sprintf("%s was called with arguments outside the report", in.op.Name)}
	}
	return nil
}

// foresee asks what can be asked before anything is touched: what is
// certainly denied is refused without a system call or a packet.
func (g *Gate) foresee(in *inquiry) (*refusal, error) {
	for i := range in.op.Asks {
		if denied, err := g.foreseeAsk(in, &in.op.Asks[i]); denied != nil || err != nil {
			return denied, err
		}
	}
	return nil, nil
}

// resolve lets the host open and look at what the call names.
func (g *Gate) resolve(ctx context.Context, in *inquiry) error {
	r, err := g.cfg.Host.Resolve(ctx, in.op, slices.Clone(in.args), g.want(in.op))
	var limit *capability.LimitError
	var stop *Stop
	switch {
	case err == nil:
	case ctx.Err() != nil, errors.As(err, &limit), errors.As(err, &stop):
		return err
	default:
		in.failure = err // shown only after a permit
	}
	if r == nil {
		r = &Resolved{}
	}
	in.resolved = r
	return nil
}

// ask puts every ask of the row, with what has been found out.
func (g *Gate) ask(in *inquiry) (*refusal, error) {
	for i := range in.op.Asks {
		if denied, err := g.askOne(in, &in.op.Asks[i]); denied != nil || err != nil {
			return denied, err
		}
	}
	return nil, nil
}

// act lets the host do it. A name that could not be resolved fails here, now
// that it was permitted to know.
func (g *Gate) act(ctx context.Context, in *inquiry) (v capability.Value, err error) {
	if in.failure != nil {
		return nil, in.failure
	}
	if in.resolved != nil {
		for i := range in.resolved.Targets {
			if err := in.resolved.Targets[i].Err; err != nil {
				return nil, err
			}
		}
	}
	defer func() {
		if p := recover(); p != nil {
			v, err = nil, &Stop{Reason: fmt.Sprintf("%s failed in a way it must not: %v", in.op.Name, p)}
		}
	}()
	return g.cfg.Host.Act(ctx, &Grant{gate: g, in: in})
}

// copier copies what a script could still change. What is shared in the
// original is shared in the copy: a value that holds another twice, many
// levels deep, is small, and so is its copy.
type copier struct {
	seen map[capability.Value]capability.Value // of containers within the argument
}

func copyValue(v capability.Value) capability.Value {
	var c copier
	return c.copy(v, 0)
}

func (c *copier) copy(v capability.Value, depth int) capability.Value {
	if depth > capability.MaxValueDepth {
		return nil
	}
	switch v := v.(type) {
	case *capability.List:
		to := *v
		return c.container(v, &to, &to.Cells, depth)
	case *capability.Record:
		to := *v
		return c.container(v, &to, &to.Cells, depth)
	case *capability.Map:
		to := *v
		to.Keys = slices.Clone(v.Keys)
		to.Index = make(map[string]int32, len(v.Keys))
		for i, k := range v.Keys {
			to.Index[k] = int32(i)
		}
		return c.container(v, &to, &to.Cells, depth)
	}
	return v
}

// container copies the cells of from, which to still shares with it.
func (c *copier) container(from, to capability.Value, cells *capability.Cells, depth int) capability.Value {
	if known, ok := c.seen[from]; ok {
		return known
	}
	held := cells.R
	*cells = capability.Cells{S: slices.Clone(cells.S), T: slices.Clone(cells.T)}
	if held == nil {
		return to
	}
	if c.seen == nil {
		c.seen = map[capability.Value]capability.Value{}
	}
	c.seen[from] = to
	cells.R = make([]capability.Value, len(held))
	for i, v := range held {
		cells.R[i] = c.copy(v, depth+1)
	}
	return to
}

// want says which costly facts the policies that could match an operation's
// asks read.
func (g *Gate) want(op *capability.Op) Want {
	w, ok := g.wants[op]
	if ok {
		return w
	}
	eachAsk(op.Asks, func(ask *capability.Ask) {
		for _, t := range g.prepare(ask).types {
			w.SHA256 = w.SHA256 || t.plan.reads["sha256"]
			w.IP = w.IP || t.plan.reads["ip"]
			w.Mount = w.Mount || t.plan.reads["mount"]
		}
	})
	g.wants[op] = w
	return w
}

func isContext(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
