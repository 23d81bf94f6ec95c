// The voice: which there are, whether it can be heard, and a check that plays for real.
import type { SoundCheck, UiError, VoicesView } from "../generated";
import { asUiError, type Host } from "../lib/host";

/** Voices and the sound check. */
export class Sound {
  voices = $state.raw<VoicesView | null>(null);
  checking = $state(false);
  result = $state.raw<SoundCheck | null>(null);
  error = $state<UiError | null>(null);

  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Asks for the voices; none on show is no reason to hold anything up. */
  async load(): Promise<void> {
    try {
      this.voices = await this.#host.call("voices");
    } catch {
      this.voices = null;
    }
  }

  /** Chime and a sentence, now. */
  async check(): Promise<void> {
    if (this.checking) return;
    this.checking = true;
    this.result = null;
    try {
      this.result = await this.#host.call("sound_check");
      this.error = null;
    } catch (error) {
      this.error = asUiError(error);
    }
    this.checking = false;
    await this.load();
  }
}
