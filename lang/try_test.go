package lang

import (
	"fmt"
	"io"
	"os"
	"testing"
)

func TestTry(t *testing.T) {
	src, _ := io.ReadAll(os.Stdin)
	if s := os.Getenv("SRC"); s != "" {
		src = []byte(s)
	}
	f, ds := Parse("t.rex", src)
	for _, it := range f.Items {
		fmt.Println(sexpr(it))
	}
	for _, d := range ds {
		fmt.Println(d.String())
		for _, l := range d.Labels {
			fmt.Printf("   label %v %s\n", l.Span, l.Text)
		}
		for _, x := range d.Fixes {
			fmt.Printf("   fix %s %v\n", x.Text, x.Edits)
		}
	}
}
