package bytecode

import (
	"fmt"

	"rex/capability"
)

// The checks of what is not code. Each gives what is wrong, "" when nothing is.

func (v *verifier) module() string {
	if len(v.m.Funcs) == 0 {
		return "the module has no function"
	}
	for _, check := range []func() string{v.imports, v.types, v.consts, v.templates, v.entry, v.parameters, v.promises} {
		if why := check(); why != "" {
			return why
		}
	}
	return ""
}

// imports sees to it that a position names one source.
func (v *verifier) imports() string {
	seen := map[string]bool{v.m.Source.Name: true}
	for i := range v.m.Imports {
		switch name := v.m.Imports[i].Name; {
		case name == "":
			return fmt.Sprintf("import %d has no name", i+1)
		case seen[name]:
			return fmt.Sprintf("two sources are called %q", name)
		default:
			seen[name] = true
		}
	}
	return ""
}

// types sees to it that a walk in progress never gets out of its register.
func (v *verifier) types() string {
	for i, t := range v.m.Types {
		parts := append([]*capability.Type{t.Elem, t.Result}, t.Params...)
		for _, f := range t.Fields {
			parts = append(parts, f.Type)
		}
		for _, p := range parts {
			if p != nil && p.Kind == capability.KindIterator {
				return fmt.Sprintf("type %d, %s, holds an iterator", i, t)
			}
		}
	}
	return ""
}

func (v *verifier) consts() string {
	for i, c := range v.m.Consts {
		why := ""
		switch c.Type.File() {
		case capability.FileScalar:
			why = checkScalar(c.Type.Kind, c.Bits)
		case capability.FileText:
			why = v.work.text(c.Type, c.Text)
		}
		if why != "" {
			return fmt.Sprintf("constant %d, a %s, %s", i, c.Type, why)
		}
	}
	return ""
}

func (v *verifier) templates() string {
	for i := range v.m.Templates {
		t := &v.m.Templates[i]
		switch t.Type.Kind {
		case capability.KindString, capability.KindRegex, capability.KindPath, capability.KindURL:
		default:
			return fmt.Sprintf("template %d is of type %s: there are none of it", i, t.Type)
		}
		if why := v.work.template(t); why != "" {
			return fmt.Sprintf("template %d, a %s, %s", i, t.Type, why)
		}
	}
	return ""
}

// entry checks that function 0 can be started with the module's parameters.
func (v *verifier) entry() string {
	f := &v.m.Funcs[0]
	switch {
	case f.Captures != 0:
		return "function 0 has captures"
	case f.Source != 0:
		return "function 0 is not of the script"
	case f.Result.Kind != capability.KindNone && f.Result.Kind != capability.KindAny:
		return fmt.Sprintf("function 0 gives %s, it can only give any or nothing", f.Result)
	case len(f.Params) != len(v.m.Params):
		return fmt.Sprintf("function 0 has %d parameters, the module %d", len(f.Params), len(v.m.Params))
	}
	for i, p := range v.m.Params {
		if p.Type != f.Params[i] {
			return fmt.Sprintf("parameter %s is a %s, for function 0 a %s", p.Name, p.Type, f.Params[i])
		}
	}
	return ""
}

func (v *verifier) parameters() string {
	seen := map[string]bool{}
	for i := range v.m.Params {
		p := &v.m.Params[i]
		if seen[p.Name] {
			return fmt.Sprintf("parameter %s occurs twice", p.Name)
		}
		seen[p.Name] = true
		if why := v.param(p); why != "" {
			return fmt.Sprintf("parameter %q %s", p.Name, why)
		}
	}
	return ""
}

func (v *verifier) param(p *capability.Param) string {
	switch {
	case !isName(p.Name):
		return "has no plain name"
	case !p.Type.FitsAny():
		return "is of type " + p.Type.String() + ", which can't be passed from outside"
	case p.Required && p.Default != nil:
		return "is required and has a default"
	case !p.Required && p.Default == nil && p.Type.Kind != capability.KindOptional && p.Type.Kind != capability.KindAny:
		return "is neither required nor has it a default"
	}
	return v.constraints(p)
}

func (v *verifier) constraints(p *capability.Param) string {
	kind := ConstraintType(p.Type).Kind
	if p.In != nil {
		switch kind {
		case capability.KindInt, capability.KindFloat, capability.KindDuration, capability.KindSize, capability.KindTime:
		default:
			return "has bounds, but is of type " + p.Type.String()
		}
		if p.In.From == nil || p.In.To == nil {
			return "has only one bound"
		}
	}
	if len(p.Words) > 0 && kind != capability.KindPath && kind != capability.KindURL {
		return "has globs, but is of type " + p.Type.String()
	}
	for _, g := range p.Words {
		if why := v.work.glob(g); why != "" {
			return fmt.Sprintf("has a glob %q that %s", g, why)
		}
	}
	if p.Matching == "" {
		return ""
	}
	if kind < capability.KindString || kind > capability.KindWord || kind == capability.KindBytes {
		return "has a pattern, but is of type " + p.Type.String()
	}
	if why := v.work.regex(p.Matching); why != "" {
		return "has a pattern that " + why
	}
	return ""
}

// isName reports whether s is a name as the language has them.
func isName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// promises checks the `uses` lines.
func (v *verifier) promises() string {
	for _, u := range v.m.Uses {
		if capability.Lookup(u.Op) == nil {
			return fmt.Sprintf("a uses line names operation %q, which does not exist", u.Op)
		}
		for _, g := range u.Globs {
			if why := v.work.glob(g); why != "" {
				return fmt.Sprintf("a uses line has a glob %q that %s", g, why)
			}
		}
	}
	return ""
}

// operations holds the module's list of operations against the reader's table
// and against the code: it must name exactly those that the code uses.
func (v *verifier) operations() string {
	last := -1
	for _, use := range v.m.Ops {
		if int(use.Number) <= last {
			return fmt.Sprintf("operation %s is not in its place: the list goes by number", use.Name)
		}
		last = int(use.Number)
		if why := checkOp(use); why != "" {
			return why
		}
		if !v.used[use.Number] {
			return fmt.Sprintf("operation %s is listed, but the code does not use it", use.Name)
		}
		delete(v.used, use.Number)
	}
	least := -1
	for n := range v.used {
		if least < 0 || int(n) < least {
			least = int(n)
		}
	}
	if least >= 0 {
		return fmt.Sprintf("operation %s is used, but not listed", capability.Numbered(uint16(least)).Name)
	}
	return ""
}

func checkOp(use OpUse) string {
	op := capability.Numbered(use.Number)
	switch {
	case op == nil:
		return fmt.Sprintf("operation %s (number %d) does not exist here: the module needs a newer rexvm", use.Name, use.Number)
	case op.Name != use.Name:
		return fmt.Sprintf("operation %d is called %s in the module and %s here", use.Number, use.Name, op.Name)
	case op.Hash() != use.Hash:
		return fmt.Sprintf("operation %s does not mean here what it meant to the module's compiler: build the module with the rexc of this version", use.Name)
	}
	return ""
}
