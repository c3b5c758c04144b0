import fs
from lib import x
use fs
class Server { name: string }
import "lib/a.rex"
print(1)
param late: int
uses fs.read "/a"
