// Chime and voice. A browser lets neither be heard before somebody touched the page, so both begin with a touch.
import type { Language } from "../generated";
import { wording } from "./phrase";

/** Nobody touched the page yet; it can be heard; or the phone took the sound away (a call, another app). */
export type SoundState = "off" | "on" | "asleep";

/** Begin in seconds, frequency, loudness. */
type Note = readonly [begin: number, frequency: number, loudness: number];

/** The till's own chime, rising. */
const CHIME: readonly Note[] = [
  [0, 783.99, 0.38],
  [0.15, 1046.5, 0.45],
];
/** Nothing is heard any more: falling, three times. */
const ALARM: readonly Note[] = [0, 0.5, 1].flatMap((at): Note[] => [
  [at, 880, 0.45],
  [at + 0.22, 587.33, 0.45],
]);
const OVERTONES = [
  [1, 1, 7],
  [2, 0.3, 12],
  [3.01, 0.12, 20],
] as const;
const RING_OUT_S = 0.37;

/** Notes as samples. */
export function render(notes: readonly Note[], rate: number): Float32Array<ArrayBuffer> {
  const length = Math.max(...notes.map(([begin]) => begin)) + RING_OUT_S;
  const samples = new Float32Array(Math.round(length * rate));
  for (const [begin, frequency, loudness] of notes) {
    for (let at = Math.round(begin * rate); at < samples.length; at++) {
      const t = at / rate - begin;
      // Without a soft beginning and end a loudspeaker clicks.
      const soft = Math.min(1, Math.max(0, t) / 0.004, (samples.length - at) / rate / 0.04);
      const tone = OVERTONES.reduce(
        (sum, [multiple, share, decay]) => sum + share * Math.exp(-decay * t) * Math.sin(2 * Math.PI * frequency * multiple * t),
        0,
      );
      samples[at] = Math.max(-1, Math.min(1, (samples[at] ?? 0) + loudness * soft * tone));
    }
  }
  return samples;
}

/** How well a voice fits; 0: not at all. */
export function fits(voice: Pick<SpeechSynthesisVoice, "lang" | "localService">, language: Language): number {
  const lang = voice.lang.replace("_", "-").toLowerCase();
  const near = language === "en" ? /^en\b/.test(lang) : /^(zh|cmn)\b/.test(lang) && !/hk|yue|mo$/.test(lang);
  if (!near) return 0;
  const home = language === "en" ? /-(us|gb)/.test(lang) : /-(cn|hans)/.test(lang);
  // A voice on the phone speaks without the internet.
  return 1 + (home ? 2 : 0) + (voice.localService ? 4 : 0);
}

/** A voice that has not begun by then does not speak. */
const STARTS_WITHIN_MS = 5000;

type Ended = "said" | "hushed" | "failed";

function speechOf(): SpeechSynthesis | undefined {
  return (globalThis as { speechSynthesis?: SpeechSynthesis }).speechSynthesis;
}

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** The phone's loudspeaker. */
export class Sound {
  state = $state<SoundState>("off");
  /** There is a voice for the page's language; `null`: not known yet. */
  voice = $state<boolean | null>(null);

  #context: AudioContext | null = null;
  // A sentence that nobody holds is thrown away by some browsers before it ends.
  readonly #said: SpeechSynthesisUtterance[] = [];

  /** Turns it on: must be called while a touch is handled. Rings, and says the sound check. */
  async turnOn(language: Language): Promise<void> {
    this.#open();
    const resumed = this.#context?.resume();
    // A voice that was asked for during the touch, if only for silence, may speak by itself from then on.
    const speech = speechOf();
    if (speech !== undefined) {
      const nothing = new SpeechSynthesisUtterance(" ");
      nothing.volume = 0;
      speech.speak(nothing);
    }
    await Promise.race([resumed, pause(1500)]).catch(() => undefined);
    this.state = this.#context === null || this.#context.state === "running" ? "on" : "asleep";
    await this.chime();
    await this.say(wording(language).check, language);
  }

  /** Turns it on where the browser needs no touch: because there was one just before the page was loaded anew. */
  async wake(): Promise<void> {
    if (!this.#open()) return;
    await this.#running();
    // No state yet is no state to follow: a touch meanwhile turned it on.
    if (this.state === "off" && this.#context?.state === "running") this.state = "on";
  }

  /** The till's chime. */
  chime(): Promise<void> {
    return this.#play(CHIME);
  }

  /** That nothing is heard any more. */
  alarm(): Promise<void> {
    return this.#play(ALARM);
  }

  /** Says it; answers whether it was said to its end. Never takes longer than the sentence could. */
  async say(text: string, language: Language): Promise<boolean> {
    const speech = speechOf();
    const voices = speech?.getVoices() ?? [];
    const [best] = voices.filter((one) => fits(one, language) > 0).sort((a, b) => fits(b, language) - fits(a, language));
    // Android names its voices late, so that an empty list proves nothing.
    if (speech === undefined || (voices.length > 0 && !best)) {
      this.voice = false;
      return false;
    }
    const words = new SpeechSynthesisUtterance(text);
    words.lang = language === "en" ? "en-US" : "zh-CN";
    if (best) words.voice = best;
    this.#said.splice(0, this.#said.length, words);
    let begun = false;
    const ended = new Promise<Ended>((done) => {
      words.onstart = () => (begun = true);
      words.onend = () => done("said");
      words.onerror = ({ error }) => {
        // A voice that waits for a touch is there, and must be asked for.
        if (error === "not-allowed") this.state = "off";
        done(error === "canceled" || error === "interrupted" || error === "not-allowed" ? "hushed" : "failed");
      };
    });
    speech.speak(words);
    const longest = 4000 + text.length * (language === "en" ? 120 : 400);
    const how = await Promise.race([
      ended,
      pause(STARTS_WITHIN_MS).then(() => (begun ? ended : "failed")),
      pause(longest).then((): Ended => "failed"),
    ]);
    if (how === "failed") speech.cancel();
    if (how !== "hushed") this.voice = how === "said";
    return how === "said";
  }

  /** Silence, at once. */
  hush(): void {
    speechOf()?.cancel();
  }

  /** Answers whether there is one to play with. */
  #open(): boolean {
    const Context = (globalThis as { AudioContext?: typeof AudioContext }).AudioContext;
    if (this.#context === null && Context !== undefined) {
      this.#context = new Context();
      this.#context.onstatechange = () => this.#followContext();
    }
    return this.#context !== null;
  }

  #followContext(): void {
    if (this.state === "off") return;
    this.state = this.#context?.state === "running" ? "on" : "asleep";
  }

  /** A call or another app may have taken the sound for a moment. */
  async #running(): Promise<boolean> {
    const running = () => this.#context?.state === "running";
    if (!running()) await Promise.race([this.#context?.resume(), pause(300)]).catch(() => undefined);
    return running();
  }

  async #play(notes: readonly Note[]): Promise<void> {
    const context = this.#context;
    if (context === null || !(await this.#running())) return;
    const samples = render(notes, context.sampleRate);
    const buffer = context.createBuffer(1, samples.length, context.sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    source.start();
    await pause((samples.length / context.sampleRate) * 1000);
  }
}
