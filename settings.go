package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"treatygraph/graph/guard"
	"treatygraph/graph/sqlite"
)

// settings are what can be told to the server, by flag, environment or file.
type settings struct {
	Store  string
	Index  string
	Listen string
	Corpus string

	Log    logging
	Debug  string // address of the profiles; empty: there are none
	Guard  guard.Options
	Limits limitSettings
	OIDC   struct{ Issuer, Audience, WriteScope string }

	Origins     []string
	Trusted     string
	OnlyTrusted bool
	TLSCert     string
	TLSKey      string
	DrainDelay  time.Duration
}

// logging says what is logged, and how.
type logging struct {
	Format string // json or text
	Level  string // debug, info, warn or error
}

// errSettings is the class of errors for what a person set wrongly; the program ends with exitUsage.
var errSettings = errors.New("wrong configuration")

const usage = `Serves a graph of treaties by GraphQL over HTTP. Without any flag it keeps its record in ./treatygraph.db, applies the corpus it
carries, and listens on 127.0.0.1:8080. Its URL is printed on one line once it is ready; logs go to standard error.

Reading is open. Writing needs a bearer token: the secret in TREATYGRAPH_WRITE_TOKEN, or one of the OpenID Connect issuer that --oidc-issuer names
with the scope of --oidc-write-scope. Without either nothing can be written.

Traces are sent where the environment variables of OpenTelemetry say (OTEL_EXPORTER_OTLP_ENDPOINT and others), by OTLP over HTTP.

User and password of a Neo4j may stand in its URL or in TREATYGRAPH_NEO4J_USER and TREATYGRAPH_NEO4J_PASSWORD.

Every flag can be given as an environment variable (TREATYGRAPH_ and the flag's name in capitals, _ for -) or in the YAML file that --config
names (the flag's name as key). A flag wins over the environment, the environment over the file.`

// newCommand returns the command that reads settings and serves with them.
func newCommand(env func(string) string, serve func(*cobra.Command, settings) error) *cobra.Command {
	var s settings
	var config string
	command := &cobra.Command{
		Use:   "treatygraph",
		Short: "Serve a graph of treaties by GraphQL over HTTP",
		Long:  usage,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return fmt.Errorf("%w: %q is not a flag, and nothing else is taken", errSettings, args[0])
			}
			return nil
		},
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := complete(c.Flags(), env, config); err != nil {
				return fmt.Errorf("%w: %w", errSettings, err)
			}
			if err := s.check(); err != nil {
				return fmt.Errorf("%w: %w", errSettings, err)
			}
			return serve(c, s)
		},
	}
	flags := command.Flags()
	flags.StringVar(&s.Store, "store", "sqlite:./treatygraph.db", "where the record is kept: `URL` sqlite:PATH or neo4j://HOST:PORT/DATABASE (also neo4j+s, neo4j+ssc, bolt, bolt+s, bolt+ssc)")
	flags.StringVar(&s.Index, "index", "", "`FOLDER` for what makes the next start quick; none: nothing is saved; default: PATH.index beside a SQLite file, none for others")
	flags.StringVar(&s.Listen, "listen", "127.0.0.1:8080", "the `HOST:PORT` to listen on; port 0 picks a free one")
	flags.StringVar(&s.Corpus, "corpus", "builtin", "what to apply at start: `builtin`, none, or a folder of the same form")
	flags.StringVar(&s.Log.Format, "log-format", "json", "`json` or text")
	flags.StringVar(&s.Log.Level, "log-level", "info", "the least that is logged: debug, `info`, warn or error")
	flags.StringVar(&s.Debug, "debug-listen", "", "a loopback `HOST:PORT` for /debug/pprof, Go's profiles; none without it")
	flags.IntVar(&s.Guard.Calls, "store-calls", guard.DefaultCalls, "at most this `NUMBER` of loads of contents from the store at once; others are refused after a wait")
	flags.DurationVar(&s.Guard.Wait, "store-wait", guard.DefaultWait, "the wait for a place among them, a `DURATION`")
	flags.DurationVar(&s.Guard.Limit, "store-limit", guard.DefaultLimit, "the `DURATION` after which a load of up to 500 contents is given up")
	s.Limits.register(flags)
	flags.StringSliceVar(&s.Origins, "origin", nil, "an `ORIGIN` (https://HOST, https://*.HOST, or * for all) whose pages may ask from a browser; may be given several times")
	flags.StringVar(&s.Trusted, "trusted-documents", "", "a `FILE` of documents to be asked for by ID: relay-compiler's persisted.json or Apollo's manifest")
	flags.BoolVar(&s.OnlyTrusted, "only-trusted", false, "run no other documents than those of --trusted-documents")
	flags.StringVar(&s.TLSCert, "tls-cert", "", "a PEM `FILE` with the certificate, then those that vouch for it; HTTPS is spoken then, and the file read again when it changes")
	flags.StringVar(&s.TLSKey, "tls-key", "", "a PEM `FILE` with the key of --tls-cert")
	flags.DurationVar(&s.DrainDelay, "drain-delay", 0, "how long after SIGTERM requests are still taken while /readyz says that there will be no more, such as 5s: as long as a balancer needs to see it")
	flags.StringVar(&s.OIDC.Issuer, "oidc-issuer", "", "the `URL` of an OpenID Connect issuer whose access tokens (JWT) are taken")
	flags.StringVar(&s.OIDC.Audience, "oidc-audience", "", "the `AUDIENCE` that those tokens must be made out to")
	flags.StringVar(&s.OIDC.WriteScope, "oidc-write-scope", "treatygraph:write", "the `SCOPE` of tokens that may write")
	flags.StringVar(&config, "config", "", "a YAML `FILE` with any of these settings")
	command.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return fmt.Errorf("%w: %w", errSettings, err) })
	command.CompletionOptions.DisableDefaultCmd = true
	return command
}

// complete sets the flags that were not given from the environment, else from the file.
func complete(flags *pflag.FlagSet, env func(string) string, config string) error {
	if config == "" {
		config = env(variable("config"))
	}
	file, err := readConfig(config, flags)
	if err != nil {
		return err
	}
	var failed error
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Changed || failed != nil || f.Name == "config" || f.Name == "help" {
			return
		}
		where, value := "the environment's "+variable(f.Name), env(variable(f.Name))
		if value == "" {
			where, value = "--config "+config, file[f.Name]
		}
		if value == "" {
			return
		}
		if err := flags.Set(f.Name, value); err != nil {
			failed = fmt.Errorf("%s: %w", where, err)
		}
	})
	return failed
}

// variable names the environment variable of a flag.
func variable(flag string) string {
	return "TREATYGRAPH_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// readConfig reads a YAML file of flags with their values; of those that take several, a list.
func readConfig(path string, flags *pflag.FlagSet) (map[string]string, error) {
	if path == "" {
		return nil, nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--config: %w", err)
	}
	var given map[string]any
	if err := yaml.Unmarshal(content, &given); err != nil && !errors.Is(err, io.EOF) {
		line, _, _ := strings.Cut(err.Error(), "\n") // the rest draws the place
		return nil, fmt.Errorf("--config %s: %s", path, line)
	}
	values := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		value := given[key]
		switch known := flags.Lookup(key); {
		case known == nil, key == "config", key == "help":
			return nil, fmt.Errorf("--config %s: %q is no setting", path, key)
		case value == nil:
			continue
		}
		if list, is := value.([]any); is {
			items := make([]string, len(list))
			for i, item := range list {
				items[i] = fmt.Sprint(item)
			}
			value = strings.Join(items, ",")
		} else if _, is := value.(map[string]any); is {
			return nil, fmt.Errorf("--config %s: %s holds settings of its own, and takes none", path, key)
		}
		values[key] = fmt.Sprint(value)
	}
	return values, nil
}

// indexFolder returns the folder of the saved index, empty for none.
func (s *settings) indexFolder() string {
	switch path, isFile := strings.CutPrefix(s.Store, "sqlite:"); {
	case s.Index == "none":
		return ""
	case s.Index != "":
		return s.Index
	case isFile && path != sqlite.Memory:
		return path + ".index"
	default:
		return ""
	}
}

// logger returns the logger that the settings ask for; check has found them right.
func (l logging) logger(w io.Writer) *slog.Logger {
	var options slog.HandlerOptions
	var level slog.Level
	if level.UnmarshalText([]byte(l.Level)) == nil {
		options.Level = level
	}
	if l.Format == "text" {
		return slog.New(slog.NewTextHandler(w, &options))
	}
	return slog.New(slog.NewJSONHandler(w, &options))
}

func (l logging) check() error {
	if l.Format != "json" && l.Format != "text" {
		return fmt.Errorf("--log-format %q is neither json nor text", l.Format)
	}
	switch l.Level {
	case "debug", "info", "warn", "error":
		return nil
	}
	return fmt.Errorf("--log-level %q is none of debug, info, warn and error", l.Level)
}

// checkAddress checks the value of a flag that is an address to listen on.
func checkAddress(flag, address string) (host string, err error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", fmt.Errorf("%s %q is not of the form HOST:PORT", flag, address)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", fmt.Errorf("%s %q: the port is not a number from 0 to 65535", flag, address)
	}
	return host, nil
}

// checkDebug refuses addresses that others than this machine might reach.
func (s *settings) checkDebug() error {
	if s.Debug == "" {
		return nil
	}
	host, err := checkAddress("--debug-listen", s.Debug)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("--debug-listen %q is not an address of the loopback interface, as 127.0.0.1, ::1 and localhost are", s.Debug)
	}
	return nil
}

func (s *settings) checkGuard() error {
	switch {
	case s.Guard.Calls < 1:
		return fmt.Errorf("--store-calls %d is less than 1", s.Guard.Calls)
	case s.Guard.Wait <= 0:
		return fmt.Errorf("--store-wait %v is not above 0", s.Guard.Wait)
	case s.Guard.Limit <= 0:
		return fmt.Errorf("--store-limit %v is not above 0", s.Guard.Limit)
	}
	return nil
}

func (s *settings) check() error {
	if _, err := checkAddress("--listen", s.Listen); err != nil {
		return err
	}
	if err := cmp.Or(s.Log.check(), s.checkDebug(), s.checkGuard(), s.Limits.check(), s.checkOIDC()); err != nil {
		return err
	}
	for _, origin := range s.Origins {
		if u, err := url.Parse(origin); origin != "*" && (err != nil || u.Host == "" || origin != u.Scheme+"://"+u.Host) {
			return fmt.Errorf("--origin %q is not of the form https://HOST, without a path", origin)
		}
	}
	switch {
	case s.OnlyTrusted && s.Trusted == "":
		return errors.New("--only-trusted needs --trusted-documents")
	case (s.TLSCert == "") != (s.TLSKey == ""):
		return errors.New("--tls-cert and --tls-key go together")
	case s.DrainDelay < 0:
		return fmt.Errorf("--drain-delay %s is less than nothing", s.DrainDelay)
	}
	switch s.Corpus {
	case "builtin", "none":
		return nil
	}
	if info, err := os.Stat(s.Corpus); err != nil || !info.IsDir() {
		return fmt.Errorf("--corpus %q is neither builtin, nor none, nor a folder", s.Corpus)
	}
	return nil
}

// checkOIDC refuses issuers whose answers anybody on the way could change, but for those on this machine.
func (s *settings) checkOIDC() error {
	if s.OIDC.Issuer == "" {
		if s.OIDC.Audience != "" {
			return errors.New("--oidc-audience is given without --oidc-issuer")
		}
		return nil
	}
	issuer, err := url.Parse(s.OIDC.Issuer)
	if err != nil || issuer.Host == "" || issuer.User != nil || issuer.RawQuery != "" || issuer.Fragment != "" {
		return errors.New("--oidc-issuer is not the address of an issuer: https, a host, perhaps a path, and nothing else")
	}
	host := issuer.Hostname()
	if ip := net.ParseIP(host); issuer.Scheme != "https" && !(issuer.Scheme == "http" && (host == "localhost" || ip != nil && ip.IsLoopback())) {
		return fmt.Errorf("--oidc-issuer %q must begin with https", s.OIDC.Issuer)
	}
	switch {
	case s.OIDC.Audience == "":
		return errors.New("--oidc-audience is missing: tokens made out to other services must not write here")
	case len(strings.Fields(s.OIDC.WriteScope)) != 1:
		return fmt.Errorf("--oidc-write-scope %q is not one word", s.OIDC.WriteScope)
	}
	return nil
}
