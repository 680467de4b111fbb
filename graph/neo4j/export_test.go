package neo4j

// Torn returns how many readings did not match their digests.
func (s *Store) Torn() int64 { return s.torn.Load() }

// Supported tells whether a version of Neo4j is new enough.
var Supported = supported
