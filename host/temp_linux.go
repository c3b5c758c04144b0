package host

import (
	"sync"

	"golang.org/x/sys/unix"

	"rex/capability"
	"rex/policy"
)

// temps are the files and folders that are deleted when the run ends.
type temps struct {
	mu   sync.Mutex
	held []temp
}

// temp is one of them, by the folder it lies in. top is its own handle when it
// is a folder, else -1: a file may have been replaced by another of its name.
type temp struct {
	dir, top int
	name     string
}

func (t *temps) add(one temp) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.held = append(t.held, one)
}

// remove deletes what there is. What can't be deleted stays.
func (t *temps) remove() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, one := range t.held {
		var st unix.Stat_t
		if one.top >= 0 {
			discard(one.dir, one.name, one.top)
			unix.Close(one.top)
		} else if unix.Fstatat(one.dir, one.name, &st, unix.AT_SYMLINK_NOFOLLOW) == nil && isRegular(&st) && int(st.Uid) == unix.Geteuid() {
			unix.Unlinkat(one.dir, one.name, 0)
		}
		unix.Close(one.dir)
	}
	t.held = nil
}

// tempFile does fs.temp_file.
func tempFile(c *call) (capability.Value, error) {
	return c.temporary("File", []string{"create", "write"}, func(dir int, name string) (int, error) {
		fd, err := newFileAt(dir, name)
		if err == nil {
			unix.Close(fd)
		}
		return -1, err
	})
}

// tempDir does fs.temp_dir.
func tempDir(c *call) (capability.Value, error) {
	return c.temporary("Dir", []string{"create"}, newFolderAt)
}

// temporary makes something under a name of its own, asked about before.
func (c *call) temporary(typ string, actions []string, make func(dir int, name string) (int, error)) (capability.Value, error) {
	proc, err := c.system()
	if err != nil {
		return nil, err
	}
	meter := c.grant.Meter()
	if err := meter.Handle(1); err != nil { // until the run ends
		return nil, err
	}
	dir, err := openat2(unix.AT_FDCWD, capability.TempFolder, unix.O_PATH|unix.O_DIRECTORY, 0)
	if err != nil {
		return nil, cant("open", capability.TempFolder, err)
	}
	path, name, err := c.permitsTemp(proc, dir, typ, actions)
	if err == nil {
		var top int
		if top, err = make(dir, name); err == nil {
			c.temps.add(temp{dir: dir, top: top, name: name})
			return capability.PathValue(path), nil
		}
		err = cant("make", path, err)
	}
	unix.Close(dir)
	return nil, err
}

func (c *call) permitsTemp(proc *procfs, dir int, typ string, actions []string) (path, name string, err error) {
	name = "rex" + tempName()[len(".rex"):]
	path = capability.JoinPath(capability.TempFolder, name)
	folder, err := proc.canonical(dir)
	if err != nil {
		return "", "", cant("open", capability.TempFolder, err)
	}
	t := policy.Target{
		Canonical: differing(capability.JoinPath(folder, name), path), Parent: folder,
		Facts: policy.Facts{Missing: true, Type: typ},
	}
	if t.Facts.Mount, err = c.mount(c.grant.Want(), dir, "", path); err != nil {
		return "", "", err
	}
	for _, action := range actions {
		ok, err := c.permits(action, path, t)
		if err != nil {
			return "", "", err
		}
		if !ok {
			return "", "", faultf(capability.Denied, "making %s is denied", show(path))
		}
	}
	return path, name, nil
}
