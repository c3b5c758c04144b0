import fs
from lib import x
use fs
import "lib/a.rex"
print(1)
param late: int
uses fs.read "/a"
class Server { name: string }
