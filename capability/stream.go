package capability

import "context"

// Stream is a value that arrives while it is read: the result of an operation
// such as fs.lines. It holds a handle of the host until it is closed.
type Stream interface {
	Value
	// Next gives the next element. At the end ok is false. err is an *Error a
	// script can catch, or an error that ends the run.
	Next(ctx context.Context) (v Value, ok bool, err error)
	Close() error
}
