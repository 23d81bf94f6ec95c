// The first start, step by step: where it stands, and what each step needs before the next.
import type { Choices, Language, UiError } from "../generated";
import { AppFacts } from "../lib/app.svelte";
import { asUiError, type Host } from "../lib/host";
import { guessShop, settingsForm, shopForm } from "../settings/settings.svelte";
import { Sound } from "../settings/sound.svelte";
import { Sources } from "../settings/sources.svelte";

/** The steps, in order. */
export const STEPS = ["language", "shop", "news", "sound", "test"] as const;
/** One of them. */
export type StepName = (typeof STEPS)[number];

/** Where the page keeps the step, so that a window that is opened again goes on where it was left. */
export interface Bookmark {
  read(): string | null;
  write(step: StepName | null): void;
}

const KEPT = "tillbell.welcome.step";

/** The bookmark in the window's own storage; where there is none, the first start begins at its beginning. */
export const storedBookmark: Bookmark = {
  read() {
    try {
      return localStorage.getItem(KEPT);
    } catch {
      return null;
    }
  },
  write(step) {
    try {
      if (step === null) localStorage.removeItem(KEPT);
      else localStorage.setItem(KEPT, step);
    } catch {
      // Then it begins at its beginning: what was entered is kept all the same.
    }
  },
};

/** The first start. */
export class Welcome {
  step = $state<StepName>("language");
  choices = $state.raw<Choices | null>(null);
  /** A test payment was sent in this sitting. */
  tested = $state(false);
  finishing = $state(false);
  error = $state<UiError | null>(null);

  readonly facts: AppFacts;
  readonly settings: ReturnType<typeof settingsForm>;
  readonly shop: ReturnType<typeof shopForm>;
  readonly sources: Sources;
  readonly sound: Sound;

  /** The step's place, from 0. */
  index = $derived(STEPS.indexOf(this.step));
  /** Sources that an owner added; the test source is always there. */
  added = $derived.by(() => (this.sources.list ?? []).filter((source) => source.kind !== "test"));

  readonly #host: Host;
  readonly #bookmark: Bookmark;

  constructor(host: Host, bookmark: Bookmark = storedBookmark) {
    this.#host = host;
    this.#bookmark = bookmark;
    this.facts = new AppFacts(host);
    this.settings = settingsForm(host);
    this.shop = shopForm(host);
    this.sources = new Sources(host);
    this.sound = new Sound(host);
  }

  /** Loads everything, and goes to the step where it was left; answers how to stop. */
  async start(): Promise<() => void> {
    const kept = this.#bookmark.read();
    const step = STEPS.find((name) => name === kept);
    if (step) this.step = step;
    await this.facts.start().catch((error: unknown) => (this.error = asUiError(error)));
    const [stop] = await Promise.all([
      this.sources.start(),
      this.settings.load(),
      this.#loadShop(),
      this.sound.load(),
    ]);
    if (this.step === "news") await this.#reopenSetup();
    return stop;
  }

  /** The hub may link only now: the shop is asked for again when the app says that it is known. */
  async reloadShop(): Promise<void> {
    if (this.shop.value === null) await this.#loadShop();
  }

  /** Picks the windows' language; words follow when it is saved. */
  async pickLanguage(language: Language): Promise<void> {
    this.settings.change({ language });
    await this.settings.save();
  }

  /** One step on. What was entered is saved first; a step that could not be saved stays. */
  async next(): Promise<void> {
    if (this.step === "language" && !(await this.settings.flush())) return;
    if (this.step === "shop") {
      this.shop.touch();
      if (!(await this.shop.flush())) return;
    }
    if (this.step === "sound" && !(await this.settings.flush())) return;
    if (this.step === "news") {
      this.sources.cancel();
      this.sources.closeSetup();
    }
    await this.#go(STEPS[this.index + 1]);
  }

  /** One step back. */
  async back(): Promise<void> {
    await this.#go(STEPS[this.index - 1]);
  }

  /** Done: the app closes this window. */
  async finish(): Promise<void> {
    if (this.finishing) return;
    this.finishing = true;
    try {
      await this.settings.flush();
      await this.#host.call("finish_first_start");
      this.#bookmark.write(null);
      this.error = null;
    } catch (error) {
      this.error = asUiError(error);
    }
    this.finishing = false;
  }

  async #go(step: StepName | undefined): Promise<void> {
    if (!step) return;
    this.step = step;
    this.error = null;
    this.#bookmark.write(step);
    if (step === "news") await this.#reopenSetup();
  }

  /** A phone that was added and not heard yet is what this step is about. */
  async #reopenSetup(): Promise<void> {
    if (this.sources.setup || this.sources.adding) return;
    const waiting = this.added.find((source) => source.health.last_heard === null);
    if (waiting) await this.sources.showSetup(waiting.id);
  }

  async #loadShop(): Promise<void> {
    try {
      this.choices ??= await this.#host.call("choices");
    } catch {
      // The fields offer what is known already.
    }
    await this.shop.load();
    if (this.shop.value === null && this.choices) this.shop.value = guessShop(this.choices, "");
  }
}
