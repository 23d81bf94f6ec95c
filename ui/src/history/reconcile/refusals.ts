// Why something of the day's end was not done, in words.
import type { UiError } from "../../generated";
import { errorText, maybe } from "../../lib/i18n.svelte";

/** It was said in the sheet that closes or corrects, where it belongs; what cannot be read stands on the card. */
export function inSheet({ what, error }: { what: string; error: UiError }): boolean {
  return (what === "close" || what === "correct") && error.field !== "unread";
}

/** It is said in this sheet: the sheet's own, and what was typed and could not be kept; not what was refused on the card. */
export function saidIn(sheet: "close" | "correct", { what }: { what: string }): boolean {
  return what === sheet || what === "typing";
}

/** What is in the way, and what to do. */
export function refusalText(error: UiError): string {
  return error.code === "invalid" && error.field !== null ? maybe(`dayend.refused_${error.field}`, errorText(error.code)) : errorText(error.code);
}
