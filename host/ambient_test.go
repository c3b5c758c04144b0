package host

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"rex/capability"
	"rex/policy"
)

// notes is a Sink that keeps what it gets.
type notes struct {
	lines []string
	err   error
}

func (n *notes) Print(text string) error {
	n.lines = append(n.lines, "print "+text)
	return n.err
}

func (n *notes) Progress(done, total int64, text string) error {
	n.lines = append(n.lines, fmt.Sprintf("%d/%d %s", done, total, text))
	return nil
}

func (n *notes) Log(at time.Time, level, message string, fields *capability.Map) error {
	if time.Since(at).Abs() > time.Minute {
		return errors.New("logged at the wrong time")
	}
	n.lines = append(n.lines, level+" "+message+" "+strings.Join(fields.Keys, ","))
	return n.err
}

// The ambient operations need no permit.
func TestPrintAndLog(t *testing.T) {
	sink := &notes{}
	b := newBench(t, Config{Sink: sink}, `forbid (principal, action, resource);`)
	fields := capability.NewMap(capability.Any)
	fields.Put("files", integer(3))
	b.must("print", nil, str("hello"))
	b.must("log.info", with{"fields": fields}, str("cleaned"))
	b.must("log.error", nil, str("broken"))
	b.must("progress", nil, integer(3), integer(12), str("web-3"))
	b.fails(capability.Range, "progress", nil, integer(13), integer(12), str("x"))
	equal(t, "lines", sink.lines, []string{"print hello", "info cleaned files", "error broken ", "3/12 web-3"})
	newBench(t, Config{}).must("print", nil, str("to nobody"))
}

func TestOutputThatCantBeWrittenEndsTheRun(t *testing.T) {
	broken := errors.New("broken pipe")
	b := newBench(t, Config{Sink: &notes{err: broken}})
	_, err := b.do("print", nil, str("x"))
	var stop *policy.Stop
	if !errors.As(err, &stop) || !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

// D09: output is bounded, whatever it is made of.
func TestOutputIsBounded(t *testing.T) {
	limits := capability.DefaultLimits()
	limits.Output = 100
	sink := &notes{}
	b := limitedBench(t, Config{Sink: sink}, limits)
	b.must("print", nil, str(strings.Repeat("x", 50)))
	_, err := b.do("print", nil, str(strings.Repeat("x", 50)))
	wantLimit(t, err, "output")
	b = limitedBench(t, Config{Sink: sink}, limits)
	fields := capability.NewMap(capability.Any)
	fields.Put("k", capability.NewList(capability.String, str(strings.Repeat("x", 100))))
	_, err = b.do("log.warn", with{"fields": fields}, str(""))
	wantLimit(t, err, "output")
	if len(sink.lines) != 1 {
		t.Errorf("got %d lines", len(sink.lines))
	}
}

func wantLimit(t testing.TB, err error, name string) {
	t.Helper()
	var l *capability.LimitError
	if !errors.As(err, &l) || l.Limit != name {
		t.Errorf("got %v, want the limit %s", err, name)
	}
}

func TestTime(t *testing.T) {
	b := newBench(t, Config{})
	now := func() int64 { return int64(capability.ScalarBits(b.must("time.now", nil))) }
	first := now()
	if d := time.Since(time.Unix(0, first)); d.Abs() > time.Minute {
		t.Errorf("the clock is wrong by %s", d)
	}
	b.must("time.sleep", nil, lasting(20*time.Millisecond))
	if d := now() - first; d < 20e6 {
		t.Errorf("slept for %d ns", d)
	}
	b.fails(capability.Range, "time.sleep", nil, lasting(-1))
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, err := b.in(ctx, "time.sleep", nil, lasting(time.Hour)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}
