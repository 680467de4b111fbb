// Command serial edits what gqlgen generated, in the file it is given: lists are resolved by gen's marshalSlice. gqlgen has no setting for it.
package main

import (
	"bytes"
	"log"
	"os"
)

func main() {
	path := os.Args[1]
	code, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	edited := bytes.ReplaceAll(code, []byte("graphql.MarshalSliceConcurrently("), []byte("marshalSlice("))
	if bytes.Equal(edited, code) {
		log.Fatalf("%s calls no graphql.MarshalSliceConcurrently: gqlgen generates something else now", path)
	}
	if err := os.WriteFile(path, edited, 0o644); err != nil {
		log.Fatal(err)
	}
}
