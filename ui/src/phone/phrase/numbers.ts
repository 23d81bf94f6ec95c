// What both languages need to put an amount in words: whole and small units, and digits one by one.
import type { Money } from "../../generated";
import { decimals } from "../../lib/money";

/** A time of day on the shop's clock. */
export interface Clock {
  hour: number;
  minute: number;
}

/** How often one number goes into another: exact, for these are whole numbers far below 2^53. */
export function div(n: number, unit: number): number {
  return (n - (n % unit)) / unit;
}

/** An amount as its whole units, its minor units and how many decimals these are; the sign is left to the sentence. */
export function parts(money: Money): { whole: number; minor: number; places: number } {
  const places = decimals(money.currency);
  const unit = 10 ** places;
  const all = Math.abs(money.minor);
  return { whole: div(all, unit), minor: all % unit, places };
}

/** A currency that there are no words for: `C H F`. */
export function spelled(money: Money): string {
  return [...money.currency].join(" ");
}

/** The decimals one by one, zeros included. */
export function digits(minor: number, places: number, word: (digit: number) => string): string[] {
  return [...String(minor).padStart(places, "0")].slice(0, places).map((digit) => word(Number(digit)));
}

/** Joins what there is. */
export function join(separator: string, parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== "").join(separator);
}
