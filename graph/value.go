package graph

import "fmt"

// A ValueKind tells which fields of a Value count. The zero ValueKind means: no value.
type ValueKind uint8

// The kinds of values.
const (
	ValueNone ValueKind = iota
	ValueText
	ValueName
	ValueIdentifier
	ValueQuantity
	ValueDate
	ValueSpan
	valueKindEnd
)

var valueKindNames = [valueKindEnd]string{"NONE", "TEXT", "NAME", "IDENTIFIER", "QUANTITY", "DATE", "SPAN"}

// String returns the name of the kind of value, for example "QUANTITY".
func (k ValueKind) String() string {
	if k >= valueKindEnd {
		return "NONE"
	}
	return valueKindNames[k]
}

// A Value is what a statement says in place of an object. Kind decides which fields count; the others are empty.
type Value struct {
	Kind   ValueKind
	Text   string   // ValueText, ValueName: the words, NFC or not as the source has them
	Lang   Language // ValueText, ValueName: their language; may be empty for ValueText only
	Role   NameRole // ValueName
	Scheme Scheme   // ValueIdentifier
	ID     string   // ValueIdentifier: the canonical form that ParseIdentifier gives
	Amount string   // ValueQuantity: a decimal number such as "17.4", without exponent
	Unit   string   // ValueQuantity: a unit such as "t" (UCUM where it has one, else an ISO 4217 code or a plain word)
	Date   Date     // ValueDate
	Hash   TextHash // ValueSpan: the text
	Start  int      // ValueSpan: first code point of the text
	End    int      // ValueSpan: the code point after the last
}

// NameValue returns n as a value.
func NameValue(n Name) Value { return Value{Kind: ValueName, Text: n.Text, Lang: n.Lang, Role: n.Role} }

// Name returns the name a value of ValueName holds.
func (v *Value) Name() Name { return Name{Text: v.Text, Lang: v.Lang, Role: v.Role} }

// IdentifierValue returns i as a value.
func IdentifierValue(i Identifier) Value {
	return Value{Kind: ValueIdentifier, Scheme: i.Scheme, ID: i.Value}
}

// Identifier returns the identifier a value of ValueIdentifier holds.
func (v *Value) Identifier() Identifier { return Identifier{Scheme: v.Scheme, Value: v.ID} }

// check returns what is wrong with the value itself; that a span lies inside its text is for Check, which has the text.
func (v *Value) check() error {
	want := Value{Kind: v.Kind}
	switch v.Kind {
	case ValueText:
		want.Text, want.Lang = v.Text, v.Lang
		if v.Text == "" {
			return fmt.Errorf("text is empty")
		}
		if len(v.Text) > MaxValueBytes {
			return fmt.Errorf("text is longer than %d bytes", MaxValueBytes)
		}
		if err := checkUTF8(v.Text); err != nil {
			return fmt.Errorf("text: %w", err)
		}
		if v.Lang != "" {
			if err := v.Lang.check(); err != nil {
				return err
			}
		}
	case ValueName:
		want.Text, want.Lang, want.Role = v.Text, v.Lang, v.Role
		if err := v.Name().Valid(); err != nil {
			return err
		}
		if err := v.Lang.check(); err != nil {
			return err
		}
	case ValueIdentifier:
		want.Scheme, want.ID = v.Scheme, v.ID
		canonical, err := ParseIdentifier(v.Scheme, v.ID)
		if err != nil {
			return err
		}
		if canonical.Value != v.ID {
			return fmt.Errorf("identifier %s is not in its canonical form %s", quote(v.ID), quote(canonical.Value))
		}
	case ValueQuantity:
		want.Amount, want.Unit = v.Amount, v.Unit
		if err := checkDecimal(v.Amount); err != nil {
			return err
		}
		if len(v.Unit) > 40 || checkUTF8(v.Unit) != nil {
			return fmt.Errorf("unit %s is not a short text", quote(v.Unit))
		}
	case ValueDate:
		want.Date = v.Date
		if v.Date.IsZero() || v.Date.IsOpen() {
			return fmt.Errorf("date is not stated")
		}
	case ValueSpan:
		want.Hash, want.Start, want.End = v.Hash, v.Start, v.End
		if err := v.Hash.check(); err != nil {
			return err
		}
		if v.Start < 0 || v.End < v.Start {
			return fmt.Errorf("span [%d, %d) is not an interval of code points", v.Start, v.End)
		}
	default:
		return fmt.Errorf("value has no kind")
	}
	if *v != want {
		return fmt.Errorf("a %s value has fields of another kind set", v.Kind)
	}
	return nil
}

// check tells whether the language is a BCP 47 tag in canonical form.
func (l Language) check() error {
	canonical, err := ParseLanguage(string(l))
	if err != nil {
		return err
	}
	if canonical != l {
		return fmt.Errorf("language %s is not in its canonical form %s", quote(string(l)), quote(string(canonical)))
	}
	return nil
}

// checkDecimal accepts an optional minus, digits, and an optional fraction: 1, 17.4, -3; at most 40 bytes, no leading zeros.
func checkDecimal(s string) error {
	err := fmt.Errorf("amount %s is not a decimal number such as 17.4", quote(s))
	digits := s
	if digits != "" && digits[0] == '-' {
		digits = digits[1:]
	}
	if len(digits) == 0 || len(digits) > 40 {
		return err
	}
	point := -1
	for i := range len(digits) {
		switch c := digits[i]; {
		case c >= '0' && c <= '9':
		case c == '.' && point < 0 && i > 0 && i < len(digits)-1:
			point = i
		default:
			return err
		}
	}
	whole := digits
	if point >= 0 {
		whole = digits[:point]
	}
	if len(whole) > 1 && whole[0] == '0' {
		return err
	}
	return nil
}
