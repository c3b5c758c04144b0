package host

import (
	"fmt"

	"rex/capability"
)

// faultf makes a failure of a kind.
func faultf(kind capability.ErrorKind, format string, args ...any) *capability.Error {
	return capability.Fault(kind, fmt.Sprintf(format, args...))
}

// show writes a path or other name into a message.
func show(name string) string { return capability.Printable(capability.ShowPath(name)) }

// cant is the failure of the system at doing something to a named thing.
func cant(doing, name string, err error) error {
	kind, why := explain(err)
	return faultf(kind, "can't %s %s: %s", doing, show(name), why)
}

// systemFault is the failure of the system at an operation as a whole.
func systemFault(err error, op string) *capability.Error {
	kind, why := explain(err)
	return faultf(kind, "%s: %s", op, why)
}
