package library

import (
	"strings"

	"rex/capability"
)

// The methods of paths. Whatever would make a path unclean is invalid.
var pathRows = []spec{
	{280, "(p: path).name -> string", PathName, invalid, pathName,
		"The last component; empty for the root.", `let p: path = "/var/log/app.log"; p.name // "app.log"`},
	{281, "(p: path).stem -> string", PathStem, invalid, pathStem,
		"The last component without its extension.", `let p: path = "/var/log/app.tar.gz"; p.stem // "app.tar"`},
	{282, "(p: path).ext -> string", PathExt, invalid, pathExt,
		"The extension of the last component, without the dot.", `let p: path = "/var/log/app.tar.gz"; p.ext // "gz"`},
	{283, "(p: path).parent -> path", PathParent, invalid, pathParent,
		"The folder that holds it; the root holds itself.", `let p: path = "/var/log/app.log"; p.parent // /var/log`},
	{284, "(p: path).parts -> list[string]", PathParts, invalid, pathParts,
		"The components.", `let p: path = "/var/log/app.log"; p.parts // ["var","log","app.log"]`},
	{285, "join(p: path, relative: string) -> path", PathJoinText, invalid, pathJoin,
		"What a relative text names below p; . is dropped, .. refused.", `let p: path = "/srv"; p.join("app/./logs") // /srv/app/logs`},
	{286, "append(p: path, text: string) -> path", PathAppend, invalid, pathAppend,
		"With text added to the last component.", `let p: path = "/etc/hosts"; p.append(".bak") // /etc/hosts.bak`},
	{287, "with_name(p: path, name: string) -> path", PathWithName, invalid, pathWithName,
		"With another last component.", `let p: path = "/etc/hosts"; p.with_name("hostname") // /etc/hostname`},
	{288, "with_ext(p: path, ext: string) -> path", PathWithExt, invalid, pathWithExt,
		"With another extension; an empty one takes it off.", `let p: path = "/var/log/app.log"; p.with_ext("gz") // /var/log/app.gz`},
	{289, "beneath(p: path, folder: path) -> bool", PathBeneath, invalid, pathBeneath,
		"Whether it lies below the folder, by components; the folder itself does not.", `let p: path = "/var/log/app.log"; p.beneath("/var") // true`},
	{290, "relative_to(p: path, folder: path) -> string?", PathRelative, invalid, pathRelativeTo,
		"The way from the folder down to it, nil when it isn't below.", `let p: path = "/var/log/app.log"; p.relative_to("/var") // "log/app.log"`},
	{291, "matches(p: path, glob: string) -> bool", PathMatches, invalid, pathMatches,
		"Whether the glob matches; one without / is held against the name.", `let p: path = "/var/log/app.log"; p.matches("*.log") // true`},
	{292, "resolve(p: path, text: string) -> path", Unknown, invalid, pathResolve,
		"What the text names when it is read in folder p, as the target of a link is; it may lead elsewhere.", `let p: path = "/var/log"; p.resolve("../run/app.pid") // /var/run/app.pid`},
}

// onPath makes a native of a function of the path that is argument 0.
func onPath(f func(c *Call, p string) error) Native {
	return func(c *Call) error {
		p, err := c.text(0, capability.KindPath)
		if err != nil {
			return err
		}
		return f(c, p)
	}
}

// setPath gives a path, if it is one.
func (c *Call) setPath(p string) error {
	if why := capability.CheckPath(p); why != "" {
		return fault(capability.Invalid, "the path "+quoteShort(capability.ShowPath(p))+" "+why)
	}
	c.OutT = p
	return nil
}

var (
	pathName = onPath(func(c *Call, p string) error {
		c.OutT = capability.ShowPath(capability.BaseName(p))
		return nil
	})
	pathStem = onPath(func(c *Call, p string) error {
		name := capability.ShowPath(capability.BaseName(p))
		c.OutT = name[:len(name)-len(extOf(name))]
		return nil
	})
	pathExt = onPath(func(c *Call, p string) error {
		c.OutT = strings.TrimPrefix(extOf(capability.ShowPath(capability.BaseName(p))), ".")
		return nil
	})
	pathParent = onPath(func(c *Call, p string) error { return c.setPath(capability.ParentPath(p)) })
	pathParts  = onPath(partsOfPath)
)

// extOf is the extension with its dot: what stands from the last dot on,
// unless that is the first byte.
func extOf(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		return name[i:]
	}
	return ""
}

func partsOfPath(c *Call, p string) error {
	if err := c.builds(strings.Count(p, "/"), capability.String); err != nil {
		return err
	}
	var parts []string
	for _, part := range strings.Split(p, "/") {
		if part != "" {
			parts = append(parts, capability.ShowPath(part))
		}
	}
	c.texts(parts)
	return nil
}

// pathJoin1 is p / name, pathJoin takes several components.
func pathJoin1(c *Call) error {
	p, err := c.text(0, capability.KindPath)
	if err != nil {
		return err
	}
	name := RawPath(c.T[1])
	if why := capability.CheckComponent(name); why != "" {
		return fault(capability.Invalid, quoteShort(c.T[1])+" is no component of a path: it "+why+"; p.join(..) takes several")
	}
	return c.setPath(capability.JoinPath(p, name))
}

func pathJoin(c *Call) error {
	p, err := c.text(0, capability.KindPath)
	if err != nil {
		return err
	}
	if err := c.reads(len(c.T[1])); err != nil {
		return err
	}
	refuse := func(why string) error {
		return fault(capability.Invalid, quoteShort(c.T[1])+" can't be joined to a path: it "+why)
	}
	if strings.HasPrefix(c.T[1], "/") {
		return refuse("is absolute")
	}
	down, why := capability.CleanPath("/" + RawPath(c.T[1]))
	switch {
	case why != "":
		return refuse(why)
	case down == "/":
		return refuse("names nothing below")
	}
	return c.setPath(capability.JoinPath(p, down[1:]))
}

// withLast gives the path with another last component.
func (c *Call) withLast(name func(old, text string) string) error {
	p, err := c.text(0, capability.KindPath)
	if err != nil {
		return err
	}
	if p == "/" {
		return fault(capability.Invalid, "the path / has no last component")
	}
	new := name(capability.BaseName(p), RawPath(c.T[1]))
	if why := capability.CheckComponent(new); why != "" {
		return fault(capability.Invalid, quoteShort(capability.ShowPath(new))+" is no component of a path: it "+why)
	}
	return c.setPath(capability.JoinPath(capability.ParentPath(p), new))
}

func pathAppend(c *Call) error {
	return c.withLast(func(old, text string) string { return old + text })
}

func pathWithName(c *Call) error {
	return c.withLast(func(old, text string) string { return text })
}

func pathWithExt(c *Call) error {
	return c.withLast(func(old, text string) string {
		stem := old[:len(old)-len(extOf(old))]
		if text == "" {
			return stem
		}
		return stem + "." + text
	})
}

// twoPaths takes the two paths of beneath and relative_to.
func (c *Call) twoPaths() (p, folder string, err error) {
	if p, err = c.text(0, capability.KindPath); err != nil {
		return "", "", err
	}
	folder, err = c.text(1, capability.KindPath)
	return p, folder, err
}

func pathBeneath(c *Call) error {
	p, folder, err := c.twoPaths()
	c.setBool(err == nil && capability.Beneath(p, folder))
	return err
}

func pathRelativeTo(c *Call) error {
	p, folder, err := c.twoPaths()
	if err == nil && capability.Beneath(p, folder) {
		c.OutR = capability.StringValue(capability.ShowPath(strings.TrimPrefix(p[len(folder):], "/")))
	}
	return err
}

func pathMatches(c *Call) error {
	if _, err := c.text(0, capability.KindPath); err != nil {
		return err
	}
	return globMatches(c)
}

// pathResolve follows text as the kernel follows a link without links: from
// the root or from p, .. going up.
func pathResolve(c *Call) error {
	p, err := c.text(0, capability.KindPath)
	if err != nil {
		return err
	}
	if err := c.reads(len(c.T[1])); err != nil {
		return err
	}
	text := RawPath(c.T[1])
	switch {
	case text == "" || strings.IndexByte(text, 0) >= 0:
		return fault(capability.Invalid, quoteShort(c.T[1])+" names nothing")
	case strings.HasPrefix(text, "/"):
		p = "/"
	}
	for _, part := range strings.Split(text, "/") {
		switch part {
		case "", ".":
		case "..":
			p = capability.ParentPath(p)
		default:
			if p = capability.JoinPath(p, part); len(p) > capability.MaxPath {
				return c.setPath(p)
			}
		}
	}
	return c.setPath(p)
}
