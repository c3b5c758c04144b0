package command

import (
	"bytes"
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"rex/cmd/console"
)

func TestSplitWords(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string
	}{
		{"ssh web-1", []string{"ssh", "web-1"}},
		{"  a  'b c' \"d 'e'\" f\\ g ''", []string{"a", "b c", "d 'e'", "f g", ""}},
	} {
		got, err := splitWords(c.in)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: got %q, %v", c.in, got, err)
		}
	}
	for _, bad := range []string{"", "  ", "'a", `a\`} {
		if got, err := splitWords(bad); err == nil {
			t.Errorf("%q: got %q", bad, got)
		}
	}
}

// What shellQuote writes, a real shell must read back.
func TestShellQuote(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("needs sh, the shell whose quoting it is: ", err)
	}
	for _, s := range []string{"", "plain", "a b", "it's", `$(touch x) "q" \ ; | & <`, "new\nline", "--arg=k=v"} {
		out, err := exec.Command(sh, "-c", "printf %s "+shellQuote(s)).Output()
		if err != nil || string(out) != s {
			t.Errorf("%q came back as %q (%v)", s, out, err)
		}
	}
}

func TestViaSSHQuotesFlags(t *testing.T) {
	words, err := commandLine("ssh web-1", []string{"--arg", "k=a b"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(words, " "), "ssh web-1 rexvm run - --arg 'k=a b'"; got != want {
		t.Errorf("got %s", got)
	}
	words, _ = commandLine("docker exec -i c", []string{"--arg", "k=a b"})
	if got := words[len(words)-1]; got != "k=a b" {
		t.Errorf("got %s", got)
	}
}

// Every command's help names its usage, its flags and an example that begins
// with the program's name.
func TestHelpShowsExamples(t *testing.T) {
	for _, cmd := range program.Commands {
		var out, err bytes.Buffer
		args := append(strings.Fields(cmd.Words), "--help")
		if s := Main(args, strings.NewReader(""), &out, &err); s != int(console.Done) {
			t.Errorf("%s --help: status %d, %s", cmd.Words, s, err.String())
		}
		if !strings.Contains(out.String(), "usage: rexc "+cmd.Words) || !strings.Contains(out.String(), "examples:\n  ") {
			t.Errorf("%s --help:\n%s", cmd.Words, out.String())
		}
	}
}
