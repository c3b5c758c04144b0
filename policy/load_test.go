package policy

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"rex/capability"
)

func TestPoliciesThatAreRefused(t *testing.T) {
	for _, c := range []struct{ name, text, place, why string }{
		{"syntax", "permit (principal, action, resource);\nforbid (principal, action, resource)\n", "p.cedar:3:1: ", ""},
		{"misspelt action", "permit (principal, action == file_system::Action::\"raed\", resource);", "p.cedar:1: ", "did you mean file_system::Action::\"read\"?"},
		{"misspelt attribute", "\n@id(\"guard\")\nforbid (principal, action == file_system::Action::\"read\", resource) when { resource.pth like \"/etc/*\" };",
			"p.cedar:2: policy guard: ", "pth"},
		{"unguarded optional", "forbid (principal, action == file_system::Action::\"read\", resource) when { resource.owner == \"root\" };", "p.cedar:1: ", "owner"},
		{"unguarded tag", "forbid (principal, action == file_system::Action::\"execute\", resource) when { context.arguments.getTag(\"--x\") == \"y\" };", "p.cedar:1: ", ""},
		{"string as entity", "permit (principal, action, resource == \"/proc/meminfo\");", "p.cedar:1:55: ", ""},
		{"wrong type", "permit (principal, action == file_system::Action::\"read\", resource) when { resource.path > 3 };", "p.cedar:1: ", ""},
		{"entity operator on a string", "forbid (principal, action == file_system::Action::\"read\", resource) when { resource.path in [\"/a\"] };", "p.cedar:1: ", ""},
		{"template", "permit (principal == ?principal, action, resource);", "p.cedar:1:23: ", ""},
		{"nested", "permit (principal, action, resource) when { " + strings.Repeat("(", 200) + "true" + strings.Repeat(")", 200) + " };", "p.cedar:1: ", "nests"},
		{"nested a million deep", strings.Repeat("(", 1_000_000), "p.cedar:1: ", "nests"},
		{"unary", "permit (principal, action, resource) when { " + strings.Repeat("! ", 200) + "true };", "p.cedar:1: ", "in a row"},
		{"long chain", "permit (principal, action, resource) when { true" + strings.Repeat(" && true", 100_000) + " };", "p.cedar:1: ", "longer"},
		{"too large", strings.Repeat("//\n", capability.MaxPolicies/3+1), "p.cedar: ", "larger"},
		{"not text", "\xff\xfe\x00", "p.cedar", ""},
		{"unended string", "permit (principal, action, resource) when { \"", "p.cedar", ""},
	} {
		_, err := Parse("p.cedar", []byte(c.text))
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: got %v", c.name, err)
			continue
		}
		if msg := err.Error(); !strings.HasPrefix(msg, c.place) || !strings.Contains(msg, c.why) {
			t.Errorf("%s: %q, want %q and %q", c.name, msg, c.place, c.why)
		}
	}
}

func TestErrorsOfAFileAreToldTogether(t *testing.T) {
	_, err := Parse("p.cedar", []byte("permit (principal, action == Action::\"x\", resource);\npermit (principal, action == Action::\"y\", resource);"))
	if s := fmt.Sprint(err); !strings.Contains(s, "p.cedar:1: ") || !strings.Contains(s, "p.cedar:2: ") {
		t.Errorf("got %v", err)
	}
}

// Words in strings and comments are none of the scanner's business.
func TestTheScannerKnowsStringsAndComments(t *testing.T) {
	many := strings.Repeat("(!", 500)
	text := "// " + many + "\npermit (principal, action, resource == file_system::File::\"" + many + "\\\"" + many + "\");"
	if _, err := Parse("p.cedar", []byte(text)); err != nil {
		t.Error(err)
	}
}

func TestIdsOfPolicies(t *testing.T) {
	f, err := Parse("app.cedar", []byte("permit (principal, action, resource); forbid (principal, action, resource);\n@id(\"named\")\npermit (principal, action, resource);"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSet(f)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, p := range s.Policies() {
		if !strings.HasPrefix(p.ID, "house-") {
			ids = append(ids, p.ID)
		}
	}
	if got := strings.Join(ids, " "); got != "app.cedar:1 app.cedar:1:39 named" {
		t.Errorf("ids %s", got)
	}
	if _, err := NewSet(f, f); err == nil || !strings.Contains(err.Error(), "app.cedar:1") {
		t.Errorf("the same file twice: %v", err)
	}
	other, err := Parse("b.cedar", []byte("\n@id(\"named\") permit (principal, action, resource);"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = NewSet(f, other)
	if err == nil || err.Error() != "b.cedar:2: policy named: has the id of the policy at app.cedar:2" {
		t.Errorf("a duplicate id: %v", err)
	}
}

// Policies that the ancestor's validator accepts for its schema, from its
// guides and examples.
func TestPoliciesOfTheAncestorLoad(t *testing.T) {
	for _, text := range []string{
		`permit (principal == User::"{{username}}", action in [file_system::Action::"write", file_system::Action::"open", file_system::Action::"network_namespace", file_system::Action::"unmount"], resource);`,
		`permit (principal, action in [process_system::Action::"list", process_system::Action::"list_fds", process_system::Action::"mount_namespace"], resource);`,
		`permit (principal, action == file_system::Action::"open", resource == file_system::Dir::"/usr/share/misc");`,
		`permit (principal, action in [file_system::Action::"open", file_system::Action::"read", file_system::Action::"stat"], resource) when { resource in file_system::Dir::"/tmp/rex" || resource == file_system::Dir::"/tmp" };`,
		`permit (principal, action, resource is file_system::Dir) when { [file_system::Dir::"/var/log", file_system::Dir::"/etc"].contains(resource) };`,
		`permit (principal, action == network::Action::"GET", resource) when { resource.url like "https://*/health" };`,
		`permit (principal, action == file_system::Action::"execute", resource == file_system::File::"/usr/sbin/iptables") when { context.arguments.hasTag("-A") && context.arguments.getTag("-A") == "INPUT" };`,
		`permit (principal, action == file_system::Action::"execute", resource) when { ["--output"].containsAll(context.arguments.keys) && ["--verbose"].containsAll(context.arguments.flags) };`,
		`permit (principal, action == file_system::Action::"execute", resource) when { context.user.username == "root" && context.group.gid == 0 && !(context has namespace) };`,
		`forbid (principal, action == file_system::Action::"move", resource) when { context.destination.parent_path like "/etc*" };`,
		`forbid (principal, action in file_system::Action::"SafeIO", resource) when { resource.path like "/etc/*" };`,
		`permit (principal, action == process_system::Action::"kill", resource) when { resource.username == "app" };`,
		`permit (principal, action == sysinfo::Action::"resolve_hostname", resource) when { resource.hostname like "*.example.org" };`,
	} {
		if _, err := Parse("ancestor.cedar", []byte(text)); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
	}
}

func TestTheHouseIsReplacedByAFileOfItsName(t *testing.T) {
	f, err := Parse("/etc/rex/policy.d/house.cedar", []byte(`@id("mine") permit (principal, action, resource);`))
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSet(f)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Policies(); len(got) != 1 || got[0].ID != "mine" {
		t.Errorf("policies %v", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(houseText))
	f.Add([]byte("permit (principal, action, resource) when { \"\\u{7}\" like \"*\" && -1 < 2 };"))
	f.Add([]byte("@id(\"x\") permit(principal,action,resource)unless{if 1==2 then true else context has a.b};"))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := Parse("fuzz.cedar", text)
		if err != nil {
			return
		}
		if _, err := NewSet(file); err != nil {
			return
		}
	})
}
