package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"unicode"

	"treatygraph/graph"
)

// An Encoding names how a text's characters are written as bytes, as the IANA registry of character sets does.
type Encoding string

// The encodings that texts are read in.
const (
	UTF8        Encoding = "UTF-8"
	UTF16LE     Encoding = "UTF-16LE"
	UTF16BE     Encoding = "UTF-16BE"
	GB18030     Encoding = "GB18030" // holds GBK and GB2312
	Windows1251 Encoding = "windows-1251"
	KOI8R       Encoding = "KOI8-R"
)

// maxControls is the share of control characters, beyond those that lay out lines, that a text may hold: old files have an end mark
// (U+001A) or printer codes here and there, binary files have them everywhere. A few are let pass in any text.
const (
	maxControls    = 0.002
	alwaysControls = 3
)

// ReadText decodes a document's bytes, as DecodeText does. The bytes are kept beside the text where decoding changed them. Errors are
// graph.ErrInvalid.
func ReadText(lang graph.Language, original []byte) (*graph.Text, error) {
	body, _, err := DecodeText(lang, original)
	if err != nil {
		return nil, err
	}
	return graph.NewText(lang, body, original), nil
}

// DecodeText finds the encoding of a text and returns the text in UTF-8, without a byte order mark and otherwise as it stands:
// characters of direction, line ends and odd spaces stay. What is taken, in this order:
//   - an encoding that a byte order mark names;
//   - UTF-8, where all bytes are UTF-8: other encodings are so by accident only when they are a few bytes long;
//   - what detect finds; the language breaks ties there.
//
// It refuses what is no text or too long, and guesses nothing: errors are graph.ErrInvalid, and say at which byte and what was tried. No
// more than graph.MaxTextBytes are ever decoded.
func DecodeText(lang graph.Language, original []byte) (string, Encoding, error) {
	if kind := binaryKind(original); kind != "" {
		return "", "", refused("the file is %s; give its text as a plain text file", kind)
	}
	if len(original) > graph.MaxTextBytes {
		return "", "", refused("text of %d bytes is longer than %d", len(original), graph.MaxTextBytes)
	}
	c, mark, err := marked(original)
	var text decoded
	switch {
	case err != nil:
		return "", "", err
	case c != nil:
		if text = c.decode(original[mark:]); text.malformed >= 0 {
			return "", "", refused("text has the byte order mark of %s but is malformed at byte %d", c.name, mark+text.malformed)
		}
	default:
		if c, text, err = detect(lang, original); err != nil {
			return "", "", err
		}
	}
	if text.cut >= 0 {
		return "", "", refused("text is longer than %d bytes when decoded from %s: they end at byte %d", graph.MaxTextBytes, c.name, mark+text.cut)
	}
	if err := checkCharacters(c, text.body, original, mark); err != nil {
		return "", "", err
	}
	return text.body, c.name, nil
}

func refused(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{graph.ErrInvalid}, args...)...)
}

// marks are the byte order marks. The longer stand first: that of UTF-32LE begins as that of UTF-16LE.
var marks = []struct {
	bytes   string
	charset *charset
}{
	{"\xFF\xFE\x00\x00", nil}, {"\x00\x00\xFE\xFF", nil}, // UTF-32
	{"\xEF\xBB\xBF", charsetUTF8}, {"\xFF\xFE", charsetUTF16LE}, {"\xFE\xFF", charsetUTF16BE}, {"\x84\x31\x95\x33", charsetGB18030},
}

// marked returns what the byte order mark says, and its length; nil where there is none.
func marked(original []byte) (*charset, int, error) {
	for _, m := range marks {
		if bytes.HasPrefix(original, []byte(m.bytes)) {
			if m.charset == nil {
				return nil, 0, refused("text has the byte order mark of UTF-32, which is not read: convert it to UTF-8")
			}
			return m.charset, len(m.bytes), nil
		}
	}
	return nil, 0, nil
}

// checkCharacters refuses a text that says nothing, one with NUL, and one with so many control characters that it is none.
func checkCharacters(c *charset, body string, original []byte, mark int) error {
	blank, runes, controls, first := true, 0, 0, 0
	for _, r := range body {
		switch {
		case r == 0:
			return refused("NUL at byte %d: the file is binary, or its encoding is not known", mark+c.offset(original[mark:], runes))
		case !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r):
			blank = false
		}
		if unicode.IsControl(r) && !unicode.IsSpace(r) { // U+0085 and what lays out lines are spaces
			if controls == 0 {
				first = runes
			}
			controls++
		}
		runes++
	}
	switch {
	case blank:
		return refused("the text is empty")
	case controls > alwaysControls && float64(controls) > maxControls*float64(runes):
		return refused("%d of %d characters are control characters, the first at byte %d: the file is binary", controls, runes, mark+c.offset(original[mark:], first))
	}
	return nil
}

// signatures are what files begin with that are handed in for texts by mistake.
var signatures = []struct{ bytes, kind string }{
	{"%PDF-", "a PDF"},
	{"%!PS", "PostScript"},
	{"{\\rtf", "an RTF document"},
	{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an old Office document (DOC, XLS or PPT)"},
	{"PK\x03\x04", "a ZIP archive (DOCX, ODT and EPUB are such)"},
	{"PK\x05\x06", "a ZIP archive (DOCX, ODT and EPUB are such)"},
	{"\x1F\x8B", "compressed with gzip"},
	{"BZh91AY&SY", "compressed with bzip2"},
	{"\xFD7zXZ\x00", "compressed with xz"},
	{"\x28\xB5\x2F\xFD", "compressed with zstd"},
	{"7z\xBC\xAF\x27\x1C", "a 7z archive"},
	{"Rar!\x1A\x07", "a RAR archive"},
	{"\x89PNG\r\n\x1A\n", "a PNG image"},
	{"\xFF\xD8\xFF", "a JPEG image"},
	{"GIF8", "a GIF image"},
	{"II*\x00", "a TIFF image"},
	{"MM\x00*", "a TIFF image"},
	{"AT&TFORM", "a DjVu document"},
	{"SQLite format 3\x00", "an SQLite database"},
	{"\x7FELF", "a program"},
}

// binaryKind names the format of a file that is no plain text, "" when no signature is known.
func binaryKind(original []byte) string {
	for _, s := range signatures {
		if bytes.HasPrefix(original, []byte(s.bytes)) {
			return s.kind
		}
	}
	return ""
}

// ReadFile reads a file of at most limit bytes, and refuses a longer one (graph.ErrInvalid) before reading it where its size is known;
// a pipe or a device, which have none, are read no further than that. Other errors are those of the file system.
func ReadFile(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := readOpen(f, limit)
	if errors.Is(err, graph.ErrInvalid) {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return content, err
}

func readOpen(f fs.File, limit int64) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, refused("a directory, not a file")
	}
	if info.Size() > limit {
		return nil, refused("file of %d bytes is longer than %d", info.Size(), limit)
	}
	var content bytes.Buffer
	content.Grow(int(info.Size()) + bytes.MinRead)
	n, err := content.ReadFrom(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if n > limit {
		return nil, refused("file is longer than %d bytes", limit)
	}
	return content.Bytes(), nil
}
