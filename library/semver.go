package library

import (
	"strconv"
	"strings"

	"github.com/Masterminds/semver/v3"

	"rex/capability"
)

// Versions are those of semver.org; a v in front and missing numbers are fine,
// as people write them: v1.2 is 1.2.0.

func parseVersion(s string) (*semver.Version, error) {
	v, err := semver.NewVersion(strings.TrimSpace(s))
	if err != nil {
		return nil, fault(capability.Invalid, quoteShort(s)+" is no version: "+capability.Printable(err.Error()))
	}
	return v, nil
}

// version is argument i as a version.
func (c *Call) version(i int) (*semver.Version, error) {
	if err := c.fuel(8 + int64(len(c.T[i]))/bytesPerFuel); err != nil {
		return nil, err
	}
	return parseVersion(c.T[i])
}

func semverCompare(c *Call) error {
	a, err := c.version(0)
	if err != nil {
		return err
	}
	b, err := c.version(1)
	if err != nil {
		return err
	}
	c.setInt(int64(a.Compare(b)))
	return nil
}

var versionRanges = bounded[*semver.Constraints]{limit: 256}

func semverMatches(c *Call) error {
	v, err := c.version(0)
	if err != nil {
		return err
	}
	if err := c.fuel(1 + int64(len(c.T[1]))); err != nil {
		return err
	}
	r, err := versionRanges.get(c.T[1], func() (*semver.Constraints, error) {
		r, err := semver.NewConstraint(c.T[1])
		if err != nil {
			return nil, fault(capability.Invalid, quoteShort(c.T[1])+" is no range of versions: "+capability.Printable(err.Error()))
		}
		return r, nil
	})
	if err != nil {
		return err
	}
	c.setBool(r.Check(v))
	return nil
}

func semverKey(c *Call) error {
	v, err := c.version(0)
	if err != nil {
		return err
	}
	if err := c.makes(4*int64(len(c.T[0])) + 16); err != nil {
		return err
	}
	c.OutT = versionKey(v)
	return nil
}

// versionKey sorts as semver.org says: by number, a prerelease before its
// release, its parts one by one, numbers before words, fewer before more.
func versionKey(v *semver.Version) string {
	var b strings.Builder
	for _, n := range []uint64{v.Major(), v.Minor(), v.Patch()} {
		writeNumberKey(&b, strconv.FormatUint(n, 10))
	}
	if v.Prerelease() == "" {
		b.WriteByte('~')
		return b.String()
	}
	b.WriteByte('-')
	for part := range strings.SplitSeq(v.Prerelease(), ".") {
		if strings.Trim(part, "0123456789") == "" {
			writeNumberKey(&b, part)
		} else {
			b.WriteByte('1')
			b.WriteString(part)
		}
		b.WriteByte(0)
	}
	return b.String()
}
