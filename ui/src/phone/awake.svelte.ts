// Keeps the screen on while this page listens: a phone that sleeps hears nothing.

/** The screen's lock. */
export class Awake {
  /** The screen stays on. */
  held = $state(false);

  #wanted = false;
  #lock: WakeLockSentinel | null = null;

  /** Wants the screen on, or not any more. */
  want(on: boolean): void {
    this.#wanted = on;
    if (on) void this.again();
    else void this.#lock?.release().catch(() => undefined);
  }

  /** The system lets go whenever the page is hidden: asks again when it is seen. */
  async again(): Promise<void> {
    if (!this.#wanted || this.#lock !== null || document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    try {
      const lock = await navigator.wakeLock.request("screen");
      this.#lock = lock;
      this.held = true;
      lock.addEventListener("release", () => {
        this.#lock = null;
        this.held = false;
      });
      // It may have been taken back while the browser thought about it.
      if (!(this.#wanted as boolean)) await lock.release();
    } catch {
      // Battery saving refuses it; the page says so as long as it is not held.
      this.held = false;
    }
  }
}
