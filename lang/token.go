package lang

import "github.com/alecthomas/participle/v2/lexer"

// kind is the kind of a token. Every punctuation mark and reserved word has its
// own, so that the parser compares numbers and not texts.
type kind = lexer.TokenType

const kEOF kind = lexer.EOF

const (
	kBad  kind = iota + 1 // can't begin or continue anything, and was reported
	kTerm                 // the end of a statement: a newline or `;`
	kName

	// Literals.
	kInt
	kFloat
	kDuration
	kSize
	kString   // a whole string without holes, in any form
	kRegex    // a whole regex without holes
	kStrBegin // `"` or `"""` of a string with holes
	kReBegin  // `re"` of a regex with holes
	kStrPart  // text between holes, as written
	kHole     // `${`
	kHoleEnd  // `}`
	kStrEnd   // the closing quotes

	// Punctuation.
	kLParen
	kRParen
	kLBracket
	kRBracket
	kLBrace
	kRBrace
	kComma
	kColon
	kDot
	kOptDot    // ?.
	kQuestion  // ?
	kCoalesce  // ??
	kBang      // prefix !
	kUnwrap    // postfix !
	kBar       // |
	kOrOr      // ||
	kAndAnd    // &&
	kPipe      // |>
	kRange     // ..
	kRangeIncl // ..=
	kArrow     // ->
	kFatArrow  // =>
	kPlus
	kMinus
	kStar
	kSlash
	kPercent
	kEq // ==
	kNe
	kLt
	kLe
	kGt
	kGe
	kAssign // =
	kAddAssign
	kSubAssign
	kMulAssign
	kDivAssign
	kRemAssign
	kForeign // an operator of other languages: := ++ ** & ^ << >> ...

	// Reserved words.
	kAs
	kBreak
	kCatch
	kConst
	kContinue
	kDefer
	kElse
	kFalse
	kFn
	kFor
	kIf
	kIn
	kIs
	kLet
	kMatch
	kNil
	kReturn
	kTrue
	kTry
	kWhile

	kindCount
)

// kindNames are the names of the kinds in struct tags, and for punctuation and
// reserved words also their text.
var kindNames = [kindCount]string{
	kBad: "Bad", kTerm: "NL", kName: "Name",
	kInt: "Int", kFloat: "Float", kDuration: "Duration", kSize: "Size", kString: "Text", kRegex: "Regex",
	kStrBegin: "StrBegin", kReBegin: "ReBegin", kStrPart: "StrPart", kHole: "${", kHoleEnd: "HoleEnd", kStrEnd: "StrEnd",
	kLParen: "(", kRParen: ")", kLBracket: "[", kRBracket: "]", kLBrace: "{", kRBrace: "}",
	kComma: ",", kColon: ":", kDot: ".", kOptDot: "?.", kQuestion: "?", kCoalesce: "??",
	kBang: "!", kUnwrap: "Unwrap", kBar: "|", kOrOr: "||", kAndAnd: "&&", kPipe: "|>",
	kRange: "..", kRangeIncl: "..=", kArrow: "->", kFatArrow: "=>",
	kPlus: "+", kMinus: "-", kStar: "*", kSlash: "/", kPercent: "%",
	kEq: "==", kNe: "!=", kLt: "<", kLe: "<=", kGt: ">", kGe: ">=",
	kAssign: "=", kAddAssign: "+=", kSubAssign: "-=", kMulAssign: "*=", kDivAssign: "/=", kRemAssign: "%=",
	kForeign: "Foreign",
	kAs:      "as", kBreak: "break", kCatch: "catch", kConst: "const", kContinue: "continue", kDefer: "defer",
	kElse: "else", kFalse: "false", kFn: "fn", kFor: "for", kIf: "if", kIn: "in", kIs: "is", kLet: "let",
	kMatch: "match", kNil: "nil", kReturn: "return", kTrue: "true", kTry: "try", kWhile: "while",
}

// reservedBy are the reserved words by their first letter.
var reservedBy = func() (by [256][]kind) {
	for k := kAs; k <= kWhile; k++ {
		first := kindNames[k][0]
		by[first] = append(by[first], k)
	}
	return by
}()

// reserved gives the kind of a reserved word. No letter begins more than four,
// so that looking through them is quicker than a hash of the word.
func reserved(word string) (kind, bool) {
	if word == "" {
		return kName, false
	}
	for _, k := range reservedBy[word[0]] {
		if kindNames[k] == word {
			return k, true
		}
	}
	return kName, false
}

// ErrorKinds are the kinds of failure, which are words of their own after `catch`.
var ErrorKinds = []string{
	"denied", "not_found", "exists", "busy", "full", "permission", "wrong_kind",
	"unreachable", "untrusted", "timeout", "too_large", "exit", "status",
	"invalid", "range", "absent", "unsupported", "io", "failed", "damaged",
}

// endsExpression tells whether a token can be the last of an expression.
func endsExpression(k kind) bool {
	switch k {
	case kName, kInt, kFloat, kDuration, kSize, kString, kRegex, kStrEnd,
		kRParen, kRBracket, kRBrace, kUnwrap, kTrue, kFalse, kNil:
		return true
	}
	return false
}

// endsStatement tells whether a newline after the token can end a statement.
func endsStatement(k kind) bool {
	switch k {
	case kQuestion, kBreak, kContinue, kReturn, kBad, kForeign:
		return true
	}
	return endsExpression(k)
}

// continuesLine tells whether a token that begins a line belongs to the
// statement before it.
func continuesLine(k kind) bool {
	switch k {
	case kPipe, kDot, kOptDot, kCoalesce, kAndAnd, kOrOr, kPlus, kStar, kSlash, kPercent,
		kEq, kNe, kLt, kLe, kGt, kGe, kIs, kAs, kElse, kCatch:
		return true
	}
	return false
}

// token is one token of a source. A token that the lexer supplied itself, a
// missing closer for instance, has an empty span and was reported.
type token struct {
	kind kind
	at   Span
}

// supplied tells whether the token isn't in the source.
func (t token) supplied() bool { return t.at.From == t.at.To }
