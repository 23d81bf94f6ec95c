// The phone page as it is drawn: strangers' text, what is read out to those who do not see, what stands in the way of sound.
import { webcrypto } from "node:crypto";
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { setLanguage, t } from "../../src/lib/i18n.svelte";
import { appName, linkAddress, withVersion } from "../../src/phone/browser";
import { clockText, sinceText } from "../../src/phone/clock";
import PhonePage from "../../src/phone/PhonePage.svelte";
import { amountLine, totalTexts } from "../../src/phone/show";
import { fits, render } from "../../src/phone/sound.svelte";
import { CLERK, CODE, FakeHub, told } from "./fake-hub";
import { PATIENT, stage, type Stage } from "./stand-ins";

let page: Record<string, unknown> | undefined;
let one: Stage | undefined;

beforeEach(() => vi.stubGlobal("crypto", webcrypto));
afterEach(async () => {
  await one?.phone.forget();
  if (page) await unmount(page);
  [page, one] = [undefined, undefined];
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

async function shown(hub: FakeHub): Promise<Stage> {
  const at = stage(hub);
  one = at;
  page = mount(PhonePage, { target: document.body, props: { phone: at.phone } });
  await at.phone.start(`#${CODE}`, ["en"]);
  await at.phone.accept();
  await vi.waitFor(() => expect(at.phone.connected).toBe(true), PATIENT);
  flushSync();
  return at;
}

const text = () => document.body.textContent.replace(/\s+/g, " ");

describe("the page", () => {
  test("strangers' text is text, and keeps its direction to itself", async () => {
    const { hub } = await shown(new FakeHub());
    const payer = '<img src=x onerror="alert(1)">\u202e05.21¥';
    hub.pay(told({ payer, note: "<script>1</script>", platform: "<b>" }));
    hub.pay(told());
    flushSync();
    document.querySelector<HTMLElement>("li button")?.click();
    flushSync();
    expect(document.querySelector("img, script, b")).toBeNull();
    expect([...document.querySelectorAll("bdi")].map(({ textContent }) => textContent)).toContain(payer);
  });

  test("the newest is in a live region, that nothing is heard is a dialogue, and the list behind it is out of reach", async () => {
    const { hub } = await shown(new FakeHub());
    hub.pay(told({ number: 48 }));
    flushSync();
    expect(document.querySelector('[role="log"][aria-live="polite"]')?.textContent).toContain("12.50");
    expect(document.querySelector('[role="alertdialog"]')).toBeNull();
    hub.listening = false;
    hub.beat();
    flushSync();
    expect(document.querySelector('[role="alertdialog"]')?.textContent).toContain("The till itself does not hear payments");
    expect(document.querySelector("main")?.inert).toBe(true);
  });

  test.each(["unknown", "version"] as const)("refused as %s: the whole screen says that nothing is heard, and why", async (why) => {
    const { hub, phone } = await shown(new FakeHub());
    hub.refuses = why;
    hub.cut();
    await vi.waitFor(() => expect(phone.stage).toBe(why), PATIENT);
    flushSync();
    const said = document.querySelector('[role="alertdialog"]')?.textContent;
    expect(said).toContain(t("phone.deaf"));
    expect(said).toContain(t(`phone.${why}`));
    expect(document.title).toContain(t("phone.deaf_title"));
    expect(document.querySelector("main")).toBeNull();
  });

  test("where the browser cannot take it, the invitation's link is there to be copied", async () => {
    const at = stage(new FakeHub(), undefined, { unable: () => Promise.resolve("old") });
    one = at;
    page = mount(PhonePage, { target: document.body, props: { phone: at.phone } });
    await at.phone.start(`#${CODE}`, ["en"]);
    flushSync();
    expect(document.querySelector<HTMLInputElement>("input[readonly]")?.value).toMatch(new RegExp(`#${CODE}$`));
  });

  test("sound is asked for first; then what stands in its way", async () => {
    const { hub, phone, sound } = await shown(new FakeHub());
    expect(text()).toContain("Turn sound on");
    await sound.turnOn("en");
    flushSync();
    expect(text()).not.toContain("Turn sound on");
    sound.voice = false;
    flushSync();
    expect(text()).toContain("no English voice");
    hub.speaks = false;
    hub.change();
    flushSync();
    expect(text()).toContain("Another device in the room speaks");
    hub.permission = { ...CLERK, may: { ...CLERK.may, hear: false } };
    hub.change();
    flushSync();
    expect(text()).toContain("does not read them out");
    expect(phone.permission?.may.hear).toBe(false);
  });

  test("totals where they are told, and none of what is hidden", async () => {
    const hub = new FakeHub();
    const { phone } = await shown(hub);
    expect(text()).not.toContain("Today ·");
    hub.totals = { day: "2026-11-22", payments: 3, refunds: 1, without_amount: 0 };
    hub.pay(told());
    flushSync();
    expect(text()).toContain("Today · 3 payments · 1 refund");
    expect(phone.told.totals && totalTexts(phone.told.totals)).toEqual([]);
  });
});

test("amounts as they are told", () => {
  setLanguage("en");
  const money = { minor: 12_345_678, currency: "CNY" };
  const line = (change: Parameters<typeof told>[0]) => amountLine(told(change));
  expect(line({ amount: { kind: "exact", money } })).toBe("¥123,456.78");
  expect(line({ amount: { kind: "exact", money }, kind: "refund" })).toBe("−¥123,456.78");
  expect(line({ amount: { kind: "about", money } })).toBe("about ¥123,456.78");
  expect(line({ amount: { kind: "over", limit: money } })).toBe("more than ¥123,456.78");
  expect(line({ amount: { kind: "withheld" } })).toBe("Amount not shown");
  expect(line({ amount: { kind: "not_given" } })).toBe("Amount not given");
  setLanguage("zh-CN");
  expect(line({ amount: { kind: "over", limit: money } })).toBe("¥123,456.78 以上");
  setLanguage("en");
  const day = { day: "2026-11-22", payments: 2, refunds: 1, without_amount: 0 };
  expect(totalTexts({ ...day, received: [money], refunded: [{ minor: 500, currency: "JPY" }] })).toEqual(["¥123,456.78", "−¥500"]);
});

test("times are the shop's, wherever the phone is", () => {
  const at = Date.UTC(2026, 10, 22, 6, 3, 21);
  expect(clockText(at, "Asia/Shanghai")).toBe("14:03:21");
  expect(clockText(Date.UTC(2026, 10, 22, 16, 5), "Asia/Shanghai", false)).toBe("00:05");
  expect(clockText(at, "Nowhere/Known")).toMatch(/^\d\d:\d\d:21$/);
  expect(sinceText(at, at + 1, "Asia/Shanghai", "en")).toBe("14:03");
  expect(sinceText(at, at + 86_400_000, "Asia/Shanghai", "en")).toBe("Nov 22 14:03");
  expect(sinceText(at, at + 86_400_000, "Nowhere/Known", "en")).toMatch(/ \d\d:03$/);
});

test("the voice is one of the language, on the phone if there is one", () => {
  const voice = (lang: string, localService = true) => ({ lang, localService });
  const best = (language: "en" | "zh-CN", ...all: ReturnType<typeof voice>[]) =>
    all.filter((one) => fits(one, language) > 0).sort((a, b) => fits(b, language) - fits(a, language))[0]?.lang;
  expect(best("zh-CN", voice("zh-HK"), voice("zh_TW"), voice("zh_CN"), voice("en-US"))).toBe("zh_CN");
  expect(best("zh-CN", voice("zh-CN", false), voice("zh-TW"))).toBe("zh-TW");
  expect(best("zh-CN", voice("zh-HK"), voice("yue-HK"), voice("en"))).toBeUndefined();
  expect(best("en", voice("en-IN"), voice("en-GB"), voice("de-DE"))).toBe("en-GB");
});

test("a chime begins and ends in silence and never clips", () => {
  const samples = render([[0, 783.99, 0.38], [0.15, 1046.5, 0.45]], 8000);
  const peak = samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  expect(peak).toBeGreaterThan(0.3);
  expect(peak).toBeLessThanOrEqual(1);
  expect(Math.abs(samples[0] ?? 1)).toBeLessThan(0.01);
  expect(Math.abs(samples.at(-1) ?? 1)).toBeLessThan(0.01);
});

test("the link goes to where the page is from, below any path", () => {
  for (const [page, link] of [
    ["https://192.168.1.20:8787/phone/#code", "wss://192.168.1.20:8787/v1/terminal"],
    ["https://shop.example/tillbell/phone/?again", "wss://shop.example/tillbell/v1/terminal"],
    ["http://localhost:1234/phone/index.html", "ws://localhost:1234/v1/terminal"],
  ] as const) {
    expect(linkAddress(page)).toBe(link);
  }
});

test("what the owner reads of a browser", () => {
  const names = {
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Mobile Safari/537.36": "Chrome 137 · Android",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1": "Safari 18 · iPhone",
    "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0": "Firefox 140 · Android",
    "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.50": "WeChat 8 · Android",
    nothing: "",
  };
  for (const [agent, name] of Object.entries(names)) expect(appName(agent)).toBe(name);
  expect([withVersion("Safari 18 · iPhone", "1.2.3"), withVersion("", "1.2.3"), withVersion("Chrome 1")]).toEqual(["Safari 18 · iPhone · Tillbell 1.2.3", "Tillbell 1.2.3", "Chrome 1"]);
});

const CODE_OF_THE_PAGE = import.meta.glob<string>("../../src/phone/**/*.{ts,svelte}", { query: "?raw", import: "default", eager: true });
const SHARED = import.meta.glob<string>(["../../src/shared/{PlatformName,TrustBadge,Switch,Icon}.svelte", "../../src/lib/{platforms,time.svelte,money}.ts"], {
  query: "?raw",
  import: "default",
  eager: true,
});

test("the build leaves out no word that the page uses", async () => {
  const config = (await import("../../vite.phone.config?raw")).default as string;
  const areas = /AREAS = (\[.*\]);/.exec(config)?.[1];
  const kept = new Set(JSON.parse(areas ?? "[]") as string[]);
  const used = new Set<string>();
  for (const text of [...Object.values(CODE_OF_THE_PAGE), ...Object.values(SHARED)]) {
    for (const [, area] of text.matchAll(/\bt\w*\([^()]*?["`]([a-z]+)\./g)) if (area) used.add(area);
    for (const [, area] of text.matchAll(/maybe\(`([a-z]+)\./g)) if (area) used.add(area);
  }
  expect([...used].sort()).toEqual(expect.arrayContaining(["common", "payment", "phone", "platform", "status", "trust"]));
  expect([...used].filter((area) => !kept.has(area))).toEqual([]);
});
