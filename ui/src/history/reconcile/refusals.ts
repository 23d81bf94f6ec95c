// Why something of the day's end was not done, in words.
import type { UiError } from "../../generated";
import { errorText, maybe } from "../../lib/i18n.svelte";

/** It was said in the sheet that closes or corrects, where it belongs; what cannot be read stands on the card. */
export function inSheet({ what, error }: { what: string; error: UiError }): boolean {
  return (what === "close" || what === "correct") && error.field !== "unread";
}

/** What is in the way, and what to do. */
export function refusalText(error: UiError): string {
  return error.code === "invalid" && error.field !== null ? maybe(`dayend.refused_${error.field}`, errorText(error.code)) : errorText(error.code);
}
