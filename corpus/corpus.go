// Package corpus embeds what ships with the program: texts of documents, the authority files and curated statements. docs/corpus.md
// describes the formats; package ingest reads them.
package corpus

import "embed"

// Files holds documents/, authority/ and statements/.
//
//go:embed documents authority statements
var Files embed.FS
