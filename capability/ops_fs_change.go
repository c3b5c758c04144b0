package capability

// The operations that change one file or folder.

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
}
