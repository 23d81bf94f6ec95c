// What a phone may be told, in words an owner reads: the sums of a permission, and the roles it may be.
import type { AmountSight, Permission, PresetView, RecordLine, Sees, WeekHours } from "../../generated";
import { language, t, type Key } from "../../lib/i18n.svelte";
import { moneyText } from "../../lib/money";
import { platformName } from "../../lib/platforms";

/** What can be seen of a payment beside its amount, as it is offered. */
export const PARTS = ["platform", "collector", "payer", "note", "order"] as const satisfies readonly (keyof Sees)[];

/** How amounts may be seen. */
export const SIGHTS = ["exact", "rounded", "hidden_above"] as const satisfies readonly AmountSight["kind"][];

/** The days of the week as they are counted here: Monday is 1. */
export const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;

/** The role that a permission is, exactly; `null` for an owner's own choice. */
export function roleOf(permission: Permission, roles: readonly PresetView[]): PresetView | null {
  const text = JSON.stringify(ordered(permission));
  return roles.find((role) => JSON.stringify(ordered(role.permission)) === text) ?? null;
}

/** A role's name, or that it is the owner's own choice. */
export function roleName(permission: Permission, roles: readonly PresetView[]): string {
  return t(`terminals.role_${roleOf(permission, roles)?.preset ?? "own"}`);
}

/** The same value with its fields in one order, so that two can be compared. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, ordered(one)]),
  );
}

/** What a permission comes to, a sentence each: what it hears, what it sees of a payment, and of which payments. */
export function sentences(permission: Permission, currency: string, sources: ReadonlyMap<string, string>): string[] {
  const { may, sees } = permission;
  const does = [
    t(may.hear ? "terminals.sum_hears" : "terminals.sum_silent"),
    t(`terminals.sum_history_${may.history}`),
    ...(may.totals ? [t(sees.amount.kind === "exact" ? "terminals.sum_totals" : "terminals.sum_count")] : []),
  ];
  const seen = [amountText(sees.amount, currency), ...parts(sees, true)];
  const hidden = parts(sees, false);
  const only = which(permission, currency, sources);
  return [
    t("terminals.sum_does", { list: language() === "zh-CN" ? does.join("，") : list(does) }),
    t("terminals.sum_sees", { list: list(seen) }),
    ...(hidden.length > 0 ? [t("terminals.sum_hidden", { list: list(hidden) })] : []),
    ...(only.length > 0 ? [t("terminals.sum_only", { list: only.join(t("terminals.and")) })] : []),
  ];
}

function parts(sees: Sees, seen: boolean): string[] {
  return PARTS.filter((part) => sees[part] === seen).map((part) => t(`terminals.part_${part}`));
}

function amountText(amount: AmountSight, currency: string): string {
  switch (amount.kind) {
    case "exact":
      return t("terminals.sum_exact");
    case "rounded":
      return t("terminals.sum_rounded", { amount: moneyText({ minor: amount.to, currency }) });
    case "hidden_above":
      return t("terminals.sum_hidden_above", { amount: moneyText({ minor: amount.limit, currency }) });
  }
}

function which({ which }: Permission, currency: string, sources: ReadonlyMap<string, string>): string[] {
  const money = (minor: number) => moneyText({ minor, currency });
  const { platforms, from, to, hours } = which;
  return [
    ...(platforms ? [platforms.length === 0 ? t("terminals.sum_none") : list(platforms.map(platformName))] : []),
    ...(which.sources ? [which.sources.length === 0 ? t("terminals.sum_none") : list(which.sources.map((id) => sources.get(id) ?? id))] : []),
    ...(from !== null && to !== null
      ? [t("terminals.sum_between", { from: money(from), to: money(to) })]
      : from !== null
        ? [t("terminals.sum_from", { from: money(from) })]
        : to !== null
          ? [t("terminals.sum_to", { to: money(to) })]
          : []),
    ...(hours.length > 0 ? [hours.map(hoursText).join(t("terminals.or"))] : []),
  ];
}

/** `Mon–Fri 09:00–22:00`. */
export function hoursText(hours: WeekHours): string {
  return t("terminals.hours_text", { days: daysText(hours.days), from: hours.from, to: hours.to });
}

function daysText(days: readonly number[]): string {
  if (days.length === 7) return t("terminals.every_day");
  const runs: [number, number][] = [];
  for (const day of [...days].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && last[1] === day - 1) last[1] = day;
    else runs.push([day, day]);
  }
  const text = ([first, last]: [number, number]) =>
    first === last ? dayName(first) : last === first + 1 ? list([dayName(first), dayName(last)]) : `${dayName(first)}–${dayName(last)}`;
  return list(runs.map(text));
}

/** A day of the week, short: `Mon`, `周一`. */
export function dayName(day: number): string {
  // The first of January 2024 was a Monday.
  return new Intl.DateTimeFormat(language(), { weekday: "short", timeZone: "UTC" }).format(Date.UTC(2024, 0, day));
}

/** Several things in a row, as the language does it. */
export function list(items: readonly string[]): string {
  return new Intl.ListFormat(language(), { type: "conjunction" }).format(items);
}

/** How long an invitation may be good. */
export const EXPIRIES = [
  { seconds: 600, name: "terminals.expires_10_minutes" },
  { seconds: 3600, name: "terminals.expires_1_hour" },
  { seconds: 86_400, name: "terminals.expires_1_day" },
  { seconds: 7 * 86_400, name: "terminals.expires_7_days" },
  { seconds: 30 * 86_400, name: "terminals.expires_30_days" },
] as const satisfies readonly { seconds: number; name: Key }[];

/** A day and a time of day in the shop's zone. */
export function atText(at: number, zone: string | undefined): string {
  return format(zone).format(at);
}

/** From one time to another, without saying twice what is the same. */
export function spanText(from: number, to: number, zone: string | undefined): string {
  return format(zone).formatRange(from, to);
}

function format(timeZone: string | undefined): Intl.DateTimeFormat {
  const fields = { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  try {
    return new Intl.DateTimeFormat(language(), { ...fields, timeZone });
  } catch {
    // A zone that this system's browser does not know.
    return new Intl.DateTimeFormat(language(), fields);
  }
}

/** A line of the record as a sentence. `names`: the phones by their ids. */
export function recordText({ what }: RecordLine, names: ReadonlyMap<string, string>, presets: readonly PresetView[]): string {
  switch (what.what) {
    case "reach":
      return t(what.lan ? "terminals.record_opened" : "terminals.record_closed");
    case "invited":
    case "permission_set":
      return t(`terminals.record_${what.what}`, { name: what.name, role: roleName(what.permission, presets) });
    case "renamed":
      return t("terminals.record_renamed", { from: what.from, to: what.to });
    case "voice_set":
      return what.list === null ? t("terminals.record_voice_off") : t("terminals.record_voice", { list: list(what.list.map((id) => names.get(id) ?? id)) });
    default:
      return t(`terminals.record_${what.what}`, { name: what.name });
  }
}
