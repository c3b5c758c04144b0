package library

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"rex/capability"
)

// The methods of strings. Positions and lengths are code points.
var stringRows = []spec{
	{1, "len(s: string) -> int", Unknown, none, stringLen,
		"The number of code points.", `"größe".len() // 5`},
	{2, "is_empty(s: string) -> bool", Unknown, none, stringIsEmpty,
		"Whether there is nothing in it.", `"".is_empty() // true`},
	{3, "trim(s: string) -> string", TrimOf, none, trim,
		"Without white space at both ends.", `"  a b \n".trim() // "a b"`},
	{4, "trim_start(s: string) -> string", TrimStartOf, none, trimStart,
		"Without white space at the start.", `"  a ".trim_start() // "a "`},
	{5, "trim_end(s: string) -> string", TrimEndOf, none, trimEnd,
		"Without white space at the end.", `"  a ".trim_end() // "  a"`},
	{6, "trim_prefix(s: string, prefix: string) -> string", TrimPrefix, none, trimPrefix,
		"Without the prefix, if it starts with it.", `"v1.2".trim_prefix("v") // "1.2"`},
	{7, "trim_suffix(s: string, suffix: string) -> string", TrimSuffix, none, trimSuffix,
		"Without the suffix, if it ends with it.", `"a.tar.gz".trim_suffix(".gz") // "a.tar"`},
	{8, "upper(s: string) -> string", UpperOf, none, upper,
		"In upper case.", `"größe".upper() // "GRÖßE"`},
	{9, "lower(s: string) -> string", LowerOf, none, lower,
		"In lower case.", `"LOG".lower() // "log"`},
	{10, "contains(s: string, text: string) -> bool", Unknown, none, stringContains,
		"Whether the text occurs in it.", `"a.log".contains("log") // true`},
	{11, "starts_with(s: string, text: string) -> bool", Unknown, none, startsWith,
		"Whether it starts with the text.", `"web-1".starts_with("web-") // true`},
	{12, "ends_with(s: string, text: string) -> bool", Unknown, none, endsWith,
		"Whether it ends with the text.", `"a.log".ends_with(".log") // true`},
	{13, "split(s: string, by: string, max: int? = nil) -> list[string]", PiecesOf, invalid | ranged, split,
		"The pieces between the separators, empty ones kept, at most max of them; an empty separator is refused.", `"a,b,,c".split(",") // ["a","b","","c"]`},
	{14, "lines(s: string) -> list[string]", PiecesOf, none, lines,
		"The lines without their ends.", `"one\ntwo\r\n".lines() // ["one","two"]`},
	{15, "fields(s: string) -> list[string]", PiecesOf, none, fields,
		"The pieces between runs of white space.", `" up  3 days ".fields() // ["up","3","days"]`},
	{16, "replace(s: string, text: string, new: string, max: int? = nil) -> string", Replaces, invalid | ranged, replace,
		"With the text replaced, at most max times; an empty text is refused.", `"a.b.c".replace(".", "/") // "a/b/c"`},
	{17, "repeat(s: string, n: int) -> string", MixOf, ranged, repeat,
		"n times one after the other.", `"-".repeat(5) // "-----"`},
	{18, "index(s: string, text: string) -> int?", Unknown, none, stringIndex,
		"Where the text occurs first, nil when it doesn't.", `"a=b".index("=") // 1`},
	{19, "chars(s: string) -> list[string]", PiecesOf, none, chars,
		"Its code points, each as a string.", `"né".chars() // ["n","é"]`},
	{20, "bytes(s: string) -> bytes", Unknown, none, stringBytes,
		"Its UTF-8.", `"né".bytes().len() // 3`},
	{21, "take(s: string, n: int) -> string", TakeOf, ranged, stringTake,
		"The first n code points, or all if there are fewer.", `"2026-03-01".take(4) // "2026"`},
	{22, "drop(s: string, n: int) -> string", DropOf, ranged, stringDrop,
		"What is behind the first n code points.", `"2026-03-01".drop(5) // "03-01"`},
	{23, "drop_last(s: string, n: int) -> string", DropLastOf, ranged, stringDropLast,
		"What is before the last n code points.", `"2026-03-01".drop_last(3) // "2026-03"`},
	{24, "first(s: string) -> string?", PieceOf, none, stringFirst,
		"The first code point, nil when it is empty.", `"abc".first() // "a"`},
	{25, "last(s: string) -> string?", PieceOf, none, stringLast,
		"The last code point, nil when it is empty.", `"abc".last() // "c"`},
	{26, "cut(s: string, text: string) -> {before: string, after: string}?", CutOf, none, cut,
		"What is before and behind the first occurrence of the text, nil when there is none.", `"key=a=b".cut("=") // {"before":"key","after":"a=b"}`},
	{27, "cut_last(s: string, text: string) -> {before: string, after: string}?", CutOf, none, cutLast,
		"The same at the last occurrence.", `"key=a=b".cut_last("=") // {"before":"key=a","after":"b"}`},
	{28, "count(s: string, text: string) -> int", Unknown, invalid, stringCount,
		"How often the text occurs, without overlaps; an empty text is refused.", `"banana".count("an") // 2`},
	{29, "pad(s: string, width: int, align: \"left\" | \"right\" | \"center\" = \"left\", with: string = \" \") -> string", MixOf, invalid | ranged, pad,
		"Filled up to a width in columns of a terminal with one character.", `"7".pad(3, align: "right", with: "0") // "007"`},
	{30, "shorten(s: string, width: int) -> string", MixOf, ranged, shorten,
		"Cut to a width in columns of a terminal, with … at the end when something is cut off.", `"a long message".shorten(7) // "a long…"`},
	{31, `bytes(s: string, encoding: "utf-8" | "latin1") -> bytes`, Unknown, invalid, stringEncode,
		"Its bytes in an encoding; latin1 has a byte for each code point up to U+00FF, and others are refused.", `hex.encode("né".bytes(encoding: "latin1")) // "6ee9"`},
	{32, "natural(s: string) -> string", Unknown, none, natural,
		"A text to sort by: numbers in it count as numbers.", `["a10", "a9"].sort_by(|s| natural(s)) // ["a9","a10"]`},
}

// runeOffset is where code point n begins; the end when there are fewer.
func runeOffset(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}

// endOffset is where the last n code points begin; the start when there are fewer.
func endOffset(s string, n int) int {
	i := len(s)
	for ; n > 0 && i > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(s[:i])
		i -= size
	}
	return i
}

func stringLen(c *Call) error {
	err := c.reads(len(c.T[0]))
	c.OutS = uint64(utf8.RuneCountInString(c.T[0]))
	return err
}

func stringIsEmpty(c *Call) error {
	c.setBool(c.T[0] == "")
	return nil
}

// textOp makes a native of a function from text to text that is a part of it.
func textOp(f func(string) string) Native {
	return func(c *Call) error {
		if err := c.reads(len(c.T[0])); err != nil {
			return err
		}
		c.OutT = f(c.T[0])
		return nil
	}
}

var (
	trim      = textOp(strings.TrimSpace)
	trimStart = textOp(func(s string) string { return strings.TrimLeftFunc(s, unicode.IsSpace) })
	trimEnd   = textOp(func(s string) string { return strings.TrimRightFunc(s, unicode.IsSpace) })
)

func trimPrefix(c *Call) error {
	c.OutT = strings.TrimPrefix(c.T[0], c.T[1])
	return c.reads(len(c.T[1]))
}

func trimSuffix(c *Call) error {
	c.OutT = strings.TrimSuffix(c.T[0], c.T[1])
	return c.reads(len(c.T[1]))
}

// cased charges a text that may grow by half in another case.
func cased(c *Call, f func(string) string) error {
	n := int64(len(c.T[0]))
	if err := c.fuel(n / 4); err != nil {
		return err
	}
	if err := c.makes(n + n/2); err != nil {
		return err
	}
	c.OutT = f(c.T[0])
	return nil
}

func upper(c *Call) error { return cased(c, strings.ToUpper) }
func lower(c *Call) error { return cased(c, strings.ToLower) }

func stringContains(c *Call) error {
	if err := c.reads(len(c.T[0])); err != nil {
		return err
	}
	c.setBool(strings.Contains(c.T[0], c.T[1]))
	return nil
}

func startsWith(c *Call) error {
	c.setBool(strings.HasPrefix(c.T[0], c.T[1]))
	return c.reads(len(c.T[1]))
}

func endsWith(c *Call) error {
	c.setBool(strings.HasSuffix(c.T[0], c.T[1]))
	return c.reads(len(c.T[1]))
}

func emptyText(what string) error { return fault(capability.Invalid, what+" is empty") }

func split(c *Call) error {
	most, err := c.atMost(2)
	if err != nil {
		return err
	}
	return c.splitAt(most)
}

func (c *Call) splitAt(most int) error {
	if c.T[1] == "" {
		return emptyText("the separator")
	}
	if err := c.reads(2 * len(c.T[0])); err != nil {
		return err
	}
	n := min(most, 1+strings.Count(c.T[0], c.T[1]))
	if err := c.builds(n, capability.String); err != nil {
		return err
	}
	c.texts(strings.SplitN(c.T[0], c.T[1], n))
	return nil
}

func lines(c *Call) error {
	s := c.T[0]
	if err := c.reads(2 * len(s)); err != nil {
		return err
	}
	n := strings.Count(s, "\n")
	if s != "" && s[len(s)-1] != '\n' {
		n++
	}
	if err := c.builds(n, capability.String); err != nil {
		return err
	}
	out := make([]string, 0, n)
	for s != "" {
		var line string
		line, s, _ = strings.Cut(s, "\n")
		out = append(out, strings.TrimSuffix(line, "\r"))
	}
	c.texts(out)
	return nil
}

func fields(c *Call) error {
	if err := c.reads(4 * len(c.T[0])); err != nil {
		return err
	}
	n := 0
	for range strings.FieldsSeq(c.T[0]) {
		n++
	}
	if err := c.builds(n, capability.String); err != nil {
		return err
	}
	c.texts(strings.Fields(c.T[0]))
	return nil
}

func replace(c *Call) error {
	most, err := c.atMost(3)
	switch {
	case err != nil:
		return err
	case c.T[1] == "":
		return emptyText("the text to be replaced")
	}
	s, old, with := c.T[0], c.T[1], c.T[2]
	if err := c.reads(2 * len(s)); err != nil {
		return err
	}
	n := min(most, strings.Count(s, old))
	size := int64(len(s))
	if grow := int64(len(with) - len(old)); grow > 0 {
		if size += mul(grow, int64(n)); size < 0 {
			size = math.MaxInt64
		}
	}
	if n == 0 {
		size = 0
	}
	if err := c.makes(size); err != nil {
		return err
	}
	c.OutT = strings.Replace(s, old, with, n)
	return nil
}

func repeat(c *Call) error {
	n, err := c.natural(1, "n")
	if err != nil {
		return err
	}
	if err := c.makes(mul(int64(n), int64(len(c.T[0])))); err != nil {
		return err
	}
	if c.T[0] == "" {
		n = 0
	}
	c.OutT = strings.Repeat(c.T[0], n)
	return nil
}

func stringIndex(c *Call) error {
	if err := c.reads(len(c.T[0])); err != nil {
		return err
	}
	if i := strings.Index(c.T[0], c.T[1]); i >= 0 {
		c.OutR = capability.IntValue(utf8.RuneCountInString(c.T[0][:i]))
	}
	return nil
}

func chars(c *Call) error {
	s := c.T[0]
	if err := c.builds(utf8.RuneCountInString(s), capability.String); err != nil {
		return err
	}
	out := make([]string, 0, utf8.RuneCountInString(s))
	for len(s) > 0 {
		_, n := utf8.DecodeRuneInString(s)
		out = append(out, s[:n])
		s = s[n:]
	}
	c.texts(out)
	return nil
}

func stringBytes(c *Call) error {
	c.OutT = c.T[0]
	return nil
}

// stringEncode is the inverse of text(encoding: ..) of bytes.
func stringEncode(c *Call) error {
	if c.T[1] != "latin1" {
		return stringBytes(c)
	}
	if err := c.makes(int64(len(c.T[0]))); err != nil {
		return err
	}
	out := make([]byte, 0, len(c.T[0]))
	for _, r := range c.T[0] {
		if r > 0xff {
			return fault(capability.Invalid, quoteShort(string(r))+" has no byte in latin1")
		}
		out = append(out, byte(r))
	}
	c.OutT = string(out)
	return nil
}

// cutAt gives a part of the text that code points bound.
func (c *Call) cutAt(part func(s string, n int) string) error {
	n, err := c.natural(1, "n")
	if err != nil {
		return err
	}
	if err := c.reads(min(n, len(c.T[0]))); err != nil {
		return err
	}
	c.OutT = part(c.T[0], n)
	return nil
}

func stringTake(c *Call) error {
	return c.cutAt(func(s string, n int) string { return s[:runeOffset(s, n)] })
}

func stringDrop(c *Call) error {
	return c.cutAt(func(s string, n int) string { return s[runeOffset(s, n):] })
}

func stringDropLast(c *Call) error {
	return c.cutAt(func(s string, n int) string { return s[:endOffset(s, n)] })
}

func stringFirst(c *Call) error {
	if c.T[0] != "" {
		c.OutR = capability.StringValue(c.T[0][:runeOffset(c.T[0], 1)])
	}
	return nil
}

func stringLast(c *Call) error {
	if c.T[0] != "" {
		c.OutR = capability.StringValue(c.T[0][endOffset(c.T[0], 1):])
	}
	return nil
}

func cut(c *Call) error     { return c.cutAround(strings.Index) }
func cutLast(c *Call) error { return c.cutAround(strings.LastIndex) }

func (c *Call) cutAround(index func(s, text string) int) error {
	if err := c.reads(len(c.T[0])); err != nil {
		return err
	}
	i := index(c.T[0], c.T[1])
	if i < 0 {
		return nil
	}
	if err := c.memory(containerBytes); err != nil {
		return err
	}
	c.OutR = capability.NewRecord(c.Type.Elem).
		With("before", capability.StringValue(c.T[0][:i])).
		With("after", capability.StringValue(c.T[0][i+len(c.T[1]):]))
	return nil
}

func stringCount(c *Call) error {
	if c.T[1] == "" {
		return emptyText("the text to be counted")
	}
	if err := c.reads(len(c.T[0])); err != nil {
		return err
	}
	c.OutS = uint64(strings.Count(c.T[0], c.T[1]))
	return nil
}
