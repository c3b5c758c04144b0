for l in fs.lines("/a") catch denied ["none"] {
    if l == "" { break }
    print(l)
}
