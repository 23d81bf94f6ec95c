// Money in forms, times in words, sources' forms, waiting.
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refuseDrops } from "../src/lib/drops";
import { errorText, maybe, setLanguage, t, tn, type Key } from "../src/lib/i18n.svelte";
import { asUiError } from "../src/lib/host";
import { alsoSilent, isStopped, listeningText, lostSources, meanwhileText, refusedText, stoppedText } from "../src/lib/listening";
import { currencySign, decimals, moneyField, moneyText, parseMoney } from "../src/lib/money";
import { pemBlocks, readSource } from "../src/lib/source-form";
import { after, ago, dayText, minuteText, parseMinute } from "../src/lib/time.svelte";
import { Newest, Pause } from "../src/lib/wait";
import { listening, source } from "./samples";

beforeEach(() => setLanguage("en"));

describe("money", () => {
  test.each([
    ["12.5", "CNY", 1250],
    ["12.50", "CNY", 1250],
    ["12.", "CNY", 1200],
    [" 0.01 ", "CNY", 1],
    ["１２．５", "CNY", 1250],
    ["12。5", "CNY", 1250],
    ["100.00", "JPY", 100],
    ["1.234", "KWD", 1234],
    ["1.2300", "CNY", 123],
    // 0.1 + 0.2, 1.005 and their like, which floats get wrong.
    ["1.10", "CNY", 110],
    ["4.35", "CNY", 435],
    ["1.15", "USD", 115],
    ["9999999999999.99", "CNY", 999_999_999_999_999],
  ])("%s %s is %i minor units", (text, currency, minor) => {
    expect(parseMoney(text, currency)).toEqual({ minor, currency });
  });

  test.each(["", ".", ".5", "-1", "+1", "1e3", "1,000", "1.2.3", "1.005", "99999999999999999", "12 50", "¥1", "NaN"])(
    "%s is no amount",
    (text) => expect(parseMoney(text, "CNY")).toBeNull(),
  );

  test("the field's text reads back, for every amount of cents and decimals", () => {
    for (const currency of ["CNY", "JPY", "KWD"]) {
      for (let minor = 0; minor < 2500; minor += 1) {
        expect(parseMoney(moneyField({ minor, currency }), currency)).toEqual({ minor, currency });
      }
    }
  });
});

describe("amounts for people", () => {
  // The tests run in the pages' folder.
  const CURRENCIES = readFileSync("../crates/domain/src/currency.rs", "utf8");

  /** What the app's table answers for each currency that it names, in one of its functions. */
  function answersOf(name: string): Map<string, string> {
    const body = new RegExp(`pub fn ${name}\\(&self\\)[^{]*\\{([\\s\\S]*?)\\n    \\}\\n`).exec(CURRENCIES)?.[1] ?? "";
    const rows = [...body.matchAll(/((?:b"[A-Z]{3}"\s*\|?\s*)+)=>\s*"?([^",]+)"?,/g)];
    return new Map(rows.flatMap(([, codes = "", answer = ""]) => [...codes.matchAll(/[A-Z]{3}/g)].map(([code]) => [code, answer] as const)));
  }

  test("signs and decimals are the app's, for every currency that it names, and for the others the code", () => {
    const [signs, places] = [answersOf("sign"), answersOf("exponent")];
    expect([signs.size >= 19, signs.get("HKD"), places.size >= 24, places.get("KWD")]).toEqual([true, "HK$", true, "3"]);
    for (const code of new Set([...signs.keys(), ...places.keys(), ...Intl.supportedValuesOf("currency")])) {
      expect([code, currencySign(code), decimals(code)]).toEqual([code, signs.get(code) ?? code, Number(places.get(code) ?? 2)]);
    }
    expect(moneyText({ minor: 49_500, currency: "HKD" })).toBe("HK$495.00");
  });

  test.each([
    [128_050, "CNY", "¥1,280.50"],
    [-1500, "CNY", "−¥15.00"],
    [-123_456_789, "USD", "−$1,234,567.89"],
    [-5, "CNY", "−¥0.05"],
    [0, "CNY", "¥0.00"],
    [-100, "JPY", "−¥100"],
  ])("%i %s is %s", (minor, currency, text) => expect(moneyText({ minor, currency })).toBe(text));
});

describe("words", () => {
  test("texts are filled, in the page's language", () => {
    expect(t("payment.number", { number: 48 })).toBe("No. 48");
    setLanguage("zh-CN");
    expect(t("payment.number", { number: 48 })).toBe("第 48 笔");
  });

  test("a value that looks like a place is not filled again", () => {
    expect(t("payment.number", { number: "{number}{constructor}" })).toBe("No. {number}{constructor}");
  });

  test("what has no text falls back", () => {
    expect(maybe("platform.lakala_pay", "lakala_pay")).toBe("lakala_pay");
    expect(maybe("platform.constructor", "constructor")).toBe("constructor");
    expect(errorText("from_the_future")).toBe(t("error.internal"));
    expect(t("no.such_key" as Key)).toBe("no.such_key");
  });

  test("one is said as one", () => {
    expect(tn("history.payments", 1)).toBe("1 payment");
    expect(tn("history.payments", 0)).toBe("0 payments");
  });

  test("whatever is thrown becomes an error with words", () => {
    expect(asUiError({ code: "offline", field: null })).toEqual({ code: "offline", field: null });
    for (const thrown of ["boom", new Error("boom"), null, undefined, { code: 7 }]) {
      expect(asUiError(thrown)).toEqual({ code: "internal", field: null });
    }
  });
});

describe("time", () => {
  test.each([
    [0, "just now"],
    [-5000, "just now"],
    [12_000, "12 s ago"],
    [61_000, "1 min ago"],
    [7_200_000, "2 h ago"],
    [200_000_000, "2 d ago"],
  ])("%i ms ago", (ms, text) => expect(ago(1e12 - ms, 1e12)).toBe(text));

  test.each([
    [620, "+0.62 s"],
    [-1300, "−1.30 s"],
    [59_990, "+59.99 s"],
    [65_000, "+1:05 min"],
    [3_725_000, "+1:02 h"],
  ])("%i ms after", (ms, text) => expect(after(ms)).toBe(text));

  test("a business day is that day in every time zone", () => {
    expect(dayText("2026-11-22", "en")).toBe("Sun, Nov 22");
    expect(dayText("2026-11-22", "zh-CN")).toBe("11月22日周日");
  });

  test("minutes of the day", () => {
    expect(minuteText(1290)).toBe("21:30");
    for (let minute = 0; minute < 1440; minute += 1) expect(parseMinute(minuteText(minute))).toBe(minute);
    for (const bad of ["24:00", "7:00", "12:60", ""]) expect(parseMinute(bad)).toBeNull();
  });

  test("how long nothing was heard", () => {
    const view = listening({ state: "source_silent", since: 1e12, since_clock: "14:02" });
    expect(stoppedText(view, 1e12 + 5000)).toBe("Nothing is heard from the phone");
    expect(stoppedText(view, 1e12 + 180_000)).toBe("Nothing from the phone for 3 min");
    expect(stoppedText({ ...view, state: "hub_lost" }, 1e12 + 3 * 3_600_000)).toBe("No link to the hub for 3 h");
    expect(listeningText(view, 1e12)).toBe("Not listening since 14:02");
    expect(listeningText(listening({ heard_at: 1e12 }), 1e12 + 12_000)).toBe("Listening · last 12 s ago");
  });
});

describe("refused", () => {
  const view = (kind: "wechat_v3" | "sms_forwarder", code: string, ahead: number | null, proven = true) => {
    const { health } = source(kind, { name: "WeChat Pay" });
    return listening({
      state: "source_refusing",
      since: 1e12,
      since_clock: "14:02",
      sources: [source("vmq").health, { ...health, state: "refusing", clock_ahead_ms: ahead, refusing: { code, since: 1e12, proven } }],
    });
  };

  test.each([
    ["wechat_v3", "stale", 360_400, "Because this PC’s clock is 6 min behind. Payments since 14:02 may be missing. Set this PC’s clock to automatic. The platform then sends them again."],
    ["wechat_v3", "stale", -301_000, "this PC’s clock is 5 min ahead"],
    ["sms_forwarder", "stale", -70_000, "the clocks of phone and PC differ by 1 min. Payments since 14:02 may be missing. Set the phone’s clock, and this PC’s, to automatic."],
    ["wechat_v3", "decrypt", null, "Copy the API key again from the console."],
    ["wechat_v3", "what nobody foresaw", null, "Because the messages cannot be taken."],
  ] as const)("%s %s %s", (kind, code, ahead, said) => {
    const refused = view(kind, code, ahead);
    expect(refusedText(refused)).toContain(said);
    expect(refusedText(refused)).not.toContain("somebody else");
    expect(lostSources(refused)).toBe("WeChat Pay");
    expect(isStopped(refused)).toBe(true);
    expect(stoppedText(refused, 1e12 + 240_000)).toBe("Payment messages are refused for 4 min");
  });

  test("who is silent besides is named too", () => {
    const refused = view("wechat_v3", "stale", 360_400);
    expect(alsoSilent(refused)).toBe("");
    const phone = { ...source("vmq").health, state: "silent" as const, name: "Till phone" };
    expect(alsoSilent({ ...refused, sources: [...refused.sources, phone] })).toBe("Not heard either: Till phone");
    expect(alsoSilent({ ...refused, state: "source_silent", sources: [phone] })).toBe("");
  });

  test("what may be somebody else's says so", () => {
    expect(refusedText(view("wechat_v3", "signature", null, false))).toContain("somebody else knows this source’s address");
  });

  test("in Chinese, and no other trouble has such words", () => {
    setLanguage("zh-CN");
    expect(refusedText(view("wechat_v3", "stale", 360_000))).toBe(
      "原因：这台电脑的时钟慢了 6 分钟。14:02 起的付款可能漏收。请把这台电脑的时间设为自动。之后平台会自动重发。",
    );
    expect(refusedText(listening({ state: "hub_lost" }))).toBe("");
  });

  test("what came meanwhile", () => {
    const back = { since_clock: "14:02", until_clock: "14:20", payments: 0, without_amount: 0, totals: [] as string[] };
    expect(meanwhileText(back)).toBe("No payment came meanwhile");
    expect(meanwhileText({ ...back, payments: 1, totals: ["¥20.00"] })).toBe("1 payment came meanwhile: ¥20.00");
    expect(meanwhileText({ ...back, payments: 3, totals: ["¥20.00", "$1.00"] })).toBe("3 payments came meanwhile: ¥20.00 · $1.00");
    expect(meanwhileText({ ...back, payments: 2 })).toBe("2 payments came meanwhile");
  });
});

describe("sources' forms", () => {
  const PEM = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----";
  const KEY = "Zk3vTq81LmWx0pRb5HsYcN7dUeJ2fGa9";

  test("WeChat v3, with public key and certificates at once", () => {
    const certificate = PEM.replaceAll("PUBLIC KEY", "CERTIFICATE");
    expect(
      readSource("wechat_v3", {
        mchid: " 1900000109 ",
        api_v3_key: KEY,
        public_key_id: "PUB_KEY_ID_01",
        public_key: PEM,
        certificates: `${certificate}\n\n${certificate}`,
      }),
    ).toEqual({
      kind: "wechat_v3",
      mchid: "1900000109",
      appid: null,
      api_v3_key: KEY,
      platform_keys: [
        { serial: "PUB_KEY_ID_01", pem: PEM },
        { serial: "", pem: certificate },
        { serial: "", pem: certificate },
      ],
    });
  });

  test.each([
    ["wechat_v3", { mchid: "x" }, "mchid"],
    ["wechat_v3", { mchid: "1900000109", api_v3_key: "short" }, "api_v3_key"],
    ["wechat_v3", { mchid: "1900000109", api_v3_key: KEY }, "public_key"],
    ["wechat_v3", { mchid: "1900000109", api_v3_key: KEY, public_key: PEM }, "public_key_id"],
    ["wechat_v3", { mchid: "1900000109", api_v3_key: KEY, certificates: "nonsense" }, "certificates"],
    ["wechat_v2", { mch_id: "1900000109", api_v2_key: `${KEY}x` }, "api_v2_key"],
    ["alipay", { app_id: "2021000000000000", alipay_public_key: "MIIB" }, "alipay_public_key"],
    ["stripe", { endpoint_secrets: "sk_live_1" }, "endpoint_secrets"],
    ["stripe", { endpoint_secrets: "" }, "endpoint_secrets"],
    ["unionpay", { mer_id: "777290058110048", ca_certificates: "" }, "ca_certificates"],
  ] as const)("%s without what it needs names the field", (kind, typed, field) => {
    expect(readSource(kind, typed)).toBe(field);
  });

  test("phones' secrets are left to the hub", () => {
    expect(readSource("sms_forwarder", {})).toEqual({ kind: "sms_forwarder", secret: "" });
    expect(readSource("vmq", {})).toEqual({ kind: "vmq", key: "" });
  });

  test("PEM blocks end with what they began with", () => {
    expect(pemBlocks("-----BEGIN A-----x-----END B-----")).toEqual([]);
    expect(pemBlocks(`text ${PEM} text ${PEM}`)).toEqual([PEM, PEM]);
  });
});

describe("waiting", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test("only the last request runs, once", () => {
    const pause = new Pause(100);
    const ran: string[] = [];
    pause.ask(() => ran.push("a"));
    vi.advanceTimersByTime(99);
    pause.ask(() => ran.push("b"));
    vi.advanceTimersByTime(99);
    expect(ran).toEqual([]);
    vi.advanceTimersByTime(1);
    vi.runAllTimers();
    expect(ran).toEqual(["b"]);
  });

  test("only the newest counts", () => {
    const newest = new Newest();
    const first = newest.next();
    const second = newest.next();
    expect([first(), second()]).toEqual([false, true]);
  });
});

describe("what is dropped on a page", () => {
  test("a file is refused everywhere, text where there is no field, and what somebody takes is left alone", () => {
    refuseDrops();
    document.body.innerHTML = "<p></p><input><div></div>";
    document.querySelector("div")?.addEventListener("drop", (event) => event.preventDefault());
    const drop = (at: string, types: string[]) => {
      const transfer = { types, dropEffect: "copy" };
      const event = Object.assign(new Event("drop", { bubbles: true, cancelable: true }), { dataTransfer: transfer });
      document.querySelector(at)?.dispatchEvent(event);
      return [event.defaultPrevented, transfer.dropEffect];
    };
    expect([drop("p", ["Files"]), drop("p", ["text/plain"]), drop("input", ["Files"]), drop("input", ["text/plain"]), drop("div", ["Files"])]).toEqual([
      [true, "none"],
      [true, "none"],
      [true, "none"],
      [false, "copy"],
      [true, "copy"],
    ]);
    document.body.replaceChildren();
  });
});
