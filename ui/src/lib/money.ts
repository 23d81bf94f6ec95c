// Amounts in forms: exact text to minor units and back. Amounts on show come as text from the app.
import type { Money } from "../generated";

/** The largest amount in minor units, as in the app: whole numbers stay exact below it. */
const MAX_MINOR = 1_000_000_000_000_000;

const NO_DECIMALS = new Set(
  "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" "),
);
const THREE_DECIMALS = new Set("BHD IQD JOD KWD LYD OMR TND".split(" "));

/** How many decimals a currency has. */
export function decimals(currency: string): number {
  if (NO_DECIMALS.has(currency)) return 0;
  return THREE_DECIMALS.has(currency) ? 3 : 2;
}

/**
 * Reads what a person typed: digits, at most one point, at most the currency's decimals. Full-width digits and
 * points, as Chinese input gives them, are read too. `null` for anything else. No float comes near it.
 */
export function parseMoney(typed: string, currency: string): Money | null {
  const text = typed.normalize("NFKC").trim().replace("。", ".");
  const match = /^(\d{1,15})(?:\.(\d*))?$/.exec(text);
  if (!match) return null;
  const [, whole = "", fraction = ""] = match;
  const places = decimals(currency);
  const kept = fraction.slice(0, places);
  if (/[^0]/.test(fraction.slice(places))) return null;
  const minor = BigInt(whole + kept.padEnd(places, "0"));
  return minor <= BigInt(MAX_MINOR) ? { minor: Number(minor), currency } : null;
}

/** An amount as the text that a field shows: `12.50`. */
export function moneyField(money: Money): string {
  const places = decimals(money.currency);
  const digits = String(Math.abs(money.minor)).padStart(places + 1, "0");
  const sign = money.minor < 0 ? "-" : "";
  const whole = digits.slice(0, digits.length - places);
  return places === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-places)}`;
}

/** Signs as the app writes them: what a browser knows is another one for some, and the same one for several. */
const SIGNS: ReadonlyMap<string, string> = new Map([
  ["CNY", "¥"],
  ["JPY", "¥"],
  ["USD", "$"],
  ["EUR", "€"],
  ["GBP", "£"],
  ["BRL", "R$"],
  ["INR", "₹"],
  ["HKD", "HK$"],
  ["TWD", "NT$"],
  ["MOP", "MOP$"],
  ["SGD", "S$"],
  ["MXN", "MX$"],
  ["KRW", "₩"],
  ["VND", "₫"],
  ["THB", "฿"],
  ["MYR", "RM"],
  ["IDR", "Rp"],
  ["PHP", "₱"],
  ["BDT", "৳"],
]);

/** A currency's own sign, `¥`; the code where there is none. */
export function currencySign(currency: string): string {
  return SIGNS.get(currency) ?? currency;
}

/** An amount for people, for what comes without its text: `¥1,234.50`, and with a true minus `−¥1,234.50`. */
export function moneyText(money: Money): string {
  const [whole = "", fraction] = moneyField({ ...money, minor: Math.abs(money.minor) }).split(".");
  const grouped = whole.replace(/(\d)(?=(\d{3})+$)/g, "$1,");
  return (money.minor < 0 ? "−" : "") + currencySign(money.currency) + grouped + (fraction === undefined ? "" : `.${fraction}`);
}
