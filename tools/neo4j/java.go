package neo4j

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ErrMissing says that this machine lacks what a Neo4j needs: Java, Maven, or a way to Maven's artifacts.
var ErrMissing = errors.New("neo4j: cannot be had on this machine")

// A jdk is a Java installation; a JRE is enough.
type jdk struct {
	home  string
	major int
}

func (j jdk) java() string { return filepath.Join(j.home, "bin", "java") }

// javaFor returns the lowest Java that suffices: the one closest to what the release was made with. On Debian root may install one.
func javaFor(ctx context.Context, r *release) (jdk, error) {
	if j, found := lowest(findJDKs(), r); found {
		return j, nil
	}
	if err := install(ctx, r.packages...); err != nil {
		return jdk{}, fmt.Errorf("%w: Neo4j %s needs %s, which is not among JAVA_HOME, JAVA_HOME_*, PATH and the usual folders (%w)",
			ErrMissing, r.version, r.java(), err)
	}
	if j, found := lowest(findJDKs(), r); found {
		return j, nil
	}
	return jdk{}, fmt.Errorf("%w: Neo4j %s needs %s, and apt-get brought none", ErrMissing, r.version, r.java())
}

func lowest(list []jdk, r *release) (best jdk, found bool) {
	for _, j := range list {
		if j.major >= r.minJava && (r.maxJava == 0 || j.major <= r.maxJava) && (!found || j.major < best.major) {
			best, found = j, true
		}
	}
	return best, found
}

// findJDKs looks where people and CI systems keep Java. What the environment names comes first, for it wins among equals.
func findJDKs() (list []jdk) {
	homes := []string{os.Getenv("JAVA_HOME")}
	for _, pair := range os.Environ() { // JAVA_HOME_17_X64 and the like, as GitHub's runners have them
		if name, value, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "JAVA_HOME_") {
			homes = append(homes, value)
		}
	}
	if path, err := exec.LookPath("java"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			homes = append(homes, filepath.Dir(filepath.Dir(path)))
		}
	}
	patterns := []string{"/usr/lib/jvm/*", "/Library/Java/JavaVirtualMachines/*/Contents/Home"}
	if home, err := os.UserHomeDir(); err == nil {
		patterns = append(patterns, filepath.Join(home, ".sdkman/candidates/java/*"))
	}
	for _, pattern := range patterns {
		found, _ := filepath.Glob(pattern) // fails on a wrong pattern only
		homes = append(homes, found...)
	}
	for _, home := range homes {
		if j := (jdk{home, majorOf(home)}); home != "" && j.major > 0 && isFile(j.java()) {
			list = append(list, j)
		}
	}
	return list
}

// majorOf reads the Java version of an installation from its file "release", 0 when there is none. It starts no JVM.
func majorOf(home string) int {
	text, err := os.ReadFile(filepath.Join(home, "release"))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		value, is := strings.CutPrefix(line, "JAVA_VERSION=")
		if !is {
			continue
		}
		digits := strings.FieldsFunc(value, func(r rune) bool { return r < '0' || r > '9' })
		if len(digits) == 0 {
			return 0
		}
		major, _ := strconv.Atoi(digits[0]) // Java 8 says 1.8.0 and counts as 1: too old either way
		return major
	}
	return 0
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// installTimeout is what apt-get may take over a slow line.
const installTimeout = 10 * time.Minute

// install installs the first of the Debian packages that there is, where it may: as root on Debian and its kin.
func install(ctx context.Context, packages ...string) error {
	if _, err := os.Stat("/etc/debian_version"); runtime.GOOS != "linux" || err != nil || os.Geteuid() != 0 {
		return fmt.Errorf("install one of %s or the like", strings.Join(packages, ", "))
	}
	ctx, cancel := context.WithTimeout(ctx, installTimeout)
	defer cancel()
	if err := apt(ctx, "update", "-q"); err != nil {
		return err
	}
	// Only a simulation is sure: apt-cache also "shows" names that other packages merely mention.
	known := slices.IndexFunc(packages, func(name string) bool { return apt(ctx, "install", "--simulate", name) == nil })
	if known < 0 {
		return fmt.Errorf("this Debian has no package %s", strings.Join(packages, " nor "))
	}
	return apt(ctx, "install", "-q", "-y", "--no-install-recommends", packages[known])
}

// apt runs apt-get. An interrupted dpkg would leave the machine in disorder, so it is asked to end, not killed.
func apt(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "apt-get", args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("apt-get %s: %w: %s", args[0], err, tail(out))
	}
	return nil
}
