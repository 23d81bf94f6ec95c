// The check of the book: how far it is, and what the last one came to.
import type { BookCheck, UiError } from "../generated";
import { asUiError, type Host } from "../lib/host";

/** The check of the book. */
export class BookChecking {
  view = $state.raw<BookCheck | null>(null);
  error = $state<UiError | null>(null);

  /** How much of it is done, 0 to 100; `null` when none is under way. */
  percent = $derived.by(() => {
    const running = this.view?.running;
    if (!running) return null;
    return running.of === 0 ? 0 : Math.min(100, Math.floor((running.done / running.of) * 100));
  });

  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Listens first, then asks. */
  async start(): Promise<void> {
    let told = false;
    await this.#host.listen("book_check", (view) => {
      told = true;
      this.view = view;
    });
    try {
      const view = await this.#host.call("book_check");
      if (!told) this.view = view;
    } catch {
      // It can be begun all the same.
    }
  }

  begin(): Promise<void> {
    return this.#ask("check_book");
  }

  stop(): Promise<void> {
    return this.#ask("stop_check");
  }

  async #ask(command: "check_book" | "stop_check"): Promise<void> {
    try {
      this.view = await this.#host.call(command);
      this.error = null;
    } catch (error) {
      this.error = asUiError(error);
    }
  }
}
