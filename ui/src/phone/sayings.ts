// What waits to be said: order, bursts, what is too old. Pure; time is an argument. The rules are the till's own.
import type { Kind, Language, Money, Trust } from "../generated";
import { saidPlatform, wording, type Clock, type SaidGroup, type Why } from "./phrase";
import type { ToldItem } from "./wire";

/** A payment that the hub accepted longer ago than this is not spoken by itself but in a sum. */
export const LATE_MS = 120_000;
/** When more than this wait, all of them become one sum. */
export const BURST = 5;
/** Late payments come in a flow; the sum is said when none came for so long … */
const SETTLE_MS = 1_500;
/** … but not later than this after the first. */
const SETTLE_MAX_MS = 10_000;
/** More groups than this in one sum cannot be listened to. */
const GROUPS_MAX = 6;
/** As in the app: a sum past this is counted without an amount. */
const MAX_MINOR = 1_000_000_000_000_000;

interface Group {
  kind: Kind;
  trust: Trust;
  test: boolean;
  count: number;
  /** `null`: not given; `undefined`: not told to this phone. */
  total: Money | null | undefined;
}

/** What to say next. */
export type Saying = { say: "payment"; told: ToldItem } | { say: "sum"; why: Why; since: number; groups: readonly Group[] };

/** What waits. Every time is the hub's. */
export class Sayings {
  #waiting: ToldItem[] = [];
  #late: ToldItem[] = [];
  #lateFirst = 0;
  #lateLast = 0;

  /** Something new. */
  push(told: ToldItem, now: number): void {
    if (now - told.at > LATE_MS) this.#pushLate(told, now);
    else this.#waiting.push(told);
  }

  /** Takes what is to be said next; a number: nothing now, look again after so many milliseconds; `null`: nothing. */
  take(now: number): Saying | number | null {
    for (const old of this.#waiting.filter((one) => now - one.at > LATE_MS)) this.#pushLate(old, now);
    this.#waiting = this.#waiting.filter((one) => now - one.at <= LATE_MS);
    const settling = this.#settling(now);
    if (this.#late.length > 0 && settling <= 0) return sum("late", this.#late.splice(0));
    if (this.#waiting.length > BURST) return sum("burst", this.#waiting.splice(0));
    const told = this.#waiting.shift();
    if (told !== undefined) return { say: "payment", told };
    return this.#late.length > 0 ? settling : null;
  }

  /** Forgets what waits. */
  clear(): void {
    this.#waiting = [];
    this.#late = [];
  }

  #pushLate(told: ToldItem, now: number): void {
    if (this.#late.length === 0) this.#lateFirst = now;
    this.#lateLast = now;
    this.#late.push(told);
  }

  #settling(now: number): number {
    const [quiet, all] = [now - this.#lateLast, now - this.#lateFirst];
    // A clock that was set back ends the waiting.
    return quiet < 0 || all < 0 ? 0 : Math.min(SETTLE_MS - quiet, SETTLE_MAX_MS - all);
  }
}

function exact(told: ToldItem): Money | null | undefined {
  if (told.test) return null;
  if (told.amount.kind === "exact") return told.amount.money;
  return told.amount.kind === "not_given" ? null : undefined;
}

function sum(why: Why, all: readonly ToldItem[]): Saying {
  const groups: Group[] = [];
  for (const told of all) add(groups, { kind: told.kind, trust: told.trust, test: told.test, count: 1, total: exact(told) });
  return { say: "sum", why, since: Math.min(...all.map((one) => one.at)), groups };
}

/** Never added across currencies, nor confirmed with reported, nor what is known with what is withheld. */
function add(groups: Group[], one: Group): void {
  const currency = (group: Group) => group.total?.currency ?? (group.total === null ? "-" : "?");
  const same = (group: Group) =>
    group.kind === one.kind && group.trust === one.trust && group.test === one.test && currency(group) === currency(one);
  const group = groups.find(same);
  if (group === undefined) {
    if (groups.length < GROUPS_MAX || !one.total) groups.push(one);
    else add(groups, { ...one, total: null });
    return;
  }
  if (group.total && one.total) {
    const minor = group.total.minor + one.total.minor;
    if (minor > MAX_MINOR) {
      add(groups, { ...one, total: null });
      return;
    }
    group.total = { ...group.total, minor };
  }
  group.count += one.count;
}

/** An amount in words, as much of it as is told; `null`: not given; `undefined`: withheld, so none is said to be missing. */
export function toldAmountWords(language: Language, { amount }: ToldItem): string | null | undefined {
  const words = wording(language);
  switch (amount.kind) {
    case "exact":
      return words.amount(amount.money);
    case "about":
      return words.about(words.amount(amount.money));
    case "over":
      return words.over(words.amount(amount.limit));
    case "withheld":
      return undefined;
    case "not_given":
      return null;
  }
}

/** The sentence. */
export function sentence(language: Language, saying: Saying, clock: (at: number) => Clock | null): string {
  const words = wording(language);
  if (saying.say === "sum") {
    const groups = saying.groups.map(
      (group): SaidGroup => ({ ...group, total: group.total ? words.amount(group.total) : group.total }),
    );
    return words.sum(saying.why, clock(saying.since), groups);
  }
  const { told } = saying;
  return words.payment({
    kind: told.kind,
    trust: told.trust,
    test: told.test,
    platform: told.platform === undefined ? null : saidPlatform(language, told.platform),
    number: told.number ?? null,
    amount: toldAmountWords(language, told),
  });
}
