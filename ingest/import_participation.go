package ingest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"treatygraph/graph"
)

// The roles that a column of a participation table may have. A role that stands for an act holds its dates.
const (
	roleActor       = "actor"
	roleTreaty      = "treaty"
	roleType        = "act"         // what was done, in words or as a code; its date stands in roleDate
	roleDate        = "date"        // when
	roleForce       = "in force"    // from when the treaty binds the actor; of a withdrawal, from when it has effect
	roleEnd         = "end"         // until when it binds
	roleSignature   = "signature"   // dates of signatures
	roleConsent     = "consent"     // dates of ratifications and the like, with a code where it is another act than the header's first
	roleWithdrawal  = "withdrawal"  // dates of withdrawals or denunciations
	roleProvisional = "provisional" // from when the actor applies the treaty provisionally
	roleDepositary  = "depositary"  // with whom the instrument was deposited
	roleNote        = "note"        // remarks, which are kept with the acts
	roleIgnored     = "ignored"     // not read
)

// Roles lists what a column of a participation table may be, for help.
func Roles() []string {
	return []string{roleActor, roleTreaty, roleType, roleDate, roleForce, roleEnd, roleSignature, roleConsent, roleWithdrawal, roleProvisional, roleDepositary, roleNote, roleIgnored}
}

// headers tell the role of a column by its header, in the languages of treaty tables. The first that fits counts: "Instrument Date" is a date.
var headers = []struct {
	is   *regexp.Regexp
	role string
}{
	{regexp.MustCompile(`entry into force|entered into force|in force|effective|entrée en vigueur|entrada en vigor|生效|вступл`), roleForce},
	{regexp.MustCompile(`denunciation|withdraw|termination|dénonciation|retrait|denuncia|retiro|退出|退约|废止|выход|денонс`), roleWithdrawal},
	{regexp.MustCompile(`provisional|provisoire|provisional|临时适用|временн`), roleProvisional},
	{regexp.MustCompile(`^(type|act|action|nature|instrument type|action type|type of action|type of instrument|form of consent|行动|行为|действие)$`), roleType},
	{regexp.MustCompile(`ratif|accession|adhésion|adhesión|acceptance|approval|succession|consent|批准|加入|接受|核准|ратиф|присоедин`), roleConsent},
	{regexp.MustCompile(`signature|signed|firma|签署|签字|подпис`), roleSignature},
	{regexp.MustCompile(`deposita|dépositaire|保存|депозитар`), roleDepositary},
	{regexp.MustCompile(`^(until|end|end date|to|valid to|ended|结束|终止|до)$`), roleEnd},
	{regexp.MustCompile(`^date$|instrument date|action date|date of (deposit|action|instrument|the act)|deposit date|^日期$|^дата$|^fecha$`), roleDate},
	{regexp.MustCompile(`note|remark|comment|备注|注释|примечан|observaciones`), roleNote},
	{regexp.MustCompile(`treaty|convention|agreement|instrument|protocol|traité|tratado|acuerdo|条约|公约|协定|договор|конвенц|соглашен`), roleTreaty},
	{regexp.MustCompile(`party|parties|participant|state|country|actor|member|signatory|partie|état|pays|estado|país|缔约|国家|国名|签署国|государств|участник|страна`), roleActor},
}

// A participationColumn is a column with what is known of it.
type participationColumn struct {
	header string
	role   string
	act    graph.Predicate // of roleConsent: the act where no code stands beside the date
	order  DateOrder
	dates  dateColumn
}

// dated tells whether the column holds dates.
func (c *participationColumn) dated() bool {
	switch c.role {
	case roleDate, roleForce, roleEnd, roleSignature, roleConsent, roleWithdrawal, roleProvisional:
		return true
	}
	return false
}

// participation reads a table in which a row says what an actor did about a treaty.
func (im *importing) participation() error {
	t, err := openTable(im.File)
	if err != nil {
		return err
	}
	if im.columns == nil {
		if err := im.settleColumns(t); err != nil {
			return err
		}
	}
	return im.eachRow(t, func(r *row, cells []string) { r.participation(im.columns, cells) })
}

// settleColumns finds what the columns are, and how their dates are written.
func (im *importing) settleColumns(t *table) error {
	columns, err := im.participationColumns(t)
	if err != nil {
		return err
	}
	if err := t.each(func(line int, cells []string, wrong string) {
		im.lines++
		for i := range columns {
			if c := &columns[i]; wrong == "" && c.dated() && !isPlainDate(cells[i]) {
				for _, part := range acts(cells[i]) {
					c.dates.see(line, part.date)
				}
			}
		}
	}); err != nil {
		return err
	}
	for i := range columns {
		c := &columns[i]
		told := Column{Header: c.header, Role: c.role}
		c.order, told.Dates = c.dates.settle(im.Dates)
		im.report.Columns = append(im.report.Columns, told)
	}
	im.columns = columns
	return nil
}

// participationColumns gives each column its role.
func (im *importing) participationColumns(t *table) ([]participationColumn, error) {
	columns := make([]participationColumn, len(t.header))
	place := make(map[string]string)
	wrong := func(format string, args ...any) error {
		return Problems{{im.File.Name, 1, fmt.Sprintf(format, args...)}}
	}
	for header, role := range im.Columns {
		if !slices.Contains(t.header, header) {
			return nil, wrong("there is no column %q", header)
		}
		if !slices.Contains(Roles(), role) {
			return nil, wrong("column %q: %q is none of %s", header, role, strings.Join(Roles(), ", "))
		}
	}
	for i, header := range t.header {
		c := &columns[i]
		c.header, c.role = header, im.Columns[header]
		plain := strings.ToLower(strings.Join(strings.Fields(header), " "))
		if c.role == "" && codedAct.MatchString(plain) {
			c.role = roleConsent
		}
		for _, h := range headers {
			if c.role == "" && h.is.MatchString(plain) {
				c.role = h.role
			}
		}
		switch c.role {
		case "":
			c.role = roleIgnored
		case roleConsent:
			c.act = firstAct(plain)
		case roleActor, roleTreaty, roleType, roleDate, roleForce, roleEnd, roleDepositary:
			if before := place[c.role]; before != "" {
				return nil, wrong("columns %q and %q both look like the %s: say which is, with --column HEADER=ROLE", before, header, c.role)
			}
			place[c.role] = header
		}
	}
	has := func(role string) bool {
		return slices.ContainsFunc(columns, func(c participationColumn) bool { return c.role == role })
	}
	switch {
	case !has(roleActor):
		return nil, wrong("no column looks like the actor: say which is, with --column HEADER=actor")
	case !has(roleTreaty) && im.Treaty == "":
		return nil, wrong("no column looks like the treaty: say which is, with --column HEADER=treaty, or give --treaty")
	case has(roleTreaty) && im.Treaty != "":
		return nil, wrong("column %q says the treaty: --treaty is for tables of one treaty", place[roleTreaty])
	case has(roleType) != has(roleDate):
		return nil, wrong("an act and its date need two columns, one for each: say which are, with --column HEADER=act and --column HEADER=date")
	case !slices.ContainsFunc(columns, func(c participationColumn) bool { return c.dated() && c.role != roleEnd }):
		return nil, wrong("no column looks like the date of an act: say which is, with --column HEADER=ROLE")
	}
	return columns, nil
}

// actWords name acts, in the order in which they are tried: a declaration of succession is no declaration.
var actWords = []struct {
	is  *regexp.Regexp
	act graph.Predicate
}{
	{regexp.MustCompile(`continued application|succession|succe|继承|правопреем`), graph.PredSucceededTo},
	{regexp.MustCompile(`definitive signature|签署即|окончательн`), predDefinitiveSignature},
	{regexp.MustCompile(`provisional|临时适用|временн`), graph.PredProvisionallyApplies},
	{regexp.MustCompile(`denunciation|dénonciation|denuncia|denounced|废止|денонс`), graph.PredDenounced},
	{regexp.MustCompile(`withdraw|retrait|retiro|退出|выход`), graph.PredWithdrewFrom},
	{regexp.MustCompile(`ratif|批准|ратиф`), graph.PredRatified},
	{regexp.MustCompile(`accession|acceded|adhésion|adhesión|加入|присоедин`), graph.PredAccededTo},
	{regexp.MustCompile(`acceptance|accepted|acceptation|aceptación|接受|принят`), graph.PredAccepted},
	{regexp.MustCompile(`approv|approbation|aprobación|核准|утвержд|одобрен`), graph.PredApproved},
	{regexp.MustCompile(`confirmation|confirmed|正式确认|подтвержд`), graph.PredConfirmed},
	{regexp.MustCompile(`consent to be bound|consentement|consentimiento|同意受`), graph.PredConsentedTo},
	{regexp.MustCompile(`signature|signed|firma|签署|签字|подпис`), graph.PredSigned},
	{regexp.MustCompile(`suspen|中止|приостан`), graph.PredSuspended},
	{regexp.MustCompile(`objection|反对|возраж`), graph.PredObjected},
	{regexp.MustCompile(`reservation|réserve|reserva|保留|оговорк`), graph.PredReserved},
	{regexp.MustCompile(`declaration|déclaration|declaración|声明|заявлен`), graph.PredDeclared},
}

// predDefinitiveSignature is a signature that binds by itself (VCLT article 12): a signature, and consent.
const predDefinitiveSignature = graph.PredUnknown

// actCodes are the marks beside dates in the tables of the Secretary-General of the United Nations as depositary; capital and small letters differ.
var actCodes = map[string]graph.Predicate{
	"a": graph.PredAccededTo, "A": graph.PredAccepted, "AA": graph.PredApproved, "c": graph.PredConfirmed, "d": graph.PredSucceededTo,
	"n": graph.PredProvisionallyApplies, "P": graph.PredConsentedTo, "s": predDefinitiveSignature,
}

// actOf reads the name or the code of an act.
func actOf(text string) (act graph.Predicate, known bool) {
	text = strings.TrimSpace(text)
	if act, known = actCodes[strings.Trim(text, "().")]; known {
		return act, true
	}
	plain := strings.ToLower(strings.ReplaceAll(text, "_", " "))
	for _, w := range actWords {
		if w.is.MatchString(plain) {
			return w.act, true
		}
	}
	return 0, false
}

// actOf is the same, and remembers: a table has few acts and many rows.
func (im *importing) actOf(text string) (act graph.Predicate, known bool) {
	found, seen := im.acts[text]
	if !seen {
		found.act, found.known = actOf(text)
		if im.acts == nil {
			im.acts = make(map[string]namedAct)
		}
		im.acts[strings.Clone(text)] = found
	}
	return found.act, found.known
}

// A namedAct is what the name of an act was found to mean.
type namedAct struct {
	act   graph.Predicate
	known bool
}

// codedAct is an act in a header with the code by which it is told from others of its column: "accession (a)". A column with one holds acts of several sorts.
var codedAct = regexp.MustCompile(`[^,;/]*\((?:aa|[acdnps])\)`)

// firstAct returns the act of the dates in a column that have no code: the first that the header names without one, as "Formal confirmation(c), Accession(a),
// Ratification" is of ratifications; where it gives each a code, the first.
func firstAct(header string) graph.Predicate {
	for _, text := range []string{codedAct.ReplaceAllString(header, ""), header} {
		best, at := graph.PredUnknown, len(text)
		for _, w := range actWords {
			if i := w.is.FindStringIndex(text); i != nil && i[0] < at {
				best, at = w.act, i[0]
			}
		}
		if at < len(text) {
			return best
		}
	}
	return graph.PredRatified
}

// A datedAct is a date in a cell, with what stands beside it.
type datedAct struct {
	date  string
	code  string // of actCodes; empty: none
	ended string // what stands in brackets and tells of a withdrawal
	wrong string // why it cannot be read
}

var (
	bracketed   = regexp.MustCompile(`\[([^\[\]]*)\]|\(([^()]*)\)`)
	codeBehind  = regexp.MustCompile(`^(.*\d)[\s,]*(AA|[aAcdnPs])$`)
	marksBehind = regexp.MustCompile(`^(.*\d{4}(?:-\d\d-\d\d)?\s*(?:AA|[aAcdnPs])?)\s+\d{1,2}(?:\s*,\s*\d{1,2})*$`)
	yearAlone   = regexp.MustCompile(`^\d{4}$`)
	// dateInBrackets is a date, or what looks like one, with or without a code behind it: it has a year.
	dateInBrackets = regexp.MustCompile(`^(?:.*\D)?\d{4}(?:\D.*)?$`)
	endWords       = regexp.MustCompile(`(?i)denunciation|denounced|withdr[ae]w|dénonc|退出|выход|денонс`)
)

// acts parts a cell into its dates: several stand on lines of their own or between semicolons.
func acts(cell string) (list []datedAct) {
	if cell == "" {
		return nil
	}
	if isPlainDate(cell) {
		return []datedAct{{date: cell}}
	}
	for _, part := range strings.FieldsFunc(cell, func(r rune) bool { return r == ';' || r == '\n' }) {
		var a datedAct
		part = bracketed.ReplaceAllStringFunc(part, func(b string) string {
			inside := strings.TrimSpace(b[1 : len(b)-1])
			switch {
			case endWords.MatchString(inside):
				a.ended = inside
			case actCodes[inside] != 0 || inside == "s":
				a.code = inside
			case isMark(inside) && !yearAlone.MatchString(inside): // of a footnote
			case dateInBrackets.MatchString(inside):
				a.wrong = fmt.Sprintf("the date %s stands in brackets, and may be void or ended: take the brackets away if the act is to be taken, or the date if it is not", quoted(inside))
			default:
				a.wrong = fmt.Sprintf("%s in brackets is not understood", quoted(inside))
			}
			return " "
		})
		part = strings.Trim(strings.TrimFunc(part, func(r rune) bool {
			return unicode.IsSpace(r) || unicode.Is(unicode.No, r) || strings.ContainsRune("*†‡,", r)
		}), " ")
		if m := marksBehind.FindStringSubmatch(part); m != nil {
			part = strings.TrimSpace(m[1])
		}
		if m := codeBehind.FindStringSubmatch(part); m != nil {
			part, a.code = strings.TrimSpace(m[1]), m[2]
		}
		if part == "-" || part == "–" || part == "—" {
			part = ""
		}
		if a.date = part; a.date != "" || a.ended != "" || a.wrong != "" {
			list = append(list, a)
		}
	}
	return list
}

// A participationRow is a row that is being read.
type participationRow struct {
	*row
	actor, treaty, depositary graph.ID
	words                     string // of the row, as evidence
	remark                    string
	territory                 string // for which the actor acted, as a person decided; empty: for itself
	force, end                graph.Date
	forceAt                   string // the column of force
	acts                      int
	consent                   graph.Date // the latest
	signed                    graph.Date
	withdrew                  bool
}

// participation reads the cells of a row.
func (r *row) participation(columns []participationColumn, cells []string) {
	p := participationRow{row: r}
	cell := func(role string) (column, text string) {
		for i, c := range columns {
			if c.role == role {
				return c.header, strings.TrimSpace(cells[i])
			}
		}
		return "", ""
	}
	var words []string
	for i, c := range columns {
		if text := strings.Join(strings.Fields(cells[i]), " "); text != "" && c.role != roleIgnored {
			words = append(words, text)
		}
		if c.role == roleNote {
			p.remark = strings.TrimSpace(p.remark + " " + strings.TrimSpace(cells[i]))
		}
	}
	p.words = strings.Join(words, " | ")
	p.remark = cut(p.remark, graph.MaxNoteBytes)

	required := func(what, role, instead string) (id graph.ID) {
		column, text := cell(role)
		if text == "" {
			text = instead
		}
		if text == "" {
			r.reject(column, "the %s is missing", what)
			return ""
		}
		id, _ = r.match(what, column, text)
		return id
	}
	p.actor = required(askActor, roleActor, "")
	actorAt, actorText := cell(roleActor)
	if p.actor != "" {
		p.territory = r.im.matcher.spelled[asked{askActor, actorText}].territory
	}
	p.treaty = required(askTreaty, roleTreaty, r.im.Treaty)
	if column, text := cell(roleDepositary); text != "" {
		p.depositary, _ = r.match(askDepositary, column, text)
	}
	date := func(role string) (d graph.Date, column string) {
		for i, c := range columns {
			if c.role == role && strings.TrimSpace(cells[i]) != "" {
				return p.date(c, strings.TrimSpace(cells[i])), c.header
			}
		}
		return d, ""
	}
	p.force, p.forceAt = date(roleForce)
	var endAt string
	p.end, endAt = date(roleEnd)
	if p.force.IsOpen() {
		r.reject(p.forceAt, "an entry into force cannot be open")
	}
	if !p.end.IsZero() && p.force.IsZero() {
		r.reject(endAt, "an end stands here, and no beginning")
	}
	for i, c := range columns {
		p.column(c, cells, i, columns)
	}
	p.bound()
	p.odd()
	if strings.HasPrefix(actorText, "[") && strings.HasSuffix(actorText, "]") && !p.withdrew {
		r.note(actorAt, "%s stands in brackets, as one who has withdrawn does, and no withdrawal is given", quoted(actorText))
	}
}

// date reads the date of a cell; a wrong one rejects the row.
func (p *participationRow) date(c participationColumn, text string) graph.Date {
	d, err := parseDate(text, c.order)
	if err != nil {
		p.reject(c.header, "%v", err)
	}
	return d
}

// column reads the acts of one column.
func (p *participationRow) column(c participationColumn, cells []string, i int, columns []participationColumn) {
	act, note := c.act, ""
	switch c.role {
	case roleConsent:
	case roleSignature:
		act = graph.PredSigned
	case roleProvisional:
		act = graph.PredProvisionallyApplies
	case roleWithdrawal:
		act = graph.PredWithdrewFrom
		if named, known := actOf(c.header); known && named == graph.PredDenounced {
			act = named
		}
	case roleType:
		text := strings.TrimSpace(cells[i])
		at := slices.IndexFunc(columns, func(c participationColumn) bool { return c.role == roleDate })
		dates := strings.TrimSpace(cells[at])
		named, known := p.im.actOf(text)
		switch {
		case text == "" && dates == "":
			return
		case text == "":
			p.reject(columns[at].header, "a date stands here, and no act")
			return
		case !known:
			p.reject(c.header, "%s is no act that is known", quoted(text))
			return
		case dates == "":
			p.note(c.header, "the act has no date")
			p.act(c, named, graph.Date{}, "")
			return
		}
		if strings.Contains(strings.ToLower(text), "continued application") {
			note = text
		}
		c, act, i = columns[at], named, at
	default:
		return
	}
	for _, a := range acts(cells[i]) {
		p.dated(c, act, a, note)
	}
}

// dated reads one date with its marks.
func (p *participationRow) dated(c participationColumn, act graph.Predicate, a datedAct, note string) {
	if a.wrong != "" {
		p.acts++ // one stands here, whatever it is
		p.reject(c.header, "%s", a.wrong)
		return
	}
	switch coded, is := actCodes[a.code]; {
	case act == graph.PredSigned && coded == graph.PredSucceededTo:
		note = "succession to signature" // which does not bind
	case is:
		act = coded
	}
	if a.date != "" {
		if d := p.date(c, a.date); d.IsOpen() {
			p.reject(c.header, "the date of an act cannot be open")
		} else {
			p.act(c, act, d, note)
		}
	}
	if a.ended == "" {
		return
	}
	end, _ := actOf(a.ended)
	if end != graph.PredDenounced {
		end = graph.PredWithdrewFrom
	}
	when := strings.TrimSpace(strings.TrimLeftFunc(endWords.ReplaceAllString(a.ended, ""), func(r rune) bool { return !unicode.IsDigit(r) }))
	p.act(c, end, p.date(c, when), a.ended)
}

// act says that the actor did something.
func (p *participationRow) act(c participationColumn, act graph.Predicate, on graph.Date, note string) {
	p.acts++
	if act == predDefinitiveSignature {
		p.act(c, graph.PredSigned, on, note)
		act, note = graph.PredConsentedTo, "definitive signature"
	}
	note = p.noted(note)
	claim := graph.Claim{Subject: p.actor, Predicate: act, Object: p.treaty, Valid: graph.Interval{From: on}, Qualifiers: graph.Qualifiers{Note: note, Depositary: p.depositary}}
	switch act {
	case graph.PredSigned:
		p.signed = on
	case graph.PredWithdrewFrom, graph.PredDenounced:
		if c.role == roleDate {
			claim.Qualifiers.EffectiveOn = p.force
		}
		p.withdrew = true
	default:
		p.consent = on
	}
	p.say(claim, p.words)
}

// bound says from when the treaty binds the actor.
func (p *participationRow) bound() {
	if p.force.IsZero() || p.withdrew && p.consent.IsZero() {
		return
	}
	p.acts++
	valid := graph.Interval{From: p.force, To: p.end}
	if err := valid.Valid(); err != nil {
		p.reject(p.forceAt, "the end is before the beginning")
		return
	}
	claim := graph.Claim{Subject: p.actor, Predicate: graph.PredBoundBy, Object: p.treaty, Valid: valid}
	if p.territory != "" {
		claim.Qualifiers.Note = p.noted("")
	}
	p.say(claim, p.words)
}

// noted joins what is to be noted of an act: for which territory it was done, what the table's form tells, its remarks.
func (p *participationRow) noted(note string) string {
	var parts []string
	if p.territory != "" {
		parts = append(parts, "for "+p.territory)
	}
	for _, part := range []string{note, p.remark} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return cut(strings.Join(parts, "; "), graph.MaxNoteBytes)
}

// odd notes what may be a slip.
func (p *participationRow) odd() {
	before := func(a, b graph.Date) bool { return !a.IsZero() && !b.IsZero() && a.Latest() < b.Earliest() }
	switch {
	case p.acts == 0:
		p.reject("", "no act and no date stand here")
	case before(p.consent, p.signed):
		p.note("", "bound itself on %s, and signed later, on %s", p.consent, p.signed)
	case !p.force.IsZero() && p.acts == 1 && p.consent.IsZero() && !p.withdrew:
		p.note(p.forceAt, "in force from %s, and no act by which", p.force)
	case p.force.IsZero() && !p.consent.IsZero() && slices.ContainsFunc(p.said, func(a graph.Assertion) bool {
		return a.Predicate != graph.PredReserved && a.Predicate != graph.PredDeclared
	}) && p.forceAt == "" && p.hasForce():
		p.note("", "bound itself on %s, and no entry into force is given", p.consent)
	case before(p.force, p.consent) && !slices.ContainsFunc(p.said, func(a graph.Assertion) bool { return a.Predicate == graph.PredSucceededTo }):
		p.note(p.forceAt, "in force from %s, before the act of %s", p.force, p.consent)
	}
}

// hasForce tells whether the table has a column for entries into force.
func (p *participationRow) hasForce() bool {
	return slices.ContainsFunc(p.im.report.Columns, func(c Column) bool { return c.Role == roleForce })
}
