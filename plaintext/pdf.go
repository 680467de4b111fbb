package plaintext

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
	"unicode"

	"treatygraph/graph"
)

// isPDF tells a PDF by its start. Readers of PDF let its first line stand anywhere in the first 1,024 bytes, for the sake of what mail and printers put
// before it; but lines of text before it are a text that speaks of PDF, so that only what is no text may stand there.
func isPDF(start []byte) bool {
	before, _, is := bytes.Cut(start, []byte("%PDF-"))
	before = bytes.TrimSpace(bytes.TrimPrefix(before, []byte("\xEF\xBB\xBF")))
	return is && (len(before) == 0 || bytes.ContainsFunc(before, func(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) }))
}

// pdfTime bounds the reading of a PDF: hundreds of pages take a second.
const pdfTime = 2 * time.Minute

var errSlow = errors.New("the time for a PDF is over")

// pdfProgram reads PDFs. It belongs to Poppler.
const pdfProgram = "pdftotext"

// maxComplaintBytes bounds what is kept of the complaints of pdfProgram, which may have one for each byte of a damaged file.
const maxComplaintBytes = 64 << 10

// A start keeps the first bytes that are written to it.
type start struct{ kept bytes.Buffer }

func (s *start) Write(p []byte) (int, error) {
	s.kept.Write(p[:min(len(p), maxComplaintBytes-s.kept.Len())])
	return len(p), nil
}

// readPDF has pdftotext take the text out, in the order of reading.
func readPDF(ctx context.Context, content []byte) (text string, err error) {
	program, err := exec.LookPath(pdfProgram)
	if err != nil {
		return "", refused("the file is a PDF, which %s reads, and it is not installed: install poppler-utils (Debian, Ubuntu, Fedora) or poppler (Homebrew), or give the text as a plain text file", pdfProgram)
	}
	file, err := os.CreateTemp("", "treatygraph-*.pdf")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.Remove(file.Name())) }()
	_, err = file.Write(content)
	if err = errors.Join(err, file.Close()); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, pdfTime, errSlow)
	defer cancel()
	command := exec.CommandContext(ctx, program, "-enc", "UTF-8", "-eol", "unix", file.Name(), "-") // with -q it would not say that there is a password
	var said start
	command.Stderr = &said
	out, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", pdfProgram, err)
	}
	body, readErr := io.ReadAll(io.LimitReader(out, graph.MaxTextBytes+1))
	if len(body) > graph.MaxTextBytes {
		cancel()
		_ = command.Wait()
		return "", refused("the text of the PDF is longer than %d bytes", graph.MaxTextBytes)
	}
	err = errors.Join(readErr, command.Wait())
	switch {
	case errors.Is(context.Cause(ctx), errSlow): // and not the caller's own time
		return "", refused("%s did not end within %v", pdfProgram, pdfTime)
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil && bytes.Contains(said.kept.Bytes(), []byte("Incorrect password")):
		return "", refused("the PDF has a password: save it without one")
	case err != nil:
		return "", refused("the PDF is damaged: %s cannot read it", pdfProgram)
	case strings.IndexFunc(string(body), func(r rune) bool { return !unicode.IsSpace(r) }) < 0:
		return "", refused("the PDF holds pictures and no text: have it recognised (OCR) first")
	}
	return joinPages(string(body)), nil
}
