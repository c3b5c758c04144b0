/// Look at an application's errors and its port, restart it, throw its old log away.
let app: path = "/srv/app"

let errors = fs.lines(app / "logs/error.log").collect()
let config = fs.read(app / "service.yaml")
let port = config.lines().find(|l| l.starts_with("port:")) ?? fail("service.yaml names no port")
service.restart("shop")
fs.delete(app / "logs/old.log")
return { errors, port: int(port.trim_prefix("port:")) }
