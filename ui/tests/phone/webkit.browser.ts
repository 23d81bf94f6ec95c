// The built phone page in a real WebKit: linked, told, refused and cut off. What only Chromium can be asked is tried there.
import { afterEach, expect, test } from "vitest";
import zh from "../../src/locales/zh-CN.json";
import { CODE, FakeHub, told } from "./fake-hub";
import { serve } from "./serve";
import { WebKit } from "./webkit";

let ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

test("linked, told, kept over a reload, refused, and cut off", async () => {
  const hub = new FakeHub();
  const { address, close } = await serve(hub);
  ends.push(close);
  const browser = await WebKit.start("zh_CN.UTF-8");
  ends.push(() => browser.stop());

  await browser.open(`${address}#${CODE}`);
  await browser.touch("中文");
  await browser.sees(zh["phone.invited"]);
  expect(await browser.run("return location.hash")).toBe("");
  await browser.touch(zh["phone.accept"]);
  await browser.sees(zh["phone.state_on"]);
  await browser.touch(zh["phone.sound_on"]);
  hub.pay(told({ number: 7, payer: "王*" }));
  await browser.sees("12.50");

  await browser.open(address);
  await browser.sees(zh["phone.state_on"]);
  await browser.sees("12.50");
  hub.refuses = "unknown";
  hub.cut();
  await browser.sees(zh["phone.unknown"]);
  hub.refuses = null;
  await browser.touch(zh["common.retry"]);
  await browser.sees(zh["phone.state_on"]);

  hub.revoke();
  await browser.sees(zh["phone.revoked"]);
  expect(await browser.run("return document.body.innerText")).not.toContain("12.50");
}, 120_000);
