package archive

import (
	"encoding/base64"
	"hash/crc32"
	"strconv"

	"treatygraph/graph"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// AppendText appends the line of a text to b.
func AppendText(b []byte, t *graph.Text) []byte {
	b = append(append(append(b, `{"text":"`...), t.Hash...), `","lang":"`...)
	b = append(append(b, t.Lang...), '"')
	if t.Redacted {
		return append(b, ",\"redacted\":true}\n"...)
	}
	b = append(b, `,"body":`...)
	b = graph.AppendString(b, t.Body)
	if len(t.Original) > 0 {
		b = append(b, `,"original":"`...)
		b = append(base64.StdEncoding.AppendEncode(b, t.Original), '"')
	}
	return append(b, "}\n"...)
}

// text takes the line that AppendText appends. Whether the body is what its hash says is not looked at.
func (f *fields) text() *graph.Text {
	t := new(graph.Text)
	t.Hash = graph.TextHash(f.literal(`{"text":`).string())
	t.Lang = graph.Language(f.literal(`,"lang":`).string())
	if t.Redacted = f.optional(`,"redacted":true`); t.Redacted {
		f.literal(`}`).end()
		return t
	}
	t.Body = f.literal(`,"body":`).string()
	if f.optional(`,"original":`) {
		t.Original = f.base64()
	}
	f.literal(`}`).end()
	return t
}

// AppendAssertion appends the line of a version of an assertion to b. The body is the canonical encoding.
func AppendAssertion(b []byte, ref graph.Ref, body string) []byte {
	b = appendRef(append(b, '{'), ref)
	b = append(b, `,"sum":"`...)
	b = appendSum(b, []byte(body))
	return append(append(append(b, `","body":`...), body...), "}\n"...)
}

// assertion takes the line that AppendAssertion appends. Whether the body is an assertion is not looked at.
func (f *fields) assertion() (v graph.Version) {
	v.Ref = f.literal(`{`).ref()
	sum := f.literal(`,"sum":`).string()
	body := f.literal(`,"body":`).before(`}`)
	if f.err == "" && sum != string(appendSum(nil, body)) {
		f.err = "the body is not what its sum says: it was changed, or the sum was"
	}
	v.Body = string(body)
	return v
}

func appendSum(b, body []byte) []byte {
	sum := crc32.Checksum(body, castagnoli)
	for shift := 28; shift >= 0; shift -= 4 {
		b = append(b, "0123456789abcdef"[sum>>shift&15])
	}
	return b
}

func appendRef(b []byte, ref graph.Ref) []byte {
	b = append(append(append(b, `"statement":"`...), ref.Statement...), `","dataset":"`...)
	b = append(append(b, ref.Dataset...), `","from":`...)
	return strconv.AppendUint(b, uint64(ref.From), 10)
}

func (f *fields) ref() (ref graph.Ref) {
	ref.Statement = graph.StatementID(f.literal(`"statement":`).string())
	ref.Dataset = graph.ID(f.literal(`,"dataset":`).string())
	ref.From = graph.RevisionNumber(f.literal(`,"from":`).number())
	return ref
}

func appendClosing(b []byte, ref graph.Ref) []byte {
	return append(appendRef(append(b, `{"closes":{`...), ref), "}}\n"...)
}

func (f *fields) closing() graph.Ref {
	ref := f.literal(`{"closes":{`).ref()
	f.literal(`}}`).end()
	return ref
}

// A header is the first line.
type header struct {
	revision graph.RevisionNumber // the last one
	digest   graph.Digest         // its digest
}

func appendHeader(b []byte, h header) []byte {
	b = strconv.AppendUint(append(b, `{"treatygraph":"history","version":`...), version, 10)
	b = strconv.AppendUint(append(b, `,"revision":`...), uint64(h.revision), 10)
	b = append(append(b, `,"digest":"`...), h.digest...)
	return append(b, "\"}\n"...)
}

func (f *fields) header() (h header) {
	if n := f.literal(`{"treatygraph":"history","version":`).number(); f.err == "" && n != version {
		f.err = "the file is of version " + strconv.FormatUint(n, 10) + ", this program knows version " + strconv.Itoa(version)
	}
	h.revision = graph.RevisionNumber(f.literal(`,"revision":`).number())
	h.digest = graph.Digest(f.literal(`,"digest":`).string())
	f.literal(`}`).end()
	return h
}

func appendRevision(b []byte, r *graph.Revision, texts int) []byte {
	b = strconv.AppendUint(append(b, `{"revision":{"number":`...), uint64(r.Number), 10)
	b = append(r.At.UTC().AppendFormat(append(b, `,"at":"`...), timeLayout), '"')
	b = graph.AppendString(append(b, `,"key":`...), r.Key)
	b = append(append(b, `,"batchDigest":"`...), r.BatchDigest...)
	b = append(append(b, `","digest":"`...), r.Digest...)
	b = graph.AppendString(append(b, `","author":`...), r.Author)
	b = graph.AppendString(append(b, `,"summary":`...), r.Summary)
	b = strconv.AppendInt(append(b, `,"written":`...), int64(r.Written), 10)
	b = strconv.AppendInt(append(b, `,"closed":`...), int64(r.Closed), 10)
	b = strconv.AppendInt(append(b, `,"texts":`...), int64(texts), 10)
	return append(b, "}}\n"...)
}

func (f *fields) revision() (r graph.Revision, texts int) {
	r.Number = graph.RevisionNumber(f.literal(`{"revision":{"number":`).number())
	r.At = f.literal(`,"at":`).time()
	r.Key = f.literal(`,"key":`).string()
	r.BatchDigest = graph.Digest(f.literal(`,"batchDigest":`).string())
	r.Digest = graph.Digest(f.literal(`,"digest":`).string())
	r.Author = f.literal(`,"author":`).string()
	r.Summary = f.literal(`,"summary":`).string()
	r.Written = int(f.literal(`,"written":`).number())
	r.Closed = int(f.literal(`,"closed":`).number())
	texts = int(f.literal(`,"texts":`).number())
	f.literal(`}}`).end()
	return r, texts
}

func appendEnd(b []byte, s *Summary, sum string) []byte {
	b = strconv.AppendInt(append(b, `{"end":{"revisions":`...), int64(s.Revisions), 10)
	b = strconv.AppendInt(append(b, `,"assertions":`...), int64(s.Assertions), 10)
	b = strconv.AppendInt(append(b, `,"closings":`...), int64(s.Closings), 10)
	b = strconv.AppendInt(append(b, `,"texts":`...), int64(s.Texts), 10)
	b = append(append(b, `,"sha256":"`...), sum...)
	return append(b, "\"}}\n"...)
}

func (f *fields) endLine() (s Summary, sum string) {
	s.Revisions = int(f.literal(`{"end":{"revisions":`).number())
	s.Assertions = int(f.literal(`,"assertions":`).number())
	s.Closings = int(f.literal(`,"closings":`).number())
	s.Texts = int(f.literal(`,"texts":`).number())
	sum = f.literal(`,"sha256":`).string()
	f.literal(`}}`).end()
	return s, sum
}
