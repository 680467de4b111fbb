package httpapi

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// certify writes a certificate for 127.0.0.1 with this serial number, changed at a time of its own.
func certify(t *testing.T, certificate, key string, serial int64) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), NotAfter: time.Now().Add(time.Hour)}
	public, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for path, block := range map[string]*pem.Block{certificate: {Type: "CERTIFICATE", Bytes: public}, key: {Type: "EC PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, time.Time{}, time.Unix(serial, 0)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestARenewedCertificateIsShownAndABrokenOneIsNot(t *testing.T) {
	certificate, key := filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	var log bytes.Buffer
	if _, err := NewTLS(certificate, key, slog.New(slog.NewTextHandler(&log, nil))); err == nil {
		t.Fatal("files that are not there are taken")
	}
	certify(t, certificate, key, 1)
	config, err := NewTLS(certificate, key, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(serveCorpus(t))
	server.TLS, server.EnableHTTP2 = config, true
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.StartTLS()
	defer server.Close()
	server.TLS.Certificates = nil // httptest adds its own
	ask := func(versions ...uint16) (*http.Response, error) {
		settings := &tls.Config{InsecureSkipVerify: true} // the serial number says which it is
		if len(versions) > 0 {
			settings.MaxVersion = versions[0]
		}
		transport := &http.Transport{TLSClientConfig: settings, ForceAttemptHTTP2: true}
		defer transport.CloseIdleConnections()
		response, err := (&http.Client{Transport: transport}).Get(server.URL + "/healthz")
		if err == nil {
			_, err = io.Copy(io.Discard, response.Body)
			_ = response.Body.Close()
		}
		return response, err
	}
	shows := func(serial int64) {
		t.Helper()
		r, err := ask()
		if err != nil {
			t.Fatal(err)
		}
		if got := r.TLS.PeerCertificates[0].SerialNumber.Int64(); got != serial || r.ProtoMajor != 2 || r.Header.Get("Strict-Transport-Security") == "" {
			t.Errorf("certificate %d, want %d, %s, %v", got, serial, r.Proto, r.Header)
		}
	}
	shows(1)
	certify(t, certificate, key, 2)
	shows(2)
	if err := os.WriteFile(certificate, []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	shows(2)
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	shows(2)
	shows(2)
	if n := strings.Count(log.String(), "not renewed"); n != 2 {
		t.Errorf("two changes that are not good are told %d times:\n%s", n, log.String())
	}
	certify(t, certificate, key, 3)
	shows(3)
	if _, err := ask(tls.VersionTLS11); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
	plain := httptest.NewRecorder()
	serveCorpus(t).ServeHTTP(plain, httptest.NewRequest(http.MethodGet, "/healthz", nil))
	if plain.Header().Get("Strict-Transport-Security") != "" || plain.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("without TLS: %v", plain.Header())
	}
}
