// What is typed into the closing that is being made: sent as it is typed, one after the other, and kept where it cannot be sent.
import type { ClosingDraft, DraftStep, UiError } from "../../generated";
import { asUiError, type Host } from "../../lib/host";
import { Pause } from "../../lib/wait";

/** What settles a count: while a field cannot be read, the app would take the number that stood there before. */
const SETTLES: readonly string[] = ["close", "hand_in"];

/** The closing that is being made. */
export class Drafting {
  draft = $state.raw<ClosingDraft | null>(null);
  /** It could not be read. */
  error = $state<UiError | null>(null);
  /** Who is at the till: stands with everything that is done to the drawer. */
  who = $state("");
  /** What stands in the fields, where that is not what the app has. */
  typed = $state<Record<string, string>>({});
  /** Fields in which something stands that cannot be. */
  wrong = $state<Record<string, boolean>>({});
  /** What is under way, by name. */
  doing = $state<string | null>(null);
  /** What was not done, and why. */
  refused = $state.raw<{ what: string; error: UiError } | null>(null);
  /** Fields that cannot be read, by name. */
  unread = $derived(Object.keys(this.wrong).filter((field) => this.wrong[field] === true));
  /** So often somebody was sent back to a field that cannot be read. */
  sentBack = $state(0);

  readonly #host: Host;
  readonly #steps = new Map<string, DraftStep>();
  readonly #typing = new Pause(250);
  #sending: Promise<boolean> = Promise.resolve(true);

  constructor(host: Host) {
    this.#host = host;
  }

  /** Reads it again; what is being typed stays. */
  async load(): Promise<void> {
    try {
      const draft = await this.#host.call("closing_draft", null);
      this.take(draft);
      this.error = null;
    } catch (error) {
      this.error = asUiError(error);
    }
  }

  /** A newer view of it. One that begins anew has nothing of what was typed into the last. */
  take(draft: ClosingDraft): void {
    const before = this.draft;
    if (before && (before.number !== draft.number || before.day !== draft.day)) this.forget();
    this.draft = draft;
    // A field that is not on show any more could not be put right.
    for (const field of this.unread) if (!onShow(field, draft)) this.#drop(field);
  }

  /** What stands in a field. */
  text(field: string, kept: string): string {
    return this.typed[field] ?? kept;
  }

  /** Somebody types into a field; `step` is what that changes, `null` where it cannot be. */
  type(field: string, text: string, step: DraftStep | null): void {
    this.typed[field] = text;
    // Whoever types answers what was refused; what could not be kept stays said until it is.
    if (this.refused?.what !== "typing") this.refused = null;
    if (step === null) {
      this.wrong[field] = true;
      this.#steps.delete(field);
      return;
    }
    this.wrong[field] = false;
    this.#steps.set(field, step);
    this.#typing.ask(() => void this.flush());
  }

  /** A field is left: from now on it shows what the app has. */
  async leave(field: string): Promise<void> {
    if (await this.flush()) {
      if (this.wrong[field] !== true) this.typed = without(this.typed, field);
    }
  }

  /** Sends what was typed and is not sent yet; answers whether the app has it all. */
  flush(): Promise<boolean> {
    this.#typing.drop();
    this.#sending = this.#sending.then(() => this.#send());
    return this.#sending;
  }

  async #send(): Promise<boolean> {
    for (const [field, step] of this.#steps) {
      try {
        this.take(await this.#change(step));
        // Typed again meanwhile: that is sent next.
        if (this.#steps.get(field) === step) this.#steps.delete(field);
        if (this.refused?.what === "typing") this.refused = null;
      } catch (error) {
        this.refused = { what: "typing", error: asUiError(error) };
        return false;
      }
    }
    return true;
  }

  /** Does one thing to it, after all that was typed; answers whether it was done. */
  async step(what: string, step: DraftStep): Promise<boolean> {
    return this.act(what, async () => {
      this.take(await this.#change(step));
    });
  }

  /** Does something that needs all that was typed to be there; answers whether it was done. */
  async act(what: string, work: () => Promise<void>): Promise<boolean> {
    if (this.doing !== null) return false;
    this.refused = null;
    if (SETTLES.includes(what) && !this.readable(what)) return false;
    this.doing = what;
    let done = false;
    try {
      if (await this.flush()) {
        await work();
        done = true;
      }
    } catch (error) {
      this.refused = { what, error: asUiError(error) };
    }
    this.doing = null;
    return done;
  }

  /** Whether all that is typed can be read; if not that is said, and the field is shown. */
  readable(what: string): boolean {
    if (this.unread.length === 0) return true;
    this.refused = { what, error: { code: "invalid", field: "unread" } };
    this.sentBack += 1;
    return false;
  }

  /** Empties the count, and what could not be read of it. */
  async clearCount(): Promise<boolean> {
    for (const field of Object.keys(this.typed)) if (isCount(field)) this.#drop(field);
    return this.step("clear", { step: "clear_count" });
  }

  #drop(field: string): void {
    this.#steps.delete(field);
    this.typed = without(this.typed, field);
    this.wrong = without(this.wrong, field);
  }

  /** Nothing is typed any more. */
  forget(): void {
    this.#typing.drop();
    this.#steps.clear();
    this.typed = {};
    this.wrong = {};
  }

  #change(step: DraftStep): Promise<ClosingDraft> {
    return this.#host.call("change_closing_draft", { day: this.draft?.day ?? "", who: this.who.trim(), step });
  }
}

/** The field of some note or coin. */
export function pieceField(minor: number): string {
  return `piece ${String(minor)}`;
}

/** The field is one of the count's. */
export function isCount(field: string): boolean {
  return field === "other" || field.startsWith("piece ");
}

function onShow(field: string, draft: ClosingDraft): boolean {
  if (!isCount(field)) return true;
  return !draft.fixed && (field === "other" || draft.pieces.some(({ worth }) => pieceField(worth.minor) === field));
}

function without<Value>(all: Record<string, Value>, name: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(all).filter(([one]) => one !== name));
}
