package console

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"rex/capability"
)

func TestDocumentsAreSafeOnATerminal(t *testing.T) {
	in := []string{"plain é 漢", "\x1b[2J\x7f", "\u009b31m", "a\u202eb", "\u2028", "\ufeff", "bad\xff"}
	var b bytes.Buffer
	if err := WriteJSON(&b, in); err != nil {
		t.Fatal(err)
	}
	for _, r := range b.String() {
		if r != '\n' && capability.Unprintable(r) {
			t.Errorf("%U is written as it is", r)
		}
	}
	in[len(in)-1] = "bad\ufffd"
	var out []string
	if err := json.Unmarshal(b.Bytes(), &out); err != nil || !reflect.DeepEqual(in, out) {
		t.Errorf("%q is read back as %q, %v", in, out, err)
	}
}
