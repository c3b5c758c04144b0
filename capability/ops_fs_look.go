package capability

// The operations that look at files and folders and at what is in a folder.

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

// UsageType is the result of fs.usage; entries are in the order of the walk,
// a folder behind what is in it.
var UsageType = RecordOf(
	Field{"allocated", Size}, Field{"size", Size}, Field{"files", Int}, Field{"folders", Int}, Field{"entries", ListOf(FolderUsageType)},
).Named("fs.Usage")

// FolderUsageType is what one folder takes, with all below it.
var FolderUsageType = RecordOf(
	Field{"path", Path}, Field{"allocated", Size}, Field{"size", Size}, Field{"files", Int}, Field{"folders", Int},
).Named("fs.FolderUsage")

// MountType is one mounted file system.
var MountType = RecordOf(
	Field{"path", Path}, Field{"device", String}, Field{"kind", String}, Field{"options", ListOf(String)},
).Named("fs.Mount")

var entryFacts = func(kind FactKind, glob string) []Fact {
	return []Fact{
		{Kind: kind, Elem: true, At: "path", Arg: "path", Glob: glob},
		{Kind: FactBaseName, Elem: true, At: "name", Of: "path"},
	}
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

var fsLookOps = []Op{
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
		Number: 19, Name: "fs.read_link", Params: []OpParam{{Name: "path", Type: Path, Doc: "The symbolic link."}},
		Result: String, Effect: Read, Kinds: Kinds(NotFound, Permission, WrongKind, Invalid, IO),
		Asks: []Ask{openParent("path"), nofollow(ask("open", "path", "File")), nofollow(ask("read", "path", "File"))},
		Doc:  "Gives the text of a symbolic link, wherever that may lead.", Example: `fs.read_link("/srv/app/current")`,
	},
	{
		Number: 20, Name: "fs.real_path", Params: []OpParam{{Name: "path", Type: Path, Doc: "The file or folder."}},
		Result: Path, Effect: Read, Kinds: Kinds(NotFound, Permission, WrongKind, Invalid, IO),
		Asks: []Ask{openParent("path"), ask("open", "path", "File", "Dir"), ask("stat", "path", "File", "Dir")},
		Doc:  "Gives the path of what a path leads to, without symbolic links; the analysis knows nothing of it.", Example: `fs.real_path("/srv/app/current")`,
	},
	{
		Number: 21, Name: "fs.usage",
		Params: []OpParam{
			{Name: "path", Type: Path, Doc: "The folder."},
			{Name: "depth", Type: Int, Optional: true, Default: IntValue(1), Doc: "How deep folders have entries of their own; 1 is the direct children."},
			{Name: "one_file_system", Type: Bool, Optional: true, Default: BoolValue(false), Doc: "Leaves out what is mounted below."},
		},
		Result: UsageType, Effect: Read, Kinds: Kinds(NotFound, Permission, WrongKind, TooLarge, Invalid, Range, IO),
		Asks: []Ask{ask("open", "path", "Dir"), ask("stat", "path", "Dir"), ask("read", "path", "Dir"),
			nofollow(perEntry(ask("open", "path", "File", "Dir"))), nofollow(perEntry(ask("stat", "path", "File", "Dir"))), nofollow(perEntry(ask("read", "path", "Dir")))},
		Doc:     "Adds up what a folder takes, as du does: a file with several hard links counts once, links are not followed, what is denied is left out and counted.",
		Example: `fs.usage("/var/log").allocated`,
	},
	{
		Number: 22, Name: "fs.mounts", Result: ListOf(MountType), Effect: Read, Kinds: Kinds(Permission, Unsupported, IO),
		Asks: []Ask{{Space: "file_system", Action: "read", Entity: []string{"File"}, Part: PartFixed, Fixed: "/proc/mounts"}},
		Doc:  "Lists the mounted file systems.", Example: `for m in fs.mounts() { print(m.kind) }`,
	},
	{
		Number: 33, Name: "fs.get_xattr",
		Params: []OpParam{
			{Name: "path", Type: Path, Doc: "The file or folder."},
			{Name: "name", Type: String, Doc: "With its space: user.origin, security.selinux."},
		},
		Result: OptionalOf(Bytes), Effect: Read, Kinds: Kinds(NotFound, Permission, WrongKind, Invalid, Unsupported, IO),
		Asks: []Ask{openParent("path"), ask("open", "path", "File", "Dir"), ask("read", "path", "File", "Dir")},
		Doc:  "Gives an extended attribute, nil when there is none of that name.", Example: `fs.get_xattr("/srv/app/app.conf", "user.origin")`,
	},
}
