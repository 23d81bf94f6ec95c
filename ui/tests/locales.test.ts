// Both locales have the same keys and places, and every key that the pages use is there.
import { describe, expect, test } from "vitest";
import en from "../src/locales/en.json";
import zh from "../src/locales/zh-CN.json";
import { PHONE_KINDS, PLATFORM_KINDS, SOURCE_FORMS } from "../src/lib/source-form";
import { FORMATS } from "../src/history/reconcile/exports/formats";
import { DATE_ORDERS, MARKS, MINUSES } from "../src/history/reconcile/statements/choices";
import { MAIN_ROLES, MORE_ROLES } from "../src/history/reconcile/statements/mapping.svelte";
import { DIFFERENT } from "../src/history/reconcile/statements/statements.svelte";
import { PARTS, SIGHTS } from "../src/settings/terminals/permission";
import { STEPS } from "../src/welcome/welcome.svelte";
import * as codes from "./codes";

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
    add("source", codes.SOURCE_KINDS);
    add("source_name", kinds);
    add("source_for", kinds);
    add("source_about", kinds);
    add("platform", ["wechat", "alipay", "unionpay", "stripe", "bank_cn", "test"]);
    add("error", ["offline", "not_found", "invalid", "not_allowed", "too_many", "port_taken", "storage", "no_voice", "internal"]);
    for (const area of ["reason", "reason_do"]) add(area, codes.UNREAD_REASONS);
    add("refusal", [
      "signature", "signature_probe", "unknown_key", "stale", "decrypt", "wrong_merchant", "unsupported", "malformed",
      "wrong_door", "test_mode", "other",
    ]);
    add("refused_why", [
      "signature", "unknown_key", "stale_ahead", "stale_behind", "stale_phone", "decrypt", "wrong_merchant",
      "unsupported", "malformed", "plain_http", "other",
    ]);
    add("step", codes.STEP_KINDS);
    add("reach", codes.REACHES);
    add("corner", codes.CORNERS);
    add("theme", codes.THEMES);
    add("settings", ["sources", "announcements", "cards", "devices", "terminals", "shop", "closing", "doors", "look", "updates"]);
    add("updates", codes.UPDATE_SUPPORTS.filter((one) => one !== "itself").map((one) => `how_${one}`));
    add("updates", codes.UPDATE_WAITS.map((one) => `waits_${one}`));
    add("updates", codes.UPDATE_ERRORS.flatMap((error) => [`error_${error}`, `error_${error}_do`]));
    add("missing", codes.MISSING.flatMap((what) => [what, `${what}_help`]));
    add("speech", ["no_speech", "no_voice", "no_output"]);
    for (const what of ["hub", "disk", "source", "refused"]) add("listening", [`${what}_lost_now`, `${what}_lost_minutes`, `${what}_lost_hours`]);
    add("ability", codes.ABILITIES);
    add("page", codes.CODE_PAGES);
    add("device_state", ["off", "connecting", "ready", "paper_low"]);
    add("found_what", codes.DEVICE_KINDS);
    add("found_why", codes.GUESS_REASONS);
    add("finder", codes.FINDERS);
    add("remedy", codes.REMEDIES);
    add("trouble", codes.TROUBLES);
    // Where something is denied, the remedy says what to do.
    add("trouble_do", codes.TROUBLES.filter((code) => code !== "denied"));
    add("by_hand", ["printer_network", "printer_system", "printer_serial", "display_serial", "display_network"]);
    add("display_sample", codes.DISPLAY_SAMPLES);
    add("display_text", ["idle", "total", "to_pay", "received", "reported", "thanks", "change", "refund"]);
    add("display_idle", codes.IDLE_SHOWS);
    add("brightness", ["as_is", ...codes.BRIGHTNESSES]);
    add("lamp", codes.LAMPS);
    add("parity", codes.PARITIES);
    add("flow", codes.FLOWS);
    add("frame", ["before", "after", "paid", "clear"]);
    add("frame_length", codes.LENGTHS);
    add("preset", ["own", ...codes.PRESETS]);
    add("sheet", codes.SHEETS);
    add("printed", codes.PRINTED.flatMap((rule) => [rule, `${rule}_hint`]));
    add("maker", codes.MAKERS);
    add("cut", codes.CUTS);
    add("pin", codes.PINS);
    add("receipt_sample", codes.RECEIPT_SAMPLES);
    add("receipt_row", ["in_words", "number", "order", "collector"]);
    add("printer_bell", codes.PRINTER_BELLS);
    add("device_wrong.displays", ["name", "address", "line", "display", "texts"]);
    add("device_wrong.printers", ["name", "target", "profile", "top", "foot", "link", "collector", "copies", "by_itself"]);
    add("pictures_wrong", ["picture", "picture_size", "pictures_many"]);
    add("customer_sample", ["order", "to_pay", "received", "change", "refund", "idle"]);
    add("ask", ["wrong_name", "wrong_quantity", "wrong_price", "cash_too_little", "cash_unreadable"]);
    add("code_wrong", ["picture", "picture_size", "no_code", "several_codes", "code"]);
    add("customer_window", codes.CUSTOMER_WINDOWS.filter((state) => state !== "off"));
    add("print_state", codes.PRINT_STATES);
    add("terminals", [
      ...codes.TERMINAL_PRESETS.flatMap((preset) => [`role_${preset}`, `role_${preset}_hint`]),
      ...codes.HISTORY_REACHES.flatMap((reach) => [`history_${reach}`, `sum_history_${reach}`]),
      ...SIGHTS.map((sight) => `sight_${sight}`),
      ...PARTS.map((part) => `part_${part}`),
      ...codes.RECORDED.filter((what) => what !== "reach" && what !== "voice_set").map((what) => `record_${what}`),
    ]);
    add("statements", [...DIFFERENT, "suggestion", "pending", "sending", "reading"]);
    add("statement_row", ["payment", "refund", "reversal", "fee", "payout", "chargeback", "other"]);
    add("statement_unreadable", ["amount", "time", "cells", "currency", "type", "other"]);
    add("statement_wrong", [
      "no_trade", "not_yet", "platform_refused", "summary", "pdf", "archive", "old_spreadsheet", "web_page", "picture", "packing",
      "empty", "not_text", "damaged", "unfinished", "too_large", "too_many_files", "too_deep", "unknown", "broken", "not_found",
      "unreadable_file", "size", "other",
    ]);
    add("statement_check", [
      "rows", "paid_rows", "refunded_rows", "in_rows", "out_rows", "other_rows", "paid", "refunded", "fees", "net", "in", "out",
      "other", "ordered", "asked_back", "coupons_back", "balance", "complete", "period", "encoding", "ids",
    ]);
    add("mapping", [...MAIN_ROLES, ...MORE_ROLES, ...DATE_ORDERS]);
    add("mapping", [...MARKS.map((mark) => `mark_${mark}`), ...MINUSES.map((minus) => `minus_${minus}`)]);
    add("exports", FORMATS.flatMap((format) => [format, `${format}_hint`]));
    add("export_wrong", ["full", "folder", "in_use"]);
    add("backup", ["sending", "reading", "laying"]);
    add("backup_wrong", [
      "full", "exists", "passphrase", "passphrase_needed", "passphrase_wrong", "not_a_book", "newer", "damaged", "storage", "other",
    ]);
    add("phone", ["expired", "used", "unknown", "busy", "storage", "offline"].flatMap((why) => [`invite_${why}`, `invite_${why}_do`]));
    add("phone", ["insecure", "old", "no_store"].map((why) => `unable_${why}`));
    add("phone", ["vibrate", "awake", "voice"].map((what) => `lack_${what}`));
    add("phone", ["on", "connecting", "deaf"].map((state) => `state_${state}`));
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
