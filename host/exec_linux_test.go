package host

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"rex/capability"
)

// The programs that exec.run starts in these tests are this test's own binary
// in other roles: a machine with Go alone has no others to count on.
func TestMain(m *testing.M) {
	if role := os.Getenv("ROLE"); role != "" {
		os.Exit(play(role, os.Args[1:]))
	}
	os.Exit(m.Run())
}

func play(role string, args []string) int {
	switch role {
	case "arguments":
		for _, a := range os.Args {
			fmt.Printf("[%s]", a)
		}
	case "environment":
		for _, e := range os.Environ() {
			fmt.Println(e)
		}
	case "descriptors":
		all, _ := os.ReadDir("/proc/self/fd")
		for _, e := range all {
			if target, err := os.Readlink("/proc/self/fd/" + e.Name()); err == nil {
				fmt.Println(e.Name(), target)
			}
		}
	case "rights":
		text, _ := os.ReadFile("/proc/self/status")
		for line := range strings.Lines(string(text)) {
			if strings.HasPrefix(line, "NoNewPrivs") {
				fmt.Print(line)
			}
		}
	case "input":
		buf := make([]byte, 100)
		n, _ := os.Stdin.Read(buf)
		fmt.Printf("%d %s", n, buf[:n])
	case "folder":
		dir, _ := os.Getwd()
		fmt.Print(dir)
	case "fail":
		fmt.Fprintln(os.Stderr, "first\nlast words")
		return 3
	case "die":
		unix.Kill(os.Getpid(), unix.SIGTERM)
		time.Sleep(time.Hour)
	case "flood":
		for {
			if _, err := os.Stdout.Write(make([]byte, 1<<16)); err != nil {
				return 1
			}
		}
	case "both":
		os.Stdout.Write([]byte(strings.Repeat("o", 300<<10)))
		os.Stderr.Write([]byte(strings.Repeat("e", 300<<10)))
	case "sleep":
		time.Sleep(time.Hour)
	case "leave":
		// A grandchild that keeps our standard output and outlives us.
		attr := &os.ProcAttr{Env: []string{"ROLE=sleep"}, Files: []*os.File{nil, os.Stdout, os.Stderr}}
		p, err := os.StartProcess("/proc/self/exe", []string{"left"}, attr)
		if err != nil {
			return 1
		}
		fmt.Println(p.Pid)
	}
	return 0
}

// self is this test's binary.
func self(t testing.TB) capability.Value {
	t.Helper()
	exe, err := os.Executable()
	ok(t, err)
	exe, err = filepath.EvalSymlinks(exe)
	ok(t, err)
	return path(exe)
}

func role(name string) *capability.Map { return dict("ROLE", name) }

// B01: an argument is one argument, whatever it holds.
func TestRunPassesArgumentsAsTheyAre(t *testing.T) {
	b := newBench(t, Config{})
	args := []string{"; rm -rf /", "$(id)", "`id`", "a\nb", "", "-x", "*"}
	r := b.must("exec.run", with{"env": role("arguments")}, self(t), texts(args...))
	want := "[" + capability.TextOf(self(t)) + "][" + strings.Join(args, "][") + "]"
	if field(t, r, "stdout") != want {
		t.Errorf("got %q, want %q", field(t, r, "stdout"), want)
	}
	b.fails(capability.Invalid, "exec.run", nil, self(t), texts("a\x00b"))
}

// B07, B09: the environment is exactly what is given.
func TestRunGivesItsEnvironmentOnly(t *testing.T) {
	t.Setenv("SECRET", "hunter2")
	b := newBench(t, Config{})
	env := role("environment")
	env.Put("A", str("x=y"))
	r := b.must("exec.run", with{"env": env}, self(t))
	if field(t, r, "stdout") != "ROLE=environment\nA=x=y\n" {
		t.Errorf("got %q", field(t, r, "stdout"))
	}
	for _, bad := range []*capability.Map{dict("A=B", "x"), dict("", "x"), dict("A\x00", "x"), dict("A", "x\x00y")} {
		b.fails(capability.Invalid, "exec.run", with{"env": bad}, self(t))
	}
}

// B10: no descriptor is inherited but the three, not even one that this
// process got without the flag.
func TestRunClosesDescriptors(t *testing.T) {
	leaked, err := unix.Open("/etc/passwd", unix.O_RDONLY, 0)
	ok(t, err)
	defer unix.Close(leaked)
	b := newBench(t, Config{})
	out := field(t, b.must("exec.run", with{"env": role("descriptors")}, self(t)), "stdout")
	for line := range strings.Lines(out) {
		n, target, _ := strings.Cut(strings.TrimSpace(line), " ")
		if n > "2" && !ofRuntime(target) {
			t.Errorf("the program has descriptor %s: %s", n, target)
		}
	}
	if !strings.HasPrefix(out, "0 /dev/null\n1 pipe:") {
		t.Errorf("standard input and output are %q", out)
	}
}

// ofRuntime reports what Go's own runtime opens in a program.
func ofRuntime(target string) bool {
	for _, p := range []string{"anon_inode:", "/proc/", "/sys/fs/cgroup/"} {
		if strings.HasPrefix(target, p) {
			return true
		}
	}
	return false
}

// B11: no program gains rights.
func TestRunDropsTheGainingOfRights(t *testing.T) {
	b := newBench(t, Config{})
	r := b.must("exec.run", with{"env": role("rights")}, self(t))
	if strings.Fields(field(t, r, "stdout"))[1] != "1" {
		t.Errorf("got %q", field(t, r, "stdout"))
	}
}

func TestRunStdinAndFolder(t *testing.T) {
	dir := folderWith(t, "file", "")
	b := newBench(t, Config{})
	for given, want := range map[capability.Value]string{nil: "0 ", str("héllo"): "6 héllo"} {
		if r := b.must("exec.run", with{"env": role("input"), "stdin": given}, self(t)); field(t, r, "stdout") != want {
			t.Errorf("got %q, want %q", field(t, r, "stdout"), want)
		}
	}
	if r := b.must("exec.run", with{"env": role("folder"), "cwd": path(dir)}, self(t)); field(t, r, "stdout") != dir {
		t.Errorf("ran in %q", field(t, r, "stdout"))
	}
	if r := b.must("exec.run", with{"env": role("folder")}, self(t)); field(t, r, "stdout") != "/" {
		t.Errorf("ran in %q", field(t, r, "stdout"))
	}
	b.fails(capability.WrongKind, "exec.run", with{"cwd": path(dir + "/file")}, self(t))
	b.fails(capability.NotFound, "exec.run", with{"cwd": path(dir + "/none")}, self(t))
}

func TestRunStatus(t *testing.T) {
	b := newBench(t, Config{})
	e := b.fails(capability.ExitStatus, "exec.run", with{"env": role("fail")}, self(t))
	if e.Code == nil || *e.Code != 3 || e.Stderr == nil || *e.Stderr != "first\nlast words\n" || !strings.Contains(e.Message, "status 3: last words") {
		t.Errorf("got %+v", e)
	}
	r := b.must("exec.run", with{"env": role("fail"), "check": truth(false)}, self(t))
	if number(t, r, "code") != 3 || field(t, r, "stderr") != "first\nlast words\n" || number(t, r, "elapsed") <= 0 {
		t.Errorf("got %v", r)
	}
	e = b.fails(capability.ExitStatus, "exec.run", with{"env": role("die")}, self(t))
	if *e.Code != 128+15 || !strings.Contains(e.Message, "signal") {
		t.Errorf("got %+v", e)
	}
}

// D10: a flood on both pipes, a program that never ends, a grandchild that
// keeps the pipe: none of them holds the run up.
func TestRunIsBounded(t *testing.T) {
	b := newBench(t, Config{})
	r := b.must("exec.run", with{"env": role("both")}, self(t))
	if len(field(t, r, "stdout")) != 300<<10 || len(field(t, r, "stderr")) != 300<<10 {
		t.Errorf("got %d and %d bytes", len(field(t, r, "stdout")), len(field(t, r, "stderr")))
	}
	returns(func() {
		e := b.fails(capability.TooLarge, "exec.run", with{"env": role("flood"), "max_output": size(1000)}, self(t))
		if !strings.Contains(e.Message, "max_output") {
			t.Errorf("the failure does not name the option: %s", e.Message)
		}
	})
	returns(func() {
		e := b.fails(capability.Timeout, "exec.run", with{"env": role("sleep"), "timeout": lasting(50 * time.Millisecond)}, self(t))
		if !strings.Contains(e.Message, "timeout") {
			t.Errorf("the failure does not name the option: %s", e.Message)
		}
	})
	returns(func() {
		r := b.must("exec.run", with{"env": role("leave")}, self(t))
		var pid int
		if _, err := fmt.Sscan(field(t, r, "stdout"), &pid); err != nil {
			t.Fatal(err)
		}
		for range 100 { // it has been killed and is gone as soon as its parent's heir has seen it
			if alive, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); len(alive) == 0 || strings.Contains(string(alive), ") Z ") {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Error("a child outlived its program")
	})
	returns(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		_, err := b.in(ctx, "exec.run", with{"env": role("sleep")}, self(t))
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the end of the run gave %v", err)
		}
	})
}

// returns ends the tests with everybody's stack where f hangs: no bound on how
// long f may take, which a busy machine would break.
func returns(f func()) {
	hangs := time.AfterFunc(time.Minute, func() { panic("it hangs") })
	defer hangs.Stop()
	f()
}

func TestRunChargesChildren(t *testing.T) {
	limits := capability.DefaultLimits()
	limits.Children = 0
	b := limitedBench(t, Config{}, limits)
	_, err := b.do("exec.run", with{"env": role("folder")}, self(t))
	isLimit(t, err, "children")
}

// B06: what has no folder, or is no program, does not run.
func TestRunRefusesWhatIsNoProgram(t *testing.T) {
	dir := folderWith(t, "tool", "#!/bin/sh -e\necho ran\n", "data", "hello", "locked", "x")
	ok(t, os.Chmod(dir+"/tool", 0o755))
	ok(t, os.Chmod(dir+"/data", 0o755))
	b := newBench(t, Config{})
	e := b.fails(capability.WrongKind, "exec.run", nil, path(dir+"/tool"))
	if !strings.Contains(e.Message, "/bin/sh") {
		t.Errorf("the failure does not name the interpreter: %s", e.Message)
	}
	b.fails(capability.Invalid, "exec.run", nil, path(dir+"/data"))
	b.fails(capability.Permission, "exec.run", nil, path(dir+"/locked"))
	b.fails(capability.NotFound, "exec.run", nil, path(dir+"/none"))
	b.fails(capability.WrongKind, "exec.run", nil, path(dir))
	// There is no PATH.
	_, err := b.do("exec.run", nil, path("ls"))
	if kind, _ := explain(err); kind != capability.Invalid {
		t.Errorf("a program without a folder gives %v", err)
	}
	b.fails(capability.Invalid, "exec.run", with{"timeout": lasting(0)}, self(t))
}

// B03: the program that was looked at runs, whatever has its name by then.
func TestRunByHandle(t *testing.T) {
	b := newBench(t, Config{})
	dir := folderWith(t)
	copyFile(t, capability.TextOf(self(t)), dir+"/prog")
	op := capability.Lookup("exec.run")
	args := make([]capability.Value, len(op.Params))
	for i, p := range op.Params {
		args[i] = p.Default
	}
	args[0] = path(dir + "/prog")
	args[op.Param("env")] = role("arguments")
	swap := swapping{Machine: b.machine, before: func() {
		ok(t, os.Rename(dir+"/prog", dir+"/old"))
		ok(t, os.Symlink("/nowhere", dir+"/prog"))
	}}
	b.gate = gateFor(t, &swap)
	v, err := b.gate.Do(context.Background(), siteOf(op), op, args)
	ok(t, err)
	if field(t, v, "stdout") != "["+dir+"/prog]" {
		t.Errorf("got %v", v)
	}
}

// B04: where a policy reads the hash, a sealed copy of what was hashed runs,
// even when the file itself is written over.
func TestRunSealed(t *testing.T) {
	dir := folderWith(t)
	copyFile(t, capability.TextOf(self(t)), dir+"/prog")
	sum := sha256Of(t, dir+"/prog")
	pinned := permitAll + `
		forbid (principal, action == file_system::Action::"execute", resource)
		unless { resource has sha256 && resource.sha256 == "` + sum + `" };`
	b := newBench(t, Config{}, pinned)
	r := b.must("exec.run", with{"env": role("folder")}, path(dir+"/prog"))
	if field(t, r, "stdout") != "/" {
		t.Errorf("got %v", r)
	}
	swap := swapping{Machine: b.machine, before: func() { put(t, dir+"/prog", "#!/bin/sh\necho evil\n") }}
	b.gate = gateFor(t, &swap, pinned)
	if v, err := b.do("exec.run", with{"env": role("folder")}, path(dir+"/prog")); err == nil && field(t, v, "stdout") != "/" {
		t.Errorf("what was not hashed ran: %v", v)
	}
	ok(t, os.Chmod(dir+"/prog", 0o755))
	b.gate = gateFor(t, b.machine, pinned)
	b.denied("exec.run", nil, path(dir+"/prog"))
}
