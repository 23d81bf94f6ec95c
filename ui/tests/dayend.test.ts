// The page that closes a day: figures as they are drawn, what is typed into the drawer, closing, refusals, blind counts.
import { flushSync, mount, tick, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DraftChange, PlatformResult } from "../src/generated";
import { amountOf, countStep } from "../src/history/reconcile/cash";
import { Drafting } from "../src/history/reconcile/drafting.svelte";
import { bars, compared, countText, fingerprint, percentText, platformRows, sumRows, unknownFees } from "../src/history/reconcile/figures";
import { PAGE, Reconcile } from "../src/history/reconcile/reconcile.svelte";
import { Papers } from "../src/history/reconcile/papers.svelte";
import PlatformCard from "../src/history/reconcile/PlatformCard.svelte";
import ReconcileTab from "../src/history/reconcile/ReconcileTab.svelte";
import { refusalText } from "../src/history/reconcile/refusals";
import { setLanguage, t } from "../src/lib/i18n.svelte";
import { FakeHost, refusal, type Answers } from "./fake-host";
import { cny } from "./samples";
import { answers, closing, draft, drawer, emptyReport, group, pieces, report, sum, summary, total } from "./samples-dayend";

const settled = () => new Promise((done) => setTimeout(done));
const changes = (host: FakeHost) => host.requests("change_closing_draft") as DraftChange[];

beforeEach(() => {
  setLanguage("en");
  // jsdom has no dialogs of its own.
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
    this.dispatchEvent(new Event("close"));
  };
});
afterEach(() => vi.useRealTimers());

describe("figures", () => {
  test("bars go from the first hour in which something came to the last, past midnight too", () => {
    const hours = emptyReport().hours.map((hour) => ([9, 1].includes(hour.hour) ? { ...hour, totals: [total(1, 100)] } : hour));
    const drawn = bars(hours, "CNY");
    expect([drawn[0]?.label, drawn.at(-1)?.label, drawn.length]).toEqual(["9", "1", 17]);
    expect([drawn[0]?.span, drawn.at(-2)?.span]).toEqual(["09:00–10:00", "00:00–01:00"]);
    expect(drawn.map((bar) => bar.payments).filter(Boolean)).toEqual([1, 1]);
  });

  test("a single hour is not as wide as the card, wherever in the day it is", () => {
    for (let at = 0; at < 24; at += 1) {
      const hours = emptyReport().hours.map((hour, index) => (index === at ? { ...hour, totals: [total(2, 500)] } : hour));
      const drawn = bars(hours, "CNY");
      expect(drawn).toHaveLength(8);
      expect(drawn.filter((bar) => bar.height > 0)).toHaveLength(1);
    }
  });

  test("nothing is no bars, and another currency's hours are none of this one's", () => {
    expect(bars(emptyReport().hours, "CNY")).toEqual([]);
    expect(bars(report().hours, "USD")).toEqual([]);
  });

  test("hours of refunds alone have no bar, and no bar hangs below the line", () => {
    const hours = emptyReport().hours.map((hour) => (hour.hour === 10 ? { ...hour, totals: [total(0, 0, 1, 900)] } : hour));
    const bar = bars(hours, "CNY").find((one) => one.hour === 10);
    expect([bar?.height, bar?.net]).toEqual([0, "−¥9.00"]);
  });

  test.each([
    [106_200, 100_000, "+6.2%"],
    [100_000, 100_000, "±0%"],
    [99_949, 100_000, "−0.1%"],
    [99_951, 100_000, "±0%"],
    [0, 100_000, "−100.0%"],
    [66_667, 100_000, "−33.3%"],
    [1_000_000_000_000_000, 999_999_999_999_999, "±0%"],
  ])("%i after %i is %s", (now, then, text) => {
    const tenths = compared([total(1, now)], { day: "2026-11-15", totals: [total(1, then)], so_far: null });
    expect(tenths === null ? null : percentText(tenths)).toBe(text);
  });

  test("what compares is said only where it says something", () => {
    const before = { day: "2026-11-15", totals: [total(1, 1_000)], so_far: null };
    expect(compared([], before)).toBeNull();
    expect(compared([total(1, 1_000)], null)).toBeNull();
    expect(compared([total(1, 1_000, 0, 0, "USD")], before)).toBeNull();
    expect(compared([total(1, 1_000)], { ...before, totals: [total(1, 0)] })).toBeNull();
    expect(compared([total(0, 0, 1, 5)], before)).toBeNull();
    expect(compared([total(1, 1_000_000)], before)).toBeNull();
    // A running day compares with the same time of day.
    expect(compared([total(1, 500)], { ...before, so_far: [total(1, 500)] })).toBe(0);
  });

  test("a fee is taken off where a statement says so, and made up nowhere", () => {
    const stated = (platform: string, fees: number, statements = [1]): PlatformResult =>
      ({ platform, statements, sums: [{ paid: cny(0), refunded: cny(0), fees: cny(fees), net: cny(0) }] }) as unknown as PlatformResult;
    const groups = [group("wechat", [total(78, 421_030)]), group("alipay", [total(49, 342_610, 1, 1_500)]), group("vmq", [], 2)];
    const totals = [total(127, 763_640, 1, 1_500)];
    expect(platformRows(groups, []).map((row) => [row.platform, row.fee, row.net])).toEqual([
      ["wechat", null, "¥4,210.30"],
      ["alipay", null, "¥3,411.10"],
      ["vmq", null, "–"],
    ]);
    const results = [stated("wechat", 2_526), stated("alipay", 999, [])];
    expect(platformRows(groups, results).map((row) => [row.fee, row.net])).toEqual([
      ["¥25.26", "¥4,185.04"],
      [null, "¥3,411.10"],
      [null, "–"],
    ]);
    expect(sumRows(totals, groups, results).map((row) => [row.fee, row.net])).toEqual([["¥25.26", "¥7,596.14"]]);
    expect(sumRows(totals, groups, []).map((row) => [row.fee, row.net])).toEqual([[null, "¥7,621.40"]]);
    // Where some are taken off it is said whose are not; cash has none, and another currency's sum is another sum.
    const more = [...groups, group("cash", [total(3, 1_500)]), group("stripe", [total(1, 9_900, 0, 0, "USD")])];
    expect(unknownFees(more, results)).toEqual(["alipay"]);
    expect(unknownFees(more, [])).toEqual([]);
    expect(unknownFees(more, [stated("wechat", 2_526), stated("alipay", 999)])).toEqual([]);
  });

  test.each([
    [0, "0"],
    [999, "999"],
    [1_000_000, "1,000,000"],
    [-1_204, "−1,204"],
  ])("%i is %s", (count, text) => expect(countText(count)).toBe(text));

  test("a fingerprint is short enough to be compared by eye", () => {
    expect(fingerprint("9f2c41d07be85a36c1d2")).toBe("9f2c 41d0 7be8 5a36");
    expect(fingerprint("")).toBe("");
  });
});

describe("what is typed into the drawer", () => {
  test.each([
    ["3", 3],
    [" ０１２ ", 12],
    ["", null],
    ["99999", 99_999],
  ])("%j is a number of notes", (typed, count) => {
    expect(countStep(typed, sum(10_000))).toEqual({ step: "pieces", worth: cny(10_000), count });
  });

  test.each(["-1", "1.5", "1e3", "x", "100000", "1 2"])("%j is none", (typed) => expect(countStep(typed, sum(10_000))).toBeNull());

  test("amounts may be left out, and wrong ones are told apart from that", () => {
    expect([amountOf("", "CNY"), amountOf("12.5", "CNY"), amountOf("x", "CNY")]).toEqual([null, cny(1_250), undefined]);
  });

  async function drafting(part: Answers = {}, begin = draft()): Promise<{ host: FakeHost; drafting: Drafting }> {
    const live = drawer(begin);
    const host = new FakeHost({ closing_draft: live.draft, change_closing_draft: live.change, ...part });
    const drafting = new Drafting(host);
    await drafting.load();
    return { host, drafting };
  }

  test("is sent once typing pauses, the newest of each field, in the order of the fields", async () => {
    vi.useFakeTimers();
    const { host, drafting: one } = await drafting();
    for (const text of ["1", "12"]) one.type("piece 10000", text, countStep(text, sum(10_000)));
    one.type("piece 5000", "4", countStep("4", sum(5_000)));
    expect(changes(host)).toEqual([]);
    await vi.advanceTimersByTimeAsync(300);
    expect(changes(host).map(({ step }) => step)).toEqual([countStep("12", sum(10_000)), countStep("4", sum(5_000))]);
    expect(one.draft?.counted).toEqual(sum(140_000));
  });

  test("what cannot be is marked, not sent, and keeps nothing else back", async () => {
    const { host, drafting: one } = await drafting();
    one.type("piece 10000", "x", countStep("x", sum(10_000)));
    one.type("piece 5000", "4", countStep("4", sum(5_000)));
    expect(await one.flush()).toBe(true);
    expect(one.wrong["piece 10000"]).toBe(true);
    expect(changes(host).map(({ step }) => step)).toEqual([countStep("4", sum(5_000))]);
    await one.leave("piece 10000");
    expect(one.text("piece 10000", "")).toBe("x");
  });

  test("what settles a count is refused while a field cannot be read, and nothing else is", async () => {
    const { host, drafting: one } = await drafting({}, draft({ blind: true, expected: null }));
    one.type("piece 10000", "12", countStep("12", sum(10_000)));
    await one.flush();
    one.type("piece 10000", "120o", countStep("120o", sum(10_000)));
    let closed = 0;
    expect(await one.step("hand_in", { step: "hand_in" })).toBe(false);
    expect(await one.act("close", () => Promise.resolve(void (closed += 1)))).toBe(false);
    expect([closed, one.refused?.what, one.refused?.error.field, one.sentBack, one.doing]).toEqual([0, "close", "unread", 2, null]);
    expect(await one.step("move", { step: "take_back", id: 1 })).toBe(true);
    expect(changes(host).map(({ step }) => step.step)).toEqual(["pieces", "take_back"]);
    one.type("piece 10000", "120", countStep("120", sum(10_000)));
    expect(await one.act("close", () => Promise.resolve(void (closed += 1)))).toBe(true);
    expect([closed, changes(host).at(-1)?.step]).toEqual([1, countStep("120", sum(10_000))]);
  });

  test("a red count that somebody else has handed in meanwhile is in nobody's way", async () => {
    const { drafting: one } = await drafting();
    one.type("other", "x", null);
    one.type("left", "x", null);
    one.take(draft({ fixed: true }));
    expect(one.unread).toEqual(["left"]);
  });

  test("what could not be sent stays in its field and goes with the next change", async () => {
    let full = true;
    const live = drawer(draft());
    const { host, drafting: one } = await drafting({ change_closing_draft: (change) => (full ? Promise.reject(refusal("storage")) : live.change(change)) });
    one.type("reason", "a coin fell", { step: "reason", text: "a coin fell" });
    expect(await one.flush()).toBe(false);
    expect([one.refused?.what, one.refused?.error.code, one.text("reason", "")]).toEqual(["typing", "storage", "a coin fell"]);
    full = false;
    expect(await one.flush()).toBe(true);
    expect([one.refused, one.draft?.reason]).toEqual([null, "a coin fell"]);
    expect(changes(host)).toHaveLength(2);
  });

  test("a field shows what the app has once it is left, and what is typed until then", async () => {
    const { drafting: one } = await drafting();
    one.type("piece 10000", "007", countStep("007", sum(10_000)));
    await one.flush();
    expect(one.text("piece 10000", "7")).toBe("007");
    await one.leave("piece 10000");
    expect(one.text("piece 10000", "7")).toBe("7");
  });

  test("nothing is done before all that was typed is there", async () => {
    const { host, drafting: one } = await drafting({}, draft({ blind: true, expected: null }));
    one.who = " Li ";
    one.type("piece 10000", "3", countStep("3", sum(10_000)));
    expect(await one.step("hand_in", { step: "hand_in" })).toBe(true);
    expect(changes(host).map(({ step, who }) => [step.step, who])).toEqual([
      ["pieces", "Li"],
      ["hand_in", "Li"],
    ]);
    const { host: other, drafting: failing } = await drafting({ change_closing_draft: () => Promise.reject(refusal("storage")) });
    failing.type("piece 10000", "3", countStep("3", sum(10_000)));
    expect(await failing.step("hand_in", { step: "hand_in" })).toBe(false);
    expect(changes(other).map(({ step }) => step.step)).toEqual(["pieces"]);
  });

  test("the next closing begins with empty fields", async () => {
    const { drafting: one } = await drafting();
    one.type("left", "30", { step: "left", amount: cny(3_000) });
    one.take(draft({ number: 14 }));
    expect(one.text("left", "")).toBe("");
    await one.flush();
    one.type("left", "30", { step: "left", amount: cny(3_000) });
    one.take(draft({ number: 14, late_count: 3 }));
    expect(one.text("left", "")).toBe("30");
  });
});

describe("the page's state", () => {
  async function page(part: Answers = {}, state = ""): Promise<{ host: FakeHost; page: Reconcile }> {
    const host = new FakeHost({ ...answers(state), ...part });
    const page = new Reconcile(host);
    await page.start();
    return { host, page };
  }

  test("listens before it asks, and begins with the day that is closed next", async () => {
    const { host, page: one } = await page({}, "end_forgotten");
    expect(host.log.slice(0, 3)).toEqual(["listen book", "listen day_end", "call closing_draft"]);
    expect(host.requests("day_report")).toEqual(["2026-11-20"]);
    expect([one.day, one.closable]).toEqual(["2026-11-20", true]);
  });

  test("goes from day to day, never into tomorrow, and back to the one to be closed", async () => {
    const { host, page: one } = await page();
    await one.step(1);
    expect(one.day).toBe("2026-11-22");
    await one.step(-1);
    expect([one.day, one.closable]).toEqual(["2026-11-21", false]);
    for (let days = 0; days < 21; days += 1) await one.step(-1);
    expect(one.day).toBe("2026-10-31");
    await one.show("2026-11-22");
    expect([one.wished, one.closable]).toEqual([null, true]);
    expect(host.requests("day_report").at(-1)).toBe("2026-11-22");
  });

  test("an answer that comes late does not replace a newer day", async () => {
    const pending: { day: string | null; answer: () => void }[] = [];
    const { page: one } = await page({
      day_report: (day) => (pending.length < 1 && day !== "2026-11-22" ? new Promise((done) => pending.push({ day, answer: () => done(report({ day: day ?? "" })) })) : report({ day: day ?? "" })),
    });
    const late = one.show("2026-11-20");
    await one.show("2026-11-22");
    await settled();
    pending[0]?.answer();
    await late;
    expect([one.report?.day, one.busy]).toEqual(["2026-11-22", false]);
  });

  test("a burst of payments is one question, and what is typed stays", async () => {
    vi.useFakeTimers();
    const host = new FakeHost(answers("end_counting"));
    const one = new Reconcile(host);
    await one.start();
    one.drafting.type("reason", "half a", { step: "reason", text: "half a" });
    const before = host.requests("day_report").length;
    for (let payment = 0; payment < 50; payment += 1) host.say("book", "2026-11-22");
    await vi.advanceTimersByTimeAsync(200);
    expect(host.requests("day_report").length).toBe(before + 1);
    expect(one.drafting.text("reason", "")).toBe("half a");
  });

  test("goes into the next day by itself, with the page left open; what is on show is read again only then", async () => {
    vi.useFakeTimers();
    const evening = draft({ number: 14, day: "2026-11-23", today: "2026-11-22", begun: false });
    const host = new FakeHost({ ...answers(""), closing_draft: evening, day_report: (day) => report({ day: day ?? "" }) });
    const one = new Reconcile(host);
    const stop = await one.start();
    await vi.advanceTimersByTimeAsync(180_000);
    expect([one.day, one.closable, host.requests("day_report").length]).toEqual(["2026-11-22", false, 1]);
    host.answers = { ...host.answers, closing_draft: { ...evening, today: "2026-11-23", begun: true } };
    await vi.advanceTimersByTimeAsync(61_000);
    expect([one.day, one.closable, one.report?.day]).toEqual(["2026-11-23", true, "2026-11-23"]);
    // A day that was not closed stays, as one that was forgotten.
    host.answers = { ...host.answers, closing_draft: { ...evening, today: "2026-11-24", begun: true } };
    document.dispatchEvent(new Event("visibilitychange"));
    await vi.advanceTimersByTimeAsync(10);
    expect([one.day, one.drafting.draft?.today, host.requests("day_report").length]).toEqual(["2026-11-23", "2026-11-24", 3]);
    stop();
    const asked = host.asked.length;
    await vi.advanceTimersByTimeAsync(180_000);
    expect(host.asked.length).toBe(asked);
  });

  test("closes with the number that was on show; the closing is on show then, and the page reads anew", async () => {
    const { host, page: one } = await page();
    one.drafting.who = " Li ";
    one.drafting.type("note", "rain", { step: "note", text: "rain" });
    expect(await one.close(false)).toBe(true);
    expect(host.requests("close_day")).toEqual([{ day: "2026-11-22", number: 13, who: "Li" }]);
    const told = host.log.filter((line) => line.startsWith("call"));
    expect(told.indexOf("call change_closing_draft")).toBeLessThan(told.indexOf("call close_day"));
    expect(one.opened?.number).toBe(13);
    expect(one.drafting.who).toBe(" Li ");
  });

  test("who takes a shift over is asked for their own name", async () => {
    const { host, page: one } = await page();
    one.drafting.who = "Li";
    expect(await one.close(true)).toBe(true);
    expect([host.requests("hand_over_shift").length, host.requests("close_day").length, one.drafting.who]).toEqual([1, 0, ""]);
  });

  test("a refusal is said, nothing is shown as closed, and the figures are read again", async () => {
    const { host, page: one } = await page({ close_day: () => Promise.reject(refusal("invalid", "number_taken")) });
    const before = host.requests("closing_draft").length;
    expect(await one.close(false)).toBe(false);
    expect([one.opened, host.requests("closing_draft").length]).toEqual([null, before + 1]);
    expect(one.drafting.refused && refusalText(one.drafting.refused.error)).toBe(t("dayend.refused_number_taken"));
  });

  test("the list goes on to number 1 and no further", async () => {
    const all = Array.from({ length: 45 }, (_, index) => summary({ number: 45 - index }));
    const { host, page: one } = await page({ closings: ({ before, limit }) => all.filter((item) => before === null || item.number < before).slice(0, limit) });
    expect([one.closings?.length, one.more]).toEqual([PAGE, true]);
    while (one.more) await one.loadMore();
    expect(one.closings?.map((item) => item.number)).toEqual(all.map((item) => item.number));
    expect(host.requests("closings")).toHaveLength(3);
    await one.loadClosings();
    expect(one.closings).toHaveLength(45);
  });

  test("what cannot be read is said, and what is on show stays", async () => {
    const { host, page: one } = await page();
    host.answers = { ...host.answers, ...answers("end_error") };
    await one.refresh();
    expect([one.reportError?.code, one.drafting.error?.code, one.closingsError?.code]).toEqual(["storage", "storage", "storage"]);
    expect([one.report?.day, one.drafting.draft?.number, one.closings?.length]).toEqual(["2026-11-22", 13, 5]);
  });

  test("every refusal has words of its own", () => {
    const fields = ["closing", "who", "earlier_day_open", "already_closed", "day_not_begun", "number_taken", "not_counted", "not_handed_in", "handed_in", "nothing_counted", "reason", "amount", "currency", "denomination", "cash_move", "text", "too_many", "unread", "clock"];
    const words = fields.map((field) => refusalText(refusal("invalid", field)));
    expect(new Set(words).size).toBe(fields.length);
    expect(words).not.toContain(t("error.invalid"));
    expect(refusalText(refusal("storage"))).toBe(t("error.storage"));
  });
});

describe("the page", () => {
  let shown: Record<string, never> | null = null;
  afterEach(() => {
    if (shown) void unmount(shown);
    shown = null;
    document.body.replaceChildren();
  });

  async function show(state: string, part: Answers = {}): Promise<{ host: FakeHost; payments: number[]; unread: () => number }> {
    const host = new FakeHost({ statements: [], ...answers(state), ...part });
    const payments: number[] = [];
    let unread = 0;
    const props = { host, onpayment: (line: number) => void payments.push(line), onunread: () => void (unread += 1) };
    shown = mount(ReconcileTab, { target: document.body, props }) as Record<string, never>;
    await settled();
    await settled();
    flushSync();
    return { host, payments, unread: () => unread };
  }
  const text = () => document.body.textContent?.replace(/\s+/g, " ") ?? "";
  const button = (name: string) => [...document.querySelectorAll("button")].find((one) => one.textContent?.trim().startsWith(name)) as HTMLButtonElement;
  async function press(name: string): Promise<void> {
    button(name).click();
    flushSync();
    await settled();
    flushSync();
  }
  async function write(field: HTMLInputElement, value: string): Promise<void> {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await tick();
  }

  test("the chart is a table for whoever hears it", async () => {
    await show("");
    const table = document.querySelector("#dayend-day")?.closest("section")?.querySelector("table");
    expect(table?.closest(".visually-hidden")).not.toBeNull();
    expect(table?.querySelectorAll("tbody tr").length).toBe(18);
    expect(table?.textContent).toContain("13:00–14:00");
    await press(t("dayend.as_table"));
    expect(document.querySelector("#dayend-day")?.closest("section")?.querySelector("table")?.closest(".visually-hidden")).toBeNull();
  });

  test("paper goes to the one printer there is, or to the one that is chosen, and that stays chosen", async () => {
    const look = { paper: "look", day: "2026-11-22" };
    const printers = [
      { id: "till", name: "Till", pages: false },
      { id: "office", name: "HP", pages: true },
    ];
    const { host } = await show("", { closing_printers: printers.slice(0, 1), print_closing: () => Promise.reject({ code: "no_printer", field: null }) });
    expect(document.querySelector(".print select")).toBeNull();
    await press(t("dayend.print"));
    expect(host.requests("print_closing")).toEqual([{ of: look, printer: "till" }]);
    host.answers.closing_printers = printers;
    await press("12");
    const select = document.querySelector<HTMLSelectElement>("dialog .print select");
    expect([...(select?.options ?? [])].map((one) => one.textContent?.trim())).toEqual(["Till · receipt", "HP · whole pages"]);
    if (select) select.value = "office";
    select?.dispatchEvent(new Event("change", { bubbles: true }));
    flushSync();
    document.querySelector<HTMLElement>("dialog .print button")?.click();
    await settled();
    expect(host.requests("print_closing").at(-1)).toEqual({ of: { paper: "closing", number: 12 }, printer: "office" });
    const again = new Papers(host);
    await again.load();
    expect(again.printer).toBe("office");
    host.answers.closing_printers = printers.slice(0, 1);
    await again.load();
    expect(again.printer).toBe("till");
  });

  test("the sum of all platforms says whose fees it does not take off", async () => {
    const stated = { platform: "wechat", statements: [1], matched: 0, confirmed: 0, differences: [], pending_until: null, sums: [{ paid: cny(0), refunded: cny(0), fees: cny(2_526), net: cny(0) }] };
    const groups = [group("wechat", [total(78, 421_030)]), group("alipay", [total(49, 342_610)]), group("cash", [total(3, 1_500)])];
    const card = (results: PlatformResult[]) => {
      if (shown) void unmount(shown);
      shown = mount(PlatformCard, { target: document.body, props: { groups, totals: [total(130, 765_140)], results } }) as Record<string, never>;
      flushSync();
    };
    card([stated as unknown as PlatformResult]);
    expect(text()).toContain("Alipay: fees not known yet. Together takes off only the fees that are known.");
    card([]);
    expect(text()).not.toContain("fees not known yet");
  });

  test("a day is typed key by key, taken on Enter or on the way out, and not on Escape; the focus is where it was", async () => {
    const { host } = await show("");
    const opener = document.querySelector<HTMLButtonElement>("#dayend-day button") as HTMLButtonElement;
    const field = () => document.querySelector<HTMLInputElement>("input[type=date]");
    const asked = () => host.requests("day_report").slice(1);
    const open = async () => {
      opener.click();
      flushSync();
      await tick();
      expect(document.activeElement).toBe(field());
    };
    const key = (key: string) => field()?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    const change = (value: string) => {
      const one = field() as HTMLInputElement;
      one.value = value;
      one.dispatchEvent(new Event("change", { bubbles: true }));
      flushSync();
    };
    await open();
    // The month 10, as a browser tells it: the 1 is January first.
    for (const [digit, day] of [["1", "2026-01-22"], ["0", "2026-10-22"]] as const) {
      key(digit);
      change(day);
      expect([field()?.value, asked()]).toEqual([day, []]);
    }
    key("Enter");
    flushSync();
    expect([field(), document.activeElement, asked()]).toEqual([null, opener, ["2026-10-22"]]);
    await settled();

    await open();
    key("3");
    change("2026-10-03");
    key("Escape");
    flushSync();
    expect([field(), document.activeElement, asked().length]).toEqual([null, opener, 1]);

    await open();
    key("5");
    change("2026-10-05");
    document.querySelector<HTMLElement>(".who input, .doings button")?.focus();
    flushSync();
    expect([field(), asked().at(-1)]).toEqual([null, "2026-10-05"]);
    expect(document.activeElement).not.toBe(opener);
    await settled();

    // Tomorrow is no day, and the field stays for another.
    await open();
    key("9");
    change("2026-11-29");
    key("Enter");
    flushSync();
    expect([field()?.value, asked().at(-1)]).toEqual(["2026-10-05", "2026-10-05"]);
    key("Escape");
    flushSync();

    // From the calendar, with the mouse: at once.
    await open();
    change("2026-11-20");
    expect([field(), document.activeElement, asked().at(-1)]).toEqual([null, opener, "2026-11-20"]);
  });

  test("an open question opens its payment; one that was not understood goes to the notices", async () => {
    const { payments, unread } = await show("");
    const look = [...document.querySelectorAll<HTMLButtonElement>("section[aria-labelledby=dayend-questions] .link")];
    look[0]?.click();
    flushSync();
    expect(look[0]?.getAttribute("aria-expanded")).toBe("true");
    document.querySelector<HTMLButtonElement>(".payment")?.click();
    expect(payments).toEqual([4999]);
    look[1]?.click();
    flushSync();
    document.querySelector<HTMLButtonElement>(".payment")?.click();
    expect([payments.length, unread()]).toEqual([1, 1]);
  });

  test("closing asks first, in words, and wants a name", async () => {
    const { host } = await show("");
    await press(t("dayend.close"));
    expect(document.querySelector("dialog")?.textContent).toContain("Closing no. 13 takes in:");
    expect(document.querySelector("dialog")?.textContent).toContain("¥8,916.40 · 131 payments");
    expect(host.requests("close_day")).toEqual([]);
    const submit = () => document.querySelector<HTMLFormElement>("dialog form")?.requestSubmit();
    submit();
    flushSync();
    expect(document.querySelector("dialog [role=alert]")?.textContent).toBe(t("dayend.who_missing"));
    await write(document.querySelector<HTMLInputElement>("dialog input") as HTMLInputElement, "Li");
    submit();
    await settled();
    await settled();
    flushSync();
    expect(host.requests("close_day")).toEqual([{ day: "2026-11-22", number: 13, who: "Li" }]);
    expect(document.querySelector("dialog h2")?.textContent).toContain("No. 13");
  });

  test("where only this PC's clock says which day it is, the year is asked for and sent", async () => {
    const { host } = await show("");
    const close = host.answers.close_day;
    host.answers.close_day = () => Promise.reject(refusal("invalid", "year"));
    await press(t("dayend.close"));
    const field = (at: number) => [...document.querySelectorAll<HTMLInputElement>("dialog input")][at] as HTMLInputElement;
    await write(field(0), "Li");
    const submit = async () => {
      document.querySelector<HTMLFormElement>("dialog form")?.requestSubmit();
      await settled();
      await settled();
      flushSync();
    };
    expect(document.querySelector("dialog input[inputmode=numeric]")).toBeNull();
    await submit();
    expect(document.querySelector("dialog [role=alert]")?.textContent).toContain("type its year");
    const year = document.querySelector<HTMLInputElement>("dialog input[inputmode=numeric]") as HTMLInputElement;
    // What is no year is none.
    await write(year, "26");
    await submit();
    host.answers.close_day = close;
    await write(year, "2026");
    await submit();
    const wish = { day: "2026-11-22", number: 13, who: "Li" };
    expect(host.requests("close_day")).toEqual([wish, wish, { ...wish, year: 2026 }]);
  });

  test("where the drawer differs, closing asks why", async () => {
    const { host } = await show("end_counting");
    await press(t("dayend.close"));
    const fields = [...document.querySelectorAll<HTMLInputElement>("dialog input")];
    expect(document.querySelector("dialog")?.textContent).toContain("¥310.00, ¥5.00 too little");
    await write(fields[0] as HTMLInputElement, "Li");
    await write(fields[1] as HTMLInputElement, "wrong change");
    document.querySelector<HTMLFormElement>("dialog form")?.requestSubmit();
    await settled();
    await settled();
    expect(changes(host).map(({ step }) => step)).toEqual([{ step: "reason", text: "wrong change" }]);
    expect(host.requests("close_day")).toHaveLength(1);
  });

  test("a blind count shows nothing of what should be there until it is handed in", async () => {
    const { host } = await show("end_blind");
    expect(text()).not.toContain("¥315.00");
    expect(text()).toContain(t("dayend.expected_hidden"));
    await press(t("dayend.hand_in"));
    expect(text()).toContain(t("dayend.who_missing"));
    const who = document.querySelector<HTMLInputElement>(".who input") as HTMLInputElement;
    await write(who, "Li");
    await press(t("dayend.hand_in"));
    expect(changes(host).map(({ step }) => step.step)).toEqual(["hand_in"]);
    expect(text()).toContain("¥315.00");
    expect(text()).toContain("¥5.00 too little");
  });

  test("a red field keeps the day open: closing and handing over go to it and say why, and it is closed once it can be read", async () => {
    const { host } = await show("end_counting");
    HTMLElement.prototype.scrollIntoView ??= () => undefined;
    const left = document.querySelector<HTMLInputElement>("input[id$=-left]") as HTMLInputElement;
    const piece = document.querySelector<HTMLInputElement>("[data-fields] input") as HTMLInputElement;
    for (const [field, bad, why] of [
      [left, "1,000.00", t("dayend.not_amount")],
      [piece, "120o", t("dayend.not_count")],
    ] as const) {
      await write(field, bad);
      expect(document.getElementById(field.getAttribute("aria-describedby") ?? "")?.textContent).toBe(why);
      for (const name of [t("dayend.close"), t("dayend.shift")]) {
        document.querySelector<HTMLInputElement>(".who input")?.focus();
        await press(name);
        expect(document.querySelector("dialog")).toBeNull();
        expect(document.activeElement).toBe(field);
        expect(text()).toContain(t("dayend.refused_unread"));
      }
      await write(field, "");
      expect(field.getAttribute("aria-describedby")).toBeNull();
      expect(text()).not.toContain(t("dayend.refused_unread"));
    }
    expect([host.requests("close_day"), host.requests("hand_over_shift")]).toEqual([[], []]);
    await press(t("dayend.close"));
    expect(document.querySelector("dialog")).not.toBeNull();
  });

  test("a red count is not handed in, and is in sight when the page is come back to", async () => {
    const { host } = await show("end_blind");
    await write(document.querySelector<HTMLInputElement>(".who input") as HTMLInputElement, "Li");
    await write(document.querySelector<HTMLInputElement>("[data-fields] input") as HTMLInputElement, "1x");
    await press(t("dayend.hand_in"));
    expect(changes(host)).toEqual([]);
    void unmount(shown as Record<string, never>);
    document.body.replaceChildren();
    host.answers = { ...host.answers, closing_draft: draft({ blind: true, expected: null }) };
    shown = mount(ReconcileTab, { target: document.body, props: { host, onpayment: () => undefined, onunread: () => undefined } }) as Record<string, never>;
    await settled();
    await settled();
    flushSync();
    expect(document.querySelector<HTMLInputElement>("[data-unread]")?.value).toBe("1x");
    await press(t("dayend.count_clear"));
    expect(document.querySelector("[data-unread]")).toBeNull();
    expect(changes(host).map(({ step }) => step.step)).toEqual(["clear_count"]);
  });

  test("the keyboard goes through the notes and coins", async () => {
    const { host } = await show("end_counting");
    const fields = [...document.querySelectorAll<HTMLInputElement>("[data-fields] input")];
    expect(fields).toHaveLength(10);
    const key = (key: string) => document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    fields[0]?.focus();
    await write(fields[0] as HTMLInputElement, "2");
    key("Enter");
    expect(document.activeElement).toBe(fields[1]);
    key("ArrowDown");
    key("ArrowUp");
    expect(document.activeElement).toBe(fields[1]);
    key("ArrowUp");
    key("ArrowUp");
    expect(document.activeElement).toBe(fields[0]);
    await settled();
    expect(changes(host).map(({ step }) => step)).toEqual([countStep("2", sum(10_000))]);
  });

  test("a forgotten day stands first, with its own date; another day cannot be closed by mistake", async () => {
    await show("end_forgotten");
    expect(text()).toContain(t("dayend.forgotten", { day: "Fri, Nov 20" }));
    expect(text()).toContain("came after their day was closed");
    expect(button(t("dayend.shift"))).toBeUndefined();
    document.querySelector<HTMLButtonElement>(`[aria-label="${t("dayend.later")}"]`)?.click();
    await settled();
    flushSync();
    expect(button(t("dayend.close"))).toBeUndefined();
    expect(text()).toContain(t("dayend.to_open", { day: "Fri, Nov 20" }));
  });

  test("once today is closed it stays on show, with what came after", async () => {
    const closed = draft({ day: "2026-11-23", begun: false, late: closing().late, late_count: 1 });
    await show("", { closing_draft: closed, day_report: (day) => report({ day: day ?? "", closings: [13] }) });
    expect(document.querySelector("#dayend-day")?.textContent?.trim()).toBe("Sun, Nov 22");
    expect(text()).toContain(t("dayend.all_closed"));
    expect(text()).toContain("came after their day was closed");
    expect([button(t("dayend.close")), button("Show Mon")]).toEqual([undefined, undefined]);
    expect(button("no. 13")).toBeDefined();
  });

  test("busy keeps the layout and says nothing that is not so; errors say what was kept", async () => {
    await show("end_busy");
    expect(document.querySelector("#dayend-day")?.closest("section")?.getAttribute("aria-busy")).toBe("true");
    expect(text()).not.toContain(t("dayend.nothing"));
    expect(text()).not.toContain(t("dayend.closings_none"));
    expect(button(t("dayend.close")).disabled).toBe(true);
    void unmount(shown as Record<string, never>);
    document.body.replaceChildren();
    await show("end_error");
    expect([...document.querySelectorAll("[role=alert] strong")].map((one) => one.textContent)).toEqual([t("error.storage")]);
    expect(text()).toContain(t("dayend.kept_all"));
    expect(button(t("dayend.close"))).toBeUndefined();
  });

  test("a closing shows what it has for good, and is put right by another one", async () => {
    const { host } = await show("");
    await press("12");
    const dialog = document.querySelector("dialog");
    expect(dialog?.textContent).toContain("−¥2.00");
    expect(dialog?.textContent).toContain("给顾客找错了两元");
    expect(dialog?.textContent).toContain(closing().head as string);
    await press(t("dayend.correct"));
    const fields = [...document.querySelectorAll<HTMLInputElement>("dialog input")];
    const [why, float] = fields;
    await write(float as HTMLInputElement, "x");
    document.querySelector<HTMLFormElement>("dialog form")?.requestSubmit();
    await settled();
    flushSync();
    expect(host.requests("correct_closing")).toEqual([]);
    expect(document.querySelectorAll("dialog [aria-invalid]").length).toBe(3);
    await write(why as HTMLInputElement, "counted the float twice");
    await write(float as HTMLInputElement, "250");
    await write(fields.at(-1) as HTMLInputElement, "Li");
    document.querySelector<HTMLFormElement>("dialog form")?.requestSubmit();
    await settled();
    await settled();
    expect(host.requests("correct_closing")).toEqual([
      { of: 12, number: 13, who: "Li", why: "counted the float twice", cash: { float: cny(25_000), takings: null, paid_in: null, paid_out: null, drops: null, counted: null, left: null, reason: null } },
    ]);
  });

  test("a second correction starts from the newest one, and what stays in the drawer can be put right", async () => {
    const was = closing();
    const again = closing({ number: 13, kind: { kind: "correction", of: 12 }, cash: was.cash && { ...was.cash, counted: sum(31_000), left: sum(18_000) } });
    const { host } = await show("", { closing: (number) => (number === 13 ? again : closing({ number, corrected_by: [13] })) });
    await press("12");
    await press(t("dayend.correct"));
    await settled();
    flushSync();
    const field = (name: string) => document.querySelector<HTMLInputElement>(`dialog input[id$="-${name}"]`) as HTMLInputElement;
    expect([field("counted").placeholder, field("left").placeholder]).toEqual(["310.00", "180.00"]);
    await write(field("why"), "the safe took more");
    await write(field("left"), "150");
    await write(field("who"), "Li");
    document.querySelector<HTMLFormElement>("dialog form")?.requestSubmit();
    await settled();
    await settled();
    const sent = host.requests("correct_closing") as { of: number; cash: { left: unknown; counted: unknown } }[];
    expect(sent.map(({ of, cash }) => [of, cash.left, cash.counted])).toEqual([[12, cny(15_000), null]]);
  });

  test("what was refused is said where it was asked for, and not again when it is asked anew", async () => {
    const { host } = await show("", {
      close_day: () => Promise.reject(refusal("invalid", "earlier_day_open")),
      correct_closing: () => Promise.reject(refusal("invalid", "number_taken")),
    });
    const alerts = () => [...document.querySelectorAll("dialog [role=alert]")].map((one) => one.textContent);
    const submit = async () => {
      document.querySelector<HTMLFormElement>("dialog form")?.requestSubmit();
      for (let times = 0; times < 3; times += 1) await settled();
      flushSync();
    };
    await press(t("dayend.close"));
    await write(document.querySelector<HTMLInputElement>("dialog input") as HTMLInputElement, "Li");
    await submit();
    expect(alerts()).toEqual([t("dayend.refused_earlier_day_open")]);
    expect(document.querySelector("section .wrong")).toBeNull();
    await press(t("common.cancel"));
    await press("12");
    await press(t("dayend.correct"));
    expect(document.querySelector("dialog form")).not.toBeNull();
    expect(alerts()).toEqual([]);
    await write(document.querySelector<HTMLInputElement>("dialog input") as HTMLInputElement, "counted twice");
    await submit();
    expect([alerts(), host.requests("correct_closing").length]).toEqual([[t("dayend.refused_number_taken")], 1]);
    await press(t("common.cancel"));
    await press(t("dayend.correct"));
    expect(document.querySelector("dialog form")).not.toBeNull();
    expect(alerts()).toEqual([]);
  });

  test("what is typed stays while somebody looks at a payment", async () => {
    const { host } = await show("end_counting");
    await write(document.querySelector<HTMLInputElement>(".who input") as HTMLInputElement, "Li");
    const reason = document.querySelector<HTMLInputElement>("input[id$=-reason]") as HTMLInputElement;
    await write(reason, "wrong change");
    void unmount(shown as Record<string, never>);
    document.body.replaceChildren();
    shown = mount(ReconcileTab, { target: document.body, props: { host, onpayment: () => undefined, onunread: () => undefined } }) as Record<string, never>;
    await settled();
    await settled();
    flushSync();
    expect(document.querySelector<HTMLInputElement>(".who input")?.value).toBe("Li");
    expect(document.querySelector<HTMLInputElement>("input[id$=-reason]")?.value).toBe("wrong change");
    expect(changes(host).map(({ step }) => step)).toEqual([{ step: "reason", text: "wrong change" }]);
  });

  test("strangers' text is text", async () => {
    const nasty = '<img src=x onerror="window.bad=1">‮';
    await show("", { closings: [summary({ closed_by: nasty })], closing_draft: draft({ moves: [], pieces: pieces(), late: [], reason: nasty }) });
    expect(document.querySelector("img")).toBeNull();
    expect(text()).toContain("<img src=x");
  });
});
