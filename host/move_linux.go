package host

import (
	"golang.org/x/sys/unix"

	"rex/capability"
)

func resolveMove(r *resolution) error {
	if err := r.entry("from", mustExist); err != nil {
		return err
	}
	return r.entry("to", mayBeThere)
}

// moveEntry does fs.move. Both ends are names in opened folders.
func moveEntry(c *call) (capability.Value, error) {
	from, err := handle[*place](c, "from")
	if err != nil {
		return nil, err
	}
	to, err := handle[*place](c, "to")
	if err != nil {
		return nil, err
	}
	if err := checkMove(from, to, c.bool("replace")); err != nil {
		return nil, err
	}
	failed := func(err error) error {
		return cant("move "+show(from.path)+" to", to.path, err)
	}
	if !isStill(from.dir, from.base, &from.st) {
		return nil, failed(errChanged)
	}
	if !to.missing {
		return nil, replaceByMove(from, to, failed)
	}
	if err := renameNew(from.dir, from.base, to.dir, to.base); err != nil {
		return nil, failed(err)
	}
	if !isStill(to.dir, to.base, &from.st) {
		// Another thing had the name for a moment: it goes back.
		if err := renameNew(to.dir, to.base, from.dir, from.base); err != nil {
			return nil, failed(err)
		}
		return nil, failed(errChanged)
	}
	return nil, nil
}

func checkMove(from, to *place, replace bool) error {
	switch {
	case from.base == "" || to.base == "":
		return faultf(capability.WrongKind, "the root folder can't be moved or replaced")
	case to.missing:
		return nil
	case !replace:
		return faultf(capability.Exists, "%s is there already; replace: true replaces a file", show(to.path))
	case isDir(&to.st):
		return faultf(capability.WrongKind, "%s is a folder, which is not replaced", show(to.path))
	case isDir(&from.st):
		return faultf(capability.WrongKind, "%s is a folder and can't replace %s, which is %s", show(from.path), show(to.path), article(&to.st))
	}
	return nil
}

// replaceByMove replaces the entry that was asked about and no other.
func replaceByMove(from, to *place, failed func(error) error) error {
	if same(&from.st, &to.st) {
		// Two names of one file: rename would do nothing and say it did.
		return failed(faultf(capability.Invalid, "both are names of one file"))
	}
	if !isStill(to.dir, to.base, &to.st) {
		return failed(errChanged)
	}
	if err := unix.Renameat(from.dir, from.base, to.dir, to.base); err != nil {
		return failed(err)
	}
	return nil
}
