package policy

import (
	"fmt"
	"sync/atomic"

	"rex/capability"
)

// Meter charges what a run takes from its host. One meter serves the whole
// run; a grant carries it, so that the host charges while it works. What goes
// beyond a limit is a *capability.LimitError. It may be used from several
// goroutines.
type Meter struct {
	limits   capability.Limits
	calls    atomic.Int64
	written  atomic.Int64
	network  atomic.Int64
	output   atomic.Int64
	handles  atomic.Int64
	children atomic.Int64
	denials  atomic.Int64
}

func exceeds(n *atomic.Int64, by, max int64, limit, unit string) error {
	if n.Add(by) > max {
		return &capability.LimitError{Limit: limit, Max: fmt.Sprint(max) + unit}
	}
	return nil
}

// Written charges n bytes before they are written to files.
func (m *Meter) Written(n int64) error {
	return exceeds(&m.written, n, m.limits.BytesWritten, "bytes-written", " bytes")
}

// Network charges n bytes sent or received.
func (m *Meter) Network(n int64) error {
	return exceeds(&m.network, n, m.limits.NetworkBytes, "network-bytes", " bytes")
}

// Output charges n bytes printed or logged.
func (m *Meter) Output(n int64) error {
	return exceeds(&m.output, n, m.limits.Output, "output", " bytes")
}

// Handle charges a handle that a stream keeps open (1) or gives back (-1).
func (m *Meter) Handle(n int) error {
	return exceeds(&m.handles, int64(n), int64(m.limits.Handles), "handles", "")
}

// Child charges a program that is started (1) or has ended (-1).
func (m *Meter) Child(n int) error {
	return exceeds(&m.children, int64(n), int64(m.limits.Children), "children", "")
}

// ReadLimit is how many bytes one read may bring into memory.
func (m *Meter) ReadLimit() int64 { return m.limits.ReadSize }

// TooLarge is the error of a read that went beyond ReadLimit.
func (m *Meter) TooLarge() error {
	return &capability.LimitError{Limit: "read-size", Max: fmt.Sprint(m.limits.ReadSize) + " bytes"}
}

func (m *Meter) call() error {
	return exceeds(&m.calls, 1, m.limits.HostCalls, "host-calls", "")
}

func (m *Meter) denial() error {
	return exceeds(&m.denials, 1, int64(m.limits.Denials), "denials", "")
}

// Totals is what a run has taken so far.
type Totals struct {
	HostCalls, BytesWritten, NetworkBytes, Output, Denials int64
}

// Totals tells it.
func (m *Meter) Totals() Totals {
	return Totals{m.calls.Load(), m.written.Load(), m.network.Load(), m.output.Load(), m.denials.Load()}
}
