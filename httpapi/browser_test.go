package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browserDeadline bounds one visit; a busy machine needs seconds to start a browser.
const browserDeadline = 90 * time.Second

// findBrowser returns the path of a Chromium. Without one a person's test is skipped; in CI it fails, unless TREATYGRAPH_BROWSER is none.
func findBrowser(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes long")
	}
	if os.Getenv("TREATYGRAPH_BROWSER") == "none" {
		t.Skip("TREATYGRAPH_BROWSER is none")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "headless-shell"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	const missing = "no chromium is installed, so the pages are not tried in a browser"
	if os.Getenv("CI") == "true" {
		t.Fatal(missing + "; install one, or set TREATYGRAPH_BROWSER=none")
	}
	t.Skip(missing)
	return ""
}

// A visit is a browser at this service, and what it complained of.
type visit struct {
	context.Context
	t    *testing.T
	host string

	mu         sync.Mutex
	complaints []string
}

// visitService starts the service over the corpus and a browser of its own, which fails the test for what it complains of: errors and
// warnings on the console, violations of the policy, scripts that fail, answers that are errors, and requests to any other host.
func visitService(t *testing.T) (v *visit, address string) {
	t.Helper()
	path := findBrowser(t)
	server := httptest.NewServer(serveCorpus(t))
	t.Cleanup(server.Close)
	v = &visit{t: t, host: strings.TrimPrefix(server.URL, "http://")}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1280, 800),
		chromedp.NoSandbox) // as root, in containers, Chromium has no sandbox; it sees this service only
	allocated, release := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(release)
	browser, closeBrowser := chromedp.NewContext(allocated, chromedp.WithListener(v.hear))
	t.Cleanup(closeBrowser)
	v.Context = browser
	v.do(chromedp.Navigate("about:blank")) // the browser lives as long as the context of the first call
	bounded, cancel := context.WithTimeout(browser, browserDeadline)
	t.Cleanup(cancel)
	v.Context = bounded
	t.Cleanup(func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		for _, complaint := range v.complaints {
			t.Error(complaint)
		}
	})
	return v, server.URL
}

func (v *visit) hear(event any) {
	complaint := ""
	switch e := event.(type) {
	case *cdpruntime.EventConsoleAPICalled:
		if e.Type == cdpruntime.ConsoleAPICalledTypeError || e.Type == cdpruntime.ConsoleAPICalledTypeWarning {
			var words []string
			for _, arg := range e.Args {
				words = append(words, string(arg.Value)+arg.Description)
			}
			complaint = fmt.Sprintf("console: %s", words)
		}
	case *cdpruntime.EventExceptionThrown:
		complaint = fmt.Sprintf("exception: %+v", e.ExceptionDetails)
	case *cdplog.EventEntryAdded:
		complaint = fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err != nil || u.Scheme != "data" && u.Host != v.host {
			complaint = "request to " + e.Request.URL
		}
	case *network.EventResponseReceived:
		if e.Response.Status >= 400 {
			complaint = fmt.Sprintf("%d for %s", e.Response.Status, e.Response.URL)
		}
	}
	if complaint != "" {
		v.mu.Lock()
		v.complaints = append(v.complaints, complaint)
		v.mu.Unlock()
	}
}

// do takes the steps, and ends the test when one cannot be taken.
func (v *visit) do(steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	if err := chromedp.Do(v, steps...); err != nil {
		v.picture("failed")
		v.mu.Lock()
		defer v.mu.Unlock()
		v.t.Fatalf("%v; complaints: %q", err, v.complaints)
	}
}

// picture writes what the browser shows to the folder TREATYGRAPH_PICTURES, for people to look at.
func (v *visit) picture(name string) {
	folder := os.Getenv("TREATYGRAPH_PICTURES")
	if folder == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(v.Context), 10*time.Second)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		v.t.Log(err)
		return
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600); err != nil {
		v.t.Log(err)
	}
}

func TestGraphiQLRunsAnExampleInABrowser(t *testing.T) {
	v, address := visitService(t)
	v.do(chromedp.Navigate(address+"/graphiql?query="+url.QueryEscape(examples[0].Query)),
		chromedp.WaitVisible(`.graphiql-query-editor .view-line`),
		chromedp.WaitVisible(`//section[@aria-label="Examples"]//button[contains(., "Moscow")]`))
	v.runs("IN_FORCE")
	v.picture("graphiql")

	// The sidebar opens another example in a tab of its own.
	v.do(chromedp.Click(`//section[@aria-label="Examples"]//button[contains(., "START I")]`))
	v.sees(`.graphiql-query-editor`, "start-i")
	v.runs("EXPIRED")
	v.picture("graphiql-example")

	// The documentation comes by introspection.
	v.do(chromedp.Click(`button[aria-label="Show Documentation Explorer"]`))
	v.sees(`.graphiql-doc-explorer`, "query: Query")
}

// A worker checks the query against the schema, so a mark shows that it was loaded and may run.
func TestGraphiQLMarksMistakesInABrowser(t *testing.T) {
	v, address := visitService(t)
	v.do(chromedp.Navigate(address+"/graphiql?query="+url.QueryEscape("{ nonsense }")), chromedp.WaitVisible(`.graphiql-query-editor .squiggly-error`))
	v.picture("graphiql-mistake")
}

// sees waits until an element shows the words. Monaco writes no-break spaces, and only the lines that can be seen.
func (v *visit) sees(selector, words string) {
	v.t.Helper()
	v.do(chromedp.Poll[chromedp.Void](fmt.Sprintf(`document.querySelector(%q)?.textContent.includes(%q)`, selector, words), chromedp.WithPollingInterval(100*time.Millisecond), chromedp.WithPollingTimeout(0)))
}

// runs presses the button of GraphiQL until the answer shows the words: what is pressed while GraphiQL still takes a document over is lost.
func (v *visit) runs(words string) {
	v.t.Helper()
	shown := fmt.Sprintf(`document.querySelector(".result-window")?.textContent.includes(%q)`, words)
	for {
		v.do(chromedp.Click(`.graphiql-execute-button`))
		err := chromedp.Do(v, chromedp.Poll[chromedp.Void](shown, chromedp.WithPollingInterval(100*time.Millisecond), chromedp.WithPollingTimeout(5*time.Second)))
		if err == nil {
			return
		}
		if !errors.Is(err, chromedp.ErrPollingTimeout) {
			v.picture("failed")
			v.t.Fatalf("%q is not shown: %v", words, err)
		}
	}
}

func TestPagesFitAPhoneAndKeepTheirPolicyInABrowser(t *testing.T) {
	v, address := visitService(t)
	for name, path := range map[string]string{"home": "/", "treaty": "/entity/treaty/start-i", "document": "/entity/document/e-cn.15-2008-21", "declaration": "/entity/declaration/us-russia-strategic-framework-2008"} {
		for _, width := range []int64{1280, 390} {
			v.do(chromedp.EmulateViewport(width, 844), chromedp.Navigate(address+path))
			if wide, err := chromedp.Run(v, chromedp.Evaluate[int64](`document.documentElement.scrollWidth`)); err != nil || wide > width {
				t.Errorf("%s is %d wide, not %d (%v)", path, wide, width, err)
			}
			if font, err := chromedp.Run(v, chromedp.Evaluate[string](`getComputedStyle(document.body).fontFamily`)); err != nil || !strings.Contains(font, "system-ui") {
				t.Errorf("%s has no style (%v)", path, err)
			}
			v.picture(fmt.Sprintf("%s-%d", name, width))
		}
	}
}
