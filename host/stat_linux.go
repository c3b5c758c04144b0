package host

import (
	"golang.org/x/sys/unix"

	"rex/capability"
)

// resolveStat follows a link at the end unless follow is false.
func resolveStat(r *resolution) error {
	return r.either(mustExist)
}

func resolveExists(r *resolution) error {
	return r.either(anywhere)
}

func (r *resolution) either(n need) error {
	if r.bool("follow") {
		return r.followed("path", n)
	}
	return r.entry("path", n)
}

func statFile(c *call) (capability.Value, error) {
	p, err := handle[*place](c, "path")
	if err != nil {
		return nil, err
	}
	target, err := linkTarget(p.fd, "", &p.st)
	if err != nil {
		return nil, cant("read the link", p.path, err)
	}
	st := &p.st
	r := capability.NewRecord(capability.StatType)
	c.describe(r, p.path, st, target)
	r.With("allocated", capability.SizeValue(st.Blocks*512)).
		With("accessed", timeValue(st.Atim)).
		With("changed", timeValue(st.Ctim)).
		With("inode", capability.IntValue(st.Ino)).
		With("device", capability.IntValue(st.Dev)).
		With("links", capability.IntValue(st.Nlink))
	return r, nil
}

// describe fills in what fs.stat and an entry of a folder have in common.
func (m *Machine) describe(r *capability.Record, path string, st *unix.Stat_t, target capability.Value) {
	r.With("path", capability.PathValue(path)).
		With("name", capability.StringValue(capability.ShowPath(capability.BaseName(path)))).
		With("kind", capability.StringValue(kindWord(st))).
		With("size", capability.SizeValue(st.Size)).
		With("modified", timeValue(st.Mtim)).
		With("permissions", capability.IntValue(permissions(st))).
		With("owner", capability.StringValue(m.names.user(st.Uid))).
		With("group", capability.StringValue(m.names.group(st.Gid))).
		With("target", target)
	r.Frozen = true
}

// linkTarget is what a symbolic link says, nil for anything else.
func linkTarget(dir int, name string, st *unix.Stat_t) (capability.Value, error) {
	if !isLink(st) {
		return nil, nil
	}
	text, err := readLink(dir, name)
	if err != nil {
		return nil, err
	}
	return capability.StringValue(capability.ShowPath(text)), nil
}

func fileExists(c *call) (capability.Value, error) {
	p, err := handle[*place](c, "path")
	if err != nil {
		return nil, err
	}
	return capability.BoolValue(!p.missing), nil
}
