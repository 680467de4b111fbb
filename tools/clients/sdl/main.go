// Command sdl prints the schema of the API as one text.
package main

import (
	"fmt"
	"os"

	"treatygraph/schema"
)

func main() {
	text, err := schema.Print()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Print(text)
}
