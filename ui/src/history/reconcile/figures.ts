// A day's figures as this page draws them. Pure; the sums themselves are the app's.
import type { CurrencyTotal, HourTotals, PlatformResult, TotalGroup, WeekdayBefore } from "../../generated";
import { moneyText } from "../../lib/money";

/** An hour of the shop's clock, as a bar and as a row. */
export interface Bar {
  hour: number;
  /** Under the bar: `14`. */
  label: string;
  /** In the table: `14:00–15:00`. */
  span: string;
  payments: number;
  refunds: number;
  paid: string;
  net: string;
  /** How tall, in minor units. */
  height: number;
}

const two = (hour: number) => String(hour % 24).padStart(2, "0");

/**
 * The hours from the first to the last in which something came, in one currency; at least eight, so that a quiet day has
 * no bar as wide as the card.
 */
export function bars(hours: readonly HourTotals[], currency: string): Bar[] {
  const of = (hour: HourTotals) => hour.totals.find((total) => total.currency === currency);
  const used = hours.map((hour) => of(hour) !== undefined);
  const first = used.indexOf(true);
  if (first < 0) return [];
  let [from, to] = [first, used.lastIndexOf(true) + 1];
  while (to - from < 8 && (from > 0 || to < hours.length)) {
    if (to < hours.length) to += 1;
    if (to - from < 8 && from > 0) from -= 1;
  }
  const none = moneyText({ minor: 0, currency });
  return hours.slice(from, to).map((hour) => {
    const total = of(hour);
    return {
      hour: hour.hour,
      label: String(hour.hour),
      span: `${two(hour.hour)}:00–${two(hour.hour + 1)}:00`,
      payments: total?.payments ?? 0,
      refunds: total?.refunds ?? 0,
      paid: total?.paid.text ?? none,
      net: total?.net.text ?? none,
      height: Math.max(0, total?.paid.minor ?? 0),
    };
  });
}

/** How a day compares with the same weekday before: in tenths of a percent; `null` where that says nothing. */
export function compared(totals: readonly CurrencyTotal[], before: WeekdayBefore | null): number | null {
  const now = totals[0];
  if (!now || !before) return null;
  const then = (before.so_far ?? before.totals).find((total) => total.currency === now.currency);
  if (!then || then.net.minor <= 0 || now.net.minor < 0) return null;
  const change = (BigInt(now.net.minor - then.net.minor) * 10_000n) / BigInt(then.net.minor);
  const tenths = Number((change + (change < 0n ? -5n : 5n)) / 10n);
  // More than tenfold is another kind of day, and no comparison.
  return Math.abs(tenths) > 9_999 ? null : tenths;
}

/** Tenths of a percent for people: `+6.2%`, `−0.5%`, `±0%`. */
export function percentText(tenths: number): string {
  if (tenths === 0) return "±0%";
  const size = Math.abs(tenths);
  return `${tenths < 0 ? "−" : "+"}${String(Math.floor(size / 10))}.${String(size % 10)}%`;
}

/** A platform in one currency, with what its statement says that it took. */
export interface PlatformRow {
  platform: string;
  currency: string;
  payments: number;
  paid: string;
  refunded: string;
  /** `null`: no statement says so yet. */
  fee: string | null;
  /** What is left, without the fee where it is known. */
  net: string;
  without_amount: number;
}

/** The platforms' rows. Fees come from the statements; where there is none yet, none is made up. */
export function platformRows(groups: readonly TotalGroup[], results: readonly PlatformResult[]): PlatformRow[] {
  return groups.flatMap((group) => {
    const rows = group.totals.map((total) => row(group.key, total, feeOf(results, group.key, total.currency), group.without_amount));
    // A platform of which only payments without an amount came is there too.
    if (rows.length > 0) return rows;
    return [{ platform: group.key, currency: "", payments: group.without_amount, paid: "–", refunded: "–", fee: null, net: "–", without_amount: group.without_amount }];
  });
}

/** All platforms together, a row for each currency. */
export function sumRows(totals: readonly CurrencyTotal[], groups: readonly TotalGroup[], results: readonly PlatformResult[]): PlatformRow[] {
  return totals.map((total) => {
    const fees = groups.map((group) => feeOf(results, group.key, total.currency)).filter((fee) => fee !== null);
    return row("", total, fees.length === 0 ? null : fees.reduce((before, fee) => before + fee, 0), 0);
  });
}

/** Platforms whose fee nobody knows yet, where another's is taken off what all have together. */
export function unknownFees(groups: readonly TotalGroup[], results: readonly PlatformResult[]): string[] {
  const currencies = [...new Set(groups.flatMap(({ totals }) => totals.map(({ currency }) => currency)))];
  const unknown = currencies.flatMap((currency) => {
    const here = groups.filter(({ totals }) => totals.some((total) => total.currency === currency));
    const none = here.filter(({ key }) => feeOf(results, key, currency) === null).map(({ key }) => key);
    // Cash costs nothing.
    return none.length === here.length ? [] : none.filter((key) => key !== "cash");
  });
  return [...new Set(unknown)];
}

/** What a platform's statements say that it took, in minor units. */
function feeOf(results: readonly PlatformResult[], platform: string, currency: string): number | null {
  const sums = results.find((result) => result.platform === platform && result.statements.length > 0)?.sums ?? [];
  return sums.find((sum) => sum.fees.currency === currency)?.fees.minor ?? null;
}

function row(platform: string, total: CurrencyTotal, fee: number | null, without_amount: number): PlatformRow {
  const { currency } = total;
  return {
    platform,
    currency,
    payments: total.payments,
    paid: total.paid.text,
    refunded: total.refunded.text,
    fee: fee === null ? null : moneyText({ minor: fee, currency }),
    net: fee === null ? total.net.text : moneyText({ minor: total.net.minor - fee, currency }),
    without_amount,
  };
}

/** A number of things for people: `1,204`. */
export function countText(count: number): string {
  return `${count < 0 ? "−" : ""}${String(Math.abs(count)).replace(/(\d)(?=(\d{3})+$)/g, "$1,")}`;
}

/** A hash for people: the first sixteen signs in fours. */
export function fingerprint(head: string): string {
  return head.slice(0, 16).replace(/(.{4})(?=.)/g, "$1 ");
}
