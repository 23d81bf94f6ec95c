// The frames between this page and its hub, as crates/domain/src/terminal_wire.rs has them.
import type { BusinessDay, Kind, Money, Shop, Timestamp, Trust } from "../generated";

/** The version of these frames. */
export const VERSION = 1;
/** How often each side says that it is there. */
export const BEAT_MS = 10_000;
/** After so long without a frame nobody is there. */
export const DEAD_MS = 30_000;

export type ToldAmount =
  | { kind: "exact"; money: Money }
  | { kind: "about"; money: Money }
  | { kind: "over"; limit: Money }
  | { kind: "withheld" }
  | { kind: "not_given" };

export type ToldItem = {
  id: string;
  at: Timestamp;
  day: BusinessDay;
  kind: Kind;
  trust: Trust;
  test: boolean;
  number?: number;
  amount: ToldAmount;
  platform?: string;
  payer?: string;
  order?: string;
  note?: string;
  collector?: string;
};

export type Permission = {
  may: { hear: boolean; history: "none" | "today" | "all"; totals: boolean };
  sees: { amount: unknown; payer: boolean; order: boolean; platform: boolean; note: boolean; collector: boolean };
  which: unknown;
};

export type TerminalTotals = {
  day: BusinessDay;
  payments: number;
  refunds: number;
  without_amount: number;
  received?: Money[];
  refunded?: Money[];
};

export type TerminalWelcome = {
  shop: Shop;
  terminal: string;
  name: string;
  permission: Permission;
  preset: string | null;
  speaks: boolean;
  now: Timestamp;
  day: BusinessDay;
  today: ToldItem[];
  from_start: boolean;
  cursor: string;
  totals?: TerminalTotals;
};

export type HubSays =
  | { type: "challenge"; version: number; hub: string; nonce: string; now: Timestamp }
  | ({ type: "welcome" } & TerminalWelcome)
  | { type: "told"; items: ToldItem[]; gone: string[]; cursor: string; totals?: TerminalTotals }
  | { type: "changed"; name: string; permission: Permission; preset: string | null; speaks: boolean }
  | { type: "today"; day: BusinessDay; items: ToldItem[]; cursor: string; totals?: TerminalTotals }
  | { type: "beat"; now: Timestamp; listening: boolean; since?: Timestamp; sources_silent: number }
  | { type: "page"; id: number; items: ToldItem[]; more?: string }
  | { type: "revoked" }
  | { type: "refused"; reason: "version" | "unknown" | "busy" };

export type TerminalSays =
  | { type: "prove"; version: number; terminal: string; signature: string; after: string | null; app: string }
  | { type: "beat" }
  | { type: "history"; id: number; before: string | null; day: BusinessDay | null };

/** A frame of one type. */
export type Frame<Type extends HubSays["type"]> = Extract<HubSays, { type: Type }>;
