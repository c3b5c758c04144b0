package vm

import (
	"fmt"

	"rex/bytecode"
	"rex/capability"
)

// walk is the value of an iterator register: a walk over a list, a map or a
// stream. Changing the length of a container while it is walked is noticed by
// its version.
type walk struct {
	list    *capability.List
	dict    *capability.Map
	stream  *stream
	i, n    int
	version uint32
	item    capability.Value // of a stream
}

func (*walk) Kind() capability.Kind { return capability.KindIterator }

// stream is the value of a stream register: the host's stream, closed once.
type stream struct {
	capability.Stream
	elem   *capability.Type
	name   string // of the operation
	closed bool
}

const walkSize = 96

func (m *machine) iterate(in *bytecode.Instr) int {
	w := &walk{i: -1}
	switch c := m.Rw[in.B].(type) {
	case *capability.List:
		w.list, w.n, w.version = c, c.Len(), c.Version
	case *capability.Map:
		w.dict, w.n, w.version = c, len(c.Keys), c.Version
	case *stream:
		w.stream = c
	default:
		return trapAbsent
	}
	if trap := m.take(walkSize); trap != trapNone {
		return trap
	}
	m.Rw[in.A] = w
	return trapNone
}

func (m *machine) next(in *bytecode.Instr) int {
	w, ok := m.Rw[in.A].(*walk)
	switch {
	case !ok:
		return trapAbsent
	case w.stream != nil:
		return m.nextOfStream(in, w)
	case w.list != nil && w.version != w.list.Version, w.dict != nil && w.version != w.dict.Version:
		return m.faultf(capability.Invalid, "it was changed while it is walked")
	}
	w.i++
	m.jumpIf(in, w.i >= w.n)
	return trapNone
}

func (m *machine) nextOfStream(in *bytecode.Instr, w *walk) int {
	if w.stream.closed {
		m.pc += int(in.Imm)
		return trapNone
	}
	v, ok, err := w.stream.Next(m.context())
	if err != nil {
		return m.failure(err)
	}
	if !ok {
		m.pc += int(in.Imm)
		return trapNone
	}
	if !conforms(v, w.stream.elem, 0) {
		return m.broken(fmt.Sprintf("the stream of %s gave what is not a %s", w.stream.name, w.stream.elem))
	}
	if trap := m.take(boxSize + int64(len(capability.TextOf(v)))); trap != trapNone {
		return trap
	}
	w.i++
	w.item = v
	return trapNone
}

func (m *machine) item(in *bytecode.Instr) int {
	w, ok := m.Rw[in.B].(*walk)
	if !ok {
		return trapAbsent
	}
	if in.Op == bytecode.POS {
		m.Sw[in.A] = uint64(max(w.i, 0))
		return trapNone
	}
	if w.stream != nil {
		if w.i < 0 {
			return trapAbsent
		}
		return m.streamItem(in, w)
	}
	c := w.cells()
	if c == nil || w.i < 0 || w.i >= c.Len() {
		return trapAbsent
	}
	switch in.Op {
	case bytecode.ITEMS:
		m.Sw[in.A] = c.S[w.i]
	case bytecode.ITEMT:
		m.Tw[in.A] = c.T[w.i]
	case bytecode.ITEMR:
		m.Rw[in.A] = c.R[w.i]
	case bytecode.KEY:
		if w.dict == nil {
			return trapAbsent
		}
		m.Tw[in.A] = w.dict.Keys[w.i]
	}
	return trapNone
}

func (w *walk) cells() *capability.Cells {
	switch {
	case w.list != nil:
		return &w.list.Cells
	case w.dict != nil:
		return &w.dict.Cells
	}
	return nil
}

func (m *machine) streamItem(in *bytecode.Instr, w *walk) int {
	switch in.Op {
	case bytecode.ITEMS:
		m.Sw[in.A] = capability.ScalarBits(w.item)
	case bytecode.ITEMT:
		m.Tw[in.A] = capability.TextOf(w.item)
	case bytecode.ITEMR:
		m.Rw[in.A] = w.item
	default:
		return trapAbsent
	}
	return trapNone
}

// close releases a stream; a zero register and a closed stream are nothing.
func (m *machine) close(v capability.Value) {
	if s, ok := v.(*stream); ok && s != nil && !s.closed {
		s.closed = true
		s.Close()
		m.forget(s)
	}
}

func (m *machine) forget(s *stream) {
	for i, other := range m.streams {
		if other == s {
			last := len(m.streams) - 1
			m.streams[i], m.streams[last] = m.streams[last], nil
			m.streams = m.streams[:last]
			return
		}
	}
}

// closeStreams releases every stream that is still open.
func (m *machine) closeStreams() {
	for len(m.streams) > 0 {
		m.close(m.streams[len(m.streams)-1])
	}
}
