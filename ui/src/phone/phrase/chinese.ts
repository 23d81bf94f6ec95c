// Mandarin as in mainland China: 十二元五角 and not 十二点五元, so that a syllable lost in noise makes no other amount.
import type { Kind, Money, Trust } from "../../generated";
import { digits, div, join, parts, spelled, type Clock } from "./numbers";
import type { SaidGroup, Wording } from "./wording";

const DIGITS = [..."零一二三四五六七八九"];
const YI = 100_000_000;
const WAN = 10_000;

/** Tenths and hundredths (角, 分), or a number of small units (五十美分). */
type Minor = readonly [tenth: string, hundredth: string] | string;

const JIAO: Minor = ["角", "分"];
const UNITS: Readonly<Record<string, readonly [whole: string, minor: Minor, prefix?: string]>> = {
  TWD: ["元", JIAO, "新台币"],
  CNY: ["元", JIAO],
  HKD: ["港元", JIAO],
  MOP: ["澳门元", JIAO],
  SGD: ["新加坡元", JIAO],
  USD: ["美元", "美分"],
  CAD: ["加元", "加分"],
  AUD: ["澳元", "澳分"],
  EUR: ["欧元", "欧分"],
  GBP: ["英镑", "便士"],
  JPY: ["日元", ""],
  KRW: ["韩元", ""],
  VND: ["越南盾", ""],
  CLP: ["智利比索", ""],
  THB: ["泰铢", "萨当"],
  MYR: ["林吉特", "仙"],
  IDR: ["印尼盾", "仙"],
  PHP: ["菲律宾比索", "分"],
  INR: ["卢比", "派士"],
  BRL: ["雷亚尔", "分"],
  MXN: ["墨西哥比索", "分"],
  BDT: ["塔卡", "波伊沙"],
  KES: ["肯尼亚先令", "分"],
  ETB: ["比尔", "分"],
  KWD: ["科威特第纳尔", "费尔"],
  BHD: ["巴林第纳尔", "费尔"],
};

const PLATFORMS: Readonly<Record<string, string>> = {
  wechat: "微信",
  wechat_work: "企业微信",
  alipay: "支付宝",
  unionpay: "云闪付",
  ecny: "数字人民币",
  meituan: "美团",
  aggregator_cn: "聚合码",
  bank_cn: "银行",
  bank_in: "银行",
  bank_th: "银行",
  bank_vn: "银行",
};

function digit(n: number): string {
  return DIGITS[n] ?? "";
}

/** A number below ten thousand, after what was said before it. */
function section(n: number, before: string): string {
  let text = before;
  let [skipped, begun] = [false, false];
  for (const [unit, name] of [[1000, "千"], [100, "百"], [10, "十"], [1, ""]] as const) {
    const one = div(n, unit) % 10;
    if (one === 0) {
      skipped = begun;
      continue;
    }
    if (skipped) text += "零";
    text += (one === 2 && text === "" && unit >= 100 ? "两" : digit(one)) + name;
    [skipped, begun] = [false, true];
  }
  return text;
}

function written(n: number, before: string): string {
  for (const [unit, name] of [[YI, "亿"], [WAN, "万"]] as const) {
    if (n < unit) continue;
    const [high, rest] = [div(n, unit), n % unit];
    const text = (high === 2 && before === "" ? "两" : written(high, before)) + name;
    if (rest === 0) return text;
    return written(rest, rest < unit / 10 ? `${text}零` : text);
  }
  return section(n, before);
}

/** A whole number, as it is counted: 十二 at the head, but 一百一十二 inside. */
function cardinal(n: number): string {
  return n === 0 ? "零" : written(n, "").replace(/^一十/, "十");
}

/** Before a measure word two is 两. */
function counted(n: number): string {
  return n === 2 ? "两" : cardinal(n);
}

/** In an ordinal two is always 二. */
function ordinal(n: number): string {
  return cardinal(n).replaceAll("两", "二");
}

function small(minor: number, unit: Minor, afterWhole: boolean): string {
  if (minor === 0) return "";
  if (typeof unit === "string") return counted(minor) + unit;
  const [tenths, hundredths] = [div(minor, 10), minor % 10];
  const head = tenths > 0 ? counted(tenths) + unit[0] : afterWhole ? "零" : "";
  return head + (hundredths > 0 ? counted(hundredths) + unit[1] : "");
}

function amount(money: Money): string {
  const { whole, minor, places } = parts(money);
  const unit = UNITS[money.currency];
  if (unit === undefined) {
    const fraction = digits(minor, places, digit).join("");
    return `${cardinal(whole)}${fraction === "" ? "" : `点${fraction}`} ${spelled(money)}`;
  }
  const [name, minorUnit, prefix = ""] = unit;
  const head = whole > 0 || minor === 0 ? counted(whole) + name : "";
  return prefix + head + small(minor, minorUnit, whole > 0);
}

function clock({ hour, minute }: Clock): string {
  const head = `${counted(hour)}点`;
  return minute === 0 ? `${head}整` : `${head}${minute < 10 ? "零" : ""}${cardinal(minute)}分`;
}

function from(since: Clock | null, then = ""): string {
  return since === null ? "" : `从${clock(since)}起${then}`;
}

function what(kind: Kind, trust: Trust): string {
  if (kind === "refund") return "退款";
  return trust === "confirmed" ? "到账" : "收款";
}

function group({ kind, trust, test, count, total }: SaidGroup): string {
  const head = test ? "测试" : (trust === "reported" ? "手机通知" : "") + what(kind, trust);
  const text = `${head}${counted(count)}笔`;
  if (typeof total === "string") return `${text}，共${total}`;
  return test || total === undefined ? text : `${text}，金额未知`;
}

/** Mandarin. */
export const mandarin: Wording = {
  amount,
  about: (amount) => `约${amount}`,
  over: (amount) => `${amount}以上`,
  platform: (name) => PLATFORMS[name] ?? null,
  payment: (said) =>
    join("，", [
      said.test ? "测试" : said.trust === "reported" ? "手机通知" : null,
      (said.platform ?? "") + what(said.kind, said.trust),
      said.number === null ? null : `第${ordinal(said.number)}笔`,
      said.amount === null ? "金额未知" : (said.amount ?? null),
    ]),
  sum: (why, since, groups) =>
    `${why === "burst" ? "连续多笔" : join("，", ["补报之前的款项", from(since)])}：${groups.map(group).join("；")}`,
  stopped: (since) => `注意，${from(since, "，")}听不到收款消息，请查看电脑`,
  cutOff: (since) => `注意，${from(since, "，")}这部手机连不上收银台`,
  removed: "注意，这部手机已被停用，听不到收款消息",
  back: (since) => `收款消息恢复了${since === null ? "" : `，中断从${clock(since)}开始`}`,
  check: "这是声音检查，听得清这句话，就能听到收款播报",
};
