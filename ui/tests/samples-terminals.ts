// Made-up clerks' phones of the made-up shop, for tests and the gallery.
import type { InvitationMade, Permission, PresetView, RecordLine, TerminalsView, TerminalView } from "../src/generated";
import type { Answers } from "./fake-host";
import { refusal } from "./fake-host";
import { square } from "./samples";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export const FINGERPRINT = Array.from({ length: 32 }, (_, at) => ((at * 37 + 11) % 256).toString(16).padStart(2, "0").toUpperCase()).join(":");

/** What a preset stands for, as the app says it. */
export function permission(preset: "clerk" | "senior_clerk" | "manager" = "clerk"): Permission {
  const manager = preset === "manager";
  const senior = manager || preset === "senior_clerk";
  return {
    may: { hear: true, history: manager ? "all" : "today", totals: senior },
    sees: { amount: { kind: "exact" }, payer: manager, order: senior, platform: true, note: manager, collector: manager },
    which: { platforms: null, sources: null, from: null, to: null, hours: [] },
  };
}

export const PRESETS: PresetView[] = (["clerk", "senior_clerk", "manager"] as const).map((preset) => ({ preset, permission: permission(preset) }));

/** An owner's own choice: rounded, of two platforms, in the evenings. */
export const OWN: Permission = {
  ...permission("clerk"),
  sees: { ...permission("clerk").sees, amount: { kind: "rounded", to: 1000 } },
  which: {
    platforms: ["wechat", "alipay"],
    sources: null,
    from: 500,
    to: 50_000,
    hours: [
      { days: [1, 2, 3, 4, 5], from: "17:00", to: "22:00" },
      { days: [6, 7], from: "20:00", to: "02:00" },
    ],
  },
};

export function terminal(id: string, part: Partial<TerminalView> = {}): TerminalView {
  return {
    id,
    name: id,
    permission: permission("clerk"),
    preset: "clerk",
    linked_at: Date.now() - 30 * 24 * HOUR,
    last_seen: Date.now() - 2000,
    online_since: Date.now() - 3 * HOUR,
    latency_ms: 24,
    app: "Chrome 142 · Android",
    speaks: true,
    revoked_at: null,
    ...part,
  };
}

export function view(part: Partial<TerminalsView> = {}): TerminalsView {
  return {
    terminals: [],
    invitations: [],
    voice: null,
    reach: {
      lan: true,
      closed: false,
      port: 8787,
      addresses: [{ url: "https://192.168.1.20:8787/phone/", reach: "lan", plain: false }],
      fingerprint: FINGERPRINT,
    },
    ...part,
  };
}

export const SHUT = view({ reach: { ...view().reach, lan: false, addresses: [], fingerprint: null } });

export function made(name = "小赵"): InvitationMade {
  const code = "q7RkX2pYV0m1dT4uWcZ9Hg";
  const links = ["192.168.1.20:8787", "10.0.0.4:8787"].map((host) => ({ url: `https://${host}/phone/#${code}`, reach: "lan" as const, plain: false }));
  return {
    invitation: { id: "inv_2", name, expires_at: Date.now() + 24 * HOUR, links, fingerprint: FINGERPRINT },
    qr: links.map(() => square(33)),
  };
}

function phones(english: boolean, long: string): TerminalView[] {
  const word = (zh: string, en: string) => (english ? en : zh);
  return [
    terminal("term_1", { name: word("小赵的手机", "Zoe’s phone") }),
    terminal("term_2", { name: word("后厨平板", "Kitchen tablet"), permission: permission("senior_clerk"), preset: "senior_clerk", speaks: false, latency_ms: 131, app: "Safari 26 · iPad" }),
    terminal("term_3", { name: word("老板娘", "Lin"), permission: permission("manager"), preset: "manager", online_since: null, latency_ms: null, last_seen: Date.now() - 25 * MINUTE, app: "Safari 26 · iPhone" }),
    terminal("term_4", { name: long, permission: OWN, preset: null, online_since: null, latency_ms: null, last_seen: null, app: null }),
    ...Array.from({ length: 20 }, (_, at) =>
      terminal(`term_0${String(at)}`, { name: word("小陈（已离职）", "Chen (left)"), online_since: null, latency_ms: null, revoked_at: Date.now() - (9 + at) * 24 * HOUR }),
    ),
  ];
}

function record(english: boolean): RecordLine[] {
  const word = (zh: string, en: string) => (english ? en : zh);
  const zoe = word("小赵的手机", "Zoe’s phone");
  const what: RecordLine["what"][] = [
    { what: "permission_set", terminal: "term_1", name: zoe, version: 2, permission: permission("clerk") },
    { what: "revoked", terminal: "term_00", name: word("小陈", "Chen") },
    { what: "renamed", terminal: "term_2", from: word("平板", "Tablet"), to: word("后厨平板", "Kitchen tablet") },
    { what: "voice_set", list: ["term_1", "term_2"] },
    { what: "invitation_cancelled", invitation: "inv_0", name: word("周末帮手", "Weekend help") },
    { what: "linked", terminal: "term_1", name: zoe, invitation: "inv_1" },
    { what: "invited", invitation: "inv_1", name: zoe, permission: permission("senior_clerk"), expires_at: Date.now() },
    { what: "reach", lan: true },
  ];
  return what.map((what, at) => ({ number: 100 - at, at: Date.now() - at * 7 * HOUR, by: "run_0", what }));
}

/** ?case=terminals_…: the section on phones in each of its states. */
export function answers(state: string, english: boolean, long: string): Answers {
  const waiting = [{ id: "inv_3", name: english ? "Weekend help" : "周末帮手", permission: permission("clerk"), preset: "clerk" as const, made_at: Date.now(), expires_at: Date.now() + 3 * HOUR }];
  const full = view({ terminals: phones(english, long), invitations: waiting, voice: state === "terminals_voice" ? ["term_2", "term_1"] : null });
  const shown = {
    terminals_empty: view(),
    terminals_off: { ...SHUT, terminals: full.terminals.slice(0, 2).map((one) => ({ ...one, online_since: null })) },
    terminals_closed: { ...full, reach: { ...full.reach, closed: true } },
    terminals_taken: view({ terminals: [...phones(english, long).slice(0, 2), terminal("term_9", { name: english ? "Weekend help" : "周末帮手", invitation: "inv_2", linked_at: Date.now() })] }),
  }[state];
  const fail = () => Promise.reject(refusal("storage"));
  return {
    terminals: state === "terminals_error" ? fail : (shown ?? (state.startsWith("terminals") ? full : SHUT)),
    terminal_presets: PRESETS,
    invite_terminal: (wanted) => (state === "terminals_refused" ? fail() : made(wanted.name)),
    change_terminals: state === "terminals_refused" ? fail : full,
    terminal_sent: {
      lines: [
        { key: 3, from: 210, to: 258, items: 41, asked: false, first_at: Date.now() - 3 * HOUR, last_at: Date.now() - 2 * MINUTE, version: 2, permission: permission("clerk") },
        { key: 2, from: 180, to: 209, items: 1, asked: true, first_at: Date.now() - 30 * HOUR, last_at: Date.now() - 27 * HOUR, version: 1, permission: permission("senior_clerk") },
      ],
      more: true,
    },
    terminals_record: { lines: record(english), more: true },
  };
}
