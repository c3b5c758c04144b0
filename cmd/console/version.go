package console

import (
	"runtime/debug"
	"strings"

	"rex/bytecode"
	"rex/capability"
	"strconv"
)

// Version names the build: the revision it was made from, the module format
// it reads and writes, and the operation table.
func Version() string {
	revision := "unknown revision"
	if info, ok := debug.ReadBuildInfo(); ok {
		dirty := ""
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				revision = s.Value[:min(12, len(s.Value))]
			case s.Key == "vcs.modified" && s.Value == "true":
				dirty = "+changes"
			}
		}
		revision += dirty
	}
	return strings.Join([]string{revision, "format " + strconv.Itoa(bytecode.Version), "table " + capability.TableHash()}, ", ")
}
