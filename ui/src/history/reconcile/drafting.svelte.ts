// What is typed into the closing that is being made: sent as it is typed, one after the other, and kept where it cannot be sent.
import type { ClosingDraft, DraftStep, UiError } from "../../generated";
import { asUiError, type Host } from "../../lib/host";
import { Pause } from "../../lib/wait";

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
  }

  /** What stands in a field. */
  text(field: string, kept: string): string {
    return this.typed[field] ?? kept;
  }

  /** Somebody types into a field; `step` is what that changes, `null` where it cannot be. */
  type(field: string, text: string, step: DraftStep | null): void {
    this.typed[field] = text;
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
    this.doing = what;
    this.refused = null;
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

function without<Value>(all: Record<string, Value>, name: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(all).filter(([one]) => one !== name));
}
