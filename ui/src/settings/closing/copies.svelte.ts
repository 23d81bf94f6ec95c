// Copies of the book: which there are, one more, and putting one in the book's place.
import { asUiError, type Host } from "../../lib/host";
import { giveFile, Stop } from "../../lib/pieces";
import type { BackupFile, BackupsView, Contents, Progress, UiError } from "../../generated";

/** What is under way. */
export type Doing = "copying" | "sending" | "reading" | "laying" | "withdrawing" | "restarting" | null;

/** A copy that somebody thinks of putting in the book's place. */
export interface Wanted {
  /** Its name for people. */
  name: string;
  /** One of those listed … */
  path: string | null;
  /** … or one that was given to the page. */
  file: string | null;
  sealed: boolean;
}

/** Copies of the book. */
export class Copies {
  view = $state.raw<BackupsView | null>(null);
  error = $state<UiError | null>(null);
  doing = $state<Doing>(null);
  /** How far it is, of 100. */
  percent = $state(0);
  /** The copy that was made a moment ago. */
  made = $state.raw<BackupFile | null>(null);
  madeError = $state<UiError | null>(null);

  wanted = $state.raw<Wanted | null>(null);
  passphrase = $state("");
  /** What the wanted copy holds, once it was read from end to end. */
  contents = $state.raw<Contents | null>(null);
  restoreError = $state<UiError | null>(null);
  /** What takes the book's place when the program starts again; `null`: nothing does. */
  waiting = $derived(this.view?.waiting ?? null);
  /** What was to take the book's place does not, after all. */
  withdrawn = $state(false);

  readonly #host: Host;
  #stop = new Stop();

  constructor(host: Host) {
    this.#host = host;
  }

  /** Listens first, then asks; answers how to stop. */
  async start(): Promise<() => void> {
    const stops = [
      await this.#host.listen("backups", () => void this.load()),
      await this.#host.listen("backup_progress", (at) => this.#at(at)),
    ];
    await this.load();
    return () => stops.forEach((stop) => stop());
  }

  async load(): Promise<void> {
    try {
      this.view = await this.#host.call("backups");
      this.error = null;
    } catch (error) {
      this.error = asUiError(error);
    }
  }

  /** Makes a copy now; with a passphrase it can be read with that only. */
  async copy(passphrase: string | null): Promise<void> {
    if (this.doing !== null) return;
    this.#begin("copying");
    this.made = null;
    this.madeError = null;
    try {
      this.made = await this.#host.call("backup_now", { passphrase });
    } catch (error) {
      this.madeError = unlessStopped(error);
    }
    this.doing = null;
    await this.load();
  }

  /** Stops what is under way; nothing of it is left. */
  async cancel(): Promise<void> {
    this.#stop.stopped = true;
    if (this.doing !== "sending") await this.#host.call("stop_backup").catch(() => undefined);
  }

  /** Somebody thinks of putting a listed copy in the book's place. */
  async want(file: BackupFile): Promise<void> {
    await this.#want({ name: file.name, path: file.path, file: null, sealed: file.sealed });
  }

  /** The same of a file that was chosen. */
  async give(file: File): Promise<void> {
    if (this.doing !== null) return;
    await this.leave();
    this.#begin("sending");
    this.wanted = { name: file.name, path: null, file: null, sealed: file.name.endsWith(".age") };
    try {
      const id = await giveFile(this.#host, file, this.#stop, (bytes) => {
        this.percent = Math.floor((100 * bytes) / Math.max(1, file.size));
      });
      this.doing = null;
      if (id === null) this.wanted = null;
      else await this.#want({ ...this.wanted, file: id });
    } catch (error) {
      this.doing = null;
      this.restoreError = asUiError(error);
    }
  }

  /** Reads the wanted copy from end to end, and says what it holds. */
  async read(): Promise<void> {
    const wanted = this.wanted;
    if (!wanted || this.doing !== null) return;
    this.#begin("reading");
    this.restoreError = null;
    try {
      const contents = await this.#host.call("read_backup", this.#asked(wanted));
      // What came since the list was shown is missing in it, too.
      await this.load();
      this.contents = contents;
    } catch (error) {
      this.restoreError = unlessStopped(error);
      // Its name did not say so.
      if (this.restoreError?.field === "passphrase_needed") this.wanted = { ...wanted, sealed: true };
    }
    this.doing = null;
  }

  /** Puts it in the book's place. */
  async restore(): Promise<void> {
    const wanted = this.wanted;
    if (!wanted || this.contents === null || this.doing !== null) return;
    this.#begin("laying");
    this.restoreError = null;
    try {
      await this.#host.call("restore_backup", this.#asked(wanted));
      this.wanted = this.contents = null;
      this.passphrase = "";
    } catch (error) {
      this.restoreError = unlessStopped(error);
    }
    this.doing = null;
    await this.load();
  }

  /** The book stays what it is: what was laid ready is put away. */
  async withdraw(): Promise<void> {
    if (this.doing !== null) return;
    this.#begin("withdrawing");
    this.restoreError = null;
    try {
      await this.#host.call("withdraw_restore");
      this.withdrawn = true;
    } catch (error) {
      this.restoreError = asUiError(error);
    }
    this.doing = null;
    await this.load();
  }

  /** The program ends in order and starts again: what was laid ready is the book then. */
  async restart(): Promise<void> {
    if (this.doing !== null) return;
    this.#begin("restarting");
    this.restoreError = null;
    try {
      await this.#host.call("restart");
    } catch (error) {
      this.restoreError = asUiError(error);
      this.doing = null;
    }
  }

  /** It stays as it is. */
  async leave(): Promise<void> {
    const file = this.wanted?.file ?? null;
    this.wanted = this.contents = this.restoreError = null;
    this.passphrase = "";
    if (file !== null) await this.#host.call("forget_file", file).catch(() => undefined);
  }

  async #want(wanted: Wanted): Promise<void> {
    this.withdrawn = false;
    this.wanted = wanted;
    this.contents = this.restoreError = null;
    this.passphrase = "";
    // A sealed one is asked for its passphrase first.
    if (!wanted.sealed) await this.read();
  }

  #asked(wanted: Wanted) {
    return { path: wanted.path, file: wanted.file, passphrase: wanted.sealed ? this.passphrase : null };
  }

  #begin(doing: Doing): void {
    this.doing = doing;
    this.percent = 0;
    this.#stop = new Stop();
  }

  #at({ done, of }: Progress): void {
    if (this.doing !== null && this.doing !== "sending") this.percent = Math.min(100, Math.floor((100 * done) / Math.max(1, of)));
  }
}

/** What a person stopped is no trouble. */
function unlessStopped(error: unknown): UiError | null {
  const told = asUiError(error);
  return told.code === "stopped" ? null : told;
}
