// A phone without a browser around it: its store in memory, its loudspeaker a list.
import type { Language } from "../../src/generated";
import { Awake } from "../../src/phone/awake.svelte";
import { prove } from "../../src/phone/keys";
import { Phone, type Surroundings } from "../../src/phone/phone.svelte";
import { Sound } from "../../src/phone/sound.svelte";
import { WISHES, type Kept, type Store } from "../../src/phone/store";
import { CODE, type FakeHub } from "./fake-hub";

/** Keeps in memory. */
export class MemoryStore implements Store {
  kept: Kept = { bond: null, heard: null, wishes: { ...WISHES } };

  read(): Promise<Kept> {
    return Promise.resolve({ ...this.kept });
  }

  write<Name extends keyof Kept>(name: Name, value: Kept[Name]): Promise<void> {
    this.kept[name] = value;
    return Promise.resolve();
  }

  erase(): Promise<void> {
    this.kept = { bond: null, heard: null, wishes: { ...WISHES, language: this.kept.wishes.language } };
    return Promise.resolve();
  }
}

/** Writes down what would be heard. */
export class WrittenSound extends Sound {
  readonly heard: string[] = [];

  override turnOn(_: Language): Promise<void> {
    this.state = "on";
    this.voice = true;
    return Promise.resolve();
  }

  override wake(): Promise<void> {
    return Promise.resolve();
  }

  override chime(): Promise<void> {
    return Promise.resolve();
  }

  override alarm(): Promise<void> {
    this.heard.push("(alarm)");
    return Promise.resolve();
  }

  override say(text: string): Promise<boolean> {
    this.heard.push(text);
    return Promise.resolve(true);
  }

  override hush(): void {
    this.heard.push("(hush)");
  }
}

/** What is signed beside the timers takes as long as a laden machine needs; it is only waited for where it fails. */
export const PATIENT = { timeout: 20_000 };

/** A phone at a hub, with everything that a test looks at. */
export interface Stage {
  phone: Phone;
  hub: FakeHub;
  store: MemoryStore;
  sound: WrittenSound;
  /** Another page of this browser takes over. */
  displace: () => void;
  codeHidden: () => boolean;
  /** How often the page loaded itself anew. */
  reloads: () => number;
  /** Puts the page in sight, or out of it. */
  see: (seen: boolean) => void;
}

/** Sets a phone up; `store` of an earlier one: the page was opened anew. */
export function stage(hub: FakeHub, store = new MemoryStore(), change: Partial<Surroundings> = {}): Stage {
  const sound = new WrittenSound();
  let displace: () => void = () => undefined;
  let [hidden, seen, reloads, reloaded] = [false, true, 0, false];
  const phone = new Phone({
    store,
    around: { dial: () => hub.dial(), prove: (bond, nonce) => prove(bond.keys, bond.hub, nonce, bond.terminal), random: () => 0, app: "Test 1" },
    sound,
    awake: new Awake(),
    unable: () => Promise.resolve(null),
    lacks: () => [],
    alone: (displaced) => {
      displace = displaced;
    },
    hideCode: () => {
      hidden = true;
      return `https://192.168.1.20:8787/phone/#${CODE}`;
    },
    seen: () => seen,
    reload: () => {
      if (reloaded) return false;
      reloaded = true;
      reloads += 1;
      return true;
    },
    letIn: () => {
      reloaded = false;
    },
    accept: hub.accept as typeof fetch,
    ...change,
  });
  return { phone, hub, store, sound, displace: () => displace(), codeHidden: () => hidden, reloads: () => reloads, see: (is) => void (seen = is) };
}
