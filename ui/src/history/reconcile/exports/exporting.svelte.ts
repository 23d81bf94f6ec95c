// Payments on their way into a file: which, in which kind of file, where, how far it is, and what came of it.
import { asUiError, type Host } from "../../../lib/host";
import type { Exported, Format, UiError } from "../../../generated";

/** Where it stands. */
export type Stage = "asking" | "writing" | "done" | "stopped" | "failed";

/** One export. */
export class Exporting {
  stage = $state<Stage>("asking");
  from = $state("");
  to = $state("");
  format = $state<Format>("xlsx");
  /** The folder as typed; empty is the usual one. */
  folder = $state("");
  /** The usual folder, once it is known. */
  usual = $state<string | null>(null);
  percent = $state(0);
  written = $state.raw<Exported | null>(null);
  error = $state<UiError | null>(null);
  /** It could not be shown in its folder. */
  showError = $state<UiError | null>(null);

  /** The days are days, and there are any. */
  days = $derived(isDay(this.from) && isDay(this.to) && this.from <= this.to);

  readonly #host: Host;

  constructor(host: Host, from: string, to: string) {
    this.#host = host;
    this.from = from;
    this.to = to;
  }

  /** Listens first, then asks; answers how to stop. */
  async start(): Promise<() => void> {
    const stop = await this.#host.listen("export_progress", (thousandths) => {
      if (this.stage === "writing") this.percent = Math.max(this.percent, Math.min(100, Math.floor(thousandths / 10)));
    });
    this.usual = await this.#host.call("export_folder").catch(() => null);
    return stop;
  }

  /** Writes the file. */
  async write(): Promise<void> {
    if (this.stage === "writing" || !this.days) return;
    this.stage = "writing";
    this.percent = 0;
    this.error = this.showError = this.written = null;
    const wish = { from: this.from, to: this.to, search: null, filter: null, format: this.format, folder: this.folder.trim() || null };
    try {
      this.written = await this.#host.call("export_payments", wish);
      this.stage = "done";
    } catch (error) {
      this.error = asUiError(error);
      this.stage = this.error.code === "stopped" ? "stopped" : "failed";
    }
  }

  /** Stops it: nothing of it is left. */
  async cancel(): Promise<void> {
    if (this.stage === "writing") await this.#host.call("stop_export").catch(() => undefined);
  }

  /** Shows the file in its folder. */
  async show(): Promise<void> {
    if (!this.written) return;
    try {
      await this.#host.call("show_file", this.written.path);
      this.showError = null;
    } catch (error) {
      this.showError = asUiError(error);
    }
  }
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}
