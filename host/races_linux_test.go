package host

import (
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"rex/capability"
	"rex/policy"
)

// attack runs act again and again while an attacker flips the world, for a
// bounded time. Longer runs are a matter of -count.
func attack(t *testing.T, flip func(i int), act func()) {
	t.Helper()
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				flip(i)
			}
		}
	}()
	defer wg.Wait()
	defer close(stop)
	end := time.Now().Add(300 * time.Millisecond)
	for i := 0; i < 3000 && time.Now().Before(end); i++ {
		act()
	}
}

// swapNames swaps two names in one step.
func swapNames(a, b string) {
	unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
}

// A05: a folder on the way that is swapped for a link never leads out.
func TestRaceFolderForLink(t *testing.T) {
	b, dir := arena(t)
	put(t, dir+"/ok/d/s", "fine")
	ok(t, os.Symlink(dir+"/secret", dir+"/ok/evil"))
	denials := 0
	attack(t, func(int) { swapNames(dir+"/ok/d", dir+"/ok/evil") }, func() {
		// The limit on denials is not what is tested here.
		if denials > 500 {
			denials = 0
			b = newBench(t, Config{}, onlyOK(dir))
		}
		v, err := b.do("fs.read", nil, path(dir+"/ok/d/s"))
		if err == nil && v != str("fine") {
			t.Fatalf("read %q", v)
		}
		if err != nil {
			denials++
			tolerable(t, err)
		}
		if _, err := b.do("fs.write", with{"how": str("append")}, path(dir+"/ok/d/new"), capability.BytesValue("x")); err != nil {
			denials++
			tolerable(t, err)
		}
	})
	onlyThese(t, dir+"/secret", "s")
}

// tolerable checks that what an attacker brings about is a denial or a failure.
func tolerable(t *testing.T, err error) {
	t.Helper()
	var fault *capability.Error
	var denied *policy.Denied
	if !errors.As(err, &fault) && !errors.As(err, &denied) {
		t.Fatalf("got %v", err)
	}
}

// A06: a folder that is moved out while it is walked gives entries of its own
// or none.
func TestRaceFolderMovedWhileWalked(t *testing.T) {
	_, dir := arena(t)
	put(t, dir+"/ok/d/e/x", "")
	attack(t, func(int) {
		os.Rename(dir+"/ok/d/e", dir+"/secret/e")
		os.Rename(dir+"/secret/e", dir+"/ok/d/e")
	}, func() {
		b := newBench(t, Config{}, onlyOK(dir))
		v, err := b.do("fs.find", nil, path(dir+"/ok/d"))
		b.machine.Close()
		if err != nil {
			tolerable(t, err)
			return
		}
		for _, p := range column(t, v, "path") {
			if !strings.HasPrefix(p, dir+"/ok/d/") || strings.HasSuffix(p, "/s") {
				t.Fatalf("found %s", p)
			}
		}
	})
}

// A07: a file that is swapped for a link or another file while it is written
// leaves the other as it is.
func TestRaceFileForLink(t *testing.T) {
	_, dir := arena(t)
	ok(t, os.Symlink(dir+"/secret/s", dir+"/ok/evil"))
	ok(t, os.Link(dir+"/secret/s", dir+"/ok/hard"))
	before := mode(t, dir+"/secret/s")
	attack(t, func(i int) {
		other := "/ok/evil"
		if i%2 == 0 {
			other = "/ok/hard"
		}
		swapNames(dir+"/ok/a", dir+other)
	}, func() {
		b := newBench(t, Config{}, onlyOK(dir))
		for _, how := range []string{"replace", "append"} {
			if _, err := b.do("fs.write", with{"how": str(how), "permissions": integer(0o777)}, path(dir+"/ok/a"), capability.BytesValue("x")); err != nil {
				tolerable(t, err)
			}
		}
		b.machine.Close()
	})
	if content(t, dir+"/secret/s") != "secret" || mode(t, dir+"/secret/s") != before {
		t.Errorf("the secret became %q with %o", content(t, dir+"/secret/s"), mode(t, dir+"/secret/s"))
	}
	// Whatever was swapped in is still there, under one of the names.
	if !there(dir+"/ok/evil") || !there(dir+"/ok/hard") || !there(dir+"/ok/a") {
		t.Error("a file of the attacker is lost")
	}
	for _, e := range mustReadDir(t, dir+"/ok") {
		if strings.HasPrefix(e, ".rex-") {
			t.Errorf("%s is left", e)
		}
	}
}

func mustReadDir(t testing.TB, dir string) []string {
	t.Helper()
	all, err := os.ReadDir(dir)
	ok(t, err)
	var out []string
	for _, e := range all {
		out = append(out, e.Name())
	}
	return out
}

// between is a bench whose attacker acts once between the look and the act.
func between(t *testing.T, dir string, attacker func()) *bench {
	t.Helper()
	b := newBench(t, Config{}, onlyOK(dir))
	b.gate = gateFor(t, &swapping{Machine: b.machine, before: attacker}, onlyOK(dir))
	return b
}

// A08: what a folder's entries are comes from the folder that was asked about,
// also when its name leads elsewhere by then.
func TestSwapFolderBeforeListing(t *testing.T) {
	_, dir := arena(t)
	b := between(t, dir, func() {
		ok(t, os.Rename(dir+"/ok/d", dir+"/ok/d2"))
		ok(t, os.Symlink(dir+"/secret", dir+"/ok/d"))
	})
	equal(t, "entries", column(t, b.must("fs.list", nil, path(dir+"/ok/d")), "name"), []string{"b"})
}

func TestSwapBeforeActing(t *testing.T) {
	for _, c := range []struct {
		op    string
		named with
		more  []capability.Value
	}{
		{"fs.delete", nil, nil},
		{"fs.write", nil, []capability.Value{capability.BytesValue("x")}},
		{"fs.move", nil, []capability.Value{nil}},
	} {
		_, dir := arena(t)
		b := between(t, dir, func() {
			ok(t, os.Rename(dir+"/ok/a", dir+"/ok/gone"))
			put(t, dir+"/ok/a", "another")
		})
		more := c.more
		if c.op == "fs.move" {
			more = []capability.Value{path(dir + "/ok/to")}
		}
		_, err := b.do(c.op, c.named, append([]capability.Value{path(dir + "/ok/a")}, more...)...)
		if err == nil {
			t.Errorf("%s acted on what was not asked about", c.op)
			continue
		}
		b.isFault(capability.Busy, c.op, nil, err)
		if content(t, dir+"/ok/a") != "another" || content(t, dir+"/ok/gone") != "a" {
			t.Errorf("%s changed something", c.op)
		}
		onlyThese(t, dir+"/ok", "a", "d", "gone")
	}
}

// Reading goes on with what was asked about.
func TestSwapBeforeReading(t *testing.T) {
	_, dir := arena(t)
	b := between(t, dir, func() {
		ok(t, os.Remove(dir+"/ok/a"))
		ok(t, os.Symlink(dir+"/secret/s", dir+"/ok/a"))
	})
	if v := b.must("fs.read", nil, path(dir+"/ok/a")); v != str("a") {
		t.Errorf("read %q", v)
	}
}

// What appears at a new name in the meantime is not replaced.
func TestSwapIntoANewName(t *testing.T) {
	for _, how := range []string{"create", "replace", "append"} {
		_, dir := arena(t)
		b := between(t, dir, func() { put(t, dir+"/ok/new", "theirs") })
		_, err := b.do("fs.write", with{"how": str(how)}, path(dir+"/ok/new"), capability.BytesValue("x"))
		b.isFault(capability.Exists, "fs.write", nil, err)
		if content(t, dir+"/ok/new") != "theirs" {
			t.Errorf("%s replaced it", how)
		}
		onlyThese(t, dir+"/ok", "a", "d", "new")
	}
	_, dir := arena(t)
	b := between(t, dir, func() { put(t, dir+"/ok/new", "theirs") })
	_, err := b.do("fs.move", with{"replace": truth(true)}, path(dir+"/ok/a"), path(dir+"/ok/new"))
	b.isFault(capability.Exists, "fs.move", nil, err)
}
