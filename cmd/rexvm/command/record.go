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
	audit *policy.Audit
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
	audit, err := policy.OpenAudit(f, func() (io.Reader, error) { return os.Open(name) })
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("the record can't be continued: %w", err)
	}
	return &record{f, audit}, nil
}
