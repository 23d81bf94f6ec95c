// The history window: live rows, search, paging that keeps its place, errors that keep what is shown.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { HistoryQuery, PaymentView } from "../src/generated";
import { History, PAGE } from "../src/history/history.svelte";
import HistoryPage from "../src/history/HistoryPage.svelte";
import { setLanguage } from "../src/lib/i18n.svelte";
import { FakeHost, refusal, type Answers } from "./fake-host";
import { day, days, details, info, listening, payment, source, unread } from "./samples";

/** A book that the fake app pages through. */
function book(count: number): PaymentView[] {
  return Array.from({ length: count }, (_, index) => payment({ line: count - index, number: count - index }));
}

function answers(rows: () => PaymentView[]): Answers {
  return {
    app_info: info("en"),
    listening: listening(),
    day: day(),
    days: days(),
    history_page: (query: HistoryQuery) => {
      const list = rows().filter((row) => query.before === null || row.line < query.before);
      return { rows: list.slice(0, query.limit), more: list.length > query.limit };
    },
    payment_details: (line) => details(payment({ line })),
    payment_told: [],
    unread_page: { rows: unread(), more: false },
    mute: listening(),
    open_window: null,
  };
}

const settled = () => new Promise((done) => setTimeout(done));
const queries = (host: FakeHost) => host.requests("history_page") as HistoryQuery[];

beforeEach(() => setLanguage("en"));
afterEach(() => vi.useRealTimers());

describe("the history's state", () => {
  test("listens before it asks", async () => {
    const host = new FakeHost(answers(() => book(3)));
    await new History(host).start();
    expect(host.log.slice(0, 2)).toEqual(["listen book", "listen listening"]);
  });

  test("the phones that were told of a payment are shown with it, without a link to the hub the rest stands, and never another's", async () => {
    const zoe = [{ name: "Zoe", clock: "14:03:21", asked: false }];
    const late: ((told: typeof zoe) => void)[] = [];
    const host = new FakeHost({ ...answers(() => book(3)), payment_told: (line) => (line === 3 ? zoe : line === 2 ? Promise.reject(refusal("offline")) : new Promise((done) => late.push(done))) });
    const history = new History(host);
    await history.start();
    await history.select(3);
    await settled();
    expect(history.told).toEqual(zoe);
    await history.select(2);
    await settled();
    expect([history.details?.payment.line, history.detailsError, history.told]).toEqual([2, null, []]);
    await history.select(1);
    await history.select(2);
    late[0]?.(zoe);
    await settled();
    expect(history.told).toEqual([]);
  });

  test("new rows come on top, tinted; the pages below stay", async () => {
    vi.useFakeTimers();
    let rows = book(500);
    const host = new FakeHost(answers(() => rows));
    const history = new History(host);
    await history.start();
    for (let more = 0; more < 4; more += 1) await history.today.loadMore();
    expect(history.today.rows).toHaveLength(5 * PAGE);
    rows = [payment({ line: 502 }), payment({ line: 501 }), ...rows];
    host.say("book", "2026-11-22");
    host.say("book", "2026-11-22");
    await vi.advanceTimersByTimeAsync(100);
    expect(history.today.rows.slice(0, 3).map((row) => row.line)).toEqual([502, 501, 500]);
    expect(history.today.rows).toHaveLength(5 * PAGE + 2);
    expect(new Set(history.today.rows.map((row) => row.line)).size).toBe(5 * PAGE + 2);
    expect([...history.today.fresh].sort()).toEqual([501, 502]);
    await vi.advanceTimersByTimeAsync(7000);
    expect(history.today.fresh.size).toBe(0);
  });

  test("a burst of changes is one question", async () => {
    vi.useFakeTimers();
    const host = new FakeHost(answers(() => book(3)));
    const history = new History(host);
    await history.start();
    const before = queries(host).length;
    for (let change = 0; change < 50; change += 1) host.say("book", "2026-11-22");
    await vi.advanceTimersByTimeAsync(200);
    expect(queries(host).length).toBe(before + 1);
  });

  test("every page once, in order, to the end", async () => {
    const host = new FakeHost(answers(() => book(150)));
    const history = new History(host);
    await history.start();
    while (history.today.more) await history.today.loadMore();
    expect(history.today.rows.map((row) => row.line)).toEqual(Array.from({ length: 150 }, (_, index) => 150 - index));
  });

  test("the search waits until somebody stops typing", async () => {
    vi.useFakeTimers();
    const host = new FakeHost(answers(() => book(3)));
    const history = new History(host);
    await history.start();
    await history.show("book");
    const before = queries(host).length;
    for (const text of ["1", "12", "12.", "12.5"]) {
      history.type(text);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(queries(host).length).toBe(before);
    await vi.advanceTimersByTimeAsync(250);
    expect(queries(host).slice(before).map((query) => query.search)).toEqual(["12.5"]);
  });

  test("an answer that comes late does not replace a newer one", async () => {
    const pending: ((rows: PaymentView[]) => void)[] = [];
    const host = new FakeHost({
      ...answers(() => []),
      history_page: () => new Promise((answer) => pending.push((rows) => answer({ rows, more: false }))),
    });
    const history = new History(host);
    history.search = "old";
    void history.applyBounds();
    history.search = "new";
    void history.applyBounds();
    await settled();
    const [old, fresh] = [payment({ line: 1 }), payment({ line: 2 })];
    pending[1]?.([fresh]);
    await settled();
    pending[0]?.([old]);
    await settled();
    expect(history.book.rows.map((row) => row.line)).toEqual([2]);
    expect(history.book.busy).toBe(false);
  });

  test("dates the wrong way round mean the same days", async () => {
    const host = new FakeHost(answers(() => []));
    const history = new History(host);
    history.from = "2026-11-22";
    history.to = "2026-11-01";
    await history.applyBounds();
    expect(queries(host).at(-1)).toMatchObject({ from: "2026-11-01", to: "2026-11-22" });
  });

  test("half a date is no bound", async () => {
    const host = new FakeHost(answers(() => []));
    const history = new History(host);
    history.from = "2026-1";
    history.to = "2026-13-41";
    await history.applyBounds();
    expect(queries(host).at(-1)).toMatchObject({ from: null, to: null });
  });

  test("an error keeps what is shown, and goes when it works again", async () => {
    const host = new FakeHost(answers(() => book(3)));
    const history = new History(host);
    await history.start();
    const works = host.answers.history_page;
    host.answers.history_page = () => Promise.reject(refusal("storage"));
    await history.today.refresh();
    expect(history.today.error?.code).toBe("storage");
    expect(history.today.rows).toHaveLength(3);
    if (works) host.answers.history_page = works;
    await history.today.refresh();
    expect(history.today.error).toBeNull();
  });

  test("a new business day begins with a new list", async () => {
    const host = new FakeHost(answers(() => book(3)));
    const history = new History(host);
    await history.start();
    host.answers.day = day({ day: "2026-11-23", totals: [] });
    await history.changed();
    expect(queries(host).at(-1)).toMatchObject({ from: "2026-11-23", to: "2026-11-23" });
  });
});

describe("the history page", () => {
  let page: Record<string, unknown> | undefined;

  beforeEach(() => {
    // jsdom does no layout.
    vi.stubGlobal("IntersectionObserver", class { observe() {} disconnect() {} });
    Element.prototype.scrollIntoView = () => undefined;
  });
  afterEach(async () => {
    if (page) await unmount(page);
    document.body.replaceChildren();
    vi.unstubAllGlobals();
  });

  async function show(host: FakeHost): Promise<void> {
    page = mount(HistoryPage, { target: document.body, props: { host } });
    await vi.waitFor(() => expect(document.querySelector("[role=tablist]")).not.toBeNull());
    await settled();
    await settled();
    flushSync();
  }

  const press = (key: string, target: Element = document.activeElement ?? document.body) =>
    target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

  test("arrows, Enter, Escape and / do what they say", async () => {
    await show(new FakeHost(answers(() => book(5))));
    press("ArrowDown");
    await vi.waitFor(() => expect((document.activeElement as HTMLElement).dataset.line).toBe("5"));
    press("ArrowDown");
    await vi.waitFor(() => expect((document.activeElement as HTMLElement).dataset.line).toBe("4"));
    await vi.waitFor(() => expect(document.querySelector("aside")?.textContent).toContain("Customer paid"));
    press("Enter");
    await vi.waitFor(() => expect(document.activeElement?.tagName).toBe("ASIDE"));
    press("Escape");
    await vi.waitFor(() => expect((document.activeElement as HTMLElement).dataset.line).toBe("4"));
    expect(document.querySelector("aside")?.textContent).toContain("Choose a payment");
    press("/");
    await vi.waitFor(() => expect(document.activeElement?.id).toBe("search"));
    // Only in its own field does Escape empty the search: elsewhere it leaves the field.
    const search = document.activeElement as HTMLInputElement;
    search.value = "tea";
    search.dispatchEvent(new Event("input", { bubbles: true }));
    document.querySelector<HTMLElement>("[aria-controls=book-filters]")?.click();
    flushSync();
    const least = document.querySelector<HTMLInputElement>("#book-filters input");
    least?.focus();
    press("Escape");
    flushSync();
    expect([document.activeElement === least, search.value]).toEqual([false, "tea"]);
    search.focus();
    press("Escape");
    await vi.waitFor(() => expect(search.value).toBe(""));
  });

  test("of a thousand rows a few are drawn, and what is looked at stays while payments come", async () => {
    let rows = book(1000);
    const host = new FakeHost({
      ...answers(() => rows),
      history_page: (query: HistoryQuery) => {
        const list = rows.filter((row) => query.before === null || row.line < query.before);
        // All at once: paging is tried above.
        return { rows: query.before === null ? list : [], more: false };
      },
    });
    await show(host);
    const scroller = document.querySelector<HTMLElement>(".rows");
    const group = document.querySelector<HTMLElement>(".rows [role=rowgroup]");
    if (!scroller || !group) throw new Error("no table");
    const lines = () => [...group.querySelectorAll<HTMLElement>("[data-line]")].map((row) => Number(row.dataset.line));
    const top = (line: number) =>
      Number.parseFloat(group.querySelector<HTMLElement>(`[data-line="${String(line)}"]`)?.parentElement?.style.top ?? "-1");
    expect(lines().slice(0, 3)).toEqual([1000, 999, 998]);
    expect(lines().length).toBeLessThan(60);
    expect(group.style.height).toBe("42000px");
    expect(document.querySelector("[role=grid]")?.getAttribute("aria-rowcount")).toBe("1001");

    scroller.scrollTop = 500 * 42 + 7;
    scroller.dispatchEvent(new Event("scroll"));
    flushSync();
    expect(lines()).toContain(500);
    expect(lines().length).toBeLessThan(80);
    // The first row can still be reached by Tab.
    expect(lines()[0]).toBe(1000);
    const over = scroller.scrollTop - top(500);
    rows = [payment({ line: 1002 }), payment({ line: 1001 }), ...rows];
    host.say("book", "2026-11-22");
    await vi.waitFor(() => expect(group.style.height).toBe(`${String(1002 * 42)}px`));
    flushSync();
    expect(scroller.scrollTop - top(500)).toBe(over);
    expect(scroller.scrollTop).toBe(502 * 42 + 7);

    // The row that has the focus stays drawn when it is scrolled away.
    const row = group.querySelector<HTMLElement>('[data-line="500"]');
    row?.focus();
    scroller.scrollTop = 0;
    scroller.dispatchEvent(new Event("scroll"));
    flushSync();
    expect(document.activeElement).toBe(row);
    expect(row?.getAttribute("aria-rowindex")).toBe("504");
    expect(lines().length).toBeLessThan(60);
  });

  test("a notice's text is text", async () => {
    await show(new FakeHost(answers(() => [])));
    document.getElementById("tab-unread")?.click();
    await vi.waitFor(() => expect(document.body.textContent).toContain("<img src=x onerror=alert(1)>"));
    expect(document.querySelector("img")).toBeNull();
  });

  test("says what stands in the way of hearing payments", async () => {
    const host = new FakeHost(answers(() => book(2)));
    await show(host);
    const notes = () => document.querySelector(".notes")?.textContent ?? "";
    expect(notes().trim()).toBe("");
    const silent = source("vmq", { name: "<i>phone" }).health;
    host.say(
      "listening",
      listening({
        state: "source_silent",
        since: Date.now() - 305_000,
        since_clock: "14:02",
        sources: [{ ...silent, state: "silent" }],
        voice_problem: "no_output",
        clock_ahead_ms: -180_000,
      }),
    );
    flushSync();
    expect(notes()).toContain("Nothing from the phone for 5 min");
    expect(notes()).toContain("<i>phone");
    expect(notes()).toContain("No sound output was found");
    expect(notes()).toContain("3 min behind");
  });

  test("a new business day is seen without a payment", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const host = new FakeHost(answers(() => book(2)));
    await show(host);
    host.answers.day = day({ day: "2026-11-23", totals: [] });
    vi.advanceTimersByTime(60_000);
    await vi.waitFor(() => expect(queries(host).at(-1)).toMatchObject({ from: "2026-11-23" }));
  });

  test("an empty day says what to do first", async () => {
    const host = new FakeHost({
      ...answers(() => []),
      day: day({ totals: [] }),
      listening: listening({ state: "no_source" }),
    });
    await show(host);
    await vi.waitFor(() => expect(document.body.textContent).toContain("where does news of money come from"));
    [...document.querySelectorAll("button")].find((one) => one.textContent.includes("Add a source"))?.click();
    expect(host.requests("open_window")).toEqual(["settings"]);
  });
});
