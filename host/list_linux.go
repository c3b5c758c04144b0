package host

import "rex/capability"

// listFolder does fs.list. An entry whose stat is denied is left out; the gate
// keeps count.
func listFolder(c *call) (capability.Value, error) {
	f, err := c.folderOf("path")
	if err != nil {
		return nil, err
	}
	defer f.close()
	names, err := f.names(c.ctx)
	if err != nil {
		return nil, err
	}
	out := capability.NewList(capability.EntryType)
	for _, name := range names {
		e, there, err := f.look(name)
		if err != nil {
			return nil, err
		}
		if !there {
			continue
		}
		if err := c.give(out, f, e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// give asks whether an entry may be told and adds it to the result.
func (c *call) give(out *capability.List, f *folder, e *seen) error {
	if ok, err := c.permitsEntry("stat", f, e); err != nil || !ok {
		return err
	}
	r, there, err := c.record(f, e)
	if err != nil || !there {
		return err
	}
	if out.Len() >= maxEntries {
		return faultf(capability.TooLarge, "%s has more than %d entries to give", show(c.text("path")), maxEntries)
	}
	out.Push(r)
	return nil
}
