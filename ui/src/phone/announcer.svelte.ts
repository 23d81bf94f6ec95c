// Says what came: chime, words, vibration, one after the other; and loudly that nothing is heard.
import type { Language } from "../generated";
import { clockAt } from "./clock";
import { wording } from "./phrase";
import type { Deaf } from "./phone.svelte";
import { Sayings, sentence } from "./sayings";
import type { Sound } from "./sound.svelte";
import type { ToldItem } from "./wire";

/** Milliseconds of shaking and pausing. */
const SHAKES = {
  confirmed: [140],
  reported: [70, 90, 70],
  refund: [300, 120, 300],
  deaf: [500, 200, 500, 200, 500, 200, 500],
} as const;

/** An alarm with its sentence takes less. */
const SAID_WITHIN_MS = 15_000;
/** How often it is said again that nothing is heard. */
const AGAIN_MS = 180_000;
const HALF_HOUR_MS = 1_800_000;

/** The phone's voice. */
export class Announcer {
  language: Language = "en";
  /** Silent until then, by this phone's clock; `null`: not silent. */
  mutedUntil = $state<number | null>(null);
  /** The sentence that is being said. */
  saying = $state<string | null>(null);

  readonly #waiting = new Sayings();
  #talking = false;
  #again: ReturnType<typeof setTimeout> | undefined;
  #listening: (() => Promise<void>) | null = null;

  constructor(
    private readonly sound: Sound,
    private readonly hubNow: () => number,
    private readonly zone: () => string | null,
    private readonly vibrates: () => boolean,
  ) {}

  /** Payments that were not known. `aloud`: this phone is the one that speaks. */
  push(fresh: readonly ToldItem[], aloud: boolean): void {
    const now = this.hubNow();
    const last = fresh.at(-1);
    if (last !== undefined) this.#shake(last.kind === "refund" ? "refund" : last.trust);
    if (!aloud || this.#silent()) return;
    for (const one of fresh) this.#waiting.push(one, now);
    void this.#talk();
  }

  /** Nothing is heard any more, or it is again. Answers once that was said. */
  listening(deaf: Deaf | null, before: Deaf | null): Promise<void> {
    clearTimeout(this.#again);
    const words = wording(this.language);
    const since = (at: number | null) => (at === null ? null : clockAt(at, this.zone()));
    if (deaf !== null) {
      this.#shake("deaf");
      const text = deaf.why === "till" ? words.stopped(since(deaf.since)) : words.cutOff(since(deaf.since));
      this.#listening = async () => {
        await this.sound.alarm();
        await this.#say(text);
      };
      this.#again = setTimeout(() => void this.listening(deaf, before), AGAIN_MS);
    } else if (before !== null) {
      this.#listening = () => this.#say(words.back(since(before.since)));
    }
    return this.#said();
  }

  /** This phone was cut off for good: loud once, since whoever stands beside it may not look. */
  cutOff(): void {
    this.end();
    this.#shake("deaf");
    this.#listening = async () => {
      await this.sound.alarm();
      await this.#say(wording(this.language).removed);
    };
    void this.#talk();
  }

  /** The voice off for half an hour, or on again. */
  toggleMute(): void {
    this.mutedUntil = this.#muted() ? null : Date.now() + HALF_HOUR_MS;
    if (this.mutedUntil !== null) this.hush();
  }

  /** Silence now; what waits is not said later. */
  hush(): void {
    this.#waiting.clear();
    this.sound.hush();
  }

  /** For good. */
  end(): void {
    clearTimeout(this.#again);
    this.#listening = null;
    this.hush();
  }

  /** Until this was said, or cannot be. */
  async #said(): Promise<void> {
    const said = this.#listening;
    if (said === null) return;
    await new Promise<void>((done) => {
      this.#listening = () => said().finally(done);
      // Somebody may turn the sound off meanwhile, or a newer state takes this one's place.
      setTimeout(done, SAID_WITHIN_MS);
      if (this.sound.state === "off") done();
      void this.#talk();
    });
  }

  /** Whether nothing is said now because somebody wished so. */
  get muted(): boolean {
    return this.mutedUntil !== null && Date.now() < this.mutedUntil;
  }

  #muted(): boolean {
    if (this.mutedUntil !== null && Date.now() >= this.mutedUntil) this.mutedUntil = null;
    return this.mutedUntil !== null;
  }

  #silent(): boolean {
    return this.sound.state === "off" || this.#muted();
  }

  #shake(how: keyof typeof SHAKES): void {
    if (!this.vibrates()) return;
    try {
      (navigator as Partial<Navigator>).vibrate?.([...SHAKES[how]]);
    } catch {
      // A phone that does not shake still shows and speaks.
    }
  }

  async #talk(): Promise<void> {
    if (this.#talking) return;
    this.#talking = true;
    try {
      for (;;) {
        const listening = this.#listening;
        this.#listening = null;
        if (listening !== null) {
          // Whoever muted the voice must not take silence for "no customers".
          if (this.sound.state !== "off") await listening();
          continue;
        }
        const next = this.#waiting.take(this.hubNow());
        if (next === null) return;
        if (typeof next === "number") {
          await new Promise((done) => setTimeout(done, Math.max(50, next)));
          continue;
        }
        if (this.#silent()) continue;
        await this.sound.chime();
        await this.#say(sentence(this.language, next, (at) => this.#clock(at)));
      }
    } finally {
      this.#talking = false;
    }
  }

  #clock(at: number): { hour: number; minute: number } | null {
    // Further back than this a time of day alone would mislead.
    return this.hubNow() - at < 20 * 3_600_000 ? clockAt(at, this.zone()) : null;
  }

  async #say(text: string): Promise<void> {
    this.saying = text;
    try {
      await this.sound.say(text, this.language);
    } finally {
      this.saying = null;
    }
  }
}
