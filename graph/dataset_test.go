package graph

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func bodiesOf(list []Assertion) map[AssertionKey]string {
	m := map[AssertionKey]string{}
	for i := range list {
		m[list[i].Key()] = string(AppendAssertion(nil, &list[i]))
	}
	return m
}

func exists(ID) bool { return false }

func TestADatasetThatIsWhatItShouldBeHasNoDifference(t *testing.T) {
	d, err := Diff("dataset/test", fixtureAssertions(), bodiesOf(fixtureAssertions()), exists)
	if err != nil || !d.Empty() {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestADifferenceHoldsWhatIsNewChangedAndGone(t *testing.T) {
	all := fixtureAssertions()
	current := bodiesOf(all[1:])
	desired := fixtureAssertions()[:9]
	desired[5].Confidence = 500
	d, err := Diff("dataset/test", desired, current, exists)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Assert) != 2 || d.Assert[0].Subject != "dataset/test" || d.Assert[1].Confidence != 500 {
		t.Errorf("assert %+v", d.Assert)
	}
	if len(d.Withdraw) != 1 || d.Withdraw[0] != all[9].Key() {
		t.Errorf("withdraw %+v", d.Withdraw)
	}
}

func TestADifferenceRefusesWhatAStoreWouldRefuseLater(t *testing.T) {
	for name, c := range map[string]struct {
		field string
		edit  func([]Assertion) []Assertion
	}{
		"another dataset": {"dataset", func(l []Assertion) []Assertion { l[0].Dataset = "dataset/x"; return l }},
		"twice":           {"claim", func(l []Assertion) []Assertion { return append(l, l[0]) }},
		"dangling object": {"object", func(l []Assertion) []Assertion { l[7].Object = "treaty/none"; return l }},
		"dangling place":  {"qualifiers.place", func(l []Assertion) []Assertion { l[8].Qualifiers.Place = "place/none"; return l }},
	} {
		_, err := Diff("dataset/test", c.edit(fixtureAssertions()), nil, exists)
		var invalid *InvalidError
		if !errors.As(err, &invalid) || invalid.Field != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
}

type recorder struct{ batches []*Batch }

func (r *recorder) Apply(_ context.Context, b *Batch) (Receipt, error) {
	r.batches = append(r.batches, b)
	return Receipt{Revision: Revision{Number: RevisionNumber(10 + len(r.batches))}}, nil
}

func TestALargeDifferenceIsAppliedInBatchesThatFollowEachOther(t *testing.T) {
	var desired []Assertion
	for i := range 12_000 {
		id := ID(fmt.Sprintf("treaty/t%d", i))
		v := NameValue(Name{Text: strings.Repeat("n", 100), Lang: "en", Role: NameShort})
		next := ID(fmt.Sprintf("treaty/t%d", (i+1)%12_000))
		desired = append(desired,
			Assertion{Claim: Claim{Subject: id, Predicate: PredCites, Object: next}, Dataset: "dataset/test", Rank: RankNormal, Method: MethodImported},
			Assertion{Claim: Claim{Subject: id, Predicate: PredNamed, Value: &v}, Dataset: "dataset/test", Rank: RankNormal, Method: MethodImported})
	}
	version := Value{Kind: ValueText, Text: "2"}
	desired = append(desired, Assertion{Claim: Claim{Subject: "dataset/test", Predicate: PredVersion, Value: &version}, Dataset: "dataset/test", Rank: RankNormal, Method: MethodCurated},
		fixtureAssertions()[0])
	d, err := Diff("dataset/test", desired, nil, exists)
	if err != nil {
		t.Fatal(err)
	}
	gone := fixtureAssertions()[8].Key()
	d.Withdraw = append(d.Withdraw, gone)
	var r recorder
	receipt, err := d.Apply(context.Background(), &r, Batch{Key: "k", Author: "a"}, 10)
	if err != nil || receipt.Revision.Number != 13 || len(r.batches) != 3 {
		t.Fatalf("%d batches, receipt %+v, %v", len(r.batches), receipt, err)
	}
	if last := r.batches[2]; last.Assert[len(last.Assert)-1].Predicate != PredVersion || len(last.Withdraw) != 1 {
		t.Error("the version is not stated last, with what is withdrawn")
	}
	subjects := map[ID]bool{}
	for i, b := range r.batches {
		if *b.IfHead != RevisionNumber(10+i) {
			t.Errorf("batch %d follows %d", i, *b.IfHead)
		}
		if want := []string{"k", "k#2", "k#3"}[i]; b.Key != want {
			t.Errorf("batch %d has key %q", i, b.Key)
		}
		for _, a := range b.Assert {
			subjects[a.Subject] = true
		}
		for _, a := range b.Assert {
			if !subjects[a.Dataset] {
				t.Fatalf("batch %d is of %s, of which nothing was said yet", i, a.Dataset)
			}
			if a.Object != "" && !subjects[a.Object] {
				t.Fatalf("batch %d refers to %s, of which nothing was said yet", i, a.Object)
			}
		}
	}
}

func TestNothingIsWrittenWhenAnyBatchOfADifferenceIsInvalid(t *testing.T) {
	d := Difference{Assert: fixtureAssertions()}
	d.Assert[3].Rank = 9
	var r recorder
	if _, err := d.Apply(context.Background(), &r, Batch{Key: "k"}, 0); !errors.Is(err, ErrInvalid) || len(r.batches) != 0 {
		t.Errorf("%v, %d batches", err, len(r.batches))
	}
}
