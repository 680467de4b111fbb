package main

import (
	"bytes"
	"net/netip"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"treatygraph/httpapi"
)

func TestEveryLimitStandsInItsTableWithItsDefault(t *testing.T) {
	text, err := os.ReadFile("docs/limits.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `--([a-z-]+)` \\| (\\S+) \\|").FindAllStringSubmatch(string(text), -1) {
		documented[row[1]] = row[2]
	}
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	(&limitSettings{}).register(flags)
	flags.VisitAll(func(f *pflag.Flag) {
		if !strings.Contains(string(text), "--"+f.Name) {
			t.Errorf("docs/limits.md does not speak of --%s", f.Name)
		}
		if strings.HasPrefix(f.Name, "max-") && documented[f.Name] != f.DefValue {
			t.Errorf("--%s is %s, its row in docs/limits.md says %q", f.Name, f.DefValue, documented[f.Name])
		}
	})
	for name := range documented {
		if flags.Lookup(name) == nil {
			t.Errorf("docs/limits.md has a row of --%s, which is no flag", name)
		}
	}
}

func TestLimitsReachTheService(t *testing.T) {
	env := map[string]string{"TREATYGRAPH_MAX_TOKENS": "7"}
	var got httpapi.Config
	command := newCommand(func(name string) string { return env[name] }, func(_ *cobra.Command, s settings) error {
		s.Limits.face(&got)
		return nil
	})
	command.SetArgs([]string{"--max-body=1", "--max-time=3s", "--rate-limit=0", "--introspection=false", "--suggestions=false", "--trusted-proxies=10.0.0.0/8, 2001:db8::1"})
	if err := command.Execute(); err != nil {
		t.Fatal(err)
	}
	want := httpapi.DefaultLimits
	want.Tokens, want.Body, want.Deadline = 7, 1, 3*time.Second
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::1/128")}
	if got.Limits != want || !got.NoIntrospection || !got.NoSuggestions || !slices.Equal(got.TrustedProxies, proxies) {
		t.Errorf("got %+v", got)
	}
}

func TestALimitThatIsNoneIsOneLineAndExitCode2(t *testing.T) {
	for _, arg := range []string{"--max-tokens=0", "--max-cost=-1", "--max-body=much", "--max-time=0s", "--max-time=10", "--rate-limit=-1", "--trusted-proxies=10.0.0.0/8,proxy", "--introspection=perhaps"} {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), []string{arg}, func(string) string { return "" }, &stdout, &stderr)
		flag, _, _ := strings.Cut(arg, "=")
		if code != exitUsage || stdout.Len() > 0 || strings.Count(stderr.String(), "\n") != 1 || !strings.Contains(stderr.String(), flag) {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q", arg, code, stdout.String(), stderr.String())
		}
	}
}
