package console

import (
	"os"
	"os/user"
	"strconv"

	"rex/policy"
)

// Me is who runs this process: the effective user, looked up once. A user
// without a name is "#1001".
func Me() policy.Identity {
	id := policy.Identity{UID: int64(os.Geteuid()), GID: int64(os.Getegid())}
	id.User, id.Group = "#"+strconv.FormatInt(id.UID, 10), "#"+strconv.FormatInt(id.GID, 10)
	if u, err := user.LookupId(strconv.FormatInt(id.UID, 10)); err == nil {
		id.User = u.Username
	}
	if g, err := user.LookupGroupId(strconv.FormatInt(id.GID, 10)); err == nil {
		id.Group = g.Name
	}
	return id
}
