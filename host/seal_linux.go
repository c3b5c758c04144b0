package host

import (
	"crypto/sha256"
	"encoding/hex"

	"golang.org/x/sys/unix"

	"rex/capability"
)

// maxSealed is the largest program that is copied into memory to be hashed.
const maxSealed = 512 << 20

// seal copies a program into memory, closes the copy against all changes and
// gives its SHA-256.
func (r *resolution) seal(p *place) (sum string, fd int, err error) {
	f, err := r.openRegular(p, unix.O_RDONLY)
	if err != nil {
		return "", -1, err
	}
	defer f.Close()
	if f.st.Size > maxSealed {
		return "", -1, faultf(capability.TooLarge, "%s is too large to be hashed: more than %d bytes", show(p.path), maxSealed)
	}
	fd, err = memoryFile()
	if err != nil {
		return "", -1, cant("copy", p.path, err)
	}
	if sum, err = r.copyTo(fd, f); err == nil {
		const seals = unix.F_SEAL_SEAL | unix.F_SEAL_SHRINK | unix.F_SEAL_GROW | unix.F_SEAL_WRITE
		_, err = unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, seals)
	}
	if err != nil {
		unix.Close(fd)
		return "", -1, cant("copy", p.path, err)
	}
	return sum, fd, nil
}

// memoryFile makes an empty file that can be executed; kernels before 6.3 do
// not know the flag that says so.
func memoryFile() (int, error) {
	const flags = unix.MFD_CLOEXEC | unix.MFD_ALLOW_SEALING
	fd, err := unix.MemfdCreate("program", flags|unix.MFD_EXEC)
	if err == unix.EINVAL {
		fd, err = unix.MemfdCreate("program", flags)
	}
	if err != nil {
		return -1, err
	}
	if err := unix.Fchmod(fd, 0o500); err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

func (r *resolution) copyTo(fd int, f *file) (string, error) {
	hash := sha256.New()
	buf := make([]byte, chunk)
	for off := int64(0); off <= maxSealed; {
		n, err := f.readAt(buf, off)
		if err != nil {
			return "", err
		}
		if n == 0 {
			return hex.EncodeToString(hash.Sum(nil)), nil
		}
		hash.Write(buf[:n])
		if err := writeAll(r.ctx, fd, string(buf[:n])); err != nil {
			return "", err
		}
		off += int64(n)
	}
	return "", unix.EFBIG
}
