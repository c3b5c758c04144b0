package library

import (
	"strings"
	"sync"

	"rex/capability"
)

// CheckGlob says what is wrong with a glob, nil when nothing is.
func CheckGlob(glob string) error {
	_, err := globOf(glob)
	return err
}

// MatchGlob reports whether a glob matches a path; a glob that is wrong
// matches nothing.
func MatchGlob(glob, path string) bool {
	g, err := globOf(glob)
	return err == nil && g.Match(path)
}

var globs = bounded[*capability.Glob]{limit: 256}

func globOf(glob string) (*capability.Glob, error) {
	return globs.get(glob, func() (*capability.Glob, error) {
		g, err := capability.ParseGlob(glob)
		if err != nil {
			return nil, fault(capability.Invalid, "the glob "+quoteShort(glob)+" "+err.Error())
		}
		return g, nil
	})
}

// MatchURLGlob reports whether a glob of the form scheme://host/path matches a
// url: * is one label of the host or one segment of the path, or a part of it,
// ** any number of them. The query is ignored.
func MatchURLGlob(glob, u string) bool {
	g, err := globOf(glob)
	if err != nil {
		return false
	}
	url := splitURL(u)
	for _, text := range g.Alternatives() {
		if text == "**" || matchURL(splitURL(text), url) {
			return true
		}
	}
	return false
}

func matchURL(glob, u urlParts) bool {
	if !capability.MatchComponent(glob.scheme, u.scheme) || glob.port != u.port && glob.port != "*" {
		return false
	}
	return capability.MatchComponents(strings.Split(glob.host, "."), strings.Split(u.host, ".")) &&
		capability.MatchComponents(strings.Split(glob.path, "/"), strings.Split(u.path, "/"))
}

// bounded is a cache that forgets everything when it is full: simple, and a
// script that makes patterns without end costs only what it would without.
type bounded[V any] struct {
	limit int
	mu    sync.RWMutex
	known map[string]V
}

func (c *bounded[V]) get(key string, make_ func() (V, error)) (V, error) {
	c.mu.RLock()
	v, ok := c.known[key]
	c.mu.RUnlock()
	if ok {
		return v, nil
	}
	v, err := make_()
	if err != nil {
		return v, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= c.limit || c.known == nil {
		c.known = map[string]V{}
	}
	c.known[strings.Clone(key)] = v
	return v, nil
}
