package vm

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"rex/bytecode"
	"rex/capability"
)

// Error is how a run ended that did not end well. Either Fault is the failure
// that no handler of the script caught, or Err is what ended the run whatever
// the script does.
type Error struct {
	Fault *capability.Error
	Err   error
	Pos   capability.Position
	Trace []string // call sites from the failing one outwards
}

func (e *Error) Error() string {
	message := ""
	if e.Fault != nil {
		message = e.Fault.Message
	} else if e.Err != nil {
		message = e.Err.Error()
	}
	if e.Pos.Line == 0 {
		return message
	}
	return place(e.Pos) + ": " + message
}

// Unwrap gives the failure or what ended the run.
func (e *Error) Unwrap() error {
	if e.Fault != nil {
		return e.Fault
	}
	return e.Err
}

func place(p capability.Position) string {
	return p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
}

func (m *machine) position(at int) capability.Position {
	if at < 0 || at >= len(m.code) {
		return capability.Position{File: m.module.Source.Name}
	}
	return m.verified.Position(m.verified.Site(at))
}

// faultf raises a failure of an instruction.
func (m *machine) faultf(k capability.ErrorKind, format string, args ...any) int {
	return m.throw(capability.Fault(k, fmt.Sprintf(format, args...)))
}

func (m *machine) throw(e *capability.Error) int {
	m.fault = e
	return trapRaise
}

// failure raises what a native returned: a failure, or a limit.
func (m *machine) failure(err error) int {
	var fault *capability.Error
	if errors.As(err, &fault) {
		copied := *fault
		return m.throw(&copied)
	}
	return m.halt(err)
}

// halt ends the run whatever the script does.
func (m *machine) halt(err error) int {
	if m.stop == nil {
		m.stop = m.reason(err)
	}
	return trapStop
}

// reason tells the run's own time limit from a cancellation from outside.
func (m *machine) reason(err error) error {
	if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
		return err
	}
	if context.Cause(m.ctx) == errTime {
		return &capability.LimitError{Limit: "timeout", Max: m.limits.Time.String()}
	}
	if m.ctx.Err() != nil {
		return context.Cause(m.ctx)
	}
	return err
}

// broken is a bug of Rex: the run ends and says so.
func (m *machine) broken(why string) int {
	return m.halt(errors.New("internal error: " + why))
}

// raise is the RAISE instruction: an error that was raised before keeps its
// position and trace.
func (m *machine) raise(in *bytecode.Instr) int {
	e, ok := m.Rw[in.A].(*capability.Error)
	if !ok {
		return m.faultf(capability.Absent, "the error was never set")
	}
	return m.throw(e)
}

// messages of the traps that the loop itself finds.
var trapFaults = map[int]struct {
	kind    capability.ErrorKind
	message string
}{
	trapOverflow: {capability.Range, "the result does not fit in 64 bits"},
	trapZero:     {capability.Range, "division by zero"},
	trapInfinite: {capability.Range, "the result is not a finite number"},
	trapAbsent:   {capability.Absent, "the value was never set"},
	trapFrozen:   {capability.Invalid, "it is frozen: a param, a const, a default or a result of an operation can't be changed; .copy() can"},
}

// failed completes the failure of a trap: its message, position and trace.
func (m *machine) failed(trap int) {
	switch trap {
	case trapStop:
		return
	case trapBounds:
		m.fault = capability.Fault(capability.Range, m.boundsMessage())
	case trapRaise:
	default:
		t := trapFaults[trap]
		m.fault = capability.Fault(t.kind, t.message)
	}
	if m.fault.Position == "" {
		m.fault.Position = place(m.position(m.at))
		m.fault.Trace = m.trace()
	}
}

func (m *machine) boundsMessage() string {
	in := &m.code[m.at]
	list, index := in.B, in.C
	switch in.Op {
	case bytecode.SETS, bytecode.SETT, bytecode.SETR:
		list, index = in.A, in.B
	}
	l, _ := m.Rw[list].(*capability.List)
	if l == nil {
		return "the index is out of range"
	}
	return fmt.Sprintf("there is no element %d in a list of %d", int64(m.Sw[index]), l.Len())
}

// maxTrace is how many call sites a trace shows: the innermost and the outermost.
const maxTrace = 20

// trace lists the call sites, the innermost first.
func (m *machine) trace() []string {
	var out []string
	for i := m.fp - 1; i >= 0; i-- {
		if skipped := m.fp - maxTrace; skipped > 0 && i == m.fp-1-maxTrace/2 {
			out = append(out, fmt.Sprintf("(%d more calls)", skipped))
			i -= skipped - 1
			continue
		}
		fr := &m.frames[i]
		callee := m.fn
		if i < m.fp-1 {
			callee = m.frames[i+1].fn
		}
		out = append(out, fmt.Sprintf("%s called at %s", functionName(&m.funcs[callee]), place(m.position(m.site(fr)))))
	}
	return out
}

// site is the call that a frame returns from.
func (m *machine) site(fr *frame) int {
	at := int(fr.ret) - 1
	for m.code[at].Op == bytecode.ARG {
		at--
	}
	return at
}

func functionName(f *function) string {
	if f.Name == "" {
		return "a closure"
	}
	return f.Name
}

// unwind finds the handler of the present failure and enters it, leaving
// functions on the way; false means that there is none and the run is over.
// When the run is being stopped only the handlers of defer are entered, each
// once, and what they raise and do not catch themselves goes on as the stop.
func (m *machine) unwind() bool {
	if m.stop != nil && !m.startGrace() {
		return false
	}
	for {
		if h := m.handler(); h != nil {
			m.enterHandler(h)
			return true
		}
		if m.stop != nil && !m.stopping() && m.fp <= m.deferFrame {
			m.fault = m.sentinel
			continue
		}
		if m.fp == 0 {
			return false
		}
		site := m.site(&m.frames[m.fp-1])
		m.leave()
		m.at = site
	}
}

// handler is the innermost handler of the running function that takes the failure.
func (m *machine) handler() *bytecode.Handler {
	f := &m.funcs[m.fn]
	pc := uint32(m.at) - f.start
	for i := range f.Handlers {
		h := &f.Handlers[i]
		if pc < h.From || pc >= h.To {
			continue
		}
		if m.stopping() {
			if h.Defer {
				return h
			}
			continue
		}
		if h.Mask.Has(m.fault.Why) && (m.stop == nil || m.ofDeferred(h)) {
			return h
		}
	}
	return nil
}

// ofDeferred reports whether a handler belongs to the deferred block that
// runs while the run is being stopped, or to what the block has called.
// Handlers lie behind what they guard, so those around the block begin before it.
func (m *machine) ofDeferred(h *bytecode.Handler) bool {
	return m.fp > m.deferFrame || m.fp == m.deferFrame && h.From >= m.deferred
}

// stopping reports whether the failure on its way is the run's end and not
// one that a deferred block raised and may catch itself.
func (m *machine) stopping() bool { return m.stop != nil && (m.fault == nil || m.fault == m.sentinel) }

func (m *machine) enterHandler(h *bytecode.Handler) {
	f := &m.funcs[m.fn]
	if m.stopping() {
		if m.sentinel == nil {
			m.sentinel = capability.Fault(capability.Failed, m.stop.Error())
			m.sentinel.Position = place(m.position(m.at))
		}
		m.fault = m.sentinel
		m.deferFrame, m.deferred = m.fp, h.Target
	}
	m.Rw[h.Err] = m.fault
	m.pc = int(f.start + h.Target)
	m.fault = nil
}

// The grace of a run that is being stopped, for its deferred blocks: beside a
// share of the fuel and memory a time, and calls beyond the depth that may be
// what stopped it.
const (
	graceTime  = 5 * time.Second
	graceCalls = 10
)

// startGrace gives a stopping run its grace, once; a second stop ends it.
func (m *machine) startGrace() bool {
	if m.fault != nil {
		return true // raised by a deferred block, or the stop going on
	}
	if m.grace {
		return false
	}
	m.spentBefore = m.spent()
	m.grace = true
	m.stopAt = m.position(m.at)
	m.stopTrace = m.trace()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(m.ctx), graceTime)
	m.graceContext, m.graceCancel = ctx, cancel
	cancelled := new(atomic.Bool) // a new one: whoever sets the old may still be about to
	m.cancelled = cancelled
	context.AfterFunc(ctx, func() { cancelled.Store(true) })
	m.left, m.fuel = m.limits.Fuel/100, 0
	m.limits.Memory += m.limits.Memory / 100
	m.limits.CallDepth += graceCalls
	return true
}

// context is what host operations run under.
func (m *machine) context() context.Context {
	if m.grace {
		return m.graceContext
	}
	return m.ctx
}

// ended is the error of a run that is over.
func (m *machine) ended() error {
	if m.stop != nil {
		pos, trace := m.stopAt, m.stopTrace
		if !m.grace {
			pos, trace = m.position(m.at), m.trace()
		}
		return &Error{Err: m.stop, Pos: pos, Trace: trace}
	}
	return &Error{Fault: m.fault, Pos: m.faultPosition(), Trace: m.fault.Trace}
}

// faultPosition reads the position back from the failure's text form, which
// is what a raised-again error has kept.
func (m *machine) faultPosition() capability.Position {
	text := m.fault.Position
	p := capability.Position{File: text}
	for _, field := range []*int{&p.Column, &p.Line} {
		cut := strings.LastIndexByte(p.File, ':')
		n, err := strconv.Atoi(p.File[cut+1:])
		if cut < 0 || err != nil {
			return capability.Position{File: text}
		}
		*field, p.File = n, p.File[:cut]
	}
	return p
}
