package capability

// The operations on compressed files and archives.

// PackedType is the result of fs.compress and fs.decompress.
var PackedType = RecordOf(Field{"path", Path}, Field{"before", Size}, Field{"after", Size}).Named("fs.Packed")

// ArchivedType is one entry of an archive.
var ArchivedType = RecordOf(
	Field{"name", String}, Field{"kind", WordOf("file", "dir", "symlink", "hardlink", "device", "other")}, Field{"size", Size},
	Field{"permissions", Int}, Field{"modified", Time}, Field{"target", OptionalOf(String)},
).Named("fs.Archived")

// ExtractedType is the result of fs.extract and fs.archive.
var ExtractedType = RecordOf(Field{"files", Int}, Field{"folders", Int}, Field{"size", Size}).Named("fs.Extracted")

var removeParam = OpParam{Name: "remove", Type: Bool, Optional: true, Default: BoolValue(false), Const: true, Doc: "Deletes the original when the new file is there."}

var sizeBound = OpParam{Name: "max", Type: Size, Optional: true, Default: SizeValue(1 << 30), Doc: "Fails with too_large when it would hold more."}

var packKinds = Kinds(NotFound, Exists, Busy, Full, Permission, WrongKind, TooLarge, Invalid, Range, IO)

// beside is an ask about the file whose name is the parameter's with a suffix.
func beside(action, param, suffix string) Ask {
	a := nofollow(ask(action, param, "File"))
	a.Part, a.Fixed = PartAppended, suffix
	return a
}

var archiveParam = OpParam{Name: "path", Type: Path, Doc: "The archive: tar, tar with gzip, or zip, told by its content."}

var fsArchiveOps = []Op{
	{
		Number: 34, Name: "fs.compress",
		Params: []OpParam{
			pathParam,
			{Name: "replace", Type: Bool, Optional: true, Default: BoolValue(false), Const: true, Doc: "Replaces a file of that name; else exists."},
			removeParam,
			{Name: "level", Type: Int, Optional: true, Default: IntValue(6), Doc: "From 1, fast, to 9, small."},
		},
		Result: PackedType, Effect: Change, Kinds: packKinds,
		Asks: append(onName("path", []string{"read"}, "File"), beside("open", "path", ".gz"), beside("create", "path", ".gz"), beside("write", "path", ".gz"),
			when(nofollow(ask("delete", "path", "File")), "remove", "true")),
		Facts:   []Fact{{Kind: FactSuffix, At: "path", Arg: "path", Text: ".gz"}},
		Doc:     "Compresses a file by gzip into one beside it with .gz at the end of its name; owner, permissions and times are kept.",
		Example: `fs.compress("/var/log/app.log.1", remove: true)`,
	},
	{
		Number: 35, Name: "fs.decompress",
		Params: []OpParam{
			{Name: "path", Type: Path, Doc: "The gzip file."},
			{Name: "to", Type: Path, Doc: "The path of what it holds, name included."},
			replaceParam, removeParam, sizeBound,
		},
		Result: PackedType, Effect: Change, Kinds: packKinds | Kinds(Damaged),
		Asks: append(append(onName("path", []string{"read"}, "File"), onName("to", []string{"create", "write"}, "File")...),
			when(nofollow(ask("delete", "path", "File")), "remove", "true")),
		Facts:   []Fact{{Kind: FactSame, At: "path", Arg: "to"}},
		Doc:     "Writes what a gzip file holds; nothing is written of one that is cut off or broken.",
		Example: `fs.decompress("/var/log/app.log.1.gz", "/var/tmp/app.log")`,
	},
	{
		Number: 36, Name: "fs.archive_list", Params: []OpParam{archiveParam},
		Result: ListOf(ArchivedType), Effect: Read, Kinds: packedKinds, Asks: readFile("path"),
		Doc: "Lists the entries of an archive, unsafe ones too; one that is cut off or broken fails with damaged.", Example: `for e in fs.archive_list("/srv/app/release.tar.gz") { print(e.name) }`,
	},
	{
		Number: 37, Name: "fs.extract",
		Params: []OpParam{
			archiveParam,
			{Name: "to", Type: Path, Doc: "The folder; made when it is missing. No entry may be there already."},
			{Name: "links", Type: WordOf("refuse", "skip"), Optional: true, Default: StringValue("refuse"), Const: true, Doc: "Symbolic and hard links, devices and their like fail with invalid, or are left out."},
			sizeBound,
		},
		Result: ExtractedType, Effect: Change, Kinds: packKinds | Kinds(Damaged),
		Asks: append(readFile("path"), openParent("to"), nofollow(ask("open", "to", "Dir")),
			Ask{Space: "file_system", Action: "create", Entity: []string{"Dir"}, Param: "to", Nofollow: true, When: When{Fact: Missing}},
			nofollow(perEntry(ask("create", "to", "File", "Dir"))), nofollow(perEntry(ask("write", "to", "File")))),
		Doc:     "Unpacks an archive; all of it is checked and asked before anything is written, and a failure leaves nothing of it.",
		Example: `fs.extract("/srv/app/release.tar.gz", "/srv/app/releases/42")`,
	},
	{
		Number: 38, Name: "fs.archive",
		Params: []OpParam{
			entryParam("The folder; names in the archive are those below it."),
			{Name: "to", Type: Path, Doc: "The archive; .tar, .tar.gz, .tgz or .zip says which."},
			replaceParam,
		},
		Result: ExtractedType, Effect: Change, Kinds: packKinds,
		Asks: append([]Ask{openParent("path"), nofollow(ask("open", "path", "Dir")), nofollow(ask("read", "path", "Dir")),
			nofollow(perEntry(ask("open", "path", "File", "Dir"))), nofollow(perEntry(ask("read", "path", "File", "Dir")))},
			onName("to", []string{"create", "write"}, "File")...),
		Doc:     "Packs a folder; links are packed as links, mounted file systems left out.",
		Example: `fs.archive("/etc/nginx", "/var/backups/nginx.tar.gz", replace: true)`,
	},
}
