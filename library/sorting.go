package library

// The methods of lists that rest on the order or the sum of elements.
var orderRows = []spec{
	{110, "sort(xs: list[C], desc: bool = false) -> list[C]", Elements, absent, sortList, "The elements in ascending order."},
	{111, "sort(xs: list[C?], desc: bool = false) -> list[C?]", Elements, absent, sortList, "The elements in ascending order, nil last."},
	{112, "sum(xs: list[N]) -> N", Unknown, absentRanged, sum, "The elements added up; of none, zero."},
	{113, "min(xs: list[C]) -> C?", ElementOrNil, absent, listMin, "The least element, nil when it is empty."},
	{114, "max(xs: list[C]) -> C?", ElementOrNil, absent, listMax, "The greatest element, nil when it is empty."},
	{115, "average(xs: list[int]) -> float?", Unknown, absent, average, "The mean of the elements, nil when it is empty."},
	{116, "average(xs: list[float]) -> float?", Unknown, absentRanged, average, "The mean of the elements, nil when it is empty."},
}
