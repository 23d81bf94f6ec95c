// Filters, both ends of the list, what people put right, and the check of the book.
import { flushSync, mount, unmount } from "svelte";
import { beforeEach, describe, expect, test } from "vitest";
import type { CorrectWish, HistoryQuery, PaymentView } from "../src/generated";
import CheckBook from "../src/history/CheckBook.svelte";
import { BookChecking } from "../src/history/check.svelte";
import { Corrections } from "../src/history/corrections.svelte";
import CorrectionsPart from "../src/history/CorrectionsPart.svelte";
import FilterBar from "../src/history/FilterBar.svelte";
import { Filters, NO_FILTER } from "../src/history/filters.svelte";
import { History, PAGE } from "../src/history/history.svelte";
import { setLanguage, t } from "../src/lib/i18n.svelte";
import { FakeHost, refusal, type Answers } from "./fake-host";
import { CHECKED, cny, correction, day, days, details, HISTORY_CHOICES, listening, payment } from "./samples";

const rows = (count: number): PaymentView[] => Array.from({ length: count }, (_, index) => payment({ line: count - index }));

/** A book that the fake app pages through in both directions. */
function answers(book: PaymentView[]): Answers {
  return {
    listening: listening(),
    day: day(),
    days: days(),
    history_choices: HISTORY_CHOICES,
    book_check: { running: null, result: null, problem: null },
    history_page: ({ before, after, limit }: HistoryQuery) => {
      if (after !== null) {
        const newer = book.filter((row) => row.line > after);
        return { rows: newer.slice(-limit), more: newer.length > limit };
      }
      const older = book.filter((row) => before === null || row.line < before);
      return { rows: older.slice(0, limit), more: older.length > limit };
    },
    payment_details: (line) => details(payment({ line })),
  };
}

const settled = () => new Promise((done) => setTimeout(done));

beforeEach(() => setLanguage("en"));

describe("the ends of the list", () => {
  test("the oldest rows come without all that lies between, and newer ones above them", async () => {
    const history = new History(new FakeHost(answers(rows(1000))));
    await history.start();
    expect(await history.moveTo("last")).toBe(1);
    const list = history.today;
    expect([list.rows.length, list.rows[0]?.line, list.above, list.more]).toEqual([PAGE, PAGE, true, false]);
    await list.loadNewer();
    expect([list.rows.length, list.rows[0]?.line, list.above]).toEqual([2 * PAGE, 2 * PAGE, true]);
    // News does not come between: it is far above.
    await list.refresh();
    expect(list.rows[0]?.line).toBe(2 * PAGE);
    expect(await history.moveTo("first")).toBe(1000);
    expect([list.above, list.more]).toEqual([false, true]);
  });

  test("a short list has both ends on show already", async () => {
    const host = new FakeHost(answers(rows(3)));
    const history = new History(host);
    await history.start();
    const asked = host.requests("history_page").length;
    expect([await history.moveTo("last"), await history.moveTo("first")]).toEqual([1, 3]);
    expect(host.requests("history_page").length).toBe(asked);
  });

  test("what went into another row leaves the list, what changed changes in its place", async () => {
    const history = new History(new FakeHost(answers(rows(5))));
    await history.start();
    const changed = { ...details(payment({ line: 4, platform: "cash" })), joined: [payment({ line: 2, standing: "joined" })] };
    history.corrected(changed);
    expect(history.today.rows.map((row) => [row.line, row.platform === "cash"])).toEqual([[5, false], [4, true], [3, false], [1, false]]);
  });
});

describe("filters", () => {
  test("what is filled in is asked, amounts the right way round, and cleared with the rest", async () => {
    const host = new FakeHost(answers(rows(3)));
    const history = new History(host);
    await history.show("book");
    Object.assign(history.filters.fields, { platform: "cash", state: "corrected", tag: "赊账", least: "20", most: "12.5", trust: "reported" });
    expect([history.filters.count, history.bounded]).toEqual([6, true]);
    await history.applyBounds();
    const asked = host.requests("history_page").at(-1) as HistoryQuery;
    expect(asked.filter).toEqual({ ...NO_FILTER, platforms: ["cash"], state: "corrected", tags: ["赊账"], trust: "reported", least: cny(1250), most: cny(2000) });
    await history.clearBounds();
    expect((host.requests("history_page").at(-1) as HistoryQuery).filter).toEqual(NO_FILTER);
    expect(history.bounded).toBe(false);
  });

  test("an amount that cannot be read is marked, not asked, counts as no filter, and is said", async () => {
    const filters = new Filters(new FakeHost());
    filters.fields.least = "twelve";
    expect([filters.wrong.least, filters.wrong.most, filters.wanted.least, filters.count]).toEqual([true, false, null, 0]);
    const target = document.createElement("div");
    const bar = mount(FilterBar, { target, props: { id: "bar", filters, onchange: () => undefined } });
    flushSync();
    const said = target.querySelector("[role=alert]");
    expect(said?.textContent).toBe(t("filter.amount_unread"));
    expect([...target.querySelectorAll(`[aria-describedby="${String(said?.id)}"]`)].map((field) => (field as HTMLInputElement).value)).toEqual(["twelve"]);
    filters.fields.least = "12";
    flushSync();
    expect([target.querySelector("[role=alert]"), filters.count]).toEqual([null, 1]);
    await unmount(bar);
  });
});

describe("corrections", () => {
  const one = payment({ line: 7 });

  test("each form says what it is about, once it is complete", async () => {
    const corrections = new Corrections(new FakeHost(answers(rows(3))), () => undefined);
    expect(corrections.wanted(one)).toBeNull();
    await corrections.turn("note", one);
    expect([corrections.who, corrections.wanted(one)]).toEqual(["小赵", null]);
    corrections.text = " 欠两瓶水 ";
    expect(corrections.wanted(one)).toEqual({ what: "note", text: "欠两瓶水" });
    await corrections.turn("refunded_in_cash", one);
    for (const typed of ["", "0", "x", "1.234"]) {
      corrections.amount = typed;
      expect(corrections.wanted(one), typed).toBeNull();
    }
    corrections.amount = "2.5";
    expect(corrections.wanted(one)).toEqual({ what: "refunded_in_cash", amount: cny(250) });
    await corrections.turn("join", one);
    expect([corrections.amount, corrections.offered?.map((row) => row.line)]).toEqual(["", [3, 2, 1]]);
    corrections.other = 2;
    expect(corrections.wanted(one)).toEqual({ what: "join", other: 2 });
    await corrections.turn("join", one);
    expect(corrections.open).toBeNull();
  });

  test("what is refused is said and the form stays as it was", async () => {
    const host = new FakeHost({ ...answers(rows(3)), correct: () => Promise.reject(refusal("invalid", "amount")) });
    const corrections = new Corrections(host, () => undefined);
    const target = document.body.appendChild(document.createElement("div"));
    const part = mount(CorrectionsPart, { target, props: { corrections, details: details(one), people: [], onpayment: () => undefined } });
    await corrections.turn("refunded_in_cash", one);
    corrections.amount = "99";
    await corrections.send(one);
    flushSync();
    expect(target.querySelector("[role=alert]")?.textContent).toContain("more than was paid");
    expect([corrections.open, corrections.amount]).toEqual(["refunded_in_cash", "99"]);
    await unmount(part);
    target.remove();
  });

  test("what was put right is shown with who and when, also what was taken back", async () => {
    const undone: number[] = [];
    const host = new FakeHost({
      ...answers(rows(3)),
      undo_correction: ({ correction }) => {
        undone.push(correction);
        return details(one);
      },
    });
    const corrections = new Corrections(host, () => undefined);
    const shown = {
      ...details(one),
      as_heard: { platform: "wechat", trust: "reported" as const, amount_text: "¥12.50", collector: "前台手机" },
      corrections: [
        correction({ what: "note", text: "<b>欠两瓶水</b>" }, { id: 1 }),
        correction({ what: "cash" }, { id: 2, undone: true, can_undo: false }),
        correction({ what: "cash" }, { id: 3, undoes: 2, can_undo: false, who: "老板", clock: "15:00:00" }),
      ],
    };
    const target = document.body.appendChild(document.createElement("div"));
    const part = mount(CorrectionsPart, { target, props: { corrections, details: shown, people: [], onpayment: () => undefined } });
    const items = [...target.querySelectorAll(".said li")];
    expect(items).toHaveLength(2);
    expect(items[0]?.textContent).toContain("<b>欠两瓶水</b>");
    expect(items[1]?.textContent?.replace(/\s+/g, " ")).toContain("Undone by 老板, 15:00:00");
    expect(target.querySelector(".heard")?.textContent).toContain("WeChat Pay · ¥12.50 · Unconfirmed · 前台手机");
    expect(target.querySelectorAll(".said button")).toHaveLength(1);
    target.querySelector<HTMLButtonElement>(".said button")?.click();
    await settled();
    await settled();
    expect(undone).toEqual([1]);
    await unmount(part);
    target.remove();
  });

  test("what is written down names who did it", async () => {
    const host = new FakeHost({ ...answers(rows(3)), correct: () => details(one) });
    const done: number[] = [];
    const corrections = new Corrections(host, ({ payment }) => done.push(payment.line));
    await corrections.put(7, { what: "split", news: 2 });
    expect(host.requests("correct")).toEqual([{ line: 7, what: { what: "split", news: 2 }, who: "小赵" } satisfies CorrectWish]);
    expect(done).toEqual([7]);
  });
});

describe("the check of the book", () => {
  test("tells how far it is and what it came to, in words", async () => {
    const host = new FakeHost({ book_check: { running: null, result: null, problem: null }, check_book: { running: { done: 0, of: 0 }, result: null, problem: null } });
    const check = new BookChecking(host);
    await check.start();
    const target = document.body.appendChild(document.createElement("div"));
    const shown: number[] = [];
    const part = mount(CheckBook, { target, props: { check, onpayment: (line) => shown.push(line) } });
    await check.begin();
    host.say("book_check", { running: { done: 41, of: 100 }, result: null, problem: null });
    flushSync();
    expect(target.textContent).toContain("41 %");
    host.say("book_check", CHECKED);
    flushSync();
    expect(target.textContent).toContain("All is as it was written");
    // What was not looked at is not called sound.
    host.say("book_check", { ...CHECKED, result: CHECKED.result && { ...CHECKED.result, unfinished: true } });
    flushSync();
    expect(target.textContent).not.toContain("All is as it was written");
    expect(target.textContent).toContain("were not checked");
    const nothing = { kind: null, row: null, link: null, at: null, line: null, day: null };
    const result = CHECKED.result && {
      ...CHECKED.result,
      all_faults: 4,
      restores: [{ clock: "2026-11-20 09:12:00", who: "老板", from: 12, to: 13 }],
      faults: [
        { ...nothing, fault: "row_changed" as const, kind: "news", row: 12 },
        { ...nothing, fault: "line_differs" as const, line: 8 },
        { ...nothing, fault: "closing_differs" as const, kind: "closing", row: 14 },
        { ...nothing, fault: "closed_differs" as const },
      ],
    };
    host.say("book_check", { running: null, result, problem: null });
    flushSync();
    expect(target.textContent).toContain("4 places are not as they were written");
    expect(target.textContent).toContain("its sums do not add up: closing 14");
    expect(target.textContent).toContain("What is noted as closed is not what the closings took in.");
    expect(target.textContent).toContain("A copy became the book on 2026-11-20 09:12:00, by 老板.");
    expect(target.textContent).toContain("Closings no. 12 to 13 stand in the book that it replaced");
    expect(target.textContent).toContain("news 12");
    target.querySelector<HTMLButtonElement>("li button")?.click();
    expect(shown).toEqual([8]);
    await unmount(part);
    target.remove();
  });
});
