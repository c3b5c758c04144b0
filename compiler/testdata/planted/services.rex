for name in ["web", "db"] {
    let state = service.status(name, 5) // wrong: E0406
    let r = service.restart(nam) // wrong: E0301
    print(r)
    let pid = state.pdi // wrong: E0404
    process.signal(pid, "TREM") // wrong: E0401
    exec.run(["/bin/true"]) // wrong: E0401
    net.get("https://example.org/a b") // wrong: E0412
    time.sleep(5) // wrong: E0401
    fs.delete("/tmp/x") catch not_fund nil // wrong: E0223
}
