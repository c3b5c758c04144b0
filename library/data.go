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
