package policy

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/cedar-policy/cedar-go/types"

	"rex/capability"
)

// Identity is who runs a script: the effective user and group when rexvm
// started. One without a name is called by its number: "#1001".
type Identity struct {
	User  string
	UID   int64
	Group string
	GID   int64
}

// Principal is the identity as a principal, all of it known.
func (id Identity) Principal() Principal {
	return Principal{Name: id.User, Known: true, local: &id}
}

// Principal is who is asked for, as far as it is known.
type Principal struct {
	Name  string
	Known bool
	local *Identity // the numbers and the group, when they are known
}

func userUID(name string) types.EntityUID {
	return types.EntityUID{Type: userType, ID: types.String(capability.EntityID(name))}
}

// Known is what is known of a run beside its principal.
type Known struct {
	Module string            // hash of the module, hex; "": unknown
	Labels map[string]string // what the caller claims; nil: nothing is known of the run
	DryRun bool              // counts when the labels are known
}

// builder makes the entities and contexts of questions, the same way for a
// real call and for a foreseen one. Attributes that no policy in question
// reads are left out: nothing can depend on them.
type builder struct {
	principal Principal
	run       Known
	reads     map[string]bool // nil: all
}

func (b *builder) wants(name string) bool { return b.reads == nil || b.reads[name] }

// subject is one thing an ask is put about: a name, as a type, with what has
// been found out. nil facts are unknown; empty facts are known to be absent.
type subject struct {
	typ   types.EntityType
	name  text
	facts *Facts
}

// names is what an ask's parameter names; ok is false when it is not given.
func names(op *capability.Op, ask *capability.Ask, src source) (name text, ok bool) {
	if ask.Part == capability.PartFixed {
		return known(ask.Fixed), true
	}
	i := op.Param(ask.Param)
	if i < 0 {
		return text{}, false
	}
	if op.Params[i].Type.Kind == capability.KindRecord {
		return src.field(i, "pid")
	}
	name, ok = src.text(i)
	switch {
	case ok && ask.Part == capability.PartParent:
		name = name.parent()
	case ok && ask.Part == capability.PartAppended:
		name = name.appended(ask.Fixed)
	}
	return name, ok
}

// entityOf makes the entity of a subject. An error says why a known name can
// name nothing; it is what the script gets.
func (b *builder) entityOf(s subject) (*entity, *capability.Error) {
	e := &entity{typ: s.typ, id: s.name}
	switch s.typ {
	case fileType, dirType:
		b.file(e, s.facts)
	case processType:
		b.process(e, s.facts)
	case urlType:
		if err := b.url(e, s.facts); err != nil {
			return nil, err
		}
	case serviceType:
		if err := service(e); err != nil {
			return nil, err
		}
		e.put("name", textValue(e.id))
	case "sysinfo::Hostname":
		e.put("hostname", textValue(e.id))
	case "sysinfo::Env":
		e.put("name", textValue(e.id))
	}
	return e, nil
}

// text puts an optional fact: absent, known, or unknown and maybe absent.
func (b *builder) text(e *entity, name string, f *Facts, v *string) {
	switch {
	case !b.wants(name):
	case f == nil:
		e.maybe(name, textValue(anyText))
	case v != nil:
		e.put(name, textValue(known(*v)))
	}
}

func (b *builder) long(e *entity, name string, f *Facts, v *int64) {
	switch {
	case !b.wants(name):
	case f == nil:
		e.maybe(name, value{kind: valueLong})
	case v != nil:
		e.put(name, longValue(*v))
	}
}

// noFacts are those of a resource that is not looked at, missing those of one
// that is not there or can't be looked at.
var noFacts, missing = Facts{}, Facts{Missing: true}

// file gives a file or folder its attributes. dir and name come from the
// name itself; the root has neither.
func (b *builder) file(e *entity, f *Facts) {
	e.tree = true
	e.put("path", textValue(e.id))
	root, other := e.id.is("/")
	place := func(name string, cut func() text) {
		switch {
		case !b.wants(name) || !other:
		case root:
			e.maybe(name, textValue(cut()))
		default:
			e.put(name, textValue(cut()))
		}
	}
	place("dir", e.id.parent)
	place("name", e.id.base)
	v := f
	if v == nil {
		v = &noFacts
	}
	b.text(e, "kind", f, v.Kind)
	b.text(e, "owner", f, v.Owner)
	b.text(e, "group", f, v.Group)
	b.long(e, "mode", f, v.Mode)
	b.long(e, "links", f, v.Links)
	b.text(e, "mount", f, v.Mount)
	if e.typ == fileType {
		b.long(e, "size", f, v.Size)
		b.text(e, "sha256", f, v.SHA256)
	}
}

func (b *builder) process(e *entity, f *Facts) {
	if n, err := strconv.ParseInt(e.id.s, 10, 64); err == nil && e.id.isKnown() {
		e.put("pid", longValue(n))
	} else {
		e.maybe("pid", value{kind: valueLong})
	}
	v := f
	if v == nil {
		v = &noFacts
	}
	b.text(e, "name", f, v.Name)
	b.text(e, "username", f, v.Username)
	b.text(e, "command", f, v.Command)
	b.text(e, "executable", f, v.Executable)
	b.text(e, "cgroup", f, v.Cgroup)
	b.long(e, "parent", f, v.Parent)
}

// unitSuffixes are the kinds of systemd's units.
var unitSuffixes = []string{
	".service", ".socket", ".target", ".timer", ".path", ".mount", ".automount", ".swap", ".slice", ".scope", ".device",
}

// service normalises the unit's name: a name without a suffix is a service's.
func service(e *entity) *capability.Error {
	if !e.id.isKnown() {
		// With or without the suffix: a name that has one keeps it.
		a := e.id.lang.clone()
		end := a.add()
		a.states[end].accept = true
		for s := range a.states[:end] {
			if a.states[s].accept {
				a.skip(a.literal(s, ".service"), end)
			}
		}
		e.id = text{lang: a.finish(), from: e.id.from}
		return nil
	}
	unit, why := UnitName(e.id.s)
	if why != "" {
		return capability.Fault(capability.Invalid, "unit name "+strconv.Quote(e.id.s)+" "+why)
	}
	e.id.s = unit
	return nil
}

// UnitName completes a systemd unit's name with ".service" and says what is
// wrong with it, "" when nothing is.
func UnitName(s string) (unit, why string) {
	suffix := ""
	for _, x := range unitSuffixes {
		if strings.HasSuffix(s, x) {
			suffix = x
		}
	}
	if suffix == "" {
		suffix = ".service"
		s += suffix
	}
	switch {
	case len(s) == len(suffix):
		return "", "has nothing before its suffix"
	case len(s) > 255:
		return "", "is longer than 255 bytes"
	}
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && !strings.ContainsRune(":-_.\\@", rune(c)) {
			return "", "holds a character that no unit has"
		}
	}
	return s, ""
}

// url gives a URL its attributes. Its text is canonical already; one that
// isn't is refused, so that no policy is evaded by a spelling.
func (b *builder) url(e *entity, f *Facts) *capability.Error {
	e.put("url", textValue(e.id))
	if !e.id.isKnown() {
		b.urlPattern(e)
		return nil
	}
	u, why := splitURL(e.id.s)
	if why != "" {
		return capability.Fault(capability.Invalid, "URL "+strconv.Quote(e.id.s)+" "+why)
	}
	b.authority(e, u)
	e.put("path", textValue(known(u.path)))
	if u.query != "" {
		e.put("query", textValue(known(u.query)))
	}
	switch {
	case u.ip != nil:
		e.put("ip", knownValue(*u.ip))
	case f == nil:
		e.maybe("ip", value{kind: valueIP})
	case f.IP != nil:
		if ip, ok := address(*f.IP); ok {
			e.put("ip", knownValue(ip))
		}
	}
	return nil
}

func (b *builder) authority(e *entity, u urlParts) {
	e.put("scheme", textValue(known(u.scheme)))
	e.put("host", textValue(known(u.host)))
	e.put("port", longValue(u.port))
}

// urlPattern gives what a URL known in part has for certain: scheme, host and
// port, when each of its patterns begins with the same.
func (b *builder) urlPattern(e *entity) {
	var first urlParts
	same := len(e.id.from) > 0
	for i, p := range e.id.from {
		u, ok := patternAuthority(p)
		same = same && ok && (i == 0 || u.scheme == first.scheme && u.host == first.host && u.port == first.port)
		first = u
	}
	if same {
		b.authority(e, first)
		if first.ip != nil {
			e.put("ip", knownValue(*first.ip))
		} else {
			e.maybe("ip", value{kind: valueIP})
		}
	} else {
		e.put("scheme", textValue(anyText))
		e.put("host", textValue(anyText))
		e.put("port", value{kind: valueLong})
		e.maybe("ip", value{kind: valueIP})
	}
	e.put("path", textValue(anyText))
	e.maybe("query", textValue(anyText))
}

// patternAuthority reads scheme and host off a pattern that begins with them,
// slash included.
func patternAuthority(p capability.Pattern) (urlParts, bool) {
	if len(p) == 0 || p[0].Kind != capability.PieceLiteral {
		return urlParts{}, false
	}
	s := p[0].Text
	i := strings.Index(s, "://")
	if i < 0 {
		return urlParts{}, false
	}
	end := strings.IndexAny(s[i+3:], "/?#")
	if end < 0 && !p.IsConstant() {
		return urlParts{}, false
	}
	if end >= 0 {
		s = s[:i+3+end] + "/"
	}
	u, why := splitURL(s)
	return u, why == ""
}

type urlParts struct {
	scheme, host, path, query string
	port                      int64
	ip                        *types.IPAddr // when the host is an address
}

// splitURL takes a canonical URL apart and says what is wrong with any other.
func splitURL(s string) (p urlParts, why string) {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return p, "is not well formed"
	case u.Scheme != "http" && u.Scheme != "https":
		return p, "is neither http nor https"
	case !strings.HasPrefix(s, u.Scheme+"://"):
		return p, "is not in its canonical form"
	case u.User != nil:
		return p, "holds a user"
	case u.Hostname() == "":
		return p, "names no host"
	case u.Hostname() != strings.ToLower(u.Hostname()), strings.ContainsAny(u.Host, "%\\"), strings.HasSuffix(u.Hostname(), "."):
		return p, "has a host that is not in its canonical form"
	}
	p = urlParts{scheme: u.Scheme, host: u.Hostname(), path: u.EscapedPath(), query: u.RawQuery, port: 80}
	if u.Scheme == "https" {
		p.port = 443
	}
	if u.Port() != "" {
		n, err := strconv.ParseUint(u.Port(), 10, 16)
		if err != nil {
			return p, "has a port that is none"
		}
		p.port = int64(n)
	}
	if p.path == "" {
		p.path = "/"
	}
	if ip, ok := address(p.host); ok {
		p.ip = &ip
	}
	return p, ""
}

// address reads an address as Cedar's; an IPv4 address inside an IPv6 one is
// the IPv4 address.
func address(s string) (types.IPAddr, bool) {
	a, err := netip.ParseAddr(s)
	if err != nil {
		return types.IPAddr{}, false
	}
	a = a.WithZone("").Unmap()
	return types.IPAddr(netip.PrefixFrom(a, a.BitLen())), true
}
