package host

import (
	"golang.org/x/sys/unix"

	"rex/capability"
)

// folderUsage does fs.usage.
func folderUsage(c *call) (capability.Value, error) {
	if err := c.atLeastZero("depth"); err != nil {
		return nil, err
	}
	w := &measuring{
		walk: walk{call: c}, depth: c.int("depth"), oneSystem: c.bool("one_file_system"),
		entries: capability.NewList(capability.FolderUsageType), counted: map[inode]bool{},
	}
	top, st, err := w.top("path")
	if err != nil {
		return nil, err
	}
	w.device = uint64(st.Dev)
	total := usage{allocated: st.Blocks * 512, size: st.Size}
	if err := w.folder(top, 1, &total); err != nil {
		return nil, err
	}
	r := total.into(capability.NewRecord(capability.UsageType))
	w.entries.Frozen = true
	return r.With("entries", w.entries), nil
}

// usage is what a folder takes.
type usage struct{ allocated, size, files, folders int64 }

func (u *usage) add(v usage) {
	u.allocated += v.allocated
	u.size += v.size
	u.files += v.files
	u.folders += v.folders
}

func (u *usage) into(r *capability.Record) *capability.Record {
	r.With("allocated", capability.SizeValue(u.allocated)).
		With("size", capability.SizeValue(u.size)).
		With("files", capability.IntValue(u.files)).
		With("folders", capability.IntValue(u.folders))
	r.Frozen = true
	return r
}

// measuring is one walk of fs.usage.
type measuring struct {
	walk
	depth     int64
	oneSystem bool
	device    uint64
	entries   *capability.List
	counted   map[inode]bool // files with several hard links
}

// folder adds up what is in a folder and closes it.
func (w *measuring) folder(f *folder, depth int64, sum *usage) error {
	defer f.close()
	return w.each(f, depth, func(e *seen) error {
		one := usage{allocated: e.st.Blocks * 512, size: e.st.Size}
		if !isDir(&e.st) {
			if w.counted[inodeOf(&e.st)] {
				return nil
			}
			if ok, err := w.permitsAll(f, e, "open", "stat"); err != nil || !ok {
				return err
			}
			if e.st.Nlink > 1 {
				w.counted[inodeOf(&e.st)] = true
			}
			one.files = 1
			sum.add(one)
			return nil
		}
		if w.oneSystem && uint64(e.st.Dev) != w.device {
			return nil
		}
		return w.below(f, e, depth, one, sum)
	})
}

// inode names a file among all.
type inode struct{ device, number uint64 }

func inodeOf(st *unix.Stat_t) inode { return inode{uint64(st.Dev), st.Ino} }

func (w *measuring) below(f *folder, e *seen, depth int64, one usage, sum *usage) error {
	one.folders = 1
	below, err := w.enter(f, e, "open", "stat", "read")
	if err != nil || below == nil {
		return err
	}
	if err := w.folder(below, depth+1, &one); err != nil {
		return err
	}
	if depth <= w.depth {
		if w.entries.Len() >= maxEntries {
			return faultf(capability.TooLarge, "%s has more than %d folders to give; depth gives fewer", show(w.text("path")), maxEntries)
		}
		w.entries.Push(one.into(capability.NewRecord(capability.FolderUsageType).With("path", capability.PathValue(e.path))))
	}
	sum.add(one)
	return nil
}

// permitsAll asks for several actions on an entry; all must be permitted.
func (c *call) permitsAll(f *folder, e *seen, actions ...string) (bool, error) {
	for _, action := range actions {
		if ok, err := c.permitsEntry(action, f, e); err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}
