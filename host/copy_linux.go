package host

import (
	"golang.org/x/sys/unix"

	"rex/capability"
)

// resolveCopy: a folder is taken as it is named, a file as what a link leads to.
func resolveCopy(r *resolution) error {
	from := r.followed
	if r.bool("recursive") {
		from = r.entry
	}
	if err := from("from", mustExist); err != nil {
		return err
	}
	if err := r.entry("to", mayBeThere); err != nil {
		return err
	}
	// What is made is of the kind of what is copied.
	if to := &r.targets[1]; to.Facts.Missing {
		to.Facts.Type = r.targets[0].Facts.Type
	}
	return nil
}

func copyEntry(c *call) (capability.Value, error) {
	from, err := handle[*place](c, "from")
	if err != nil {
		return nil, err
	}
	out, err := c.output("to")
	if err != nil {
		return nil, err
	}
	if c.bool("recursive") && isDir(&from.st) {
		return nil, c.copyTree(from, out)
	}
	out.replaces = c.bool("replace")
	return nil, c.copyFile(from, out)
}

// copyFile copies one file to its new name.
func (c *call) copyFile(from *place, out *output) error {
	if isDir(&from.st) {
		return faultf(capability.WrongKind, "%s is a folder; recursive: true copies it", show(from.path))
	}
	if !out.p.missing && same(&from.st, &out.p.st) {
		return faultf(capability.Invalid, "%s and %s are names of one file", show(from.path), show(out.p.path))
	}
	if err := out.check(); err != nil {
		return err
	}
	f, err := c.openRegular(from, unix.O_RDONLY)
	if err != nil {
		return err
	}
	defer f.Close()
	out.fill = func(fd int) error { return c.pour(fd, f) }
	mode := permissions(&f.st) & 0o777
	if out.p.missing {
		out.mode = &mode
	}
	if c.bool("preserve") {
		out.mode = nil
		out.finish = func(fd int) error { return c.preserve(out.proc, fd, f) }
	}
	return out.put()
}

// pour writes all of a source to a file and charges it.
func (c *call) pour(fd int, src source) error {
	meter := c.grant.Meter()
	var failed error
	_, err := each(c.ctx, src, func(piece []byte) {
		if failed != nil {
			return
		}
		if failed = meter.Written(int64(len(piece))); failed == nil {
			failed = writeAll(c.ctx, fd, string(piece))
		}
	})
	if failed != nil {
		return failed
	}
	return err
}

// preserve gives a copy what its original has beside its content.
func (c *call) preserve(proc *procfs, fd int, f *file) error {
	if what, err := keep(fd, proc.path(f.fd), &f.st); err != nil {
		return cant("keep "+what+" of", f.path, err)
	}
	return setTimes(proc, fd, timesOf(&f.st))
}

func timesOf(st *unix.Stat_t) []unix.Timespec { return []unix.Timespec{st.Atim, st.Mtim} }

// copyTree copies a folder: all of it is asked about, then it grows under a
// temporary name beside its place, and gets its name when it is whole.
func (c *call) copyTree(from *place, out *output) error {
	to := out.p
	switch {
	case !to.missing:
		return faultf(capability.Exists, "%s is there already; a folder is copied to a new name", show(to.path))
	case to.name == from.name || capability.Beneath(to.name, from.name):
		return faultf(capability.Invalid, "%s lies in %s, which can't be copied into itself", show(to.path), show(from.path))
	}
	if err := (&copying{walk: walk{call: c, resolve: unix.RESOLVE_NO_XDEV}}).tree(from, to, -1); err != nil {
		return err
	}
	return c.grow(out.proc, to.dir, to.path, func(top int, temp string) error {
		w := &copying{walk: walk{call: c, resolve: unix.RESOLVE_NO_XDEV}, proc: out.proc}
		if err := w.tree(from, to, top); err != nil {
			return err
		}
		return renameNew(to.dir, temp, to.dir, to.base)
	})
}

// copying is one pass over a folder that is copied: the first asks, with to
// -1, the second asks again and copies.
type copying struct {
	walk
	proc *procfs
}

func (w *copying) tree(from, to *place, top int) error {
	f, err := w.openFolder(from.fd, from.path, from.name)
	if err != nil {
		return err
	}
	return w.folder(f, &folder{fd: top, path: to.path, canonical: to.name}, &from.st, 1)
}

// folder copies what is in from into to, then to gets its permissions.
func (w *copying) folder(from, to *folder, st *unix.Stat_t, depth int64) error {
	defer from.close()
	err := w.each(from, depth, func(e *seen) error { return w.entry(from, to, e, depth) })
	if err != nil || to.fd < 0 {
		return err
	}
	return w.settle(to.fd, from.fd, from.path, st)
}

func (w *copying) entry(from, to *folder, e *seen, depth int64) error {
	if ok, err := w.permitsAll(from, e, "open", "read"); err != nil || !ok {
		return err
	}
	path, canonical := to.child(e.name)
	if err := w.permitsNew(to, path, canonical, entityOf(&e.st)); err != nil {
		return err
	}
	switch kindWord(&e.st) {
	case "dir":
		return w.inside(from, to, e, path, canonical, depth)
	case "file":
		if to.fd >= 0 {
			return w.file(from, to, e)
		}
	case "symlink":
		if to.fd >= 0 {
			return w.link(from, to, e)
		}
	default:
		return faultf(capability.WrongKind, "%s is %s, which can't be copied", show(e.path), article(&e.st))
	}
	return nil
}

func (w *copying) inside(from, to *folder, e *seen, path, canonical string, depth int64) error {
	below, err := w.enter(from, e)
	if err != nil {
		if kind, _ := explain(err); kind == capability.WrongKind {
			return nil // a mounted file system
		}
		return err
	}
	if below == nil {
		return nil
	}
	into := &folder{fd: -1, path: path, canonical: canonical}
	if to.fd >= 0 {
		if into.fd, err = newFolderAt(to.fd, e.name); err != nil {
			below.close()
			return cant("make the folder", path, err)
		}
		defer into.close()
	}
	return w.folder(below, into, &e.st, depth+1)
}

func (w *copying) file(from, to *folder, e *seen) error {
	fd, ok, err := from.opened(e)
	if err != nil || !ok {
		return err
	}
	defer unix.Close(fd)
	f, err := w.openRegular(&place{path: e.path, fd: fd, dir: -1, st: e.st}, unix.O_RDONLY)
	if err != nil {
		return err
	}
	defer f.Close()
	n, err := newFileAt(to.fd, e.name)
	if err != nil {
		return cant("create", to.path, err)
	}
	defer unix.Close(n)
	if err := w.pour(n, f); err != nil {
		return err
	}
	return w.settle(n, f.fd, f.path, &f.st)
}

// settle gives what was copied its permissions, or all that it had.
func (w *copying) settle(fd, old int, path string, st *unix.Stat_t) error {
	if w.bool("preserve") {
		return w.preserve(w.proc, fd, &file{fd: old, path: path, st: *st})
	}
	if err := unix.Fchmod(fd, permissions(st)&0o777); err != nil {
		return cant("set the permissions of the copy of", path, err)
	}
	return nil
}

func (w *copying) link(from, to *folder, e *seen) error {
	text, err := readLink(from.fd, e.name)
	if err == nil {
		err = unix.Symlinkat(text, to.fd, e.name)
	}
	if err != nil {
		return cant("copy the link", e.path, err)
	}
	if !w.bool("preserve") {
		return nil
	}
	if err := unix.Fchownat(to.fd, e.name, int(e.st.Uid), int(e.st.Gid), unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return cant("keep the owner of", e.path, err)
	}
	return nil
}
