// Reads what is typed into the fields of the drawer. Pure.
import type { DraftStep, Money, Sum } from "../../generated";
import { moneyField, parseMoney } from "../../lib/money";

/** How many notes or coins there can be of one worth. */
const COUNT_MAX = 99_999;

/** A sum without its text. */
export function money(sum: Sum): Money {
  return { minor: sum.minor, currency: sum.currency };
}

/** A sum as the text of a field; nothing where there is none. */
export function sumField(sum: Sum | null): string {
  return sum === null ? "" : moneyField(money(sum));
}

/** What typing a number of notes or coins changes; `null` where it is no number. */
export function countStep(typed: string, worth: Sum): DraftStep | null {
  const text = typed.normalize("NFKC").trim();
  if (text === "") return { step: "pieces", worth: money(worth), count: null };
  if (!/^\d{1,6}$/.test(text) || Number(text) > COUNT_MAX) return null;
  return { step: "pieces", worth: money(worth), count: Number(text) };
}

/** What typing an amount changes, which may be left out; `undefined` where it is no amount. */
export function amountOf(typed: string, currency: string): Money | null | undefined {
  if (typed.trim() === "") return null;
  return parseMoney(typed, currency) ?? undefined;
}

/** The field beside this one, further down or up. */
export function beside(from: HTMLElement, by: number): HTMLInputElement | undefined {
  const fields = [...(from.closest("[data-fields]")?.querySelectorAll<HTMLInputElement>("input:not(:disabled)") ?? [])];
  return fields[fields.findIndex((field) => field === from) + by];
}
