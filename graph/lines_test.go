package graph_test

import (
	"testing"

	"treatygraph/graph"
)

func TestLinesAreJoinedWithASpaceWhereALineEndStoodForOne(t *testing.T) {
	for lines, want := range map[string]string{
		"":                           "",
		" one\n  two \r\n\r\nthree ": "one two three",
		"我们在俄\n\n罗斯联邦索契通过":       "我们在俄罗斯联邦索契通过",
		"以及 2002\n年 5 月":         "以及 2002 年 5 月",
		"non-\nproliferation":    "non-proliferation",
		"the treaty –\nthe text": "the treaty – the text",
		"《条约》\n（签名）":             "《条约》（签名）",
		"a\u00a0\u2003b\ufeffc":  "a bc",
		"договор\nо границе":     "договор о границе",
	} {
		if got := graph.JoinLines(lines); got != want {
			t.Errorf("%q gives %q, want %q", lines, got, want)
		}
	}
}
