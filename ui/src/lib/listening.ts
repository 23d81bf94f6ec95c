// Whether news is heard, in words.
import type { ListeningView, Meanwhile, SourceHealth } from "../generated";
import { language, maybe, t, tn } from "./i18n.svelte";
import { isPhone } from "./source-form";
import { ago } from "./time.svelte";

/** Payments are not heard: silence means nothing now. */
export function isStopped(view: ListeningView): boolean {
  return view.state !== "no_source" && view.state !== "listening";
}

/** The sources that should be heard and are not: silent ones, or those whose messages are refused. */
function lost(view: ListeningView): SourceHealth[] {
  return view.sources.filter((source) => source.state === (view.state === "source_refusing" ? "refusing" : "silent"));
}

/** Their names. */
export function lostSources(view: ListeningView): string {
  return lost(view)
    .map((source) => source.name)
    .join(" · ");
}

/** Who is silent besides, where others are refused; else empty. */
export function alsoSilent(view: ListeningView): string {
  const silent = view.sources.filter((source) => source.state === "silent").map((source) => source.name);
  if (view.state !== "source_refusing" || silent.length === 0) return "";
  return t("listening.also_silent", { names: silent.join(" · ") });
}

/** What is not heard, and for how long: one sentence. */
export function stoppedText(view: ListeningView, now: number): string {
  const minutes = view.since === null ? 0 : Math.floor(Math.max(0, now - view.since) / 60_000);
  const what = { hub_lost: "hub", cannot_store: "disk", source_refusing: "refused", source_silent: "source" } as const;
  const key = view.state === "no_source" || view.state === "listening" ? "source" : what[view.state];
  if (minutes < 1) return t(`listening.${key}_lost_now`);
  if (minutes < 120) return t(`listening.${key}_lost_minutes`, { count: minutes });
  return t(`listening.${key}_lost_hours`, { count: Math.floor(minutes / 60) });
}

/** Why a source's messages are refused, what that may cost, and what to do about it; empty for any other trouble. */
export function refusedText(view: ListeningView): string {
  const [source] = lost(view).sort((a, b) => (a.refusing?.since ?? 0) - (b.refusing?.since ?? 0));
  return source === undefined || view.state !== "source_refusing" ? "" : refusalText(source, view.since_clock);
}

/** The same of one source; `since`: the time of day from which payments may be missing, where it is known. */
export function refusalText(source: SourceHealth, since: string | null): string {
  const code = source.refusing?.code;
  if (code === undefined) return "";
  const says = [
    t("refused.because", { why: whyRefused(source, code) }),
    since === null ? "" : t("refused.missing", { time: since }),
    code === "stale" ? t(isPhone(source.kind) ? "refusal_do.stale" : "refused.set_clock") : maybe(`refusal_do.${code}`, ""),
    isPhone(source.kind) ? "" : t("refused.again"),
    source.refusing?.proven === false ? t("refused.unproven") : "",
  ];
  return says.filter((one) => one !== "").join(language() === "zh-CN" ? "" : " ");
}

function whyRefused(source: SourceHealth, code: string): string {
  const ahead = source.clock_ahead_ms ?? 0;
  // A platform's clock is right: what it is ahead, this PC is behind.
  const clock = isPhone(source.kind) ? "stale_phone" : ahead < 0 ? "stale_ahead" : "stale_behind";
  const count = Math.max(1, Math.round(Math.abs(ahead) / 60_000));
  return maybe(`refused_why.${code === "stale" ? clock : code}`, t("refused_why.other"), { count });
}

/** What came while nobody was heard. */
export function meanwhileText(back: Meanwhile): string {
  if (back.payments === 0) return t("card.back_none");
  const count = tn("card.back_count", back.payments);
  return back.totals.length === 0 ? count : t("card.back_sum", { count, total: back.totals.join(" · ") });
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
