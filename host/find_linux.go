package host

import (
	"math"
	"strings"

	"rex/capability"
)

// findEntries does fs.find: it walks a folder by handles, depth first and
// sorted by name. It asks before it goes into a folder and before it tells of
// an entry; what is excluded is neither walked nor asked.
func findEntries(c *call) (capability.Value, error) {
	w, err := newFinding(c)
	if err != nil {
		return nil, err
	}
	top, err := c.folderOf("path")
	if err != nil {
		return nil, err
	}
	err = w.folder(top, 1)
	if err != nil {
		return nil, err
	}
	return w.out, nil
}

// finding is one walk of fs.find.
type finding struct {
	walk
	out *capability.List

	pattern          *capability.Glob // nil for all
	exclude          []exclusion
	kind             string
	minSize, maxSize int64
	bySize           bool
	after, before    int64
	depth            int64
}

// exclusion is a glob for what is left out: one that begins with a slash is
// held against the whole path, others against what lies below the folder.
type exclusion struct {
	*capability.Glob
	whole bool
}

func globOf(text string) (*capability.Glob, error) {
	g, err := capability.ParseGlob(text)
	if err != nil {
		return nil, faultf(capability.Invalid, "the glob %q: %s", text, err)
	}
	return g, nil
}

func newFinding(c *call) (*finding, error) {
	if err := c.atLeastZero("min_size", "max_size", "max_depth"); err != nil {
		return nil, err
	}
	w := &finding{
		walk: walk{call: c, bound: "; max_depth or exclude bounds the walk"}, out: capability.NewList(capability.EntryType), kind: c.text("kind"),
		maxSize: math.MaxInt64, after: math.MinInt64, before: math.MaxInt64, depth: math.MaxInt64,
		bySize: c.has("min_size") || c.has("max_size"),
	}
	for name, into := range map[string]*int64{
		"min_size": &w.minSize, "max_size": &w.maxSize, "max_depth": &w.depth,
		"modified_after": &w.after, "modified_before": &w.before,
	} {
		if n, ok := c.optional(name); ok {
			*into = n
		}
	}
	var err error
	if c.has("pattern") {
		if w.pattern, err = globOf(c.text("pattern")); err != nil {
			return nil, err
		}
	}
	for _, text := range c.list("exclude") {
		g, err := globOf(text)
		if err != nil {
			return nil, err
		}
		w.exclude = append(w.exclude, exclusion{g, strings.HasPrefix(text, "/")})
	}
	return w, nil
}

// folder walks one folder and closes it. depth is that of its entries.
func (w *finding) folder(f *folder, depth int64) error {
	defer f.close()
	if depth > w.depth {
		return nil
	}
	return w.each(f, depth, func(e *seen) error { return w.entry(f, e, depth) })
}

func (w *finding) entry(f *folder, e *seen, depth int64) error {
	if w.excluded(e.path) {
		return nil
	}
	if w.wanted(e) {
		if err := w.give(w.out, f, e); err != nil {
			return err
		}
	}
	if !isDir(&e.st) || depth >= w.depth {
		return nil
	}
	below, err := w.enter(f, e, "open", "read")
	if err != nil {
		if kind, why := explain(err); kind == capability.Permission {
			return faultf(kind, "%s; exclude leaves it out", why)
		}
		return err
	}
	if below == nil {
		return nil
	}
	return w.folder(below, depth+1)
}

// relative is the path below the folder of the walk.
func (w *finding) relative(path string) string {
	top := w.text("path")
	if top == "/" {
		return path[1:]
	}
	return path[len(top)+1:]
}

func (w *finding) excluded(path string) bool {
	for _, g := range w.exclude {
		subject := path
		if !g.whole {
			subject = w.relative(path)
		}
		if g.Match(subject) {
			return true
		}
	}
	return false
}

// wanted holds an entry to the options.
func (w *finding) wanted(e *seen) bool {
	if w.kind != "" && kindWord(&e.st) != w.kind {
		return false
	}
	if w.bySize && (!isRegular(&e.st) || e.st.Size < w.minSize || e.st.Size > w.maxSize) {
		return false
	}
	if t := int64(timeValue(e.st.Mtim)); w.after != math.MinInt64 && t <= w.after || w.before != math.MaxInt64 && t >= w.before {
		return false
	}
	return w.pattern == nil || w.pattern.Match(w.relative(e.path))
}
