// Times and amounts of statements, in words.
import { language, t } from "../../../lib/i18n.svelte";
import { moneyText } from "../../../lib/money";
import type { Money, Period } from "../../../generated";

function format(at: number, zone: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(language(), { timeZone: zone, ...options }).format(at);
}

/** A day: `22 Nov`. */
export function dayOf(at: number, zone: string): string {
  return format(at, zone, { month: language() === "en" ? "short" : "long", day: "numeric" });
}

/** A time of the day to the second, as it proves something: `14:03:21`. */
export function clockOf(at: number, zone: string): string {
  return format(at, zone, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
}

/** A time to be told: `22 Nov, 10:00`. */
export function dayAndHour(at: number, zone: string): string {
  return format(at, zone, {
    month: language() === "en" ? "short" : "long",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
}

/** The days of which a statement tells everything: one, or from one to another. */
export function periodOf(period: Period, zone: string): string {
  const from = dayOf(period.from, zone);
  const to = dayOf(Math.max(period.from, period.until - 1), zone);
  return from === to ? from : t("statements.period", { from, to });
}

/** How far two amounts lie apart, or nothing where they cannot be compared. */
export function apart(a: Money | null, b: Money | null): string {
  if (a === null || b === null || a.currency !== b.currency) return "";
  return moneyText({ minor: Math.abs(a.minor - b.minor), currency: a.currency });
}
