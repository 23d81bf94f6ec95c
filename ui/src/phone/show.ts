// What is shown of a payment, in the page's words.
import { t } from "../lib/i18n.svelte";
import { moneyText } from "../lib/money";
import type { TerminalTotals, ToldAmount, ToldItem } from "./wire";

/** An amount in parts: how it is to be read, the amount itself. */
export interface AmountShown {
  before: string;
  /** Empty: there is none to show. */
  text: string;
  after: string;
}

/** The amount as far as it is told; a refund's with a true minus. */
export function amountShown(item: Pick<ToldItem, "amount" | "kind">): AmountShown {
  const { amount, kind } = item;
  const sign = kind === "refund" ? "−" : "";
  switch (amount.kind) {
    case "exact":
      return { before: "", text: sign + moneyText(amount.money), after: "" };
    case "about":
      return within("phone.about", sign + moneyText(amount.money));
    case "over":
      return within("phone.over", sign + moneyText(amount.limit));
    case "withheld":
    case "not_given":
      return { before: noAmount(amount), text: "", after: "" };
  }
}

/** The words before and after an amount: which of them there are differs between languages. */
function within(key: "phone.about" | "phone.over", text: string): AmountShown {
  const [before = "", after = ""] = t(key, { amount: "\n" }).split("\n");
  return { before: before.trim(), text, after: after.trim() };
}

function noAmount(amount: ToldAmount): string {
  return amount.kind === "withheld" ? t("phone.withheld") : t("payment.not_given");
}

/** The same in one line. */
export function amountLine(item: Pick<ToldItem, "amount" | "kind">): string {
  const { before, text, after } = amountShown(item);
  return [before, text, after].filter((one) => one !== "").join(" ");
}

/** What came in less what went back, a text for each currency; empty where sums are not told. */
export function totalTexts({ received, refunded }: TerminalTotals): string[] {
  if (received === undefined) return [];
  const sums = new Map(received.map(({ currency, minor }) => [currency, minor]));
  for (const { currency, minor } of refunded ?? []) sums.set(currency, (sums.get(currency) ?? 0) - minor);
  return [...sums].map(([currency, minor]) => (minor < 0 ? "−" : "") + moneyText({ currency, minor: Math.abs(minor) }));
}
