/// Find files that anyone may change, and programs that run as their owner. With `repair`, close the former.
uses fs.find "/srv/**"
uses fs.chmod "/srv/**"

/// Take the right to write from everyone else.
param repair: bool = false

const OTHERS_WRITE = 0o002
const RUN_AS_OWNER = 0o4000

let entries = fs.find("/srv", kind: "file")
let open = entries |> filter(|e| e.permissions.bit_and(OTHERS_WRITE) != 0)
let set_uid = entries |> filter(|e| e.permissions.bit_and(RUN_AS_OWNER) != 0)

let repaired: list[path] = []
if repair {
    for file in open {
        fs.chmod(file.path, file.permissions - OTHERS_WRITE)
        repaired.push(file.path)
    }
}
return { open: open.map(|e| e.path), set_uid: set_uid.map(|e| e.path), repaired }
