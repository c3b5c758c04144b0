package vm

import (
	"errors"
	"fmt"

	"rex/bytecode"
	"rex/capability"
	"rex/policy"
)

// host asks the gate for a host operation: the only way out of the machine.
func (m *machine) host(in *bytecode.Instr) int {
	h := m.hosts[int32(m.at)]
	if h == nil {
		h = m.loadHost(in)
	}
	args := make([]capability.Value, len(h.args))
	for i, a := range h.args {
		v, ok := m.argumentValue(a, h.op.Params[i].Type)
		if !ok {
			return m.faultf(capability.Absent, "argument %s of %s was never set", h.op.Params[i].Name, h.op.Name)
		}
		args[i] = v
	}
	m.hostCalls++
	v, err := m.gate.Do(m.context(), h.site, h.op, args)
	if err != nil {
		return m.hostFailure(h, err)
	}
	if !conforms(v, h.op.Result, 0) {
		return m.broken(fmt.Sprintf("%s gave what is not a %s", h.op.Name, h.op.Result))
	}
	return m.hostResult(in, h, v)
}

func (m *machine) hostResult(in *bytecode.Instr, h *hostCall, v capability.Value) int {
	if trap := m.take(sizeOf(v)); trap != trapNone {
		if s, ok := v.(capability.Stream); ok {
			s.Close()
		}
		return trap
	}
	switch h.op.Result.File() {
	case capability.FileScalar:
		m.Sw[in.A] = capability.ScalarBits(v)
	case capability.FileText:
		m.Tw[in.A] = capability.TextOf(v)
	case capability.FileRef:
		if s, ok := v.(capability.Stream); ok {
			own := &stream{Stream: s, elem: h.op.Result.Elem, name: h.op.Name}
			m.streams = append(m.streams, own)
			v = own
		}
		m.Rw[in.A] = v
	}
	m.skipWords()
	return trapNone
}

// argumentValue boxes one argument. A zero path, url or reference is no value:
// it raises before anyone is asked.
func (m *machine) argumentValue(a bytecode.HostArg, t *capability.Type) (capability.Value, bool) {
	if a.Const >= 0 {
		return m.module.Consts[a.Const].Value(), true
	}
	f := &m.funcs[m.fn]
	switch a.Reg.File {
	case capability.FileScalar:
		return capability.BoxScalar(f.S[a.Reg.N].Kind, m.Sw[a.Reg.N]), true
	case capability.FileText:
		text := m.Tw[a.Reg.N]
		if text == "" && (t.Kind == capability.KindPath || t.Kind == capability.KindURL) {
			return nil, false
		}
		return capability.BoxText(f.T[a.Reg.N].Kind, text), true
	}
	v := m.Rw[a.Reg.N]
	return v, v != nil || t.Kind == capability.KindOptional || t.Kind == capability.KindAny
}

func (m *machine) loadHost(in *bytecode.Instr) *hostCall {
	f := &m.funcs[m.fn]
	op := capability.Numbered(uint16(in.Imm))
	call := f.Call(m.at - int(f.start))
	h := &hostCall{op: op, args: call.HostArgs(op), site: m.verified.Site(m.at)}
	m.hosts[int32(m.at)] = h
	return h
}

// hostFailure sorts what the gate answered: a denial and a failure of the
// operation can be caught, anything else ends the run.
func (m *machine) hostFailure(h *hostCall, err error) int {
	var denied *policy.Denied
	if errors.As(err, &denied) {
		return m.throw(denied.Fault())
	}
	var fault *capability.Error
	if errors.As(err, &fault) {
		copied := *fault
		if copied.Op == "" {
			copied.Op = h.op.Name
		}
		return m.throw(&copied)
	}
	return m.halt(err)
}
