// Clerks' phones: who is linked and listening, open invitations, what each may be told, and the record.
import type {
  InvitationMade,
  Permission,
  PresetView,
  RecordLine,
  SentLine,
  TerminalsView,
  TerminalsWish,
  TerminalView,
  UiError,
} from "../../generated";
import { asUiError, type Host } from "../../lib/host";
import { Newest } from "../../lib/wait";

/** How often the list is asked again while it is on show: delays and "last seen" are told by nothing else. */
const POLL_MS = 5000;
/** How long it is said that something was done. */
const SAID_MS = 6000;

/** What stands open below a phone's line. */
export type Open = "permission" | "revoke" | "sent";

/** What is entered for an invitation or a change; in force only once it was sent. */
export class Draft {
  name = $state("");
  permission = $state<Permission>() as Permission;
  /** How long an invitation is good. */
  expires_in_s = $state(86_400);

  constructor(name: string, permission: Permission) {
    this.name = name;
    this.permission = copy(permission);
  }
}

/** Everything about clerks' phones. */
export class Terminals {
  view = $state.raw<TerminalsView | null>(null);
  /** What a phone may be, to begin with. */
  presets = $state.raw<PresetView[]>([]);
  error = $state<UiError | null>(null);
  /** A switch, a list or a question is being carried out. */
  busy = $state(false);
  /** What was asked for did not work. */
  doError = $state<UiError | null>(null);
  /** Turning off is asked about. */
  closing = $state(false);

  /** The invitation that is being written. */
  inviting = $state.raw<Draft | null>(null);
  inviteError = $state<UiError | null>(null);
  /** The invitation that was made just now: its link is shown this once. */
  made = $state.raw<InvitationMade | null>(null);

  /** The phone whose line is open, and what is open there. */
  open = $state<{ id: string; what: Open } | null>(null);
  /** What is entered for that phone. */
  draft = $state.raw<Draft | null>(null);
  saveError = $state<UiError | null>(null);
  /** The phone that was saved just now. */
  saved = $state<string | null>(null);
  /** What the open phone was sent, newest first; `null` until it is here. */
  sent = $state.raw<SentLine[] | null>(null);
  sentMore = $state(false);

  /** The record, newest first; `null` until somebody asks for it. */
  record = $state.raw<RecordLine[] | null>(null);
  recordMore = $state(false);
  recordError = $state<UiError | null>(null);

  /** Phones that are linked, as they were linked. */
  linked = $derived((this.view?.terminals ?? []).filter((one) => one.revoked_at === null));
  /** Those that were removed. */
  revoked = $derived((this.view?.terminals ?? []).filter((one) => one.revoked_at !== null));
  /** The phone that took the invitation on show. */
  taker = $derived.by((): TerminalView | null => {
    const id = this.made?.invitation.id;
    return id === undefined ? null : (this.linked.find((one) => one.invitation === id) ?? null);
  });
  /** The invitation on show is not open any more, and nobody who took it is linked. */
  lapsed = $derived.by((): boolean => {
    const id = this.made?.invitation.id;
    return id !== undefined && id === this.#listed && this.taker === null && !this.view?.invitations.some((one) => one.id === id);
  });

  /** The invitation on show, once the list had it. */
  #listed = $state<string | null>(null);
  readonly #host: Host;
  readonly #newest = new Newest();
  #savedTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Listens first, then asks; answers how to stop. */
  async start(): Promise<() => void> {
    const unlisten = await this.#host.listen("terminals", () => {
      void this.load();
      if (this.record !== null) void this.loadRecord();
    });
    await Promise.all([
      this.load(),
      this.#host.call("terminal_presets").then((presets) => (this.presets = presets), () => undefined),
    ]);
    const timer = setInterval(() => {
      if (document.visibilityState !== "hidden" && this.view?.reach.lan) void this.load();
    }, POLL_MS);
    return () => {
      unlisten();
      clearInterval(timer);
      clearTimeout(this.#savedTimer);
    };
  }

  /** All of it, again. */
  async load(): Promise<void> {
    const current = this.#newest.next();
    try {
      const view = await this.#host.call("terminals");
      if (!current()) return;
      this.#show(view);
      this.error = null;
    } catch (error) {
      if (current()) this.error = asUiError(error);
    }
  }

  #show(view: TerminalsView): void {
    this.view = view;
    const id = this.made?.invitation.id;
    if (id !== undefined && view.invitations.some((one) => one.id === id)) this.#listed = id;
  }

  /** Has something changed; answers why it was not. */
  async #change(wish: TerminalsWish): Promise<UiError | null> {
    if (this.busy) return { code: "internal", field: null };
    this.busy = true;
    // An answer that is on its way knows nothing of this.
    const current = this.#newest.next();
    try {
      const view = await this.#host.call("change_terminals", wish);
      if (current()) this.#show(view);
      this.error = null;
      return null;
    } catch (error) {
      return asUiError(error);
    } finally {
      this.busy = false;
    }
  }

  /** Opens the page for phones to the shop's network, or closes it. */
  async setOpen(open: boolean): Promise<void> {
    this.doError = await this.#change({ wish: "reach", lan: open });
    if (this.doError === null) this.closing = false;
    if (!open && this.doError === null) this.leaveInvitation();
  }

  /** Begins an invitation with the first kind of role. */
  invite(): void {
    const [preset] = this.presets;
    if (!preset) return;
    this.show(null);
    this.made = null;
    this.inviteError = null;
    this.inviting = new Draft("", preset.permission);
  }

  /** Makes the invitation that was written. */
  async makeInvitation(): Promise<void> {
    const wanted = this.inviting;
    if (wanted === null || this.busy) return;
    const name = wanted.name.trim();
    if (name === "") {
      this.inviteError = { code: "invalid", field: "name" };
      return;
    }
    this.busy = true;
    try {
      this.made = await this.#host.call("invite_terminal", { name, permission: copy(wanted.permission), expires_in_s: wanted.expires_in_s });
      this.inviting = null;
      this.inviteError = null;
      await this.load();
    } catch (error) {
      this.inviteError = asUiError(error);
    } finally {
      this.busy = false;
    }
  }

  /** Closes the form and the invitation on show; its link is not shown again. */
  leaveInvitation(): void {
    this.inviting = null;
    this.inviteError = null;
    this.made = null;
    this.#listed = null;
  }

  /** Withdraws an invitation that nobody has used. */
  async withdraw(id: string): Promise<void> {
    this.doError = await this.#change({ wish: "withdraw", id });
    if (this.doError === null && this.made?.invitation.id === id) this.leaveInvitation();
  }

  /** Opens something below a phone's line, or closes it where it is open. */
  show(id: string | null, what: Open = "permission"): void {
    const again = this.open?.id === id && this.open.what === what;
    this.open = id === null || again ? null : { id, what };
    this.saveError = null;
    this.saved = null;
    this.sent = null;
    this.sentMore = false;
    const one = this.linked.find((one) => one.id === this.open?.id);
    this.draft = one && this.open?.what === "permission" ? new Draft(one.name, one.permission) : null;
    if (this.open) this.inviting = null;
    if (this.open?.what === "sent") void this.loadSent();
  }

  /** Saves what was entered for the open phone: links that are open follow at once. */
  async save(): Promise<void> {
    const [id, draft] = [this.open?.id, this.draft];
    if (id === undefined || draft === null) return;
    const name = draft.name.trim();
    if (name === "") {
      this.saveError = { code: "invalid", field: "name" };
      return;
    }
    this.saveError = await this.#change({ wish: "set", id, name, permission: copy(draft.permission) });
    if (this.saveError !== null) return;
    this.show(null);
    this.saved = id;
    clearTimeout(this.#savedTimer);
    this.#savedTimer = setTimeout(() => (this.saved = null), SAID_MS);
  }

  /** Takes the phone back that was asked about. */
  async revoke(id: string): Promise<void> {
    this.saveError = await this.#change({ wish: "revoke", id });
    if (this.saveError === null) this.show(null);
  }

  /** Takes the phone back that took the invitation on show: it was not the one that was meant. */
  async revokeTaker(): Promise<void> {
    if (this.taker === null) return;
    this.inviteError = await this.#change({ wish: "revoke", id: this.taker.id });
    if (this.inviteError === null) this.#listed = this.made?.invitation.id ?? null;
  }

  /** Only the first phone of a list speaks, or each as it may. */
  async setVoice(list: string[] | null): Promise<void> {
    this.doError = await this.#change({ wish: "voice", list });
  }

  /** The newest of what the open phone was sent, or with what is older. */
  async loadSent(more = false): Promise<void> {
    const id = this.open?.id;
    if (id === undefined) return;
    const before = more ? (this.sent?.at(-1)?.key ?? null) : null;
    try {
      const page = await this.#host.call("terminal_sent", { id, before });
      if (this.open?.id !== id || this.open.what !== "sent") return;
      this.sent = more ? [...(this.sent ?? []), ...page.lines] : page.lines;
      this.sentMore = page.more;
    } catch (error) {
      if (this.open?.id === id) this.saveError = asUiError(error);
    }
  }

  /** The newest of the record, or with what is older. */
  async loadRecord(more = false): Promise<void> {
    const before = more ? (this.record?.at(-1)?.number ?? null) : null;
    try {
      const page = await this.#host.call("terminals_record", { before });
      this.record = more ? [...(this.record ?? []), ...page.lines] : page.lines;
      this.recordMore = page.more;
      this.recordError = null;
    } catch (error) {
      this.recordError = asUiError(error);
    }
  }

  /** Closes the record. */
  closeRecord(): void {
    this.record = null;
    this.recordError = null;
  }
}

function copy<Value>(value: Value): Value {
  return $state.snapshot(value) as Value;
}
