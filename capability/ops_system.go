package capability

// ExecResult is the result of exec.run: text, bad bytes replaced.
var ExecResult = RecordOf(
	Field{"code", Int}, Field{"stdout", String}, Field{"stderr", String}, Field{"elapsed", Duration},
).Named("exec.Result")

var execOps = []Op{
	{
		Number: 40, Name: "exec.run",
		Params: []OpParam{
			{Name: "program", Type: Path, Doc: "The program; it is opened once and run by handle. A #! script is an error that names its interpreter."},
			{Name: "args", Type: ListOf(String), Optional: true, Doc: "Its arguments, without its name. No shell sees them."},
			{Name: "env", Type: MapOf(String), Optional: true, Doc: "Its whole environment; empty unless given."},
			{Name: "stdin", Type: OptionalOf(String), Optional: true, Doc: "What it reads; nothing unless given."},
			{Name: "cwd", Type: Path, Optional: true, Default: PathValue("/"), Doc: "The folder it runs in."},
			{Name: "timeout", Type: Duration, Optional: true, Default: DurationValue(60e9), Doc: "Then its whole process group is ended."},
			{Name: "max_output", Type: Size, Optional: true, Default: SizeValue(1 << 20), Doc: "Of standard output and standard error each; more fails with too_large."},
			{Name: "check", Type: Bool, Optional: true, Default: BoolValue(true), Doc: "Whether a status other than 0 fails with exit."},
		},
		Result: ExecResult, Effect: Execute,
		Kinds: Kinds(NotFound, Permission, WrongKind, Timeout, TooLarge, ExitStatus, Invalid, Unsupported, IO),
		Asks: []Ask{openParent("program"), ask("open", "program", "File"),
			{Space: "file_system", Action: "execute", Entity: []string{"File"}, Param: "program", Context: []ContextField{ContextExecute}},
			{Space: "file_system", Action: "open", Entity: []string{"Dir"}, Param: "cwd"}},
		Doc: "Runs a program and waits for it.", Example: `exec.run("/usr/sbin/nginx", ["-t"], timeout: 10s)`,
	},
}

// ProcessEntry is one process.
var ProcessEntry = RecordOf(
	Field{"pid", Int}, Field{"name", String}, Field{"executable", OptionalOf(Path)}, Field{"command", String},
	Field{"user", String}, Field{"state", String}, Field{"started", Time}, Field{"memory", Size},
	Field{"cpu_time", Duration}, Field{"parent", Int},
).Named("process.Entry")

// ProcessRef names one process: started tells it from a later one with the same pid.
var ProcessRef = RecordOf(Field{"pid", Int}, Field{"started", OptionalOf(Time)}).Named("process.Ref")

func processAsk(action, param string, when When) Ask {
	return Ask{Space: "process_system", Action: action, Entity: []string{"Process"}, Param: param, When: when}
}

var processOps = []Op{
	{
		Number: 50, Name: "process.list",
		Params: []OpParam{
			{Name: "name", Type: OptionalOf(String), Optional: true, Doc: "Exactly this name."},
			{Name: "executable", Type: OptionalOf(Path), Optional: true, Doc: "Running exactly this program."},
			{Name: "command", Type: OptionalOf(Regex), Optional: true, Doc: "Whose command line contains this."},
			{Name: "user", Type: OptionalOf(String), Optional: true, Doc: "Of this user."},
		},
		Result: ListOf(ProcessEntry), Effect: Read, Kinds: Kinds(Permission, TooLarge, Unsupported, IO),
		Asks: []Ask{{Space: "process_system", Action: "list", Entity: []string{"Process"}, Each: PerEntry}},
		Doc:  "Lists processes; denied ones are left out and counted.", Example: `for p in process.list(name: "nginx") { print(p.pid) }`,
	},
	{
		Number: 51, Name: "process.signal",
		Params: []OpParam{
			{Name: "process", Type: ProcessRef, Coerce: CoerceProject, Doc: "An entry of process.list, or a pid."},
			{Name: "signal", Type: WordOf("TERM", "KILL", "QUIT", "INT", "HUP", "USR1", "USR2", "STOP", "CONT"), Const: true, Doc: "The signal."},
		},
		Effect: Destroy, Kinds: Kinds(NotFound, Permission, Unsupported, IO),
		Asks: []Ask{
			processAsk("kill", "process", When{Option: "signal", Values: []string{"HUP"}, Not: true}),
			processAsk("interrupt", "process", When{Option: "signal", Values: []string{"HUP"}}),
		},
		Doc: "Sends a signal to one process, never to another that got its pid.", Example: `for p in process.list(name: "worker") { process.signal(p, "TERM") }`,
	},
}

// ServiceStatus is the state of a systemd unit.
var ServiceStatus = RecordOf(
	Field{"unit", String}, Field{"description", String}, Field{"load", String}, Field{"state", String},
	Field{"sub", String}, Field{"enabled", String}, Field{"pid", OptionalOf(Int)}, Field{"since", OptionalOf(Time)},
	Field{"memory", OptionalOf(Size)}, Field{"tasks", OptionalOf(Int)}, Field{"restarts", OptionalOf(Int)},
).Named("service.Status")

var unitParam = OpParam{Name: "unit", Type: String, Doc: "The unit; .service is added to a name without a suffix."}

var serviceKinds = Kinds(NotFound, Permission, Timeout, Invalid, Unsupported, Failed, IO)

func serviceAsk(action string) []Ask {
	return []Ask{{Space: "systemd", Action: action, Entity: []string{"Service"}, Param: "unit"}}
}

var serviceOps = []Op{
	{
		Number: 60, Name: "service.status", Params: []OpParam{unitParam}, Result: ServiceStatus, Effect: Read, Kinds: serviceKinds,
		Asks: serviceAsk("status"), Doc: "Tells the state of a systemd unit.", Example: `service.status("nginx").state`,
	},
	{
		Number: 61, Name: "service.restart",
		Params: []OpParam{unitParam, {Name: "timeout", Type: Duration, Optional: true, Default: DurationValue(90e9), Doc: "How long to wait for the job to end."}},
		Result: ServiceStatus, Effect: Change, Kinds: serviceKinds, Asks: serviceAsk("restart"),
		Doc: "Restarts a systemd unit and waits until the job has ended.", Example: `service.restart("nginx", timeout: 30s)`,
	},
}

// NetResponse is the answer to an HTTP request; header names are in lower case.
var NetResponse = RecordOf(
	Field{"status", Int}, Field{"ok", Bool}, Field{"body", Bytes}, Field{"headers", MapOf(String)},
	Field{"elapsed", Duration}, Field{"redirects", ListOf(URL)},
).Named("net.Response")

var netOps = []Op{
	{
		Number: 70, Name: "net.get",
		Params: []OpParam{
			{Name: "url", Type: URL, Doc: "http or https."},
			{Name: "headers", Type: MapOf(String), Optional: true, Doc: "Headers of the request; Host and hop-by-hop ones can't be set."},
			{Name: "timeout", Type: Duration, Optional: true, Default: DurationValue(30e9), Doc: "For the whole exchange."},
			{Name: "redirects", Type: Int, Optional: true, Default: IntValue(0), Const: true, Doc: "How many redirects to follow; each is asked."},
			{Name: "max_body", Type: Size, Optional: true, Default: SizeValue(16 << 20), Doc: "More fails with too_large."},
			{Name: "check", Type: Bool, Optional: true, Default: BoolValue(false), Doc: "Whether a status from 400 on fails with status."},
		},
		Result: NetResponse, Effect: Send,
		Kinds: Kinds(Unreachable, Untrusted, Timeout, TooLarge, HTTPStatus, Invalid, IO),
		Asks: []Ask{
			{Space: "network", Action: "GET", Entity: []string{"url"}, Param: "url"},
			{Space: "network", Action: "GET", Entity: []string{"url"}, Param: "url", Each: PerHop, When: When{Option: "redirects", Values: []string{"0"}, Not: true}},
		},
		Doc: "Sends an HTTP GET request; any status is a result.", Example: `net.get("https://status.example.org/health", timeout: 5s).status`,
	},
	{
		Number: 71, Name: "net.resolve",
		Params: []OpParam{
			{Name: "host", Type: String, Doc: "The name."},
			{Name: "type", Type: WordOf("any", "A", "AAAA"), Optional: true, Default: StringValue("any"), Const: true, Doc: "Which addresses."},
			{Name: "timeout", Type: Duration, Optional: true, Default: DurationValue(5e9), Doc: "For the answer."},
		},
		Result: ListOf(IP), Effect: Send, Kinds: Kinds(NotFound, Unreachable, Timeout, Invalid, IO),
		Asks: []Ask{{Space: "sysinfo", Action: "resolve_hostname", Entity: []string{"Hostname"}, Param: "host"}},
		Doc:  "Looks up the addresses of a name.", Example: `net.resolve("db.example.org")`,
	},
}

// UnameType is what sys.uname gives.
var UnameType = RecordOf(
	Field{"kernel", String}, Field{"hostname", String}, Field{"release", String}, Field{"version", String}, Field{"machine", String},
).Named("sys.Uname")

// MemoryType is what sys.memory gives.
var MemoryType = RecordOf(
	Field{"total", Size}, Field{"free", Size}, Field{"available", Size}, Field{"used", Size}, Field{"buffers", Size},
	Field{"cached", Size}, Field{"shared", Size}, Field{"swap_total", Size}, Field{"swap_free", Size},
).Named("sys.Memory")

var sysOps = []Op{
	{
		Number: 80, Name: "sys.uname", Result: UnameType, Effect: Read, Kinds: Kinds(IO),
		Asks: []Ask{{Space: "sysinfo", Action: "list", Entity: []string{"Sysinfo"}, Part: PartFixed, Fixed: "local"}},
		Doc:  "Names the kernel and the machine.", Example: `sys.uname().release`,
	},
	{
		Number: 81, Name: "sys.memory", Result: MemoryType, Effect: Read, Kinds: Kinds(Permission, Unsupported, IO),
		Asks: []Ask{{Space: "file_system", Action: "read", Entity: []string{"File"}, Part: PartFixed, Fixed: "/proc/meminfo"}},
		Doc:  "Tells how much memory there is and how it is used.", Example: `sys.memory().available`,
	},
	{
		Number: 82, Name: "sys.env", Params: []OpParam{{Name: "name", Type: String, Doc: "The variable."}},
		Result: OptionalOf(String), Effect: Read, Kinds: Kinds(Invalid),
		Asks: []Ask{{Space: "sysinfo", Action: "env", Entity: []string{"Env"}, Param: "name"}},
		Doc:  "Gives a variable of rexvm's environment, nil when it isn't set.", Example: `sys.env("LANG") ?? "C"`,
	},
}

func logOp(number uint16, level string) Op {
	return Op{
		Number: number, Name: "log." + level, Effect: Ambient,
		Params: []OpParam{
			{Name: "message", Type: String, Coerce: CoerceText, Doc: "What happened."},
			{Name: "fields", Type: MapOf(Any), Optional: true, Rest: true, Doc: "Named values that go with it."},
		},
		Doc: "Logs a message of level " + level + ".", Example: "log." + level + `("cleaned", files: 3)`,
	}
}

var ambientOps = []Op{
	{
		Number: 100, Name: "time.now", Result: Time, Effect: Ambient,
		Doc: "Gives the present time; differences between two calls are true even when the clock is set.", Example: `time.now() - 7d`,
	},
	{
		Number: 101, Name: "time.sleep", Params: []OpParam{{Name: "duration", Type: Duration, Doc: "How long."}},
		Effect: Ambient, Kinds: Kinds(Range),
		Doc: "Waits; it counts against the time limit of the run.", Example: `time.sleep(2s)`,
	},
	logOp(102, "debug"), logOp(103, "info"), logOp(104, "warn"), logOp(105, "error"),
	{
		Number: 106, Name: "print", Params: []OpParam{{Name: "value", Type: String, Coerce: CoerceText, Doc: "One value, as a hole of a string writes it."}},
		Effect: Ambient, Doc: "Prints one value to standard output.", Example: `print("done")`,
	},
	{
		Number: 107, Name: "progress",
		Params: []OpParam{
			{Name: "done", Type: Int, Doc: "How much is done."},
			{Name: "total", Type: Int, Doc: "How much there is to do."},
			{Name: "text", Type: String, Coerce: CoerceText, Doc: "What is being done."},
		},
		Effect: Ambient, Kinds: Kinds(Range),
		Doc: "Says how far the script is: a line that changes on a terminal, the latest one in the result.", Example: `progress(3, 12, "web-3")`,
	},
}
