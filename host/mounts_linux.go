package host

import (
	"strings"

	"rex/capability"
)

// listMounts does fs.mounts. The table is that of this process, which is what
// /proc/mounts stands for.
func listMounts(c *call) (capability.Value, error) {
	proc, err := c.system()
	if err != nil {
		return nil, err
	}
	table, err := proc.mounts()
	if err != nil {
		return nil, cant("read", "/proc/mounts", err)
	}
	out := capability.NewList(capability.MountType)
	for line := range strings.Lines(table) {
		if r := mountRecord(line); r != nil {
			out.Push(r)
		}
	}
	return out, nil
}

// mountRecord reads one line of the table: behind what mountPoint reads stand
// the options, further fields up to a dash, the kind and the device. nil for
// a mount whose place has no path from here.
func mountRecord(line string) *capability.Record {
	fields := strings.Fields(line)
	dash := -1
	for i := 6; i < len(fields) && dash < 0; i++ {
		if fields[i] == "-" {
			dash = i
		}
	}
	if dash < 0 || len(fields) < dash+3 {
		return nil
	}
	path := unescaped(fields[4])
	if capability.CheckPath(path) != "" {
		return nil
	}
	options := capability.NewList(capability.String)
	for _, o := range strings.Split(fields[5], ",") {
		options.Push(capability.StringValue(capability.ShowPath(unescaped(o))))
	}
	options.Frozen = true
	r := capability.NewRecord(capability.MountType).
		With("path", capability.PathValue(path)).
		With("device", capability.StringValue(capability.ShowPath(unescaped(fields[dash+2])))).
		With("kind", capability.StringValue(capability.ShowPath(unescaped(fields[dash+1])))).
		With("options", options)
	r.Frozen = true
	return r
}
