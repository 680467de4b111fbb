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
	statementCursor  = 's'
	entityCursor     = 'e'
	partCursor       = 'p'
	occurrenceCursor = 'o'
)

var cursorText = base64.RawURLEncoding.Strict()

// statement: 's', which list, incoming, day (4 bytes), hash, predicate's name.
const statementCursorFixed = 7 + graph.HashSize

// A statementList tells lists of statements apart by what a place in them depends on.
type statementList byte

const (
	listOrderShift = 2
	listOfAll      = 0x80
)

// listOf is the list of one entity's statements.
func listOf(d Direction, o StatementOrder) statementList {
	return statementList(byte(o)<<listOrderShift | byte(d))
}

// listOfClaims is the list of all statements.
func listOfClaims(o StatementOrder) statementList { return listOfAll | listOf(Both, o) }

// admits tells whether a place can be in the list.
func (l statementList) admits(p *topology.Position) bool {
	switch d := Direction(l & (1<<listOrderShift - 1)); {
	case d == In:
		return p.Incoming
	case d == Out, l&listOfAll != 0:
		return !p.Incoming
	default:
		return true
	}
}

func encodeStatementCursor(l statementList, p topology.Position) string {
	var room [64]byte
	b := append(room[:0], statementCursor, byte(l), 0)
	if p.Incoming {
		b[2] = 1
	}
	b = binary.BigEndian.AppendUint32(b, uint32(p.Day-graph.MinDay))
	b = append(b, p.Hash[:]...)
	b = append(b, p.Predicate.String()...)
	return cursorText.EncodeToString(b)
}

func decodeStatementCursor(l statementList, cursor string) (*topology.Position, error) {
	b, err := cursorText.DecodeString(cursor)
	if err != nil || len(b) <= statementCursorFixed || b[0] != statementCursor || b[1] != byte(l) || b[2] > 1 {
		return nil, badCursor(cursor)
	}
	p := &topology.Position{Incoming: b[2] == 1, Day: graph.Day(binary.BigEndian.Uint32(b[3:])) + graph.MinDay}
	copy(p.Hash[:], b[7:])
	if p.Predicate, err = graph.ParsePredicate(string(b[statementCursorFixed:])); err != nil || p.Day < graph.MinDay || p.Day > graph.MaxDay || !l.admits(p) {
		return nil, badCursor(cursor)
	}
	return p, nil
}

// entity: 'e', order, length of the language (by label only) and the language, length of the key's text and the text (not by ID), ID.
func encodeEntityCursor(order EntityOrder, lang graph.Language, p entityPosition) string {
	b := append([]byte{}, entityCursor, byte(order))
	if order == OrderLabel {
		b = append(append(b, byte(len(lang))), lang...)
	}
	if order != OrderID {
		b = append(binary.AppendUvarint(b, uint64(len(p.text))), p.text...)
	}
	return cursorText.EncodeToString(append(b, p.id...))
}

// decodeEntityCursor reads the position without its key.
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
	}
	if order != OrderID {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)-size) || order != OrderLabel && n != numberKeySize {
			return p, badCursor(cursor)
		}
		p.text, b = string(b[size:size+int(n)]), b[size+int(n):]
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

// part: 'p', kind, ID.
func encodePartCursor(kind graph.Kind, id graph.ID) string {
	return cursorText.EncodeToString(append([]byte{partCursor, byte(kind)}, id...))
}

func decodePartCursor(kind graph.Kind, cursor string) (graph.ID, error) {
	b, err := cursorText.DecodeString(cursor)
	if err != nil || len(b) < 3 || b[0] != partCursor || graph.Kind(b[1]) != kind {
		return "", badCursor(cursor)
	}
	id, err := graph.ParseID(string(b[2:]))
	if err != nil || id.Kind() != kind {
		return "", badCursor(cursor)
	}
	return id, nil
}

// EncodeOccurrence returns the cursor of an occurrence in a list of mentions of things (linked) or of words without a thing: 'o', which list, start and
// end (4 bytes each), length of the unit's ID and the ID, entity.
func EncodeOccurrence(linked bool, o Occurrence) string {
	b := []byte{occurrenceCursor, 0}
	if linked {
		b[1] = 1
	}
	b = binary.BigEndian.AppendUint32(b, uint32(o.Start))
	b = binary.BigEndian.AppendUint32(b, uint32(o.End))
	b = append(append(b, byte(len(o.Unit))), o.Unit...)
	return cursorText.EncodeToString(append(b, o.Entity...))
}

// DecodeOccurrence reads such a cursor. The only error is ErrCursor.
func DecodeOccurrence(linked bool, cursor string) (Occurrence, error) {
	b, err := cursorText.DecodeString(cursor)
	if err != nil || len(b) < 11 || b[0] != occurrenceCursor || (b[1] == 1) != linked || b[1] > 1 || len(b) < 11+int(b[10]) {
		return Occurrence{}, badCursor(cursor)
	}
	o := Occurrence{Start: int(binary.BigEndian.Uint32(b[2:])), End: int(binary.BigEndian.Uint32(b[6:]))}
	unit, entity := string(b[11:11+int(b[10])]), string(b[11+int(b[10]):])
	if o.Unit, err = graph.ParseID(unit); err != nil || linked != (entity != "") {
		return Occurrence{}, badCursor(cursor)
	}
	if linked {
		if o.Entity, err = graph.ParseID(entity); err != nil {
			return Occurrence{}, badCursor(cursor)
		}
	}
	return o, nil
}
