package host

import (
	"errors"

	"golang.org/x/sys/unix"

	"rex/capability"
	"rex/policy"
)

// signals are the words of process.signal.
var signals = map[string]unix.Signal{
	"TERM": unix.SIGTERM, "KILL": unix.SIGKILL, "QUIT": unix.SIGQUIT, "INT": unix.SIGINT, "HUP": unix.SIGHUP,
	"USR1": unix.SIGUSR1, "USR2": unix.SIGUSR2, "STOP": unix.SIGSTOP, "CONT": unix.SIGCONT,
}

// running is a process that is held: its pidfd stands for it alone.
type running struct{ pidfd int }

// resolveProcess holds the process first and reads its attributes afterwards.
// When it is still there after that, they are its own.
func resolveProcess(r *resolution) error {
	proc, err := r.system()
	if err != nil {
		return err
	}
	t := policy.Target{Param: "process"}
	h, p, err := r.hold(proc)
	switch {
	case err != nil:
		t.Err = err
	default:
		t.Handle, t.Facts = h, r.processFacts(p)
	}
	r.add(t)
	return nil
}

func (r *resolution) hold(proc *procfs) (*running, *process, error) {
	ref, ok := r.value("process").(*capability.Record)
	if !ok {
		return nil, nil, faultf(capability.Invalid, "no process is given")
	}
	pid := int64(capability.ScalarBits(ref.Lookup("pid")))
	gone := faultf(capability.NotFound, "there is no process %d", pid)
	if pid <= 0 || pid > 1<<30 {
		return nil, nil, gone
	}
	fd, err := unix.PidfdOpen(int(pid), 0)
	switch {
	case errors.Is(err, unix.ESRCH), errors.Is(err, unix.EINVAL): // EINVAL: a thread
		return nil, nil, gone
	case err != nil:
		return nil, nil, faultf(kindOfError(err), "can't hold process %d: %s", pid, err)
	}
	r.onClose(func() { unix.Close(fd) })
	p, err := proc.process(int(pid))
	if err != nil && isGone(err) || err == nil && unix.PidfdSendSignal(fd, 0, nil, 0) == unix.ESRCH {
		return nil, nil, gone
	}
	if err != nil {
		return nil, nil, err
	}
	if started := ref.Lookup("started"); started != nil && int64(capability.ScalarBits(started)) != p.started {
		return nil, nil, faultf(capability.NotFound, "process %d has ended; another one has its number now", pid)
	}
	return &running{fd}, p, nil
}

func kindOfError(err error) capability.ErrorKind {
	kind, _ := explain(err)
	return kind
}

// signalProcess does process.signal.
func signalProcess(c *call) (capability.Value, error) {
	h, err := handle[*running](c, "process")
	if err != nil {
		return nil, err
	}
	word := c.text("signal")
	number, ok := signals[word]
	if !ok {
		return nil, faultf(capability.IO, "there is no signal %s", word)
	}
	if err := unix.PidfdSendSignal(h.pidfd, number, nil, 0); err != nil {
		return nil, faultf(kindOfError(err), "can't send %s: %s", word, err)
	}
	return nil, nil
}
