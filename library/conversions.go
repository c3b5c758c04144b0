package library

// The conversions, named like the type they make. White space around is ignored.
var conversionRows = []spec{
	{400, "int(s: string, base: int = 10) -> int", Unknown, invalid | ranged, intOfText, "The whole number a text says; in base 10 also with 0x, 0o or 0b."},
	{401, "int(x: float) -> int", Unknown, invalid | ranged, intOfFloat, "The same number; one that isn't whole is refused."},
	{402, "float(s: string) -> float", Unknown, invalid, floatOfText, "The number a text says."},
	{403, "float(n: int) -> float", Unknown, none, floatOfInt, "The nearest float."},
	{404, "size(s: string) -> size", Unknown, invalid, sizeOfText, "The size a text says, as a literal does: 10MiB."},
	{405, "size(n: int) -> size", Unknown, none, sameScalar, "n bytes."},
	{406, "duration(s: string) -> duration", Unknown, invalid, durationOfText, "The duration a text says, as a literal does: 1h30m."},
	{407, `time(s: string, format: string? = nil, zone: string = "UTC") -> time`, Unknown, invalid, timeOfText, "The time a text says: RFC 3339, or as strftime codes say."},
	{408, "time(n: int) -> time", Unknown, ranged, timeOfInt, "n seconds after 1970."},
	{409, "path(s: string) -> path", PathOf, invalid, pathOfText, "The path a text says; empty and . components are dropped, .. and relative text refused."},
	{410, "url(s: string) -> url", Unknown, invalid, urlOfText, "The URL a text says, in canonical form."},
	{411, "ip(s: string) -> ip", Unknown, invalid, ipOfText, "The address a text says."},
	{412, "cidr(s: string) -> cidr", Unknown, invalid, cidrOfText, "The range of addresses a text says."},
	{413, "regex(s: string) -> regex", Unknown, invalid, regexOfText, "The pattern a text says."},
}
