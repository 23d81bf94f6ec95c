// What a language of announcements must have words for. The sentences are the till's own: crates/desk/src/announcer/phrase
// says the same, and a table that it writes is compared in the tests.
import type { Kind, Money, Trust } from "../../generated";
import type { Clock } from "./numbers";

/** One payment, ready to be put in words. */
export interface Said {
  kind: Kind;
  trust: Trust;
  test: boolean;
  /** The platform's name as it is said; `null`: not told, or there is no name. */
  platform: string | null;
  number: number | null;
  /** In words; `null`: not given; `undefined`: this phone is not told. */
  amount: string | null | undefined;
}

/** Several payments of one kind, ready to be put in words. */
export interface SaidGroup {
  kind: Kind;
  trust: Trust;
  test: boolean;
  count: number;
  /** In words; `null`: not given; `undefined`: this phone is not told amounts, so none is missed. */
  total: string | null | undefined;
}

/** Why payments are said as a sum: too many at once, or from while nobody listened. */
export type Why = "burst" | "late";

/** A language of announcements. */
export interface Wording {
  /** An amount in words. */
  amount(money: Money): string;
  /** An amount that was rounded for this phone. */
  about(amount: string): string;
  /** An amount of which this phone is told only that it is more. */
  over(amount: string): string;
  /** A platform's name where the language has one of its own. */
  platform(name: string): string | null;
  /** One payment; the amount comes last, where it is heard best. */
  payment(said: Said): string;
  /** Several payments in one sentence, with the time of the earliest. */
  sum(why: Why, since: Clock | null, groups: readonly SaidGroup[]): string;
  /** The till does not hear payments. */
  stopped(since: Clock | null): string;
  /** This phone does not hear the till. */
  cutOff(since: Clock | null): string;
  /** The owner cut this phone off. */
  readonly removed: string;
  /** Listening works again. */
  back(since: Clock | null): string;
  /** The sound check. It names no amount: it must not be taken for a payment. */
  readonly check: string;
}
