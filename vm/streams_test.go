package vm

import (
	"context"

	"rex/capability"
)

// lines is a stream of the host that counts how it is closed.
type lines struct {
	values []capability.Value
	err    error
	closed int
	next   func(ctx context.Context) error
}

func (*lines) Kind() capability.Kind { return capability.KindStream }

func (l *lines) Next(ctx context.Context) (capability.Value, bool, error) {
	if l.next != nil {
		if err := l.next(ctx); err != nil {
			return nil, false, err
		}
	}
	if len(l.values) == 0 {
		return nil, false, l.err
	}
	v := l.values[0]
	l.values = l.values[1:]
	return v, true, nil
}

func (l *lines) Close() error { l.closed++; return nil }
