package storetest

import (
	"fmt"
	"testing"

	"treatygraph/graph"
)

// sound asks that a store derives from its record what it should.
func sound(t testing.TB, store graph.Store) {
	t.Helper()
	for flaw, err := range store.Audit(t.Context(), false) {
		if err != nil {
			t.Fatalf("audit: %v", err)
		}
		t.Errorf("audit: %+v", flaw)
	}
}

var auditPromises = []promise{
	{"an empty store is sound, and one with a history", func(t *testing.T, open Open) {
		store := open(t, nil)
		sound(t, store)
		history(t, store)
		sound(t, store)
		unchanged(t, store, func() {
			for flaw, err := range store.Audit(t.Context(), true) {
				t.Fatalf("%+v, error %v", flaw, err)
			}
		})
	}},
	{"what others write at the same time is no flaw", func(t *testing.T, open Open) {
		writer, auditor := open(t, nil), open(t, nil)
		mustApply(t, writer, batch("first", declared(curated)))
		done := make(chan error, 1)
		const revisions = 12
		go func() {
			var err error
			for i := 0; i < revisions && err == nil; i++ {
				list := rows(curated, 500*(i%4), 500, fmt.Sprint(i))
				b := batch(fmt.Sprint(i), list...)
				if i%3 == 2 {
					b = withdraw(fmt.Sprint(i), rows(curated, 500*((i-1)%4), 500, "")...)
				}
				_, err = writer.Apply(t.Context(), b)
			}
			done <- err
		}()
		for audits, writing := 0, true; writing || audits == 0; audits++ {
			select {
			case err := <-done:
				if err != nil {
					t.Fatal(err)
				}
				writing = false
			default:
			}
			for flaw, err := range auditor.Audit(t.Context(), audits%2 == 1) {
				t.Fatalf("%+v, error %v", flaw, err)
			}
		}
		if head := mustHead(t, auditor); head.Revision != revisions+1 {
			t.Fatalf("head %+v", head)
		}
	}},
}
