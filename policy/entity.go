package policy

import (
	"github.com/cedar-policy/cedar-go/types"

	"rex/capability"
)

// The entity types that the code speaks of by name.
const (
	userType        = types.EntityType("User")
	fileType        = types.EntityType("file_system::File")
	dirType         = types.EntityType("file_system::Dir")
	argumentsType   = types.EntityType("file_system::Arguments")
	environmentType = types.EntityType("file_system::Environment")
	processType     = types.EntityType("process_system::Process")
	serviceType     = types.EntityType("systemd::Service")
	urlType         = types.EntityType("network::url")
	labelsType      = types.EntityType("Rex::Labels")
	argvType        = types.EntityType("Rex::Argv")
)

// valueKind says how much is known of a value.
type valueKind uint8

const (
	valueAny    valueKind = iota // nothing, not even its type
	valueKnown                   // it is known
	valueText                    // a string of a language
	valueLong                    // an integer
	valueBool                    // true, false or either
	valueSet                     // a set of strings
	valueIP                      // an address
	valueEntity                  // an entity known in part
	valueRecord                  // a record known in part
)

// value is what is known of a value of Cedar.
type value struct {
	kind    valueKind
	known   types.Value
	text    text
	yes, no bool // of valueBool: what it may be
	entity  *entity
	fields  []attr
}

func knownValue(v types.Value) value { return value{kind: valueKnown, known: v} }

func textValue(t text) value {
	if t.isKnown() {
		return knownValue(types.String(t.s))
	}
	return value{kind: valueText, text: t}
}

func longValue(n int64) value { return knownValue(types.Long(n)) }

// attr is an attribute, a field of a record or a tag. One that may be absent
// is known to exist only where a policy has tested for it.
type attr struct {
	name string
	v    value
	may  bool
}

// entity is an entity known in part. What it does not list it does not have.
type entity struct {
	typ   types.EntityType
	id    text
	attrs []attr
	tags  []attr
	open  bool // it may have further tags
	tree  bool // its parents are the folders above the path that is its id
	made  *types.Entity
}

func (e *entity) put(name string, v value)   { e.attrs = append(e.attrs, attr{name: name, v: v}) }
func (e *entity) maybe(name string, v value) { e.attrs = append(e.attrs, attr{name, v, true}) }

func (e *entity) uid() types.EntityUID { return types.EntityUID{Type: e.typ, ID: types.String(e.id.s)} }

func lookup(attrs []attr, name string) *attr {
	for i := range attrs {
		if attrs[i].name == name {
			return &attrs[i]
		}
	}
	return nil
}

// record makes Cedar's record of attributes that are all known. What may be
// absent is absent: the caller has looked.
func record(attrs []attr) types.Record {
	if len(attrs) == 0 {
		return types.Record{}
	}
	m := make(types.RecordMap, len(attrs))
	for _, a := range attrs {
		if v, ok := a.v.cedar(); ok && !a.may {
			m[types.String(a.name)] = v
		}
	}
	return types.NewRecord(m)
}

// cedar is the value as Cedar's own, when it is known.
func (v *value) cedar() (types.Value, bool) {
	switch v.kind {
	case valueKnown:
		return v.known, true
	case valueEntity:
		return v.entity.uid(), v.entity.id.isKnown()
	case valueRecord:
		return record(v.fields), true
	}
	return nil, false
}

// cedar is the entity as Cedar's own; every part of it is known.
func (e *entity) cedar(above func(path string) types.EntityUIDSet) types.Entity {
	out := types.Entity{UID: e.uid(), Attributes: record(e.attrs), Tags: record(e.tags)}
	if e.tree {
		out.Parents = above(e.id.s)
	}
	return out
}

// store is what one question to Cedar can see: the resource, the entities of
// its context, and those that are always there.
type store struct {
	resource types.Entity
	context  []types.Entity
	always   *lasting
}

// Get finds an entity. The resource comes first: it has attributes where the
// same folder, named in a policy, has only its parents.
func (s *store) Get(uid types.EntityUID) (types.Entity, bool) {
	if uid == s.resource.UID {
		return s.resource, true
	}
	for i := range s.context {
		if s.context[i].UID == uid {
			return s.context[i], true
		}
	}
	return s.always.Get(uid)
}

// staticEntities are the actions with their groups (Authorize does not take
// them from the schema) and the folders that policies name, each with the
// folders above it.
func staticEntities(rules []*rule) map[types.EntityUID]types.Entity {
	m := map[types.EntityUID]types.Entity{}
	for uid, groups := range actionGroups() {
		m[uid] = types.Entity{UID: uid, Parents: types.NewEntityUIDSet(groups...)}
	}
	for _, g := range Groups {
		uid := types.NewEntityUID("Rex::Action", types.String(g))
		m[uid] = types.Entity{UID: uid}
	}
	for space, g := range ancestorGroups {
		uid := types.NewEntityUID(types.EntityType(space+"::Action"), types.String(g))
		m[uid] = types.Entity{UID: uid}
	}
	for _, r := range rules {
		for _, d := range r.dirs {
			if folderID(string(d.ID)) {
				m[d] = types.Entity{UID: d, Parents: foldersAbove(string(d.ID))}
			}
		}
	}
	return m
}

// foldersAbove is the set of folders above a path: flat, so that `in` is one
// look-up.
func foldersAbove(p string) types.EntityUIDSet {
	var dirs []types.EntityUID
	for p != "/" {
		p = capability.ParentPath(p)
		dirs = append(dirs, types.EntityUID{Type: dirType, ID: types.String(p)})
	}
	return types.NewEntityUIDSet(dirs...)
}

// entityText is an entity as Cedar writes it.
func entityText(typ, id string) string {
	return uidText(types.NewEntityUID(types.EntityType(typ), types.String(id)))
}

// uidText is the same, without Cedar's printer where nothing needs escaping.
func uidText(uid types.EntityUID) string {
	for i := range len(uid.ID) {
		if c := uid.ID[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '\'' {
			return uid.String()
		}
	}
	return string(uid.Type) + `::"` + string(uid.ID) + `"`
}

// entityUID of an action.
func (a *action) uid() types.EntityUID {
	return types.NewEntityUID(types.EntityType(a.space+"::Action"), types.String(a.name))
}
