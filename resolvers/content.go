package resolvers

import (
	"context"
	"errors"

	"treatygraph/graph"
	"treatygraph/resolvers/internal/view"
)

// content is where answers load what they show from. What goes wrong there is no mistake of a client, of whatever class the store says it is,
// so its words are for the log alone.
type content struct{ view.Content }

// Assertions makes content a view.Content.
func (c content) Assertions(ctx context.Context, refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error) {
	found, err := c.Content.Assertions(ctx, refs)
	return found, notOfClient(err)
}

// Texts makes content a view.Content.
func (c content) Texts(ctx context.Context, hashes []graph.TextHash) (map[graph.TextHash]*graph.Text, error) {
	found, err := c.Content.Texts(ctx, hashes)
	return found, notOfClient(err)
}

// notOfClient takes the class from an error that would be told to clients.
func notOfClient(err error) error {
	if errors.Is(err, graph.ErrInvalid) || errors.Is(err, graph.ErrConflict) {
		return errors.New(err.Error())
	}
	return err
}
