package library

// What an error says.
var errorRows = []spec{
	{380, "(e: error).kind -> kind", ErrorKindOf, absent, errorKind, "Its kind."},
	{381, "(e: error).message -> string", Unknown, absent, errorMessage, "What happened, for people."},
	{382, "(e: error).op -> string?", Unknown, absent, errorOp, "The operation that failed, nil for anything else."},
	{383, "(e: error).resource -> string?", Unknown, absent, errorResource, "What the operation was about."},
	{384, "(e: error).position -> string", Unknown, absent, errorPosition, "Where in the source it happened."},
	{385, "(e: error).code -> int?", Unknown, absent, errorCode, "The exit or HTTP status."},
	{386, "(e: error).stderr -> string?", Unknown, absent, errorStderr, "What a program wrote to standard error."},
	{387, "(e: error).policies -> list[string]", Unknown, absent, errorPolicies, "The policies that decided a denial."},
	{388, "(e: error).values -> map[any]", Unknown, absent, errorValues, "The named values of fail."},
	{389, "(e: error).cause -> error?", Unknown, absent, errorCause, "The error it wraps."},
}
