package host

import (
	"strings"

	"golang.org/x/sys/unix"

	"rex/capability"
	"rex/policy"
)

// resolveMakeDir: with parents, folders above may be missing too.
func resolveMakeDir(r *resolution) error {
	if r.bool("parents") {
		return r.entry("path", anywhere)
	}
	return r.entry("path", mayBeThere)
}

func makeDir(c *call) (capability.Value, error) {
	mode, given := c.optional("permissions")
	if !given {
		mode = newFolder
	}
	if mode < 0 || mode > 0o7777 {
		return nil, faultf(capability.Range, "permissions is no mode: %#o; the largest is 0o7777", mode)
	}
	p, err := handle[*place](c, "path")
	if err != nil {
		return nil, err
	}
	if !p.missing {
		return nil, c.thereAlready(p)
	}
	m := &making{call: c, mode: uint32(mode), exact: given}
	if !c.bool("parents") {
		return nil, m.make(p.dir, p.base, p.path)
	}
	return nil, m.levels(p)
}

func (c *call) thereAlready(p *place) error {
	if c.bool("parents") && isDir(&p.st) {
		return nil
	}
	return faultf(capability.Exists, "%s is there already and is %s", show(p.path), article(&p.st))
}

// making is one fs.make_dir at work.
type making struct {
	*call
	mode  uint32
	exact bool // the mode was asked for
}

// make makes one folder. The kernel applies the umask, so the mode is set
// afterwards, on a handle of what is known to be the new folder.
func (m *making) make(dir int, base, path string) error {
	fd, err := newFolderAt(dir, base)
	if err != nil {
		return cant("make the folder", path, err)
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		unix.Unlinkat(dir, base, unix.AT_REMOVEDIR)
		return cant("look at the new folder", path, err)
	}
	mode := m.mode
	if !m.exact {
		mode |= permissions(&st) &^ 0o777 // the group that the folder above hands down
	}
	if err := unix.Fchmod(fd, mode); err != nil {
		unix.Unlinkat(dir, base, unix.AT_REMOVEDIR)
		return cant("set the permissions of", path, err)
	}
	return nil
}

// levels makes the missing folders from the top down. Each is asked before it
// is made; nothing is made below one that is refused.
func (m *making) levels(p *place) error {
	top := capability.ParentPath(p.path)
	dir, err := openat2(unix.AT_FDCWD, top, unix.O_PATH|unix.O_DIRECTORY, 0)
	for err == unix.ENOENT && top != "/" {
		top = capability.ParentPath(top)
		dir, err = openat2(unix.AT_FDCWD, top, unix.O_PATH|unix.O_DIRECTORY, 0)
	}
	if err != nil {
		return cant("open", top, err)
	}
	at := &folder{fd: dir, path: top}
	defer func() { at.close() }()
	proc, err := m.system()
	if err != nil {
		return err
	}
	if at.canonical, err = proc.canonical(dir); err != nil {
		return cant("open", top, err)
	}
	for _, name := range missing(p.path, top) {
		next, err := m.level(at, name, capability.JoinPath(at.path, name) == p.path)
		if err != nil {
			return err
		}
		at.close()
		at = next
	}
	return nil
}

// missing are the components of path below top.
func missing(path, top string) []string {
	if top == "/" {
		return strings.Split(path[1:], "/")
	}
	return strings.Split(path[len(top)+1:], "/")
}

// level makes one folder and opens it. One that has appeared in the meantime
// is as good. Only the last one gets the permissions that were asked for.
func (m *making) level(at *folder, name string, last bool) (*folder, error) {
	path, canonical := at.child(name)
	t := policy.Target{
		Canonical: differing(canonical, path), Parent: at.canonical,
		Facts: policy.Facts{Missing: true, Type: "Dir"},
	}
	var err error
	if t.Facts.Mount, err = m.mount(m.grant.Want(), at.fd, "", path); err != nil {
		return nil, err
	}
	ok, err := m.permits("create", path, t)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, faultf(capability.Denied, "making the folder %s is denied", show(path))
	}
	one := &making{call: m.call, mode: newFolder}
	if last {
		one = m
	}
	if err := one.make(at.fd, name, path); err != nil {
		if kind, _ := explain(err); kind != capability.Exists {
			return nil, err
		}
	}
	fd, err := openat2(at.fd, name, unix.O_PATH|unix.O_DIRECTORY|unix.O_NOFOLLOW, 0)
	if err != nil {
		return nil, cant("open", path, err)
	}
	return &folder{fd: fd, path: path, canonical: canonical}, nil
}
