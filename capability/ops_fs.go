package capability

import "slices"

// The operations on files and folders. As in the ancestor, an operation on a
// file asks `open` on the folder that holds it, then `open` and the action on
// the file itself.

var fileReadKinds = Kinds(NotFound, Permission, WrongKind, TooLarge, Invalid, Range, IO)

func openParent(param string) Ask {
	return Ask{Space: "file_system", Action: "open", Entity: []string{"Dir"}, Param: param, Part: PartParent}
}

func ask(action, param string, entity ...string) Ask {
	return Ask{Space: "file_system", Action: action, Entity: entity, Param: param}
}

func nofollow(a Ask) Ask { a.Nofollow = true; return a }

func readFile(param string) []Ask {
	return []Ask{openParent(param), ask("open", param, "File"), ask("read", param, "File")}
}

var pathParam = OpParam{Name: "path", Type: Path, Doc: "The file."}

func perEntry(a Ask) Ask { a.Each = PerEntry; return a }

var fsOps = slices.Concat(fsReadOps, fsLookOps, fsChangeOps, fsArchiveOps, fsTempOps)
