// What the app says of statements, for the parts of this card.
export interface Money { minor: number; currency: string }
export interface UiError { code: string; field: string | null }
export interface Period { from: number; until: number }
export interface Unreadable { line: number; text: string; reason: string }
export interface Check { what: string; stated: string; found: string; holds: boolean }
export interface ImportedStatement {
  id: number; kind: string; platform: string; account: string | null; period: Period | null; name: string; rows: number;
  repeated: number; unreadable_count: number; unreadable: Unreadable[]; checks: Check[]; imported_at: number; by: string;
}
export type What = "only_here" | "only_there" | "amount_differs" | "duplicate" | "pending" | "suggestion";
export interface StatedRow { statement: number; line: number; amount: Money; at: number; date_only: boolean; text: string | null }
export interface Settled { reason: string; who: string; at: number }
export interface Difference {
  subject: string; what: What; day: string; platform: string; kind: "payment" | "refund" | null; line: number | null;
  reported: boolean; here: Money | null; row: StatedRow | null; at: number; number: string | null; party: string | null; until: number | null;
  settled: Settled | null;
}
export interface Span { from: string; to: string }
export interface Count { what: What; count: number; open: number; reported: number; amounts: Money[] }
export interface Sum { paid: Money; refunded: Money; fees: Money; net: Money }
export interface PlatformResult {
  platform: string; statements: number[]; here: number; there: number; matched: number; confirmed: number;
  differences: Count[]; open: number; sums: Sum[]; pending_until: number | null;
}
export interface Payout {
  platform: string; batch: string; at: number; amount: Money; rows: number; payments: Money; refunds: Money; fees: Money;
  chargebacks: Money; other: Money; unexplained: Money; arrived: number | null;
}
export interface PayoutQuery { span: Span; platform: string; batch: string; skip: number; limit: number }
export interface PayoutRow { line: number; kind: string; gross: Money; fee: Money; at: number; number: string | null; payment: number | null }
export interface PayoutPage { rows: PayoutRow[]; total: number }
export interface Reconciled { span: Span; platforms: PlatformResult[]; payouts: Payout[]; open: number; settled: number }
export interface DifferenceQuery { span: Span; platform: string | null; what: What | null; settled: boolean; skip: number; limit: number }
export interface DifferencePage { differences: Difference[]; total: number }
export type StatementOutcome =
  | { what: "loaded" | "known"; statement: ImportedStatement }
  | { what: "refused"; name: string; code: string }
  | { what: "unknown_table"; name: string; header: string[] }
  | { what: "stopped"; name: string };
export type DateOrder = "year_month_day" | "day_month_year" | "month_day_year";
export type Mark = "point" | "comma";
export type Minus = "refund" | "other" | "nothing";
export interface Columns {
  time: string; clock: string | null; amount: string | null; money_in: string | null; money_out: string | null;
  order: string | null; transaction: string | null; refund: string | null; kind: string | null; fee: string | null;
  party: string | null; text: string | null; currency: string | null;
}
export interface Mapping {
  name: string; platform: string; headers: string[]; columns: Columns; dates: DateOrder; mark: Mark; minus: Minus;
  refund_words: string[]; other_words: string[]; fee_has_minus: boolean; currency: string | null; zone: string | null;
}
export interface PreviewRow {
  line: number; kind: string; at: number; date_only: boolean; amount: Money; fee: Money | null; order: string | null;
  transaction: string | null; party: string | null; text: string | null;
}
export interface CellError { line: number; column: string; text: string; reason: string }
export interface Preview {
  header: { line: number; names: string[] } | null; missing: string[]; rows: PreviewRow[]; errors: CellError[];
  readable: number; unreadable: number;
}
/** What `preview_mapping` answers: the mapping that was tried (the app's own guess where none was given) and what comes out. */
export interface MappingTried { mapping: Mapping | null; preview: Preview; cells: string[][] }
export const DATE_ORDERS: readonly DateOrder[] = ["year_month_day", "day_month_year", "month_day_year"];
export const MARKS: readonly Mark[] = ["point", "comma"];
export const MINUSES: readonly Minus[] = ["refund", "other", "nothing"];
