package reference

import (
	"errors"
	"fmt"
	"maps"

	"rex/capability"
	"rex/compiler"
	"rex/lang"
	"rex/library"
)

// Host does what a program asks for. An error is a *capability.Error, which
// the program can catch, or ends the run.
type Host interface {
	Do(op *capability.Op, args []capability.Value) (capability.Value, error)
}

// Limits bound a run. Steps are turns of loops and calls.
type Limits struct {
	Steps     int64
	CallDepth int
}

// Outcome is how a run ended: with a value, with a failure that nothing caught,
// or with what ended it whatever the program does.
type Outcome struct {
	Value capability.Value
	Fault *capability.Error
	Stop  error
	Place string // file:line:column of the failure or of the stop
	Steps int64
}

// machine is the state of a run.
type machine struct {
	program *compiler.Program
	host    Host
	limits  Limits
	steps   int64
	depth   int
	grace   bool // the run is being stopped, and only deferred blocks run
	stop    stopped
}

// frame is one call of a function: its variables.
type frame struct {
	*machine
	vars map[*compiler.Var]capability.Value
}

// The signals with which control leaves from within an expression.
type (
	raised struct{ err *capability.Error } // a failure on its way to its handler
	left   struct {                        // return, break or continue
		kind  compiler.LeaveKind
		value capability.Value
	}
	stopped struct { // a limit, which nothing catches
		err   error
		place string
		final bool // the grace is over too: deferred blocks don't run either
	}
)

// Run evaluates a program with the values of its parameters.
func Run(p *compiler.Program, host Host, limits Limits, args []capability.Value) Outcome {
	m := &machine{program: p, host: host, limits: limits}
	f := &frame{m, map[*compiler.Var]capability.Value{}}
	for i, v := range p.Body.Params {
		f.vars[v] = args[i]
	}
	out := Outcome{}
	switch s := m.attempt(func() { f.block(p.Body.Body) }).(type) {
	case left:
		out.Value = s.value
	case raised:
		out.Fault, out.Place = s.err, s.err.Position
	case stopped:
		out.Stop, out.Place = m.stop.err, m.stop.place
	}
	out.Steps = m.steps
	return out
}

// attempt runs f and gives the signal with which it left, nil for none.
func (m *machine) attempt(f func()) (signal any) {
	depth := m.depth
	defer func() {
		switch r := recover().(type) {
		case nil:
		case raised, left, stopped:
			signal, m.depth = r, depth
		default:
			panic(r) // a bug of the evaluator
		}
	}()
	f()
	return nil
}

func (m *machine) place(at lang.Span) string {
	p := m.program.Position(at)
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// fail raises a new failure.
func (m *machine) fail(at lang.Span, kind capability.ErrorKind, format string, args ...any) {
	m.raise(at, capability.Fault(kind, fmt.Sprintf(format, args...)))
}

// raise sends a failure on its way; one that was raised before keeps its place.
func (m *machine) raise(at lang.Span, err *capability.Error) {
	if err.Position == "" {
		err.Position = m.place(at)
	}
	panic(raised{err})
}

// must raises what the library or the host answered.
func (m *machine) must(at lang.Span, err error) {
	var fault *capability.Error
	switch {
	case err == nil:
	case errors.As(err, &fault):
		copied := *fault
		m.raise(at, &copied)
	default:
		m.end(at, err)
	}
}

// The grace of a run that is being stopped, for its deferred blocks.
const (
	graceCalls = 10
	graceShare = 100 // one part of so many of the steps
)

// end stops the run; the second time at once.
func (m *machine) end(at lang.Span, err error) {
	if m.grace {
		panic(stopped{final: true})
	}
	m.grace = true
	m.limits.CallDepth += graceCalls
	m.limits.Steps = m.steps + m.limits.Steps/graceShare
	m.stop = stopped{err: err, place: m.place(at)}
	panic(m.stop)
}

// step counts a turn of a loop or a call.
func (m *machine) step(at lang.Span) {
	if m.steps++; m.steps > m.limits.Steps {
		m.end(at, &capability.LimitError{Limit: "fuel"})
	}
}

// ---- functions ----

// function is a function value: a function and what it captured.
type function struct {
	fn       *compiler.Fn
	captured map[*compiler.Var]capability.Value
}

func (*function) Kind() capability.Kind { return capability.KindFunc }

// capture makes a function value. A closure holds what its outer names hold
// now, a function of the script what it sees of the script.
func (f *frame) capture(fn *compiler.Fn) *function {
	if fn.Closure {
		return &function{fn, maps.Clone(f.vars)}
	}
	g := &function{fn, map[*compiler.Var]capability.Value{}}
	for _, v := range fn.Needs {
		g.captured[v] = f.vars[v]
	}
	return g
}

// call calls a function, counted against the limits.
func (m *machine) call(at lang.Span, g *function, args []capability.Value) capability.Value {
	if m.depth >= m.limits.CallDepth {
		m.end(at, &capability.LimitError{Limit: "call-depth"})
	}
	m.step(at)
	m.depth++
	v := m.apply(g, args)
	m.depth--
	return v
}

// apply runs a function's body in a frame of its own.
func (m *machine) apply(g *function, args []capability.Value) (value capability.Value) {
	f := &frame{m, map[*compiler.Var]capability.Value{}}
	for v, x := range g.captured {
		f.vars[v] = x
	}
	for i, v := range g.fn.Params {
		f.vars[v] = args[i]
	}
	switch s := m.attempt(func() { f.block(g.fn.Body) }).(type) {
	case nil:
	case left:
		value = s.value
	default:
		panic(s)
	}
	return value
}

// native calls a function of the library.
func (m *machine) native(at lang.Span, row *library.Row, types []*capability.Type, args []capability.Value, result *capability.Type) capability.Value {
	c := &library.Call{Type: result, Meter: meter{}}
	for i, v := range args {
		switch types[i].File() {
		case capability.FileScalar:
			c.S[i] = capability.ScalarBits(v)
		case capability.FileText:
			c.T[i] = capability.TextOf(v)
		default:
			c.R[i] = v
		}
	}
	m.must(at, row.Run(c))
	switch result.File() {
	case capability.FileScalar:
		return capability.BoxScalar(result.Kind, c.OutS)
	case capability.FileText:
		return capability.BoxText(result.Kind, c.OutT)
	}
	return c.OutR
}

// meter lets the library work; generated programs are small, and one that
// asks for much is no use to either side.
type meter struct{}

func (meter) Fuel(int64) error { return nil }

func (meter) Memory(bytes int64) error {
	if bytes > 64<<20 {
		return &capability.LimitError{Limit: "memory"}
	}
	return nil
}
