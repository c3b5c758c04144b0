//go:build unix

package console

import (
	"fmt"
	"os"
	"syscall"
)

const nonBlocking = syscall.O_NONBLOCK

// checkOwner refuses a policy file or folder that anyone but root or the user
// can write: whoever writes the policy decides what scripts may do.
func checkOwner(name string, info os.FileInfo) error {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fmt.Errorf("%s: can't tell who owns it", name)
	}
	if st.Uid != 0 && int(st.Uid) != os.Geteuid() {
		return fmt.Errorf("%s belongs to user %d; a policy must belong to root or to you", name, st.Uid)
	}
	if mode := info.Mode().Perm(); mode&0o022 != 0 {
		return fmt.Errorf("%s can be written by others (mode %04o); `chmod go-w %s` mends it", name, mode, name)
	}
	return nil
}

// keepOwner gives a new file the owner and group of the one it replaces.
func keepOwner(f *os.File, old os.FileInfo) error {
	made, err := f.Stat()
	if err != nil {
		return err
	}
	from, ok := made.Sys().(*syscall.Stat_t)
	to, ok2 := old.Sys().(*syscall.Stat_t)
	if !ok || !ok2 || from.Uid == to.Uid && from.Gid == to.Gid {
		return nil
	}
	return f.Chown(int(to.Uid), int(to.Gid))
}
