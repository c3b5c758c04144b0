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
	r, err := s.Resolve(nil)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return r
}

// checkDocument holds one command's standard output to the schema it must
// have, "" when it is right or no such document.
func checkDocument(name string, args []string, out []byte) string {
	if !strings.Contains(strings.Join(args, " "), "--format json") || len(args) == 0 || !bytes.HasPrefix(out, []byte("{")) {
		return ""
	}
	var schema *jsonschema.Resolved
	switch {
	case args[0] == "run":
		schema = resultSchema
	case args[0] == "report":
		schema = reportSchema
	default:
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

var resultSchema, reportSchema *jsonschema.Resolved

// A document that breaks the schema must be seen as such, else the check
// above proves nothing.
func TestSchemasRefuseOtherDocuments(t *testing.T) {
	for _, file := range []string{"../docs/result.schema.json", "../docs/report.schema.json"} {
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
