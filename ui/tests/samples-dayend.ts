// Made-up days, drawers and closings of a made-up shop, for tests and the gallery.
import type {
  CashMove,
  Closing,
  ClosingSummary,
  CurrencyTotal,
  DayReport,
  ClosingDraft,
  DraftChange,
  ExpectedCash,
  TotalGroup,
  Moment,
  Pieces,
  Question,
  QuestionKind,
  Sum,
} from "../src/generated";
import { moneyText } from "../src/lib/money";
import { refusal, type Answers } from "./fake-host";
import { NOW } from "./samples";

const LONG = "城西老字号街角超市第二分店夜班临时代班收银员欧阳慕容上官司马诸葛东方皇甫尉迟公羊澹台";

/** A sum with its text. */
export function sum(minor: number, currency = "CNY"): Sum {
  return { minor, currency, text: moneyText({ minor, currency }) };
}

export function moment(clock = "2026-11-22 14:03:21", at = NOW): Moment {
  return { at, clock };
}

export function total(payments: number, paid: number, refunds = 0, refunded = 0, currency = "CNY"): CurrencyTotal {
  return { currency, payments, refunds, paid: sum(paid, currency), refunded: sum(refunded, currency), net: sum(paid - refunded, currency) };
}

export function group(key: string, totals: CurrencyTotal[], without_amount = 0): TotalGroup {
  return { key, totals, without_amount };
}

/** What an evening is made of, from 6 to 23. */
const HOURS = [3, 6, 14, 26, 39, 66, 107, 149, 86, 50, 43, 58, 96, 160, 117, 67, 30, 9].map((tenths) => tenths * 1000);

export function report(part: Partial<DayReport> = {}): DayReport {
  return {
    day: "2026-11-22",
    rule: { zone: "Asia/Shanghai", cutover_hour: 4 },
    begins: moment("2026-11-22 04:00:00"),
    ends: moment("2026-11-23 04:00:00"),
    running: true,
    first: moment("2026-11-22 06:12:40"),
    last: moment("2026-11-22 23:41:05"),
    totals: [total(131, 893_140, 1, 1_500), total(1, 128_000, 0, 0, "USD")],
    platforms: [
      group("wechat", [total(78, 421_030)], 1),
      group("alipay", [total(49, 342_610, 1, 1_500)]),
      group("stripe", [total(1, 128_000, 0, 0, "USD")]),
      group("cash", [total(3, 1_500)]),
    ],
    collectors: [group("前台", [total(88, 600_000)]), group("小赵", [total(43, 293_140, 1, 1_500)]), group("", [total(1, 128_000, 0, 0, "USD")])],
    terminals: [group("前台", [total(131, 893_140, 1, 1_500), total(1, 128_000, 0, 0, "USD")])],
    hours: Array.from({ length: 24 }, (_, index) => {
      const hour = (index + 4) % 24;
      const paid = HOURS[hour - 6];
      return { hour, totals: paid === undefined ? [] : [total(Math.ceil(paid / 7000), paid)] };
    }),
    weekday_before: { day: "2026-11-15", totals: [total(120, 900_000)], so_far: [total(110, 839_600)] },
    grand_total: [total(12_345, 98_765_432)],
    latency: { count: 131, median_ms: 640, worst_ms: 4_210 },
    questions: {
      counts: [
        { what: "reported_only", count: 2 },
        { what: "not_understood", count: 1 },
        { what: "without_amount", count: 1 },
        { what: "announced_late", count: 3 },
      ],
      rows: [
        question("reported_only", { line: 4999 }),
        question("reported_only", { line: 4993, platform: "wechat", at: moment("2026-11-22 13:22:54"), amount: null, number: 43 }),
        question("not_understood", { line: null, notice: 7, platform: null, kind: null, number: null, amount: null }),
        question("without_amount", { line: 4993, amount: null, number: 43 }),
        question("announced_late", { line: 4990, late_ms: 184_000 }),
        question("announced_late", { line: 4989, late_ms: 190_000 }),
        question("announced_late", { line: 4988, late_ms: 7_200_000 }),
      ],
    },
    closings: [],
    ...part,
  };
}

export function question(what: QuestionKind, part: Partial<Question> = {}): Question {
  return { what, line: 4999, notice: null, at: moment("2026-11-22 14:03:09"), platform: "alipay", kind: "payment", number: 47, amount: sum(600), late_ms: null, ...part };
}

/** A day on which nothing came. */
export function emptyReport(): DayReport {
  return report({
    first: null,
    last: null,
    totals: [],
    platforms: [],
    collectors: [],
    terminals: [],
    hours: Array.from({ length: 24 }, (_, index) => ({ hour: (index + 4) % 24, totals: [] })),
    weekday_before: null,
    grand_total: [],
    latency: null,
    questions: { counts: [], rows: [] },
  });
}

const WORTHS = [10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 10];

export function pieces(counts: Record<number, number> = {}): Pieces[] {
  return WORTHS.map((worth) => ({ worth: sum(worth), count: counts[worth] ?? 0, sum: sum(worth * (counts[worth] ?? 0)) }));
}

export function expected(counted: number | null, all = 31_500): ExpectedCash {
  return {
    sales: sum(1_500),
    refunds: sum(0),
    takings: sum(0),
    paid_in: sum(0),
    paid_out: sum(0),
    drops: sum(0),
    total: sum(all),
    variance: counted === null ? null : sum(counted - all),
  };
}

export function move(part: Partial<CashMove> = {}): CashMove {
  return { id: 1, kind: "float", amount: sum(30_000), reason: null, who: "李芳", at: moment("2026-11-22 07:55:10"), taken_back: null, ...part };
}

export function draft(part: Partial<ClosingDraft> = {}): ClosingDraft {
  return {
    day: "2026-11-22",
    today: "2026-11-22",
    begun: true,
    forgotten: [],
    number: 13,
    last: closings()[0] ?? null,
    takes: [total(131, 893_140, 1, 1_500), total(1, 128_000, 0, 0, "USD")],
    late: [],
    late_count: 0,
    blind: false,
    currency: "CNY",
    moves: [move()],
    float: sum(30_000),
    float_carried: false,
    float_before: sum(30_000),
    pieces: pieces(),
    other: null,
    counted: null,
    handed_in: [],
    fixed: false,
    expected: expected(null),
    reason: null,
    note: null,
    left: null,
    ...part,
  };
}

const HEAD = "9f2c41d07be85a36c1d24e90a77b3f0815dd6ce4b0a9f3327c5e1d80466b9a12";

export function summary(part: Partial<ClosingSummary> = {}): ClosingSummary {
  return {
    number: 12,
    kind: { kind: "day" },
    day: "2026-11-21",
    closed: moment("2026-11-21 22:10:04"),
    closed_by: "李芳",
    taken: [total(117, 700_050)],
    variance: sum(0),
    late_count: 0,
    corrected_by: [],
    head: HEAD,
    ...part,
  };
}

export function closings(): ClosingSummary[] {
  return [
    summary(),
    summary({ number: 11, kind: { kind: "correction", of: 9 }, day: "2026-11-19", closed: moment("2026-11-20 09:02:11"), taken: [], variance: null, head: HEAD.replaceAll("9", "a") }),
    summary({ number: 10, day: "2026-11-20", closed: moment("2026-11-20 22:05:40"), closed_by: "王建国", variance: sum(-200), late_count: 2, head: HEAD.replaceAll("2", "b") }),
    summary({ number: 9, day: "2026-11-19", closed: moment("2026-11-19 22:31:00"), corrected_by: [11], variance: sum(5_000), head: HEAD.replaceAll("4", "c") }),
    summary({ number: 8, kind: { kind: "shift" }, day: "2026-11-19", closed: moment("2026-11-19 15:00:12"), closed_by: "小赵", head: HEAD.replaceAll("1", "d") }),
  ];
}

export function closing(part: Partial<Closing> = {}): Closing {
  return {
    number: 12,
    kind: { kind: "day" },
    day: "2026-11-21",
    shop: "小满便利店",
    terminal: "前台",
    opened: moment("2026-11-21 07:55:10"),
    opened_by: "李芳",
    closed: moment("2026-11-21 22:10:04"),
    closed_by: "李芳",
    note: null,
    software: "0.1.0",
    through: 4_800,
    report: report({ day: "2026-11-21", running: false }),
    shifts: [],
    whole_day: null,
    late: [{ line: 4_700, day: "2026-11-20", at: moment("2026-11-20 21:40:12"), received: moment("2026-11-21 09:00:02"), platform: "wechat", kind: "payment", number: 118, amount: sum(2_850) }],
    late_count: 1,
    late_totals: [total(1, 2_850)],
    changes: [],
    changes_count: 0,
    changes_totals: [],
    taken: [total(132, 895_990, 1, 1_500), total(1, 128_000, 0, 0, "USD")],
    grand_total: [total(12_345, 98_765_432)],
    cash: {
      currency: "CNY",
      float: sum(30_000),
      float_carried: true,
      sales: sum(1_500),
      refunds: sum(0),
      takings: sum(0),
      paid_in: sum(0),
      paid_out: sum(1_200),
      drops: sum(0),
      expected: sum(30_300),
      counted: sum(30_100),
      variance: sum(-200),
      reason: "给顾客找错了两元",
      blind: true,
      left: sum(30_000),
      counts: [{ pieces: pieces({ 10_000: 3, 100: 1 }).filter((piece) => piece.count > 0), other: null, total: sum(30_100), who: "李芳", at: moment("2026-11-21 22:08:40"), blind: true }],
      moves: [move(), move({ id: 2, kind: "paid_out", amount: sum(1_200), reason: "买牛奶" })],
    },
    statements: null,
    corrected_by: [],
    head: HEAD,
    ...part,
  };
}

/** A drawer that follows what is typed, as the app's does. */
export function drawer(begin: ClosingDraft): { draft: () => ClosingDraft; change: (change: DraftChange) => ClosingDraft } {
  let now = begin;
  const counts: Record<number, number> = {};
  const all = 31_500;
  return {
    draft: () => now,
    change: ({ step, who }) => {
      if (step.step === "pieces") {
        counts[step.worth.minor] = step.count ?? 0;
        const counted = Object.entries(counts).reduce((before, [worth, count]) => before + Number(worth) * count, 0);
        const told = now.blind ? null : expected(counted, all);
        now = { ...now, pieces: pieces(counts), counted: sum(counted), expected: told };
      } else if (step.step === "hand_in") {
        const counted = now.counted ?? sum(0);
        const count = { pieces: now.pieces, other: null, total: counted, who, at: moment(), blind: true };
        now = { ...now, fixed: true, handed_in: [...now.handed_in, count], expected: expected(counted.minor, all) };
      } else if (step.step === "reason") {
        now = { ...now, reason: step.text };
      } else if (step.step === "move") {
        const amount = sum(step.amount.minor);
        now = { ...now, moves: [...now.moves, move({ id: now.moves.length + 1, kind: step.kind, amount, reason: step.reason, who })] };
      }
      return now;
    },
  };
}

const million = () =>
  report({
    totals: [total(1_000_000, 8_916_400_000, 1_204, 9_870_000)],
    platforms: [group("wechat", [total(612_004, 5_010_400_000)]), group("alipay", [total(387_996, 3_906_000_000, 1_204, 9_870_000)])],
    questions: { counts: [{ what: "reported_only", count: 23_114 }, { what: "announced_late", count: 811 }], rows: Array.from({ length: 200 }, (_, index) => question("reported_only", { line: index + 1 })) },
  });

/** ?case=end_…: the page that closes a day, in each of its states. */
export function answers(state: string): Answers {
  const never = () => new Promise<never>(() => undefined);
  const fail = () => Promise.reject(refusal("storage"));
  const base: Answers = {
    day_report: (day) => report({ day: day ?? "2026-11-22" }),
    closing_draft: draft(),
    change_closing_draft: drawer(draft()).change,
    close_day: closing({ number: 13, day: "2026-11-22" }),
    hand_over_shift: closing({ number: 13, day: "2026-11-22", kind: { kind: "shift" } }),
    correct_closing: closing({ number: 13, kind: { kind: "correction", of: 12 } }),
    closings: ({ before }) => closings().filter((one) => before === null || one.number < before),
    closing: (number) => closing({ number }),
    closing_printers: [
      { id: "till", name: "前台小票机", pages: false },
      { id: "office", name: "HP LaserJet M110", pages: true },
    ],
  };
  switch (state) {
    case "end_empty":
      return { ...base, day_report: emptyReport(), closings: [], closing_draft: draft({ takes: [], moves: [], float: sum(0), float_before: null, last: null, number: 1, expected: expected(null, 0) }) };
    case "end_one":
      return { ...base, day_report: { ...emptyReport(), totals: [total(1, 1_250)], platforms: [group("alipay", [total(1, 1_250)])], collectors: [group("", [total(1, 1_250)])], terminals: [group("", [total(1, 1_250)])], hours: emptyReport().hours.map((hour) => (hour.hour === 14 ? { ...hour, totals: [total(1, 1_250)] } : hour)), first: moment(), last: moment() } };
    case "end_million":
      return { ...base, day_report: million() };
    case "end_busy":
      return { ...base, day_report: never, closing_draft: never, closings: never };
    case "end_error":
      return { ...base, day_report: fail, closing_draft: fail, closings: fail };
    case "end_forgotten":
      return { ...base, closing_draft: draft({ day: "2026-11-20", forgotten: ["2026-11-20", "2026-11-21"], late: closing().late, late_count: 1 }) };
    case "end_blind":
    case "end_counting": {
      const begin = draft({ blind: state === "end_blind", pieces: pieces({ 10_000: 3, 1_000: 1 }), counted: sum(31_000), expected: state === "end_blind" ? null : expected(31_000) });
      const live = drawer(begin);
      return { ...base, closing_draft: live.draft, change_closing_draft: live.change };
    }
    case "end_long":
      return {
        ...base,
        day_report: report({ collectors: [group(LONG, [total(88, 100_000_000_000)]), group("b", [total(2, 2)])] }),
        closing_draft: draft({ moves: [move({ who: LONG, reason: LONG }), move({ id: 2, kind: "paid_out", amount: sum(100_000_000_000), reason: LONG, who: LONG, taken_back: { who: LONG, at: moment() } })], float: sum(100_000_000_000) }),
        closings: [summary({ closed_by: LONG, taken: [total(1, 100_000_000_000), total(3, 4_000, 0, 0, "USD")] })],
      };
    default:
      return base;
  }
}
