// Settings and shop as forms: what is changed is saved by itself, and what could not be saved stays on show.
import type { Choices, Settings, Shop, UiError } from "../generated";
import { asUiError, type Host } from "../lib/host";
import { Pause } from "../lib/wait";

/** How a form stands with the app. */
export type Saving = "quiet" | "saving" | "saved" | "failed";

/** How long "saved" is seen. */
const SAVED_MS = 2500;

/** A value that is saved by itself a moment after its last change. */
export class SavedForm<Value extends object> {
  /** What the form shows; `null` until it is here. */
  value = $state<Value | null>(null);
  saving = $state<Saving>("quiet");
  error = $state<UiError | null>(null);
  /** It could not be read at all. */
  loadError = $state<UiError | null>(null);

  readonly #read: () => Promise<Value | null>;
  readonly #write: (value: Value) => Promise<Value>;
  readonly #pause: Pause;
  #edits = 0;
  #written = 0;
  #saves: Promise<void> = Promise.resolve();
  #puts: Promise<UiError | null> = Promise.resolve(null);
  #putting = 0;
  #rounds = 0;
  #forget: ReturnType<typeof setTimeout> | undefined;

  constructor(read: () => Promise<Value | null>, write: (value: Value) => Promise<Value>, wait = 400) {
    this.#read = read;
    this.#write = write;
    this.#pause = new Pause(wait);
  }

  /** Reads it; what somebody has changed here and is not saved yet is not overwritten. */
  async load(): Promise<void> {
    const rounds = this.#rounds;
    try {
      const value = await this.#read();
      this.loadError = null;
      if (value !== null && this.#edits === this.#written && this.#rounds === rounds) this.value = value;
    } catch (error) {
      this.loadError = asUiError(error);
    }
  }

  /** Changes some of it, and saves soon. */
  change(part: Partial<Value>): void {
    if (!this.value) return;
    Object.assign(this.value, part);
    this.touch();
  }

  /** The value was changed in place: save soon. */
  touch(): void {
    this.#edits += 1;
    this.#pause.ask(() => void this.save());
  }

  /** Saves what waits, now: the window closes, or somebody pressed a button that needs it. */
  async flush(): Promise<boolean> {
    if (this.#pause.waiting) {
      this.#pause.drop();
      await this.save();
    }
    return this.saving !== "failed";
  }

  /**
   * Saves some of it at once, for what is entered in a form of its own; answers why not. What was refused is not kept
   * here either: it would stand in the way of everything that is saved after it.
   */
  put(part: Partial<Value>): Promise<UiError | null> {
    this.#putting += 1;
    // What is on its way knows nothing of this part, and must not come after it.
    const before = this.#saves;
    this.#puts = this.#puts.then(() => before).then(() => this.#put(part)).finally(() => (this.#putting -= 1));
    return this.#puts;
  }

  async #put(part: Partial<Value>): Promise<UiError | null> {
    if (!this.value) return { code: "internal", field: null };
    try {
      const inForce = await this.#write({ ...($state.snapshot(this.value) as Value), ...part });
      this.#rounds += 1;
      for (const key of Object.keys(part) as (keyof Value)[]) this.value[key] = inForce[key];
      return null;
    } catch (error) {
      return asUiError(error);
    }
  }

  /** Saves now. */
  save(): Promise<void> {
    this.#saves = this.#save();
    return this.#saves;
  }

  async #save(): Promise<void> {
    if (!this.value) return;
    this.#pause.drop();
    if (this.#putting > 0) await this.#puts;
    const edits = this.#edits;
    clearTimeout(this.#forget);
    this.saving = "saving";
    try {
      const inForce = await this.#write($state.snapshot(this.value) as Value);
      this.#written = Math.max(this.#written, edits);
      this.error = null;
      // Somebody typed on meanwhile: theirs is newer than the answer, and is saved next.
      if (this.#edits !== edits) return;
      this.value = inForce;
      this.saving = "saved";
      this.#forget = setTimeout(() => (this.saving = "quiet"), SAVED_MS);
    } catch (error) {
      if (this.#edits !== edits) return;
      this.error = asUiError(error);
      this.saving = "failed";
    }
  }
}

/** All settings. */
export function settingsForm(host: Host): SavedForm<Settings> {
  return new SavedForm<Settings>(
    () => host.call("settings"),
    (value) => host.call("save_settings", value),
  );
}

/** The shop's name, currency, zone and cut-over hour. */
export function shopForm(host: Host): SavedForm<Shop> {
  return new SavedForm<Shop>(
    async () => (await host.call("app_info")).shop,
    async (shop) => {
      const clean = { ...shop, name: shop.name.trim() };
      if (clean.name === "") throw { code: "invalid", field: "name" } satisfies UiError;
      await host.call("set_shop", clean);
      return shop;
    },
    700,
  );
}

/** A shop to begin with, by what the system says of itself. */
export function guessShop(choices: Choices, name: string): Shop {
  const zone = choices.system_zone;
  const currency = CURRENCY_OF_ZONE.find(([start]) => zone.startsWith(start))?.[1] ?? "USD";
  const offered = choices.currencies.some((one) => one.code === currency);
  return {
    name,
    currency: offered ? currency : (choices.currencies[0]?.code ?? "CNY"),
    day_rule: { zone, cutover_hour: 0 },
  };
}

const CURRENCY_OF_ZONE: readonly (readonly [string, string])[] = [
  ["Asia/Shanghai", "CNY"],
  ["Asia/Chongqing", "CNY"],
  ["Asia/Urumqi", "CNY"],
  ["Asia/Hong_Kong", "HKD"],
  ["Asia/Taipei", "TWD"],
  ["Asia/Macau", "MOP"],
  ["Asia/Singapore", "SGD"],
  ["Asia/Kolkata", "INR"],
  ["Asia/Calcutta", "INR"],
  ["Asia/Tokyo", "JPY"],
  ["Asia/Seoul", "KRW"],
  ["Asia/Bangkok", "THB"],
  ["Asia/Ho_Chi_Minh", "VND"],
  ["Asia/Kuala_Lumpur", "MYR"],
  ["Asia/Jakarta", "IDR"],
  ["Asia/Manila", "PHP"],
  ["Asia/Dhaka", "BDT"],
  ["America/Sao_Paulo", "BRL"],
  ["America/Mexico_City", "MXN"],
  ["Europe/London", "GBP"],
  ["Europe/", "EUR"],
];
