// The settings page's section on updates: what it offers in each state, and that strangers' notes stay text.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { UpdatesView } from "../src/generated";
import { setLanguage } from "../src/lib/i18n.svelte";
import { settingsForm } from "../src/settings/settings.svelte";
import UpdatesSection from "../src/settings/UpdatesSection.svelte";
import { FakeHost, refusal } from "./fake-host";
import { offer, settings, updates } from "./samples";

let page: Record<string, unknown> | undefined;
let host: FakeHost;

beforeEach(() => setLanguage("en"));
afterEach(async () => {
  if (page) await unmount(page);
  page = undefined;
  document.body.replaceChildren();
});

/** The section, once it has its answer. */
async function shown(view: Partial<UpdatesView>): Promise<string> {
  host = new FakeHost({ updates: updates(view), update: updates(view), save_settings: (value) => value });
  page = mount(UpdatesSection, { target: document.body, props: { host, form: settingsForm(host), value: settings() } });
  await settle();
  return document.body.textContent ?? "";
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  flushSync();
}

function button(name: string): HTMLButtonElement | undefined {
  return [...document.querySelectorAll("button")].find((one) => one.textContent?.trim() === name);
}

describe("updates", () => {
  test("a build that was given no place to look says so, and offers nothing", async () => {
    const text = await shown({ support: "not_configured", checked_at: null });
    expect(text).toContain("does not update itself");
    expect(document.querySelectorAll("button, input").length).toBe(0);
  });

  test("the newest version says when it looked, and can look again", async () => {
    expect(await shown({})).toContain("This is the newest. Looked 2 h ago");
    button("Look now")?.click();
    await settle();
    expect(host.requests("update")).toEqual(["check"]);
  });

  test("notes are text, whatever stands in them", async () => {
    await shown({ offer: offer({ notes: '<img src=x onerror="alert(1)"><b>big</b>\nnext' }) });
    expect(document.querySelector("img, b")).toBeNull();
    expect(document.querySelector(".notes")?.textContent).toContain("<b>big</b>");
  });

  test("each wish goes to the app", async () => {
    await shown({ offer: offer() });
    for (const name of ["Install when it is quiet", "Install now", "Skip this version"]) {
      button(name)?.click();
      await settle();
    }
    expect(host.requests("update")).toEqual(["when_quiet", "now", "skip"]);
  });

  test("what holds it back is said, with its time, and the wish can be taken back", async () => {
    const text = await shown({ offer: offer({ wanted: true, here: true }), waits_for: "open", waits_until: "21:30" });
    expect(text).toContain("it waits until after 21:30");
    expect(button("Install when it is quiet")).toBeUndefined();
    button("Not now")?.click();
    await settle();
    expect(host.requests("update")).toEqual(["later"]);
  });

  test("where it cannot replace itself it says how to update, and has no button for it", async () => {
    for (const [support, words] of [
      ["package", "as a package of this system"],
      ["read_only", "may not write"],
      ["not_installed", "was not installed"],
    ] as const) {
      expect(await shown({ support, offer: offer() })).toContain(words);
      expect(button("Install now")).toBeUndefined();
      if (page) await unmount(page);
      page = undefined;
      document.body.replaceChildren();
    }
  });

  test("an error says what was kept and what to do", async () => {
    const text = await shown({ offer: offer(), error: "not_genuine" });
    expect(text).toContain("thrown away");
    expect(text).toContain("this version goes on working");
  });

  test("the download's progress follows what the app says", async () => {
    await shown({ offer: offer({ wanted: true }), busy: { doing: "downloading", percent: 7 } });
    host.say("updates", updates({ offer: offer({ wanted: true }), busy: { doing: "downloading", percent: 42 } }));
    flushSync();
    expect(document.querySelector("progress")?.value).toBe(42);
    expect(document.body.textContent).toContain("42%");
  });

  test("a wish that is refused is told, and the rest stays", async () => {
    await shown({ offer: offer() });
    host.answers = { ...host.answers, update: () => Promise.reject(refusal("storage")) };
    button("Install now")?.click();
    await settle();
    expect(document.querySelector('[role="alert"]')?.textContent).toContain("disk");
    expect(button("Install now")).toBeDefined();
  });
});
