package neo4j

import (
	"context"
	"fmt"
	"time"

	bolt "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

const (
	// few nodes and relationships are deleted in one transaction of some 10 MB; more go in batches.
	few = 10_000
	// patience is what the deletion of few may take before it is taken to wait for somebody's lock: it takes milliseconds.
	patience = 5 * time.Second
	// lastPatience is the same when nobody should be left to wait for.
	lastPatience = 60 * time.Second
)

// empty deletes all nodes and relationships and keeps the schema. When clients that are dead, or a test forgot, hold locks, it ends
// their transactions.
func empty(ctx context.Context, driver bolt.DriverWithContext) error {
	count, err := size(ctx, driver)
	if err != nil || count == 0 {
		return err
	}
	if count <= few {
		if err = deleteFew(ctx, driver, patience); err == nil {
			return nil
		}
	}
	if err := endOthers(ctx, driver); err != nil {
		return err
	}
	if count <= few {
		return deleteFew(ctx, driver, lastPatience)
	}
	return deleteMany(ctx, driver)
}

// size is the number of nodes and relationships, two numbers that Neo4j has at hand.
func size(ctx context.Context, driver bolt.DriverWithContext) (sum int64, err error) {
	const counts = `MATCH (n) RETURN count(n) AS number UNION ALL MATCH ()-[r]->() RETURN count(r) AS number`
	list, err := query(ctx, driver, counts, nil, bolt.WithTxTimeout(patience))
	if err != nil {
		return 0, fmt.Errorf("neo4j: counting what to delete: %w", err)
	}
	for _, value := range list {
		number, is := value.(int64)
		if !is {
			return 0, fmt.Errorf("neo4j: counting what to delete: got %v", list)
		}
		sum += number
	}
	return sum, nil
}

func deleteFew(ctx context.Context, driver bolt.DriverWithContext, patience time.Duration) error {
	if _, err := query(ctx, driver, `MATCH (n) DETACH DELETE n`, nil, bolt.WithTxTimeout(patience)); err != nil {
		return fmt.Errorf("neo4j: emptying the database: %w", err)
	}
	return nil
}

// deleteMany deletes in batches, which bounds memory: relationships first, so that a node with a million of them is no batch of its own.
func deleteMany(ctx context.Context, driver bolt.DriverWithContext) error {
	for _, text := range []string{
		`MATCH ()-[r]->() CALL (r) { DELETE r } IN TRANSACTIONS OF 10000 ROWS`,
		`MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS`,
	} {
		if _, err := query(ctx, driver, text, nil); err != nil {
			return fmt.Errorf("neo4j: emptying the database: %w", err)
		}
	}
	return nil
}

// endOthers terminates every transaction but its own; those of the system database are the server's affair.
func endOthers(ctx context.Context, driver bolt.DriverWithContext) error {
	const show = `SHOW TRANSACTIONS YIELD transactionId, database, metaData
		WHERE database <> 'system' AND metaData.leases IS NULL
		RETURN transactionId`
	ours := bolt.WithTxMetadata(map[string]any{"leases": true})
	ids, err := query(ctx, driver, show, nil, ours, bolt.WithTxTimeout(patience))
	if err == nil && len(ids) > 0 {
		_, err = query(ctx, driver, `TERMINATE TRANSACTIONS $ids`, map[string]any{"ids": ids}, ours, bolt.WithTxTimeout(patience))
	}
	if err != nil {
		return fmt.Errorf("neo4j: ending transactions that were left open: %w", err)
	}
	return nil
}
