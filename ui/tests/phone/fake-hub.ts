// A small hub for the phone page: it speaks the real frames, checks the real signature, and does what a test tells it.
import { proofText } from "../../src/phone/keys";
import type { Socket } from "../../src/phone/link";
import type { HubSays, Permission, TerminalSays, TerminalTotals, ToldItem } from "../../src/phone/wire";

/** What a clerk may. */
export const CLERK: Permission = {
  may: { hear: true, history: "today", totals: false },
  sees: { amount: { kind: "exact" }, payer: false, order: false, platform: true, note: false, collector: false },
  which: { platforms: null, sources: null, from: null, to: null, hours: [] },
};

export const SHOP = { name: "小满便利店", currency: "CNY", day_rule: { zone: "Asia/Shanghai", cutover_hour: 4 } };

/** An invitation's code. */
export const CODE = "AAECAwQFBgcICQoLDA0ODw";

interface Terminal {
  id: string;
  key: CryptoKey;
  revoked: boolean;
}

let names = 0;

/** A payment as a phone is told of it. */
export function told(change: Partial<ToldItem> = {}): ToldItem {
  names += 1;
  return {
    id: `p${String(names)}`,
    at: Date.now(),
    day: "2026-11-22",
    kind: "payment",
    trust: "confirmed",
    test: false,
    amount: { kind: "exact", money: { minor: 1250, currency: "CNY" } },
    platform: "alipay",
    ...change,
  };
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
}

/** The hub's end of one connection. */
class Line implements Socket {
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  open = true;
  proven: Terminal | null = null;

  constructor(private readonly hub: FakeHub) {}

  /** From the phone. */
  send(text: string): void {
    if (this.open) void this.hub.read(this, JSON.parse(text) as TerminalSays);
  }

  /** By the phone. */
  close(): void {
    this.open = false;
  }

  /** To the phone. */
  say(frame: HubSays): void {
    if (this.open) this.onmessage?.({ data: JSON.stringify(frame) });
  }

  /** By the hub, or the network. */
  cut(): void {
    if (!this.open) return;
    this.open = false;
    this.onclose?.();
  }
}

/** The hub. */
export class FakeHub {
  id = "hub-1";
  shop = SHOP;
  name = "小赵的手机";
  permission: Permission = CLERK;
  speaks = true;
  listening = true;
  since: number | undefined;
  /** `false`: nobody can be reached. */
  reachable = true;
  /** What an invitation's code answers. */
  invitation: "good" | "expired" | "used" | "unknown" | "busy" | "full" | "storage" = "good";
  totals: TerminalTotals | undefined;
  refuses: Extract<HubSays, { type: "refused" }>["reason"] | null = null;
  /** Everything it was told of, oldest first: a cursor is a place in here. */
  readonly log: ToldItem[] = [];
  /** What the phones said. */
  readonly said: TerminalSays[] = [];
  readonly terminals = new Map<string, Terminal>();
  readonly lines: Line[] = [];
  #nonces = 0;

  /** Connects; the challenge follows. */
  dial(): Socket {
    const line = new Line(this);
    this.lines.push(line);
    void Promise.resolve().then(() => {
      if (!this.reachable) line.cut();
      else line.say({ type: "challenge", version: 1, hub: this.id, nonce: this.#nonce(line), now: Date.now() });
    });
    return line;
  }

  /** `POST /v1/invitations/accept`. */
  readonly accept = async (_: unknown, request?: RequestInit): Promise<Response> => {
    if (!this.reachable) throw new TypeError("no network");
    const wish = JSON.parse(String(request?.body)) as { code: string; key: string };
    const again = this.#taken.get(wish.key);
    if (again !== undefined) return new Response(JSON.stringify({ terminal: again, hub: this.id, shop: this.shop.name }), { status: 200 });
    if (this.invitation !== "good") return new Response(JSON.stringify({ code: this.invitation }), { status: 410 });
    const { code, key } = wish;
    if (code !== CODE) return new Response(JSON.stringify({ code: "unknown" }), { status: 404 });
    const id = `t${String(this.terminals.size + 1)}`;
    this.terminals.set(id, { id, key: await crypto.subtle.importKey("raw", bytes(key), "Ed25519", true, ["verify"]), revoked: false });
    this.invitation = "used";
    this.#taken.set(key, id);
    return new Response(JSON.stringify({ terminal: id, hub: this.id, shop: this.shop.name }), { status: 200 });
  };

  /** Keys that took it, and which terminal each became: the same key is answered again. */
  readonly #taken = new Map<string, string>();
  readonly #asked = new WeakMap<Line, string>();

  #nonce(line: Line): string {
    this.#nonces += 1;
    const nonce = `nonce-${String(this.#nonces)}`;
    this.#asked.set(line, nonce);
    return nonce;
  }

  async read(line: Line, frame: TerminalSays): Promise<void> {
    this.said.push(frame);
    if (frame.type === "prove") await this.#prove(line, frame);
    if (frame.type === "history" && line.proven) {
      const end = frame.before === null ? this.log.length : Number(frame.before);
      const start = Math.max(0, end - 2);
      const more = start > 0 ? { more: String(start) } : {};
      line.say({ type: "page", id: frame.id, items: this.log.slice(start, end).reverse(), ...more });
    }
  }

  async #prove(line: Line, proof: Extract<TerminalSays, { type: "prove" }>): Promise<void> {
    if (this.refuses !== null) {
      line.say({ type: "refused", reason: this.refuses });
      return;
    }
    const terminal = this.terminals.get(proof.terminal);
    const text = new TextEncoder().encode(proofText(this.id, this.#asked.get(line) ?? "", proof.terminal));
    const genuine = terminal !== undefined && (await crypto.subtle.verify("Ed25519", terminal.key, bytes(proof.signature), text));
    if (!genuine) {
      line.say({ type: "refused", reason: "unknown" });
      return;
    }
    if (terminal.revoked) {
      line.say({ type: "revoked" });
      return;
    }
    line.proven = terminal;
    const place = proof.after === null ? null : Number(proof.after);
    line.say({
      type: "welcome",
      shop: this.shop,
      terminal: terminal.id,
      name: this.name,
      permission: this.permission,
      preset: null,
      speaks: this.speaks,
      now: Date.now(),
      day: "2026-11-22",
      today: this.permission.may.history === "none" ? [] : [...this.log],
      from_start: place === null,
      cursor: String(place ?? this.log.length),
      ...this.#sums(),
    });
    if (place !== null && place < this.log.length) {
      line.say({ type: "told", items: this.log.slice(place), gone: [], cursor: String(this.log.length), ...this.#sums() });
    }
    this.beat();
  }

  /** Payments come; one with a known name replaces it. */
  pay(...items: ToldItem[]): void {
    for (const item of items) {
      const at = this.log.findIndex(({ id }) => id === item.id);
      if (at < 0) this.log.push(item);
      else this.log[at] = item;
    }
    this.#say({ type: "told", items, gone: [], cursor: String(this.log.length), ...this.#sums() });
  }

  /** Still here. */
  beat(): void {
    const since = this.since === undefined ? {} : { since: this.since };
    this.#say({ type: "beat", now: Date.now(), listening: this.listening, sources_silent: this.listening ? 0 : 1, ...since });
  }

  /** The owner changed something. */
  change(): void {
    this.#say({ type: "changed", name: this.name, permission: this.permission, preset: null, speaks: this.speaks });
    this.#say({ type: "today", day: "2026-11-22", items: [...this.log], cursor: String(this.log.length), ...this.#sums() });
  }

  /** Says something to everyone that was let in. */
  tell(frame: HubSays): void {
    this.#say(frame);
  }

  /** The owner cuts a phone off. */
  revoke(): void {
    for (const terminal of this.terminals.values()) terminal.revoked = true;
    this.#say({ type: "revoked" });
  }

  /** The network goes. */
  cut(): void {
    for (const line of this.lines) line.cut();
  }

  #sums(): { totals?: TerminalTotals } {
    return this.totals === undefined ? {} : { totals: this.totals };
  }

  #say(frame: HubSays): void {
    for (const line of this.lines) if (line.proven) line.say(frame);
  }
}
