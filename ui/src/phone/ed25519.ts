// Ed25519 (RFC 8032) for browsers whose own cryptography has none yet: many phones' browsers are years behind. Signing
// and making a public key only, a few times a day. The tests hold it to a browser's own, byte for byte.

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202n;
const BASE_Y = 46316835694926478169428394003475163141307993866256225615783033603165251855960n;

/** A point of the curve, in extended coordinates: x = X/Z, y = Y/Z, x·y = T/Z. */
type Point = readonly [X: bigint, Y: bigint, Z: bigint, T: bigint];

const BASE: Point = [BASE_X, BASE_Y, 1n, mod(BASE_X * BASE_Y)];
const NEUTRAL: Point = [0n, 1n, 1n, 0n];

function mod(n: bigint, by = P): bigint {
  const rest = n % by;
  return rest < 0n ? rest + by : rest;
}

function add(a: Point, b: Point): Point {
  const s = mod((a[1] - a[0]) * (b[1] - b[0]));
  const t = mod((a[1] + a[0]) * (b[1] + b[0]));
  const u = mod(2n * D * a[3] * b[3]);
  const v = mod(2n * a[2] * b[2]);
  const [e, f, g, h] = [t - s, v - u, v + u, t + s];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

/** The same steps for every bit, so that time says little of the number. */
function times(n: bigint, point: Point): Point {
  let [low, high] = [NEUTRAL, point];
  for (let bit = 255n; bit >= 0n; bit--) {
    const both = add(low, high);
    if ((n >> bit) & 1n) [low, high] = [both, add(high, high)];
    else [low, high] = [add(low, low), both];
  }
  return low;
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, mod(base)];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

function number(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function bytes(n: bigint): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: 32 }, (_, at) => Number((n >> BigInt(8 * at)) & 255n));
}

function encoded([X, Y, Z]: Point): Uint8Array<ArrayBuffer> {
  const inverse = power(Z, P - 2n);
  const [x, y] = [mod(X * inverse), mod(Y * inverse)];
  return bytes(y | ((x & 1n) << 255n));
}

async function hashed(...parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-512", all));
}

/** A seed's secret number, and the bytes that its nonces are made of. */
async function expanded(seed: Uint8Array): Promise<{ secret: bigint; prefix: Uint8Array }> {
  const hash = await hashed(seed);
  const low = number(hash.subarray(0, 32)) & ~(7n | (1n << 255n));
  return { secret: low | (1n << 254n), prefix: hash.subarray(32) };
}

/** The public key that belongs to a seed of 32 random bytes. */
export async function publicOf(seed: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return encoded(times((await expanded(seed)).secret, BASE));
}

/** A message's signature. */
export async function signed(seed: Uint8Array, message: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const { secret, prefix } = await expanded(seed);
  const shown = encoded(times(secret, BASE));
  const nonce = mod(number(await hashed(prefix, message)), ORDER);
  const point = encoded(times(nonce, BASE));
  const challenge = mod(number(await hashed(point, shown, message)), ORDER);
  const signature = new Uint8Array(64);
  signature.set(point);
  signature.set(bytes(mod(nonce + challenge * secret, ORDER)), 32);
  return signature;
}
