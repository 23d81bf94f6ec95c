// What every page needs first: language, theme, shop; kept right for as long as the page lives.
import type { AppInfo } from "../generated";
import type { Host } from "./host";
import { language, setLanguage } from "./i18n.svelte";

/** The app's facts, followed by the page. */
export class AppFacts {
  /** The newest facts; `null` until they are here. */
  info = $state<AppInfo | null>(null);
  /** The shop's name, or nothing yet. */
  shop = $derived(this.info?.shop?.name ?? "");

  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Listens first, then asks, so that no change falls between the two. */
  async start(): Promise<void> {
    let told = false;
    await this.#host.listen("app_info", (info) => {
      told = true;
      this.apply(info);
    });
    const info = await this.#host.call("app_info");
    if (!told) this.apply(info);
  }

  /** Takes new facts over: words and colours follow at once. */
  apply(info: AppInfo): void {
    this.info = info;
    setLanguage(info.language);
    const root = document.documentElement;
    root.lang = language();
    root.dataset.theme = info.theme;
  }
}
