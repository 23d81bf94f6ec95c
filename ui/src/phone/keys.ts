// This phone's own key: made here, never leaves here. What it signs proves to the hub who is there.

/** The phone's key. */
export type Keys = CryptoKeyPair;

const SIGNING = "Ed25519";

/** Bytes as the hub writes them in JSON. */
export function base64url(bytes: ArrayBuffer): string {
  const text = [...new Uint8Array(bytes)].map((byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Makes a key that no script can read out, this one neither; throws where the browser cannot. */
export async function makeKeys(): Promise<Keys> {
  return (await crypto.subtle.generateKey(SIGNING, false, ["sign", "verify"])) as CryptoKeyPair;
}

/** The half of the key that the hub gets. */
export async function publicKey(keys: Keys): Promise<string> {
  return base64url(await crypto.subtle.exportKey("raw", keys.publicKey));
}

/** What is signed on every connection: it is good for this hub, this connection and this phone only. */
export function proofText(hub: string, nonce: string, terminal: string): string {
  return `tillbell-terminal-1\n${hub}\n${nonce}\n${terminal}\n`;
}

/** Signs the hub's challenge. */
export async function prove(keys: Keys, hub: string, nonce: string, terminal: string): Promise<string> {
  const text = new TextEncoder().encode(proofText(hub, nonce, terminal));
  return base64url(await crypto.subtle.sign(SIGNING, keys.privateKey, text));
}
