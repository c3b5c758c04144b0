// Package host touches the machine. It is the only package, beside the
// commands, that may open files, start programs or send packets, and it does
// so only when the gate of package policy lets it.
//
// A Machine implements policy.Host, so every operation has two halves, side by
// side in the map of operations_linux.go:
//
//   - Resolve turns the names of a call into handles and looks at them. It
//     creates nothing, truncates nothing, reads no content and never blocks.
//     What it finds (kind, owner, canonical name, ..) are the facts that Cedar
//     is asked about. Only what a policy reads may cost more: the address of a
//     host, the hash of a program; and systemd is asked for a unit's own name.
//   - Act does the work on these handles. It gets its arguments from the grant
//     and from nowhere else, so what was authorised is what runs.
//
// # Files
//
// A name is looked up once, by openat2 with RESOLVE_NO_MAGICLINKS and O_PATH
// (path_linux.go). Such a handle has no effect on what it names: a FIFO does
// not block, a device does not notice. Content is reached by opening the same
// handle again through /proc/self/fd, which must be a genuine procfs. What
// acts on a name (create, replace, move, delete) acts on the handle of the
// folder and one component, and compares the inode with the one that was asked
// about. A name that does not resolve is settled (settle in path_linux.go) as
// far as it goes, so that asking for it reveals nothing behind a link.
//
// # Programs
//
// exec.run starts the handle that was looked at, or a sealed copy in memory of
// it when a policy reads its hash, on a thread that has given up gaining rights
// and that ends with the program. The process group is killed at the deadline
// and when the program ends. What leaves the group by setsid lives on.
//
// A change that makes a file writes it without a name, or under a temporary
// one, in the folder where it is going to be (stage_linux.go, write_linux.go);
// what makes a tree lets it grow in a temporary folder (grow_linux.go). Then it
// gets its name in one step, so that a failure of any system call leaves the
// old or the new and nothing else; a test lets every one of them fail.
//
// # Walks
//
// What goes through a folder reads it by its handle and looks at entries by
// handle and name, never by path (walk_linux.go); each entry is asked by
// Grant.Entry before anything of it is told. Walks are bounded in number and
// depth. Those that change something (change_linux.go) walk twice, once to ask
// and once to act, follow no link and enter no mounted file system, and mind
// files with several hard links, whose other names nobody was asked about.
//
// # Archives
//
// An archive is read by unpack.go, whatever its form. Nothing it says is
// believed: names are held to be below the folder, kinds to be file or folder,
// sizes are counted, and all of it is checked before the first byte is written.
//
// # Failures
//
// Every failure is a *capability.Error: errno_linux.go maps the errors of the
// system, Act completes it with operation and resource and holds the kind to
// those that the operation's row names. A limit of the run is a
// *capability.LimitError and is passed on untouched.
//
// # Platforms
//
// Linux has everything. Elsewhere the operations that need Linux fail with
// unsupported; the ambient ones, sys.env and net work anywhere.
//
// To add an operation: its row in package capability, one function here, its
// line in the map. A test compares the map with the table.
package host
