package lang

// syntaxCodes are the diagnostics of the parser.
var syntaxCodes = []Code{}
