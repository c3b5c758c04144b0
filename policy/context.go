package policy

import (
	"sort"
	"strconv"
	"strings"

	"github.com/cedar-policy/cedar-go/types"

	"rex/capability"
)

// contextual is the context of one question and the entities it speaks of.
type contextual struct {
	fields   []attr
	entities []*entity
	made     *types.Record // fields as Cedar's, once they are needed
}

// common is what every context holds: all of it ours, and optional.
func (b *builder) common() contextual {
	var c contextual
	if b.run.Module != "" {
		c.fields = append(c.fields, attr{name: "module", v: textValue(known(b.run.Module))})
	} else if b.run.Labels == nil {
		c.fields = append(c.fields, attr{"module", textValue(anyText), true})
	}
	if b.run.Labels == nil {
		labels := &entity{typ: labelsType, id: text{s: "run"}, open: true}
		c.entities = []*entity{labels}
		c.fields = append(c.fields,
			attr{"labels", value{kind: valueEntity, entity: labels}, true},
			attr{"dry_run", value{kind: valueBool, yes: true, no: true}, true})
		return c
	}
	if len(b.run.Labels) > 0 {
		labels := &entity{typ: labelsType, id: text{s: "run"}}
		keys := make([]string, 0, len(b.run.Labels))
		for k := range b.run.Labels {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			labels.tags = append(labels.tags, attr{name: capability.EntityID(k), v: textValue(known(b.run.Labels[k]))})
		}
		c.entities = []*entity{labels}
		c.fields = append(c.fields, attr{name: "labels", v: value{kind: valueEntity, entity: labels}})
	}
	c.fields = append(c.fields, attr{name: "dry_run", v: knownValue(types.Boolean(b.run.DryRun))})
	return c
}

// contexts are the contexts an ask is put with: mostly one. A program's
// arguments may need several, see commandLines.
func (b *builder) contexts(op *capability.Op, ask *capability.Ask, src source) []contextual {
	out := []contextual{b.common()}
	for _, f := range ask.Context {
		switch f {
		case capability.ContextDestination:
			to, ok := src.text(op.Param("to"))
			if !ok {
				to = anyPath
			}
			for i := range out {
				out[i].fields = append(out[i].fields, attr{name: "destination", v: destination(to)})
			}
		case capability.ContextExecute:
			out = b.execute(op, src, out[0])
		default:
			out[0].fields = append(out[0].fields, said(f, op, src)...)
		}
	}
	return out
}

// said is what a context says of a call's arguments; what is not given is not
// in it.
func said(f capability.ContextField, op *capability.Op, src source) []attr {
	switch f {
	case capability.ContextTarget:
		return given(op, src, "target", "target", textValue)
	case capability.ContextMode:
		return given(op, src, "mode", "permissions", integerValue)
	case capability.ContextOwner:
		return append(given(op, src, "owner", "owner", textValue), given(op, src, "group", "group", textValue)...)
	case capability.ContextXattr:
		name := given(op, src, "name", "name", textValue)
		return []attr{{name: "xattr", v: value{kind: valueRecord, fields: name}}}
	}
	return nil
}

// given is an argument as a field of a context.
func given(op *capability.Op, src source, field, param string, as func(text) value) []attr {
	i := op.Param(param)
	t, ok := src.text(i)
	if !ok {
		return nil
	}
	return []attr{{field, as(t), src.absent(i)}}
}

// integerValue is the number that a text spells.
func integerValue(t text) value {
	if n, err := strconv.ParseInt(t.s, 10, 64); err == nil && t.isKnown() {
		return longValue(n)
	}
	return value{kind: valueLong}
}

func destination(to text) value {
	return value{kind: valueRecord, fields: []attr{
		{name: "path", v: textValue(to)},
		{name: "name", v: textValue(to.base())},
		{name: "parent_path", v: textValue(to.parent())},
	}}
}

// execute adds what the ancestor says of a program that is started, and its
// arguments in their order.
func (b *builder) execute(op *capability.Op, src source, common contextual) []contextual {
	program, _ := src.text(op.Param("program"))
	items, open := src.list(op.Param("args"))
	keys, values, openEnv := src.pairs(op.Param("env"))
	env := environment(keys, values, openEnv)
	argv := argvEntity(program, items, open)
	user, group := b.identity()
	var out []contextual
	for _, args := range commandLines(items, open) {
		out = append(out, contextual{
			entities: append(common.entities[:len(common.entities):len(common.entities)], args, env, argv),
			fields: append(common.fields[:len(common.fields):len(common.fields)],
				attr{name: "arguments", v: value{kind: valueEntity, entity: args}},
				attr{name: "environment", v: value{kind: valueEntity, entity: env}},
				attr{name: "user", v: user},
				attr{name: "group", v: group},
				attr{name: "argv", v: value{kind: valueEntity, entity: argv}}),
		})
	}
	return out
}

func (b *builder) identity() (user, group value) {
	name, uid := textValue(anyText), value{kind: valueLong}
	groupname, gid := textValue(anyText), value{kind: valueLong}
	if b.principal.Known {
		name = textValue(known(b.principal.Name))
	}
	if id := b.principal.local; id != nil {
		uid, gid = longValue(id.UID), longValue(id.GID)
		groupname = textValue(known(id.Group))
	}
	user = value{kind: valueRecord, fields: []attr{{name: "username", v: name}, {name: "uid", v: uid}}}
	group = value{kind: valueRecord, fields: []attr{{name: "groupname", v: groupname}, {name: "gid", v: gid}}}
	return user, group
}

// argvEntity holds the arguments in their order, as a shell numbers them: tag
// "0" is the program, "1" the first argument; count is the number of arguments.
func argvEntity(program text, items []text, open bool) *entity {
	e := &entity{typ: argvType, id: text{s: "call"}, open: open}
	if open {
		e.put("count", value{kind: valueLong})
	} else {
		e.put("count", longValue(int64(len(items))))
	}
	e.tags = append(e.tags, attr{name: "0", v: textValue(program)})
	for i, t := range items {
		e.tags = append(e.tags, attr{name: strconv.Itoa(i + 1), v: textValue(t)})
	}
	return e
}

func environment(keys []string, values []text, open bool) *entity {
	e := &entity{typ: environmentType, id: text{s: "call"}, open: open}
	if open {
		e.put("names", value{kind: valueSet})
		return e
	}
	names := make([]types.Value, len(keys))
	for i, k := range keys {
		k = capability.EntityID(k)
		names[i] = types.String(k)
		e.tags = append(e.tags, attr{name: k, v: textValue(values[i])})
	}
	e.put("names", knownValue(types.NewSet(names...)))
	return e
}

// commandLines are the ancestor's arguments entities of a command line.
//
// The ancestor's scripts said themselves what is a pair of key and value and
// what stands alone. A plain list does not, so it is read in one way: a word
// that begins with a dash and is followed by one that does not is a pair; any
// other that begins with a dash is a flag; the rest are positional. Any list
// could be passed in this reading there, so what is permitted here was
// permitted there.
//
// A tag has one value. Where a command line gives a name several (an option
// twice, or a word that is also an option), the last would hide the others
// from the policies. The question is then put once for each value, and each
// must be permitted: the ancestor's question, in which the last counts, is
// among them.
func commandLines(items []text, open bool) []*entity {
	e := &entity{typ: argumentsType, id: text{s: "call"}}
	for _, t := range items {
		open = open || !t.isKnown()
	}
	if open {
		e.open = true
		for _, name := range []string{"keys", "flags", "positional_values"} {
			e.put(name, value{kind: valueSet})
		}
		return []*entity{e}
	}
	words := make([]string, len(items))
	for i, t := range items {
		words[i] = t.s
	}
	l := readCommandLine(words)
	e.put("keys", knownValue(stringSet(l.keys)))
	e.put("flags", knownValue(stringSet(l.flags)))
	e.put("positional_values", knownValue(stringSet(l.positional)))
	var out []*entity
	for turn := range l.turns() {
		v := &entity{typ: e.typ, id: e.id, attrs: e.attrs}
		for _, name := range l.names {
			values := l.tags[name]
			v.tags = append(v.tags, attr{name: name, v: knownValue(types.String(values[min(turn, len(values)-1)]))})
		}
		out = append(out, v)
	}
	return out
}

// commandLine is a command line in the ancestor's terms. tags holds all the
// different values of each name, the last one last.
type commandLine struct {
	keys, flags, positional []string
	names                   []string
	tags                    map[string][]string
}

func readCommandLine(words []string) *commandLine {
	l := &commandLine{tags: map[string][]string{}}
	alone := 0
	for i := 0; i < len(words); i++ {
		w := words[i]
		if isOption(w) && i+1 < len(words) && !strings.HasPrefix(words[i+1], "-") {
			l.keys = append(l.keys, w)
			l.tag(w, words[i+1])
			i++
			continue
		}
		l.tag("$ARG"+strconv.Itoa(alone), w)
		l.tag(w, "true")
		alone++
		if strings.HasPrefix(w, "-") {
			l.flags = append(l.flags, w)
		} else {
			l.positional = append(l.positional, w)
		}
	}
	return l
}

// isOption reports whether a word can have a value behind it; "-" and "--" can't.
func isOption(w string) bool { return len(w) > 1 && w[0] == '-' && w != "--" }

func (l *commandLine) tag(name, value string) {
	values, ok := l.tags[name]
	if !ok {
		l.names = append(l.names, name)
	}
	for i, v := range values {
		if v == value {
			values = append(values[:i], values[i+1:]...)
			break
		}
	}
	l.tags[name] = append(values, value)
}

// turns is how many questions it takes to show every value once.
func (l *commandLine) turns() int {
	n := 1
	for _, v := range l.tags {
		n = max(n, len(v))
	}
	return n
}

func stringSet(words []string) types.Set {
	values := make([]types.Value, len(words))
	for i, w := range words {
		values[i] = types.String(w)
	}
	return types.NewSet(values...)
}
