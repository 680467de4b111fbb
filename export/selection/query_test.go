package selection_test

import (
	"testing"
	"time"

	"treatygraph/export/exporttest"
	"treatygraph/export/selection"
)

func TestATimeAsksForTheNewestRevisionAtOrBeforeIt(t *testing.T) {
	record := exporttest.Odd(t)
	newest := record.Snapshot.Head().Revision
	second, _ := record.Snapshot.Revision(newest)
	for at, want := range map[time.Time]int{second.At: int(newest), second.At.Add(-time.Microsecond): int(newest) - 1, second.At.Add(time.Hour): int(newest)} {
		source := record.Source(t, selection.Query{RecordedAt: at.Format(time.RFC3339Nano)})
		if got := int(source.About().Revision); got != want {
			t.Errorf("%v: revision %d, not %d", at, got, want)
		}
	}
}
