// The day's end: the day on show, the closing that is being made, and those that were made.
import type { CashFigures, Closing, ClosingSummary, DayReport, UiError } from "../../generated";
import { asUiError, type Host } from "../../lib/host";
import { Newest, Pause } from "../../lib/wait";
import { eachMinuteSeen } from "../../lib/wake";
import { Drafting } from "./drafting.svelte";

/** Closings fetched at once. */
export const PAGE = 20;

/** What is typed and which day is on show stay while somebody looks at a payment. */
const kept = new WeakMap<Host, Reconcile>();

/** Who is at the till, for what is done beside the drawer; where nobody is named the app says who was named last. */
export function named(host: Host): { who?: string } {
  const who = Reconcile.of(host).drafting.who.trim();
  return who === "" ? {} : { who };
}

/** The page. */
export class Reconcile {
  /** The window's. */
  static of(host: Host): Reconcile {
    const known = kept.get(host);
    if (known) return known;
    const made: { page: Reconcile | null } = { page: null };
    // It outlives the tab that asked for it first, and so must what it derives.
    $effect.root(() => {
      made.page = new Reconcile(host);
    });
    const page = made.page ?? new Reconcile(host);
    kept.set(host, page);
    return page;
  }

  /** The day that somebody chose; `null`: the one that is closed next. */
  wished = $state<string | null>(null);
  report = $state.raw<DayReport | null>(null);
  reportError = $state<UiError | null>(null);
  /** The day is being read. */
  busy = $state(false);
  /** Closings, newest first; `null` until they are here. */
  closings = $state.raw<ClosingSummary[] | null>(null);
  more = $state(false);
  closingsError = $state<UiError | null>(null);
  /** The closing on show. */
  opened = $state.raw<Closing | null>(null);
  openError = $state.raw<{ number: number; error: UiError } | null>(null);

  readonly drafting: Drafting;
  /** The day on show; `null` until it is known which is closed next. */
  day = $derived.by(() => {
    const draft = this.drafting.draft;
    if (this.wished !== null || draft === null) return this.wished;
    // Once today is closed the next one has not begun: nothing is to be seen of it.
    return draft.begun ? draft.day : draft.today;
  });
  /** The day on show is the one that is closed next. */
  closable = $derived.by(() => this.drafting.draft !== null && this.day === this.drafting.draft.day);

  readonly #host: Host;
  readonly #newest = new Newest();
  readonly #newestList = new Newest();
  readonly #changes = new Pause(120);
  readonly #drawer = new Pause(120);

  constructor(host: Host) {
    this.#host = host;
    this.drafting = new Drafting(host);
  }

  /** Listens first, then asks; answers how to stop. */
  async start(): Promise<() => void> {
    const stops = [
      await this.#host.listen("book", () => this.#changes.ask(() => void this.refresh())),
      // Comes with every note that is counted: where nothing was closed, the day is as it was.
      await this.#host.listen("day_end", () => this.#drawer.ask(() => void this.#drawerChanged())),
      eachMinuteSeen(() => void this.#drawerChanged()),
    ];
    await this.refresh();
    return () => {
      this.#changes.drop();
      this.#drawer.drop();
      void this.drafting.flush();
      stops.forEach((stop) => stop());
    };
  }

  /** Everything again; what is on show stays until the answers are here. */
  async refresh(): Promise<void> {
    // Which day is on show the drawer says.
    const day = this.drafting.load().then(() => this.loadReport());
    await Promise.all([day, this.loadClosings()]);
  }

  /** The drawer is read again; the rest only where something was closed, or another day has begun. */
  async #drawerChanged(): Promise<void> {
    const before = this.drafting.draft;
    await this.drafting.load();
    const now = this.drafting.draft;
    if (now?.number !== before?.number || now?.day !== before?.day || now?.today !== before?.today || now?.begun !== before?.begun) await this.refresh();
  }

  /** Another day; `null` is the one that is closed next. */
  async show(day: string | null): Promise<void> {
    this.wished = null;
    if (day !== this.day) this.wished = day;
    await this.loadReport();
  }

  /** The day before or after. */
  async step(by: number): Promise<void> {
    if (this.day === null) return;
    const [y = 1970, m = 1, d = 1] = this.day.split("-").map(Number);
    const day = new Date(Date.UTC(y, m - 1, d + by)).toISOString().slice(0, 10);
    const today = this.drafting.draft?.today;
    if (today === undefined || day <= today) await this.show(day);
  }

  async loadReport(): Promise<void> {
    const current = this.#newest.next();
    this.busy = true;
    try {
      const report = await this.#host.call("day_report", this.day);
      if (!current()) return;
      this.report = report;
      this.reportError = null;
    } catch (error) {
      if (current()) this.reportError = asUiError(error);
    }
    if (current()) this.busy = false;
  }

  /** The newest closings; as many as are on show. */
  async loadClosings(): Promise<void> {
    await this.#list(null, Math.min(200, Math.max(PAGE, this.closings?.length ?? 0)));
  }

  /** Older ones, below. */
  async loadMore(): Promise<void> {
    const last = this.closings?.at(-1);
    if (last && this.more) await this.#list(last.number, PAGE);
  }

  async #list(before: number | null, limit: number): Promise<void> {
    const current = this.#newestList.next();
    try {
      const page = await this.#host.call("closings", { before, day: null, limit });
      if (!current()) return;
      this.closings = before === null ? page : [...(this.closings ?? []), ...page];
      // Numbers have no gaps: the last one is number 1.
      this.more = page.length > 0 && (page.at(-1)?.number ?? 1) > 1;
      this.closingsError = null;
    } catch (error) {
      if (current()) this.closingsError = asUiError(error);
    }
  }

  /** Shows a closing. */
  async open(number: number): Promise<void> {
    this.openError = null;
    try {
      this.opened = await this.#host.call("closing", number);
    } catch (error) {
      this.openError = { number, error: asUiError(error) };
    }
  }

  /** What a correction of the closing on show starts from: its newest correction, or itself. `null`: it could not be read. */
  async newest(): Promise<Closing | null> {
    const { opened } = this;
    if (!opened) return null;
    this.openError = null;
    const number = opened.kind.kind === "correction" ? opened.kind.of : opened.number;
    try {
      // Asked for anew: somebody else may have corrected it since it was opened.
      const root = await this.#host.call("closing", number);
      const last = root.corrected_by.at(-1);
      return last === undefined ? root : await this.#host.call("closing", last);
    } catch (error) {
      this.openError = { number, error: asUiError(error) };
      return null;
    }
  }

  /** Closes the day, or hands the drawer over; the closing is on show then. The year is said where it was asked for. */
  async close(shift: boolean, year: number | null = null): Promise<boolean> {
    const { draft, who } = this.drafting;
    if (!draft) return false;
    const wish = { day: draft.day, number: draft.number, who: who.trim(), ...(year === null ? {} : { year }) };
    const done = await this.drafting.act("close", async () => {
      this.opened = shift ? await this.#host.call("hand_over_shift", wish) : await this.#host.call("close_day", wish);
    });
    if (done) {
      // Whoever comes next says so.
      if (shift) this.drafting.who = "";
      this.wished = null;
    }
    // Also where it was refused: something else was closed meanwhile.
    await this.refresh();
    return done;
  }

  /** Puts a closing right with a correction that has a number of its own. */
  async correct(of: number, why: string, cash: CashFigures): Promise<boolean> {
    const { draft, who } = this.drafting;
    if (!draft) return false;
    const done = await this.drafting.act("correct", async () => {
      this.opened = await this.#host.call("correct_closing", { of, number: draft.number, who: who.trim(), why: why.trim(), cash });
    });
    await this.refresh();
    return done;
  }
}
