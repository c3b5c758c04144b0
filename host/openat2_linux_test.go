package host

import (
	"reflect"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"rex/capability"
)

// withoutOpenat2 runs f on a thread to which the kernel denies openat2, as
// containers with an old filter do; the thread ends with it.
func withoutOpenat2(t *testing.T, f func()) {
	t.Helper()
	const number, allow = 437, 0x7fff0000 // of openat2, the same on every machine; SECCOMP_RET_ALLOW
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0}, // the call's number
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: number, Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: 0x00050000 | uint32(unix.EPERM)}, // SECCOMP_RET_ERRNO
		{Code: unix.BPF_RET | unix.BPF_K, K: allow},
	}
	refused := make(chan error)
	go func() {
		runtime.LockOSThread()
		program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
		err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
		if err == nil {
			err = unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, reflect.ValueOf(&program).Pointer(), 0, 0)
		}
		if err == nil {
			defer close(refused)
			f()
			return
		}
		refused <- err
	}()
	if err := <-refused; err != nil {
		t.Skipf("needs seccomp: %v", err)
	}
}

// K03: where openat2 is taken away nothing is opened, by no weaker way either.
func TestWithoutOpenat2(t *testing.T) {
	_, dir := arena(t)
	withoutOpenat2(t, func() {
		for _, op := range capability.Table() {
			if op.Module() != "fs" && op.Name != "exec.run" || len(op.Params) == 0 {
				continue
			}
			required := []capability.Value{path(dir + "/ok/a")}
			for _, p := range op.Params[1:] {
				if !p.Optional {
					required = append(required, anyValue(p.Type, path(dir+"/ok/b")))
				}
			}
			v, err := newBench(t, Config{}).do(op.Name, nil, required...)
			if _, why := explain(err); err == nil || !strings.Contains(why, "has no openat2") {
				t.Errorf("%s gave %v, %v", op.Name, v, err)
			}
		}
	})
	onlyThese(t, dir+"/ok", "a", "d")
}

// anyValue is some value of a type; of a path the one given.
func anyValue(t *capability.Type, p capability.Value) capability.Value {
	switch t.Kind {
	case capability.KindPath:
		return p
	case capability.KindRegex:
		return capability.RegexValue("a")
	case capability.KindWord:
		return str(t.Words[0])
	case capability.KindInt:
		return integer(1)
	case capability.KindString:
		return str("x")
	}
	return capability.BytesValue("x")
}
