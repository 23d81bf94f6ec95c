// The phone's whole state: linked or not, heard or not, what came, what is said. The components only draw it.
import type { Language, Shop } from "../generated";
import { language, setLanguage } from "../lib/i18n.svelte";
import type { Lack, Unable } from "./able";
import { Invitation, codeIn, type InviteProblem } from "./accept";
import { Announcer } from "./announcer.svelte";
import { Awake } from "./awake.svelte";
import { Link, type Around, type Over } from "./link";
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
  /** It was linked, and is no more. */
  | Over;

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
  /** Takes the code out of the address, so that it stays in no history. */
  hideCode: () => void;
  accept: typeof fetch;
}

/** Why nothing is heard. */
export type Deaf = { why: "link" | "till"; since: number | null };

/** The phone. */
export class Phone {
  stage = $state<Stage>("starting");
  unable = $state<Unable | null>(null);
  lacks = $state.raw<Lack[]>([]);
  /** Taking an invitation. */
  busy = $state(false);
  problem = $state<InviteProblem | null>(null);
  bond = $state.raw<Bond | null>(null);
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
    const code = codeIn(fragment);
    if (code !== null) this.#with.hideCode();
    if (code !== null) {
      this.#invitation = new Invitation(code, this.#with.accept);
      this.stage = "invited";
    } else if (kept.bond === null) {
      this.stage = "unlinked";
    } else {
      this.#listen(kept.bond);
    }
  }

  /** Takes the invitation. */
  async accept(): Promise<void> {
    if (this.#invitation === null || this.busy) return;
    this.busy = true;
    this.problem = null;
    const result = await this.#invitation.accept();
    this.busy = false;
    if (typeof result === "string") {
      this.problem = result;
      return;
    }
    this.told.clear();
    this.#cursor = null;
    this.bond = result;
    await this.#with.store.write("heard", null);
    await this.#with.store.write("bond", result);
    this.#listen(result);
  }

  /** Leaves the invitation as it is. */
  decline(): void {
    this.#invitation = null;
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
    await this.#erase();
    this.stage = "unlinked";
  }

  /** Changes what is wished on this phone. */
  wish(change: Partial<Wishes>): void {
    this.wishes = { ...this.wishes, ...change };
    if (change.language) this.speakIn(change.language);
    if (change.awake !== undefined) this.awake.want(change.awake && this.stage === "linked");
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
      over: (why) => void this.#over(why),
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
    if (link === null || this.stage !== "linked") return;
    this.connected = link.on;
    this.failures = link.failures;
    const now = Date.now();
    // A phone that slept has heard nothing for long; it gets a moment to come back before it is loud about it.
    if (now - this.#lookedAt > ASLEEP_MS) this.#patientUntil = now + PATIENCE_MS;
    this.#lookedAt = now;
    const deaf = this.#deaf(link, now);
    const before = this.deaf;
    if (deaf?.why === before?.why && deaf?.since === before?.since) return;
    this.deaf = deaf;
    if (deaf === null) this.aside = false;
    if (deaf?.why !== before?.why) this.announcer.listening(deaf, before);
  }

  #deaf(link: Link, now: number): Deaf | null {
    if (!link.on && now - link.heardAt > DEAD_MS) {
      if (this.deaf === null && now < this.#patientUntil) return null;
      return { why: "link", since: link.heardAt + this.#hubAhead };
    }
    if (this.#till !== null && !this.#till.listening) return { why: "till", since: this.#till.since ?? null };
    return null;
  }

  async #over(why: Over): Promise<void> {
    this.#quiet();
    if (why === "revoked") await this.#erase();
    this.stage = why;
  }

  #displaced(): void {
    if (this.stage !== "linked") return;
    this.#quiet();
    this.stage = "elsewhere";
  }

  async #erase(): Promise<void> {
    this.#quiet();
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
