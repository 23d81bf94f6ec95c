// Time on pages: a clock that ticks while the page is seen, and how long ago something was.
import { t } from "./i18n.svelte";

class Clock {
  now = $state(Date.now());
}

const clock = new Clock();
let watchers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** The time, moving once a second for as long as something on the page uses it (see {@link tick}). */
export function now(): number {
  return clock.now;
}

/** Keeps {@link now} moving until the answer is called. */
export function tick(): () => void {
  watchers += 1;
  clock.now = Date.now();
  timer ??= setInterval(() => {
    if (document.visibilityState !== "hidden") clock.now = Date.now();
  }, 1000);
  return () => {
    watchers -= 1;
    if (watchers === 0 && timer !== undefined) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** How long ago, in words that need no exactness. */
export function ago(at: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - at) / 1000));
  if (seconds < 3) return t("time.just_now");
  if (seconds < 60) return t("time.seconds_ago", { count: seconds });
  if (seconds < 3600) return t("time.minutes_ago", { count: Math.floor(seconds / 60) });
  if (seconds < 86_400) return t("time.hours_ago", { count: Math.floor(seconds / 3600) });
  return t("time.days_ago", { count: Math.floor(seconds / 86_400) });
}

/** A difference between two times of a payment: `+0.62`, `+1:05`. */
export function after(ms: number): string {
  const sign = ms < 0 ? "−" : "+";
  const hundredths = Math.round(Math.abs(ms) / 10);
  if (hundredths < 6000) {
    const rest = String(hundredths % 100).padStart(2, "0");
    return t("time.after_seconds", { text: `${sign}${String(Math.floor(hundredths / 100))}.${rest}` });
  }
  const seconds = Math.round(Math.abs(ms) / 1000);
  if (seconds < 3600) {
    const rest = String(seconds % 60).padStart(2, "0");
    return t("time.after_minutes", { text: `${sign}${String(Math.floor(seconds / 60))}:${rest}` });
  }
  const rest = String(Math.floor(seconds / 60) % 60).padStart(2, "0");
  return t("time.after_hours", { text: `${sign}${String(Math.floor(seconds / 3600))}:${rest}` });
}

/** A business day (`2026-11-22`) for people, in a language's own order of words. */
export function dayText(day: string, language: string, year = false): string {
  const [y = 1970, m = 1, d = 1] = day.split("-").map(Number);
  return new Intl.DateTimeFormat(language, {
    month: language === "en" ? "short" : "long",
    day: "numeric",
    weekday: "short",
    ...(year ? { year: "numeric" } : {}),
    timeZone: "UTC",
  }).format(Date.UTC(y, m - 1, d));
}

/** Minutes of the day as a field's text: `21:30`. */
export function minuteText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

/** A field's text as minutes of the day; `null` for anything else. */
export function parseMinute(text: string): number | null {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return match ? Number(match[1]) * 60 + Number(match[2]) : null;
}
