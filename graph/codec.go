package graph

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The canonical encoding of an assertion is JSON with a fixed order of fields, without spaces and without fields at their zero
// value; strings escape only what JSON demands. It is the body that every store keeps, so all give back the same bytes, and what
// statement IDs and digests are made of. The claim stands first, evidence last.

// AppendClaim appends the canonical encoding of a claim to b.
func AppendClaim(b []byte, c *Claim) []byte {
	return append(appendClaimFields(append(b, '{'), c), '}')
}

// AppendAssertion appends the canonical encoding of an assertion to b.
func AppendAssertion(b []byte, a *Assertion) []byte {
	return appendProvenance(appendClaimFields(append(b, '{'), &a.Claim), a)
}

// appendProvenance appends what stands behind the claim's fields: who says so, and why.
func appendProvenance(b []byte, a *Assertion) []byte {
	b = appendField(b, "dataset", string(a.Dataset))
	b = appendField(b, "rank", a.Rank.String())
	b = appendField(b, "reason", a.Reason)
	b = appendField(b, "method", a.Method.String())
	b = appendField(b, "rule", a.Rule)
	b = appendNumber(b, "confidence", int(a.Confidence))
	if len(a.Evidence) > 0 {
		b = append(appendKey(b, "evidence"), '[')
		for i := range a.Evidence {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendEvidence(b, &a.Evidence[i])
		}
		b = append(b, ']')
	}
	b = appendField(b, "redacted", string(a.Redacted))
	return append(b, '}')
}

func appendClaimFields(b []byte, c *Claim) []byte {
	b = appendField(b, "subject", string(c.Subject))
	b = appendField(b, "predicate", c.Predicate.String())
	b = appendField(b, "object", string(c.Object))
	if v := c.Value; v != nil {
		b = append(appendKey(b, "value"), '{')
		b = appendField(b, "kind", v.Kind.String())
		b = appendField(b, "text", v.Text)
		b = appendField(b, "lang", string(v.Lang))
		if v.Role != 0 {
			b = appendField(b, "role", v.Role.String())
		}
		if v.Scheme != 0 {
			b = appendField(b, "scheme", v.Scheme.String())
		}
		b = appendField(b, "id", v.ID)
		b = appendField(b, "amount", v.Amount)
		b = appendField(b, "unit", v.Unit)
		b = appendField(b, "date", v.Date.String())
		b = appendField(b, "hash", string(v.Hash))
		b = appendNumber(b, "start", v.Start)
		b = appendNumber(b, "end", v.End)
		b = append(b, '}')
	}
	b = appendField(b, "from", c.Valid.From.String())
	b = appendField(b, "to", c.Valid.To.String())
	if q := &c.Qualifiers; *q != (Qualifiers{}) {
		b = append(appendKey(b, "qualifiers"), '{')
		b = appendField(b, "effectiveOn", q.EffectiveOn.String())
		b = appendField(b, "depositary", string(q.Depositary))
		b = appendField(b, "place", string(q.Place))
		b = appendField(b, "onBehalfOf", string(q.OnBehalfOf))
		b = appendField(b, "vote", q.Vote)
		b = appendNumber(b, "ordinal", q.Ordinal)
		b = appendField(b, "role", q.Role)
		b = appendField(b, "note", q.Note)
		b = appendField(b, "about", string(q.About))
		b = append(b, '}')
	}
	return b
}

func appendEvidence(b []byte, e *Evidence) []byte {
	b = append(b, '{')
	b = appendField(b, "document", string(e.Document))
	b = appendField(b, "text", string(e.Text))
	b = appendField(b, "passage", string(e.Passage))
	b = appendNumber(b, "start", e.Start)
	b = appendNumber(b, "end", e.End)
	b = appendField(b, "quote", e.Quote)
	b = appendField(b, "lang", string(e.Lang))
	b = appendNumber(b, "score", int(e.Score))
	b = appendField(b, "reason", e.Reason)
	b = appendField(b, "citation", e.Citation)
	b = appendField(b, "url", e.URL)
	return append(b, '}')
}

// appendKey appends a comma where one is due, and the key.
func appendKey(b []byte, key string) []byte {
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	return append(append(append(b, '"'), key...), '"', ':')
}

func appendField(b []byte, key, value string) []byte {
	if value == "" {
		return b
	}
	return AppendString(appendKey(b, key), value)
}

func appendNumber(b []byte, key string, n int) []byte {
	if n == 0 {
		return b
	}
	return strconv.AppendInt(appendKey(b, key), int64(n), 10)
}

const hexDigits = "0123456789abcdef"

// AppendString appends a JSON string that escapes only what JSON demands.
func AppendString(b []byte, s string) []byte {
	b = append(b, '"')
	plain := 0
	for i := range len(s) {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[plain:i]...)
		plain = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return append(append(b, s[plain:]...), '"')
}

// Detail says how much of an assertion to decode.
type Detail uint8

// Shape decodes what the index keeps: the whole claim, and of each evidence item only its document. Full decodes everything.
const (
	Shape Detail = iota
	Full
)

// Decode reads a body in the canonical encoding into a, which is overwritten; its Value and its Evidence's memory are used again.
// Strings share the body's memory where they can. A body in any other form is ErrCorrupt.
func (a *Assertion) Decode(body string, detail Detail) error {
	r := reader{rest: body}
	value, evidence := a.Value, a.Evidence[:0]
	*a = Assertion{}
	r.literal("{")
	a.Subject = ID(r.field("subject"))
	a.Predicate = parsed(&r, "predicate", ParsePredicate)
	a.Object = ID(r.field("object"))
	if r.open("value") {
		if value == nil {
			value = new(Value)
		}
		*value = Value{}
		a.Value = value
		value.Kind = parsed(&r, "kind", parseValueKind)
		value.Text = r.field("text")
		value.Lang = Language(r.field("lang"))
		value.Role = parsed(&r, "role", ParseNameRole)
		value.Scheme = parsed(&r, "scheme", ParseScheme)
		value.ID = r.field("id")
		value.Amount = r.field("amount")
		value.Unit = r.field("unit")
		value.Date = parsed(&r, "date", ParseDate)
		value.Hash = TextHash(r.field("hash"))
		value.Start = r.number("start")
		value.End = r.number("end")
		r.literal("}")
	}
	a.Valid.From = parsed(&r, "from", ParseDate)
	a.Valid.To = parsed(&r, "to", ParseDate)
	if r.open("qualifiers") {
		q := &a.Qualifiers
		q.EffectiveOn = parsed(&r, "effectiveOn", ParseDate)
		q.Depositary = ID(r.field("depositary"))
		q.Place = ID(r.field("place"))
		q.OnBehalfOf = ID(r.field("onBehalfOf"))
		q.Vote = r.field("vote")
		q.Ordinal = r.number("ordinal")
		q.Role = r.field("role")
		q.Note = r.field("note")
		q.About = StatementID(r.field("about"))
		r.literal("}")
	}
	a.Dataset = ID(r.field("dataset"))
	a.Rank = parsed(&r, "rank", ParseRank)
	a.Reason = r.field("reason")
	a.Method = parsed(&r, "method", ParseMethod)
	a.Rule = r.field("rule")
	a.Confidence = Thousandths(r.number("confidence"))
	if r.key("evidence") {
		r.literal("[")
		for r.err == nil {
			evidence = append(evidence, Evidence{})
			r.evidence(&evidence[len(evidence)-1], detail)
			if !strings.HasPrefix(r.rest, ",") {
				break
			}
			r.literal(",")
			r.first = true
		}
		r.literal("]")
	}
	a.Redacted = Digest(r.field("redacted"))
	r.literal("}")
	if r.err == nil && r.rest != "" {
		r.fail("the end")
	}
	if len(evidence) > 0 {
		a.Evidence = evidence
	}
	return r.err
}

// DecodeAssertion reads a whole assertion, with memory of its own.
func DecodeAssertion(body string) (*Assertion, error) {
	a := new(Assertion)
	if err := a.Decode(body, Full); err != nil {
		return nil, err
	}
	return a, nil
}

func parseValueKind(s string) (ValueKind, error) {
	i, err := parseName(valueKindNames[:], "value kind", s)
	return ValueKind(i), err
}

// A reader takes the fields of a canonical encoding from the front of rest, in their fixed order. After an error it takes nothing.
type reader struct {
	rest  string
	first bool // no field of the object was read yet
	err   error
}

func (r *reader) fail(want string) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: body is not a canonical assertion: want %s before %s", ErrCorrupt, want, quote(r.rest))
	}
}

func (r *reader) literal(s string) {
	if r.err != nil {
		return
	}
	if !strings.HasPrefix(r.rest, s) {
		r.fail(strconv.Quote(s))
		return
	}
	r.rest = r.rest[len(s):]
	r.first = s == "{"
}

// key takes the key if it comes next.
func (r *reader) key(key string) bool {
	rest := r.rest
	if !r.first {
		if rest == "" || rest[0] != ',' {
			return false
		}
		rest = rest[1:]
	}
	if r.err != nil || len(rest) < len(key)+3 || rest[0] != '"' || rest[1:1+len(key)] != key || rest[1+len(key)] != '"' || rest[2+len(key)] != ':' {
		return false
	}
	r.rest = rest[len(key)+3:]
	r.first = false
	return true
}

// open takes the key and the brace that follows it.
func (r *reader) open(key string) bool {
	if !r.key(key) {
		return false
	}
	r.literal("{")
	return r.err == nil
}

func (r *reader) field(key string) string {
	if !r.key(key) {
		return ""
	}
	return r.string()
}

func parsed[T any](r *reader, key string, parse func(string) (T, error)) T {
	var zero T
	if !r.key(key) {
		return zero
	}
	v, err := parse(r.string())
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("%w: body: %s: %w", ErrCorrupt, key, err)
	}
	return v
}

func (r *reader) number(key string) int {
	if !r.key(key) {
		return 0
	}
	end := 0
	for end < len(r.rest) && (r.rest[end] >= '0' && r.rest[end] <= '9' || r.rest[end] == '-') {
		end++
	}
	n, err := strconv.Atoi(r.rest[:end])
	if digits := strings.TrimPrefix(r.rest[:end], "-"); err != nil || digits[0] == '0' {
		r.fail("a number")
		return 0
	}
	r.rest = r.rest[end:]
	return n
}

// string takes a quoted string; one without escapes is cut from rest, not copied.
func (r *reader) string() string {
	if r.err != nil {
		return ""
	}
	end := r.stringEnd()
	if end < 0 {
		r.fail("a string")
		return ""
	}
	quoted := r.rest[1:end]
	r.rest = r.rest[end+1:]
	if strings.IndexByte(quoted, '\\') < 0 {
		return quoted
	}
	return r.unescape(quoted)
}

// stringEnd returns where the closing quote of the string at the front stands, -1 without one.
func (r *reader) stringEnd() int {
	if r.rest == "" || r.rest[0] != '"' {
		return -1
	}
	for from := 1; ; {
		i := strings.IndexByte(r.rest[from:], '"')
		if i < 0 {
			return -1
		}
		end := from + i
		slashes := 0
		for r.rest[end-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return end
		}
		from = end + 1
	}
}

func (r *reader) unescape(s string) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b = append(b, s[i])
			continue
		}
		i++
		switch c := s[i]; c {
		case '"', '\\':
			b = append(b, c)
		case 'n':
			b = append(b, '\n')
		case 'r':
			b = append(b, '\r')
		case 't':
			b = append(b, '\t')
		case 'u':
			if i+5 > len(s) {
				r.fail("an escape")
				return ""
			}
			n, err := strconv.ParseUint(s[i+1:i+5], 16, 16)
			if err != nil || n >= utf8.RuneSelf {
				r.fail("an escape")
				return ""
			}
			b = append(b, byte(n))
			i += 4
		default:
			r.fail("an escape")
			return ""
		}
	}
	return string(b)
}

// skip passes over a string field that the shape leaves out.
func (r *reader) skip(key string) {
	if !r.key(key) {
		return
	}
	end := r.stringEnd()
	if end < 0 {
		r.fail("a string")
		return
	}
	r.rest = r.rest[end+1:]
}

func (r *reader) evidence(e *Evidence, detail Detail) {
	r.literal("{")
	e.Document = ID(r.field("document"))
	if detail == Full {
		e.Text = TextHash(r.field("text"))
		e.Passage = ID(r.field("passage"))
		e.Start = r.number("start")
		e.End = r.number("end")
		e.Quote = r.field("quote")
		e.Lang = Language(r.field("lang"))
		e.Score = Thousandths(r.number("score"))
		e.Reason = r.field("reason")
		e.Citation = r.field("citation")
		e.URL = r.field("url")
	} else {
		r.skip("text")
		r.skip("passage")
		r.number("start")
		r.number("end")
		r.skip("quote")
		r.skip("lang")
		r.number("score")
		r.skip("reason")
		r.skip("citation")
		r.skip("url")
	}
	r.literal("}")
}
