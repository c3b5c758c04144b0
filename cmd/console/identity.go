package console

import (
	"os"
	"os/user"
	"strconv"

	"rex/policy"
)

// Me is who runs this process: the effective user, looked up once. A user
// without a name is "#1001".
func Me() policy.Principal {
	p := policy.Principal{Local: true, UID: int64(os.Geteuid()), GID: int64(os.Getegid())}
	p.Name, p.Group = "#"+strconv.FormatInt(p.UID, 10), "#"+strconv.FormatInt(p.GID, 10)
	if u, err := user.LookupId(strconv.FormatInt(p.UID, 10)); err == nil {
		p.Name = u.Username
	}
	if g, err := user.LookupGroupId(strconv.FormatInt(p.GID, 10)); err == nil {
		p.Group = g.Name
	}
	return p
}
