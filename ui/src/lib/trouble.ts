// What is wrong with a device, in words: what it is, and what to do about it.
import type { DeviceProblem, DeviceState, PrintProblem, PrintProblemCode, Remedy } from "../generated";
import { maybe, t } from "./i18n.svelte";

/** What is wrong with a device. */
export interface Trouble {
  code: PrintProblemCode;
  port: string;
  remedy: Remedy | null;
  /** The system's own words. */
  reason: string | null;
}

const CODES: Readonly<Partial<Record<DeviceState, PrintProblemCode>>> = {
  "in-use": "in_use",
  refuses: "refuses",
  gone: "gone",
  stalled: "stalled",
  denied: "denied",
  faulty: "other",
};

/** What is wrong with a display; `null` where nothing is, or where it is not known yet. */
export function deviceTrouble(state: DeviceState, problem: DeviceProblem | null): Trouble | null {
  const code = CODES[state];
  if (code === undefined) return null;
  return { code, port: problem?.port ?? "", remedy: problem?.remedy ?? null, reason: problem?.reason ?? null };
}

/** What is wrong with a printer. */
export function printTrouble(problem: PrintProblem | null): Trouble | null {
  if (problem === null) return null;
  const { code, port, remedy, reason } = problem;
  return { code, port: port ?? "", remedy: remedy ?? null, reason: reason ?? null };
}

/** What is wrong, in a few words. */
export function troubleText(trouble: Trouble): string {
  return t(`trouble.${trouble.code}`);
}

/** What follows once it was seen to: the app goes on by itself, a test has to be begun again, or nothing. */
export type Then = "goes_on" | "test" | "nothing";

/** What to do about it. */
export function troubleDo(trouble: Trouble, then: Then = "goes_on"): string {
  const { code } = trouble;
  const denied = code === "denied";
  const parts = [
    denied ? remedyText(trouble.remedy ?? "unknown", trouble.port) : t(`trouble_do.${code}`, { port: trouble.port }),
    then === "test" ? t("trouble.then_test") : then === "goes_on" ? maybe(`trouble_then.${code}`, "") : "",
    trouble.reason === null || denied || code === "refuses" ? "" : t("trouble.says", { reason: trouble.reason }),
  ];
  return parts.filter(Boolean).reduce((before, after) => t("trouble.join", { before, after }));
}

/** What to do where this computer does not let us. */
export function remedyText(remedy: Remedy, port: string): string {
  return t(`remedy.${remedy}`, { port });
}
