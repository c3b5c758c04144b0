/// Restart a service whose page does not answer, and wait until it does.
uses net.get "http://127.0.0.1:8080/hello"
uses service.restart "web"

param attempts: int = 5 in 1..=60
param pause: duration = 2s in 10ms..=1m

fn answers() -> bool {
    net.get("http://127.0.0.1:8080/hello", timeout: 5s).ok catch false
}

if answers() {
    return { restarted: false, waited: 0 }
}
log.warn("web does not answer")
service.restart("web")
for attempt in 1..=attempts {
    if answers() {
        return { restarted: true, waited: attempt }
    }
    time.sleep(pause)
}
fail("web was restarted and still does not answer")
