/// Ask the parts of an application how they are, and fail when one does not answer well.
uses net.get "http://127.0.0.1:8080/**"

/// The pages that are asked, below the application's address.
param pages: list[string] = ["hello"] matching re"[a-z][a-z0-9-]*"
param patience: duration = 2s in 100ms..=1m

type Answer = { page: string, ok: bool, why: string }

let answers: list[Answer] = []
for page in pages {
    let r = net.get("http://127.0.0.1:8080/${page}", timeout: patience) catch |e| {
        answers.push({ page, ok: false, why: "${e.kind}" })
        continue
    }
    answers.push({ page, ok: r.ok, why: "${r.status}" })
}

let bad = answers.filter(|a| !a.ok)
if !bad.is_empty() {
    fail("${bad.len()} of ${answers.len()} pages are not well", bad: bad)
}
return answers
