package host

import (
	"os/user"
	"strconv"
	"sync"
)

// names remembers the names of users and groups for one run.
type names struct {
	mu     sync.Mutex
	users  map[uint32]string
	groups map[uint32]string
}

// user gives the name of a user, "#1001" when it has none.
func (n *names) user(id uint32) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return remember(&n.users, id, func(id string) (string, error) {
		u, err := user.LookupId(id)
		if err != nil {
			return "", err
		}
		return u.Username, nil
	})
}

// group gives the name of a group, "#1001" when it has none.
func (n *names) group(id uint32) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return remember(&n.groups, id, func(id string) (string, error) {
		g, err := user.LookupGroupId(id)
		if err != nil {
			return "", err
		}
		return g.Name, nil
	})
}

func remember(known *map[uint32]string, id uint32, look func(string) (string, error)) string {
	if name, ok := (*known)[id]; ok {
		return name
	}
	text := strconv.FormatUint(uint64(id), 10)
	name, err := look(text)
	if err != nil || name == "" {
		name = "#" + text
	}
	if *known == nil {
		*known = map[uint32]string{}
	}
	(*known)[id] = name
	return name
}

// userNumber finds the number of a user's name, groupNumber that of a group's.
func (n *names) userNumber(name string) (uint32, bool) {
	u, err := user.Lookup(name)
	if err != nil {
		return 0, false
	}
	return idNumber(u.Uid)
}

func (n *names) groupNumber(name string) (uint32, bool) {
	g, err := user.LookupGroup(name)
	if err != nil {
		return 0, false
	}
	return idNumber(g.Gid)
}

func idNumber(text string) (uint32, bool) {
	n, err := strconv.ParseUint(text, 10, 32)
	return uint32(n), err == nil
}
