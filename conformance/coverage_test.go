package conformance

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"sync"
	"testing"

	"rex/bytecode"
	"rex/capability"
	"rex/lang"
)

// met gathers what the pages really met while they ran: nothing is believed
// because of a page's name.
var met = struct {
	sync.Mutex
	allowed, denied, codes map[string]bool
	opcodes                map[bytecode.Opcode]bool
}{allowed: map[string]bool{}, denied: map[string]bool{}, codes: map[string]bool{}, opcodes: map[bytecode.Opcode]bool{}}

var codeInText = regexp.MustCompile(`\b([EW][0-9]{4})\b`)

// observe looks at one command's output and at the modules in the page's folder.
func observe(dir string, out, err []byte) {
	met.Lock()
	defer met.Unlock()
	for _, m := range codeInText.FindAllStringSubmatch(string(err), -1) {
		met.codes[m[1]] = true
	}
	var result struct {
		Metrics struct {
			Operations map[string]struct{ Calls, Denied int }
		}
	}
	if json.Unmarshal(out, &result) == nil {
		for name, n := range result.Metrics.Operations {
			met.allowed[name] = met.allowed[name] || n.Calls > n.Denied
			met.denied[name] = met.denied[name] || n.Denied > 0
		}
	}
	modules, _ := filepath.Glob(filepath.Join(dir, "*.rexb"))
	for _, file := range modules {
		data, e := os.ReadFile(file)
		if e != nil {
			continue
		}
		m, e := bytecode.Decode(data)
		if e != nil {
			continue
		}
		for _, f := range m.Funcs {
			for _, in := range f.Code {
				met.opcodes[in.Op] = true
			}
		}
	}
}

// neverEmitted are the opcodes that no script's module holds.
var neverEmitted = map[bytecode.Opcode]string{
	bytecode.TRAP: "is never valid",
}

// faultOfTheParser is the code of a bug in Rex, which no page can show.
const faultOfTheParser = "E0299"

// checkCoverage runs after all pages and names every gap.
func checkCoverage(t *testing.T) {
	if f := flag.Lookup("test.run"); f != nil && f.Value.String() != "" {
		t.Skip("only the pages that -run names were met, so what is missing says nothing")
	}
	if testing.Short() {
		t.Skip("with -short few pages run, so what is missing says nothing")
	}
	met.Lock()
	defer met.Unlock()
	var gaps []string
	for _, op := range capability.Table() {
		if !met.allowed[op.Name] {
			gaps = append(gaps, "no page has an allowed call of "+op.Name)
		}
		if len(op.Asks) > 0 && !met.denied[op.Name] && op.Asks[0].Each == capability.Once {
			gaps = append(gaps, "no page has a denied call of "+op.Name)
		}
	}
	for op := bytecode.Opcode(0); op < bytecode.OpcodeCount; op++ {
		if neverEmitted[op] == "" && !met.opcodes[op] {
			gaps = append(gaps, "no page's module holds the opcode "+op.String())
		}
	}
	for _, c := range lang.Codes() {
		if c.Code == faultOfTheParser {
			continue
		}
		if !met.codes[c.Code] {
			gaps = append(gaps, "no page meets the diagnostic "+c.Code+" ("+c.Title+")")
		}
	}
	sort.Strings(gaps)
	if len(gaps) > 0 {
		t.Errorf("%d gaps:\n%s", len(gaps), strings.Join(gaps, "\n"))
	}
}
