package capability

// The operations on files and folders that last as long as the run.

// TempFolder is where they are made.
const TempFolder = "/tmp"

var openTemp = Ask{Space: "file_system", Action: "open", Entity: []string{"Dir"}, Part: PartFixed, Fixed: TempFolder}

// tempAsk asks about what is made there, under a name that nobody foresees.
func tempAsk(action, entity string) Ask {
	return Ask{Space: "file_system", Action: action, Entity: []string{entity}, Part: PartFixed, Fixed: TempFolder, Each: PerEntry}
}

var tempKinds = Kinds(NotFound, Full, Permission, WrongKind, Invalid, Unsupported, IO)

var fsTempOps = []Op{
	{
		Number: 39, Name: "fs.temp_file", Result: Path, Effect: Change, Kinds: tempKinds, Asks: []Ask{openTemp, tempAsk("create", "File"), tempAsk("write", "File")},
		Facts: []Fact{{Kind: FactUnder, Text: TempFolder}},
		Doc:   "Makes an empty file in /tmp that only this user can open; it is deleted when the run ends.", Example: `let scratch = fs.temp_file()`,
	},
	{
		Number: 110, Name: "fs.temp_dir", Result: Path, Effect: Change, Kinds: tempKinds, Asks: []Ask{openTemp, tempAsk("create", "Dir")},
		Facts: []Fact{{Kind: FactUnder, Text: TempFolder}},
		Doc:   "Makes a folder in /tmp that only this user can enter; it is deleted when the run ends, with all that is in it.", Example: `let scratch = fs.temp_dir()`,
	},
}
