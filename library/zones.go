package library

import (
	archive "archive/zip"
	_ "embed"
	"io"
	"strings"
	"sync"
	"time"
)

// The time zones of IANA, compiled in: a copy of the database that Go carries
// (`make zones`). time.LoadLocation would ask $ZONEINFO and the host's files
// first: this package touches no file, and a script means the same everywhere.
//
//go:embed zones.zip
var zoneFile string

// zoneFiles are the files of the database by the names of their zones.
var zoneFiles = sync.OnceValue(func() map[string]*archive.File {
	files := map[string]*archive.File{}
	database, err := archive.NewReader(strings.NewReader(zoneFile), int64(len(zoneFile)))
	if err != nil {
		return files // a test loads all zones
	}
	for _, f := range database.File {
		files[f.Name] = f
	}
	return files
})

var zones = bounded[*time.Location]{limit: 64}

// zoneOf gives the zone of a name: UTC, an offset, or one of the database.
func zoneOf(name string) (zone *time.Location, why string) {
	if name == "UTC" || name == "Z" {
		return time.UTC, ""
	}
	for _, layout := range []string{"-07:00", "-0700"} {
		if t, err := time.Parse(layout, name); err == nil {
			_, offset := t.Zone()
			return time.FixedZone(name, offset), ""
		}
	}
	unknown := "the zone " + quoteShort(name) + " is not known: write UTC, a name such as Europe/Berlin, or an offset such as +02:00"
	f := zoneFiles()[name]
	if f == nil {
		return nil, unknown
	}
	zone, err := zones.get(name, func() (*time.Location, error) { return loadZone(f) })
	if err != nil {
		return nil, unknown
	}
	return zone, ""
}

func loadZone(f *archive.File) (*time.Location, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return time.LoadLocationFromTZData(f.Name, data)
}

// inZone gives the instant at which clocks of a zone show a date and time; of
// two, when clocks are put back, the first. Not ok: clocks skip it.
func inZone(wall time.Time, zone *time.Location) (t time.Time, ok bool) {
	for _, near := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, offset := wall.Add(near).In(zone).Zone()
		t = wall.Add(-time.Duration(offset) * time.Second).In(zone)
		if _, there := t.Zone(); there == offset {
			return t, true
		}
	}
	return t, false
}
