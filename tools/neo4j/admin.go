package neo4j

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// adminMain does the work of the script neo4j-admin. The class that the script itself starts, Neo4jAdminCommand, only starts another JVM with
// this one.
const adminMain = "org.neo4j.cli.AdminTool"

// Admin runs neo4j-admin of a version on a home in which no server runs, made when it is not there, and returns what it printed. Names of
// files are looked for in dir. A server started with the home afterwards shows what the command did. Errors are as those of [Start].
func Admin(ctx context.Context, version, home, dir string, arguments ...string) (string, error) {
	if err := leftOut(); err != nil {
		return "", err
	}
	r, err := releaseOf(version)
	if err != nil {
		return "", err
	}
	j, err := javaFor(ctx, &r)
	if err != nil {
		return "", err
	}
	path, err := classpath(ctx, &r, j)
	if err != nil {
		return "", err
	}
	conf := filepath.Join(home, "conf")
	if err := os.MkdirAll(conf, 0o755); err != nil {
		return "", fmt.Errorf("neo4j: making a home: %w", err)
	}
	words := append(append(java(j, path, true), adminMain), arguments...)
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "JAVA_HOME="+j.home, "NEO4J_HOME="+home, "NEO4J_CONF="+conf)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("neo4j: neo4j-admin %s: %w: %s", arguments[0], err, tail(out))
	}
	return string(out), nil
}
