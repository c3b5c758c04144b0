package conformance

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	attackID  = regexp.MustCompile(`\b[A-K][0-9]{2}\b`)
	attackRow = regexp.MustCompile("^\\| ([A-K][0-9]{2}) \\| ([A-Z][^|]+\\.) \\| ((?:`[^`|]+`(?:, `[^`|]+`)*)?)(?:; )?(not here: [^|]+)? \\|$")
	codeSpan  = regexp.MustCompile("`([^`]+)`")
)

// TestAttackCases holds the list of attacks to the pages and tests that show
// them, both ways: what the list names exists and says which case it shows,
// and what says that it shows a case stands in the list.
func TestAttackCases(t *testing.T) {
	shows := pageCases(t)
	for name, ids := range testCases(t) {
		shows[name] = ids
	}
	listed := map[string][]string{} // place -> cases
	for id, places := range attackCases(t) {
		for _, p := range places {
			listed[p] = append(listed[p], id)
			if !slices.Contains(shows[p], id) {
				t.Errorf("%s: there is no %s whose comment names it", id, p)
			}
		}
	}
	for place, ids := range shows {
		for _, id := range ids {
			if !slices.Contains(listed[place], id) {
				t.Errorf("%s shows %s, which the list does not tell", place, id)
			}
		}
		if strings.HasPrefix(place, "attacks/") && listed[place] == nil {
			t.Errorf("%s shows no case of the list", place)
		}
	}
}

// attackCases reads the list: each case with the places that show it.
func attackCases(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/attacks/cases.md")
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string][]string{}
	last := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "| Case |") || strings.HasPrefix(line, "| --- |") {
			continue
		}
		m := attackRow.FindStringSubmatch(line)
		if m == nil || m[3] == "" && m[4] == "" {
			t.Errorf("not a row of the list: %s", line)
			continue
		}
		if m[1] <= last {
			t.Errorf("%s does not come behind %s", m[1], last)
		}
		last = m[1]
		cases[m[1]] = []string{}
		for _, span := range codeSpan.FindAllStringSubmatch(m[3], -1) {
			cases[m[1]] = append(cases[m[1]], span[1])
		}
	}
	return cases
}

// pageCases gives each page with the cases that its first comment names; a
// page of the folder attacks is in it also when it names none.
func pageCases(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, dir := range pageFolders(t) {
		pages, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
		if err != nil {
			t.Fatal(err)
		}
		for _, page := range pages {
			text, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for line := range strings.Lines(string(text)) {
				if !strings.HasPrefix(line, "#") {
					break
				}
				ids = append(ids, attackID.FindAllString(line, -1)...)
			}
			if ids != nil || filepath.Base(dir) == "attacks" {
				found[filepath.Base(dir)+"/"+filepath.Base(page)] = ids
			}
		}
	}
	return found
}

// testCases gives each Go test whose comment names cases, as package.TestName.
func testCases(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		for _, decl := range f.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || fn.Recv != nil || !strings.HasPrefix(fn.Name.Name, "Test") && !strings.HasPrefix(fn.Name.Name, "Fuzz") {
				continue
			}
			if ids := attackID.FindAllString(fn.Doc.Text(), -1); ids != nil {
				found[f.Name.Name+"."+fn.Name.Name] = ids
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
