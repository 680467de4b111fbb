// Package graphiql holds GraphiQL, bundled with all that it needs by tools/graphiql (`make graphiql`).
package graphiql

import "embed"

// Files has in files/ the scripts, style sheets and fonts, each compressed with gzip and named with .gz, and LICENSES.txt. The page loads
// main.js and main.css, which load the others from beside them.
//
//go:embed files
var Files embed.FS
