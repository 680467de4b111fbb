package neo4j_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"treatygraph/graph"
	"treatygraph/graph/neo4j"
	"treatygraph/graph/storetest"
	server "treatygraph/tools/neo4j"
)

// cypher runs statements past the store and returns the rows of the last one.
func cypher(t testing.TB, address string, statements ...string) (rows []*driver.Record) {
	t.Helper()
	d, err := driver.NewDriverWithContext(address, driver.NoAuth())
	must(t, err)
	defer d.Close(context.WithoutCancel(t.Context()))
	session := d.NewSession(t.Context(), driver.SessionConfig{})
	defer session.Close(context.WithoutCancel(t.Context()))
	for _, statement := range statements {
		result, err := session.Run(t.Context(), statement, nil)
		must(t, err)
		rows, err = result.Collect(t.Context())
		must(t, err)
	}
	return rows
}

func refused(t *testing.T, address string, o neo4j.Options, words string) {
	t.Helper()
	store, err := neo4j.Open(t.Context(), address, o)
	if err == nil {
		store.Close()
		t.Fatal("it opened")
	}
	if !errors.Is(err, graph.ErrUnavailable) || !strings.Contains(err.Error(), words) {
		t.Errorf("got %v", err)
	}
	if text := err.Error(); strings.Contains(text, "\n") || strings.Contains(text, "secret") || strings.Contains(text, "Neo.") {
		t.Errorf("the error is no sentence for a person: %v", err)
	}
}

func TestWhatCannotBeUsedIsRefusedInOneSentence(t *testing.T) {
	for _, version := range server.VersionsToTest(t) {
		t.Run(version, func(t *testing.T) {
			database := server.Lease(t, version)
			address := database.URL()
			refused(t, "bolt://127.0.0.1:1", neo4j.Options{}, "bolt://127.0.0.1:1 cannot be reached")
			refused(t, address, neo4j.Options{Database: "none"}, "has no database of that name")

			must(t, mustOpen(t, address, neo4j.Options{}).Close())
			cypher(t, address, `MATCH (c:Counter) SET c.schema = 99`)
			refused(t, address, neo4j.Options{}, "was written by a newer treatygraph: its schema is version 99, this program knows up to 1")

			must(t, database.Empty(t.Context()))
			cypher(t, address, `CREATE (:Film {title: 'another program'})`)
			refused(t, address, neo4j.Options{}, "another program's data")
			if rows := cypher(t, address, `MATCH (n) RETURN labels(n)`); len(rows) != 1 {
				t.Errorf("%d nodes after a refusal", len(rows))
			}
		})
	}
}

func TestOfProcessesThatOpenAnEmptyDatabaseAtOnceEachGetsTheSameStore(t *testing.T) {
	for _, version := range server.VersionsToTest(t) {
		t.Run(version, func(t *testing.T) {
			address := server.Lease(t, version).URL()
			for _, row := range cypher(t, address, `SHOW CONSTRAINTS YIELD name RETURN name`) {
				cypher(t, address, "DROP CONSTRAINT "+row.Values[0].(string))
			}
			cypher(t, address, `DROP INDEX treatygraph_names IF EXISTS`)
			var wait sync.WaitGroup
			heads := make([]graph.Head, 6)
			for i := range heads {
				wait.Go(func() {
					store, err := neo4j.Open(t.Context(), address, neo4j.Options{})
					if err != nil {
						t.Error(err)
						return
					}
					heads[i], err = store.Head(t.Context())
					if err := errors.Join(err, store.Close()); err != nil {
						t.Error(err)
					}
				})
			}
			wait.Wait()
			for _, head := range heads {
				if head != heads[0] || head.Store == "" {
					t.Fatalf("%+v", heads)
				}
			}
			if rows := cypher(t, address, `SHOW CONSTRAINTS YIELD name RETURN name`); len(rows) < 9 {
				t.Errorf("%d constraints", len(rows))
			}
		})
	}
}

func TestAStoreWhoseDatabaseWasEmptiedSaysSoAndWritesNothing(t *testing.T) {
	database := server.Lease(t, server.VersionsToTest(t)[0])
	store := mustOpen(t, database.URL(), neo4j.Options{})
	defer store.Close()
	must(t, database.Empty(t.Context()))
	_, err := store.Apply(t.Context(), storetest.KillBatch(1))
	if !errors.Is(err, graph.ErrCorrupt) || !strings.Contains(err.Error(), "no longer the database that was opened") {
		t.Errorf("got %v", err)
	}
	if rows := cypher(t, database.URL(), `MATCH (n) RETURN n`); len(rows) != 0 {
		t.Errorf("%d nodes", len(rows))
	}
}

func TestAWrongPasswordIsRefusedAndTheRightOneTaken(t *testing.T) {
	for _, version := range server.VersionsToTest(t) {
		t.Run(version, func(t *testing.T) {
			own := start(t, server.Config{Version: version, Password: "right-secret"})
			refused(t, own.URL(), neo4j.Options{User: "neo4j", Password: "wrong-secret"}, "refuses the user or the password")
			refused(t, own.URL(), neo4j.Options{}, "refuses the user or the password")
			must(t, mustOpen(t, own.URL(), neo4j.Options{User: "neo4j", Password: "right-secret"}).Close())
		})
	}
}

func TestADatabaseThatTakesNoWritesIsRefused(t *testing.T) {
	for _, version := range server.VersionsToTest(t) {
		t.Run(version, func(t *testing.T) {
			home := t.TempDir()
			own := start(t, server.Config{Version: version, Home: home})
			must(t, mustOpen(t, own.URL(), neo4j.Options{}).Close())
			must(t, own.Stop())
			own = start(t, server.Config{Version: version, Home: home, Settings: map[string]string{"server.databases.read_only": "neo4j"}})
			refused(t, own.URL(), neo4j.Options{}, "is read-only")
		})
	}
}

func TestANeo4jThatIsTooOldIsRefused(t *testing.T) {
	for version, want := range map[string]bool{"4.4.30": false, "5.25.1": false, "5.26.0": true, "5.27-aura": true, "2025.01.0": true, "2026.08.1": true, "5": false, "": false, "six.1": false} {
		if neo4j.Supported(version) != want {
			t.Errorf("%q: %v", version, !want)
		}
	}
	if testing.Short() {
		t.Skip("starting an old Neo4j is left out of short runs")
	}
	own := start(t, server.Config{Version: "5.25.1"})
	refused(t, own.URL(), neo4j.Options{}, "runs Neo4j 5.25.1; 5.26 or later is needed")
}

func TestAnEncryptedConnectionIsUsedAndItsCertificateChecked(t *testing.T) {
	folder := t.TempDir()
	writeCertificate(t, folder)
	own := start(t, server.Config{Version: server.VersionsToTest(t)[0], Settings: map[string]string{
		"server.bolt.tls_level": "OPTIONAL", "dbms.ssl.policy.bolt.enabled": "true", "dbms.ssl.policy.bolt.base_directory": folder,
		"dbms.ssl.policy.bolt.private_key": "key.pem", "dbms.ssl.policy.bolt.public_certificate": "certificate.pem", "dbms.ssl.policy.bolt.client_auth": "NONE",
	}})
	must(t, mustOpen(t, "bolt+ssc://"+own.Address(), neo4j.Options{}).Close())
	refused(t, "bolt+s://"+own.Address(), neo4j.Options{}, "its certificate is not trusted")
}

// writeCertificate writes a key and a certificate that only itself vouches for.
func writeCertificate(t *testing.T, folder string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "127.0.0.1"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(folder, "key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600))
	must(t, os.WriteFile(filepath.Join(folder, "certificate.pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}), 0o644))
}

// start starts a server of the test's own.
func start(t *testing.T, c server.Config) *server.Server {
	t.Helper()
	own, err := server.Start(t.Context(), c)
	if errors.Is(err, server.ErrMissing) {
		t.Skip(err) // the leases of this package fail under CI
	}
	must(t, err)
	t.Cleanup(func() { own.Stop() })
	return own
}
