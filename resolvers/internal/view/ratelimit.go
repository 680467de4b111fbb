package view

import "time"

// RateLimit is the GraphQL type RateLimit.
type RateLimit struct {
	Cost, Remaining, Limit int
	ResetAt                time.Time
}
