// The frames between this page and its hub: made from crates/domain/src/terminal_wire.rs, and what is not a type there.
import type { HubSays } from "../generated";

export type { HubSays, Permission, TerminalSays, TerminalTotals, TerminalWelcome, ToldAmount, ToldItem } from "../generated";

/** The version of these frames. */
export const VERSION = 1;
/** How often each side says that it is there. */
export const BEAT_MS = 10_000;
/** After so long without a frame nobody is there. */
export const DEAD_MS = 30_000;

/** A frame of one type. */
export type Frame<Type extends HubSays["type"]> = Extract<HubSays, { type: Type }>;
