/// Tell the workers of an application to read their settings again, unless there are fewer than there should be.
uses process.list
uses process.signal "**"

param at_least: int = 1 in 1..=100

let workers = process.list(executable: "/srv/web/bin/worker")
assert(workers.len() >= at_least, "${workers.len()} workers run, there should be ${at_least}")

let gone = 0
for worker in workers {
    process.signal(worker, "HUP") catch not_found { gone += 1 } // it ended meanwhile
}
return { told: workers.len() - gone, gone }
