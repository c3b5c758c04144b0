package vm

import (
	"rex/bytecode"
	"rex/capability"
	"rex/library"
)

// closure is a function value: the function and what it captured.
type closure struct {
	fn    uint32
	quick bool // as the function
	caps  capability.Cells
}

func (*closure) Kind() capability.Kind { return capability.KindFunc }

const closureSize = 96

func (m *machine) closure(in *bytecode.Instr) int {
	f := &m.funcs[in.Imm]
	if trap := m.take(closureSize + 16*int64(f.Captures)); trap != trapNone {
		return trap
	}
	c := &closure{fn: uint32(in.Imm), quick: m.funcs[in.Imm].quick}
	for i := 0; i < f.Captures; i++ {
		reg := m.argument(i)
		switch f.params[i].File {
		case capability.FileScalar:
			c.caps.S = append(c.caps.S, m.Sw[reg])
		case capability.FileText:
			c.caps.T = append(c.caps.T, m.Tw[reg])
		default:
			c.caps.R = append(c.caps.R, m.Rw[reg])
		}
	}
	m.Rw[in.A] = c
	m.skipWords()
	return trapNone
}

func (m *machine) callValue(in *bytecode.Instr) int {
	c, ok := m.Rw[in.C].(*closure)
	if !ok {
		return m.faultf(capability.Absent, "the function value was never set")
	}
	return m.callFunction(in, &m.funcs[c.fn], c)
}

// callFunction enters a function: room, frame, clean registers, arguments.
func (m *machine) callFunction(in *bytecode.Instr, f *function, c *closure) int {
	if trap := m.enter(f); trap != trapNone {
		return trap
	}
	caller := &m.funcs[m.fn]
	s, t, r := m.s+caller.s, m.tEnd, m.rEnd
	clear(m.S[s : s+f.s]) // T and R behind the caller are clean: leave saw to it
	if c != nil {
		copy(m.S[s:], c.caps.S)
		copy(m.T[t:], c.caps.T)
		copy(m.R[r:], c.caps.R)
	}
	first := 0
	if c != nil {
		first = f.Captures
	}
	for i := first; i < len(f.params); i++ {
		reg, to := m.argument(i-first), uint32(f.params[i].N)
		switch f.params[i].File {
		case capability.FileScalar:
			m.S[s+to] = m.Sw[reg]
		case capability.FileText:
			m.T[t+to] = m.Tw[reg]
		default:
			m.R[r+to] = m.Rw[reg]
		}
	}
	m.skipWords()
	m.frames[m.fp] = frame{ret: uint32(m.pc), fn: m.fn, s: m.s, t: m.t, r: m.r, dst: in.A}
	m.fp++
	m.s, m.fn = s, f.index
	if !f.plain {
		m.t, m.r, m.tEnd, m.rEnd = t, r, t+f.t, r+f.r
	}
	m.windows()
	m.pc = int(f.start)
	m.fuel--
	if m.fuel < 0 {
		return m.refill()
	}
	return trapNone
}

// enter makes room for a call: a frame and registers.
func (m *machine) enter(f *function) int {
	if m.fp >= m.limits.CallDepth {
		return m.limit("call-depth", int64(m.limits.CallDepth))
	}
	if m.fp >= len(m.frames) {
		n := min(2*len(m.frames)+8, m.limits.CallDepth)
		if trap := m.take(int64(n-len(m.frames)) * frameSize); trap != trapNone {
			return trap
		}
		grown := make([]frame, n)
		copy(grown, m.frames)
		m.frames = grown
	}
	caller := &m.funcs[m.fn]
	needS := int(m.s+caller.s+f.s) + 2*window
	needT := int(m.tEnd+f.t) + 2*window
	needR := int(m.rEnd+f.r) + 2*window
	if needS <= len(m.S) && needT <= len(m.T) && needR <= len(m.R) {
		return trapNone
	}
	bytes := int64(0)
	for _, x := range []struct{ need, have, size int }{{needS, len(m.S), 8}, {needT, len(m.T), 16}, {needR, len(m.R), 16}} {
		if x.need > x.have {
			bytes += int64(2*x.need-x.have) * int64(x.size)
		}
	}
	if trap := m.take(bytes); trap != trapNone {
		return trap
	}
	m.S, m.T, m.R = grow(m.S, needS), grow(m.T, needT), grow(m.R, needR)
	m.windows()
	return trapNone
}

func grow[E any](file []E, need int) []E {
	if need <= len(file) {
		return file
	}
	grown := make([]E, 2*need)
	copy(grown, file)
	return grown
}

// ret leaves a function; leaving function 0 ends the run.
func (m *machine) ret(in *bytecode.Instr) int {
	f := &m.funcs[m.fn]
	var s uint64
	var t string
	var r capability.Value
	switch in.Op {
	case bytecode.RETS, opReturn:
		s = m.Sw[in.A]
	case bytecode.RETT:
		t = m.Tw[in.A]
	case bytecode.RETR:
		r = m.Rw[in.A]
	}
	if m.fp == 0 {
		m.value = r
		return trapDone
	}
	dst := m.frames[m.fp-1].dst
	m.leave()
	switch f.result {
	case capability.FileScalar:
		m.Sw[dst] = s
	case capability.FileText:
		m.Tw[dst] = t
	case capability.FileRef:
		m.Rw[dst] = r
	}
	return trapNone
}

// leave drops the running function's frame. Its texts and references are
// cleared, so that the next call finds clean registers and nothing is kept
// alive by a register that is no more.
func (m *machine) leave() {
	m.fp--
	fr := &m.frames[m.fp]
	if !m.funcs[m.fn].plain {
		clear(m.T[m.t:m.tEnd])
		clear(m.R[m.r:m.rEnd])
		m.t, m.r, m.tEnd, m.rEnd = fr.t, fr.r, m.t, m.r
	}
	m.fn, m.s = fr.fn, fr.s
	m.pc = int(fr.ret)
	m.windows()
}

// library calls a native with its arguments in m.call.
func (m *machine) library(in *bytecode.Instr) int {
	l := m.libs[in.Imm]
	if l == nil {
		l = m.loadLibrary(in)
	}
	c := &m.call
	for i, reg := range l.args {
		switch reg.File {
		case capability.FileScalar:
			c.S[i] = m.Sw[reg.N]
		case capability.FileText:
			c.T[i] = m.Tw[reg.N]
		default:
			c.R[i] = m.Rw[reg.N]
		}
	}
	c.Type = l.result
	if trap := m.absentArgument(l); trap != trapNone {
		return trap
	}
	err := l.row.Run(c)
	s, t, r := c.OutS, c.OutT, c.OutR
	clear(c.T[:len(l.args)])
	clear(c.R[:len(l.args)])
	c.OutT, c.OutR = "", nil
	if err != nil {
		return m.failure(err)
	}
	switch l.out {
	case capability.FileScalar:
		m.Sw[in.A] = s
	case capability.FileText:
		m.Tw[in.A] = t
	case capability.FileRef:
		m.Rw[in.A] = r
	}
	m.skipWords()
	return trapNone
}

// absentArgument keeps zero references from natives: where a row wants a
// container or an error, nil is no value.
func (m *machine) absentArgument(l *libCall) int {
	for i, reg := range l.args {
		if reg.File != capability.FileRef || m.call.R[i] != nil {
			continue
		}
		switch m.funcs[m.fn].R[reg.N].Kind {
		case capability.KindOptional, capability.KindAny:
		default:
			clear(m.call.R[:len(l.args)])
			clear(m.call.T[:len(l.args)])
			return trapAbsent
		}
	}
	return trapNone
}

func (m *machine) loadLibrary(in *bytecode.Instr) *libCall {
	f := &m.funcs[m.fn]
	pc := m.at - int(f.start)
	call := f.Call(pc) // as it stands in the module
	args, _ := f.LibArgs(&call)
	result := m.verified.LibResult(int(m.fn), pc)
	l := &libCall{row: library.Numbered(uint16(call.Imm)), args: args, result: result, out: result.File()}
	m.libs[in.Imm] = l
	return l
}
