package main

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"treatygraph/httpapi"
)

// defaultRate is how many points a client may spend in a minute. A page of twenty with what belongs to each costs some hundred.
const defaultRate = 100_000

// limitSettings are what can be told of limits, and of what is answered to whom.
type limitSettings struct {
	httpapi.Limits
	Introspection, Suggestions bool
	TrustedProxies             string
}

// register declares the flags. docs/limits.md gives the reasons, and a test holds it to this table.
func (s *limitSettings) register(flags *pflag.FlagSet) {
	s.Limits = httpapi.DefaultLimits
	s.Rate = defaultRate
	for _, limit := range []struct {
		flag  string
		value *int
		what  string
	}{
		{"max-document", &s.Document, "`BYTES` of a GraphQL document"},
		{"max-tokens", &s.Tokens, "`TOKENS` of a document"},
		{"max-name", &s.Name, "`BYTES` of a name or number in a document"},
		{"max-operations", &s.Operations, "`OPERATIONS` of a document"},
		{"max-fragments", &s.Fragments, "`FRAGMENTS` of a document"},
		{"max-fields", &s.Fields, "`FIELDS` of all operations and fragments of a document, with what they spread filled in"},
		{"max-repeats", &s.Repeats, "`TIMES` that one field of the answer may be selected"},
		{"max-field-aliases", &s.FieldAliases, "`ALIASES` of one field in one place"},
		{"max-aliases", &s.Aliases, "`ALIASES` of an operation, with its fragments filled in"},
		{"max-place-directives", &s.PlaceDirectives, "`DIRECTIVES` in one place of a document"},
		{"max-directives", &s.Directives, "`DIRECTIVES` of a document"},
		{"max-depth", &s.Depth, "`LEVELS` of nested fields"},
		{"max-introspection-depth", &s.IntrospectionDepth, "`LEVELS` of nested fields of introspection"},
		{"max-variables", &s.Variables, "`VARIABLES` of a request"},
		{"max-string", &s.String, "`BYTES` of a string in a document or in variables; in the variables of a mutation --max-write-body alone bounds it"},
		{"max-list", &s.List, "`ITEMS` that the lists of a document, or of the variables, have in all"},
		{"max-value-depth", &s.ValueDepth, "`LEVELS` of lists and objects in each other, in a document or in variables"},
		{"max-cost", &s.Cost, "`ITEMS` that all lists of an operation may hold"},
		{"max-errors", &s.Errors, "`ERRORS` that a response tells"},
		{"max-exports", &s.Exports, "`EXPORTS` of one client running at once"},
		{"max-sockets", &s.Sockets.PerAddress, "`SOCKETS` (WebSockets and streams of events) open at once from one address"},
		{"max-socket-operations", &s.Sockets.Operations, "`OPERATIONS` running at once on one WebSocket"},
	} {
		flags.Var(atLeastOne[int]{limit.value}, limit.flag, "at most so many "+limit.what)
	}
	flags.Var(atLeastOne[int64]{&s.Body}, "max-body", "at most so many `BYTES` of a request's body")
	flags.Var(atLeastOne[int64]{&s.WriteBody}, "max-write-body", "at most so many `BYTES` of the body of a request from who may write")
	flags.DurationVar(&s.Deadline, "max-time", s.Deadline, "the `TIME` that an operation which reads may take, such as 10s")
	flags.DurationVar(&s.WriteDeadline, "max-write-time", s.WriteDeadline, "the `TIME` that a mutation may take")
	flags.IntVar(&s.Rate, "rate-limit", s.Rate, "how many `POINTS` a client may spend in a minute, one for each operation and one for each item of its lists; 0: any number")
	flags.StringVar(&s.TrustedProxies, "trusted-proxies", "", "`ADDRESSES` and networks (10.0.0.0/8), parted by commas, of proxies whose X-Forwarded-For says who asks")
	flags.BoolVar(&s.Introspection, "introspection", true, "whether clients may ask for the schema")
	flags.BoolVar(&s.Suggestions, "suggestions", true, "whether errors name what may have been meant")
}

// check refuses what no flag refuses by itself.
func (s *limitSettings) check() error {
	if s.Deadline <= 0 {
		return fmt.Errorf("--max-time %v leaves no time", s.Deadline)
	}
	if s.WriteDeadline <= 0 {
		return fmt.Errorf("--max-write-time %v leaves no time", s.WriteDeadline)
	}
	if s.Rate < 0 {
		return fmt.Errorf("--rate-limit %d is less than none", s.Rate)
	}
	_, err := s.proxies()
	return err
}

// proxies reads --trusted-proxies.
func (s *limitSettings) proxies() ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, item := range strings.FieldsFunc(s.TrustedProxies, func(r rune) bool { return r == ',' || r == ' ' }) {
		network, err := netip.ParsePrefix(item)
		if err != nil {
			address, notOne := netip.ParseAddr(item)
			if notOne != nil {
				return nil, fmt.Errorf("--trusted-proxies: %q is neither an address nor a network", item)
			}
			network = netip.PrefixFrom(address, address.BitLen())
		}
		all = append(all, network)
	}
	return all, nil
}

// face sets what the limits say in the configuration of the service's face.
func (s *limitSettings) face(c *httpapi.Config) {
	c.Limits, c.NoIntrospection, c.NoSuggestions = s.Limits, !s.Introspection, !s.Suggestions
	c.TrustedProxies, _ = s.proxies() // check has read them
}

// atLeastOne is a flag's whole number from 1 on: no limit can be set to nothing by mistake.
type atLeastOne[T int | int64] struct{ value *T }

// Set makes atLeastOne a pflag.Value.
func (a atLeastOne[T]) Set(text string) error {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 1 {
		return fmt.Errorf("%q is not a whole number from 1 on", text)
	}
	*a.value = T(n)
	return nil
}

// String makes atLeastOne a pflag.Value.
func (a atLeastOne[T]) String() string { return fmt.Sprint(*a.value) }

// Type makes atLeastOne a pflag.Value.
func (atLeastOne[T]) Type() string { return "int" }
