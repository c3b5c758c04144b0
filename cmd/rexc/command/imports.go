package command

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"rex/cmd/console"
	"rex/compiler"
	"rex/lang"
)

// rootFlag declares --root.
func rootFlag(flags *pflag.FlagSet) *string {
	return flags.String("root", "", "the `folder` that imports stay in and names are relative to; by default the script's")
}

// imports is the compiler's door to the files that a script imports: those in
// or below one folder.
type imports struct {
	folder string // "" when there is none
	script string // below the folder
	root   *os.Root
}

// importsOf gives the imports of a script, which stay in the root or, without
// one, in the script's folder. A script from standard input is in no folder.
func importsOf(script, root string) (*imports, error) {
	switch {
	case script == "-":
		return &imports{folder: root, script: sourceName(script)}, nil
	case root == "":
		return &imports{folder: filepath.Dir(script), script: plainName(filepath.Base(script))}, nil
	}
	from, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	to, err := filepath.Abs(script)
	if err != nil {
		return nil, err
	}
	name, err := filepath.Rel(from, to)
	if err != nil || name == ".." || strings.HasPrefix(name, ".."+string(filepath.Separator)) {
		return nil, fmt.Errorf("%s is not below %s, which --root names", script, root)
	}
	return &imports{folder: root, script: plainName(filepath.ToSlash(name))}, nil
}

// plainName makes a file's name one that a module can hold.
func plainName(name string) string { return strings.ToValidUTF8(name, "\uFFFD") }

// Script is the script's name in the module.
func (i *imports) Script() string { return i.script }

// Load reads an imported file.
func (i *imports) Load(name string) (shown string, text []byte, err error) {
	if i.folder == "" {
		return "", nil, fmt.Errorf("a script from standard input is in no folder; --root names one")
	}
	if i.root == nil {
		if i.root, err = os.OpenRoot(i.folder); err != nil {
			return "", nil, fmt.Errorf("its folder can't be opened: %w", console.Reason(err))
		}
	}
	shown = filepath.Join(i.folder, filepath.FromSlash(name))
	text, err = console.ReadBelow(i.root, filepath.FromSlash(name), lang.MaxSource)
	return shown, text, err
}

func (i *imports) close() {
	if i.root != nil {
		i.root.Close()
	}
}

var _ compiler.Loader = (*imports)(nil)
