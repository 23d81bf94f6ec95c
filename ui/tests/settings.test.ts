// Settings, sources and the first start: saved by itself, nothing lost, resumed where it was left.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Settings, Shop } from "../src/generated";
import { setLanguage } from "../src/lib/i18n.svelte";
import { guessShop, settingsForm, shopForm } from "../src/settings/settings.svelte";
import { Sources } from "../src/settings/sources.svelte";
import SettingsPage from "../src/settings/SettingsPage.svelte";
import { Welcome, type Bookmark } from "../src/welcome/welcome.svelte";
import WelcomePage from "../src/welcome/WelcomePage.svelte";
import { FakeHost, refusal, type Answers } from "./fake-host";
import { CHOICES, DOORS_OPEN, DOORS_SHUT, form, info, listening, settings, setup, SHOP, source, updates, VOICES } from "./samples";

beforeEach(() => {
  setLanguage("en");
  vi.useFakeTimers();
  vi.stubGlobal("IntersectionObserver", class { observe() {} disconnect() {} });
  window.scrollTo = () => undefined;
  Element.prototype.scrollIntoView = () => undefined;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

const base = (): Answers => ({
  app_info: info("en"),
  listening: listening(),
  settings: settings(),
  save_settings: (value: Settings) => value,
  set_shop: null,
  choices: CHOICES,
  sources: [],
  doors: DOORS_SHUT,
  set_doors: DOORS_OPEN,
  add_source: (request) => setup(request.config.kind),
  source_form: (id) => form(id === "src-stripe" ? "stripe" : id === "src-vmq" ? "vmq" : "wechat_v3"),
  update_source: null,
  source_setup: setup(),
  remove_source: null,
  voices: VOICES,
  monitors: [],
  start_at_login: true,
  updates: updates(),
  update: updates(),
  test_payment: null,
  finish_first_start: null,
});

describe("what is saved by itself", () => {
  test("several changes are one save, with all of them", async () => {
    const host = new FakeHost(base());
    const form = settingsForm(host);
    await form.load();
    form.change({ volume: 60 });
    await vi.advanceTimersByTimeAsync(200);
    form.change({ rate: 120 });
    await vi.advanceTimersByTimeAsync(500);
    expect(host.requests("save_settings")).toEqual([settings({ volume: 60, rate: 120 })]);
    expect(form.saving).toBe("saved");
    await vi.advanceTimersByTimeAsync(3000);
    expect(form.saving).toBe("quiet");
  });

  test("what is typed while it saves is not overwritten by the answer, and is saved next", async () => {
    let answer: ((value: Settings) => void) | undefined;
    const host = new FakeHost({ ...base(), save_settings: () => new Promise((done) => (answer = done)) });
    const form = settingsForm(host);
    await form.load();
    form.change({ volume: 60 });
    await vi.advanceTimersByTimeAsync(400);
    form.change({ volume: 70 });
    answer?.(settings({ volume: 60 }));
    await vi.advanceTimersByTimeAsync(0);
    expect(form.value?.volume).toBe(70);
    await vi.advanceTimersByTimeAsync(400);
    expect((host.requests("save_settings") as Settings[]).map((one) => one.volume)).toEqual([60, 70]);
  });

  test("what could not be saved stays, and can be tried again", async () => {
    const host = new FakeHost({ ...base(), save_settings: () => Promise.reject(refusal("storage")) });
    const form = settingsForm(host);
    await form.load();
    form.change({ volume: 5 });
    await vi.advanceTimersByTimeAsync(400);
    expect([form.saving, form.error?.code, form.value?.volume]).toEqual(["failed", "storage", 5]);
    // Settings read anew do not take it away.
    await form.load();
    expect(form.value?.volume).toBe(5);
    host.answers.save_settings = (value: Settings) => value;
    await form.save();
    expect([form.saving, form.error, form.value?.volume]).toEqual(["saved", null, 5]);
  });

  test("a window that closes saves what waits", async () => {
    const host = new FakeHost(base());
    const form = settingsForm(host);
    await form.load();
    form.change({ cards: false });
    await form.flush();
    expect(host.requests("save_settings")).toHaveLength(1);
  });

  test("a shop without a name is not saved, and says so", async () => {
    const host = new FakeHost(base());
    const form = shopForm(host);
    await form.load();
    form.change({ name: "   " });
    await vi.advanceTimersByTimeAsync(800);
    expect(host.requests("set_shop")).toEqual([]);
    expect(form.error).toEqual({ code: "invalid", field: "name" });
  });

  test("a guess for a new shop", () => {
    expect(guessShop(CHOICES, "")).toEqual({ name: "", currency: "CNY", day_rule: { zone: "Asia/Shanghai", cutover_hour: 0 } });
    expect(guessShop({ ...CHOICES, system_zone: "Europe/Madrid" }, "").currency).toBe("EUR");
    expect(guessShop({ ...CHOICES, system_zone: "Moon/Base" }, "").currency).toBe("USD");
  });
});

describe("sources", () => {
  test("adding shows what must be entered on the other side, and forgets what was typed", async () => {
    const host = new FakeHost(base());
    const sources = new Sources(host);
    const stop = await sources.start();
    sources.begin("stripe", "Stripe");
    sources.typed.endpoint_secrets = "whsec_1\nwhsec_2";
    expect(await sources.submit()).toBe(true);
    expect(host.requests("add_source")).toEqual([
      { name: "Stripe", config: { kind: "stripe", endpoint_secrets: ["whsec_1", "whsec_2"], test_mode: false } },
    ]);
    expect(sources.setup?.setup.kind).toBe("stripe");
    expect(sources.typed).toEqual({});
    stop();
  });

  test("what is wrong is named before anything is sent; what the app refuses keeps the form", async () => {
    const host = new FakeHost({ ...base(), add_source: () => Promise.reject(refusal("invalid", "mchid")) });
    const sources = new Sources(host);
    sources.begin("wechat_v2", "WeChat");
    expect(await sources.submit()).toBe(false);
    expect(sources.addError).toEqual({ code: "invalid", field: "mch_id" });
    expect(host.requests("add_source")).toEqual([]);
    sources.typed.mch_id = "1900000109";
    sources.typed.api_v2_key = "a".repeat(32);
    expect(await sources.submit()).toBe(false);
    expect(sources.addError?.field).toBe("mchid");
    expect(sources.typed.mch_id).toBe("1900000109");
  });

  test("changing keeps what is left empty, and says that it is saved", async () => {
    const host = new FakeHost({ ...base(), sources: [source("wechat_v3")] });
    const sources = new Sources(host);
    const stop = await sources.start();
    await sources.edit("src-wechat_v3");
    expect([sources.adding, sources.name]).toEqual(["wechat_v3", "微信支付"]);
    expect(sources.typed).toEqual({ mchid: "1900000109", appid: "wxd678efh567hg6787" });
    sources.name = "微信收款";
    expect(await sources.submit()).toBe(true);
    const kept = { mchid: "1900000109", appid: "wxd678efh567hg6787", api_v3_key: "" };
    expect(host.requests("update_source")).toEqual([
      { id: "src-wechat_v3", name: "微信收款", config: { kind: "wechat_v3", ...kept, platform_keys: [] } },
    ]);
    expect([sources.adding, sources.editing, sources.saved]).toEqual([null, null, "src-wechat_v3"]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(sources.saved).toBeNull();
    expect(host.requests("add_source")).toEqual([]);
    stop();
  });

  test("what cannot be right in a change is named; what the app refuses keeps the form", async () => {
    const host = new FakeHost({ ...base(), update_source: () => Promise.reject(refusal("storage")) });
    const sources = new Sources(host);
    await sources.edit("src-wechat_v3");
    for (const [field, value, wrong] of [
      ["api_v3_key", "short", "api_v3_key"],
      ["public_key_id", "PUB_KEY_ID_1", "public_key"],
      ["certificates", "no certificate", "certificates"],
      ["mchid", "", "mchid"],
    ] as const) {
      const before = sources.typed[field] ?? "";
      sources.typed[field] = value;
      expect([await sources.submit(), sources.addError], field).toEqual([false, { code: "invalid", field: wrong }]);
      sources.typed[field] = before;
    }
    expect(host.requests("update_source")).toEqual([]);
    sources.typed.public_key_id = "PUB_KEY_ID_1";
    sources.typed.public_key = "-----BEGIN PUBLIC KEY-----\nAA\n-----END PUBLIC KEY-----";
    expect(await sources.submit()).toBe(false);
    expect(host.requests("update_source")).toMatchObject([{ config: { platform_keys: [{ serial: "PUB_KEY_ID_1" }] } }]);
    expect([sources.addError?.code, sources.typed.public_key_id, sources.saved]).toEqual(["storage", "PUB_KEY_ID_1", null]);
    // What was typed, a key among it, is forgotten with the form.
    sources.begin("stripe", "Stripe");
    expect([sources.editing, sources.typed]).toEqual([null, {}]);
    expect(await sources.submit()).toBe(false);
    expect(sources.addError).toEqual({ code: "invalid", field: "endpoint_secrets" });
  });

  test("a form that comes late is not shown", async () => {
    let answer: (() => void) | undefined;
    const late = new Promise<void>((done) => (answer = done));
    const host = new FakeHost({ ...base(), source_form: async (id) => {
      if (id === "src-stripe") await late;
      return form(id === "src-stripe" ? "stripe" : "vmq");
    } });
    const sources = new Sources(host);
    const first = sources.edit("src-stripe");
    await sources.edit("src-vmq");
    answer?.();
    await first;
    expect([sources.adding, sources.editing?.id]).toEqual(["vmq", "src-vmq"]);
    host.answers.source_form = () => Promise.reject(refusal("offline"));
    await sources.edit("src-vmq");
    expect([sources.adding, sources.setupError?.code]).toEqual([null, "offline"]);
  });

  test("the light follows what the app says by itself", async () => {
    const waiting = source("vmq", { health: { ...source("vmq").health, last_heard: null, state: "waiting" } });
    const host = new FakeHost({ ...base(), sources: [waiting] });
    const sources = new Sources(host);
    const stop = await sources.start();
    expect(sources.list?.[0]?.health.last_heard).toBeNull();
    host.say("listening", listening({ sources: [{ ...waiting.health, state: "listening", last_heard: 5 }] }));
    expect(sources.list?.[0]?.health).toMatchObject({ state: "listening", last_heard: 5 });
    stop();
  });

  test("removing asks first; opening the doors renews the addresses on show", async () => {
    const host = new FakeHost({ ...base(), sources: [source("sms_forwarder")] });
    const sources = new Sources(host);
    const stop = await sources.start();
    await sources.remove();
    expect(host.requests("remove_source")).toEqual([]);
    await sources.showSetup("src-sms_forwarder");
    await sources.setDoors(true, null);
    expect(host.requests("source_setup")).toHaveLength(2);
    sources.removing = "src-sms_forwarder";
    await sources.remove();
    expect(host.requests("remove_source")).toEqual(["src-sms_forwarder"]);
    expect(sources.setup).toBeNull();
    stop();
  });
});

describe("the settings page", () => {
  test("hides a phone's secret until it is asked for", async () => {
    const host = new FakeHost({ ...base(), sources: [source("sms_forwarder")] });
    const page = mount(SettingsPage, { target: document.body, props: { host } });
    await vi.advanceTimersByTimeAsync(50);
    flushSync();
    const press = (text: string) => {
      [...document.querySelectorAll("button")].find((one) => one.textContent.trim() === text)?.click();
      flushSync();
    };
    press("Set up");
    await vi.advanceTimersByTimeAsync(10);
    flushSync();
    const secret = setup().setup.secret ?? "";
    expect(document.body.textContent).toContain("Template");
    expect(document.body.textContent).not.toContain(secret);
    press("Show");
    expect(document.body.textContent).toContain(secret);
    await unmount(page);
  });
});

describe("changing a source on the page", () => {
  test("shows what is stored by its serial, and no secret", async () => {
    const host = new FakeHost({ ...base(), sources: [source("wechat_v3", { name: "微信支付" })] });
    const page = mount(SettingsPage, { target: document.body, props: { host } });
    const settle = async () => {
      await vi.advanceTimersByTimeAsync(50);
      flushSync();
    };
    const press = (text: string) => [...document.querySelectorAll("button")].find((one) => one.textContent.trim() === text)?.click();
    await settle();
    press("Edit");
    await settle();
    expect(document.body.textContent).toContain("Stored now: PUB_KEY_ID_0119000001092025010100000001.");
    const key = document.querySelector<HTMLInputElement>("input[type=password]");
    expect([key?.value, key?.placeholder]).toEqual(["", "Leave empty to keep what is stored"]);
    press("Save");
    await settle();
    expect(host.requests("update_source")).toHaveLength(1);
    expect(document.querySelector("li [role=status]")?.textContent).toContain("Saved");
    await unmount(page);
  });
});

describe("the first start", () => {
  function bookmark(step: string | null): Bookmark & { kept: string | null } {
    return {
      kept: step,
      read() {
        return this.kept;
      },
      write(step) {
        this.kept = step;
      },
    };
  }

  test("goes on where it was left, and does not follow a bookmark that it does not know", async () => {
    const host = new FakeHost(base());
    for (const [kept, step] of [["sound", "sound"], ["news", "news"], [null, "language"], ["nonsense", "language"]] as const) {
      const welcome = new Welcome(host, bookmark(kept));
      const stop = await welcome.start();
      expect(welcome.step).toBe(step);
      stop();
    }
  });

  test("step by step to the end, saving on the way", async () => {
    const host = new FakeHost({ ...base(), app_info: { ...info("en"), shop: null, first_start: true } });
    const kept = bookmark(null);
    const welcome = new Welcome(host, kept);
    const stop = await welcome.start();
    await welcome.pickLanguage("zh-CN");
    await welcome.next();
    expect([welcome.step, kept.kept]).toEqual(["shop", "shop"]);
    // No shop yet: a guess stands there, and without a name there is no next step.
    expect(welcome.shop.value?.currency).toBe("CNY");
    await welcome.next();
    expect(welcome.step).toBe("shop");
    welcome.shop.change({ name: "Corner" });
    await welcome.next();
    expect(host.requests("set_shop")).toEqual([{ ...SHOP, name: "Corner", day_rule: { zone: "Asia/Shanghai", cutover_hour: 0 } } satisfies Shop]);
    expect(welcome.step).toBe("news");
    await welcome.next();
    await welcome.next();
    expect(welcome.step).toBe("test");
    await welcome.back();
    expect(welcome.step).toBe("sound");
    await welcome.next();
    await welcome.finish();
    expect(host.requests("finish_first_start")).toHaveLength(1);
    expect(kept.kept).toBeNull();
    stop();
  });

  test("a step that could not be saved stays", async () => {
    const host = new FakeHost({ ...base(), set_shop: () => Promise.reject(refusal("offline")) });
    const welcome = new Welcome(host, bookmark("shop"));
    const stop = await welcome.start();
    await welcome.next();
    expect([welcome.step, welcome.shop.error?.code, welcome.shop.value?.name]).toEqual(["shop", "offline", SHOP.name]);
    stop();
  });

  test("the page turns the light on when the phone is heard", async () => {
    const waiting = source("sms_forwarder", { health: { ...source("sms_forwarder").health, last_heard: null, state: "waiting" } });
    const host = new FakeHost({ ...base(), sources: [waiting] });
    const page = mount(WelcomePage, { target: document.body, props: { host, bookmark: bookmark("news") } });
    await vi.advanceTimersByTimeAsync(50);
    flushSync();
    expect(document.body.textContent).toContain("Waiting for your phone");
    host.say("listening", listening({ sources: [{ ...waiting.health, state: "listening", last_heard: Date.now() }] }));
    flushSync();
    expect(document.body.textContent).toContain("We heard from your phone");
    await unmount(page);
  });
});
