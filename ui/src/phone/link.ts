// The connection to the hub: proves who is there, beats, notices silence, and comes back by itself.
import type { Bond } from "./store";
import { BEAT_MS, DEAD_MS, VERSION, type Frame, type HubSays, type TerminalSays } from "./wire";

/** As much of a WebSocket as is needed. */
export interface Socket {
  send(text: string): void;
  close(): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
}

/** What the link needs from around it. */
export interface Around {
  dial(): Socket;
  prove(bond: Bond, nonce: string): Promise<string>;
  /** From 0 to 1. */
  random(): number;
  /** What this browser calls itself, for the owner's list. */
  app: string;
}

/** Why the hub does not let this phone in. The owner may put it right, so that it goes on asking. */
export type Refusal = "unknown" | "version" | "other_hub";

/** Whoever follows the link. */
export interface Ear {
  /** The place up to which was heard. */
  after(): string | null;
  /** A frame of a hub that let this phone in. */
  heard(frame: HubSays): void;
  /** The state changed: {@link Link.on}, {@link Link.heardAt}, {@link Link.failures} or {@link Link.refused}. */
  changed(): void;
  /** The owner cut this phone off, for good. */
  revoked(): void;
  /** Whoever is in the room can hear this phone speak. */
  hearable(): boolean;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
/** A hub that does not let this phone in is asked again, and not bothered. */
const REFUSED_WAIT_MS = 60_000;
/** A history that does not come. */
const PAGE_WITHIN_MS = 10_000;

/** How long to wait before the next try, each twice as long as the last; never all phones at once. */
export function waitMs(failures: number, random: number): number {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures, 10));
  return Math.round(longest / 2 + (longest / 2) * random);
}

/** The connection. */
export class Link {
  /** The hub let this phone in and is heard. */
  on = false;
  /** When the hub was heard last, by this phone's clock; since the start, if never. */
  heardAt = Date.now();
  /** How often in a row it could not be reached. */
  failures = 0;
  /** It does not let this phone in. */
  refused: Refusal | null = null;

  #socket: Socket | null = null;
  #frameAt = 0;
  #beatAt = 0;
  /** What the hub was told last. */
  #hearable = false;
  #again: ReturnType<typeof setTimeout> | undefined;
  #clock: ReturnType<typeof setInterval> | undefined;
  #asks = new Map<number, (page: Frame<"page"> | null) => void>();
  #lastAsk = 0;

  constructor(
    readonly bond: Bond,
    private readonly around: Around,
    private readonly ear: Ear,
  ) {}

  /** Begins, and goes on until {@link stop}. */
  start(): void {
    this.heardAt = Date.now();
    this.#clock ??= setInterval(() => this.#look(), 1000);
    this.#dial();
  }

  /** Ends it. */
  stop(): void {
    clearInterval(this.#clock);
    this.#clock = undefined;
    this.#hangUp();
    clearTimeout(this.#again);
  }

  /** The network or the screen is back: try at once. */
  hurry(): void {
    if (this.#clock === undefined) return;
    this.#look();
    if (this.#socket === null) this.#dial();
  }

  /** Says at once whether this phone is heard, where that changed: another one speaks for it meanwhile. */
  tellHearable(): void {
    if (this.on && this.ear.hearable() !== this.#hearable) this.#beat();
  }

  /** Asks for what came before; `null`: no answer. */
  history(before: string | null): Promise<Frame<"page"> | null> {
    if (!this.on) return Promise.resolve(null);
    const id = ++this.#lastAsk;
    return new Promise((resolve) => {
      const late = setTimeout(() => this.#answer(id, null), PAGE_WITHIN_MS);
      this.#asks.set(id, (page) => {
        clearTimeout(late);
        resolve(page);
      });
      this.#send({ type: "history", id, before });
    });
  }

  #dial(): void {
    clearTimeout(this.#again);
    this.#hangUp();
    this.#frameAt = Date.now();
    let socket: Socket;
    try {
      socket = this.around.dial();
    } catch {
      this.#retry();
      return;
    }
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket) this.#read(socket, data);
    };
    socket.onclose = () => {
      if (socket === this.#socket) this.#retry();
    };
  }

  #read(socket: Socket, data: unknown): void {
    let frame: HubSays;
    try {
      frame = JSON.parse(String(data)) as HubSays;
    } catch {
      this.#retry();
      return;
    }
    this.#frameAt = Date.now();
    switch (frame.type) {
      case "challenge":
        void this.#prove(socket, frame);
        return;
      case "refused":
        if (frame.reason === "busy") this.#retry();
        else this.#refuse(frame.reason);
        return;
      case "revoked":
        this.stop();
        this.ear.revoked();
        return;
      case "page":
        this.#answer(frame.id, frame);
        break;
      case "welcome":
        this.on = true;
        this.failures = 0;
        this.refused = null;
        break;
    }
    if (!this.on) return;
    this.heardAt = this.#frameAt;
    this.ear.heard(frame);
    this.ear.changed();
  }

  async #prove(socket: Socket, challenge: Frame<"challenge">): Promise<void> {
    if (challenge.version !== VERSION) {
      this.#refuse("version");
      return;
    }
    // Another hub at this address is told nothing, not even who asks.
    if (challenge.hub !== this.bond.hub) {
      this.#refuse("other_hub");
      return;
    }
    try {
      const signature = await this.around.prove(this.bond, challenge.nonce);
      if (socket !== this.#socket) return;
      const { terminal } = this.bond;
      const hearable = this.#hears();
      this.#send({ type: "prove", version: VERSION, terminal, signature, after: this.ear.after(), app: this.around.app, hearable });
    } catch {
      if (socket === this.#socket) this.#retry();
    }
  }

  /** Once a second: is anybody there, and do they know that we are. */
  #look(): void {
    const now = Date.now();
    if (this.#socket === null) return;
    if (now - this.#frameAt > DEAD_MS) this.#retry();
    else if (this.on && now - this.#beatAt >= BEAT_MS) this.#beat();
    else this.tellHearable();
  }

  #beat(): void {
    this.#send({ type: "beat", hearable: this.#hears() });
  }

  #hears(): boolean {
    this.#hearable = this.ear.hearable();
    return this.#hearable;
  }

  #send(frame: TerminalSays): void {
    this.#beatAt = Date.now();
    try {
      this.#socket?.send(JSON.stringify(frame));
    } catch {
      this.#retry();
    }
  }

  #answer(id: number, page: Frame<"page"> | null): void {
    this.#asks.get(id)?.(page);
    this.#asks.delete(id);
  }

  #retry(): void {
    const wait = waitMs(this.failures, this.around.random());
    this.failures += 1;
    this.#tryIn(wait);
  }

  #refuse(why: Refusal): void {
    this.refused = why;
    this.#tryIn(Math.round(REFUSED_WAIT_MS * (1 + this.around.random() / 2)));
  }

  #tryIn(wait: number): void {
    this.#hangUp();
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.#dial(), wait);
    this.ear.changed();
  }

  #hangUp(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.on = false;
    for (const id of [...this.#asks.keys()]) this.#answer(id, null);
    if (socket === null) return;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }
}
