package library

import (
	"rex/capability"
)

// What an error says.
var errorRows = []spec{
	{380, "(e: error).kind -> kind", ErrorKindOf, absent, errorKind,
		"Its kind.", `fail("no disk") catch |e| e.kind // "failed"`},
	{381, "(e: error).message -> string", Unknown, absent, errorMessage,
		"What happened, for people.", `fail("no disk") catch |e| e.message // "no disk"`},
	{382, "(e: error).op -> string?", Unknown, absent, errorOp,
		"The operation that failed, nil for anything else.", `fs.read("/etc/hosts") catch |e| e.op ?? "" // "fs.read"`},
	{383, "(e: error).resource -> string?", Unknown, absent, errorResource,
		"What the operation was about.", `fs.read("/etc/hosts") catch |e| e.resource ?? "" // "/etc/hosts"`},
	{384, "(e: error).position -> string", Unknown, absent, errorPosition,
		"Where in the source it happened.", `fail("no disk") catch |e| e.position // "example.rex:1:1"`},
	{385, "(e: error).code -> int?", Unknown, absent, errorCode,
		"The exit or HTTP status.", `exec.run("/bin/false") catch |e| e.code // nil`},
	{386, "(e: error).stderr -> string?", Unknown, absent, errorStderr,
		"What a program wrote to standard error.", `fail("no disk") catch |e| e.stderr // nil`},
	{387, "(e: error).policies -> list[string]", Unknown, absent, errorPolicies,
		"The policies that decided a denial.", `fs.read("/etc/hosts") catch |e| e.policies // []`},
	{388, "(e: error).values -> map[any]", Unknown, absent, errorValues,
		"The named values of fail.", `fail("no disk", free: 1MB) catch |e| e.values // {"free":1000000}`},
	{389, "(e: error).cause -> error?", Unknown, absent, errorCause,
		"The error it wraps.", `(fail("inner") catch |e| fail("outer", cause: e)) catch |e| e.cause // inner`},
}

func (c *Call) error(i int) (*capability.Error, error) {
	if e, ok := c.R[i].(*capability.Error); ok && e != nil {
		return e, nil
	}
	return nil, zeroValue("error")
}

func errorKind(c *Call) error {
	e, err := c.error(0)
	if err == nil {
		c.OutT = e.Why.String()
	}
	return err
}

func errorMessage(c *Call) error {
	e, err := c.error(0)
	if err == nil {
		c.OutT = e.Message
	}
	return err
}

func errorPosition(c *Call) error {
	e, err := c.error(0)
	if err == nil {
		c.OutT = e.Position
	}
	return err
}

// optionalText gives a text that may be absent.
func (c *Call) optionalText(of func(e *capability.Error) (s string, present bool)) error {
	e, err := c.error(0)
	if err != nil {
		return err
	}
	if s, ok := of(e); ok {
		c.OutR = capability.StringValue(s)
	}
	return nil
}

func errorOp(c *Call) error {
	return c.optionalText(func(e *capability.Error) (string, bool) { return e.Op, e.Op != "" })
}

func errorResource(c *Call) error {
	return c.optionalText(func(e *capability.Error) (string, bool) { return capability.ShowPath(e.Resource), e.Resource != "" })
}

func errorStderr(c *Call) error {
	return c.optionalText(func(e *capability.Error) (string, bool) {
		if e.Stderr == nil {
			return "", false
		}
		return *e.Stderr, true
	})
}

func errorCode(c *Call) error {
	e, err := c.error(0)
	if err == nil && e.Code != nil {
		c.OutR = capability.IntValue(*e.Code)
	}
	return err
}

func errorPolicies(c *Call) error {
	e, err := c.error(0)
	if err != nil {
		return err
	}
	if err := c.builds(len(e.Policies), capability.String); err != nil {
		return err
	}
	c.OutR = policyList(e)
	return nil
}

// errorValues never gives a zero reference: an error without values has an
// empty, frozen map of them.
func errorValues(c *Call) error {
	e, err := c.error(0)
	if err != nil {
		return err
	}
	if e.Values == nil {
		m := capability.NewMap(capability.Any)
		m.Frozen = true
		c.OutR = m
		return c.memory(containerBytes)
	}
	c.OutR = e.Values
	return nil
}

func errorCause(c *Call) error {
	e, err := c.error(0)
	if err == nil && e.Cause != nil {
		c.OutR = e.Cause
	}
	return err
}

// errorNew copies the values, so that changing them later doesn't change what
// the error says.
func errorNew(c *Call) error {
	values, err := c.mapping(1)
	if err != nil {
		return err
	}
	w := newWalk(c.Meter)
	copied, err := w.copy(values)
	if err != nil {
		return err
	}
	if err := Freeze(copied); err != nil {
		return err
	}
	e := capability.Fault(capability.Failed, c.T[0])
	e.Values = copied.(*capability.Map)
	if cause, ok := c.R[2].(*capability.Error); ok {
		e.Cause = cause
	}
	c.OutR = e
	return w.flush()
}

func errorCaused(c *Call) error {
	if err := errorMake(c); err != nil {
		return err
	}
	if cause, ok := c.R[2].(*capability.Error); ok {
		c.OutR.(*capability.Error).Cause = cause
	}
	return nil
}

func errorMake(c *Call) error {
	k, ok := capability.ErrorKindNamed(c.T[0])
	if !ok {
		k = capability.Failed
	}
	c.OutR = capability.Fault(k, c.T[1])
	return nil
}
