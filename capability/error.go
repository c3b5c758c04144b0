package capability

import "strings"

// ErrorKind says why an operation or an instruction failed. The set is
// closed; scripts catch by kind.
type ErrorKind uint8

// The kinds of failure, LANGUAGE section 10. The numbers are part of the
// module format: append only.
const (
	Denied ErrorKind = iota
	NotFound
	Exists
	Busy
	Full
	Permission
	WrongKind
	Unreachable
	Untrusted
	Timeout
	TooLarge
	ExitStatus
	HTTPStatus
	Invalid
	Range
	Absent
	Unsupported
	IO
	Failed
	Damaged
	ErrorKindCount
)

var errorKindNames = [ErrorKindCount]string{
	"denied", "not_found", "exists", "busy", "full", "permission", "wrong_kind", "unreachable",
	"untrusted", "timeout", "too_large", "exit", "status", "invalid", "range", "absent",
	"unsupported", "io", "failed", "damaged",
}

func (k ErrorKind) String() string {
	if k < ErrorKindCount {
		return errorKindNames[k]
	}
	return "unknown"
}

// ErrorKindNamed finds a kind by its word.
func ErrorKindNamed(word string) (ErrorKind, bool) {
	for i, n := range errorKindNames {
		if n == word {
			return ErrorKind(i), true
		}
	}
	return 0, false
}

// KindMask is a set of error kinds.
type KindMask uint32

// Some masks.
const (
	AllKinds     KindMask = 1<<ErrorKindCount - 1
	AllButDenied          = AllKinds &^ (1 << Denied)
	NoKinds      KindMask = 0
)

// Kinds makes a mask.
func Kinds(ks ...ErrorKind) KindMask {
	var m KindMask
	for _, k := range ks {
		m |= 1 << k
	}
	return m
}

// Has reports whether k is in the set.
func (m KindMask) Has(k ErrorKind) bool { return m&(1<<k) != 0 }

func (m KindMask) String() string { return strings.Join(m.Words(), ", ") }

// Words are the words of the kinds, in their order.
func (m KindMask) Words() []string {
	out := []string{}
	for k := ErrorKind(0); k < ErrorKindCount; k++ {
		if m.Has(k) {
			out = append(out, k.String())
		}
	}
	return out
}

// KindWords is the word type of error kinds, the type of e.kind.
var KindWords = WordOf(errorKindNames[:]...).Named("error.Kind")

// Error is a failure a script can catch, and the value of type error it gets.
type Error struct {
	Why      ErrorKind
	Message  string
	Op       string   // the operation that failed, "" for an instruction
	Action   string   // the Cedar action that was refused, in Cedar's spelling
	Resource string   // as the script wrote it
	Position string   // file:line:column, filled in by the VM
	Code     *int64   // exit or HTTP status
	Stderr   *string  // what a program wrote to standard error
	Policies []string // ids of the policies that decided a denial
	Suggest  string   // the smallest permit that would allow what was denied, as Cedar text
	Values   *Map     // the named values of fail(..)
	Cause    *Error
	Trace    []string // call sites from the failing one outwards, in source terms
}

func (e *Error) Error() string { return e.Message }

// Fault is an Error that is at the same time a Go error, for host and library.
func Fault(k ErrorKind, message string) *Error { return &Error{Why: k, Message: message} }
