// Differences of one sort, page by page, and what a person says about them.
import { asUiError, type Host } from "../../../lib/host";
import { Newest } from "../../../lib/wait";
import { named } from "../reconcile.svelte";
import type { Difference, Span, UiError, What } from "../../../generated";

/** Rows fetched at once. */
export const PAGE = 50;
/** The most that the app gives at once. */
const PAGE_MAX = 200;

/** A list of differences. */
export class DifferenceList {
  rows = $state.raw<Difference[]>([]);
  total = $state(0);
  busy = $state(false);
  loaded = $state(false);
  error = $state<UiError | null>(null);
  /** The one that somebody is giving a reason for. */
  settling = $state<string | null>(null);
  reason = $state("");
  /** What was asked for is on its way. */
  saving = $state(false);
  refused = $state.raw<{ subject: string; error: UiError } | null>(null);

  more = $derived(this.rows.length < this.total);

  readonly #host: Host;
  readonly #changed: () => Promise<void>;
  readonly #newest = new Newest();

  /** `changed` is called after each thing that was said. */
  constructor(
    host: Host,
    readonly span: Span,
    readonly what: What,
    changed: () => Promise<void>,
  ) {
    this.#host = host;
    this.#changed = changed;
  }

  /** Asks for the rows on show again. */
  async refresh(): Promise<void> {
    await this.#load(0, Math.min(PAGE_MAX, Math.max(PAGE, this.rows.length)));
  }

  /** The next page, below. */
  async loadMore(): Promise<void> {
    if (!this.busy && this.more) await this.#load(this.rows.length, PAGE);
  }

  /** Somebody is about to say what a difference is. */
  begin(subject: string | null): void {
    this.settling = subject;
    this.reason = "";
    this.refused = null;
  }

  /** A difference is none, for this reason. */
  async settle(): Promise<void> {
    const subject = this.settling;
    const reason = this.reason.trim();
    if (subject === null || reason === "") return;
    const done = await this.#say(subject, () => this.#host.call("settle_difference", { span: this.span, subject, reason, ...named(this.#host) }));
    if (done && this.settling === subject) this.begin(null);
  }

  /** What was said about it holds no more. */
  async reopen(subject: string): Promise<void> {
    await this.#say(subject, () => this.#host.call("undo_settlement", { subject, ...named(this.#host) }));
  }

  async #say(subject: string, work: () => Promise<unknown>): Promise<boolean> {
    if (this.saving) return false;
    this.saving = true;
    this.refused = null;
    let done = true;
    try {
      await work();
      await this.#changed();
    } catch (error) {
      this.refused = { subject, error: asUiError(error) };
      done = false;
    }
    this.saving = false;
    return done;
  }

  async #load(skip: number, limit: number): Promise<void> {
    const current = this.#newest.next();
    this.busy = true;
    const query = { span: this.span, platform: null, what: this.what, settled: true, skip, limit };
    try {
      const page = await this.#host.call("differences", query);
      if (!current()) return;
      this.total = page.total;
      // What was settled meanwhile has moved the others: none is shown twice.
      const known = new Set(skip === 0 ? [] : this.rows.map((row) => row.subject));
      const fresh = page.differences.filter(({ subject }) => !known.has(subject) && known.add(subject));
      this.rows = skip === 0 ? fresh : [...this.rows, ...fresh];
      this.loaded = true;
      this.error = null;
    } catch (error) {
      if (current()) this.error = asUiError(error);
    }
    if (current()) this.busy = false;
  }
}
