package host

import (
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"rex/capability"
)

// program is what Resolve opened for exec.run. sealed is a copy that nobody
// can change, made when a policy reads the program's hash: what was hashed is
// what runs.
type program struct {
	*place
	sealed int // -1 when there is none
}

func (p *program) handle() int {
	if p.sealed >= 0 {
		return p.sealed
	}
	return p.fd
}

func resolveProgram(r *resolution) error {
	if err := r.followed("program", mustExist); err != nil {
		return err
	}
	t := &r.targets[0]
	p := &program{place: t.Handle.(*place), sealed: -1}
	t.Handle = p
	if r.want.SHA256 && t.Err == nil && isRegular(&p.st) {
		sum, fd, err := r.seal(p.place)
		if err != nil {
			t.Err = err
		} else {
			p.sealed = fd
			t.Facts.SHA256 = &sum
			r.onClose(func() { unix.Close(fd) })
		}
	}
	return r.followed("cwd", mustExist)
}

// runProgram does exec.run.
func runProgram(c *call) (capability.Value, error) {
	p, err := handle[*program](c, "program")
	if err != nil {
		return nil, err
	}
	cwd, err := handle[*place](c, "cwd")
	if err != nil {
		return nil, err
	}
	if !isDir(&cwd.st) {
		return nil, faultf(capability.WrongKind, "%s is %s; a program runs in a folder", show(cwd.path), article(&cwd.st))
	}
	if err := c.checkProgram(p); err != nil {
		return nil, err
	}
	x, err := newExecution(c, p, cwd)
	if err != nil {
		return nil, err
	}
	meter := c.grant.Meter()
	defer meter.Child(-1)
	if err := meter.Child(1); err != nil {
		return nil, err
	}
	done := make(chan error, 1)
	go func() { done <- x.run() }()
	if err := <-done; err != nil {
		return nil, err
	}
	return x.result()
}

// checkProgram looks at the first bytes: a #! line would start another
// program, about which nobody was asked.
func (c *call) checkProgram(p *program) error {
	f, err := c.openRegular(p.place, unix.O_RDONLY)
	if err != nil && kindOfError(err) == capability.Permission {
		return faultf(capability.Permission, "%s can't be read, so it can't be told whether it is a script for another program", show(p.path))
	}
	if err != nil {
		return err
	}
	defer f.Close()
	var head [256]byte
	n, err := f.readAt(head[:], 0)
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(head[:n]), "\n")
	line, script := strings.CutPrefix(first, "#!")
	if !script {
		return nil
	}
	return faultf(capability.WrongKind, "%s is a script for %s; run that program and pass it the script, so that both are asked", show(p.path), show(strings.TrimSpace(strings.ToValidUTF8(line, "\uFFFD"))))
}

// execution is one program at work.
type execution struct {
	*call
	program        *program
	cmd            *exec.Cmd
	stdout, stderr capped
	timeout        time.Duration
	elapsed        time.Duration
	over           chan struct{} // has something when there is too much output
	dead           atomic.Bool   // the group has been killed, its number may go to others
}

// afterExit is how long to wait for output when something that outlived its
// process group still holds the pipe.
const afterExit = 200 * time.Millisecond

func newExecution(c *call, p *program, cwd *place) (*execution, error) {
	x := &execution{call: c, program: p, timeout: c.duration("timeout"), over: make(chan struct{}, 2)}
	if x.timeout <= 0 {
		return nil, faultf(capability.Invalid, "timeout is not positive: %s", x.timeout)
	}
	if err := c.atLeastZero("max_output"); err != nil {
		return nil, faultf(capability.Invalid, "%s", err)
	}
	env, err := environment(c.dict("env"))
	if err != nil {
		return nil, err
	}
	args := append([]string{p.path}, c.list("args")...)
	for i, a := range args {
		if strings.IndexByte(a, 0) >= 0 {
			return nil, faultf(capability.Invalid, "argument %d holds a NUL", i)
		}
	}
	proc, err := c.system()
	if err != nil {
		return nil, err
	}
	most := min(c.int("max_output"), c.grant.Meter().ReadLimit())
	x.stdout, x.stderr = capped{most: most, over: x.over}, capped{most: most, over: x.over}
	// In the child /proc/self is the child, whose descriptors are copies of
	// ours until the program starts; then all but three are closed.
	x.cmd = &exec.Cmd{
		Path: proc.path(p.handle()), Args: args, Env: env, Dir: proc.path(cwd.fd),
		Stdout: &x.stdout, Stderr: &x.stderr, WaitDelay: afterExit,
		SysProcAttr: &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL},
	}
	if c.has("stdin") {
		x.cmd.Stdin = strings.NewReader(c.text("stdin"))
	}
	return x, nil
}

// environment is exactly what the script gives; it is never nil, which would
// mean our own.
func environment(m *capability.Map) ([]string, error) {
	env := make([]string, 0, len(m.Keys))
	for i, name := range m.Keys {
		value := capability.TextOf(m.At(i))
		if name == "" || strings.ContainsAny(name, "=\x00") {
			return nil, faultf(capability.Invalid, "%q is no name of a variable", name)
		}
		if strings.IndexByte(value, 0) >= 0 {
			return nil, faultf(capability.Invalid, "the variable %s holds a NUL", name)
		}
		env = append(env, name+"="+value)
	}
	return env, nil
}

// run starts the program and waits for it, on a thread of its own. The thread
// gives up gaining rights for good, the child inherits that, and the kernel
// kills the child when the thread ends, so the thread is not handed back: it
// ends with its goroutine.
func (x *execution) run() error {
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return faultf(capability.Unsupported, "can't keep programs from gaining rights: %s", err)
	}
	if err := closeOnExec(); err != nil {
		return faultf(capability.Unsupported, "can't keep descriptors from the program: %s", err)
	}
	if err := x.adopt(); err != nil {
		return err
	}
	begun := time.Now()
	if err := x.cmd.Start(); err != nil {
		return cant("run", x.program.path, err)
	}
	ended := make(chan struct{})
	guarded := make(chan error, 1)
	go func() { guarded <- x.guard(ended) }()
	waitExit(x.cmd.Process.Pid)
	x.kill() // what it left behind in its group
	x.dead.Store(true)
	left := x.endOrphans(x.cmd.Process.Pid)
	err := x.cmd.Wait()
	close(ended)
	x.elapsed = time.Since(begun)
	if cut := <-guarded; cut != nil {
		return cut
	}
	if left != nil {
		return left
	}
	var status *exec.ExitError
	if err != nil && !errors.As(err, &status) && !errors.Is(err, exec.ErrWaitDelay) {
		return cant("run", x.program.path, err)
	}
	return nil
}

// guard ends the process group when the time is up, the output too much, or
// the run over, and says which it was.
func (x *execution) guard(ended <-chan struct{}) error {
	deadline := time.NewTimer(x.timeout)
	defer deadline.Stop()
	select {
	case <-ended:
		if len(x.over) > 0 {
			return x.tooMuch()
		}
		return nil
	case <-x.over:
		x.kill()
		return x.tooMuch()
	case <-deadline.C:
		x.kill()
		return faultf(capability.Timeout, "%s did not end within %s and was killed; timeout allows more", show(x.program.path), x.timeout)
	case <-x.ctx.Done():
		x.kill()
		return x.ctx.Err()
	}
}

func (x *execution) tooMuch() error {
	if most := x.int("max_output"); x.stdout.most == most {
		return faultf(capability.TooLarge, "%s wrote more than %d bytes and was killed; max_output allows more", show(x.program.path), most)
	}
	return x.grant.Meter().TooLarge()
}

// kill ends the whole process group. Its leader has not been waited for yet,
// so the number is still theirs.
func (x *execution) kill() {
	if !x.dead.Load() {
		unix.Kill(-x.cmd.Process.Pid, unix.SIGKILL)
	}
}

// waitExit waits until the process has ended and leaves it to be waited for,
// so that its number is not given to another.
func waitExit(pid int) {
	for unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
	}
}

// closeOnExec marks every descriptor beyond the three, those too that this
// process has inherited, so that no program sees them.
func closeOnExec() error {
	return unix.CloseRange(3, ^uint(0)>>33, unix.CLOSE_RANGE_CLOEXEC)
}

// result is the outcome as the script gets it.
func (x *execution) result() (capability.Value, error) {
	state := x.cmd.ProcessState
	code := int64(state.ExitCode())
	ending := fmt.Sprintf("ended with status %d", code)
	if w, ok := state.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		code = 128 + int64(w.Signal()) // as a shell tells it
		ending = "was ended by the signal " + w.Signal().String()
	}
	stdout, stderr := x.stdout.text(), x.stderr.text()
	if code != 0 && x.bool("check") {
		err := faultf(capability.ExitStatus, "%s %s%s", show(x.program.path), ending, lastLine(stderr))
		err.Code, err.Stderr = &code, &stderr
		return nil, err
	}
	r := capability.NewRecord(capability.ExecResult).
		With("code", capability.IntValue(code)).
		With("stdout", capability.StringValue(stdout)).
		With("stderr", capability.StringValue(stderr)).
		With("elapsed", capability.DurationValue(x.elapsed))
	r.Frozen = true
	return r, nil
}

// lastLine is the end of what a program complained about, for a message.
func lastLine(stderr string) string {
	s := strings.TrimSpace(stderr)
	s = s[strings.LastIndexByte(s, '\n')+1:]
	if s == "" {
		return ""
	}
	if len(s) > 200 {
		s = strings.ToValidUTF8(s[:200], "") + "…"
	}
	return ": " + s
}

// capped keeps output up to a bound and drops the rest, so that a program
// that writes on is not held up before it is killed.
type capped struct {
	buf  []byte
	most int64
	over chan struct{}
	full bool
}

func (c *capped) Write(b []byte) (int, error) {
	room := c.most - int64(len(c.buf))
	c.buf = append(c.buf, b[:min(int64(len(b)), room)]...)
	if int64(len(b)) > room && !c.full {
		c.full = true
		c.over <- struct{}{}
	}
	return len(b), nil
}

func (c *capped) text() string { return strings.ToValidUTF8(string(c.buf), "\uFFFD") }
