// Package cases says how many random cases a test tries: few on a person's machine, as many as it is worth where `make test` runs it.
package cases

import (
	"flag"
	"os"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// Variable is the environment variable that, set to "all", makes each test try all its cases. `make test` sets it in its first stage.
const Variable = "TREATYGRAPH_CASES"

// checks is rapid's flag for the number of cases. One that a person gives holds for every test.
const checks = "rapid.checks"

// Check tries a property: all cases where they are asked for, else rapid's 100, of which -short leaves a fifth. The number is the whole
// process's while it does, so it is not for parallel tests.
func Check(t *testing.T, all int, property func(*rapid.T)) {
	t.Helper()
	if number := flag.Lookup(checks); os.Getenv(Variable) == "all" && !testing.Short() && !given(checks) {
		before := number.Value.String()
		if err := number.Value.Set(strconv.Itoa(all)); err != nil {
			t.Fatal(err)
		}
		defer number.Value.Set(before) // which it took before
	}
	rapid.Check(t, property)
}

// given tells whether a flag stands on the command line.
func given(name string) (is bool) {
	flag.Visit(func(f *flag.Flag) { is = is || f.Name == name })
	return is
}
