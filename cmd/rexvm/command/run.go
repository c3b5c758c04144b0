package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/pflag"

	"rex/bytecode"
	"rex/capability"
	"rex/cmd/console"
	"rex/host"
	"rex/library"
	"rex/policy"
	"rex/preflight"
	"rex/vm"
)

var runCommand = &console.Command{
	Words: "run", Args: "MODULE.rexb|-", Summary: "run a module under the policy of this machine",
	Help: `Where ` + console.PolicyFolder + ` exists its policies are asked, and --policy narrows them; elsewhere --policy stands alone. Without any policy everything is denied.

The run is foreseen first. When something that every run does is denied and no run can end well after that, it is not started and nothing is touched (status 3). A denial that the script catches is kept in the result (status 6).`,
	Examples: []console.Example{
		{Line: "rexvm run clean.rexb --policy app.cedar --arg dir=/srv/app", Does: "runs it"},
		{Line: "rexvm run - --format json < clean.rexb", Does: "the result as one JSON document"},
		{Line: "rexvm run clean.rexb --timeout 30s --audit audit.jsonl", Does: "with a time limit and a record"},
	},
	Set: func(flags *pflag.FlagSet) func(*console.IO) console.Status {
		o := &options{}
		flags.StringArrayVar(&o.policies, "policy", nil, "a policy file, or a folder of *.cedar; may be repeated")
		o.arguments = console.ArgumentFlags(flags)
		o.format = console.FormatFlag(flags, "text", "json")
		flags.StringVar(&o.audit, "audit", "", "the record's file, only ever added to (default "+auditDefault+" where its folder exists)")
		flags.BoolVar(&o.denialsOK, "denials-ok", false, "a denial that the script caught does not count: status 0, not 6")
		flags.BoolVar(&o.noPreflight, "no-preflight", false, "start although it can't end well; every operation is still asked")
		flags.StringToStringVar(&o.labels, "label", nil, "`name=value`, a claim of the caller that policies can read as context.labels; may be repeated")
		o.limits = limitFlags(flags)
		return func(c *console.IO) console.Status { return runModule(c, o) }
	},
}

type options struct {
	policies    []string
	arguments   *console.Arguments
	format      *console.Format
	audit       string
	denialsOK   bool
	noPreflight bool
	labels      map[string]string
	limits      *capability.Limits
}

// Bus is the address of the system's D-Bus, "" for the usual one. It is a
// variable for tests alone.
var Bus = ""

// runModule is the way of a run: read, verify, bind, foresee, run, show.
func runModule(c *console.IO, o *options) console.Status {
	if err := checkLimits(o.limits); err != nil {
		c.Errorf("run: %s", err)
		return console.Usage
	}
	if o.arguments.Both(c, "run") {
		return console.Usage
	}
	verified, status := readModule(c, "run")
	if status != console.Done {
		return status
	}
	args, err := o.arguments.Bind(c, verified.Module().Params)
	if err != nil {
		c.Errorf("%s", err)
		return console.BadInput
	}
	sets, err := console.Policies(o.policies, auditName(o.audit))
	if err != nil {
		c.Errorf("%s", err)
		return console.BadInput
	}
	r := &run{c: c, o: o, verified: verified, args: args, sets: sets, result: newResult()}
	return r.show(r.start())
}

// run is one run and what it gathers on its way.
type run struct {
	c        *console.IO
	o        *options
	verified *bytecode.Verified
	args     []capability.Value
	sets     policy.Sets
	me       policy.Identity
	report   *capability.Report
	result   *result
	value    capability.Value
}

func (r *run) start() console.Status {
	r.result.Module = hexHash(r.verified.Hash())
	r.result.Labels = r.o.labels
	for _, s := range r.sets {
		r.result.Policies = append(r.result.Policies, s.Hash())
	}
	r.me = console.Me()
	r.report = preflight.Report(r.verified, r.args, preflight.Options{ExtraSteps: int(r.o.limits.PreflightExtra), Complete: true})
	if breaches := preflight.Breaches(r.verified.Module(), r.report); len(breaches) > 0 {
		return r.unpromised(breaches)
	}
	record, err := r.openAudit()
	if err != nil {
		return r.internal(err)
	}
	defer record.Close()
	if refused := r.foresee(); len(refused) > 0 && !r.o.noPreflight {
		return r.refuse(record, refused)
	}
	return r.execute(record)
}

// unpromised refuses a module that may touch more than its `uses` lines say.
// rexc builds none; whoever made this one did not keep its promise.
func (r *run) unpromised(breaches []preflight.Breach) console.Status {
	first := breaches[0]
	r.result.Error = &failure{
		Message: fmt.Sprintf("not started: %s (%d such)", first.Why, len(breaches)), Op: first.Touch.Op.Name, Position: position(first.Touch.Pos),
	}
	return r.result.end("stopped", console.BadInput)
}

// known is what is known of this run: all there is to know.
func (r *run) known() policy.Known {
	labels := r.o.labels
	if labels == nil {
		labels = map[string]string{}
	}
	return policy.Known{Module: r.result.Module, Labels: labels}
}

// foresee gives the touches that make every run end badly: each run comes by,
// they are denied, and after that no run ends well.
func (r *run) foresee() []console.Judged {
	var fatal []console.Judged
	for _, j := range console.Judge(r.report, r.sets, r.me.Principal(), r.known()) {
		if j.Touch.Must && j.Touch.Fatal && j.Verdict.Denied() {
			fatal = append(fatal, j)
		}
	}
	return fatal
}

// refuse ends a run that was not started. The record keeps the attempt.
func (r *run) refuse(record *record, refused []console.Judged) console.Status {
	gate := r.gate(record, nil)
	for _, j := range refused {
		if err := gate.NotStarted(j.Touch, j.Verdict); err != nil {
			return r.internal(err)
		}
	}
	if err := gate.End("denied"); err != nil {
		return r.internal(err)
	}
	first := refused[0]
	r.result.Error = &failure{
		Kind: "denied", Op: first.Touch.Op.Name, Position: position(first.Touch.Pos),
		Message:  fmt.Sprintf("not started: %s is denied and no run ends well without it (%d such)", first.Touch.Op.Name, len(refused)),
		Policies: first.Verdict.Policies, Suggestion: first.Verdict.Suggest,
	}
	if r.o.format.Is("text") {
		fmt.Fprintf(r.c.Err, "%s: not started, nothing was touched: what every run does is denied\n", r.c.Program)
		console.WriteTouches(r.c.Err, r.report, refused, r.c.ErrColour)
	}
	return r.result.end("denied", console.Refused)
}

// gate makes the door of this run. machine is nil for a run that is not started.
func (r *run) gate(record *record, machine policy.Host) *policy.Gate {
	return policy.NewGate(policy.Config{
		Sets: r.sets, Identity: r.me, Host: machine, Audit: record.audit, Report: r.report, Args: r.args,
		Limits: *r.o.limits, Labels: r.known().Labels, Module: r.result.Module,
	})
}

// execute runs the module behind the gate.
func (r *run) execute(record *record) console.Status {
	ctx, stop := signalContext()
	defer stop()
	s := &sink{colour: r.c.Colour, result: r.result}
	if r.o.format.Is("text") {
		s.out, s.err, s.live = r.c.Out, r.c.Err, r.c.ErrIsTerminal()
	}
	machine := host.New(host.Config{Sink: s, Environ: os.Environ(), Bus: Bus, Alone: true})
	defer machine.Close()
	gate := r.gate(record, machine)
	r.result.Started = true
	begun := time.Now()
	value, counted, err := vm.Run(ctx, r.verified, gate, *r.o.limits, r.args)
	s.clear()
	r.value = value
	r.measure(gate, counted, time.Since(begun))
	r.result.addDenials(gate.Denials())
	r.result.addRefused(gate.Refused(), gate.RefusedCount())
	status := r.conclude(ctx, err)
	if err == nil {
		status = r.keep(value, status)
	}
	if err := gate.End(r.outcome()); err != nil {
		return r.internal(err)
	}
	return status
}

// outcome is how the run ended, for the record. Why Rex stopped it is said too;
// what a script fails with is not, because that may be anything it has read.
func (r *run) outcome() string {
	if e := r.result.Error; e != nil && r.result.Status == "stopped" {
		return r.result.Status + ": " + e.Message
	}
	return r.result.Status
}

// keep puts the script's value into the result. A value that can't be written
// is a failure of the script: it must not get lost under a good status.
func (r *run) keep(value capability.Value, status console.Status) console.Status {
	data, err := library.JSON(value)
	if err == nil {
		r.result.Value = data
		return status
	}
	r.value = nil
	r.result.Error = &failure{Kind: capability.Invalid.String(), Message: "the script's value can't be given: " + err.Error()}
	return r.result.end("failed", console.Failed)
}

func (r *run) measure(gate *policy.Gate, counted *vm.Metrics, elapsed time.Duration) {
	m := &r.result.Metrics
	m.Elapsed = elapsed.Seconds()
	if counted != nil {
		m.Fuel, m.MemoryPeak = counted.Fuel, counted.MemoryPeak
	}
	m.HostCalls = gate.Totals().HostCalls
	for name, n := range gate.Usage() {
		m.Operations[name] = operation{Calls: n.Calls, Denied: n.Denied, Elapsed: n.Elapsed.Seconds()}
	}
}

// conclude finds the exit status: the first that applies of 4 8 5 3 1 6.
func (r *run) conclude(ctx context.Context, err error) console.Status {
	var limit *capability.LimitError
	var stop *policy.Stop
	var failed *vm.Error
	switch {
	case err == nil && len(r.result.Denials) > 0 && !r.o.denialsOK:
		return r.result.end("done", console.Reserved)
	case err == nil:
		return r.result.end("done", console.Done)
	case errors.As(err, &stop):
		r.result.Error = &failure{Message: stop.Error()}
		return r.result.end("stopped", console.Internal)
	case signalled(ctx) != 0:
		r.result.Error = &failure{Message: "ended by a signal"}
		return r.result.end("cancelled", signalled(ctx))
	case errors.As(err, &limit):
		r.result.Error = &failure{Message: limit.Error(), Limit: limit.Limit, Position: positionOf(err)}
		return r.result.end("limit", console.Limit)
	case errors.As(err, &failed) && failed.Fault != nil:
		r.result.Error = failureOf(failed.Fault, 0)
		if failed.Fault.Why == capability.Denied {
			return r.result.end("denied", console.Refused)
		}
		return r.result.end("failed", console.Failed)
	}
	return r.internal(err)
}

func positionOf(err error) string {
	var e *vm.Error
	if errors.As(err, &e) {
		return position(e.Pos)
	}
	return ""
}

func (r *run) internal(err error) console.Status {
	r.result.Error = &failure{Message: err.Error()}
	return r.result.end("stopped", console.Internal)
}

// show writes the outcome in the format that was asked for.
func (r *run) show(status console.Status) console.Status {
	var err error
	if r.o.format.Is("json") {
		err = r.result.writeJSON(r.c.Out)
	} else {
		err = r.writeText()
	}
	if err != nil && !errors.Is(err, io.ErrClosedPipe) {
		r.c.Errorf("can't write the result: %s", err)
		return console.Internal
	}
	return status
}

// signalled gives the status of the signal that ended the context, 0 when none did.
func signalled(ctx context.Context) console.Status {
	var s signalError
	if errors.As(context.Cause(ctx), &s) {
		return s.status
	}
	return 0
}

type signalError struct{ status console.Status }

func (e signalError) Error() string { return "ended by a signal" }

// signalContext is cancelled by SIGINT and SIGTERM and says which it was; a
// second signal ends the process at once.
func signalContext() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		s, ok := <-signals
		if !ok {
			return
		}
		status := console.Interrupted
		if s == syscall.SIGTERM {
			status = console.Terminated
		}
		cancel(signalError{status})
		if _, again := <-signals; again {
			os.Exit(int(status))
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
		cancel(nil)
	}
}
