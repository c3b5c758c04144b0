package preflight

import (
	"math/bits"
	"sort"

	"rex/bytecode"
	"rex/capability"
)

// shape is what is known of a function before anything is interpreted.
type shape struct {
	f        *bytecode.Func
	base     [4]int // where the registers of a file begin in one numbering
	types    []*capability.Type
	blocks   []block
	at       []int32 // the block that begins at an instruction, -1 for none
	calls    map[int]*call
	literals literals
	large    bool // too large to be followed: it has no blocks
}

// room bounds what the shapes of a module may take, so that no module makes
// them take more than in proportion: words of register sets, handlers around
// blocks, and registers that are live at blocks.
type room int

const maxRoom room = 1 << 22

// take reports whether there is room for n more.
func (r *room) take(n int) bool {
	*r -= room(min(n, int(maxRoom)+1))
	return *r >= 0
}

// call is an instruction with words, taken apart once: the registers of its
// arguments in one numbering.
type call struct {
	bytecode.Call
	args   []int32
	result *capability.Type // None when it gives nothing
}

// block is a stretch of code that is entered at its first instruction only.
// A host or function call is alone in its block, so that every edge out of it
// comes after the attempt. Blocks are in the order of the code, in which only
// loops go back: so it is also the order in which to work.
type block struct {
	from, to int // instructions; to is exclusive
	last     int // the last instruction
	jump     int // the block it may jump to, -1 for none
	next     int // the block behind it, -1 when control doesn't go there
	handlers []int
	onStop   int     // the innermost deferred handler, -1 for none
	live     []int32 // registers that are read before they are written, ascending
	cyclic   bool    // on a cycle of edges
}

func (s *shape) reg(file capability.File, n int) int { return s.base[file] + n }

func newShape(v *bytecode.Verified, fn int, left *room) *shape {
	f := v.Func(fn)
	s := &shape{f: f, calls: map[int]*call{}}
	s.base[capability.FileText] = len(f.S)
	s.base[capability.FileRef] = len(f.S) + len(f.T)
	s.types = append(append(append(s.types, f.S...), f.T...), f.R...)
	for pc, in := range f.Instrs() {
		if f.Next(pc) > pc+1 || bytecode.Rows[in.Op].B == bytecode.Count {
			s.calls[pc] = s.readCall(v, fn, pc)
		}
	}
	if *left < 0 || !s.cutBlocks(left) || !s.findLive(v, left) {
		s.large, s.blocks = true, nil
		return s
	}
	s.findCycles(v)
	s.literals = findLiterals(v, s)
	return s
}

// readCall finds the registers of a call's arguments.
func (s *shape) readCall(v *bytecode.Verified, fn, pc int) *call {
	m := v.Module()
	c := &call{Call: s.f.Call(pc), result: capability.None}
	pass := func(types []*capability.Type) {
		for i, n := range c.Args {
			c.args = append(c.args, int32(s.reg(types[i].File(), int(n))))
		}
	}
	switch c.Op {
	case bytecode.CALL:
		pass(m.Funcs[c.Imm].Params)
		c.result = m.Funcs[c.Imm].Result
	case bytecode.CALLC:
		pass(s.f.R[c.C].Params)
		c.result = s.f.R[c.C].Result
	case bytecode.CLOSURE:
		pass(m.Funcs[c.Imm].Params)
	case bytecode.TEXT:
		var holes []*capability.Type
		for _, p := range m.Templates[c.Imm].Pieces {
			if p.Hole != nil {
				holes = append(holes, p.Hole)
			}
		}
		pass(holes)
	case bytecode.LIB:
		c.result = v.LibResult(fn, pc)
		regs, _ := s.f.LibArgs(&c.Call)
		for _, r := range regs {
			c.args = append(c.args, int32(s.reg(r.File, r.N)))
		}
	case bytecode.HOST:
		op := capability.Numbered(uint16(c.Imm))
		c.result = op.Result
		for _, a := range c.HostArgs(op) {
			if a.Const < 0 {
				c.args = append(c.args, int32(s.reg(a.Reg.File, a.Reg.N)))
			}
		}
	}
	return c
}

// alone reports whether an instruction has a block of its own.
func alone(op bytecode.Opcode) bool {
	return op == bytecode.HOST || op == bytecode.CALL || op == bytecode.CALLC
}

func (s *shape) cutBlocks(left *room) bool {
	f := s.f
	lead := make([]bool, len(f.Code)+1)
	lead[0] = true
	for pc, in := range f.Instrs() {
		switch {
		case in.Op.Jumps():
			lead[in.Target(pc)], lead[f.Next(pc)] = true, true
		case alone(in.Op):
			lead[pc], lead[f.Next(pc)] = true, true
		case !in.Op.Falls():
			lead[f.Next(pc)] = true
		}
	}
	for i := range f.Handlers {
		h := &f.Handlers[i]
		lead[h.From], lead[h.To], lead[h.Target] = true, true, true
	}
	s.at = make([]int32, len(f.Code)+1)
	for pc := range s.at {
		s.at[pc] = -1
	}
	for pc := range f.Instrs() {
		if n := len(s.blocks); lead[pc] {
			s.at[pc] = int32(n)
			s.blocks = append(s.blocks, block{from: pc, jump: -1, next: -1, onStop: -1})
		}
		b := &s.blocks[len(s.blocks)-1]
		b.last, b.to = pc, f.Next(pc)
	}
	for i := range s.blocks {
		b := &s.blocks[i]
		op := f.Code[b.last].Op
		if op.Jumps() {
			b.jump = int(s.at[f.Code[b.last].Target(b.last)])
		}
		if op.Falls() && i+1 < len(s.blocks) {
			b.next = i + 1
		}
	}
	return s.placeHandlers(left)
}

// placeHandlers gives each block the handlers around it, innermost first.
// Their ends are boundaries of blocks, or fall on the words behind a call.
func (s *shape) placeHandlers(left *room) bool {
	for i := range s.f.Handlers {
		h := &s.f.Handlers[i]
		first := sort.Search(len(s.blocks), func(b int) bool { return s.blocks[b].from >= int(h.From) })
		for b := first; b < len(s.blocks) && s.blocks[b].from < int(h.To); b++ {
			if !left.take(1) {
				return false
			}
			s.blocks[b].handlers = append(s.blocks[b].handlers, i)
			if h.Defer && s.blocks[b].onStop < 0 {
				s.blocks[b].onStop = i
			}
		}
	}
	return true
}

// raises reports whether something in a block may raise, as its row says.
func raises(v *bytecode.Verified, f *bytecode.Func, b *block) bool {
	for pc := b.from; pc < b.to; pc = f.Next(pc) {
		if v.Kinds(f, pc) != 0 {
			return true
		}
	}
	return false
}

// exits gives the handler blocks that a block may go to.
func (s *shape) exits(v *bytecode.Verified, b *block) []int {
	var out []int
	if len(b.handlers) == 0 {
		return nil
	}
	if raises(v, s.f, b) {
		for _, h := range b.handlers {
			out = append(out, int(s.at[s.f.Handlers[h].Target]))
		}
	} else if b.onStop >= 0 {
		out = append(out, int(s.at[s.f.Handlers[b.onStop].Target]))
	}
	return out
}

// operands calls visit for each register that an instruction reads or writes.
// A jump that writes does so on one of its edges only.
func (s *shape) operands(pc int, visit func(reg int, write bool)) {
	in := &s.f.Code[pc]
	row := &bytecode.Rows[in.Op]
	one := func(o bytecode.Operand, n int) {
		if file := o.File(); file != capability.FileNone {
			visit(s.reg(file, n), o.Writes())
		}
	}
	one(row.B, int(in.B))
	one(row.C, int(in.C))
	switch row.Imm {
	case bytecode.MoreS:
		visit(s.reg(capability.FileScalar, int(uint8(in.Imm))), false)
	case bytecode.MoreSS:
		visit(s.reg(capability.FileScalar, int(uint8(in.Imm))), false)
		visit(s.reg(capability.FileScalar, int(uint8(in.Imm>>8))), false)
	case bytecode.WideIndex:
		s.wide(in, visit)
		return
	}
	if c := s.calls[pc]; c != nil {
		for _, r := range c.args {
			visit(int(r), false)
		}
	}
	if in.Op == bytecode.FORI {
		visit(s.reg(capability.FileScalar, int(in.A)), false)
	}
	one(row.A, int(in.A))
	if row.A == bytecode.WriteResult {
		if t := s.resultFile(pc); t != capability.FileNone {
			visit(s.reg(t, int(in.A)), true)
		}
	}
}

// wide visits the registers of a wide move.
func (s *shape) wide(in *bytecode.Instr, visit func(reg int, write bool)) {
	file := bytecode.Rows[in.Op].A.File()
	near, far := s.reg(file, int(in.A)), s.reg(file, int(in.Imm))
	if bytecode.Rows[in.Op].A.Writes() {
		near, far = far, near
	}
	visit(near, false)
	visit(far, true)
}

// resultFile is the register file of a call's result; it is set when the call
// is read.
func (s *shape) resultFile(pc int) capability.File {
	if c := s.calls[pc]; c != nil {
		return c.result.File()
	}
	return capability.FileNone
}

// findLive computes which registers matter at the start of each block, with
// what a handler needs live throughout its range.
func (s *shape) findLive(v *bytecode.Verified, left *room) bool {
	words := (len(s.types) + 63) / 64
	n := len(s.blocks)
	if !left.take(words * n) {
		return false
	}
	use, def, in := make([]uint64, n*words), make([]uint64, n*words), make([]uint64, n*words)
	exits := make([][]int, n)
	for i := range s.blocks {
		b := &s.blocks[i]
		exits[i] = s.exits(v, b)
		u, d := use[i*words:(i+1)*words], def[i*words:(i+1)*words]
		for pc := b.from; pc < b.to; pc = s.f.Next(pc) {
			partly := s.f.Code[pc].Op.Jumps() && s.f.Code[pc].Op != bytecode.FORI && planted != definesOnOneEdge
			s.operands(pc, func(r int, write bool) {
				switch bit := uint64(1) << (r % 64); {
				case !write && d[r/64]&bit == 0:
					u[r/64] |= bit
				case write && !partly:
					d[r/64] |= bit
				}
			})
		}
	}
	for round, changed := 0, true; changed; round++ {
		if changed = false; round > maxRounds {
			return false
		}
		for i := n - 1; i >= 0; i-- {
			for w := range words {
				var out, handled uint64
				for _, to := range [2]int{s.blocks[i].jump, s.blocks[i].next} {
					if to >= 0 {
						out |= in[to*words+w]
					}
				}
				for _, to := range exits[i] {
					handled |= in[to*words+w]
				}
				if x := use[i*words+w] | out&^def[i*words+w] | handled; x != in[i*words+w] {
					in[i*words+w], changed = x, true
				}
			}
		}
	}
	for i := range s.blocks {
		for w := range words {
			if !left.take(bits.OnesCount64(in[i*words+w]) / 4) {
				return false
			}
			for x := in[i*words+w]; x != 0; x &= x - 1 {
				s.blocks[i].live = append(s.blocks[i].live, int32(w*64+bits.TrailingZeros64(x)))
			}
		}
	}
	return true
}

// maxRounds bounds the rounds over a function's blocks; a loop in a loop takes
// one more.
const maxRounds = 200

// place finds a register among the live ones of a block, -1 when it isn't.
func (b *block) place(reg int) int {
	i := sort.Search(len(b.live), func(i int) bool { return int(b.live[i]) >= reg })
	if i < len(b.live) && int(b.live[i]) == reg {
		return i
	}
	return -1
}

// findCycles marks the blocks that control may come back to.
func (s *shape) findCycles(v *bytecode.Verified) {
	succ := make([][]int, len(s.blocks))
	for i := range s.blocks {
		b := &s.blocks[i]
		for _, to := range [2]int{b.jump, b.next} {
			if to >= 0 {
				succ[i] = append(succ[i], to)
			}
		}
		if planted != loopWithoutErrors {
			succ[i] = append(succ[i], s.exits(v, b)...)
		}
	}
	for i, on := range onCycle(succ) {
		s.blocks[i].cyclic = on
	}
}

// onCycle reports for each node of a graph whether it lies on a cycle: it is
// in a strongly connected component of several nodes, or leads to itself.
func onCycle(succ [][]int) []bool {
	n := len(succ)
	out := make([]bool, n)
	index, low, open := make([]int, n), make([]int, n), make([]bool, n)
	var stack []int
	type frame struct{ v, i int }
	count := 0
	for root := range n {
		if index[root] != 0 {
			continue
		}
		for path := []frame{{root, 0}}; len(path) > 0; {
			top := &path[len(path)-1]
			v := top.v
			if top.i == 0 {
				count++
				index[v], low[v], open[v] = count, count, true
				stack = append(stack, v)
			}
			if top.i < len(succ[v]) {
				w := succ[v][top.i]
				top.i++
				switch {
				case w == v:
					out[v] = true
				case index[w] == 0:
					path = append(path, frame{w, 0})
				case open[w]:
					low[v] = min(low[v], index[w])
				}
				continue
			}
			if low[v] == index[v] {
				k := len(stack) - 1
				for stack[k] != v {
					k--
				}
				for _, w := range stack[k:] {
					open[w] = false
					out[w] = out[w] || len(stack)-k > 1
				}
				stack = stack[:k]
			}
			if path = path[:len(path)-1]; len(path) > 0 {
				u := path[len(path)-1].v
				low[u] = min(low[u], low[v])
			}
		}
	}
	return out
}
