package lang

// pushOpen notes an opening bracket or hole.
func (s *scanner) pushOpen(b bracket) {
	if len(s.open) >= MaxBrackets {
		s.stop("E0132", b.at, "more than %d brackets are open here", MaxBrackets)
		return
	}
	s.open = append(s.open, b)
}

// closes tells whether a closing bracket fits an opening one.
func closes(closer, opener kind) bool {
	switch closer {
	case kRParen:
		return opener == kLParen
	case kRBracket:
		return opener == kLBracket
	}
	return opener == kLBrace || opener == kHole
}

// closer reads `)`, `]` or `}`. One that doesn't fit the innermost bracket
// closes the nearest that it fits; one that fits none is dropped.
func (s *scanner) closer(k kind, at int) {
	i := len(s.open) - 1
	for i >= 0 && !closes(k, s.open[i].kind) {
		i--
	}
	if i < 0 {
		s.strayCloser(k, at)
		return
	}
	if i+1 < len(s.open) { // most close what is innermost, and need no text that says why
		s.closeDown(i+1, "closed by `"+kindNames[k]+"` before that")
	}
	b := s.open[i]
	if b.kind != kHole {
		s.emit(k, at, at+1)
		s.open = s.open[:i]
		return
	}
	s.emit(kHoleEnd, at, at+1)
	s.open = s.open[:i]
	s.continueString(b.str)
}

func (s *scanner) strayCloser(k kind, at int) {
	if !s.suspect {
		s.report("E0118", span(at, at+1), "this `%s` closes nothing", kindNames[k]).OfferText(span(at, at+1), "")
	}
	s.suspect = true
}

// closeDown supplies the closers of all brackets from the i-th on, and reports
// the innermost, unless this statement was reported already.
func (s *scanner) closeDown(i int, why string) {
	if i >= len(s.open) {
		return
	}
	if !s.suspect && !s.stopped {
		s.reportOpen(s.open[len(s.open)-1], why)
	}
	s.suspect = true
	end := s.prevEnd()
	for len(s.open) > i {
		b := s.open[len(s.open)-1]
		s.open = s.open[:len(s.open)-1]
		s.supply(b, end)
	}
}

// supply adds the closer that a bracket lacks.
func (s *scanner) supply(b bracket, at int) {
	switch b.kind {
	case kLParen:
		s.push(kRParen, at, at)
	case kLBracket:
		s.push(kRBracket, at, at)
	case kLBrace:
		s.push(kRBrace, at, at)
	case kHole:
		s.push(kHoleEnd, at, at)
		s.push(kStrEnd, at, at)
	}
}

func (s *scanner) reportOpen(b bracket, why string) {
	closer := map[kind]string{kLParen: ")", kLBracket: "]", kLBrace: "}", kHole: "}"}[b.kind]
	at := span(b.at, b.at+len(kindNames[b.kind]))
	end := s.prevEnd()
	code := "E0117"
	if b.kind == kHole {
		code, closer = "E0120", "}"+b.str.quotes()
	}
	s.report(code, at, "this `%s` is never closed", kindNames[b.kind]).
		Label(span(s.pos, min(s.pos+1, len(s.src))), "%s", why).
		Offer("write `"+closer+"`", Edit{span(end, end), closer})
}

// closeBefore is called for a word that is the first on its line. Some words
// begin a statement and nothing else, so inside `(`, `[` or a hole the closer is
// missing. A declaration at the left margin closes blocks as well: they can't
// hold one.
func (s *scanner) closeBefore(k kind) {
	switch {
	case len(s.open) == 0:
	case s.declaring && s.atMargin():
		s.closeDown(0, "a declaration begins here")
	case s.declaring, k == kLet, k == kConst, k == kFor, k == kWhile, k == kDefer:
		if s.joinsLines() {
			s.closeDown(s.innermostBlock(), "a statement begins here")
		}
	case k == kIf, k == kMatch, k == kTry, leaves(k):
		// These may also begin an operand, but not behind one.
		if s.joinsLines() && endsExpression(s.prev()) {
			s.closeDown(s.innermostBlock(), "a statement begins here")
		}
	}
}

// declares tells whether a word that is the first on its line begins a
// declaration: by the name or string that follows it, and for a word that may
// also be a name by standing at the left margin.
func (s *scanner) declares(k kind, word string, end int) bool {
	c := s.byteAfterBlank(end)
	switch {
	case k == kFn:
		return isNameStart(c)
	case k != kName || s.byteAt(end) != ' ' || !s.atMargin():
		return false
	case word == "import":
		return c == '"'
	}
	return (word == "param" || word == "uses" || word == "type") && isNameStart(c)
}

func (s *scanner) byteAfterBlank(i int) byte {
	for s.byteAt(i) == ' ' || s.byteAt(i) == '\t' {
		i++
	}
	return s.byteAt(i)
}

func (s *scanner) atMargin() bool { return s.pos == 0 || s.src[s.pos-1] == '\n' }

// innermostBlock is the number of brackets up to and with the innermost `{`.
func (s *scanner) innermostBlock() int {
	i := len(s.open)
	for i > 0 && s.open[i-1].kind != kLBrace {
		i--
	}
	return i
}
