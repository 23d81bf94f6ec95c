// English. Rupees are counted in lakh and crore, as in India; everything else in thousands and millions.
import type { Kind, Money } from "../../generated";
import { digits, div, join, parts, spelled, type Clock } from "./numbers";
import type { SaidGroup, Wording } from "./wording";

const SMALL = (
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen " +
  "eighteen nineteen"
).split(" ");
const TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

type Scales = readonly (readonly [unit: number, name: string])[];

const THOUSANDS: Scales = [
  [1e15, "quadrillion"],
  [1e12, "trillion"],
  [1e9, "billion"],
  [1e6, "million"],
  [1e3, "thousand"],
];
const LAKHS: Scales = [
  [1e7, "crore"],
  [1e5, "lakh"],
  [1e3, "thousand"],
];

/** A unit of currency: one, many. */
type Noun = readonly [one: string, many: string];
const CENTS: Noun = ["cent", "cents"];
const CENTAVOS: Noun = ["centavo", "centavos"];

/** `X` and `Xs`. */
function plural(one: string): Noun {
  return [one, `${one}s`];
}

/** One form for one and for many. */
function same(word: string): Noun {
  return [word, word];
}

const UNITS: Readonly<Record<string, readonly [whole: Noun, minor: Noun | null]>> = {
  CNY: [same("yuan"), same("fen")],
  USD: [plural("dollar"), CENTS],
  EUR: [plural("euro"), CENTS],
  GBP: [plural("pound"), ["penny", "pence"]],
  HKD: [plural("Hong Kong dollar"), CENTS],
  TWD: [plural("Taiwan dollar"), CENTS],
  SGD: [plural("Singapore dollar"), CENTS],
  AUD: [plural("Australian dollar"), CENTS],
  CAD: [plural("Canadian dollar"), CENTS],
  NZD: [plural("New Zealand dollar"), CENTS],
  MOP: [plural("pataca"), plural("avo")],
  BRL: [["real", "reais"], CENTAVOS],
  MXN: [plural("Mexican peso"), CENTAVOS],
  PHP: [plural("Philippine peso"), CENTAVOS],
  INR: [plural("rupee"), ["paisa", "paise"]],
  BDT: [same("taka"), same("poisha")],
  THB: [same("baht"), same("satang")],
  MYR: [same("ringgit"), same("sen")],
  IDR: [same("rupiah"), same("sen")],
  KES: [plural("Kenyan shilling"), CENTS],
  TZS: [plural("Tanzanian shilling"), CENTS],
  ETB: [same("birr"), same("santim")],
  KWD: [plural("Kuwaiti dinar"), same("fils")],
  BHD: [plural("Bahraini dinar"), same("fils")],
  OMR: [plural("Omani rial"), same("baisa")],
  TND: [plural("Tunisian dinar"), plural("millime")],
  JPY: [same("yen"), null],
  KRW: [same("won"), null],
  VND: [same("dong"), null],
  CLP: [plural("Chilean peso"), null],
};

const PLATFORMS: Readonly<Record<string, string>> = {
  bank_cn: "bank",
  bank_in: "bank",
  bank_th: "bank",
  bank_vn: "bank",
  ecny: "digital yuan",
  aggregator_cn: "collection service",
};

function belowThousand(n: number): string {
  const [hundreds, rest] = [div(n, 100), n % 100];
  const ten = TENS[div(rest, 10)] ?? "";
  const tail = rest < 20 ? (SMALL[rest] ?? "") : rest % 10 === 0 ? ten : `${ten}-${SMALL[rest % 10] ?? ""}`;
  if (hundreds === 0) return tail;
  return rest === 0 ? `${SMALL[hundreds] ?? ""} hundred` : `${SMALL[hundreds] ?? ""} hundred ${tail}`;
}

/** A whole number: `one thousand two hundred thirty-four`. */
function cardinal(n: number, scales: Scales = THOUSANDS): string {
  for (const [unit, name] of scales) {
    if (n < unit) continue;
    const head = `${cardinal(div(n, unit), scales)} ${name}`;
    return n % unit === 0 ? head : `${head} ${cardinal(n % unit, scales)}`;
  }
  return belowThousand(n);
}

function amount(money: Money): string {
  const { whole, minor, places } = parts(money);
  const number = (n: number) => cardinal(n, money.currency === "INR" ? LAKHS : THOUSANDS);
  const count = (n: number, [one, many]: Noun) => `${number(n)} ${n === 1 ? one : many}`;
  const unit = UNITS[money.currency];
  if (unit === undefined) {
    const fraction = places === 0 ? null : `point ${digits(minor, places, number).join(" ")}`;
    return join(" ", [number(whole), fraction, spelled(money)]);
  }
  const [big, small] = unit;
  if (small === null || minor === 0) return count(whole, big);
  return whole === 0 ? count(minor, small) : `${count(whole, big)} and ${count(minor, small)}`;
}

function clock({ hour, minute }: Clock): string {
  const half = hour < 12 ? "a m" : "p m";
  const head = cardinal(hour % 12 === 0 ? 12 : hour % 12);
  if (minute === 0) return `${head} ${half}`;
  return `${head} ${minute < 10 ? "oh " : ""}${cardinal(minute)} ${half}`;
}

function from(since: Clock | null): string {
  return since === null ? "" : ` since ${clock(since)}`;
}

function what(kind: Kind, test: boolean, count: number): string {
  const noun = test ? "test payment" : kind === "refund" ? "refund" : "payment";
  return count === 1 ? noun : `${noun}s`;
}

function group({ kind, trust, test, count, total }: SaidGroup): string {
  const reported = trust === "reported" && !test ? "reported by the phone, " : "";
  const text = `${reported}${cardinal(count)} ${what(kind, test, count)}`;
  if (typeof total === "string") return `${text}, together ${total}`;
  return test || total === undefined ? text : `${text}, amount not given`;
}

/** English. */
export const english: Wording = {
  amount,
  about: (amount) => `about ${amount}`,
  over: (amount) => `more than ${amount}`,
  platform: (name) => PLATFORMS[name] ?? null,
  payment: ({ kind, trust, test, platform, number, amount }) => {
    const noun = kind === "payment" && trust === "confirmed" && !test ? "payment received" : what(kind, test, 1);
    const reported = trust === "reported" && !test ? "the phone reports a" : null;
    return join(", ", [
      join(" ", [reported, test ? null : platform, noun]),
      number === null ? null : `number ${cardinal(number)}`,
      amount === null ? "amount not given" : (amount ?? null),
    ]);
  },
  sum: (why, since, groups) => {
    const head = why === "burst" ? "several payments" : join(", ", ["from earlier", from(since).trim()]);
    return `${head}: ${groups.map(group).join("; ")}`;
  },
  stopped: (since) => `attention, payments are not heard${from(since)}, please look at the computer`,
  cutOff: (since) => `attention, this phone has not heard the till${from(since)}`,
  removed: "attention, this phone is not linked to the till any more",
  back: (since) => `payments are heard again${since === null ? "" : `, after a gap${from(since)}`}`,
  check: "this is the sound check: when you hear this sentence, you will hear payments",
};
