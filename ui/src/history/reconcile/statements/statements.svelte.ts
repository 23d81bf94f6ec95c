// The platforms' statements beside the book: what was loaded, what matches, what does not, and what was said about it.
import { asUiError, type Host } from "../../../lib/host";
import { Newest, Pause } from "../../../lib/wait";
import { named } from "../reconcile.svelte";
import { Arrivals } from "./arrivals.svelte";
import { DifferenceList } from "./differences.svelte";
import type { CompareProgress, Count, ImportedStatement, Mapping, Money, PlatformResult, Reconciled, Span, UiError, What } from "../../../generated";

/** The sorts of differences, the worst first; what is pending or may be the same is none. */
export const DIFFERENT: readonly What[] = ["only_here", "only_there", "amount_differs", "duplicate"];

/** A comparison that is quicker than this is not told of, in milliseconds. */
const PATIENCE = 400;

/** One for each window: files go on arriving, and what was open stays open, while somebody looks at a payment. */
const kept = new WeakMap<Host, Statements>();

/** The card on statements. */
export class Statements {
  /** The card's state in this window. */
  static of(host: Host): Statements {
    const known = kept.get(host);
    if (known) return known;
    const made: { state: Statements | null } = { state: null };
    // It outlives the card that asked for it first, and so must what it derives.
    $effect.root(() => {
      made.state = new Statements(host);
    });
    const state = made.state ?? new Statements(host);
    kept.set(host, state);
    return state;
  }

  /** What was loaded, the last first; `null` until it is here. */
  loaded = $state.raw<ImportedStatement[] | null>(null);
  result = $state.raw<Reconciled | null>(null);
  error = $state<UiError | null>(null);
  /** It is being compared. */
  busy = $state(false);
  /** How far that is, once it has taken a while. */
  comparing = $state.raw<CompareProgress | null>(null);
  /** Somebody stopped it. */
  stopped = $state(false);
  /** The list on show. */
  open = $state<DifferenceList | null>(null);
  /** The statement that somebody is about to take back. */
  takingBack = $state<number | null>(null);
  takeBackError = $state<UiError | null>(null);
  /** The tables that the owner has explained. */
  mappings = $state.raw<Mapping[]>([]);
  mappingError = $state<UiError | null>(null);

  readonly arrivals: Arrivals;

  /** Payments and refunds that are on both. */
  matched = $derived(sum(this.result?.platforms ?? [], (one) => one.matched));
  /** Of these, what only a phone had reported. */
  confirmed = $derived(sum(this.result?.platforms ?? [], (one) => one.confirmed));
  /** How many there are of each sort, over all platforms. */
  counts = $derived.by(() => {
    const counts = new Map<What, Count>();
    for (const one of (this.result?.platforms ?? []).flatMap(({ differences }) => differences)) {
      const before = counts.get(one.what) ?? { what: one.what, count: 0, open: 0, reported: 0, amounts: [] };
      counts.set(one.what, {
        what: one.what,
        count: before.count + one.count,
        open: before.open + one.open,
        reported: before.reported + one.reported,
        amounts: added(before.amounts, one.amounts),
      });
    }
    return counts;
  });
  /** Platforms whose statement is not there yet. */
  waiting = $derived((this.result?.platforms ?? []).filter((one) => one.pending_until !== null));
  /** Platforms that have a statement for these days. */
  covered = $derived((this.result?.platforms ?? []).filter((one) => one.statements.length > 0));

  #span: Span | null = null;
  #began = 0;
  readonly #host: Host;
  readonly #newest = new Newest();
  readonly #changes = new Pause(120);

  constructor(host: Host) {
    this.#host = host;
    this.arrivals = new Arrivals(host, () => this.reload());
  }

  /** Follows what the app says; answers how to stop. */
  async follow(): Promise<() => void> {
    const changed = () => this.#changes.ask(() => void this.reload());
    const stops = [
      await this.#host.listen("book", changed),
      await this.#host.listen("statements", changed),
      await this.#host.listen("compare_progress", (at) => this.#compares(at)),
      await this.#host.listen("import_progress", ({ file, percent }) => this.arrivals.progress(file, percent)),
    ];
    return () => {
      this.#changes.drop();
      stops.forEach((stop) => stop());
    };
  }

  /** Shows these days. */
  async show(span: Span): Promise<void> {
    if (this.#span?.from !== span.from || this.#span.to !== span.to) {
      this.#span = span;
      this.open = null;
      this.result = null;
    }
    await this.reload();
  }

  /** Asks again; what is on show stays until the answer is here. */
  async reload(): Promise<void> {
    const span = this.#span;
    if (!span) return;
    const current = this.#newest.next();
    this.busy = true;
    this.#began = Date.now();
    this.stopped = false;
    try {
      const [loaded, mappings, result] = await Promise.all([
        this.#host.call("statements"),
        this.#host.call("mappings"),
        this.#host.call("reconcile", span),
      ]);
      if (!current()) return;
      this.loaded = loaded;
      this.mappings = mappings;
      this.result = result;
      this.error = null;
      await this.open?.refresh();
    } catch (error) {
      if (!current()) return;
      const problem = asUiError(error);
      this.stopped = problem.code === "stopped";
      this.error = this.stopped ? null : problem;
    }
    if (!current()) return;
    this.busy = false;
    this.comparing = null;
  }

  /** Stops the comparing; what was on show stays. */
  async stopComparing(): Promise<void> {
    await this.#host.call("stop_comparing").catch(() => undefined);
  }

  #compares(at: CompareProgress): void {
    const ours = at.span.from === this.#span?.from && at.span.to === this.#span.to;
    if (ours && this.busy && Date.now() - this.#began >= PATIENCE) this.comparing = at;
  }

  /** Shows the differences of a sort, or puts them away. */
  async look(what: What): Promise<void> {
    const span = this.#span;
    if (this.open?.what === what || !span) {
      this.open = null;
      return;
    }
    const list = new DifferenceList(this.#host, span, what, () => this.reload());
    this.open = list;
    await list.refresh();
  }

  /** Takes a statement back: its rows count no more. */
  async takeBack(id: number): Promise<void> {
    this.takeBackError = null;
    try {
      await this.#host.call("take_back_statement", { statement: id, ...named(this.#host) });
      this.takingBack = null;
      await this.reload();
    } catch (error) {
      this.takeBackError = asUiError(error);
    }
  }

  /** Forgets how a table is read; what was read by it stays. */
  async forgetMapping(name: string): Promise<void> {
    this.mappingError = null;
    try {
      await this.#host.call("remove_mapping", name);
      this.mappings = await this.#host.call("mappings");
    } catch (error) {
      this.mappingError = asUiError(error);
    }
  }
}

function sum(platforms: readonly PlatformResult[], of: (one: PlatformResult) => number): number {
  return platforms.reduce((before, one) => before + of(one), 0);
}

/** Amounts together, each currency for itself. */
function added(to: readonly Money[], more: readonly Money[]): Money[] {
  const sums = new Map<string, number>();
  for (const { minor, currency } of [...to, ...more]) sums.set(currency, (sums.get(currency) ?? 0) + minor);
  return [...sums].map(([currency, minor]) => ({ minor, currency }));
}
