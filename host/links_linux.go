package host

import (
	"rex/capability"
)

// readLinkText does fs.read_link.
func readLinkText(c *call) (capability.Value, error) {
	p, err := handle[*place](c, "path")
	if err != nil {
		return nil, err
	}
	if !isLink(&p.st) {
		return nil, faultf(capability.WrongKind, "%s is %s, not a symbolic link", show(p.path), article(&p.st))
	}
	target, err := linkTarget(p.fd, "", &p.st)
	if err != nil {
		return nil, cant("read the link", p.path, err)
	}
	return target, nil
}

// realPath does fs.real_path.
func realPath(c *call) (capability.Value, error) {
	p, err := handle[*place](c, "path")
	if err != nil {
		return nil, err
	}
	return capability.PathValue(p.name), nil
}
