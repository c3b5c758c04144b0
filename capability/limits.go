package capability

import "time"

// Limits bounds one run. Every limit has a default, a flag and an error that
// names it; none can be caught by a script.
type Limits struct {
	Fuel           int64         // backward branches and calls, and what natives charge
	Time           time.Duration // wall time
	Memory         int64         // live bytes
	CallDepth      int           // frames
	Output         int64         // bytes printed and logged
	HostCalls      int64
	Handles        int
	Children       int   // programs running at once
	BytesWritten   int64 // to files
	NetworkBytes   int64 // sent and received
	Denials        int   // refused calls, caught or not
	ReadSize       int64 // bytes of one read into memory
	PreflightExtra int64 // pre-flight steps on top of 100 an instruction
}

// Fixed bounds that no flag moves: what lies beyond them is not well formed.
const (
	MaxValueDepth = 200      // nesting of values in every walk
	MaxModule     = 16 << 20 // bytes of a module
	MaxPolicies   = 16 << 20 // bytes of all policy text
	MaxArguments  = 1 << 20  // bytes of all arguments
)

// DefaultLimits are the limits of a run whose caller sets none.
func DefaultLimits() Limits {
	return Limits{
		Fuel: 1e9, Time: 10 * time.Minute, Memory: 256 << 20, CallDepth: 1000, Output: 4 << 20,
		HostCalls: 100_000, Handles: 256, Children: 16, BytesWritten: 1 << 30,
		NetworkBytes: 256 << 20, Denials: 1000, ReadSize: 16 << 20, PreflightExtra: 1e6,
	}
}

// LimitError ends a run. A script can't catch it.
type LimitError struct {
	Limit string // the flag that moves it, without dashes
	Max   string // its value as a person writes it
}

func (e *LimitError) Error() string {
	return "the run reached its limit of " + e.Limit + " (" + e.Max + "); --" + e.Limit + " moves it"
}
