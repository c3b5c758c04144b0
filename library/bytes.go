package library

// The methods of bytes, and the encodings of bytes as text.
var bytesRows = []spec{
	{340, "len(b: bytes) -> int", Unknown, none, bytesLen, "The number of bytes."},
	{341, "is_empty(b: bytes) -> bool", Unknown, none, stringIsEmpty, "Whether there are none."},
	{342, `text(b: bytes, encoding: "utf-8" | "latin1" = "utf-8") -> string`, Unknown, invalid, bytesText, "As text; bytes that aren't UTF-8 are refused, while latin1 makes a code point of each byte."},
	{343, "index(b: bytes, part: bytes) -> int?", Unknown, none, bytesIndex, "Where the part occurs first, nil when it doesn't."},
	{344, "split(b: bytes, by: bytes) -> list[bytes]", PiecesOf, invalid, bytesSplit, "The pieces between the separators; an empty one is refused."},
	{345, "starts_with(b: bytes, part: bytes) -> bool", Unknown, none, startsWith, "Whether it starts with the part."},
	{346, "ends_with(b: bytes, part: bytes) -> bool", Unknown, none, endsWith, "Whether it ends with the part."},
	{347, "contains(b: bytes, part: bytes) -> bool", Unknown, none, stringContains, "Whether the part occurs in it."},
	{348, "base64.encode(b: bytes) -> string", Unknown, none, base64Encode, "In base64."},
	{349, "base64.decode(s: string) -> bytes", Unknown, invalid, base64Decode, "What base64 text stands for."},
	{350, "hex.encode(b: bytes) -> string", Unknown, none, hexEncode, "In hexadecimal, small letters."},
	{351, "hex.decode(s: string) -> bytes", Unknown, invalid, hexDecode, "What hexadecimal text stands for."},
	{352, "sha256(b: bytes) -> string", Unknown, none, sha256Sum, "The SHA-256 in hexadecimal."},
	{353, "sha256(s: string) -> string", Unknown, none, sha256Sum, "The SHA-256 of the UTF-8 in hexadecimal."},
}
