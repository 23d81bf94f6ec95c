// @vitest-environment node
// The phone's state: linking, hearing, silence, what is announced and what is not.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { browserLanguage } from "../../src/phone/phone.svelte";
import { CODE, CLERK, FakeHub, told } from "./fake-hub";
import { MemoryStore, PATIENT, stage, type Stage } from "./stand-ins";

let stages: Stage[] = [];
let shaken: number[][] = [];

/** Runs the timers on, a second at a time, so that what is signed beside them keeps up. */
async function seconds(count: number): Promise<void> {
  for (let at = 0; at < count; at++) await vi.advanceTimersByTimeAsync(1000);
}

async function opened(hub: FakeHub, store?: MemoryStore, fragment = ""): Promise<Stage> {
  const one = stage(hub, store);
  stages.push(one);
  await one.phone.start(fragment, ["en-GB"]);
  return one;
}

/** A phone that took an invitation, listens and was touched. */
async function listening(hub: FakeHub): Promise<Stage> {
  const one = await opened(hub, undefined, `#${CODE}`);
  await one.phone.accept();
  await vi.waitFor(() => expect(one.phone.connected).toBe(true), PATIENT);
  await one.sound.turnOn("en");
  return one;
}

const said = (one: Stage) => one.sound.heard.filter((words) => words !== "(hush)");

// No browser is there: what the page says of its language goes nowhere.
beforeEach(() => {
  vi.useFakeTimers();
  shaken = [];
  vi.stubGlobal("navigator", { vibrate: (pattern: number[]) => shaken.push(pattern) });
  vi.stubGlobal("document", { documentElement: {}, visibilityState: "visible" });
});
afterEach(async () => {
  for (const one of stages) await one.phone.forget();
  stages = [];
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("the browser's first known language is the page's", () => {
  expect(browserLanguage(["zh-TW", "en"])).toBe("zh-CN");
  expect(browserLanguage(["de", "en-GB", "zh"])).toBe("en");
  expect(browserLanguage(["de"])).toBe("en");
});

describe("linking", () => {
  test("a first visit without an invitation says so", async () => {
    const { phone } = await opened(new FakeHub());
    expect(phone.stage).toBe("unlinked");
  });

  test("the code leaves the address at once, and is taken only when asked", async () => {
    const one = await opened(new FakeHub(), undefined, `#${CODE}`);
    expect([one.phone.stage, one.codeHidden(), one.hub.terminals.size]).toEqual(["invited", true, 0]);
    await one.phone.accept();
    expect([one.phone.stage, one.store.kept.bond?.terminal]).toEqual(["linked", "t1"]);
  });

  test("the code leaves the address before anything else, and a browser that cannot take it has its link for one that can", async () => {
    let hidden: boolean | undefined;
    const one: Stage = stage(new FakeHub(), undefined, {
      unable: () => {
        hidden = one.codeHidden();
        return Promise.resolve("old");
      },
    });
    await one.phone.start(`#${CODE}`, []);
    expect([hidden, one.phone.stage, one.phone.unable]).toEqual([true, "unable", "old"]);
    expect(one.phone.inviteLink?.endsWith(`#${CODE}`)).toBe(true);
  });

  test("a browser that lets nothing be read is told so, and keeps the link too", async () => {
    const store = new MemoryStore();
    store.read = () => Promise.reject(new DOMException("no", "InvalidStateError"));
    const one = await opened(new FakeHub(), store, `#${CODE}`);
    expect([one.phone.stage, one.phone.unable, one.phone.inviteLink !== null]).toEqual(["unable", "no_store", true]);
    store.read = () => Promise.resolve(store.kept);
  });

  test("what did not work is told, and may work later", async () => {
    const hub = new FakeHub();
    hub.reachable = false;
    const one = await opened(hub, undefined, `#${CODE}`);
    await one.phone.accept();
    expect([one.phone.stage, one.phone.problem]).toEqual(["invited", "offline"]);
    hub.reachable = true;
    await one.phone.accept();
    expect([one.phone.stage, one.phone.problem]).toEqual(["linked", null]);
  });

  test("a key that cannot be made, or kept, is said; the invitation is good for this phone until it is", async () => {
    const one = await opened(new FakeHub(), undefined, `#${CODE}`);
    const make = vi.spyOn(crypto.subtle, "generateKey").mockRejectedValue(new DOMException("no", "OperationError"));
    await one.phone.accept();
    expect([one.phone.stage, one.phone.problem, one.phone.busy, one.hub.terminals.size]).toEqual(["invited", "phone", false, 0]);
    make.mockRestore();
    const write = vi.spyOn(one.store, "write").mockRejectedValue(new DOMException("full", "QuotaExceededError"));
    await one.phone.accept();
    expect([one.phone.stage, one.phone.problem, one.phone.busy, one.hub.terminals.size]).toEqual(["invited", "phone", false, 1]);
    write.mockRestore();
    await one.phone.accept();
    expect([one.phone.stage, one.phone.problem, one.hub.terminals.size]).toEqual(["linked", null, 1]);
    expect(one.store.kept.bond?.terminal).toBe("t1");
    await vi.waitFor(() => expect(one.phone.connected).toBe(true), PATIENT);
    expect(one.phone.inviteLink).toBeNull();
  });

  test("declining a second invitation keeps the first link", async () => {
    const one = await listening(new FakeHub());
    one.hub.invitation = "good";
    const again = await opened(one.hub, one.store, `#${CODE}`);
    expect(again.phone.stage).toBe("invited");
    again.phone.decline();
    expect(again.phone.stage).toBe("linked");
    expect(one.hub.terminals.size).toBe(1);
  });

  test("a new window takes over; the old one can take it back", async () => {
    const one = await listening(new FakeHub());
    one.displace();
    expect(one.phone.stage).toBe("elsewhere");
    expect(one.hub.lines[0]?.open).toBe(false);
    one.phone.here();
    await vi.waitFor(() => expect(one.phone.connected).toBe(true), PATIENT);
  });
});

describe("being cut off", () => {
  test("revoked on an open link: everything is forgotten at once, the language stays", async () => {
    const one = await listening(new FakeHub());
    one.phone.wish({ language: "zh-CN" });
    one.hub.pay(told());
    expect(one.phone.told.items).toHaveLength(1);
    one.hub.revoke();
    await vi.waitFor(() => expect(one.phone.stage).toBe("revoked"), PATIENT);
    expect(one.phone.told.items).toEqual([]);
    expect(one.store.kept).toMatchObject({ bond: null, heard: null, wishes: { language: "zh-CN" } });
    await seconds(60);
    expect(one.hub.lines).toHaveLength(1);
  });

  test("revoked while it was away: told and forgotten when it comes back", async () => {
    const one = await listening(new FakeHub());
    one.hub.reachable = false;
    one.hub.cut();
    one.hub.revoke();
    one.hub.reachable = true;
    await seconds(2);
    await vi.waitFor(() => expect(one.phone.stage).toBe("revoked"), PATIENT);
    expect(one.store.kept.bond).toBeNull();
  });

  test("revoked: loud, once, since nobody may be looking", async () => {
    const one = await listening(new FakeHub());
    one.hub.revoke();
    await vi.waitFor(() => expect(one.phone.stage).toBe("revoked"), PATIENT);
    await seconds(400);
    expect(said(one)).toEqual(["(alarm)", "attention, this phone is not linked to the till any more"]);
    expect(shaken).toHaveLength(1);
  });

  async function refused(one: Stage, why: "unknown" | "version" | "other_hub"): Promise<void> {
    if (why === "other_hub") one.hub.id = "hub-2";
    else one.hub.refuses = why;
    one.hub.cut();
    await seconds(2);
    await vi.waitFor(() => expect(one.phone.stage).toBe(why), PATIENT);
  }

  test.each(["unknown", "version", "other_hub"] as const)("refused as %s: loud at once and again, nothing is erased, and it is heard again once it is let in", async (why) => {
    const one = await listening(new FakeHub());
    const payment = told();
    one.hub.pay(payment);
    await seconds(2);
    await refused(one, why);
    expect(one.phone.deaf?.why).toBe("refused");
    expect(one.store.kept.bond).not.toBeNull();
    expect(one.phone.told.items).toEqual([]);
    await seconds(1);
    const alarms = () => said(one).filter((words) => words === "(alarm)").length;
    expect([alarms(), shaken.length > 1]).toEqual([1, true]);
    expect(said(one).at(-1)).toMatch(/^attention, this phone has not heard the till since /);
    await seconds(185);
    expect(alarms()).toBe(2);
    // Let in again: what came meanwhile is told, and what was known is no news.
    one.hub.refuses = null;
    one.hub.id = "hub-1";
    one.hub.log.push(told({ amount: { kind: "exact", money: { minor: 600, currency: "CNY" } } }));
    await seconds(61);
    await vi.waitFor(() => expect([one.phone.stage, one.phone.connected]).toEqual(["linked", true]), PATIENT);
    one.hub.pay({ ...payment, trust: "confirmed", payer: "李" });
    await seconds(20);
    expect(one.phone.deaf).toBeNull();
    expect(said(one).filter((words) => words.includes("six yuan"))).toHaveLength(1);
    expect(said(one).filter((words) => words.includes("twelve yuan"))).toHaveLength(1);
  });

  test("a page of before an update loads itself anew: after the alarm, and once until it is let in", async () => {
    const one = await listening(new FakeHub());
    await refused(one, "version");
    await vi.waitFor(() => expect(one.reloads()).toBe(1), PATIENT);
    expect(said(one)[0]).toBe("(alarm)");
    await seconds(300);
    expect([one.phone.stage, one.reloads()]).toEqual(["version", 1]);
    one.hub.refuses = null;
    await seconds(61);
    await vi.waitFor(() => expect(one.phone.stage).toBe("linked"), PATIENT);
    await refused(one, "version");
    await vi.waitFor(() => expect(one.reloads()).toBe(2), PATIENT);
  });

  test("other refusals never load the page anew", async () => {
    const one = await listening(new FakeHub());
    await refused(one, "unknown");
    await seconds(30);
    expect(one.reloads()).toBe(0);
  });
});

test("whether this phone is heard is told truly: touched, in sight, not muted, with a voice", async () => {
  const one = await opened(new FakeHub(), undefined, `#${CODE}`);
  await one.phone.accept();
  await vi.waitFor(() => expect(one.phone.connected).toBe(true), PATIENT);
  const told = () => one.hub.said.flatMap((frame) => (frame.type === "history" ? [] : [frame.hearable])).at(-1);
  expect(told()).toBe(false);
  await one.sound.turnOn("en");
  const step = async (change: () => void) => {
    change();
    await seconds(1);
    return told();
  };
  expect(await step(() => undefined)).toBe(true);
  expect(await step(() => one.phone.announcer.toggleMute())).toBe(false);
  expect(await step(() => one.phone.announcer.toggleMute())).toBe(true);
  expect(await step(() => (one.sound.voice = false))).toBe(false);
  expect(await step(() => (one.sound.voice = true))).toBe(true);
  expect(await step(() => (one.sound.state = "asleep"))).toBe(false);
  expect(await step(() => (one.sound.state = "on"))).toBe(true);
  // At once: out of sight a phone may sleep before the second is over.
  one.see(false);
  one.phone.hidden();
  expect(told()).toBe(false);
});

describe("announcing", () => {
  test("a payment is said once; later news of it changes what is shown and is not said", async () => {
    const one = await listening(new FakeHub());
    const payment = told({ trust: "reported", number: 7 });
    one.hub.pay(payment);
    await seconds(1);
    one.hub.pay({ ...payment, trust: "confirmed", payer: "李*芳" });
    await seconds(5);
    expect(said(one)).toEqual(["the phone reports a Alipay payment, number seven, twelve yuan and fifty fen"]);
    expect(one.phone.told.items).toMatchObject([{ trust: "confirmed", payer: "李*芳" }]);
  });

  test("a page that was opened anew goes on where it was: not again, and nothing left out", async () => {
    const hub = new FakeHub();
    hub.permission = { ...CLERK, may: { ...CLERK.may, history: "none" } };
    const one = await listening(hub);
    const before = told();
    hub.pay(before);
    await seconds(1);
    const { bond, heard } = one.store.kept;
    await one.phone.forget();
    one.store.kept = { ...one.store.kept, bond, heard };
    hub.log.push(told({ amount: { kind: "exact", money: { minor: 600, currency: "CNY" } } }));
    const again = await opened(hub, one.store);
    await again.sound.turnOn("en");
    await vi.waitFor(() => expect(again.phone.connected).toBe(true), PATIENT);
    hub.pay({ ...before, trust: "confirmed", payer: "李" });
    await seconds(3);
    expect(said(again)).toEqual(["Alipay payment received, six yuan"]);
  });

  test("later news of a payment that is not in the list is no new payment: of yesterday, or early on a busy day", async () => {
    const hub = new FakeHub();
    const one = await listening(hub);
    const at = Date.now() - 60_000;
    hub.log.push(...Array.from({ length: 200 }, (_, place) => told({ at: at + place })));
    hub.change();
    hub.tell({ type: "told", items: [told({ at: at - 1 }), told({ day: "2026-11-21" })], gone: [], cursor: "300" });
    await seconds(5);
    expect(said(one)).toEqual([]);
    hub.tell({ type: "told", items: [told({ day: "2026-11-23" })], gone: [], cursor: "301" });
    await seconds(2);
    expect(said(one)).toHaveLength(1);
  });

  test("what is older than two minutes is one sentence, said once it has all come", async () => {
    const one = await listening(new FakeHub());
    one.hub.cut();
    const old = Date.now() - 300_000;
    one.hub.log.push(told({ at: old }), told({ at: old + 1000 }), told({ at: old, kind: "refund" }));
    await seconds(1);
    await vi.waitFor(() => expect(one.phone.connected).toBe(true), PATIENT);
    expect(said(one)).toEqual([]);
    await seconds(5);
    expect(said(one)).toHaveLength(1);
    expect(said(one)[0]).toMatch(/^from earlier, since .* [ap] m: two payments, together twenty-five yuan; one refund, together twelve yuan and fifty fen$/);
  });

  test("a burst is one sentence; hidden amounts are counted without being missed", async () => {
    const one = await listening(new FakeHub());
    one.hub.pay(...Array.from({ length: 7 }, () => told({ amount: { kind: "about", money: { minor: 1000, currency: "CNY" } } })));
    await seconds(2);
    expect(said(one)).toEqual(["several payments: seven payments"]);
  });

  test("about, more than, withheld, not given", async () => {
    const one = await listening(new FakeHub());
    const cny = (minor: number) => ({ minor, currency: "CNY" });
    one.hub.pay(told({ amount: { kind: "about", money: cny(1000) } }));
    one.hub.pay(told({ amount: { kind: "over", limit: cny(10_000) }, platform: undefined }));
    one.hub.pay(told({ amount: { kind: "withheld" } }));
    one.hub.pay(told({ amount: { kind: "not_given" } }));
    await seconds(3);
    expect(said(one)).toEqual([
      "Alipay payment received, about ten yuan",
      "payment received, more than one hundred yuan",
      "Alipay payment received",
      "Alipay payment received, amount not given",
    ]);
  });

  test("today's list is never announced, nor what a new permission shows", async () => {
    const hub = new FakeHub();
    hub.log.push(told(), told());
    const one = await listening(hub);
    hub.permission = { ...CLERK, sees: { ...CLERK.sees, payer: true } };
    hub.log.push(told({ payer: "李" }));
    hub.change();
    await seconds(5);
    expect(said(one)).toEqual([]);
    expect(one.phone.told.items).toHaveLength(3);
  });

  test("silent before a touch, while muted, and where another device speaks; nothing of it is said later", async () => {
    const one = await listening(new FakeHub());
    one.sound.state = "off";
    one.hub.pay(told());
    await seconds(1);
    one.sound.state = "on";
    one.phone.announcer.toggleMute();
    one.hub.pay(told());
    await seconds(1);
    one.phone.announcer.toggleMute();
    one.hub.speaks = false;
    one.hub.change();
    one.hub.pay(told());
    await seconds(1);
    expect(said(one)).toEqual([]);
    one.hub.speaks = true;
    one.hub.change();
    one.hub.pay(told());
    await seconds(1);
    expect(said(one)).toHaveLength(1);
  });

  test("what the owner hides from now on is gone from the phone", async () => {
    const one = await listening(new FakeHub());
    const [kept, gone] = [told(), told()];
    one.hub.pay(kept, gone);
    one.hub.tell({ type: "told", items: [], gone: [gone.id], cursor: "9" });
    expect(one.phone.told.items.map(({ id }) => id)).toEqual([kept.id]);
    one.hub.tell({ type: "today", day: "2026-11-23", items: [], cursor: "9" });
    expect([one.phone.told.items, one.phone.told.day]).toEqual([[], "2026-11-23"]);
  });
});

describe("silence", () => {
  test("no frame for thirty seconds: loud, with the time, and again; and back", async () => {
    const one = await listening(new FakeHub());
    one.hub.reachable = false;
    const from = Date.now();
    one.hub.cut();
    await seconds(29);
    expect(one.phone.deaf).toBeNull();
    await seconds(4);
    expect(one.phone.deaf?.why).toBe("link");
    expect(Math.abs((one.phone.deaf?.since ?? 0) - from)).toBeLessThan(2000);
    expect(said(one)[0]).toBe("(alarm)");
    expect(said(one)[1]).toMatch(/^attention, this phone has not heard the till since /);
    await seconds(190);
    expect(said(one).filter((words) => words === "(alarm)")).toHaveLength(2);
    one.hub.reachable = true;
    one.phone.hurry();
    await vi.waitFor(() => expect(one.phone.deaf).toBeNull(), PATIENT);
    await seconds(1);
    expect(said(one).at(-1)).toMatch(/^payments are heard again, after a gap since /);
  });

  test("the till itself does not hear: at once, also while muted", async () => {
    const one = await listening(new FakeHub());
    one.phone.announcer.toggleMute();
    one.hub.listening = false;
    one.hub.since = Date.now() - 60_000;
    one.hub.beat();
    await seconds(1);
    expect(one.phone.deaf).toEqual({ why: "till", since: one.hub.since });
    expect(said(one)[1]).toMatch(/^attention, payments are not heard since .*, please look at the computer$/);
    one.phone.aside = true;
    one.hub.listening = true;
    one.hub.beat();
    expect([one.phone.deaf, one.phone.aside]).toEqual([null, false]);
  });

  test("a phone that slept gets a moment before it is loud", async () => {
    const one = await listening(new FakeHub());
    one.hub.cut();
    // The whole phone slept: no timer ran, and the clock goes on.
    vi.setSystemTime(Date.now() + 600_000);
    one.phone.hurry();
    expect(one.phone.deaf).toBeNull();
    await seconds(2);
    await vi.waitFor(() => expect(one.phone.connected).toBe(true), PATIENT);
    expect(one.phone.deaf).toBeNull();
    expect(said(one)).toEqual([]);
  });
});

test("older payments come in pages, until there are none; what is shown already is passed over", async () => {
  const hub = new FakeHub();
  const one = await listening(hub);
  hub.log.push(...[1, 2, 3, 4, 5].map((at) => told({ at })));
  const times = () => one.phone.told.items.map(({ at }) => at);
  await one.phone.older();
  expect([times(), one.phone.told.more]).toEqual([[5, 4], "3"]);
  hub.change();
  one.phone.told.begin({ today: hub.log.slice(2), day: "2026-11-22" }, false);
  await one.phone.older();
  expect([times(), one.phone.told.more]).toEqual([[5, 4, 3, 2], "1"]);
  await one.phone.older();
  expect([times(), one.phone.told.more]).toEqual([[5, 4, 3, 2, 1], null]);
});
