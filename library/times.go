package library

import (
	"strings"
	"time"

	"rex/capability"
)

// Times are instants; what has a calendar in it is UTC unless a zone is named.
var timeRows = []spec{
	{250, "(t: time).unix -> int", Unknown, none, unix,
		"Whole seconds since 1970.", `time("1970-01-02T00:00:00Z").unix // 86400`},
	{251, "(t: time).year -> int", Unknown, none, year,
		"The year, in UTC.", `time("2026-03-01T14:05:09Z").year // 2026`},
	{252, "(t: time).month -> int", Unknown, none, month,
		"The month, 1 to 12, in UTC.", `time("2026-03-01T14:05:09Z").month // 3`},
	{253, "(t: time).day -> int", Unknown, none, day,
		"The day of the month, in UTC.", `time("2026-03-01T14:05:09Z").day // 1`},
	{254, "(t: time).hour -> int", Unknown, none, hour,
		"The hour, 0 to 23, in UTC.", `time("2026-03-01T14:05:09Z").hour // 14`},
	{255, "(t: time).minute -> int", Unknown, none, minute,
		"The minute, in UTC.", `time("2026-03-01T14:05:09Z").minute // 5`},
	{256, "(t: time).second -> int", Unknown, none, second,
		"The second, in UTC.", `time("2026-03-01T14:05:09Z").second // 9`},
	{257, `(t: time).weekday -> "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday"`, Unknown, none, weekday,
		"The day of the week, in UTC.", `time("2026-03-01T14:05:09Z").weekday // "sunday"`},
	{258, `format(t: time, format: string, zone: string = "UTC") -> string`, TimeOf, invalid, timeFormat,
		"As strftime codes say, in a zone: UTC, one of IANA's, or an offset such as +02:00.", `time("2026-07-01T12:00:00Z").format("%Y-%m-%d %H:%M %Z", zone: "Europe/Berlin") // "2026-07-01 14:00 CEST"`},
	{259, "floor(t: time, unit: duration) -> time", Unknown, ranged, timeFloor,
		"The next multiple of the unit before, counted from 1970 in UTC.", `time("2026-03-01T14:05:09Z").floor(1h) // 2026-03-01T14:00:00Z`},
}

func (c *Call) utc() time.Time { return time.Unix(0, int64(c.S[0])).UTC() }

func unix(c *Call) error   { c.setInt(c.utc().Unix()); return nil }
func year(c *Call) error   { c.setInt(int64(c.utc().Year())); return nil }
func month(c *Call) error  { c.setInt(int64(c.utc().Month())); return nil }
func day(c *Call) error    { c.setInt(int64(c.utc().Day())); return nil }
func hour(c *Call) error   { c.setInt(int64(c.utc().Hour())); return nil }
func minute(c *Call) error { c.setInt(int64(c.utc().Minute())); return nil }
func second(c *Call) error { c.setInt(int64(c.utc().Second())); return nil }

func weekday(c *Call) error {
	c.OutT = strings.ToLower(c.utc().Weekday().String())
	return nil
}

func timeFloor(c *Call) error { return durationFloor(c) }

func timeFormat(c *Call) error {
	zone, why := zoneOf(c.T[2])
	if why != "" {
		return fault(capability.Invalid, why)
	}
	// No code writes more than 32 bytes.
	if err := c.makes(mul(int64(len(c.T[1])), 32)); err != nil {
		return err
	}
	out, why := formatTime(time.Unix(0, int64(c.S[0])).In(zone), c.T[1])
	if why != "" {
		return fault(capability.Invalid, why)
	}
	c.OutT = out
	return nil
}
