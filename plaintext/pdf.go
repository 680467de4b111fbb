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

// pdfTime bounds the reading of a PDF: hundreds of pages take a second.
const pdfTime = 2 * time.Minute

// pdfProgram reads PDFs. It belongs to Poppler.
const pdfProgram = "pdftotext"

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
	ctx, cancel := context.WithTimeout(ctx, pdfTime)
	defer cancel()
	command := exec.CommandContext(ctx, program, "-enc", "UTF-8", "-eol", "unix", "-q", file.Name(), "-")
	var said bytes.Buffer
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
	case ctx.Err() != nil && errors.Is(context.Cause(ctx), context.DeadlineExceeded):
		return "", refused("%s did not end within %v", pdfProgram, pdfTime)
	case ctx.Err() != nil:
		return "", ctx.Err()
	case strings.Contains(said.String(), "assword"):
		return "", refused("the PDF has a password")
	case err != nil:
		return "", refused("the PDF is damaged: %s cannot read it", pdfProgram)
	case strings.IndexFunc(string(body), func(r rune) bool { return !unicode.IsSpace(r) }) < 0:
		return "", refused("the PDF holds pictures and no text: have it recognised (OCR) first")
	}
	return strings.ReplaceAll(string(body), "\f", "\n\n"), nil // pages, so that what stands alone at their ends does
}
