// Whether news is heard, in words.
import type { ListeningView } from "../generated";
import { t } from "./i18n.svelte";
import { ago } from "./time.svelte";

/** Payments are not heard: silence means nothing now. */
export function isStopped(view: ListeningView): boolean {
  return view.state === "hub_lost" || view.state === "cannot_store" || view.state === "source_silent";
}

/** The names of the sources that should be heard and are not. */
export function silentSources(view: ListeningView): string {
  return view.sources
    .filter((source) => source.state === "silent")
    .map((source) => source.name)
    .join(" · ");
}

/** What is not heard, and for how long: one sentence. */
export function stoppedText(view: ListeningView, now: number): string {
  const minutes = view.since === null ? 0 : Math.floor(Math.max(0, now - view.since) / 60_000);
  const what = view.state === "hub_lost" ? "hub" : view.state === "cannot_store" ? "disk" : "source";
  if (minutes < 1) return t(`listening.${what}_lost_now`);
  if (minutes < 120) return t(`listening.${what}_lost_minutes`, { count: minutes });
  return t(`listening.${what}_lost_hours`, { count: Math.floor(minutes / 60) });
}

/** The header's short line. */
export function listeningText(view: ListeningView, now: number): string {
  switch (view.state) {
    case "no_source":
      return t("listening.no_source");
    case "listening":
      return view.heard_at === null
        ? t("listening.on")
        : t("listening.on_ago", { ago: ago(view.heard_at, now) });
    default:
      return view.since_clock === null ? t("listening.off") : t("listening.off_since", { time: view.since_clock });
  }
}
