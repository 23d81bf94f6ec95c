// Made-up statements, differences, payouts and copies of the made-up shop, for tests and the gallery.
import type {
  BackupFile,
  BackupsView,
  Contents,
  Count,
  Difference,
  ImportedStatement,
  Mapping,
  Payout,
  PayoutRow,
  PlatformResult,
  Preview,
  Reconciled,
  What,
} from "../src/generated";
import { refusal, type Answers } from "./fake-host";
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
    there: null,
    undone_by: null,
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

/** The same, read beside a book that has more. */
export const COMPARED: Contents = {
  ...CONTENTS,
  lost: { closings: 2, first_closing: 402, last_closing: 403, corrections: 3, cash_moves: 1, cash_counts: 2, statements: 0, statement_events: 4 },
};

export function backups(part: Partial<BackupsView> = {}): BackupsView {
  return {
    folder: "/home/shop/copies",
    files: [
      copy(),
      copy({ name: "tillbell-3f9a-20261121-1830.sqlite.age", made_at: NOW - 70_000_000, sealed: true, daily: false }),
      ...Array.from({ length: 6 }, (_, at) => copy({ name: `tillbell-3f9a-2026-11-${String(20 - at)}.daily.sqlite`, made_at: NOW - (at + 2) * 86_400_000, size: 12_100_000 - at * 90_000 })),
    ],
    problem: null,
    now: { ...CONTENTS, payments: 48_258, closings: 403, last_day: DAY, chain_head: "77ab" },
    waiting: null,
    ...part,
  };
}

const LONG = "城西老字号街角超市第二分店微信支付商户平台下载的交易账单二〇二六年十一月二十二日全部明细最终版本副本(2).csv";

/** Two pages of differences, with all that can stand in a row. */
function many(what: What): Difference[] {
  const some = differences(what);
  return Array.from({ length: 60 }, (_, at) => {
    const one = some[at % some.length] ?? difference({ what });
    return { ...one, subject: `${one.subject} ${String(at)}`, number: at % 3 === 0 ? "4200002468202611229900112233445566" : one.number, at: one.at - at * 61_000 };
  });
}

/** What the app answers about statements and copies, in one state of the gallery. */
export function answersIn(state: string): Answers {
  const never = () => new Promise<never>(() => undefined);
  const fail = () => Promise.reject(refusal("storage"));
  const none = state === "empty" || state === "statements_none";
  const bad = statement({
    id: 3,
    platform: "stripe",
    kind: "stripe_payout",
    name: state === "statements_long" ? LONG : "itemized_payout.csv",
    repeated: 12,
    unreadable_count: 2,
    unreadable: [
      { line: 7, text: "2026-11-22,ch_3,USD,12..80,", reason: "amount" },
      { line: 9, text: ",,,", reason: "cells" },
    ],
    checks: [{ what: "net", stated: "1236.48", found: "1223.68", holds: false }],
  });
  const list = [statement({ id: 2, platform: "alipay", kind: "alipay_trade", name: "2088_20261122_业务明细.zip", rows: 51 }), statement(), ...(state.startsWith("statements") ? [bad] : [])];
  const waits = platform({ statements: [], matched: 0, confirmed: 0, differences: [count("pending", { count: 80 })], pending_until: NOW + 71_799_000 });
  const whole = reconciled();
  const result =
    none
      ? reconciled({ platforms: [waits], open: 0, settled: 0 })
      : state === "statements_all"
        ? reconciled({
            platforms: [...whole.platforms, platform({ platform: "unionpay", matched: 12_345, differences: [count("duplicate", { count: 12 }), count("suggestion")] }), { ...waits, platform: "stripe" }],
            payouts: [payout(), payout({ batch: "po_9Z8y7X", at: NOW - 259_200_000, arrived: null, unexplained: { minor: -1_280, currency: "USD" } })],
          })
        : whole;
  return {
    take_piece: "0123456789abcdef",
    forget_file: null,
    stop_import: null,
    statements: none ? [] : list,
    reconcile: state === "busy" || state === "statements_busy" ? never : state === "error" || state === "statements_error" ? fail : result,
    differences: ({ what, skip, limit }) => {
      const all = what ? (state === "statements_long" ? many(what) : differences(what)) : [];
      return { differences: all.slice(skip, skip + limit), total: all.length };
    },
    payout_rows: { rows: [payoutRow(), payoutRow({ line: 3, kind: "refund", gross: { minor: -1_000, currency: "USD" }, fee: { minor: 0, currency: "USD" }, number: "pm_77", payment: null })], total: 2 },
    settle_difference: null,
    undo_settlement: null,
    take_back_statement: null,
    // What a file's name says is what becomes of it.
    import_statement: ({ name, password }) => {
      if (name.includes("slow")) return never();
      if (name.includes("locked") && password === null) return Promise.reject(refusal("invalid", "password_needed"));
      if (name.includes("locked") && password !== "320106") return Promise.reject(refusal("invalid", "password_wrong"));
      if (name.includes("page")) return Promise.reject(refusal("invalid", "web_page"));
      if (name.includes("bank")) return [{ what: "unknown_table", name, header: ["记账日期", "贷方发生额", "摘要"] }];
      if (name.includes("again")) return [{ what: "known", statement: statement({ name }) }];
      return [{ what: "loaded", statement: name.includes("bad") ? { ...bad, name } : statement({ name }) }];
    },
    preview_mapping: { mapping: MAPPING, preview: PREVIEW, cells: CELLS },
    save_mapping: null,
    mappings: state.startsWith("statements") ? [{ ...MAPPING, name: "工商银行" }] : [],
    remove_mapping: null,
    export_folder: "/home/shop/Documents/Tillbell",
    export_payments: state === "export_busy" ? never : state === "export_error" ? () => Promise.reject({ code: "storage", field: "full" }) : { path: "/home/shop/Documents/Tillbell/小满便利店 2026-11-22.xlsx", rows: 131, bytes: 21_400 },
    stop_export: null,
    show_file: null,
    backups: state === "busy" ? never : state === "error" ? fail : state === "empty" ? backups({ files: [] }) : backups({ problem: state === "backup_failed" ? "full" : null }),
    backup_now: state === "backup_busy" ? never : copy({ name: "tillbell-2026-11-22-213000.sqlite", daily: false }),
    stop_backup: null,
    read_backup: COMPARED,
    restore_backup: CONTENTS,
  };
}

/** A bank's table that nobody knew. */
export const MAPPING: Mapping = {
  name: "",
  platform: "bank_cn",
  headers: ["记账日期", "贷方发生额", "借方发生额", "摘要", "对方户名", "流水号"],
  columns: {
    time: "记账日期",
    clock: null,
    amount: null,
    money_in: "贷方发生额",
    money_out: "借方发生额",
    order: null,
    transaction: "流水号",
    refund: null,
    kind: null,
    fee: null,
    party: "对方户名",
    text: "摘要",
    currency: null,
  },
  dates: "year_month_day",
  mark: "point",
  minus: "refund",
  refund_words: [],
  other_words: [],
  fee_has_minus: false,
  currency: null,
  zone: null,
};

const CELLS = [
  ["2026-11-22 09:12:04", "128.00", "", "收款码到账", "王**", "20261122090012"],
  ["2026-11-22 09:30:15", "", "15.00", "退货退款", "陈*", "20261122090044"],
];

export const PREVIEW: Preview = {
  header: { line: 3, names: MAPPING.headers },
  missing: [],
  rows: [
    { line: 4, kind: "payment", at: NOW - 17_477_000, date_only: false, amount: cny(12_800), fee: null, order: null, transaction: "20261122090012", party: "王**", text: "收款码到账" },
    { line: 5, kind: "refund", at: NOW - 16_386_000, date_only: false, amount: cny(1_500), fee: null, order: null, transaction: "20261122090044", party: "陈*", text: "退货退款" },
  ],
  errors: [{ line: 9, column: "贷方发生额", text: "一百二十八", reason: "amount" }],
  readable: 214,
  unreadable: 1,
};
