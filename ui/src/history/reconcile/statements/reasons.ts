// What it usually is, for each sort of difference: to be chosen in place of typing.
import type { Key } from "../../../lib/i18n.svelte";
import type { What } from "../../../generated";

export const REASONS: Readonly<Record<What, readonly Key[]>> = {
  only_here: ["statements.why_private_code", "statements.why_paid_cash", "statements.why_not_real"],
  only_there: ["statements.why_not_running", "statements.why_other_shop", "statements.why_not_sale"],
  amount_differs: ["statements.why_coupon", "statements.why_misread", "statements.why_agreed"],
  duplicate: ["statements.why_told_twice", "statements.why_paid_twice"],
  pending: [],
  suggestion: ["statements.why_same", "statements.why_other"],
};
