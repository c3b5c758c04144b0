package policy

import (
	"context"

	"rex/capability"
)

// Host is what the gate needs of the machine. Package host implements it;
// tests bring hosts of their own.
type Host interface {
	// Resolve opens what the call names, as handles, and looks at it, so that
	// the facts Cedar is asked about are those of what will be acted on. It
	// creates, truncates and reads nothing and never blocks. What can't be
	// resolved is a Target with Err; Resolve itself fails only when nothing
	// can be asked.
	Resolve(ctx context.Context, op *capability.Op, args []capability.Value, want Want) (*Resolved, error)

	// Act does the operation with the arguments and the handles of the grant,
	// and with nothing else.
	Act(ctx context.Context, g *Grant) (capability.Value, error)
}

// Want says which costly facts a policy that could match reads; the others
// are not looked up.
type Want struct {
	SHA256 bool // of a program
	IP     bool // of a URL's host
	Mount  bool // of a file or folder
}

// Resolved is what a call's names have become. Close releases the handles.
type Resolved struct {
	Targets []Target // at most one for each parameter that makes a resource
	Close   func()
}

// Target is one resource of a call, opened.
type Target struct {
	Param     string // the parameter that names it
	Canonical string // its path without links, when it differs from the name as written; else ""
	Parent    string // canonical path of the folder that holds it
	Facts     Facts
	Err       error // why it could not be resolved, a *capability.Error
	Handle    any   // the host's own
}

// Facts are what is known of a resource once it has been looked at. Each is
// an optional attribute in Cedar: nil is absent.
type Facts struct {
	Missing bool    // there is nothing at that name
	Type    string  // the entity type it turned out to be, "File" or "Dir"; "" for others
	Kind    *string // file, dir, symlink, fifo, socket, char_device, block_device
	Owner   *string
	Group   *string
	Mode    *int64
	Links   *int64
	Size    *int64
	SHA256  *string
	Mount   *string // where the file system that holds it, or would hold it, is mounted
	IP      *string

	// of a process
	PID        *int64
	Name       *string
	Username   *string
	Command    *string
	Executable *string
	Cgroup     *string
	Parent     *int64
}
