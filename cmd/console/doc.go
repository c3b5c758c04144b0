// Package console is what the two commands have in common: the table of
// subcommands with help and completion, exit statuses, reading files with
// bounds, finding policies, and showing a report.
//
// It links no parser and no compiler of the language, because rexvm imports
// it. A subcommand is a row (command.go): its words, flags, examples and
// function; usage, help and shell completion derive from the rows.
package console
