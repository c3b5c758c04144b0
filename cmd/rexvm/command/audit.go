package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"rex/policy"
)

// auditDefault is where the record goes when its folder is there and no flag
// says otherwise.
const auditDefault = "/var/log/rex/audit.jsonl"

// record is the open audit file, or none.
type record struct {
	file  *os.File
	after string // hash of the file's last line
}

// writer is nil, and not a nil file in an interface, when there is no record.
func (r *record) writer() io.Writer {
	if r.file == nil {
		return nil
	}
	return r.file
}

// Close closes the file.
func (r *record) Close() {
	if r.file != nil {
		r.file.Close()
	}
}

// auditName is the record's file, "" for none: the one that was named, else
// the default where its folder exists.
func auditName(given string) string {
	if given != "" {
		return given
	}
	if info, err := os.Stat(filepath.Dir(auditDefault)); err != nil || !info.IsDir() {
		return ""
	}
	return auditDefault
}

// openAudit opens the record before anything runs: append only, 0600, no
// links, and only a regular file.
func (r *run) openAudit() (*record, error) {
	name := auditName(r.o.audit)
	if name == "" {
		return &record{}, nil
	}
	f, err := openAppend(name)
	if err != nil {
		return nil, fmt.Errorf("the record can't be opened: %w", err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New(name + " is not a regular file")
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("the record can't be opened: %w", err)
	}
	if absolute, err := filepath.Abs(name); err == nil {
		name = absolute
	}
	r.result.Audit = name
	after, err := lastHash(name, info.Size())
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("the record can't be continued: %w", err)
	}
	return &record{f, after}, nil
}

// tail is how much of a record is read to find its last line.
const tail = 8 << 20

// lastHash is the hash of the last line of the record, which the new lines
// will hold.
func lastHash(name string, size int64) (string, error) {
	if size == 0 {
		return "", nil
	}
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	from := max(0, size-tail)
	return policy.LastHash(io.NewSectionReader(f, from, size-from))
}
