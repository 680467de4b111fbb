package view

import "net/url"

// Download is the GraphQL type Download.
type Download struct {
	Format, Title, Description, MediaType, URL string
}

// Downloads resolves Subgraph.downloads.
func (g *Subgraph) Downloads() ([]Download, error) {
	list := []Download{}
	link, err := g.Permalink()
	if err != nil || link == nil {
		return list, err
	}
	for _, f := range g.op.Formats {
		query := url.Values{"format": {f.Name}, "selection": {*link}}
		list = append(list, Download{f.Name, f.Title, f.Description, f.MediaType, "/export?" + query.Encode()})
	}
	return list, nil
}
