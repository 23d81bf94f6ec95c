// Receipts on their way to paper: what is waiting, what went wrong, and what a person says about it.
import type { PrintJobView, UiError } from "../generated";
import { asUiError, type Host } from "../lib/host";

/** The receipts. */
export class Prints {
  jobs = $state.raw<PrintJobView[]>([]);
  /** What is there is known. */
  loaded = $state(false);
  /** It could not be read. */
  error = $state<UiError | null>(null);
  /** What is being asked for: a payment's line or a job. */
  busy = $state<string | null>(null);
  /** Why it was refused, and for which. */
  refused = $state.raw<{ what: string; error: UiError } | null>(null);

  /** Those that somebody has to look at. */
  needing = $derived(this.jobs.filter((job) => job.needs_a_person));
  /** Those that a printer in trouble keeps waiting. */
  waiting = $derived(this.jobs.filter((job) => job.state === "queued" && job.problem !== null));

  readonly #host: Host;
  readonly #asked: () => Promise<void>;

  /** `asked` is called after each thing that was done here: receipts of long ago are known by their payment's details only. */
  constructor(host: Host, asked: () => Promise<void> = () => Promise.resolve()) {
    this.#host = host;
    this.#asked = asked;
  }

  /** Listens first, then asks. */
  async start(): Promise<void> {
    let told = false;
    await this.#host.listen("prints", (jobs) => {
      told = true;
      this.jobs = jobs;
      this.loaded = true;
      this.error = null;
    });
    try {
      const jobs = await this.#host.call("print_jobs");
      if (!told) this.jobs = jobs;
      this.loaded = true;
      this.error = null;
    } catch (error) {
      this.error = asUiError(error);
    }
  }

  /** A payment's receipts, newest first: what is told of them here, and the `older` ones that only its details have. */
  of(line: number, older: readonly PrintJobView[] = []): PrintJobView[] {
    const told = this.jobs.filter((job) => job.line === line);
    return [...told, ...older.filter((job) => job.line === line && !told.some((one) => one.id === job.id))];
  }

  /** Prints a payment's receipt. */
  print(line: number): Promise<void> {
    return this.#ask(`line ${String(line)}`, () => this.#host.call("print_receipt", { line, printer: null }));
  }

  /** Prints a receipt once more: a person's word is needed for that. */
  again(id: number): Promise<void> {
    return this.#ask(`job ${String(id)}`, () => this.#host.call("print_again", id));
  }

  /** Nothing more is to be done about a receipt. */
  settle(id: number): Promise<void> {
    return this.#ask(`job ${String(id)}`, () => this.#host.call("settle_job", id));
  }

  /** Nothing more is to be done about any receipt in trouble. */
  settleAll(): Promise<void> {
    return this.#ask("all", () => this.#host.call("settle_jobs"));
  }

  async #ask(what: string, work: () => Promise<unknown>): Promise<void> {
    if (this.busy !== null) return;
    this.busy = what;
    this.refused = null;
    try {
      await work();
      this.jobs = await this.#host.call("print_jobs");
      await this.#asked();
    } catch (error) {
      this.refused = { what, error: asUiError(error) };
    }
    this.busy = null;
  }
}
