package neo4j

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const (
	// classpathGoal is pinned: what it prints is what is started.
	classpathGoal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath"
	// mavenTimeout bounds the first time, when some 116 MB come over the network.
	mavenTimeout = 10 * time.Minute
)

// classpath returns the class path of the release, from the cache while it is newer than the pom and all its jars are there.
func classpath(ctx context.Context, r *release, j jdk) (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	pom := filepath.Join(root, "tools", "neo4j", "pom.xml")
	cache := filepath.Join(root, ".tools", "neo4j", "classpath-"+r.version)
	if path, whole := cached(cache, pom); whole {
		return path, nil
	}
	if err := os.MkdirAll(filepath.Dir(cache), 0o755); err != nil {
		return "", fmt.Errorf("neo4j: keeping the class path: %w", err)
	}
	// Maven 3 does not expect another Maven in the same local repository, and test processes come in numbers.
	unlock, err := lock(ctx, filepath.Join(filepath.Dir(cache), "maven.lock"), "Maven for Neo4j "+r.version)
	if err != nil {
		return "", fmt.Errorf("neo4j: waiting for another Maven: %w", err)
	}
	defer unlock()
	if path, whole := cached(cache, pom); whole {
		return path, nil
	}
	if err := resolve(ctx, r, j, pom, cache); err != nil {
		return "", err
	}
	path, whole := cached(cache, pom)
	if !whole {
		return "", fmt.Errorf("neo4j: Maven's class path in %s names files that are not there", cache)
	}
	return path, nil
}

func cached(cache, pom string) (path string, whole bool) {
	kept, err := os.Stat(cache)
	if err != nil {
		return "", false
	}
	if asked, err := os.Stat(pom); err != nil || asked.ModTime().After(kept.ModTime()) {
		return "", false
	}
	text, err := os.ReadFile(cache)
	if err != nil {
		return "", false
	}
	path = strings.TrimSpace(string(text))
	for _, jar := range filepath.SplitList(path) {
		if !isFile(jar) {
			return "", false
		}
	}
	return path, path != ""
}

// resolve asks Maven for the class path and writes it to cache in one step, so that nobody reads half of it.
func resolve(ctx context.Context, r *release, j jdk, pom, cache string) error {
	maven, err := exec.LookPath("mvn")
	if err != nil {
		if err := install(ctx, "maven"); err != nil {
			return fmt.Errorf("%w: Maven (mvn) is not on PATH (%w)", ErrMissing, err)
		}
		if maven, err = exec.LookPath("mvn"); err != nil {
			return fmt.Errorf("%w: Maven (mvn) is not on PATH after its installation", ErrMissing)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, mavenTimeout)
	defer cancel()
	fresh := cache + ".new"
	cmd := exec.CommandContext(ctx, maven, "-q", "-B", "-f", pom, classpathGoal,
		"-DincludeScope=runtime", "-Dneo4j.version="+r.version, "-Dmdep.outputFile="+fresh)
	cmd.Env = append(os.Environ(), "JAVA_HOME="+j.home)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: Maven could not bring Neo4j %s: %w: %s", ErrMissing, r.version, err, tail(out))
	}
	if err := os.Rename(fresh, cache); err != nil {
		return fmt.Errorf("neo4j: keeping the class path: %w", err)
	}
	return nil
}

// moduleRoot is the nearest folder upwards with a go.mod: tests run in their package's folder.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("neo4j: finding the repository: %w", err)
	}
	for {
		_, err := os.Stat(filepath.Join(dir, "go.mod"))
		if err == nil {
			return dir, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("neo4j: finding the repository: %w", err)
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("neo4j: no go.mod here or above, so the pom.xml cannot be found")
		}
		dir = parent
	}
}

// tail is the end of a tool's output in one line, without the frames of Java's stack traces, which would be all of it.
func tail(out []byte) string {
	const most = 600
	var words []string
	for line := range strings.Lines(string(out)) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "at ") {
			words = append(words, strings.Fields(line)...)
		}
	}
	text := strings.Join(words, " ")
	if len(text) > most {
		text = "… " + strings.ToValidUTF8(text[len(text)-most:], "")
	}
	if text == "" {
		return "it said nothing"
	}
	return text
}
