/**
 * The arithmetic of the proof, the same in Postgres (crm.digest, crm.digest_sum) and in whoever checks it. A row's digest is the
 * SHA-256 of `<octets of key>:<key><value as stored text>`; the length in front keeps `a` + `bc` and `ab` + `c` apart. A set's
 * digest is the sum of its rows' digests, in eight lanes of 32 bits each: it does not depend on the order, and unlike XOR two
 * equal rows do not cancel each other (Clarke et al., Incremental Multiset Hash Functions).
 */
const LANES = 8;
/** Hashed at once; between two batches whoever shares the thread has its turn. */
const BATCH = 100;

const encoder = new TextEncoder();
const hex = (value: number, digits: number) => (value >>> 0).toString(16).padStart(digits, '0');

/** @returns the 32 bytes of a row's digest */
export async function rowDigest(key: string, text: string): Promise<Uint8Array> {
  const bytes = encoder.encode(`${encoder.encode(key).length}:${key}${text}`);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** As receipts and the API write it: 64 lower-case hex digits. */
export const digestHex = (digest: Uint8Array): string => Array.from(digest, (byte) => hex(byte, 2)).join('');

const lanesOf = (digest: string) =>
  Uint32Array.from({ length: LANES }, (_, lane) => Number.parseInt(digest.slice(lane * 8, lane * 8 + 8), 16));

/** What has to be added to the sum `one` to have the sum `other`; both and the result as 64 hex digits. */
export function digestDifference(one: string, other: string): string {
  const from = lanesOf(one);
  return Array.from(lanesOf(other), (lane, i) => hex(lane - (from[i] ?? 0), 8)).join('');
}

/** Adds up the digests of a set of rows. */
export class DigestSum {
  readonly #lanes = new Uint32Array(LANES);
  count = 0;

  /** @param digest as `rowDigest` gives it */
  add(digest: Uint8Array): void {
    const view = new DataView(digest.buffer, digest.byteOffset, digest.byteLength);
    for (let lane = 0; lane < LANES; lane++) {
      this.#lanes[lane] = (this.#lanes[lane] ?? 0) + view.getUint32(lane * 4);
    }
    this.count++;
  }

  /** 64 lower-case hex digits; of no rows at all 64 zeros. */
  hex(): string {
    return Array.from(this.#lanes, (lane) => hex(lane, 8)).join('');
  }
}

/** The digests of rows in their order, and their sum. It does not keep the thread for long, however many there are. */
export async function sumOf(rows: readonly { key: string; text: string }[]) {
  const digests: Uint8Array[] = [];
  for (let at = 0; at < rows.length; at += BATCH) {
    const batch = rows.slice(at, at + BATCH);
    digests.push(...(await Promise.all(batch.map(({ key, text }) => rowDigest(key, text)))));
  }
  const sum = new DigestSum();
  for (const digest of digests) sum.add(digest);
  return { digests, sum };
}
