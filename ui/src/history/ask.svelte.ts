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
  /** What was listed until the app let it go: paid by somebody, or too old. The clerk says what becomes of it. */
  left = $state.raw<readonly OrderItem[]>([]);
  /** A line was to be added before that was said. */
  undecided = $state(false);
  /** An answer is on its way. One thing is asked at a time. */
  busy = $state(false);

  readonly #host: Host;
  /** So often the app told by itself what stands. */
  #told = 0;
  /** The clerk takes it away: nothing of it is left over. */
  #clearing = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(host: Host) {
    this.#host = host;
  }

  /** Listens first, then asks. */
  async start(): Promise<void> {
    await this.#host.listen("shown_amount", (shown) => {
      this.#told += 1;
      if (shown === null && !this.#clearing && this.items.length > 0) {
        this.left = this.items;
        this.listing = true;
      }
      this.#stands(shown);
    });
    try {
      await this.#answered(() => this.#host.call("shown_amount"));
    } catch {
      // Nothing is shown here; what stands on the displays goes away by itself.
    }
  }

  /** What was bought, as the customer sees it; nothing once the change is told. */
  get items(): readonly OrderItem[] {
    return this.shown !== null && this.shown.change === null ? this.shown.items : [];
  }

  /** Takes an answer over, unless the app told what stands meanwhile: that is as new, or newer. */
  async #answered(work: () => Promise<ShownAmount | null>): Promise<void> {
    const told = this.#told;
    const shown = await work();
    if (this.#told === told) this.#stands(shown);
  }

  #stands(shown: ShownAmount | null): void {
    if (shown === null || shown.change !== null) {
      this.given = "";
      this.wrongCash = null;
    }
    if (shown !== null) this.done();
    if (shown !== null && shown.items.length > 0) this.listing = true;
    this.shown = shown;
  }

  /** What was listed and is no longer shown is done with: it was paid. */
  done(): void {
    this.left = [];
    this.undecided = false;
  }

  /** It was not: the customer is shown it again. */
  async putBack(): Promise<void> {
    await this.#order([...this.left]);
  }

  /** Somebody types: what was wrong is not said while they mend it. */
  type(text: string): void {
    this.typed = text;
    this.wrong = false;
  }

  /** Shows what was typed. */
  async show(currency: string): Promise<void> {
    const typed = this.typed;
    const money = parseMoney(typed, currency);
    this.wrong = money === null || money.minor === 0;
    if (money === null || this.wrong) return;
    if ((await this.#send(money)) && this.typed === typed) this.typed = "";
  }

  /** Puts the line that was typed below the others, for the customer as well. */
  async add(currency: string): Promise<boolean> {
    const typed = { ...this.line };
    const name = typed.name.trim();
    const quantity = /^\d{1,4}$/.test(typed.quantity.normalize("NFKC").trim()) ? Number(typed.quantity.normalize("NFKC")) : 0;
    const each = parseMoney(typed.price, currency);
    this.wrongField = name === "" ? "name" : quantity === 0 ? "quantity" : each === null ? "price" : null;
    if (each === null || this.wrongField !== null) return false;
    this.undecided = this.left.length > 0;
    if (this.undecided) return false;
    const done = await this.#order([...this.items, { name, quantity, each }]);
    if (done) this.#forget(typed);
    return done;
  }

  /** What was typed since is of the next line. */
  #forget(typed: Typed): void {
    for (const field of ["name", "quantity", "price"] as const) {
      if (this.line[field] === typed[field]) this.line[field] = NOTHING[field];
    }
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
    await this.#ask(() => this.#answered(() => this.#host.call("take_cash", given)));
    if (this.error?.field !== "too_little") return;
    this.error = null;
    this.wrongCash = "too_little";
  }

  /** Takes it away. */
  async clear(): Promise<void> {
    this.typed = "";
    this.wrong = false;
    // What is on its way would come back after it.
    await this.#running;
    if (this.shown !== null) await this.#send(null);
  }

  /** First what is typed goes, then what the customer is shown. */
  async escape(): Promise<void> {
    if (this.typed === "") return this.clear();
    this.type("");
  }

  async #send(money: Money | null): Promise<boolean> {
    return this.#ask(() =>
      this.#answered(async () => {
        this.#clearing = money === null;
        await this.#host.call("show_amount", money);
        return money && { items: [], amount: money, change: null };
      }),
    );
  }

  /** The app says what stands there then, with its sum. */
  async #order(items: OrderItem[]): Promise<boolean> {
    return this.#ask(() => this.#answered(() => this.#host.call("show_order", items)));
  }

  #ask(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return Promise.resolve(false);
    this.busy = true;
    const running = this.#asked(work);
    this.#running = running;
    return running;
  }

  async #asked(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.error = null;
      return true;
    } catch (error) {
      this.error = asUiError(error);
      return false;
    } finally {
      this.busy = false;
      this.#clearing = false;
    }
  }
}
