// A table that nobody knows: the owner says once what its columns mean, and sees at once what becomes of its rows.
import { asUiError, type Host } from "../../../lib/host";
import { Newest, Pause } from "../../../lib/wait";
import type { Columns, Mapping, Preview, UiError } from "../../../generated";

/** How long nobody must have changed anything before it is tried. */
const TRY_MS = 200;

/** What a column may be: what every table has … */
export const MAIN_ROLES = ["time", "amount", "money_in", "money_out", "order", "transaction", "kind"] as const;
/** … and what some have. */
export const MORE_ROLES = ["clock", "refund", "fee", "party", "text", "currency"] as const;
export type Role = (typeof MAIN_ROLES)[number] | (typeof MORE_ROLES)[number];

/** The file that is mapped. */
export interface Table {
  /** The app's name for the file. */
  file: string;
  /** Which of the files that are packed in it. */
  name: string;
  password: string | null;
}

/** A mapping that is being made. */
export class MappingDraft {
  mapping = $state<Mapping | null>(null);
  preview = $state.raw<Preview | null>(null);
  /** The first rows as they stand in the file. */
  cells = $state.raw<string[][]>([]);
  error = $state<UiError | null>(null);
  busy = $state(false);
  saving = $state(false);
  saveError = $state<UiError | null>(null);

  names = $derived(this.preview?.header?.names ?? []);
  /** Something of it can be read, and it has what a mapping needs. */
  ready = $derived(this.mapping !== null && this.mapping.name.trim() !== "" && (this.preview?.readable ?? 0) > 0 && this.preview?.missing.length === 0);

  readonly #host: Host;
  readonly #pause = new Pause(TRY_MS);
  readonly #newest = new Newest();

  constructor(
    host: Host,
    readonly table: Table,
  ) {
    this.#host = host;
  }

  /** Asks for a first guess. */
  async start(): Promise<void> {
    await this.#try(null);
  }

  /** Changes something about it, and tries it soon. */
  change(part: Partial<Mapping>): void {
    if (!this.mapping) return;
    this.mapping = { ...this.mapping, ...part };
    this.#pause.ask(() => void this.#try(this.mapping));
  }

  /** Says which column a role is; an amount stands in one column, or what came in and what went out in two. */
  assign(role: Role, name: string | null): void {
    const mapping = this.mapping;
    if (!mapping) return;
    const columns: Columns = { ...mapping.columns, [role]: role === "time" ? (name ?? "") : name };
    if (name !== null && role === "amount") columns.money_in = columns.money_out = null;
    if (name !== null && (role === "money_in" || role === "money_out")) columns.amount = null;
    this.change({ columns });
  }

  /** The column of a role. */
  column(role: Role): string | null {
    const column = this.mapping?.columns[role] ?? null;
    return column === "" ? null : column;
  }

  /** What stands in a column of the first row that has something there. */
  sample(name: string | null): string {
    const at = name === null ? -1 : this.names.indexOf(name);
    return at < 0 ? "" : (this.cells.find((row) => (row[at] ?? "") !== "")?.[at] ?? "");
  }

  /** Keeps it; answers whether it is kept. */
  async save(): Promise<boolean> {
    const mapping = this.mapping;
    if (!mapping || this.saving) return false;
    this.#pause.drop();
    this.saving = true;
    this.saveError = null;
    try {
      await this.#host.call("save_mapping", { ...mapping, name: mapping.name.trim() });
    } catch (error) {
      this.saveError = asUiError(error);
    }
    this.saving = false;
    return this.saveError === null;
  }

  /** Nobody waits for it any more. */
  leave(): void {
    this.#pause.drop();
    this.#newest.next();
  }

  async #try(mapping: Mapping | null): Promise<void> {
    const current = this.#newest.next();
    this.busy = true;
    try {
      const tried = await this.#host.call("preview_mapping", { ...this.table, mapping });
      if (!current()) return;
      // What somebody changed meanwhile is newer than what was tried.
      if (mapping === null) this.mapping = tried.mapping ? { ...tried.mapping, name: tried.mapping.name || stem(this.table.name) } : null;
      this.preview = tried.preview;
      this.cells = tried.cells;
      this.error = null;
    } catch (error) {
      if (current()) this.error = asUiError(error);
    }
    if (current()) this.busy = false;
  }
}

/** A file's name without its ending and its numbers: what the next one of its kind has too. */
function stem(name: string): string {
  const short = name.replace(/\.[^.]*$/, "").replace(/[\s_\-.]*\d[\d\s_\-.]*$/, "").trim();
  return (short || name).slice(0, 60);
}
