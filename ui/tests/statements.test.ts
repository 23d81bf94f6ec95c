// Statements beside the book: files come in, differences are looked at, settled and opened again.
import { flushSync, mount, unmount } from "svelte";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { StatementOutcome } from "../src/generated";
import { Arrivals, FILES_MAX } from "../src/history/reconcile/statements/arrivals.svelte";
import { MappingDraft } from "../src/history/reconcile/statements/mapping.svelte";
import { PayoutRows } from "../src/history/reconcile/statements/payouts.svelte";
import { Reconcile } from "../src/history/reconcile/reconcile.svelte";
import { Statements } from "../src/history/reconcile/statements/statements.svelte";
import StatementsCard from "../src/history/reconcile/statements/StatementsCard.svelte";
import { setLanguage } from "../src/lib/i18n.svelte";
import { giveFile, PIECE, Stop } from "../src/lib/pieces";
import { FakeHost, refusal, type Answers } from "./fake-host";
import { cny } from "./samples";
import * as sample from "./samples-statements";

beforeEach(() => setLanguage("en"));

const file = (name: string, size = 5) => new File([new Uint8Array(size).fill(97)], name);
const loaded = (name: string): StatementOutcome => ({ what: "loaded", statement: sample.statement({ name }) });

let given = 0;
const answers = (): Answers => ({
  take_piece: ({ file }) => file ?? `file-${String(++given)}`,
  forget_file: null,
  import_statement: ({ name }) => [loaded(name)],
  stop_import: null,
  statements: [sample.statement()],
  reconcile: (span) => sample.reconciled({ span }),
  differences: ({ what }) => {
    const differences = what ? sample.differences(what) : [];
    return { differences, total: differences.length };
  },
  settle_difference: null,
  undo_settlement: null,
  take_back_statement: null,
  mappings: [],
  remove_mapping: null,
  preview_mapping: ({ mapping }) => ({ mapping: mapping ?? sample.MAPPING, preview: sample.PREVIEW, cells: [["2026-11-22 09:12:04", "", "15.00"]] }),
  save_mapping: null,
});

describe("a file is given piece by piece", () => {
  test("all of its bytes come, in their order", async () => {
    const host = new FakeHost(answers());
    const size = 2 * PIECE + 7;
    const bytes = Uint8Array.from({ length: size }, (_, at) => (at * 31) % 251);
    const sent: number[] = [];
    const id = await giveFile(host, new Blob([bytes]), new Stop(), (count) => sent.push(count));
    const pieces = host.requests("take_piece") as { file: string | null; at: number; bytes: string }[];
    expect(pieces.map(({ at }) => at)).toEqual([0, PIECE, 2 * PIECE]);
    expect(pieces.map((one) => one.file)).toEqual([null, id, id]);
    expect(sent).toEqual([PIECE, 2 * PIECE, size]);
    const back = pieces.flatMap((one) => [...Buffer.from(one.bytes, "base64")]);
    expect(back.length).toBe(size);
    expect(Buffer.from(back).equals(Buffer.from(bytes))).toBe(true);
  });

  test("an empty file is given too, and one that was stopped is forgotten", async () => {
    const host = new FakeHost(answers());
    expect(await giveFile(host, new Blob([]), new Stop(), () => undefined)).not.toBeNull();
    expect(host.requests("take_piece")).toEqual([{ file: null, at: 0, bytes: "" }]);
    const stop = new Stop();
    const large = new Blob([new Uint8Array(3 * PIECE)]);
    expect(await giveFile(host, large, stop, () => (stop.stopped = true))).toBeNull();
    expect(host.requests("take_piece")).toHaveLength(2);
    expect(host.requests("forget_file")).toEqual([`file-${String(given)}`]);
  });

  test("of a file that cannot be read to its end nothing stays", async () => {
    const host = new FakeHost(answers());
    const unplugged = new Blob([new Uint8Array(2 * PIECE)]);
    const gone = new Error("unplugged");
    const sent = vi.fn(() => {
      throw gone;
    });
    await expect(giveFile(host, unplugged, new Stop(), sent)).rejects.toBe(gone);
    expect(host.requests("forget_file")).toEqual([`file-${String(given)}`]);
  });
});

describe("files on their way", () => {
  const arrivals = (host: FakeHost) => {
    const after = vi.fn(() => Promise.resolve());
    return { list: new Arrivals(host, after), after };
  };

  test("come one after the other; one that is refused does not keep the next", async () => {
    const host = new FakeHost({
      ...answers(),
      import_statement: ({ name }) => (name === "b.csv" ? Promise.reject(refusal("invalid", "damaged")) : [loaded(name)]),
    });
    const { list, after } = arrivals(host);
    await list.add([file("a.csv"), file("b.csv"), file("c.csv")]);
    expect(list.list.map((one) => one.stage)).toEqual(["done", "refused", "done"]);
    expect(host.requests("import_statement").map((one) => (one as { name: string }).name)).toEqual(["a.csv", "b.csv", "c.csv"]);
    expect(after).toHaveBeenCalled();
    // Nothing of them stays in the app's keeping.
    expect(host.requests("forget_file")).toHaveLength(3);
    const [, second] = list.list;
    if (second) await list.putAway(second);
    expect(list.list.map((one) => one.name)).toEqual(["a.csv", "c.csv"]);
  });

  test("a password is asked for until it opens the file, and the file is sent once", async () => {
    const host = new FakeHost({
      ...answers(),
      import_statement: ({ name, password }) =>
        password === "320106" ? [loaded(name)] : Promise.reject(refusal("invalid", password === null ? "password_needed" : "password_wrong")),
    });
    const { list } = arrivals(host);
    await list.add([file("bill.zip")]);
    const [zip] = list.list;
    if (!zip) throw new Error("no file");
    expect([zip.stage, zip.wrongPassword, zip.asks]).toEqual(["password", false, true]);
    await list.open(zip, "");
    await list.open(zip, "111111");
    expect([zip.stage, zip.wrongPassword]).toEqual(["password", true]);
    await list.open(zip, "320106");
    expect([zip.stage, zip.password, zip.id]).toEqual(["done", null, null]);
    expect(host.requests("take_piece")).toHaveLength(1);
  });

  test("a table that nobody knows waits for its mapping and is read again then", async () => {
    let known = false;
    const host = new FakeHost({ ...answers(), import_statement: ({ name }) => (known ? [loaded(name)] : [{ what: "unknown_table", name, header: ["When", "How much"] }]) });
    const { list } = arrivals(host);
    await list.add([file("bank.csv")]);
    const [bank] = list.list;
    if (!bank) throw new Error("no file");
    expect(bank.stage).toBe("mapping");
    known = true;
    await list.again(bank);
    expect(bank.stage).toBe("done");
    expect(host.requests("take_piece")).toHaveLength(1);
  });

  test("one that waits is cancelled at once, one that is read is stopped by the app", async () => {
    let end: (outcomes: StatementOutcome[]) => void = () => undefined;
    const reading = new Promise<StatementOutcome[]>((done) => (end = done));
    const host = new FakeHost({ ...answers(), import_statement: () => reading });
    const { list } = arrivals(host);
    const work = list.add([file("a.csv"), file("b.csv")]);
    const [first, second] = list.list;
    if (!first || !second) throw new Error("no files");
    await vi.waitFor(() => expect(first.stage).toBe("reading"));
    list.progress(first.id ?? "", 40);
    expect(first.percent).toBe(40);
    await list.cancel(second);
    expect(second.stage).toBe("stopped");
    await list.cancel(first);
    expect(host.requests("stop_import")).toEqual([first.id]);
    end([{ what: "stopped", name: "a.csv" }]);
    await work;
    expect(list.list.map((one) => one.stage)).toEqual(["stopped", "stopped"]);
    expect(host.requests("import_statement")).toHaveLength(1);
  });

  test("a whole folder is too many", async () => {
    const host = new FakeHost(answers());
    const { list } = arrivals(host);
    await list.add(Array.from({ length: FILES_MAX + 3 }, (_, at) => file(`${String(at)}.csv`)));
    expect([list.list.length, list.tooMany]).toEqual([FILES_MAX, true]);
    await list.add([file("one.csv")]);
    expect([list.list.length, list.tooMany]).toEqual([1, false]);
  });
});

describe("book and statements", () => {
  test("counts are those of all platforms together", async () => {
    const both = [
      sample.platform({ differences: [sample.count("only_here", { count: 3, open: 2, reported: 2, amounts: [cny(500)] })] }),
      sample.platform({ platform: "alipay", matched: 2, confirmed: 0, differences: [sample.count("only_here", { amounts: [cny(100), { minor: 5, currency: "USD" }] })] }),
    ];
    const host = new FakeHost({ ...answers(), reconcile: sample.reconciled({ platforms: both }) });
    const statements = new Statements(host);
    await statements.show(sample.SPAN);
    expect([statements.matched, statements.confirmed]).toEqual([80, 3]);
    expect(statements.counts.get("only_here")).toEqual({ what: "only_here", count: 4, open: 3, reported: 2, amounts: [cny(600), { minor: 5, currency: "USD" }] });
  });

  test("an answer for another day that comes late is not shown", async () => {
    const late: Record<string, (value: ReturnType<typeof sample.reconciled>) => void> = {};
    const host = new FakeHost({ ...answers(), reconcile: ({ from }) => new Promise((done) => (late[from] = done)) });
    const statements = new Statements(host);
    const first = statements.show({ from: "2026-11-21", to: "2026-11-21" });
    const second = statements.show(sample.SPAN);
    await vi.waitFor(() => expect(Object.keys(late)).toHaveLength(2));
    late[sample.DAY]?.(sample.reconciled());
    late["2026-11-21"]?.(sample.reconciled({ platforms: [] }));
    await Promise.all([first, second]);
    expect([statements.matched, statements.busy]).toEqual([127, false]);
  });

  test("a comparison that takes a while says how far it is, is stopped, and made again", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    let end: (error: unknown) => void = () => undefined;
    const host = new FakeHost({ ...answers(), stop_comparing: null });
    const statements = new Statements(host);
    await statements.follow();
    await statements.show(sample.SPAN);
    const before = statements.result;
    host.answers.reconcile = () => new Promise((_, failed) => (end = failed));
    const work = statements.reload();
    await vi.waitFor(() => expect(host.requests("reconcile")).toHaveLength(2));
    const at = { span: sample.SPAN, step: "numbers" as const, payments: 48_211, rows: 48_190, percent: 40 };
    host.say("compare_progress", at);
    expect(statements.comparing).toBeNull();
    vi.setSystemTime(Date.now() + 1_000);
    host.say("compare_progress", { ...at, span: { from: "2026-11-01", to: "2026-11-01" } });
    expect(statements.comparing).toBeNull();
    host.say("compare_progress", at);
    expect(statements.comparing?.percent).toBe(40);
    await statements.stopComparing();
    expect(host.requests("stop_comparing")).toHaveLength(1);
    end(refusal("stopped"));
    await work;
    expect([statements.stopped, statements.error, statements.comparing, statements.busy]).toEqual([true, null, null, false]);
    expect(statements.result).toBe(before);
    host.answers.reconcile = sample.reconciled();
    await statements.reload();
    expect(statements.stopped).toBe(false);
    vi.useRealTimers();
  });

  test("what cannot be read is said, and what was on show stays", async () => {
    const host = new FakeHost(answers());
    const statements = new Statements(host);
    await statements.show(sample.SPAN);
    host.answers.reconcile = () => Promise.reject(refusal("storage"));
    await statements.reload();
    expect([statements.error?.code, statements.matched]).toEqual(["storage", 127]);
  });

  test("a difference is settled with a reason and opened again", async () => {
    const host = new FakeHost(answers());
    const statements = new Statements(host);
    await statements.show(sample.SPAN);
    await statements.look("only_here");
    const list = statements.open;
    if (!list) throw new Error("no list");
    expect(list.rows).toHaveLength(3);
    list.begin("line 4998");
    list.reason = "   ";
    await list.settle();
    expect(host.requests("settle_difference")).toEqual([]);
    list.reason = " paid in cash ";
    await list.settle();
    expect(host.requests("settle_difference")).toEqual([{ span: sample.SPAN, subject: "line 4998", reason: "paid in cash" }]);
    expect([list.settling, list.reason]).toEqual([null, ""]);
    // Who is at the till stands with it.
    Reconcile.of(host).drafting.who = " 小王 ";
    list.begin("line 4990");
    list.reason = "test";
    await list.settle();
    expect(host.requests("settle_difference").at(-1)).toMatchObject({ subject: "line 4990", who: "小王" });
    await list.reopen("line 4985");
    expect(host.requests("undo_settlement")).toEqual([{ subject: "line 4985", who: "小王" }]);
    host.answers.settle_difference = () => Promise.reject(refusal("storage"));
    list.begin("line 4990");
    list.reason = "test";
    await list.settle();
    expect([list.settling, list.reason, list.refused?.error.code]).toEqual(["line 4990", "test", "storage"]);
    await statements.look("only_here");
    expect(statements.open).toBeNull();
  });

  test("a long list comes page by page", async () => {
    const all = Array.from({ length: 120 }, (_, at) => sample.difference({ subject: `line ${String(at)}`, line: at }));
    const host = new FakeHost({ ...answers(), differences: ({ skip, limit }) => ({ differences: all.slice(skip, skip + limit), total: all.length }) });
    const statements = new Statements(host);
    await statements.show(sample.SPAN);
    await statements.look("only_here");
    const list = statements.open;
    expect([list?.rows.length, list?.more]).toEqual([50, true]);
    await list?.loadMore();
    await list?.loadMore();
    await list?.loadMore();
    expect([list?.rows.length, list?.more]).toEqual([120, false]);
    expect(new Set(list?.rows.map((row) => row.subject)).size).toBe(120);
    // One that came on top moves the others down a page; a name that comes twice is one row.
    all.unshift(...[1, 2].map(() => sample.difference({ subject: "line x", line: 500 })));
    await statements.look("only_here");
    await statements.look("only_here");
    await statements.open?.loadMore();
    const subjects = statements.open?.rows.map((row) => row.subject) ?? [];
    expect([subjects.length, new Set(subjects).size]).toEqual([subjects.length, subjects.length]);
  });
});

describe("a table that nobody knew", () => {
  const table = { file: "0123456789abcdef", name: "工商银行 2026-11-22.csv", password: null };

  test("begins with a guess and a name; what is changed is tried, and saved as it was tried", async () => {
    vi.useFakeTimers();
    const host = new FakeHost(answers());
    const draft = new MappingDraft(host, table);
    await draft.start();
    expect(host.requests("preview_mapping")).toEqual([{ ...table, mapping: null }]);
    expect([draft.mapping?.name, draft.column("time"), draft.column("amount"), draft.sample("借方发生额")]).toEqual(["工商银行", "记账日期", null, "15.00"]);
    // One amount, or what came in and what went out: not both.
    draft.assign("amount", "贷方发生额");
    expect([draft.column("money_in"), draft.column("money_out")]).toEqual([null, null]);
    draft.assign("money_in", "贷方发生额");
    expect(draft.column("amount")).toBeNull();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(host.requests("preview_mapping")).toHaveLength(2);
    vi.useRealTimers();
    draft.change({ name: " " });
    expect(draft.ready).toBe(false);
    draft.change({ name: " 工行 " });
    expect(draft.ready).toBe(true);
    expect(await draft.save()).toBe(true);
    expect(host.requests("save_mapping")).toMatchObject([{ name: "工行", columns: { money_in: "贷方发生额", amount: null } }]);
    draft.leave();
  });

  test("is not kept where nothing can be read, or where the app refuses", async () => {
    const host = new FakeHost({ ...answers(), preview_mapping: { mapping: sample.MAPPING, preview: { ...sample.PREVIEW, missing: ["金额"], readable: 0 }, cells: [] } });
    const draft = new MappingDraft(host, table);
    await draft.start();
    expect(draft.ready).toBe(false);
    host.answers.save_mapping = () => Promise.reject(refusal("invalid", "name"));
    expect([await draft.save(), draft.saveError?.field]).toEqual([false, "name"]);
  });

  test("is forgotten when the owner says so", async () => {
    const host = new FakeHost({ ...answers(), mappings: [{ ...sample.MAPPING, name: "工商银行" }] });
    const statements = new Statements(host);
    await statements.show(sample.SPAN);
    host.answers.mappings = [];
    await statements.forgetMapping("工商银行");
    expect([host.requests("remove_mapping"), statements.mappings]).toEqual([["工商银行"], []]);
  });
});

describe("payouts", () => {
  test("are explained row by row, one page after the other", async () => {
    const all = Array.from({ length: 70 }, (_, at) => sample.payoutRow({ line: at }));
    const host = new FakeHost({ ...answers(), payout_rows: ({ skip, limit }) => ({ rows: all.slice(skip, skip + limit), total: all.length }) });
    const rows = new PayoutRows(host, sample.SPAN, sample.payout());
    await rows.loadMore();
    expect([rows.rows.length, rows.total]).toEqual([50, 70]);
    await rows.loadMore();
    expect(rows.rows.map((row) => row.line)).toEqual(all.map((row) => row.line));
    expect(host.requests("payout_rows")[0]).toEqual({ span: sample.SPAN, platform: "stripe", batch: "po_1Q2w3E4r5T6y7U8i", skip: 0, limit: 50 });
  });
});

describe("the card", () => {
  test("shows two payouts of one number, and rows of one line, without confusing them", async () => {
    const same = { payouts: [sample.payout(), sample.payout({ amount: { minor: 900, currency: "USD" } })] };
    const bad = sample.statement({ unreadable_count: 14, unreadable: [{ line: 7, text: "a", reason: "amount" }, { line: 7, text: "b", reason: "time" }, { line: 0, text: "+ 12", reason: "more" }] });
    const host = new FakeHost({ ...answers(), statements: [bad], reconcile: sample.reconciled(same), payout_rows: { rows: [sample.payoutRow(), sample.payoutRow()], total: 2 } });
    const { target, text, close } = card(host);
    await vi.waitFor(() => expect(text()).toContain("$9.00"));
    const buttons = () => [...target.querySelectorAll<HTMLElement>(".payouts .line button")];
    buttons()[1]?.click();
    await vi.waitFor(() => expect(target.querySelectorAll(".payouts ol li")).toHaveLength(2));
    expect(buttons().map((one) => one.getAttribute("aria-expanded"))).toEqual(["false", "true"]);
    expect(text()).toContain("and more rows that cannot be read + 12");
    close();
  });

  function card(host: FakeHost) {
    const target = document.createElement("div");
    document.body.append(target);
    const shown: number[] = [];
    const props = { host, from: sample.DAY, to: sample.DAY, zone: "Asia/Shanghai", onpayment: (line: number) => void shown.push(line) };
    const page = mount(StatementsCard, { target, props });
    const text = () => {
      flushSync();
      return target.textContent.replace(/\s+/g, " ");
    };
    const press = (name: string) => {
      const all = [...target.querySelectorAll<HTMLElement>("button, summary")];
      const found = all.find((one) => (one.getAttribute("aria-label") ?? one.textContent).trim() === name);
      if (!found) throw new Error(`no button ${name} in ${text()}`);
      found.click();
      flushSync();
    };
    return { target, shown, text, press, close: () => void unmount(page).then(() => target.remove()) };
  }

  test("says what matches and what does not; a row leads to its payment", async () => {
    const host = new FakeHost(answers());
    const { shown, text, press, target, close } = card(host);
    await vi.waitFor(() => expect(text()).toContain("127"));
    for (const words of ["Loaded: Alipay, WeChat Pay", "only reported by phone, not on the statement", "on the statement, but not here", "with another amount, ¥0.50 apart", "and one settled"]) {
      expect(text()).toContain(words);
    }
    press("Look: here, but not on the statement");
    await vi.waitFor(() => expect(text()).toContain("王**"));
    expect(text()).toContain("Settled: 改付了现金");
    press("Show the payment");
    expect(shown).toEqual([4998]);
    press("Say what it is");
    const field = target.querySelector<HTMLInputElement>("form input");
    if (!field) throw new Error("no field");
    expect(document.activeElement).toBe(field);
    // Escape leaves the form, and the page behind hears nothing of it.
    const heard = vi.fn();
    window.addEventListener("keydown", heard);
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    window.removeEventListener("keydown", heard);
    flushSync();
    expect([heard.mock.calls.length, target.querySelector("form")]).toEqual([0, null]);
    await vi.waitFor(() => expect((document.activeElement as HTMLElement).dataset.settle).toBe("line 4998"));
    close();
  });

  test("takes what is dropped on it anywhere, and nothing that is no file", async () => {
    const host = new FakeHost(answers());
    const { target, text, close } = card(host);
    await vi.waitFor(() => expect(text()).toContain("127"));
    const drag = (kind: string, types: string[], files: File[]) => {
      const event = new Event(kind, { bubbles: true, cancelable: true });
      Object.assign(event, { dataTransfer: { types, files, dropEffect: "none" } });
      target.querySelector(".results")?.dispatchEvent(event);
      flushSync();
      return event.defaultPrevented;
    };
    expect(drag("dragover", ["text/plain"], [])).toBe(false);
    expect(drag("dragover", ["Files"], [])).toBe(true);
    expect(target.querySelector(".over")).not.toBeNull();
    expect(drag("drop", ["Files"], [file("bill.csv"), file("more.csv")])).toBe(true);
    expect(target.querySelector(".over")).toBeNull();
    await vi.waitFor(() => expect(host.requests("import_statement")).toHaveLength(2));
    await vi.waitFor(() => expect(text()).toContain("more.csv"));
    close();
  });

  test("what is open and what is arriving is still there after a look at a payment", async () => {
    const host = new FakeHost({ ...answers(), import_statement: () => Promise.reject(refusal("invalid", "password_needed")) });
    const first = card(host);
    await vi.waitFor(() => expect(first.text()).toContain("127"));
    first.press("Look: here, but not on the statement");
    await Statements.of(host).arrivals.add([file("bill.zip")]);
    await vi.waitFor(() => expect(first.text()).toContain("王**"));
    first.close();
    const second = card(host);
    await vi.waitFor(() => expect(second.text()).toContain("王**"));
    expect(second.text()).toContain("This file has a password");
    second.close();
  });

  test("an unknown table is explained in a sheet, and the file is read then", async () => {
    HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
      this.open = true;
    };
    let known = false;
    const host = new FakeHost({
      ...answers(),
      save_mapping: () => {
        known = true;
        return null;
      },
      import_statement: ({ name }) => (known ? [loaded(name)] : [{ what: "unknown_table", name, header: ["记账日期"] }]),
    });
    const { target, text, press, close } = card(host);
    await vi.waitFor(() => expect(text()).toContain("127"));
    await Statements.of(host).arrivals.add([file("bank.csv")]);
    flushSync();
    press("Say what the columns mean");
    await vi.waitFor(() => expect(text()).toContain("214 rows can be read · One row could not be read"));
    expect(text()).toContain("Row 9, 贷方发生额: the amount cannot be read 一百二十八");
    expect(target.querySelector("dialog table")?.textContent).toContain("¥128.00");
    press("Keep it and read the file");
    await vi.waitFor(() => expect(Statements.of(host).arrivals.list[0]?.stage).toBe("done"));
    expect(text()).not.toContain("What do the columns mean?");
    expect(host.requests("take_piece")).toHaveLength(1);
    close();
  });

  test("a stranger's text stays text", async () => {
    const host = new FakeHost({ ...answers(), differences: { differences: [sample.difference({ party: "<img src=x onerror=alert(1)>" })], total: 1 } });
    const { target, text, press, close } = card(host);
    await vi.waitFor(() => expect(text()).toContain("127"));
    press("Look: here, but not on the statement");
    await vi.waitFor(() => expect(text()).toContain("<img"));
    expect(target.querySelector("img")).toBeNull();
    close();
  });

  test("says what to do where there is no statement, and what was kept where something failed", async () => {
    const host = new FakeHost({ ...answers(), statements: [], reconcile: sample.reconciled({ platforms: [sample.platform({ statements: [], matched: 0, differences: [sample.count("pending", { count: 80 })], pending_until: Date.UTC(2026, 10, 23, 2) })] }) });
    const { text, close } = card(host);
    await vi.waitFor(() => expect(text()).toContain("No statement for this day yet"));
    expect(text()).toContain("WeChat Pay: the statement can be had from Nov 23, 10:00");
    close();
    const broken = card(new FakeHost({ ...answers(), reconcile: () => Promise.reject(refusal("storage")) }));
    await vi.waitFor(() => expect(broken.text()).toContain("Nothing was changed"));
    broken.close();
  });

  test("a statement is taken back after a question", async () => {
    const bad = sample.statement({
      unreadable_count: 2,
      unreadable: [{ line: 7, text: "????", reason: "amount" }],
      checks: [{ what: "rows", stated: "80", found: "79", holds: false }],
    });
    const host = new FakeHost({ ...answers(), statements: [bad] });
    const { text, press, close } = card(host);
    await vi.waitFor(() => expect(text()).toContain("One statement loaded"));
    expect(text()).toContain("Rows: the file says 80, its rows make 79");
    expect(text()).toContain("Row 7: the amount cannot be read");
    press("Take this statement back");
    expect(host.requests("take_back_statement")).toEqual([]);
    press("Take this statement back");
    await vi.waitFor(() => expect(host.requests("take_back_statement")).toEqual([{ statement: 1 }]));
    close();
  });
});
