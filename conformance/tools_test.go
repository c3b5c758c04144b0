package conformance

import (
	"compress/gzip"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"rex/bytecode"
	"rex/host/hosttest"
)

// assemble writes a module by hand, proven or not: `asm MAIN.rexasm OUT.rexb`.
func assemble(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 || neg {
		ts.Fatalf("usage: asm FILE MODULE")
	}
	m, err := bytecode.Assemble(ts.ReadFile(args[0]))
	ts.Check(err)
	data := m.Encode()
	if data == nil {
		ts.Fatalf("%s can't be written as a module", args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), data, 0o644))
}

// cutFile keeps the first bytes of a file: `cut FROM TO BYTES`.
func cutFile(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 || neg {
		ts.Fatalf("usage: cut FILE COPY BYTES")
	}
	data := ts.ReadFile(args[0])
	n, err := strconv.Atoi(args[2])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(data[:min(n, len(data))]), 0o644))
}

// flipBit copies a file with one bit turned: `flip FILE COPY BIT`.
func flipBit(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 || neg {
		ts.Fatalf("usage: flip FILE COPY BIT")
	}
	data := []byte(ts.ReadFile(args[0]))
	n, err := strconv.Atoi(args[2])
	ts.Check(err)
	data[n/8%len(data)] ^= 1 << (n % 8)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), data, 0o644))
}

// The files a page can't hold: raw bytes, a FIFO, something very long.

// writeHex makes a file of bytes: `hex FILE 52 45 58 00`.
func writeHex(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 1 || neg {
		ts.Fatalf("usage: hex FILE BYTES...")
	}
	data, err := hex.DecodeString(strings.Join(args[1:], ""))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data, 0o644))
}

// makeFIFO makes a named pipe nobody writes to.
func makeFIFO(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 || neg {
		ts.Fatalf("usage: fifo FILE")
	}
	ts.Check(syscall.Mkfifo(ts.MkAbs(args[0]), 0o644))
}

// repeat makes a file of one text many times over: `repeat FILE 1000 '('`.
func repeat(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 || neg {
		ts.Fatalf("usage: repeat FILE TIMES TEXT")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Repeat(args[2], n)), 0o644))
}

// many writes a script with N variables of each kind, all of them alive at its end.
func many(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 || neg {
		ts.Fatalf("usage: many FILE N")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	var b strings.Builder
	b.WriteString("param start: int = 1\n")
	for i := range n {
		fmt.Fprintf(&b, "let n%d = start + %d\nlet t%d = \"t${n%d}\"\nlet l%d = [n%d]\n", i, i, i, i, i, i)
	}
	b.WriteString("let numbers = 0\nlet text = 0\nlet lists = 0\n")
	for i := range n {
		fmt.Fprintf(&b, "numbers += n%d\ntext += t%d.len()\nlists += l%d[0]\n", i, i, i)
	}
	b.WriteString("return { numbers, text, lists }\n")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o644))
}

// serve starts an HTTP server on loopback for the rest of the page; $URL is
// its address. It answers /hello, /away (a redirect to /hello), /out (a
// redirect to another host), other redirects that should not be followed,
// /large, /echo, which gives the request's header X-Ask, and answers that are
// meant to hurt: /endless, /bomb, /headers, /drip, /hints.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 0 || neg {
		ts.Fatalf("usage: httpd")
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/hello", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, `{"hello": "world"}`) })
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/hello", http.StatusFound) })
	mux.HandleFunc("/out", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://169.254.169.254/latest", http.StatusFound)
	})
	for path, to := range map[string]string{
		"/inner-away": "/inner", "/file": "file:///etc/passwd", "/gopher": "gopher://127.0.0.1/", "/unix": "unix:///run/docker.sock", "/round": "/round",
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusFound)
		})
	}
	mux.HandleFunc("/endless", func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 1<<16)); err != nil {
				return
			}
		}
	})
	mux.HandleFunc("/bomb", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		for range 1 << 10 { // 64 MiB
			z.Write(make([]byte, 1<<16))
		}
		z.Close()
	})
	mux.HandleFunc("/headers", func(w http.ResponseWriter, r *http.Request) {
		for i := range 20000 {
			w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("x", 20))
		}
	})
	mux.HandleFunc("/drip", func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			fmt.Fprint(w, ".")
			w.(http.Flusher).Flush()
			time.Sleep(10 * time.Millisecond)
		}
	})
	mux.HandleFunc("/hints", func(w http.ResponseWriter, r *http.Request) {
		for range 1000 {
			w.WriteHeader(http.StatusEarlyHints)
		}
	})
	mux.HandleFunc("/large", func(w http.ResponseWriter, r *http.Request) { w.Write(make([]byte, 1<<20)) })
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Header.Get("X-Ask")) })
	s := httptest.NewServer(mux)
	ts.Defer(s.Close)
	ts.Setenv("URL", s.URL)
}

// systemd starts a stand-in for the system's, with web.service and its alias
// www.service, for the rest of the page.
func systemd(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 0 || neg {
		ts.Fatalf("usage: systemd")
	}
	s, err := hosttest.NewSystemd(ts.Getenv("WORK"))
	ts.Check(err)
	ts.Defer(s.Close)
	ts.Setenv("REX_TEST_BUS", s.Address)
}

// listen makes a socket in the file system, on which nobody answers: `socket FILE`.
func listen(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 || neg {
		ts.Fatalf("usage: socket FILE")
	}
	l, err := net.Listen("unix", ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Defer(func() { l.Close() })
}

// silent starts a server on loopback that takes connections and never answers;
// $URL is its address.
func silent(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 0 || neg {
		ts.Fatalf("usage: silent")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0") // the system takes connections that nobody accepts
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	ts.Setenv("URL", "http://"+l.Addr().String())
}
