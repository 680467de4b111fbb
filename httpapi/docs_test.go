package httpapi

import (
	"bufio"
	"encoding/json"
	"io"
	"net/textproto"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// exchange is a request of a guide with the answer that stands below it.
var exchange = regexp.MustCompile("(?s)```http\n(GET|POST) ([^\n]*)\n(.*?)```\n```http\n([0-9]+)\n(.*?)```\n")

func TestTheExchangesInTheGuideToHTTPAreThoseOfTheService(t *testing.T) {
	tryExchanges(t, "http.md", 20)
}

func TestTheExchangesInTheGuideToReconciliationAreThoseOfTheService(t *testing.T) {
	tryExchanges(t, "reconciliation.md", 4)
}

// tryExchanges runs the exchanges of a guide, of which there are at least some.
func tryExchanges(t *testing.T, guide string, least int) {
	t.Helper()
	text, err := os.ReadFile("../docs/" + guide)
	if err != nil {
		t.Fatal(err)
	}
	s := serveCorpus(t).with(func(c *Config) {
		c.Origins = []string{"https://friend.example"}
		c.Trusted = trusted(t, `{"label":"query Label($id:ID!){entity(id:$id){label}}"}`)
	})
	exchanges := exchange.FindAllStringSubmatch(string(text), -1)
	if n := strings.Count(string(text), "```http\n"); n != 2*len(exchanges) || n < least {
		t.Fatalf("%d blocks make %d exchanges", n, len(exchanges))
	}
	tag := ""
	for _, e := range exchanges {
		header, body := headed(t, e[3])
		var given []string
		for name, values := range header {
			given = append(given, name, strings.ReplaceAll(values[0], "the ETag of the last answer", tag))
		}
		path, query, _ := strings.Cut(e[2], "?")
		if name, value, has := strings.Cut(query, "="); has {
			path += "?" + name + "=" + url.QueryEscape(value)
		}
		r := s.ask(t, e[1], path, body, given...)
		tag = r.Header().Get("ETag")
		header, body = headed(t, e[5])
		if e[4] != strconv.Itoa(r.Code) {
			t.Errorf("%s %s: got %d, the guide says %s: %s", e[1], e[2], r.Code, e[4], r.Body)
		}
		for name, values := range header {
			if !same(values[0], strings.Join(r.Header().Values(name), ", ")) {
				t.Errorf("%s %s: %s is %q, the guide says %q", e[1], e[2], name, r.Header().Values(name), values[0])
			}
		}
		var want, got any
		if body == "" {
			continue
		}
		if err := json.Unmarshal([]byte(body), &want); err != nil {
			t.Fatalf("%v in %s", err, body)
		}
		if err := json.Unmarshal(r.Body.Bytes(), &got); err != nil || !holds(want, got) {
			t.Errorf("%s %s: got %s, the guide says %s", e[1], e[2], r.Body, body)
		}
	}
}

// headed reads header lines and, after an empty line, a body.
func headed(t *testing.T, text string) (textproto.MIMEHeader, string) {
	t.Helper()
	head, body, _ := strings.Cut("\n"+text, "\n\n")
	header, err := textproto.NewReader(bufio.NewReader(strings.NewReader(strings.TrimPrefix(head, "\n") + "\n\n"))).ReadMIMEHeader()
	if err != nil && err != io.EOF {
		t.Fatalf("%v in %q", err, text)
	}
	return header, strings.TrimSpace(body)
}

// same compares with a text in which … stands for anything at the end.
func same(want, got string) bool {
	if beginning, open := strings.CutSuffix(want, "…"); open {
		return len(got) > len(beginning) && strings.HasPrefix(got, beginning)
	}
	return want == got
}

// holds tells whether all that the guide shows is in an answer, which has more.
func holds(want, got any) bool {
	switch want := want.(type) {
	case map[string]any:
		fields, _ := got.(map[string]any)
		for name, value := range want {
			if !holds(value, fields[name]) {
				return false
			}
		}
		return true
	case []any:
		items, _ := got.([]any)
		for i, item := range want {
			if len(items) != len(want) || !holds(item, items[i]) {
				return false
			}
		}
		return len(items) == len(want)
	case string:
		text, _ := got.(string)
		return same(want, text)
	default:
		return reflect.DeepEqual(want, got)
	}
}
