package conformance

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
)

// The documents of --format json are held to their schemas wherever a page
// makes one: every result and every report that any page sees.
func schemaOf(t testing.TB, file string) *jsonschema.Resolved {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var s jsonschema.Schema
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if file == sarifFile {
		s.Schema = "" // it says draft 4, and uses nothing that later drafts read otherwise
	}
	r, err := s.Resolve(nil)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return r
}

// sarifFile is the standard's own schema, of errata 01.
const sarifFile = "testdata/sarif-2.1.0.schema.json"

// checkDocument holds one command's standard output to the schema it must
// have, "" when it is right or no such document.
func checkDocument(name string, args []string, out []byte) string {
	schema := schemaFor(args)
	if schema == nil || !bytes.HasPrefix(out, []byte("{")) {
		return ""
	}
	var doc any
	if err := json.Unmarshal(out, &doc); err != nil {
		return name + " wrote what is not one JSON document: " + err.Error()
	}
	if err := schema.Validate(doc); err != nil {
		return name + ": the document breaks its schema: " + err.Error()
	}
	return ""
}

// schemaFor is the schema of the document that a command line asks for, or nil.
func schemaFor(args []string) *jsonschema.Resolved {
	line := strings.Join(args, " ")
	switch {
	case strings.Contains(line, "--format sarif"):
		return sarifSchema
	case !strings.Contains(line, "--format json"):
		return nil
	case args[0] == "run":
		return resultSchema
	case args[0] == "report":
		return reportSchema
	case args[0] == "check":
		return checkSchema
	}
	return nil
}

var resultSchema, reportSchema, checkSchema, sarifSchema *jsonschema.Resolved

// A document that breaks the schema must be seen as such, else the check
// above proves nothing.
func TestSchemasRefuseOtherDocuments(t *testing.T) {
	for _, file := range []string{"../docs/result.schema.json", "../docs/report.schema.json", "../docs/check.schema.json", sarifFile} {
		s := schemaOf(t, file)
		for _, doc := range []string{`{}`, `{"status": "fine"}`, `{"version": 1, "extra": true}`, `[]`} {
			var v any
			if err := json.Unmarshal([]byte(doc), &v); err != nil {
				t.Fatal(err)
			}
			if s.Validate(v) == nil {
				t.Errorf("%s takes %s", file, doc)
			}
		}
	}
}
