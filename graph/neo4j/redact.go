package neo4j

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"treatygraph/graph"
)

// Redact implements graph.Redactor. The server's transaction logs and the files of its store may hold what was removed for some time yet:
// docs/operations.md says how to have them go.
func (s *Store) Redact(ctx context.Context, r *graph.Redaction) (graph.Receipt, error) {
	p, err := graph.PrepareRedaction(r)
	if err != nil {
		return graph.Receipt{}, err
	}
	call, leave, err := s.begin(ctx)
	if err != nil {
		return graph.Receipt{}, err
	}
	defer leave()
	return s.attempt(ctx, call, r.Key, p.Repeats, func() (graph.Receipt, bool, error) { return s.redact(call, r.Key, p) })
}

func (s *Store) redact(ctx context.Context, key string, p *graph.PreparedRedaction) (receipt graph.Receipt, lost bool, err error) {
	identity := uuid.NewString()
	s.ours.Store(identity, true) // before others can read it
	lost, err = s.write(ctx, func(t *transaction) error {
		receipt = graph.Receipt{}
		last, err := s.lock(t)
		if err != nil {
			return err
		}
		found, first, err := revisionOfKey(t, key)
		if err != nil {
			return err
		}
		if found {
			receipt, err = p.Repeats(first)
			return err
		}
		bodies, texts, err := loadRedacted(t, p)
		if err != nil {
			return err
		}
		removal, err := p.Check(bodies, texts)
		if err != nil {
			return err
		}
		if removal == nil {
			receipt.Repeated = true
			return nil
		}
		removal.Plan.Number(last.Head, last.at, s.clock())
		if err := remove(t, removal, identity); err != nil {
			return err
		}
		if err := writeRecord(t, removal.Plan, &last, nil); err != nil {
			return err
		}
		receipt.Revision = removal.Plan.Change.Revision
		return nil
	})
	if receipt.Repeated && lost {
		return receipt, false, nil
	}
	return receipt, lost, err
}

// loadRedacted returns the bodies of the versions, and which of the texts are redacted.
func loadRedacted(t *transaction, p *graph.PreparedRedaction) (map[graph.Ref]string, map[graph.TextHash]bool, error) {
	const versions = `
		UNWIND $rows AS row
		MATCH (x:Record {statement: row[0], dataset: row[1], from: row[2]}) USING INDEX x:Record(statement, dataset, from)
		RETURN x.statement, x.dataset, x.from, x.body`
	const hashes = `
		UNWIND $list AS hash
		MATCH (t:Text {hash: hash}) USING INDEX t:Text(hash)
		RETURN t.hash, t.body = ''`
	bodies, texts := make(map[graph.Ref]string, len(p.Refs)), make(map[graph.TextHash]bool, len(p.Texts))
	for some := range slices.Chunk(p.Refs, refsPerQuery) {
		rows := make([]any, len(some))
		for i, ref := range some {
			rows[i] = []any{string(ref.Statement), string(ref.Dataset), int64(ref.From)}
		}
		if err := t.run(versions, params{"rows": rows}, func(row []any) error {
			bodies[graph.Ref{Statement: graph.StatementID(str(row[0])), Dataset: graph.ID(str(row[1])), From: graph.RevisionNumber(integer(row[2]))}] = str(row[3])
			return nil
		}); err != nil {
			return nil, nil, err
		}
	}
	err := list(t, hashes, p.Texts, func(row []any) error {
		texts[graph.TextHash(str(row[0]))] = row[1] == true
		return nil
	})
	return bodies, texts, err
}

// remove puts tombstones in place of bodies and texts, gives the store its new identity, and brings the projection to what is left.
func remove(t *transaction, r *graph.Removal, identity string) error {
	const versions = `
		UNWIND $rows AS row
		MATCH (x:Record {statement: row[0], dataset: row[1], from: row[2]}) USING INDEX x:Record(statement, dataset, from)
		SET x.body = row[3], x.object = null`
	const texts = `
		UNWIND $list AS hash
		MATCH (t:Text {hash: hash}) USING INDEX t:Text(hash)
		SET t.body = '', t.original = null`
	const rename = `MATCH (c:Counter {one: 1}) SET c.store = $store`
	statements := make([]graph.StatementID, len(r.Versions))
	rows := make([]any, len(r.Versions))
	for i := range r.Versions {
		v := &r.Versions[i]
		statements[i] = v.Ref.Statement
		rows[i] = []any{string(v.Ref.Statement), string(v.Ref.Dataset), int64(v.Ref.From), v.Body}
	}
	slices.Sort(statements)
	statements = slices.Compact(statements)
	open, err := loadOpen(t, statements)
	if err != nil {
		return err
	}
	before, after := make(said), make(said)
	for _, id := range statements {
		before[id], after[id] = open.bodies(id), open.bodies(id)
	}
	for i := range r.Versions {
		if v := &r.Versions[i]; open.at(v.Ref).from == v.Ref.From {
			after[v.Ref.Statement][v.Ref.Dataset] = v.Body
		}
	}
	d, err := compareSaid(before, after)
	if err != nil {
		return err
	}
	if len(rows) > 0 {
		if err := t.run(versions, params{"rows": rows}, nil); err != nil {
			return err
		}
	}
	if err := list(t, texts, r.Texts, nil); err != nil {
		return err
	}
	if err := t.run(rename, params{"store": identity}, nil); err != nil {
		return err
	}
	return d.write(t)
}
