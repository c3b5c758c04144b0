package host

import (
	"strings"

	"golang.org/x/sys/unix"

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

// makeLink does fs.link.
func makeLink(c *call) (capability.Value, error) {
	p, err := handle[*place](c, "path")
	if err != nil {
		return nil, err
	}
	target := c.text("target")
	if target == "" || len(target) > capability.MaxPath || strings.ContainsRune(target, 0) {
		return nil, faultf(capability.Invalid, "the target of a link is 1 to 4095 bytes without a NUL")
	}
	if p.missing {
		if err := unix.Symlinkat(target, p.dir, p.base); err != nil {
			return nil, cant("make the link", p.path, err)
		}
		return nil, nil
	}
	switch {
	case !c.bool("replace"):
		return nil, faultf(capability.Exists, "%s is there already; replace: true switches a link", show(p.path))
	case !isLink(&p.st):
		return nil, faultf(capability.WrongKind, "%s is %s, not a symbolic link; only a link is replaced", show(p.path), article(&p.st))
	}
	return nil, c.switchLink(p, target)
}

// switchLink makes the new link beside the old one and lets them change names.
func (c *call) switchLink(p *place, target string) error {
	proc, err := c.system()
	if err != nil {
		return err
	}
	s := &staged{proc: proc, dir: p.dir, fd: -1, temp: tempName()}
	if err := unix.Symlinkat(target, p.dir, s.temp); err != nil {
		return cant("make the link", p.path, err)
	}
	defer s.drop()
	if err := s.replace(p.base, &p.st); err != nil {
		return cant("switch the link", p.path, err)
	}
	return nil
}
