package policy

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"

	"rex/capability"
)

const houseName = "house.cedar"

//go:embed house.cedar
var houseText string

// House is the policy text that is always loaded: what Rex itself forbids.
func House() string { return houseText }

// houseFile parses the house policy. It is part of this program, so a test
// validates it once instead of every run.
var houseFile = sync.OnceValue(func() *File {
	f, err := parse(houseName, []byte(houseText), func(*cedar.Policy) error { return nil })
	if err != nil {
		panic("policy: the house policy is invalid: " + err.Error())
	}
	return f
})

// selfChanges are the actions that would change a file of Rex itself,
// folderChanges those that would take it away with its folder.
var (
	selfChanges   = fileActions("write", "create", "delete", "move", "chmod", "chown", "set_x_attr")
	folderChanges = fileActions("delete", "move")
)

func fileActions(names ...string) []types.EntityUID {
	var out []types.EntityUID
	for _, n := range names {
		out = append(out, types.NewEntityUID("file_system::Action", types.String(n)))
	}
	return out
}

// Protect makes policies that forbid changing the files at these paths, for
// the files of this run that the house policy can't know: where its audit
// record, its policies and its program really lie. The paths are absolute and
// clean; one that ends in / is a folder with all that is below it.
func Protect(paths ...string) (*File, error) {
	var b strings.Builder
	above := map[string]bool{"/": true}
	for i, p := range paths {
		p, folder := strings.CutSuffix(p, "/")
		if why := capability.CheckPath(p); why != "" {
			return nil, fmt.Errorf("path %q %s", p, why)
		}
		id := fmt.Sprintf("house-own-%d", i+1)
		b.WriteString(forbidText(id, selfChanges, types.NewEntityUID(fileType, types.String(capability.EntityID(p)))))
		b.WriteString("\n\n")
		if folder {
			b.WriteString(forbidBelow(id+"-below", selfChanges, types.NewEntityUID(dirType, types.String(capability.EntityID(p)))))
			b.WriteString("\n\n")
		}
		for dir := capability.ParentPath(p); !above[dir]; dir = capability.ParentPath(dir) {
			above[dir] = true
			id := fmt.Sprintf("house-own-folder-%d", len(above)-1)
			b.WriteString(forbidText(id, folderChanges, types.NewEntityUID(dirType, types.String(capability.EntityID(dir)))))
			b.WriteString("\n\n")
		}
	}
	return Parse("own files", []byte(b.String()))
}
