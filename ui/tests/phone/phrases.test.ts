// The phone says what the till says: every row of the table that the till's own tests write.
import { describe, expect, test } from "vitest";
import type { Kind, Language, Money, Trust } from "../../src/generated";
import { saidPlatform, wording, type Clock, type Why } from "../../src/phone/phrase";
import { sentence } from "../../src/phone/sayings";
import table from "../phrases.json";
import { told } from "./fake-hub";

const AMOUNTS = table.amounts as [Language, number, string, string][];
const PAYMENTS = table.payments as {
  language: Language; platform: string; kind: Kind; trust: Trust; test: boolean; number: number | null; amount: Money | null; words: string;
}[];
const SUMS = table.sums as {
  language: Language; why: Why; since: [number, number] | null; words: string;
  groups: { kind: Kind; trust: Trust; test: boolean; count: number; total: Money | null }[];
}[];
const LISTENING = table.listening as { language: Language; since: [number, number] | null; stopped: string; back: string; check: string }[];

const clock = (since: [number, number] | null): Clock | null => (since === null ? null : { hour: since[0], minute: since[1] });

test("the table has every kind of row in both languages", () => {
  for (const rows of [AMOUNTS.map(([language]) => language), PAYMENTS.map((row) => row.language), SUMS.map((row) => row.language)]) {
    expect(new Set(rows)).toEqual(new Set(["zh-CN", "en"]));
    expect(rows.length).toBeGreaterThan(20);
  }
});

test("amounts", () => {
  for (const [language, minor, currency, words] of AMOUNTS) {
    expect(wording(language).amount({ minor, currency }), `${String(minor)} ${currency}`).toBe(words);
  }
});

test("payments and refunds", () => {
  for (const { language, platform, kind, trust, test, number, amount, words } of PAYMENTS) {
    const said = wording(language).payment({
      kind, trust, test, number, platform: saidPlatform(language, platform), amount: amount && wording(language).amount(amount),
    });
    expect(said).toBe(words);
    const item = told({
      kind, trust, test, platform, amount: amount === null ? { kind: "not_given" } : { kind: "exact", money: amount }, number: number ?? undefined,
    });
    expect(sentence(language, { say: "payment", told: item }, () => null)).toBe(words);
  }
});

test("sums", () => {
  for (const { language, why, since, groups, words } of SUMS) {
    const at = clock(since);
    const said = groups.map((group) => ({ ...group, total: group.total && wording(language).amount(group.total) }));
    expect(wording(language).sum(why, at, said)).toBe(words);
    expect(sentence(language, { say: "sum", why, since: 0, groups }, () => at)).toBe(words);
  }
});

test("listening stopped, works again, and the sound check", () => {
  for (const { language, since, stopped, back, check } of LISTENING) {
    const words = wording(language);
    expect([words.stopped(clock(since)), words.back(clock(since)), words.check]).toEqual([stopped, back, check]);
  }
});

describe("what only a phone says", () => {
  test.each([
    ["zh-CN", "约十元", "一百元以上", "注意，从两点零七分起，这部手机连不上收银台"],
    ["en", "about ten yuan", "more than one hundred yuan", "attention, this phone has not heard the till since two oh seven a m"],
  ] as const)("%s", (language, about, over, cutOff) => {
    const words = wording(language);
    expect(words.about(words.amount({ minor: 1000, currency: "CNY" }))).toBe(about);
    expect(words.over(words.amount({ minor: 10_000, currency: "CNY" }))).toBe(over);
    expect(words.cutOff({ hour: 2, minute: 7 })).toBe(cutOff);
  });
});
