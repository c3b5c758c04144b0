/// Restart a service whose page does not answer, and wait until it does.
uses net.get "http://127.0.0.1:8080/hello"
uses service.restart "web"

/// How long the service may take to answer again.
param patience: duration = 1m in 10ms..=10m

fn answers() -> bool {
    net.get("http://127.0.0.1:8080/hello", timeout: 5s).ok catch false
}

if answers() {
    return { restarted: false }
}
log.warn("web does not answer")
service.restart("web")
wait_until(|| answers(), timeout: patience) catch timeout {
    fail("web was restarted and still does not answer")
}
return { restarted: true }
