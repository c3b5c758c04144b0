package host

import (
	"strings"

	"rex/capability"
)

// environmentVariable does sys.env. It knows the environment that the Machine
// was given and no other.
func environmentVariable(c *call) (capability.Value, error) {
	name := c.text("name")
	if name == "" || strings.ContainsAny(name, "=\x00") {
		return nil, faultf(capability.Invalid, "%q is no name of a variable", name)
	}
	for _, e := range c.config.Environ {
		if value, ok := strings.CutPrefix(e, name+"="); ok {
			return capability.StringValue(strings.ToValidUTF8(value, "\uFFFD")), nil
		}
	}
	return nil, nil
}
