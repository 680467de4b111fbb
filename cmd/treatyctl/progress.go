package main

import (
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// newProgress returns a function that shows how far the work is, where w is a terminal, and one that takes the bar away.
func newProgress(w io.Writer) (show func(stage string, done, total int), end func()) {
	f, isFile := w.(*os.File)
	if !isFile || !term.IsTerminal(int(f.Fd())) {
		return func(string, int, int) {}, func() {}
	}
	var bar *progressbar.ProgressBar
	current := ""
	end = func() {
		if bar != nil {
			_ = bar.Clear() // a bar that cannot be drawn is no reason to fail
		}
		bar = nil
	}
	show = func(stage string, done, total int) {
		if bar == nil || stage != current {
			end()
			current = stage
			bar = progressbar.NewOptions(max(total, 1), progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(stage), progressbar.OptionClearOnFinish())
			_ = bar.RenderBlank()
		}
		_ = bar.Set(min(done, total))
	}
	return show, end
}
