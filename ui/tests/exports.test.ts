// Payments on their way into a file: asked for, followed, stopped, found again.
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Exported } from "../src/generated";
import { Exporting } from "../src/history/reconcile/exports/exporting.svelte";
import { setLanguage } from "../src/lib/i18n.svelte";
import { FakeHost, refusal, type Answers } from "./fake-host";

beforeEach(() => setLanguage("en"));

const WRITTEN: Exported = { path: "/home/shop/Documents/Tillbell/Hill Tea.xlsx", rows: 131, bytes: 21_400 };
const answers = (): Answers => ({ export_folder: "/home/shop/Documents/Tillbell", export_payments: WRITTEN, stop_export: null, show_file: null });

describe("an export", () => {
  test("is asked for with what was chosen, and shown in its folder", async () => {
    const host = new FakeHost(answers());
    const one = new Exporting(host, "2026-11-01", "2026-11-22");
    await one.start();
    expect(one.usual).toBe("/home/shop/Documents/Tillbell");
    one.format = "csv";
    one.folder = "  /media/stick  ";
    await one.write();
    expect(host.requests("export_payments")).toEqual([{ from: "2026-11-01", to: "2026-11-22", search: null, filter: null, format: "csv", folder: "/media/stick" }]);
    expect([one.stage, one.written]).toEqual(["done", WRITTEN]);
    await one.show();
    expect(host.requests("show_file")).toEqual([WRITTEN.path]);
    host.answers.show_file = () => Promise.reject(refusal("not_found"));
    await one.show();
    expect(one.showError?.code).toBe("not_found");
  });

  test("days that are none, or the wrong way round, are not asked for", async () => {
    const host = new FakeHost(answers());
    for (const [from, to] of [["2026-11-22", "2026-11-21"], ["", "2026-11-22"], ["2026-11-22", "2026-13-01"], ["yesterday", "today"]] as const) {
      const one = new Exporting(host, from, to);
      await one.write();
      expect([one.days, one.stage]).toEqual([false, "asking"]);
    }
    expect(host.requests("export_payments")).toEqual([]);
  });

  test("is followed forwards only, and stopped without being called a failure", async () => {
    let end: (error: unknown) => void = () => undefined;
    const host = new FakeHost({ ...answers(), export_payments: () => new Promise((_, failed) => (end = failed)) });
    const one = new Exporting(host, "2026-11-22", "2026-11-22");
    await one.start();
    host.say("export_progress", 900);
    expect(one.percent).toBe(0);
    const work = one.write();
    await vi.waitFor(() => expect(one.stage).toBe("writing"));
    for (const thousandths of [100, 412, 300]) host.say("export_progress", thousandths);
    expect(one.percent).toBe(41);
    await one.cancel();
    expect(host.requests("stop_export")).toHaveLength(1);
    end(refusal("stopped"));
    await work;
    expect(one.stage).toBe("stopped");
    host.answers.export_payments = () => Promise.reject(refusal("storage", "full"));
    await one.write();
    expect([one.stage, one.error?.field, one.written]).toEqual(["failed", "full", null]);
  });
});
