// Files on their way into the book: one after the other, each with its own progress, its own end and its own way back.
import { asUiError, type Host } from "../../../lib/host";
import { giveFile, Stop } from "../../../lib/pieces";
import { named } from "../reconcile.svelte";
import type { StatementOutcome, UiError } from "../../../generated";

/** Where a file stands. */
export type Stage = "waits" | "sending" | "reading" | "password" | "mapping" | "done" | "refused" | "stopped";

/** So many files at once; more is a folder dropped by mistake. */
export const FILES_MAX = 40;

let made = 0;

/** One file. */
export class Arrival {
  /** Tells it from the others. */
  readonly key = ++made;
  stage = $state<Stage>("waits");
  /** How much of it is done, of 100. */
  percent = $state(0);
  /** What came of it: a packed file may hold several statements. */
  outcomes = $state.raw<StatementOutcome[]>([]);
  error = $state<UiError | null>(null);
  /** A password was tried and does not open it. */
  wrongPassword = $state(false);
  /** The app's name for it, for as long as the app keeps it. */
  id: string | null = null;
  /** What opened it, until it is read. */
  password: string | null = null;
  stop = new Stop();

  constructor(
    readonly name: string,
    readonly file: Blob,
  ) {}

  /** Something goes on with it by itself. */
  get busy(): boolean {
    return this.stage === "waits" || this.stage === "sending" || this.stage === "reading";
  }

  /** It waits for a person. */
  get asks(): boolean {
    return this.stage === "password" || this.stage === "mapping";
  }
}

/** All files that were dropped since the page was opened, and are not put away. */
export class Arrivals {
  list = $state.raw<Arrival[]>([]);
  /** More were dropped than are taken at once. */
  tooMany = $state(false);

  readonly #host: Host;
  readonly #loaded: () => Promise<void>;
  #working = false;

  /** `loaded` is called after each file that changed something. */
  constructor(host: Host, loaded: () => Promise<void>) {
    this.#host = host;
    this.#loaded = loaded;
  }

  /** Takes files in, in their order. */
  async add(files: Iterable<File>): Promise<void> {
    const all = [...files];
    const room = Math.max(0, FILES_MAX - this.list.filter((one) => one.busy).length);
    this.tooMany = all.length > room;
    // What is done with makes room for what comes.
    const kept = this.list.filter((one) => one.busy || one.asks);
    this.list = [...kept, ...all.slice(0, room).map((file) => new Arrival(file.name, file))];
    await this.#work();
  }

  /** Opens a packed file with its password. */
  async open(arrival: Arrival, password: string): Promise<void> {
    if (arrival.stage !== "password" || password === "") return;
    arrival.password = password;
    await this.#read(arrival);
  }

  /** Tries again what was refused, or reads again what there is a mapping for now. */
  async again(arrival: Arrival): Promise<void> {
    if (arrival.busy) return;
    arrival.stop = new Stop();
    arrival.stage = "waits";
    await this.#work();
  }

  /** Stops a file; what of it stands in the book already stays there. */
  async cancel(arrival: Arrival): Promise<void> {
    arrival.stop.stopped = true;
    if (arrival.stage === "reading" && arrival.id !== null) {
      await this.#host.call("stop_import", arrival.id).catch(() => undefined);
    } else if (arrival.stage === "waits" || arrival.asks) {
      arrival.stage = "stopped";
      await this.#forget(arrival);
    }
  }

  /** Puts a file's line away. */
  async putAway(arrival: Arrival): Promise<void> {
    if (arrival.busy) return;
    this.list = this.list.filter((one) => one !== arrival);
    await this.#forget(arrival);
  }

  /** How far the app is with the file that it reads. */
  progress(id: string, percent: number): void {
    const arrival = this.list.find((one) => one.id === id && one.stage === "reading");
    if (arrival) arrival.percent = Math.max(arrival.percent, Math.min(100, percent));
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    for (let next = this.#waiting(); next; next = this.#waiting()) {
      await this.#send(next);
      if (next.id !== null && !next.stop.stopped && next.error === null) await this.#read(next);
    }
    this.#working = false;
  }

  #waiting(): Arrival | undefined {
    return this.list.find((one) => one.stage === "waits");
  }

  async #send(arrival: Arrival): Promise<void> {
    arrival.error = null;
    if (arrival.id !== null) return;
    arrival.stage = "sending";
    arrival.percent = 0;
    try {
      arrival.id = await giveFile(this.#host, arrival.file, arrival.stop, (bytes) => {
        arrival.percent = Math.floor((100 * bytes) / Math.max(1, arrival.file.size));
      });
      if (arrival.id === null) arrival.stage = "stopped";
    } catch (error) {
      arrival.error = asUiError(error);
      arrival.stage = "refused";
    }
  }

  async #read(arrival: Arrival): Promise<void> {
    const { id, password } = arrival;
    if (id === null) return;
    arrival.stage = "reading";
    arrival.percent = 0;
    arrival.error = null;
    try {
      arrival.outcomes = await this.#host.call("import_statement", { file: id, name: arrival.name, password, ...named(this.#host) });
      arrival.stage = ended(arrival.outcomes);
    } catch (error) {
      const problem = asUiError(error);
      if (problem.field === "password_needed" || problem.field === "password_wrong") {
        arrival.wrongPassword = problem.field === "password_wrong";
        arrival.stage = "password";
      } else {
        arrival.error = problem;
        arrival.stage = "refused";
      }
    }
    if (!arrival.asks) await this.#forget(arrival);
    await this.#loaded();
  }

  async #forget(arrival: Arrival): Promise<void> {
    const { id } = arrival;
    arrival.id = arrival.password = null;
    if (id !== null) await this.#host.call("forget_file", id).catch(() => undefined);
  }
}

/** Where a file stands by what came of its statements. */
function ended(outcomes: readonly StatementOutcome[]): Stage {
  if (outcomes.some((one) => one.what === "unknown_table")) return "mapping";
  if (outcomes.length > 0 && outcomes.every((one) => one.what === "stopped")) return "stopped";
  return outcomes.some((one) => one.what === "loaded" || one.what === "known") ? "done" : "refused";
}
