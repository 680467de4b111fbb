package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAPasswordInTheAddressOfTheStoreIsToldToNobody(t *testing.T) {
	const secret = "hunter2-5f1c"
	config := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(config, []byte("store: bolt://reader:"+secret+"@127.0.0.1:1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args []string
		env  map[string]string
	}{
		"nobody there":             {args: []string{"--store", "bolt://reader:" + secret + "@127.0.0.1:1"}},
		"nobody there, by a route": {args: []string{"--store", "neo4j://reader:" + secret + "@127.0.0.1:1"}},
		"from the environment":     {env: map[string]string{"TREATYGRAPH_STORE": "bolt://reader:" + secret + "@127.0.0.1:1"}},
		"from a file":              {args: []string{"--config", config}},
		"a port that is none":      {args: []string{"--store", "bolt://reader:" + secret + "@127.0.0.1:99999x"}},
		"a scheme that is none":    {args: []string{"--store", "mongodb://reader:" + secret + "@127.0.0.1"}},
		"half an escape":           {args: []string{"--store", "bolt://reader:" + secret + "%2@127.0.0.1:1"}},
		"no scheme":                {args: []string{"--store", "reader:" + secret + "@127.0.0.1"}},
		"parameters that are none": {args: []string{"--store", "bolt://reader:" + secret + "@127.0.0.1:1?password=" + secret}},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), test.args, func(name string) string { return test.env[name] }, &stdout, &stderr)
			if code == 0 || strings.Count(stderr.String(), "\n") != 1 || stdout.Len() > 0 {
				t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout.String(), stderr.String())
			}
			if strings.Contains(stdout.String()+stderr.String(), secret) {
				t.Errorf("the secret stands in %q", stderr.String())
			}
		})
	}
}
