// The amount that the clerk shows to the customer: typed here, taken back here, and gone once it was paid.
import type { Money, UiError } from "../generated";
import { asUiError, type Host } from "../lib/host";
import { parseMoney } from "../lib/money";

/** An amount for the customer. */
export class Ask {
  /** What stands on the displays now. */
  shown = $state.raw<Money | null>(null);
  typed = $state("");
  wrong = $state(false);
  error = $state<UiError | null>(null);

  readonly #host: Host;
  #told = false;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Listens first, then asks. */
  async start(): Promise<void> {
    await this.#host.listen("shown_amount", (shown) => {
      this.#told = true;
      this.shown = shown;
    });
    try {
      const shown = await this.#host.call("shown_amount");
      if (!this.#told) this.shown = shown;
    } catch {
      // Nothing is shown here; what stands on the displays goes away by itself.
    }
  }

  /** Somebody types: what was wrong is not said while they mend it. */
  type(text: string): void {
    this.typed = text;
    this.wrong = false;
  }

  /** Shows what was typed. */
  async show(currency: string): Promise<void> {
    const money = parseMoney(this.typed, currency);
    this.wrong = money === null || money.minor === 0;
    if (money === null || this.wrong) return;
    if (await this.#send(money)) this.typed = "";
  }

  /** Takes it away. */
  async clear(): Promise<void> {
    this.typed = "";
    this.wrong = false;
    if (this.shown !== null) await this.#send(null);
  }

  /** First what is typed goes, then what the customer is shown. */
  async escape(): Promise<void> {
    if (this.typed === "") return this.clear();
    this.type("");
  }

  async #send(money: Money | null): Promise<boolean> {
    try {
      await this.#host.call("show_amount", money);
      this.shown = money;
      this.error = null;
      return true;
    } catch (error) {
      this.error = asUiError(error);
      return false;
    }
  }
}
