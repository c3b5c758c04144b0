package host

import (
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"rex/capability"
)

// A program can leave its process group, for a session of its own, and go on
// after it has ended. Where this process runs nothing but such programs
// (Config.Alone) it takes in what they leave behind, as the kernel's
// subreaper, and ends it. Only our own children are killed, which are nobody
// else's to wait for: no number can have gone to another process meanwhile.

// adopt makes this process the parent of what its programs leave behind. It
// fails, and nothing is started, where they could not be found again.
func (m *Machine) adopt() error {
	if !m.config.Alone {
		return nil
	}
	p, err := m.system()
	if err != nil {
		return err
	}
	if _, err := p.children(); err != nil {
		return faultf(capability.Unsupported, "can't tell what programs leave behind: %s", err)
	}
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return faultf(capability.Unsupported, "can't keep hold of what programs start: %s", err)
	}
	return nil
}

// orphansTime bounds how long is spent on programs that start others faster
// than they are killed.
const orphansTime = 5 * time.Second

// endOrphans kills every child but the program itself, which has ended and is
// waited for elsewhere, and then their children, who have become ours, until
// there are none.
func (m *Machine) endOrphans(program int) error {
	if !m.config.Alone {
		return nil
	}
	p, err := m.system()
	if err != nil {
		return err
	}
	for begun := time.Now(); time.Since(begun) < orphansTime; {
		pids, err := p.children()
		if err != nil {
			return faultf(capability.IO, "can't tell what the program left behind: %s", err)
		}
		ended := 0
		for _, pid := range pids {
			if pid != program {
				unix.Kill(pid, unix.SIGKILL)
				ended++
			}
		}
		if ended == 0 {
			return nil
		}
		for _, pid := range pids {
			if pid != program {
				awaitEnd(pid)
			}
		}
	}
	return faultf(capability.Timeout, "the program goes on starting others, which could not all be ended")
}

// awaitEnd waits for a child that was killed.
func awaitEnd(pid int) {
	for {
		if _, err := unix.Wait4(pid, nil, 0, nil); err != unix.EINTR {
			return
		}
	}
}

// children are the processes whose parent is this one: each of its threads
// has a list of them.
func (p *procfs) children() ([]int, error) {
	threads := strconv.Itoa(os.Getpid()) + "/task"
	dir, err := openat2(p.root, threads, unix.O_RDONLY|unix.O_DIRECTORY, unix.RESOLVE_BENEATH|unix.RESOLVE_NO_XDEV|unix.RESOLVE_NO_SYMLINKS)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(dir), threads)
	defer f.Close()
	names, err := f.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	var pids []int
	for _, thread := range names {
		text, err := p.read(dir, thread+"/children", 1<<20)
		if (err == unix.ENOENT || err == unix.ESRCH) && thread != strconv.Itoa(os.Getpid()) {
			continue // the thread has ended; the first one never does
		}
		if err != nil {
			return nil, err
		}
		for _, field := range strings.Fields(text) {
			if pid, err := strconv.Atoi(field); err == nil && pid > 1 {
				pids = append(pids, pid)
			}
		}
	}
	return pids, nil
}
