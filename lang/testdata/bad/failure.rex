throw "no"
raise problem("x")
let a = f() catch (e) { 1 }
let b = f() catch e { 1 }
let c = f() catch timout { 1 }
let d = f() catch timeout
try { g() }
try { g() } catch { h() } finally { i() }
try { g() }
except Error as e { h() }
