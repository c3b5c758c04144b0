package policy

import (
	"sort"
	"strings"
	"sync"

	"github.com/cedar-policy/cedar-go/types"

	"rex/capability"
)

// The vocabulary of policies. The entity types and the actions of the
// ancestor stand here as they were; a policy written for it must load. What
// we add is marked optional, or is a type, an action or a group of our own.
// All further actions come from the operation table.

// attribute is one attribute of an entity type, or one field of a context.
type attribute struct {
	name, typ string
	added     bool // ours, and so optional
}

// entityType is one entity type.
type entityType struct {
	space, name string
	in          string // the type of its parents, in the same namespace
	attrs       []attribute
	tags        bool // has tags, all strings
	added       bool
}

var fileFacts = []attribute{
	{"dir", "String", true}, {"name", "String", true}, {"kind", "String", true}, {"owner", "String", true},
	{"group", "String", true}, {"mode", "Long", true}, {"links", "Long", true}, {"mount", "String", true},
}

var entityTypes = []entityType{
	{name: "User"},
	{space: "file_system", name: "Dir", in: "Dir", attrs: join([]attribute{{name: "path", typ: "String"}}, fileFacts)},
	{space: "file_system", name: "File", in: "Dir", attrs: join([]attribute{{name: "path", typ: "String"}}, fileFacts,
		[]attribute{{"size", "Long", true}, {"sha256", "String", true}})},
	{space: "file_system", name: "Arguments", tags: true, attrs: []attribute{
		{name: "keys", typ: "Set<String>"}, {name: "flags", typ: "Set<String>"}, {name: "positional_values", typ: "Set<String>"}}},
	{space: "file_system", name: "Environment", tags: true, attrs: []attribute{{name: "names", typ: "Set<String>"}}},
	{space: "process_system", name: "Process", attrs: []attribute{
		{name: "name", typ: "String"}, {name: "username", typ: "String"}, {name: "command", typ: "String"},
		{"pid", "Long", true}, {"executable", "String", true}, {"cgroup", "String", true}, {"parent", "Long", true}}},
	{space: "systemd", name: "Service", attrs: []attribute{{name: "name", typ: "String"}}},
	{space: "systemd", name: "Systemd"},
	{space: "network", name: "url", attrs: []attribute{
		{name: "url", typ: "String"},
		{"scheme", "String", true}, {"host", "String", true}, {"port", "Long", true},
		{"path", "String", true}, {"query", "String", true}, {"ip", "ipaddr", true}}},
	{space: "sysinfo", name: "Uname"},
	{space: "sysinfo", name: "Sysinfo"},
	{space: "sysinfo", name: "Hostname", attrs: []attribute{{name: "hostname", typ: "String"}}},
	{space: "sysinfo", name: "Env", attrs: []attribute{{name: "name", typ: "String"}}, added: true},
	{space: "sysctl", name: "Sysctl"},
	{space: "Rex", name: "Labels", tags: true, added: true},
	{space: "Rex", name: "Argv", tags: true, attrs: []attribute{{name: "count", typ: "Long"}}, added: true},
}

func join(lists ...[]attribute) []attribute {
	var out []attribute
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

// facts are the attributes of an entity type that are known only once the
// resource has been looked at. A policy that reads none of them can be
// answered before.
var facts = map[string][]string{
	"file_system::File":       {"kind", "owner", "group", "mode", "links", "mount", "size", "sha256"},
	"file_system::Dir":        {"kind", "owner", "group", "mode", "links", "mount"},
	"process_system::Process": {"name", "username", "command", "executable", "cgroup", "parent"},
	"network::url":            {"ip"},
}

// action is one action of the schema.
type action struct {
	space, name string
	effect      string   // its group among ours
	resources   []string // entity types, without namespace
	context     []attribute
	added       bool
}

func (a *action) key() string { return a.space + "/" + a.name }

// commonContext is what the context of every action holds beside what is said
// of the action: ours, and so optional.
var commonContext = []attribute{{"module", "String", true}, {"labels", "Rex::Labels", true}, {"dry_run", "Bool", true}}

var executeContext = []attribute{
	{name: "arguments", typ: "Arguments"},
	{name: "environment", typ: "Environment"},
	{name: "user", typ: "{ username: String, uid: Long }"},
	{name: "group", typ: "{ groupname: String, gid: Long }"},
	{"namespace", "{ target_process_id: Long }", true},
	{"argv", "Rex::Argv", true},
}

var moveContext = []attribute{{name: "destination", typ: "{ path: String, name: String, parent_path: String }"}}

var (
	createContext = []attribute{{"target", "String", true}}
	chmodContext  = []attribute{{"mode", "Long", true}}
	chownContext  = []attribute{{"owner", "String", true}, {"group", "String", true}}
)

var xattrContext = []attribute{{name: "xattr", typ: "{ name: String }"}}

// ancestorGroups is the group of each namespace of the ancestor.
var ancestorGroups = map[string]string{
	"file_system": "SafeIO", "sysinfo": "SysinfoAction", "network": "NetworkAction",
	"process_system": "ProcessAction", "systemd": "SystemdAction", "sysctl": "SysctlAction",
}

// ancestorActions are the ancestor's actions, with the effect that puts those
// the operation table doesn't ask into a group of ours.
var ancestorActions = []struct {
	space     string
	names     string
	resources []string
	context   []attribute
	effect    capability.Effect
}{
	{"file_system", "write network_namespace", []string{"File"}, nil, capability.Change},
	{"file_system", "redacted_read", []string{"File"}, nil, capability.Read},
	{"file_system", "execute", []string{"File"}, executeContext, capability.Execute},
	{"file_system", "open read stat", []string{"File", "Dir"}, nil, capability.Read},
	{"file_system", "create", []string{"File", "Dir"}, createContext, capability.Change},
	{"file_system", "chmod", []string{"File", "Dir"}, chmodContext, capability.Change},
	{"file_system", "chown", []string{"File", "Dir"}, chownContext, capability.Change},
	{"file_system", "delete", []string{"File", "Dir"}, nil, capability.Destroy},
	{"file_system", "set_x_attr", []string{"File", "Dir"}, xattrContext, capability.Change},
	{"file_system", "move", []string{"File", "Dir"}, moveContext, capability.Change},
	{"file_system", "unmount", []string{"Dir"}, nil, capability.Change},
	{"process_system", "list list_fds", []string{"Process"}, nil, capability.Read},
	{"process_system", "mount_namespace network_namespace", []string{"Process"}, nil, capability.Change},
	{"process_system", "kill interrupt", []string{"Process"}, nil, capability.Destroy},
	{"process_system", "trace", []string{"Process"}, nil, capability.Execute},
	{"systemd", "start stop restart", []string{"Service"}, nil, capability.Change},
	{"systemd", "status", []string{"Service"}, nil, capability.Read},
	{"systemd", "daemon_reload", []string{"Systemd"}, nil, capability.Change},
	{"network", "GET connect", []string{"url"}, nil, capability.Send},
	{"sysinfo", "list", []string{"Uname", "Sysinfo"}, nil, capability.Read},
	{"sysinfo", "resolve_hostname", []string{"Hostname"}, nil, capability.Send},
	{"sysctl", "load", []string{"Sysctl"}, nil, capability.Change},
}

// Groups are our action groups, from the mildest: `action in Rex::Action::"Read"`.
var Groups = []string{"Read", "Change", "Destroy", "Execute", "Send"}

func groupOf(e capability.Effect) string { return Groups[e-capability.Read] }

// actions gives every action, by namespace and name. The group of an action
// is the mildest effect of the operations that ask it: `open` is asked by
// readers and writers, and belongs to Read.
var actions = sync.OnceValue(func() []action {
	found := map[string]*action{}
	effects := map[string]capability.Effect{}
	for _, x := range ancestorActions {
		for _, name := range strings.Fields(x.names) {
			a := &action{space: x.space, name: name, resources: x.resources, context: x.context}
			found[a.key()], effects[a.key()] = a, x.effect
		}
	}
	asked := map[string]capability.Effect{}
	for _, op := range capability.Table() {
		eachAsk(op.Asks, func(ask *capability.Ask) {
			key := ask.Space + "/" + ask.Action
			a := found[key]
			if a == nil {
				a = &action{space: ask.Space, name: ask.Action, added: true}
				found[key] = a
			}
			for _, e := range ask.Entity {
				a.resources = addWord(a.resources, e)
			}
			if e, ok := asked[key]; !ok || op.Effect < e {
				asked[key] = op.Effect
			}
		})
	}
	for key, e := range asked {
		if _, ok := effects[key]; !ok {
			effects[key] = e
		}
	}
	var out []action
	for key, a := range found {
		a.effect = groupOf(effects[key])
		out = append(out, *a)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].key() < out[j].key() })
	return out
})

func addWord(words []string, w string) []string {
	for _, x := range words {
		if x == w {
			return words
		}
	}
	return append(words[:len(words):len(words)], w)
}

func eachAsk(asks []capability.Ask, f func(*capability.Ask)) {
	for i := range asks {
		f(&asks[i])
		eachAsk(asks[i].Or, f)
	}
}

// allEntityTypes are the types above and those that only the table names.
var allEntityTypes = sync.OnceValue(func() []entityType {
	out := append([]entityType(nil), entityTypes...)
	seen := map[string]bool{}
	for _, e := range out {
		seen[e.space+"/"+e.name] = true
	}
	for _, op := range capability.Table() {
		eachAsk(op.Asks, func(ask *capability.Ask) {
			for _, name := range ask.Entity {
				if key := ask.Space + "/" + name; !seen[key] {
					seen[key] = true
					out = append(out, entityType{space: ask.Space, name: name, added: true})
				}
			}
		})
	}
	return out
})

// Schema is the schema policies are written for, as Cedar schema text.
func Schema() string { return schemaText() }

var schemaText = sync.OnceValue(func() string {
	var b strings.Builder
	b.WriteString("entity User;\n")
	spaces := []string{"Rex"}
	for _, e := range allEntityTypes() {
		if e.space != "" {
			spaces = addWord(spaces, e.space)
		}
	}
	for _, a := range actions() {
		spaces = addWord(spaces, a.space)
	}
	sort.Strings(spaces)
	for _, space := range spaces {
		b.WriteString("\nnamespace " + space + " {\n")
		writeEntities(&b, space)
		writeGroups(&b, space)
		for _, a := range actions() {
			if a.space == space {
				writeAction(&b, &a)
			}
		}
		b.WriteString("}\n")
	}
	return b.String()
})

func writeEntities(b *strings.Builder, space string) {
	for _, e := range allEntityTypes() {
		if e.space != space {
			continue
		}
		b.WriteString("  entity " + e.name)
		if e.in != "" {
			b.WriteString(" in " + e.in)
		}
		if len(e.attrs) > 0 {
			b.WriteString(" { " + fieldsText(e.attrs) + " }")
		}
		if e.tags {
			b.WriteString(" tags String")
		}
		b.WriteString(";\n")
	}
}

func writeGroups(b *strings.Builder, space string) {
	groups := []string{ancestorGroups[space]}
	if space == "Rex" {
		groups = Groups
	}
	for _, g := range groups {
		if g != "" {
			b.WriteString("  action " + g + ";\n")
		}
	}
}

func writeAction(b *strings.Builder, a *action) {
	var groups []string
	for _, g := range actionGroups()[a.uid()] {
		groups = append(groups, g.String())
	}
	b.WriteString("  action " + a.name + " in [" + strings.Join(groups, ", ") + "] appliesTo {\n")
	b.WriteString("    principal: [User],\n")
	b.WriteString("    resource: [" + strings.Join(a.resources, ", ") + "],\n")
	b.WriteString("    context: { " + fieldsText(append(a.context[:len(a.context):len(a.context)], commonContext...)) + " }\n")
	b.WriteString("  };\n")
}

// fieldsText writes attributes; what is added is optional.
func fieldsText(attrs []attribute) string {
	parts := make([]string, len(attrs))
	for i, a := range attrs {
		mark := ""
		if a.added {
			mark = "?"
		}
		parts[i] = a.name + mark + ": " + a.typ
	}
	return strings.Join(parts, ", ")
}

// actionGroups gives the groups of every action.
var actionGroups = sync.OnceValue(func() map[types.EntityUID][]types.EntityUID {
	m := map[types.EntityUID][]types.EntityUID{}
	for _, a := range actions() {
		groups := []types.EntityUID{}
		if g := ancestorGroups[a.space]; g != "" && !a.added {
			groups = append(groups, types.NewEntityUID(types.EntityType(a.space+"::Action"), types.String(g)))
		}
		m[a.uid()] = append(groups, types.NewEntityUID("Rex::Action", types.String(a.effect)))
	}
	return m
})
