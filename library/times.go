package library

// Times are instants; what has a calendar in it is UTC unless a zone is named.
var timeRows = []spec{
	{250, "(t: time).unix -> int", Unknown, none, unix, "Whole seconds since 1970."},
	{251, "(t: time).year -> int", Unknown, none, year, "The year, in UTC."},
	{252, "(t: time).month -> int", Unknown, none, month, "The month, 1 to 12, in UTC."},
	{253, "(t: time).day -> int", Unknown, none, day, "The day of the month, in UTC."},
	{254, "(t: time).hour -> int", Unknown, none, hour, "The hour, 0 to 23, in UTC."},
	{255, "(t: time).minute -> int", Unknown, none, minute, "The minute, in UTC."},
	{256, "(t: time).second -> int", Unknown, none, second, "The second, in UTC."},
	{257, `(t: time).weekday -> "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday"`, Unknown, none, weekday, "The day of the week, in UTC."},
	{258, `format(t: time, format: string, zone: string = "UTC") -> string`, Unknown, invalid, timeFormat, "As strftime codes say, in a zone: UTC or an offset such as +02:00."},
	{259, "floor(t: time, unit: duration) -> time", Unknown, ranged, timeFloor, "The next multiple of the unit before, counted from 1970 in UTC."},
}
