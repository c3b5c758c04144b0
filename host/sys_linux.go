package host

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"rex/capability"
)

func uname(c *call) (capability.Value, error) {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return nil, err
	}
	text := func(b []byte) capability.Value { return capability.StringValue(unix.ByteSliceToString(b)) }
	r := capability.NewRecord(capability.UnameType).
		With("kernel", text(u.Sysname[:])).
		With("hostname", text(u.Nodename[:])).
		With("release", text(u.Release[:])).
		With("version", text(u.Version[:])).
		With("machine", text(u.Machine[:]))
	r.Frozen = true
	return r, nil
}

func memoryUse(c *call) (capability.Value, error) {
	proc, err := c.system()
	if err != nil {
		return nil, err
	}
	text, err := proc.read(proc.root, "meminfo", 64<<10)
	if err != nil {
		return nil, cant("read", "/proc/meminfo", err)
	}
	size := parseMeminfo(text)
	if size["MemTotal"] == 0 {
		return nil, faultf(capability.Unsupported, "/proc/meminfo does not tell the memory's size")
	}
	r := capability.NewRecord(capability.MemoryType)
	for field, line := range map[string]string{
		"total": "MemTotal", "free": "MemFree", "available": "MemAvailable", "buffers": "Buffers",
		"cached": "Cached", "shared": "Shmem", "swap_total": "SwapTotal", "swap_free": "SwapFree",
	} {
		r.With(field, capability.SizeValue(size[line]))
	}
	r.With("used", capability.SizeValue(max(0, size["MemTotal"]-size["MemAvailable"])))
	r.Frozen = true
	return r, nil
}

// parseMeminfo reads lines such as "MemFree:  1234 kB" as bytes.
func parseMeminfo(text string) map[string]int64 {
	out := map[string]int64{}
	for line := range strings.Lines(text) {
		name, rest, ok := strings.Cut(line, ":")
		fields := strings.Fields(rest)
		if !ok || len(fields) == 0 {
			continue
		}
		n, err := strconv.ParseInt(fields[0], 10, 64)
		if err == nil && n >= 0 && n < 1<<52 {
			out[name] = n * 1024
		}
	}
	return out
}

// read reads a small file of procfs below one of its folders.
func (p *procfs) read(dir int, name string, most int) (string, error) {
	fd, err := openat2(dir, name, unix.O_RDONLY, unix.RESOLVE_BENEATH|unix.RESOLVE_NO_XDEV|unix.RESOLVE_NO_SYMLINKS)
	if err != nil {
		return "", err
	}
	defer unix.Close(fd)
	buf := make([]byte, 0, 4096)
	for len(buf) < most {
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		n, err := unix.Read(fd, buf[len(buf):cap(buf)])
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return "", err
		}
		if n == 0 {
			break
		}
		buf = buf[:len(buf)+n]
	}
	return string(buf[:min(len(buf), most)]), nil
}
