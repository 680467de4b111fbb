package index_test

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"treatygraph/graph"
	"treatygraph/index"
)

// A small record to make permalinks of.
func permalinkRecord(t testing.TB, revisions int) (*memory, *index.Snapshot) {
	t.Helper()
	m := newMemory()
	for n := range revisions {
		b := base()
		b.Key = fmt.Sprint("revision ", n)
		if n > 0 {
			b.Assert = []graph.Assertion{{Claim: graph.Claim{Subject: "treaty/a", Predicate: graph.PredCites, Object: "treaty/b", Valid: graph.Interval{From: graph.Day(n).Date()}},
				Dataset: "dataset/a", Rank: graph.RankNormal, Method: graph.MethodImported}}
		}
		if _, err := m.Apply(context.Background(), b); err != nil {
			t.Fatal(err)
		}
	}
	return m, follow(t, m).Snapshot()
}

func someSubgraphQuery() index.SubgraphQuery {
	yes, day := true, graph.MustDate("2008-04-06").Earliest()
	return index.SubgraphQuery{Seeds: []graph.ID{"treaty/a", "state/b"}, MoreSeeds: 7, Depth: 2, Predicates: []graph.Predicate{graph.PredCites, graph.PredSigned},
		Kinds: graph.Set(graph.KindTreaty, graph.KindState), Without: []graph.ID{"treaty/c"}, Evidenced: &yes, MaxNodes: 500, MaxStatements: 10_000,
		Document: "document/d", Order: index.OrderOldestStatement, At: index.AsOf{ValidOn: &day, Revision: 2}}
}

func seal(t testing.TB, s *index.Snapshot, q index.SubgraphQuery) string {
	t.Helper()
	token, err := s.Permalink(q)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// fold makes a token of a body, with a checksum that matches.
func fold(body []byte) string {
	var folded bytes.Buffer
	w, _ := flate.NewWriter(&folded, flate.BestCompression)
	w.Write(body)
	w.Close()
	return index.SealPermalink(folded.Bytes())
}

func TestWhatIsNoPermalinkOfThisRecordIsRefusedWithItsReason(t *testing.T) {
	_, s := permalinkRecord(t, 3)
	_, shorter := permalinkRecord(t, 1)
	q := someSubgraphQuery()
	token := seal(t, s, q)
	body, err := s.PermalinkBody(&q)
	if err != nil {
		t.Fatal(err)
	}
	edited := func(at int, to byte) []byte {
		b := slices.Clone(body)
		b[at] = to
		return b
	}
	other := newMemory()
	for n := range 3 {
		b := base()
		b.Key = fmt.Sprint("another ", n)
		b.Assert[0].Valid.From = graph.Day(n).Date()
		if _, err := other.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	unordered := slices.Concat(body[:len(body)-2], []byte("z\n"))
	for name, test := range map[string]struct {
		s      *index.Snapshot
		token  string
		reason string
	}{
		"nothing":               {s, "", "no permalink"},
		"words":                 {s, "not a permalink", "no permalink"},
		"another alphabet":      {s, strings.Repeat("+/", 40), "no permalink"},
		"cut":                   {s, token[:len(token)-4], "checksum"},
		"cut to its head":       {s, token[:12], "no permalink"},
		"longer":                {s, token + "AAAA", "checksum"},
		"one letter changed":    {s, token[:40] + string('A'+(token[40]-'A'+1)%26) + token[41:], "checksum"},
		"another form":          {s, "Ag" + token[2:], "another form"},
		"far too long":          {s, strings.Repeat("A", 100_000), "longer than"},
		"unfolds to a megabyte": {s, fold(make([]byte, 1<<20)), "unfold"},
		"no deflate":            {s, index.SealPermalink([]byte("xxxxxxxxxxxxxxxx")), "unfold"},
		"empty body":            {s, fold(nil), "does not hold"},
		"another ranking":       {s, fold(edited(0, index.SubgraphRanking+1)), "rules"},
		"a revision to come":    {shorter, token, "the newest here is 1"},
		"another record":        {follow(t, other).Snapshot(), token, "another record"},
		"more behind it":        {s, fold(append(slices.Clone(body), 0)), "does not hold"},
		"half of it":            {s, fold(body[:len(body)/2]), "does not hold"},
		"seeds out of order":    {s, fold(slices.Concat(body[:len(body)-len("treaty/a\n")], []byte("person/x\n"))), "not written"},
		"an ID that is none":    {s, fold(slices.Concat(body[:len(body)-2], []byte("?\n"))), "does not hold"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := test.s.OpenPermalink(test.token)
			if !errors.Is(err, index.ErrPermalink) || !strings.Contains(err.Error(), test.reason) || len(err.Error()) > 200 {
				t.Errorf("got %v, want a reason with %q", err, test.reason)
			}
		})
	}
	if opened, err := s.OpenPermalink(fold(unordered)); err != nil || opened.Seeds[1] != "treaty/z" {
		t.Errorf("a body made elsewhere: %+v, %v", opened, err)
	}
}

func TestAPermalinkThatWouldBeTooLongIsNoneAndHundredsOfSeedsFit(t *testing.T) {
	_, s := permalinkRecord(t, 2)
	q := someSubgraphQuery()
	q.Seeds, q.MaxNodes = nil, 5_000
	for i := range 300 {
		q.Seeds = append(q.Seeds, graph.ID(fmt.Sprintf("passage/e-cn.15-2008-21/zh/1/%d", i)))
	}
	if token := seal(t, s, q); len(token) > index.MaxPermalink {
		t.Errorf("%d characters", len(token))
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		q.Seeds = append(q.Seeds, graph.ID(fmt.Sprintf("treaty/%x", random.Uint64())))
	}
	if token, err := s.Permalink(q); !errors.Is(err, index.ErrPermalinkLength) || token != "" {
		t.Errorf("%s, %v", token, err)
	}
}

// FuzzPermalink: whatever is opened is written again with the same body, and unfolding is bounded.
func FuzzPermalink(f *testing.F) {
	_, s := permalinkRecord(f, 3)
	q := someSubgraphQuery()
	token := seal(f, s, q)
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		f.Fatal(err)
	}
	body, err := s.PermalinkBody(&q)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(token, []byte{}, body)
	f.Add("", raw[9:], []byte{})
	f.Add("AQ", []byte{0}, body[:20])
	f.Fuzz(func(t *testing.T, token string, folded, body []byte) {
		for _, token := range []string{token, index.SealPermalink(folded), fold(body)} {
			q, err := s.OpenPermalink(token)
			if err != nil {
				if !errors.Is(err, index.ErrPermalink) {
					t.Fatal(err)
				}
				continue
			}
			again, err := s.Permalink(q)
			if err != nil {
				if !errors.Is(err, index.ErrPermalinkLength) {
					t.Fatal(err)
				}
				continue
			}
			twice, err := s.OpenPermalink(again)
			if err != nil || fmt.Sprint(twice.Seeds, twice.Without, twice.Predicates, twice.Depth) != fmt.Sprint(q.Seeds, q.Without, q.Predicates, q.Depth) {
				t.Fatalf("%+v, then %+v, %v", q, twice, err)
			}
			if _, err := s.Subgraph(context.Background(), q); err != nil {
				t.Fatal(err)
			}
		}
	})
}
