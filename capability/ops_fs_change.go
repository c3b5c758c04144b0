package capability

// The operations that change one file or folder.

// ChangedType is the result of a change that may go through a folder.
var ChangedType = RecordOf(Field{"done", Int}, Field{"refused", ListOf(Path)}).Named("fs.Changed")

var (
	recursiveParam = OpParam{Name: "recursive", Type: Bool, Optional: true, Default: BoolValue(false), Const: true,
		Doc: "Also all that lies below a folder; links are not followed and mounted file systems not entered."}
	partialParam = OpParam{Name: "partial", Type: Bool, Optional: true, Default: BoolValue(false), Const: true,
		Doc: "Does what is permitted and lists the rest; else nothing is done when one entry is refused."}
	onlyParam = OpParam{Name: "only", Type: OptionalOf(WordOf("file", "dir")), Optional: true, Const: true,
		Doc: "With recursive: only the files or only the folders."}
	hardLinksParam = OpParam{Name: "hard_links", Type: Bool, Optional: true, Default: BoolValue(false),
		Doc: "Also changes a file that has several hard links, under all of its names."}
	replaceParam = OpParam{Name: "replace", Type: Bool, Optional: true, Default: BoolValue(false), Const: true, Doc: "Replaces a file that is there; else exists."}
)

func entryParam(doc string) OpParam { return OpParam{Name: "path", Type: Path, Doc: doc} }

func inContext(a Ask, fields ...ContextField) Ask { a.Context = fields; return a }

func when(a Ask, option string, values ...string) Ask {
	a.When = When{Option: option, Values: values}
	return a
}

// onName are the asks of an operation on a name itself: a symbolic link there
// is not followed.
func onName(param string, actions []string, entity ...string) []Ask {
	asks := []Ask{openParent(param), nofollow(ask("open", param, entity...))}
	for _, action := range actions {
		asks = append(asks, nofollow(ask(action, param, entity...)))
	}
	return asks
}

// changeAsks are those of a change that may go through a folder.
func changeAsks(action string, fields ...ContextField) []Ask {
	entry := func(a Ask) Ask { return when(nofollow(perEntry(a)), "recursive", "true") }
	return []Ask{
		openParent("path"), nofollow(ask("open", "path", "File", "Dir")), inContext(nofollow(ask(action, "path", "File", "Dir")), fields...),
		entry(ask("open", "path", "File", "Dir")), inContext(entry(ask(action, "path", "File", "Dir")), fields...),
	}
}

var changeKinds = Kinds(NotFound, Busy, Permission, WrongKind, TooLarge, Invalid, Unsupported, IO)

var fsChangeOps = []Op{
	{
		Number: 9, Name: "fs.write",
		Params: []OpParam{
			pathParam,
			{Name: "data", Type: Bytes, Coerce: CoerceBytes, Doc: "A string is written as UTF-8."},
			{Name: "how", Type: WordOf("create", "replace", "append"), Optional: true, Default: StringValue("replace"), Const: true,
				Doc: "create fails when the file is there; replace is atomic and keeps mode and owner; append adds at the end."},
			{Name: "permissions", Type: OptionalOf(Int), Optional: true, Doc: "Exact, whatever the umask; 0o644 for a new file by default."},
			{Name: "in_place", Type: Bool, Optional: true, Default: BoolValue(false), Doc: "Also writes to a file with several hard links."},
		},
		Effect: Change, Kinds: Kinds(NotFound, Exists, Busy, Full, Permission, WrongKind, TooLarge, Invalid, IO),
		Asks: []Ask{openParent("path"), nofollow(ask("open", "path", "File")),
			{Space: "file_system", Action: "create", Entity: []string{"File"}, Param: "path", Nofollow: true, When: When{Option: "how", Values: []string{"create"}}},
			{Space: "file_system", Action: "create", Entity: []string{"File"}, Param: "path", Nofollow: true, When: When{Option: "how", Values: []string{"create"}, Not: true, Fact: Missing}},
			nofollow(ask("write", "path", "File"))},
		Doc: "Writes a file; a symbolic link at the end is not followed.", Example: `fs.write("/etc/motd", "Maintenance at 18:00 UTC\n")`,
	},
	{
		Number: 10, Name: "fs.make_dir",
		Params: []OpParam{
			{Name: "path", Type: Path, Doc: "The folder to make."},
			{Name: "parents", Type: Bool, Optional: true, Default: BoolValue(false), Const: true, Doc: "Also makes missing folders above it, and does not mind if it is there."},
			{Name: "permissions", Type: OptionalOf(Int), Optional: true, Doc: "Exact, whatever the umask; 0o755 by default."},
		},
		Effect: Change, Kinds: Kinds(NotFound, Exists, Full, Permission, WrongKind, Invalid, Range, IO),
		Asks: []Ask{openParent("path"), nofollow(ask("create", "path", "Dir")),
			{Space: "file_system", Action: "create", Entity: []string{"Dir"}, Param: "path", Each: PerLevel, Nofollow: true, When: When{Option: "parents", Values: []string{"true"}}}},
		Doc: "Makes a folder.", Example: `fs.make_dir("/srv/app/releases/42", parents: true)`,
	},
	{
		Number: 11, Name: "fs.move",
		Params: []OpParam{
			{Name: "from", Type: Path, Doc: "What to move; a symbolic link is moved itself."},
			{Name: "to", Type: Path, Doc: "Its new path, name included."},
			{Name: "replace", Type: Bool, Optional: true, Default: BoolValue(false), Const: true, Doc: "Replaces a file that is there; else exists."},
		},
		Effect: Change, Kinds: Kinds(NotFound, Exists, Busy, Full, Permission, WrongKind, Invalid, IO),
		Asks: []Ask{openParent("from"), nofollow(ask("open", "from", "File", "Dir")),
			{Space: "file_system", Action: "move", Entity: []string{"File", "Dir"}, Param: "from", Nofollow: true, Context: []ContextField{ContextDestination}},
			openParent("to"),
			nofollow(ask("create", "to", "File", "Dir")),
			{Space: "file_system", Action: "write", Entity: []string{"File"}, Param: "to", Nofollow: true, When: When{Option: "replace", Values: []string{"true"}}}},
		Doc: "Moves or renames a file or folder within one file system.", Example: `fs.move("/srv/app/new.conf", "/srv/app/app.conf", replace: true)`,
	},
	{
		Number: 12, Name: "fs.delete", Params: []OpParam{{Name: "path", Type: Path, Doc: "A file, a link or an empty folder."}},
		Effect: Destroy, Kinds: Kinds(NotFound, Busy, Permission, WrongKind, Invalid, IO),
		Asks: []Ask{openParent("path"), nofollow(ask("open", "path", "File", "Dir")), nofollow(ask("delete", "path", "File", "Dir"))},
		Doc:  "Deletes a file, a symbolic link or an empty folder.", Example: `fs.delete("/tmp/app.lock") catch not_found nil`,
	},
	{
		Number: 23, Name: "fs.link",
		Params: []OpParam{
			entryParam("The link."),
			{Name: "target", Type: String, Coerce: CoerceText, Doc: "What it says: a path, or a text that is read from the link's folder."},
			{Name: "replace", Type: Bool, Optional: true, Default: BoolValue(false), Const: true, Doc: "Switches a symbolic link that is there in one step; else exists."},
		},
		Effect: Change, Kinds: Kinds(NotFound, Exists, Busy, Full, Permission, WrongKind, Invalid, IO),
		Asks: []Ask{openParent("path"), nofollow(ask("open", "path", "File")), inContext(nofollow(ask("create", "path", "File")), ContextTarget),
			when(nofollow(ask("delete", "path", "File")), "replace", "true")},
		Doc: "Makes a symbolic link; its target need not exist and is not looked at.", Example: `fs.link("/srv/app/current", "releases/42", replace: true)`,
	},
	{
		Number: 24, Name: "fs.chmod",
		Params: []OpParam{
			entryParam("The file or folder; a symbolic link has no permissions."),
			{Name: "permissions", Type: Int, Doc: "The low twelve bits, as 0o640."},
			recursiveParam, onlyParam, partialParam, hardLinksParam,
		},
		Result: ChangedType, Effect: Change, Kinds: changeKinds, Asks: changeAsks("chmod", ContextMode),
		Doc: "Sets the permissions of a file or folder.", Example: `fs.chmod("/srv/app", 0o750, recursive: true, only: "dir")`,
	},
	{
		Number: 25, Name: "fs.chown",
		Params: []OpParam{
			entryParam("The file or folder; of a symbolic link its own owner is set."),
			{Name: "owner", Type: OptionalOf(String), Optional: true, Doc: "The user's name; #1001 for a number without one."},
			{Name: "group", Type: OptionalOf(String), Optional: true, Doc: "The group's name; #1001 for a number without one."},
			recursiveParam, partialParam, hardLinksParam,
		},
		Result: ChangedType, Effect: Change, Kinds: changeKinds, Asks: changeAsks("chown", ContextOwner),
		Doc: "Sets the owner or the group of a file or folder, or both.", Example: `fs.chown("/srv/app", owner: "www-data", group: "www-data", recursive: true)`,
	},
	{
		Number: 26, Name: "fs.delete_tree", Params: []OpParam{entryParam("The folder."), partialParam},
		Result: ChangedType, Effect: Destroy, Kinds: changeKinds,
		Asks: append(onName("path", []string{"delete"}, "Dir"), nofollow(perEntry(ask("delete", "path", "File", "Dir")))),
		Doc:  "Deletes a folder with all that lies below it; links are not followed, and what is mounted below fails with busy before anything is deleted.", Example: `fs.delete_tree("/srv/app/releases/41")`,
	},
	{
		Number: 27, Name: "fs.touch",
		Params: []OpParam{
			pathParam,
			{Name: "modified", Type: OptionalOf(Time), Optional: true, Doc: "The time to set; now by default."},
		},
		Effect: Change, Kinds: Kinds(NotFound, Exists, Busy, Full, Permission, WrongKind, Invalid, IO), Asks: onName("path", []string{"create", "write"}, "File"),
		Doc: "Sets the time of a file's last change, and makes an empty file where there is none.", Example: `fs.touch("/run/app/restart")`,
	},
	{
		Number: 28, Name: "fs.truncate",
		Params: []OpParam{
			pathParam,
			{Name: "size", Type: Size, Optional: true, Default: SizeValue(0), Doc: "Its size afterwards; what is added is zeros."},
			hardLinksParam,
		},
		Effect: Change, Kinds: Kinds(NotFound, Busy, Full, Permission, WrongKind, TooLarge, Invalid, Range, IO), Asks: onName("path", []string{"write"}, "File"),
		Doc: "Cuts a file to a size, or makes it longer.", Example: `fs.truncate("/var/log/app.log")`,
	},
	{
		Number: 29, Name: "fs.allocate",
		Params: []OpParam{
			pathParam,
			{Name: "size", Type: Size, Doc: "Room that the file has afterwards, at least."},
			hardLinksParam,
		},
		Effect: Change, Kinds: Kinds(NotFound, Busy, Full, Permission, WrongKind, TooLarge, Invalid, Range, Unsupported, IO), Asks: onName("path", []string{"write"}, "File"),
		Doc: "Gives a file its room on the disk beforehand; what it holds stays.", Example: `fs.allocate("/var/lib/app/data", 10MiB)`,
	},
	{
		Number: 30, Name: "fs.set_xattr",
		Params: []OpParam{
			entryParam("The file or folder."),
			{Name: "name", Type: String, Doc: "With its space: user.origin, security.selinux."},
			{Name: "value", Type: Bytes, Coerce: CoerceBytes, Doc: "A string is set as UTF-8."},
			hardLinksParam,
		},
		Effect: Change, Kinds: changeKinds | Kinds(Full),
		Asks: []Ask{openParent("path"), nofollow(ask("open", "path", "File", "Dir")), inContext(nofollow(ask("set_x_attr", "path", "File", "Dir")), ContextXattr)},
		Doc:  "Sets an extended attribute, as a label of SELinux.", Example: `fs.set_xattr("/srv/app/app.conf", "user.origin", "template 7")`,
	},
	{
		Number: 31, Name: "fs.copy",
		Params: []OpParam{
			{Name: "from", Type: Path, Doc: "The file, or with recursive the folder."},
			{Name: "to", Type: Path, Doc: "The path of the copy, name included."},
			replaceParam,
			{Name: "recursive", Type: Bool, Optional: true, Default: BoolValue(false), Const: true,
				Doc: "Copies a folder with all that lies below it to a new name; links are copied as links and mounted file systems left out."},
			{Name: "preserve", Type: Bool, Optional: true, Default: BoolValue(false), Doc: "Keeps owner, permissions, times and extended attributes; else only rwx."},
		},
		Effect: Change, Kinds: Kinds(NotFound, Exists, Busy, Full, Permission, WrongKind, TooLarge, Invalid, IO), Asks: copyAsks(),
		Doc: "Copies a file; the copy appears whole or not at all.", Example: `fs.copy("/etc/app.conf", "/etc/app.conf.bak", replace: true)`,
	},
	{
		Number: 32, Name: "fs.edit",
		Params: []OpParam{
			entryParam("The text file; a symbolic link is not followed."),
			{Name: "pattern", Type: Regex, Coerce: CoerceQuote, Doc: "What to replace within a line; a string is taken literally."},
			{Name: "replacement", Type: String, Doc: "$1 is what the first group matched, ${1}0 the same before a digit or letter, $$ a dollar sign."},
			{Name: "expect", Type: OptionalOf(Int), Optional: true, Doc: "Fails with invalid, and changes nothing, unless so many lines change."},
		},
		Result: EditType, Effect: Change, Kinds: Kinds(NotFound, Busy, Full, Permission, WrongKind, TooLarge, Invalid, Range, IO), Asks: onName("path", []string{"read", "write"}, "File"),
		Doc:     "Replaces what matches in every line of a file, in one step; all other bytes stay as they are.",
		Example: `fs.edit("/etc/ssh/sshd_config", re"^#?PermitRootLogin .*", "PermitRootLogin no")`,
	},
}

// EditType is the result of fs.edit; diff shows the changed lines.
var EditType = RecordOf(Field{"lines", Int}, Field{"diff", String}).Named("fs.Edit")

// copyAsks: what is copied is read, what it becomes is created and written.
func copyAsks() []Ask {
	tree := func(a Ask) Ask { return when(nofollow(perEntry(a)), "recursive", "true") }
	return []Ask{
		openParent("from"), ask("open", "from", "File", "Dir"), ask("read", "from", "File", "Dir"),
		openParent("to"), nofollow(ask("open", "to", "File", "Dir")), nofollow(ask("create", "to", "File", "Dir")),
		when(nofollow(ask("write", "to", "File")), "recursive", "false"),
		tree(ask("open", "from", "File", "Dir")), tree(ask("read", "from", "File", "Dir")),
		tree(ask("create", "to", "File", "Dir")), tree(ask("write", "to", "File")),
	}
}
