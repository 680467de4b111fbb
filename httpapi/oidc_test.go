package httpapi

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"treatygraph/resolvers"
)

// A provider is an OpenID Connect issuer.
type provider struct {
	*httptest.Server
	mu                 sync.Mutex
	keys               jose.JSONWebKeySet
	away               atomic.Bool
	asked, askedOfKeys atomic.Int32
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	p := &provider{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		p.asked.Add(1)
		p.answer(t, w, map[string]any{"issuer": p.URL, "jwks_uri": p.URL + "/keys", "authorization_endpoint": p.URL + "/authorize", "id_token_signing_alg_values_supported": []string{"ES256", "HS256"}})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		p.askedOfKeys.Add(1)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.answer(t, w, p.keys)
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *provider) answer(t *testing.T, w http.ResponseWriter, content any) {
	if p.away.Load() {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(content); err != nil {
		t.Error(err)
	}
}

// A signer signs tokens with a key of its own.
type signer struct{ jose.Signer }

// sign makes a token of claims.
func (s signer) sign(t *testing.T, claims map[string]any) string {
	t.Helper()
	token, err := jwt.Signed(s.Signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// newSigner makes a key, which the provider offers when it is told to.
func (p *provider) newSigner(t *testing.T, id string, offered bool) signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: id}}, (&jose.SignerOptions{}).WithType("at+jwt"))
	if err != nil {
		t.Fatal(err)
	}
	if offered {
		p.mu.Lock()
		p.keys.Keys = append(p.keys.Keys, jose.JSONWebKey{Key: key.Public(), KeyID: id, Algorithm: "ES256", Use: "sig"})
		p.mu.Unlock()
	}
	return signer{s}
}

func (p *provider) claims(more map[string]any) map[string]any {
	claims := map[string]any{"iss": p.URL, "sub": "ann", "aud": "treatygraph", "exp": now.Add(time.Hour).Unix(), "iat": now.Unix(), "scope": "openid graph:write"}
	for name, value := range more {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}
	return claims
}

func (p *provider) authenticator(log *bytes.Buffer) *OIDC {
	return NewOIDC(p.URL, "treatygraph", "graph:write", func() time.Time { return now }, slog.New(slog.NewTextHandler(log, nil)))
}

func TestTokensOfAnOpenIDConnectIssuerSayWhoAsksAndWhetherToWrite(t *testing.T) {
	p := newProvider(t)
	ours, others := p.newSigner(t, "1", true), p.newSigner(t, "1", false)
	var log bytes.Buffer
	o := p.authenticator(&log)
	secret, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: []byte(strings.Repeat("x", 32))}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		token        string
		known, write bool
	}{
		"scope":                      {ours.sign(t, p.claims(nil)), true, true},
		"scp as a text":              {ours.sign(t, p.claims(map[string]any{"scope": nil, "scp": "graph:write other"})), true, true},
		"scp as a list":              {ours.sign(t, p.claims(map[string]any{"scope": nil, "scp": []string{"other", "graph:write"}})), true, true},
		"one of several audiences":   {ours.sign(t, p.claims(map[string]any{"aud": []string{"other", "treatygraph"}})), true, true},
		"no scope":                   {ours.sign(t, p.claims(map[string]any{"scope": nil})), true, false},
		"part of the scope's name":   {ours.sign(t, p.claims(map[string]any{"scope": "graph:write:none graph"})), true, false},
		"another form of scope":      {ours.sign(t, p.claims(map[string]any{"scope": map[string]any{"graph:write": true}})), true, false},
		"expired":                    {ours.sign(t, p.claims(map[string]any{"exp": now.Add(-time.Second).Unix()})), false, false},
		"without an end":             {ours.sign(t, p.claims(map[string]any{"exp": nil})), false, false},
		"not yet":                    {ours.sign(t, p.claims(map[string]any{"nbf": now.Add(time.Hour).Unix()})), false, false},
		"another audience":           {ours.sign(t, p.claims(map[string]any{"aud": "other"})), false, false},
		"another issuer":             {ours.sign(t, p.claims(map[string]any{"iss": "https://example.org"})), false, false},
		"nobody":                     {ours.sign(t, p.claims(map[string]any{"sub": nil})), false, false},
		"a long name":                {ours.sign(t, p.claims(map[string]any{"sub": strings.Repeat("x", 256)})), false, false},
		"another key":                {others.sign(t, p.claims(nil)), false, false},
		"a secret instead of a key":  {signer{secret}.sign(t, p.claims(nil)), false, false},
		"not signed":                 {"eyJhbGciOiJub25lIn0.e30.", false, false},
		"no token":                   {"abc", false, false},
		"no token, with three parts": {"a.b.c", false, false},
	} {
		caller, err := o.Authenticate(t.Context(), test.token)
		want := resolvers.Caller{}
		if test.known {
			want = resolvers.Caller{Name: "ann at " + p.URL, Write: test.write}
		}
		if caller != want || test.known != (err == nil) || !test.known && !errors.Is(err, ErrUnauthenticated) {
			t.Errorf("%s: %+v, %v", name, caller, err)
		}
	}
	if n := p.asked.Load(); n != 1 {
		t.Errorf("the issuer was asked %d times who it is", n)
	}
	if log.Len() > 0 {
		t.Errorf("logged: %s", &log)
	}
}

func TestKeysAreKeptAndAskedForAgainWhenANewOneSigns(t *testing.T) {
	p := newProvider(t)
	first := p.newSigner(t, "1", true)
	o := p.authenticator(&bytes.Buffer{})
	for range 5 {
		if _, err := o.Authenticate(t.Context(), first.sign(t, p.claims(nil))); err != nil {
			t.Fatal(err)
		}
	}
	if n := p.askedOfKeys.Load(); n != 1 {
		t.Errorf("the keys were fetched %d times", n)
	}
	second := p.newSigner(t, "2", true)
	if caller, err := o.Authenticate(t.Context(), second.sign(t, p.claims(nil))); err != nil || !caller.Write {
		t.Errorf("with the new key: %+v, %v", caller, err)
	}
	if n := p.askedOfKeys.Load(); n != 2 {
		t.Errorf("the keys were fetched %d times", n)
	}
}

func TestAnIssuerThatIsAwayIsNeededOnlyByItsTokensAndNotAskedEachTime(t *testing.T) {
	p := newProvider(t)
	token := p.newSigner(t, "1", true).sign(t, p.claims(nil))
	p.away.Store(true)
	var log bytes.Buffer
	o := p.authenticator(&log) // no request is made
	s := serveCorpus(t)
	handler := NewHandler(Config{Source: s.source, Store: s.store, Now: func() time.Time { return now }, Logger: slog.New(slog.DiscardHandler), Auth: Authenticators{WriteToken("secret"), o}})
	ask := func(token string) *httptest.ResponseRecorder {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(`{"query":"{__typename}"}`))
		request.Header.Set("Content-Type", "application/json")
		if token != "" {
			request.Header.Set("Authorization", "Bearer "+token)
		}
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		return recorder
	}
	for range 5 {
		if r := ask(token); r.Code != http.StatusServiceUnavailable || code(t, r) != "UNAVAILABLE" || strings.Contains(r.Body.String(), p.URL) {
			t.Errorf("while it is away: %d %s", r.Code, r.Body)
		}
	}
	if n := p.asked.Load(); n != 1 {
		t.Errorf("it was asked %d times", n)
	}
	for token, status := range map[string]int{"": 200, "secret": 200, "wrong": 401} {
		if r := ask(token); r.Code != status {
			t.Errorf("token %q: %d %s", token, r.Code, r.Body)
		}
	}
	p.away.Store(false)
	o.mu.Lock()
	o.failed = o.failed.Add(-oidcPause) // the pause is over
	o.mu.Unlock()
	if r := ask(token); r.Code != http.StatusOK {
		t.Errorf("when it is back: %d %s", r.Code, r.Body)
	}
	p.away.Store(true)
	if r := ask(token); r.Code != http.StatusOK {
		t.Errorf("with keys that are known: %d %s", r.Code, r.Body)
	}
	stranger := p.newSigner(t, "2", true).sign(t, p.claims(nil))
	if r := ask(stranger); r.Code != http.StatusServiceUnavailable {
		t.Errorf("with a key that is not: %d %s", r.Code, r.Body)
	}
	if strings.Contains(log.String(), token) || strings.Contains(log.String(), stranger) {
		t.Error("a token stands in the log")
	}
}

func TestAnIssuerThatDoesNotAnswerHoldsNobodyForLong(t *testing.T) {
	hung, end := make(chan struct{}), make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { close(hung); <-end }))
	defer silent.Close()
	defer close(end)
	o := NewOIDC(silent.URL, "treatygraph", "graph:write", time.Now, slog.New(slog.DiscardHandler))
	if o.client.Timeout != oidcTimeout {
		t.Fatalf("requests to the issuer are given %v", o.client.Timeout)
	}
	o.client.Timeout = 50 * time.Millisecond
	_, err := o.Authenticate(context.Background(), "a.b.c")
	if !errors.Is(err, ErrAuthUnavailable) {
		t.Errorf("got %v", err)
	}
	<-hung
}
