package host

// operations has the function of every operation that this platform has.
var operations = onThisPlatform(map[string]operation{
	"net.get":     {resolve: resolveGet, act: getURL},
	"net.resolve": {resolve: resolveHost, act: lookUp},

	"sys.env": {act: environmentVariable},

	"time.now":   {act: now},
	"time.sleep": {act: sleep},
	"log.debug":  {act: logMessage},
	"log.info":   {act: logMessage},
	"log.warn":   {act: logMessage},
	"log.error":  {act: logMessage},
	"print":      {act: printValue},
	"progress":   {act: showProgress},
})
