package archive

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"treatygraph/graph"
)

// fields takes the parts of a line from its front, each in the one form that it has. After an error it takes nothing.
type fields struct {
	rest []byte
	err  string
}

// shown is how much of a line an error repeats.
const shown = 40

func (f *fields) fail(want string) {
	if f.err != "" {
		return
	}
	if len(f.rest) == 0 {
		f.err = "it ends where " + want + " is due"
		return
	}
	f.err = fmt.Sprintf("%.*q stands where %s is due", shown, f.rest, want)
}

func (f *fields) literal(s string) *fields {
	if !f.optional(s) {
		f.fail(s)
	}
	return f
}

// optional takes s if it comes next.
func (f *fields) optional(s string) bool {
	if f.err != "" || len(f.rest) < len(s) || string(f.rest[:len(s)]) != s {
		return false
	}
	f.rest = f.rest[len(s):]
	return true
}

func (f *fields) end() {
	if len(f.rest) > 0 {
		f.fail("the end of the line")
	}
}

// before takes everything but the given end.
func (f *fields) before(end string) []byte {
	if !bytes.HasSuffix(f.rest, []byte(end)) {
		f.rest = f.rest[len(f.rest):]
		f.fail(end)
		return nil
	}
	taken := f.rest[:len(f.rest)-len(end)]
	f.rest = nil
	return taken
}

// string takes a string that escapes only what must be.
func (f *fields) string() string {
	if f.err != "" {
		return ""
	}
	end, plain := closingQuote(f.rest)
	if end < 0 {
		f.fail("a string")
		return ""
	}
	raw := f.rest[:end+1]
	s := string(raw[1:end])
	if !plain {
		if err := json.Unmarshal(raw, &s); err != nil || !bytes.Equal(graph.AppendString(nil, s), raw) {
			f.fail("a string without needless escapes")
			return ""
		}
	}
	f.rest = f.rest[end+1:]
	return s
}

// closingQuote returns where the string at the front ends, -1 without one, and whether it stands for itself.
func closingQuote(b []byte) (end int, plain bool) {
	if len(b) == 0 || b[0] != '"' {
		return -1, false
	}
	plain = true
	for i := 1; i < len(b); i++ {
		switch c := b[i]; {
		case c == '"':
			return i, plain
		case c == '\\':
			i++
			plain = false
		case c < ' ':
			plain = false
		}
	}
	return -1, false
}

func (f *fields) number() uint64 {
	end := 0
	for end < len(f.rest) && f.rest[end] >= '0' && f.rest[end] <= '9' {
		end++
	}
	n, err := strconv.ParseUint(string(f.rest[:end]), 10, 63)
	if err != nil || end > 1 && f.rest[0] == '0' {
		f.fail("a number")
		return 0
	}
	f.rest = f.rest[end:]
	return n
}

func (f *fields) time() time.Time {
	s := f.string()
	t, err := time.Parse(timeLayout, s)
	if f.err == "" && (err != nil || t.Format(timeLayout) != s) {
		f.err = fmt.Sprintf("%q is not a time of the form %s", s, timeLayout)
	}
	return t
}

func (f *fields) base64() []byte {
	s := f.string()
	b, err := base64.StdEncoding.DecodeString(s)
	if f.err == "" && (err != nil || len(b) == 0 || base64.StdEncoding.EncodeToString(b) != s) {
		f.err = "what stands as original is not base64"
	}
	return b
}
