package host

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"rex/capability"
	"rex/policy"
)

// ticks is what a second is divided into in procfs, on every platform of Go.
const ticks = 100

// process is one process as procfs shows it.
type process struct {
	pid, parent int
	name        string // as the process calls itself: anyone can choose it
	executable  string // "" when it can't be told or was deleted
	command     string
	cgroup      string
	uid         uint32
	state       string
	started     int64 // Unix nanoseconds
	memory      int64
	cpu         time.Duration
}

// maxCommand bounds what is kept of a command line.
const maxCommand = 32 << 10

// process reads a process by a handle of its folder, which belongs to that
// process alone: after its end the handle reads nothing, whatever gets the pid.
func (p *procfs) process(pid int) (*process, error) {
	dir, err := openat2(p.root, strconv.Itoa(pid), unix.O_PATH|unix.O_DIRECTORY, unix.RESOLVE_BENEATH|unix.RESOLVE_NO_XDEV|unix.RESOLVE_NO_SYMLINKS)
	if err != nil {
		return nil, err
	}
	defer unix.Close(dir)
	stat, err := p.read(dir, "stat", 8<<10)
	if err != nil {
		return nil, err
	}
	boot, err := p.boot()
	if err != nil {
		return nil, err
	}
	out, err := parseStat(stat, boot)
	if err != nil {
		return nil, err
	}
	status, err := p.read(dir, "status", 64<<10)
	if err != nil {
		return nil, err
	}
	if out.uid, err = effectiveUser(status); err != nil {
		return nil, err
	}
	command, err := p.read(dir, "cmdline", maxCommand)
	if err != nil {
		return nil, err
	}
	out.command = commandLine(command)
	if exe, err := readLink(dir, "exe"); err == nil && capability.CheckPath(exe) == "" && !strings.HasSuffix(exe, deleted) {
		out.executable = exe
	}
	if text, err := p.read(dir, "cgroup", 64<<10); err == nil {
		out.cgroup = unifiedGroup(text)
	}
	return out, nil
}

// commandLine joins the arguments by spaces.
func commandLine(raw string) string {
	raw = strings.TrimRight(raw, "\x00")
	return strings.ToValidUTF8(strings.ReplaceAll(raw, "\x00", " "), "\uFFFD")
}

var stateWords = map[byte]string{
	'R': "running", 'S': "sleeping", 'D': "waiting", 'T': "stopped", 't': "traced", 'Z': "zombie", 'X': "dead", 'I': "idle",
}

// The fields of /proc/PID/stat behind the name, which stands in brackets and
// may hold anything; field 0 here is the state, the third of proc(5).
const (
	statParent, statUser, statSystem, statStart, statPages = 1, 11, 12, 19, 21
)

func parseStat(text string, boot int64) (*process, error) {
	open, end := strings.IndexByte(text, '('), strings.LastIndexByte(text, ')')
	if open < 0 || end < open {
		return nil, faultf(capability.IO, "/proc holds a stat that can't be read")
	}
	fields := strings.Fields(text[end+1:])
	if len(fields) <= statPages || fields[0] == "" {
		return nil, faultf(capability.IO, "/proc holds a stat that is too short")
	}
	number := func(i int) int64 {
		n, _ := strconv.ParseInt(fields[i], 10, 64)
		return n
	}
	pid, err := strconv.Atoi(strings.TrimSpace(text[:open]))
	if err != nil {
		return nil, faultf(capability.IO, "/proc holds a stat without a pid")
	}
	state, ok := stateWords[fields[0][0]]
	if !ok {
		state = "other"
	}
	return &process{
		pid: pid, parent: int(number(statParent)), name: strings.ToValidUTF8(text[open+1:end], "\uFFFD"), state: state,
		started: boot + number(statStart)*int64(time.Second/ticks),
		memory:  number(statPages) * int64(os.Getpagesize()),
		cpu:     time.Duration(number(statUser)+number(statSystem)) * time.Second / ticks,
	}, nil
}

// effectiveUser is the second number of the line Uid of /proc/PID/status.
func effectiveUser(status string) (uint32, error) {
	for line := range strings.Lines(status) {
		if rest, ok := strings.CutPrefix(line, "Uid:"); ok {
			if f := strings.Fields(rest); len(f) > 1 {
				n, err := strconv.ParseUint(f[1], 10, 32)
				return uint32(n), err
			}
		}
	}
	return 0, faultf(capability.IO, "/proc holds a status without a user")
}

// unifiedGroup is the process's place in the one hierarchy of cgroup v2.
func unifiedGroup(text string) string {
	for line := range strings.Lines(text) {
		if path, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "0::"); ok {
			return path
		}
	}
	return ""
}

// readBoot is when the machine started, in Unix nanoseconds. It is read once
// for all: it wanders when the clock is set, and a process's start must not.
func (p *procfs) readBoot() (int64, error) {
	text, err := p.read(p.root, "stat", 1<<20)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, "btime "); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(rest), 10, 64)
			return n * int64(time.Second), err
		}
	}
	return 0, faultf(capability.IO, "/proc/stat does not tell when the machine started")
}

// processFacts are what Cedar is told of a process.
func (m *Machine) processFacts(p *process) policy.Facts {
	pid, parent, user := int64(p.pid), int64(p.parent), m.names.user(p.uid)
	f := policy.Facts{PID: &pid, Name: &p.name, Username: &user, Command: &p.command, Parent: &parent}
	if p.executable != "" {
		f.Executable = &p.executable
	}
	if p.cgroup != "" {
		f.Cgroup = &p.cgroup
	}
	return f
}

// listProcesses does process.list. A process that ends meanwhile is left out;
// one whose listing is denied too, and the gate keeps count.
func listProcesses(c *call) (capability.Value, error) {
	proc, err := c.system()
	if err != nil {
		return nil, err
	}
	pids, err := proc.pids(c)
	if err != nil {
		return nil, err
	}
	wanted, err := c.processFilter()
	if err != nil {
		return nil, err
	}
	out := capability.NewList(capability.ProcessEntry)
	for _, pid := range pids {
		p, err := proc.process(pid)
		if err != nil {
			// Gone by now, or hidden by the system as the whole entry
			// would be under a stricter setting of it.
			if kind := kindOfError(err); kind == capability.NotFound || kind == capability.Permission {
				continue
			}
			return nil, cant("look at process", strconv.Itoa(pid), err)
		}
		if !wanted(p) {
			continue
		}
		ok, err := c.permits("list", strconv.Itoa(pid), policy.Target{Facts: c.processFacts(p)})
		if err != nil {
			return nil, err
		}
		if ok {
			out.Push(c.processRecord(p))
		}
	}
	return out, nil
}

// pids are the processes there are, in order.
func (p *procfs) pids(c *call) ([]int, error) {
	fd, err := openat2(p.root, ".", unix.O_RDONLY|unix.O_DIRECTORY, 0)
	if err != nil {
		return nil, cant("read the folder", "/proc", err)
	}
	f := &folder{fd: fd, path: "/proc"}
	defer f.close()
	names, err := f.names(c.ctx)
	if err != nil {
		return nil, err
	}
	var out []int
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil && pid > 0 {
			out = append(out, pid)
		}
	}
	slices.Sort(out)
	return out, nil
}

func (c *call) processFilter() (func(*process) bool, error) {
	var command *regexp.Regexp
	if c.has("command") {
		var err error
		if command, err = compile(c.text("command"), false); err != nil {
			return nil, err
		}
	}
	return func(p *process) bool {
		switch {
		case c.has("name") && p.name != c.text("name"):
		case c.has("executable") && p.executable != c.text("executable"):
		case command != nil && !command.MatchString(p.command):
		case c.has("user") && c.names.user(p.uid) != c.text("user"):
		default:
			return true
		}
		return false
	}, nil
}

func (m *Machine) processRecord(p *process) *capability.Record {
	r := capability.NewRecord(capability.ProcessEntry).
		With("pid", capability.IntValue(p.pid)).
		With("name", capability.StringValue(p.name)).
		With("command", capability.StringValue(p.command)).
		With("user", capability.StringValue(m.names.user(p.uid))).
		With("state", capability.StringValue(p.state)).
		With("started", capability.TimeValue(p.started)).
		With("memory", capability.SizeValue(p.memory)).
		With("cpu_time", capability.DurationValue(p.cpu)).
		With("parent", capability.IntValue(p.parent))
	if p.executable != "" {
		r.With("executable", capability.PathValue(p.executable))
	}
	r.Frozen = true
	return r
}
