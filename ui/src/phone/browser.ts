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

function address(): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1/terminal`;
}

/** One page of this browser listens: a new one takes over, as whoever opens it means. */
function alone(displaced: () => void): void {
  const locks = (navigator as Partial<Navigator>).locks;
  let holding = true;
  locks
    ?.request(LOCK, { steal: true }, () => new Promise<never>(() => undefined))
    .catch(() => {
      if (holding) displaced();
      holding = false;
    });
}

/** Everything that the phone needs, for real. */
export function surroundings(): Surroundings {
  return {
    store: new BrowserStore(),
    around: {
      dial: () => new WebSocket(address()) as unknown as ReturnType<Surroundings["around"]["dial"]>,
      prove: (bond, nonce) => prove(bond.keys, bond.hub, nonce, bond.terminal),
      random: () => Math.random(),
      app: appName(navigator.userAgent),
    },
    sound: new Sound(),
    awake: new Awake(),
    unable,
    lacks,
    alone,
    hideCode: () => history.replaceState(null, "", location.pathname),
    accept: (...request) => fetch(...request),
  };
}
