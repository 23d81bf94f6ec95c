// @vitest-environment node
// The phone's voice: what browsers do with a sentence, and what the page makes of it.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Sound } from "../../src/phone/sound.svelte";

type Behaviour = "speaks" | "fails" | "canceled" | "never" | "endless";

class Words {
  lang = "";
  volume = 1;
  voice: unknown = null;
  onstart: (() => void) | null = null;
  onend: (() => void) | null = null;
  onerror: ((event: { error: string }) => void) | null = null;
  constructor(readonly text: string) {}
}

class Speech {
  readonly said: Words[] = [];
  cancelled = 0;
  voices = [{ lang: "en-US", localService: true }];
  constructor(public behaviour: Behaviour = "speaks") {}

  getVoices = () => this.voices;
  cancel = () => void (this.cancelled += 1);
  speak = (words: Words) => {
    this.said.push(words);
    if (this.behaviour === "never") return;
    queueMicrotask(() => {
      if (this.behaviour === "fails") words.onerror?.({ error: "synthesis-failed" });
      else if (this.behaviour === "canceled") words.onerror?.({ error: "canceled" });
      else words.onstart?.();
      if (this.behaviour === "speaks") words.onend?.();
    });
  };
}

let speech: Speech;
beforeEach(() => {
  vi.useFakeTimers();
  speech = new Speech();
  vi.stubGlobal("speechSynthesis", speech);
  vi.stubGlobal("SpeechSynthesisUtterance", Words);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("a sentence", () => {
  test("is said by a voice of the language", async () => {
    const sound = new Sound();
    expect(await sound.say("one yuan", "en")).toBe(true);
    expect(speech.said[0]).toMatchObject({ text: "one yuan", lang: "en-US", voice: { lang: "en-US" } });
    expect(sound.voice).toBe(true);
  });

  test("is not said by a voice of another language, which would read nonsense", async () => {
    const sound = new Sound();
    expect(await sound.say("一元", "zh-CN")).toBe(false);
    expect([speech.said, sound.voice]).toEqual([[], false]);
  });

  test("is tried where the browser names no voices yet", async () => {
    speech.voices = [];
    expect(await new Sound().say("一元", "zh-CN")).toBe(true);
  });

  test("that was hushed says nothing of the voice", async () => {
    const sound = new Sound();
    await sound.say("one", "en");
    speech.behaviour = "canceled";
    expect(await sound.say("two", "en")).toBe(false);
    expect(sound.voice).toBe(true);
  });

  test.each([["fails", 0], ["never", 5_000], ["endless", 5_000]] as const)("that %s never holds up the next one", async (behaviour, ms) => {
    speech.behaviour = behaviour;
    const sound = new Sound();
    const said = sound.say("one yuan", "en");
    await vi.advanceTimersByTimeAsync(ms);
    expect(await said).toBe(false);
    expect([sound.voice, speech.cancelled]).toEqual([false, 1]);
  });

  test("without any voice in the browser is left", async () => {
    vi.stubGlobal("speechSynthesis", undefined);
    const sound = new Sound();
    expect(await sound.say("one", "en")).toBe(false);
    expect(sound.voice).toBe(false);
  });
});

test("a touch wakes the voice with silence, and then the sound check is said", async () => {
  const sound = new Sound();
  const on = sound.turnOn("en");
  expect(speech.said).toMatchObject([{ volume: 0 }]);
  await vi.advanceTimersByTimeAsync(2_000);
  await on;
  expect(sound.state).toBe("on");
  expect(speech.said[1]?.text).toMatch(/^this is the sound check/);
});
