// What the clerk shows to the customer: an amount, or what was bought line by line; taken back here, changed into what
// comes back of the cash, and gone once it was paid. Sums are the app's.
import type { Money, OrderItem, ShownAmount, UiError } from "../generated";
import { asUiError, type Host } from "../lib/host";
import { parseMoney } from "../lib/money";

/** What is typed of the next line. */
interface Typed {
  name: string;
  quantity: string;
  price: string;
}

const NOTHING: Readonly<Typed> = { name: "", quantity: "1", price: "" };

/** An amount for the customer. */
export class Ask {
  /** What stands on the displays now. */
  shown = $state.raw<ShownAmount | null>(null);
  typed = $state("");
  wrong = $state(false);
  error = $state<UiError | null>(null);
  /** What was bought is listed, line by line. */
  listing = $state(false);
  line = $state<Typed>({ ...NOTHING });
  /** The field of the next line that cannot be read. */
  wrongField = $state<keyof Typed | null>(null);
  /** The cash that the customer gives. */
  given = $state("");
  /** Why nothing comes back of it. */
  wrongCash = $state<"too_little" | "unreadable" | null>(null);

  readonly #host: Host;
  #told = false;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Listens first, then asks. */
  async start(): Promise<void> {
    await this.#host.listen("shown_amount", (shown) => {
      this.#told = true;
      this.#stands(shown);
    });
    try {
      const shown = await this.#host.call("shown_amount");
      if (!this.#told) this.#stands(shown);
    } catch {
      // Nothing is shown here; what stands on the displays goes away by itself.
    }
  }

  /** What was bought, as the customer sees it; nothing once the change is told. */
  get items(): readonly OrderItem[] {
    return this.shown !== null && this.shown.change === null ? this.shown.items : [];
  }

  #stands(shown: ShownAmount | null): void {
    if (shown === null || shown.change !== null) {
      this.given = "";
      this.wrongCash = null;
    }
    if (shown !== null && shown.items.length > 0) this.listing = true;
    this.shown = shown;
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

  /** Puts the line that was typed below the others, for the customer as well. */
  async add(currency: string): Promise<boolean> {
    const name = this.line.name.trim();
    const quantity = /^\d{1,4}$/.test(this.line.quantity.normalize("NFKC").trim()) ? Number(this.line.quantity.normalize("NFKC")) : 0;
    const each = parseMoney(this.line.price, currency);
    this.wrongField = name === "" ? "name" : quantity === 0 ? "quantity" : each === null ? "price" : null;
    if (each === null || this.wrongField !== null) return false;
    const done = await this.#order([...this.items, { name, quantity, each }]);
    if (done) this.line = { ...NOTHING };
    return done;
  }

  /** Takes a line away. */
  async remove(at: number): Promise<void> {
    const rest = this.items.filter((_, one) => one !== at);
    if (rest.length === 0) await this.#send(null);
    else await this.#order(rest);
  }

  /** The customer gives cash: what comes back of it is shown. */
  async cash(currency: string): Promise<void> {
    const given = parseMoney(this.given, currency);
    this.wrongCash = given === null ? "unreadable" : null;
    if (given === null) return;
    try {
      this.#stands(await this.#host.call("take_cash", given));
      this.error = null;
    } catch (thrown) {
      const error = asUiError(thrown);
      if (error.field === "too_little") this.wrongCash = "too_little";
      else this.error = error;
    }
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
    return this.#ask(async () => {
      await this.#host.call("show_amount", money);
      this.#stands(money && { items: [], amount: money, change: null });
    });
  }

  /** The app says what stands there then, with its sum. */
  async #order(items: OrderItem[]): Promise<boolean> {
    return this.#ask(async () => this.#stands(await this.#host.call("show_order", items)));
  }

  async #ask(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.error = null;
      return true;
    } catch (error) {
      this.error = asUiError(error);
      return false;
    }
  }
}
