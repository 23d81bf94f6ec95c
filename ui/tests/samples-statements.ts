// Made-up statements, differences, payouts and copies of the made-up shop, for tests and the gallery.
import type {
  BackupFile,
  BackupsView,
  Contents,
  Count,
  Difference,
  ImportedStatement,
  Payout,
  PayoutRow,
  PlatformResult,
  Reconciled,
  What,
} from "../src/generated";
import { cny, NOW } from "./samples";

/** The business day of the samples. */
export const DAY = "2026-11-22";
export const SPAN = { from: DAY, to: DAY };
/** Midnight of that day in Shanghai. */
const MIDNIGHT = Date.UTC(2026, 10, 21, 16);

export function statement(part: Partial<ImportedStatement> = {}): ImportedStatement {
  return {
    id: 1,
    kind: "wechat_trade",
    platform: "wechat",
    account: "1900000109",
    period: { from: MIDNIGHT, until: MIDNIGHT + 86_400_000 },
    name: "1900000109All2026-11-22.csv",
    rows: 79,
    repeated: 0,
    unreadable_count: 0,
    unreadable: [],
    checks: [
      { what: "rows", stated: "79", found: "79", holds: true },
      { what: "paid", stated: "4210.30", found: "4210.30", holds: true },
    ],
    imported_at: NOW,
    by: "小满",
    ...part,
  };
}

export function count(what: What, part: Partial<Count> = {}): Count {
  const count = part.count ?? 1;
  return { what, count, open: count, reported: 0, amounts: [], ...part };
}

export function platform(part: Partial<PlatformResult> = {}): PlatformResult {
  return {
    platform: "wechat",
    statements: [1],
    here: 80,
    there: 79,
    matched: 78,
    confirmed: 3,
    differences: [],
    open: 0,
    sums: [{ paid: cny(421_030), refunded: cny(0), fees: cny(2_526), net: cny(418_504) }],
    pending_until: null,
    ...part,
  };
}

/** WeChat and Alipay, as in the evening of an ordinary day. */
export function reconciled(part: Partial<Reconciled> = {}): Reconciled {
  return {
    span: SPAN,
    platforms: [
      platform({ platform: "alipay", statements: [2], matched: 49, confirmed: 0, differences: [count("only_there"), count("amount_differs", { amounts: [cny(50)] })], open: 2 }),
      platform({ differences: [count("only_here", { count: 3, open: 2, reported: 2, amounts: [cny(1_850)] })], open: 2 }),
    ],
    payouts: [],
    open: 4,
    settled: 1,
    ...part,
  };
}

export function difference(part: Partial<Difference> = {}): Difference {
  return {
    subject: "line 4998",
    what: "only_here",
    day: DAY,
    platform: "wechat",
    kind: "payment",
    line: 4998,
    reported: true,
    here: cny(600),
    row: null,
    at: NOW - 12_000,
    number: null,
    party: "王**",
    until: null,
    settled: null,
    ...part,
  };
}

/** The differences of a sort. */
export function differences(what: What): Difference[] {
  const row = { statement: 2, line: 15, amount: cny(1_200), at: NOW - 900_000, date_only: false, text: "红茶" };
  switch (what) {
    case "only_here":
      return [
        difference(),
        difference({ subject: "line 4990", line: 4990, here: cny(1_250), at: NOW - 8_000_000, party: null }),
        difference({ subject: "line 4985", line: 4985, here: cny(2_200), settled: { reason: "改付了现金", who: "小满", at: NOW } }),
      ];
    case "only_there":
      return [difference({ subject: "row a", what, platform: "alipay", line: null, here: null, reported: false, row, at: row.at, number: "2026112222001476381024", party: null })];
    case "amount_differs":
      return [difference({ subject: "pair b", what, platform: "alipay", line: 4994, reported: false, here: cny(1_250), row, number: "SHOP20261122140309001", party: "李*芳" })];
    case "pending":
      return [difference({ subject: "line 4999", what, until: NOW + 72_000_000 })];
    default:
      return [difference({ subject: `${what} c`, what, row })];
  }
}

export function payout(part: Partial<Payout> = {}): Payout {
  return {
    platform: "stripe",
    batch: "po_1Q2w3E4r5T6y7U8i",
    at: NOW - 86_400_000,
    amount: { minor: 123_648, currency: "USD" },
    rows: 3,
    payments: { minor: 128_000, currency: "USD" },
    refunds: { minor: 0, currency: "USD" },
    fees: { minor: 4_352, currency: "USD" },
    chargebacks: { minor: 0, currency: "USD" },
    other: { minor: 0, currency: "USD" },
    unexplained: { minor: 0, currency: "USD" },
    arrived: NOW,
    ...part,
  };
}

export function payoutRow(part: Partial<PayoutRow> = {}): PayoutRow {
  return { line: 2, kind: "payment", gross: { minor: 128_000, currency: "USD" }, fee: { minor: 4_352, currency: "USD" }, at: NOW - 90_000_000, number: "Table 6", payment: 4994, ...part };
}

export function copy(part: Partial<BackupFile> = {}): BackupFile {
  const name = part.name ?? "tillbell-3f9a-2026-11-22.daily.sqlite";
  return { path: `/home/shop/copies/${name}`, name, made_at: NOW, size: 12_400_000, sealed: false, daily: true, ...part };
}

export const CONTENTS: Contents = { payments: 48_211, news: 51_090, statements: 212, closings: 401, first_day: "2025-10-01", last_day: "2026-11-21", chain_head: "9f2c" };

export function backups(part: Partial<BackupsView> = {}): BackupsView {
  return {
    folder: "/home/shop/copies",
    files: [
      copy(),
      copy({ name: "tillbell-3f9a-20261121-1830.sqlite.age", made_at: NOW - 70_000_000, sealed: true, daily: false }),
      ...Array.from({ length: 6 }, (_, at) => copy({ name: `tillbell-3f9a-2026-11-${String(20 - at)}.daily.sqlite`, made_at: NOW - (at + 2) * 86_400_000, size: 12_100_000 - at * 90_000 })),
    ],
    problem: null,
    now: { ...CONTENTS, payments: 48_258, last_day: DAY },
    ...part,
  };
}
