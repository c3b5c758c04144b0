package policy

import (
	"errors"
	"fmt"

	"github.com/cedar-policy/cedar-go/types"
)

// The three-valued evaluator. An expression's outcome says what values may
// come out and whether an error may; it always covers what Cedar's own
// evaluation gives for every request that fits what is known. Known operands
// go to cedar-go. What is not recognised may be anything, and may fail.

// outcome is what may come of an expression.
type outcome struct {
	v    value
	none bool  // no value comes out, only an error
	err  bool  // an error may come out
	rest *expr // what is left to know, as an expression
}

// evaluator evaluates the policies of one question.
type evaluator struct {
	principal value
	action    types.EntityUID
	resource  *entity
	context   contextual
	entities  types.EntityGetter // those that are always there
	present   map[string]bool    // attributes that a test has found, by path
	steps     int                // left, before the answer is "anything"
}

// maxSteps bounds the evaluation of one policy.
const maxSteps = 200_000

func anything(e *expr) outcome { return outcome{v: value{kind: valueAny}, err: true, rest: e} }

func fails(e *expr) outcome { return outcome{none: true, err: true, rest: e} }

func truth(yes, no bool, e *expr) outcome {
	if !yes && !no {
		yes, no = true, true // no value at all fits what is known: claim nothing
	}
	switch {
	case !no:
		return outcome{v: knownValue(types.True), rest: exprTrue}
	case !yes:
		return outcome{v: knownValue(types.False), rest: exprFalse}
	}
	return outcome{v: value{kind: valueBool, yes: true, no: true}, rest: e}
}

// bool says what o may be as a condition; anything but a boolean is an error.
func (o *outcome) bool() (yes, no, err bool) {
	if o.none {
		return false, false, true
	}
	switch o.v.kind {
	case valueKnown:
		if b, ok := o.v.known.(types.Boolean); ok {
			return bool(b), !bool(b), o.err
		}
	case valueBool:
		return o.v.yes, o.v.no, o.err
	case valueAny:
		return true, true, true
	}
	return false, false, true
}

// condition makes the outcome of a boolean expression.
func condition(yes, no, err bool, rest *expr) outcome {
	o := outcome{v: value{kind: valueBool, yes: yes, no: no}, none: !yes && !no, err: err, rest: rest}
	switch {
	case o.none || err:
	case !no:
		o.v, o.rest = knownValue(types.True), exprTrue
	case !yes:
		o.v, o.rest = knownValue(types.False), exprFalse
	}
	return o
}

func (ev *evaluator) eval(e *expr) outcome {
	if ev.steps--; ev.steps < 0 {
		return anything(e)
	}
	switch e.kind {
	case exprValue:
		return outcome{v: knownValue(e.value), rest: e}
	case exprVariable:
		return ev.variable(e)
	case exprAnd:
		return ev.and(e)
	case exprOr:
		return ev.or(e)
	case exprNot:
		o := ev.eval(e.args[0])
		yes, no, err := o.bool()
		return condition(no, yes, err, not(o.rest))
	case exprIf:
		return ev.choose(e)
	case exprIsIn:
		return ev.isIn(e)
	case exprUnknown:
		return anything(e)
	}
	return ev.operation(e)
}

func (ev *evaluator) variable(e *expr) outcome {
	switch e.name {
	case "principal":
		return outcome{v: ev.principal, rest: e}
	case "action":
		return outcome{v: knownValue(ev.action), rest: e}
	case "resource":
		return outcome{v: value{kind: valueEntity, entity: ev.resource}, rest: e}
	case "context":
		return outcome{v: value{kind: valueRecord, fields: ev.context.fields}, rest: e}
	}
	return anything(e)
}

func (ev *evaluator) and(e *expr) outcome {
	l := ev.eval(e.args[0])
	yes, no, err := l.bool()
	if !yes {
		return condition(false, no, err, l.rest)
	}
	r := ev.guarded(e.args[0], true, e.args[1])
	ryes, rno, rerr := r.bool()
	rest := both(l.rest, r.rest)
	if !no && !err {
		rest = r.rest
	}
	return condition(ryes, no || rno, err || rerr, rest)
}

func (ev *evaluator) or(e *expr) outcome {
	l := ev.eval(e.args[0])
	yes, no, err := l.bool()
	if !no {
		return condition(yes, false, err, l.rest)
	}
	r := ev.guarded(e.args[0], false, e.args[1])
	ryes, rno, rerr := r.bool()
	rest := either(l.rest, r.rest)
	if !yes && !err {
		rest = r.rest
	}
	return condition(yes || ryes, rno, err || rerr, rest)
}

func (ev *evaluator) choose(e *expr) outcome {
	c := ev.eval(e.args[0])
	yes, no, err := c.bool()
	switch {
	case !yes && !no:
		return fails(e)
	case !no && !err:
		return ev.guarded(e.args[0], true, e.args[1])
	case !yes && !err:
		return ev.guarded(e.args[0], false, e.args[2])
	}
	var out outcome
	switch {
	case !no:
		out = ev.guarded(e.args[0], true, e.args[1])
	case !yes:
		out = ev.guarded(e.args[0], false, e.args[2])
	default:
		out = joined(ev.guarded(e.args[0], true, e.args[1]), ev.guarded(e.args[0], false, e.args[2]))
	}
	out.err = out.err || err
	out.rest = e
	return out
}

// joined is either of two outcomes.
func joined(l, r outcome) outcome {
	out := outcome{err: l.err || r.err, none: l.none && r.none}
	switch {
	case l.none:
		out.v = r.v
	case r.none:
		out.v = l.v
	default:
		out.v = joinValues(l.v, r.v)
	}
	return out
}

func joinValues(l, r value) value {
	if l.kind == valueKnown && r.kind == valueKnown && l.known.Equal(r.known) {
		return l
	}
	lo, ro := outcome{v: l}, outcome{v: r}
	lyes, lno, lerr := lo.bool()
	ryes, rno, rerr := ro.bool()
	if !lerr && !rerr {
		return value{kind: valueBool, yes: lyes || ryes, no: lno || rno}
	}
	return value{kind: valueAny}
}

// guarded evaluates e where a test came out as given: attributes that it
// found are there.
func (ev *evaluator) guarded(test *expr, came bool, e *expr) outcome {
	found := ev.foundBy(test, came, nil)
	if len(found) == 0 {
		return ev.eval(e)
	}
	before := ev.present
	ev.present = make(map[string]bool, len(before)+len(found))
	for k := range before {
		ev.present[k] = true
	}
	for _, k := range found {
		ev.present[k] = true
	}
	out := ev.eval(e)
	ev.present = before
	return out
}

// foundBy lists the attributes and tags that are there if the test came out so.
func (ev *evaluator) foundBy(test *expr, came bool, found []string) []string {
	switch {
	case test.kind == exprNot:
		return ev.foundBy(test.args[0], !came, found)
	case test.kind == exprAnd && came, test.kind == exprOr && !came:
		return ev.foundBy(test.args[1], came, ev.foundBy(test.args[0], came, found))
	case test.kind == exprHas && came:
		if p := attributePath(test.args[0], test.name); p != "" {
			found = append(found, p)
		}
	case test.kind == exprHasTag && came:
		if p := tagPath(test.args[0], test.args[1]); p != "" {
			found = append(found, p)
		}
	}
	return found
}

// attributePath spells an attribute of what a variable leads to, "" for
// anything else. The parts are set apart so that no name can imitate another.
func attributePath(e *expr, name string) string {
	switch e.kind {
	case exprVariable:
		return e.name + "\x00." + name
	case exprAccess:
		if p := attributePath(e.args[0], e.name); p != "" {
			return p + "\x00." + name
		}
	}
	return ""
}

func tagPath(e, key *expr) string {
	k, ok := key.value.(types.String)
	if key.kind != exprValue || !ok {
		return ""
	}
	switch e.kind {
	case exprVariable:
		return e.name + "\x00#" + string(k)
	case exprAccess:
		if p := attributePath(e.args[0], e.name); p != "" {
			return p + "\x00#" + string(k)
		}
	}
	return ""
}

// operation evaluates the operands, all of which are needed, and applies e to them.
func (ev *evaluator) operation(e *expr) outcome {
	args := make([]value, len(e.args))
	rest := make([]*expr, len(e.args))
	err, allKnown := false, true
	for i, a := range e.args {
		o := ev.eval(a)
		if o.none {
			return fails(e)
		}
		args[i], rest[i] = o.v, o.rest
		err = err || o.err
		allKnown = allKnown && o.v.kind == valueKnown
	}
	out := ev.apply(e, args, allKnown)
	out.err = out.err || err
	if err && out.rest.kind == exprValue {
		out.rest = e // it may still fail
	}
	return out
}

func (ev *evaluator) apply(e *expr, args []value, allKnown bool) outcome {
	switch e.kind {
	case exprHas, exprAccess:
		return ev.attribute(e, args[0])
	case exprHasTag, exprGetTag:
		return ev.tag(e, args[0], args[1])
	case exprIn:
		return ev.in(e, args[0], args[1])
	case exprIs:
		return ev.is(e, args[0])
	}
	if allKnown {
		return ev.compute(e, args)
	}
	switch e.kind {
	case exprEqual:
		yes, no := equal(&args[0], &args[1])
		return truth(yes, no, e)
	case exprNotEqual:
		yes, no := equal(&args[0], &args[1])
		return truth(no, yes, e)
	case exprLike:
		return like(e, args[0])
	case exprLess, exprLessEqual, exprGreater, exprGreaterEqual:
		return compare(e, args[0], args[1])
	case exprAdd, exprSubtract, exprMultiply, exprNegate:
		return arithmetic(e, args)
	case exprContains:
		return member(e, args[0], args[1])
	case exprContainsAll, exprContainsAny, exprIsEmpty:
		return sets(e, args)
	case exprSet:
		return outcome{v: value{kind: valueSet}, rest: e}
	case exprRecord:
		fields := make([]attr, len(args))
		for i, k := range e.keys {
			fields[i] = attr{name: k, v: args[i]}
		}
		return outcome{v: value{kind: valueRecord, fields: fields}, rest: e}
	case exprCall:
		return extension(e, args)
	}
	return anything(e)
}

// compute has cedar-go apply an operation to known operands.
func (ev *evaluator) compute(e *expr, args []value) (out outcome) {
	operands := make([]types.Value, len(args))
	for i := range args {
		operands[i] = args[i].known
	}
	v, err := computeSafely(e, operands, ev.entities)
	switch {
	case errors.Is(err, errPanic):
		return anything(e)
	case err != nil:
		return fails(e)
	}
	return outcome{v: knownValue(v), rest: &expr{kind: exprValue, value: v}}
}

var errPanic = errors.New("panic")

// computeSafely keeps a fault of the experimental package from ending the run.
func computeSafely(e *expr, operands []types.Value, entities types.EntityGetter) (v types.Value, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errPanic, p)
		}
	}()
	return compute(e, operands, entities)
}

// entityOf finds what is known of an entity that a value names. unsure says
// that it may be one of those the question brings along, or not.
func (ev *evaluator) entityOf(v value) (e *entity, uid types.EntityUID, unsure, ok bool) {
	if v.kind == valueEntity {
		return v.entity, types.EntityUID{}, false, true
	}
	uid, ok = v.known.(types.EntityUID)
	if v.kind != valueKnown || !ok {
		return nil, uid, false, false
	}
	for _, x := range append([]*entity{ev.resource}, ev.context.entities...) {
		if x == nil || x.typ != uid.Type {
			continue
		}
		switch yes, no := x.id.is(string(uid.ID)); {
		case yes && !no:
			return x, uid, false, true
		case yes:
			unsure = true
		}
	}
	return nil, uid, unsure, true
}

func (ev *evaluator) attribute(e *expr, v value) outcome {
	fields := v.fields
	switch v.kind {
	case valueAny:
		return anything(e)
	case valueRecord:
	case valueKnown:
		if _, isRecord := v.known.(types.Record); isRecord {
			return ev.compute(e, []value{v})
		}
		x, _, unsure, ok := ev.entityOf(v)
		switch {
		case !ok:
			return fails(e)
		case unsure:
			return anything(e)
		case x == nil:
			return ev.compute(e, []value{v})
		}
		fields = x.attrs
	case valueEntity:
		fields = v.entity.attrs
	default:
		return fails(e)
	}
	a := lookup(fields, e.name)
	certain := a != nil && (!a.may || ev.present[attributePath(e.args[0], e.name)])
	if e.kind == exprHas {
		return truth(a != nil, !certain, e)
	}
	if a == nil {
		return fails(e)
	}
	return outcome{v: a.v, err: !certain, rest: e}
}

func (ev *evaluator) tag(e *expr, v, key value) outcome {
	if key.kind != valueAny && !isString(key) {
		return fails(e)
	}
	if v.kind == valueAny {
		return anything(e)
	}
	x, _, unsure, ok := ev.entityOf(v)
	switch {
	case !ok:
		return fails(e)
	case unsure:
		return anything(e)
	case x == nil && key.kind == valueKnown:
		return ev.compute(e, []value{v, key})
	case x == nil || key.kind != valueKnown:
		return anything(e)
	}
	a := lookup(x.tags, string(key.known.(types.String)))
	certain := a != nil && !a.may || ev.present[tagPath(e.args[0], e.args[1])]
	if e.kind == exprHasTag {
		return truth(a != nil || x.open, !certain, e)
	}
	switch {
	case a != nil:
		return outcome{v: a.v, err: !certain, rest: e}
	case x.open:
		return outcome{v: textValue(anyText), err: !certain, rest: e}
	}
	return fails(e)
}

func isString(v value) bool {
	_, ok := v.known.(types.String)
	return v.kind == valueText || v.kind == valueKnown && ok
}

func (ev *evaluator) is(e *expr, v value) outcome {
	switch v.kind {
	case valueKnown:
		return ev.compute(e, []value{v})
	case valueEntity:
		same := string(v.entity.typ) == e.name
		return truth(same, !same, e)
	case valueAny:
		return anything(e)
	}
	return fails(e)
}

// isIn evaluates its right side only where the type is right, as Cedar does.
func (ev *evaluator) isIn(e *expr) outcome {
	is := ev.eval(&expr{kind: exprIs, name: e.name, args: e.args[:1]})
	yes, no, err := is.bool()
	if !yes {
		return condition(false, no, err, e)
	}
	in := ev.eval(&expr{kind: exprIn, args: e.args})
	inYes, inNo, inErr := in.bool()
	return condition(inYes, no || inNo, err || inErr, e)
}

func (ev *evaluator) in(e *expr, v, in value) outcome {
	if v.kind == valueAny {
		return anything(e)
	}
	x, uid, unsure, ok := ev.entityOf(v)
	if !ok {
		return fails(e)
	}
	switch in.kind {
	case valueAny, valueSet:
		return anything(e)
	case valueEntity:
		return ev.inUnknown(e, v, in)
	case valueKnown:
	default:
		return fails(e)
	}
	var ancestors []types.EntityUID
	switch r := in.known.(type) {
	case types.EntityUID:
		ancestors = []types.EntityUID{r}
	case types.Set:
		for m := range r.All() {
			u, ok := m.(types.EntityUID)
			if !ok {
				return fails(e)
			}
			ancestors = append(ancestors, u)
		}
	default:
		return fails(e)
	}
	if x == nil {
		o := ev.compute(&expr{kind: exprIn, args: e.args}, []value{knownValue(uid), in})
		if unsure && !o.none {
			return truth(true, true, e)
		}
		return o
	}
	yes, no := false, true
	for _, a := range ancestors {
		y, n := x.in(a)
		yes, no = yes || y, no && n
	}
	return truth(yes, no, e)
}

// inUnknown is `v in x` where x is the resource or another entity known in part.
func (ev *evaluator) inUnknown(e *expr, v, in value) outcome {
	if v.kind == valueEntity && v.entity == in.entity {
		return truth(true, false, e)
	}
	yes, no := equal(&v, &in)
	if in.entity.typ == dirType {
		yes, no = true, true
	}
	return truth(yes, no, e)
}

// in says whether the entity is, or lies in, another.
func (x *entity) in(a types.EntityUID) (yes, no bool) {
	switch {
	case x.tree && a.Type == dirType:
		return x.id.inside(string(a.ID), x.typ == dirType)
	case x.typ == a.Type:
		return x.id.is(string(a.ID))
	}
	return false, true
}

// equal says whether two values may be the same, and whether they may not.
func equal(l, r *value) (yes, no bool) {
	if l.kind == valueKnown {
		l, r = r, l
	}
	switch l.kind {
	case valueKnown:
		same := l.known.Equal(r.known)
		return same, !same
	case valueText:
		switch {
		case r.kind == valueKnown:
			if s, ok := r.known.(types.String); ok {
				return l.text.is(string(s))
			}
			return false, true
		case r.kind == valueText, r.kind == valueAny:
			return true, true
		}
		return false, true
	case valueEntity:
		switch {
		case r.kind == valueKnown:
			if u, ok := r.known.(types.EntityUID); ok && u.Type == l.entity.typ {
				return l.entity.id.is(string(u.ID))
			}
			return false, true
		case r.kind == valueEntity && r.entity == l.entity:
			return true, false
		case r.kind == valueEntity && r.entity.typ != l.entity.typ:
			return false, true
		}
	}
	return true, true
}

func like(e *expr, v value) outcome {
	switch v.kind {
	case valueText:
		yes, no := v.text.matches(e.glob)
		return truth(yes, no, e)
	case valueAny:
		return anything(e)
	}
	return fails(e)
}

// compare compares numbers; other types that can be compared are never
// unknown here, but may come out of what is.
func compare(e *expr, l, r value) outcome {
	unordered := func(v value) bool {
		switch v.kind {
		case valueText, valueSet, valueRecord, valueEntity, valueBool, valueIP:
			return true
		case valueKnown:
			switch v.known.(type) {
			case types.Long, types.Datetime, types.Duration:
				return false
			}
			return true
		}
		return false
	}
	if unordered(l) || unordered(r) {
		return fails(e)
	}
	o := truth(true, true, e)
	o.err = !isLong(l) || !isLong(r)
	return o
}

func isLong(v value) bool {
	_, ok := v.known.(types.Long)
	return v.kind == valueLong || v.kind == valueKnown && ok
}

// arithmetic on numbers that are not known: any number, or an overflow.
func arithmetic(e *expr, args []value) outcome {
	for _, v := range args {
		if !isLong(v) && v.kind != valueAny {
			return fails(e)
		}
	}
	return outcome{v: value{kind: valueLong}, err: true, rest: e}
}

// member is whether a set holds a value.
func member(e *expr, set, v value) outcome {
	switch set.kind {
	case valueAny:
		return anything(e)
	case valueSet:
		return truth(true, true, e)
	case valueKnown:
		s, ok := set.known.(types.Set)
		if !ok {
			return fails(e)
		}
		yes, no := false, true
		for m := range s.All() {
			k := knownValue(m)
			y, n := equal(&v, &k)
			yes, no = yes || y, no && n
		}
		return truth(yes, no, e)
	}
	return fails(e)
}

// sets are the other tests on sets, when not all of them are known.
func sets(e *expr, args []value) outcome {
	err := false
	for _, v := range args {
		_, isSet := v.known.(types.Set)
		switch {
		case v.kind == valueAny:
			err = true
		case v.kind == valueSet, v.kind == valueKnown && isSet:
		default:
			return fails(e)
		}
	}
	o := truth(true, true, e)
	o.err = err
	return o
}

// extension is a call of an extension function on an address that is not
// known: the tests on addresses can't fail when the other address is one.
func extension(e *expr, args []value) outcome {
	switch e.name {
	case "isIpv4", "isIpv6", "isLoopback", "isMulticast", "isInRange":
	default:
		return anything(e)
	}
	for _, v := range args {
		_, isIP := v.known.(types.IPAddr)
		if v.kind != valueIP && !(v.kind == valueKnown && isIP) {
			return anything(e)
		}
	}
	return truth(true, true, e)
}
