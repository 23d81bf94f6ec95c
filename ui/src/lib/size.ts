// Sizes of files, for people.
import { t } from "./i18n.svelte";

/** A size in the unit that fits: `12.4 MB`. */
export function sizeText(bytes: number): string {
  const units = ["size.kb", "size.mb", "size.gb"] as const;
  let [unit, size] = [0, Math.max(0, bytes) / 1000];
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const count = size >= 100 || unit === 0 ? String(Math.ceil(size)) : size.toFixed(1);
  return t(units[unit] ?? "size.kb", { count });
}
