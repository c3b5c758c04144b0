package library

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"rex/capability"
)

// Binding gives a module's parameters their values, LANGUAGE section 12: from
// the command line, where a value is written as its literal without quotes and
// lists, maps and records as JSON, and from a file of arguments, where
// everything is in the JSON encoding.

// Bind makes the values of params, in their order, frozen. What the command
// line gives wins over the file. All mistakes are reported at once; then the
// values are of no use.
func Bind(params []capability.Param, args map[string]string, file map[string]json.RawMessage) ([]capability.Value, []error) {
	errs := unknownArguments(params, args, file)
	if err := checkArgumentBytes(args, file); err != nil {
		return nil, append(errs, err)
	}
	values := make([]capability.Value, len(params))
	var missing []*capability.Param
	for i := range params {
		p := &params[i]
		v, given, err := argument(p, args, file)
		switch {
		case err != nil:
			errs = append(errs, err)
		case given:
			values[i] = v
		case p.Required:
			missing = append(missing, p)
		default:
			values[i] = p.Default
		}
		if err := Freeze(values[i]); err != nil {
			errs = append(errs, paramError(p, err.Error()))
		}
	}
	if len(missing) > 0 {
		errs = append(errs, missingArguments(missing))
	}
	return values, errs
}

// checkArgumentBytes bounds what is read at all.
func checkArgumentBytes(args map[string]string, file map[string]json.RawMessage) error {
	total := 0
	for name, text := range args {
		total += len(name) + len(text)
	}
	for name, raw := range file {
		total += len(name) + len(raw)
	}
	if total > capability.MaxArguments {
		return errors.New("the arguments are longer than 1 MiB")
	}
	return nil
}

// argument reads and checks what is given for one parameter.
func argument(p *capability.Param, args map[string]string, file map[string]json.RawMessage) (v capability.Value, given bool, err error) {
	var shown string
	if text, ok := args[p.Name]; ok {
		shown = quoteShort(text)
		v, err = ParseArg(p.Type, text)
	} else if raw, ok := file[p.Name]; ok {
		shown = shortJSON(raw)
		v, err = FromJSON(p.Type, raw)
	} else {
		return nil, false, nil
	}
	if err != nil {
		return nil, true, paramError(p, fmt.Sprintf("%s %s; wanted %s", shown, err, wanted(p)))
	}
	return v, true, CheckParam(*p, v)
}

func shortJSON(raw json.RawMessage) string {
	s := strings.TrimSpace(string(raw))
	if n := runeOffset(s, 60); n < len(s) {
		s = s[:n] + "…"
	}
	return capability.Printable(s)
}

// paramError names the parameter and repeats its doc comment.
func paramError(p *capability.Param, message string) error {
	return errors.New("argument " + p.Name + ": " + message + docOf(p))
}

func docOf(p *capability.Param) string {
	if p.Doc == "" {
		return ""
	}
	return " (" + capability.Printable(strings.Join(strings.Fields(p.Doc), " ")) + ")"
}

// wanted says what a parameter takes, in the words of its declaration.
func wanted(p *capability.Param) string {
	s := p.Type.String()
	if p.In != nil {
		s += " in " + intervalText(p.In)
	}
	if len(p.Words) > 0 && p.Type.Kind != capability.KindWord {
		s += " in " + strings.Join(p.Words, ", ")
	}
	if p.Matching != "" {
		s += ` matching re"` + capability.Printable(p.Matching) + `"`
	}
	return s
}

func intervalText(in *capability.Interval) string {
	dots := ".."
	if in.Inclusive {
		dots = "..="
	}
	return Text(in.From) + dots + Text(in.To)
}

// missingArguments reports all missing ones together.
func missingArguments(params []*capability.Param) error {
	var b strings.Builder
	b.WriteString("missing arguments:")
	if len(params) == 1 {
		b.Reset()
		b.WriteString("missing argument:")
	}
	for _, p := range params {
		b.WriteString("\n  " + p.Name + ": " + wanted(p) + docOf(p))
	}
	return errors.New(b.String())
}

func unknownArguments(params []capability.Param, args map[string]string, file map[string]json.RawMessage) []error {
	known := map[string]bool{}
	names := make([]string, 0, len(params))
	for i := range params {
		known[params[i].Name] = true
		names = append(names, params[i].Name)
	}
	unknown := map[string]bool{}
	for name := range args {
		unknown[name] = !known[name]
	}
	for name := range file {
		unknown[name] = !known[name]
	}
	var errs []error
	for name, is := range unknown {
		if is {
			errs = append(errs, unknownArgument(name, names))
		}
	}
	sort.Slice(errs, func(i, j int) bool { return errs[i].Error() < errs[j].Error() })
	return errs
}

func unknownArgument(name string, names []string) error {
	message := "argument " + capability.Printable(name) + ": there is no parameter of this name"
	switch near := capability.Nearest(name, names); {
	case near != "":
		message += "; did you mean " + near + "?"
	case len(names) == 0:
		message += "; the script has none"
	default:
		message += "; there are " + strings.Join(names, ", ")
	}
	return errors.New(message)
}

// ParseArg reads a value of type t as the command line writes it. The error
// says what is wrong, to stand behind the text itself: "is not a duration".
func ParseArg(t *capability.Type, text string) (capability.Value, error) {
	if !utf8.ValidString(text) && t.Kind != capability.KindPath {
		return nil, errors.New("is not UTF-8")
	}
	if t.Kind == capability.KindOptional {
		if text == "nil" && t.Elem.Kind != capability.KindString {
			return nil, nil
		}
		return ParseArg(t.Elem, text)
	}
	if v, why, ok := parseSimple(t, text); ok {
		if why != "" {
			return nil, errors.New(why)
		}
		return v, nil
	}
	return FromJSON(t, json.RawMessage(text))
}

// parseSimple reads a scalar or text type; ok is false for all others.
func parseSimple(t *capability.Type, text string) (v capability.Value, why string, ok bool) {
	switch t.Kind {
	case capability.KindBool:
		if text != "true" && text != "false" {
			why = "is neither true nor false"
		}
		return capability.BoolValue(text == "true"), why, true
	case capability.KindInt:
		v, why = boxed[capability.IntValue](ParseInt(text))
	case capability.KindFloat:
		var x float64
		x, why = ParseFloat(text)
		v = capability.FloatValue(x)
	case capability.KindDuration:
		v, why = boxed[capability.DurationValue](ParseDuration(text))
	case capability.KindSize:
		v, why = boxed[capability.SizeValue](ParseSize(text))
	case capability.KindTime:
		v, why = boxed[capability.TimeValue](ParseTime(text))
	case capability.KindWord:
		if !t.HasWord(text) {
			why = "is none of the words"
			if near := capability.Nearest(text, t.Words); near != "" {
				why += "; did you mean " + near + "?"
			}
		}
		v = capability.StringValue(text)
	case capability.KindBytes:
		b, err := decodeBase64(text)
		if err != nil {
			why = "is not base64"
		}
		v = capability.BytesValue(b)
	case capability.KindString, capability.KindPath, capability.KindURL, capability.KindIP, capability.KindCIDR, capability.KindRegex:
		text, why = ConvertText(t.Kind, text)
		v = capability.BoxText(t.Kind, text)
	default:
		return nil, "", false
	}
	return v, why, true
}

// FromJSON reads a value of type t from its JSON encoding. The error says what
// is wrong, to stand behind the text itself.
func FromJSON(t *capability.Type, raw json.RawMessage) (capability.Value, error) {
	if len(raw) > capability.MaxArguments {
		return nil, errors.New("is longer than 1 MiB")
	}
	v, err := ParseJSON(string(raw), nil)
	if err != nil {
		return nil, errors.New("is not JSON: " + strings.TrimPrefix(err.Error(), "JSON, "))
	}
	out, err := Cast(v, t)
	if err != nil {
		return nil, errors.New("does not fit: " + err.Error())
	}
	return out, nil
}

// CheckParam holds a value to the constraints of its parameter: of a list each
// element; nil passes. The value has the parameter's type.
func CheckParam(p capability.Param, v capability.Value) error {
	if v == nil {
		return nil
	}
	if l, ok := v.(*capability.List); ok {
		for i := range l.Len() {
			if err := CheckParam(p, l.At(i)); err != nil {
				return err
			}
		}
		return nil
	}
	if why := constraint(&p, v); why != "" {
		return paramError(&p, shortText(v)+" "+why)
	}
	return nil
}

func shortText(v capability.Value) string {
	if v.Kind().File() == capability.FileText {
		return quoteShort(Text(v))
	}
	return Text(v)
}

// constraint says which constraint a single value breaks, "" when none.
func constraint(p *capability.Param, v capability.Value) string {
	if p.In != nil && !inInterval(p.In, v) {
		return "is not in " + intervalText(p.In)
	}
	if len(p.Words) > 0 && !oneOf(p.Words, v) {
		return "is not in " + strings.Join(p.Words, ", ")
	}
	if p.Matching != "" {
		re, err := wholeRegex(p.Matching)
		if err != nil {
			return err.Error()
		}
		if !re.MatchString(Text(v)) {
			return `does not match re"` + capability.Printable(p.Matching) + `"`
		}
	}
	return ""
}

func inInterval(in *capability.Interval, v capability.Value) bool {
	if in.From.Kind() != v.Kind() || in.To.Kind() != v.Kind() {
		return false
	}
	above := compareValues(in.To, v)
	return compareValues(in.From, v) <= 0 && (above > 0 || above == 0 && in.Inclusive)
}

// oneOf reports whether a word is one of those, or a path or url matches one
// of those globs.
func oneOf(words []string, v capability.Value) bool {
	switch v := v.(type) {
	case capability.PathValue:
		return slices.ContainsFunc(words, func(g string) bool { return MatchGlob(g, string(v)) })
	case capability.URLValue:
		return slices.ContainsFunc(words, func(g string) bool { return MatchURLGlob(g, string(v)) })
	}
	return slices.Contains(words, Text(v))
}
