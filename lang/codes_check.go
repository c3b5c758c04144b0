package lang

// checkCodes are the diagnostics of the compiler: names (E03xx), types (E04xx),
// operations (E05xx) and warnings (W0xxx).
var checkCodes = []Code{}
