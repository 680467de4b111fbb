package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// The client may go while the next answer is made, in another goroutine than the one that counts the end: what both touch would end the process.
func TestTheEndOfASubscriptionIsToldByWhatWasKnownAtItsBeginning(t *testing.T) {
	m := NewMetrics()
	counted := func(line string) bool {
		w := httptest.NewRecorder()
		m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
		return strings.Contains(w.Body.String(), "\n"+line+"\n")
	}
	op := &graphql.OperationContext{Operation: &ast.OperationDefinition{Operation: ast.Subscription}}
	setTrustedName(op, "Follow")
	ctx, cancel := context.WithCancel(graphql.WithOperationContext(t.Context(), op))
	operationObserver{Config{Metrics: m, Logger: slog.New(slog.DiscardHandler)}}.InterceptOperation(ctx, func(context.Context) graphql.ResponseHandler {
		return func(context.Context) *graphql.Response { return nil }
	})
	if !counted("treatygraph_subscriptions 1") {
		t.Error("no subscription is open")
	}
	setTrustedName(op, "Later")
	cancel()
	ended := func(name string) bool {
		return counted(`treatygraph_operations_total{code="OK",kind="subscription",name="` + name + `"} 1`)
	}
	eventually(t, func() bool { return ended("Follow") || ended("Later") })
	if !ended("Follow") || !counted("treatygraph_subscriptions 0") {
		t.Error("its end is told by another name, or it is still open")
	}
}
