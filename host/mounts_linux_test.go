package host

import (
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// inOwnMounts runs f on a thread with a mount namespace of its own; the thread
// ends with it. Where that is not allowed the test is skipped, visibly.
func inOwnMounts(t *testing.T, f func()) {
	t.Helper()
	refused := make(chan error)
	go func() {
		runtime.LockOSThread()
		err := unix.Unshare(unix.CLONE_NEWNS | unix.CLONE_FS)
		if err == nil {
			err = unix.Mount("none", "/", "", unix.MS_REC|unix.MS_PRIVATE, "")
		}
		if err == nil {
			defer close(refused)
			f()
			return
		}
		refused <- err
	}()
	if err := <-refused; err != nil {
		t.Skipf("needs a mount namespace: %v", err)
	}
}
