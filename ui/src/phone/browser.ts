// The real browser around the page.
import { lacks, unable } from "./able";
import { Awake } from "./awake.svelte";
import { prove } from "./keys";
import type { Surroundings } from "./phone.svelte";
import { Sound } from "./sound.svelte";
import { BrowserStore } from "./store";

const LOCK = "tillbell-phone";

/** What the owner reads in the list of terminals: `Chrome 131 · Android`. */
export function appName(agent: string): string {
  const browsers: [name: string, mark: RegExp][] = [
    ["WeChat", /MicroMessenger\/(\d+)/],
    ["Edge", /EdgA?\/(\d+)/],
    ["Samsung Internet", /SamsungBrowser\/(\d+)/],
    ["Huawei Browser", /HuaweiBrowser\/(\d+)/],
    ["Mi Browser", /MiuiBrowser\/(\d+)/],
    ["Firefox", /(?:Firefox|FxiOS)\/(\d+)/],
    ["Chrome", /(?:Chrome|CriOS)\/(\d+)/],
    ["Safari", /Version\/(\d+)[\d.]* .*Safari/],
  ];
  const systems: [name: string, mark: RegExp][] = [
    ["Android", /Android/],
    ["iPhone", /iPhone|iPod/],
    ["iPad", /iPad/],
    ["HarmonyOS", /HarmonyOS|OpenHarmony/],
    ["Windows", /Windows/],
    ["macOS", /Mac OS X/],
    ["Linux", /Linux/],
  ];
  const browser = browsers.map(([name, mark]) => [name, mark.exec(agent)?.[1]] as const).find(([, version]) => version !== undefined);
  const system = systems.find(([, mark]) => mark.test(agent));
  return [browser?.join(" "), system?.[0]].filter((one) => one !== undefined).join(" · ");
}

/** The same with this page's own version, where the build has one. */
export function withVersion(app: string, version = (import.meta.env as Partial<Record<string, string>>)["PAGE_VERSION"]): string {
  return [app, version === undefined ? "" : `Tillbell ${version}`].filter((one) => one !== "").join(" · ");
}

/** Where the link goes: beside the page, which behind a proxy need not lie at the root. */
export function linkAddress(page: string): string {
  const address = new URL("../v1/terminal", page);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return address.href;
}

const RELOADED = "tillbell-reloaded";

/** Loads the page anew, once: a page that is refused again afterwards would only go round. */
function reload(): boolean {
  try {
    if (sessionStorage.getItem(RELOADED) !== null) return false;
    sessionStorage.setItem(RELOADED, "yes");
  } catch {
    return false;
  }
  location.reload();
  return true;
}

function letIn(): void {
  try {
    sessionStorage.removeItem(RELOADED);
  } catch {
    // Where nothing can be kept it never loads itself anew.
  }
}

function hideCode(): string {
  const { href, pathname } = location;
  history.replaceState(null, "", pathname);
  return href;
}

let turn = 0;

/** One page of this browser listens: a new one takes over, as whoever opens it means. */
function alone(displaced: () => void): void {
  const locks = (navigator as Partial<Navigator>).locks;
  // A page that begins anew takes its place from itself, and was displaced by nobody.
  const mine = ++turn;
  locks
    ?.request(LOCK, { steal: true }, () => new Promise<never>(() => undefined))
    .catch(() => {
      if (mine === turn) displaced();
    });
}

/** Everything that the phone needs, for real. */
export function surroundings(): Surroundings {
  return {
    store: new BrowserStore(),
    around: {
      dial: () => new WebSocket(linkAddress(location.href)) as unknown as ReturnType<Surroundings["around"]["dial"]>,
      prove: (bond, nonce) => prove(bond.keys, bond.hub, nonce, bond.terminal),
      random: () => Math.random(),
      app: withVersion(appName(navigator.userAgent)),
    },
    sound: new Sound(),
    awake: new Awake(),
    unable,
    lacks,
    alone,
    hideCode,
    seen: () => document.visibilityState === "visible",
    reload,
    letIn,
    accept: (...request) => fetch(...request),
  };
}
