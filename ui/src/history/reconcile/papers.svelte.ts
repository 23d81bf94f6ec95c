// A closing, or a day as it stands, on its way to paper: the printer's, or a document.
import type { ClosingPaper, UiError } from "../../generated";
import { asUiError, type Host } from "../../lib/host";

/** Papers of one closing or one day. */
export class Papers {
  /** What is under way. */
  doing = $state<"print" | "pdf" | null>(null);
  /** It was handed to the printer. */
  printed = $state(false);
  /** Where the document lies. */
  saved = $state<string | null>(null);
  refused = $state<UiError | null>(null);

  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Hands it to the first printer that is in use. */
  print(of: ClosingPaper): Promise<void> {
    return this.#act("print", async () => {
      await this.#host.call("print_closing", { of, printer: null });
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
