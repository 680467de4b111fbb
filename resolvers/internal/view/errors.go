package view

import (
	"fmt"

	"treatygraph/graph"
)

// An InputError says what is wrong with an argument. It is graph.ErrInvalid.
type InputError struct{ Argument, Reason string }

func (e *InputError) Error() string { return e.Argument + ": " + e.Reason }

// Is makes errors.Is(err, graph.ErrInvalid) true.
func (e *InputError) Is(target error) bool { return target == graph.ErrInvalid }

// NewInputError returns an InputError with a formatted reason.
func NewInputError(argument, format string, args ...any) error {
	return inputError(argument, format, args...)
}

func inputError(argument, format string, args ...any) error {
	return &InputError{argument, fmt.Sprintf(format, args...)}
}

// A NotFoundError says that an argument names an entity which the record does not hold.
type NotFoundError struct {
	Argument string
	ID       graph.ID
}

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("%s: the record holds no %q", e.Argument, string(e.ID))
}

// notEmpty refuses an empty list, which would ask for nothing.
func notEmpty[T any](argument string, list []T) error {
	if list != nil && len(list) == 0 {
		return inputError(argument, "an empty list asks for nothing; leave it out to ask for all")
	}
	return nil
}

// NotEmpty is notEmpty for resolvers.
func NotEmpty[T any](argument string, list []T) error { return notEmpty(argument, list) }
