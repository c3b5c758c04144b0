#!/usr/bin/env -S rexc run


/// Documents the script.
///   Its second line.



import   "lib/report.rex"  as   report
import r"lib/other.rex" as other;
uses fs.read   "/var/log/**","/etc/hosts"
uses time.now
uses fs.find "/var/log/nginx/**", "/var/log/apache2/**", "/var/log/postgresql/**", "/srv/app/logs/**"

/// The level.
param level : "low"|"high"="low"
param count:int=5 in 1..=100
param pattern: string = "x"   matching re"[a-z]+"  in ["x","y"]
param in: any
param host: string?
param names:list[string]=["a", "b"] // the names
param others: map[string] = {} // the others


type Entry={path:path,size:size,in:int,}
type Wide = { path: path, size: size, modified: time, accessed: time, owner: string, group: string }

const LIMIT:size=1.5GiB
const   WAIT = 1h30m
/// Adds.
fn add(a:int,b:int=2,)->int{a+b}
fn nothing() { }
fn wide(first: list[string], second: map[list[int]], third: duration = 1h30m, fourth: size = 10MiB) -> int? { nil }
fn sum(xs: list[int]) -> int { let total = 0; for x in xs { total += x }; total }
