package lang

import (
	"fmt"
	"os"
	"testing"
)

func TestTry(t *testing.T) {
	src := []byte(os.Getenv("SRC"))
	f, ds := Parse("t.rex", src)
	if os.Getenv("S") != "" {
		for _, it := range f.Items {
			fmt.Println(sexpr(it))
		}
	}
	ds.Write(os.Stdout, os.Getenv("C") != "")
	if os.Getenv("J") != "" {
		ds.WriteJSON(os.Stdout)
	}
}
