package httpapi

import (
	"mime"
	"slices"
	"strconv"
	"strings"
)

// A preference is one item of an Accept header: a range and how much it is wanted, from 0 (not at all) to 1.
type preference struct {
	of      string
	quality float64
}

// preferences reads the fields of an Accept header (RFC 9110, section 12.5). Items that cannot be read are left out.
func preferences(fields []string) []preference {
	var list []preference
	for item := range strings.SplitSeq(strings.Join(fields, ","), ",") {
		of, params, err := mime.ParseMediaType(item)
		if err != nil {
			continue
		}
		quality := 1.0
		if q, given := params["q"]; given {
			if quality, err = strconv.ParseFloat(q, 64); err != nil || quality < 0 || quality > 1 {
				continue
			}
		}
		list = append(list, preference{of, quality})
	}
	return list
}

// quality returns how much an offer is wanted: the most specific range that covers it decides, a range without wildcard before type/*
// before */* or *.
func quality(wanted []preference, offer string) float64 {
	family, _, _ := strings.Cut(offer, "/")
	for _, of := range []string{offer, family + "/*", "*/*", "*"} {
		if i := slices.IndexFunc(wanted, func(p preference) bool { return p.of == of }); i >= 0 {
			return wanted[i].quality
		}
	}
	return 0
}

// negotiate returns the offer that is wanted most; of several equal ones, and when none is wanted, the first.
func negotiate(fields []string, offers ...string) string {
	wanted := preferences(fields)
	best := offers[0]
	for _, offer := range offers[1:] {
		if quality(wanted, offer) > quality(wanted, best) {
			best = offer
		}
	}
	return best
}

// accepts tells whether a coding may be sent.
func accepts(fields []string, coding string) bool { return quality(preferences(fields), coding) > 0 }
