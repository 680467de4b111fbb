package graph

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A Scheme says who gave an identifier and what forms it takes. The zero value is no scheme.
type Scheme uint8

// The schemes.
const (
	SchemeUNSymbol   Scheme = iota + 1 // symbol of a UN document, see ParseUNSymbol
	SchemeUNTS                         // registration or place in the United Nations Treaty Series
	SchemeMTDSG                        // chapter and number in Multilateral Treaties Deposited with the Secretary-General
	SchemeWikidata                     // item of Wikidata
	SchemeISO31661A2                   // ISO 3166-1 alpha-2: country
	SchemeISO31661A3                   // ISO 3166-1 alpha-3: country
	SchemeISO31663                     // ISO 3166-3: former country
	SchemeDOI                          // Digital Object Identifier, ISO 26324
	SchemeURL                          // web address
)

var schemeNames = []string{
	SchemeUNSymbol: "UN_SYMBOL", SchemeUNTS: "UNTS", SchemeMTDSG: "MTDSG", SchemeWikidata: "WIKIDATA",
	SchemeISO31661A2: "ISO3166_1_A2", SchemeISO31661A3: "ISO3166_1_A3", SchemeISO31663: "ISO3166_3",
	SchemeDOI: "DOI", SchemeURL: "URL",
}

// String returns the name of the scheme, for example "UN_SYMBOL".
func (s Scheme) String() string { return nameOf(schemeNames, int(s)) }

// ParseScheme reads the name that String gives.
func ParseScheme(s string) (Scheme, error) {
	i, err := parseName(schemeNames, "identifier scheme", s)
	return Scheme(i), err
}

// Schemes returns all schemes in order.
func Schemes() []Scheme {
	return []Scheme{
		SchemeUNSymbol, SchemeUNTS, SchemeMTDSG, SchemeWikidata,
		SchemeISO31661A2, SchemeISO31661A3, SchemeISO31663, SchemeDOI, SchemeURL,
	}
}

// Identifier names an entity in a scheme. Value is in the canonical form that ParseIdentifier gives, so equal identifiers are equal Go
// values.
type Identifier struct {
	Scheme Scheme
	Value  string
}

// String returns "SCHEME:value", for example "UN_SYMBOL:S/RES/1540".
func (i Identifier) String() string { return i.Scheme.String() + ":" + i.Value }

// MaxIdentifierBytes bounds an identifier: the length up to which web addresses work everywhere.
const MaxIdentifierBytes = 2000

// ParseIdentifier checks the form of an identifier and brings it to its canonical form; canonical values come back unchanged. It does
// not know which identifiers were given out. Surrounding white space is dropped and, except in a DOI or URL, full-width forms and
// dashes of all kinds are resolved. The schemes take:
//
//   - UN_SYMBOL: what ParseUNSymbol takes; the value is the symbol's Key, so without the year of a Security Council resolution.
//   - UNTS: a registration number with its part ("I-10485"; II is filed and recorded), or volume and page of the Treaty Series
//     ("729 UNTS 161", also written "UNTS vol. 729, p. 161"). These are two identifiers of a treaty; neither can be told from the other.
//   - MTDSG: chapter, number and what divides them: "XXVI-3", "XI-B-16", "IV-11-b", also with dots.
//   - WIKIDATA: "Q889", "wd:Q889", or the item's web address.
//   - ISO3166_1_A2 and ISO3166_1_A3: two and three letters.
//   - ISO3166_3: the four letters of a former country ("SUHH"), or the three-letter code it had ("SUN", "YUG", "DDR", "CSK"); both stand
//     as they are, and neither becomes the other.
//   - DOI: "10.1017/s0020589300067944", in lower case (DOIs ignore case), also behind "doi:" or the address of a resolver.
//   - URL: absolute, http or https, without user name or password; scheme and host in lower case, the default port dropped, an empty
//     path "/". The host is ASCII (an international domain name in its xn-- form).
func ParseIdentifier(s Scheme, value string) (Identifier, error) {
	if s < SchemeUNSymbol || s > SchemeURL {
		return Identifier{}, fmt.Errorf("identifier %s has no known scheme", quote(value))
	}
	if len(value) > MaxIdentifierBytes {
		return Identifier{}, fmt.Errorf("%s identifier %s is longer than %d bytes", s, quote(value), MaxIdentifierBytes)
	}
	if !utf8.ValidString(value) {
		return Identifier{}, fmt.Errorf("%s identifier %s is not valid UTF-8", s, quote(value))
	}
	if s == SchemeUNSymbol {
		symbol, err := ParseUNSymbol(value)
		if err != nil {
			return Identifier{}, err
		}
		return Identifier{s, symbol.Key()}, nil
	}
	canonical, err := canonicalIdentifier(s, strings.TrimSpace(value))
	if err != nil {
		return Identifier{}, fmt.Errorf("%s identifier %s: %w", s, quote(value), err)
	}
	if len(canonical) > MaxIdentifierBytes {
		return Identifier{}, fmt.Errorf("%s identifier %s is longer than %d bytes in canonical form", s, quote(value), MaxIdentifierBytes)
	}
	return Identifier{s, canonical}, nil
}

// Roman numerals of the chapters of MTDSG (29 so far) are read up to XXX.
var (
	untsRegistration = regexp.MustCompile(`^(?:NO\. ?)?(II?) ?- ?([1-9][0-9]{0,5})$`)
	untsVolumePage   = regexp.MustCompile(`^(?:VOL\. ?)?([1-9][0-9]{0,3}) ?U\.?N\.?T\.?S\.?,? ?(?:P\. ?)?([1-9][0-9]{0,3})$`)
	untsCitation     = regexp.MustCompile(`^(?:U\.?N\.?T\.?S\.?|UNITED NATIONS,? TREATY SERIES),? VOL\. ?([1-9][0-9]{0,3}),? P\. ?([1-9][0-9]{0,3})$`)
	mtdsgChapter     = regexp.MustCompile(`^(X{0,2}(?:IX|IV|V?I{1,3}|V|X))[-.](?:([A-Z])[-.])?([1-9][0-9]{0,2})((?:[-.](?:[A-Z]|[1-9][0-9]{0,2})){0,3})$`)
	wikidataItem     = regexp.MustCompile(`^(?:WD:|HTTPS?://(?:WWW\.|M\.)?WIKIDATA\.ORG/(?:WIKI|ENTITY)/)?(Q[1-9][0-9]{0,11})$`)
	isoLetters       = regexp.MustCompile(`^[A-Z]{2,4}$`)
	doiShape         = regexp.MustCompile(`^10\.[0-9]{4,9}(?:\.[0-9]+)*/.+$`)
	doiPrefix        = regexp.MustCompile(`^(?i:doi: *|https?://(?:dx\.|www\.)?doi\.org/)`)
	hostName         = regexp.MustCompile(`^(?:\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z](?:[0-9A-Za-z._-]*[0-9A-Za-z])?)(?::[0-9]{1,5})?$`)
)

// canonicalIdentifier returns the canonical form, or an error that says what the scheme wants.
func canonicalIdentifier(s Scheme, value string) (string, error) {
	switch s {
	case SchemeDOI:
		return canonicalDOI(value)
	case SchemeURL:
		return canonicalURL(value)
	}
	plain := plainUpper(value)
	switch s {
	case SchemeUNTS:
		if m := untsRegistration.FindStringSubmatch(plain); m != nil {
			return m[1] + "-" + m[2], nil
		}
		for _, shape := range []*regexp.Regexp{untsVolumePage, untsCitation} {
			if m := shape.FindStringSubmatch(plain); m != nil {
				return m[1] + " UNTS " + m[2], nil
			}
		}
		return "", errors.New(`want a registration number like "I-10485" or a place like "729 UNTS 161"`)
	case SchemeMTDSG:
		m := mtdsgChapter.FindStringSubmatch(plain)
		if m == nil {
			return "", errors.New(`want a chapter and a number like "XXVI-3"`)
		}
		chapter := m[1]
		if m[2] != "" {
			chapter += "-" + m[2]
		}
		return chapter + "-" + m[3] + strings.ToLower(strings.ReplaceAll(m[4], ".", "-")), nil
	case SchemeWikidata:
		m := wikidataItem.FindStringSubmatch(plain)
		if m == nil {
			return "", errors.New(`want an item like "Q889"`)
		}
		return m[1], nil
	}
	want := map[Scheme]string{SchemeISO31661A2: "two letters", SchemeISO31661A3: "three letters", SchemeISO31663: "four or three letters"}
	if n := len(plain); isoLetters.MatchString(plain) && (s == SchemeISO31661A2 && n == 2 || s == SchemeISO31661A3 && n == 3 || s == SchemeISO31663 && n >= 3) {
		return plain, nil
	}
	return "", fmt.Errorf("want %s", want[s])
}

// plainUpper resolves full-width forms, dashes and white space, and upper-cases ASCII letters.
func plainUpper(s string) string {
	s = strings.Map(func(r rune) rune {
		if folded := foldRune(r); folded == '-' || folded == ' ' {
			return folded
		}
		if 'a' <= r && r <= 'z' {
			return r - 'a' + 'A'
		}
		return r
	}, norm.NFKC.String(s))
	return strings.Join(strings.Fields(s), " ")
}

func canonicalDOI(value string) (string, error) {
	doi := value
	if prefix := doiPrefix.FindString(value); prefix != "" {
		doi = value[len(prefix):]
		if strings.HasSuffix(prefix, "/") { // in an address reserved characters are escaped
			unescaped, err := url.PathUnescape(doi)
			if err != nil || !utf8.ValidString(unescaped) {
				return "", errors.New("the address has a malformed escape")
			}
			doi = unescaped
		}
	}
	if !doiShape.MatchString(doi) || strings.ContainsFunc(doi, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }) {
		return "", errors.New(`want a name like "10.1017/s0020589300067944"`)
	}
	return strings.Map(func(r rune) rune { // ASCII letters only, as the DOI Handbook, 2.4, has it
		if 'A' <= r && r <= 'Z' {
			return r - 'A' + 'a'
		}
		return r
	}, doi), nil
}

func canonicalURL(value string) (string, error) {
	u, err := url.Parse(value)
	if err != nil {
		return "", errors.New("is no web address")
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return "", errors.New("want an absolute http or https address")
	case u.User != nil:
		return "", errors.New("the address has a user name or password")
	case !hostName.MatchString(u.Host):
		return "", errors.New("the address has no valid host")
	}
	u.Host = strings.ToLower(u.Host)
	if port := map[string]string{"http": ":80", "https": ":443"}[u.Scheme]; strings.HasSuffix(u.Host, port) {
		u.Host = strings.TrimSuffix(u.Host, port)
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String(), nil
}

// unBodies are the bodies whose symbols GuessIdentifier takes for symbols: those of the principal organs and of the bodies, treaty
// organs and conferences that issue documents of their own series (UN Editorial Manual; Dag Hammarskjöld Library).
var unBodies = []string{
	"A", "AT", "BWC", "CAT", "CCD", "CCPR", "CCW", "CD", "CED", "CEDAW", "CERD", "CLCS", "CMW", "CRC", "CRPD", "DC", "DP", "E", "ENDC",
	"FCCC", "GC", "HRI", "HSP", "ICCD", "ICEF", "IDB", "ISBA", "JIU", "LOS", "MSC", "NPT", "S", "SPLOS", "SPT", "ST", "T", "TD", "UNEP",
}

// GuessIdentifier returns the identifiers that a free text can be, in the order of Schemes: UN symbols of known bodies, UNTS,
// Wikidata, DOI and URL. Schemes whose values look like words or like those of another scheme (ISO codes, MTDSG and the UNTS numbers
// that MTDSG could have too) are left out. Nothing that fits gives nil.
func GuessIdentifier(text string) []Identifier {
	var found []Identifier
	for _, scheme := range []Scheme{SchemeUNSymbol, SchemeUNTS, SchemeWikidata, SchemeDOI, SchemeURL} {
		i, err := ParseIdentifier(scheme, text)
		if err != nil {
			continue
		}
		switch scheme {
		case SchemeUNSymbol:
			if body, _, _ := strings.Cut(i.Value, "/"); !slices.Contains(unBodies, body) {
				continue
			}
		case SchemeUNTS:
			if _, err := ParseIdentifier(SchemeMTDSG, i.Value); err == nil {
				continue
			}
		}
		found = append(found, i)
	}
	return found
}
