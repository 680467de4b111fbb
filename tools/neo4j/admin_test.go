package neo4j

import (
	"errors"
	"strings"
	"testing"
)

func TestWhatNeo4jAdminRefusesIsTold(t *testing.T) {
	t.Parallel()
	said, err := Admin(t.Context(), Versions[0], t.TempDir(), t.TempDir(), "database", "import", "full", "neo4j", "--nodes=./no-such-file.csv")
	if errors.Is(err, ErrMissing) {
		failOrSkip(t, Versions[0], err)
	}
	if err == nil || !strings.Contains(err.Error(), "no-such-file.csv") || !strings.Contains(said, "no-such-file.csv") || strings.Contains(err.Error(), "\n") {
		t.Errorf("%v: %s", err, said)
	}
}
