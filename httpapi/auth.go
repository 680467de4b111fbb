package httpapi

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"strings"

	"treatygraph/resolvers"
)

// An Authenticator tells who sends a request.
type Authenticator interface {
	// Authenticate returns who a bearer token (RFC 6750) stands for; ErrUnauthenticated when for nobody, ErrAuthUnavailable when that
	// cannot be told now.
	Authenticate(ctx context.Context, token string) (resolvers.Caller, error)
}

// ErrUnauthenticated is what a token ends with that stands for nobody, any more or at all.
var ErrUnauthenticated = errors.New("the bearer token is not valid")

// A WriteToken is one secret: whoever has it may write. Revisions name its holder as the operator.
type WriteToken string

// Authenticate makes WriteToken an Authenticator. It takes the same time for all wrong tokens.
func (t WriteToken) Authenticate(_ context.Context, token string) (resolvers.Caller, error) {
	want, got := sha256.Sum256([]byte(t)), sha256.Sum256([]byte(token))
	if t == "" || subtle.ConstantTimeCompare(want[:], got[:]) != 1 {
		return resolvers.Caller{}, ErrUnauthenticated
	}
	return resolvers.Caller{Name: "operator", Write: true}, nil
}

// Authenticators are asked one after the other, until one knows the token.
type Authenticators []Authenticator

// Authenticate makes Authenticators an Authenticator.
func (as Authenticators) Authenticate(ctx context.Context, token string) (caller resolvers.Caller, err error) {
	err = ErrUnauthenticated
	for _, a := range as {
		if caller, err = a.Authenticate(ctx, token); !errors.Is(err, ErrUnauthenticated) {
			break
		}
	}
	return caller, err
}

// authenticated says who asks. A request without a token is anybody's; a token that is wrong is refused, also where none is needed.
func authenticated(a Authenticator, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		caller, err := authenticate(r.Context(), a, r.Header.Get("Authorization"))
		if err != nil && !errors.Is(err, ErrUnauthenticated) {
			writeError(w, r, http.StatusServiceUnavailable, resolvers.Unavailable, ErrAuthUnavailable.Error())
			return
		}
		if err != nil {
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			writeError(w, r, http.StatusUnauthorized, resolvers.Unauthenticated, ErrUnauthenticated.Error())
			return
		}
		next.ServeHTTP(w, r.WithContext(resolvers.WithCaller(r.Context(), caller)))
	})
}

// authenticate reads an Authorization header; where nobody can be known, any token is wrong.
func authenticate(ctx context.Context, a Authenticator, authorization string) (resolvers.Caller, error) {
	if authorization == "" {
		return resolvers.Caller{}, nil
	}
	scheme, token, _ := strings.Cut(authorization, " ")
	if a == nil || !strings.EqualFold(scheme, "Bearer") {
		return resolvers.Caller{}, ErrUnauthenticated
	}
	return a.Authenticate(ctx, strings.TrimSpace(token))
}
