package library

// The parts of URLs. A url is held in canonical form (url.go).
var urlRows = []spec{
	{310, `(u: url).scheme -> string`, Unknown, invalid, urlScheme, "http or https."},
	{311, "(u: url).host -> string", Unknown, invalid, urlHost, "The name or address, without port and brackets."},
	{312, "(u: url).port -> int", Unknown, invalid, urlPort, "The port, that of the scheme when none is written."},
	{313, "(u: url).path -> string", Unknown, invalid, urlPath, "The path, decoded."},
	{314, "(u: url).query -> map[string]", Unknown, invalid, urlQuery, "The parts of the query, decoded; of a key that stands twice, the last."},
	{315, "with_query(u: url, query: map[string]) -> url", Unknown, invalid | absent, urlWithQuery, "With another query."},
}
