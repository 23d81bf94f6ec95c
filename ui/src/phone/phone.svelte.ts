// The phone's whole state: linked or not, heard or not, what came, what is said. The components only draw it.
import type { Language, Shop } from "../generated";
import { language, setLanguage } from "../lib/i18n.svelte";
import type { Lack, Unable } from "./able";
import { Invitation, codeIn, type InviteProblem } from "./accept";
import { Announcer } from "./announcer.svelte";
import { Awake } from "./awake.svelte";
import { Link, type Around, type Refusal } from "./link";
import { Sound } from "./sound.svelte";
import { WISHES, type Bond, type Store, type Wishes } from "./store";
import { ToldList } from "./told.svelte";
import { DEAD_MS, type Frame, type HubSays, type Permission } from "./wire";

/** The page looks every second; a longer gap means that the phone slept. */
const ASLEEP_MS = 5_000;
/** So long it may take to come back after that. */
const PATIENCE_MS = 6_000;

/** So many pages of the history are asked for by one touch, at most. */
const PAGES_AT_ONCE = 8;

/** Where this phone stands. */
export type Stage =
  | "starting"
  | "unable"
  | "unlinked"
  | "invited"
  | "linked"
  | "elsewhere"
  /** It was linked, and the owner ended that. */
  | "revoked"
  /** It is linked and not let in; it goes on asking. */
  | Refusal;

/** What the phone needs from the browser; tests stand in for it. */
export interface Surroundings {
  store: Store;
  around: Around;
  sound: Sound;
  awake: Awake;
  /** Why the page cannot work here. */
  unable: () => Promise<Unable | null>;
  lacks: () => Lack[];
  /** Takes this page to be the one of this browser that listens; calls back when another one takes its place. */
  alone: (displaced: () => void) => void;
  /** Takes the code out of the address, so that it stays in no history; answers the address with the code. */
  hideCode: () => string;
  /** The page is in sight; else the phone may sleep, and nobody hears it. */
  seen: () => boolean;
  /** Loads the page anew: `false`, if that was done already and the hub did not let it in since. */
  reload: () => boolean;
  /** The hub let this page in. */
  letIn: () => void;
  accept: typeof fetch;
}

/** Why nothing is heard. */
export type Deaf = { why: "link" | "till" | "refused"; since: number | null };

/** The phone. */
export class Phone {
  stage = $state<Stage>("starting");
  unable = $state<Unable | null>(null);
  lacks = $state.raw<Lack[]>([]);
  /** Taking an invitation. */
  busy = $state(false);
  problem = $state<InviteProblem | null>(null);
  bond = $state.raw<Bond | null>(null);
  /** The invitation's link, for another browser where this one cannot take it. */
  inviteLink = $state<string | null>(null);
  wishes = $state<Wishes>({ ...WISHES });

  shop = $state.raw<Shop | null>(null);
  name = $state("");
  permission = $state.raw<Permission | null>(null);
  speaks = $state(true);
  /** The hub let this phone in and is heard. */
  connected = $state(false);
  failures = $state(0);
  /** Nothing is heard: silence means nothing now. */
  deaf = $state.raw<Deaf | null>(null);
  /** Who is deaf wants to see the list all the same. */
  aside = $state(false);
  readonly told = new ToldList();
  readonly sound: Sound;
  readonly awake: Awake;
  readonly announcer: Announcer;

  readonly #with: Surroundings;
  #invitation: Invitation | null = null;
  #link: Link | null = null;
  #till: Frame<"beat"> | null = null;
  #cursor: string | null = null;
  #hubAhead = 0;
  #looking: ReturnType<typeof setInterval> | undefined;
  #lookedAt = 0;
  #patientUntil = 0;

  constructor(surroundings: Surroundings) {
    this.#with = surroundings;
    this.sound = surroundings.sound;
    this.awake = surroundings.awake;
    this.announcer = new Announcer(this.sound, () => this.hubNow(), () => this.shop?.day_rule.zone ?? null, () => this.wishes.vibrate);
  }

  /** The hub's clock. */
  hubNow(): number {
    return Date.now() + this.#hubAhead;
  }

  /** Begins: `fragment` is what stands behind the address' `#`, `wanted` the browser's languages. */
  async start(fragment: string, wanted: readonly string[]): Promise<void> {
    this.speakIn(browserLanguage(wanted));
    const code = codeIn(fragment);
    if (code !== null) this.inviteLink = this.#with.hideCode();
    this.unable = await this.#with.unable();
    const kept = this.unable === null ? await this.#with.store.read().catch(() => null) : null;
    if (kept === null) {
      this.unable ??= "no_store";
      this.stage = "unable";
      return;
    }
    this.lacks = this.#with.lacks();
    this.wishes = kept.wishes;
    if (kept.wishes.language !== null) this.speakIn(kept.wishes.language);
    this.bond = kept.bond;
    this.#cursor = kept.heard?.cursor ?? null;
    this.told.recall(kept.heard?.ids ?? []);
    if (code !== null) {
      this.#invited(new Invitation(code, this.#with.accept));
      this.stage = "invited";
    } else if (kept.bond === null) {
      this.stage = "unlinked";
    } else {
      this.#listen(kept.bond);
      await this.sound.wake();
    }
  }

  /** Takes the invitation. */
  async accept(): Promise<void> {
    if (this.#invitation === null || this.busy) return;
    this.busy = true;
    this.problem = null;
    try {
      const result = await this.#invitation.accept();
      if (typeof result === "string") {
        this.problem = result;
        return;
      }
      // First what must not get lost: with the same key the same invitation can be taken again.
      await this.#with.store.write("heard", null);
      await this.#with.store.write("bond", result);
      this.told.clear();
      this.#cursor = null;
      this.bond = result;
      this.#invited(null);
      this.#listen(result);
    } catch {
      this.problem = "phone";
    } finally {
      this.busy = false;
    }
  }

  /** Leaves the invitation as it is. */
  decline(): void {
    this.#invited(null);
    this.problem = null;
    if (this.bond === null) this.stage = "unlinked";
    else this.#listen(this.bond);
  }

  /** This page is to listen (again), not the other one. */
  here(): void {
    if (this.bond !== null) this.#listen(this.bond);
  }

  /** Forgets the till: key, place and payments. */
  async forget(): Promise<void> {
    this.#quiet();
    await this.#erase();
    this.stage = "unlinked";
  }

  /** Changes what is wished on this phone. */
  wish(change: Partial<Wishes>): void {
    this.wishes = { ...this.wishes, ...change };
    if (change.language) this.speakIn(change.language);
    if (change.awake !== undefined) this.awake.want(change.awake && this.#link !== null);
    void this.#with.store.write("wishes", $state.snapshot(this.wishes)).catch(() => undefined);
  }

  /** Words, and the voice, in this language. */
  speakIn(wanted: Language): void {
    setLanguage(wanted);
    document.documentElement.lang = language();
    this.announcer.language = language();
  }

  /** Older payments than those that are shown. */
  async older(): Promise<void> {
    const link = this.#link;
    if (link === null || this.busy) return;
    this.busy = true;
    const shown = this.told.items.length;
    // The newest page may be of today, which is shown already: on, until there is something to see.
    for (let pages = 0; pages < PAGES_AT_ONCE && this.told.more !== null && this.told.items.length === shown; pages++) {
      const page = await link.history(this.told.more ?? null);
      if (page === null || link !== this.#link) break;
      this.told.addOlder(page);
    }
    this.busy = false;
  }

  /** The screen or the network is back. */
  hurry(): void {
    this.#link?.hurry();
    this.#look();
  }

  /** The page is out of sight: the phone may sleep at any moment. */
  hidden(): void {
    this.#link?.tellHearable();
  }

  #invited(invitation: Invitation | null): void {
    this.#invitation = invitation;
    if (invitation === null) this.inviteLink = null;
  }

  #listen(bond: Bond): void {
    this.#link?.stop();
    this.stage = "linked";
    this.#till = null;
    this.deaf = null;
    this.#with.alone(() => this.#displaced());
    const link = new Link(bond, this.#with.around, {
      after: () => this.#cursor,
      heard: (frame) => this.#heard(frame),
      changed: () => this.#look(),
      revoked: () => void this.#revoked(),
      hearable: () => this.#hearable(),
    });
    this.#link = link;
    this.awake.want(this.wishes.awake);
    clearInterval(this.#looking);
    this.#looking = setInterval(() => this.#look(), 1000);
    link.start();
  }

  #heard(frame: HubSays): void {
    switch (frame.type) {
      case "welcome":
        this.#with.letIn();
        this.#hubAhead = frame.now - Date.now();
        this.shop = frame.shop;
        this.#allow(frame);
        this.told.begin(frame, !frame.from_start);
        this.#keep(frame.cursor);
        break;
      case "told": {
        const fresh = this.told.add(frame);
        this.#keep(frame.cursor);
        if (this.permission?.may.hear !== false) this.announcer.push(fresh, this.speaks);
        break;
      }
      case "changed":
        this.#allow(frame);
        break;
      case "today":
        this.told.begin({ ...frame, today: frame.items }, false);
        this.#keep(frame.cursor);
        break;
      case "beat":
        this.#hubAhead = frame.now - Date.now();
        this.#till = frame;
        break;
    }
  }

  #allow({ name, permission, speaks }: Pick<Frame<"changed">, "name" | "permission" | "speaks">): void {
    this.name = name;
    this.permission = permission;
    this.speaks = speaks;
    if (!speaks || !permission.may.hear) this.announcer.hush();
  }

  #keep(cursor: string): void {
    this.#cursor = cursor;
    void this.#with.store.write("heard", { cursor, ids: this.told.ids }).catch(() => undefined);
  }

  /** Looks whether anything is heard, and says so when that changed. */
  #look(): void {
    const link = this.#link;
    if (link === null) return;
    const outdated = this.#stand(link.refused);
    this.connected = link.on;
    this.failures = link.failures;
    const now = Date.now();
    // A phone that slept has heard nothing for long; it gets a moment to come back before it is loud about it.
    if (now - this.#lookedAt > ASLEEP_MS) this.#patientUntil = now + PATIENCE_MS;
    this.#lookedAt = now;
    const deaf = this.#deaf(link, now);
    const before = this.deaf;
    const changed = deaf?.why !== before?.why;
    if (changed || deaf?.since !== before?.since) this.deaf = deaf;
    if (deaf === null) this.aside = false;
    const said = changed ? this.announcer.listening(deaf, before) : Promise.resolve();
    if (outdated) void said.then(() => this.#renew(link));
  }

  /** Let in or not: what stands on the screen. Answers whether the page turned out to be of before an update. */
  #stand(refused: Refusal | null): boolean {
    const stage = refused ?? "linked";
    if (this.stage === stage) return false;
    this.stage = stage;
    if (refused === null) return false;
    // Whoever is not let in may belong to the shop no more: nothing of it stays on the screen.
    const { ids } = this.told;
    this.told.clear();
    this.told.recall(ids);
    return refused === "version";
  }

  /** The till was updated, and this page is of before. Loaded anew it may be silent until a touch, so the alarm came first. */
  #renew(link: Link): void {
    if (link === this.#link && link.refused === "version") this.#with.reload();
  }

  /** Whoever is in the room hears this phone: else another one of the room speaks. */
  #hearable(): boolean {
    return this.sound.state === "on" && this.sound.voice !== false && !this.announcer.muted && this.#with.seen();
  }

  #deaf(link: Link, now: number): Deaf | null {
    if (link.refused !== null) return { why: "refused", since: link.heardAt + this.#hubAhead };
    if (!link.on && now - link.heardAt > DEAD_MS) {
      if (this.deaf === null && now < this.#patientUntil) return null;
      return { why: "link", since: link.heardAt + this.#hubAhead };
    }
    if (this.#till !== null && !this.#till.listening) return { why: "till", since: this.#till.since ?? null };
    return null;
  }

  async #revoked(): Promise<void> {
    this.#quiet();
    this.announcer.cutOff();
    await this.#erase();
    this.stage = "revoked";
  }

  #displaced(): void {
    if (this.#link === null) return;
    this.#quiet();
    this.stage = "elsewhere";
  }

  async #erase(): Promise<void> {
    this.bond = null;
    this.shop = null;
    this.name = "";
    this.permission = null;
    this.#cursor = null;
    await this.#with.store.erase().catch(() => undefined);
  }

  #quiet(): void {
    clearInterval(this.#looking);
    this.#link?.stop();
    this.#link = null;
    this.connected = false;
    this.deaf = null;
    this.announcer.end();
    this.awake.want(false);
    this.told.clear();
  }
}

/** Chinese where the browser asks for it before English. */
export function browserLanguage(wanted: readonly string[]): Language {
  const known = wanted.map((one) => one.toLowerCase()).find((one) => /^(zh|en)\b/.test(one));
  return known?.startsWith("zh") === true ? "zh-CN" : "en";
}
