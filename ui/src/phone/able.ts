// What this browser can do: without some of it the page does not work at all, without some of it less is heard.

/** Why this browser cannot be a till's phone at all. */
export type Unable = "insecure" | "old" | "no_store";

/** What it cannot do, though it works. */
export type Lack = "vibrate" | "awake" | "voice";

const LOOK = "tillbell-look";

/** Looks whether the page can work here; `null`: it can. */
export async function unable(): Promise<Unable | null> {
  if (!globalThis.isSecureContext) return "insecure";
  // Typed as always there, and yet missing in old browsers.
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle as SubtleCrypto | undefined;
  // AbortSignal.timeout is the youngest of what is used and cannot be done without.
  if (subtle === undefined || !("WebSocket" in globalThis) || !("timeout" in AbortSignal)) return "old";
  return (await keeps(subtle).catch(() => false)) ? null : "no_store";
}

/** Whether a key can be kept here: some private windows keep nothing, some everything but keys. */
async function keeps(subtle: SubtleCrypto): Promise<boolean> {
  const key = await subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open(LOOK, 1);
      request.onerror = () => resolve(false);
      request.onblocked = () => resolve(false);
      request.onupgradeneeded = () => request.result.createObjectStore(LOOK);
      request.onsuccess = () => {
        const change = request.result.transaction(LOOK, "readwrite");
        change.oncomplete = () => resolve(true);
        change.onabort = () => resolve(false);
        try {
          change.objectStore(LOOK).put(key, LOOK);
        } catch {
          resolve(false);
        }
        request.result.close();
        indexedDB.deleteDatabase(LOOK);
      };
    } catch {
      resolve(false);
    }
  });
}

/** What the browser cannot do beside it. */
export function lacks(): Lack[] {
  const can: Record<Lack, boolean> = {
    vibrate: typeof (navigator as Partial<Navigator>).vibrate === "function",
    awake: "wakeLock" in navigator,
    voice: "speechSynthesis" in globalThis,
  };
  return (Object.keys(can) as Lack[]).filter((one) => !can[one]);
}

/** A page inside another app (WeChat, Alipay, QQ …): it is put to sleep there, and forgets. */
export function insideAnApp(agent = navigator.userAgent): boolean {
  return /MicroMessenger|AlipayClient|QQ\/|DingTalk|Weibo|; wv\)|FBAN|FBAV|Instagram|Line\//.test(agent);
}

/** On iPhones and iPads an app on the home screen keeps its own store, and would not be linked. */
export function homeScreenKeepsItsOwn(agent = navigator.userAgent): boolean {
  return /iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && navigator.maxTouchPoints > 1);
}
