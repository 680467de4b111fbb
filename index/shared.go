package index

import "context"

// A shared value is made for the first who asks for it, once, while the others wait, each as long as its own context lets it. When the one
// for whom it is made gives up, it is made for the next.
type shared[T any] struct {
	turn  chan struct{} // full while somebody makes the value or looks whether it is made
	made  bool
	value T
}

func newShared[T any]() shared[T] { return shared[T]{turn: make(chan struct{}, 1)} }

// get returns the value, else the error of making it or of the context.
func (s *shared[T]) get(ctx context.Context, make func() (T, error)) (T, error) {
	var none T
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return none, ctx.Err()
	}
	defer func() { <-s.turn }()
	if s.made {
		return s.value, nil
	}
	value, err := make()
	if err != nil {
		return none, err
	}
	s.value, s.made = value, true
	return value, nil
}
