package console

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"rex/capability"
	"rex/policy"
)

// PolicyFolder is where the machine's owner keeps the policy. It is a
// variable for tests alone: no flag and no environment moves it, else whoever
// starts rexvm would replace the owner's rules.
var PolicyFolder = "/etc/rex/policy.d"

// Policies reads the policy of a run. Where PolicyFolder exists it is a set of
// its own, and what --policy names narrows it: all sets must permit. Nothing
// at all gives no set, and then everything is denied.
func Policies(names []string) (policy.Sets, error) {
	owner, err := ownerSet()
	if err != nil {
		return nil, err
	}
	given, err := PolicySet(names)
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

func ownerSet() (*policy.Set, error) {
	switch _, err := os.Lstat(PolicyFolder); {
	case os.IsNotExist(err):
		return nil, nil
	case err != nil:
		return nil, plainError(err)
	}
	return PolicySet([]string{PolicyFolder})
}

// PolicySet reads files and folders into one set, nil when none is named.
func PolicySet(names []string) (*policy.Set, error) {
	if len(names) == 0 {
		return nil, nil
	}
	r := reader{room: capability.MaxPolicies}
	for _, name := range names {
		if err := r.read(name); err != nil {
			return nil, err
		}
	}
	return policy.NewSet(r.files...)
}

// reader gathers policy files under one bound on their size.
type reader struct {
	files []*policy.File
	room  int64
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
	r.files = append(r.files, parsed)
	return nil
}
