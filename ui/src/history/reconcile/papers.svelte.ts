// A closing, or a day as it stands, on its way to paper: the printer's, or a document.
import type { ClosingPaper, ClosingPrinter, UiError } from "../../generated";
import { asUiError, type Host } from "../../lib/host";

/** On which printer somebody chose to print closings: it stays until the window is closed. */
const chosen = new WeakMap<Host, string>();

/** Papers of one closing or one day. */
export class Papers {
  /** What is under way. */
  doing = $state<"print" | "pdf" | null>(null);
  /** It was handed to the printer. */
  printed = $state(false);
  /** Where the document lies. */
  saved = $state<string | null>(null);
  refused = $state<UiError | null>(null);
  /** The printers in use. */
  printers = $state.raw<ClosingPrinter[]>([]);
  /** The one that prints next, by its id; `null`: the first that is in use. */
  printer = $state<string | null>(null);

  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Which printers there are; where they are not told, the app chooses. */
  async load(): Promise<void> {
    this.printers = await this.#host.call("closing_printers").catch(() => []);
    const before = chosen.get(this.#host);
    this.printer = (this.printers.find(({ id }) => id === before) ?? this.printers[0])?.id ?? null;
  }

  /** Prints on this one from now on. */
  choose(printer: string): void {
    this.printer = printer;
    chosen.set(this.#host, printer);
  }

  /** Hands it to the printer. */
  print(of: ClosingPaper): Promise<void> {
    return this.#act("print", async () => {
      await this.#host.call("print_closing", { of, printer: this.printer });
      this.printed = true;
    });
  }

  /** Writes it as a document. */
  pdf(of: ClosingPaper): Promise<void> {
    return this.#act("pdf", async () => {
      this.saved = (await this.#host.call("closing_pdf", { of, folder: null })).path;
    });
  }

  /** Shows the document in its folder. */
  async show(): Promise<void> {
    try {
      if (this.saved !== null) await this.#host.call("show_file", this.saved);
    } catch (error) {
      this.refused = asUiError(error);
    }
  }

  async #act(what: "print" | "pdf", work: () => Promise<void>): Promise<void> {
    if (this.doing !== null) return;
    this.doing = what;
    this.printed = false;
    this.saved = null;
    this.refused = null;
    try {
      await work();
    } catch (error) {
      this.refused = asUiError(error);
    }
    this.doing = null;
  }
}
