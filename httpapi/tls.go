package httpapi

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// NewTLS returns a configuration that shows the certificate of two PEM files, and the new one when they were renewed. Files that cannot be read at
// the beginning are an error, later a line in the log, and the last good certificate stays.
func NewTLS(certificate, key string, logger *slog.Logger) (*tls.Config, error) {
	k := &keyPair{certificate: certificate, key: key, logger: logger}
	if err := k.renew(); err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: k.get}, nil
}

// keyPair is a certificate with its key, as the files last were good.
type keyPair struct {
	certificate, key string
	logger           *slog.Logger

	mu      sync.Mutex
	seen    [2]time.Time // when the files were changed that were read last
	current *tls.Certificate
}

// get returns the certificate for a handshake, which looks at the files' times, a few microseconds beside the milliseconds of its arithmetic.
func (k *keyPair) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.renew(); err != nil {
		k.logger.Warn("the certificate was not renewed", "error", err)
	}
	return k.current, nil
}

// renew reads the files when they are not those that were read last.
func (k *keyPair) renew() error {
	var changed [2]time.Time
	for i, file := range []string{k.certificate, k.key} {
		if info, err := os.Stat(file); err == nil { // else reading it says why
			changed[i] = info.ModTime()
		}
	}
	if changed == k.seen && k.current != nil {
		return nil
	}
	k.seen = changed // also of files that are not good: once in the log is enough
	pair, err := tls.LoadX509KeyPair(k.certificate, k.key)
	if err != nil {
		return fmt.Errorf("%s, %s: %w", k.certificate, k.key, err)
	}
	k.current = &pair
	return nil
}
