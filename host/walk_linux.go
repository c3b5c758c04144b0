package host

import (
	"golang.org/x/sys/unix"

	"rex/capability"
)

// walk goes through folders by handles, depth first and sorted by name.
type walk struct {
	*call
	bound   string // what a script can say to make the walk smaller
	resolve uint64 // how folders are opened, beside what openat2 always has
	visited int
}

// top opens the folder that the call names.
func (w *walk) top(param string) (*folder, *unix.Stat_t, error) {
	p, err := handle[*place](w.call, param)
	if err != nil {
		return nil, nil, err
	}
	f, err := w.folderOf(param)
	return f, &p.st, err
}

// each looks at the entries of a folder, one after the other. depth is theirs.
func (w *walk) each(f *folder, depth int64, do func(e *seen) error) error {
	if depth > maxDepth {
		return faultf(capability.TooLarge, "%s lies more than %d folders deep%s", show(f.path), maxDepth, w.bound)
	}
	names, err := f.names(w.ctx)
	if err != nil && depth > 1 && isGone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		if w.visited++; w.visited > maxVisited {
			return faultf(capability.TooLarge, "%s has more than %d entries below it%s", show(w.resource()), maxVisited, w.bound)
		}
		e, there, err := f.look(name)
		if err != nil {
			return err
		}
		if there {
			if err := do(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// enter opens an entry that is a folder, when all of the actions are permitted
// on it; nil when it is not, or is gone. What is asked about is the handle:
// another folder by now is asked about as what it is.
func (w *walk) enter(f *folder, e *seen, actions ...string) (*folder, error) {
	fd, err := openat2(f.fd, e.name, unix.O_PATH|unix.O_NOFOLLOW|unix.O_DIRECTORY, w.resolve)
	if err != nil {
		if err == unix.ENOENT || err == unix.ENOTDIR || err == unix.ELOOP {
			return nil, nil
		}
		return nil, cant("open", e.path, err)
	}
	defer unix.Close(fd)
	if err := unix.Fstat(fd, &e.st); err != nil {
		return nil, cant("look at", e.path, err)
	}
	if ok, err := w.permitsAll(f, e, actions...); err != nil || !ok {
		return nil, err
	}
	return w.openFolder(fd, e.path, e.canonical)
}

// isGone tells that an entry went away while it was walked.
func isGone(err error) bool {
	kind, _ := explain(err)
	return kind == capability.NotFound
}
