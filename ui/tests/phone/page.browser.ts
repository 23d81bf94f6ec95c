// The built phone page in a real browser, at a hub that speaks the real frames. Pictures go to PICTURES, where it is set.
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { ToldItem } from "../../src/phone/wire";
import en from "../../src/locales/en.json";
import zh from "../../src/locales/zh-CN.json";
import { Browser, type Look } from "./chromium";
import { CLERK, CODE, FakeHub, told } from "./fake-hub";
import { serve } from "./serve";

const folder = process.env.PICTURES ?? (await mkdtemp(join(tmpdir(), "phone-pictures-")));
const LOOKS: readonly Look[] = [
  { width: 360, height: 640, language: "zh-CN", dark: false },
  { width: 412, height: 915, language: "zh-CN", dark: true },
  { width: 360, height: 640, language: "en", dark: true },
  { width: 412, height: 915, language: "en", dark: false },
];
const SEEN = { ...CLERK, may: { hear: true, history: "all", totals: true }, sees: { ...CLERK.sees, payer: true, note: true, order: true } } as const;

let ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

interface Scene {
  /** The till is switched off. */
  away: () => void;
  hub: FakeHub;
  browser: Browser;
  address: string;
  w: typeof zh;
  shot: (name: string) => Promise<void>;
}

async function scene(look: Look, page?: string, under?: string): Promise<Scene> {
  const hub = new FakeHub();
  const { address, close } = await serve(hub, page, under);
  const browser = await Browser.start(look);
  ends.push(close, () => browser.stop());
  const name = `${look.language}-${look.dark ? "dark" : "light"}-${String(look.width)}`;
  const shot = async (what: string) => {
    // The fonts and the card's 160 ms.
    await new Promise((done) => setTimeout(done, 300));
    await browser.picture(join(folder, `${what}-${name}.png`));
  };
  return { away: close, hub, browser, address, w: look.language === "en" ? (en as typeof zh) : zh, shot };
}

async function linked(at: Scene): Promise<void> {
  at.hub.permission = SEEN;
  at.hub.totals = { day: "2026-11-22", payments: 0, refunds: 0, without_amount: 0, received: [], refunded: [] };
  await at.browser.open(`${at.address}#${CODE}`);
  await at.browser.touch(at.w["phone.accept"]);
  await at.browser.sees(at.w["phone.state_on"]);
}

/** Nothing of the page was refused by the policy, nothing failed, and nothing is wider than the phone or too small for a thumb. */
async function wellMade({ browser }: Scene): Promise<void> {
  expect(await browser.run("return window.__refused")).toEqual([]);
  expect(await browser.run("return document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
  const small = await browser.run<string[]>(
    `return [...document.querySelectorAll("button, [role=switch]")].filter((one) => one.checkVisibility()).flatMap((one) => {
      const { width, height } = (one.closest("label, .switch") ?? one).getBoundingClientRect();
      return width < 44 || height < 44 ? [one.innerText + " " + width + "x" + height] : [];
    })`,
  );
  expect(small).toEqual([]);
}

const cny = (minor: number) => ({ minor, currency: "CNY" });

function day(english: boolean): ToldItem[] {
  const word = (zh: string, en: string) => (english ? en : zh);
  const at = Date.now() - 3_600_000;
  return [
    told({ at, number: 43, payer: word("王*", "A. Lee"), platform: "wechat", amount: { kind: "exact", money: cny(12_800) } }),
    told({ at: at + 60_000, number: 44, trust: "reported", platform: "wechat", amount: { kind: "exact", money: cny(600) } }),
    told({ at: at + 120_000, number: 45, amount: { kind: "exact", money: cny(3590) }, note: word("两碗牛肉面，一碗不要香菜", "Two beef noodles, one without coriander") }),
    told({ at: at + 180_000, kind: "refund", amount: { kind: "exact", money: cny(1500) } }),
    told({ at: at + 200_000, number: 46, trust: "reported", amount: { kind: "not_given" }, platform: "bank_cn" }),
    told({ at: at + 240_000, number: 47, platform: "stripe", amount: { kind: "exact", money: { minor: 128_000, currency: "USD" } }, payer: "Table 6" }),
  ];
}

describe.each(LOOKS)("$language, dark: $dark, $width by $height", (look) => {
  test("linking, sound, payments, silence, the end", async () => {
    const at = await scene(look);
    const { hub, browser, w, shot } = at;

    await browser.open(at.address);
    await browser.sees(w["phone.unlinked"]);
    await wellMade(at);
    await shot("01-unlinked");

    hub.permission = SEEN;
    await browser.open(`${at.address}?again#${CODE}`);
    await browser.sees(w["phone.invited"]);
    expect(await browser.run("return location.hash")).toBe("");
    await wellMade(at);
    await shot("02-invited");
    await browser.touch(w["phone.accept"]);
    await browser.sees(w["phone.sound_off"]);
    await browser.sees(w["phone.state_on"]);
    await wellMade(at);
    await shot("03-sound-off");
    await browser.touch(w["phone.sound_on"]);
    await expect.poll(() => browser.run<string[]>("return window.__said"), { timeout: 20_000 }).toHaveLength(1);
    await browser.sees(w["phone.empty"]);
    await wellMade(at);
    await shot("04-empty");

    hub.totals = {
      day: "2026-11-22", payments: 21, refunds: 1, without_amount: 1,
      received: [cny(106_130), { minor: 128_000, currency: "USD" }], refunded: [cny(1500)],
    };
    hub.pay(...day(look.language === "en"));
    await browser.sees("128.00");
    hub.pay(told({ number: 48 }));
    await browser.sees(/12\.50/);
    await wellMade(at);
    await shot("05-cards");
    await expect.poll(() => browser.run<string[]>("return window.__said.slice(1)"), { timeout: 20_000 }).not.toEqual([]);
    const said = await browser.run<string[]>("return window.__said");
    expect(said.at(-1)).not.toMatch(/\d/);
    expect(await browser.run<unknown[]>("return window.__shaken")).not.toEqual([]);

    hub.pay(told({ trust: "reported", number: 49, platform: "wechat", payer: "张*伟", amount: { kind: "exact", money: cny(8_888_888) } }));
    await browser.sees("88,888.88");
    await shot("06-reported-large");
    hub.pay(told({ kind: "refund", amount: { kind: "exact", money: cny(1500) }, payer: "李*芳" }));
    await browser.sees("−¥15.00");
    await shot("07-refund");
    hub.pay(told({ test: true, platform: "test", amount: { kind: "exact", money: cny(1) } }));
    await browser.sees(w["payment.test"]);
    await shot("08-test");
    hub.pay(told({ number: 52, amount: { kind: "over", limit: cny(10_000) } }));
    await browser.sees("100.00");
    await shot("09-over");
    hub.pay(told({ number: 53, amount: { kind: "withheld" }, platform: undefined }));
    await browser.sees(w["phone.withheld"]);
    await shot("10-withheld");
    hub.pay(
      told({
        number: 54,
        payer: "مطعم الياسمين الكبير للمأكولات الشرقية",
        note: "<img src=x onerror=alert(1)> ".concat("很长的备注，写了又写，".repeat(12), "end"),
        order: "WX20261122140321000001234567890123456789",
      }),
    );
    await browser.sees("مطعم");
    expect(await browser.run("return document.querySelector('img')")).toBeNull();
    await wellMade(at);
    await shot("11-long-rtl");
    await browser.run("[...document.querySelectorAll('li button')].at(1).click(); window.scrollTo(0, 1e6)");
    await shot("12-scrolled-open");
    await browser.run("window.scrollTo(0, 0)");

    await browser.touch(w["phone.menu"]);
    await browser.sees(w["phone.sound_check"]);
    await wellMade(at);
    await shot("13-menu");
    await browser.run("document.querySelector('dialog').close()");

    hub.listening = false;
    hub.since = Date.now() - 720_000;
    hub.beat();
    await browser.sees(w["phone.deaf_till"]);
    await wellMade(at);
    await shot("14-not-listening");
    await browser.touch(w["phone.deaf_aside"]);
    await shot("15-aside");
    hub.listening = true;
    hub.beat();
    await browser.sees(w["phone.state_on"]);

    hub.revoke();
    await browser.sees(w["phone.revoked"]);
    await wellMade(at);
    await shot("16-revoked");
    const left = await browser.run<number>(
      `const keys = []; for (const { name } of await indexedDB.databases()) {
        const db = await new Promise((done) => { const ask = indexedDB.open(name); ask.onsuccess = () => done(ask.result); });
        for (const shelf of db.objectStoreNames) keys.push(...await new Promise((done) => { const ask = db.transaction(shelf).objectStore(shelf).getAllKeys(); ask.onsuccess = () => done(ask.result); }));
        db.close();
      } return keys`,
    );
    expect(left).toEqual(["wishes"]);
    expect(await browser.errors()).toEqual([]);
  });

  test("invitations that do not work, and pages that cannot", async () => {
    const at = await scene(look);
    const { hub, browser, w, shot } = at;
    let visits = 0;
    for (const why of ["used", "expired", "unknown", "busy", "full", "storage"] as const) {
      hub.invitation = why;
      visits += 1;
      await browser.open(`${at.address}?${String(visits)}#${CODE}`);
      await browser.touch(w["phone.accept"]);
      await browser.sees(w[`phone.invite_${why}`]);
      await wellMade(at);
      await shot(`20-${why}`);
    }
    hub.reachable = false;
    await browser.open(`${at.address}?offline#${CODE}`);
    await browser.touch(w["phone.accept"]);
    await browser.sees(w["phone.invite_offline"]);
    await shot("21-offline");

    await browser.before("delete AbortSignal.timeout");
    await browser.open(`${at.address}?old#${CODE}`);
    await browser.sees(w["phone.unable"]);
    // Out of the address, and there to be copied for a browser that can.
    expect(await browser.run("return location.hash")).toBe("");
    expect(await browser.run("return document.querySelector('input').value")).toBe(`${at.address}?old#${CODE}`);
    await wellMade(at);
    await shot("22-old-browser");
  });

  test("refused: loud, and it goes on asking", async () => {
    const at = await scene(look);
    const { hub, browser, w, shot } = at;
    hub.shop = { ...hub.shop, name: look.language === "en" ? "The Little Noodle House at the Old Bridge, Second Floor" : "老桥头二楼小满牛肉面馆与便利店（中山北路旗舰总店）" };
    await linked(at);
    await browser.touch(w["phone.sound_on"]);
    await expect.poll(() => browser.run<string[]>("return window.__said"), { timeout: 20_000 }).not.toEqual([]);
    hub.pay(...day(look.language === "en"));
    await browser.sees("128.00");
    await shot("17-long-shop");
    const proofs = () => hub.said.filter(({ type }) => type === "prove").length;

    hub.refuses = "unknown";
    hub.cut();
    await browser.sees(w["phone.unknown"]);
    expect(await browser.text()).not.toContain("128.00");
    await expect.poll(() => browser.run<string[]>("return window.__said"), { timeout: 20_000 }).toContainEqual(
      expect.stringMatching(look.language === "en" ? /^attention, this phone has not heard the till/ : /^注意，.*这部手机连不上收银台$/),
    );
    expect(await browser.run<unknown[]>("return window.__shaken")).not.toEqual([]);
    await wellMade(at);
    await shot("18-unknown");
    await browser.touch(w["phone.forget"]);
    await browser.sees(w["phone.forget_sure"]);
    await wellMade(at);
    await shot("18-unknown-leaving");
    await browser.touch(w["common.cancel"]);
    hub.refuses = null;
    await browser.touch(w["common.retry"]);
    await browser.sees(w["phone.state_on"]);

    hub.id = "hub-2";
    hub.cut();
    await browser.sees(w["phone.other_hub"]);
    await wellMade(at);
    await shot("19-other-hub");
    hub.id = "hub-1";
    await browser.touch(w["common.retry"]);
    await browser.sees(w["phone.state_on"]);

    // The page is of before an update: once the alarm was heard it loads itself anew, and no second time.
    await browser.run("window.__before = true");
    const before = proofs();
    hub.refuses = "version";
    hub.cut();
    await expect.poll(() => browser.run("return window.__before ?? null").catch(() => true), { timeout: 30_000 }).toBeNull();
    await browser.sees(w["phone.version"]);
    expect(proofs()).toBe(before + 2);
    await wellMade(at);
    await shot("19-version");
    hub.refuses = null;
    await browser.touch(w["phone.reload"]);
    await browser.sees(w["phone.state_on"]);
    // It was touched before it was loaded anew, so this browser lets it be heard without another touch.
    await expect.poll(() => browser.text()).not.toContain(w["phone.sound_off"]);
    expect(hub.said.findLast((frame) => frame.type === "beat")).toMatchObject({ hearable: true });
    expect(await browser.errors()).toEqual([]);
  });
});

test("a browser in which the script does not run is told so, after a moment", async () => {
  const [look] = LOOKS;
  if (look === undefined) throw new Error("no look");
  const index = await (await import("node:fs/promises")).readFile(new URL("../../dist/phone/index.html", import.meta.url), "utf8");
  const at = await scene(look, index.replace(/assets\/[\w-]+\.js/, "assets/missing.js"));
  await at.browser.open(at.address);
  expect(await at.browser.text()).not.toContain("打不开");
  await at.browser.sees("打不开");
  await at.shot("23-no-script");
});

test("the page opens while the till is away, and says that it does not reach it", async () => {
  const [look] = LOOKS;
  if (look === undefined) throw new Error("no look");
  const at = await scene(look);
  await linked(at);
  await at.browser.run("return navigator.serviceWorker.ready.then(() => null)");
  await at.browser.open(at.address);
  await at.browser.sees(at.w["phone.state_on"]);
  at.away();
  await at.browser.open(at.address);
  await at.browser.sees(at.w["phone.connecting"]);
  // Nothing but the page itself was kept.
  const kept = await at.browser.run<string[]>("return caches.open('tillbell-page-1').then((shelf) => shelf.keys()).then((all) => all.map(({ url }) => new URL(url).pathname).sort())");
  for (const path of kept) expect(path).toMatch(/^\/phone\/($|assets\/|icon|manifest)/);
  expect(kept).toContain("/phone/");
});

test("whatever stands behind the address, the page is kept once, and never an invitation", async () => {
  const [look] = LOOKS;
  if (look === undefined) throw new Error("no look");
  const at = await scene(look);
  await linked(at);
  await at.browser.run("return navigator.serviceWorker.ready.then(() => null)");
  for (const one of ["", "?a", `?b#${CODE}`, `?c=${CODE}`, "icon-192.png"]) await at.browser.open(`${at.address}${one}`);
  await at.browser.open(at.address);
  await at.browser.sees(at.w["phone.state_on"]);
  const kept = await at.browser.run<string[]>("return caches.open('tillbell-page-1').then((shelf) => shelf.keys()).then((all) => all.map(({ url }) => url))");
  expect(kept.filter((url) => !url.includes("/assets/") && !/\.(png|webmanifest)$/.test(url))).toEqual([at.address]);
  expect(kept.join(" ")).not.toMatch(/[?#]/);
});

test("behind a proxy, below a path: linked and told all the same", async () => {
  const [look] = LOOKS;
  if (look === undefined) throw new Error("no look");
  const at = await scene(look, undefined, "/tillbell");
  await linked(at);
  at.hub.pay(told());
  await at.browser.sees("12.50");
  expect(await at.browser.run("return window.__refused")).toEqual([]);
});

test("a browser without keys of this kind is linked all the same", async () => {
  const [look] = LOOKS;
  if (look === undefined) throw new Error("no look");
  const at = await scene(look);
  await at.browser.before(`const generate = SubtleCrypto.prototype.generateKey;
    SubtleCrypto.prototype.generateKey = function (...wish) {
      return wish[0] === "Ed25519" ? Promise.reject(new DOMException("no", "NotSupportedError")) : generate.apply(this, wish);
    };`);
  await linked(at);
  await at.browser.open(at.address);
  await at.browser.sees(at.w["phone.state_on"]);
});

test("a page that is opened anew listens by itself, once; a second window takes over", async () => {
  const [look] = LOOKS;
  if (look === undefined) throw new Error("no look");
  const at = await scene(look);
  await linked(at);
  at.hub.pay(told());
  await at.browser.sees("12.50");
  await at.browser.open(at.address);
  await at.browser.sees(at.w["phone.state_on"]);
  await at.browser.sees("12.50");
  expect(at.hub.said.filter(({ type }) => type === "prove")).toHaveLength(2);
  expect(at.hub.said.findLast(({ type }) => type === "prove")).toMatchObject({ after: "1", app: expect.stringMatching(/^Chrome \d+ · Linux · Tillbell \d+\.\d+\.\d+$/) as unknown });
  await at.browser.run("const frame = window.open(arguments[0]); return null", at.address);
  await at.browser.sees(at.w["phone.elsewhere"]);
  await at.shot("24-elsewhere");
  await at.browser.touch(at.w["phone.here"]);
  await at.browser.sees(at.w["phone.state_on"]);
});
