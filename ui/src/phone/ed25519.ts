// Ed25519 for browsers whose own cryptography has none yet: many phones' browsers are years behind. The library's
// curve over the browser's own SHA-512. The tests hold it to a browser's own, byte for byte.
import { getPublicKeyAsync, signAsync } from "@noble/ed25519";

/** The public key that belongs to a seed of 32 random bytes. */
export function publicOf(seed: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return getPublicKeyAsync(seed);
}

/** A message's signature. */
export function signed(seed: Uint8Array, message: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return signAsync(message, seed);
}
