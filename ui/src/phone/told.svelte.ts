// The payments that this phone knows: in memory, for as long as the page is open. And what counts as new.
import type { Frame, TerminalTotals, TerminalWelcome, ToldItem } from "./wire";

/** More than this is not kept: a busy day's list is asked for again when it is scrolled to. */
const KEPT_MAX = 1000;
/** The hub tells so many of today at once, the newest. */
const TODAY_MAX = 200;
/** So many names of payments are remembered over a restart of the page. */
const IDS_MAX = 64;

/** What this phone knows. */
export class ToldList {
  /** Newest first. */
  items = $state.raw<readonly ToldItem[]>([]);
  day = $state("");
  totals = $state.raw<TerminalTotals | null>(null);
  /** Where older ones go on; `null`: nothing older may be seen; `undefined`: nobody asked yet. */
  more = $state.raw<string | null | undefined>(undefined);

  #known = new Set<string>();
  /** Older ones of today are not in the list, and still known to the hub: news of them is no new payment. */
  #listedFrom = 0;

  /**
   * Today anew. `moreFollows`: what came after the newest that this phone knew is told once more, as news; until then
   * it is shown and not known.
   */
  begin({ today: items, day, totals }: Pick<TerminalWelcome, "today" | "day" | "totals">, moreFollows: boolean): void {
    this.items = newestFirst(items);
    const newest = items.findLastIndex(({ id }) => this.#known.has(id));
    for (const { id } of moreFollows ? items.slice(0, newest + 1) : items) this.#remember(id);
    this.day = day;
    this.#listedFrom = items.length < TODAY_MAX ? 0 : (items[0]?.at ?? 0);
    this.totals = totals ?? null;
    this.more = undefined;
  }

  /** What came; answers those that were not known before, oldest first. */
  add({ items, gone, totals }: Pick<Frame<"told">, "items" | "gone" | "totals">): ToldItem[] {
    const fresh = items.filter(({ id, day, at }) => !this.#known.has(id) && day >= this.day && at >= this.#listedFrom);
    const replaced = new Map(items.map((item) => [item.id, item]));
    const dropped = new Set(gone);
    const kept = this.items.filter(({ id }) => !dropped.has(id) && !replaced.has(id));
    this.items = newestFirst([...kept, ...replaced.values()]).slice(0, KEPT_MAX);
    for (const { id } of items) this.#remember(id);
    if (totals !== undefined) this.totals = totals;
    return fresh;
  }

  /** A page of older ones. */
  addOlder({ items, more }: Pick<Frame<"page">, "items" | "more">): void {
    const there = new Set(this.items.map(({ id }) => id));
    this.items = newestFirst([...this.items, ...items.filter(({ id }) => !there.has(id))]);
    for (const { id } of items) this.#remember(id);
    this.more = more ?? null;
  }

  /** Names that were known before the page was opened anew. */
  recall(ids: readonly string[]): void {
    for (const id of ids) this.#remember(id);
  }

  /** The newest names, to be recalled. */
  get ids(): string[] {
    return [...this.#known].slice(-IDS_MAX);
  }

  /** Forgets everything. */
  clear(): void {
    this.items = [];
    this.totals = null;
    this.#known.clear();
  }

  #remember(id: string): void {
    // Anew at the end, so that the newest names are the last.
    this.#known.delete(id);
    this.#known.add(id);
    const oldest = this.#known.values().next();
    if (this.#known.size > 2 * KEPT_MAX && !oldest.done) this.#known.delete(oldest.value);
  }
}

function newestFirst(items: readonly ToldItem[]): ToldItem[] {
  return items.map((item, place) => ({ item, place })).sort((a, b) => b.item.at - a.item.at || b.place - a.place).map(({ item }) => item);
}
