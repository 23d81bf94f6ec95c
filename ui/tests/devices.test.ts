// Displays and printers in settings: what is entered is in force only once saved, and what was refused harms nothing.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DisplayTry, Settings, SystemPrinter } from "../src/generated";
import { setLanguage } from "../src/lib/i18n.svelte";
import { deviceTrouble, printTrouble, troubleDo, troubleText } from "../src/lib/trouble";
import CustomerPictures from "../src/settings/devices/CustomerPictures.svelte";
import { cellsOf, digitsOf, runsOf } from "../src/settings/devices/cells";
import { bars } from "../src/settings/devices/code128";
import { Devices } from "../src/settings/devices/devices.svelte";
import { fit, greys } from "../src/settings/devices/logo";
import { firstLines, guessSet, networkAddress, newDisplay, newId, newName, newPrinter, placeOf, serialAddress, typedCode } from "../src/settings/devices/setup";
import { SavedForm, settingsForm } from "../src/settings/settings.svelte";
import SettingsPage from "../src/settings/SettingsPage.svelte";
import { TROUBLES } from "./codes";
import { FakeHost, refusal, type Answers } from "./fake-host";
import { CHOICES, CUSTOMER, DOORS_SHUT, info, listening, settings, updates, VOICES } from "./samples";
import * as sample from "./samples-devices";

beforeEach(() => {
  setLanguage("en");
  vi.useFakeTimers();
  vi.stubGlobal("IntersectionObserver", class { observe() {} disconnect() {} });
  Element.prototype.scrollIntoView = () => undefined;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

const base = (part: Partial<Settings> = {}): Answers => ({
  app_info: info("en"),
  listening: listening(),
  settings: settings(part),
  save_settings: (value: Settings) => value,
  choices: CHOICES,
  sources: [],
  doors: DOORS_SHUT,
  voices: VOICES,
  monitors: sample.MONITORS,
  start_at_login: true,
  updates: updates(),
  ...sample.answers("devices"),
});

const saves = (host: FakeHost) => host.requests("save_settings") as Settings[];

async function started(host: FakeHost) {
  const form = settingsForm(host);
  await form.load();
  const devices = new Devices(host, form);
  return { form, devices, stop: await devices.start() };
}

/** The preview asks how wide it is, which no page has here. */
class NoObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

describe("what a display shows", () => {
  test("a Chinese letter fills two cells where the page has two bytes, and one elsewhere", () => {
    const wide = (row: string, page: Parameters<typeof cellsOf>[1]) => cellsOf(row, page).map((cell) => cell.wide);
    expect(wide("已A¥ ", "gb18030")).toEqual([true, false, true, false]);
    expect(wide("é¥", "cp858")).toEqual([false, false]);
    expect(wide("ｱア\ufffd", "shift-jis")).toEqual([false, true, false]);
  });

  test("a point shares its digit's cell", () => {
    expect(digitsOf("    12.50")).toHaveLength(8);
    expect(digitsOf("    12.50").map((digit) => digit.point)).toEqual([false, false, false, false, false, true, false, false]);
    expect(digitsOf("-8.").map((digit) => digit.segments)).toEqual(["g", "abcdefg"]);
    // What has no digit before it still lights.
    expect(digitsOf(".5")[0]).toEqual({ segments: "", point: true });
  });

  test("letters of two columns on paper stand alone", () => {
    expect(runsOf("订单A-1号", 9)).toEqual([
      { text: "订", wide: true },
      { text: "单", wide: true },
      { text: "A-1", wide: false },
      { text: "号", wide: true },
    ]);
    const wide = (text: string, columns: number) => runsOf(text, columns).map((run) => [run.text, run.wide]);
    // What a printer with Chinese letters has of other scripts is as wide; elsewhere it is not.
    expect([wide("Да", 4), wide("Да", 2)]).toEqual([[["Д", true], ["а", true]], [["Да", false]]]);
  });

  test("bars are as wide as the standard says, and end in the check sign", () => {
    const modules = (text: string) => bars(text)?.reduce((sum, width) => sum + width, 0);
    // Start, signs, check: 11 modules each; stop: 13.
    expect(modules("PJJ123C")).toBe(11 * 9 + 13);
    expect(modules("20261122")).toBe(11 * 6 + 13);
    expect(modules("A1234")).toBe(11 * 6 + 13);
    // 104 + 48 + 2·42 + 3·42 + 4·17 + 5·18 + 6·19 + 7·35 = 879, which leaves 55.
    // That is the sign of "W".
    expect(bars("PJJ123C")?.slice(-13, -7)).toEqual(bars("W")?.slice(6, 12));
    expect(bars("订单")).toBeNull();
    expect(bars("")).toBeNull();
  });

  test("a logo fits the paper, and what is clear is white", () => {
    expect(fit(100, 50)).toEqual({ width: 100, height: 50 });
    expect(fit(4000, 500)).toEqual({ width: 384, height: 48 });
    expect(fit(100, 5000)).toEqual({ width: 4, height: 192 });
    expect([...greys(new Uint8ClampedArray([0, 0, 0, 255, 0, 0, 0, 0, 255, 255, 255, 255]))]).toEqual([0, 255, 255]);
  });
});

describe("addresses by hand", () => {
  test.each([
    ["192.168.1.20", "9100", "tcp:192.168.1.20:9100"],
    [" printer.local ", " 9101 ", "tcp:printer.local:9101"],
    ["fe80::1", "9100", "tcp:[fe80::1]:9100"],
    ["", "9100", null],
    ["a b", "9100", null],
    ["host", "0", null],
    ["host", "65536", null],
    ["host", "9e3", null],
  ])("%s %s", (host, port, address) => {
    expect(networkAddress(host, port)).toBe(address);
  });

  test("a port's name survives its address", () => {
    for (const port of ["COM3", "/dev/ttyUSB0", "/dev/tty 1%?&=#'\"x"]) {
      expect(placeOf(serialAddress(port) ?? "")).toBe(port);
    }
    expect(serialAddress("  ")).toBeNull();
    expect(placeOf("serial:/dev/ttyUSB0?usb=1a86:7523&at=1-2")).toBe("/dev/ttyUSB0");
  });

  test("what the app would refuse is not saved, since nothing after it would be either", () => {
    expect(firstLines("a\r\nb\nc\nd\ne")).toBe("a\nb\nc\nd");
    expect([typedCode(" \n"), typedCode(" wxp://a\u0002b\n"), typedCode("x".repeat(1001)), typedCode("码".repeat(333))]).toEqual([null, "wxp://ab", undefined, "码".repeat(333)]);
  });

  test("ids and names are unique", () => {
    expect(newId()).toMatch(/^[0-9a-f]{24}$/);
    expect(newId()).not.toBe(newId());
    expect(newName("Display", [{ name: "Display" }, { name: "Display 2" }])).toBe("Display 3");
  });

  test("what is known of a device decides what it is set up as", () => {
    expect(guessSet(null, "zh-CN")).toBe("led8");
    expect(guessSet(null, "en")).toBe("esc-pos");
    expect(guessSet(sample.found({ model: "Wincor BA63" }), "zh-CN")).toBe("ba63");
    expect(guessSet(sample.found({ address: "hid:/dev/hidraw0", model: "Wincor BA63" }), "en")).toBe("ba63-hid");
    const made = newDisplay(sample.DISPLAY_CHOICES, { address: "serial:COM3", found: null }, "Window", "zh-CN");
    expect(made).toMatchObject({ name: "Window", address: "serial:COM3", line: null, display: { set: "led8" }, language: "zh-CN" });
  });
});

describe("setting up", () => {
  test("the preview follows what is typed, and a late one replaces nothing", async () => {
    const pending: ((rows: string[]) => void)[] = [];
    const host = new FakeHost({
      ...base(),
      preview_display: (request) => new Promise((answer) => pending.push((rows) => answer({ ...sample.preview(request), rows }))),
    });
    const { devices, stop } = await started(host);
    devices.openDisplay(sample.display(), true);
    const draft = devices.draft;
    if (draft?.kind !== "display") throw new Error("no draft");
    await vi.advanceTimersByTimeAsync(100);
    for (const text of ["H", "He", "Hello"]) {
      draft.setup.texts.idle = text;
      draft.look();
    }
    await vi.advanceTimersByTimeAsync(100);
    const tries = host.requests("preview_display") as DisplayTry[];
    expect(tries.map((one) => one.setup.texts.idle)).toEqual([null, "Hello"]);
    pending[1]?.(["Hello"]);
    await vi.advanceTimersByTimeAsync(0);
    pending[0]?.(["old"]);
    await vi.advanceTimersByTimeAsync(0);
    expect(draft.preview?.rows).toEqual(["Hello"]);
    stop();
  });

  test("nothing is in force until it is saved; cancelling forgets it", async () => {
    const host = new FakeHost(base({ displays: [sample.display()] }));
    const { devices, form, stop } = await started(host);
    const first = devices.displays[0];
    if (!first) throw new Error("no display");
    devices.openDisplay(first, false);
    if (devices.draft) devices.draft.setup.name = "Window";
    devices.close();
    expect([form.value?.displays[0]?.name, saves(host)]).toEqual(["前台顾客屏", []]);
    devices.openDisplay(first, false);
    if (devices.draft) devices.draft.setup.name = "  Window ";
    await devices.save();
    expect(saves(host)[0]?.displays.map((one) => one.name)).toEqual(["Window"]);
    expect([devices.draft, devices.saved, form.value?.displays[0]?.name]).toEqual([null, "d1", "Window"]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(devices.saved).toBeNull();
    stop();
  });

  test("what was refused keeps its form, and does not stand in the way of other settings", async () => {
    const host = new FakeHost(base());
    const { devices, form, stop } = await started(host);
    host.answers.save_settings = (value: Settings) => (value.displays.length > 0 ? Promise.reject(refusal("invalid", "displays.address")) : value);
    devices.openDisplay(sample.display(), true);
    await devices.save();
    expect(devices.draft?.saveError).toEqual({ code: "invalid", field: "displays.address" });
    form.change({ volume: 30 });
    await vi.advanceTimersByTimeAsync(500);
    expect([form.saving, form.value?.volume, form.value?.displays]).toEqual(["saved", 30, []]);
    stop();
  });

  test("a change on its way and a device saved meanwhile are both kept, in whatever order they end", async () => {
    const host = new FakeHost(base());
    const { devices, form, stop } = await started(host);
    const pending: (() => void)[] = [];
    host.answers.save_settings = (value: Settings) => new Promise((done) => pending.push(() => done(value)));
    form.change({ volume: 30 });
    await vi.advanceTimersByTimeAsync(500);
    devices.openDisplay(sample.display(), true);
    const saved = devices.save();
    form.change({ rate: 120 });
    await vi.advanceTimersByTimeAsync(500);
    while (pending.length > 0) {
      pending.shift()?.();
      await vi.advanceTimersByTimeAsync(10);
    }
    await saved;
    await vi.advanceTimersByTimeAsync(500);
    while (pending.length > 0) {
      pending.shift()?.();
      await vi.advanceTimersByTimeAsync(10);
    }
    const last = saves(host).at(-1);
    expect([last?.volume, last?.rate, last?.displays.length]).toEqual([30, 120, 1]);
    expect(form.value?.displays).toHaveLength(1);
    stop();
  });

  test("a device is removed once the question was answered", async () => {
    const host = new FakeHost(base({ displays: [sample.display(), sample.display({ id: "d2" })], printers: [sample.printer()] }));
    const { devices, stop } = await started(host);
    await devices.remove();
    expect(saves(host)).toEqual([]);
    devices.removing = "d1";
    await devices.remove();
    devices.removing = "p1";
    await devices.remove();
    expect(saves(host).map((one) => [one.displays.map((display) => display.id), one.printers.length])).toEqual([
      [["d2"], 1],
      [["d2"], 0],
    ]);
    stop();
  });

  test("what was entered is thrown away only when somebody says so", async () => {
    const host = new FakeHost(base({ displays: [sample.display(), sample.display({ id: "d2" })], printers: [sample.printer()] }));
    const { devices, stop } = await started(host);
    const [first, second] = devices.displays;
    const [printer] = devices.printers;
    if (!first || !second || !printer) throw new Error("too few");
    devices.openDisplay(first, false);
    devices.openDisplay(second, false);
    expect([devices.draft?.setup.id, devices.leaving]).toEqual(["d2", null]);
    if (devices.draft) devices.draft.setup.name = "Window";
    devices.openPrinter(printer, false);
    expect([devices.draft?.setup.name, devices.leaving?.next?.setup.id]).toEqual(["Window", "p1"]);
    devices.stay();
    devices.leave();
    expect([devices.draft?.setup.name, devices.leaving]).toEqual(["Window", { next: null }]);
    devices.openPrinter(printer, false);
    devices.goOn();
    expect([devices.draft?.setup.id, devices.leaving]).toEqual(["p1", null]);
    devices.leave();
    expect([devices.draft, saves(host)]).toEqual([null, []]);
    stop();
  });

  test("why one device was not removed is not said of the next", async () => {
    const host = new FakeHost({ ...base({ displays: [sample.display(), sample.display({ id: "d2" })] }), save_settings: () => Promise.reject(refusal("storage")) });
    const { devices, stop } = await started(host);
    devices.ask("d1");
    await devices.remove();
    expect(devices.removeError?.code).toBe("storage");
    devices.ask("d2");
    expect([devices.removing, devices.removeError]).toEqual(["d2", null]);
    stop();
  });

  test("a list of printers that did not come is not called an empty one", async () => {
    let answer: () => Promise<SystemPrinter[]> = () => Promise.reject(refusal("internal"));
    const host = new FakeHost({ ...base(), system_printers: () => answer() });
    const { devices, stop } = await started(host);
    await devices.loadSystem();
    expect([devices.system, devices.systemFailed]).toEqual([null, true]);
    answer = () => Promise.resolve([{ name: "Office", usual: true }]);
    await devices.loadSystem();
    expect([devices.system?.length, devices.systemFailed]).toEqual([1, false]);
    stop();
  });

  test("a printer of the system's begins with what is drawn, in every language", async () => {
    const host = new FakeHost(base());
    const { devices, stop } = await started(host);
    const drawn = devices.presets.find((one) => one.preset === "drawn80")?.profile;
    expect(drawn).toBeDefined();
    for (const language of ["en", "zh-CN"] as const) {
      expect(newPrinter(devices.presets, { at: "system", name: "HP", sheet: "a4" }, "HP", language)?.profile).toEqual(drawn);
    }
    stop();
  });

  test("a test says what came of it, once at a time", async () => {
    const host = new FakeHost({ ...base(), test_display: { state: "in-use", problem: { port: "COM3", remedy: null, reason: null } } });
    const { devices, stop } = await started(host);
    devices.openDisplay(sample.display(), true);
    await Promise.all([devices.draft?.test(), devices.draft?.test()]);
    expect(host.requests("test_display")).toHaveLength(1);
    expect(devices.draft?.tested?.state).toBe("in-use");
    stop();
  });

  test("what the app told meanwhile is newer than its answer", async () => {
    let answer: (() => void) | undefined;
    const host = new FakeHost(base());
    const { devices, stop } = await started(host);
    host.answers.devices = () => new Promise((done) => (answer = () => done(sample.devices())));
    const asked = devices.load();
    await vi.advanceTimersByTimeAsync(0);
    host.say("devices", sample.devices({ found: [] }));
    answer?.();
    await asked;
    expect(devices.view?.found).toEqual([]);
    stop();
  });

  test("Bluetooth is searched when somebody asks, and says when nobody answered", async () => {
    const host = new FakeHost({ ...base(), look_for_bluetooth: sample.devices({ found: [] }) });
    const { devices, stop } = await started(host);
    expect([devices.nearby, devices.free.length > 0]).toEqual([null, true]);
    await devices.lookForBluetooth();
    expect([devices.nearby, devices.looking]).toEqual([0, false]);
    stop();
  });
});

describe("what is wrong, in words", () => {
  test("every state and every code has what it is and what to do", () => {
    const states = ["in-use", "refuses", "gone", "stalled", "denied", "faulty"] as const;
    for (const state of states) {
      const trouble = deviceTrouble(state, { port: "COM3", remedy: state === "denied" ? "join-dialout" : null, reason: state === "faulty" ? "EIO" : null });
      expect(trouble, state).not.toBeNull();
      if (trouble) expect([troubleText(trouble), troubleDo(trouble)].every((text) => text.length > 5 && !text.includes("{")), state).toBe(true);
    }
    expect([deviceTrouble("ready", null), deviceTrouble("connecting", null), printTrouble(null)]).toEqual([null, null, null]);
    const other = deviceTrouble("faulty", { port: "COM3", remedy: null, reason: "EIO" });
    expect(other && troubleDo(other)).toContain("EIO");
    const [cable, network] = [printTrouble({ code: "in_use", port: "COM3" }), printTrouble({ code: "refuses", port: "192.168.1.20:9100" })];
    expect([cable && troubleText(cable), network && troubleText(network)]).toEqual(["In use by another program", "It takes no connection"]);
    expect(network && troubleDo(network)).toContain("192.168.1.20:9100");
    const paper = printTrouble({ code: "paper_out" });
    expect(paper && [troubleDo(paper), troubleDo(paper, "test"), troubleDo(paper, "nothing")]).toEqual([
      "Put in a new roll. What waits then prints by itself.",
      "Put in a new roll. Then test again.",
      "Put in a new roll.",
    ]);
    const promises = TROUBLES.flatMap((code) => (["test", "nothing"] as const).map((then) => troubleDo({ code, port: "COM3", remedy: null, reason: null }, then)));
    expect(promises.filter((text) => text.includes("by itself"))).toEqual([]);
    const group = deviceTrouble("denied", { port: "COM3", remedy: "join-dialout", reason: null });
    expect(group && troubleDo(group)).toContain("dialout");
  });
});

describe("the page", () => {
  test("a found device becomes a display with one click and a save", async () => {
    const host = new FakeHost(base());
    const page = mount(SettingsPage, { target: document.body, props: { host } });
    await vi.advanceTimersByTimeAsync(100);
    flushSync();
    const press = async (text: string) => {
      const buttons = [...document.querySelectorAll<HTMLButtonElement>("#devices button")];
      buttons.find((button) => button.textContent.trim() === text && !button.disabled)?.click();
      await vi.advanceTimersByTimeAsync(100);
      flushSync();
    };
    const section = () => document.querySelector("#devices")?.textContent ?? "";
    expect(section()).toContain("HP LD220");
    expect(section()).toContain("Its USB number is that of this model.");
    await press("Use as display");
    expect(document.querySelector<HTMLInputElement>("#devices form input.input")?.value).toBe("HP LD220");
    expect(document.querySelector("#devices [role=img]")?.getAttribute("aria-label")).toContain("Received");
    await press("Show a sample on it");
    expect(section()).toContain("Does the display show the picture above?");
    await press("Add it");
    expect(saves(host).at(-1)?.displays).toMatchObject([{ name: "HP LD220", display: { set: "esc-pos", page: "cp437" }, language: "en" }]);
    expect(section()).toContain("Saved");
    await unmount(page);
  });

  /** The page with one printer, whose form is open. */
  async function printerForm(part: Answers = {}) {
    const printer = sample.printer({ by_itself: { payments: "confirmed", refunds: false, from: null } });
    const host = new FakeHost({ ...base({ printers: [printer] }), ...part });
    const page = mount(SettingsPage, { target: document.body, props: { host } });
    const settle = async () => {
      await vi.advanceTimersByTimeAsync(100);
      flushSync();
    };
    const press = async (text: string) => {
      const buttons = [...document.querySelectorAll<HTMLButtonElement>("#devices button")];
      const found = buttons.find((button) => button.textContent.trim() === text && !button.disabled);
      if (!found) throw new Error(`no button ${text}`);
      found.click();
      await settle();
    };
    await settle();
    await press("Change");
    return { host, press, settle, section: () => document.querySelector("#devices")?.textContent ?? "", close: () => unmount(page) };
  }

  test("with a field that is marked nothing is saved or tried", async () => {
    const { host, press, settle, section, close } = await printerForm();
    const field = () => document.querySelector<HTMLInputElement>("#devices form input[inputmode=decimal]");
    const type = async (text: string) => {
      const input = field();
      if (!input) throw new Error("no field");
      input.value = text;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      await settle();
    };
    await type("12.505");
    await press("Save");
    await press("Print a test receipt");
    expect(section()).toContain("First put right what is marked above.");
    expect([saves(host), host.requests("test_receipt")]).toEqual([[], []]);
    await type("12.50");
    expect(section()).not.toContain("First put right");
    await press("Save");
    expect(saves(host).at(-1)?.printers[0]?.by_itself.from?.minor).toBe(1250);
    await close();
  });

  test("a logo that was removed can be put back, and a refusal is said", async () => {
    const logo = { width: 2, height: 1, shades: "AP8=" };
    const { host, press, section, close } = await printerForm({ settings: settings({ printers: [sample.printer()], logo }) });
    host.answers.save_settings = () => Promise.reject(refusal("storage"));
    await press("Remove the logo");
    expect(section()).toContain("The disk could not be read or written");
    host.answers.save_settings = (value: Settings) => value;
    await press("Remove the logo");
    expect([saves(host).at(-1)?.logo, section().includes("The logo was removed from all printers.")]).toEqual([null, true]);
    await press("Put it back");
    expect(saves(host).at(-1)?.logo).toEqual(logo);
    await close();
  });

  test("a screen that is plugged in meanwhile is offered, and suggested for customers", async () => {
    const [own] = sample.MONITORS;
    if (!own) throw new Error("no monitor");
    const host = new FakeHost({ ...base(), monitors: [{ ...own, primary: true }] });
    const page = mount(SettingsPage, { target: document.body, props: { host } });
    await vi.advanceTimersByTimeAsync(100);
    flushSync();
    const section = () => document.querySelector("#devices")?.textContent ?? "";
    expect(section()).not.toContain("A second screen");
    host.answers.monitors = [{ ...own, primary: true }, { ...own, name: "HDMI-9", primary: false }];
    host.say("customer_window", { state: "off", monitor: null });
    await vi.advanceTimersByTimeAsync(100);
    flushSync();
    expect(section()).toContain("A second screen is connected: HDMI-9");
    host.answers.monitors = [{ ...own, primary: true }];
    window.dispatchEvent(new Event("focus"));
    await vi.advanceTimersByTimeAsync(100);
    flushSync();
    expect(section()).not.toContain("A second screen");
    await unmount(page);
  });

  test("a picture of the payment code is read and kept", async () => {
    vi.useRealTimers();
    const host = new FakeHost(base());
    const page = mount(SettingsPage, { target: document.body, props: { host } });
    await vi.waitFor(() => expect(document.querySelector("#devices input[type=file]")).not.toBeNull());
    const drop = document.querySelector("#devices .drop");
    const event = new Event("drop", { cancelable: true });
    Object.assign(event, { dataTransfer: { files: [new File([new Uint8Array([1, 2, 3])], "code.png", { type: "image/png" })] } });
    drop?.dispatchEvent(event);
    await vi.waitFor(() => expect(saves(host).at(-1)?.customer.code).toBe("wxp://f2f0Lx8vQ0example"));
    expect(host.requests("read_payment_code")).toEqual(["data:image/png;base64,AQID"]);
    await unmount(page);
  });

  test("pictures for customers are added one by one, put in order and removed, and one that is refused is said", async () => {
    vi.useRealTimers();
    vi.stubGlobal("ResizeObserver", NoObserver);
    let added = 0;
    const host = new FakeHost({
      ...base(),
      settings: settings({ customer: { ...CUSTOMER, on: true } }),
      add_customer_picture: () => {
        added += 1;
        return added === 2 ? Promise.reject(refusal("invalid", "picture")) : `000000000000000${String(added)}`;
      },
    });
    const page = mount(SettingsPage, { target: document.body, props: { host } });
    await vi.waitFor(() => expect(document.querySelector("#devices input[multiple]")).not.toBeNull());
    const field = document.querySelector<HTMLInputElement>("#devices input[multiple]");
    const file = (name: string) => new File([new Uint8Array([1])], name, { type: "image/png" });
    Object.defineProperty(field, "files", { value: [file("a"), file("b"), file("c")], configurable: true });
    field?.dispatchEvent(new Event("change", { bubbles: true }));
    const kept = () => saves(host).at(-1)?.customer.pictures;
    await vi.waitFor(() => expect(kept()).toEqual(["0000000000000001", "0000000000000003"]));
    expect(document.querySelector("#devices")?.textContent).toContain("One picture cannot be read.");
    await vi.waitFor(() => expect(document.querySelectorAll("#devices .frame img")).toHaveLength(2));
    const press = (name: string) => {
      document.querySelector<HTMLButtonElement>(`#devices [aria-label="${name}"]`)?.click();
      flushSync();
    };
    press("Show picture 1 later");
    await vi.waitFor(() => expect(kept()).toEqual(["0000000000000003", "0000000000000001"]));
    // At the end only the other button is left for the keyboard.
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Show picture 2 earlier");
    press("Remove picture 2");
    await vi.waitFor(() => expect(kept()).toEqual(["0000000000000003"]));
    expect(document.querySelector("#devices")?.textContent).not.toContain("Each picture stays for");
    await unmount(page);
  });

  test("a picture that could not be had is asked for again when it is drawn again", async () => {
    vi.useRealTimers();
    let tries = 0;
    const host = new FakeHost({ customer_picture: () => ((tries += 1) === 1 ? Promise.reject(refusal("not_found")) : "data:image/png;base64,AQID") });
    const having = (pictures: string[]) => settings({ customer: { ...CUSTOMER, pictures } });
    const form = new SavedForm<Settings>(() => Promise.resolve(having(["0000000000000001"])), (value) => Promise.resolve(value));
    await form.load();
    const props = {
      host,
      form,
      get value() {
        return form.value ?? having([]);
      },
    };
    const page = mount(CustomerPictures, { target: document.body, props });
    await vi.waitFor(() => expect(document.querySelector(".frame span")).not.toBeNull());
    form.value = having([]);
    flushSync();
    form.value = having(["0000000000000001"]);
    await vi.waitFor(() => expect(document.querySelector(".frame img")).not.toBeNull());
    await unmount(page);
  });

  test("the customers' window is tried out where it is shown, and only there", async () => {
    vi.stubGlobal("ResizeObserver", NoObserver);
    const shown = { state: "shown", monitor: "HDMI-1" } as const;
    const on = settings({ customer: { ...CUSTOMER, on: true } });
    const host = new FakeHost({ ...base(), settings: on, customer_window: { state: "one_monitor", monitor: null } });
    const page = mount(SettingsPage, { target: document.body, props: { host } });
    await vi.advanceTimersByTimeAsync(100);
    flushSync();
    const button = () => [...document.querySelectorAll<HTMLButtonElement>("#devices button")].find((one) => one.textContent.trim() === "Try it out");
    expect(button()).toBeUndefined();
    host.say("customer_window", shown);
    flushSync();
    button()?.click();
    await vi.advanceTimersByTimeAsync(100);
    flushSync();
    expect([host.requests("test_customer_window").length, button()?.disabled]).toEqual([1, true]);
    await vi.advanceTimersByTimeAsync(21_000);
    flushSync();
    expect(button()?.disabled).toBe(false);
    await unmount(page);
  });
});
