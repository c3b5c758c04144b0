package host

import (
	"errors"

	"golang.org/x/sys/unix"

	"rex/capability"
	"rex/policy"
)

// place is a path of a call, opened. The handles are O_PATH: they touch
// nothing and can be asked what they are.
type place struct {
	path    string // as written
	base    string // its last component, "" for the root
	dir     int    // the folder that holds it, -1 when it is not needed
	fd      int    // the thing itself, -1 when it is missing
	st      unix.Stat_t
	missing bool
	name    string // its path without links
}

func (p *place) close() {
	for _, fd := range []int{p.fd, p.dir} {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
	p.fd, p.dir = -1, -1
}

// need says what a resolver does about what is not there.
type need uint8

const (
	mustExist  need = iota // a missing one is an error
	mayBeThere             // its folder must be there
	anywhere               // even the folder may be missing
)

// checkPath refuses what is no path before any of it reaches the system.
func checkPath(path string) error {
	if why := capability.CheckPath(path); why != "" {
		return faultf(capability.Invalid, "the path %s %s", show(path), why)
	}
	return nil
}

// followed resolves a path whose last link is followed.
func (r *resolution) followed(param string, n need) error {
	path := r.text(param)
	if err := checkPath(path); err != nil {
		return err
	}
	proc, err := r.system()
	if err != nil {
		return err
	}
	p := &place{path: path, base: capability.BaseName(path), dir: -1, fd: -1}
	p.fd, err = openat2(unix.AT_FDCWD, path, unix.O_PATH, 0)
	if err != nil {
		p.fd = -1
		p.name = settle(path)
		r.unresolved(param, p, n, err)
		return nil
	}
	r.onClose(p.close)
	if err := unix.Fstat(p.fd, &p.st); err != nil {
		return cant("look at", path, err)
	}
	if p.name, err = proc.canonical(p.fd); err != nil {
		r.unresolved(param, p, n, err)
		return nil
	}
	r.found(param, p)
	return nil
}

// entry resolves a path as a name in its folder: the folder is opened, the
// last component is looked at and not followed.
func (r *resolution) entry(param string, n need) error { return r.named(param, r.text(param), n) }

// named is the same for a path that the call does not spell out.
func (r *resolution) named(param, path string, n need) error {
	if err := checkPath(path); err != nil {
		return err
	}
	proc, err := r.system()
	if err != nil {
		return err
	}
	p := &place{path: path, base: capability.BaseName(path), dir: -1, fd: -1}
	if path == "/" {
		return r.root(param, p)
	}
	parent := capability.ParentPath(path)
	p.dir, err = openat2(unix.AT_FDCWD, parent, unix.O_PATH|unix.O_DIRECTORY, 0)
	if err != nil {
		p.dir = -1
		p.name = capability.JoinPath(settle(parent), p.base)
		r.unresolved(param, p, parentNeed(n), err)
		return nil
	}
	r.onClose(p.close)
	folder, err := proc.canonical(p.dir)
	if err != nil {
		p.name = path
		r.unresolved(param, p, parentNeed(n), err)
		return nil
	}
	p.name = capability.JoinPath(folder, p.base)
	p.fd, err = openat2(p.dir, p.base, unix.O_PATH|unix.O_NOFOLLOW, 0)
	if err == nil {
		err = unix.Fstat(p.fd, &p.st)
	} else {
		p.fd = -1
	}
	if err != nil {
		r.unresolved(param, p, n, err)
		return nil
	}
	r.found(param, p)
	return nil
}

func parentNeed(n need) need {
	if n == anywhere {
		return anywhere
	}
	return mustExist
}

func (r *resolution) root(param string, p *place) error {
	var err error
	p.name = "/"
	if p.fd, err = openat2(unix.AT_FDCWD, "/", unix.O_PATH|unix.O_DIRECTORY, 0); err != nil {
		p.fd = -1
		return cant("open", "/", err)
	}
	r.onClose(p.close)
	if err := unix.Fstat(p.fd, &p.st); err != nil {
		return cant("look at", "/", err)
	}
	r.found(param, p)
	return nil
}

func (r *resolution) found(param string, p *place) {
	t := policy.Target{
		Param: param, Canonical: differing(p.name, p.path), Parent: capability.ParentPath(p.name),
		Facts: r.facts(&p.st), Handle: p,
	}
	t.Facts.Mount, t.Err = r.mount(r.want, p.fd, "", p.path)
	r.add(t)
}

// unresolved makes the target of a name that leads nowhere. Its facts are
// unknown; whether the system's error is shown is the gate's decision.
func (r *resolution) unresolved(param string, p *place, n need, err error) {
	t := policy.Target{
		Param: param, Canonical: differing(p.name, p.path), Parent: capability.ParentPath(p.name),
		Facts: policy.Facts{Missing: errors.Is(err, unix.ENOENT)}, Handle: p,
	}
	p.missing = t.Facts.Missing
	if p.missing && p.dir >= 0 {
		t.Facts.Mount, t.Err = r.mount(r.want, p.dir, "", p.path)
	}
	if !p.missing || n == mustExist {
		t.Err = cant("open", p.path, err)
	}
	r.add(t)
}

// resolvePath is the resolver of operations on what a path leads to.
func resolvePath(r *resolution) error { return r.followed("path", mustExist) }

// resolveEntry is the resolver of operations on the name itself.
func resolveEntry(r *resolution) error { return r.entry("path", mustExist) }

// resolveNew is the resolver of operations on a name that may be missing.
func resolveNew(r *resolution) error { return r.entry("path", mayBeThere) }
