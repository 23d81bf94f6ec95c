// The card page: revisions, holding, silence, and that a stranger's text is text.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import CardPage from "../src/card/CardPage.svelte";
import { Cards } from "../src/card/card.svelte";
import type { CardsView, Reminder } from "../src/generated";
import { setLanguage } from "../src/lib/i18n.svelte";
import { FakeHost, refusal, type Answers } from "./fake-host";
import { card, cards, info, listening, payment } from "./samples";

const orders: Answers = { hold_cards: null, dismiss_card: null, mute: listening(), cards_painted: null, open_window: null };

describe("the cards' state", () => {
  test("listens first, then asks", async () => {
    const host = new FakeHost({ cards: cards([]) });
    await new Cards(host).start();
    expect(host.log).toEqual(["listen cards", "call cards"]);
  });

  test("an older revision is thrown away, whichever way it comes", async () => {
    const newer = cards([card(payment(), 2)], { revision: 8 });
    const host = new FakeHost({
      cards: () => {
        host.say("cards", newer);
        return cards([card(payment(), 1)], { revision: 7 });
      },
    });
    const state = new Cards(host);
    await state.start();
    expect(state.view).toBe(newer);
    host.say("cards", cards([], { revision: 8 }));
    host.say("cards", cards([], { revision: 3 }));
    expect(state.view).toBe(newer);
    host.say("cards", cards([], { revision: 9 }));
    expect(state.view.cards).toEqual([]);
  });

  test("holding is told once per change", () => {
    const host = new FakeHost(orders);
    const state = new Cards(host);
    state.hold(false);
    state.hold(true);
    state.hold(true);
    state.hold(false);
    expect(host.requests("hold_cards")).toEqual([true, false]);
  });

  test("silence for half an hour, and again", () => {
    const host = new FakeHost(orders);
    const state = new Cards(host);
    state.toggleMute();
    state.apply(cards([], { revision: 2, muted_until: 1 }));
    state.toggleMute();
    expect(host.requests("mute")).toEqual(["half_hour", "off"]);
  });

  test("an order that fails breaks nothing", async () => {
    const host = new FakeHost({ dismiss_card: () => Promise.reject(refusal("offline")) });
    new Cards(host).dismiss(1);
    await new Promise((done) => setTimeout(done));
    expect(host.requests("dismiss_card")).toEqual([1]);
  });
});

describe("the card page", () => {
  let page: Record<string, unknown> | undefined;

  beforeEach(() => setLanguage("en"));
  afterEach(async () => {
    if (page) await unmount(page);
    page = undefined;
    document.body.replaceChildren();
  });

  async function show(view: CardsView): Promise<FakeHost> {
    const host = new FakeHost({ ...orders, app_info: info("en"), cards: view });
    page = mount(CardPage, { target: document.body, props: { host } });
    await vi.waitFor(() => expect(host.requests("cards")).toHaveLength(1));
    await vi.waitFor(() => expect(document.querySelectorAll("article")).toHaveLength(view.cards.length));
    flushSync();
    return host;
  }

  test("hostile text is shown as text, apart from what stands beside it", async () => {
    const payer = '<img src=x onerror="alert(1)">\u202e05.21¥';
    await show(cards([card(payment({ payer, platform: "<b>" }), 1)]));
    expect(document.querySelector("img, b")).toBeNull();
    const shown = [...document.querySelectorAll("bdi")].find((one) => one.textContent === payer);
    expect(shown).toBeDefined();
    expect(document.querySelector("time")?.textContent).toBe("14:03:21");
  });

  test("says trust in a word, the number, the platform; refunds and missing amounts too", async () => {
    await show(
      cards([
        card(payment(), 1),
        card(payment({ trust: "reported", amount: null, amount_text: null, number: null }), 2),
        card(payment({ kind: "refund", amount_text: "−¥15.00", number: null }), 3),
        card(payment({ test: true }), 4),
      ]),
    );
    const texts = [...document.querySelectorAll("article")].map((one) => one.textContent.replace(/\s+/g, " "));
    expect(texts[0]).toContain("No. 48");
    expect(texts[0]).toContain("12.50");
    expect(texts[0]).toContain("Alipay");
    expect(texts[0]).toContain("Confirmed");
    expect(texts[1]).toContain("Amount not given");
    expect(texts[1]).toContain("By phone, unconfirmed");
    expect(texts[2]).toContain("−¥15.00");
    expect(texts[2]).toContain("Refund");
    expect(texts[3]).toContain("Test");
  });

  test("tells that it has drawn, once per revision, and stays quiet about a card that will not go", async () => {
    const stopped = listening({ state: "hub_lost", since: Date.now() - 180_000, since_clock: "14:02" });
    const host = await show(
      cards([card(payment(), 1), { id: 2, stays_ms: null, gone_ms: 0, face: { face: "listening", view: stopped } }], {
        revision: 5,
      }),
    );
    await vi.waitFor(() => expect(host.requests("cards_painted")).toEqual([{ revision: 5, height: 0 }]));
    expect(document.body.textContent).toContain("No link to the hub for 3 min");
    host.say("cards", cards([], { revision: 4 }));
    host.say("cards", cards([], { revision: 6 }));
    await vi.waitFor(() => expect(host.requests("cards_painted")).toHaveLength(2));
    expect(document.querySelector("article")).toBeNull();
  });

  test("listening again tells of the gap and what came in it", async () => {
    const back = { since_clock: "14:02", until_clock: "14:20", payments: 3, without_amount: 0, totals: ["¥38.40"] };
    await show(cards([{ id: 2, stays_ms: 8000, gone_ms: 0, face: { face: "listening", view: listening({ back }) } }]));
    await vi.waitFor(() => expect(document.body.textContent).toContain("14:02 – 14:20"));
    expect(document.body.textContent).toContain("3 payments came meanwhile: ¥38.40");
  });

  test("the line stands still while held, and starts where the app says", async () => {
    const host = await show(cards([card(payment(), 1, { stays_ms: 8000, gone_ms: 3000 })], { held: false }));
    const line = () => document.querySelector<HTMLElement>(".stays");
    expect(line()?.style.animationDuration).toBe("8000ms");
    expect(line()?.style.animationDelay).toBe("-3000ms");
    expect(line()?.classList.contains("held")).toBe(false);
    host.say("cards", cards([card(payment(), 1, { stays_ms: 8000, gone_ms: 3500 })], { revision: 2, held: true }));
    flushSync();
    expect(line()?.classList.contains("held")).toBe(true);
    expect(line()?.style.animationDelay).toBe("-3500ms");
  });

  test("what is wrong with a printer stands before its name, however long that is", async () => {
    const view = { waiting: 3, failed: 0, unknown: 0, printer_name: "x".repeat(60), problem: { code: "paper_out" as const }, amount_text: null, paid_clock: null };
    await show(cards([card(payment(), 3, { stays_ms: null, face: { face: "printing", view } })]));
    const [why, name] = document.querySelectorAll("article header .ellipsis");
    expect([why?.textContent, name?.textContent]).toEqual(["No paper", "x".repeat(60)]);
  });

  test.each([
    [{ what: "today", day: "2026-11-22" }, "Time to close the day"],
    [{ what: "forgotten", day: "2026-11-21", more: 0 }, "2026-11-21 is not closed yet"],
    [{ what: "forgotten", day: "2026-11-20", more: 1 }, "2 days are not closed yet, since 2026-11-20"],
  ] satisfies [Reminder, string][])("a day that waits to be closed is told, and leads to where it is closed: %o", async (view, says) => {
    localStorage.clear();
    const host = await show(cards([card(payment(), 3, { stays_ms: null, face: { face: "closing", view } })]));
    expect(document.querySelector("article .what")?.textContent).toBe(says);
    document.querySelector<HTMLElement>("article footer button")?.click();
    expect(host.requests("open_window")).toEqual(["history"]);
    expect(localStorage.getItem("tillbell.history.tab")).toBe("reconcile");
  });

  test("the pointer holds, a click dismisses, another silences", async () => {
    const host = await show(cards([card(payment(), 7)]));
    const main = document.querySelector("main");
    main?.dispatchEvent(new Event("pointerenter"));
    main?.dispatchEvent(new Event("pointerleave"));
    document.querySelector<HTMLElement>('[aria-label="Close this card"]')?.click();
    document.querySelector<HTMLElement>('[aria-label="Voice off for 30 minutes"]')?.click();
    expect(host.requests("hold_cards")).toEqual([true, false]);
    expect(host.requests("dismiss_card")).toEqual([7]);
    expect(host.requests("mute")).toEqual(["half_hour"]);
  });
});
