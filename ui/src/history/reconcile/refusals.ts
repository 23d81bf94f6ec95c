// Why something of the day's end was not done, in words.
import type { UiError } from "../../generated";
import { errorText, maybe } from "../../lib/i18n.svelte";

/** What is in the way, and what to do. */
export function refusalText(error: UiError): string {
  return error.code === "invalid" && error.field !== null ? maybe(`dayend.refused_${error.field}`, errorText(error.code)) : errorText(error.code);
}
