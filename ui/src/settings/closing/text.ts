// What is said of copies of the book.
import { language, maybe, t } from "../../lib/i18n.svelte";

/** When a copy was made: `22 Nov 2026, 21:30`. */
export function madeAt(at: number, zone: string): string {
  return new Intl.DateTimeFormat(language(), {
    timeZone: zone,
    year: "numeric",
    month: language() === "en" ? "short" : "long",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(at);
}

/** What went wrong with a copy, and what to do. */
export function backupTrouble(code: string): string {
  return maybe(`backup_wrong.${code}`, t("backup_wrong.other"));
}
