/// The same, for someone who may be refused: go on with what is allowed, say what was not.
let app: path = "/srv/app"
let refused: list[string] = []

let errors = fs.lines(app / "logs/error.log").collect()
let config = fs.read(app / "service.yaml")
let port = config.lines().find(|l| l.starts_with("port:")) ?? fail("service.yaml names no port")
service.restart("shop") catch denied |e| { refused.push("${e.op ?? ""} ${e.resource ?? ""}") }
fs.delete(app / "logs/old.log") catch denied |e| {
    refused.push("${e.op ?? ""} ${e.resource ?? ""}")
}
return { errors, port: int(port.trim_prefix("port:")), refused }
