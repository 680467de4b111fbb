package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"treatygraph/resolvers"
)

const (
	// oidcTimeout bounds each request to the issuer, which an operation waits for.
	oidcTimeout = 5 * time.Second
	// oidcPause is how long an issuer that could not be reached is left alone, so that a flood of tokens is no flood of requests to it.
	oidcPause = 5 * time.Second
	// maxSubject is what OpenID Connect Core, section 2, allows a subject.
	maxSubject = 255
)

// ErrAuthUnavailable is what a token ends with that cannot be checked now.
var ErrAuthUnavailable = errors.New("the bearer token cannot be checked now")

// An OIDC authenticates by access tokens that are JWTs (RFC 9068) of an OpenID Connect issuer. The issuer is asked for its keys when the first token
// comes, and again when a token names a key that is not known.
type OIDC struct {
	issuer, audience, scope string
	now                     func() time.Time
	logger                  *slog.Logger
	client                  *http.Client

	mu       sync.Mutex // held while the issuer is asked who it is
	verifier *oidc.IDTokenVerifier
	failed   time.Time // when it could not be reached last
}

// NewOIDC returns an Authenticator for tokens of the issuer, made out to the audience. Those with the scope may write. No request is made yet.
func NewOIDC(issuer, audience, scope string, now func() time.Time, logger *slog.Logger) *OIDC {
	return &OIDC{issuer: issuer, audience: audience, scope: scope, now: now, logger: logger, client: &http.Client{Timeout: oidcTimeout}}
}

// Authenticate makes OIDC an Authenticator.
func (o *OIDC) Authenticate(ctx context.Context, token string) (resolvers.Caller, error) {
	if strings.Count(token, ".") != 2 { // no JWT: no reason to ask anybody
		return resolvers.Caller{}, ErrUnauthenticated
	}
	verifier, err := o.discovered(ctx)
	if err != nil {
		return resolvers.Caller{}, err
	}
	var unreachable error
	verified, err := verifier.Verify(context.WithValue(ctx, unreachableKey{}, &unreachable), token)
	if unreachable != nil {
		o.logger.WarnContext(ctx, "OpenID Connect: keys cannot be fetched", "issuer", o.issuer, "error", unreachable)
		return resolvers.Caller{}, ErrAuthUnavailable
	}
	if err != nil || verified.Subject == "" || len(verified.Subject) > maxSubject {
		return resolvers.Caller{}, ErrUnauthenticated
	}
	var claims struct {
		Scope any `json:"scope"` // RFC 9068: words in one text
		SCP   any `json:"scp"`   // what some issuers write instead: a text or a list
	}
	if err := verified.Claims(&claims); err != nil {
		return resolvers.Caller{}, ErrUnauthenticated
	}
	return resolvers.Caller{
		Name:  fmt.Sprintf("%s at %s", verified.Subject, o.issuer),
		Write: slices.Contains(words(claims.Scope), o.scope) || slices.Contains(words(claims.SCP), o.scope),
	}, nil
}

// words reads scopes, however they are written.
func words(claim any) (list []string) {
	switch claim := claim.(type) {
	case string:
		return strings.Fields(claim)
	case []any:
		for _, item := range claim {
			if word, is := item.(string); is {
				list = append(list, word)
			}
		}
	}
	return list
}

// discovered returns what checks tokens, after asking the issuer once where its keys are.
func (o *OIDC) discovered(ctx context.Context) (*oidc.IDTokenVerifier, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.verifier != nil:
		return o.verifier, nil
	case !o.failed.IsZero() && time.Since(o.failed) < oidcPause:
		return nil, ErrAuthUnavailable
	}
	// The request is everybody's who waits, so it does not end with the context of the one who happens to make it.
	ctx = oidc.ClientContext(context.WithoutCancel(ctx), o.client)
	provider, err := oidc.NewProvider(ctx, o.issuer)
	if err != nil {
		o.failed = time.Now()
		o.logger.WarnContext(ctx, "OpenID Connect: the issuer cannot be reached", "issuer", o.issuer, "error", err)
		return nil, ErrAuthUnavailable
	}
	var where struct {
		Keys       string   `json:"jwks_uri"`
		Algorithms []string `json:"id_token_signing_alg_values_supported"`
	}
	if err := provider.Claims(&where); err != nil {
		return nil, fmt.Errorf("read what %s says of itself: %w", o.issuer, err)
	}
	where.Algorithms = slices.DeleteFunc(where.Algorithms, func(name string) bool { return !slices.Contains(publicKeyAlgorithms, name) })
	o.verifier = oidc.NewVerifier(o.issuer, keys{oidc.NewRemoteKeySet(ctx, where.Keys)}, &oidc.Config{ClientID: o.audience, SupportedSigningAlgs: where.Algorithms, Now: o.now})
	return o.verifier, nil
}

// publicKeyAlgorithms are those that nobody but the issuer can sign with.
var publicKeyAlgorithms = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}

type unreachableKey struct{}

// keys tells a signature that is wrong from one that could not be checked, which the verifier does not.
type keys struct{ *oidc.RemoteKeySet }

// VerifySignature makes keys an oidc.KeySet.
func (k keys) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	payload, err := k.RemoteKeySet.VerifySignature(ctx, jwt)
	if err != nil && strings.HasPrefix(err.Error(), "fetching keys ") {
		if unreachable, asked := ctx.Value(unreachableKey{}).(*error); asked {
			*unreachable = err
		}
	}
	return payload, err
}
