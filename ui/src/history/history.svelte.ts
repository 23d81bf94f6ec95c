// The history window's state: today live, the book by day and search, one payment's details, what was not understood.
import type {
  DaySummary,
  DayView,
  ListeningView,
  Mute,
  PaymentDetails,
  ToldTo,
  UiError,
  UnreadView,
} from "../generated";
import { asUiError, type Host } from "../lib/host";
import { Newest, Pause } from "../lib/wait";
import { BookChecking } from "./check.svelte";
import { Filters } from "./filters.svelte";
import { PAGE, PaymentList } from "./list.svelte";

export { PAGE, PaymentList };

/** What the window shows. */
export type Tab = "today" | "book" | "reconcile" | "receipts" | "unread";

/** The history window. */
export class History {
  tab = $state<Tab>("today");
  listening = $state.raw<ListeningView | null>(null);
  /** Today's totals. */
  day = $state.raw<DayView | null>(null);
  dayError = $state<UiError | null>(null);
  days = $state.raw<DaySummary[] | null>(null);
  daysError = $state<UiError | null>(null);

  readonly today: PaymentList;
  readonly book: PaymentList;
  readonly unread: UnreadList;
  readonly filters: Filters;
  readonly check: BookChecking;

  from = $state("");
  to = $state("");
  search = $state("");

  selected = $state<number | null>(null);
  details = $state.raw<PaymentDetails | null>(null);
  detailsError = $state<UiError | null>(null);
  /** The phones that were told of the payment on show, as far as the hub says. */
  told = $state.raw<ToldTo[]>([]);

  /** The list that the keyboard moves in. */
  list = $derived.by(() => (this.tab === "book" ? this.book : this.today));
  /** Bounds are set, so that "none found" can be said in place of "none yet". */
  bounded = $derived.by(
    () => this.search.trim() !== "" || this.from !== "" || this.to !== "" || this.filters.count > 0,
  );

  #toldOf: number | null = null;
  readonly #host: Host;
  readonly #typing = new Pause(250);
  readonly #changes = new Pause(60);
  readonly #newestDetails = new Newest();
  readonly #newestDay = new Newest();

  constructor(host: Host) {
    this.#host = host;
    this.today = new PaymentList(host);
    this.book = new PaymentList(host);
    this.unread = new UnreadList(host);
    this.filters = new Filters(host);
    this.check = new BookChecking(host);
  }

  /** Listens first, then asks. */
  async start(): Promise<void> {
    let told = false;
    // Many payments at once are one change on show.
    await this.#host.listen("book", () => this.#changes.ask(() => void this.changed()));
    await this.#host.listen("listening", (view) => {
      told = true;
      this.listening = view;
    });
    const listening = this.#host.call("listening").then(
      (view) => {
        if (!told) this.listening = view;
      },
      () => undefined,
    );
    await Promise.all([listening, this.loadDay(), this.check.start()]);
  }

  /** Today's totals and, on first sight or a new day, its rows. */
  async loadDay(): Promise<void> {
    const current = this.#newestDay.next();
    try {
      const day = await this.#host.call("day", null);
      if (!current()) return;
      this.dayError = null;
      this.day = day;
      if (this.today.from !== day.day) {
        this.today.from = this.today.to = day.day;
        await this.today.reload();
      }
    } catch (error) {
      if (current()) this.dayError = asUiError(error);
    }
  }

  /** The book changed: what is on show follows. */
  async changed(): Promise<void> {
    const before = this.today.from;
    await this.loadDay();
    const work: Promise<void>[] = [];
    if (this.today.from === before) work.push(this.today.refresh());
    if (this.tab === "book") work.push(this.book.refresh(), this.loadDays());
    if (this.tab === "unread") work.push(this.unread.reload());
    work.push(this.reloadDetails());
    await Promise.all(work);
  }

  /** Shows another tab. */
  async show(tab: Tab): Promise<void> {
    if (this.tab === tab) return;
    this.tab = tab;
    this.close();
    if (tab === "book") await Promise.all([this.loadDays(), this.book.refresh(), this.filters.load()]);
    if (tab === "unread") await this.unread.reload();
  }

  /** The days that have payments. */
  async loadDays(): Promise<void> {
    try {
      this.days = await this.#host.call("days");
      this.daysError = null;
    } catch (error) {
      this.daysError = asUiError(error);
    }
  }

  /** One day out of the list, or all days again. */
  async pickDay(day: string | null): Promise<void> {
    this.from = this.to = day ?? "";
    await this.applyBounds();
  }

  /** Somebody types: the search waits until they stop. */
  type(text: string): void {
    this.search = text;
    this.#typing.ask(() => void this.applyBounds());
  }

  /** Takes dates and search over at once. */
  async applyBounds(): Promise<void> {
    this.#typing.drop();
    // Where the system has no field for dates it is text, which may be half a date.
    const [from, to] = [asDay(this.from), asDay(this.to)];
    // Dates the wrong way round mean the same days.
    const turned = from !== null && to !== null && from > to;
    this.book.from = turned ? to : from;
    this.book.to = turned ? from : to;
    this.book.search = this.search.trim() || null;
    this.book.filter = this.filters.wanted;
    await this.book.reload();
  }

  /** All bounds go. */
  async clearBounds(): Promise<void> {
    this.search = this.from = this.to = "";
    this.filters.clear();
    await this.applyBounds();
  }

  /** Selects a payment and shows everything about it. */
  async select(line: number): Promise<void> {
    this.selected = line;
    await this.loadDetails(line);
  }

  /** Selects the row so many further down or up; answers which. */
  move(by: number): number | null {
    const { rows } = this.list;
    if (rows.length === 0) return null;
    const at = rows.findIndex((row) => row.line === this.selected);
    const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
    const row = rows[next];
    if (!row) return null;
    if (next >= rows.length - 5) void this.list.loadMore();
    if (next < 5) void this.list.loadNewer();
    void this.select(row.line);
    return row.line;
  }

  /** Selects the newest row, or the oldest, however far they are; answers which. */
  async moveTo(end: "first" | "last"): Promise<number | null> {
    await (end === "first" ? this.list.toStart() : this.list.toEnd());
    const row = end === "first" ? this.list.rows[0] : this.list.rows.at(-1);
    if (!row) return null;
    void this.select(row.line);
    return row.line;
  }

  /** Something was put right: what is on show follows at once, wherever it stands. */
  corrected(details: PaymentDetails): void {
    for (const list of [this.today, this.book]) list.put(details);
    if (this.selected === details.payment.line) this.details = details;
    void this.filters.load();
  }

  /** No payment is selected any more. */
  close(): void {
    this.selected = null;
    this.details = null;
    this.detailsError = null;
    this.told = [];
  }

  /** Reads the details on show again. */
  async reloadDetails(): Promise<void> {
    if (this.selected !== null) await this.loadDetails(this.selected);
  }

  async loadDetails(line: number): Promise<void> {
    const current = this.#newestDetails.next();
    try {
      const details = await this.#host.call("payment_details", line);
      if (current() && this.selected === line) {
        if (this.#toldOf !== line) this.told = [];
        this.details = details;
        this.detailsError = null;
        void this.#loadTold(line, current);
      }
    } catch (error) {
      if (current() && this.selected === line) this.detailsError = asUiError(error);
    }
  }

  /** The hub is asked for it: without a link, what is on show of the payment stands without it. */
  async #loadTold(line: number, current: () => boolean): Promise<void> {
    const told = await this.#host.call("payment_told", line).catch(() => null);
    if (told === null || !current() || this.selected !== line) return;
    this.told = told;
    this.#toldOf = line;
  }

  /** Switches the voice off for a while, or on again. */
  async mute(mute: Mute): Promise<void> {
    try {
      this.listening = await this.#host.call("mute", mute);
    } catch {
      // The header goes on showing what holds; there is nothing that was lost.
    }
  }

  /** Opens settings. */
  openSettings(): void {
    this.#host.call("open_window", "settings").catch(() => undefined);
  }
}

function asDay(text: string): string | null {
  const written = /^\d{4}-\d{2}-\d{2}$/.test(text);
  return written && !Number.isNaN(Date.parse(text)) ? text : null;
}

/** Notices that did not become payments. */
export class UnreadList {
  rows = $state.raw<UnreadView[]>([]);
  more = $state(false);
  busy = $state(false);
  loaded = $state(false);
  error = $state<UiError | null>(null);

  readonly #host: Host;
  readonly #newest = new Newest();

  constructor(host: Host) {
    this.#host = host;
  }

  reload(): Promise<void> {
    return this.#load(null);
  }

  async loadMore(): Promise<void> {
    const last = this.rows.at(-1);
    if (last && this.more && !this.busy) await this.#load(last.line);
  }

  async #load(before: number | null): Promise<void> {
    const current = this.#newest.next();
    this.busy = true;
    try {
      const page = await this.#host.call("unread_page", { before, limit: PAGE });
      if (!current()) return;
      this.rows = before === null ? page.rows : [...this.rows, ...page.rows];
      this.more = page.more;
      this.loaded = true;
      this.error = null;
    } catch (error) {
      if (current()) this.error = asUiError(error);
    }
    if (current()) this.busy = false;
  }
}
