package host

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"rex/capability"
)

// changing is one pass over what an operation changes: the named thing and,
// when it is told so, all that lies below it, a folder behind what is in it.
// Two passes are made: the first asks for everything and changes nothing, the
// second asks again for each entry as it is by then and changes it. Links are
// not followed and mounted file systems not entered. With partial there is no
// first pass: what is refused is left out.
type changing struct {
	walk
	change
	act    bool // the second pass
	done   int64
	refuse []string
}

// change is what an operation does to each entry.
type change struct {
	enter  []string                                        // actions asked before a folder is entered
	asks   []string                                        // actions asked about an entry that is wanted
	wanted func(st *unix.Stat_t) bool                      // nil: all are
	check  func(path string, st *unix.Stat_t) error        // refuses what can't be changed, before anything is; may be nil
	do     func(f *folder, e *seen) (done bool, err error) // to the entry
}

// changeAll does the change to all that is below the top.
func (c *call) changeAll(top *place, what change) (*changing, error) {
	w := &changing{walk: walk{call: c, resolve: unix.RESOLVE_NO_XDEV}, change: what}
	if !c.bool("partial") {
		if err := w.below(top); err != nil {
			return nil, err
		}
		w.visited = 0
	}
	w.act = true
	return w, w.below(top)
}

func (w *changing) below(top *place) error {
	f, err := w.openFolder(top.fd, top.path, top.name)
	if err != nil {
		return err
	}
	return w.folder(f, 1)
}

func (w *changing) folder(f *folder, depth int64) error {
	defer f.close()
	return w.each(f, depth, func(e *seen) error {
		if isDir(&e.st) {
			if err := w.inside(f, e, depth); err != nil {
				return err
			}
		}
		return w.entry(f, e)
	})
}

// inside goes through what is in a folder. One that is mounted is busy.
func (w *changing) inside(f *folder, e *seen, depth int64) error {
	below, err := w.walk.enter(f, e, w.change.enter...)
	if err != nil {
		if kind, why := explain(err); kind == capability.WrongKind {
			return faultf(capability.Busy, "%s: a mounted file system is not entered", why)
		}
		return err
	}
	if below == nil {
		return nil
	}
	return w.folder(below, depth+1)
}

func (w *changing) entry(f *folder, e *seen) error {
	if w.wanted != nil && !w.wanted(&e.st) {
		return nil
	}
	if w.check != nil {
		if err := w.check(e.path, &e.st); err != nil {
			return err
		}
	}
	ok, err := w.permitsAll(f, e, w.asks...)
	if err != nil {
		return err
	}
	if !ok {
		w.refuse = append(w.refuse, e.path)
		return nil
	}
	if !w.act {
		return nil
	}
	done, err := w.do(f, e)
	if done {
		w.done++
	}
	return err
}

func (w *changing) result() capability.Value {
	return changed(w.done, w.refuse)
}

// changed is the result of a change.
func changed(done int64, refused []string) capability.Value {
	slices.Sort(refused)
	list := capability.NewList(capability.Path)
	for _, p := range refused {
		list.Push(capability.PathValue(p))
	}
	list.Frozen = true
	r := capability.NewRecord(capability.ChangedType).With("done", capability.IntValue(done)).With("refused", list)
	r.Frozen = true
	return r
}

// opened gives a handle of an entry that was looked at; ok is false when it is
// gone or another by now.
func (f *folder) opened(e *seen) (fd int, ok bool, err error) {
	fd, err = openat2(f.fd, e.name, unix.O_PATH|unix.O_NOFOLLOW, unix.RESOLVE_NO_XDEV)
	if err == unix.ENOENT {
		return -1, false, nil
	}
	if err != nil {
		return -1, false, cant("open", e.path, err)
	}
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil || !same(&st, &e.st) {
		unix.Close(fd)
		return -1, false, err
	}
	return fd, true, nil
}

// changeTree does an operation that sets something of an inode: of the named
// one and, with recursive, of all below it.
func (c *call) changeTree(action string, wanted func(*unix.Stat_t) bool, set func(proc *procfs, fd int, path string) error) (capability.Value, error) {
	proc, err := c.system()
	if err != nil {
		return nil, err
	}
	p, err := handle[*place](c, "path")
	if err != nil {
		return nil, err
	}
	if err := c.oneName(p.path, &p.st); err != nil {
		return nil, err
	}
	w := &changing{}
	if c.bool("recursive") && isDir(&p.st) {
		w, err = c.changeAll(p, change{
			enter: []string{"open"}, asks: []string{"open", action}, wanted: wanted, check: c.oneName,
			do: func(f *folder, e *seen) (bool, error) {
				fd, ok, err := f.opened(e)
				if err != nil || !ok {
					return false, err
				}
				defer unix.Close(fd)
				return true, set(proc, fd, e.path)
			},
		})
		if err != nil {
			return nil, err
		}
	}
	if wanted(&p.st) {
		if err := set(proc, p.fd, p.path); err != nil {
			return nil, err
		}
		w.done++
	}
	return w.result(), nil
}

// oneName refuses a file with several hard links unless that is meant.
func (c *call) oneName(path string, st *unix.Stat_t) error {
	if !isDir(st) && st.Nlink > 1 && !c.bool("hard_links") {
		return c.severalLinks(path, st)
	}
	return nil
}

// setPermissions does fs.chmod.
func setPermissions(c *call) (capability.Value, error) {
	mode, err := c.mode("permissions")
	if err != nil {
		return nil, err
	}
	only := c.text("only")
	if only != "" && !c.bool("recursive") {
		return nil, faultf(capability.Invalid, "only says which entries below a folder are meant; it goes with recursive: true")
	}
	top, err := handle[*place](c, "path")
	if err != nil {
		return nil, err
	}
	if isLink(&top.st) {
		return nil, faultf(capability.WrongKind, "%s is a symbolic link, which is not followed and has no permissions of its own", show(top.path))
	}
	wanted := func(st *unix.Stat_t) bool {
		return !isLink(st) && (only == "" || only == kindWord(st))
	}
	return c.changeTree("chmod", wanted, func(proc *procfs, fd int, path string) error {
		if err := unix.Fchmodat(proc.fds, strconv.Itoa(fd), *mode, 0); err != nil {
			return cant("set the permissions of", path, err)
		}
		return nil
	})
}

// setOwner does fs.chown.
func setOwner(c *call) (capability.Value, error) {
	if !c.has("owner") && !c.has("group") {
		return nil, faultf(capability.Invalid, "neither owner nor group is given")
	}
	uid, err := c.id("owner", c.names.userNumber, c.names.user)
	if err != nil {
		return nil, err
	}
	gid, err := c.id("group", c.names.groupNumber, c.names.group)
	if err != nil {
		return nil, err
	}
	all := func(*unix.Stat_t) bool { return true }
	return c.changeTree("chown", all, func(_ *procfs, fd int, path string) error {
		if err := unix.Fchownat(fd, "", uid, gid, unix.AT_EMPTY_PATH); err != nil {
			return cant("set the owner of", path, err)
		}
		return nil
	})
}

// id reads the name of a user or group, -1 when it is not given. There is one
// way to write each: the policies were asked about the text.
func (c *call) id(param string, number func(name string) (uint32, bool), name func(uint32) string) (int, error) {
	if !c.has(param) {
		return -1, nil
	}
	text := c.text(param)
	n, ok := number(text)
	if digits, numeric := strings.CutPrefix(text, "#"); !ok && numeric {
		if v, err := strconv.ParseUint(digits, 10, 32); err == nil && v < 1<<32-1 && strconv.FormatUint(v, 10) == digits {
			n, ok = uint32(v), true
		}
	}
	if !ok {
		return 0, faultf(capability.Invalid, "there is no %s %s; a number without a name is written #1001", param, show(text))
	}
	if known := name(n); known != text {
		return 0, faultf(capability.Invalid, "the %s %s is called %s; the policies know it by that name", param, show(text), show(known))
	}
	return int(n), nil
}

// deleteTree does fs.delete_tree.
func deleteTree(c *call) (capability.Value, error) {
	p, err := handle[*place](c, "path")
	if err != nil {
		return nil, err
	}
	switch {
	case p.base == "":
		return nil, faultf(capability.WrongKind, "the root folder can't be deleted")
	case !isDir(&p.st):
		return nil, faultf(capability.WrongKind, "%s is %s, not a folder; fs.delete deletes it", show(p.path), article(&p.st))
	case !isStill(p.dir, p.base, &p.st):
		return nil, cant("delete", p.path, errChanged)
	}
	w, err := c.changeAll(p, change{asks: []string{"delete"}, do: func(f *folder, e *seen) (bool, error) {
		err := remove(f.fd, e.name, &e.st)
		if err == unix.ENOTEMPTY && c.bool("partial") {
			return false, nil // something below it was refused
		}
		if err != nil {
			return false, cant("delete", e.path, err)
		}
		return true, nil
	}})
	if err != nil {
		return nil, err
	}
	if len(w.refuse) > 0 {
		return w.result(), nil // the folder is not empty, and so stays
	}
	if err := remove(p.dir, p.base, &p.st); err != nil {
		return nil, cant("delete", p.path, err)
	}
	w.done++
	return w.result(), nil
}

// remove deletes a name if it still stands for what was looked at.
func remove(dir int, name string, st *unix.Stat_t) error {
	if !isStill(dir, name, st) {
		return errChanged
	}
	flags := 0
	if isDir(st) {
		flags = unix.AT_REMOVEDIR
	}
	return unix.Unlinkat(dir, name, flags)
}
