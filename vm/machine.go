package vm

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"rex/bytecode"
	"rex/capability"
	"rex/library"
	"rex/policy"
)

// window is how many registers of a file an operand byte can name.
const window = 256

// function is what the machine needs of one function, found once at load.
type function struct {
	*bytecode.Func
	start   uint32 // of its code in the flat code
	s, t, r uint32 // registers of each file
	params  []bytecode.Reg
	result  capability.File
	index   uint32
	plain   bool // it has no register of texts or references, so the windows stay the caller's
	quick   bool // it is plain, and a call need not clear its registers
}

// libCall is a library call of the code, resolved once.
type libCall struct {
	row    *library.Row
	args   []bytecode.Reg
	result *capability.Type
	out    capability.File
}

// hostCall is a host call of the code, resolved once.
type hostCall struct {
	op   *capability.Op
	args []bytecode.HostArg
	site capability.Site
}

// frame is where a call goes on when it returns. It is free of pointers:
// pushing one needs no write barrier.
type frame struct {
	ret  uint32 // the instruction to go on with
	fn   uint32
	s    uint32 // where the caller's scalars begin
	t, r uint32 // .. its texts and references; not set for a plain function, which leaves them as they are
	dst  uint8
}

const frameSize = 24

// machine is the state of one run. The loop keeps pc, the scalar window and
// the fuel in machine registers and stores them here only at the slow label.
type machine struct {
	code    []bytecode.Instr
	code0   pointer
	numbers []uint64 // the bits of each constant
	funcs   []function
	fn      uint32 // the running function

	Sw *[window]uint64
	Tw *[window]string
	Rw *[window]capability.Value

	S       []uint64
	T       []string
	R       []capability.Value
	s, t, r uint32 // where the windows begin
	tEnd    uint32 // behind the last text register in use; a plain function has none
	rEnd    uint32

	frames []frame
	fp     int
	pc     int // the next instruction
	at     int // the instruction slow is doing
	fuel   int64

	verified *bytecode.Verified
	module   *bytecode.Module
	gate     *policy.Gate
	ctx      context.Context
	libs     []*libCall // by the number that loading gives; nil until the first call
	hosts    map[int32]*hostCall
	call     library.Call
	streams  []*stream
	joined   strings.Builder // the text that the last CAT made, with room to go on: see concat

	meter
	fault *capability.Error // what a trap of kind trapRaise raises
	stop  error             // what ends the run whatever the script does
	value capability.Value

	// While the run is being stopped: see unwind. The deferred block that runs
	// is at deferred in the function of frame deferFrame.
	deferFrame   int
	deferred     uint32
	sentinel     *capability.Error
	stopAt       capability.Position
	stopTrace    []string
	graceContext context.Context
	graceCancel  context.CancelFunc
}

// Metrics is what a run has used.
type Metrics struct {
	Fuel       int64 // backward jumps, calls, and what library functions charged
	MemoryPeak int64 // the most bytes that were charged at once
	HostCalls  int64
}

// Run runs a module to its end. The arguments are the values of its
// parameters, in order, with the types of the parameters. An error is an
// *Error; what it wraps says why: Fault is a failure of the script, else Err is a
// *capability.LimitError, a *policy.Stop or the context's error.
func Run(ctx context.Context, v *bytecode.Verified, gate *policy.Gate, limits capability.Limits, args []capability.Value) (capability.Value, *Metrics, error) {
	metrics := &Metrics{}
	if !v.Valid() {
		return nil, metrics, &Error{Err: errors.New("the module is not verified")}
	}
	if gate == nil {
		return nil, metrics, &Error{Err: errors.New("there is no gate")}
	}
	m := newMachine(v, gate, limits)
	value, err := m.execute(ctx, args)
	*metrics = m.metrics()
	return value, metrics, err
}

// execute runs the machine from the binding of its arguments to the closing of
// its streams.
func (m *machine) execute(ctx context.Context, args []capability.Value) (value capability.Value, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, m.limits.Time, errTime)
	defer cancel()
	cancelled := m.cancelled
	stop := context.AfterFunc(ctx, func() { cancelled.Store(true) })
	defer stop()
	m.ctx = ctx
	m.guarded(&err, func() {
		if err = m.bind(args); err != nil {
			err = &Error{Err: err}
			return
		}
		value, err = m.run()
	})
	m.guarded(&err, m.closeStreams)
	if m.graceCancel != nil {
		m.graceCancel()
	}
	if err != nil {
		value = nil
	}
	return value, err
}

// guarded is the last net: a panic is a bug of the machine, the verifier or
// the host, after which nothing of the machine's state can be trusted.
func (m *machine) guarded(err *error, f func()) {
	defer func() {
		if p := recover(); p != nil {
			*err = &Error{Err: fmt.Errorf("internal error: %v", p), Pos: m.position(m.pc - 1)}
		}
	}()
	f()
}

// errTime is the cause of a context that the run's own wall time ended.
var errTime = errors.New("the run's time is over")

func newMachine(v *bytecode.Verified, gate *policy.Gate, limits capability.Limits) *machine {
	code, starts := v.Flat()
	m := &machine{
		code: code, code0: start(code), verified: v, module: v.Module(), gate: gate,
		frames: make([]frame, max(0, min(limits.CallDepth, 64))),
		hosts:  map[int32]*hostCall{},
		meter:  newMeter(limits),
	}
	m.numbers = make([]uint64, len(m.module.Consts))
	for i := range m.numbers {
		m.numbers[i] = m.module.Consts[i].Bits
	}
	m.funcs = make([]function, len(starts))
	for i := range m.funcs {
		m.funcs[i] = newFunction(v.Func(i), i, starts[i])
	}
	main := &m.funcs[0]
	m.S = make([]uint64, max(window, int(main.s))+window)
	m.T = make([]string, max(window, int(main.t))+window)
	m.R = make([]capability.Value, max(window, int(main.r))+window)
	m.windows()
	m.tEnd, m.rEnd = main.t, main.r
	m.pc = int(main.start)
	m.specialize()
	m.call.Meter = m
	return m
}

func newFunction(f *bytecode.Func, index, start int) function {
	g := function{
		Func: f, index: uint32(index), start: uint32(start), s: uint32(len(f.S)), t: uint32(len(f.T)), r: uint32(len(f.R)),
		params: f.ParamRegs(), result: f.Result.File(),
	}
	g.plain = g.t == 0 && g.r == 0
	return g
}

// windows points the windows at the running function's registers.
func (m *machine) windows() {
	m.Sw = (*[window]uint64)(m.S[m.s:])
	m.Tw = (*[window]string)(m.T[m.t:])
	m.Rw = (*[window]capability.Value)(m.R[m.r:])
}

// bind puts the arguments into the first registers of function 0.
func (m *machine) bind(args []capability.Value) error {
	main := &m.funcs[0]
	if len(args) != len(main.params) {
		return fmt.Errorf("the module has %d parameters, %d arguments were given", len(main.params), len(args))
	}
	for i, reg := range main.params {
		if !conforms(args[i], main.Params[i], 0) {
			return fmt.Errorf("argument %d is not a %s", i+1, main.Params[i])
		}
		switch reg.File {
		case capability.FileScalar:
			m.S[reg.N] = capability.ScalarBits(args[i])
		case capability.FileText:
			m.T[reg.N] = capability.TextOf(args[i])
		default:
			m.R[reg.N] = args[i]
		}
	}
	return nil
}

// run goes through the loop until the script ends, entering handlers on the way.
func (m *machine) run() (capability.Value, error) {
	for {
		trap := run(m)
		if trap == trapDone {
			if m.stop != nil {
				return nil, m.ended() // a deferred block that does not raise again
			}
			return m.value, nil
		}
		m.failed(trap)
		if !m.unwind() {
			return nil, m.ended()
		}
	}
}

// metrics tells what has been used.
func (m *machine) metrics() Metrics {
	return Metrics{Fuel: m.spent(), MemoryPeak: m.peak, HostCalls: m.hostCalls}
}

// meter counts fuel and memory against the limits.
type meter struct {
	limits    capability.Limits
	left      int64 // fuel not yet handed to the loop
	charged   int64 // bytes charged since the live ones were last counted, and those
	peak      int64
	hostCalls int64
	native    int64 // .. of that, what the present instruction has taken
	cancelled *atomic.Bool
	grace     bool // the run is being stopped: only defers run

	spentBefore int64 // the fuel used before the grace
}
