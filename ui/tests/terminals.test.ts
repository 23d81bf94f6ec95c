// Clerks' phones in settings: inviting, changing, removing, the record, and the words for what each may be told.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { AmountSight, Permission, TerminalsWish } from "../src/generated";
import { setLanguage, t } from "../src/lib/i18n.svelte";
import { Sources } from "../src/settings/sources.svelte";
import { hoursText, recordText, roleName, sentences } from "../src/settings/terminals/permission";
import { Terminals } from "../src/settings/terminals/terminals.svelte";
import TerminalsSection from "../src/settings/terminals/TerminalsSection.svelte";
import { FakeHost, refusal, type Answers } from "./fake-host";
import { SHOP } from "./samples";
import { FINGERPRINT, made, OWN, permission, PRESETS, SHUT, terminal, view } from "./samples-terminals";

beforeEach(() => {
  setLanguage("en");
  vi.useFakeTimers();
  Element.prototype.scrollIntoView = () => undefined;
});
afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

const answers = (part: Answers = {}): Answers => ({
  terminals: view({ terminals: [terminal("term_1", { name: "Zoe" }), terminal("term_2", { name: "Kitchen" })] }),
  terminal_presets: PRESETS,
  invite_terminal: (wanted) => made(wanted.name),
  change_terminals: view(),
  terminal_sent: { lines: [], more: false },
  terminals_record: { lines: [], more: false },
  sources: [],
  ...part,
});

async function begun(part: Answers = {}): Promise<[Terminals, FakeHost, () => void]> {
  const host = new FakeHost(answers(part));
  const terminals = new Terminals(host);
  const stop = await terminals.start();
  return [terminals, host, stop];
}

describe("phones", () => {
  test("listens before it asks, and asks again when something changed", async () => {
    const [terminals, host, stop] = await begun();
    expect(host.log.indexOf("listen terminals")).toBeLessThan(host.log.indexOf("call terminals"));
    host.answers.terminals = view();
    host.say("terminals", null);
    await vi.advanceTimersByTimeAsync(0);
    expect(terminals.linked).toEqual([]);
    stop();
  });

  test("an invitation is made once, with what was chosen, and its link goes when it is closed", async () => {
    const [terminals, host, stop] = await begun();
    terminals.invite();
    await terminals.makeInvitation();
    expect(terminals.inviteError).toEqual({ code: "invalid", field: "name" });
    expect(host.requests("invite_terminal")).toEqual([]);
    if (!terminals.inviting) throw new Error("the form is open");
    terminals.inviting.name = "  Lin ";
    terminals.inviting.permission = permission("senior_clerk");
    terminals.inviting.expires_in_s = 600;
    await terminals.makeInvitation();
    expect(host.requests("invite_terminal")).toEqual([{ name: "Lin", permission: permission("senior_clerk"), expires_in_s: 600 }]);
    expect(terminals.made?.invitation.name).toBe("Lin");
    terminals.leaveInvitation();
    expect(terminals.made).toBeNull();
    stop();
  });

  test("who took the invitation on show is seen, and no other phone is taken for it: one of before, or one of another invitation", async () => {
    const [terminals, host, stop] = await begun();
    terminals.invite();
    if (terminals.inviting) terminals.inviting.name = "Lin";
    const open = { id: "inv_2", name: "Lin", permission: permission(), preset: "clerk" as const, made_at: 1, expires_at: 2 };
    const before = [terminal("term_1"), terminal("term_2")];
    host.answers.terminals = view({ terminals: before, invitations: [open] });
    await terminals.makeInvitation();
    expect(terminals.taker).toBeNull();
    host.answers.terminals = view({ terminals: before });
    await terminals.load();
    expect(terminals.taker).toBeNull();
    host.answers.terminals = view({ terminals: [...before, terminal("term_3", { name: "Lin", invitation: "inv_1" })] });
    await terminals.load();
    // The invitation ran out meanwhile, and another phone came by another one.
    expect([terminals.taker, terminals.lapsed]).toEqual([null, true]);
    const taken = [...before, terminal("term_4", { name: "Lin", invitation: "inv_2" })];
    host.answers.terminals = view({ terminals: taken });
    await terminals.load();
    expect([terminals.taker?.id, terminals.lapsed]).toEqual(["term_4", false]);
    host.answers.change_terminals = view({ terminals: taken.map((one) => (one.id === "term_4" ? { ...one, revoked_at: 5 } : one)) });
    await terminals.revokeTaker();
    expect(host.requests("change_terminals").at(-1)).toEqual({ wish: "revoke", id: "term_4" });
    expect([terminals.taker, terminals.lapsed]).toEqual([null, true]);
    stop();
  });

  test("what is entered for a phone changes nothing until it is saved, and a refusal keeps it", async () => {
    const [terminals, host, stop] = await begun({ change_terminals: () => Promise.reject(refusal("offline")) });
    terminals.show("term_1");
    if (!terminals.draft) throw new Error("the form is open");
    terminals.draft.permission.may.totals = true;
    expect(terminals.linked[0]?.permission.may.totals).toBe(false);
    await terminals.save();
    expect([terminals.saveError?.code, terminals.open?.id]).toEqual(["offline", "term_1"]);
    host.answers.change_terminals = view();
    await terminals.save();
    const wanted = { ...permission(), may: { ...permission().may, totals: true } };
    expect(host.requests("change_terminals").at(-1)).toEqual({ wish: "set", id: "term_1", name: "Zoe", permission: wanted } satisfies TerminalsWish);
    expect([terminals.open, terminals.saved]).toEqual([null, "term_1"]);
    stop();
  });

  test("an answer that was on its way when something was changed does not bring the old back", async () => {
    let late: ((value: ReturnType<typeof view>) => void) | undefined;
    const [terminals, host, stop] = await begun();
    host.answers.terminals = () => new Promise((done) => (late = done));
    const asking = terminals.load();
    await vi.advanceTimersByTimeAsync(0);
    await terminals.revoke("term_1");
    late?.(view({ terminals: [terminal("term_1")] }));
    await asking;
    expect(terminals.linked).toEqual([]);
    stop();
  });

  test("the record goes on where it ended", async () => {
    const line = (number: number) => ({ number, at: 0, by: "run_0", what: { what: "reach" as const, lan: true } });
    const [terminals, host, stop] = await begun({
      terminals_record: ({ before }) => (before === null ? { lines: [line(9), line(8)], more: true } : { lines: [line(7)], more: false }),
    });
    await terminals.loadRecord();
    await terminals.loadRecord(true);
    expect(host.requests("terminals_record")).toEqual([{ before: null }, { before: 8 }]);
    expect([terminals.record?.map((one) => one.number), terminals.recordMore]).toEqual([[9, 8, 7], false]);
    stop();
  });
});

describe("the section", () => {
  async function shown(part: Answers): Promise<[HTMLElement, FakeHost, () => void]> {
    const [terminals, host, stop] = await begun(part);
    const target = document.body.appendChild(document.createElement("main"));
    const page = mount(TerminalsSection, { target, props: { terminals, sources: new Sources(host), shop: SHOP } });
    flushSync();
    return [
      target,
      host,
      () => {
        stop();
        void unmount(page);
      },
    ];
  }
  const press = async (target: HTMLElement, words: string) => {
    const found = [...target.querySelectorAll("button")].find((button) => button.textContent.trim() === words);
    if (!found) throw new Error(`no button ${words} in: ${target.textContent}`);
    found.click();
    await vi.advanceTimersByTimeAsync(0);
    flushSync();
  };

  test("what turning on opens is said before it, and nothing else can be done", async () => {
    const [target, host, stop] = await shown({ terminals: SHUT });
    expect(target.textContent).toContain(t("terminals.firewall"));
    expect(target.querySelectorAll("button")).toHaveLength(1);
    await press(target, t("terminals.turn_on"));
    expect(host.requests("change_terminals")).toEqual([{ wish: "reach", lan: true }]);
    stop();
  });

  test("while it is off, phones and invitations stand there all the same, and can be taken back", async () => {
    const invitations = [{ id: "inv_3", name: "Lin", permission: permission(), preset: "clerk" as const, made_at: 1, expires_at: 2 }];
    const off = { ...SHUT, terminals: [terminal("term_1", { name: "Zoe", online_since: null })], invitations };
    const [target, host, stop] = await shown({ terminals: off, change_terminals: off });
    await press(target, t("terminals.withdraw"));
    await press(target, t("terminals.revoke"));
    target.querySelector<HTMLButtonElement>(".confirm .danger")?.click();
    await vi.advanceTimersByTimeAsync(0);
    expect(host.requests("change_terminals")).toEqual([
      { wish: "withdraw", id: "inv_3" },
      { wish: "revoke", id: "term_1" },
    ]);
    stop();
  });

  test("what a removed phone was told stays readable, and every one of them is listed", async () => {
    const gone = Array.from({ length: 30 }, (_, at) => terminal(`term_${String(at)}`, { name: `Phone ${String(at)}`, online_since: null, revoked_at: 9 }));
    const line = { key: 3, from: 1, to: 9, items: 7, asked: false, first_at: 0, last_at: 1, version: 1, permission: permission() };
    const [target, host, stop] = await shown({ terminals: view({ terminals: gone }), terminal_sent: { lines: [line], more: false } });
    const told = [...target.querySelectorAll("button")].filter((button) => button.textContent.trim() === t("terminals.told"));
    expect(told).toHaveLength(30);
    told[29]?.click();
    await vi.advanceTimersByTimeAsync(0);
    flushSync();
    expect(host.requests("terminal_sent")).toEqual([{ id: "term_29", before: null }]);
    expect(target.textContent).toContain("7 payments");
    stop();
  });

  test("who came is told with its browser, and can be removed from there, once that is said again", async () => {
    const [target, host, stop] = await shown({});
    await press(target, t("terminals.invite"));
    const name = target.querySelector<HTMLInputElement>("form .input");
    if (!name) throw new Error("no field for the name");
    name.value = "Lin";
    name.dispatchEvent(new Event("input", { bubbles: true }));
    await press(target, t("terminals.make"));
    host.answers.terminals = view({ terminals: [terminal("term_3", { name: "Lin", invitation: "inv_2", app: "Firefox 140 · Android" })] });
    host.say("terminals", null);
    await vi.advanceTimersByTimeAsync(0);
    flushSync();
    const card = target.querySelector<HTMLElement>(".card");
    if (!card) throw new Error("the card is there");
    expect(card.textContent).toContain("Firefox 140 · Android");
    await press(card, t("terminals.not_yours"));
    expect(host.requests("change_terminals")).toEqual([]);
    await press(card, t("terminals.revoke_yes"));
    expect(host.requests("change_terminals")).toEqual([{ wish: "revoke", id: "term_3" }]);
    stop();
  });

  test("removing asks first, and does it only when it is said again", async () => {
    const [target, host, stop] = await shown({});
    await press(target, t("terminals.revoke"));
    expect(host.requests("change_terminals")).toEqual([]);
    expect(target.textContent).toContain(t("terminals.revoke_ask", { name: "Zoe" }));
    target.querySelector<HTMLButtonElement>(".confirm .danger")?.click();
    await vi.advanceTimersByTimeAsync(0);
    expect(host.requests("change_terminals")).toEqual([{ wish: "revoke", id: "term_1" }]);
    stop();
  });

  test("an invitation shows its code, its link and the whole fingerprint to compare", async () => {
    const [target, , stop] = await shown({});
    await press(target, t("terminals.invite"));
    const name = target.querySelector<HTMLInputElement>("form .input");
    if (!name) throw new Error("no field for the name");
    name.value = "Lin";
    name.dispatchEvent(new Event("input", { bubbles: true }));
    await press(target, t("terminals.make"));
    expect(target.querySelector(`svg[aria-label="${t("terminals.qr")}"]`)).not.toBeNull();
    const codes = [...target.querySelectorAll("code")].map((code) => code.textContent);
    expect(target.querySelector(".link-row code")?.textContent).toBe(made().invitation.links[0]?.url);
    // In lines: only the colons between them are left out.
    expect(codes[0]?.replaceAll(":", "")).toBe(FINGERPRINT.replaceAll(":", ""));
    stop();
  });
});

describe("a permission in words", () => {
  const named = new Map([["src_1", "Front phone"]]);
  const sees = (amount: AmountSight): Permission => ({ ...permission(), sees: { ...permission().sees, amount } });

  test("the roles are told by what they are, in any order of fields", () => {
    for (const { preset, permission } of PRESETS) {
      const { may, sees, which } = permission;
      expect(roleName({ which, sees, may }, PRESETS)).toBe(t(`terminals.role_${preset}`));
    }
    expect(roleName(OWN, PRESETS)).toBe(t("terminals.role_own"));
  });

  test("everything that is withheld is named", () => {
    for (const [wanted, some] of [
      [permission("clerk"), "It does not see: source it came through, payer, note, and order number."],
      [permission("manager"), "Of a payment it sees: exact amount, platform, source it came through, payer, note, and order number."],
      [sees({ kind: "rounded", to: 1000 }), "amount rounded to ¥10.00"],
      [sees({ kind: "hidden_above", limit: 10000 }), "amount up to ¥100.00"],
      [OWN, "It is told only of payments: WeChat Pay and Alipay; of ¥5.00 to ¥500.00; Mon–Fri 17:00–22:00 or Sat and Sun 20:00–02:00."],
      [{ ...permission(), which: { ...OWN.which, platforms: [], sources: ["src_1", "src_2"], from: null, to: 100, hours: [] } }, "none at all; Front phone and src_2; up to ¥1.00."],
      [{ ...permission(), may: { hear: false, history: "none", totals: false } }, "The phone hears nothing and sees no earlier payments."],
    ] satisfies [Permission, string][]) {
      expect(sentences(wanted, "CNY", named).join("\n")).toContain(some);
    }
    expect(sentences(permission("manager"), "CNY", named)).toHaveLength(2);
  });

  test("hours of the week are told by their runs of days", () => {
    const text = (days: number[]) => hoursText({ days, from: "09:00", to: "22:00" });
    expect([text([1, 2, 3, 4, 5, 6, 7]), text([7, 1, 3, 4, 5]), text([2])]).toEqual([
      "every day 09:00–22:00",
      "Mon, Wed–Fri, and Sun 09:00–22:00",
      "Tue 09:00–22:00",
    ]);
  });

  test("every kind of line of the record has its words", () => {
    const text = (what: Parameters<typeof recordText>[0]["what"]) => recordText({ number: 1, at: 0, by: "run_0", what }, new Map([["term_1", "Zoe"]]), PRESETS);
    const [terminal, invitation, name] = ["term_1", "inv_1", "Zoe"];
    for (const what of [
      { what: "reach", lan: true },
      { what: "reach", lan: false },
      { what: "invited", invitation, name, permission: OWN, expires_at: 0 },
      { what: "invitation_cancelled", invitation, name },
      { what: "linked", terminal, name, invitation },
      { what: "permission_set", terminal, name, version: 2, permission: permission() },
      { what: "renamed", terminal, from: "Tablet", to: "Zoe" },
      { what: "revoked", terminal, name },
      { what: "voice_set", list: ["term_1"] },
      { what: "voice_set", list: null },
    ] as const) {
      // A key without words would show itself.
      expect(text(what as Parameters<typeof text>[0])).not.toMatch(/terminals\.|[{}]/);
    }
    expect(text({ what: "voice_set", list: ["term_1", "term_9"] })).toContain("Zoe and term_9");
  });
});
