package library

// The methods of paths. Whatever would make a path unclean is invalid.
var pathRows = []spec{
	{280, "(p: path).name -> string", PathName, invalid, pathName, "The last component; empty for the root."},
	{281, "(p: path).stem -> string", PathStem, invalid, pathStem, "The last component without its extension."},
	{282, "(p: path).ext -> string", PathExt, invalid, pathExt, "The extension of the last component, without the dot."},
	{283, "(p: path).parent -> path", PathParent, invalid, pathParent, "The folder that holds it; the root holds itself."},
	{284, "(p: path).parts -> list[string]", PathParts, invalid, pathParts, "The components."},
	{285, "join(p: path, relative: string) -> path", PathJoinText, invalid, pathJoin, "What a relative text names below p; . is dropped, .. refused."},
	{286, "append(p: path, text: string) -> path", PathAppend, invalid, pathAppend, "With text added to the last component."},
	{287, "with_name(p: path, name: string) -> path", PathWithName, invalid, pathWithName, "With another last component."},
	{288, "with_ext(p: path, ext: string) -> path", PathWithExt, invalid, pathWithExt, "With another extension; an empty one takes it off."},
	{289, "beneath(p: path, folder: path) -> bool", PathBeneath, invalid, pathBeneath, "Whether it lies below the folder, by components; the folder itself does not."},
	{290, "relative_to(p: path, folder: path) -> string?", PathRelative, invalid, pathRelativeTo, "The way from the folder down to it, nil when it isn't below."},
	{291, "matches(p: path, glob: string) -> bool", Unknown, invalid, pathMatches, "Whether the glob matches; one without / is held against the name."},
	{292, "resolve(p: path, text: string) -> path", Unknown, invalid, pathResolve, "What the text names when it is read in folder p, as the target of a link is; it may lead elsewhere."},
}
