package library

import (
	"regexp"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"rex/capability"
)

// YAML is written by go-yaml, in blocks. Text that some reader, of YAML 1.1 or
// 1.2, would take for something else stands in quotes.

func yamlFormat(c *Call) error {
	v, err := c.plain(c.R[0])
	if err != nil {
		return err
	}
	w := yamlWriter{budget{c: c}}
	root, err := w.node(v)
	if err != nil {
		return err
	}
	out := &meteredText{c: c}
	d, err := yaml.NewDumper(out, yaml.WithIndent(2), yaml.WithCompactSeqIndent(), yaml.WithLineWidth(-1), yaml.WithUnicode(), yaml.WithQuotePreference(yaml.QuoteDouble))
	if err == nil {
		if err = d.Dump(root); err == nil {
			err = d.Close()
		}
	}
	switch {
	case out.err != nil:
		return out.err
	case err != nil:
		return fault(capability.Invalid, "YAML: "+capability.Printable(err.Error()))
	}
	c.OutT = out.text.String()
	return nil
}

// meteredText is a writer whose bytes are charged.
type meteredText struct {
	c    *Call
	text strings.Builder
	err  error
}

func (w *meteredText) Write(b []byte) (int, error) {
	if w.err = w.c.makes(int64(len(b))); w.err != nil {
		return 0, w.err
	}
	return w.text.Write(b)
}

// yamlNodeBytes is about what a node costs.
const yamlNodeBytes = 200

// yamlWriter makes nodes of values that plain gave: no deeper than a value may
// be, and nothing twice.
type yamlWriter struct{ budget }

func (w *yamlWriter) node(v capability.Value) (*yaml.Node, error) {
	if err := w.pay(yamlNodeBytes); err != nil {
		return nil, err
	}
	if err := w.c.fuel(4); err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case *capability.List:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		for _, x := range v.R {
			item, err := w.node(x)
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, item)
		}
		return n, nil
	case *capability.Map:
		n := &yaml.Node{Kind: yaml.MappingNode}
		for i, key := range v.Keys {
			value, err := w.node(v.R[i])
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, yamlText(key, true), value)
		}
		return n, w.pay(yamlNodeBytes * int64(len(v.Keys)))
	case capability.StringValue:
		return yamlText(string(v), false), nil
	case nil:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}, nil
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: yamlTagOf(v), Value: Text(v)}, nil
}

// yamlText is a text; in quotes where go-yaml would write it without and the
// reader here, or an older one, would take it for something else.
func yamlText(s string, isKey bool) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	if s != "" && yamlNumber(s) != capability.KindString || yaml11().MatchString(s) || isKey && strings.Contains(s, "\n") {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// yaml11 are texts that are none in YAML 1.1: its words for true and false,
// numbers to base 60, the mark of a default value.
var yaml11 = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?i:y|n|yes|no|on|off|[-+]?[0-9][0-9_,]*(:[0-5]?[0-9])+(\.[0-9_]*)?|[-+]?0b[01_]+|=|[-+]?[0-9][0-9_]*)$`)
})
