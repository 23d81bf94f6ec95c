// The pages' types, written from Rust by `cargo xtask test`. Do not edit.

/**
 * What a display can show.
 */
export type Ability = "digits" | "text" | "codes";

/**
 * The body of `POST /v1/invitations/accept`. `Debug` keeps the code to itself.
 */
export type AcceptInvitation = { 
/**
 * The invitation's code: 16 bytes as base64url without padding, from the link's fragment.
 */
code: string, 
/**
 * The Ed25519 public key that the terminal made: 32 bytes as base64url without padding.
 */
key: string, };

/**
 * How much of an amount a terminal sees.
 */
export type AmountSight = { "kind": "exact" } | { "kind": "rounded", 
/**
 * The multiple, in minor units.
 */
to: number, } | { "kind": "hidden_above", 
/**
 * The limit, in minor units of the shop's currency.
 */
limit: number, };

/**
 * What every page needs first.
 */
export type AppInfo = { 
/**
 * The language of all words.
 */
language: Language, 
/**
 * Light or dark.
 */
theme: Theme, 
/**
 * The program's version.
 */
version: string, 
/**
 * The shop; `None` until the first link to the hub.
 */
shop: Shop | null, 
/**
 * The business day now.
 */
today: BusinessDay | null, 
/**
 * The first start is not done yet.
 */
first_start: boolean, 
/**
 * What this system lacks that Tillbell would use.
 */
missing: Array<Missing>, 
/**
 * Something shows the customer an amount to pay: a display, or the customers' window.
 */
asks_customers: boolean, 
/**
 * A printer is in use.
 */
prints: boolean, };

/**
 * How a payment was heard, where people made something else of it.
 */
export type AsHeard = { 
/**
 * The platform.
 */
platform: Platform, 
/**
 * How sure it was.
 */
trust: Trust, 
/**
 * The amount, for people.
 */
amount_text: string | null, 
/**
 * Who collected it.
 */
collector: string, };

/**
 * A copy in a folder.
 */
export type BackupFile = { 
/**
 * Where it lies.
 */
path: string, 
/**
 * Its name.
 */
name: string, 
/**
 * When it was written.
 */
made_at: Timestamp, 
/**
 * Its size in bytes.
 */
size: number, 
/**
 * It opens with a passphrase only.
 */
sealed: boolean, 
/**
 * It was made by itself, and goes by itself.
 */
daily: boolean, };

/**
 * The copies that are made by themselves.
 */
export type BackupSettings = { 
/**
 * One is made each day.
 */
daily: boolean, 
/**
 * So many of these are kept, 1 to 400.
 */
keep: number, 
/**
 * The folder of all copies; `None`: one beside the book.
 */
folder: string | null, };

/**
 * A copy to make.
 */
export type BackupWish = { 
/**
 * It is sealed with this.
 */
passphrase: Secret | null, };

/**
 * The copies of the book.
 */
export type BackupsView = { 
/**
 * Where they lie.
 */
folder: string, 
/**
 * They, the last first.
 */
files: Array<BackupFile>, 
/**
 * Why the day's copy was not made, or the folder cannot be read: a word as in an error's `field`, else `storage`.
 */
problem: string | null, 
/**
 * What the book holds now.
 */
now: Contents | null, 
/**
 * What lies ready to become the book when the program starts again, against the book as it is now.
 */
waiting: Contents | null, };

/**
 * Whether the book is as it was written.
 */
export type BookCheck = { 
/**
 * It is being checked: how far.
 */
running: Progress | null, 
/**
 * What the last check came to, since this program was started.
 */
result: CheckResult | null, 
/**
 * The last check could not be done: an error's code.
 */
problem: string | null, };

/**
 * How bright, in the four steps that displays have.
 */
export type Brightness = "dim" | "low" | "medium" | "full";

/**
 * A business day, named by the calendar date on which it began (`2026-11-22`).
 */
export type BusinessDay = string;

/**
 * What is printed without anybody asking.
 */
export type ByItself = { 
/**
 * Which payments.
 */
payments: Printed, 
/**
 * Refunds too.
 */
refunds: boolean, 
/**
 * Nothing smaller than this; other currencies are printed all the same.
 */
from: Money | null, };

/**
 * What a card shows.
 */
export type CardFace = { "face": "payment", 
/**
 * It.
 */
payment: PaymentView, } | { "face": "summary", 
/**
 * How many.
 */
count: number, 
/**
 * The sums, one per currency, with their text for people.
 */
totals: Array<string>, 
/**
 * How many of them had no amount.
 */
without_amount: number, 
/**
 * How many of them only a phone reported.
 */
unconfirmed: number, 
/**
 * The earliest of them.
 */
since: Timestamp, 
/**
 * That time on the shop's clock.
 */
since_clock: string, } | { "face": "listening", 
/**
 * Its state.
 */
view: ListeningView, } | { "face": "printing", 
/**
 * What is wrong.
 */
view: PrintTrouble, } | { "face": "closing", 
/**
 * Which.
 */
view: Reminder, };

/**
 * A card, for as long as it is on show.
 */
export type CardId = number;

/**
 * A card on the front desk.
 */
export type CardView = { 
/**
 * The card.
 */
id: CardId, 
/**
 * How long it stays from when it was shown, in milliseconds; `None`: until dismissed or resolved.
 */
stays_ms: number | null, 
/**
 * How much of that has gone by now, so that a page that comes late draws the line right.
 */
gone_ms: number, 
/**
 * What it shows.
 */
face: CardFace, };

/**
 * All cards on show, oldest first.
 */
export type CardsView = { 
/**
 * Grows by one with every change; an older view that comes late is thrown away.
 */
revision: number, 
/**
 * The cards.
 */
cards: Array<CardView>, 
/**
 * How many more did not fit.
 */
more: number, 
/**
 * The pointer is on them: no line runs.
 */
held: boolean, 
/**
 * The voice is off until then.
 */
muted_until: Timestamp | null, };

/**
 * The drawer at a closing.
 */
export type Cash = { 
/**
 * The drawer's currency: the shop's.
 */
currency: Currency, 
/**
 * What was in the drawer before the first sale.
 */
float: Sum, 
/**
 * The float was left in the drawer at the closing before.
 */
float_carried: boolean, 
/**
 * Payments in the book that were paid in cash.
 */
sales: Sum, 
/**
 * Refunds in the book that were paid out in cash.
 */
refunds: Sum, 
/**
 * Cash sales that the book has no payments of.
 */
takings: Sum, 
/**
 * Put in for another reason.
 */
paid_in: Sum, 
/**
 * Taken out for another reason.
 */
paid_out: Sum, 
/**
 * Taken out to the safe or the bank.
 */
drops: Sum, 
/**
 * Float and sales and takings, less refunds, with what was put in and without what was taken out.
 */
expected: Sum, 
/**
 * What was counted last; `None`: nobody counted.
 */
counted: Sum | null, 
/**
 * What was counted less what was expected: negative is too little.
 */
variance: Sum | null, 
/**
 * Why it differs.
 */
reason: string | null, 
/**
 * It was counted before the expected sum was shown.
 */
blind: boolean, 
/**
 * What stays in the drawer for the next.
 */
left: Sum | null, 
/**
 * Every count that was handed in, in order; the last one holds.
 */
counts: Array<CashCount>, 
/**
 * Every entry, in order.
 */
moves: Array<CashMove>, };

/**
 * A count of the drawer that was handed in.
 */
export type CashCount = { 
/**
 * By note and coin, the largest first; those of which there were none are left out.
 */
pieces: Array<Pieces>, 
/**
 * Counted as a sum and not by note and coin.
 */
other: Sum | null, 
/**
 * All together.
 */
total: Sum, 
/**
 * Who counted.
 */
who: string, 
/**
 * When it was handed in.
 */
at: Moment, 
/**
 * It was counted before the expected sum was shown.
 */
blind: boolean, };

/**
 * The drawer's figures that are put right. What is `None` stays as it was.
 */
export type CashFigures = { 
/**
 * What was in the drawer before the first sale.
 */
float: Money | null, 
/**
 * Cash sales that the book has no payments of.
 */
takings: Money | null, 
/**
 * Put in for another reason.
 */
paid_in: Money | null, 
/**
 * Taken out for another reason.
 */
paid_out: Money | null, 
/**
 * Taken out to the safe or the bank.
 */
drops: Money | null, 
/**
 * What was counted.
 */
counted: Money | null, 
/**
 * Why the count differs.
 */
reason: string | null, 
/**
 * What stays in the drawer for the next.
 */
left: Money | null, };

/**
 * One entry of cash put in or taken out.
 */
export type CashMove = { 
/**
 * Its row.
 */
id: number, 
/**
 * What happened.
 */
kind: CashMoveKind, 
/**
 * How much, positive.
 */
amount: Sum, 
/**
 * What for.
 */
reason: string | null, 
/**
 * Who wrote it down.
 */
who: string, 
/**
 * When.
 */
at: Moment, 
/**
 * It was taken back: by whom, when. It counts for nothing.
 */
taken_back: TakenBack | null, };

/**
 * What happened to the cash in the drawer.
 */
export type CashMoveKind = "float" | "takings" | "paid_in" | "paid_out" | "drop";

/**
 * A cell that cannot be read.
 */
export type CellError = { 
/**
 * Its line in the file.
 */
line: number, 
/**
 * The name of its column.
 */
column: string, 
/**
 * What stands there.
 */
text: string, 
/**
 * What is wrong: `amount`, `time`, `currency`.
 */
reason: string, };

/**
 * A payment of an earlier closing of which more is known since.
 */
export type ChangedLine = { 
/**
 * The payment.
 */
line: LineId, 
/**
 * Its business day.
 */
day: BusinessDay, 
/**
 * When it happened.
 */
at: Moment, 
/**
 * The platform.
 */
platform: Platform, 
/**
 * Payment or refund.
 */
kind: Kind, 
/**
 * The day's running number.
 */
number: number | null, 
/**
 * The amount as it is known now, refunds negative; `None`: not given.
 */
amount: Sum | null, };

/**
 * What a file says of itself, and what was found in it.
 */
export type Check = { 
/**
 * What was checked, a word for pages. Counts: `rows`, `paid_rows`, `refunded_rows`, `in_rows`, `out_rows`,
 * `other_rows`. Sums: `paid`, `refunded`, `fees`, `net`, `in`, `out`, `other`, `ordered` (before the shop's own
 * discounts), `asked_back` (refunds asked for), `coupons_back`. `balance`: every row leads to the balance after
 * it. `complete`: the file has its end. `period`: every row lies within it. `dates`: in which order day and
 * month stand, where the file leaves it open. `encoding`: every letter could be read. `ids`: no number was damaged by a spreadsheet.
 */
what: string, 
/**
 * As the file says it, in plain text.
 */
stated: string, 
/**
 * As it was found.
 */
found: string, 
/**
 * They agree.
 */
holds: boolean, };

/**
 * What a check came to.
 */
export type CheckResult = { 
/**
 * On the shop's clock, with the date when it was not today.
 */
clock: string, 
/**
 * So many rows are chained.
 */
rows: number, 
/**
 * So many payments and refunds.
 */
lines: number, 
/**
 * So many days.
 */
days: number, 
/**
 * So many closings.
 */
closings: number, 
/**
 * Copies that were put in the book's place, in order.
 */
restores: Array<RestoreTold>, 
/**
 * The hash at the end of the chain: as it stands on the paper of a closing.
 */
head: string, 
/**
 * The first faults; none: nothing is wrong.
 */
faults: Array<Found>, 
/**
 * So many in all.
 */
all_faults: number, 
/**
 * Rows of before the chain were still being chained, and not checked.
 */
unfinished: boolean, };

/**
 * What can be chosen for the shop.
 */
export type Choices = { 
/**
 * IANA time zones.
 */
zones: Array<string>, 
/**
 * This system's zone.
 */
system_zone: string, 
/**
 * Currencies that can be chosen, with their sign.
 */
currencies: Array<CurrencyView>, 
/**
 * The language that this system is set to.
 */
system_language: Language, };

/**
 * A time on the clock, `00:00` to `23:59`.
 */
export type ClockTime = string;

/**
 * To close the day, or to hand the drawer over in the middle of it.
 */
export type CloseWish = { 
/**
 * The day.
 */
day: BusinessDay, 
/**
 * The number that the page shows: where another closing came first, nothing is closed.
 */
number: number, 
/**
 * Who closes.
 */
who: string, 
/**
 * The day's year, as whoever closes says it: asked for where no second clock says which day it is.
 */
year?: number, };

/**
 * A closing. It is frozen: nothing in it changes, but for the three last fields, which are told with it.
 */
export type Closing = { 
/**
 * Its number, without gaps from 1.
 */
number: number, 
/**
 * Why the number does not follow on the one before.
 */
gap?: NumberGap, 
/**
 * What was closed.
 */
kind: ClosingKind, 
/**
 * The business day.
 */
day: BusinessDay, 
/**
 * The shop's name.
 */
shop: string, 
/**
 * The name of the front desk.
 */
terminal: string, 
/**
 * When the drawer was opened: when the float was put in, else the first payment.
 */
opened: Moment | null, 
/**
 * Who put the float in.
 */
opened_by: string | null, 
/**
 * When it was closed.
 */
closed: Moment, 
/**
 * Who closed.
 */
closed_by: string, 
/**
 * What whoever closed wanted to be known; for a correction, why it was made.
 */
note: string | null, 
/**
 * The program's version.
 */
software: string, 
/**
 * The last row that stood in the book.
 */
through: LineId, 
/**
 * The payments of its day that this closing takes in: since the day's last shift. In a correction: as in the
 * closing that it puts right.
 */
report: DayReport, 
/**
 * The day's earlier shifts, by number.
 */
shifts: Array<number>, 
/**
 * At the end of a day with shifts: the whole day.
 */
whole_day: DayReport | null, 
/**
 * Payments of days that were closed before, which came after: oldest first, 500 at most.
 */
late: Array<LateLine>, 
/**
 * How many there are.
 */
late_count: number, 
/**
 * Their sums.
 */
late_totals: Array<CurrencyTotal>, 
/**
 * Payments of earlier closings that are known differently since: oldest first, 500 at most.
 */
changes: Array<ChangedLine>, 
/**
 * How many there are.
 */
changes_count: number, 
/**
 * What that changes in the sums; counts and sums can be negative.
 */
changes_totals: Array<CurrencyTotal>, 
/**
 * All that this closing takes in: report, late and changes together. Over all closings that is what the book
 * counts since the first.
 */
taken: Array<CurrencyTotal>, 
/**
 * Everything in the book since its start, never set back.
 */
grand_total: Array<CurrencyTotal>, 
/**
 * The drawer; `None`: the shop used none.
 */
cash: Cash | null, 
/**
 * How it stands with the platforms' statements now, as the reconciliation tells it.
 */
statements: JsonValue | null, 
/**
 * The corrections of this closing, by number.
 */
corrected_by: Array<number>, 
/**
 * Its link in the book's chain of hashes, in hex: printed, it bears witness outside the book.
 */
head: string | null, };

/**
 * To put a closing right. What is `None` stays as it was.
 */
export type ClosingCorrection = { 
/**
 * The number of the closing; of a correction: the closing that it puts right is put right again.
 */
of: number, 
/**
 * The number that the page shows for the correction.
 */
number: number, 
/**
 * Who does it.
 */
who: string, 
/**
 * Why. Stands on the correction.
 */
why: string, 
/**
 * The drawer, put right.
 */
cash: CashFigures, };

/**
 * A closing that is being made. What is typed is kept at once; a crash loses nothing.
 */
export type ClosingDraft = { 
/**
 * The day that is closed.
 */
day: BusinessDay, 
/**
 * The business day now.
 */
today: BusinessDay, 
/**
 * That day has begun: it can be closed.
 */
begun: boolean, 
/**
 * Days before today that have payments and are open, oldest first, 60 at most: each is closed on its own, in order.
 */
forgotten: Array<BusinessDay>, 
/**
 * The number that the closing will have.
 */
number: number, 
/**
 * The closing before.
 */
last: ClosingSummary | null, 
/**
 * What the closing would take in by now.
 */
takes: Array<CurrencyTotal>, 
/**
 * Payments of closed days that came after: the opening list. Oldest first, 500 at most.
 */
late: Array<LateLine>, 
/**
 * How many there are.
 */
late_count: number, 
/**
 * The cash is counted before the expected sum is told.
 */
blind: boolean, 
/**
 * The drawer's currency.
 */
currency: Currency, 
/**
 * What was put in or taken out, in order.
 */
moves: Array<CashMove>, 
/**
 * What was in the drawer before the first sale.
 */
float: Sum, 
/**
 * It was left in the drawer at the closing before.
 */
float_carried: boolean, 
/**
 * The float of the closing before, to be offered where none is written down yet.
 */
float_before: Sum | null, 
/**
 * The notes and coins there are, the largest first, with how many were typed.
 */
pieces: Array<Pieces>, 
/**
 * Counted as a sum and not by note and coin.
 */
other: Sum | null, 
/**
 * What is typed, together; `None`: nothing is.
 */
counted: Sum | null, 
/**
 * Counts that were handed in, in order.
 */
handed_in: Array<CashCount>, 
/**
 * The last count was handed in and holds: nothing can be typed until somebody counts again.
 */
fixed: boolean, 
/**
 * What the drawer should hold. `None`: it is not to be known yet.
 */
expected: ExpectedCash | null, 
/**
 * Why the count differs.
 */
reason: string | null, 
/**
 * What whoever closes wants to be known.
 */
note: string | null, 
/**
 * What stays in the drawer for the next.
 */
left: Sum | null, };

/**
 * What was closed.
 */
export type ClosingKind = { "kind": "day" } | { "kind": "shift" } | { "kind": "correction", 
/**
 * The number of the closing of a day or a shift that is put right.
 */
of: number, };

/**
 * A closing, or a day as it stands.
 */
export type ClosingPaper = { "paper": "closing", 
/**
 * Its number.
 */
number: number, } | { "paper": "look", 
/**
 * The business day.
 */
day: BusinessDay, };

/**
 * A printer in use, for whoever prints a closing.
 */
export type ClosingPrinter = { 
/**
 * The id of its set-up.
 */
id: string, 
/**
 * Its name for people.
 */
name: string, 
/**
 * It prints whole pages of A4, not a receipt.
 */
pages: boolean, };

/**
 * How the shop closes its days.
 */
export type ClosingSettings = { 
/**
 * At this minute of the shop's clock (0 to 1439) somebody is reminded, once; `None`: nobody is.
 */
remind_at: number | null, 
/**
 * The drawer is counted before the expected sum is told.
 */
blind: boolean, };

/**
 * A closing in the list of closings.
 */
export type ClosingSummary = { 
/**
 * Its number.
 */
number: number, 
/**
 * What was closed.
 */
kind: ClosingKind, 
/**
 * The business day.
 */
day: BusinessDay, 
/**
 * When.
 */
closed: Moment, 
/**
 * By whom.
 */
closed_by: string, 
/**
 * What it took in.
 */
taken: Array<CurrencyTotal>, 
/**
 * What was counted less what was expected.
 */
variance: Sum | null, 
/**
 * How many payments came late and are in it.
 */
late_count: number, 
/**
 * The corrections of this closing, by number.
 */
corrected_by: Array<number>, 
/**
 * Its link in the book's chain of hashes, in hex.
 */
head: string | null, };

/**
 * Which closings to list, newest first.
 */
export type ClosingsQuery = { 
/**
 * Only those with a smaller number, for the next page.
 */
before: number | null, 
/**
 * Only those of this day.
 */
day: BusinessDay | null, 
/**
 * At most so many, 1 to 200.
 */
limit: number, };

/**
 * What a box wants around a code. The code itself goes as UTF-8, or in the display's code page where one is set.
 */
export type CodeFrame = { 
/**
 * Bytes before the length and the code.
 */
before: string, 
/**
 * How its length is written.
 */
length: LengthField, 
/**
 * Bytes after the code.
 */
after: string, 
/**
 * What shows that it was paid, if the box can.
 */
paid: string, 
/**
 * What takes the code away.
 */
clear: string, };

/**
 * A set of letters that a device has. Scripts that are written from the right or whose letters join need a display
 * that can order them; none of the sets here does, so they are not offered and such text is written in Latin letters.
 */
export type CodePage = "ascii" | "cp437" | "cp737" | "cp775" | "cp850" | "cp852" | "cp855" | "cp857" | "cp858" | "cp860" | "cp863" | "cp865" | "cp866" | "cp1250" | "cp1251" | "cp1252" | "cp1253" | "cp1254" | "cp1257" | "iso8859-2" | "iso8859-7" | "iso8859-15" | "gb18030" | "big5" | "shift-jis" | "euc-kr";

/**
 * A collector.
 */
export type CollectorChoice = { 
/**
 * As it stands in the book, for the filter.
 */
collector: string, 
/**
 * For people: a source by the name that the owner gave it.
 */
name: string, };

/**
 * Columns by their names in the header.
 */
export type Columns = { 
/**
 * The date, with or without its time of day.
 */
time: string, 
/**
 * The time of day where it stands apart.
 */
clock: string | null, 
/**
 * The amount.
 */
amount: string | null, 
/**
 * What came in, where that has a column of its own …
 */
money_in: string | null, 
/**
 * … and what went out.
 */
money_out: string | null, 
/**
 * The shop's order number.
 */
order: string | null, 
/**
 * The platform's number of the payment.
 */
transaction: string | null, 
/**
 * The platform's number of the refund.
 */
refund: string | null, 
/**
 * The type.
 */
kind: string | null, 
/**
 * The fee.
 */
fee: string | null, 
/**
 * Who paid or was paid.
 */
party: string | null, 
/**
 * What it was for.
 */
text: string | null, 
/**
 * The currency.
 */
currency: string | null, };

/**
 * How a display wants to be talked to. Many devices know several sets and have a switch for them.
 */
export type CommandSet = "led8" | "led8-binary" | "led8-cd7110" | "led8-bare" | "led8-lamp-digit" | "led8-stx" | "esc-pos" | "cd5220" | "lc415" | "gb18030" | "gb18030-rows" | "utc" | "utc-enhanced" | "aedex" | "adm787" | "dsp800" | "logic-controls" | "sure-pos" | "ncr" | "ba63" | "ba63-hid" | "qr-mertech" | "qr-bonrix" | "qr-nextion" | "qr-template";

/**
 * One command set.
 */
export type CommandSetView = { 
/**
 * The set.
 */
set: CommandSet, 
/**
 * Its name on devices and in manuals, the same in every language.
 */
name: string, 
/**
 * What it can show.
 */
ability: Ability, 
/**
 * Whether its brightness can be set.
 */
dims: boolean, 
/**
 * How many rows it has commands for.
 */
most_rows: number, 
/**
 * A display of this kind as it comes from its box.
 */
display: Display, 
/**
 * How its line usually runs.
 */
line: PortLine, };

/**
 * How far a comparison is.
 */
export type CompareProgress = { 
/**
 * The days.
 */
span: Span, 
/**
 * What is being done.
 */
step: CompareStep, 
/**
 * So many payments were read by now …
 */
payments: number, 
/**
 * … and so many rows of statements.
 */
rows: number, 
/**
 * Of a hundred.
 */
percent: number, };

/**
 * What is being done of a comparison.
 */
export type CompareStep = "reading" | "numbers" | "times" | "rest";

/**
 * What a book or a copy of it holds: a copy must hold the same.
 */
export type Contents = { 
/**
 * Payments and refunds.
 */
payments: number, 
/**
 * Pieces of news.
 */
news: number, 
/**
 * Statements that were loaded.
 */
statements: number, 
/**
 * Closings.
 */
closings: number, 
/**
 * The first business day in it.
 */
first_day: BusinessDay | null, 
/**
 * The last.
 */
last_day: BusinessDay | null, 
/**
 * The end of its chain, in hexadecimal.
 */
chain_head: string | null, 
/**
 * What the book has and this copy lacks. `None`: they were not, or could not be, compared.
 */
lost?: Lost, };

/**
 * A corner of the monitor.
 */
export type Corner = "top_left" | "top_right" | "bottom_left" | "bottom_right";

/**
 * Something to put right.
 */
export type CorrectWish = { 
/**
 * The payment.
 */
line: LineId, 
/**
 * What.
 */
what: Correction, 
/**
 * By whom, as they name themselves.
 */
who: string, };

/**
 * What is put right.
 */
export type Correction = { "what": "note", 
/**
 * It.
 */
text: string, } | { "what": "tag", 
/**
 * It.
 */
tag: string, } | { "what": "cash" } | { "what": "collected_by", 
/**
 * The name.
 */
name: string, } | { "what": "refunded_in_cash", 
/**
 * So much.
 */
amount: Money, } | { "what": "split", 
/**
 * Which.
 */
news: NewsId, } | { "what": "join", 
/**
 * The other one.
 */
other: LineId, };

/**
 * A correction's row.
 */
export type CorrectionId = number;

/**
 * What was put right about a payment.
 */
export type CorrectionView = { 
/**
 * Its row.
 */
id: CorrectionId, 
/**
 * The row that it is about: the payment, or one that went into it.
 */
line: LineId, 
/**
 * What; where it undoes another, what that one said.
 */
what: Correction, 
/**
 * The amount in it, for people.
 */
amount_text: string | null, 
/**
 * When.
 */
at: Timestamp, 
/**
 * On the shop's clock, with the date when it was not today.
 */
clock: string, 
/**
 * Its business day.
 */
day: BusinessDay, 
/**
 * By whom.
 */
who: string, 
/**
 * It takes back that correction.
 */
undoes: CorrectionId | null, 
/**
 * It does not hold any more.
 */
undone: boolean, 
/**
 * It can be taken back.
 */
can_undo: boolean, 
/**
 * The row that came of it, or that went into this one.
 */
other: LineId | null, };

/**
 * How many of what.
 */
export type Count = { 
/**
 * How they differ.
 */
what: What, 
/**
 * How many.
 */
count: number, 
/**
 * Of these, how many nobody has settled.
 */
open: number, 
/**
 * Of the open ones, how many payments only a phone had reported.
 */
reported: number, 
/**
 * What the open ones come to, for each currency: their amounts, and for differing amounts how far they lie apart.
 */
amounts: Array<Money>, };

/**
 * A currency by its ISO 4217 code. Any three upper-case letters are taken, so that a platform's new currency is
 * not refused; those that do not have two decimals are listed in [`Currency::exponent`].
 */
export type Currency = string;

/**
 * Sums in one currency. Counts can be negative only in a difference.
 */
export type CurrencyTotal = { 
/**
 * The currency.
 */
currency: Currency, 
/**
 * How many payments have an amount.
 */
payments: number, 
/**
 * How many refunds have an amount.
 */
refunds: number, 
/**
 * What was paid.
 */
paid: Sum, 
/**
 * What was refunded, positive.
 */
refunded: Sum, 
/**
 * What was paid less what was refunded.
 */
net: Sum, };

/**
 * A currency to choose.
 */
export type CurrencyView = { 
/**
 * ISO 4217 code.
 */
code: string, 
/**
 * Its sign.
 */
sign: string, };

/**
 * What the customers' window tells. All words are in the customers' language already.
 */
export type CustomerFace = { "face": "idle", 
/**
 * Lines of the owner's own, or a greeting.
 */
lines: Array<string>, 
/**
 * The time zone of the clock, by its IANA name, where a clock is wanted.
 */
clock: string | null, 
/**
 * The name of the owner's picture whose turn it is.
 */
picture: string | null, } | { "face": "order", 
/**
 * What was bought, and what it costs, for people.
 */
lines: Array<[string, string]>, 
/**
 * Beside the sum.
 */
label: string, 
/**
 * The sum, for people.
 */
amount_text: string, 
/**
 * The code to pay with as the dark modules of a square: rows of `0` and `1`.
 */
code: Array<string> | null, 
/**
 * Who is paid, in words; may be empty.
 */
payee: string, } | { "face": "to_pay", 
/**
 * Beside the amount.
 */
label: string, 
/**
 * The amount, for people.
 */
amount_text: string, 
/**
 * The code to pay with as the dark modules of a square: rows of `0` and `1`.
 */
code: Array<string> | null, 
/**
 * Who is paid, in words; may be empty.
 */
payee: string, } | { "face": "received", 
/**
 * Beside the amount; other words where only a phone reported it.
 */
label: string, 
/**
 * The amount, for people; empty where nobody said how much.
 */
amount_text: string, 
/**
 * The platform has confirmed it.
 */
confirmed: boolean, 
/**
 * A word of thanks, where it is confirmed.
 */
thanks: string | null, 
/**
 * Who paid, where the owner allows it.
 */
payer: string | null, } | { "face": "change", 
/**
 * Beside the amount.
 */
label: string, 
/**
 * The amount, for people.
 */
amount_text: string, } | { "face": "refund", 
/**
 * Beside the amount.
 */
label: string, 
/**
 * The amount, for people, with its minus.
 */
amount_text: string, };

/**
 * A language that customers read.
 */
export type CustomerLanguage = "en" | "zh-CN" | "zh-TW" | "ja" | "ko" | "es" | "pt-BR" | "fr" | "de" | "it" | "pl" | "ru" | "tr" | "id" | "vi";

/**
 * What the customer is shown.
 */
export type CustomerSettings = { 
/**
 * How many seconds a payment is shown to the customer, 3 to 60.
 */
received_seconds: number, 
/**
 * What the shop's own payment code says; `None`: there is none to show.
 */
code: string | null, 
/**
 * Who is paid by it, in words.
 */
payee: string | null, 
/**
 * The customers' window is shown, where there is a monitor for it.
 */
on: boolean, 
/**
 * Its monitor, by name; `None`: the one that is surely not the clerk's.
 */
monitor: string | null, 
/**
 * The language of its words; `None`: as the windows.
 */
language: CustomerLanguage | null, 
/**
 * Its colours; `None`: as the windows.
 */
theme: Theme | null, 
/**
 * Who paid is shown to whoever stands there.
 */
show_payer: boolean, 
/**
 * The owner's words while nobody is paying; empty: a greeting.
 */
idle: string, 
/**
 * The owner's other words.
 */
texts: DisplayTexts, 
/**
 * The time of day stands there while nobody is paying.
 */
clock: boolean, 
/**
 * The owner's pictures, shown in turn while nobody is paying: names that the app gave them.
 */
pictures: Array<string>, 
/**
 * How many seconds each of them is shown, 5 to 120.
 */
picture_seconds: number, };

/**
 * What the customers' window shows.
 */
export type CustomerView = { 
/**
 * Grows by one with every change; an older view that comes late is thrown away.
 */
revision: number, 
/**
 * Another one with each thing that happens: two equal payments are told apart by it.
 */
occasion: number, 
/**
 * The language of its words, BCP 47.
 */
language: string, 
/**
 * Light or dark.
 */
theme: Theme, 
/**
 * The shop's name; empty until it is known.
 */
shop: string, 
/**
 * A word that says so, where the owner only tries the window out.
 */
trial: string | null, 
/**
 * What is going on.
 */
face: CustomerFace, };

/**
 * Whether the customers' window is shown, and why not.
 */
export type CustomerWindow = "off" | "shown" | "one_monitor" | "mirrored" | "not_there" | "choose" | "cards";

/**
 * Where the customers' window is, for settings.
 */
export type CustomerWindowView = { 
/**
 * Whether it is shown, and why not.
 */
state: CustomerWindow, 
/**
 * The monitor that it is on, by name.
 */
monitor: string | null, };

/**
 * How a printer cuts.
 */
export type Cut = "none" | "feeding" | "old";

/**
 * In which order a date is written. Its marks (`-`, `/`, `.`, `年`, none) do not matter.
 */
export type DateOrder = "year_month_day" | "day_month_year" | "month_day_year";

/**
 * What came in on a day, or on the part of it that a closing takes in. Tests are in none of the numbers.
 */
export type DayReport = { 
/**
 * The business day.
 */
day: BusinessDay, 
/**
 * The zone and the cut-over hour in force: for a closed day, those it was closed with.
 */
rule: DayRule, 
/**
 * When the day begins …
 */
begins: Moment, 
/**
 * … and when the next one does.
 */
ends: Moment, 
/**
 * The day is not over yet.
 */
running: boolean, 
/**
 * The first payment or refund.
 */
first: Moment | null, 
/**
 * The last one.
 */
last: Moment | null, 
/**
 * Per currency, the shop's own first. Payments, refunds and net: what is asked by kind.
 */
totals: Array<CurrencyTotal>, 
/**
 * By platform, the largest first.
 */
platforms: Array<TotalGroup>, 
/**
 * By who collected, the largest first.
 */
collectors: Array<TotalGroup>, 
/**
 * By the terminal that recorded it, the largest first.
 */
terminals: Array<TotalGroup>, 
/**
 * All 24 hours of the shop's clock, from the one at which the day begins.
 */
hours: Array<HourTotals>, 
/**
 * The same weekday a week before; `None`: the book has nothing of it.
 */
weekday_before: WeekdayBefore | null, 
/**
 * Everything in the book up to and with this day, never set back.
 */
grand_total: Array<CurrencyTotal>, 
/**
 * How long after the hub took them in payments were shown or spoken.
 */
latency: Latency | null, 
/**
 * What somebody should look at.
 */
questions: Questions, 
/**
 * The closings that took in something of this day, oldest first.
 */
closings: Array<number>, };

/**
 * Which time belongs to which day.
 */
export type DayRule = { 
/**
 * IANA name of the shop's zone (`Asia/Shanghai`).
 */
zone: string, 
/**
 * The hour, 0 to 23, at which the new day begins; 4 for a bar that closes at three.
 */
cutover_hour: number, };

/**
 * One day in the list of days.
 */
export type DaySummary = { 
/**
 * The day.
 */
day: BusinessDay, 
/**
 * How many payments.
 */
payments: number, 
/**
 * Net totals for people, one per currency.
 */
totals: Array<string>, };

/**
 * A day's totals. Test payments are in none of them.
 */
export type DayView = { 
/**
 * The day.
 */
day: BusinessDay, 
/**
 * It is today.
 */
is_today: boolean, 
/**
 * One total per currency, the shop's own first; never added across currencies.
 */
totals: Array<TotalView>, 
/**
 * Payments whose amount was not given.
 */
without_amount: number, 
/**
 * Payments that only a phone reported.
 */
unconfirmed: number, 
/**
 * Notices of that day that were not understood.
 */
not_understood: number, 
/**
 * The last payment.
 */
last: PaymentView | null, };

/**
 * What something probably is.
 */
export type DeviceKind = "display" | "printer" | "unknown";

/**
 * What is wrong with a device. The state says which words a person is told.
 */
export type DeviceProblem = { 
/**
 * What a person calls the port.
 */
port: string, 
/**
 * What to do where this computer does not let us.
 */
remedy: Remedy | null, 
/**
 * The system's words, where there are no better ones.
 */
reason: string | null, };

/**
 * How a device is.
 */
export type DeviceState = "ready" | "connecting" | "in-use" | "refuses" | "gone" | "stalled" | "denied" | "faulty";

/**
 * How a device is that is in use.
 */
export type DeviceView = { 
/**
 * Its id in the settings.
 */
id: string, 
/**
 * In one word, for its light.
 */
state: DeviceState, 
/**
 * What is wrong, where something is.
 */
problem: DeviceProblem | null, 
/**
 * The port where it is now, when that is known and another than the one in its address.
 */
moved_to: string | null, };

/**
 * What is plugged in, and how the devices are that are in use.
 */
export type DevicesView = { 
/**
 * Everything found, in a steady order; Bluetooth Low Energy devices only after they were looked for.
 */
found: Array<FoundDevice>, 
/**
 * Finders that had trouble: what they would have found is not known.
 */
faults: Array<FinderFault>, 
/**
 * Every display that is in use, in the order of the settings.
 */
displays: Array<DeviceView>, 
/**
 * Every printer that is in use, in the order of the settings.
 */
printers: Array<PrinterHealth>, };

/**
 * One difference.
 */
export type Difference = { 
/**
 * What it is about: the same as long as it is the same difference. For settling it.
 */
subject: string, 
/**
 * How they differ.
 */
what: What, 
/**
 * Its business day, by the book or by the row's time.
 */
day: BusinessDay, 
/**
 * The platform.
 */
platform: Platform, 
/**
 * Payment or refund, where it is one of them.
 */
kind: Kind | null, 
/**
 * The payment in the book.
 */
line: LineId | null, 
/**
 * Only a phone had reported it.
 */
reported: boolean, 
/**
 * What the book says.
 */
here: Money | null, 
/**
 * The row on the statement.
 */
row: StatedRow | null, 
/**
 * What the statement says in the end: nothing, where it took the payment back.
 */
there: Money | null, 
/**
 * The row that took it back.
 */
undone_by: StatedRow | null, 
/**
 * When: by the book, else by the statement.
 */
at: Timestamp, 
/**
 * The order number, else the platform's number.
 */
number: string | null, 
/**
 * Who paid.
 */
party: string | null, 
/**
 * For what is pending: when the platform's statement is to be had.
 */
until: Timestamp | null, 
/**
 * Somebody said what it is, and it is done with.
 */
settled: Settled | null, };

/**
 * Some of the differences.
 */
export type DifferencePage = { 
/**
 * They, oldest first.
 */
differences: Array<Difference>, 
/**
 * How many there are of what was asked for.
 */
total: number, };

/**
 * Which differences to show.
 */
export type DifferenceQuery = { 
/**
 * The days.
 */
span: Span, 
/**
 * Only of this platform.
 */
platform: Platform | null, 
/**
 * Only of this sort.
 */
what: What | null, 
/**
 * Settled ones too.
 */
settled: boolean, 
/**
 * So many are passed over.
 */
skip: number, 
/**
 * At most so many, 1 to 200.
 */
limit: number, };

/**
 * One display as it is set up. Set, cells and code page are chosen apart: devices mix them as they like.
 */
export type Display = { 
/**
 * How it wants to be talked to.
 */
set: CommandSet, 
/**
 * How many cells it has.
 */
geometry: Geometry, 
/**
 * Which letters it has.
 */
page: CodePage, 
/**
 * How bright; `None` leaves it as it is.
 */
brightness: Brightness | null, 
/**
 * A rest after each command, in milliseconds, for devices that lose what comes back to back.
 */
"rest-ms": number, 
/**
 * Bonrix: end each command with CR LF. Not documented, so it is for the user to try.
 */
"line-end": boolean, 
/**
 * For [`CommandSet::QrTemplate`].
 */
template: CodeFrame | null, };

/**
 * What can be chosen for a display.
 */
export type DisplayChoices = { 
/**
 * Every command set.
 */
sets: Array<CommandSetView>, 
/**
 * Every code page.
 */
pages: Array<CodePage>, 
/**
 * Every language, with its words.
 */
languages: Array<DisplayLanguage>, };

/**
 * A language of displays.
 */
export type DisplayLanguage = { 
/**
 * The language.
 */
language: CustomerLanguage, 
/**
 * Its words, where the shop has none of its own.
 */
words: DisplayWords, };

/**
 * What a display shows, read back from the very bytes that it would be sent.
 */
export type DisplayPreview = { 
/**
 * What it can show: digits, text or codes.
 */
ability: Ability, 
/**
 * Cells in a row.
 */
columns: number, 
/**
 * Rows as wide as the display, blanks and all. Digits stand at the right; a point shares its digit's cell.
 */
rows: Array<string>, 
/**
 * The text that runs through the first row.
 */
running: string | null, 
/**
 * Lamps that are lit.
 */
lamps: Array<Lamp>, 
/**
 * In per cent, where it is set.
 */
brightness: number | null, 
/**
 * The code that is drawn, as the dark modules of a square: rows of `0` and `1`.
 */
code: Array<string> | null, 
/**
 * What that code says.
 */
code_text: string | null, 
/**
 * The picture that a box draws in place of a code.
 */
picture: DrawnPicture | null, };

/**
 * What a display is tried out with.
 */
export type DisplaySample = "idle" | "order" | "to_pay" | "change" | "received" | "reported" | "refund";

/**
 * One customer display as it is set up.
 */
export type DisplaySetup = { 
/**
 * Which it is, for as long as it is set up: 1 to 36 of `a-z`, `0-9` and `-`.
 */
id: string, 
/**
 * Its name for people.
 */
name: string, 
/**
 * It is in use.
 */
on: boolean, 
/**
 * Where it is: the text form of an address, as found devices have it (`serial:COM3`, `tcp:192.168.1.20:9100`).
 */
address: string, 
/**
 * How its line runs; `None`: as its command set's usually does.
 */
line: PortLine | null, 
/**
 * Command set, cells, letters, brightness.
 */
display: Display, 
/**
 * The language of its words.
 */
language: CustomerLanguage, 
/**
 * The shop's own words in place of that language's.
 */
texts: DisplayTexts, 
/**
 * What it shows.
 */
shows: DisplayShows, };

/**
 * What a display shows.
 */
export type DisplayShows = { 
/**
 * When nobody is paying.
 */
idle: IdleShows, 
/**
 * The amount that the clerk asks for, and the code to pay it with where the display draws codes.
 */
to_pay: boolean, 
/**
 * What was paid.
 */
received: boolean, 
/**
 * What was given back.
 */
refunds: boolean, };

/**
 * The shop's own words on a display or in the customers' window; `None`: those of its language.
 */
export type DisplayTexts = { 
/**
 * When nobody is paying; a line break begins the next row.
 */
idle: string | null, 
/**
 * Beside an order's sum.
 */
total: string | null, 
/**
 * Beside what is to be paid.
 */
to_pay: string | null, 
/**
 * Beside what was paid.
 */
received: string | null, 
/**
 * Beside what only a phone's notice says was paid.
 */
reported: string | null, 
/**
 * After a payment.
 */
thanks: string | null, 
/**
 * Beside what the customer gets back.
 */
change: string | null, 
/**
 * Beside what was given back.
 */
refund: string | null, };

/**
 * A display to try out without the device.
 */
export type DisplayTry = { 
/**
 * As it would be set up. Its address does not matter.
 */
setup: DisplaySetup, 
/**
 * What it would show.
 */
sample: DisplaySample, };

/**
 * The words of one display.
 */
export type DisplayWords = { 
/**
 * When nobody is paying; a line break begins the next row.
 */
idle: string, 
/**
 * Beside an order's sum.
 */
total: string, 
/**
 * Beside what is to be paid.
 */
"to-pay": string, 
/**
 * Beside what was paid.
 */
received: string, 
/**
 * Beside what was paid as a phone's notice says it, which nobody has confirmed.
 */
reported: string, 
/**
 * After a payment.
 */
thanks: string, 
/**
 * Beside what the customer gets back.
 */
change: string, 
/**
 * Beside what was given back.
 */
refund: string, };

/**
 * One address of a door.
 */
export type DoorAddress = { 
/**
 * The whole address; for V免签 the `host/key` text that its app scans.
 */
url: string, 
/**
 * From where it can be reached.
 */
reach: Reach, 
/**
 * Without TLS: anybody on that network can read along. Only for forwarders that can do no better.
 */
plain: boolean, };

/**
 * The doors for news.
 */
export type Doors = { 
/**
 * Open to the local network.
 */
lan: boolean, 
/**
 * The port on the local network.
 */
port: number, 
/**
 * This machine's addresses on its networks.
 */
lan_addresses: Array<string>, 
/**
 * SHA-256 of the hub's own certificate, in hex pairs: to compare on the phone.
 */
fingerprint: string | null, 
/**
 * The address from the internet, if the owner gave one.
 */
public_url: string | null, };

/**
 * A change of the closing that is being made.
 */
export type DraftChange = { 
/**
 * The day that the page shows as the one to be closed.
 */
day: BusinessDay, 
/**
 * Who does it.
 */
who: string, 
/**
 * What.
 */
step: DraftStep, };

/**
 * What can be changed.
 */
export type DraftStep = { "step": "pieces", 
/**
 * What one is worth.
 */
worth: Money, 
/**
 * How many.
 */
count: number | null, } | { "step": "other", 
/**
 * The sum.
 */
amount: Money | null, } | { "step": "clear_count" } | { "step": "hand_in" } | { "step": "count_again" } | { "step": "move", 
/**
 * What happened.
 */
kind: CashMoveKind, 
/**
 * How much, positive.
 */
amount: Money, 
/**
 * What for.
 */
reason: string | null, } | { "step": "take_back", 
/**
 * Which.
 */
id: number, } | { "step": "reason", 
/**
 * Empty: none.
 */
text: string, } | { "step": "note", 
/**
 * Empty: none.
 */
text: string, } | { "step": "left", 
/**
 * How much.
 */
amount: Money | null, };

/**
 * Which pin of the drawer's plug gets the pulse.
 */
export type DrawerPin = "two" | "five";

/**
 * A picture of a box that draws codes.
 */
export type DrawnPicture = "idle" | "paid" | "failed";

/**
 * What the drawer should hold, and why.
 */
export type ExpectedCash = { 
/**
 * Payments in the book that were paid in cash.
 */
sales: Sum, 
/**
 * Refunds in the book that were paid out in cash.
 */
refunds: Sum, 
/**
 * Cash sales that the book has no payments of.
 */
takings: Sum, 
/**
 * Put in for another reason.
 */
paid_in: Sum, 
/**
 * Taken out for another reason.
 */
paid_out: Sum, 
/**
 * Taken out to the safe or the bank.
 */
drops: Sum, 
/**
 * The sum.
 */
total: Sum, 
/**
 * What is counted less that; `None`: nothing is counted yet.
 */
variance: Sum | null, };

/**
 * Payments to write into a file.
 */
export type ExportWish = { 
/**
 * From this business day …
 */
from: BusinessDay, 
/**
 * … to this one.
 */
to: BusinessDay, 
/**
 * Only those in which this is found.
 */
search: string | null, 
/**
 * Only those that are like this.
 */
filter: Filter | null, 
/**
 * Which kind of file.
 */
format: Format, 
/**
 * In which folder; `None`: the usual one.
 */
folder: string | null, };

/**
 * A file that was written.
 */
export type Exported = { 
/**
 * Where it lies.
 */
path: string, 
/**
 * So many payments are in it; a closing has none of its own.
 */
rows: number, 
/**
 * So many bytes.
 */
bytes: number, };

/**
 * What is wrong.
 */
export type Fault = "row_changed" | "row_gone" | "row_added" | "link_missing" | "line_differs" | "day_differs" | "closing_missing" | "closing_order" | "closing_differs" | "closed_differs";

/**
 * A piece of a file.
 */
export type FilePiece = { 
/**
 * Which file, as the answer to its first piece says; `None` for a first piece.
 */
file: string | null, 
/**
 * How many bytes of it came before.
 */
at: number, 
/**
 * The next bytes, 2 MiB at most, in base64.
 */
bytes: string, };

/**
 * What payments must be like. Nothing given is no condition; of a list, one must fit, but every tag.
 */
export type Filter = { 
/**
 * Platforms; `cash` is one.
 */
platforms: Array<Platform>, 
/**
 * Collectors, as they stand in the book.
 */
collectors: Array<string>, 
/**
 * Terminals.
 */
terminals: Array<string>, 
/**
 * How sure we are.
 */
trust: Trust | null, 
/**
 * Payments or refunds.
 */
kind: Kind | null, 
/**
 * Something special about them.
 */
state: LineState | null, 
/**
 * Tags that people gave them.
 */
tags: Array<string>, 
/**
 * Of at least this amount, in its currency …
 */
least: Money | null, 
/**
 * … and at most this one.
 */
most: Money | null, };

/**
 * Who looks for what.
 */
export type Finder = "serial" | "hid" | "usb-printer" | "ble";

/**
 * A finder in trouble.
 */
export type FinderFault = { 
/**
 * Who looks for what.
 */
finder: Finder, 
/**
 * What to do about it, where that is known.
 */
remedy: Remedy | null, 
/**
 * The system's words, for support.
 */
reason: string, };

/**
 * Who says "wait" on a serial line.
 */
export type Flow = "none" | "software" | "hardware";

/**
 * Which kind of file.
 */
export type Format = "csv" | "xlsx";

/**
 * A fault with its place.
 */
export type Found = { 
/**
 * What is wrong.
 */
fault: Fault, 
/**
 * Of rows: which kind, as in the chain.
 */
kind: string | null, 
/**
 * Its row in its table.
 */
row: number | null, 
/**
 * Its place in the chain.
 */
link: number | null, 
/**
 * When the row was chained.
 */
at: Timestamp | null, 
/**
 * The payment, where it is about one.
 */
line: LineId | null, 
/**
 * The day, where it is about one.
 */
day: BusinessDay | null, };

/**
 * One thing that is plugged in or near.
 */
export type FoundDevice = { 
/**
 * Where it is, for a setup's `address`.
 */
address: string, 
/**
 * What it calls itself, or else what its port is called.
 */
name: string, 
/**
 * What a person calls its port: `COM5`.
 */
port: string, 
/**
 * Who made it, as far as it says.
 */
maker: string | null, 
/**
 * What it probably is.
 */
what: DeviceKind, 
/**
 * Why we think so.
 */
why: GuessReason, 
/**
 * The model, where its numbers say it.
 */
model: string | null, 
/**
 * The id of the display or printer that it is set up as.
 */
used_by: string | null, };

/**
 * How many cells a display has: 1 to 40 columns, 1 to 4 rows.
 */
export type Geometry = { columns: number, rows: number, };

/**
 * Why we think so.
 */
export type GuessReason = "known-model" | "known-maker" | "printer-class" | "bridge" | "plain-port" | "bluetooth" | "bluetooth-service" | "familiar-name";

/**
 * The row of a file that looks most like a header, for the owner to make a mapping from.
 */
export type HeaderRow = { 
/**
 * Its line, from 1.
 */
line: number, 
/**
 * Its names.
 */
names: Array<string>, };

/**
 * What there is to choose from in the book's filters.
 */
export type HistoryChoices = { 
/**
 * Platforms that the book has payments of.
 */
platforms: Array<Platform>, 
/**
 * Who collected them.
 */
collectors: Array<CollectorChoice>, 
/**
 * Front desks; a filter only where there is more than one.
 */
terminals: Array<string>, 
/**
 * Tags that are in use.
 */
tags: Array<string>, 
/**
 * Who put something right lately, the last one first.
 */
people: Array<string>, };

/**
 * A page of payments, newest first.
 */
export type HistoryPage = { 
/**
 * The rows.
 */
rows: Array<PaymentView>, 
/**
 * There are more after the last row.
 */
more: boolean, };

/**
 * Which payments to show. All bounds are optional and all must hold.
 */
export type HistoryQuery = { 
/**
 * From this day …
 */
from: BusinessDay | null, 
/**
 * … to this one, both included.
 */
to: BusinessDay | null, 
/**
 * Amount (`12.5`), part of a payer's name, a note, a tag, or an order number.
 */
search: string | null, 
/**
 * What else must hold.
 */
filter: Filter, 
/**
 * Only rows before (older than) this one, for the next page.
 */
before: LineId | null, 
/**
 * Only rows after (newer than) this one, the nearest to it: for the page before. Rows come newest first as ever.
 */
after: LineId | null, 
/**
 * At most so many, 1 to 200.
 */
limit: number, };

/**
 * How far back a terminal may look.
 */
export type HistoryReach = "none" | "today" | "all";

/**
 * One hour of the shop's clock.
 */
export type HourTotals = { 
/**
 * 0 to 23. On the night that has an hour twice both are here.
 */
hour: number, 
/**
 * Per currency, the shop's own first; empty: nothing.
 */
totals: Array<CurrencyTotal>, };

/**
 * One hub's database. A copy that is moved to another machine keeps it.
 */
export type HubId = string;

/**
 * From a hub to a linked terminal.
 */
export type HubSays = { "type": "challenge", 
/**
 * [`VERSION`].
 */
version: number, 
/**
 * The hub.
 */
hub: HubId, 
/**
 * 32 random bytes of this link, as base64url without padding.
 */
nonce: string, 
/**
 * The hub's clock.
 */
now: Timestamp, } | { "type": "welcome" } & TerminalWelcome | { "type": "told", 
/**
 * Oldest first.
 */
items: Array<ToldItem>, 
/**
 * Payments that it knows and must forget: what became known of them put them outside its permission.
 */
gone: Array<Opaque>, 
/**
 * Its place from now on.
 */
cursor: Opaque, 
/**
 * The day's totals, if it may see them.
 */
totals?: TerminalTotals, } | { "type": "changed", 
/**
 * Its name.
 */
name: string, 
/**
 * What it may from now on.
 */
permission: Permission, 
/**
 * The preset that this is, if it is one.
 */
preset: TerminalPreset | null, 
/**
 * Whether it is to speak.
 */
speaks: boolean, } | { "type": "today", 
/**
 * The business day.
 */
day: BusinessDay, 
/**
 * Oldest first, the newest [`TODAY_MAX`].
 */
items: Array<ToldItem>, 
/**
 * Its place from now on.
 */
cursor: Opaque, 
/**
 * The day's totals, if it may see them.
 */
totals?: TerminalTotals, } | { "type": "beat", 
/**
 * The hub's clock.
 */
now: Timestamp, 
/**
 * Every source that the terminal may know of is heard.
 */
listening: boolean, 
/**
 * Since when one is not, where that is known.
 */
since?: Timestamp, 
/**
 * How many are not.
 */
sources_silent: number, } | { "type": "page", 
/**
 * The id of the question.
 */
id: number, 
/**
 * Newest first.
 */
items: Array<ToldItem>, 
/**
 * Where older ones go on, if there may be any.
 */
more?: Opaque, } | { "type": "revoked" } | { "type": "refused", 
/**
 * Why.
 */
reason: TerminalRefused, };

/**
 * What a display shows when nobody is paying.
 */
export type IdleShows = "text" | "clock" | "blank";

/**
 * How far a file is.
 */
export type ImportProgress = { 
/**
 * Which file.
 */
file: string, 
/**
 * Of a hundred.
 */
percent: number, };

/**
 * A statement that was loaded.
 */
export type ImportedStatement = { 
/**
 * It.
 */
id: StatementId, 
/**
 * What kind of file it was.
 */
kind: StatementKind, 
/**
 * Whose it is.
 */
platform: Platform, 
/**
 * Merchant number, account or IBAN, as the file says it.
 */
account: string | null, 
/**
 * From when to when it tells everything, where that is known.
 */
period: Period | null, 
/**
 * The file's name.
 */
name: string, 
/**
 * Rows that could be read.
 */
rows: number, 
/**
 * Of these, rows that another statement had brought already: they count once.
 */
repeated: number, 
/**
 * Rows that could not be read, all of them counted …
 */
unreadable_count: number, 
/**
 * … and the first of them.
 */
unreadable: Array<Unreadable>, 
/**
 * What the file says of itself, and what was found.
 */
checks: Array<Check>, 
/**
 * When it was loaded.
 */
imported_at: Timestamp, 
/**
 * By whom.
 */
by: string, };

/**
 * The answer: the terminal is linked. The same code with the same key gets it again, in case it was lost.
 */
export type InvitationAccepted = { 
/**
 * Which terminal it is.
 */
terminal: TerminalId, 
/**
 * The hub, for its proofs.
 */
hub: HubId, 
/**
 * The shop's name.
 */
shop: string, };

/**
 * One invitation for a device to listen.
 */
export type InvitationId = string;

/**
 * An invitation that was made, with its links as QR pictures too. `Debug` keeps both to itself: they hold the code.
 */
export type InvitationMade = { 
/**
 * The invitation.
 */
invitation: NewInvitation, 
/**
 * For each link, its QR code as the dark modules of a square: rows of `0` and `1`.
 */
qr: Array<Array<string>>, };

/**
 * Why an invitation is not taken.
 */
export type InvitationRefusal = "expired" | "used" | "unknown" | "invalid" | "busy" | "full" | "storage";

/**
 * The answer otherwise, with a status of 4xx.
 */
export type InvitationRefused = { 
/**
 * Why.
 */
code: InvitationRefusal, };

/**
 * An invitation, without its secret.
 */
export type InvitationView = { 
/**
 * Which.
 */
id: InvitationId, 
/**
 * The terminal's name.
 */
name: string, 
/**
 * What it may.
 */
permission: Permission, 
/**
 * The preset that this is, if it is one.
 */
preset: TerminalPreset | null, 
/**
 * When it was made.
 */
made_at: Timestamp, 
/**
 * Until when it can be taken.
 */
expires_at: Timestamp, };

/**
 * An invitation to make.
 */
export type InviteTerminal = { 
/**
 * The phone's name for people.
 */
name: string, 
/**
 * What it may.
 */
permission: Permission, 
/**
 * For how long it can be taken; see [`domain::terminals::INVITATION_S`].
 */
expires_in_s: number, };

/**
 * One receipt's way to one printer.
 */
export type JobId = number;

export type JsonValue = number | string | boolean | Array<JsonValue> | { [key in string]: JsonValue } | null;

/**
 * Which way the money went.
 */
export type Kind = "payment" | "refund";

/**
 * The lit words of a display with digits.
 */
export type Lamp = "price" | "total" | "paid" | "change" | "thanks";

/**
 * The language of windows, tray and notices.
 */
export type Language = "zh-CN" | "en";

/**
 * A payment that came after its day was closed.
 */
export type LateLine = { 
/**
 * The payment.
 */
line: LineId, 
/**
 * Its business day.
 */
day: BusinessDay, 
/**
 * When it happened.
 */
at: Moment, 
/**
 * When it stood in the book.
 */
received: Moment, 
/**
 * The platform.
 */
platform: Platform, 
/**
 * Payment or refund.
 */
kind: Kind, 
/**
 * The day's running number.
 */
number: number | null, 
/**
 * The amount, refunds negative; `None`: not given.
 */
amount: Sum | null, };

/**
 * How long payments took from the hub to the front desk's card or voice.
 */
export type Latency = { 
/**
 * Of so many.
 */
count: number, 
/**
 * Half of them took no longer, in milliseconds.
 */
median_ms: number, 
/**
 * The slowest.
 */
worst_ms: number, };

/**
 * How the length of a code is written before it.
 */
export type LengthField = "none" | "byte" | "big-endian" | "little-endian";

/**
 * The letters that a printer has.
 */
export type Letters = { "own": CodePage } | "drawn";

/**
 * A payment's row in this desk's book.
 */
export type LineId = number;

/**
 * Something special about a payment.
 */
export type LineState = "corrected" | "gone" | "not_spoken" | "spoken_late" | "without_amount" | "test";

/**
 * Listening, in one word.
 */
export type Listening = "no_source" | "listening" | "hub_lost" | "cannot_store" | "source_silent" | "source_refusing";

/**
 * Whether money's news is heard.
 */
export type ListeningView = { 
/**
 * All in one word; the tray icon follows it.
 */
state: Listening, 
/**
 * Since when it is so, for `not_listening`.
 */
since: Timestamp | null, 
/**
 * That time on the shop's clock, `14:02`.
 */
since_clock: string | null, 
/**
 * Every source.
 */
sources: Array<SourceHealth>, 
/**
 * When anything was last heard from the hub.
 */
heard_at: Timestamp | null, 
/**
 * The voice is off until then.
 */
muted_until: Timestamp | null, 
/**
 * That time on the shop's clock.
 */
muted_until_clock: string | null, 
/**
 * The voice cannot speak, and why.
 */
voice_problem: VoiceProblem | null, 
/**
 * This PC's clock is ahead of the hub's by so many milliseconds, when that is more than a minute.
 */
clock_ahead_ms: number | null, 
/**
 * What came while nobody was heard: on the card that says that listening works again, and nowhere else.
 */
back: Meanwhile | null, };

/**
 * The shop's logo in greys, for the head of receipts.
 */
export type Logo = { 
/**
 * Dots across, at most 384.
 */
width: number, 
/**
 * Dots from top to bottom, at most 192.
 */
height: number, 
/**
 * The greys row by row, 0 black to 255 white, in base64.
 */
shades: string, };

/**
 * What stands in the book and not in a copy. Payments are not here: the hub tells of them again.
 */
export type Lost = { 
/**
 * So many closings …
 */
closings: number, 
/**
 * … from this number …
 */
first_closing: number | null, 
/**
 * … to this one.
 */
last_closing: number | null, 
/**
 * What was put right about payments.
 */
corrections: number, 
/**
 * Cash that was put into the drawer or taken out.
 */
cash_moves: number, 
/**
 * Counts of the drawer that were handed in.
 */
cash_counts: number, 
/**
 * Statements that were loaded.
 */
statements: number, 
/**
 * What was said about statements and differences.
 */
statement_events: number, };

/**
 * Whose numbers the code pages have.
 */
export type Maker = "epson" | "zjiang" | "rongta";

/**
 * How a table of one kind is read.
 */
export type Mapping = { 
/**
 * What the owner calls it.
 */
name: string, 
/**
 * Whose statements they are.
 */
platform: Platform, 
/**
 * The names that a file's header must all have for this mapping to be meant.
 */
headers: Array<string>, 
/**
 * Which column means what, by its name in the header.
 */
columns: Columns, 
/**
 * In which order dates are written.
 */
dates: DateOrder, 
/**
 * Which mark stands before the decimals.
 */
mark: Mark, 
/**
 * What a minus means.
 */
minus: Minus, 
/**
 * Words of the column of types that say that a row is a refund.
 */
refund_words: Array<string>, 
/**
 * Words of the column of types that say that a row is neither payment nor refund.
 */
other_words: Array<string>, 
/**
 * Fees that were charged are written with a minus.
 */
fee_has_minus: boolean, 
/**
 * The currency where no column says it; the shop's where this says nothing either.
 */
currency: Currency | null, 
/**
 * The zone of its times, by its IANA name; the shop's where it is not given.
 */
zone: string | null, };

/**
 * What comes of a mapping.
 */
export type MappingTried = { 
/**
 * It, or the guess.
 */
mapping: Mapping | null, 
/**
 * What comes out.
 */
preview: Preview, 
/**
 * The first rows as they stand in the file.
 */
cells: Array<Array<string>>, };

/**
 * A mapping to try on a file.
 */
export type MappingTry = { 
/**
 * Which file.
 */
file: string, 
/**
 * Which of those that are packed in it.
 */
name: string, 
/**
 * What opens it.
 */
password: Secret | null, 
/**
 * The mapping; `None`: what can be guessed.
 */
mapping: Mapping | null, };

/**
 * Which mark stands before the decimals.
 */
export type Mark = "point" | "comma";

/**
 * What a terminal may do.
 */
export type May = { 
/**
 * Announce payments as they come; be told of them even where it may not look at the day.
 */
hear: boolean, 
/**
 * How far back it may look.
 */
history: HistoryReach, 
/**
 * See the day's totals of what it is told.
 */
totals: boolean, };

/**
 * A gap in listening, and what came in it.
 */
export type Meanwhile = { 
/**
 * When it began, on the shop's clock.
 */
since_clock: string, 
/**
 * When it ended.
 */
until_clock: string, 
/**
 * How many payments and refunds.
 */
payments: number, 
/**
 * How many of them without an amount.
 */
without_amount: number, 
/**
 * Their sums, one per currency.
 */
totals: Array<string>, };

/**
 * What it means that an amount is negative, or stands in the column of what went out.
 */
export type Minus = "refund" | "other" | "nothing";

/**
 * What may be missing.
 */
export type Missing = "web_view" | "notices" | "tray" | "keychain";

/**
 * A time as a page or a paper shows it.
 */
export type Moment = { 
/**
 * The time.
 */
at: Timestamp, 
/**
 * What the shop's clock showed: `2026-11-22 21:04:10`.
 */
clock: string, };

/**
 * An amount in whole minor units (fen, cents, paise) of a currency.
 *
 * Bounded to ±[`Money::MAX_MINOR`], so that pages can hold it exactly and sums cannot overflow.
 */
export type Money = { minor: number, currency: Currency, };

/**
 * A monitor.
 */
export type MonitorView = { 
/**
 * The system's name of it.
 */
name: string, 
/**
 * Its size in pixels.
 */
width: number, 
/**
 * Its size in pixels.
 */
height: number, 
/**
 * It is the main one.
 */
primary: boolean, };

/**
 * For how long the voice is off.
 */
export type Mute = "off" | "half_hour" | "tomorrow";

/**
 * A new invitation with its links: shown once and never again. `Debug` keeps the links to itself, which hold the code.
 */
export type NewInvitation = { 
/**
 * Which.
 */
id: InvitationId, 
/**
 * The terminal's name.
 */
name: string, 
/**
 * Until when it can be taken.
 */
expires_at: Timestamp, 
/**
 * The same invitation under each address, best first. Whoever has one of them can take it.
 */
links: Array<DoorAddress>, 
/**
 * SHA-256 of the hub's own certificate, in hex pairs: to compare on the phone, which warns of it.
 */
fingerprint: string | null, };

/**
 * A source to add.
 */
export type NewSource = { 
/**
 * Its name for people.
 */
name: string, 
/**
 * Its settings; an empty phone secret is made by the hub.
 */
config: SourceConfig, };

/**
 * A piece of news in the book.
 */
export type NewsId = number;

/**
 * One piece of news of a payment.
 */
export type NewsView = { 
/**
 * Its row.
 */
id: NewsId, 
/**
 * It can become a payment of its own.
 */
can_split: boolean, 
/**
 * The kind of source.
 */
via: SourceKind, 
/**
 * Signed or noticed.
 */
trust: Trust, 
/**
 * When the hub accepted it.
 */
at: Timestamp, 
/**
 * That time on the shop's clock.
 */
clock: string, 
/**
 * The amount that it told, for people.
 */
amount_text: string | null, 
/**
 * Who paid, as it told.
 */
payer: string | null, 
/**
 * The note, as it told.
 */
note: string | null, 
/**
 * The phone.
 */
device: string | null, };

/**
 * Numbers that closings had in a book that a copy replaced: they stand on paper, and are not used again.
 */
export type NumberGap = { 
/**
 * The first.
 */
from: number, 
/**
 * The last.
 */
to: number, 
/**
 * When the copy was put in that book's place.
 */
at: Moment, 
/**
 * By whom.
 */
who: string, };

/**
 * A text of the hub's that means something to the hub alone: a payment's name for one terminal, or a place in what
 * that terminal is told.
 */
export type Opaque = string;

/**
 * One line of an order, as the clerk enters it.
 */
export type OrderItem = { 
/**
 * What was bought.
 */
name: string, 
/**
 * How many of it.
 */
quantity: number, 
/**
 * What one of them costs.
 */
each: Money, };

/**
 * The card page has drawn.
 */
export type Painted = { 
/**
 * The revision on the screen.
 */
revision: number, 
/**
 * The height that the cards need, in CSS pixels.
 */
height: number, };

/**
 * One thing on paper, or done.
 */
export type PaperItem = { "is": "line", 
/**
 * Its parts.
 */
spans: Array<PaperSpan>, } | { "is": "picture", 
/**
 * Dots across.
 */
width: number, 
/**
 * Dots from top to bottom.
 */
rows: number, 
/**
 * The dots row by row in base64: eight to a byte, the leftmost in the highest bit, 1 is black. Each row begins
 * with a new byte.
 */
bits: string, } | { "is": "qr", 
/**
 * Its modules: rows of `0` and `1`, without the border.
 */
modules: Array<string>, 
/**
 * The size of a module in dots.
 */
module: number, } | { "is": "barcode", 
/**
 * Its text.
 */
text: string, } | { "is": "feed", 
/**
 * How many.
 */
lines: number, } | { "is": "cut" } | { "is": "drawer" } | { "is": "bell" };

/**
 * A language that receipts are printed in.
 */
export type PaperLanguage = "en" | "zh-CN";

/**
 * Text in one look.
 */
export type PaperSpan = { 
/**
 * Columns of normal size from the left edge.
 */
column: number, 
/**
 * So many columns of normal size are taken.
 */
columns: number, 
/**
 * The text.
 */
text: string, 
/**
 * Bold.
 */
bold: boolean, 
/**
 * So many times as wide.
 */
wide: number, 
/**
 * So many times as high.
 */
tall: number, };

/**
 * A printed paper, as the printer's own commands were read back.
 */
export type PaperView = { 
/**
 * Dots across.
 */
dots: number, 
/**
 * Letters of normal size across.
 */
columns: number, 
/**
 * From top to bottom.
 */
items: Array<PaperItem>, };

/**
 * The extra bit that checks the others.
 */
export type Parity = "none" | "odd" | "even";

/**
 * Everything about one payment.
 */
export type PaymentDetails = { 
/**
 * The payment.
 */
payment: PaymentView, 
/**
 * The platform's number of it.
 */
transaction: string | null, 
/**
 * What happened to it, in order of time.
 */
steps: Array<Step>, 
/**
 * All the news of it, first heard first.
 */
news: Array<NewsView>, 
/**
 * How it was heard, where people made something else of it.
 */
as_heard: AsHeard | null, 
/**
 * What was put right, in order, also what does not hold any more.
 */
corrections: Array<CorrectionView>, 
/**
 * The rows that went into this one.
 */
joined: Array<PaymentView>, 
/**
 * Refunds of it, or what it is a refund of.
 */
related: Array<PaymentView>, 
/**
 * Its receipts, newest first, however old.
 */
prints: Array<PrintJobView>, };

/**
 * One payment as a row.
 */
export type PaymentView = { 
/**
 * The row.
 */
line: LineId, 
/**
 * The hub's number of it.
 */
seq: Seq, 
/**
 * Its business day.
 */
day: BusinessDay, 
/**
 * The day's running number; refunds and tests have none.
 */
number: number | null, 
/**
 * Payment or refund.
 */
kind: Kind, 
/**
 * How sure we are, by everything heard so far.
 */
trust: Trust, 
/**
 * The platform.
 */
platform: Platform, 
/**
 * The amount, positive; `None`: not given.
 */
amount: Money | null, 
/**
 * The amount for people, with sign and minus for refunds (`¥12.50`, `−¥15.00`).
 */
amount_text: string | null, 
/**
 * Who paid, as the platform shows it.
 */
payer: string | null, 
/**
 * The note.
 */
note: string | null, 
/**
 * The shop's order number, else the platform's number.
 */
order: string | null, 
/**
 * A test by the shop.
 */
test: boolean, 
/**
 * Who collected it: a phone or source by its name, or whom somebody named.
 */
collector: string, 
/**
 * Whether it stands for money: only `counts` does.
 */
standing: Standing, 
/**
 * The row that it is the same payment as.
 */
joined_to: LineId | null, 
/**
 * Somebody put something right about it.
 */
corrected: boolean, 
/**
 * Notes and tags that people added, one to a line.
 */
remarks: string | null, 
/**
 * When it happened: paid, by the platform's clock, else accepted.
 */
at: Timestamp, 
/**
 * That time on the shop's clock, `14:03:21`.
 */
clock: string, };

/**
 * A payout explained.
 */
export type Payout = { 
/**
 * The platform that paid out.
 */
platform: Platform, 
/**
 * The platform's number of it.
 */
batch: string, 
/**
 * When.
 */
at: Timestamp, 
/**
 * What was paid out.
 */
amount: Money, 
/**
 * How many rows it is made of.
 */
rows: number, 
/**
 * Payments …
 */
payments: Money, 
/**
 * … less refunds …
 */
refunds: Money, 
/**
 * … less fees …
 */
fees: Money, 
/**
 * … less what customers' banks took back …
 */
chargebacks: Money, 
/**
 * … and anything else, with its sign.
 */
other: Money, 
/**
 * What these do not explain; zero is what it should be.
 */
unexplained: Money, 
/**
 * The bank's statement has it, on this day.
 */
arrived: Timestamp | null, };

/**
 * Some of the rows of a payout.
 */
export type PayoutPage = { 
/**
 * They, in the file's order.
 */
rows: Array<PayoutRow>, 
/**
 * How many there are.
 */
total: number, };

/**
 * Which rows of a payout to show.
 */
export type PayoutQuery = { 
/**
 * The days of which the payouts were shown.
 */
span: Span, 
/**
 * The platform that paid out.
 */
platform: Platform, 
/**
 * The platform's number of it.
 */
batch: string, 
/**
 * So many are passed over.
 */
skip: number, 
/**
 * At most so many, 1 to 200.
 */
limit: number, };

/**
 * One row of what a payout is made of.
 */
export type PayoutRow = { 
/**
 * Its line in the statement's file.
 */
line: number, 
/**
 * What it is.
 */
kind: RowKind, 
/**
 * Before fees, with its sign.
 */
gross: Money, 
/**
 * What the platform took for it, positive.
 */
fee: Money, 
/**
 * When.
 */
at: Timestamp, 
/**
 * The order number, else the platform's number.
 */
number: string | null, 
/**
 * The payment in the book.
 */
payment: LineId | null, };

/**
 * A closing to write as a document.
 */
export type PdfWish = { 
/**
 * Which, or a day as it stands.
 */
of: ClosingPaper, 
/**
 * In which folder; `None`: the usual one.
 */
folder: string | null, };

/**
 * A span of time.
 */
export type Period = { 
/**
 * From then on …
 */
from: Timestamp, 
/**
 * … until before then.
 */
until: Timestamp, };

/**
 * What one terminal is allowed.
 */
export type Permission = { 
/**
 * What it may do.
 */
may: May, 
/**
 * What it may see of a payment.
 */
sees: Sees, 
/**
 * Which payments it knows of at all.
 */
which: Which, };

/**
 * Which of the owner's pictures is wanted.
 */
export type PictureWish = { 
/**
 * Its name in the settings.
 */
id: string, 
/**
 * As large as settings show it.
 */
small: boolean, };

/**
 * Notes or coins of one worth.
 */
export type Pieces = { 
/**
 * What one is worth.
 */
worth: Sum, 
/**
 * How many.
 */
count: number, 
/**
 * All of them.
 */
sum: Sum, };

/**
 * The payment platform, by a short lower-case name (`wechat`, `alipay`, `bank_cn` …). Pages look up
 * `platform.<name>` for its text and colour and show the name itself where there is none.
 */
export type Platform = string;

/**
 * One key by which WeChat Pay signs.
 */
export type PlatformKey = { 
/**
 * The certificate's serial in hex, or `PUB_KEY_ID_…`. May be empty for a certificate: its own serial is taken.
 */
serial: string, 
/**
 * `-----BEGIN CERTIFICATE-----` or `-----BEGIN PUBLIC KEY-----`.
 */
pem: string, };

/**
 * One platform's part.
 */
export type PlatformResult = { 
/**
 * The platform.
 */
platform: Platform, 
/**
 * Its statements that have rows in these days.
 */
statements: Array<StatementId>, 
/**
 * Payments and refunds in the book, without tests.
 */
here: number, 
/**
 * Payments and refunds on the statements.
 */
there: number, 
/**
 * On both.
 */
matched: number, 
/**
 * Of these, payments that only a phone had reported: the statement confirms them.
 */
confirmed: number, 
/**
 * How many differ, and how, settled ones too.
 */
differences: Array<Count>, 
/**
 * Of the differences, how many nobody has settled.
 */
open: number, 
/**
 * What the statements sum up to, for each currency.
 */
sums: Array<StatedSum>, 
/**
 * Until then the platform's statement cannot be expected; `None`: nothing is pending.
 */
pending_until: Timestamp | null, };

/**
 * How the line runs. Settings that a door has no use for are passed over.
 */
export type PortLine = { 
/**
 * Bits in a second; behind a Bluetooth module, what its own serial side runs at.
 */
baud: number, 
/**
 * Bits in a byte: 5 to 8.
 */
"data-bits": number, 
/**
 * The extra bit that checks the others.
 */
parity: Parity, 
/**
 * One or two.
 */
"stop-bits": number, 
/**
 * Who says "wait".
 */
flow: Flow, 
/**
 * Whether to raise DTR on opening: some displays take their power or their courage from it.
 */
dtr: boolean | null, 
/**
 * A rest after each byte, in milliseconds, for displays that lose bytes which come back to back.
 */
"byte-pause-ms": number, 
/**
 * Bluetooth Low Energy: at most so many bytes in one write.
 */
chunk: number, 
/**
 * Bluetooth Low Energy: ask the device to confirm each write, where it can.
 */
"confirm-writes": boolean, };

/**
 * Kinds of printers to choose from.
 */
export type Preset = "chinese58" | "chinese80" | "western58" | "western80" | "western80-narrow" | "drawn58" | "drawn80";

/**
 * A preset with what it stands for.
 */
export type PresetView = { 
/**
 * Which.
 */
preset: TerminalPreset, 
/**
 * What it stands for.
 */
permission: Permission, };

/**
 * What comes out.
 */
export type Preview = { 
/**
 * The header that was found, or the row that looks most like one.
 */
header: HeaderRow | null, 
/**
 * What the mapping names and the file lacks: names of columns, or `zone`.
 */
missing: Array<string>, 
/**
 * The first rows, as they are read.
 */
rows: Array<PreviewRow>, 
/**
 * The first cells that cannot be read.
 */
errors: Array<CellError>, 
/**
 * How many rows can be read in the whole file.
 */
readable: number, 
/**
 * How many cannot.
 */
unreadable: number, };

/**
 * A row as it is read.
 */
export type PreviewRow = { 
/**
 * Its line in the file.
 */
line: number, 
/**
 * What it is.
 */
kind: RowKind, 
/**
 * When it was.
 */
at: Timestamp, 
/**
 * Only its date is known.
 */
date_only: boolean, 
/**
 * The amount.
 */
amount: Money, 
/**
 * The fee.
 */
fee: Money | null, 
/**
 * The shop's order number.
 */
order: string | null, 
/**
 * The platform's number.
 */
transaction: string | null, 
/**
 * Who paid.
 */
party: string | null, 
/**
 * What for.
 */
text: string | null, };

/**
 * A closing to print, because somebody asked for it.
 */
export type PrintClosing = { 
/**
 * Which.
 */
of: ClosingPaper, 
/**
 * On which printer, by the id of its set-up; `None`: the first that is in use.
 */
printer: string | null, };

/**
 * A receipt's way to paper, as it is shown.
 */
export type PrintJobView = { 
/**
 * Which.
 */
id: JobId, 
/**
 * The payment; `None`: it is no payment's.
 */
line: LineId | null, 
/**
 * What it is, of what is no payment's ("Closing no. 12").
 */
paper: string | null, 
/**
 * Its amount for people, with a minus for refunds; `None`: not given.
 */
amount_text: string | null, 
/**
 * The day's running number of the payment.
 */
number: number | null, 
/**
 * When it was paid, on the shop's clock; with the date where that was not today. Of what is no payment's: when it
 * was asked for.
 */
paid_clock: string, 
/**
 * The printer, by the id of its set-up.
 */
printer: string, 
/**
 * The printer's name; words for that where it is not set up any more.
 */
printer_name: string, 
/**
 * Where it stands.
 */
state: PrintState, 
/**
 * What it waits for, or why it ended so.
 */
problem: PrintProblem | null, 
/**
 * The mark on the paper: `None` is the first paper, 1 says "copy 1".
 */
copy: number | null, 
/**
 * It was printed by the owner's rule.
 */
by_itself: boolean, 
/**
 * It is shown until somebody has dealt with it.
 */
needs_a_person: boolean, 
/**
 * "Print again" can be offered.
 */
can_again: boolean, 
/**
 * When it was asked for, on the shop's clock; with the date where that was not today.
 */
asked_clock: string, };

/**
 * What is wrong with a printer or a job. Pages have the words, under `trouble.<code>`.
 */
export type PrintProblem = { 
/**
 * What.
 */
code: PrintProblemCode, 
/**
 * What a person calls the port.
 */
port?: string | null, 
/**
 * What to do where this computer does not let us.
 */
remedy?: Remedy | null, 
/**
 * The system's own words, where it has some.
 */
reason?: string | null, };

/**
 * What can be wrong.
 */
export type PrintProblemCode = "paper_out" | "cover_open" | "knife_stuck" | "fault" | "offline" | "in_use" | "refuses" | "gone" | "denied" | "stalled" | "other" | "late" | "not_in_use" | "restarted" | "no_font" | "too_long";

/**
 * Where a receipt stands on its way.
 */
export type PrintState = "queued" | "sending" | "taken" | "sent" | "failed" | "unknown" | "withdrawn";

/**
 * Receipts that are not printed as they should be: one card, and a line in the tray.
 */
export type PrintTrouble = { 
/**
 * So many wait for their printer, and are printed once it is ready.
 */
waiting: number, 
/**
 * So many were not printed, and are not until somebody says so.
 */
failed: number, 
/**
 * Of so many nobody knows.
 */
unknown: number, 
/**
 * The printer that it is about; `None`: several.
 */
printer_name: string | null, 
/**
 * What is wrong, where it is one thing.
 */
problem: PrintProblem | null, 
/**
 * Which receipt, where it is one: its amount …
 */
amount_text: string | null, 
/**
 * … and when it was paid, on the shop's clock.
 */
paid_clock: string | null, };

/**
 * A receipt to print, because somebody asked for it.
 */
export type PrintWish = { 
/**
 * Of which payment.
 */
line: LineId, 
/**
 * On which printer, by the id of its set-up; `None`: the first that is in use.
 */
printer: string | null, };

/**
 * Which payments are printed by themselves.
 */
export type Printed = "never" | "confirmed" | "all";

/**
 * How a printer rings. There is no command that all have.
 */
export type PrinterBell = "none" | "command" | "plug";

/**
 * How a printer that is in use is.
 */
export type PrinterHealth = { 
/**
 * Its id in the settings.
 */
id: string, 
/**
 * In one word, for its light.
 */
state: DeviceState, 
/**
 * What is wrong, where something is: with its port, or with itself.
 */
problem: PrintProblem | null, 
/**
 * The port where it is now, when that is known and another than the one in its address.
 */
moved_to: string | null, 
/**
 * There is not much paper left.
 */
paper_low: boolean, };

/**
 * A kind of printer to begin with.
 */
export type PrinterPreset = { 
/**
 * Which; pages have the words.
 */
preset: Preset, 
/**
 * What such a printer can do.
 */
profile: Profile, };

/**
 * A printer that receipts come from.
 */
export type PrinterSetup = { 
/**
 * What jobs know it by, whatever becomes of its name and port: 1 to 36 of `a-z`, `0-9` and `-`.
 */
id: string, 
/**
 * Its name for people.
 */
name: string, 
/**
 * It is in use.
 */
on: boolean, 
/**
 * Where it is.
 */
target: PrinterTarget, 
/**
 * What it can do. Of a printer of the system's only the width counts.
 */
profile: Profile, 
/**
 * The language of its paper.
 */
language: PaperLanguage, 
/**
 * A text below the shop's name, such as its address; may be empty.
 */
top: string, 
/**
 * A text at the foot of each receipt; may be empty.
 */
foot: string, 
/**
 * What a code at the foot says, such as the shop's own page; may be empty.
 */
link: string, 
/**
 * What else stands on it.
 */
rows: ReceiptRows, 
/**
 * Who collects here, as it stands on the receipt; empty: whoever the book says collected it.
 */
collector: string, 
/**
 * The shop's logo comes first.
 */
logo: boolean, 
/**
 * So many papers of each receipt, 1 to 3.
 */
copies: number, 
/**
 * What is printed without anybody asking.
 */
by_itself: ByItself, 
/**
 * A payment's first receipt opens the drawer.
 */
drawer: boolean, 
/**
 * What is printed by itself rings, where the printer can.
 */
bell: boolean, 
/**
 * The order number stands there as a barcode too, where it fits.
 */
barcode: boolean, };

/**
 * Where a printer is.
 */
export type PrinterTarget = { "at": "port", 
/**
 * The port: the text form of an address, as found devices have it (`tcp:192.168.1.20:9100`).
 */
address: string, 
/**
 * How its line runs.
 */
line: PortLine, } | { "at": "system", 
/**
 * The system's name of it.
 */
name: string, 
/**
 * Its paper. Windows knows better, and asks the printer's driver.
 */
sheet: Sheet, };

/**
 * A receipt to try on the preview.
 */
export type PrinterTry = { 
/**
 * The printer, saved or not.
 */
printer: PrinterSetup, 
/**
 * What is on it.
 */
sample: ReceiptSample, };

/**
 * What a printer can do.
 */
export type Profile = { 
/**
 * Dots across the paper that can be printed.
 */
dots: number, 
/**
 * Letters of normal size in a line.
 */
columns: number, 
/**
 * Its own letters.
 */
letters: Letters, 
/**
 * Who numbered its code pages.
 */
maker: Maker, 
/**
 * Whether it draws QR codes itself.
 */
"draws-qr": boolean, 
/**
 * Whether it draws CODE128 itself.
 */
"draws-code128": boolean, 
/**
 * How it cuts.
 */
cut: Cut, 
/**
 * So many lines bring the last one out, where nothing cuts.
 */
"tear-lines": number, 
/**
 * The drawer's pin.
 */
drawer: DrawerPin, 
/**
 * How it rings.
 */
bell: PrinterBell, 
/**
 * At most so many rows of a picture in one command; weak Bluetooth printers take 24.
 */
"band-rows": number, };

/**
 * How far a long piece of work is.
 */
export type Progress = { 
/**
 * So much …
 */
done: number, 
/**
 * … of so much.
 */
of: number, };

/**
 * One thing to look at.
 */
export type Question = { 
/**
 * Why.
 */
what: QuestionKind, 
/**
 * The payment; for [`QuestionKind::NotUnderstood`] there is none.
 */
line: LineId | null, 
/**
 * The notice, for [`QuestionKind::NotUnderstood`].
 */
notice: LineId | null, 
/**
 * When it happened.
 */
at: Moment, 
/**
 * The platform.
 */
platform: Platform | null, 
/**
 * Payment or refund.
 */
kind: Kind | null, 
/**
 * The day's running number.
 */
number: number | null, 
/**
 * The amount, refunds negative.
 */
amount: Sum | null, 
/**
 * How late, in milliseconds.
 */
late_ms: number | null, };

/**
 * How many there are of one kind of question.
 */
export type QuestionCount = { 
/**
 * Which.
 */
what: QuestionKind, 
/**
 * How many.
 */
count: number, };

/**
 * Why somebody should look.
 */
export type QuestionKind = "reported_only" | "not_understood" | "without_amount" | "announced_late" | "not_announced";

/**
 * What somebody should look at. One payment can be in it for more than one reason.
 */
export type Questions = { 
/**
 * How many of each kind there are; kinds without any are left out.
 */
counts: Array<QuestionCount>, 
/**
 * The oldest of each kind, 200 at most of each.
 */
rows: Array<Question>, };

/**
 * Hours in which nothing is spoken; cards still come.
 */
export type QuietHours = { 
/**
 * From this minute of the day (0 to 1439) on the shop's clock …
 */
from_minute: number, 
/**
 * … to this one; past midnight when it is the smaller.
 */
to_minute: number, };

/**
 * From where an address can be reached.
 */
export type Reach = "internet" | "lan" | "local";

/**
 * What stands on a receipt where it is known, beside what always does.
 */
export type ReceiptRows = { 
/**
 * The amount in words.
 */
in_words: boolean, 
/**
 * The day's running number.
 */
number: boolean, 
/**
 * The order number.
 */
order: boolean, 
/**
 * Who collected it.
 */
collector: boolean, };

/**
 * Made-up receipts.
 */
export type ReceiptSample = "confirmed" | "reported" | "refund" | "copy" | "closing";

/**
 * Book and statements side by side.
 */
export type Reconciled = { 
/**
 * The days.
 */
span: Span, 
/**
 * Each platform that the book or a statement has in these days, in the order of names.
 */
platforms: Array<PlatformResult>, 
/**
 * Payouts, oldest first.
 */
payouts: Array<Payout>, 
/**
 * Differences that nobody has settled; neither what is pending nor suggestions.
 */
open: number, 
/**
 * Differences that somebody has settled.
 */
settled: number, };

/**
 * One line of the record.
 */
export type RecordLine = { 
/**
 * Its number in the whole hub's record.
 */
number: number, 
/**
 * When.
 */
at: Timestamp, 
/**
 * Who did it: the terminal that asked, or the program.
 */
by: string, 
/**
 * What was done.
 */
what: Recorded, };

/**
 * A page of the record.
 */
export type RecordPage = { 
/**
 * Newest first.
 */
lines: Array<RecordLine>, 
/**
 * There are older ones.
 */
more: boolean, };

/**
 * A page of the record of what was done about phones.
 */
export type RecordQuery = { 
/**
 * Lines before this number; `None`: the newest.
 */
before: number | null, };

/**
 * What was done about terminals.
 */
export type Recorded = { "what": "reach", 
/**
 * Opened.
 */
lan: boolean, } | { "what": "invited", 
/**
 * Which.
 */
invitation: InvitationId, 
/**
 * For whom.
 */
name: string, 
/**
 * What it grants.
 */
permission: Permission, 
/**
 * Until when.
 */
expires_at: Timestamp, } | { "what": "invitation_cancelled", 
/**
 * Which.
 */
invitation: InvitationId, 
/**
 * For whom.
 */
name: string, } | { "what": "linked", 
/**
 * Which terminal.
 */
terminal: TerminalId, 
/**
 * Its name.
 */
name: string, 
/**
 * By which invitation.
 */
invitation: InvitationId, 
/**
 * SHA-256 of its public key, in hex digits.
 */
key_sha256?: string, } | { "what": "permission_set", 
/**
 * Which terminal.
 */
terminal: TerminalId, 
/**
 * Its name.
 */
name: string, 
/**
 * The number of this permission of this terminal.
 */
version: number, 
/**
 * What it may.
 */
permission: Permission, } | { "what": "renamed", 
/**
 * Which terminal.
 */
terminal: TerminalId, 
/**
 * Its name before.
 */
from: string, 
/**
 * Its name now.
 */
to: string, } | { "what": "revoked", 
/**
 * Which terminal.
 */
terminal: TerminalId, 
/**
 * Its name.
 */
name: string, } | { "what": "voice_set", 
/**
 * The terminals that share a room.
 */
list: Array<TerminalId> | null, };

/**
 * What is known of deliveries that come and are refused.
 */
export type Refusing = { 
/**
 * The code of the last one (`stale`, `decrypt`, `unknown_key` …), see `sources::Refusal`.
 */
code: string, 
/**
 * When the first of them was refused: what was paid since may be missing.
 */
since: Timestamp, 
/**
 * It is certain that the source itself sent them; else somebody else may have who knows its address.
 */
proven: boolean, };

/**
 * What to do where this computer does not let us use a device. Pages have the words.
 */
export type Remedy = "join-dialout" | "join-lp" | "udev-rule" | "install-driver" | "bluetooth-on" | "allow-bluetooth" | "unknown";

/**
 * Which day waits to be closed.
 */
export type Reminder = { "what": "today", 
/**
 * The day.
 */
day: BusinessDay, } | { "what": "forgotten", 
/**
 * The oldest of them.
 */
day: BusinessDay, 
/**
 * How many more there are.
 */
more: number, };

/**
 * Something that was said about a difference, to be taken back.
 */
export type ReopenWish = { 
/**
 * Which.
 */
subject: string, 
/**
 * Who does it; whoever was named last, where nobody is.
 */
who?: string, };

/**
 * A copy that was put in the book's place.
 */
export type RestoreTold = { 
/**
 * When, on the shop's clock.
 */
clock: string, 
/**
 * By whom.
 */
who: string, 
/**
 * Closings that only the book of before has: from this number …
 */
from: number | null, 
/**
 * … to this one.
 */
to: number | null, };

/**
 * A copy to read, or to put in the book's place.
 */
export type RestoreWish = { 
/**
 * One of those in the folder …
 */
path: string | null, 
/**
 * … or a file that was given to the page.
 */
file: string | null, 
/**
 * What it is sealed with.
 */
passphrase: Secret | null, 
/**
 * Who puts it in the book's place; without it, who was named last at this desk.
 */
who?: string, };

/**
 * What a row is.
 */
export type RowKind = "payment" | "refund" | "reversal" | "fee" | "payout" | "chargeback" | "other";

/**
 * Text that proves who sends: an API key, a webhook secret, a terminal's token.
 *
 * `Debug` and `Display` show `…`. It is serialised as it is, since it must travel to the hub (over loopback or
 * TLS) and into the encrypted row; whoever serialises one decides where it goes. Wiped from memory on drop.
 */
export type Secret = string;

/**
 * What a terminal may see of a payment.
 */
export type Sees = { 
/**
 * The amount, or how much of it.
 */
amount: AmountSight, 
/**
 * Who paid.
 */
payer: boolean, 
/**
 * The order number.
 */
order: boolean, 
/**
 * The platform.
 */
platform: boolean, 
/**
 * The note.
 */
note: boolean, 
/**
 * The name of the source through which it came (a code, a colleague's phone).
 */
collector: boolean, };

/**
 * What was sent on one business day under one permission. All of it lies between two numbers of the log; what the
 * permission held back lies there too and was not sent.
 */
export type SentLine = { 
/**
 * Its key, for asking on.
 */
key: number, 
/**
 * It asked for them (older ones), or was told as they came.
 */
asked: boolean, 
/**
 * The lowest number of the shop's log among them.
 */
from: Seq, 
/**
 * The highest one.
 */
to: Seq, 
/**
 * How many times a payment left for the terminal.
 */
items: number, 
/**
 * When the first of them was sent.
 */
first_at: Timestamp, 
/**
 * When the last.
 */
last_at: Timestamp, 
/**
 * Under which of its permissions.
 */
version: number, 
/**
 * That permission.
 */
permission: Permission, };

/**
 * A page of what was sent to a terminal.
 */
export type SentPage = { 
/**
 * Newest first.
 */
lines: Array<SentLine>, 
/**
 * There are older ones.
 */
more: boolean, };

/**
 * A page of what was sent to one phone.
 */
export type SentQuery = { 
/**
 * Which phone.
 */
id: TerminalId, 
/**
 * Lines before this key; `None`: the newest.
 */
before: number | null, };

/**
 * The number of an entry in its shop's log: 1, 2, 3 … without gaps.
 */
export type Seq = number;

/**
 * See [`domain::wire::Request::SetDoors`].
 */
export type SetDoors = { 
/**
 * Open to the local network.
 */
lan: boolean, 
/**
 * The address from the internet, if there is one.
 */
public_url: string | null, };

/**
 * Every setting.
 */
export type Settings = { 
/**
 * Language of windows and tray; `None`: the system's, if we have it, else English.
 */
language: Language | null, 
/**
 * Light or dark.
 */
theme: Theme, 
/**
 * The first start is done.
 */
first_start_done: boolean, 
/**
 * Payments are spoken.
 */
speak: boolean, 
/**
 * Language of announcements; `None`: as the windows.
 */
speech_language: SpeechLanguage | null, 
/**
 * The system's voice by id; `None`: the best for the language.
 */
voice: string | null, 
/**
 * Volume of chime and voice, 0 to 100.
 */
volume: number, 
/**
 * Speed of the voice in percent of its normal, 50 to 200.
 */
rate: number, 
/**
 * A chime comes before the words.
 */
chime: boolean, 
/**
 * The day's running number is spoken.
 */
speak_number: boolean, 
/**
 * The platform is spoken.
 */
speak_platform: boolean, 
/**
 * Refunds are spoken.
 */
speak_refunds: boolean, 
/**
 * Smaller payments are shown, not spoken.
 */
smallest_spoken: Money | null, 
/**
 * Nothing is spoken in these hours.
 */
quiet_hours: QuietHours | null, 
/**
 * Own words for a platform's name, spoken in place of ours.
 */
platform_words: { [key in Platform]: string }, 
/**
 * Cards are shown.
 */
cards: boolean, 
/**
 * How many seconds a card stays, 3 to 60.
 */
card_seconds: number, 
/**
 * The monitor for cards, by name; `None`: the main one.
 */
card_monitor: string | null, 
/**
 * The corner for cards.
 */
card_corner: Corner, 
/**
 * The payer is shown on the card, which customers may see.
 */
card_payer: boolean, 
/**
 * Once a day the desk asks whether there is a newer version of this program.
 */
check_updates: boolean, 
/**
 * The PC does not fall asleep while it is plugged in: one that sleeps hears nothing.
 */
awake: boolean, 
/**
 * The customer displays.
 */
displays: Array<DisplaySetup>, 
/**
 * What the customer is shown.
 */
customer: CustomerSettings, 
/**
 * The printers that receipts come from.
 */
printers: Array<PrinterSetup>, 
/**
 * The shop's logo, for receipts.
 */
logo: Logo | null, 
/**
 * Copies of the book.
 */
backups: BackupSettings, 
/**
 * How the shop closes its days.
 */
closing: ClosingSettings, };

/**
 * A difference is none, for this reason.
 */
export type SettleWish = { 
/**
 * The days in which it was shown.
 */
span: Span, 
/**
 * Which.
 */
subject: string, 
/**
 * Why.
 */
reason: string, 
/**
 * Who says so; whoever was named last, where nobody is.
 */
who?: string, };

/**
 * What was said about a difference.
 */
export type Settled = { 
/**
 * Why it is none.
 */
reason: string, 
/**
 * Who said so.
 */
who: string, 
/**
 * When.
 */
at: Timestamp, };

/**
 * A source's setup, with its texts as QR pictures too.
 */
export type SetupView = { 
/**
 * The setup.
 */
setup: SourceSetup, 
/**
 * For each address, its QR code as the dark modules of a square: rows of `0` and `1`.
 */
address_qr: Array<Array<string>>, 
/**
 * The secret's QR code, where there is a secret.
 */
secret_qr: Array<string> | null, };

/**
 * The paper of a printer of the system's.
 */
export type Sheet = "a4" | "a5" | "letter" | "roll80" | "roll58";

/**
 * A shop as its terminals know it.
 */
export type Shop = { 
/**
 * Its name, as the owner typed it.
 */
name: string, 
/**
 * The currency its takings are counted in.
 */
currency: Currency, 
/**
 * Its business day.
 */
day_rule: DayRule, };

/**
 * What the customer is shown to pay, or to get back.
 */
export type ShownAmount = { 
/**
 * What was bought, where it was listed.
 */
items: Array<OrderItem>, 
/**
 * What is to be paid: the sum, where it was listed.
 */
amount: Money, 
/**
 * What the customer gets back of the cash. Where that is told, nothing is to be paid any more.
 */
change: Money | null, };

/**
 * What a sound check found.
 */
export type SoundCheck = { 
/**
 * The chime was played.
 */
chime: boolean, 
/**
 * The voice spoke.
 */
spoke: boolean, 
/**
 * What was said.
 */
said: string | null, 
/**
 * What stands in the way.
 */
problem: VoiceProblem | null, };

/**
 * A source's settings and secrets. Stored encrypted; sent to a terminal only when its setup is asked for.
 */
export type SourceConfig = { "kind": "wechat_v3", 
/**
 * Merchant number; a notification for another one is refused.
 */
mchid: string, 
/**
 * App id; checked when given.
 */
appid: string | null, 
/**
 * The 32-character APIv3 key.
 */
api_v3_key: Secret, 
/**
 * Platform certificates and public keys, several at once, chosen by `Wechatpay-Serial`.
 */
platform_keys: Array<PlatformKey>, } | { "kind": "wechat_v2", 
/**
 * Merchant number.
 */
mch_id: string, 
/**
 * App id; checked when given.
 */
appid: string | null, 
/**
 * The 32-character APIv2 key.
 */
api_v2_key: Secret, } | { "kind": "alipay", 
/**
 * App id.
 */
app_id: string, 
/**
 * Seller's user id (2088…); checked when given.
 */
seller_id: string | null, 
/**
 * Alipay's public key (not the app's own): PEM or the bare base64 that the console shows.
 */
alipay_public_key: string, 
/**
 * Accept the old `RSA` (SHA-1) signatures too. Off unless the account cannot do RSA2.
 */
allow_rsa1: boolean, } | { "kind": "stripe", 
/**
 * The endpoint's secrets (`whsec_…`); two while one is being rolled.
 */
endpoint_secrets: Array<Secret>, 
/**
 * Take events of Stripe's test mode (`livemode: false`).
 */
test_mode: boolean, } | { "kind": "unionpay", 
/**
 * Merchant number.
 */
mer_id: string, 
/**
 * The CA certificates (root and middle, PEM) that the sender's certificate must chain to.
 */
ca_certificates: Array<string>, 
/**
 * Take UnionPay's test environment: the certificate's name and its expiry are not checked.
 */
test_mode: boolean, } | { "kind": "sms_forwarder", 
/**
 * The secret that is entered in SmsForwarder's webhook sender.
 */
secret: Secret, } | { "kind": "vmq", 
/**
 * The communication key.
 */
key: Secret, } | { "kind": "forwarder", 
/**
 * Sent as `Authorization: Bearer …`.
 */
secret: Secret, } | { "kind": "test", 
/**
 * Signs the test deliveries.
 */
secret: Secret, };

/**
 * A source's settings as they can be shown: every secret is empty. So are the texts of keys and certificates that are
 * kept in lists: as many stand here as are stored, WeChat's with their serials.
 */
export type SourceForm = { 
/**
 * Which.
 */
id: SourceId, 
/**
 * Its name for people.
 */
name: string, 
/**
 * Its settings.
 */
config: SourceConfig, };

/**
 * Whether a source is heard.
 */
export type SourceHealth = { 
/**
 * Which.
 */
id: SourceId, 
/**
 * Its name for people.
 */
name: string, 
/**
 * Its kind.
 */
kind: SourceKind, 
/**
 * The state.
 */
state: SourceState, 
/**
 * When anything genuine came from it last (news or a beat).
 */
last_heard: Timestamp | null, 
/**
 * How far its clock (a phone's, a platform's) is ahead of the hub's, in milliseconds, where its deliveries tell.
 */
clock_ahead_ms: number | null, 
/**
 * What comes is refused; with `refusing`, and nowhere else.
 */
refusing: Refusing | null, };

/**
 * One place from which news comes: a platform account, one owner's phone.
 */
export type SourceId = string;

/**
 * Every kind of source. A new platform gets its line here and a file in `sources`.
 */
export type SourceKind = "wechat_v3" | "wechat_v2" | "alipay" | "stripe" | "unionpay" | "sms_forwarder" | "vmq" | "forwarder" | "test";

/**
 * What must be entered at the platform or on the phone.
 */
export type SourceSetup = { 
/**
 * Which.
 */
id: SourceId, 
/**
 * Its name for people.
 */
name: string, 
/**
 * Its kind.
 */
kind: SourceKind, 
/**
 * The addresses of its door, best first: from the internet, on the local network, on this machine.
 */
addresses: Array<DoorAddress>, 
/**
 * The secret to enter on the phone; `None` for platforms, whose secrets were typed in here.
 */
secret: Secret | null, 
/**
 * The body template to enter on the phone, for SmsForwarder and other forwarders.
 */
template: string | null, };

/**
 * The state of a source.
 */
export type SourceState = "waiting" | "listening" | "silent" | "refusing";

/**
 * A source, without its secrets.
 */
export type SourceView = { 
/**
 * Which.
 */
id: SourceId, 
/**
 * Its name for people.
 */
name: string, 
/**
 * Its kind.
 */
kind: SourceKind, 
/**
 * Its state.
 */
health: SourceHealth, 
/**
 * How many deliveries were refused since the hub started or its settings were changed.
 */
refused: number, 
/**
 * The last refusal's code (`signature`, `stale`, `wrong_merchant` …), see `sources::Refusal`.
 */
last_refusal: string | null, 
/**
 * When that was.
 */
last_refusal_at: Timestamp | null, };

/**
 * Business days, both included.
 */
export type Span = { 
/**
 * From this day …
 */
from: BusinessDay, 
/**
 * … to this one.
 */
to: BusinessDay, };

/**
 * The language of announcements; more than the windows have.
 */
export type SpeechLanguage = "zh-CN" | "zh-TW" | "zh-HK" | "en" | "es" | "pt-BR" | "hi";

/**
 * Whether a row stands for money.
 */
export type Standing = "counts" | "joined" | "undone";

/**
 * A row of a statement, as a page shows it.
 */
export type StatedRow = { 
/**
 * The statement.
 */
statement: StatementId, 
/**
 * The line in its file.
 */
line: number, 
/**
 * What the customer paid or got back.
 */
amount: Money, 
/**
 * When.
 */
at: Timestamp, 
/**
 * Only the date is known.
 */
date_only: boolean, 
/**
 * What it was for.
 */
text: string | null, };

/**
 * Sums of the statements' rows in one currency.
 */
export type StatedSum = { 
/**
 * What customers paid.
 */
paid: Money, 
/**
 * What they got back, positive.
 */
refunded: Money, 
/**
 * What the platform took for it.
 */
fees: Money, 
/**
 * What is left.
 */
net: Money, };

/**
 * A file to load: it was given to the page before, piece by piece.
 */
export type StatementFile = { 
/**
 * Which file.
 */
file: string, 
/**
 * Its own name.
 */
name: string, 
/**
 * What opens it, where it is locked. It is used once and not kept.
 */
password: Secret | null, 
/**
 * Who loads it; whoever was named last, where nobody is.
 */
who?: string, };

/**
 * A statement in this book.
 */
export type StatementId = number;

/**
 * The files that can be read.
 */
export type StatementKind = "wechat_trade" | "wechat_fund" | "wechat_personal" | "alipay_trade" | "alipay_balance" | "alipay_personal" | "stripe_balance" | "stripe_payout" | "stripe_payments" | "paypal" | "camt" | "mt940" | "ofx" | "mapped";

/**
 * What became of a file, or of one of those that were packed in it.
 */
export type StatementOutcome = { "what": "loaded", 
/**
 * It.
 */
statement: ImportedStatement, } | { "what": "known", 
/**
 * It.
 */
statement: ImportedStatement, } | { "what": "refused", 
/**
 * Its name.
 */
name: string, 
/**
 * Why: a word for pages.
 */
code: string, } | { "what": "unknown_table", 
/**
 * Its name.
 */
name: string, 
/**
 * The row that looks like headings.
 */
header: Array<string>, } | { "what": "stopped", 
/**
 * Its name.
 */
name: string, };

/**
 * One thing that happened to a payment.
 */
export type Step = { 
/**
 * What.
 */
what: StepKind, 
/**
 * For news: from which kind of source.
 */
via: SourceKind | null, 
/**
 * When.
 */
at: Timestamp, 
/**
 * That time on the shop's clock, with tenths: `14:03:20.4`.
 */
clock: string, 
/**
 * Milliseconds after the customer paid (or after the first step); negative where clocks disagree.
 */
after_ms: number, };

/**
 * The steps of a payment.
 */
export type StepKind = "paid" | "accepted" | "received" | "shown" | "spoken" | "joined" | "confirmed";

/**
 * An amount as a page or a paper shows it: whole minor units, and the text for people.
 */
export type Sum = { 
/**
 * Whole minor units; negative where money went out.
 */
minor: number, 
/**
 * The currency.
 */
currency: Currency, 
/**
 * For people (`¥1,280.50`, `−¥15.00`).
 */
text: string, };

/**
 * A printer of the system's.
 */
export type SystemPrinter = { 
/**
 * The system's name of it.
 */
name: string, 
/**
 * It is the system's usual one.
 */
usual: boolean, };

/**
 * A statement to take back.
 */
export type TakeBackWish = { 
/**
 * Which.
 */
statement: StatementId, 
/**
 * Who does it; whoever was named last, where nobody is.
 */
who?: string, };

/**
 * Who took an entry back.
 */
export type TakenBack = { 
/**
 * Who.
 */
who: string, 
/**
 * When.
 */
at: Moment, };

/**
 * One device that listens to a shop.
 */
export type TerminalId = string;

/**
 * The permissions that an owner knows from WeChat Pay's merchants.
 */
export type TerminalPreset = "clerk" | "senior_clerk" | "manager";

/**
 * Why a terminal is not let in.
 */
export type TerminalRefused = "version" | "unknown" | "busy";

/**
 * From a terminal to its hub.
 */
export type TerminalSays = { "type": "prove", 
/**
 * [`VERSION`].
 */
version: number, 
/**
 * Who it is.
 */
terminal: TerminalId, 
/**
 * Its signature over [`proof`], as base64url without padding.
 */
signature: string, 
/**
 * The last place that it was told, if it has one.
 */
after: Opaque | null, 
/**
 * What it is: browser and version, at most [`APP_MAX`] characters.
 */
app: string, 
/**
 * Whoever is in the room can hear it speak; as in `beat`.
 */
hearable?: boolean, } | { "type": "beat", 
/**
 * Whoever is in the room can hear it speak: its sound is on, and the browser lets it. One that does not say is
 * taken for one that can; in a later `beat` it goes on as it said before. Of those that share a room, one that
 * can be heard speaks.
 */
hearable?: boolean, } | { "type": "history", 
/**
 * Chosen by the terminal.
 */
id: number, 
/**
 * Older than this place (a `page`'s `more`); `None`: the newest.
 */
before: Opaque | null, };

/**
 * A day's totals for one terminal.
 */
export type TerminalTotals = { 
/**
 * The business day.
 */
day: BusinessDay, 
/**
 * How many payments.
 */
payments: number, 
/**
 * How many refunds.
 */
refunds: number, 
/**
 * How many of both came without an amount.
 */
without_amount: number, 
/**
 * What came in, one for each currency; absent where the terminal does not see every amount exactly.
 */
received?: Array<Money>, 
/**
 * What went back, as positive amounts; as `received`.
 */
refunded?: Array<Money>, };

/**
 * A linked terminal, as its owner sees it.
 */
export type TerminalView = { 
/**
 * Which.
 */
id: TerminalId, 
/**
 * Its name.
 */
name: string, 
/**
 * What it may.
 */
permission: Permission, 
/**
 * The preset that this is, if it is one.
 */
preset: TerminalPreset | null, 
/**
 * When it was linked.
 */
linked_at: Timestamp, 
/**
 * When it was last there; `None`: never since it was linked.
 */
last_seen: Timestamp | null, 
/**
 * Listening since; `None`: it is not listening now.
 */
online_since: Timestamp | null, 
/**
 * How long a frame takes to it and back, in milliseconds.
 */
latency_ms: number | null, 
/**
 * What it says of itself: browser and version. A stranger's text.
 */
app: string | null, 
/**
 * It is the one that speaks, or one of them.
 */
speaks: boolean, 
/**
 * Cut off since.
 */
revoked_at: Timestamp | null, 
/**
 * The invitation by which it was linked.
 */
invitation?: InvitationId, };

/**
 * What a hub tells a terminal that it lets in.
 */
export type TerminalWelcome = { 
/**
 * The shop.
 */
shop: Shop, 
/**
 * Which terminal it is.
 */
terminal: TerminalId, 
/**
 * The name that the owner gave it.
 */
name: string, 
/**
 * What it may.
 */
permission: Permission, 
/**
 * The preset that this is, if it is one.
 */
preset: TerminalPreset | null, 
/**
 * Whether it is to speak.
 */
speaks: boolean, 
/**
 * The hub's clock.
 */
now: Timestamp, 
/**
 * The business day of now.
 */
day: BusinessDay, 
/**
 * What it may know of today, oldest first, the newest [`TODAY_MAX`]. Nothing of it is announced: what came while
 * it was away follows as `told`.
 */
today: Array<ToldItem>, 
/**
 * The place that it named is not known here, is of another day, or it named none: nothing of before follows.
 */
from_start: boolean, 
/**
 * Its place from now on; what follows moves it.
 */
cursor: Opaque, 
/**
 * The day's totals, if it may see them.
 */
totals?: TerminalTotals, };

/**
 * Where terminals are reached.
 */
export type TerminalsReach = { 
/**
 * Over the local network.
 */
lan: boolean, 
/**
 * It is meant to be, and cannot be opened (the port is taken, no network): nobody is let in there now.
 */
closed: boolean, 
/**
 * The port on the local network.
 */
port: number, 
/**
 * Where their page is, best first.
 */
addresses: Array<DoorAddress>, 
/**
 * SHA-256 of the hub's own certificate, in hex pairs, once it is needed.
 */
fingerprint: string | null, };

/**
 * Everything about linked terminals.
 */
export type TerminalsView = { 
/**
 * In the order in which they were linked; of those revoked the newest few, at the end.
 */
terminals: Array<TerminalView>, 
/**
 * Those that nobody took yet and that have not run out.
 */
invitations: Array<InvitationView>, 
/**
 * Which terminals share a room, the first choice first.
 */
voice: Array<TerminalId> | null, 
/**
 * Where they are reached.
 */
reach: TerminalsReach, };

/**
 * Something to change about clerks' phones.
 */
export type TerminalsWish = { "wish": "reach", 
/**
 * Let them in.
 */
lan: boolean, } | { "wish": "withdraw", 
/**
 * Which.
 */
id: InvitationId, } | { "wish": "set", 
/**
 * Which.
 */
id: TerminalId, 
/**
 * Its name for people.
 */
name: string, 
/**
 * What it may.
 */
permission: Permission, } | { "wish": "revoke", 
/**
 * Which.
 */
id: TerminalId, } | { "wish": "voice", 
/**
 * The phones, the first choice first.
 */
list: Array<TerminalId> | null, };

/**
 * What became of a test receipt.
 */
export type TestPrint = { 
/**
 * `taken`, `sent`, `failed` or `unknown`.
 */
state: PrintState, 
/**
 * Why not.
 */
problem: PrintProblem | null, 
/**
 * There is not much paper left.
 */
paper_low: boolean, };

/**
 * How a device took a test.
 */
export type TestedDevice = { 
/**
 * `ready` when everything was taken.
 */
state: DeviceState, 
/**
 * What is wrong, where something is.
 */
problem: DeviceProblem | null, };

/**
 * Light or dark.
 */
export type Theme = "system" | "light" | "dark";

/**
 * UTC milliseconds since 1970. The one form of time in stores and on the wire.
 */
export type Timestamp = number;

/**
 * An amount, as far as it may be known.
 */
export type ToldAmount = { "kind": "exact", 
/**
 * The amount.
 */
money: Money, } | { "kind": "about", 
/**
 * The rounded amount.
 */
money: Money, } | { "kind": "over", 
/**
 * The limit.
 */
limit: Money, } | { "kind": "withheld" } | { "kind": "not_given" };

/**
 * A payment as a terminal knows it, with its name for it.
 */
export type ToldItem = { 
/**
 * The same for the same payment, on this terminal and for ever.
 */
id: Opaque, 
/**
 * When the hub accepted it.
 */
at: Timestamp, 
/**
 * Its business day.
 */
day: BusinessDay, 
/**
 * Which way the money went.
 */
kind: Kind, 
/**
 * How sure we are.
 */
trust: Trust, 
/**
 * A test by the shop itself: kept out of totals.
 */
test: boolean, 
/**
 * The day's running number; only where no payment is kept back, else a gap would tell of one.
 */
number?: number, 
/**
 * The amount, as far as it may be known.
 */
amount: ToldAmount, 
/**
 * The platform.
 */
platform?: Platform, 
/**
 * Who paid.
 */
payer?: string, 
/**
 * The order number.
 */
order?: string, 
/**
 * The note.
 */
note?: string, 
/**
 * The name of the source through which it came.
 */
collector?: string, };

/**
 * A phone that was told of a payment.
 */
export type ToldTo = { 
/**
 * Its name now.
 */
name: string, 
/**
 * When it was told first, on the shop's clock; with the date where that is not today.
 */
clock: string, 
/**
 * It looked it up later, rather than being told as it came.
 */
asked: boolean, };

/**
 * Payments that share something.
 */
export type TotalGroup = { 
/**
 * What they share: a platform's name, who collected, a terminal. Empty: nobody knows.
 */
key: string, 
/**
 * Per currency, the shop's own first.
 */
totals: Array<CurrencyTotal>, 
/**
 * Payments and refunds whose amount was not given: in no total.
 */
without_amount: number, };

/**
 * A total in one currency.
 */
export type TotalView = { 
/**
 * Payments less refunds.
 */
net: Money, 
/**
 * For people.
 */
net_text: string, 
/**
 * How many payments.
 */
payments: number, 
/**
 * How many refunds.
 */
refunds: number, 
/**
 * What was refunded, for people.
 */
refunds_text: string, };

/**
 * How we know. Ordered: confirmed is more than reported.
 */
export type Trust = "reported" | "confirmed";

/**
 * What can go wrong at the pages' edge. A code stands here only because a page acts on it; the page looks the
 * words up under `error.<code>`.
 */
export type UiError = { 
/**
 * What a page branches on: `offline` (no link to the hub), `not_found`, `invalid`, `not_allowed`,
 * `too_many`, `port_taken`, `storage`, `no_voice`, `no_printer`, `busy`, `stopped`, `no_letters`,
 * `too_much`, `internal`.
 */
code: string, 
/**
 * For `invalid`: which field. For others: more of it, where that is known.
 */
field: string | null, };

/**
 * A correction to take back.
 */
export type UndoWish = { 
/**
 * Which.
 */
correction: CorrectionId, 
/**
 * The payment that is on show.
 */
line: LineId, 
/**
 * By whom.
 */
who: string, };

/**
 * A page of notices, newest first.
 */
export type UnreadPage = { 
/**
 * The rows.
 */
rows: Array<UnreadView>, 
/**
 * There are more.
 */
more: boolean, };

/**
 * Which notices to show.
 */
export type UnreadQuery = { 
/**
 * Only those before this one.
 */
before: LineId | null, 
/**
 * At most so many, 1 to 200.
 */
limit: number, };

/**
 * Why a notice did not become a payment, for the owner to judge.
 */
export type UnreadReason = "unknown_wording" | "unknown_app" | "imitation" | "template_not_filled" | "impossible_amount";

/**
 * One notice that did not become a payment.
 */
export type UnreadView = { 
/**
 * The row.
 */
line: LineId, 
/**
 * When the hub took it in.
 */
at: Timestamp, 
/**
 * On the shop's clock, with the date when it was not today.
 */
clock: string, 
/**
 * The kind of source.
 */
via: SourceKind, 
/**
 * The app.
 */
app: string | null, 
/**
 * Its title.
 */
title: string | null, 
/**
 * Its text.
 */
text: string | null, 
/**
 * Why it is no payment.
 */
reason: UnreadReason, };

/**
 * A row that could not be read.
 */
export type Unreadable = { 
/**
 * Its line in the file, from 1.
 */
line: number, 
/**
 * What stands there, cleaned and cut.
 */
text: string, 
/**
 * What is wrong: a word for pages (`amount`, `time`, `cells`, `currency`, `type`).
 */
reason: string, };

/**
 * What is being done.
 */
export type UpdateBusy = { "doing": "checking" } | { "doing": "downloading", 
/**
 * Percent; `None` where the server does not say how much there is.
 */
percent: number | null, } | { "doing": "installing" };

/**
 * What did not work. Nothing of the shop is ever touched by it.
 */
export type UpdateError = "offline" | "unreadable" | "not_genuine" | "disk" | "not_installed";

/**
 * An update that is there.
 */
export type UpdateOffer = { 
/**
 * Its version.
 */
version: string, 
/**
 * What is new, as plain text of a bounded size. A stranger's text: never HTML.
 */
notes: string, 
/**
 * The owner does not want it.
 */
skipped: boolean, 
/**
 * The owner wants it.
 */
wanted: boolean, 
/**
 * It is on this PC, and it is genuine.
 */
here: boolean, };

/**
 * A source to change. See [`domain::wire::Request::UpdateSource`] for what is kept.
 */
export type UpdateSource = { 
/**
 * Which.
 */
id: SourceId, 
/**
 * Its name for people.
 */
name: string, 
/**
 * Its settings, of the same kind; what is left empty among secrets, keys and certificates stays.
 */
config: SourceConfig, };

/**
 * Whether this program can replace itself, by how it came onto this PC.
 */
export type UpdateSupport = "itself" | "not_configured" | "package" | "read_only" | "not_installed";

/**
 * What holds an update back that the owner wants.
 */
export type UpdateWait = "announcing" | "closing" | "paid" | "open" | "always_open";

/**
 * What the owner wishes.
 */
export type UpdateWish = "check" | "when_quiet" | "now" | "skip" | "later";

/**
 * All about updates.
 */
export type UpdatesView = { 
/**
 * The version that runs.
 */
version: string, 
/**
 * Whether it can replace itself.
 */
support: UpdateSupport, 
/**
 * When was asked the last time, with an answer.
 */
checked_at: Timestamp | null, 
/**
 * What is being done now.
 */
busy: UpdateBusy | null, 
/**
 * The newer version, if there is one.
 */
offer: UpdateOffer | null, 
/**
 * Why it is not installed yet.
 */
waits_for: UpdateWait | null, 
/**
 * `21:30`, where `waits_for` has a time.
 */
waits_until: string | null, 
/**
 * What did not work the last time.
 */
error: UpdateError | null, };

/**
 * Why the voice cannot speak.
 */
export type VoiceProblem = "no_speech" | "no_voice_for_language" | "no_output";

/**
 * One voice.
 */
export type VoiceView = { 
/**
 * The system's id of it.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Its language, BCP 47.
 */
language: string, 
/**
 * It can speak the chosen announcement language.
 */
fits: boolean, };

/**
 * The system's voices.
 */
export type VoicesView = { 
/**
 * All voices.
 */
voices: Array<VoiceView>, 
/**
 * What stands in the way of speaking, if anything.
 */
problem: VoiceProblem | null, };

/**
 * The same hours on some days of the week.
 */
export type WeekHours = { 
/**
 * The days on which they begin: 1 is Monday, 7 is Sunday.
 */
days: Array<number>, 
/**
 * From this minute on.
 */
from: ClockTime, 
/**
 * Until this minute, which is no part of them any more. Not after `from`: on the next day.
 */
to: ClockTime, };

/**
 * The same weekday a week before.
 */
export type WeekdayBefore = { 
/**
 * The day.
 */
day: BusinessDay, 
/**
 * The whole of it.
 */
totals: Array<CurrencyTotal>, 
/**
 * While the day is running: that day up to the same time on the shop's clock, which is what compares.
 */
so_far: Array<CurrencyTotal> | null, };

/**
 * How book and statement differ.
 */
export type What = "only_here" | "only_there" | "amount_differs" | "duplicate" | "pending" | "suggestion";

/**
 * Which payments a terminal knows of. Refunds as payments; of the others it is never told that they exist.
 */
export type Which = { 
/**
 * Of these platforms; `None`: of all.
 */
platforms: Array<Platform> | null, 
/**
 * First heard of through these sources; `None`: through any.
 */
sources: Array<SourceId> | null, 
/**
 * From this amount on, in minor units of the shop's currency. What has no amount, or one in another currency, is
 * outside any range.
 */
from: number | null, 
/**
 * Up to this amount, itself included.
 */
to: number | null, 
/**
 * Accepted within these hours by the shop's clock; empty: always.
 */
hours: Array<WeekHours>, };

/**
 * A window of the app.
 */
export type WindowName = "history" | "settings" | "welcome";

/** Every command: its request and its answer. */
export type Commands = {
  app_info: [null, AppInfo];
  cards: [null, CardsView];
  dismiss_card: [CardId, null];
  hold_cards: [boolean, null];
  cards_painted: [Painted, null];
  mute: [Mute, ListeningView];
  listening: [null, ListeningView];
  day: [BusinessDay | null, DayView];
  days: [null, Array<DaySummary>];
  history_page: [HistoryQuery, HistoryPage];
  payment_details: [LineId, PaymentDetails];
  payment_told: [LineId, Array<ToldTo>];
  history_choices: [null, HistoryChoices];
  correct: [CorrectWish, PaymentDetails];
  undo_correction: [UndoWish, PaymentDetails];
  book_check: [null, BookCheck];
  check_book: [null, BookCheck];
  stop_check: [null, BookCheck];
  day_report: [BusinessDay | null, DayReport];
  closing_draft: [BusinessDay | null, ClosingDraft];
  change_closing_draft: [DraftChange, ClosingDraft];
  close_day: [CloseWish, Closing];
  hand_over_shift: [CloseWish, Closing];
  correct_closing: [ClosingCorrection, Closing];
  closings: [ClosingsQuery, Array<ClosingSummary>];
  closing: [number, Closing];
  unread_page: [UnreadQuery, UnreadPage];
  open_window: [WindowName, null];
  settings: [null, Settings];
  save_settings: [Settings, Settings];
  set_shop: [Shop, null];
  choices: [null, Choices];
  sources: [null, Array<SourceView>];
  add_source: [NewSource, SetupView];
  source_form: [SourceId, SourceForm];
  update_source: [UpdateSource, null];
  remove_source: [SourceId, null];
  source_setup: [SourceId, SetupView];
  doors: [null, Doors];
  set_doors: [SetDoors, Doors];
  test_payment: [Money, null];
  voices: [null, VoicesView];
  sound_check: [null, SoundCheck];
  monitors: [null, Array<MonitorView>];
  start_at_login: [null, boolean];
  set_start_at_login: [boolean, boolean];
  updates: [null, UpdatesView];
  update: [UpdateWish, UpdatesView];
  devices: [null, DevicesView];
  look_for_bluetooth: [null, DevicesView];
  display_choices: [null, DisplayChoices];
  preview_display: [DisplayTry, DisplayPreview];
  test_display: [DisplaySetup, TestedDevice];
  blink_displays: [null, null];
  show_amount: [Money | null, null];
  show_order: [Array<OrderItem>, ShownAmount];
  take_cash: [Money, ShownAmount];
  shown_amount: [null, ShownAmount | null];
  customer_view: [null, CustomerView];
  customer_window: [null, CustomerWindowView];
  test_customer_window: [null, number];
  add_customer_picture: [string, string];
  customer_picture: [PictureWish, string];
  read_payment_code: [string, string];
  print_receipt: [PrintWish, PrintJobView];
  print_closing: [PrintClosing, PrintJobView];
  closing_printers: [null, Array<ClosingPrinter>];
  print_jobs: [null, Array<PrintJobView>];
  print_again: [JobId, PrintJobView];
  settle_job: [JobId, null];
  settle_jobs: [null, null];
  preview_receipt: [PrinterTry, PaperView];
  test_receipt: [PrinterSetup, TestPrint];
  system_printers: [null, Array<SystemPrinter>];
  printer_presets: [null, Array<PrinterPreset>];
  export_folder: [null, string];
  export_payments: [ExportWish, Exported];
  stop_export: [null, null];
  closing_pdf: [PdfWish, Exported];
  show_file: [string, null];
  terminals: [null, TerminalsView];
  terminal_presets: [null, Array<PresetView>];
  invite_terminal: [InviteTerminal, InvitationMade];
  change_terminals: [TerminalsWish, TerminalsView];
  terminal_sent: [SentQuery, SentPage];
  terminals_record: [RecordQuery, RecordPage];
  take_piece: [FilePiece, string];
  forget_file: [string, null];
  import_statement: [StatementFile, Array<StatementOutcome>];
  stop_import: [string, null];
  statements: [null, Array<ImportedStatement>];
  take_back_statement: [TakeBackWish, null];
  reconcile: [Span, Reconciled];
  stop_comparing: [null, null];
  differences: [DifferenceQuery, DifferencePage];
  payout_rows: [PayoutQuery, PayoutPage];
  settle_difference: [SettleWish, null];
  undo_settlement: [ReopenWish, null];
  mappings: [null, Array<Mapping>];
  preview_mapping: [MappingTry, MappingTried];
  save_mapping: [Mapping, null];
  remove_mapping: [string, null];
  backups: [null, BackupsView];
  backup_now: [BackupWish, BackupFile];
  stop_backup: [null, null];
  read_backup: [RestoreWish, Contents];
  restore_backup: [RestoreWish, Contents];
  withdraw_restore: [null, null];
  choose_folder: [string | null, string | null];
  restart: [null, null];
  finish_first_start: [null, null];
};

/** What the app tells its pages unasked. */
export type Events = {
  cards: CardsView;
  book: string;
  book_check: BookCheck;
  day_end: null;
  listening: ListeningView;
  app_info: AppInfo;
  updates: UpdatesView;
  devices: DevicesView;
  shown_amount: ShownAmount | null;
  customer: CustomerView;
  customer_window: CustomerWindowView;
  prints: PrintJobView[];
  export_progress: number;
  import_progress: ImportProgress;
  compare_progress: CompareProgress;
  statements: null;
  backup_progress: Progress;
  backups: null;
  terminals: null;
};
