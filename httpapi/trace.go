package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// flushTime bounds how long the last spans are waited for at the end.
const flushTime = 2 * time.Second

// NewTracer returns what traces as the environment variables of OpenTelemetry say, and what ends it; a nil tracer, which starts nothing, when
// they name no receiver. The libraries of OpenTelemetry read the variables of the process themselves; env only tells whether there is a receiver.
func NewTracer(ctx context.Context, env func(string) string, logger *slog.Logger) (tracer trace.Tracer, end func() error, err error) {
	protocol := first(env("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"), env("OTEL_EXPORTER_OTLP_PROTOCOL"), "http/protobuf")
	switch {
	case first(env("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), env("OTEL_EXPORTER_OTLP_ENDPOINT")) == "",
		strings.EqualFold(env("OTEL_SDK_DISABLED"), "true"), env("OTEL_TRACES_EXPORTER") == "none":
		return nil, func() error { return nil }, nil
	case protocol != "http/protobuf":
		return nil, nil, fmt.Errorf("traces are sent by the protocol http/protobuf, not %.20q", protocol)
	}
	about, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "treatygraph"), attribute.String("service.version", version())),
		resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil {
		return nil, nil, errors.New("OTEL_RESOURCE_ATTRIBUTES cannot be read")
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("set up traces: %w", err)
	}
	// The libraries have one handler of errors for all of the process. What they say names the receiver, never the headers sent to it.
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { logger.Warn("traces are lost", "error", err) }))
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(about))
	end = func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
		defer cancel()
		if err := provider.Shutdown(ctx); err != nil {
			logger.Warn("the last traces are lost", "error", err)
		}
		return nil
	}
	return provider.Tracer("treatygraph"), end, nil
}

// first returns the first that is not empty.
func first(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// fromCaller takes over the trace that a request belongs to, as its traceparent says (W3C Trace Context).
func fromCaller(r *http.Request) context.Context {
	return propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
}
