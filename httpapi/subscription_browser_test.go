package httpapi

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"
)

// The socket is of this host, which GraphiQL's policy lets it open.
func TestGraphiQLShowsChangesInABrowser(t *testing.T) {
	v, address := visitService(t)
	newest := serveCorpus(t).source.Snapshot().Head().Revision
	v.do(chromedp.Navigate(address+"/graphiql?query="+url.QueryEscape(`subscription { changes(afterRevision: 0) { revision { number } } }`)),
		chromedp.WaitVisible(`.graphiql-query-editor .view-line`),
		chromedp.Click(`.graphiql-execute-button`))
	v.sees(`.result-window`, fmt.Sprintf("\"number\":\u00a0%d", newest))
	v.picture("graphiql-subscription")
}
