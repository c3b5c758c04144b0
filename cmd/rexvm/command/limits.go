package command

import (
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"rex/capability"
	"rex/library"
)

// limitFlags declares a flag for every limit. The names are those the errors
// of limits use.
func limitFlags(flags *pflag.FlagSet) *capability.Limits {
	l := capability.DefaultLimits()
	flags.DurationVar(&l.Time, "timeout", l.Time, "wall time of the run")
	flags.Int64Var(&l.Fuel, "fuel", l.Fuel, "loop turns, calls and work of library functions")
	flags.Var((*sizeFlag)(&l.Memory), "memory", "live memory of the script")
	flags.IntVar(&l.CallDepth, "call-depth", l.CallDepth, "calls within calls")
	flags.Var((*sizeFlag)(&l.Output), "output", "what is printed and logged")
	flags.Int64Var(&l.HostCalls, "host-calls", l.HostCalls, "host operations")
	flags.IntVar(&l.Handles, "handles", l.Handles, "files open at once")
	flags.IntVar(&l.Children, "children", l.Children, "programs running at once")
	flags.Var((*sizeFlag)(&l.BytesWritten), "bytes-written", "written to files")
	flags.Var((*sizeFlag)(&l.NetworkBytes), "network-bytes", "sent and received")
	flags.IntVar(&l.Denials, "denials", l.Denials, "refused calls, caught or not")
	flags.Var((*sizeFlag)(&l.ReadSize), "read-size", "one read into memory")
	flags.Int64Var(&l.PreflightExtra, "preflight-steps", l.PreflightExtra, "steps of the pre-flight on top of 100 an instruction")
	return &l
}

// checkLimits refuses limits that bound nothing.
func checkLimits(l *capability.Limits) error {
	for name, v := range map[string]int64{
		"timeout": int64(l.Time), "fuel": l.Fuel, "memory": l.Memory, "call-depth": int64(l.CallDepth), "output": l.Output,
		"host-calls": l.HostCalls, "handles": int64(l.Handles), "children": int64(l.Children), "bytes-written": l.BytesWritten,
		"network-bytes": l.NetworkBytes, "denials": int64(l.Denials), "read-size": l.ReadSize, "preflight-steps": l.PreflightExtra,
	} {
		if v < 0 || v == 0 && (name == "timeout" || name == "memory" || name == "fuel") {
			return fmt.Errorf("--%s must be above zero", name)
		}
	}
	if l.CallDepth > maxCallDepth {
		return fmt.Errorf("--call-depth can be at most %d", maxCallDepth)
	}
	if l.Time > 365*24*time.Hour {
		return fmt.Errorf("--timeout can be at most a year")
	}
	return nil
}

// maxCallDepth keeps the frames of the deepest run within a few megabytes.
const maxCallDepth = 1_000_000

// sizeFlag is a number of bytes, written as the language writes a size.
type sizeFlag int64

func (f *sizeFlag) String() string { return library.Text(capability.SizeValue(*f)) }
func (f *sizeFlag) Type() string   { return "size" }

// Set reads 64MiB, 10KB or a plain number of bytes.
func (f *sizeFlag) Set(s string) error {
	v, err := library.ParseArg(capability.Size, s)
	if err != nil {
		return err
	}
	n := int64(v.(capability.SizeValue))
	if n < 0 {
		return fmt.Errorf("a limit is not negative")
	}
	*f = sizeFlag(n)
	return nil
}
