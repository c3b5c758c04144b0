package lang

import (
	"os"
	"strings"
	"testing"
)

// The layout of a source doesn't change its tree, as far as newlines stay where
// they count.
func TestLayout(t *testing.T) {
	for _, name := range []string{"testdata/good/whole.rex", "testdata/good/tour.rex"} {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		src := string(raw)
		want := treeOf(t, name, src)
		for how, other := range map[string]string{
			"CR LF":       strings.ReplaceAll(src, "\n", "\r\n"),
			"a BOM":       "\ufeff" + src,
			"blank lines": betweenLines(src, "\n\n"),
			"comments":    betweenLines(src, " // a comment\n// and another\n"),
			"semicolons":  semicolons(src),
			"tabs":        strings.ReplaceAll(src, "\n    ", "\n\t"),
			"no end":      strings.TrimRight(src, "\n"),
		} {
			if got := treeOf(t, name, other); got != want {
				t.Errorf("%s: with %s the tree is another:\n%s\n%s", name, how, got, want)
			}
		}
	}
}

func treeOf(t *testing.T, name, src string) string {
	t.Helper()
	f, ds := Parse(name, []byte(src))
	for _, d := range ds {
		if d.Severity == Error {
			t.Errorf("%s", d.String())
		}
	}
	return f.Doc + sexpr(f.Items)
}

// betweenLines puts a text in place of the newlines after which neither a
// string nor a doc comment goes on.
func betweenLines(src, text string) string {
	var out strings.Builder
	inText := false
	for line := range strings.Lines(src) {
		if strings.Count(line, `"""`) == 1 {
			inText = !inText
		}
		if inText || strings.HasPrefix(line, "#!") || strings.HasPrefix(line, "//") {
			out.WriteString(line)
		} else {
			out.WriteString(strings.TrimSuffix(line, "\n") + text)
		}
	}
	return out.String()
}

// semicolons writes `;` for each end of a statement.
func semicolons(src string) string {
	var ds Diagnostics
	tokens, _, _ := scan(NewSource("t.rex", []byte(src)), &ds)
	var out strings.Builder
	last := uint32(0)
	for _, tok := range tokens {
		if tok.kind == kTerm && tok.at.To <= uint32(len(src)) && src[tok.at.From:tok.at.To] == "\n" {
			out.WriteString(src[last:tok.at.From] + ";")
			last = tok.at.From
		}
	}
	return out.String() + src[last:]
}
