// What the customers' window shows. The app decides and has the words; the page draws.
import type { CustomerView } from "../generated";
import type { Host } from "../lib/host";

/** So long until a question that failed is asked again. */
const AGAIN_MS = 1000;
/** So many pictures are kept at hand: as many as the settings take. */
const PICTURES_MAX = 20;

/** What is on show, as the app told it last. */
export class Customer {
  /** What is on show; `null` until it is known. */
  view = $state.raw<CustomerView | null>(null);

  readonly #host: Host;
  /** Pictures that were shown already. A day has many turns. */
  readonly #pictures = new Map<string, string>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** Listens first, then asks, and asks on until there is an answer: nobody stands there to press anything. */
  async start(): Promise<void> {
    await this.#host.listen("customer", (view) => this.apply(view));
    while (this.view === null) {
      try {
        this.apply(await this.#host.call("customer_view"));
      } catch {
        await new Promise((done) => setTimeout(done, AGAIN_MS));
      }
    }
  }

  /** One of the owner's pictures, as an address to draw. */
  async picture(id: string): Promise<string> {
    const known = this.#pictures.get(id);
    if (known !== undefined) return known;
    const address = await this.#host.call("customer_picture", { id, small: false });
    if (this.#pictures.size >= PICTURES_MAX) this.#pictures.clear();
    this.#pictures.set(id, address);
    return address;
  }

  /** Takes a view over, unless a newer one is here already. Language and colours follow at once. */
  apply(view: CustomerView): boolean {
    if (this.view !== null && view.revision <= this.view.revision) return false;
    this.view = view;
    const root = document.documentElement;
    root.lang = view.language;
    root.dataset.theme = view.theme;
    return true;
  }
}

/** The time of day in a time zone, `14:03`; nothing where the zone is unknown here. */
export function clockText(now: number, zone: string, language: string): string {
  const form: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  try {
    return new Intl.DateTimeFormat(language, { ...form, timeZone: zone }).format(now);
  } catch {
    return "";
  }
}
