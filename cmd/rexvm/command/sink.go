package command

import (
	"fmt"
	"io"
	"strings"
	"time"

	"rex/capability"
	"rex/cmd/console"
)

// sink takes what a script prints and logs: live on the terminal when the
// result is text, and kept for the result in any case.
type sink struct {
	out, err io.Writer // nil: only kept
	colour   bool
	result   *result
	live     bool // err is a terminal: progress is a line of it that changes
	shown    bool // such a line is there
}

// Print takes one printed value.
func (s *sink) Print(text string) error {
	s.result.Output = append(s.result.Output, text)
	if s.out == nil {
		return nil
	}
	s.clear()
	_, err := fmt.Fprintln(s.out, printable(text))
	return err
}

// Log takes one log message with its named values.
func (s *sink) Log(_ time.Time, level, message string, fields *capability.Map) error {
	e := logEntry{Level: level, Message: message}
	if fields != nil && len(fields.Keys) > 0 {
		e.Fields = jsonOf(fields)
	}
	s.result.Logs = append(s.result.Logs, e)
	if s.err == nil {
		return nil
	}
	s.clear()
	// No further line of a message can pass for a message of its own.
	line := level + ": " + strings.ReplaceAll(printable(message), "\n", "\n    ")
	if e.Fields != nil {
		line += " " + printable(string(console.SafeJSON(e.Fields)))
	}
	_, err := fmt.Fprintln(s.err, line)
	return err
}

// Progress takes how far a script is.
func (s *sink) Progress(done, total int64, text string) error {
	s.result.Progress = &progress{done, total, text}
	if !s.live {
		return nil
	}
	s.clear()
	s.shown = true
	line := []rune(strings.ReplaceAll(printable(text), "\n", " "))
	_, err := fmt.Fprintf(s.err, "%3d %% %s", percent(done, total), string(line[:min(len(line), 60)]))
	return err
}

func percent(done, total int64) int64 {
	if total == 0 {
		return 100
	}
	return int64(float64(done) / float64(total) * 100)
}

// clear takes the line of progress off the terminal.
func (s *sink) clear() {
	if s.shown {
		fmt.Fprint(s.err, "\r\x1b[K")
		s.shown = false
	}
}

// printable protects the terminal line by line: text that a script prints may
// come from anywhere.
func printable(text string) string {
	if !strings.ContainsAny(text, "\n\t") {
		return console.Show(text)
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		cells := strings.Split(line, "\t")
		for j := range cells {
			cells[j] = console.Show(cells[j])
		}
		lines[i] = strings.Join(cells, "\t")
	}
	return strings.Join(lines, "\n")
}
