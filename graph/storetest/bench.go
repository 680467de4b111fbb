package storetest

import (
	"fmt"
	"testing"

	"treatygraph/graph"
)

// benchRows is what Bench's reading benchmarks run over, in batches of benchBatch.
const (
	benchRows  = 200_000
	benchBatch = graph.MaxBatchRecords
)

// Bench measures what the port costs on a backend; "rows/s" is the number to compare.
func Bench(b *testing.B, backend Backend) {
	b.Run("Apply/new", func(b *testing.B) {
		store := closing(backend(b))(b, nil)
		mustApply(b, store, batch("dataset", declared(curated)))
		benchmark(b, benchBatch, func(i int) {
			mustApply(b, store, batch(fmt.Sprint(i), benchAssertions(i*benchBatch, "")...))
		})
	})
	b.Run("Apply/rewrite", func(b *testing.B) {
		store := closing(backend(b))(b, nil)
		mustApply(b, store, batch("dataset", declared(curated)))
		benchmark(b, benchBatch, func(i int) {
			mustApply(b, store, batch(fmt.Sprint(i), benchAssertions(0, fmt.Sprint(i))...))
		})
	})
	b.Run("Apply/one", func(b *testing.B) {
		store := closing(backend(b))(b, nil)
		mustApply(b, store, batch("dataset", declared(curated)))
		benchmark(b, 1, func(i int) { mustApply(b, store, batch(fmt.Sprint(i), rows(curated, i, 1, "")...)) })
	})

	store := closing(backend(b))(b, nil)
	mustApply(b, store, batch("dataset", declared(curated)))
	var refs []graph.Ref
	for i := range benchRows / benchBatch {
		list := benchAssertions(i*benchBatch, "")
		number := mustApply(b, store, batch(fmt.Sprint(i), list...)).Revision.Number
		for j := range list[:500] {
			refs = append(refs, graph.Ref{Statement: list[j].ID(), Dataset: curated, From: number})
		}
	}
	b.Run("Scan", func(b *testing.B) {
		benchmark(b, benchRows, func(int) {
			count := 0
			_, versions, err := store.Scan(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			for _, err := range versions {
				if err != nil {
					b.Fatal(err)
				}
				count++
			}
			if count != benchRows+1 {
				b.Fatal(count)
			}
		})
	})
	b.Run("Changes", func(b *testing.B) {
		benchmark(b, benchRows, func(int) {
			for _, err := range store.Changes(b.Context(), 0) {
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	})
	for _, n := range []int{1, 50, 5000} {
		b.Run(fmt.Sprint("Assertions/", n), func(b *testing.B) {
			benchmark(b, n, func(int) {
				if got, err := store.Assertions(b.Context(), refs[:n]); err != nil || len(got) != n {
					b.Fatal(len(got), err)
				}
			})
		})
	}
}

func benchmark(b *testing.B, rows int, f func(i int)) {
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		f(i)
		i++
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// benchAssertions are as long as real ones: a claim with an object of its own, a note and a citation, some 330 bytes.
func benchAssertions(first int, note string) []graph.Assertion {
	list := make([]graph.Assertion, benchBatch)
	for i := range list {
		id := graph.ID(fmt.Sprintf("treaty/i-%d-vienna-1969", first+i))
		a := by(curated, described(id, "Vienna Convention on the Law of Treaties"))
		a.Valid.From, a.Qualifiers.Note = date("1980-01-27"), "concluded at Vienna on 23 May 1969"
		a.Evidence = []graph.Evidence{{Citation: "United Nations Treaty Series, vol. 1155, p. 331 " + note, URL: "https://treaties.un.org/doc/publication/unts/volume%201155"}}
		list[i] = a
	}
	return list
}
