// Waits until somebody stops typing, and keeps answers that come late from replacing newer ones.

/** Runs `work` once nothing was asked for `ms`; `now` runs it at once, `drop` forgets it. */
export class Pause {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #work: (() => void) | undefined;

  constructor(readonly ms: number) {}

  /** Something is waiting to be run. */
  get waiting(): boolean {
    return this.#work !== undefined;
  }

  /** Asks for the work; an earlier one that has not run is forgotten. */
  ask(work: () => void): void {
    this.drop();
    this.#work = work;
    this.#timer = setTimeout(() => this.now(), this.ms);
  }

  /** Runs what is waiting, now. */
  now(): void {
    const work = this.#work;
    this.drop();
    work?.();
  }

  /** Forgets what is waiting. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#work = undefined;
  }
}

/** Numbers requests; only the newest one's answer counts. */
export class Newest {
  #number = 0;

  /** Takes the next number; answers whether it is still the newest. */
  next(): () => boolean {
    const mine = ++this.#number;
    return () => mine === this.#number;
  }
}
