package library

import "rex/capability"

// Sizes and durations, and the rounded text of all numbers.
var quantityRows = []spec{
	{200, "(z: size).bytes -> int", Unknown, none, sameScalar, "The number of bytes."},
	{201, "(d: duration).milliseconds -> float", Unknown, none, milliseconds, "In milliseconds."},
	{202, "(d: duration).seconds -> float", Unknown, none, seconds, "In seconds."},
	{203, "(d: duration).minutes -> float", Unknown, none, minutes, "In minutes."},
	{204, "(d: duration).hours -> float", Unknown, none, hours, "In hours."},
	{205, "(d: duration).days -> float", Unknown, none, days, "In days of 24 hours."},
	{206, "round(d: duration, unit: duration) -> duration", Unknown, ranged, durationRound, "The nearest multiple of the unit."},
	{207, "floor(d: duration, unit: duration) -> duration", Unknown, ranged, durationFloor, "The next multiple of the unit below."},
	{208, "human(n: int) -> string", Unknown, none, humanOf[capability.IntValue], "Rounded text for people."},
	{209, "human(x: float) -> string", Unknown, none, humanFloat, "Rounded text for people."},
	{210, "human(z: size) -> string", Unknown, none, humanOf[capability.SizeValue], "Rounded text for people: 1.5 GiB."},
	{211, "human(d: duration) -> string", Unknown, none, humanOf[capability.DurationValue], "Rounded text for people: 2h 5m."},
	{212, "human(t: time) -> string", Unknown, none, humanOf[capability.TimeValue], "Text for people, in UTC: 2026-03-01 14:05:09."},
}
