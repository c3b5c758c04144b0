package preflight

import (
	"slices"

	"rex/bytecode"
	"rex/capability"
)

// analysis is one run of the abstract interpretation over a whole module.
type analysis struct {
	v         *bytecode.Verified
	m         *bytecode.Module
	args      []capability.Value
	instances []*instance
	byContext map[context]*instance
	contexts  []int // how many instances each function has
	objects   map[objectKey]*object
	made      []*object
	changed   bool
	steps     int
	budget    int
	layout    []*layout
	graph     *graph
	calls     map[capability.Site]map[int]*hostCall // by site and instance
}

// context tells the instances of one function apart: the call that leads to it.
type context struct{ fn, caller, pc int }

// maxContexts is how many instances a function has before one is shared.
const maxContexts = 64

// instance is a function in one context. What enters and leaves it is joined
// over all its calls.
type instance struct {
	id       int
	fn       int
	f        *bytecode.Func
	from     context
	entry    []value
	result   value
	returned bool
	raised   capability.KindMask
	states   []*state // at the start of each block, nil while it is not reached
	visits   []int
	changes  int // of the entry
}

// hostCall is what an instance found at a host instruction.
type hostCall struct {
	args []value
}

// state is what is known at one place: every register, the number of the
// value it holds, and what tests have been made and not yet branched on.
type state struct {
	regs    [4][]value // by register file
	numbers [4][]int
	tests   []test
}

// test is a comparison whose outcome lies in a bool register.
type test struct {
	reg     int // scalar register
	subject int // number of the value that was tested
	pattern texts
}

func (s *state) clone() *state {
	c := &state{tests: slices.Clone(s.tests)}
	for f := range s.regs {
		c.regs[f], c.numbers[f] = slices.Clone(s.regs[f]), slices.Clone(s.numbers[f])
	}
	return c
}

// layout is the shape of one function, found once: its blocks, and which
// pushes make a literal list.
type layout struct {
	blockAt []int // block that begins at an instruction, -1 for none
	starts  []int
	loop    []bool      // the block is reached by a backward jump
	pushes  map[int]int // pc of a literal push: its position
}

// maxRegisters is how many registers a file of a function can have.
const maxRegisters = 1 << 16

func newLayout(f *bytecode.Func) *layout {
	leader := make([]bool, len(f.Code)+1)
	back := make([]bool, len(f.Code)+1)
	leader[0] = true
	for pc, in := range f.Instrs() {
		if in.Op.Jumps() {
			t := in.Target(pc)
			leader[t] = true
			leader[f.Next(pc)] = true
			if t <= pc {
				back[t] = true
			}
		}
	}
	for _, h := range f.Handlers {
		leader[h.Target] = true
	}
	l := &layout{blockAt: make([]int, len(f.Code)+1), pushes: map[int]int{}}
	for pc := range l.blockAt {
		l.blockAt[pc] = -1
		if leader[pc] && pc < len(f.Code) {
			l.blockAt[pc] = len(l.starts)
			l.starts = append(l.starts, pc)
			l.loop = append(l.loop, back[pc])
		}
	}
	l.findLiterals(f, leader)
	return l
}

// findLiterals marks the pushes that follow the making of a list with nothing
// between that could have seen it.
func (l *layout) findLiterals(f *bytecode.Func, leader []bool) {
	for pc, in := range f.Instrs() {
		if in.Op != bytecode.LIST {
			continue
		}
		n := 0
		for q := f.Next(pc); q < len(f.Code) && !leader[q]; q = f.Next(q) {
			pushes, blind := besideList(f, q, in.A)
			if pushes {
				l.pushes[q] = n
				n++
			} else if !blind {
				break
			}
		}
	}
}

// besideList tells of an instruction behind the making of a list in a register
// whether it pushes to it, or else can't have seen or replaced it.
func besideList(f *bytecode.Func, pc int, list uint8) (pushes, blind bool) {
	in := f.Code[pc]
	switch in.Op {
	case bytecode.PUSHS, bytecode.PUSHT:
		return in.A == list, false
	case bytecode.PUSHR:
		return in.A == list && in.B != list, false
	case bytecode.KINT, bytecode.KNUM, bytecode.KTEXT, bytecode.MOVS, bytecode.MOVT, bytecode.ADD, bytecode.CAT:
		return false, true
	case bytecode.BOXS, bytecode.BOXT:
		return false, in.A != list
	case bytecode.TEXT:
		return false, !slices.Contains(f.Call(pc).Args, list)
	}
	return false, false
}

func newAnalysis(v *bytecode.Verified, args []capability.Value, budget int) *analysis {
	a := &analysis{
		v: v, m: v.Module(), args: args, byContext: map[context]*instance{}, objects: map[objectKey]*object{},
		budget: budget, calls: map[capability.Site]map[int]*hostCall{},
	}
	a.contexts = make([]int, len(a.m.Funcs))
	for i := range a.m.Funcs {
		a.layout = append(a.layout, newLayout(&a.m.Funcs[i]))
	}
	a.graph = newGraph(a.m)
	return a
}

// run iterates to the fixed point; false means that the budget was spent.
func (a *analysis) run() bool {
	main := a.instance(context{fn: 0, caller: -1})
	for i, t := range a.m.Funcs[0].Params {
		main.entry[i] = a.argument(i, t)
	}
	for {
		a.changed = false
		for i := 0; i < len(a.instances); i++ { // grows while it goes on
			a.interpret(a.instances[i])
			if a.steps > a.budget {
				return false
			}
		}
		if !a.changed {
			return true
		}
	}
}

// instance gives the instance for a call, the shared one when there are many.
func (a *analysis) instance(c context) *instance {
	if in := a.byContext[c]; in != nil {
		return in
	}
	if a.contexts[c.fn] >= maxContexts {
		c = context{fn: c.fn, caller: -2}
		if in := a.byContext[c]; in != nil {
			return in
		}
	}
	a.contexts[c.fn]++
	f := &a.m.Funcs[c.fn]
	in := &instance{
		id: len(a.instances), fn: c.fn, f: f, from: c, entry: make([]value, len(f.Params)),
		states: make([]*state, len(a.layout[c.fn].starts)), visits: make([]int, len(a.layout[c.fn].starts)),
	}
	a.byContext[c] = in
	a.instances = append(a.instances, in)
	a.changed = true
	return in
}

// enter joins arguments into an instance's entry.
func (a *analysis) enter(in *instance, args []value) {
	for i := range args {
		next := in.entry[i].join(args[i])
		if next.equal(in.entry[i]) {
			continue
		}
		if in.changes++; in.changes > 48 {
			next = next.widen(2)
		} else if in.changes > 24 {
			next = next.widen(1)
		}
		in.entry[i] = next
		a.changed = true
	}
}

// interpret runs one instance until its own states stand still.
func (a *analysis) interpret(in *instance) {
	l := a.layout[in.fn]
	queued := make([]bool, len(l.starts))
	var work []int
	push := func(b int) {
		if !queued[b] {
			queued[b] = true
			work = append(work, b)
		}
	}
	w := &walker{analysis: a, in: in, l: l, push: push}
	w.flow(in.start(), 0)
	for b := range in.states {
		if in.states[b] != nil {
			push(b)
		}
	}
	for len(work) > 0 {
		slices.Sort(work) // in the order of the code: a loop's body before what is behind it
		b := work[0]
		work = work[1:]
		queued[b] = false
		w.block(b)
		if a.steps > a.budget {
			return
		}
	}
}

// start is the state in which a function is entered: parameters, and zeros.
func (in *instance) start() *state {
	s := &state{}
	number := -1
	for _, file := range []capability.File{capability.FileScalar, capability.FileText, capability.FileRef} {
		for _, t := range in.f.Regs(file) {
			s.regs[file] = append(s.regs[file], zeroOf(t))
			s.numbers[file] = append(s.numbers[file], number)
			number--
		}
	}
	for i, reg := range in.f.ParamRegs() {
		s.regs[reg.File][reg.N] = in.entry[i]
	}
	return s
}

// walker interprets the blocks of one instance.
type walker struct {
	*analysis
	in   *instance
	l    *layout
	push func(block int)
}

// flow joins a state into the start of the block at pc.
func (w *walker) flow(s *state, pc int) {
	b := w.l.blockAt[pc]
	old := w.in.states[b]
	w.steps += 1 + (len(s.regs[1])+len(s.regs[2])+len(s.regs[3]))/4
	if old == nil {
		w.in.states[b] = s.clone()
		w.changed = true
		w.push(b)
		return
	}
	if w.joinInto(old, s, b) {
		w.in.visits[b]++
		w.push(b)
	}
}

func (w *walker) joinInto(old, s *state, block int) bool {
	changed := false
	level := 0
	limit := 60
	if w.l.loop[block] {
		limit = 10
	}
	switch n := w.in.visits[block]; {
	case n > 2*limit:
		level = 2
	case n > limit:
		level = 1
	}
	base := 4*len(w.in.f.Code) + 1 + block*4*maxRegisters
	for f := capability.FileScalar; f <= capability.FileRef; f++ {
		for i := range old.regs[f] {
			next := old.regs[f][i].join(s.regs[f][i])
			if !next.equal(old.regs[f][i]) {
				old.regs[f][i] = next.widen(level)
				changed = true
			}
			if old.numbers[f][i] != s.numbers[f][i] {
				if merged := base + int(f)*maxRegisters + i; old.numbers[f][i] != merged {
					old.numbers[f][i] = merged
					changed = true
				}
			}
		}
	}
	kept := old.tests[:0]
	for _, t := range old.tests {
		if slices.ContainsFunc(s.tests, func(u test) bool { return u.reg == t.reg && u.subject == t.subject && u.pattern.equal(t.pattern) }) {
			kept = append(kept, t)
		} else {
			changed = true
		}
	}
	old.tests = kept
	return changed
}

// block interprets a block from its joined state.
func (w *walker) block(b int) {
	s := w.in.states[b].clone()
	for pc := w.l.starts[b]; ; {
		w.steps++
		next := w.in.f.Next(pc)
		w.graph.reach(w.in.fn, pc)
		if !w.instruction(s, pc) {
			return
		}
		w.graph.edge(w.in.fn, pc, next)
		if w.l.blockAt[next] >= 0 {
			w.flow(s, next)
			return
		}
		pc = next
	}
}

// jump sends a state to the target of the instruction at pc.
func (w *walker) jump(s *state, pc int) {
	t := w.in.f.Code[pc].Target(pc)
	w.graph.edge(w.in.fn, pc, t)
	w.flow(s, t)
}

// raise sends the state before an instruction along its error edges.
func (w *walker) raise(s *state, pc int, kinds capability.KindMask) {
	if kinds == 0 {
		return
	}
	all := kinds
	for i := range w.in.f.Handlers {
		h := &w.in.f.Handlers[i]
		if uint32(pc) < h.From || uint32(pc) >= h.To {
			continue
		}
		taken := kinds & h.Mask
		if taken == 0 {
			continue
		}
		t := s.clone()
		t.regs[capability.FileRef][h.Err] = value{kinds: taken}
		t.numbers[capability.FileRef][h.Err] = len(w.in.f.Code)*3 + int(h.Target)
		w.graph.edge(w.in.fn, pc, int(h.Target))
		w.flow(t, int(h.Target))
		if kinds &^= h.Mask; kinds == 0 {
			break
		}
	}
	w.graph.raises(w.in.fn, pc, all, kinds)
	if w.in.raised|kinds != w.in.raised {
		w.in.raised |= kinds
		w.changed = true
	}
}

// set writes a register: its value, and a new number.
func (w *walker) set(s *state, file capability.File, n int, v value, pc int) {
	s.regs[file][n] = v
	s.numbers[file][n] = pc + 1
	if file == capability.FileScalar {
		s.tests = slices.DeleteFunc(s.tests, func(t test) bool { return t.reg == n })
	}
}
