// Displays and printers: what is plugged in, what is set up, how each is, and the one whose form is open.
import type {
  CustomerWindowView,
  DevicesView,
  DisplayChoices,
  DisplaySetup,
  FoundDevice,
  PrinterPreset,
  PrinterSetup,
  Settings,
  SystemPrinter,
  UiError,
} from "../../generated";
import { asUiError, type Host } from "../../lib/host";
import type { SavedForm } from "../settings.svelte";
import { DisplayDraft, PrinterDraft } from "./draft.svelte";

/** How long it is said that something was done. */
const SAID_MS = 6000;

/** Everything about displays and printers. */
export class Devices {
  view = $state.raw<DevicesView | null>(null);
  error = $state<UiError | null>(null);
  choices = $state.raw<DisplayChoices | null>(null);
  presets = $state.raw<PrinterPreset[]>([]);
  /** Where the customers' window is, and why it is not seen. */
  window = $state.raw<CustomerWindowView | null>(null);
  /** The system's printers; `null` until they were asked for. */
  system = $state.raw<SystemPrinter[] | null>(null);
  /** They could not be listed. */
  systemFailed = $state(false);

  /** Bluetooth is searched, which takes some seconds. */
  looking = $state(false);
  /** So many Bluetooth devices were found; `null` before the first search. */
  nearby = $state<number | null>(null);
  lookError = $state<UiError | null>(null);

  /** The open form. */
  draft = $state.raw<DisplayDraft | PrinterDraft | null>(null);
  /** What was to be opened instead of a form with changes; `null` as a form: that it was to be closed. */
  leaving = $state.raw<{ next: DisplayDraft | PrinterDraft | null } | null>(null);
  /** The device that was saved just now. */
  saved = $state<string | null>(null);
  /** The device whose removal is asked about. */
  removing = $state<string | null>(null);
  removeBusy = $state(false);
  removeError = $state<UiError | null>(null);
  /** Each display shows its name now. */
  blinking = $state(false);
  blinkError = $state<UiError | null>(null);

  /** What is plugged in and not set up yet. */
  free = $derived((this.view?.found ?? []).filter((found) => found.used_by === null));

  readonly form: SavedForm<Settings>;
  readonly #host: Host;
  #told = 0;
  #savedTimer: ReturnType<typeof setTimeout> | undefined;
  #blinkTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host, form: SavedForm<Settings>) {
    this.#host = host;
    this.form = form;
  }

  get displays(): DisplaySetup[] {
    return this.form.value?.displays ?? [];
  }

  get printers(): PrinterSetup[] {
    return this.form.value?.printers ?? [];
  }

  /** Listens first, then asks; answers how to stop. */
  async start(): Promise<() => void> {
    const stops = [
      await this.#host.listen("devices", (view) => {
        this.#told += 1;
        this.view = view;
      }),
      await this.#host.listen("customer_window", (view) => (this.window = view)),
    ];
    await Promise.all([
      this.load(),
      this.#host.call("display_choices").then((choices) => (this.choices = choices), () => undefined),
      this.#host.call("customer_window").then((view) => (this.window ??= view), () => undefined),
      this.#host.call("printer_presets").then((presets) => (this.presets = presets), () => undefined),
    ]);
    return () => {
      stops.forEach((stop) => stop());
      clearTimeout(this.#savedTimer);
      clearTimeout(this.#blinkTimer);
    };
  }

  /** Looks what is plugged in. */
  async load(): Promise<void> {
    const told = this.#told;
    try {
      const view = await this.#host.call("devices");
      // What was told meanwhile is newer.
      if (told === this.#told) this.view = view;
      this.error = null;
    } catch (error) {
      this.error = asUiError(error);
    }
  }

  /** Looks for Bluetooth devices too. */
  async lookForBluetooth(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    this.lookError = null;
    try {
      const view = await this.#host.call("look_for_bluetooth");
      this.view = view;
      this.nearby = view.found.filter((found) => found.address.startsWith("ble:")).length;
    } catch (error) {
      this.lookError = asUiError(error);
    }
    this.looking = false;
  }

  /** Asks for the system's printers; what is known stays where they cannot be listed now. */
  async loadSystem(): Promise<void> {
    this.systemFailed = false;
    try {
      this.system = await this.#host.call("system_printers");
    } catch {
      this.systemFailed = true;
    }
  }

  /** Opens the form of a display that is there, or of a new one. */
  openDisplay(setup: DisplaySetup, fresh: boolean): void {
    this.#open(new DisplayDraft(this.#host, this.form, copy(setup), fresh));
  }

  /** Opens the form of a printer that is there, or of a new one. */
  openPrinter(setup: PrinterSetup, fresh: boolean): void {
    this.#open(new PrinterDraft(this.#host, this.form, copy(setup), fresh));
  }

  #open(next: DisplayDraft | PrinterDraft | null): void {
    if (this.draft?.changed) {
      this.leaving = { next };
      return;
    }
    this.#turnTo(next);
  }

  #turnTo(draft: DisplayDraft | PrinterDraft | null): void {
    this.leaving = null;
    this.draft = draft;
    if (draft === null) return;
    this.ask(null);
    this.saved = null;
    draft.look();
  }

  /** Closes the form, unless something was entered: then it is asked about first. */
  leave(): void {
    this.#open(null);
  }

  /** Closes the form; what was entered is forgotten. */
  close(): void {
    this.#turnTo(null);
  }

  /** What was entered is forgotten, for what was to be opened. */
  goOn(): void {
    this.#turnTo(this.leaving?.next ?? null);
  }

  /** The form with changes stays. */
  stay(): void {
    this.leaving = null;
  }

  /** Asks whether a device shall be removed, or no more. */
  ask(id: string | null): void {
    this.removing = id;
    this.removeError = null;
  }

  /** Saves what the form says, and closes it. */
  async save(): Promise<void> {
    const draft = this.draft;
    if (!draft || !(await draft.save()) || this.draft !== draft) return;
    this.close();
    this.saved = draft.setup.id;
    clearTimeout(this.#savedTimer);
    this.#savedTimer = setTimeout(() => (this.saved = null), SAID_MS);
    await this.load();
  }

  /** Removes the device that was asked about. */
  async remove(): Promise<void> {
    const id = this.removing;
    if (id === null || this.removeBusy) return;
    this.removeBusy = true;
    const isDisplay = this.displays.some((one) => one.id === id);
    this.removeError = await this.form.put(
      isDisplay
        ? { displays: this.displays.filter((one) => one.id !== id) }
        : { printers: this.printers.filter((one) => one.id !== id) },
    );
    this.removeBusy = false;
    if (this.removeError !== null) return;
    this.removing = null;
    if (this.draft?.setup.id === id) this.close();
    await this.load();
  }

  /** Lets each display show its name for a moment. */
  async blink(): Promise<void> {
    try {
      await this.#host.call("blink_displays");
      this.blinkError = null;
      this.blinking = true;
      clearTimeout(this.#blinkTimer);
      this.#blinkTimer = setTimeout(() => (this.blinking = false), SAID_MS);
    } catch (error) {
      this.blinkError = asUiError(error);
    }
  }

  /** What is plugged in at an address. */
  at(address: string): FoundDevice | undefined {
    return this.view?.found.find((found) => found.address === address);
  }
}

/** A copy of its own: what is entered in a form changes nothing else. */
function copy<Setup>(setup: Setup): Setup {
  return $state.snapshot(setup) as Setup;
}
