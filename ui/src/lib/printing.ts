// Words about printers and receipts that cards, history and settings share.
import type { PrintProblem } from "../generated";
import { t } from "./i18n.svelte";

/** What is wrong with a printer, in a few words; the system's own where there are none of ours. */
export function printProblem(problem: PrintProblem): string {
  if (problem.code === "other" && problem.reason) return problem.reason;
  return t(`print_problem.${problem.code}`);
}
