// The customers' window: the newest view wins, words are the app's, a stranger's name is text, and nothing is asked
// but what there is to show.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, describe, expect, test, vi } from "vitest";
import { clockText, Customer } from "../src/customer/customer.svelte";
import CustomerPage from "../src/customer/CustomerPage.svelte";
import type { CustomerFace, CustomerView } from "../src/generated";
import { FakeHost, refusal, type Answers } from "./fake-host";
import { CODE } from "./samples";

function view(face: CustomerFace, more: Partial<CustomerView> = {}): CustomerView {
  return { revision: 1, occasion: 1, language: "zh-CN", theme: "dark", shop: "小满便利店", trial: null, face, ...more };
}

/** Everything that was on its way has come. */
async function settled(): Promise<void> {
  flushSync();
  await new Promise((done) => setTimeout(done, 0));
  flushSync();
}

const IDLE: CustomerFace = { face: "idle", lines: ["欢迎光临"], clock: null, picture: null };
const received = (more: Partial<Extract<CustomerFace, { face: "received" }>> = {}): CustomerFace => ({
  face: "received",
  label: "已收款",
  amount_text: "¥12.50",
  confirmed: true,
  thanks: "谢谢惠顾",
  payer: null,
  ...more,
});

describe("what is on show", () => {
  test("listens first, then asks, and an older view is thrown away whichever way it comes", async () => {
    const host: FakeHost = new FakeHost({
      customer_view: () => {
        host.say("customer", view(received(), { revision: 8 }));
        return view(IDLE, { revision: 7 });
      },
    });
    const customer = new Customer(host);
    await customer.start();
    expect(host.log).toEqual(["listen customer", "call customer_view"]);
    expect(customer.view?.face.face).toBe("received");
    host.say("customer", view(IDLE, { revision: 8 }));
    expect(customer.view?.face.face).toBe("received");
    host.say("customer", view(IDLE, { revision: 9 }));
    expect(customer.view?.face.face).toBe("idle");
    expect(document.documentElement.lang).toBe("zh-CN");
    expect(document.documentElement.dataset.theme).toBe("dark");
  });

  test("asks again where there was no answer, since nobody can press anything", async () => {
    vi.useFakeTimers();
    let asked = 0;
    const host = new FakeHost({
      customer_view: () => {
        asked += 1;
        return asked < 3 ? Promise.reject(refusal("internal")) : view(IDLE);
      },
    });
    const customer = new Customer(host);
    const started = customer.start();
    await vi.advanceTimersByTimeAsync(5000);
    await started;
    vi.useRealTimers();
    expect(asked).toBe(3);
    expect(customer.view).not.toBeNull();
  });

  test("the clock is the shop's, and none is better than a wrong one", () => {
    const at = Date.UTC(2026, 10, 22, 16, 5);
    expect(clockText(at, "Asia/Shanghai", "zh-CN")).toBe("00:05");
    expect(clockText(at, "Asia/Shanghai", "en")).toBe("00:05");
    expect(clockText(at, "Mars/Olympus", "en")).toBe("");
  });
});

describe("the page", () => {
  let page: Record<string, unknown> | undefined;

  afterEach(async () => {
    if (page) await unmount(page);
    page = undefined;
    document.body.replaceChildren();
  });

  async function show(first: CustomerView, more: Answers = {}): Promise<FakeHost> {
    const host = new FakeHost({ customer_view: first, ...more });
    page = mount(CustomerPage, { target: document.body, props: { host } });
    await vi.waitFor(() => expect(document.querySelector("header")?.textContent).toBe(first.shop));
    flushSync();
    return host;
  }

  const text = () => (document.body.textContent ?? "").replace(/\s+/g, " ");

  test("each face has its words, and its shape", async () => {
    const host = await show(view(IDLE));
    expect(text()).toContain("欢迎光临");
    const faces: [CustomerFace, string[]][] = [
      [{ face: "to_pay", label: "应付", amount_text: "¥1,000,000,000.00", code: CODE, payee: "小满" }, ["应付", "1,000,000,000.00", "小满"]],
      [received(), ["已收款", "12.50", "谢谢惠顾"]],
      [received({ label: "通知到账", confirmed: false, thanks: null }), ["通知到账", "12.50"]],
      [{ face: "refund", label: "退款", amount_text: "−¥12.50" }, ["退款", "−¥12.50"]],
      [{ face: "change", label: "找零", amount_text: "¥7.50" }, ["找零", "7.50"]],
      [{ face: "order", lines: [["面包 ×2", "¥8.00"]], label: "合计", amount_text: "¥8.00", code: CODE, payee: "老街" }, ["面包 ×2", "合计", "老街"]],
    ];
    const shapes = new Set<string>();
    faces.forEach(([face, words], at) => {
      host.say("customer", view(face, { revision: at + 2, occasion: at + 2 }));
      flushSync();
      for (const word of words) expect(text()).toContain(word);
      const shape = document.querySelector(".told path")?.getAttribute("d");
      if (shape) shapes.add(shape);
    });
    expect(shapes.size).toBe(4);
    expect(host.asked.map((one) => one.name)).toEqual(["customer_view"]);
    expect(document.querySelectorAll("button, a, input")).toHaveLength(0);
  });

  test("a payer's name is text, and there is none where it is not allowed", async () => {
    const host = await show(view(received({ payer: "<b onclick=x>李\u202e四</b>" })));
    expect(document.querySelector("b")).toBeNull();
    expect(document.querySelector(".thanks bdi")?.textContent).toContain("<b onclick=x>");
    host.say("customer", view(received(), { revision: 2 }));
    flushSync();
    expect(document.querySelector(".thanks bdi")).toBeNull();
  });

  test("the owner's picture comes over the words once it can be drawn, and the next one over it", async () => {
    const host = await show(view({ ...IDLE, picture: "a" } as CustomerFace), { customer_picture: ({ id }) => (id === "gone" ? Promise.reject(refusal("not_found")) : `data:image/png;base64,${id}`) });
    await vi.waitFor(() => expect(document.querySelectorAll(".pictured img")).toHaveLength(1));
    expect(document.querySelector(".words")).toBeNull();
    expect(document.querySelector("footer")?.textContent).toContain("欢迎光临");
    host.say("customer", view({ ...IDLE, picture: "b" } as CustomerFace, { revision: 2 }));
    await vi.waitFor(() => expect(document.querySelectorAll(".pictured img")).toHaveLength(2));
    const above = document.querySelector("img.comes");
    expect(above?.getAttribute("src")).toBe("data:image/png;base64,b");
    above?.dispatchEvent(new Event("animationend"));
    flushSync();
    expect([...document.querySelectorAll("img")].map((one) => one.getAttribute("src"))).toEqual(["data:image/png;base64,b"]);
    // One whose file is gone leaves what stood there; after a payment the words are there again.
    host.say("customer", view({ ...IDLE, picture: "gone" } as CustomerFace, { revision: 3 }));
    await vi.waitFor(() => expect(host.requests("customer_picture")).toHaveLength(3));
    expect(document.querySelectorAll("img")).toHaveLength(1);
    host.say("customer", view(received(), { revision: 4, occasion: 2 }));
    host.say("customer", view({ ...IDLE, picture: "gone" } as CustomerFace, { revision: 5, occasion: 3 }));
    await vi.waitFor(() => expect(document.querySelector(".words")?.textContent).toContain("欢迎光临"));
    expect(host.requests("customer_picture").at(-1)).toEqual({ id: "gone", small: false });
  });

  test("a picture that comes back before another one could be drawn is not laid upon itself", async () => {
    const host = await show(view({ ...IDLE, picture: "a" } as CustomerFace), { customer_picture: ({ id }) => (id === "gone" ? Promise.reject(refusal("not_found")) : `data:image/png;base64,${id}`) });
    const shown = () => [...document.querySelectorAll(".pictured img")].map((one) => one.getAttribute("src")?.split(",")[1]);
    await vi.waitFor(() => expect(shown()).toEqual(["a"]));
    // Its neighbour's file is gone.
    host.say("customer", view({ ...IDLE, picture: "gone" } as CustomerFace, { revision: 2 }));
    await vi.waitFor(() => expect(host.requests("customer_picture")).toHaveLength(2));
    host.say("customer", view({ ...IDLE, picture: "a" } as CustomerFace, { revision: 3 }));
    await settled();
    expect(shown()).toEqual(["a"]);
    // Its neighbour was still on its way.
    host.say("customer", view({ ...IDLE, picture: "b" } as CustomerFace, { revision: 4 }));
    flushSync();
    host.say("customer", view({ ...IDLE, picture: "a" } as CustomerFace, { revision: 5 }));
    await settled();
    expect(shown()).toEqual(["a"]);
    // Turns go on, also back while the next one is only coming up.
    host.say("customer", view({ ...IDLE, picture: "b" } as CustomerFace, { revision: 6 }));
    await vi.waitFor(() => expect(shown()).toEqual(["a", "b"]));
    host.say("customer", view({ ...IDLE, picture: "a" } as CustomerFace, { revision: 7 }));
    await vi.waitFor(() => expect(shown()).toEqual(["b", "a"]));
  });

  test("a trial says so", async () => {
    const host = await show(view(received(), { trial: "测试" }));
    expect(document.querySelector(".trial")?.textContent).toBe("测试");
    host.say("customer", view(received(), { revision: 2, occasion: 2 }));
    flushSync();
    expect(document.querySelector(".trial")).toBeNull();
  });

  test("a second payment of the same amount is drawn anew", async () => {
    const host = await show(view(received()));
    const before = document.querySelector(".told");
    host.say("customer", view(received(), { revision: 2, occasion: 1 }));
    flushSync();
    expect(document.querySelector(".told")).toBe(before);
    host.say("customer", view(received(), { revision: 3, occasion: 2 }));
    flushSync();
    expect(document.querySelector(".told")).not.toBe(before);
  });
});
