package host

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"rex/capability"
)

// sleeper starts this test's binary as a process that sleeps.
func sleeper(t testing.TB, arg string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	ok(t, err)
	cmd := exec.Command(exe, arg)
	cmd.Env = []string{"ROLE=sleep"}
	ok(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return cmd
}

// settled waits until the process runs its own program.
func settled(t testing.TB, pid int) {
	t.Helper()
	for range 200 {
		if exe, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid)); err == nil && exe == capability.TextOf(self(t)) {
			if cmdline, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid)); len(cmdline) > 0 {
				return
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("the process does not start")
}

func TestProcessList(t *testing.T) {
	cmd := sleeper(t, "rex-test-1043")
	settled(t, cmd.Process.Pid)
	b := newBench(t, Config{})
	got := b.must("process.list", with{"command": capability.RegexValue(`rex-test-1043$`)}).(*capability.List)
	if got.Len() != 1 {
		t.Fatalf("found %d", got.Len())
	}
	p := got.At(0)
	if number(t, p, "pid") != int64(cmd.Process.Pid) || number(t, p, "parent") != int64(os.Getpid()) || field(t, p, "user") == "" ||
		lookup(t, p, "executable") != self(t) || number(t, p, "memory") <= 0 {
		t.Errorf("got %v", p)
	}
	if started := time.Unix(0, number(t, p, "started")); time.Since(started).Abs() > time.Minute {
		t.Errorf("started %s", started)
	}
	for _, opts := range []with{
		{"executable": self(t), "command": capability.RegexValue(`rex-test-1043$`)},
		{"name": str(field(t, p, "name")), "command": capability.RegexValue(`rex-test-1043$`)},
		{"user": str(field(t, p, "user")), "command": capability.RegexValue(`rex-test-1043$`)},
	} {
		if n := b.must("process.list", opts).(*capability.List).Len(); n != 1 {
			t.Errorf("%v finds %d", opts, n)
		}
	}
	// A name is exact, never a part of one.
	name := field(t, p, "name")
	if n := b.must("process.list", with{"name": str(name[:len(name)-1])}).(*capability.List).Len(); n != 0 {
		t.Errorf("a part of the name finds %d", n)
	}
	if n := b.must("process.list", nil).(*capability.List).Len(); n < 2 {
		t.Errorf("all processes are %d", n)
	}
}

func TestProcessListLeavesOutWhatIsDenied(t *testing.T) {
	cmd := sleeper(t, "rex-test-1044")
	settled(t, cmd.Process.Pid)
	only := fmt.Sprintf(`permit (principal, action, resource) when { resource has pid && resource.pid == %d };`, cmd.Process.Pid)
	b := newBench(t, Config{}, only)
	got := b.must("process.list", nil).(*capability.List)
	if got.Len() != 1 || number(t, got.At(0), "pid") != int64(cmd.Process.Pid) {
		t.Errorf("found %d", got.Len())
	}
	if b.gate.RefusedCount() == 0 {
		t.Error("nothing was counted as refused")
	}
}

// ref names a process as process.signal takes it.
func ref(pid int64, started capability.Value) *capability.Record {
	r := capability.NewRecord(capability.ProcessRef).With("pid", integer(pid))
	if started != nil {
		r.With("started", started)
	}
	return r
}

// B13: a signal reaches the process that was looked at, or none.
func TestProcessSignal(t *testing.T) {
	cmd := sleeper(t, "rex-test-1045")
	settled(t, cmd.Process.Pid)
	b := newBench(t, Config{})
	p := b.must("process.list", with{"command": capability.RegexValue(`rex-test-1045$`)}).(*capability.List).At(0)
	pid, started := number(t, p, "pid"), lookup(t, p, "started")
	// A process that got the number later is another one.
	later := capability.TimeValue(int64(capability.ScalarBits(started)) + 1e7)
	b.fails(capability.NotFound, "process.signal", nil, ref(pid, later), str("KILL"))
	if err := cmd.Process.Signal(syscall.Signal(0)); err != nil {
		t.Fatal("the wrong process was ended")
	}
	b.must("process.signal", nil, ref(pid, started), str("TERM"))
	state, err := cmd.Process.Wait()
	ok(t, err)
	if w := state.Sys().(syscall.WaitStatus); !w.Signaled() || w.Signal() != syscall.SIGTERM {
		t.Errorf("ended by %v", state)
	}
	for _, none := range []int64{pid, 0, -1, 1 << 40} {
		b.fails(capability.NotFound, "process.signal", nil, ref(none, nil), str("TERM"))
	}
}

// The attributes that a policy reads are those of the process that is held.
func TestProcessSignalIsJudgedByItsAttributes(t *testing.T) {
	cmd := sleeper(t, "rex-test-1046")
	settled(t, cmd.Process.Pid)
	exe := capability.TextOf(self(t))
	b := newBench(t, Config{}, permitAll+`forbid (principal, action == process_system::Action::"kill", resource)
		when { resource has executable && resource.executable == "`+exe+`" };`)
	b.denied("process.signal", nil, ref(int64(cmd.Process.Pid), nil), str("KILL"))
	b.must("process.signal", nil, ref(int64(cmd.Process.Pid), nil), str("HUP")) // asks interrupt, not kill
}

func TestParseStat(t *testing.T) {
	text := "12 (a) b) (c) S 7 12 12 0 -1 4194560 1 2 3 4 250 50 0 0 20 0 1 0 1000 4096 25 18446744073709551615 0"
	p, err := parseStat(text, 5e9)
	ok(t, err)
	want := process{pid: 12, parent: 7, name: "a) b) (c", state: "sleeping", started: 15e9, memory: int64(25 * os.Getpagesize()), cpu: 3 * time.Second}
	if *p != want {
		t.Errorf("got %+v, want %+v", *p, want)
	}
	for _, bad := range []string{"", "12", "12 (x", "12 (x) S 1", ") (", "x (y) S 7 12 12 0 -1 4194560 1 2 3 4 250 50 0 0 20 0 1 0 1000 4096 25"} {
		if _, err := parseStat(bad, 0); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}

func TestSignalsAreTheRowsWords(t *testing.T) {
	op := capability.Lookup("process.signal")
	words := op.Params[op.Param("signal")].Type.Words
	for _, w := range words {
		if signals[w] == 0 {
			t.Errorf("no number for %s", w)
		}
	}
	if len(words) != len(signals) {
		t.Errorf("%d words, %d numbers", len(words), len(signals))
	}
}

func TestSys(t *testing.T) {
	b := newBench(t, Config{Environ: []string{"A=1=2", "A=second", "EMPTY=", "BAD=\xff"}})
	var u unix.Utsname
	ok(t, unix.Uname(&u))
	if r := b.must("sys.uname", nil); field(t, r, "kernel") != "Linux" || field(t, r, "release") != unix.ByteSliceToString(u.Release[:]) {
		t.Errorf("got %v", r)
	}
	m := b.must("sys.memory", nil)
	if total := number(t, m, "total"); total <= 0 || number(t, m, "used")+number(t, m, "available") != total {
		t.Errorf("got %v", m)
	}
	for name, want := range map[string]capability.Value{"A": str("1=2"), "EMPTY": str(""), "B": nil, "BAD": str("\ufffd")} {
		if v := b.must("sys.env", nil, str(name)); v != want {
			t.Errorf("%s is %v, want %v", name, v, want)
		}
	}
	t.Setenv("OURS", "x")
	if v := b.must("sys.env", nil, str("OURS")); v != nil {
		t.Errorf("a variable that the Machine was not given is %v", v)
	}
	b.fails(capability.Invalid, "sys.env", nil, str("A=1"))
	b.fails(capability.Invalid, "sys.env", nil, str(""))
}
