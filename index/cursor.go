package index

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

// A cursor is the base64url form of a short binary key: what list it belongs to, and a place in the list's order, which is a property
// of the item itself. So it stays good whatever is written, and over every as-of and filter of the same list.
const (
	statementCursor = 's'
	entityCursor    = 'e'
)

var cursorText = base64.RawURLEncoding.Strict()

// statement: 's', direction, incoming, day (4 bytes), hash, predicate's name.
const statementCursorFixed = 7 + graph.HashSize

func encodeStatementCursor(d Direction, p topology.Position) string {
	var room [64]byte
	b := append(room[:0], statementCursor, byte(d), 0)
	if p.Incoming {
		b[2] = 1
	}
	b = binary.BigEndian.AppendUint32(b, uint32(p.Day-graph.MinDay))
	b = append(b, p.Hash[:]...)
	b = append(b, p.Predicate.String()...)
	return cursorText.EncodeToString(b)
}

func decodeStatementCursor(d Direction, cursor string) (*topology.Position, error) {
	b, err := cursorText.DecodeString(cursor)
	if err != nil || len(b) <= statementCursorFixed || b[0] != statementCursor || b[1] != byte(d) || b[2] > 1 {
		return nil, badCursor(cursor)
	}
	p := &topology.Position{Incoming: b[2] == 1, Day: graph.Day(binary.BigEndian.Uint32(b[3:])) + graph.MinDay}
	copy(p.Hash[:], b[7:])
	if p.Predicate, err = graph.ParsePredicate(string(b[statementCursorFixed:])); err != nil || p.Day < graph.MinDay || p.Day > graph.MaxDay ||
		d == Out && p.Incoming || d == In && !p.Incoming {
		return nil, badCursor(cursor)
	}
	return p, nil
}

// entity: 'e', order, length of the language (by label only) and the language, length of the label and the label, ID.
type entityPosition struct {
	label string // empty for OrderID
	id    graph.ID
}

func encodeEntityCursor(order EntityOrder, lang graph.Language, p entityPosition) string {
	b := append([]byte{}, entityCursor, byte(order))
	if order == OrderLabel {
		b = append(append(b, byte(len(lang))), lang...)
		b = append(binary.AppendUvarint(b, uint64(len(p.label))), p.label...)
	}
	return cursorText.EncodeToString(append(b, p.id...))
}

func decodeEntityCursor(order EntityOrder, lang graph.Language, cursor string) (p entityPosition, err error) {
	b, err := cursorText.DecodeString(cursor)
	if err != nil || len(b) < 3 || b[0] != entityCursor || b[1] != byte(order) {
		return p, badCursor(cursor)
	}
	b = b[2:]
	if order == OrderLabel {
		if len(b) < 1+len(lang) || int(b[0]) != len(lang) || string(b[1:1+len(lang)]) != string(lang) {
			return p, badCursor(cursor)
		}
		b = b[1+len(lang):]
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)-size) {
			return p, badCursor(cursor)
		}
		p.label, b = string(b[size:size+int(n)]), b[size+int(n):]
	}
	if p.id, err = graph.ParseID(string(b)); err != nil {
		return p, badCursor(cursor)
	}
	return p, nil
}

func badCursor(cursor string) error {
	const most = 80 // shown of a cursor that may be anything
	if len(cursor) > most {
		cursor = cursor[:most]
	}
	return fmt.Errorf("%w: %q", ErrCursor, cursor)
}
