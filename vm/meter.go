package vm

import (
	"fmt"
	"sync/atomic"

	"rex/capability"
	"rex/library"
)

// fuelSlice is how many backward jumps and calls the loop does between two
// looks at the cancel flag: some microseconds of work.
const fuelSlice = 5000

// valuesPerFuel is how many containers one unit of fuel counts.
const valuesPerFuel = 4

func newMeter(l capability.Limits) meter {
	return meter{limits: l, left: l.Fuel, cancelled: new(atomic.Bool)}
}

// refill hands the loop its next slice of fuel, or stops the run.
func (m *machine) refill() int {
	m.fuel = 0
	m.at = m.pc // stopped before the instruction that comes next
	if m.cancelled.Load() {
		return m.cancel()
	}
	if m.left <= 0 {
		return m.limit("fuel", m.limits.Fuel)
	}
	m.left-- // for the jump that found nothing left
	m.fuel = min(m.left, fuelSlice)
	m.left -= m.fuel
	return trapNone
}

func (m *machine) cancel() int {
	err := m.context().Err()
	if err == nil {
		err = m.ctx.Err()
	}
	if err == nil {
		return m.broken("cancelled without a reason")
	}
	return m.halt(err)
}

func (m *machine) limit(name string, max int64) int {
	return m.halt(limitError(name, max))
}

func limitError(name string, max int64) error {
	text := fmt.Sprint(max)
	if name == "memory" {
		text = library.ScalarText(capability.KindSize, uint64(max))
	}
	return &capability.LimitError{Limit: name, Max: text}
}

// spent is the fuel used so far, without that of a grace.
func (m *machine) spent() int64 {
	if m.grace {
		return m.spentBefore
	}
	return m.limits.Fuel - m.left - max(m.fuel, 0)
}

// Fuel charges work of a library function; part of library.Meter.
func (m *machine) Fuel(units int64) error {
	if m.cancelled.Load() {
		m.cancel()
		return m.stop
	}
	if units < 0 || units > m.left+m.fuel {
		return limitError("fuel", m.limits.Fuel)
	}
	if units <= m.left {
		m.left -= units
		return nil
	}
	m.fuel -= units - m.left
	m.left = 0
	return nil
}

// What instructions that go through texts are charged: nothing for a short one,
// which costs as much as any other instruction. Without it five thousand of
// them over texts of many megabytes would pass between two looks at the cancel
// flag.
const (
	shortText    = 1024
	bytesPerFuel = 16 // as in library
)

// work charges an instruction going through so many bytes.
func (m *machine) work(bytes int) int {
	if bytes < shortText {
		return trapNone
	}
	if err := m.Fuel(int64(bytes / bytesPerFuel)); err != nil {
		return m.halt(err)
	}
	return trapNone
}

// Memory charges bytes before they are taken; part of library.Meter.
func (m *machine) Memory(bytes int64) error {
	if bytes < 0 || bytes > m.limits.Memory {
		return limitError("memory", m.limits.Memory)
	}
	m.charged += bytes
	m.native += bytes
	if m.charged > m.limits.Memory {
		// Go gives nothing back that it could be asked for, so what the
		// registers still reach is counted, and what the present instruction
		// has taken, which they do not reach yet. Counting costs fuel, for a
		// run near its limit counts often.
		m.joined.Reset()
		held, values := m.live()
		m.left = max(0, m.left-values/valuesPerFuel)
		m.charged = held + m.native
		if m.charged > m.limits.Memory-m.limits.Memory/32 {
			return limitError("memory", m.limits.Memory)
		}
	}
	m.peak = max(m.peak, m.charged)
	return nil
}

// take is Memory for instructions.
func (m *machine) take(bytes int64) int {
	if m.charged+bytes <= m.limits.Memory && bytes >= 0 {
		m.charged += bytes
		m.peak = max(m.peak, m.charged)
		return trapNone
	}
	if err := m.Memory(bytes); err != nil {
		return m.halt(err)
	}
	return trapNone
}

// live counts the bytes and the containers that the registers reach. A string that many values
// share counts for each; that can only end a run early, by at most what it
// would take if they were not shared.
func (m *machine) live() (bytes, values int64) {
	c := counter{seen: map[capability.Value]bool{}}
	c.bytes = int64(len(m.frames))*frameSize + int64(len(m.S))*8 + int64(len(m.T))*16 + int64(len(m.R))*16
	for _, t := range m.T[:m.tEnd] {
		c.bytes += int64(len(t))
	}
	for _, v := range m.R[:m.rEnd] {
		c.add(v)
	}
	c.drain()
	return c.bytes, int64(len(c.seen))
}

// counter walks values without recursion: what a script builds may be deep.
type counter struct {
	bytes int64
	seen  map[capability.Value]bool
	todo  []capability.Value
}

func (c *counter) add(v capability.Value) {
	switch v := v.(type) {
	case nil:
	case *capability.List, *capability.Map, *capability.Record, *capability.Error, *closure, *walk:
		if !c.seen[v] {
			c.seen[v] = true
			c.todo = append(c.todo, v)
		}
	default:
		c.bytes += boxSize + int64(len(capability.TextOf(v)))
	}
}

func (c *counter) drain() {
	for len(c.todo) > 0 {
		v := c.todo[len(c.todo)-1]
		c.todo = c.todo[:len(c.todo)-1]
		switch v := v.(type) {
		case *capability.List:
			c.bytes += listSize
			c.cells(&v.Cells)
		case *capability.Record:
			c.bytes += recordSize
			c.cells(&v.Cells)
		case *capability.Map:
			c.bytes += mapSize + int64(len(v.Keys))*entrySize
			for _, k := range v.Keys {
				c.bytes += int64(len(k))
			}
			c.cells(&v.Cells)
		case *capability.Error:
			c.bytes += 256 + int64(len(v.Message))
			if v.Stderr != nil {
				c.bytes += int64(len(*v.Stderr))
			}
			if v.Cause != nil {
				c.add(v.Cause)
			}
			if v.Values != nil {
				c.add(v.Values)
			}
		case *closure:
			c.bytes += closureSize
			c.cells(&v.caps)
		case *walk:
			c.bytes += walkSize
			c.add(v.item)
			if v.list != nil {
				c.add(v.list)
			}
			if v.dict != nil {
				c.add(v.dict)
			}
		}
	}
}

func (c *counter) cells(x *capability.Cells) {
	c.bytes += int64(cap(x.S))*8 + int64(cap(x.T))*16 + int64(cap(x.R))*16
	for _, t := range x.T {
		c.bytes += int64(len(t))
	}
	for _, v := range x.R {
		c.add(v)
	}
}

// sizeOf is what a value from the host takes.
func sizeOf(v capability.Value) int64 {
	c := counter{seen: map[capability.Value]bool{}}
	c.add(v)
	c.drain()
	return c.bytes
}
