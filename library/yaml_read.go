package library

import (
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"rex/capability"
)

// YAML is read as YAML 1.2 with its core schema, by go-yaml's scanner and
// parser; what a scalar means is decided here, because that library's own
// answer depends on versions and options:
//
//   - what is in quotes, or a block, is text; so is all else that the core
//     schema does not name: yes, no, on, off, dates, 1_000, 12:30;
//   - null, ~ and nothing are nil; true and false (also True, TRUE) a bool;
//     decimal, 0o and 0x numbers an int, those with a point or exponent a float;
//   - a number with a leading zero is text: 0644 is 420 in YAML 1.1, 644 in 1.2;
//   - infinity, NaN and integers beyond 64 bits are refused, and so is a key
//     that stands twice in a mapping; keys are the text that stands there;
//   - tags but those of the core schema are refused;
//   - an alias is a copy of what it names; << takes in a mapping's entries.
//
// Depth, size and what aliases make of a small text are bounded.

// yamlMarks are the bytes without which no node begins; of each come at most
// two nodes, with their places in lists.
const (
	yamlMarks   = ",:-?[]{}\n#"
	yamlPerMark = 400
)

// maxAliased is how many values all aliases of a document may stand for.
const maxAliased = 100_000

func yamlParse(c *Call) error {
	docs, err := c.yaml(1)
	if err == nil && len(docs) > 0 {
		c.OutR = docs[0]
	}
	return err
}

func yamlParseAll(c *Call) error {
	docs, err := c.yaml(math.MaxInt)
	if err != nil {
		return err
	}
	c.OutR = &capability.List{Elem: c.Type.Elem, Cells: capability.Cells{R: docs}}
	return c.builds(len(docs), capability.Any)
}

// yaml reads the documents of the text that is argument 0, at most so many.
func (c *Call) yaml(most int) (docs []capability.Value, err error) {
	if err := checkText("YAML", c.T[0]); err != nil {
		return nil, err
	}
	_, err = shielded("YAML", func() (capability.Value, error) {
		docs, err = c.yamlDocuments(most)
		return nil, err
	})
	return docs, err
}

func (c *Call) yamlDocuments(most int) ([]capability.Value, error) {
	y := &yamlReader{walk: newWalk(c.Meter), budget: budget{c: c}, open: map[*yaml.Node]bool{}}
	y.left = math.MaxInt64 // the text's length and maxAliased bound the work
	in := &metered{c: c, text: c.T[0], marks: yamlMarks, perMark: yamlPerMark}
	loader, err := yaml.NewLoader(in, yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthFunc(y.checkDepth))))
	if err != nil {
		return nil, err
	}
	var docs []capability.Value
	for {
		var doc yaml.Node
		switch err := loader.Load(&doc); {
		case in.err != nil:
			return nil, in.err
		case errors.Is(err, io.EOF):
			return docs, y.flush()
		case err != nil:
			return nil, y.syntax(err, c.T[0])
		case len(docs) == most:
			return nil, y.fail(&doc, "a second document begins: yaml.parse_all reads all")
		}
		v, err := y.document(&doc)
		if err != nil {
			return nil, err
		}
		docs = append(docs, v)
	}
}

type yamlReader struct {
	walk
	budget
	tooDeep bool
	aliases int                 // how many aliases stand around what is read
	aliased int                 // how many values aliases have given
	open    map[*yaml.Node]bool // what an alias that is being read names
}

func (y *yamlReader) checkDepth(depth int, _ *yaml.DepthContext) error {
	if depth > capability.MaxValueDepth {
		y.tooDeep = true
		return tooDeep()
	}
	return nil
}

// syntax is an error of the parser, with its place.
func (y *yamlReader) syntax(err error, text string) error {
	var e *yaml.LoadError
	if !errors.As(err, &e) {
		return fault(capability.Invalid, "YAML: "+capability.Printable(err.Error()))
	}
	mark, what := e.Mark, e.Message
	if mark.Line == 0 {
		mark = e.ContextMark
	}
	if y.tooDeep {
		what = "nested more than 200 levels deep"
	} else if e.ContextMsg != "" {
		what += ", " + e.ContextMsg
	}
	if mark.Line == 0 {
		return fault(capability.Invalid, "YAML: "+capability.Printable(what))
	}
	return badInput("YAML", mark.Line, mark.Column, what)
}

func (y *yamlReader) fail(n *yaml.Node, what string) error {
	return badInput("YAML", max(n.Line, 1), max(n.Column, 1), what)
}

func (y *yamlReader) document(doc *yaml.Node) (capability.Value, error) {
	if len(doc.Content) == 0 {
		return nil, nil
	}
	return y.value(doc.Content[0])
}

func (y *yamlReader) value(n *yaml.Node) (capability.Value, error) {
	if err := y.step(1); err != nil {
		return nil, err
	}
	if y.aliases > 0 {
		if y.aliased++; y.aliased > maxAliased {
			return nil, fault(capability.TooLarge, "YAML: the aliases stand for more than "+strconv.Itoa(maxAliased)+" values")
		}
	}
	switch n.Kind {
	case yaml.AliasNode:
		return y.alias(n)
	case yaml.ScalarNode:
		return y.scalar(n)
	}
	if y.enter() != nil {
		return nil, y.fail(n, "nested more than 200 levels deep")
	}
	defer y.leave()
	if err := y.pay(containerBytes); err != nil {
		return nil, err
	}
	if n.Kind == yaml.SequenceNode {
		return y.sequence(n)
	}
	return y.mapping(n)
}

// alias copies what it names: a value that is changed in one place stays as it
// is in the other.
func (y *yamlReader) alias(n *yaml.Node) (capability.Value, error) {
	if n.Alias == nil || y.open[n.Alias] {
		return nil, y.fail(n, "the alias names a value that holds it")
	}
	y.open[n.Alias] = true
	y.aliases++
	v, err := y.value(n.Alias)
	y.aliases--
	delete(y.open, n.Alias)
	return v, err
}

func (y *yamlReader) sequence(n *yaml.Node) (capability.Value, error) {
	if tag := explicitTag(n); tag != "" && tag != "!!seq" {
		return nil, y.unknownTag(n)
	}
	l := capability.NewList(capability.Any)
	for _, item := range n.Content {
		v, err := y.value(item)
		if err != nil {
			return nil, err
		}
		if err := y.pay(elementBytes); err != nil {
			return nil, err
		}
		l.R = append(l.R, v)
	}
	return l, nil
}

func (y *yamlReader) mapping(n *yaml.Node) (capability.Value, error) {
	if tag := explicitTag(n); tag != "" && tag != "!!map" {
		return nil, y.unknownTag(n)
	}
	m := capability.NewMap(capability.Any)
	var merged *yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if isMergeKey(key) {
			if merged != nil {
				return nil, y.fail(key, "the key << stands twice in one mapping")
			}
			merged = value
			continue
		}
		name, err := y.key(key)
		if err != nil {
			return nil, err
		}
		if m.Find(name) >= 0 {
			return nil, y.fail(key, "the key "+quoteShort(name)+" stands twice in one mapping")
		}
		v, err := y.value(value)
		if err != nil {
			return nil, err
		}
		if err := y.pay(entryBytes); err != nil {
			return nil, err
		}
		m.R[m.Place(name)] = v
	}
	if merged == nil {
		return m, nil
	}
	return m, y.merge(m, merged)
}

// isMergeKey tells << without quotes.
func isMergeKey(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Value == "<<" && isPlain(n) && (explicitTag(n) == "" || explicitTag(n) == "!!merge")
}

// merge adds the entries of a mapping, or of several, that m does not have.
func (y *yamlReader) merge(m *capability.Map, n *yaml.Node) error {
	v, err := y.value(n)
	if err != nil {
		return err
	}
	sources := []capability.Value{v}
	if l, ok := v.(*capability.List); ok {
		sources = l.R
	}
	for _, source := range sources {
		from, ok := source.(*capability.Map)
		if !ok {
			return y.fail(n, "<< takes a mapping, or a list of mappings")
		}
		for i, key := range from.Keys {
			if m.Find(key) >= 0 {
				continue
			}
			if err := y.pay(entryBytes); err != nil {
				return err
			}
			m.R[m.Place(key)] = from.R[i]
		}
	}
	return nil
}

// key is the text of a key, as it stands there.
func (y *yamlReader) key(n *yaml.Node) (string, error) {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		n = n.Alias
	}
	if n.Kind != yaml.ScalarNode {
		return "", y.fail(n, "a key must be text, not a list or mapping")
	}
	if tag := explicitTag(n); tag != "" {
		if _, err := y.scalar(n); err != nil {
			return "", err
		}
	}
	return n.Value, nil
}

// explicitTag is the tag that stands at a node, "" when there is none.
func explicitTag(n *yaml.Node) string {
	if n.Style&yaml.TaggedStyle != 0 {
		return n.Tag
	}
	return ""
}

func (y *yamlReader) unknownTag(n *yaml.Node) error {
	return y.fail(n, "the tag "+quoteShort(n.Tag)+" is not one of YAML's core schema for this")
}

// isPlain reports that a scalar stands without quotes and is no block.
func isPlain(n *yaml.Node) bool {
	return n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

func (y *yamlReader) scalar(n *yaml.Node) (capability.Value, error) {
	if err := y.pay(elementBytes); err != nil {
		return nil, err
	}
	tag := explicitTag(n)
	switch {
	case tag == "!!str", tag == "" && (!isPlain(n) || n.Tag == "!"):
		return capability.StringValue(n.Value), nil
	case tag == "":
		return y.plain(n)
	}
	v, err := y.plain(n)
	if err != nil {
		return nil, err
	}
	if tag == "!!float" {
		if whole, ok := v.(capability.IntValue); ok {
			v = capability.FloatValue(whole)
		}
	}
	if tag != yamlTagOf(v) || tag == "!!str" {
		return nil, y.unknownTag(n)
	}
	return v, nil
}

func yamlTagOf(v capability.Value) string {
	switch v.(type) {
	case nil:
		return "!!null"
	case capability.BoolValue:
		return "!!bool"
	case capability.IntValue:
		return "!!int"
	case capability.FloatValue:
		return "!!float"
	}
	return ""
}

// plain is what a scalar without quotes means in the core schema.
func (y *yamlReader) plain(n *yaml.Node) (capability.Value, error) {
	s := n.Value
	switch s {
	case "", "~", "null", "Null", "NULL":
		return nil, nil
	case "true", "True", "TRUE":
		return capability.BoolValue(true), nil
	case "false", "False", "FALSE":
		return capability.BoolValue(false), nil
	}
	switch kind := yamlNumber(s); kind {
	case capability.KindInt:
		v, err := strconv.ParseInt(s, yamlBase(s), 64)
		if err != nil {
			return nil, y.fail(n, "the integer does not fit into 64 bits: in quotes it is text")
		}
		return capability.IntValue(v), nil
	case capability.KindFloat:
		x, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
			return nil, y.fail(n, quoteShort(s)+" is no finite number: in quotes it is text")
		}
		return capability.FloatValue(x), nil
	}
	return capability.StringValue(s), nil
}

// yamlNumber tells what number a plain scalar is in the core schema: an int, a
// float (also one that is not finite), or none.
func yamlNumber(s string) capability.Kind {
	if strings.HasPrefix(s, "0o") || strings.HasPrefix(s, "0x") {
		digits := "01234567"
		if s[1] == 'x' {
			digits = "0123456789abcdefABCDEF"
		}
		if len(s) > 2 && strings.Trim(s[2:], digits) == "" {
			return capability.KindInt
		}
		return capability.KindString
	}
	body := strings.TrimLeft(s[:1], "+-") + s[1:]
	switch body {
	case ".inf", ".Inf", ".INF":
		return capability.KindFloat
	case ".nan", ".NaN", ".NAN":
		if body == s {
			return capability.KindFloat
		}
		return capability.KindString
	}
	whole, rest := cutDigits(body)
	if len(whole) > 1 && whole[0] == '0' {
		return capability.KindString
	}
	if rest == "" && whole != "" {
		return capability.KindInt
	}
	var fraction string
	if strings.HasPrefix(rest, ".") {
		fraction, rest = cutDigits(rest[1:])
	}
	if whole == "" && fraction == "" {
		return capability.KindString
	}
	if rest != "" && rest[0]|0x20 == 'e' {
		rest = rest[1:]
		if rest != "" && (rest[0] == '+' || rest[0] == '-') {
			rest = rest[1:]
		}
		exponent, after := cutDigits(rest)
		if exponent == "" || after != "" {
			return capability.KindString
		}
		return capability.KindFloat
	}
	if rest != "" {
		return capability.KindString
	}
	return capability.KindFloat
}

// cutDigits takes decimal digits off the front.
func cutDigits(s string) (digits, rest string) {
	rest = strings.TrimLeft(s, "0123456789")
	return s[:len(s)-len(rest)], rest
}

func yamlBase(s string) int {
	if strings.HasPrefix(s, "0o") || strings.HasPrefix(s, "0x") {
		return 0
	}
	return 10
}
