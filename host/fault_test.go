package host

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"testing"

	"rex/capability"
	"rex/policy"
)

func TestExplain(t *testing.T) {
	for err, want := range map[error]capability.ErrorKind{
		syscall.ENOENT: capability.NotFound, syscall.EEXIST: capability.Exists, syscall.EPERM: capability.Permission,
		syscall.ENOTEMPTY: capability.WrongKind, syscall.EXDEV: capability.WrongKind, syscall.ENOSPC: capability.Full,
		syscall.ETXTBSY: capability.Busy, syscall.EIO: capability.IO, errors.New("x"): capability.IO,
		&fs.PathError{Op: "open", Err: syscall.ENOTDIR}:      capability.WrongKind,
		fmt.Errorf("y: %w", faultf(capability.Timeout, "z")): capability.Timeout,
	} {
		if kind, why := explain(err); kind != want || why == "" {
			t.Errorf("%v is %s: %q", err, kind, why)
		}
	}
}

// What the call knows is added, what ends the run is passed on, and a kind
// that the row does not name becomes io.
func TestFinish(t *testing.T) {
	op := capability.Lookup("fs.exists")
	var fault *capability.Error
	for err, want := range map[error]capability.ErrorKind{
		syscall.EACCES: capability.Permission, syscall.ENOSPC: capability.IO, faultf(capability.Timeout, "x"): capability.IO,
	} {
		if !errors.As(finish(op, "/x", err), &fault) || fault.Why != want || fault.Op != op.Name || fault.Resource != "/x" {
			t.Errorf("%v becomes %+v", err, fault)
		}
	}
	for _, err := range []error{
		context.Canceled, fmt.Errorf("x: %w", context.DeadlineExceeded), &capability.LimitError{Limit: "output"}, &policy.Denied{Op: "x"}, &policy.Stop{Reason: "x"},
	} {
		if got := finish(op, "/x", err); got != err {
			t.Errorf("%v becomes %v", err, got)
		}
	}
	if finish(op, "/x", nil) != nil {
		t.Error("nothing becomes an error")
	}
}
