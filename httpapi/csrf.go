package httpapi

import (
	"net/http"
	"slices"

	"github.com/rs/cors"
)

// foreignPage says what to do about a request that is taken for a forged one.
const foreignPage = "a page of another host asks, and it was not asked whether it may: send JSON with POST, or a header GraphQL-Require-Preflight with GET"

// preflightHeaders are those that a page of another host cannot send before its browser has asked this service whether it may (a CORS preflight).
var preflightHeaders = []string{"GraphQL-Require-Preflight", "Apollo-Require-Preflight", "X-Apollo-Operation-Name"}

// foreign tells requests that a page of another host has a browser send without asking (cross-site request forgery): by an image, a form, a link.
type foreign struct {
	// asked applies net/http's rules, by Sec-Fetch-Site, else by Origin. Where neither is sent, it is no browser of this decade.
	rules   *http.CrossOriginProtection
	allowed *cors.Cors
}

func newForeign(origins []string) foreign {
	return foreign{http.NewCrossOriginProtection(), newCORS(origins)}
}

// asks tells whether such a page asks. GET counts too: what only reads can be made to cost, and its time be measured.
func (f foreign) asks(r *http.Request) bool {
	unsafe := *r
	unsafe.Method = http.MethodPost // net/http lets others pass
	if f.rules.Check(&unsafe) == nil || f.allowed.OriginAllowed(r) {
		return false
	}
	return (r.Method != http.MethodPost || !isJSON(r)) && !slices.ContainsFunc(preflightHeaders, func(name string) bool { return r.Header.Get(name) != "" })
}
