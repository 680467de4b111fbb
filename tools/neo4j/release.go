package neo4j

import (
	"fmt"
	"strconv"
	"strings"
)

// Versions are the Neo4j versions that every test over Neo4j runs on: the oldest supported and the current one.
// A test ranges over [VersionsToTest] instead, which minds a person's own server.
var Versions = []string{"5.26.30", "2026.08.1"}

// A release is what starting a version of Neo4j needs to know.
type release struct {
	version          string
	main             string            // as its jar's META-INF/services/org.neo4j.server.startup.EntryPoint has it
	minJava, maxJava int               // what its manual supports; maxJava 0: any newer
	packages         []string          // Debian packages with a fitting Java, the first that there is
	settings         map[string]string // what only these versions know: a name unknown to Neo4j ends its start
}

// releaseOf knows Neo4j 5 and the calendar versions since 2025.
func releaseOf(version string) (release, error) {
	first, _, _ := strings.Cut(version, ".")
	major, err := strconv.Atoi(first)
	switch {
	case err == nil && major == 5:
		return release{
			version: version, main: "org.neo4j.server.CommunityEntryPoint", minJava: 17, maxJava: 21,
			packages: []string{"openjdk-17-jre-headless", "openjdk-21-jre-headless"},
			settings: map[string]string{"internal.dbms.bolt.netty_server_shutdown_quiet_period": "0"},
		}, nil
	case err == nil && major >= 2025:
		return release{
			version: version, main: "org.neo4j.server.Neo4jCommunity", minJava: 21,
			packages: []string{"openjdk-21-jre-headless", "openjdk-25-jre-headless"},
			settings: map[string]string{
				"internal.dbms.bolt.netty_server_shutdown_quiet_period_duration": "0s",
				"server.fleet_discovery.enabled":                                 "false", // else it makes itself known on the network
				"dbms.fleet_manager.enabled":                                     "false",
			},
		}, nil
	}
	return release{}, fmt.Errorf("neo4j: version %q is neither 5.x nor a calendar version since 2025", version)
}

// java says in words which Java the release needs.
func (r *release) java() string {
	if r.maxJava == 0 {
		return fmt.Sprintf("Java %d or newer", r.minJava)
	}
	return fmt.Sprintf("Java %d to %d", r.minJava, r.maxJava)
}
