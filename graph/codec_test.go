package graph

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"
)

// The golden bytes are what stores hold and what statement IDs are made of: they never change under one hash version.
func TestTheCanonicalEncodingKeepsItsGoldenBytes(t *testing.T) {
	var got strings.Builder
	for _, a := range fixtureAssertions() {
		got.WriteString(string(a.Claim.ID()) + "\n")
		got.Write(AppendAssertion(nil, &a))
		got.WriteByte('\n')
	}
	const file = "testdata/assertions.golden"
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("the encoding has changed:\n%s\nwant\n%s", got.String(), want)
	}
}

func TestAnAssertionComesBackFromItsEncoding(t *testing.T) {
	for _, a := range fixtureAssertions() {
		body := string(AppendAssertion(nil, &a))
		if !json.Valid([]byte(body)) {
			t.Errorf("not JSON: %s", body)
		}
		back, err := DecodeAssertion(body)
		if err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		if !reflect.DeepEqual(*back, a) {
			t.Errorf("%s came back as %+v", body, back)
		}
	}
}

func TestTheShapeOfAnAssertionIsItsClaimAndTheDocumentsOfItsEvidence(t *testing.T) {
	var shape Assertion // used again for each, as the index does
	for _, a := range fixtureAssertions() {
		body := string(AppendAssertion(nil, &a))
		if err := shape.Decode(body, Shape); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(shape.Claim, a.Claim) || shape.Dataset != a.Dataset || shape.Rank != a.Rank || len(shape.Evidence) != len(a.Evidence) {
			t.Errorf("shape of %s is %+v", body, shape)
		}
		for i := range shape.Evidence {
			if shape.Evidence[i] != (Evidence{Document: a.Evidence[i].Document}) {
				t.Errorf("evidence in the shape: %+v", shape.Evidence[i])
			}
		}
	}
}

func TestDecodingAShapeAgainAllocatesNothingForPlainBodies(t *testing.T) {
	a := fixtureAssertions()[7]
	body := string(AppendAssertion(nil, &a))
	var shape Assertion
	if n := testing.AllocsPerRun(100, func() { _ = shape.Decode(body, Shape) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestABodyInAnyOtherFormIsCorrupt(t *testing.T) {
	good := string(AppendAssertion(nil, &fixtureAssertions()[0]))
	for name, body := range map[string]string{
		"empty":            "",
		"cut short":        good[:len(good)-1],
		"more behind":      good + " ",
		"spaces":           strings.Replace(good, `,"`, `, "`, 1),
		"unknown field":    strings.Replace(good, `"dataset"`, `"dataSet"`, 1),
		"unknown rank":     strings.Replace(good, `"NORMAL"`, `"BEST"`, 1),
		"zero number":      strings.Replace(good, `"method":"CURATED"`, `"method":"CURATED","confidence":0`, 1),
		"bad escape":       strings.Replace(good, `dataset/test`, `dataset\/test`, 1),
		"order":            `{"predicate":"NAMED","subject":"treaty/x"}`,
		"unknown date":     `{"subject":"treaty/x","predicate":"ADOPTED","from":"2009-02-30"}`,
		"not an assertion": `null`,
	} {
		if _, err := DecodeAssertion(body); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzDecodeAssertion(f *testing.F) {
	for _, a := range fixtureAssertions() {
		f.Add(string(AppendAssertion(nil, &a)))
	}
	f.Fuzz(func(t *testing.T, body string) {
		var shape Assertion
		a, err := DecodeAssertion(body)
		if shapeErr := shape.Decode(body, Shape); (err == nil) != (shapeErr == nil) {
			t.Fatalf("whole: %v, shape: %v", err, shapeErr)
		}
		if err != nil {
			return
		}
		again := string(AppendAssertion(nil, a))
		back, err := DecodeAssertion(again)
		if err != nil || !reflect.DeepEqual(back, a) {
			t.Fatalf("%q decodes, but encodes to %q (%v)", body, again, err)
		}
	})
}

func BenchmarkDecodeShape(b *testing.B) {
	body := string(AppendAssertion(nil, &fixtureAssertions()[7]))
	var a Assertion
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if err := a.Decode(body, Shape); err != nil {
			b.Fatal(err)
		}
	}
}
