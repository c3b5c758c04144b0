package policy

import (
	"maps"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"

	"rex/capability"
)

// plan is what all sets together bring to a kind of question.
type plan struct {
	sets  []*candidates
	reads map[string]bool
	facts bool // a policy in question reads a fact
}

// plan gathers what the sets bring to one kind of question.
func (s Sets) plan(q question) *plan {
	p := &plan{reads: map[string]bool{}}
	for _, set := range s {
		c := set.index[q]
		if c == nil {
			c = &candidates{}
		}
		p.sets = append(p.sets, c)
		p.facts = p.facts || c.facts
		for name := range c.reads {
			p.reads[name] = true
		}
	}
	return p
}

// lasting are the entities that are there whatever is asked: the principal,
// the actions, and the folders that policies name.
type lasting struct {
	principal types.EntityUID // zero: not known
	sets      Sets
}

// Get finds an entity.
func (l *lasting) Get(uid types.EntityUID) (types.Entity, bool) {
	if uid == l.principal && !uid.IsZero() {
		return types.Entity{UID: uid}, true
	}
	for _, s := range l.sets {
		if e, ok := s.store[uid]; ok {
			return e, true
		}
	}
	return types.Entity{}, false
}

// answered is the answer to one question.
type answered struct {
	action   types.EntityUID
	resource types.EntityUID
	allowed  bool
	forbid   bool     // a forbid decided
	policies []string // that decided, by id
	errors   []string // that could not be evaluated, by id
	typ      types.EntityType
	name     string // the resource's, before it was made an id
	reusable bool   // it does not depend on facts or context
}

// refusal is why a call is refused.
type refusal struct {
	answered
	ask     *capability.Ask
	written types.EntityUID // the resource under the name as written
	entry   string          // the entry of a walk, as the script would write it
	linked  bool            // it was permitted under that name
}

// foreseeAsk refuses an ask that is denied whatever the facts turn out to be.
func (g *Gate) foreseeAsk(in *inquiry, ask *capability.Ask) (*refusal, error) {
	if yes, no := put(ask, in.op, in.args, nil); !yes || no || ask.Each != capability.Once {
		return nil, nil
	}
	name, ok, err := in.name(ask)
	if !ok {
		return nil, err
	}
	var first *refusal
	for i := range g.prepare(ask).types {
		denied, err := g.foreseen(in, ask, i, name)
		if denied == nil || err != nil {
			return nil, err
		}
		if first == nil {
			first = denied
		}
	}
	for i := range ask.Or {
		other := &ask.Or[i]
		if yes, no := put(other, in.op, in.args, nil); yes && no {
			return nil, nil // it may be enough
		} else if !yes {
			continue
		}
		if denied, err := g.foreseeAsk(in, other); denied == nil || err != nil {
			return nil, err
		}
	}
	return first, nil
}

// name is what an ask is put about. An option that is not given names
// nothing, and then nothing is asked; anything else that names nothing, or
// that no file can be called, is an error: nothing happens unasked.
func (in *inquiry) name(ask *capability.Ask) (text, bool, error) {
	name, ok := names(in.op, ask, in.args)
	i := in.op.Param(ask.Param)
	if ask.Part == capability.PartFixed {
		return name, ok, nil
	}
	if !ok {
		if i >= 0 && in.op.Params[i].Optional && in.args[i] == nil {
			return text{}, false, nil
		}
		return text{}, false, &Stop{Reason: in.op.Name + " was called without what it would act on"}
	}
	if in.op.Params[i].Type.Kind == capability.KindPath {
		if why := capability.CheckPath(plain(in.args[i])); why != "" {
			return text{}, false, capability.Fault(capability.Invalid, "path "+why)
		}
	}
	return name, true, nil
}

// spelled is the resource as the script wrote it: the argument an ask is about.
func (in *inquiry) spelled(r *refusal) string {
	i := in.op.Param(r.ask.Param)
	switch {
	case r.entry != "":
		return r.entry
	case i < 0:
		return r.ask.Fixed
	}
	if record, ok := in.args[i].(*capability.Record); ok {
		return plain(record.Lookup("pid"))
	}
	if r.ask.Part == capability.PartAppended {
		return plain(in.args[i]) + r.ask.Fixed
	}
	return plain(in.args[i])
}

// unlooked are the facts before a resource is looked at: unknown for what
// will be looked at, none for a folder that is only asked about, and for a
// resource the row names itself.
func unlooked(ask *capability.Ask) *Facts {
	if ask.Part.Looked() {
		return nil
	}
	return &noFacts
}

// put says whether an ask is put: it may be, and it may not. f is nil while
// nothing is known of the resource.
func put(ask *capability.Ask, op *capability.Op, src source, f *Facts) (yes, no bool) {
	yes = true
	if o := ask.When.Option; o != "" {
		yes, no = src.option(op.Param(o), ask.When.Values)
		if ask.When.Not {
			yes, no = no, yes
		}
	}
	if ask.When.Fact == capability.Missing {
		switch {
		case f == nil:
			no = true
		case !f.Missing:
			return false, true
		}
	}
	return yes, no
}

// foreseen answers for one type the resource may have. nil: not certainly denied.
func (g *Gate) foreseen(in *inquiry, ask *capability.Ask, typ int, name text) (*refusal, error) {
	q := g.prepare(ask).types[typ]
	s := subject{q.typ, name, unlooked(ask)}
	unknown := q.plan.facts && s.facts == nil
	a, err := g.answer(in, ask, q, s, unknown)
	if err != nil || a.allowed {
		return nil, err
	}
	return &refusal{answered: a, ask: ask, written: a.resource}, nil
}

// prepared is what an ask needs whenever it is put.
type prepared struct {
	action types.EntityUID
	types  []preparedType
}

type preparedType struct {
	name string // without namespace
	typ  types.EntityType
	plan *plan
}

func (g *Gate) prepare(ask *capability.Ask) *prepared {
	p := g.prepared[ask]
	if p == nil {
		p = &prepared{action: actionUID(ask)}
		for _, name := range ask.Entity {
			typ := types.EntityType(ask.Space + "::" + name)
			p.types = append(p.types, preparedType{name, typ, g.cfg.Sets.plan(question{p.action, typ})})
		}
		g.prepared[ask] = p
	}
	return p
}

func actionUID(ask *capability.Ask) types.EntityUID {
	return types.EntityUID{Type: types.EntityType(ask.Space + "::Action"), ID: types.String(ask.Action)}
}

// entity makes the entity of a subject, once for all asks of a call.
func (g *Gate) entity(in *inquiry, s subject) (*entity, error) {
	for i := range in.entities {
		if m := &in.entities[i]; m.subject.typ == s.typ && m.subject.facts == s.facts && m.subject.name.s == s.name.s {
			return m.entity, nil
		}
	}
	b := g.build
	b.reads = g.reads(s.typ)
	e, fault := b.entityOf(s)
	if fault != nil {
		return nil, fault
	}
	in.entities = append(in.entities, madeEntity{s, e})
	return e, nil
}

type madeEntity struct {
	subject subject
	entity  *entity
}

// reads are the attributes that any policy reads of a type, whatever the action.
func (g *Gate) reads(typ types.EntityType) map[string]bool {
	r := g.typeReads[typ]
	if r == nil {
		r = map[string]bool{}
		for _, set := range g.cfg.Sets {
			for q, c := range set.index {
				if q.resource == typ {
					maps.Copy(r, c.reads)
				}
			}
		}
		g.typeReads[typ] = r
	}
	return r
}

func (g *Gate) contexts(in *inquiry, ask *capability.Ask) []contextual {
	if len(ask.Context) == 0 {
		return g.common
	}
	out := g.build.contexts(in.op, ask, in.args)
	// Where a link leads the destination elsewhere, it is asked about too.
	if t := in.target("to"); t != nil && t.Canonical != "" {
		moved := append(call(nil), in.args...)
		moved[in.op.Param("to")] = capability.PathValue(t.Canonical)
		out = append(out, g.build.contexts(in.op, ask, moved)...)
	}
	return out
}

// answer answers what an ask asks of one subject, in each of its contexts, by
// Cedar itself or, while facts are unknown that a policy reads, by the judge:
// then only what is certainly denied is not allowed.
func (g *Gate) answer(in *inquiry, ask *capability.Ask, q preparedType, s subject, unknown bool) (answered, error) {
	action := g.prepare(ask).action
	reusable := len(ask.Context) == 0 && (!q.plan.facts || !ask.Part.Looked())
	if reusable {
		for i := range in.answers {
			if a := &in.answers[i]; a.reusable && a.typ == s.typ && a.name == s.name.s && a.action == action {
				return *a, nil
			}
		}
	}
	e, err := g.entity(in, s)
	if err != nil {
		return answered{}, err
	}
	var a answered
	for _, c := range g.contexts(in, ask) {
		if unknown {
			a = g.foretell(q.plan, action, e, c)
		} else {
			a = g.authorize(q.plan, action, e, c)
		}
		a.action, a.resource, a.typ, a.name, a.reusable = action, e.uid(), s.typ, s.name.s, reusable
		if !unknown || !a.allowed {
			in.answers = append(in.answers, a)
		}
		if !a.allowed {
			break
		}
	}
	return a, nil
}

// authorize asks Cedar. Every set must permit, and no policy may fail.
func (g *Gate) authorize(p *plan, action types.EntityUID, e *entity, c contextual) answered {
	if e.made == nil {
		made := e.cedar(g.foldersAbove)
		e.made = &made
	}
	s := store{resource: *e.made, always: &g.store}
	for _, x := range c.entities {
		s.context = append(s.context, x.cedar(nil))
	}
	req := cedar.Request{Principal: g.who, Action: action, Resource: e.uid(), Context: c.record()}
	return authorize(p.sets, &s, req)
}

// authorize asks each set.
func authorize(sets []*candidates, entities types.EntityGetter, req cedar.Request) answered {
	a := answered{allowed: len(sets) > 0}
	for _, c := range sets {
		decision, diag := cedar.Authorize(c, entities, req)
		if decision == cedar.Allow && len(diag.Errors) == 0 {
			for _, r := range diag.Reasons {
				a.policies = append(a.policies, string(r.PolicyID))
			}
			continue
		}
		a = answered{forbid: decision == cedar.Deny && len(diag.Reasons) > 0}
		if a.forbid {
			for _, r := range diag.Reasons {
				a.policies = append(a.policies, string(r.PolicyID))
			}
		}
		for _, e := range diag.Errors {
			a.errors = append(a.errors, string(e.PolicyID))
		}
		return a
	}
	return a
}

// foldersAbove keeps the sets of folders it has made: scripts look at many
// files of one folder.
func (g *Gate) foldersAbove(path string) types.EntityUIDSet {
	if path == "/" {
		return types.EntityUIDSet{}
	}
	dir := capability.ParentPath(path)
	set, ok := g.above[dir]
	if !ok {
		if len(g.above) >= 1024 {
			clear(g.above)
		}
		set = foldersAbove(path)
		g.above[dir] = set
	}
	return set
}

// record is the context as Cedar's; the common one is made once.
func (c *contextual) record() types.Record {
	if c.made == nil {
		r := record(c.fields)
		c.made = &r
	}
	return *c.made
}

// askOne puts one ask under every name and in every context it needs.
func (g *Gate) askOne(in *inquiry, ask *capability.Ask) (*refusal, error) {
	t := in.target(ask.Target())
	found := lookedAt(ask, t)
	yes, _ := put(ask, in.op, in.args, found)
	if !yes || ask.Each != capability.Once {
		return nil, nil
	}
	name, ok, err := in.name(ask)
	if !ok {
		return nil, err
	}
	denied, err := g.askNames(in, ask, name, elsewhere(ask, t, name), found)
	if denied == nil || err != nil {
		return nil, err
	}
	for i := range ask.Or {
		other := &ask.Or[i]
		if yes, _ := put(other, in.op, in.args, found); !yes {
			continue
		}
		if denied, err := g.askOne(in, other); denied == nil || err != nil {
			return nil, err
		}
	}
	return denied, nil
}

// lookedAt are the facts of an ask's resource. Of one that could not be
// resolved there are none, and it is asked about as if it were missing.
func lookedAt(ask *capability.Ask, t *Target) *Facts {
	switch {
	case t == nil:
		return &noFacts
	case t.Err != nil, !ask.Part.Looked() && t.Facts.Missing:
		return &missing
	case !ask.Part.Looked():
		return &noFacts
	}
	return &t.Facts
}

// elsewhere is the name without links, "" when it is the name as written.
// That of a name which leads nowhere counts too: else the difference between
// a denial and a failure would tell what is there behind a link.
func elsewhere(ask *capability.Ask, t *Target, name text) string {
	if t == nil {
		return ""
	}
	real := ""
	switch ask.Part {
	case capability.PartSelf, capability.PartAppended:
		real = t.Canonical
	case capability.PartParent:
		real = t.Parent
	}
	if capability.EntityID(real) == name.s {
		return ""
	}
	return real
}

// asType is the type a resource is asked as: what it is, where the ask allows
// that, else the ask's first.
func (p *prepared) asType(f *Facts) preparedType {
	for _, t := range p.types {
		if t.name == f.Type {
			return t
		}
	}
	return p.types[0]
}

// askNames asks for the name as written and for the place a link leads to.
func (g *Gate) askNames(in *inquiry, ask *capability.Ask, name text, real string, f *Facts) (*refusal, error) {
	q := g.prepare(ask).asType(f)
	a, err := g.answer(in, ask, q, subject{q.typ, name, f}, false)
	if err != nil || !a.allowed {
		return refused(a, ask, a.resource, false, err)
	}
	if real == "" {
		return nil, nil
	}
	b, err := g.answer(in, ask, q, subject{q.typ, known(real), f}, false)
	if err != nil || !b.allowed {
		return refused(b, ask, a.resource, true, err)
	}
	return nil, nil
}

func refused(a answered, ask *capability.Ask, written types.EntityUID, linked bool, err error) (*refusal, error) {
	if err != nil {
		return nil, err
	}
	return &refusal{answered: a, ask: ask, written: written, linked: linked}, nil
}

// entry answers Grant.Entry.
func (g *Gate) entry(in *inquiry, action, name string, t *Target) (bool, error) {
	ask, asked := entryAsk(in, action, name)
	switch {
	case !asked:
		return false, &Stop{Reason: in.op.Name + " asked for " + action + " on an entry, which its row does not"}
	case ask == nil:
		return false, &Stop{Reason: in.op.Name + " asked for an entry outside what it was called with"}
	}
	f := &t.Facts
	if t.Err != nil {
		f = &missing
	}
	n := known(name)
	in.answers, in.entities = in.answers[:0], in.entities[:0] // an entry is asked about once
	denied, err := g.askNames(in, ask, n, elsewhere(ask, t, n), f)
	if err != nil {
		return false, err
	}
	if denied == nil {
		return true, g.recordEntry(in, ask, name, nil)
	}
	denied.entry = name
	return false, g.refuseEntry(in, denied)
}

// entryAsk finds the ask an entry is put with: that for the action whose
// parameter the entry belongs to. asked says that the row has one for the
// action at all.
func entryAsk(in *inquiry, action, name string) (found *capability.Ask, asked bool) {
	for i := range in.op.Asks {
		ask := &in.op.Asks[i]
		if yes, _ := put(ask, in.op, in.args, &noFacts); yes && ask.Each != capability.Once && ask.Action == action {
			if asked = true; entryWithin(in, ask, name) {
				return ask, true
			}
		}
	}
	return nil, asked
}

// entryWithin holds an entry to the call: below the folder that is walked, or
// that the row names, or above the path that is made.
func entryWithin(in *inquiry, ask *capability.Ask, name string) bool {
	if ask.Part == capability.PartFixed {
		return capability.CheckPath(name) == "" && capability.Beneath(name, ask.Fixed)
	}
	i := in.op.Param(ask.Param)
	if i < 0 || in.op.Params[i].Type.Kind != capability.KindPath {
		return true
	}
	path := capability.TextOf(in.args[i])
	if capability.CheckPath(name) != "" {
		return false
	}
	if ask.Each == capability.PerLevel {
		return name == path || capability.Beneath(path, name)
	}
	return capability.Beneath(name, path)
}
