package console

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"rex/capability"
	"rex/policy"
)

// OwnFiles gives the absolute paths, as written and without links, of this
// program and of the files named: what a script may not change. Folders end
// in /.
func OwnFiles(names ...string) []string {
	if me, err := os.Executable(); err == nil {
		names = append(names, me)
	}
	var out []string
	add := func(p string) {
		if capability.CheckPath(strings.TrimSuffix(p, "/")) == "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	for _, name := range names {
		absolute, err := filepath.Abs(name)
		if name == "" || err != nil {
			continue
		}
		add(absolute + below(absolute))
		if real, err := filepath.EvalSymlinks(absolute); err == nil {
			add(real + below(real))
		}
	}
	return out
}

// below is the / that marks a folder.
func below(name string) string {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return "/"
	}
	return ""
}

// PolicyFolder is where the machine's owner keeps the policy. It is a
// variable for tests alone: no flag and no environment moves it, else whoever
// starts rexvm would replace the owner's rules.
var PolicyFolder = "/etc/rex/policy.d"

// Policies reads the policy of a run. Where PolicyFolder exists it is a set of
// its own, and what --policy names narrows it: all sets must permit. Nothing
// at all gives no set, and then everything is denied. The files named, this
// program, and what protect adds are Rex's own in this run, which no set lets a
// script change.
func Policies(names []string, protect ...string) (policy.Sets, error) {
	protect = OwnFiles(append(protect, names...)...)
	owner, err := ownerSet(protect)
	if err != nil {
		return nil, err
	}
	given, err := PolicySet(names, protect...)
	if err != nil {
		return nil, err
	}
	var sets policy.Sets
	for _, s := range []*policy.Set{owner, given} {
		if s != nil {
			sets = append(sets, s)
		}
	}
	return sets, nil
}

func ownerSet(protect []string) (*policy.Set, error) {
	switch _, err := os.Lstat(PolicyFolder); {
	case os.IsNotExist(err):
		return nil, nil
	case err != nil:
		return nil, plainError(err)
	}
	return PolicySet([]string{PolicyFolder}, protect...)
}

// PolicySet reads files and folders into one set, nil when none is named. An
// owner's house.cedar takes the place of everything Rex itself forbids, the
// protection of its own files too.
func PolicySet(names []string, protect ...string) (*policy.Set, error) {
	if len(names) == 0 {
		return nil, nil
	}
	r := reader{room: capability.MaxPolicies}
	for _, name := range names {
		if err := r.read(name); err != nil {
			return nil, err
		}
	}
	if len(protect) > 0 && !r.house {
		own, err := policy.Protect(protect...)
		if err != nil {
			return nil, err
		}
		r.files = append(r.files, own)
	}
	return policy.NewSet(r.files...)
}

// reader gathers policy files under one bound on their size.
type reader struct {
	files []*policy.File
	room  int64
	house bool // a house.cedar is among them
}

func (r *reader) read(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return plainError(err)
	}
	if !info.IsDir() {
		return r.file(name)
	}
	if err := checkOwner(name, info); err != nil {
		return err
	}
	entries, err := os.ReadDir(name)
	if err != nil {
		return plainError(err)
	}
	var found []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".cedar") {
			found = append(found, e.Name())
		}
	}
	if len(found) == 0 {
		return fmt.Errorf("%s holds no *.cedar file", name)
	}
	sort.Strings(found)
	for _, f := range found {
		if err := r.file(filepath.Join(name, f)); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) file(name string) error {
	f, err := openRegular(name)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return plainError(err)
	}
	if err := checkOwner(name, info); err != nil {
		return err
	}
	text, err := readBounded(f, name, r.room)
	if err != nil {
		return err
	}
	r.room -= int64(len(text))
	parsed, err := policy.Parse(name, text)
	if err != nil {
		return err
	}
	r.house = r.house || filepath.Base(name) == "house.cedar"
	r.files = append(r.files, parsed)
	return nil
}
