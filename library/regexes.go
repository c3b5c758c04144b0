package library

// What is done with a regex. Patterns are RE2: time is linear in the text.
var regexRows = []spec{
	{50, "contains(s: string, pattern: regex) -> bool", Unknown, invalid, regexContains, "Whether the pattern matches somewhere."},
	{51, "matches(s: string, pattern: regex) -> bool", Unknown, invalid, regexMatches, "Whether the pattern matches the whole."},
	{52, "index(s: string, pattern: regex) -> int?", Unknown, invalid, regexIndex, "Where the pattern matches first, nil when it doesn't."},
	{53, "count(s: string, pattern: regex) -> int", Unknown, invalid, regexCount, "How often the pattern matches, without overlaps."},
	{54, "replace(s: string, pattern: regex, new: string, max: int? = nil) -> string", Unknown, invalid | ranged, regexReplace, "With the matches replaced; $1 to $9 are groups, $$ is $."},
	{55, "capture(s: string, pattern: regex) -> list[string?]?", Unknown, invalid, capture, "The first match and its groups, nil when there is none; a group that took no part is nil."},
	{56, "capture_all(s: string, pattern: regex) -> list[list[string?]]", Unknown, invalid, captureAll, "All matches, each with its groups."},
	{57, "regex.escape(s: string) -> string", Unknown, none, regexEscape, "The pattern that matches this text literally."},
	{58, "split(s: string, by: regex, max: int? = nil) -> list[string]", PiecesOf, invalid | ranged, regexSplit, "The pieces between the matches, at most max of them."},
}
