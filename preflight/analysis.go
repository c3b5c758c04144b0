package preflight

import (
	"container/heap"
	"slices"

	"rex/bytecode"
	"rex/capability"
)

// maxContexts is how many instances of one function there are before further
// call sites share one. Tests lower it.
var maxContexts = 64

// maxTargets is the number of closures a call may go to before they are
// analysed without its context.
const maxTargets = 16

// analysis is one run over a module.
type analysis struct {
	domain
	v       *bytecode.Verified
	m       *bytecode.Module
	shapes  []*shape
	objects []*object
	byKey   map[objectKey]int32
	reasons map[reason]*reason

	instances []*instance
	byContext map[context]*instance
	contexts  []int // how many instances each function has
	work      worklist
	steps     int
	budget    int

	// The block in hand.
	cur      *instance
	curBlock int
	s        *shape
	pc       int
	regs     []*value // of the running function
	numbers  []int64  // the value number of each
	set      []int32  // the registers that hold something
	isSet    []bool
	tests    []test
	loads    []load
	undo     []saved
	late     capability.KindMask // with the fault stateAfter only: raised when the register is written
	dirty    bool                // a register has changed since the deferred handler last saw them
}

// callSite is a call instruction.
type callSite struct{ fn, pc int32 }

// context tells the instances of a function apart: the last two call sites.
type context struct {
	fn     int32
	shared bool
	last   [2]callSite
}

// instance is a function in one context. What enters and leaves it is joined
// over all its calls.
type instance struct {
	id      int
	fn      int
	context context
	states  []*state
	entry   []*value
	entries int // how often the entry has grown
	result  *value
	results int
	returns bool // it may return
	raised  capability.KindMask
	callers map[place]struct{}
	order   []place // callers as they came
	edges   edges
}

// edges are those that were taken, without those of a stopped run: they tell
// what every run that ends well does.
type edges struct {
	normal  map[int][]int       // from a block to blocks
	handled map[int][]int       // from a block that raised to a handler's
	escapes map[int]bool        // blocks whose error may leave the function
	returns map[int]bool        // blocks that return
	callees map[int][]*instance // of a block that calls
	mayZero map[int]bool        // host calls and calls that may fail before they are attempted
}

// link notes an edge once; a block has few.
func link(edges map[int][]int, from, to int) {
	if !slices.Contains(edges[from], to) {
		edges[from] = append(edges[from], to)
	}
}

var noSite = callSite{-1, -1}

func newAnalysis(v *bytecode.Verified, shapes []*shape, params []paramText, budget int) *analysis {
	a := &analysis{
		domain: domain{params: params}, v: v, m: v.Module(), shapes: shapes, budget: budget,
		byKey: map[objectKey]int32{}, reasons: map[reason]*reason{},
		byContext: map[context]*instance{}, contexts: make([]int, len(shapes)),
	}
	most := 0
	for _, s := range shapes {
		most = max(most, len(s.types))
		a.steps += len(s.f.Code)
	}
	a.regs, a.numbers, a.isSet = make([]*value, most), make([]int64, most), make([]bool, most)
	return a
}

// run interprets from the script's body on until nothing changes any more;
// false means that the budget was spent before.
func (a *analysis) run(args []*value) bool {
	main := a.instance(context{last: [2]callSite{noSite, noSite}})
	a.enter(main, args)
	for len(a.work) > 0 {
		if a.spent() {
			return false
		}
		p := heap.Pop(&a.work).(place)
		in := a.instances[p.inst]
		in.states[p.block].queued = false
		a.interpret(in, int(p.block))
	}
	return !a.spent()
}

// spent adds the domain's effort to the steps and compares them with the budget.
func (a *analysis) spent() bool {
	a.steps += a.effort
	a.effort = 0
	return a.steps > a.budget
}

// worklist is a heap of blocks: the newest instance first, so that a callee is
// done before the rest of its caller, then in the order of the code.
type worklist []place

func (w worklist) Len() int { return len(w) }
func (w worklist) Less(i, j int) bool {
	if w[i].inst != w[j].inst {
		return w[i].inst > w[j].inst
	}
	return w[i].block < w[j].block
}
func (w worklist) Swap(i, j int) { w[i], w[j] = w[j], w[i] }
func (w *worklist) Push(x any)   { *w = append(*w, x.(place)) }
func (w *worklist) Pop() any {
	old := *w
	x := old[len(old)-1]
	*w = old[:len(old)-1]
	return x
}

func (a *analysis) enqueue(p place) {
	if s := a.instances[p.inst].states[p.block]; s != nil && !s.queued {
		s.queued = true
		heap.Push(&a.work, p)
	}
}

// instance gives the instance of a context, the shared one when the function
// has many.
func (a *analysis) instance(c context) *instance {
	if in := a.byContext[c]; in != nil {
		return in
	}
	if a.contexts[c.fn] >= maxContexts && !c.shared {
		return a.instance(context{fn: c.fn, shared: true, last: [2]callSite{noSite, noSite}})
	}
	a.contexts[c.fn]++
	in := &instance{
		id: len(a.instances), fn: int(c.fn), context: c, states: make([]*state, len(a.shapes[c.fn].blocks)),
		callers: map[place]struct{}{},
		edges: edges{
			normal: map[int][]int{}, handled: map[int][]int{}, escapes: map[int]bool{},
			returns: map[int]bool{}, callees: map[int][]*instance{}, mayZero: map[int]bool{},
		},
	}
	a.byContext[c] = in
	a.instances = append(a.instances, in)
	return in
}

// Bounds on how often something may grow before it is widened.
const (
	growLoop      = 10 // the state of a block that a jump goes back to
	growMerge     = 60 // .. of another
	growEntry     = 24 // the arguments of an instance
	growRecursion = 4  // .. when an instance no older than it calls it
	growResult    = 24
)

// enter joins arguments into what an instance is entered with.
func (a *analysis) enter(in *instance, args []*value) {
	grown := in.entry == nil
	if grown {
		in.entry = append([]*value{}, args...)
	} else if in.context.shared && planted == sharedIgnoresArgs {
		return
	} else {
		limit := growEntry
		if a.cur != nil && a.cur.id >= in.id {
			limit = growRecursion
		}
		for i := range args {
			next := a.join(in.entry[i], args[i])
			if next == in.entry[i] {
				continue
			}
			if in.entries > limit {
				next = a.widen(next, 1+in.entries/(2*growEntry))
			}
			in.entry[i], grown = next, true
		}
	}
	if grown {
		in.entries++
		a.begin(in)
	}
}

// begin brings the state in which an instance is entered to its first block:
// parameters, and zeros.
func (a *analysis) begin(in *instance) {
	s := a.shapes[in.fn]
	b := &s.blocks[0]
	st := &state{vals: make([]*value, len(b.live)), numbers: make([]int64, len(b.live))}
	isParam := make(map[int]int, len(in.entry))
	for i, r := range s.f.ParamRegs() {
		isParam[s.reg(r.File, r.N)] = i
	}
	for i, r := range b.live {
		if p, ok := isParam[int(r)]; ok {
			st.vals[i] = in.entry[p]
		} else if planted != zerosIgnored || s.types[r].File() == capability.FileRef {
			st.vals[i] = zero(s.types[r])
		}
		st.numbers[i] = mergeNumber(s, 0, int(r))
	}
	a.joinState(in, 0, st, growMerge)
}

// because gives the reason for something unknown that the present instruction
// makes.
func (a *analysis) because(what string) *reason {
	r := reason{what: what, site: capability.Site{Func: -1, PC: -1}}
	if a.cur != nil {
		r.site = capability.Site{Func: a.cur.fn, PC: a.pc}
	}
	if known := a.reasons[r]; known != nil {
		return known
	}
	a.reasons[r] = &r
	return &r
}
