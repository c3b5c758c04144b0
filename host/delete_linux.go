package host

import "rex/capability"

// deleteEntry does fs.delete: the name goes from its folder if it still stands
// for what was asked about.
func deleteEntry(c *call) (capability.Value, error) {
	p, err := handle[*place](c, "path")
	if err != nil {
		return nil, err
	}
	if p.base == "" {
		return nil, faultf(capability.WrongKind, "the root folder can't be deleted")
	}
	if err := remove(p.dir, p.base, &p.st); err != nil {
		return nil, cant("delete", p.path, err)
	}
	return nil, nil
}
