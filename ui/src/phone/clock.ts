// Times of day on the shop's clock, wherever the phone thinks it is.
import type { Language } from "../generated";
import type { Clock } from "./phrase";

function format(language: string, zone: string | null, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(language, { ...options, timeZone: zone ?? undefined });
  } catch {
    // A zone that this browser does not know: its own is the best guess.
    return new Intl.DateTimeFormat(language, options);
  }
}

const made = new Map<string, Intl.DateTimeFormat>();

function clock(zone: string | null, seconds: boolean): Intl.DateTimeFormat {
  const name = `${zone ?? ""} ${String(seconds)}`;
  const there = made.get(name);
  if (there !== undefined) return there;
  const fresh = format("en-GB", zone, {
    hour: "2-digit",
    minute: "2-digit",
    ...(seconds ? { second: "2-digit" } : {}),
    hourCycle: "h23",
  });
  made.set(name, fresh);
  return fresh;
}

/** `14:03:21`, or `14:03`. */
export function clockText(at: number, zone: string | null, seconds = true): string {
  return clock(zone, seconds).format(at);
}

/** Hour and minute, for the voice. */
export function clockAt(at: number, zone: string | null): Clock {
  const [hour = 0, minute = 0] = clockText(at, zone, false).split(":").map(Number);
  return { hour, minute };
}

/** When listening stopped: the time alone on the same day, with the date else. */
export function sinceText(at: number, now: number, zone: string | null, language: Language): string {
  const time = clockText(at, zone, false);
  if (now - at < 20 * 3_600_000) return time;
  return `${format(language, zone, { month: "short", day: "numeric" }).format(at)} ${time}`;
}
