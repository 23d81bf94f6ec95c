// Putting something right about a payment: which form is open, what is in it, and by whom.
import type { Correction, PaymentDetails, PaymentView, UiError } from "../generated";
import { asUiError, type Host } from "../lib/host";
import { t } from "../lib/i18n.svelte";
import { parseMoney } from "../lib/money";
import { Newest } from "../lib/wait";
import { NO_FILTER } from "./filters.svelte";

/** What can be put right with a form of its own; news is split off where it is listed. */
export type Form = "note" | "tag" | "cash" | "collected_by" | "refunded_in_cash" | "join";

/** The forms, in the order in which they are offered. */
export const FORMS: readonly Form[] = ["note", "tag", "cash", "collected_by", "refunded_in_cash", "join"];
/** Rows that are offered for joining. */
const OFFERED = 12;

/** Corrections of the payment on show. */
export class Corrections {
  open = $state<Form | null>(null);
  text = $state("");
  amount = $state("");
  other = $state<number | null>(null);
  who = $state("");
  busy = $state(false);
  error = $state<UiError | null>(null);
  /** Rows that may be the same payment. */
  offered = $state.raw<PaymentView[] | null>(null);

  readonly #host: Host;
  readonly #done: (details: PaymentDetails) => void;
  readonly #newest = new Newest();

  constructor(host: Host, done: (details: PaymentDetails) => void) {
    this.#host = host;
    this.#done = done;
  }

  /** Another payment is on show, or none. */
  forget(): void {
    this.open = null;
    this.error = null;
    this.text = this.amount = "";
    this.other = null;
    this.offered = null;
  }

  /** Whoever named themselves last is offered. */
  async name(): Promise<void> {
    if (this.who !== "") return;
    try {
      const { people } = await this.#host.call("history_choices");
      if (this.who === "") this.who = people[0] ?? t("correct.this_pc");
    } catch {
      if (this.who === "") this.who = t("correct.this_pc");
    }
  }

  /** Opens a form, or closes it. */
  async turn(form: Form, payment: PaymentView): Promise<void> {
    const same = this.open === form;
    this.forget();
    if (same) return;
    this.open = form;
    await Promise.all([this.name(), form === "join" ? this.#offer(payment) : undefined]);
  }

  /** What the open form says; `null` where something is missing. */
  wanted(payment: PaymentView): Correction | null {
    const text = this.text.trim();
    switch (this.open) {
      case "note":
        return text === "" ? null : { what: "note", text };
      case "tag":
        return text === "" ? null : { what: "tag", tag: text };
      case "collected_by":
        return text === "" ? null : { what: "collected_by", name: text };
      case "cash":
        return { what: "cash" };
      case "refunded_in_cash": {
        const amount = payment.amount && parseMoney(this.amount, payment.amount.currency);
        return amount && amount.minor > 0 ? { what: "refunded_in_cash", amount } : null;
      }
      case "join":
        return this.other === null ? null : { what: "join", other: this.other };
      default:
        return null;
    }
  }

  /** Writes down what the open form says. */
  async send(payment: PaymentView): Promise<void> {
    const what = this.wanted(payment);
    if (what && (await this.put(payment.line, what))) this.forget();
  }

  /** Writes something down; whether that was done. */
  async put(line: number, what: Correction): Promise<boolean> {
    await this.name();
    return this.#ask(() => this.#host.call("correct", { line, what, who: this.who }));
  }

  /** Takes something back. */
  async undo(correction: number, line: number): Promise<boolean> {
    await this.name();
    return this.#ask(() => this.#host.call("undo_correction", { correction, line, who: this.who }));
  }

  async #ask(work: () => Promise<PaymentDetails>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    try {
      const details = await work();
      this.error = null;
      this.#done(details);
      return true;
    } catch (error) {
      this.error = asUiError(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** Rows of the same day and kind: those with the same amount first, then the neighbours. */
  async #offer(payment: PaymentView): Promise<void> {
    const current = this.#newest.next();
    const { day, kind, amount, line } = payment;
    const ask = { from: day, to: day, search: null, before: null, after: null, limit: OFFERED };
    const filter = { ...NO_FILTER, kind };
    try {
      const pages = await Promise.all([
        amount ? this.#host.call("history_page", { ...ask, filter: { ...filter, least: amount, most: amount } }) : null,
        this.#host.call("history_page", { ...ask, filter, before: line + 6 }),
      ]);
      if (!current()) return;
      const rows = new Map(pages.flatMap((page) => page?.rows ?? []).map((row) => [row.line, row]));
      rows.delete(line);
      this.offered = [...rows.values()].filter((row) => row.test === payment.test).slice(0, OFFERED);
    } catch (error) {
      if (current()) this.error = asUiError(error);
    }
  }
}
