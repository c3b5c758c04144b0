package capability

// The operations that read what is in a file.

// MatchType is one line found by fs.grep; line counts from 1.
var MatchType = RecordOf(
	Field{"path", Path}, Field{"line", Int}, Field{"text", String},
).Named("fs.Match")

// LineType is one line with its place; end is where the next line begins.
var LineType = RecordOf(
	Field{"text", String}, Field{"start", Size}, Field{"end", Size}, Field{"complete", Bool},
).Named("fs.Line")

// CountType is the result of fs.count.
var CountType = RecordOf(Field{"lines", Int}, Field{"words", Int}, Field{"bytes", Size}).Named("fs.Count")

// GzipType is the result of fs.gzip_info.
var GzipType = RecordOf(
	Field{"path", Path}, Field{"compressed", Size}, Field{"size", Size}, Field{"ratio", Float}, Field{"name", OptionalOf(String)},
).Named("fs.Gzip")

var sameAsParam = OpParam{Name: "same_as", Type: OptionalOf(StatType), Optional: true, Doc: "What an earlier fs.stat gave: another file by now fails with invalid."}

var decompressParam = OpParam{Name: "decompress", Type: Bool, Optional: true, Default: BoolValue(false),
	Doc: "Reads what a gzip file holds; one that is cut off or broken fails with damaged."}

// packedKinds are the failures of reading a file that may be compressed.
var packedKinds = fileReadKinds | Kinds(Damaged)

var readParams = []OpParam{
	pathParam,
	{Name: "offset", Type: Size, Optional: true, Default: SizeValue(0), Doc: "Where to begin."},
	{Name: "limit", Type: OptionalOf(Size), Optional: true, Doc: "How much to read; the rest is left out."},
	{Name: "max", Type: Size, Optional: true, Default: SizeValue(16 << 20), Doc: "Fails with too_large when there is more."},
}

var offsetParam = OpParam{Name: "offset", Type: Size, Optional: true, Default: SizeValue(0), Doc: "Where to begin; a line cut there is dropped."}

var linesParam = OpParam{Name: "lines", Type: Int, Optional: true, Default: IntValue(10), Doc: "How many lines."}

var fsReadOps = []Op{
	{
		Number: 1, Name: "fs.read", Params: readParams, Result: String, Asks: readFile("path"), Effect: Read, Kinds: fileReadKinds,
		Doc: "Reads a text file; bytes that are not UTF-8 fail with invalid.", Example: `fs.read("/etc/hostname")`,
	},
	{
		Number: 2, Name: "fs.read_bytes", Params: append(readParams[:len(readParams):len(readParams)], sameAsParam), Result: Bytes, Asks: readFile("path"), Effect: Read, Kinds: fileReadKinds,
		Doc: "Reads a file as it is.", Example: `fs.read_bytes("/var/lib/app/state.bin", limit: 4KiB)`,
	},
	{
		Number: 3, Name: "fs.lines",
		Params: []OpParam{
			pathParam,
			offsetParam,
			{Name: "limit", Type: OptionalOf(Size), Optional: true, Doc: "How many bytes to read at most."},
			{Name: "reverse", Type: Bool, Optional: true, Default: BoolValue(false), Const: true, Doc: "From the last line to the first."},
			{Name: "complete", Type: Bool, Optional: true, Default: BoolValue(false), Const: true, Doc: "Leaves out a last line without its end."},
		},
		Result: StreamOf(String), Asks: readFile("path"), Effect: Read, Kinds: fileReadKinds,
		Doc: "Gives the lines of a text file one by one, without their ends; bad bytes are replaced.", Example: `for line in fs.lines("/var/log/syslog") { print(line) }`,
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
		Number: 13, Name: "fs.lines_at",
		Params: []OpParam{
			pathParam, offsetParam,
			{Name: "limit", Type: OptionalOf(Size), Optional: true, Doc: "How many bytes to read at most."},
			decompressParam, sameAsParam,
		},
		Result: StreamOf(LineType), Asks: readFile("path"), Effect: Read, Kinds: packedKinds,
		Doc:     "Gives the lines of a text file with their places, so that a later run goes on at the end of the last complete one.",
		Example: `for line in fs.lines_at("/var/log/syslog", offset: 4KiB) { if line.complete { print("${line.end}") } }`,
	},
	{
		Number: 14, Name: "fs.head", Params: []OpParam{pathParam, linesParam, decompressParam},
		Result: ListOf(String), Asks: readFile("path"), Effect: Read, Kinds: packedKinds,
		Doc: "Gives the first lines of a text file.", Example: `fs.head("/var/log/syslog", lines: 3)`,
	},
	{
		Number: 15, Name: "fs.tail",
		Params: []OpParam{
			pathParam, linesParam,
			{Name: "bytes", Type: OptionalOf(Size), Optional: true, Doc: "Looks at no more than this many bytes at the end; a line cut there is left out."},
		},
		Result: ListOf(String), Asks: readFile("path"), Effect: Read, Kinds: fileReadKinds,
		Doc: "Gives the last lines of a text file, in their order.", Example: `fs.tail("/var/log/syslog", lines: 20)`,
	},
	{
		Number: 16, Name: "fs.count", Params: []OpParam{pathParam, decompressParam},
		Result: CountType, Asks: readFile("path"), Effect: Read, Kinds: packedKinds,
		Doc:     "Counts line ends, words between white space and bytes, as wc does.",
		Example: `fs.count("/etc/passwd").lines`,
	},
	{
		Number: 17, Name: "fs.hash",
		Params: []OpParam{
			pathParam,
			{Name: "algorithm", Type: WordOf("sha256", "sha512", "sha1", "md5"), Optional: true, Default: StringValue("sha256"), Const: true,
				Doc: "sha1 and md5 are for comparing with what others have published; they prove nothing."},
		},
		Result: String, Asks: readFile("path"), Effect: Read, Kinds: fileReadKinds,
		Doc: "Gives the checksum of a file's content, in hex.", Example: `print(fs.hash("/usr/bin/env"))`,
	},
	{
		Number: 18, Name: "fs.gzip_info", Params: []OpParam{pathParam},
		Result: GzipType, Asks: readFile("path"), Effect: Read, Kinds: packedKinds,
		Facts:   []Fact{{Kind: FactSame, At: "path", Arg: "path"}},
		Doc:     "Reads a gzip file to its end and tells what it holds; one that is cut off or broken fails with damaged.",
		Example: `fs.gzip_info("/var/log/syslog.1.gz").size`,
	},
	{
		Number: 111, Name: "fs.strings",
		Params: []OpParam{
			pathParam,
			{Name: "min", Type: Int, Optional: true, Default: IntValue(4), Doc: "The shortest that is given."},
			{Name: "limit", Type: OptionalOf(Size), Optional: true, Doc: "How much of the file is looked at."},
		},
		Result: ListOf(String), Asks: readFile("path"), Effect: Read, Kinds: fileReadKinds,
		Doc: "Gives the runs of printable ASCII in a file of any kind.", Example: `fs.strings("/usr/bin/env", min: 8).take(3)`,
	},
}
