package policy

import (
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go/types"

	"rex/capability"
)

// Answer is what the judge says before anything runs.
type Answer uint8

// The answers. Denied: no call of the touch will be permitted. Allowed: every
// one will, unless a link in the file system leads its name elsewhere.
const (
	AnswerAllowed Answer = iota
	AnswerDepends
	AnswerDenied
)

func (a Answer) String() string { return [...]string{"allowed", "depends", "denied"}[a] }

// Verdict is the judge's answer about a touch.
type Verdict struct {
	Answer   Answer
	Policies []string // that decided, by id: permits of what is allowed, forbids of what is denied
	Errors   []string // that fail, or may
	Residual []string // what it depends on: conditions in Cedar, all of which must hold
	Suggest  string   // the smallest permit that would allow what is denied, as Cedar text; "" after a forbid
	Why      string   // for people
	Asks     []AskVerdict
}

// AskVerdict is the answer about one ask of the operation's row.
type AskVerdict struct {
	Action   string // as Cedar writes it
	Resource string // as Cedar writes it, with the holes of a pattern
	Answer   Answer
	Each     capability.Each
	May      bool // it may not be put at all
	Policies []string
	Errors   []string
	Residual string
}

// Word is the answer in one word.
func (v *Verdict) Word() string { return v.Answer.String() }

// Allowed, Denied and Depends test the answer.
func (v *Verdict) Allowed() bool { return v.Answer == AnswerAllowed }
func (v *Verdict) Denied() bool  { return v.Answer == AnswerDenied }
func (v *Verdict) Depends() bool { return v.Answer == AnswerDepends }

// weighed is what the candidates of one set say, or of all sets.
type weighed struct {
	answer   Answer
	forbid   bool     // a forbid decides
	policies []string // that decide
	errors   []string
	rest     *expr // of what depends: the condition for a permit
}

// weigh evaluates the candidates of one set by the rule of the gate: a
// forbid wins, a permit is needed, and what fails denies.
func (ev *evaluator) weigh(c *candidates) weighed {
	w := weighed{rest: exprTrue}
	var permits, forbids, errs []string
	permitted, failing := false, false
	some, none := exprFalse, exprTrue
	for _, r := range c.rules {
		ev.steps, ev.present = maxSteps, nil
		o := ev.eval(r.cond)
		yes, no, err := o.bool()
		if err {
			errs = append(errs, string(r.id))
			failing = failing || !yes && !no
		}
		switch {
		case r.forbid && yes && !no:
			forbids = append(forbids, string(r.id))
		case r.forbid && (yes || err):
			none = both(none, not(o.rest))
		case r.forbid:
		case yes:
			permits = append(permits, string(r.id))
			permitted = permitted || !no && !err
			some = either(some, o.rest)
		case err:
			some = either(some, o.rest)
		}
	}
	switch {
	case forbids != nil:
		return weighed{answer: AnswerDenied, forbid: true, policies: forbids, errors: errs}
	case failing:
		return weighed{answer: AnswerDenied, errors: errs}
	case permits == nil:
		return weighed{answer: AnswerDenied}
	case permitted && errs == nil && none == exprTrue:
		w.answer, w.policies = AnswerAllowed, permits
		return w
	}
	if permitted {
		some = exprTrue
	}
	return weighed{answer: AnswerDepends, policies: permits, errors: errs, rest: both(some, none)}
}

// weighAll asks every set: all must permit.
func (ev *evaluator) weighAll(sets []*candidates) weighed {
	if len(sets) == 0 {
		return weighed{answer: AnswerDenied}
	}
	out := weighed{rest: exprTrue}
	for _, c := range sets {
		out = out.and(ev.weigh(c))
	}
	return out
}

// and is the answer when both must permit.
func (w weighed) and(x weighed) weighed {
	switch {
	case w.answer == AnswerDenied:
		return w
	case x.answer == AnswerDenied:
		return x
	}
	return weighed{
		answer:   max(w.answer, x.answer),
		policies: append(w.policies[:len(w.policies):len(w.policies)], x.policies...),
		errors:   append(w.errors[:len(w.errors):len(w.errors)], x.errors...),
		rest:     both(w.rest, x.rest),
	}
}

// or is the answer when w or x is enough.
func (w weighed) or(x weighed) weighed {
	switch {
	case w.answer == AnswerAllowed, x.answer == AnswerDenied:
		return w
	case x.answer == AnswerAllowed, w.answer == AnswerDenied:
		return x
	}
	return weighed{answer: AnswerDepends, policies: append(w.policies, x.policies...), errors: append(w.errors, x.errors...), rest: either(w.rest, x.rest)}
}

// oneOf is the answer when w and x are two ways things may be.
func (w weighed) oneOf(x weighed) weighed {
	if w.answer == AnswerDenied && x.answer == AnswerDenied {
		return w
	}
	out := weighed{
		answer:   AnswerDepends,
		policies: append(w.policies[:len(w.policies):len(w.policies)], x.policies...),
		errors:   append(w.errors[:len(w.errors):len(w.errors)], x.errors...),
	}
	if w.answer == AnswerAllowed && x.answer == AnswerAllowed {
		out.answer = AnswerAllowed
	}
	switch {
	case w.rest == nil || w.answer == AnswerDenied:
		out.rest = x.rest
	case x.rest == nil || x.answer == AnswerDenied:
		out.rest = w.rest
	default:
		out.rest = both(w.rest, x.rest)
	}
	return out
}

// foretell answers a question some facts of which are unknown: it is allowed
// unless it is certainly denied.
func (g *Gate) foretell(p *plan, action types.EntityUID, e *entity, c contextual) answered {
	ev := &evaluator{principal: knownValue(g.who), action: action, resource: e, context: c, entities: &g.store}
	w := ev.weighAll(p.sets)
	return answered{allowed: w.answer != AnswerDenied, forbid: w.forbid, policies: w.policies, errors: w.errors}
}

// Judge says what the policies would answer to the calls of a touch, before
// anything runs. params are the module's parameters, which the touch's
// patterns speak of.
func Judge(t *capability.Touch, params []capability.Param, sets Sets, p Principal, known Known) Verdict {
	j := &judge{touch: t, params: params, builder: builder{principal: p, run: known}}
	j.principal, j.who = value{kind: valueEntity, entity: &entity{typ: userType, id: anyText}}, types.EntityUID{}
	if p.Known {
		j.who = userUID(p.Name)
		j.principal = knownValue(j.who)
	}
	j.store = lasting{j.who, sets}
	return j.verdict()
}

// judge judges one touch.
type judge struct {
	touch     *capability.Touch
	params    []capability.Param
	builder   builder
	principal value
	who       types.EntityUID
	store     lasting
	invalid   string // why a call fails before anything is asked
}

// verdict joins the answers for all ways the touch can be reached.
func (j *judge) verdict() Verdict {
	rows := j.touch.Rows
	if len(rows) == 0 {
		rows = [][]capability.Abstract{j.touch.Join}
	}
	var all []rowVerdict
	for _, row := range rows {
		for _, part := range j.split(row) {
			all = append(all, j.row(part))
		}
	}
	return j.sum(all)
}

// maxSplit bounds the parts a row of arguments is judged in.
const maxSplit = 64

// split takes apart the finite sets of texts of a row, so that each text is
// judged on its own.
func (j *judge) split(row []capability.Abstract) [][]capability.Abstract {
	parts := [][]capability.Abstract{row}
	for i := range row {
		n := len(row[i].Texts)
		if row[i].Any || row[i].Nil || n < 2 || n*len(parts) > maxSplit || !j.asked(i) {
			continue
		}
		var next [][]capability.Abstract
		for _, part := range parts {
			for _, text := range row[i].Texts {
				one := slices.Clone(part)
				one[i].Texts = []capability.Pattern{text}
				next = append(next, one)
			}
		}
		parts = next
	}
	return parts
}

// asked reports whether a parameter names a resource.
func (j *judge) asked(param int) bool {
	asked := false
	eachAsk(j.touch.Op.Asks, func(a *capability.Ask) { asked = asked || j.touch.Op.Param(a.Param) == param })
	return asked
}

// rowVerdict is the answer for one row of arguments.
type rowVerdict struct {
	answer Answer
	asks   []askVerdict
}

type askVerdict struct {
	weighed
	ask      *capability.Ask
	may      bool // it may not be put
	resource text
	typ      types.EntityType
}

func (j *judge) row(row []capability.Abstract) rowVerdict {
	src := &forecast{op: j.touch.Op, row: row, params: j.params}
	out := rowVerdict{}
	for i := range j.touch.Op.Asks {
		ask := &j.touch.Op.Asks[i]
		v, ok := j.ask(ask, src)
		if !ok {
			continue
		}
		out.asks = append(out.asks, v)
		switch {
		case v.answer == AnswerAllowed:
		case v.answer == AnswerDenied && ask.Each == capability.Once && !v.may:
			out.answer = AnswerDenied
		default:
			out.answer = max(out.answer, AnswerDepends)
		}
	}
	if j.invalid != "" {
		out.answer = max(out.answer, AnswerDepends)
	}
	return out
}

// ask judges one ask; ok is false when it is certainly not put.
func (j *judge) ask(ask *capability.Ask, src *forecast) (askVerdict, bool) {
	yes, no := put(ask, src.op, src, nil)
	name, ok := j.name(ask, src)
	if !yes || !ok {
		return askVerdict{}, false
	}
	v := askVerdict{ask: ask, may: no, resource: name, typ: types.EntityType(ask.Space + "::" + ask.Entity[0])}
	v.weighed = j.types(ask, src, name)
	for i := range ask.Or {
		if other, ok := j.ask(&ask.Or[i], src); ok {
			v.weighed = v.weighed.or(other.weighed)
		}
	}
	return v, true
}

// name is what an ask is put about; for an ask about entries, any entry.
func (j *judge) name(ask *capability.Ask, src *forecast) (text, bool) {
	if ask.Param == "" && ask.Part != capability.PartFixed {
		return anyInteger, true // of a list of processes
	}
	name, ok := names(src.op, ask, src)
	if !ok {
		return name, false
	}
	switch ask.Each {
	case capability.PerEntry:
		return name.below(j.direct(ask)), true
	case capability.PerLevel:
		return levels(name), true
	case capability.PerHop:
		return anyText, true
	}
	return name, true
}

// direct reports whether the entries of a walk are direct children.
func (j *judge) direct(ask *capability.Ask) bool {
	for _, f := range j.touch.Op.Facts {
		if f.Arg == ask.Param && (f.Kind == capability.FactChildren || f.Kind == capability.FactUnder && f.Text == ask.Fixed) {
			return true
		}
	}
	return false
}

// types judges an ask for each type its resource may have, in each context.
func (j *judge) types(ask *capability.Ask, src *forecast, name text) weighed {
	var out weighed
	for i, t := range ask.Entity {
		typ := types.EntityType(ask.Space + "::" + t)
		p := j.store.sets.plan(question{actionUID(ask), typ})
		b := j.builder
		b.reads = p.reads
		e, fault := b.entityOf(subject{typ, name, unlooked(ask)})
		if fault != nil {
			j.invalid = fault.Message
			return weighed{answer: AnswerDepends, rest: exprTrue}
		}
		w := weighed{rest: exprTrue}
		for _, c := range b.contexts(src.op, ask, src) {
			ev := &evaluator{principal: j.principal, action: actionUID(ask), resource: e, context: c, entities: &j.store}
			w = w.and(ev.weighAll(p.sets))
		}
		if i == 0 {
			out = w
		} else {
			out = out.oneOf(w)
		}
	}
	return out
}

// sum makes the verdict of all rows: denied when every one is, allowed when
// every one is.
func (j *judge) sum(rows []rowVerdict) Verdict {
	v := Verdict{Answer: rows[0].answer}
	for _, r := range rows {
		if r.answer != v.Answer {
			v.Answer = AnswerDepends
		}
	}
	for _, r := range rows {
		for _, a := range r.asks {
			v.Asks = append(v.Asks, j.show(&a))
			switch {
			case v.Answer == AnswerAllowed, v.Answer == AnswerDepends && a.answer == AnswerDepends, decides(&a) && a.forbid:
				v.Policies = append(v.Policies, a.policies...)
			}
			if v.Answer != AnswerAllowed && a.answer != AnswerAllowed {
				v.Errors = append(v.Errors, a.errors...)
			}
			if v.Answer == AnswerDepends && a.answer == AnswerDepends && a.rest != nil && !a.rest.isBool(true) {
				if s := exprText(a.rest.condensed()); !slices.Contains(v.Residual, s) {
					v.Residual = append(v.Residual, s)
				}
			}
		}
	}
	v.Policies, v.Errors = sorted(v.Policies), sorted(v.Errors)
	v.Suggest = j.suggest(&v, rows)
	v.Why = j.why(&v, rows)
	return v
}

// decides reports whether an ask makes its row denied.
func decides(a *askVerdict) bool {
	return a.answer == AnswerDenied && a.ask.Each == capability.Once && !a.may
}

func (j *judge) show(a *askVerdict) AskVerdict {
	v := AskVerdict{
		Action: uidText(actionUID(a.ask)), Resource: j.resource(a), Answer: a.answer, Each: a.ask.Each, May: a.may,
		Policies: sorted(a.policies), Errors: sorted(a.errors),
	}
	if a.answer == AnswerDepends && a.rest != nil {
		v.Residual = exprText(a.rest.condensed())
	}
	return v
}

// resource shows what an ask is about.
func (j *judge) resource(a *askVerdict) string {
	if a.resource.isKnown() {
		id := a.resource.s
		if a.typ == serviceType {
			if unit, why := UnitName(id); why == "" {
				id = unit
			}
		}
		return entityText(string(a.typ), id)
	}
	if len(a.resource.from) == 0 {
		return string(a.typ) + "::?"
	}
	shown := make([]string, len(a.resource.from))
	for i, p := range a.resource.from {
		shown[i] = p.Show(j.params)
	}
	return string(a.typ) + `::"` + strings.Join(shown, `" or "`) + `"`
}

// why is the verdict in one sentence.
func (j *judge) why(v *Verdict, rows []rowVerdict) string {
	switch {
	case j.invalid != "":
		return "the call fails: " + j.invalid
	case v.Answer == AnswerAllowed && len(v.Policies) == 0:
		return "nothing is asked"
	case v.Answer == AnswerAllowed:
		return policies(v.Policies) + permits(v.Policies) + "it"
	case v.Answer == AnswerDenied:
		return j.whyDenied(rows)
	}
	return j.whyDepends(v, rows)
}

func permits(ids []string) string {
	if len(ids) == 1 {
		return " permits "
	}
	return " permit "
}

func (j *judge) whyDenied(rows []rowVerdict) string {
	for _, r := range rows {
		for i := range r.asks {
			a := &r.asks[i]
			if !decides(a) {
				continue
			}
			what := uidText(actionUID(a.ask)) + " on " + j.resource(a)
			ids := sorted(a.policies)
			switch {
			case a.forbid:
				return policies(ids) + forbids(ids) + what
			case len(a.errors) > 0:
				return policies(sorted(a.errors)) + " can't be evaluated for " + what + ", and what fails denies"
			}
			return "no policy permits " + what
		}
	}
	return "no policy permits it"
}

func (j *judge) whyDepends(v *Verdict, rows []rowVerdict) string {
	deniedRows, denied, left := 0, 0, false
	for _, r := range rows {
		if r.answer == AnswerDenied {
			deniedRows++
		}
		for i := range r.asks {
			a := &r.asks[i]
			if a.answer == AnswerDenied {
				denied++
				left = left || a.ask.Each == capability.PerEntry
			}
		}
	}
	switch {
	case deniedRows > 0:
		return "some of its calls are denied, others are not"
	case left && j.touch.Op.Effect == capability.Read:
		return "entries that are denied are left out of the result"
	case denied > 0:
		return "it asks for something that is denied, if it comes to that"
	case len(v.Errors) > 0:
		return policies(v.Errors) + " may fail, and what fails denies"
	}
	return "what is known does not decide it"
}
