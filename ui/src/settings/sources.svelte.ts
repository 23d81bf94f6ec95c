// The sources of news and the doors they come through.
import type { Doors, ListeningView, SetupView, SourceForm, SourceView, UiError } from "../generated";
import { asUiError, type Host } from "../lib/host";
import { readSource, typedFrom, type AddableKind, type Typed } from "../lib/source-form";

/** How often the list is asked again while it is on show: refusals are told by nothing else. */
const POLL_MS = 5000;
/** How long it is said that a change was saved. */
const SAVED_MS = 4000;

/** The sources, one of them being set up perhaps. */
export class Sources {
  list = $state.raw<SourceView[] | null>(null);
  listError = $state<UiError | null>(null);

  /** The setup on show. */
  setup = $state.raw<SetupView | null>(null);
  setupError = $state<UiError | null>(null);

  /** The source that is changed in the open form; `null`: one is added. */
  editing = $state.raw<SourceForm | null>(null);
  /** The source whose change was saved just now. */
  saved = $state<string | null>(null);

  /** The kind whose form is open. */
  adding = $state<AddableKind | null>(null);
  name = $state("");
  typed = $state<Typed>({});
  busy = $state(false);
  addError = $state<UiError | null>(null);

  /** The source whose removal is asked about. */
  removing = $state<string | null>(null);
  removeError = $state<UiError | null>(null);

  doors = $state.raw<Doors | null>(null);
  doorsBusy = $state(false);
  doorsError = $state<UiError | null>(null);

  readonly #host: Host;
  /** Counts the forms opened and closed: one that comes late is not shown. */
  #forms = 0;
  #savedTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Loads, and follows what the app says; answers how to stop. */
  async start(): Promise<() => void> {
    const unlisten = await this.#host.listen("listening", (view) => this.follow(view));
    await Promise.all([this.load(), this.loadDoors()]);
    const timer = setInterval(() => {
      if (document.visibilityState !== "hidden") void this.load();
    }, POLL_MS);
    return () => {
      clearInterval(timer);
      clearTimeout(this.#savedTimer);
      unlisten();
    };
  }

  /** The list, again. */
  async load(): Promise<void> {
    try {
      this.list = await this.#host.call("sources");
      this.listError = null;
    } catch (error) {
      this.listError = asUiError(error);
    }
  }

  /** Takes the states over that the app told by itself. */
  follow(view: ListeningView): void {
    if (!this.list) return;
    const states = new Map(view.sources.map((source) => [source.id, source]));
    this.list = this.list.map((source) => ({ ...source, health: states.get(source.id) ?? source.health }));
  }

  /** One of the list. */
  source(id: string): SourceView | undefined {
    return this.list?.find((source) => source.id === id);
  }

  /** Opens a kind's form. */
  begin(kind: AddableKind, name: string): void {
    this.cancel();
    this.adding = kind;
    this.name = name;
    this.closeSetup();
  }

  /** Opens the form of a source that is there, filled with all but its secrets. */
  async edit(id: string): Promise<void> {
    this.cancel();
    this.closeSetup();
    this.removing = null;
    const opened = this.#forms;
    try {
      const form = await this.#host.call("source_form", id);
      if (opened !== this.#forms || form.config.kind === "test") return;
      this.editing = form;
      this.adding = form.config.kind;
      this.name = form.name;
      this.typed = typedFrom(form.config);
    } catch (error) {
      if (opened === this.#forms) this.setupError = asUiError(error);
    }
  }

  /** Closes the form; what was typed is forgotten, secrets among it. */
  cancel(): void {
    this.#forms += 1;
    this.adding = null;
    this.editing = null;
    this.saved = null;
    this.typed = {};
    this.addError = null;
  }

  /** Adds what was typed and shows what must be entered on the other side, or saves what was changed. */
  async submit(): Promise<boolean> {
    const kind = this.adding;
    if (kind === null || this.busy) return false;
    const editing = this.editing;
    const config = readSource(kind, $state.snapshot(this.typed), editing !== null);
    if (typeof config === "string") {
      this.addError = { code: "invalid", field: config };
      return false;
    }
    const name = this.name.trim();
    if (name === "") {
      this.addError = { code: "invalid", field: "name" };
      return false;
    }
    this.busy = true;
    try {
      if (editing) {
        await this.#host.call("update_source", { id: editing.id, name, config });
        this.cancel();
        this.#say(editing.id);
      } else {
        const setup = await this.#host.call("add_source", { name, config });
        this.cancel();
        this.setup = setup;
        this.setupError = null;
      }
      await this.load();
      return true;
    } catch (error) {
      this.addError = asUiError(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  #say(saved: string): void {
    this.saved = saved;
    clearTimeout(this.#savedTimer);
    this.#savedTimer = setTimeout(() => (this.saved = null), SAVED_MS);
  }

  /** Shows what must be entered at the platform or on the phone. */
  async showSetup(id: string): Promise<void> {
    this.cancel();
    try {
      this.setup = await this.#host.call("source_setup", id);
      this.setupError = null;
    } catch (error) {
      this.setup = null;
      this.setupError = asUiError(error);
    }
  }

  closeSetup(): void {
    this.setup = null;
    this.setupError = null;
  }

  /** Removes the source that was asked about. */
  async remove(): Promise<void> {
    const id = this.removing;
    if (id === null || this.busy) return;
    this.busy = true;
    try {
      await this.#host.call("remove_source", id);
      this.removing = null;
      this.removeError = null;
      if (this.setup?.setup.id === id) this.closeSetup();
      if (this.editing?.id === id) this.cancel();
      await this.load();
    } catch (error) {
      this.removeError = asUiError(error);
    } finally {
      this.busy = false;
    }
  }

  async loadDoors(): Promise<void> {
    try {
      this.doors = await this.#host.call("doors");
      this.doorsError = null;
    } catch (error) {
      this.doorsError = asUiError(error);
    }
  }

  /** Opens or closes the doors; addresses on show follow. */
  async setDoors(lan: boolean, publicUrl: string | null): Promise<void> {
    if (this.doorsBusy) return;
    this.doorsBusy = true;
    try {
      this.doors = await this.#host.call("set_doors", { lan, public_url: publicUrl });
      this.doorsError = null;
      const shown = this.setup?.setup.id;
      if (shown !== undefined) await this.showSetup(shown);
    } catch (error) {
      this.doorsError = asUiError(error);
    } finally {
      this.doorsBusy = false;
    }
  }
}
