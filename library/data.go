package library

import (
	"rex/capability"
)

// Data formats, and what a result of net has as methods.
var dataRows = []spec{
	{360, `json.parse(s: string, big: "refuse" | "text" = "refuse") -> any`, Unknown, invalid | tooLarge, jsonParse,
		"The value of JSON text; an integer beyond 64 bits is refused, or kept as text.", `json.parse("{\"a\": [1, 2.5, null]}") // {"a":[1,2.5,null]}`},
	{361, `json.parse(b: bytes, big: "refuse" | "text" = "refuse") -> any`, Unknown, invalid | tooLarge, jsonParse,
		"The value of JSON text; an integer beyond 64 bits is refused, or kept as text.", `json.parse("[1]".bytes()) // [1]`},
	{362, "json.format(v: any, indent: int = 0) -> string", Unknown, invalid | ranged, jsonFormat,
		"The value as JSON, on one line or indented.", `json.format({ a: 1, b: ["x"] }) // "{\"a\":1,\"b\":[\"x\"]}"`},
	{363, "glob.matches(s: string, pattern: string) -> bool", Unknown, invalid, globMatches,
		"Whether a glob matches the text.", `glob.matches("app.log", "*.{log,txt}") // true`},
	{364, "text(r: net.Response) -> string", Unknown, absent | invalid, responseText,
		"The body as text; bytes that aren't UTF-8 are refused.", `net.get("http://127.0.0.1/").text() // "{\"up\": true}"`},
	{365, "json(r: net.Response) -> any", Unknown, absent | invalid | tooLarge, responseJSON,
		"The value of a JSON body.", `net.get("http://127.0.0.1/").json() // {"up":true}`},
	{366, "yaml.parse(s: string) -> any", Unknown, invalid | tooLarge, yamlParse,
		"The value of one YAML document: YAML 1.2, core schema. Dates, yes, no, on, off and numbers with a leading zero are text; a key that stands twice is refused.", `yaml.parse("port: 80\non: [yes, 2026-03-01]") // {"port":80,"on":["yes","2026-03-01"]}`},
	{367, "yaml.parse(b: bytes) -> any", Unknown, invalid | tooLarge, yamlParse,
		"The value of one YAML document.", `yaml.parse("- a".bytes()) // ["a"]`},
	{368, "yaml.parse_all(s: string) -> list[any]", Unknown, invalid | tooLarge, yamlParseAll,
		"The values of all documents of a YAML text.", `yaml.parse_all("a: 1\n---\n- b") // [{"a":1},["b"]]`},
	{369, "yaml.parse_all(b: bytes) -> list[any]", Unknown, invalid | tooLarge, yamlParseAll,
		"The values of all documents of a YAML text.", `yaml.parse_all("".bytes()) // []`},
	{370, "yaml.format(v: any) -> string", Unknown, invalid | tooLarge, yamlFormat,
		"The value as YAML; text that a reader could take for something else is in quotes.", `yaml.format({ port: 80, on: ["yes"] }) // "port: 80\n\"on\":\n- \"yes\"\n"`},
	{371, "toml.parse(s: string) -> any", Unknown, invalid | tooLarge, tomlParse,
		"The value of a TOML 1.0 document; dates and times are text.", `toml.parse("[server]\nports = [80, 443]") // {"server":{"ports":[80,443]}}`},
	{372, "toml.parse(b: bytes) -> any", Unknown, invalid | tooLarge, tomlParse,
		"The value of a TOML 1.0 document; dates and times are text.", `toml.parse("a = 1".bytes()) // {"a":1}`},
	{373, "toml.format(v: any) -> string", Unknown, invalid | tooLarge, tomlFormat,
		"A map or record as TOML, the values of each table before its tables; nil is left out.", `toml.format({ server: { port: 80 }, name: "web" }) // "name = \"web\"\n\n[server]\nport = 80\n"`},
	{374, `csv.parse(s: string, sep: string = ",") -> list[map[string]]`, Unknown, invalid | tooLarge, csvParse,
		"The lines of CSV behind the first, which names the columns; each must have as many fields. An end of line \\r\\n in a field is read as \\n.", `csv.parse("name,port\nweb,80\n") // [{"name":"web","port":"80"}]`},
	{375, `csv.parse(b: bytes, sep: string = ",") -> list[map[string]]`, Unknown, invalid | tooLarge, csvParse,
		"The lines of CSV behind the first, which names the columns; each must have as many fields. An end of line \\r\\n in a field is read as \\n.", `csv.parse("name\nweb".bytes()) // [{"name":"web"}]`},
	{376, `csv.rows(s: string, sep: string = ",") -> list[list[string]]`, Unknown, invalid | tooLarge, csvRows,
		"The fields of each line of CSV, the first one too. An end of line \\r\\n in a field is read as \\n.", `csv.rows("a;\"b;c\"\nd;e", sep: ";") // [["a","b;c"],["d","e"]]`},
	{377, `csv.rows(b: bytes, sep: string = ",") -> list[list[string]]`, Unknown, invalid | tooLarge, csvRows,
		"The fields of each line of CSV, the first one too. An end of line \\r\\n in a field is read as \\n.", `csv.rows("a,b".bytes()) // [["a","b"]]`},
	{420, "semver.compare(a: string, b: string) -> int", Unknown, invalid, semverCompare,
		"-1, 0 or 1 as a is before, equal to or behind b; v1.2 is 1.2.0.", `semver.compare("1.10.0", "v1.9") // 1`},
	{421, "semver.matches(v: string, range: string) -> bool", Unknown, invalid, semverMatches,
		"Whether the version is in the range: >=1.2, <2, ~1.2, ^1.2, 1.x, with a comma or space for and, || for or. A prerelease is in a range that names one only.", `semver.matches("1.4.2", ">=1.2, <2") // true`},
	{422, "semver.key(v: string) -> string", Unknown, invalid, semverKey,
		"A text to sort versions by.", `["1.10.0", "1.9.0"].sort_by(|v| semver.key(v)) // ["1.9.0","1.10.0"]`},
	{423, `csv.format(rows: list[map[E]], sep: string = ",") -> string`, Unknown, absent | invalid, csvFormat,
		"CSV with a line for each map below one with all keys; what a map lacks is empty.", `let rows: list[map[int]] = [{ a: 1 }, { b: 2 }]; csv.format(rows) // "a,b\n1,\n,2\n"`},
	{424, `csv.format(rows: list[list[E]], sep: string = ",") -> string`, Unknown, absent | invalid, csvFormat,
		"CSV with a line for each list.", `csv.format([["a", "b,c"], ["d", ""]]) // "a,\"b,c\"\nd,\n"`},
	{425, `csv.format(rows: list[any], sep: string = ",") -> string`, Unknown, absent | invalid, csvFormat,
		"CSV of data from outside: maps, or lists.", `let rows = json.parse("[{\"a\": 1}]") as list[any]; csv.format(rows) // "a\n1\n"`},
	{426, `csv.format(rows: list[R], sep: string = ",") -> string`, Unknown, absent | invalid, csvFormat,
		"CSV with a line for each record below one with the names of the fields; each field is what a hole writes.", `csv.format([{ name: "web", port: 80 }]) // "name,port\nweb,80\n"`},
}

func jsonParse(c *Call) error {
	v, err := parseJSON(c.T[0], c.Meter, c.T[1] == "text")
	c.OutR = v
	return err
}

// maxIndent keeps an indented value from being mostly white space.
const maxIndent = 16

func jsonFormat(c *Call) error {
	indent, err := c.natural(1, "indent")
	if err != nil {
		return err
	}
	if indent > maxIndent {
		return fault(capability.Range, "indent is at most 16")
	}
	b, err := JSONWith(c.Meter, c.R[0], indent)
	c.OutT = string(b)
	return err
}

func globMatches(c *Call) error {
	if err := c.fuel(1 + mul(int64(len(c.T[0])), int64(len(c.T[1])))/bytesPerFuel); err != nil {
		return err
	}
	if err := CheckGlob(c.T[1]); err != nil {
		return err
	}
	c.setBool(MatchGlob(c.T[1], c.T[0]))
	return nil
}

// body is that of the net.Response that is argument 0.
func (c *Call) body() (string, error) {
	r, ok := c.R[0].(*capability.Record)
	if !ok || r == nil {
		return "", zeroValue("response")
	}
	b := capability.TextOf(r.Lookup("body"))
	return b, c.reads(len(b))
}

func responseText(c *Call) error {
	b, err := c.body()
	if err != nil {
		return err
	}
	c.OutT, err = utf8Text(b)
	return err
}

func responseJSON(c *Call) error {
	b, err := c.body()
	if err != nil {
		return err
	}
	c.OutR, err = ParseJSON(b, c.Meter)
	return err
}
