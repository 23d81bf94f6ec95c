// What the book's list is filtered by, beside days and search: one choice of each kind, all of which must hold.
import type { Filter, HistoryChoices, LineState, UiError } from "../generated";
import { asUiError, type Host } from "../lib/host";
import { parseMoney } from "../lib/money";

/** Every payment fits. */
export const NO_FILTER: Filter = {
  platforms: [],
  collectors: [],
  terminals: [],
  trust: null,
  kind: null,
  state: null,
  tags: [],
  least: null,
  most: null,
};

/** What can be special about a payment, in the order in which it is offered. */
export const STATES: readonly LineState[] = ["corrected", "not_spoken", "spoken_late", "without_amount", "gone", "test"];

/** The fields of the filter as they are filled in; empty: any. */
export interface Fields {
  platform: string;
  collector: string;
  terminal: string;
  trust: "" | "confirmed" | "reported";
  kind: "" | "payment" | "refund";
  state: "" | LineState;
  tag: string;
  least: string;
  most: string;
}

const EMPTY: Fields = { platform: "", collector: "", terminal: "", trust: "", kind: "", state: "", tag: "", least: "", most: "" };

/** The book's filters. */
export class Filters {
  /** They are on show. */
  open = $state(false);
  fields = $state<Fields>({ ...EMPTY });
  /** What there is to choose from; nothing until it was asked. */
  choices = $state.raw<HistoryChoices | null>(null);
  error = $state<UiError | null>(null);
  /** The shop's currency, in which amounts are meant. */
  currency = $state("CNY");

  /** A field that cannot be read. */
  wrong = $derived({
    least: this.fields.least.trim() !== "" && parseMoney(this.fields.least, this.currency) === null,
    most: this.fields.most.trim() !== "" && parseMoney(this.fields.most, this.currency) === null,
  });
  /** The list is bounded by so many fields; one that cannot be read bounds nothing. */
  count = $derived(Object.values(this.fields).filter((value) => value.trim() !== "").length - Number(this.wrong.least) - Number(this.wrong.most));

  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** The filter as the app is asked it. What cannot be read is not asked. */
  get wanted(): Filter {
    const { platform, collector, terminal, trust, kind, state, tag, least, most } = this.fields;
    const one = (value: string) => (value === "" ? [] : [value]);
    const amounts = [parseMoney(least, this.currency), parseMoney(most, this.currency)] as const;
    // Amounts the wrong way round mean the same.
    const turned = amounts[0] !== null && amounts[1] !== null && amounts[0].minor > amounts[1].minor;
    return {
      platforms: one(platform),
      collectors: one(collector),
      terminals: one(terminal),
      trust: trust || null,
      kind: kind || null,
      state: state || null,
      tags: one(tag),
      least: turned ? amounts[1] : amounts[0],
      most: turned ? amounts[0] : amounts[1],
    };
  }

  /** What there is to choose from, now. */
  async load(): Promise<void> {
    try {
      this.choices = await this.#host.call("history_choices");
      this.error = null;
    } catch (error) {
      this.error = asUiError(error);
    }
  }

  /** Every payment fits again. */
  clear(): void {
    this.fields = { ...EMPTY };
  }
}
