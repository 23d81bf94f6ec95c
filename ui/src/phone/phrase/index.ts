// What the phone says, in its own language: the till's sentences, made of what this phone is told.
import type { Language, Money } from "../../generated";
import { mandarin } from "./chinese";
import { english } from "./english";
import type { Wording } from "./wording";

export type { Clock } from "./numbers";
export type { Said, SaidGroup, Why, Wording } from "./wording";

const WORDINGS: Readonly<Record<Language, Wording>> = { en: english, "zh-CN": mandarin };

/** Brands that are said the same way in every language that does not write them in letters of its own. */
const BRANDS: Readonly<Record<string, string>> = {
  wechat: "WeChat",
  wechat_work: "WeCom",
  alipay: "Alipay",
  unionpay: "UnionPay",
  stripe: "Stripe",
  paypal: "PayPal",
  venmo: "Venmo",
  meituan: "Meituan",
  pix: "Pix",
  nubank: "Nubank",
  picpay: "PicPay",
  upi: "U P I",
  paytm: "Paytm",
  phonepe: "PhonePe",
  gpay_in: "Google Pay",
  bharatpe: "BharatPe",
  bkash: "bKash",
  nagad: "Nagad",
  qris: "Q R I S",
  gopay: "GoPay",
  dana: "Dana",
  mpesa: "M-Pesa",
  telebirr: "telebirr",
};

/** The words of a language. */
export function wording(language: Language): Wording {
  return WORDINGS[language];
}

/** A platform's name as it is said; `null` where there is none. */
export function saidPlatform(language: Language, name: string): string | null {
  return wording(language).platform(name) ?? BRANDS[name] ?? null;
}

/** An amount in words. */
export function amountWords(language: Language, money: Money): string {
  return wording(language).amount(money);
}
