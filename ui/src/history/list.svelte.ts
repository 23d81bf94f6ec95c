// A list of payments: a stretch of the book that grows at both ends, and by news at its top.
import type { Filter, HistoryQuery, PaymentDetails, PaymentView, UiError } from "../generated";
import { asUiError, type Host } from "../lib/host";
import { Newest } from "../lib/wait";
import { NO_FILTER } from "./filters.svelte";

/** Rows fetched at once. */
export const PAGE = 60;
/** The most that the app gives at once. */
const PAGE_MAX = 200;
/** How long a new row stays tinted. */
const FRESH_MS = 6000;

/** A list of payments that grows downwards page by page and upwards by news. */
export class PaymentList {
  rows = $state.raw<PaymentView[]>([]);
  /** There are older ones below. */
  more = $state(false);
  /** There are newer ones above that are not on show: the list begins somewhere in the book. */
  above = $state(false);
  busy = $state(false);
  error = $state<UiError | null>(null);
  /** Nothing was asked yet, so that "none" is not said too early. */
  loaded = $state(false);
  /** Rows that came while the list was on show. */
  fresh = $state.raw<ReadonlySet<number>>(new Set());

  from: string | null = null;
  to: string | null = null;
  search: string | null = null;
  filter: Filter = NO_FILTER;

  readonly #host: Host;
  readonly #newest = new Newest();

  constructor(host: Host) {
    this.#host = host;
  }

  /** Asks again from the top. Rows stay on show until the answer is here, and if there is none. */
  async reload(): Promise<void> {
    await this.#ask({ before: null, limit: PAGE }, (rows, more) => {
      this.rows = rows;
      this.more = more;
      this.above = false;
      this.loaded = true;
    });
  }

  /** The book changed: what is new comes on top, what changed is changed in its place, the rest stays. */
  async refresh(): Promise<void> {
    if (!this.loaded) return this.reload();
    const limit = Math.min(PAGE_MAX, Math.max(PAGE, this.rows.length));
    const first = this.rows[0];
    // A stretch from the middle stays one: only what is on show is read again.
    const before = this.above && first ? first.line + 1 : null;
    await this.#ask({ before, limit }, (rows, more) => this.#merge(rows, more));
  }

  /** The next page, below. */
  async loadMore(): Promise<void> {
    const last = this.rows.at(-1);
    if (this.busy || !this.more || !last) return;
    await this.#ask({ before: last.line, limit: PAGE }, (rows, more) => {
      const known = new Set(this.rows.map((row) => row.line));
      this.rows = [...this.rows, ...rows.filter((row) => !known.has(row.line))];
      this.more = more;
    });
  }

  /** The page before, above. */
  async loadNewer(): Promise<void> {
    const first = this.rows[0];
    if (this.busy || !this.above || !first) return;
    await this.#ask({ before: null, after: first.line, limit: PAGE }, (rows, more) => {
      const known = new Set(this.rows.map((row) => row.line));
      this.rows = [...rows.filter((row) => !known.has(row.line)), ...this.rows];
      this.above = more;
    });
  }

  /** To the newest. */
  async toStart(): Promise<void> {
    if (this.above) await this.reload();
  }

  /** To the oldest, without what lies between. */
  async toEnd(): Promise<void> {
    if (!this.more) return;
    await this.#ask({ before: null, after: 0, limit: PAGE }, (rows, more) => {
      this.rows = rows;
      this.more = false;
      this.above = more;
    });
  }

  /** A payment is known differently: in its place, or not there any more. */
  put({ payment, joined }: PaymentDetails): void {
    const gone = new Set(joined.map((row) => row.line));
    if (payment.standing !== "counts") gone.add(payment.line);
    const rows = this.rows.filter((row) => !gone.has(row.line));
    this.rows = rows.map((row) => (row.line === payment.line ? payment : row));
  }

  /** One question at a time; the answer to an older one is thrown away. */
  async #ask(
    part: Pick<HistoryQuery, "before" | "limit"> & { after?: number },
    take: (rows: PaymentView[], more: boolean) => void,
  ): Promise<void> {
    const current = this.#newest.next();
    this.busy = true;
    const { from, to, search, filter } = this;
    try {
      const page = await this.#host.call("history_page", { from, to, search, filter, after: null, ...part });
      if (!current()) return;
      take(page.rows, page.more);
      this.error = null;
    } catch (error) {
      if (current()) this.error = asUiError(error);
    }
    if (current()) this.busy = false;
  }

  #merge(top: PaymentView[], more: boolean): void {
    const known = new Set(this.rows.map((row) => row.line));
    const news = top.filter((row) => !known.has(row.line)).map((row) => row.line);
    const last = top.at(-1);
    const inTop = new Set(top.map((row) => row.line));
    const below = last && more ? this.rows.filter((row) => row.line < last.line && !inTop.has(row.line)) : [];
    this.rows = [...top, ...below];
    if (below.length === 0) this.more = more;
    if (news.length > 0 && !this.above) this.#tint(news);
  }

  #tint(lines: number[]): void {
    this.fresh = new Set([...this.fresh, ...lines]);
    setTimeout(() => {
      this.fresh = new Set([...this.fresh].filter((line) => !lines.includes(line)));
    }, FRESH_MS);
  }
}
