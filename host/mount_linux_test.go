package host

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"rex/policy"
)

func TestMountPoint(t *testing.T) {
	table := "22 1 254:1 / / rw - ext4 /dev/vda rw\n23 22 0:5 /x /srv/a\\040b\\134c rw,nosuid shared:1 - proc none rw\n24 22 0:6 / relative rw\n25\n"
	for id, want := range map[uint64]string{22: "/", 23: `/srv/a b\c`, 24: "", 25: "", 2: "", 254: ""} {
		if got, ok := mountPoint(table, id); ok != (want != "") || ok && got != want {
			t.Errorf("%d is mounted at %q, %t", id, got, ok)
		}
	}
}

// A16: what is mounted over a folder, or over a file, is known by the mount,
// also by its name in the folder above, and for what would be made there.
func TestMountsAreTold(t *testing.T) {
	inOwnMounts(t, func() {
		dir := folderWith(t, "ok/a", "a", "ok/sub/keep", "", "secret/s", "secret")
		forbid := permitAll + `
			forbid (principal, action, resource in file_system::Dir::"` + dir + `")
			when { resource has mount && resource.mount like "` + dir + `/*" };`
		b := newBench(t, Config{}, forbid)
		b.must("fs.read", nil, path(dir+"/ok/sub/keep"))
		ok(t, unix.Mount(dir+"/secret", dir+"/ok/sub", "", unix.MS_BIND, ""))
		ok(t, unix.Mount(dir+"/secret/s", dir+"/ok/a", "", unix.MS_BIND, ""))
		for _, name := range []string{"/ok/sub/s", "/ok/sub", "/ok/a"} {
			b.denied("fs.stat", nil, path(dir+name))
			b.denied("fs.delete", nil, path(dir+name))
		}
		b.denied("fs.make_dir", nil, path(dir+"/ok/sub/new"))
		equal(t, "entries", column(t, b.must("fs.list", nil, path(dir+"/ok")), "name"), []string{})
		b.must("fs.read", nil, path(dir+"/secret/s"))
		// A mount that can't be told any more is no permit.
		held, err := os.Open(dir + "/ok/sub")
		ok(t, err)
		defer held.Close()
		ok(t, unix.Unmount(dir+"/ok/sub", unix.MNT_DETACH))
		if at, err := b.machine.mount(policy.Want{Mount: true}, int(held.Fd()), "", "x"); err == nil {
			t.Errorf("it is mounted at %s", *at)
		}
	})
}
