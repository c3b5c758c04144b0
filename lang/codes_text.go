package lang

// textCodes are the diagnostics of the lexer and of the limits of a source.
var textCodes = []Code{}
