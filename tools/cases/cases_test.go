package cases_test

import (
	"testing"

	"pgregory.net/rapid"

	"treatygraph/tools/cases"
)

func TestAllCasesAreTriedWhereTheyAreAskedForAndOfOneTestOnly(t *testing.T) {
	const all = 321
	tried := func() (n int) {
		cases.Check(t, all, func(*rapid.T) { n++ })
		return n
	}
	t.Setenv(cases.Variable, "")
	few := tried()
	want := all
	if testing.Short() {
		want = few
	}
	t.Setenv(cases.Variable, "all")
	if n := tried(); n != want {
		t.Errorf("%d cases, want %d", n, want)
	}
	t.Setenv(cases.Variable, "")
	if n := tried(); n != few || few == all {
		t.Errorf("%d cases, then %d", few, n)
	}
}
