// Receipts and the amount that the customer is shown, in the payments window.
import { flushSync, mount, unmount } from "svelte";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Ask } from "../src/history/ask.svelte";
import HistoryPage from "../src/history/HistoryPage.svelte";
import { Prints } from "../src/history/prints.svelte";
import { setLanguage } from "../src/lib/i18n.svelte";
import { currencySign, moneyText } from "../src/lib/money";
import { takeTab, wishTab } from "../src/lib/tab-wish";
import { FakeHost, refusal, type Answers } from "./fake-host";
import type { ShownAmount } from "../src/generated";
import { cny, day, days, details, info, listening, payment, today } from "./samples";
import { job } from "./samples-devices";

beforeEach(() => {
  setLanguage("en");
  Element.prototype.scrollIntoView = () => undefined;
});

const stands = (minor: number, part: Partial<ShownAmount> = {}): ShownAmount => ({ items: [], amount: cny(minor), change: null, ...part });

const answers = (): Answers => ({
  app_info: { ...info("en"), asks_customers: true, prints: true },
  listening: listening(),
  day: day(),
  days: days(),
  history_page: { rows: today(), more: false },
  payment_details: (line) => details(payment({ line })),
  shown_amount: null,
  show_amount: null,
  print_jobs: [],
  print_receipt: job({ state: "queued", problem: null, needs_a_person: false }),
  print_again: job({ id: 2, state: "queued", problem: null, needs_a_person: false }),
  settle_job: null,
  settle_jobs: null,
  open_window: null,
});

describe("an amount for the customer", () => {
  test("what was typed is shown and the field is free for the next; what is no amount is said", async () => {
    const host = new FakeHost(answers());
    const ask = new Ask(host);
    await ask.start();
    for (const wrong of ["", "abc", "0", "12.505"]) {
      ask.type(wrong);
      await ask.show("CNY");
      expect([wrong, ask.wrong, ask.shown]).toEqual([wrong, true, null]);
    }
    ask.type("12.5");
    expect(ask.wrong).toBe(false);
    await ask.show("CNY");
    expect([ask.shown, ask.typed]).toEqual([stands(1250), ""]);
    expect(host.requests("show_amount")).toEqual([cny(1250)]);
    await ask.clear();
    await ask.clear();
    expect(host.requests("show_amount")).toEqual([cny(1250), null]);
  });

  test("what is typed is taken back before what the customer is shown", async () => {
    const host = new FakeHost({ ...answers(), shown_amount: stands(600) });
    const ask = new Ask(host);
    await ask.start();
    ask.type("7");
    await ask.escape();
    expect([ask.typed, ask.shown, host.requests("show_amount")]).toEqual(["", stands(600), []]);
    await ask.escape();
    expect([ask.shown, host.requests("show_amount")]).toEqual([null, [null]]);
  });

  test("a payment takes it away; what could not be shown stays typed", async () => {
    const host = new FakeHost({ ...answers(), shown_amount: stands(600) });
    const ask = new Ask(host);
    await ask.start();
    expect(ask.shown).toEqual(stands(600));
    host.say("shown_amount", null);
    expect(ask.shown).toBeNull();
    host.answers.show_amount = () => Promise.reject(refusal("invalid", "amount"));
    ask.type("7");
    await ask.show("CNY");
    expect([ask.typed, ask.error?.code, ask.shown]).toEqual(["7", "invalid", null]);
  });

  test("an order grows line by line, its sum is the app's, and a line that is taken away takes the rest along at last", async () => {
    const host = new FakeHost({ ...answers(), show_order: (items) => stands(1250, { items }) });
    const ask = new Ask(host);
    await ask.start();
    for (const [line, field] of [
      [{ name: " ", quantity: "1", price: "2" }, "name"],
      [{ name: "茶", quantity: "0", price: "2" }, "quantity"],
      [{ name: "茶", quantity: "1.5", price: "2" }, "quantity"],
      [{ name: "茶", quantity: "1", price: "two" }, "price"],
    ] as const) {
      ask.line = { ...line };
      expect([await ask.add("CNY"), ask.wrongField]).toEqual([false, field]);
    }
    expect(host.requests("show_order")).toEqual([]);
    ask.line = { name: " 茶 ", quantity: "２", price: "4.5" };
    expect(await ask.add("CNY")).toBe(true);
    const tea = { name: "茶", quantity: 2, each: cny(450) };
    expect([ask.items, ask.shown?.amount, ask.line]).toEqual([[tea], cny(1250), { name: "", quantity: "1", price: "" }]);
    ask.line = { name: "Cake", quantity: "1", price: "3.50" };
    await ask.add("CNY");
    const cake = { name: "Cake", quantity: 1, each: cny(350) };
    await ask.remove(0);
    expect(host.requests("show_order")).toEqual([[tea], [tea, cake], [cake]]);
    await ask.remove(0);
    expect([ask.shown, host.requests("show_amount")]).toEqual([null, [null]]);
  });

  test("cash becomes the change; too little is said, and what was listed is done with", async () => {
    const items = [{ name: "Tea", quantity: 1, each: cny(1250) }];
    const host = new FakeHost({ ...answers(), shown_amount: stands(1250, { items }), take_cash: () => Promise.reject(refusal("invalid", "too_little")) });
    const ask = new Ask(host);
    await ask.start();
    expect(ask.listing).toBe(true);
    ask.given = "abc";
    await ask.cash("CNY");
    expect([ask.wrongCash, host.requests("take_cash")]).toEqual(["unreadable", []]);
    ask.given = "10";
    await ask.cash("CNY");
    expect([ask.wrongCash, ask.given, ask.error]).toEqual(["too_little", "10", null]);
    host.answers.take_cash = stands(1250, { items, change: cny(750) });
    ask.given = "20";
    await ask.cash("CNY");
    expect([ask.wrongCash, ask.given, ask.shown?.change, ask.items]).toEqual([null, "", cny(750), []]);
  });

  describe("an order that the clerk did not take away", () => {
    const tea = { name: "Tea", quantity: 1, each: cny(200) };
    const cake = { name: "Cake", quantity: 1, each: cny(350) };
    const begun = async (more: Answers = {}) => {
      const host = new FakeHost({ ...answers(), shown_amount: stands(200, { items: [tea] }), show_order: (items) => stands(550, { items }), ...more });
      const ask = new Ask(host);
      await ask.start();
      return { host, ask };
    };

    test("stays on the page, and no further line is taken before it is put back or done with", async () => {
      const { host, ask } = await begun();
      // Another customer's payment of the same sum took it away.
      host.say("shown_amount", null);
      expect([ask.items, ask.left, ask.listing]).toEqual([[], [tea], true]);
      ask.line = { name: "Cake", quantity: "1", price: "3.50" };
      expect([await ask.add("CNY"), ask.undecided, host.requests("show_order")]).toEqual([false, true, []]);
      await ask.putBack();
      expect([ask.items, ask.left, ask.undecided, ask.line.name]).toEqual([[tea], [], false, "Cake"]);
      expect(await ask.add("CNY")).toBe(true);
      expect(host.requests("show_order")).toEqual([[tea], [tea, cake]]);
      host.say("shown_amount", null);
      ask.done();
      ask.line = { name: "Cake", quantity: "1", price: "3.50" };
      await ask.add("CNY");
      expect(host.requests("show_order").at(-1)).toEqual([cake]);
    });

    test("stays there still where putting it back was refused", async () => {
      const { host, ask } = await begun({ show_order: () => Promise.reject(refusal("internal")) });
      host.say("shown_amount", null);
      await ask.putBack();
      expect([ask.left, ask.error?.code]).toEqual([[tea], "internal"]);
    });

    test("is done with where the clerk takes it away, gives change for it or shows an amount", async () => {
      const { host, ask } = await begun({ take_cash: stands(200, { items: [tea], change: cny(300) }) });
      host.answers.show_amount = () => {
        host.say("shown_amount", null);
        return null;
      };
      await ask.clear();
      expect([ask.shown, ask.left]).toEqual([null, []]);
      host.say("shown_amount", stands(200, { items: [tea] }));
      await ask.remove(0);
      expect([ask.shown, ask.left]).toEqual([null, []]);
      host.say("shown_amount", stands(200, { items: [tea] }));
      ask.given = "5";
      await ask.cash("CNY");
      host.say("shown_amount", null);
      expect([ask.shown, ask.left]).toEqual([null, []]);
      host.say("shown_amount", stands(200, { items: [tea] }));
      host.say("shown_amount", null);
      host.answers.show_amount = null;
      ask.type("7");
      await ask.show("CNY");
      expect([ask.shown, ask.left]).toEqual([stands(700), []]);
    });
  });

  test("one thing is asked at a time, and what is typed meanwhile stays", async () => {
    const answer: (() => void)[] = [];
    const host = new FakeHost({
      ...answers(),
      show_order: (items) => new Promise((done) => answer.push(() => done(stands(200, { items })))),
    });
    const ask = new Ask(host);
    await ask.start();
    ask.line = { name: "Tea", quantity: "1", price: "2" };
    const first = ask.add("CNY");
    expect(ask.busy).toBe(true);
    await vi.waitFor(() => expect(answer).toHaveLength(1));
    ask.line.name = "Cake";
    expect(await ask.add("CNY")).toBe(false);
    // What is to go away goes once the answer is there.
    const cleared = ask.clear();
    answer[0]?.();
    expect(await first).toBe(true);
    expect(ask.line).toEqual({ name: "Cake", quantity: "1", price: "" });
    await cleared;
    expect([ask.busy, ask.shown, host.requests("show_order").length, host.requests("show_amount")]).toEqual([false, null, 1, [null]]);
  });

  test("an answer that a payment overtook does not put back what was paid", async () => {
    const host: FakeHost = new FakeHost({
      ...answers(),
      show_amount: (money) => {
        host.say("shown_amount", money && stands(money.minor));
        host.say("shown_amount", null);
        return null;
      },
      show_order: (items) => {
        host.say("shown_amount", stands(200, { items }));
        host.say("shown_amount", null);
        return stands(200, { items });
      },
    });
    const ask = new Ask(host);
    await ask.start();
    ask.type("6");
    await ask.show("CNY");
    expect([ask.shown, ask.typed]).toEqual([null, ""]);
    ask.line = { name: "Tea", quantity: "1", price: "2" };
    await ask.add("CNY");
    expect([ask.shown, ask.left.length]).toEqual([null, 1]);
  });

  test("amounts as the app writes them", () => {
    expect([moneyText(cny(123_456_789)), moneyText(cny(5)), moneyText({ minor: 1250, currency: "JPY" })]).toEqual(["¥1,234,567.89", "¥0.05", "¥1,250"]);
    expect([currencySign("USD"), currencySign("nonsense")]).toEqual(["$", "nonsense"]);
  });
});

describe("receipts", () => {
  test("print, print again and settle ask the app, one at a time, and show what came of it", async () => {
    const host = new FakeHost(answers());
    const prints = new Prints(host);
    await prints.start();
    host.answers.print_jobs = [job({ line: 7, state: "queued", problem: null, needs_a_person: false })];
    await Promise.all([prints.print(7), prints.print(7)]);
    expect(host.requests("print_receipt")).toEqual([{ line: 7, printer: null }]);
    expect([prints.of(7).length, prints.of(8).length, prints.needing.length]).toEqual([1, 0, 0]);
    host.say("prints", [job({ line: 7 }), job({ id: 2, state: "unknown" })]);
    expect(prints.needing).toHaveLength(2);
    await prints.again(1);
    await prints.settle(2);
    await prints.settleAll();
    expect([host.requests("print_again"), host.requests("settle_job"), host.requests("settle_jobs").length]).toEqual([[1], [2], 1]);
  });

  test("a payment's receipts of long ago come from its details, and what is told since is newer", async () => {
    const old = job({ id: 1, line: 7, needs_a_person: true });
    const again = job({ id: 9, line: 7, copy: 1 });
    const host = new FakeHost({ ...answers(), print_jobs: [again] });
    const prints = new Prints(host);
    await prints.start();
    expect(prints.of(7, [old]).map((one) => one.id)).toEqual([9, 1]);
    const told = { ...old, needs_a_person: false };
    host.say("prints", [again, told]);
    expect(prints.of(7, [old])).toEqual([again, told]);
    expect(prints.of(8, [old])).toEqual([]);
  });

  test("after a person's word the payment's details are read again, since none of them is told of receipts of long ago", async () => {
    let read = 0;
    const host = new FakeHost(answers());
    const prints = new Prints(host, () => {
      read += 1;
      return Promise.resolve();
    });
    await prints.start();
    await prints.settle(1);
    await prints.again(1);
    expect(read).toBe(2);
    host.answers.settle_job = () => Promise.reject(refusal("storage"));
    await prints.settle(1);
    expect([read, prints.refused?.error.code]).toEqual([2, "storage"]);
  });

  test("none are said to be there only once that is known", async () => {
    const host = new FakeHost({ ...answers(), print_jobs: () => Promise.reject(refusal("storage")) });
    const prints = new Prints(host);
    await prints.start();
    expect([prints.loaded, prints.error?.code]).toEqual([false, "storage"]);
    host.say("prints", []);
    expect([prints.loaded, prints.error]).toEqual([true, null]);
  });

  test("a refusal is said where it was asked for", async () => {
    const host = new FakeHost({ ...answers(), print_receipt: () => Promise.reject(refusal("no_printer")) });
    const prints = new Prints(host);
    await prints.start();
    await prints.print(7);
    expect([prints.refused?.what, prints.refused?.error.code, prints.busy]).toEqual(["line 7", "no_printer", null]);
  });
});

describe("the page", () => {
  const opened = async (part: Answers, first = "[data-line]") => {
    const host = new FakeHost({ ...answers(), ...part });
    const page = mount(HistoryPage, { target: document.body, props: { host } });
    await vi.waitFor(() => expect(document.querySelector(first)).not.toBeNull());
    const press = async (text: string) => {
      const found = [...document.querySelectorAll<HTMLButtonElement>("button")].find((button) => button.textContent.trim().startsWith(text));
      if (!found) throw new Error(`no button ${text}`);
      found.click();
      await vi.waitFor(() => flushSync());
    };
    return { host, press, close: () => unmount(page), text: () => document.body.textContent };
  };

  test("a digit begins an amount, Enter shows it, Esc takes it away", async () => {
    const { host, close, text } = await opened({});
    window.dispatchEvent(new KeyboardEvent("keydown", { key: "1", bubbles: true }));
    const field = document.querySelector<HTMLInputElement>("#ask-amount");
    expect(document.activeElement).toBe(field);
    if (!field) throw new Error("no field");
    field.value = "12.50";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    flushSync();
    field.form?.requestSubmit();
    await vi.waitFor(() => expect(text()).toContain("The customer is shown ¥12.50"));
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    await vi.waitFor(() => expect(text()).not.toContain("The customer is shown"));
    expect(host.requests("show_amount")).toEqual([cny(1250), null]);
    await close();
  });

  test("what is bought is listed with the keyboard alone, and what comes back of the cash is said", async () => {
    const { host, close, text } = await opened({
      show_order: (items) => stands(900, { items }),
      take_cash: stands(900, { change: cny(100) }),
    });
    const find = (selector: string) => {
      const found = document.querySelector<HTMLInputElement>(selector);
      if (!found) throw new Error(`no ${selector}`);
      return found;
    };
    const fill = (selector: string, value: string) => {
      const field = find(selector);
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      flushSync();
      return field;
    };
    find("[aria-controls=ask-order]").click();
    flushSync();
    const [name, quantity, price] = [...document.querySelectorAll("#ask-order form input")].map((one) => `#${one.id}`);
    if (!name || !quantity || !price) throw new Error("no fields");
    fill(name, "Tea");
    fill(quantity, "2");
    fill(price, "4.50").form?.requestSubmit();
    await vi.waitFor(() => expect(document.querySelector("#ask-order li")?.textContent).toContain("2 × ¥4.50"));
    expect(document.activeElement).toBe(find(name));
    expect(text()).toContain("The customer is shown ¥9.00");
    fill(".cash input", "10").form?.requestSubmit();
    await vi.waitFor(() => expect(text()).toContain("The customer is shown the change: ¥1.00"));
    expect(document.querySelector("#ask-order li")).toBeNull();
    expect(host.requests("take_cash")).toEqual([cny(1000)]);
    await close();
  });

  test("what was listed and is no longer shown is asked about, and put back with a click", async () => {
    const tea = { name: "Tea", quantity: 2, each: cny(450) };
    const { host, press, close, text } = await opened({ shown_amount: stands(900, { items: [tea] }), show_order: (items) => stands(900, { items }) });
    await vi.waitFor(() => expect(document.querySelector("#ask-order li")).not.toBeNull());
    host.say("shown_amount", null);
    flushSync();
    expect(document.querySelector("#ask-order .left")?.textContent).toContain("2 × ¥4.50");
    const [name, quantity, price] = document.querySelectorAll<HTMLInputElement>("#ask-order form input");
    for (const [field, value] of [[name, "Cake"], [quantity, "1"], [price, "3.50"]] as const) {
      if (!field) throw new Error("no field");
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    name?.form?.requestSubmit();
    await vi.waitFor(() => expect(document.querySelector("#ask-order .wrong")?.textContent).toContain("above"));
    expect(host.requests("show_order")).toEqual([]);
    await press("Show them again");
    await vi.waitFor(() => expect(text()).toContain("The customer is shown ¥9.00"));
    expect(document.querySelector("#ask-order .left")).toBeNull();
    expect([host.requests("show_order"), name?.value]).toEqual([[[tea]], "Cake"]);
    host.say("shown_amount", null);
    flushSync();
    await press("Done with them");
    expect(document.querySelector("#ask-order li")).toBeNull();
    await close();
  });

  test("a receipt of long ago that was printed after all needs nobody any more", async () => {
    const old = job({ id: 1, line: 4999, state: "unknown", needs_a_person: true });
    let settled = false;
    const { host, press, close } = await opened({
      payment_details: (line) => ({ ...details(payment({ line })), prints: [settled ? { ...old, needs_a_person: false } : old].map((one) => ({ ...one, line })) }),
      settle_job: () => {
        settled = true;
        return null;
      },
    });
    document.querySelector<HTMLElement>("[data-line]")?.click();
    await vi.waitFor(() => expect(document.querySelector("aside")?.textContent).toContain("It did print"));
    await press("It did print");
    await vi.waitFor(() => expect(document.querySelector("aside")?.textContent).not.toContain("It did print"));
    expect(host.requests("settle_job")).toEqual([1]);
    await close();
  });

  test("where nothing would show or print it, nothing of it is seen", async () => {
    const { close, text } = await opened({ app_info: info("en") });
    expect(document.querySelector("#ask-amount")).toBeNull();
    expect(text()).not.toContain("Receipts");
    window.dispatchEvent(new KeyboardEvent("keydown", { key: "1", bubbles: true }));
    await close();
  });

  test("receipts that wait for paper are said above everything, and the list is one click away", async () => {
    const paper = { code: "paper_out" as const };
    const waits = (id: number) => job({ id, state: "queued", problem: paper, needs_a_person: false });
    const { host, press, close, text } = await opened({ print_jobs: [waits(1), waits(2), job({ id: 3, state: "queued", problem: null, needs_a_person: false })] });
    await vi.waitFor(() => expect(text()).toContain("2 receipts wait for the printer· No paper"));
    host.say("prints", [waits(1), { ...waits(2), problem: { code: "cover_open" } }]);
    flushSync();
    expect(text()).not.toContain("· No paper");
    await press("Show");
    expect(text()).toContain("Waits for 后厨打印机");
    expect(text()).not.toContain("2 receipts wait");
    host.say("prints", []);
    await close();
  });

  test("a receipt that was not printed is said above everything, and printed again only when asked", async () => {
    const { host, press, close, text } = await opened({ print_jobs: [job({ line: 4999 })] });
    await vi.waitFor(() => expect(text()).toContain("1 receipt needs you to look"));
    await press("Show");
    expect(text()).toContain("Not printed on 后厨打印机");
    expect(host.requests("print_again")).toEqual([]);
    await press("Print again");
    await vi.waitFor(() => expect(host.requests("print_again")).toEqual([1]));
    await close();
  });

  test("another window's wish for the receipts is followed once, whether it came before or comes now", async () => {
    const selected = () => document.querySelector('[role=tab][aria-selected="true"]')?.id;
    wishTab("receipts");
    const { close } = await opened({}, '#tab-receipts[aria-selected="true"]');
    document.querySelector<HTMLElement>("#tab-today")?.click();
    await vi.waitFor(() => expect(selected()).toBe("tab-today"));
    window.dispatchEvent(new Event("focus"));
    flushSync();
    expect(selected()).toBe("tab-today");
    wishTab("receipts");
    window.dispatchEvent(new StorageEvent("storage"));
    await vi.waitFor(() => expect(selected()).toBe("tab-receipts"));
    await close();
    expect(takeTab()).toBeNull();
  });
});
