package capability

// The operations on files and folders. As in the ancestor, an operation on a
// file asks `open` on the folder that holds it, then `open` and the action on
// the file itself.

var fileKinds = WordOf("file", "dir", "symlink", "other")

// StatType is the result of fs.stat.
var StatType = RecordOf(
	Field{"path", Path}, Field{"name", String}, Field{"kind", fileKinds}, Field{"size", Size},
	Field{"allocated", Size}, Field{"permissions", Int}, Field{"owner", String}, Field{"group", String},
	Field{"modified", Time}, Field{"accessed", Time}, Field{"changed", Time}, Field{"inode", Int},
	Field{"device", Int}, Field{"links", Int}, Field{"target", OptionalOf(String)},
).Named("fs.Stat")

// EntryType is one entry of a listed folder.
var EntryType = RecordOf(
	Field{"path", Path}, Field{"name", String}, Field{"kind", fileKinds}, Field{"size", Size},
	Field{"modified", Time}, Field{"permissions", Int}, Field{"owner", String}, Field{"group", String},
	Field{"target", OptionalOf(String)},
).Named("fs.Entry")

// MatchType is one line found by fs.grep; line counts from 1.
var MatchType = RecordOf(
	Field{"path", Path}, Field{"line", Int}, Field{"text", String},
).Named("fs.Match")

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

var entryFacts = func(kind FactKind, glob string) []Fact {
	return []Fact{
		{Kind: kind, Elem: true, At: "path", Arg: "path", Glob: glob},
		{Kind: FactBaseName, Elem: true, At: "name", Of: "path"},
	}
}

var readParams = []OpParam{
	pathParam,
	{Name: "offset", Type: Size, Optional: true, Default: SizeValue(0), Doc: "Where to begin."},
	{Name: "limit", Type: OptionalOf(Size), Optional: true, Doc: "How much to read; the rest is left out."},
	{Name: "max", Type: Size, Optional: true, Default: SizeValue(16 << 20), Doc: "Fails with too_large when there is more."},
}

var followParam = OpParam{Name: "follow", Type: Bool, Optional: true, Default: BoolValue(true), Const: true,
	Doc: "Whether a symbolic link at the end is followed."}

func statAsks() []Ask {
	follow := When{Option: "follow", Values: []string{"true"}}
	link := When{Option: "follow", Values: []string{"false"}}
	var asks []Ask
	asks = append(asks, openParent("path"))
	for _, action := range []string{"open", "stat"} {
		a := ask(action, "path", "File", "Dir")
		a.When = follow
		b := nofollow(a)
		b.When = link
		asks = append(asks, a, b)
	}
	return asks
}

func perEntry(a Ask) Ask { a.Each = PerEntry; return a }

var fsOps = []Op{
	{
		Number: 1, Name: "fs.read", Params: readParams, Result: String, Asks: readFile("path"), Effect: Read, Kinds: fileReadKinds,
		Doc: "Reads a text file; bytes that are not UTF-8 fail with invalid.", Example: `fs.read("/etc/hostname")`,
	},
	{
		Number: 2, Name: "fs.read_bytes", Params: readParams, Result: Bytes, Asks: readFile("path"), Effect: Read, Kinds: fileReadKinds,
		Doc: "Reads a file as it is.", Example: `fs.read_bytes("/var/lib/app/state.bin", limit: 4KiB)`,
	},
	{
		Number: 3, Name: "fs.lines",
		Params: []OpParam{
			pathParam,
			{Name: "offset", Type: Size, Optional: true, Default: SizeValue(0), Doc: "Where to begin; a line cut there is dropped."},
			{Name: "limit", Type: OptionalOf(Size), Optional: true, Doc: "How many bytes to read at most."},
			{Name: "reverse", Type: Bool, Optional: true, Default: BoolValue(false), Const: true, Doc: "From the last line to the first."},
			{Name: "complete", Type: Bool, Optional: true, Default: BoolValue(false), Const: true, Doc: "Leaves out a last line without its end."},
		},
		Result: StreamOf(String), Asks: readFile("path"), Effect: Read, Kinds: fileReadKinds,
		Doc: "Gives the lines of a text file one by one, without their ends; bad bytes are replaced.", Example: `for line in fs.lines("/var/log/syslog") { print(line) }`,
	},
	{
		Number: 4, Name: "fs.stat", Params: []OpParam{{Name: "path", Type: Path, Doc: "The file or folder."}, followParam},
		Result: StatType, Asks: statAsks(), Effect: Read, Kinds: Kinds(NotFound, Permission, WrongKind, Invalid, IO),
		Facts: []Fact{{Kind: FactSame, At: "path", Arg: "path"}, {Kind: FactBaseName, At: "name", Of: "path"}},
		Doc:   "Tells what a file or folder is: kind, size, owner, times.", Example: `fs.stat("/etc/hosts").size`,
	},
	{
		Number: 5, Name: "fs.exists", Params: []OpParam{{Name: "path", Type: Path, Doc: "The file or folder."}, followParam},
		Result: Bool, Asks: statAsks(), Effect: Read, Kinds: Kinds(Permission, WrongKind, Invalid, IO),
		Doc: "Tells whether there is something at the path; fails when it can't tell.", Example: `if fs.exists("/run/app.pid") { print("running") }`,
	},
	{
		Number: 6, Name: "fs.list", Params: []OpParam{{Name: "path", Type: Path, Doc: "The folder."}},
		Result: ListOf(EntryType), Effect: Read, Kinds: Kinds(NotFound, Permission, WrongKind, TooLarge, Invalid, IO),
		Asks:  []Ask{ask("open", "path", "Dir"), ask("read", "path", "Dir"), nofollow(perEntry(ask("stat", "path", "File", "Dir")))},
		Facts: entryFacts(FactChildren, ""),
		Doc:   "Lists the direct children of a folder, by name; entries whose stat is denied are left out and counted.", Example: `for e in fs.list("/etc") { print(e.name) }`,
	},
	{
		Number: 7, Name: "fs.find",
		Params: []OpParam{
			{Name: "path", Type: Path, Doc: "The folder to start from; it is not itself in the result."},
			{Name: "pattern", Type: OptionalOf(String), Optional: true, Doc: "A glob: without / it is held against the name, with one against the path below the folder."},
			{Name: "kind", Type: OptionalOf(fileKinds), Optional: true, Const: true, Doc: "Only entries of this kind."},
			{Name: "min_size", Type: OptionalOf(Size), Optional: true, Doc: "Only files at least this large."},
			{Name: "max_size", Type: OptionalOf(Size), Optional: true, Doc: "Only files at most this large."},
			{Name: "modified_after", Type: OptionalOf(Time), Optional: true, Doc: "Only entries changed after this."},
			{Name: "modified_before", Type: OptionalOf(Time), Optional: true, Doc: "Only entries changed before this."},
			{Name: "max_depth", Type: OptionalOf(Int), Optional: true, Doc: "1 is the direct children."},
			{Name: "exclude", Type: ListOf(String), Optional: true, Doc: "Globs that are neither walked nor asked."},
		},
		Result: ListOf(EntryType), Effect: Read, Kinds: Kinds(NotFound, Permission, WrongKind, TooLarge, Invalid, Range, IO),
		Asks: []Ask{ask("open", "path", "Dir"), ask("read", "path", "Dir"),
			nofollow(perEntry(ask("open", "path", "Dir"))), nofollow(perEntry(ask("read", "path", "Dir"))), nofollow(perEntry(ask("stat", "path", "File", "Dir")))},
		Facts: entryFacts(FactBeneath, "pattern"),
		Doc:   "Walks a folder and gives what matches; links are not followed, what is denied is left out and counted.", Example: `fs.find("/var/log", pattern: "*.log", kind: "file")`,
	},
	{
		Number: 8, Name: "fs.grep",
		Params: []OpParam{
			pathParam,
			{Name: "needle", Type: Regex, Coerce: CoerceQuote, Doc: "A string is taken literally."},
			{Name: "ignore_case", Type: Bool, Optional: true, Default: BoolValue(false), Doc: "Upper and lower case are the same."},
			{Name: "invert", Type: Bool, Optional: true, Default: BoolValue(false), Doc: "The lines that don't match."},
			{Name: "before", Type: Int, Optional: true, Default: IntValue(0), Doc: "Lines to give before each match."},
			{Name: "after", Type: Int, Optional: true, Default: IntValue(0), Doc: "Lines to give after each match."},
			{Name: "max", Type: OptionalOf(Int), Optional: true, Doc: "Ends after this many matches."},
			{Name: "reverse", Type: Bool, Optional: true, Default: BoolValue(false), Doc: "From the end: max: 1 finds the last."},
		},
		Result: ListOf(MatchType), Asks: readFile("path"), Effect: Read, Kinds: fileReadKinds,
		Facts: []Fact{{Kind: FactSame, Elem: true, At: "path", Arg: "path"}},
		Doc:   "Finds the lines of a text file that match.", Example: `fs.grep("/var/log/syslog", re"error|fail", max: 10)`,
	},
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
