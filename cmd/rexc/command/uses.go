package command

import (
	"strings"

	"rex/bytecode"
	"rex/capability"
	"rex/compiler"
	"rex/lang"
	"rex/preflight"
)

// compileWith compiles a source and holds the module against its `uses` lines:
// an operation outside them is an error of the source like any other.
func compileWith(loader compiler.Loader, name string, src []byte) (*bytecode.Module, lang.Diagnostics) {
	module, ds := compiler.Compile(name, src, loader)
	if ds.HasErrors() || len(module.Uses) == 0 {
		return module, ds
	}
	verified, err := bytecode.Verify(module)
	if err != nil {
		return module, ds // said by whoever proves it
	}
	script := lang.NewSource(name, src)
	for _, b := range preflight.Breaches(module, preflight.Report(verified, nil, preflight.Options{})) {
		source := script
		if file := b.Touch.Pos.File; file != module.Source.Name {
			if shown, text, err := loader.Load(file); err == nil {
				source = lang.NewSource(shown, text)
			}
		}
		ds.Report(source, "E0601", callSpan(source, b.Touch), "%s", b.Why)
	}
	return module, ds.Sorted()
}

// callSpan finds the name of an operation in the source, where it is called.
func callSpan(source *lang.Source, t *capability.Touch) lang.Span {
	line := source.Lines().Line(t.Pos.Line)
	from := line.From
	for i := range source.Text(line) {
		from = line.From + uint32(i)
		if source.Lines().Position(from).Column == t.Pos.Column {
			break
		}
	}
	to := min(line.To, from+1)
	if strings.HasPrefix(source.Text(lang.Span{From: from, To: line.To}), t.Op.Name) {
		to = from + uint32(len(t.Op.Name))
	}
	return lang.Span{From: from, To: to}
}
