package graph

// Limits of what a store takes. They bound memory and transaction size, not what can be said: more goes in further batches.
const (
	// MaxBatchRecords bounds the assertions and withdrawals of one batch: 10,000 take a store a second or two and about 10 MB.
	MaxBatchRecords = 10_000
	// MaxBatchBytes bounds a batch's encoded assertions and texts together, so that a revision fits in memory several times over.
	MaxBatchBytes = 64 << 20
	// MaxTextBytes bounds one text, decoded. The longest treaties with all annexes stay under 8 MB.
	MaxTextBytes = 16 << 20
	// MaxValueBytes bounds the text of a value.
	MaxValueBytes = 16 << 10
	// MaxEvidence bounds the evidence items of one assertion.
	MaxEvidence = 1_000
	// MaxQuoteBytes bounds a quote: a long paragraph, not a chapter.
	MaxQuoteBytes = 16 << 10
	// MaxNoteBytes bounds every short free text: notes, reasons, citations, summaries, authors.
	MaxNoteBytes = 2 << 10
	// MaxKeyBytes bounds the key of an attempt.
	MaxKeyBytes = 200
)
