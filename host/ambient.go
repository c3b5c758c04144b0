package host

import (
	"strings"
	"time"

	"rex/capability"
	"rex/policy"
)

// now is the wall clock when the run began plus the time that has passed
// since, so that differences are true even when the clock is set.
func now(c *call) (capability.Value, error) {
	return capability.TimeValue(c.clock().UnixNano()), nil
}

func (m *Machine) clock() time.Time { return m.start.Add(time.Since(m.start)) }

func sleep(c *call) (capability.Value, error) {
	d := c.duration("duration")
	if d < 0 {
		return nil, faultf(capability.Range, "can't sleep for %s", d)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil, nil
	case <-c.ctx.Done():
		return nil, c.ctx.Err()
	}
}

func printValue(c *call) (capability.Value, error) {
	text := c.text("value")
	if err := c.grant.Meter().Output(int64(len(text)) + 1); err != nil {
		return nil, err
	}
	if c.config.Sink == nil {
		return nil, nil
	}
	return nil, unwritten(c.config.Sink.Print(text))
}

func showProgress(c *call) (capability.Value, error) {
	done, total, text := c.int("done"), c.int("total"), c.text("text")
	if done < 0 || total < done {
		return nil, faultf(capability.Range, "%d of %d is no progress", done, total)
	}
	if err := c.grant.Meter().Output(int64(len(text)) + 1); err != nil {
		return nil, err
	}
	if c.config.Sink == nil {
		return nil, nil
	}
	return nil, unwritten(c.config.Sink.Progress(done, total, text))
}

func logMessage(c *call) (capability.Value, error) {
	level := strings.TrimPrefix(c.op.Name, "log.")
	message, fields := c.text("message"), c.dict("fields")
	if err := c.grant.Meter().Output(int64(len(message)) + weight(fields, 0) + 1); err != nil {
		return nil, err
	}
	if c.config.Sink == nil {
		return nil, nil
	}
	return nil, unwritten(c.config.Sink.Log(c.clock(), level, message, fields))
}

// unwritten ends the run when its output can't be written: no script can do
// anything about it.
func unwritten(err error) error {
	if err == nil {
		return nil
	}
	return &policy.Stop{Reason: "the output can't be written", Err: err}
}

// maxWeight is where weighing ends: more than any limit of output, so that a
// value whose parts are shared many times over is refused and not walked.
const maxWeight = 1 << 26

// weight is about how many bytes a value takes when it is written, at most
// some more than maxWeight.
func weight(v capability.Value, depth int) int64 {
	if depth > capability.MaxValueDepth {
		return 0
	}
	n := int64(8)
	switch v := v.(type) {
	case *capability.List:
		for i := 0; i < v.Len() && n <= maxWeight; i++ {
			n += weight(v.At(i), depth+1)
		}
	case *capability.Map:
		for i := 0; i < len(v.Keys) && n <= maxWeight; i++ {
			n += int64(len(v.Keys[i])) + weight(v.At(i), depth+1)
		}
	case *capability.Record:
		for i, f := range v.Type.Fields {
			if n > maxWeight {
				break
			}
			n += int64(len(f.Name)) + weight(v.Field(i), depth+1)
		}
	default:
		n += int64(len(capability.TextOf(v)))
	}
	return n
}
