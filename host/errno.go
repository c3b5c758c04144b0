package host

import (
	"errors"
	"syscall"

	"rex/capability"
)

// errnoKinds is the one table from the errors of the system to the kinds a
// script catches; what is not in it is io.
var errnoKinds = map[syscall.Errno]capability.ErrorKind{
	syscall.ENOENT:       capability.NotFound,
	syscall.ESRCH:        capability.NotFound,
	syscall.ENXIO:        capability.NotFound,
	syscall.EEXIST:       capability.Exists,
	syscall.EACCES:       capability.Permission,
	syscall.EPERM:        capability.Permission,
	syscall.EROFS:        capability.Permission,
	syscall.ENOTDIR:      capability.WrongKind,
	syscall.EISDIR:       capability.WrongKind,
	syscall.ELOOP:        capability.WrongKind,
	syscall.ENOTEMPTY:    capability.WrongKind,
	syscall.EXDEV:        capability.WrongKind,
	syscall.ENOSPC:       capability.Full,
	syscall.EDQUOT:       capability.Full,
	syscall.EMLINK:       capability.Full,
	syscall.EBUSY:        capability.Busy,
	syscall.ETXTBSY:      capability.Busy,
	syscall.EAGAIN:       capability.Busy,
	syscall.E2BIG:        capability.TooLarge,
	syscall.EFBIG:        capability.TooLarge,
	syscall.EINVAL:       capability.Invalid,
	syscall.ENAMETOOLONG: capability.Invalid,
	syscall.ENOSYS:       capability.Unsupported,
	syscall.EOPNOTSUPP:   capability.Unsupported,
	syscall.ENOEXEC:      capability.Invalid,
	syscall.ECONNREFUSED: capability.Unreachable,
	syscall.ECONNRESET:   capability.Unreachable,
	syscall.EHOSTUNREACH: capability.Unreachable,
	syscall.ENETUNREACH:  capability.Unreachable,
	syscall.ETIMEDOUT:    capability.Timeout,
}

// errnoWords says what an error means where the system's own words mislead.
var errnoWords = map[syscall.Errno]string{
	syscall.EXDEV: "it lies on another file system",
	syscall.ELOOP: "it leads through too many links, or through a link of /proc that stands for an open file",
}

// explain gives the kind and the words of an error of the system. A failure
// that is already one keeps both.
func explain(err error) (capability.ErrorKind, string) {
	var fault *capability.Error
	if errors.As(err, &fault) {
		return fault.Why, fault.Message
	}
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		return capability.IO, err.Error()
	}
	words, ok := errnoWords[errno]
	if !ok {
		words = errno.Error()
	}
	if kind, ok := errnoKinds[errno]; ok {
		return kind, words
	}
	return capability.IO, words
}
