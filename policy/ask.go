package policy

import (
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
	reusable bool     // it does not depend on facts or context
}

// refusal is why a call is refused.
type refusal struct {
	answered
	ask     *capability.Ask
	written types.EntityUID // the resource under the name as written
	name    string          // as the script wrote it
	linked  bool            // it was permitted under that name
}

// foreseeAsk refuses an ask that is denied whatever the facts turn out to be.
func (g *Gate) foreseeAsk(in *inquiry, ask *capability.Ask) (*refusal, error) {
	if yes, no := put(ask, in.op, in.args, nil); !yes || no || ask.Each != capability.Once {
		return nil, nil
	}
	name, ok := names(in.op, ask, in.args)
	if !ok {
		return nil, nil
	}
	var first *refusal
	for _, typ := range ask.Entity {
		denied, err := g.foreseen(in, ask, subject{types.EntityType(ask.Space + "::" + typ), name, unlooked(ask)})
		if denied == nil || err != nil {
			return nil, err
		}
		if first == nil {
			first = denied
		}
	}
	for i := range ask.Or {
		if denied, err := g.foreseeAsk(in, &ask.Or[i]); denied == nil || err != nil {
			return nil, err
		}
	}
	return first, nil
}

// unlooked are the facts before a resource is looked at: unknown for what
// will be looked at, none for a folder that is only asked about, and for a
// resource the row names itself.
func unlooked(ask *capability.Ask) *Facts {
	if ask.Part == capability.PartSelf {
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
func (g *Gate) foreseen(in *inquiry, ask *capability.Ask, s subject) (*refusal, error) {
	p := g.plan(ask, s.typ)
	e, err := g.entity(p, s)
	if err != nil {
		return nil, err
	}
	for _, c := range g.contexts(in, ask) {
		a := g.answer(in, ask, p, e, c, p.facts && s.facts == nil)
		if !a.allowed {
			return &refusal{answered: a, ask: ask, written: a.resource, name: s.name.s}, nil
		}
	}
	return nil, nil
}

func (g *Gate) plan(ask *capability.Ask, typ types.EntityType) *plan {
	q := question{actionUID(ask), typ}
	p := g.plans[q]
	if p == nil {
		p = g.cfg.Sets.plan(q)
		g.plans[q] = p
	}
	return p
}

func actionUID(ask *capability.Ask) types.EntityUID {
	return types.EntityUID{Type: types.EntityType(ask.Space + "::Action"), ID: types.String(ask.Action)}
}

func (g *Gate) entity(p *plan, s subject) (*entity, error) {
	b := g.build
	b.reads = p.reads
	e, fault := b.entityOf(s)
	if fault != nil {
		return nil, fault
	}
	return e, nil
}

func (g *Gate) contexts(in *inquiry, ask *capability.Ask) []contextual {
	if len(ask.Context) == 0 {
		return []contextual{g.common}
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

// answer answers one question, by Cedar itself or, while facts are unknown
// that a policy reads, by the judge: then only what is certainly denied is
// not allowed.
func (g *Gate) answer(in *inquiry, ask *capability.Ask, p *plan, e *entity, c contextual, unknown bool) answered {
	action := actionUID(ask)
	reusable := len(ask.Context) == 0 && !p.facts
	if reusable {
		for _, a := range in.answers {
			if a.reusable && a.action == action && a.resource == e.uid() {
				return a
			}
		}
	}
	var a answered
	if unknown {
		a = g.foretell(p, action, e, c)
	} else {
		a = g.authorize(p, action, e, c)
	}
	a.action, a.resource, a.reusable = action, e.uid(), reusable
	in.answers = append(in.answers, a)
	return a
}

// authorize asks Cedar. Every set must permit, and no policy may fail.
func (g *Gate) authorize(p *plan, action types.EntityUID, e *entity, c contextual) answered {
	s := store{resource: e.cedar(g.foldersAbove), always: &g.store}
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
		reasons := make([]string, len(diag.Reasons))
		for i, r := range diag.Reasons {
			reasons[i] = string(r.PolicyID)
		}
		if decision == cedar.Allow && len(diag.Errors) == 0 {
			a.policies = append(a.policies, reasons...)
			continue
		}
		a = answered{forbid: decision == cedar.Deny && len(reasons) > 0}
		if a.forbid {
			a.policies = reasons
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
	t := in.target(ask.Param)
	found := lookedAt(ask, t)
	yes, _ := put(ask, in.op, in.args, found)
	if !yes || ask.Each != capability.Once {
		return nil, nil
	}
	name, ok := names(in.op, ask, in.args)
	if !ok {
		return nil, nil
	}
	denied, err := g.askNames(in, ask, name, elsewhere(ask, t, name), entityName(ask, found), found)
	if denied == nil || err != nil {
		return nil, err
	}
	for i := range ask.Or {
		if other, err := g.askOne(in, &ask.Or[i]); other == nil || err != nil {
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
	case t.Err != nil:
		return &Facts{Missing: true}
	case ask.Part != capability.PartSelf:
		return &Facts{Missing: t.Facts.Missing}
	}
	return &t.Facts
}

// elsewhere is the name without links, "" when it is the name as written.
func elsewhere(ask *capability.Ask, t *Target, name text) string {
	if t == nil || t.Err != nil {
		return ""
	}
	real := ""
	switch ask.Part {
	case capability.PartSelf:
		real = t.Canonical
	case capability.PartParent:
		real = t.Parent
	}
	if capability.EntityID(real) == name.s {
		return ""
	}
	return real
}

// entityName is the type a resource is asked as: what it is, where the ask
// allows that, else the ask's first.
func entityName(ask *capability.Ask, f *Facts) types.EntityType {
	name := ask.Entity[0]
	for _, e := range ask.Entity {
		if e == f.Type {
			name = e
		}
	}
	return types.EntityType(ask.Space + "::" + name)
}

// askNames asks for the name as written and for the place a link leads to.
func (g *Gate) askNames(in *inquiry, ask *capability.Ask, name text, real string, typ types.EntityType, f *Facts) (*refusal, error) {
	p := g.plan(ask, typ)
	written := types.EntityUID{Type: typ, ID: types.String(name.s)}
	subjects := []subject{{typ, name, f}}
	if real != "" {
		subjects = append(subjects, subject{typ, known(real), f})
	}
	for i, s := range subjects {
		e, err := g.entity(p, s)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			written = e.uid()
		}
		for _, c := range g.contexts(in, ask) {
			a := g.answer(in, ask, p, e, c, false)
			if !a.allowed {
				return &refusal{answered: a, ask: ask, written: written, name: name.s, linked: i > 0}, nil
			}
		}
	}
	return nil, nil
}

// entry answers Grant.Entry.
func (g *Gate) entry(in *inquiry, action, name string, t *Target) (bool, error) {
	ask := entryAsk(in, action)
	if ask == nil {
		return false, &Stop{Reason: in.op.Name + " asked for " + action + " on an entry, which its row does not"}
	}
	if !entryWithin(in, ask, name) {
		return false, &Stop{Reason: in.op.Name + " asked for an entry outside what it was called with"}
	}
	f := &t.Facts
	if t.Err != nil {
		f = &Facts{Missing: true}
	}
	n := known(name)
	in.answers = in.answers[:0] // an entry is asked about once
	denied, err := g.askNames(in, ask, n, elsewhere(ask, t, n), entityName(ask, f), f)
	if err != nil {
		return false, err
	}
	if denied == nil {
		return true, g.recordEntry(in, ask, name, nil)
	}
	return false, g.refuseEntry(in, denied)
}

// entryAsk finds the ask an entry is put with.
func entryAsk(in *inquiry, action string) *capability.Ask {
	for i := range in.op.Asks {
		ask := &in.op.Asks[i]
		if yes, _ := put(ask, in.op, in.args, &noFacts); yes && ask.Each != capability.Once && ask.Action == action {
			return ask
		}
	}
	return nil
}

// entryWithin holds an entry to the call: below the folder that is walked, or
// above the path that is made.
func entryWithin(in *inquiry, ask *capability.Ask, name string) bool {
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
