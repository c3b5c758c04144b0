package host

import "maps"

// onThisPlatform adds the operations that need Linux.
func onThisPlatform(all map[string]operation) map[string]operation {
	maps.Copy(all, map[string]operation{
		"fs.read":         {resolve: resolvePath, act: readText},
		"fs.read_bytes":   {resolve: resolvePath, act: readBytes},
		"fs.lines":        {resolve: resolvePath, act: readLines},
		"fs.grep":         {resolve: resolvePath, act: grepFile},
		"fs.lines_at":     {resolve: resolvePath, act: readLines},
		"fs.head":         {resolve: resolvePath, act: firstLines},
		"fs.tail":         {resolve: resolvePath, act: lastLines},
		"fs.count":        {resolve: resolvePath, act: countFile},
		"fs.hash":         {resolve: resolvePath, act: hashFile},
		"fs.gzip_info":    {resolve: resolvePath, act: gzipInfo},
		"fs.read_link":    {resolve: resolveEntry, act: readLinkText},
		"fs.real_path":    {resolve: resolvePath, act: realPath},
		"fs.usage":        {resolve: resolvePath, act: folderUsage},
		"fs.mounts":       {act: listMounts},
		"fs.get_xattr":    {resolve: resolvePath, act: getAttribute},
		"fs.link":         {resolve: resolveNew, act: makeLink},
		"fs.chmod":        {resolve: resolveEntry, act: setPermissions},
		"fs.chown":        {resolve: resolveEntry, act: setOwner},
		"fs.delete_tree":  {resolve: resolveEntry, act: deleteTree},
		"fs.touch":        {resolve: resolveNew, act: touchFile},
		"fs.truncate":     {resolve: resolveEntry, act: truncateFile},
		"fs.allocate":     {resolve: resolveEntry, act: allocateFile},
		"fs.set_xattr":    {resolve: resolveEntry, act: setAttribute},
		"fs.copy":         {resolve: resolveCopy, act: copyEntry},
		"fs.compress":     {resolve: resolveCompress, act: compressFile},
		"fs.decompress":   {resolve: resolveTwoNames, act: decompressFile},
		"fs.archive_list": {resolve: resolvePath, act: listArchive},
		"fs.extract":      {resolve: resolveExtract, act: extractArchive},
		"fs.archive":      {resolve: resolveTwoNames, act: makeArchive},
		"fs.temp_file":    {act: tempFile},
		"fs.temp_dir":     {act: tempDir},
		"fs.strings":      {resolve: resolvePath, act: fileStrings},
		"fs.edit":         {resolve: resolveEntry, act: editFile},
		"fs.stat":         {resolve: resolveStat, act: statFile},
		"fs.exists":       {resolve: resolveExists, act: fileExists},
		"fs.list":         {resolve: resolvePath, act: listFolder},
		"fs.find":         {resolve: resolvePath, act: findEntries},
		"fs.write":        {resolve: resolveNew, act: writeFile},
		"fs.make_dir":     {resolve: resolveMakeDir, act: makeDir},
		"fs.move":         {resolve: resolveMove, act: moveEntry},
		"fs.delete":       {resolve: resolveEntry, act: deleteEntry},

		"exec.run": {resolve: resolveProgram, act: runProgram},

		"process.list":   {act: listProcesses},
		"process.signal": {resolve: resolveProcess, act: signalProcess},

		"service.status":  {resolve: resolveUnit, act: unitStatus},
		"service.restart": {resolve: resolveUnit, act: restartUnit},

		"sys.uname":  {act: uname},
		"sys.memory": {act: memoryUse},
	})
	return all
}
