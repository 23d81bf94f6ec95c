// This phone's own key: made here, never leaves here. What it signs proves to the hub who is there.
import { publicOf, signed } from "./ed25519";

/** The phone's key: the browser's own, or one of ours that lies sealed with a key of the browser's own. */
export type Keys =
  | { by: "browser"; pair: CryptoKeyPair }
  | { by: "page"; shown: ArrayBuffer; sealed: ArrayBuffer; iv: Uint8Array<ArrayBuffer>; seal: CryptoKey };

const SIGNING = "Ed25519";
const SEALING = "AES-GCM";

/** Bytes as the hub writes them in JSON. */
export function base64url(bytes: ArrayBuffer): string {
  const text = [...new Uint8Array(bytes)].map((byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Makes a key that nobody can read out of the browser's store. */
export async function makeKeys(): Promise<Keys> {
  try {
    const pair = (await crypto.subtle.generateKey(SIGNING, false, ["sign", "verify"])) as CryptoKeyPair;
    return { by: "browser", pair };
  } catch {
    return makeHere();
  }
}

/** Where the browser has no such keys: the seed lies sealed, and only this browser can open it. */
async function makeHere(): Promise<Keys> {
  const seed = crypto.getRandomValues(new Uint8Array(32));
  const seal = await crypto.subtle.generateKey({ name: SEALING, length: 256 }, false, ["encrypt", "decrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const shown = (await publicOf(seed)).buffer;
  const sealed = await crypto.subtle.encrypt({ name: SEALING, iv }, seal, seed);
  seed.fill(0);
  return { by: "page", shown, sealed, iv, seal };
}

/** The half of the key that the hub gets. */
export async function publicKey(keys: Keys): Promise<string> {
  return base64url(keys.by === "page" ? keys.shown : await crypto.subtle.exportKey("raw", keys.pair.publicKey));
}

/** What is signed on every connection: it is good for this hub, this connection and this phone only. */
export function proofText(hub: string, nonce: string, terminal: string): string {
  return `tillbell-terminal-1\n${hub}\n${nonce}\n${terminal}\n`;
}

/** Signs the hub's challenge. */
export async function prove(keys: Keys, hub: string, nonce: string, terminal: string): Promise<string> {
  const text = new TextEncoder().encode(proofText(hub, nonce, terminal));
  if (keys.by === "browser") return base64url(await crypto.subtle.sign(SIGNING, keys.pair.privateKey, text));
  const seed = new Uint8Array(await crypto.subtle.decrypt({ name: SEALING, iv: keys.iv }, keys.seal, keys.sealed));
  const signature = await signed(seed, text);
  seed.fill(0);
  return base64url(signature.buffer);
}
