// The cards on show. The app decides what stands here and for how long; the page draws and says that it has.
import type { CardsView } from "../generated";
import type { Host } from "../lib/host";

const NONE: CardsView = { revision: -1, cards: [], more: 0, held: false, muted_until: null };

/** The cards, as the app told them last. */
export class Cards {
  /** What is on show. */
  view = $state.raw<CardsView>(NONE);
  /** The voice is off. */
  muted = $derived(this.view.muted_until !== null);

  readonly #host: Host;
  #hovered = false;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Listens first, then asks: a card that comes between the two is heard, and the older answer thrown away. */
  async start(): Promise<void> {
    await this.#host.listen("cards", (view) => this.apply(view));
    this.apply(await this.#host.call("cards"));
  }

  /** Takes a view over, unless a newer one is here already. */
  apply(view: CardsView): boolean {
    if (view.revision <= this.view.revision) return false;
    this.view = view;
    return true;
  }

  /** The pointer came onto the cards, or left them. Told once per change. */
  hold(hovered: boolean): void {
    if (hovered === this.#hovered) return;
    this.#hovered = hovered;
    this.#order(this.#host.call("hold_cards", hovered));
  }

  /** One card goes. */
  dismiss(id: number): void {
    this.#order(this.#host.call("dismiss_card", id));
  }

  /** One click to silence, and one to speak again. */
  toggleMute(): void {
    this.#order(this.#host.call("mute", this.muted ? "off" : "half_hour"));
  }

  /** Opens the window where something can be done about it. */
  open(window: "history" | "settings"): void {
    this.#order(this.#host.call("open_window", window));
  }

  /** Says that this revision is on the screen, and how high it is. */
  painted(revision: number, height: number): void {
    this.#order(this.#host.call("cards_painted", { revision, height: Math.max(0, Math.ceil(height)) }));
  }

  /** A card has no place for an error, and the next view puts right what did not work. */
  #order(order: Promise<unknown>): void {
    order.catch(() => undefined);
  }
}
