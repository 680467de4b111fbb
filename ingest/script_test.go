package ingest

import (
	"io/fs"
	"strings"
	"testing"

	"treatygraph/corpus"
	"treatygraph/graph"
)

func TestATextInAnotherScriptThanItsTagSaysIsTold(t *testing.T) {
	declaration, err := fs.ReadFile(corpus.Files, "documents/declaration.zh.txt")
	if err != nil {
		t.Fatal(err)
	}
	check := func(name, body, script string) {
		t.Helper()
		for _, lang := range []graph.Language{"zh", "zh-Hans", "zh-CN", "zh-SG", "zh-Hant", "zh-TW", "zh-HK", "zh-MO", "ja", "en"} {
			says := "zh-Hans"
			if lang == "zh-Hant" || lang == "zh-TW" || lang == "zh-HK" || lang == "zh-MO" {
				says = "zh-Hant"
			}
			want := ""
			if lang.Base() == "zh" && script != "" && script != says {
				want = script
			}
			if got := scriptRemark(lang, body); (got != "") != (want != "") || !strings.Contains(got, want) {
				t.Errorf("%s as %s: %q, want %q", name, lang, got, want)
			}
		}
	}
	check("the declaration", string(declaration), "zh-Hans")
	check("the declaration with a title in the other script", string(declaration)+"聯合國憲章", "zh-Hans")
	check("few characters", lakePactTexts["zh-Hans"][:60], "")
	check("both scripts", lakePactTexts["zh-Hans"]+lakePactTexts["zh-Hant"], "")
	check("what both scripts have", strings.Repeat("第三十二", 100), "")
	check("no Chinese", "Article 1", "")
	for _, name := range []string{"vclt", "un-charter", "outer-space", "genocide", "vcdr"} {
		chinese, _, _ := sideBySide(t, name)
		check(name, chinese, "zh-Hant")
	}
}
