// Both locales have the same keys and places, and every key that the pages use is there.
import { describe, expect, test } from "vitest";
import en from "../src/locales/en.json";
import zh from "../src/locales/zh-CN.json";
import { PHONE_KINDS, PLATFORM_KINDS, SOURCE_FORMS } from "../src/lib/source-form";
import { STEPS } from "../src/welcome/welcome.svelte";

const CODE_PAGES =
  "ascii cp437 cp737 cp775 cp850 cp852 cp855 cp857 cp858 cp860 cp863 cp865 cp866 cp1250 cp1251 cp1252 cp1253 cp1254 cp1257 iso8859-2 iso8859-7 iso8859-15 gb18030 big5 shift-jis euc-kr".split(" ");
const TROUBLES =
  "paper_out cover_open knife_stuck fault offline in_use gone denied stalled other late not_in_use restarted no_font".split(" ");
const CODE = import.meta.glob<string>(["../src/**/*.{ts,svelte}", "!../src/generated/**"], {
  query: "?raw",
  import: "default",
  eager: true,
});
const EN: Record<string, string> = en;
const ZH: Record<string, string> = zh;

function places(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "").sort();
}

describe("locales", () => {
  test("have the same keys", () => {
    expect(Object.keys(ZH).sort()).toEqual(Object.keys(EN).sort());
  });

  test("have the same places in every text, and no text is empty", () => {
    for (const [key, text] of Object.entries(EN)) {
      expect(places(ZH[key] ?? ""), key).toEqual(places(text));
      expect(text.trim(), key).not.toBe("");
      expect((ZH[key] ?? "").trim(), key).not.toBe("");
    }
  });

  test("no exclamation marks", () => {
    for (const [key, text] of [...Object.entries(EN), ...Object.entries(ZH)]) {
      expect(/[!！]/.test(text), key).toBe(false);
    }
  });

  test("every key that stands in the code is there", () => {
    const used = new Set<string>();
    for (const text of Object.values(CODE)) {
      // Whatever looks like a key of one of our areas, in plain quotes.
      for (const [, key] of text.matchAll(/"([a-z_]+\.[a-z][a-z0-9_.]*)"/g)) if (key) used.add(key);
    }
    const areas = new Set(Object.keys(EN).map((key) => key.split(".")[0]));
    const missing = [...used].filter((key) => areas.has(key.split(".")[0]) && EN[key] === undefined);
    expect(used.size).toBeGreaterThan(150);
    expect(missing).toEqual([]);
  });

  test("keys that are put together are there", () => {
    const keys: string[] = [];
    const add = (area: string, names: readonly string[]) => keys.push(...names.map((name) => `${area}.${name}`));
    const kinds = [...PHONE_KINDS, ...PLATFORM_KINDS];
    add("source", [...kinds, "test"]);
    add("source_name", kinds);
    add("source_for", kinds);
    add("source_about", kinds);
    add("platform", ["wechat", "alipay", "unionpay", "stripe", "bank_cn", "test"]);
    add("error", ["offline", "not_found", "invalid", "not_allowed", "port_taken", "storage", "no_voice", "internal"]);
    const reasons = ["unknown_wording", "unknown_app", "imitation", "template_not_filled", "impossible_amount"];
    add("reason", reasons);
    add("reason_do", reasons);
    add("refusal", [
      "signature", "signature_probe", "unknown_key", "stale", "decrypt", "wrong_merchant", "unsupported", "malformed",
      "wrong_door", "test_mode", "other",
    ]);
    add("refused_why", [
      "signature", "unknown_key", "stale_ahead", "stale_behind", "stale_phone", "decrypt", "wrong_merchant",
      "unsupported", "malformed", "plain_http", "other",
    ]);
    add("step", ["paid", "accepted", "received", "shown", "spoken", "joined", "confirmed"]);
    add("reach", ["internet", "lan", "local"]);
    add("corner", ["top_left", "top_right", "bottom_left", "bottom_right"]);
    add("theme", ["system", "light", "dark"]);
    add("settings", ["sources", "announcements", "cards", "devices", "shop", "doors", "look", "updates"]);
    add("updates", ["package", "read_only", "not_installed", "not_configured"].map((one) => `how_${one}`));
    add("updates", ["announcing", "closing", "paid", "open", "always_open"].map((one) => `waits_${one}`));
    for (const error of ["offline", "unreadable", "not_genuine", "disk", "not_installed"]) add("updates", [`error_${error}`, `error_${error}_do`]);
    add("speech", ["no_speech", "no_voice", "no_output"]);
    for (const what of ["hub", "disk", "source", "refused"]) add("listening", [`${what}_lost_now`, `${what}_lost_minutes`, `${what}_lost_hours`]);
    add("ability", ["digits", "text", "codes"]);
    add("page", CODE_PAGES);
    add("device_state", ["off", "connecting", "ready", "paper_low"]);
    add("found_what", ["display", "printer", "unknown"]);
    add("found_why", ["known-model", "known-maker", "printer-class", "bridge", "plain-port", "bluetooth", "bluetooth-service", "familiar-name"]);
    add("finder", ["serial", "hid", "usb-printer", "ble"]);
    add("remedy", ["join-dialout", "join-lp", "udev-rule", "install-driver", "bluetooth-on", "allow-bluetooth", "unknown"]);
    for (const area of ["trouble", "trouble_do"]) add(area, TROUBLES);
    add("by_hand", ["printer_network", "printer_system", "printer_serial", "display_serial", "display_network"]);
    add("display_sample", ["idle", "to_pay", "received", "reported", "refund"]);
    add("display_text", ["idle", "to_pay", "received", "reported", "thanks", "refund"]);
    add("display_idle", ["text", "clock", "blank"]);
    add("brightness", ["as_is", "dim", "low", "medium", "full"]);
    add("lamp", ["price", "total", "paid", "change"]);
    add("parity", ["none", "odd", "even"]);
    add("flow", ["none", "software", "hardware"]);
    add("frame", ["before", "after", "paid", "clear"]);
    add("frame_length", ["none", "byte", "big-endian", "little-endian"]);
    add("preset", ["own", "chinese58", "chinese80", "western58", "western80", "western80-narrow", "drawn58", "drawn80"]);
    add("sheet", ["a4", "a5", "letter", "roll80", "roll58"]);
    add("printed", ["never", "confirmed", "all"].flatMap((rule) => [rule, `${rule}_hint`]));
    add("maker", ["epson", "zjiang", "rongta"]);
    add("cut", ["none", "feeding", "old"]);
    add("pin", ["two", "five"]);
    add("receipt_sample", ["confirmed", "reported", "refund", "copy"]);
    add("device_wrong.displays", ["name", "address", "line", "display", "texts"]);
    add("device_wrong.printers", ["name", "target", "profile", "foot", "collector", "copies", "by_itself"]);
    add("code_wrong", ["picture", "picture_size", "no_code", "several_codes", "code"]);
    add("customer_window", ["shown", "one_monitor", "mirrored", "not_there", "choose", "cards"]);
    add("print_state", ["queued", "sending", "taken", "sent", "failed", "unknown", "withdrawn"]);
    for (const step of STEPS) add("welcome", [step, `${step}_lead`, `step_${step}`]);
    for (const kind of kinds) {
      add("setup", [`${kind}.1`]);
      for (const field of SOURCE_FORMS[kind].fields) {
        add("field", [`${kind}.${field.name}`, `${kind}.${field.name}_help`]);
      }
    }
    expect(keys.filter((key) => EN[key] === undefined)).toEqual([]);
  });
});
