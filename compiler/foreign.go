package compiler

import (
	"strings"

	"rex/capability"
	"rex/lang"
)

// Functions, methods, types and options that other languages call otherwise.
// The parser mends what is written otherwise (package lang, mend_*.go).

// foreignCalls maps functions of other languages to ours; $ is the argument.
var foreignCalls = map[string]string{
	"println": "print", "echo": "print", "puts": "print", "console.log": "print", "fmt.Println": "print", "fmt.Print": "print",
	"System.out.println": "print", "fmt.Printf": "printf", "console.info": "print", "Console.WriteLine": "print",
	"console.error": "log.error", "console.warn": "log.warn", "console.debug": "log.debug",
	"str": "\"${$}\"", "String": "\"${$}\"", "string": "\"${$}\"", "parseInt": "int", "parseFloat": "float", "Float": "float", "Integer": "int",
	"panic": "fail", "die": "fail", "error": "fail", "abort": "fail", "raise": "fail", "throw": "fail",
	"sleep": "time.sleep", "now": "time.now", "getenv": "sys.env", "os.getenv": "sys.env", "os.Getenv": "sys.env", "os.environ.get": "sys.env",
	"read_file": "fs.read", "readFile": "fs.read", "write_file": "fs.write",
	"json.loads": "json.parse", "JSON.parse": "json.parse", "json.decode": "json.parse", "json.Unmarshal": "json.parse", "yaml.safe_load": "yaml.parse", "yaml.load": "yaml.parse",
	"json.dumps": "json.format", "JSON.stringify": "json.format", "json.encode": "json.format", "json.stringify": "json.format",
	"fs.remove": "fs.delete", "fs.rm": "fs.delete", "fs.unlink": "fs.delete", "os.remove": "fs.delete", "os.unlink": "fs.delete", "os.Remove": "fs.delete",
	"fs.mkdir": "fs.make_dir", "os.mkdir": "fs.make_dir", "os.Mkdir": "fs.make_dir",
	"fs.rename": "fs.move", "os.rename": "fs.move", "os.Rename": "fs.move", "fs.mv": "fs.move",
	"fs.readFile": "fs.read", "fs.readFileSync": "fs.read", "fs.read_file": "fs.read", "fs.read_text": "fs.read", "os.ReadFile": "fs.read",
	"fs.writeFile": "fs.write", "fs.writeFileSync": "fs.write", "fs.write_file": "fs.write",
	"fs.readdir": "fs.list", "fs.ls": "fs.list", "os.listdir": "fs.list", "os.ReadDir": "fs.list", "fs.list_dir": "fs.list",
	"os.path.exists": "fs.exists", "fs.existsSync": "fs.exists", "fs.is_file": "fs.exists", "os.stat": "fs.stat", "os.Stat": "fs.stat",
	"http.get": "net.get", "requests.get": "net.get", "fetch": "net.get", "net.fetch": "net.get", "http.Get": "net.get", "axios.get": "net.get",
	"exec.exec": "exec.run", "exec.command": "exec.run", "exec.Command": "exec.run",
}

// otherSpelling maps what other languages call a method to its name here.
var otherSpelling = map[string]string{
	"length": "len()", "size": "len()", "count": "len()", "append": "push()", "add": "push()", "strip": "trim()",
	"toUpperCase": "upper()", "toLowerCase": "lower()", "to_upper": "upper()", "to_lower": "lower()", "upcase": "upper()", "downcase": "lower()",
	"includes": "contains()", "include?": "contains()", "has": "contains()", "reversed": "reverse()", "rev": "reverse()", "sorted": "sort()",
	"startswith": "starts_with()", "startsWith": "starts_with()", "endswith": "ends_with()", "endsWith": "ends_with()",
	"splitlines": "lines()", "search": "capture()", "match": "capture()", "test": "contains()", "select": "filter()",
	"where": "filter()", "some": "any()", "every": "all()", "forEach": "each()", "for_each": "each()", "indexOf": "index()", "index_of": "index()",
	"to_i": "int()", "toInt": "int()", "to_int": "int()", "to_f": "float()", "toFloat": "float()", "to_float": "float()",
	"strftime": "format()", "replaceAll": "replace()", "replace_all": "replace()", "gsub": "replace()",
	"isEmpty": "is_empty()", "empty": "is_empty()", "is_blank": "is_empty()", "isBlank": "is_empty()",
	"containsKey": "contains()", "contains_key": "contains()", "has_key": "contains()", "hasKey": "contains()",
	"unshift": "insert()", "lstrip": "trim_start()", "rstrip": "trim_end()", "trimStart": "trim_start()", "trimEnd": "trim_end()",
	"removeprefix": "trim_prefix()", "removesuffix": "trim_suffix()", "padStart": "pad()", "uniq": "unique()", "distinct": "unique()",
	"flatMap": "flat_map()", "groupBy": "group_by()", "sortBy": "sort_by()", "sort_by_key": "sort_by()", "findIndex": "index()", "toSorted": "sort()",
	"pop_back": "pop()", "push_back": "push()", "extend": "push()", "shift_left": "push()",
}

// foreignTypes maps types of other languages to ours; ? takes its argument.
var foreignTypes = map[string]string{
	"str": "string", "String": "string", "Str": "string", "text": "string", "char": "string",
	"integer": "int", "Integer": "int", "Int": "int", "i32": "int", "i64": "int", "u32": "int", "u64": "int", "int64": "int", "int32": "int", "long": "int", "usize": "int", "uint": "int",
	"double": "float", "f32": "float", "f64": "float", "Float": "float", "float64": "float", "decimal": "float",
	"boolean": "bool", "Boolean": "bool", "Bool": "bool",
	"dict": "map", "Dict": "map", "HashMap": "map", "Map": "map", "hash": "map",
	"array": "list", "Array": "list", "List": "list", "Vec": "list", "vector": "list", "Set": "list", "set": "list", "slice": "list",
	"Any": "any", "object": "any", "Object": "any", "Option": "?", "Optional": "?", "Maybe": "?",
	"Path": "path", "PathBuf": "path", "Duration": "duration", "timedelta": "duration",
	"datetime": "time", "DateTime": "time", "Time": "time", "Date": "time", "timestamp": "time", "Url": "url", "URL": "url",
	"Error": "error", "Exception": "error", "Regex": "regex", "RegExp": "regex", "bytearray": "bytes", "Bytes": "bytes",
}

// foreignOptions maps options of other tools' operations to ours.
var foreignOptions = map[string]string{
	"mode": "permissions", "perm": "permissions", "perms": "permissions", "chmod": "permissions",
	"recurse": "recursive", "force": "replace", "overwrite": "replace", "exist_ok": "parents", "cwd": "dir", "environment": "env",
}

// foreignType reports a type of another language.
func (c *checker) foreignType(t *lang.NamedType) bool {
	if t.Name.Text == "number" || t.Name.Text == "Number" {
		c.report("E0302", t.At, "there is no type `%s`", t.Name.Text).OfferText(t.At, "int").OfferText(t.At, "float")
		return true
	}
	ours := foreignTypes[t.Name.Text]
	if ours == "" {
		return false
	}
	d := c.report("E0302", t.At, "there is no type `%s`", t.Name.Text)
	if ours != "?" {
		d.Replace(t.Name.At, ours)
	}
	return true
}

// dotted is the text of `a.b.c` when a is no variable.
func (c *checker) dotted(m *lang.Member) (string, bool) {
	switch x := m.X.(type) {
	case *lang.Member:
		if outer, ok := c.dotted(x); ok {
			return outer + "." + m.Name.Text, true
		}
	case *lang.Ident:
		if c.lookup(x.Name) == nil {
			return x.Name + "." + m.Name.Text, true
		}
	}
	return "", false
}

// unknownModule reports `a.f(..)` where a is nothing, if it is near a module.
func (c *checker) unknownModule(id *lang.Ident, name string, m *lang.Member, e *lang.Call, args []*argument) (Expr, bool) {
	near := lang.DidYouMean(name, moduleNames())
	if near == "" || c.fns[id.Name] != nil {
		return nil, false
	}
	c.giveUp(args, e.At)
	x, d := c.failed("E0301", id.At, "there is no variable or module `%s`", id.Name)
	d.OfferText(id.At.Join(m.Name.At), near)
	return x, true
}

// foreign reports a function of another language, with its spelling here.
func (c *checker) foreign(name string, at lang.Span, e *lang.Call, args []*argument) Expr {
	if _, ours, ok := strings.Cut(name, "."); ok && strings.EqualFold(name[:len(name)-len(ours)], "math.") && len(plainRows("", ours)) > 0 {
		x, d := c.failed("E0301", at, "there is no module `%s`: numbers have these functions", name[:len(name)-len(ours)-1])
		d.Replace(at, ours)
		return x
	}
	if x := c.foreignSpecial(name, at, e, args); x != nil {
		return x
	}
	ours := foreignCalls[name]
	if ours == "" && len(args) > 0 && len(plainRows("", strings.TrimSuffix(otherSpelling[name], "()"))) > 0 {
		ours = strings.TrimSuffix(otherSpelling[name], "()")
	}
	if ours == "" {
		return nil
	}
	x, d := c.failed("E0301", at, "there is no function `%s`", name)
	switch {
	case !strings.Contains(ours, "$"):
		d.Replace(at, ours)
	case len(args) == 1 && args[0].e != nil && c.oneLine(args[0].at()):
		d.Replace(e.At, strings.ReplaceAll(ours, "$", c.src.Text(args[0].at())))
	default:
		d.Note("write `%s`", strings.ReplaceAll(ours, "$", "x"))
	}
	return x
}

func (c *checker) oneLine(at lang.Span) bool { return !strings.Contains(c.src.Text(at), "\n") }

// argTexts are the arguments as they were written; nil when one has a name or
// stands elsewhere.
func (c *checker) argTexts(args []*argument) []string {
	texts := make([]string, len(args))
	for i, a := range args {
		if a.name != nil || a.e == nil {
			return nil
		}
		texts[i] = c.src.Text(a.e.Span())
	}
	return texts
}

// foreignSpecial reports calls whose arguments are put otherwise here.
func (c *checker) foreignSpecial(name string, at lang.Span, e *lang.Call, args []*argument) Expr {
	texts := c.argTexts(args)
	switch name {
	case "exit", "sys.exit", "os.Exit", "os._exit", "process.exit", "quit":
		x, d := c.failed("E0301", at, "there is no function `%s`: a script ends with `return`, or fails", name)
		d.Replace(e.At, exitText(args, texts))
		return x
	case "printf", "sprintf", "format", "fmt.Sprintf", "fmt.Printf", "String.format", "string.format":
		return c.foreignFormat(name, at, e, args, texts)
	case "time.parse", "time.strptime", "strptime", "datetime.strptime", "datetime.fromisoformat", "datetime.datetime.strptime", "Date.parse", "time.Parse":
		x, d := c.failed("E0301", at, "there is no function `%s`: a time is read by `time(s)`", name)
		switch {
		case name == "time.Parse" && len(texts) == 2:
			d.Note("write `time(s, format: \"%%Y-%%m-%%d\")`, with the codes of strftime")
		case len(texts) == 1:
			d.Replace(e.At, "time("+texts[0]+")")
		case len(texts) == 2:
			d.Replace(e.At, "time("+texts[0]+", format: "+texts[1]+")")
		}
		return x
	case "range":
		return c.foreignRange(at, e, texts)
	case "Number":
		x, d := c.failed("E0301", at, "there is no function `Number`")
		d.OfferText(at, "int")
		d.OfferText(at, "float")
		return x
	case "os.path.join", "path.join", "filepath.Join", "path.Join":
		if len(texts) == 2 && c.lookup("path") == nil {
			x, d := c.failed("E0301", at, "there is no function `%s`: paths are put together with `/`", name)
			d.Replace(e.At, texts[0]+" / "+texts[1])
			return x
		}
	}
	return nil
}

// exitText writes an exit: 0 ends the script well, all else fails.
func exitText(args []*argument, texts []string) string {
	if len(args) == 0 {
		return "return"
	}
	switch e := lang.Unparen(args[0].expr()).(type) {
	case *lang.Int:
		if e.Value == 0 {
			return "return"
		}
	case *lang.Text, *lang.String:
		return "fail(" + texts[0] + ")"
	case *lang.Ident:
		return `fail("exit ${` + e.Name + `}")`
	}
	return `fail("exit ` + strings.Trim(strings.Join(texts, ""), `"`) + `")`
}

// foreignFormat reports printf and its kin.
func (c *checker) foreignFormat(name string, at lang.Span, e *lang.Call, args []*argument, texts []string) Expr {
	x, d := c.failed("E0301", at, "there is no function `%s`: a text has holes, `\"${x}\"`", name)
	if len(texts) == 0 {
		return x
	}
	first, ok := lang.Unparen(args[0].e).(*lang.Text)
	if !ok || first.Form != lang.Quoted || texts[0][0] != '"' {
		if strings.HasSuffix(strings.ToLower(name), "printf") && !strings.Contains(strings.ToLower(name), "sprint") && len(texts) == 1 {
			d.Replace(at, "print")
		}
		return x
	}
	body, ok := lang.FormatText(texts[0][1:len(texts[0])-1], texts[1:])
	if !ok {
		return x
	}
	if name == "printf" || name == "fmt.Printf" {
		d.Replace(e.At, `print("`+strings.TrimSuffix(body, `\n`)+`")`)
	} else {
		d.Replace(e.At, `"`+body+`"`)
	}
	return x
}

// foreignRange reports range(a, b, step).
func (c *checker) foreignRange(at lang.Span, e *lang.Call, texts []string) Expr {
	x, d := c.failed("E0301", at, "there is no function `range`: a range is written `0..n`")
	text := ""
	switch len(texts) {
	case 1:
		text = "0.." + texts[0]
	case 2:
		text = texts[0] + ".." + texts[1]
	case 3:
		d.Replace(e.At, "("+texts[0]+".."+texts[1]+").step("+texts[2]+")")
		return x
	default:
		return x
	}
	before := strings.TrimRight(c.before(e.At.From), " ")
	if after := c.byteAt(e.At.To); !strings.HasSuffix(before, " in") || after == '.' || after == '[' {
		text = "(" + text + ")"
	}
	d.Replace(e.At, text)
	return x
}

// maxNear is how far the text around a place is looked at.
const maxNear = 200

// before is the text right before an offset.
func (c *checker) before(offset uint32) string {
	source, start := c.src.Source(c.src.Find(offset))
	in := min(int(offset-start), len(source.Src))
	return string(source.Src[max(0, in-maxNear):in])
}

// behind is the text from an offset on.
func (c *checker) behind(offset uint32) string {
	return c.src.Text(lang.Span{From: offset, To: offset + maxNear})
}

func (c *checker) byteAt(offset uint32) byte {
	if text := c.behind(offset); text != "" {
		return text[0]
	}
	return 0
}

func exprsOf(args []lang.Arg) []lang.Expr {
	var out []lang.Expr
	for _, a := range args {
		if a.Name == nil {
			out = append(out, a.Value)
		}
	}
	return out
}

// rest are the arguments behind the receiver.
func rest(args []*argument) []lang.Expr {
	var out []lang.Expr
	for _, a := range args[1:] {
		if a.name == nil && a.e != nil {
			out = append(out, a.e)
		}
	}
	return out
}

// foreignMethod reports a method of another language that is written in
// another form here, or gives nil.
func (c *checker) foreignMethod(name string, x Expr, at, nameAt lang.Span, args []lang.Expr) Expr {
	dot := lang.Span{From: at.From, To: nameAt.From}
	text := c.src.Text(dot)
	if !strings.HasSuffix(text, ".") || strings.HasSuffix(text, "?.") || x.base().at.From < at.From || !strings.HasSuffix(c.src.Text(at), ")") {
		return nil
	}
	self := strings.TrimSpace(text[:len(text)-1])
	texts := make([]string, len(args))
	for i, a := range args {
		texts[i] = c.src.Text(a.Span())
	}
	ours, offers := c.methodText(name, x.base().typ, self, texts, at)
	if ours == "" && offers == nil {
		return nil
	}
	y, d := c.failed("E0405", nameAt, "%s has no method `%s`", article(x.base().typ), name)
	if ours != "" {
		d.Replace(at, ours)
	}
	for _, o := range offers {
		d.OfferText(at, o)
	}
	return y
}

// methodText is a method call of another language as we write it, or several
// readings.
func (c *checker) methodText(name string, t *Type, self string, args []string, at lang.Span) (ours string, offers []string) {
	n := len(args)
	switch {
	case n == 0 && oneOf(name, "to_s", "toString", "to_string", "str", "String") && holeable(t) && !strings.Contains(self, "\n"):
		return `"${` + self + `}"`, nil
	case n == 0 && name == "count" && (textual(t) || t.kind() == capability.KindList):
		return self + ".len()", nil
	case n == 0 && name == "parse" && textual(t):
		return "", []string{"int(" + self + ")", "float(" + self + ")", "time(" + self + ")"}
	case n == 0 && oneOf(name, "items", "iteritems", "entrySet") && t.kind() == capability.KindMap:
		if strings.HasSuffix(strings.TrimRight(c.before(at.From), " "), " in") {
			return self, nil
		}
		return self + ".entries()", nil
	case n == 0 && oneOf(name, "iter", "into_iter", "iterator", "clone_iter", "to_list", "toList", "to_a") && t.kind() == capability.KindList:
		return self, nil
	case n == 1 && oneOf(name, "get", "fetch") && t.kind() == capability.KindMap:
		return self + "[" + args[0] + "]", nil
	case n == 2 && oneOf(name, "get", "fetch", "getOrDefault") && t.kind() == capability.KindMap:
		return "(" + self + "[" + args[0] + "] ?? " + args[1] + ")", nil
	case n == 2 && oneOf(name, "put", "set") && t.kind() == capability.KindMap:
		return self + "[" + args[0] + "] = " + args[1], nil
	case n == 2 && oneOf(name, "substring", "slice", "substr") && (textual(t) || t.kind() == capability.KindList) && name != "substr":
		return self + "[" + args[0] + ".." + args[1] + "]", nil
	case n == 1 && oneOf(name, "substring", "slice", "substr") && (textual(t) || t.kind() == capability.KindList):
		return self + "[" + args[0] + "..]", nil
	case n == 0 && oneOf(name, "unwrap", "expect") && t.kind() == capability.KindOptional:
		return self + "!", nil
	case n == 1 && oneOf(name, "unwrap_or", "or", "orElse", "getOrElse", "or_else") && t.kind() == capability.KindOptional:
		return "(" + self + " ?? " + args[0] + ")", nil
	case n == 0 && oneOf(name, "is_some", "isPresent") && t.kind() == capability.KindOptional:
		return "(" + self + " != nil)", nil
	case n == 0 && oneOf(name, "is_none", "isEmpty") && t.kind() == capability.KindOptional:
		return "(" + self + " == nil)", nil
	case n == 1 && oneOf(name, "test", "contains") && t.kind() == capability.KindRegex:
		return args[0] + ".contains(" + self + ")", nil
	case n == 1 && oneOf(name, "match", "search", "exec", "capture") && t.kind() == capability.KindRegex:
		return args[0] + ".capture(" + self + ")", nil
	case n == 1 && name == "find" && textual(t):
		return self + ".index(" + args[0] + ")", nil
	case n == 1 && name == "format" && textual(t) && strings.HasPrefix(self, `"`) && strings.Count(self, "{}") == 1 && !strings.Contains(self, "$"):
		return strings.Replace(self, "{}", "${"+args[0]+"}", 1), nil
	}
	return "", nil
}

func oneOf(word string, words ...string) bool {
	for _, w := range words {
		if w == word {
			return true
		}
	}
	return false
}

// joinedText reports `", ".join(xs)`, whose list and text change places.
func (c *checker) joinedText(name string, args []*argument, at lang.Span) bool {
	if name != "join" || len(args) != 2 || args[0].x == nil || args[1].e == nil || !args[0].x.base().typ.is(formText) {
		return false
	}
	if t := c.check(args[1], nil).base().typ; t.kind() != capability.KindList {
		return false
	}
	self, xs := c.src.Text(args[0].at()), c.src.Text(args[1].e.Span())
	c.report("E0405", at, "`join` is a method of the list: `xs.join(\", \")`").Replace(at, xs+".join("+self+")")
	unify(args[0].x.base().typ, typeString)
	return true
}

// printSeveral reports print(a, b): a text with holes is one value.
func (c *checker) printSeveral(at lang.Span, args []*argument) bool {
	texts := c.argTexts(args)
	if len(texts) < 2 {
		return false
	}
	d := c.report("E0406", args[1].at(), "`print` takes one value; a text with holes puts several together")
	var parts []string
	for i, a := range args {
		text := texts[i]
		if strings.Contains(text, "\n") {
			return true
		}
		switch lang.Unparen(a.e).(type) {
		case *lang.Text, *lang.String:
			if quotedLiteral(text) {
				parts = append(parts, text[1:len(text)-1])
				continue
			}
		}
		parts = append(parts, "${"+text+"}")
	}
	d.Replace(lang.Span{From: args[0].at().From, To: args[len(args)-1].e.Span().To}, `"`+strings.Join(parts, " ")+`"`)
	return true
}

// optionalDot is the `?.` behind x.
func (c *checker) optionalDot(x Expr, at lang.Span) lang.Span {
	from := x.base().at.To
	i := strings.Index(c.src.Text(lang.Span{From: from, To: at.To}), "?.")
	if i < 0 {
		return lang.Span{}
	}
	return lang.Span{From: from + uint32(i), To: from + uint32(i) + 2}
}

// operandText is the source of an expression as it may stand beside an operator.
func (c *checker) operandText(e lang.Expr) string {
	text := c.src.Text(e.Span())
	switch e.(type) {
	case *lang.Binary, *lang.Unary, *lang.Range, *lang.Coalesce, *lang.As, *lang.Is, *lang.Pipe, *lang.Catch, *lang.Closure, *lang.If, *lang.Match:
		return "(" + text + ")"
	}
	return text
}

// freshName is the first of some names that is free.
func (c *checker) freshName(names ...string) string {
	for _, n := range names {
		if c.lookup(n) == nil && c.fns[n] == nil {
			return n
		}
	}
	return ""
}

// noPass reports `pass`, a statement that does nothing.
func (c *checker) noPass(x Expr, d *lang.Diagnostic, at lang.Span) Expr {
	if before := strings.TrimRight(c.before(at.From), " \t\n"); strings.HasSuffix(before, "{") {
		if after := strings.TrimLeft(c.behind(at.To), " \t\n"); strings.HasPrefix(after, "}") {
			d.Note("an empty block does nothing").Replace(at, "")
		}
	}
	return x
}

// offerUnit offers the units of a number where a duration or size is wanted.
func (c *checker) offerUnit(d *lang.Diagnostic, x Expr, want *Type) {
	k, ok := x.(*Const)
	if !ok || k.typ.kind() != capability.KindInt {
		return
	}
	text := c.src.Text(k.at)
	switch want.stripOptional().kind() {
	case capability.KindDuration:
		d.OfferText(k.at, text+"s").OfferText(k.at, text+"ms")
	case capability.KindSize:
		d.OfferText(k.at, text+"B").OfferText(k.at, text+"MiB")
	}
}

// ---- parts ----

// simple reports whether an expression may be written twice.
func simple(e lang.Expr) bool {
	switch e := e.(type) {
	case *lang.Ident:
		return true
	case *lang.Member:
		return !e.Optional && simple(e.X)
	}
	return false
}

// constInt is the value of a literal int.
func constInt(x Expr) (int64, bool) {
	k, ok := x.(*Const)
	if !ok {
		return 0, false
	}
	n, ok := k.Value.(capability.IntValue)
	return int64(n), ok
}

// negativeIndex reports xs[-1]. The last element fails when there is none, as
// the index would.
func (c *checker) negativeIndex(i Expr, e *lang.Index, target bool) {
	n, ok := constInt(i)
	if !ok || n >= 0 {
		return
	}
	d := c.report("E0404", i.base().at, "an index counts from 0 and is never negative")
	xs := c.src.Text(e.X.Span())
	switch {
	case n == -1 && !target:
		d.Replace(e.At, xs+".last()!")
	case simple(e.X):
		d.Replace(e.At, xs+"["+xs+".len() - "+itoa(int(-n))+"]")
	}
}

// negativeTo reports xs[a..-n], which leaves the last n out.
func (c *checker) negativeTo(to Expr, e *lang.Slice) {
	n, ok := constInt(to)
	if !ok || n >= 0 || n < -1<<30 {
		return
	}
	d := c.report("E0404", to.base().at, "an index counts from 0 and is never negative")
	if e.Inclusive {
		n++
	}
	xs := c.src.Text(e.X.Span())
	if e.From != nil {
		xs += "[" + c.src.Text(e.From.Span()) + "..]"
	}
	if n < 0 {
		xs += ".drop_last(" + itoa(int(-n)) + ")"
	}
	d.Replace(e.At, xs)
}

// negativeFrom reports xs[-n..], the last n.
func (c *checker) negativeFrom(from Expr, e *lang.Slice) {
	n, ok := constInt(from)
	if !ok || n >= 0 || n < -1<<30 {
		return
	}
	d := c.report("E0404", from.base().at, "an index counts from 0 and is never negative")
	if xs := c.src.Text(e.X.Span()); simple(e.X) {
		d.Replace(e.From.Span(), xs+".len() - "+itoa(int(-n)))
	}
}

// recordIndex reports r["a"]: a record has fields, a map has keys.
func (c *checker) recordIndex(e *lang.Index, x Expr) {
	t := x.base().typ
	d := c.report("E0404", e.At, "%s is a record and has fields, no keys", article(t))
	if key, ok := lang.Unparen(e.I).(*lang.Text); ok && t.field(key.Value) != nil && words.FindString(key.Value) == key.Value {
		d.Offer("take the field", lang.Edit{Span: lang.Span{From: e.X.Span().To, To: e.At.To}, New: "." + key.Value})
	}
	v := rootVar(x)
	if l, ok := x.(*Local); !ok || l.Var != v || v.Param {
		return
	}
	elem := "any"
	for i, f := range t.fieldList() {
		if s := f.typ.String(); i == 0 {
			elem = s
		} else if s != elem {
			elem = "any"
		}
	}
	after := lang.Span{From: v.At.To, To: v.At.To}
	if strings.HasPrefix(strings.TrimLeft(c.behind(v.At.To), " "), "=") {
		d.Offer("make it a map", lang.Edit{Span: after, New: ": map[" + elem + "]"})
	}
}
