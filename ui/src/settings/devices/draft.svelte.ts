// A device that is being set up: as entered so far, how it would look, how it took a test, and saving it.
import type {
  DisplayPreview,
  DisplaySample,
  DisplaySetup,
  PaperView,
  PrinterSetup,
  ReceiptSample,
  Settings,
  TestedDevice,
  TestPrint,
  UiError,
} from "../../generated";
import { untrack } from "svelte";
import { asUiError, type Host } from "../../lib/host";
import { Newest, Pause } from "../../lib/wait";
import type { SavedForm } from "../settings.svelte";

/** How long nobody must have typed before the preview is asked for again. */
const PREVIEW_MS = 60;

/** Stands for a field in an error where the page itself has marked one. */
export const MARKED = "marked";

/** A device that is being set up. What is entered is in force only once it was saved. */
abstract class Draft<Setup extends { id: string; name: string }, Preview, Tested> {
  /** As entered so far. */
  setup = $state<Setup>() as Setup;
  preview = $state.raw<Preview | null>(null);
  previewError = $state<UiError | null>(null);
  testing = $state(false);
  tested = $state.raw<Tested | null>(null);
  testError = $state<UiError | null>(null);
  saving = $state(false);
  saveError = $state<UiError | null>(null);
  /** The fields whose text cannot be right; the setup has what was there before. */
  wrong = $state.raw<readonly string[]>([]);

  readonly #before: string;
  readonly #pause = new Pause(PREVIEW_MS);
  readonly #newest = new Newest();

  constructor(
    protected readonly host: Host,
    protected readonly form: SavedForm<Settings>,
    setup: Setup,
    /** It is not among the settings yet. */
    readonly fresh: boolean,
  ) {
    this.setup = setup;
    this.#before = JSON.stringify(setup);
  }

  /** Asks how it would look, once nobody types for a moment. */
  look(): void {
    this.#pause.ask(() => void this.#look());
  }

  async #look(): Promise<void> {
    const current = this.#newest.next();
    try {
      const preview = await this.ask(this.entered());
      if (!current()) return;
      this.preview = preview;
      this.previewError = null;
    } catch (error) {
      if (current()) this.previewError = asUiError(error);
    }
  }

  /** Says of a field whether its text can be right. */
  mark(field: string, wrong: boolean): void {
    const others = untrack(() => this.wrong).filter((one) => one !== field);
    this.wrong = wrong ? [...others, field] : others;
  }

  /** Whether something was entered that is not saved. */
  get changed(): boolean {
    return this.wrong.length > 0 || JSON.stringify($state.snapshot(this.setup)) !== this.#before;
  }

  /** Nothing is tried or saved as long as a field is marked: it would be another value than the one that is seen. */
  #isMarked(): boolean {
    this.saveError = this.wrong.length > 0 ? { code: "invalid", field: MARKED } : null;
    return this.wrong.length > 0;
  }

  /** Tries it on the real device. */
  async test(): Promise<void> {
    if (this.testing || this.#isMarked()) return;
    this.testing = true;
    this.tested = null;
    this.testError = null;
    try {
      this.tested = await this.attempt(this.entered());
    } catch (error) {
      this.testError = asUiError(error);
    }
    this.testing = false;
  }

  /** Saves it; answers whether it is in force. */
  async save(): Promise<boolean> {
    if (this.saving || this.#isMarked()) return false;
    this.saving = true;
    this.saveError = await this.form.put(this.among(this.entered()));
    this.saving = false;
    return this.saveError === null;
  }

  /** The setup as the app takes it. */
  protected entered(): Setup {
    const setup = $state.snapshot(this.setup) as Setup;
    return { ...setup, name: setup.name.trim() };
  }

  /** A list of the settings, with it in its place. */
  protected placed(list: readonly Setup[] | undefined, setup: Setup): Setup[] {
    const others = $state.snapshot(list ?? []) as unknown as Setup[];
    return this.fresh ? [...others, setup] : others.map((one) => (one.id === setup.id ? setup : one));
  }

  protected abstract ask(setup: Setup): Promise<Preview>;
  protected abstract attempt(setup: Setup): Promise<Tested>;
  protected abstract among(setup: Setup): Partial<Settings>;
}

/** A display that is being set up. */
export class DisplayDraft extends Draft<DisplaySetup, DisplayPreview, TestedDevice> {
  readonly kind = "display";
  /** What the preview shows. */
  sample = $state<DisplaySample>("received");

  protected ask(setup: DisplaySetup): Promise<DisplayPreview> {
    return this.host.call("preview_display", { setup, sample: this.sample });
  }

  protected attempt(setup: DisplaySetup): Promise<TestedDevice> {
    return this.host.call("test_display", setup);
  }

  protected among(setup: DisplaySetup): Partial<Settings> {
    return { displays: this.placed(this.form.value?.displays, setup) };
  }
}

/** A printer that is being set up. */
export class PrinterDraft extends Draft<PrinterSetup, PaperView, TestPrint> {
  readonly kind = "printer";
  sample = $state<ReceiptSample>("confirmed");

  protected ask(printer: PrinterSetup): Promise<PaperView> {
    return this.host.call("preview_receipt", { printer, sample: this.sample });
  }

  protected attempt(printer: PrinterSetup): Promise<TestPrint> {
    return this.host.call("test_receipt", printer);
  }

  protected among(setup: PrinterSetup): Partial<Settings> {
    return { printers: this.placed(this.form.value?.printers, setup) };
  }
}
