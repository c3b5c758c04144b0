package library

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"rex/capability"
)

// What is done with a regex. Patterns are RE2: time is linear in the text.
var regexRows = []spec{
	{50, "contains(s: string, pattern: regex) -> bool", Unknown, invalid, regexContains,
		"Whether the pattern matches somewhere.", `"GET /a".contains(re"^(GET|HEAD) ") // true`},
	{51, "matches(s: string, pattern: regex) -> bool", Unknown, invalid, regexMatches,
		"Whether the pattern matches the whole.", `"web-01".matches(re"[a-z]+-\d+") // true`},
	{52, "index(s: string, pattern: regex) -> int?", Unknown, invalid, regexIndex,
		"Where the pattern matches first, nil when it doesn't.", `"abc42".index(re"\d") // 3`},
	{53, "count(s: string, pattern: regex) -> int", Unknown, invalid, regexCount,
		"How often the pattern matches, without overlaps.", `"a1b22".count(re"\d+") // 2`},
	{54, "replace(s: string, pattern: regex, new: string, max: int? = nil) -> string", MixOf, invalid | ranged, regexReplace,
		"With the matches replaced; $1 to $9 are groups, $$ is $.", `"10.0.0.1".replace(re"(\d+)$", "<$1>") // "10.0.0.<1>"`},
	{55, "capture(s: string, pattern: regex) -> list[string?]?", GroupsOf, invalid, capture,
		"The first match and its groups, nil when there is none; a group that took no part is nil.", `"k=v".capture(regex("(\\w)=(\\w)")) // ["k=v","k","v"]`},
	{56, "capture_all(s: string, pattern: regex) -> list[list[string?]]", AllGroupsOf, invalid, captureAll,
		"All matches, each with its groups.", `"a=1 b=2".capture_all(regex("(\\w)=(\\d)")) // [["a=1","a","1"],["b=2","b","2"]]`},
	{57, "regex.escape(s: string) -> string", Unknown, none, regexEscape,
		"The pattern that matches this text literally.", `regex.escape("a.b*") // "a\\.b\\*"`},
	{58, "split(s: string, by: regex, max: int? = nil) -> list[string]", PiecesOf, invalid | ranged, regexSplit,
		"The pieces between the matches, at most max of them.", `"a1b22c".split(re"\d+") // ["a","b","c"]`},
}

// maxRegex bounds a pattern's bytes, in source and made when running.
const maxRegex = 4 << 10

var patterns = bounded[*regexp.Regexp]{limit: 256}

// Regex compiles a pattern, or gives the one compiled before. The error is of
// kind invalid.
func Regex(pattern string) (*regexp.Regexp, error) {
	return patterns.get(pattern, func() (*regexp.Regexp, error) {
		if len(pattern) > maxRegex {
			return nil, fault(capability.Invalid, "the regex is longer than 4096 bytes")
		}
		re, err := regexp.Compile(pattern)
		if err != nil {
			why := strings.TrimPrefix(err.Error(), "error parsing regexp: ")
			return nil, fault(capability.Invalid, "the regex "+quoteShort(pattern)+" is wrong: "+capability.Printable(why))
		}
		return re, nil
	})
}

var wholePatterns = bounded[*regexp.Regexp]{limit: 256}

// wholeRegex compiles a pattern that must match the whole of a text.
func wholeRegex(pattern string) (*regexp.Regexp, error) {
	return wholePatterns.get(pattern, func() (*regexp.Regexp, error) {
		if _, err := Regex(pattern); err != nil {
			return nil, err
		}
		return regexp.Compile(`\A(?:` + pattern + `)\z`)
	})
}

func quoteMeta(s string) string { return regexp.QuoteMeta(s) }

// scan compiles the pattern that is argument 1 and charges a search of the
// text that is argument 0: RE2 takes time in proportion to both.
func (c *Call) scan() (*regexp.Regexp, error) {
	if err := c.fuel(searchCost(c.T[0], c.T[1])); err != nil {
		return nil, err
	}
	return Regex(c.T[1])
}

func searchCost(text, pattern string) int64 {
	return mul(int64(len(text)), int64(1+len(pattern)/32))
}

// matches finds all matches, at most so many, with their groups. It asks for a
// few, then for more and more, so that memory is charged before it is taken
// and a text with few matches costs little.
func (c *Call) matches(re *regexp.Regexp, most int) ([][]int, error) {
	each := int64(24 + 16*(1+re.NumSubexp()))
	for n := 64; ; n *= 8 {
		n = min(n, most)
		if err := c.memory(mul(each, int64(min(n, len(c.T[0])+1)))); err != nil {
			return nil, err
		}
		found := re.FindAllStringSubmatchIndex(c.T[0], n)
		if len(found) < n || n == most {
			return found, nil
		}
		if err := c.fuel(searchCost(c.T[0], c.T[1])); err != nil {
			return nil, err
		}
	}
}

func regexContains(c *Call) error {
	re, err := c.scan()
	if err == nil {
		c.setBool(re.MatchString(c.T[0]))
	}
	return err
}

func regexMatches(c *Call) error {
	if _, err := c.scan(); err != nil {
		return err
	}
	re, err := wholeRegex(c.T[1])
	if err == nil {
		c.setBool(re.MatchString(c.T[0]))
	}
	return err
}

func regexIndex(c *Call) error {
	re, err := c.scan()
	if err != nil {
		return err
	}
	if at := re.FindStringIndex(c.T[0]); at != nil {
		c.OutR = capability.IntValue(utf8.RuneCountInString(c.T[0][:at[0]]))
	}
	return nil
}

func regexCount(c *Call) error {
	re, err := c.scan()
	if err != nil {
		return err
	}
	found, err := c.matches(re, math.MaxInt)
	c.OutS = uint64(len(found))
	return err
}

func regexReplace(c *Call) error {
	most, err := c.atMost(3)
	if err != nil {
		return err
	}
	re, err := c.scan()
	if err != nil {
		return err
	}
	parts, err := replacement(c.T[2], re.NumSubexp())
	if err != nil {
		return err
	}
	found, err := c.matches(re, most)
	if err != nil {
		return err
	}
	s, from := c.T[0], 0
	out := c.builder()
	for _, at := range found {
		out.write(s[from:at[0]])
		for _, p := range parts {
			if p.group < 0 {
				out.write(p.text)
			} else if i := 2 * p.group; at[i] >= 0 {
				out.write(s[at[i]:at[i+1]])
			}
		}
		from = at[1]
	}
	out.write(s[from:])
	c.OutT, err = out.finish()
	return err
}

// replacementPart is literal text, or a group when group is not negative.
type replacementPart struct {
	text  string
	group int
}

// replacement takes a text with $1 and $$ apart.
func replacement(s string, groups int) ([]replacementPart, error) {
	var parts []replacementPart
	from := 0
	for i := 0; i+1 < len(s); i++ {
		if s[i] != '$' {
			continue
		}
		switch d := s[i+1]; {
		case d == '$':
			parts = append(parts, replacementPart{s[from : i+1], -1})
		case d >= '0' && d <= '9':
			if int(d-'0') > groups {
				return nil, fault(capability.Invalid, "the new text names group $"+string(d)+", but the regex has "+strconv.Itoa(groups))
			}
			parts = append(parts, replacementPart{s[from:i], -1}, replacementPart{"", int(d - '0')})
		default:
			continue
		}
		i++
		from = i + 1
	}
	return append(parts, replacementPart{s[from:], -1}), nil
}

var captureType = capability.ListOf(capability.OptionalOf(capability.String))

// groupsOf makes the list of a match and its groups.
func groupsOf(s string, at []int) *capability.List {
	l := capability.NewList(captureType.Elem)
	for i := 0; i < len(at); i += 2 {
		if at[i] < 0 {
			l.R = append(l.R, nil)
		} else {
			l.R = append(l.R, capability.StringValue(s[at[i]:at[i+1]]))
		}
	}
	return l
}

func capture(c *Call) error {
	re, err := c.scan()
	if err != nil {
		return err
	}
	if err := c.memory(int64(containerBytes + 32*(1+re.NumSubexp()))); err != nil {
		return err
	}
	if at := re.FindStringSubmatchIndex(c.T[0]); at != nil {
		c.OutR = groupsOf(c.T[0], at)
	}
	return nil
}

func captureAll(c *Call) error {
	re, err := c.scan()
	if err != nil {
		return err
	}
	found, err := c.matches(re, math.MaxInt)
	if err != nil {
		return err
	}
	if err := c.memory(mul(int64(len(found)), int64(containerBytes+32*(1+re.NumSubexp())))); err != nil {
		return err
	}
	out := capability.NewList(captureType)
	for _, at := range found {
		out.R = append(out.R, groupsOf(c.T[0], at))
	}
	c.OutR = out
	return nil
}

func regexSplit(c *Call) error {
	most, err := c.atMost(2)
	if err != nil {
		return err
	}
	re, err := c.scan()
	if err != nil {
		return err
	}
	found, err := c.matches(re, most)
	if err != nil {
		return err
	}
	if err := c.memory(mul(int64(len(found)+1), 16)); err != nil {
		return err
	}
	s, from := c.T[0], 0
	var pieces []string
	for _, at := range found {
		if len(pieces) == most-1 {
			break
		}
		if at[1] > 0 && at[0] < len(s) || at[1] > at[0] {
			pieces = append(pieces, s[from:at[0]])
			from = at[1]
		}
	}
	c.texts(append(pieces, s[from:]))
	return nil
}

func regexEscape(c *Call) error {
	if err := c.makes(2 * int64(len(c.T[0]))); err != nil {
		return err
	}
	c.OutT = quoteMeta(c.T[0])
	return nil
}

func regexQuote(c *Call) error {
	if err := regexEscape(c); err != nil {
		return err
	}
	_, err := Regex(c.OutT)
	return err
}
