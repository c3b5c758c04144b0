package library

// Data formats, and what a result of net has as methods.
var dataRows = []spec{
	{360, `json.parse(s: string, big: "refuse" | "text" = "refuse") -> any`, Unknown, invalid | tooLarge, jsonParse, "The value of JSON text; an integer beyond 64 bits is refused, or kept as text."},
	{361, `json.parse(b: bytes, big: "refuse" | "text" = "refuse") -> any`, Unknown, invalid | tooLarge, jsonParse, "The value of JSON text; an integer beyond 64 bits is refused, or kept as text."},
	{362, "json.format(v: any, indent: int = 0) -> string", Unknown, invalid | ranged, jsonFormat, "The value as JSON, on one line or indented."},
	{363, "glob.matches(s: string, pattern: string) -> bool", Unknown, invalid, globMatches, "Whether a glob matches the text."},
	{364, "text(r: net.Response) -> string", Unknown, absent | invalid, responseText, "The body as text; bytes that aren't UTF-8 are refused."},
	{365, "json(r: net.Response) -> any", Unknown, absent | invalid | tooLarge, responseJSON, "The value of a JSON body."},
}
