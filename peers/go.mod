// The product links none of these languages: their parsers are measured here,
// in a module of its own.
module rex/peers

go 1.26.7

require (
	github.com/d5/tengo/v2 v2.17.0
	go.starlark.net v0.0.0-20260908191801-89a6a09411d5
	rex v0.0.0
)

require (
	github.com/Masterminds/semver/v3 v3.5.0 // indirect
	github.com/agnivade/levenshtein v1.2.2 // indirect
	github.com/alecthomas/participle/v2 v2.1.4 // indirect
	github.com/pelletier/go-toml/v2 v2.4.3 // indirect
	go.yaml.in/yaml/v4 v4.0.0 // indirect
	golang.org/x/text v0.44.0 // indirect
)

replace rex => ..
