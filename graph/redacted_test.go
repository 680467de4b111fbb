package graph

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestATombstoneKeepsWhoSaidOfWhomAndTheDigestsOfRevisions(t *testing.T) {
	a := Assertion{Claim: Claim{Subject: "person/x", Predicate: PredNamed, Value: &Value{Kind: ValueName, Text: `A "secret" name`, Lang: "en", Role: NameOfficial}},
		Dataset: "dataset/d", Rank: RankNormal, Method: MethodCurated, Evidence: []Evidence{{Citation: `,"redacted":"`}}}
	body := string(AppendAssertion(nil, &a))
	stone, err := Tombstone(body)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(stone, "secret") {
		t.Errorf("the tombstone tells: %s", stone)
	}
	left, err := DecodeAssertion(stone)
	if err != nil {
		t.Fatal(err)
	}
	if left.Subject != "person/x" || left.Predicate != PredNamed || left.Dataset != "dataset/d" || left.Value != nil || left.Redacted != bodyDigest(body) {
		t.Errorf("left is %+v", left)
	}
	if again, err := Tombstone(stone); err != nil || again != stone {
		t.Errorf("the tombstone of a tombstone is %q, %v", again, err)
	}
	seal := func(body string) Digest {
		c := Change{Revision: Revision{Number: 1, At: time.Unix(1, 0)}, Written: []Version{{Ref: Ref{a.Claim.ID(), a.Dataset, 1}, Body: body}}}
		return c.Seal("")
	}
	if seal(body) != seal(stone) || seal(body) == seal(body+" ") {
		t.Error("the digest of the revision is not what it was")
	}
	if !StandsFor(stone, body) || !StandsFor(body, body) || StandsFor(stone, body+" ") {
		t.Error("a tombstone stands for the body it took the place of, and for no other")
	}
	if _, whole := redactedDigest(body); whole {
		t.Error("a body that is whole is taken for a tombstone")
	}
	if _, err := Tombstone("{}x"); !errors.Is(err, ErrCorrupt) {
		t.Errorf("got %v", err)
	}
}

func TestNobodyAssertsATombstone(t *testing.T) {
	a := Assertion{Claim: Claim{Subject: "treaty/x", Predicate: PredConcluded, Valid: Interval{From: MustDate("2000")}}, Dataset: "dataset/d", Rank: RankNormal,
		Method: MethodCurated, Redacted: bodyDigest("")}
	_, err := Prepare(&Batch{Key: "k", Assert: []Assertion{a}})
	var invalid *InvalidError
	if !errors.As(err, &invalid) || invalid.Field != "redacted" {
		t.Errorf("got %v", err)
	}
}
