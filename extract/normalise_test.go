package extract

import (
	"os"
	"strings"
	"testing"

	"treatygraph/graph"
)

func TestNormaliseJoinsWhatThePageCut(t *testing.T) {
	line := strings.Repeat("汉字的一行", 7)
	tests := map[string]struct{ raw, clean string }{
		"a word cut by page number and symbol": {
			line + "\n\n" + line + "反应\n\n 5 \n\n E/CN.15/2008/21\n\n堆产" + line + "\n\n" + line + "。\n",
			line + line + "反应堆产" + line + line + "。"},
		"a date cut in two": {
			line + "\n" + line + " 3 月 3\n日，" + line + "\n" + line + "\n" + line + "。",
			line + line + " 3 月 3 日，" + line + line + line + "。"},
		"a footnote within a paragraph": {
			line + "\n" + line + "\n" + line + "\n______\n\n* 注释\n写在这里。\n" + line + "\n" + line + "。",
			line + line + line + line + line + "。"},
		"the place of a lost glyph keeps one space": {"降到   低。", "降到 低。"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := Normalise(test.raw).Clean; got != test.clean {
				t.Errorf("got  %q\nwant %q", got, test.clean)
			}
			if got := Clean(test.raw); got != test.clean {
				t.Errorf("the slice alone gives %q", got)
			}
		})
	}
}

func TestNormaliseKeepsWhatItLiftsOut(t *testing.T) {
	n := Normalise("正文一句。\n______\n\n* 注释\n写在这里。\n\n7\n")
	want := []Piece{{Furniture, "______", 6, 12}, {Footnote, "* 注释写在这里。", 14, 24}, {Furniture, "7", 26, 27}}
	if len(n.Apart) != len(want) {
		t.Fatalf("%+v", n.Apart)
	}
	for i := range want {
		if n.Apart[i] != want[i] {
			t.Errorf("piece %d: %+v, want %+v", i, n.Apart[i], want[i])
		}
	}
}

func TestRawSpanLeadsFromCleanWordsToTheRawSlice(t *testing.T) {
	raw, err := os.ReadFile(declaration)
	if err != nil {
		t.Fatal(err)
	}
	n := Normalise(string(raw))
	at := strings.Index(n.Clean, "反应堆产生的乏燃料")
	start := len([]rune(n.Clean[:at]))
	from, to, ok := n.RawSpan(start, start+9)
	if slice := n.Raw(from, to); !ok || !strings.Contains(slice, "E/CN.15/2008/21") || Clean(slice) != "反应堆产生的乏燃料" {
		t.Errorf("%q %v", n.Raw(from, to), ok)
	}
}

// What people are shown of a passage is what is read of it, but for what a page end put in its midst.
func TestJoinedLinesAreTheCleanFormOfAPassageWithinAPage(t *testing.T) {
	for _, raw := range []string{"我们谨在此转交 2008 年 4 月 6 日在俄\n\n罗斯联邦索契通过的《宣言》的案文。", " The High Contracting\nParties, re-\naffirming “that”\n\ttreaty ", "对话，美俄两国 有才智的人员\n\n 更\n 加"} {
		if got, want := graph.JoinLines(raw), Clean(raw); got != want {
			t.Errorf("%q: %q, but clean %q", raw, got, want)
		}
	}
}
