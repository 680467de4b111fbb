package export

// Formats are those of this package; the packages below it have more.
var Formats = []*Format{
	NDJSON,
	CSV,
}
