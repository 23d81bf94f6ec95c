// @vitest-environment node
// The phone's connection: proof, beats, silence, coming back.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Invitation, codeIn } from "../../src/phone/accept";
import { publicOf, signed } from "../../src/phone/ed25519";
import { base64url, makeKeys, prove, publicKey } from "../../src/phone/keys";
import { Link, waitMs } from "../../src/phone/link";
import type { Bond } from "../../src/phone/store";
import type { HubSays } from "../../src/phone/wire";
import { CODE, FakeHub, told } from "./fake-hub";
import { PATIENT } from "./stand-ins";

async function linked(hub: FakeHub): Promise<Bond> {
  const bond = await new Invitation(CODE, hub.accept as typeof fetch).accept();
  if (typeof bond === "string") throw new Error(bond);
  return bond;
}

describe("an invitation", () => {
  test("is 128 bits behind the address' #, and nothing else is one", () => {
    expect(codeIn(`#${CODE}`)).toBe(CODE);
    for (const bad of ["", "#", `#${CODE}A`, `#${CODE.slice(1)}`, `#${CODE.slice(1)}!`, CODE]) expect(codeIn(bad)).toBeNull();
  });

  test("is taken once; the answer is a place of its own", async () => {
    const hub = new FakeHub();
    expect(await linked(hub)).toMatchObject({ terminal: "t1", hub: "hub-1", shop: "小满便利店" });
    expect(await new Invitation(CODE, hub.accept as typeof fetch).accept()).toBe("used");
  });

  test.each(["expired", "used", "unknown", "busy", "full", "storage"] as const)("%s is told as it is", async (why) => {
    const hub = new FakeHub();
    hub.invitation = why as "expired";
    expect(await new Invitation(CODE, hub.accept as typeof fetch).accept()).toBe(why);
  });

  test("is taken beside the page: behind a proxy neither need be at the root", async () => {
    const asked: unknown[] = [];
    const ask = ((path: unknown) => Promise.resolve((asked.push(path), new Response("{}")))) as typeof fetch;
    await new Invitation(CODE, ask).accept();
    expect(asked.map((path) => new URL(String(path), "https://shop.example/tillbell/phone/").href)).toEqual([
      "https://shop.example/tillbell/v1/invitations/accept",
    ]);
  });

  test("no network, no answer of ours: it can be tried again with the same key", async () => {
    const keys: unknown[] = [];
    const answers = [() => Promise.reject(new TypeError("no network")), () => new Response("<html>"), () => new Response("{}")];
    const ask = ((_: unknown, request: RequestInit) => {
      keys.push((JSON.parse(String(request.body)) as { key: string }).key);
      return Promise.resolve().then(answers[keys.length - 1]);
    }) as typeof fetch;
    const invitation = new Invitation(CODE, ask);
    for (const _ of answers) expect(await invitation.accept()).toBe("offline");
    expect(new Set(keys).size).toBe(1);
  });
});

describe("keys", () => {
  test("cannot be read out, and sign for one hub, one connection and one terminal", async () => {
    const keys = await makeKeys();
    expect(keys.by === "browser" && keys.pair.privateKey.extractable).toBe(false);
    expect(await publicKey(keys)).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const proofs = await Promise.all([
      prove(keys, "hub-1", "n1", "t1"),
      prove(keys, "hub-2", "n1", "t1"),
      prove(keys, "hub-1", "n2", "t1"),
      prove(keys, "hub-1", "n1", "t2"),
    ]);
    expect(new Set(proofs).size).toBe(4);
    for (const proof of proofs) expect(proof).toMatch(/^[A-Za-z0-9_-]{86}$/);
  });
});

describe("a browser without such keys", () => {
  afterEach(() => void vi.restoreAllMocks());

  test("makes them here: the same bytes as a browser's own, for any seed and message", async () => {
    for (let tries = 0; tries < 24; tries++) {
      const seed = crypto.getRandomValues(new Uint8Array(32));
      // At the ends too: all zeros and all ones.
      if (tries < 2) seed.fill(tries * 255);
      const head = Uint8Array.from([48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32]);
      const own = await crypto.subtle.importKey("pkcs8", Uint8Array.from([...head, ...seed]), "Ed25519", true, ["sign"]);
      const { x } = await crypto.subtle.exportKey("jwk", own);
      const message = crypto.getRandomValues(new Uint8Array(tries * 11));
      expect(base64url((await publicOf(seed)).buffer)).toBe(x);
      expect(await signed(seed, message)).toEqual(new Uint8Array(await crypto.subtle.sign("Ed25519", own, message)));
    }
  });

  test("keeps its seed sealed, and the hub lets it in like any other", async () => {
    const generate = crypto.subtle.generateKey.bind(crypto.subtle) as (...wish: unknown[]) => Promise<CryptoKey>;
    vi.spyOn(crypto.subtle, "generateKey").mockImplementation(((...wish: unknown[]) =>
      wish[0] === "Ed25519" ? Promise.reject(new DOMException("no", "NotSupportedError")) : generate(...wish)) as never);
    const hub = new FakeHub();
    const { keys } = await linked(hub);
    expect(keys.by === "page" && keys.seal.extractable).toBe(false);
    const around = { dial: () => hub.dial(), prove: () => prove(keys, "hub-1", "nonce-1", "t1"), random: () => 0, app: "" };
    const ear = { after: () => null, heard: () => undefined, changed: () => undefined, revoked: () => undefined, hearable: () => false };
    const link = new Link({ keys, terminal: "t1", hub: "hub-1", shop: "" }, around, ear);
    link.start();
    await vi.waitFor(() => expect(link.on).toBe(true), PATIENT);
    link.stop();
    expect(link.refused).toBeNull();
  });
});

test("waiting doubles up to eight seconds, and phones spread", () => {
  expect([0, 1, 2, 3, 4, 5, 40].map((failures) => waitMs(failures, 1))).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
  expect([0, 5].map((failures) => waitMs(failures, 0))).toEqual([250, 4000]);
});

describe("the link", () => {
  let links: Link[] = [];
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    for (const link of links) link.stop();
    links = [];
    vi.useRealTimers();
  });

  interface Ear {
    link: Link;
    frames: HubSays["type"][];
    hearable: boolean;
  }

  function listen(hub: FakeHub, bond: Bond, after: string | null = null): Ear {
    const frames: HubSays["type"][] = [];
    const link = new Link(
      bond,
      { dial: () => hub.dial(), prove: (one, nonce) => prove(one.keys, one.hub, nonce, one.terminal), random: () => 0, app: "Test 1" },
      { after: () => after, heard: ({ type }) => frames.push(type), changed: () => undefined, revoked: () => undefined, hearable: () => ear.hearable },
    );
    const ear: Ear = { link, frames, hearable: false };
    links.push(link);
    link.start();
    return ear;
  }

  /** Signing is the browser's own work, beside all timers. */
  const on = (ear: Ear) => vi.waitFor(() => expect(ear.link.on).toBe(true), PATIENT);

  test("proves itself, names its place, and is let in", async () => {
    const hub = new FakeHub();
    hub.log.push(told(), told());
    const ear = listen(hub, await linked(hub), "1");
    await on(ear);
    expect(hub.said[0]).toMatchObject({ type: "prove", version: 1, terminal: "t1", after: "1", app: "Test 1", hearable: false });
    expect(ear.frames).toEqual(["welcome", "told", "beat"]);
  });

  test("another hub at the address is told nothing at all", async () => {
    const hub = new FakeHub();
    const bond = await linked(hub);
    const stranger = new FakeHub();
    stranger.id = "hub-2";
    const ear = listen(stranger, bond);
    await vi.waitFor(() => expect(ear.link.refused).toBe("other_hub"), PATIENT);
    expect(stranger.said).toEqual([]);
  });

  test("a hub that does not let it in is asked again, slowly, and is heard as soon as it does", async () => {
    const hub = new FakeHub();
    const bond = await linked(hub);
    hub.refuses = "unknown";
    const ear = listen(hub, bond);
    await vi.waitFor(() => expect(ear.link.refused).toBe("unknown"), PATIENT);
    const tries = hub.lines.length;
    await vi.advanceTimersByTimeAsync(59_000);
    expect(hub.lines).toHaveLength(tries);
    hub.refuses = null;
    await vi.advanceTimersByTimeAsync(2_000);
    await on(ear);
    expect([hub.lines.length, ear.link.refused]).toEqual([tries + 1, null]);
  });

  test("says whether it can be heard: as it proves itself, with each beat, and within a second of a change", async () => {
    const hub = new FakeHub();
    const ear = listen(hub, await linked(hub));
    await on(ear);
    const told = () => hub.said.flatMap((frame) => (frame.type === "history" ? [] : [frame.hearable]));
    expect(told()).toEqual([false]);
    ear.hearable = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told()).toEqual([false, true]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told()).toEqual([false, true, true]);
    ear.hearable = false;
    ear.link.tellHearable();
    expect(told()).toEqual([false, true, true, false]);
  });

  test("a key that the hub does not know is refused; a frame before the welcome counts for nothing", async () => {
    const hub = new FakeHub();
    const bond = await linked(hub);
    const ear = listen(hub, { ...bond, keys: await makeKeys() });
    await vi.waitFor(() => expect(hub.lines[0]?.onmessage).not.toBeNull(), PATIENT);
    hub.lines[0]?.say({ type: "told", items: [told()], gone: [], cursor: "9" });
    await vi.waitFor(() => expect(ear.link.refused).toBe("unknown"), PATIENT);
    expect(ear.frames).toEqual([]);
  });

  test("beats every ten seconds, and hangs up after thirty of silence", async () => {
    const hub = new FakeHub();
    const ear = listen(hub, await linked(hub));
    await on(ear);
    const beats = () => hub.said.filter(({ type }) => type === "beat").length;
    for (let at = 0; at < 6; at++) {
      await vi.advanceTimersByTimeAsync(10_000);
      hub.beat();
    }
    expect(beats()).toBeGreaterThanOrEqual(5);
    expect(hub.lines).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(29_000);
    expect(ear.link.on).toBe(true);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(hub.lines[0]?.open).toBe(false);
    expect(hub.lines.length).toBeGreaterThan(1);
    await on(ear);
  });

  test("comes back after the network, at once when it is told to hurry", async () => {
    const hub = new FakeHub();
    const ear = listen(hub, await linked(hub));
    await on(ear);
    hub.reachable = false;
    hub.cut();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ear.link.on).toBe(false);
    expect(ear.link.failures).toBeGreaterThan(4);
    const tries = hub.lines.length;
    hub.reachable = true;
    ear.link.hurry();
    expect(hub.lines).toHaveLength(tries + 1);
    await on(ear);
    expect(ear.link.failures).toBe(0);
  });

  test("a hub that is busy is asked again", async () => {
    const hub = new FakeHub();
    const bond = await linked(hub);
    hub.refuses = "busy";
    const ear = listen(hub, bond);
    await vi.waitFor(() => expect(ear.link.failures).toBe(1), PATIENT);
    hub.refuses = null;
    await vi.advanceTimersByTimeAsync(1_000);
    await on(ear);
    expect(ear.link.refused).toBeNull();
  });

  test("what is no JSON ends the connection and not the page", async () => {
    const hub = new FakeHub();
    const ear = listen(hub, await linked(hub));
    await on(ear);
    hub.lines[0]?.onmessage?.({ data: "{" });
    expect(ear.link.on).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);
    await on(ear);
  });

  test("history is answered, or is not, in ten seconds", async () => {
    const hub = new FakeHub();
    hub.log.push(told(), told(), told());
    const ear = listen(hub, await linked(hub));
    await on(ear);
    const page = await ear.link.history(null);
    expect(page?.items.map(({ id }) => id)).toEqual(hub.log.slice(1).reverse().map(({ id }) => id));
    expect(page?.more).toBe("1");
    const line = hub.lines[0];
    if (line) line.proven = null;
    const never = ear.link.history("1");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await never).toBeNull();
  });
});
