package plaintext

import (
	"crypto/md5"
	"crypto/rc4"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"treatygraph/graph"
	"treatygraph/plaintext/plaintexttest"
)

// notTested is where a test that a person's machine cannot run says so; make test prints it at its end.
const notTested = "../.tools/not-tested/" + pdfProgram

// havePDFProgram tells whether PDFs can be read here, and leaves a notice where they cannot.
func havePDFProgram(t *testing.T) bool {
	t.Helper()
	if _, err := exec.LookPath(pdfProgram); err == nil {
		return true
	}
	const notice = "NOT TESTED: PDFs are not read, for " + pdfProgram + " is not installed (poppler-utils)\n"
	if err := errors.Join(os.MkdirAll(filepath.Dir(notTested), 0o755), os.WriteFile(notTested, []byte(notice), 0o600)); err != nil {
		t.Fatal(err)
	}
	return false
}

func needPDFProgram(t *testing.T) {
	t.Helper()
	if !havePDFProgram(t) {
		t.Skip("NOT TESTED: " + pdfProgram + " is not installed")
	}
}

// passwordPadding fills passwords up (ISO 32000-1, 7.6.3.3).
const passwordPadding = "\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A"

func rc4Of(t *testing.T, key []byte, s string) string {
	t.Helper()
	c, err := rc4.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	out := []byte(s)
	c.XORKeyStream(out, out)
	return string(out)
}

// lockedPDF is a PDF that asks for a password, encrypted by the oldest of the standard ways: RC4 with 40 bits.
func lockedPDF(t *testing.T, password, page string) string {
	t.Helper()
	const id, permissions, keyBytes = "0123456789abcdef", -4, 5
	padded := (password + passwordPadding)[:len(passwordPadding)]
	ownerKey := md5.Sum([]byte(padded))
	owner := rc4Of(t, ownerKey[:keyBytes], padded)
	key := md5.Sum(append(binary.LittleEndian.AppendUint32([]byte(padded+owner), uint32(0xFFFFFFFF+permissions+1)), id...))
	user := rc4Of(t, key[:keyBytes], passwordPadding)
	plain := plaintexttest.PDF(page)
	head, stream, _ := strings.Cut(plain, "stream\n")
	stream, tail, _ := strings.Cut(stream, "\nendstream")
	number := 5 // of the stream's object, with its generation behind
	objectKey := md5.Sum(append(slices.Clone(key[:keyBytes]), byte(number), 0, 0, 0, 0))
	trailer := fmt.Sprintf("trailer<</ID[<%x><%x>]/Encrypt<</Filter/Standard/V 1/R 2/O<%x>/U<%x>/P %d>>", id, id, owner, user, permissions)
	return head + "stream\n" + rc4Of(t, objectKey[:keyBytes+5], stream) + "\nendstream" + strings.Replace(tail, "trailer<<", trailer, 1)
}

func TestAPDFWithAPasswordSaysSo(t *testing.T) {
	needPDFProgram(t)
	const page = "The treaty shall enter into force"
	if got, err := readForm(t, PDF, lockedPDF(t, "", page)); err != nil || strings.TrimSpace(got) != page {
		t.Fatalf("a PDF with an empty password, which opens: %q, %v", got, err)
	}
	if got, err := readForm(t, PDF, lockedPDF(t, "secret", page)); !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), "the PDF has a password") {
		t.Errorf("%q, %v", got, err)
	}
}

func TestAPDFIsToldByItsStart(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		want    Form
	}{
		"as it should":                  {"%PDF-1.7\n", PDF},
		"behind white space":            {"\xEF\xBB\xBF \r\n\n%PDF-1.7\n", PDF},
		"behind what a Mac puts before": {"\x00\x05text\x00\x00" + strings.Repeat("\x00", 115) + "%PDF-1.4", PDF},
		"behind commands of a printer":  {"\x1B%-12345X@PJL JOB\r\n@PJL ENTER LANGUAGE=PDF\r\n%PDF-1.4", PDF},
		"behind the first KB":           {strings.Repeat("\x00", startBytes) + "%PDF-1.4", ""},
		"a text that quotes it":         {"Files of this form begin with %PDF-1.7.\n", ""},
		"a text with it on a line":      {"How to tell a PDF\n\n%PDF-1.7\n", ""},
		"a page that quotes it":         {"<!DOCTYPE html><html><body><p>%PDF-1.7</p>", HTML},
		"Chinese that quotes it":        {"文件以%PDF-1.7开头", ""},
	} {
		if got := FormOf([]byte(c.content)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestBrokenPDFIsReadOrRefusedWithTheReason(t *testing.T) {
	needPDFProgram(t)
	good := plaintexttest.PDF("First", "Second")
	for name, c := range map[string]struct{ content, text, says string }{
		"its list of objects cut off": {good[:strings.Index(good, "xref")], "", "damaged"},
		"its list of objects wrong":   {strings.ReplaceAll(good, "0000000", "0000009"), "First\n\nSecond\n", ""},
		"behind other bytes":          {"\x00\x01" + good, "First\n\nSecond\n", ""},
		"a page that is not":          {strings.Replace(good, "/Kids[4 0 R", "/Kids[99 0 R", 1), "Second\n", ""},
		"pages in a circle":           {strings.Replace(good, "/Kids[4 0 R 6 0 R]", "/Kids[2 0 R]", 1), "", "damaged|no text"},
		"cut off within a page":       {good[:strings.Index(good, "stream")], "", "damaged|no text"},
		"no pages":                    {strings.Replace(good, "/Pages 2 0 R", "/Pages 99 0 R", 1), "", "damaged|no text"},
		"nothing but its first line":  {"%PDF-1.7\n", "", "damaged"},
		"noise":                       {"%PDF-1.7\n" + strings.Repeat("\x80<<[(", 50_000), "", "damaged"},
		"another way of encryption":   {strings.Replace(good, "trailer<<", "trailer<</Encrypt<</Filter/Own>>", 1), "", "damaged"},
	} {
		got, err := readForm(t, PDF, c.content)
		if c.says == "" && (err != nil || got != c.text) {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.text)
		}
		if c.says != "" && (!errors.Is(err, graph.ErrInvalid) || !matches(c.says, err.Error())) {
			t.Errorf("%s: %q, %v; want %s", name, got, err, c.says)
		}
	}
}

func TestWhatRunsAtTheHeadsAndFeetOfPagesOfAPDFIsNoText(t *testing.T) {
	needPDFProgram(t)
	var pages []string
	for i, text := range []string{
		"Article 1\nEach Party shall reduce and",
		"limit its warheads.\nArticle 2\nThis Treaty is short.",
		"Article 3\nDone at Moscow.",
		"Annex 1\nThe parts are these.",
	} {
		head := "Treaty Series"
		if i%2 == 1 {
			head = "United Nations"
		}
		pages = append(pages, fmt.Sprintf("%s %d\n\n\n%s\n\n\n- %d -", head, 205+i, text, 1+i))
	}
	want := "Article 1\nEach Party shall reduce and\nlimit its warheads.\nArticle 2\nThis Treaty is short.\n\nArticle 3\nDone at Moscow.\n\nAnnex 1\nThe parts are these.\n"
	got, err := readForm(t, PDF, plaintexttest.PDF(append(pages, fmt.Sprintf("Treaty Series %d\n\n\nThe end.\n\n\n- %d -", 209, 5), "United Nations 210\n\n\nSigned.\n\n\n- 6 -")...))
	if want := want + "\nThe end.\n\nSigned.\n"; err != nil || got != want {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
}

func TestTheTextOfPagesStays(t *testing.T) {
	pages := func(list ...string) string { return strings.Join(list, "\f") + "\f" }
	for name, c := range map[string]struct{ text, want string }{
		"articles that begin pages": {pages("Article 1\nA.", "Article 2\nB.", "Article 3\nC."), "Article 1\nA.\n\nArticle 2\nB.\n\nArticle 3\nC.\n"},
		"Chinese articles":          {pages("第1条\n甲。", "第2条\n乙。", "第3条\n丙。"), "第1条\n甲。\n\n第2条\n乙。\n\n第3条\n丙。\n"},
		"two pages alike":           {pages("The Treaty\nA.", "The Treaty\nB."), "The Treaty\nA.\n\nThe Treaty\nB.\n"},
		"a line of few":             {pages("The Treaty\nA.", "The Treaty\nB.", "The Treaty\nC.", "D.", "E.", "F.", "G.", "H.", "I.", "J."), "The Treaty\nA.\n\nThe Treaty\nB.\n\nThe Treaty\nC.\n\nD.\n\nE.\n\nF.\n\nG.\n\nH.\n\nI.\n\nJ.\n"},
		"three lines at a head":     {pages("The Treaty\nRound 2\n5\n\nA.", "The Treaty\nRound 2\n6\n\nB.", "The Treaty\nRound 2\n7\n\nC."), "The Treaty\nRound 2\n5\n\nA.\n\nRound 2\n6\n\nB.\n\nRound 2\n7\n\nC.\n"},
		"pages of so many":          {pages("A.\n\nPage 1 of 3", "B.\n\nPage 2 of 3", "C.\n\nPage 3 of 3"), "A.\n\nB.\n\nC.\n"},
		"Chinese furniture":         {pages("联合国条约集\n甲。\n第1页", "联合国条约集\n乙。\n第2页", "联合国条约集\n丙。\n第3页"), "联合国条约集\n甲。\n\n乙。\n\n丙。\n"},
		"numbers that do not count": {pages("A.\n\n1968", "B.\n\n1970", "C.\n\n1972"), "A.\n\n1968\n\nB.\n\n1970\n\nC.\n\n1972\n"},
		"furniture alone":           {pages("The Treaty", "The Treaty", "The Treaty"), "The Treaty\n"},
		"a title that runs":         {pages("", "Treaty on Peace\nA.\n\nTreaty on Peace", "Treaty on Peace\nB.\n\nTreaty on Peace", "Treaty on Peace\nC.\n\nTreaty on Peace"), "Treaty on Peace\nA.\n\nB.\n\nC.\n"},
		"draft articles":            {pages("Draft article 1\nA.", "Draft article 2\nB.", "Draft article 3\nC."), "Draft article 1\nA.\n\nDraft article 2\nB.\n\nDraft article 3\nC.\n"},
		"annexes by number":         {pages("Annex No. 1\nA.", "Annex No. 2\nB.", "Annex No. 3\nC."), "Annex No. 1\nA.\n\nAnnex No. 2\nB.\n\nAnnex No. 3\nC.\n"},
		"Chinese annexes":           {pages("附件第1号\n甲。", "附件第2号\n乙。", "附件第3号\n丙。"), "附件第1号\n甲。\n\n附件第2号\n乙。\n\n附件第3号\n丙。\n"},
		"an annex with its pages":   {pages("Annex 4, page No. 1\nA.", "Annex 4, page No. 2\nB.", "Annex 4, page No. 3\nC."), "A.\n\nB.\n\nC.\n"},
		"columns that are numbered": {pages("1 2 3 4 5 6 7\nA.", "2 2 3 4 5 6 7\nB.", "3 2 3 4 5 6 7\nC."), "1 2 3 4 5 6 7\nA.\n\n2 2 3 4 5 6 7\nB.\n\n3 2 3 4 5 6 7\nC.\n"},
	} {
		if got := joinPages(c.text); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Each number of a line may count the pages, and is compared with those of all pages.
func TestPagesOfNumbersCostWhatTheirLengthCosts(t *testing.T) {
	if testing.Short() {
		t.Skip("under the race detector, which -short stands for, regular expressions allocate anew each time")
	}
	const multiple = 300
	page := strings.Repeat("1 ", maxRunningRunes/2) + "\f"
	text := strings.Repeat(page, 2_000)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	joinPages(text)
	runtime.ReadMemStats(&after)
	if cost := (after.TotalAlloc - before.TotalAlloc) / uint64(len(text)); cost > multiple {
		t.Errorf("%d bytes were needed for each one", cost)
	}
}
