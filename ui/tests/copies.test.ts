// Copies of the book in settings: one now, one sealed, and one in the book's place.
import { flushSync, mount, unmount } from "svelte";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Settings } from "../src/generated";
import { setLanguage } from "../src/lib/i18n.svelte";
import { sizeText } from "../src/lib/size";
import ClosingSection from "../src/settings/closing/ClosingSection.svelte";
import { Copies } from "../src/settings/closing/copies.svelte";
import { settingsForm } from "../src/settings/settings.svelte";
import { FakeHost, refusal, type Answers } from "./fake-host";
import { settings } from "./samples";
import * as sample from "./samples-statements";

beforeEach(() => setLanguage("en"));

const answers = (): Answers => ({
  settings: settings(),
  save_settings: (value) => value,
  backups: sample.backups(),
  backup_now: sample.copy({ name: "tillbell-2026-11-22-213000.sqlite", daily: false }),
  stop_backup: null,
  read_backup: sample.CONTENTS,
  restore_backup: sample.CONTENTS,
  take_piece: "0123456789abcdef",
  forget_file: null,
  withdraw_restore: null,
});

describe("copies", () => {
  test("a copy is made, followed, and stopped without being called a failure", async () => {
    let end: (error: unknown) => void = () => undefined;
    const host = new FakeHost({ ...answers(), backup_now: () => new Promise((_, failed) => (end = failed)) });
    const copies = new Copies(host);
    await copies.start();
    const work = copies.copy(null);
    await vi.waitFor(() => expect(copies.doing).toBe("copying"));
    host.say("backup_progress", { done: 3, of: 4 });
    expect(copies.percent).toBe(75);
    await copies.copy(null);
    expect(host.requests("backup_now")).toEqual([{ passphrase: null }]);
    await copies.cancel();
    expect(host.requests("stop_backup")).toHaveLength(1);
    end(refusal("stopped"));
    await work;
    expect([copies.doing, copies.madeError, copies.made]).toEqual([null, null, null]);
    host.answers.backup_now = () => Promise.reject(refusal("invalid", "full"));
    await copies.copy("correct horse");
    expect(copies.madeError?.field).toBe("full");
  });

  test("nothing takes the book's place before it was read and somebody said so", async () => {
    const host = new FakeHost(answers());
    const copies = new Copies(host);
    await copies.start();
    await copies.restore();
    await copies.want(sample.copy());
    expect([copies.contents?.payments, host.requests("restore_backup")]).toEqual([48_211, []]);
    // What the copy lacks is reckoned from the book as it is now: the list may be of hours ago.
    expect(host.requests("backups")).toHaveLength(2);
    await copies.restore();
    expect(host.requests("restore_backup")).toEqual([{ path: sample.copy().path, file: null, passphrase: null }]);
    expect([copies.wanted, copies.contents]).toEqual([null, null]);
  });

  test("what waits to become the book is known to every page, put away, or taken at once", async () => {
    const host = new FakeHost({ ...answers(), backups: sample.backups({ waiting: sample.CONTENTS }), withdraw_restore: null, restart: null });
    const copies = new Copies(host);
    await copies.start();
    expect(copies.waiting?.payments).toBe(48_211);
    host.answers.withdraw_restore = () => Promise.reject(refusal("storage"));
    await copies.withdraw();
    expect([copies.restoreError?.code, copies.withdrawn, copies.waiting !== null]).toEqual(["storage", false, true]);
    host.answers.withdraw_restore = null;
    host.answers.backups = sample.backups();
    await copies.withdraw();
    expect([copies.restoreError, copies.withdrawn, copies.waiting, copies.doing]).toEqual([null, true, null, null]);
    await copies.restart();
    // The window goes with the program: until then nothing else is begun.
    expect([copies.doing, host.requests("restart")]).toEqual(["restarting", [undefined]]);
    await copies.withdraw();
    expect(host.requests("withdraw_restore")).toHaveLength(2);
  });

  test("a sealed one is read with its passphrase only; a wrong one can be tried again", async () => {
    const host = new FakeHost({ ...answers(), read_backup: ({ passphrase }) => (passphrase === "correct horse" ? sample.CONTENTS : Promise.reject(refusal("invalid", "passphrase_wrong"))) });
    const copies = new Copies(host);
    await copies.start();
    await copies.want(sample.copy({ sealed: true }));
    expect([copies.contents, host.requests("read_backup")]).toEqual([null, []]);
    copies.passphrase = "wrong";
    await copies.read();
    expect([copies.contents, copies.restoreError?.field]).toEqual([null, "passphrase_wrong"]);
    copies.passphrase = "correct horse";
    await copies.read();
    expect(copies.contents?.closings).toBe(401);
    await copies.leave();
    expect([copies.wanted, copies.passphrase, copies.contents]).toEqual([null, "", null]);
  });

  test("a chosen file goes to the app, and is forgotten where it is not wanted after all", async () => {
    const host = new FakeHost(answers());
    const copies = new Copies(host);
    await copies.start();
    await copies.give(new File(["SQLite"], "old.sqlite"));
    expect(host.requests("read_backup")).toEqual([{ path: null, file: "0123456789abcdef", passphrase: null }]);
    await copies.leave();
    expect(host.requests("forget_file")).toEqual(["0123456789abcdef"]);
    host.answers.take_piece = () => Promise.reject(refusal("storage"));
    await copies.give(new File(["SQLite"], "old.sqlite"));
    expect([copies.restoreError?.code, copies.doing, copies.contents]).toEqual(["storage", null, null]);
  });
});

describe("the section", () => {
  async function section(host: FakeHost) {
    const form = settingsForm(host);
    await form.load();
    const target = document.createElement("div");
    document.body.append(target);
    const page = mount(ClosingSection, { target, props: { host, form, value: form.value as Settings, zone: "Asia/Shanghai" } });
    const text = () => {
      flushSync();
      return target.textContent.replace(/\s+/g, " ");
    };
    await vi.waitFor(() => expect(text()).toContain("8 copies"));
    const press = (name: string) => {
      const found = [...target.querySelectorAll<HTMLElement>("button")].find((one) => (one.getAttribute("aria-label") ?? one.textContent).trim() === name);
      if (!found) throw new Error(`no button ${name} in ${text()}`);
      found.click();
      flushSync();
    };
    return { form, target, text, press, close: () => void unmount(page).then(() => target.remove()) };
  }

  test("says what a copy holds and what will happen before it happens", async () => {
    const host = new FakeHost({ ...answers(), read_backup: sample.COMPARED });
    const { text, press, close } = await section(host);
    press("Restore the copy of Nov 22, 2026, 14:03");
    await vi.waitFor(() => expect(text()).toContain("48,211"));
    const lost = "not coming back: 3 corrections of payments, one entry of cash, 2 counts of the drawer, 4 entries about statements and differences.";
    for (const words of ["Nov 21, 2026", "has 47 payments more", "Closings no. 402 to 403 are not in it", lost, "The book in use is kept beside it"]) expect(text()).toContain(words);
    expect(text()).not.toContain("look at the number on");
    press("Leave everything as it is");
    // Where the two could not be compared it is said without numbers.
    host.answers.read_backup = sample.CONTENTS;
    press("Restore the copy of Nov 22, 2026, 14:03");
    await vi.waitFor(() => expect(text()).toContain("settled differences that were entered since"));
    expect(text()).toContain("look at the number on your last closing’s paper");
    expect(host.requests("restore_backup")).toEqual([]);
    press("Leave everything as it is");
    expect(text()).not.toContain("48,211");
    press("Restore the copy of Nov 22, 2026, 14:03");
    await vi.waitFor(() => expect(text()).toContain("48,211"));
    host.answers.backups = sample.backups({ waiting: sample.CONTENTS });
    press("Put it in the book’s place");
    await vi.waitFor(() => expect(text()).toContain("A copy waits to become the book. Last day in it: Sat, Nov 21, 2026; payments: 48,211."));
    host.answers.backups = sample.backups();
    press("Do not use it after all");
    await vi.waitFor(() => expect(text()).toContain("The book stays as it is"));
    expect(text()).not.toContain("A copy waits");
    close();
  });

  test("a folder is typed, or chosen in the system's dialog, which begins where copies lie", async () => {
    const host = new FakeHost(answers());
    const { form, target, text, press, close } = await section(host);
    const field = target.querySelector<HTMLInputElement>(".folder input");
    host.answers.choose_folder = null;
    press("Choose …");
    const free = () => {
      flushSync();
      expect(target.querySelector<HTMLButtonElement>(".folder button")?.disabled).toBe(false);
    };
    await vi.waitFor(free);
    expect(host.requests("choose_folder")).toEqual(["/home/shop/copies"]);
    expect(form.value?.backups.folder ?? null).toBeNull();
    host.answers.choose_folder = "/media/stick";
    press("Choose …");
    await vi.waitFor(() => expect(form.value?.backups.folder).toBe("/media/stick"));
    await vi.waitFor(free);
    host.answers.choose_folder = () => Promise.reject(refusal("internal"));
    press("Choose …");
    await vi.waitFor(() => expect(text()).toContain("Something did not work"));
    if (field) field.value = "";
    field?.dispatchEvent(new Event("change", { bubbles: true }));
    expect(form.value?.backups.folder).toBeNull();
    close();
  });

  test("a sealed copy whose name does not say so is asked for its passphrase, and one as new as the book lacks nothing", async () => {
    const host = new FakeHost(answers());
    const { target, text, press, close } = await section(host);
    host.answers.read_backup = () => Promise.reject(refusal("invalid", "passphrase_needed"));
    press("Restore the copy of Nov 22, 2026, 14:03");
    await vi.waitFor(() => expect(text()).toContain("Read it"));
    expect(target.querySelectorAll("section input[type=password]").length).toBeGreaterThan(0);
    press("Leave everything as it is");
    host.answers.read_backup = sample.backups().now ?? sample.CONTENTS;
    press("Restore the copy of Nov 22, 2026, 14:03");
    await vi.waitFor(() => expect(text()).toContain("The book in use is kept beside it"));
    for (const words of ["are not in it", "settled differences"]) expect(text()).not.toContain(words);
    close();
  });

  test("a passphrase is asked for twice and never sent where the two differ", async () => {
    const host = new FakeHost(answers());
    const { target, text, press, close } = await section(host);
    target.querySelector<HTMLInputElement>(".seal input")?.click();
    flushSync();
    const fields = [...target.querySelectorAll<HTMLInputElement>("input[type=password]")];
    expect(fields).toHaveLength(2);
    const type = (at: number, typed: string) => {
      const field = fields[at];
      if (!field) throw new Error("no field");
      field.value = typed;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      flushSync();
    };
    type(0, "short");
    press("Copy now");
    expect(text()).toContain("At least 8 characters");
    type(0, "correct horse");
    type(1, "correct house");
    press("Copy now");
    expect(text()).toContain("The two are not the same");
    expect(host.requests("backup_now")).toEqual([]);
    type(1, "correct horse");
    press("Copy now");
    await vi.waitFor(() => expect(host.requests("backup_now")).toEqual([{ passphrase: "correct horse" }]));
    await vi.waitFor(() => expect(text()).toContain("Copied and checked"));
    expect(target.querySelector("input[type=password]")).toBeNull();
    close();
  });

  test("reminder, blind count and daily copies are settings like all others", async () => {
    const host = new FakeHost(answers());
    const { form, target, close } = await section(host);
    const toggle = (label: string) => {
      const found = [...target.querySelectorAll("label")].find((one) => one.textContent.trim() === label);
      found?.click();
      flushSync();
    };
    const before = { remind: form.value?.closing.remind_at, blind: form.value?.closing.blind, daily: form.value?.backups.daily };
    toggle("Remind me to close the day");
    toggle("Count first, then show what should be there");
    toggle("Make a copy every day");
    expect(form.value?.closing.blind).toBe(!before.blind);
    expect(form.value?.closing.remind_at === null).toBe(before.remind !== null);
    expect(form.value?.backups.daily).toBe(!before.daily);
    await form.flush();
    expect(host.requests("save_settings")).toHaveLength(1);
    close();
  });
});

test("sizes are said in the unit that fits", () => {
  expect([0, 900, 1_000, 999_000, 12_400_000, 480_000_000, 3_200_000_000].map(sizeText)).toEqual(["0 kB", "1 kB", "1 kB", "999 kB", "12.4 MB", "480 MB", "3.2 GB"]);
});
