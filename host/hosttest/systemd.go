// Package hosttest holds stand-ins for what a test machine need not have: a
// systemd that answers on a bus of its own. It is imported by tests only; the
// list of what rexvm links says so.
package hosttest

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"math"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

// Systemd speaks enough of D-Bus and of systemd on a socket of its own. One
// peer is the bus and systemd at once, as on systemd's private socket. It knows
// web.service, alias www.service, and no other unit.
type Systemd struct {
	Address string // for host.Config.Bus

	mu       sync.Mutex
	listener net.Listener
	restarts []string
	Outcome  string // of a job; "" for none, so that it never ends
	Refusal  string // name of the error that a restart is answered with
	Mute     bool   // properties are never answered
	conns    []*busConn
}

// Set changes how it behaves.
func (s *Systemd) Set(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// Restarted lists the units that were restarted, in order.
func (s *Systemd) Restarted() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.restarts)
}

func (s *Systemd) silent() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Mute
}

type busConn struct {
	net.Conn
	mu     sync.Mutex
	serial uint32
}

// NewSystemd starts one on a socket in a folder. Close ends it.
func NewSystemd(folder string) (*Systemd, error) {
	socket := filepath.Join(folder, "bus")
	l, err := net.Listen("unix", socket)
	if err != nil {
		return nil, err
	}
	s := &Systemd{Address: "unix:path=" + socket, Outcome: "done", listener: l}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(&busConn{Conn: c})
		}
	}()
	return s, nil
}

// Close stops listening; connections end with their peers.
func (s *Systemd) Close() { s.listener.Close() }

// serve greets a client as the specification says, then answers its calls.
func (s *Systemd) serve(c *busConn) {
	defer c.Close()
	r := bufio.NewReader(c)
	if b, err := r.ReadByte(); err != nil || b != 0 {
		return
	}
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		switch word, how, _ := strings.Cut(strings.TrimSpace(line), " "); {
		case word == "AUTH" && how == "": // asks which ways there are
			c.Write([]byte("REJECTED EXTERNAL\r\n"))
		case word == "AUTH":
			c.Write([]byte("OK 0123456789abcdef0123456789abcdef\r\n"))
		case word == "NEGOTIATE_UNIX_FD":
			c.Write([]byte("ERROR\r\n"))
		case word == "BEGIN":
			s.mu.Lock()
			s.conns = append(s.conns, c)
			s.mu.Unlock()
			s.answerAll(c, r)
			return
		default:
			c.Write([]byte("ERROR\r\n"))
		}
	}
}

func (s *Systemd) answerAll(c *busConn, r *bufio.Reader) {
	for {
		m, err := dbus.DecodeMessage(r)
		if err != nil {
			return
		}
		if m.Type != dbus.TypeMethodCall {
			continue
		}
		body, failure := s.call(c, m)
		if body == nil && failure == "" {
			continue // no answer at all
		}
		reply := &dbus.Message{Type: dbus.TypeMethodReply, Headers: map[dbus.HeaderField]dbus.Variant{}}
		reply.Headers[dbus.FieldReplySerial] = dbus.MakeVariant(m.Serial())
		if failure != "" {
			reply.Type = dbus.TypeError
			reply.Headers[dbus.FieldErrorName] = dbus.MakeVariant(failure)
			body = []any{"refused by the stand-in"}
		}
		c.send(reply, body)
	}
}

func (c *busConn) send(m *dbus.Message, body []any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.serial++
	m.Body = body
	if len(body) > 0 {
		m.Headers[dbus.FieldSignature] = dbus.MakeVariant(dbus.SignatureOf(body...))
	}
	var out bytes.Buffer
	if err := m.EncodeTo(&out, binary.LittleEndian); err != nil {
		panic(err) // the stand-in itself is wrong
	}
	// The package sets serials of its own connections only.
	binary.LittleEndian.PutUint32(out.Bytes()[8:], c.serial)
	c.Write(out.Bytes())
}

// call answers one method. A nil body without a failure is silence.
func (s *Systemd) call(c *busConn, m *dbus.Message) ([]any, string) {
	member, _ := m.Headers[dbus.FieldMember].Value().(string)
	object, _ := m.Headers[dbus.FieldPath].Value().(dbus.ObjectPath)
	switch member {
	case "Hello":
		return []any{":1.1"}, ""
	case "AddMatch":
		return []any{}, ""
	case "GetAll":
		if s.silent() {
			return nil, ""
		}
		kind, _ := m.Body[0].(string)
		return []any{s.properties(string(object), kind)}, ""
	case "RestartUnit":
		unit, _ := m.Body[0].(string)
		return s.restart(unit)
	}
	return nil, "org.freedesktop.DBus.Error.UnknownMethod"
}

func (s *Systemd) restart(unit string) ([]any, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.restarts = append(s.restarts, unit)
	if s.Refusal != "" {
		return nil, s.Refusal
	}
	job := dbus.ObjectPath("/org/freedesktop/systemd1/job/7")
	if s.Outcome != "" {
		time.AfterFunc(20*time.Millisecond, func() { s.removed(job, unit) })
	}
	return []any{job}, ""
}

// removed tells everybody that a job has ended.
func (s *Systemd) removed(job dbus.ObjectPath, unit string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		c.send(&dbus.Message{Type: dbus.TypeSignal, Headers: map[dbus.HeaderField]dbus.Variant{
			dbus.FieldPath:      dbus.MakeVariant(dbus.ObjectPath("/org/freedesktop/systemd1")),
			dbus.FieldInterface: dbus.MakeVariant("org.freedesktop.systemd1.Manager"),
			dbus.FieldMember:    dbus.MakeVariant("JobRemoved"),
		}}, []any{uint32(7), job, unit, s.Outcome})
	}
}

// properties: web.service is there, www.service is an alias of it, and others
// are not.
func (s *Systemd) properties(object, kind string) map[string]dbus.Variant {
	values := map[string]any{}
	switch {
	case !strings.HasSuffix(object, "/web_2eservice") && !strings.HasSuffix(object, "/www_2eservice"):
		values["Id"], values["LoadState"], values["ActiveState"] = "none.service", "not-found", "inactive"
	case kind == "org.freedesktop.systemd1.Service":
		values["MainPID"], values["NRestarts"] = uint32(4711), uint32(2)
		values["MemoryCurrent"], values["TasksCurrent"] = uint64(1<<20), uint64(math.MaxUint64)
	default:
		values["Id"], values["Description"], values["LoadState"] = "web.service", "The web", "loaded"
		values["ActiveState"], values["SubState"], values["UnitFileState"] = "active", "running", "enabled"
		values["ActiveEnterTimestamp"] = uint64(1_700_000_000_000_000)
	}
	out := map[string]dbus.Variant{}
	for k, v := range values {
		out[k] = dbus.MakeVariant(v)
	}
	return out
}
